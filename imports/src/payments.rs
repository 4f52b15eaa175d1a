//! Rows of payments. `kind` is `payment`, `refund` (which reduces the award), `refund-available` or `returned`; without
//! one, a negative amount must be a payment of the 31 days before that came back.
//!
//! If the file has no column for the award, a profile names the columns that may contain its number or
//! decision number (`words`), and the payee.

#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

use almoner_ledger::allocation::Part;
use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::grants::GrantId;
use almoner_ledger::money::Money;
use almoner_ledger::reconciliation::AccountKey;
use almoner_ledger::text::Text;
use hashbrown::HashMap;

use crate::cells::{Cells, Refused};
use crate::request::{PaymentKind, RowRequest, UnmatchedPayment};
use crate::rows::{as_it_is, identifiers};

pub(crate) fn interpret(cells: &mut Cells<'_>) -> Result<RowRequest, Refused> {
    let award = cells.reference_if_canonical("award", GrantId::stated);
    let date = cells.required_day("date");
    let amount = cells.required_amount("amount").and_then(|amount| {
        let hint = "delete the row, or correct the amount; refunds and returned payments are negative";
        match amount.is_zero() {
            true => Err(cells.problem("amount", "a payment cannot be zero", hint)),
            false => Ok(amount),
        }
    });
    let reference = cells.optional("reference", Text::new);
    let account = cells.optional("account", Text::new);
    let kind = cells.optional("kind", PaymentKind::parse);
    let part = cells.optional("part", Part::parse);
    let recipient = cells.optional("recipient", Text::new);
    let identifiers = identifiers(cells);
    let words = cells.optional("words", as_it_is);
    let (kind, amount) = (kind?, amount?);
    if kind == Some(PaymentKind::Payment) && amount.is_negative() {
        let hint = "state the kind `refund`, `refund-available` or `returned`, or correct the amount";
        return Err(cells.problem("amount", "a payment cannot be negative", hint));
    }
    let is_money_back = kind.is_some_and(PaymentKind::is_money_back);
    let part = part?;
    let is_returned = kind == Some(PaymentKind::Returned) || kind.is_none() && amount.is_negative();
    if part.is_some() && is_returned {
        let hint = "leave it blank, or state the kind `refund` or `refund-available`";
        return Err(cells.problem(
            "part",
            "a returned payment belongs to the same part as the original payment",
            hint,
        ));
    }
    let payment = UnmatchedPayment {
        award: award?,
        date: date?,
        amount: if is_money_back { amount.size().negated() } else { amount },
        kind,
        reference: reference?,
        account: account?,
        part,
        recipient: recipient?,
        identifiers: identifiers?,
        words: words?.unwrap_or_default(),
    };
    let has_payee = payment.recipient.is_some() || !payment.identifiers.is_empty();
    Ok(match &payment.award {
        Some(award) if !has_payee => RowRequest::Command(payment.clone().paid_to(award.clone())),
        Some(_) | None => RowRequest::Payment(payment),
    })
}

impl UnmatchedPayment {
    /// Returns the payment or refund for its grant.
    pub(crate) fn paid_to(self, award: GrantId) -> Command {
        let UnmatchedPayment { date, amount, reference, account, kind, part, .. } = self;
        let (occurrence, back) = (1, amount.negated());
        match kind {
            Some(PaymentKind::Refund | PaymentKind::RefundAvailable) => {
                let stays_available = kind == Some(PaymentKind::RefundAvailable);
                Command::Refund {
                    award,
                    date,
                    amount: back,
                    reference,
                    account,
                    stays_available,
                    part,
                    occurrence,
                }
            }
            Some(PaymentKind::Returned) => {
                let (payment, recent) = (None, false);
                Command::Return { award, date, amount: back, reference, account, payment, recent, occurrence }
            }
            // What is not stated to be one is only a payment of late.
            None if amount.is_negative() => {
                let (payment, recent) = (None, true);
                Command::Return { award, date, amount: back, reference, account, payment, recent, occurrence }
            }
            Some(PaymentKind::Payment) | None => {
                let before_decision = None;
                Command::Pay { award, date, amount, reference, account, before_decision, part, occurrence }
            }
        }
    }
}

/// Numbers identical rows: each is a separate payment, and the same file always has the same numbers.
#[derive(Default)]
pub(crate) struct DuplicateNumbering {
    /// Position of the last of identical rows, and their number.
    last: HashMap<Duplicate, (usize, u32)>,
    /// Position of the previous identical row.
    before: HashMap<usize, usize>,
}

/// The fields that make two payments identical: the kind, and all columns.
type Duplicate = (PaymentKind, GrantId, Date, Money, Option<Text>, Option<AccountKey>, Option<Part>);

impl DuplicateNumbering {
    /// Numbers the command of the row at a position.
    pub(crate) fn number(&mut self, place: usize, command: &mut Command) {
        let kind = if let Command::Refund { stays_available, .. } = command {
            if *stays_available { PaymentKind::RefundAvailable } else { PaymentKind::Refund }
        } else if matches!(command, Command::Return { .. }) {
            PaymentKind::Returned
        } else {
            PaymentKind::Payment
        };
        let part = if let Command::Pay { part, .. } | Command::Refund { part, .. } = &*command {
            part.clone()
        } else {
            None
        };
        let (Command::Pay { award, date, amount, reference, account, occurrence, .. }
        | Command::Refund { award, date, amount, reference, account, occurrence, .. }
        | Command::Return { award, date, amount, reference, account, occurrence, .. }) = command
        else {
            return;
        };
        let account = account.as_ref().map(|it| AccountKey::of(it.as_str()).of_number());
        let key = (kind, award.clone(), *date, *amount, reference.clone(), account, part);
        let (last, times) = self.last.entry(key).or_insert((place, 0));
        if *times > 0 {
            self.before.insert(place, *last);
        }
        (*last, *times) = (place, times.saturating_add(1));
        *occurrence = *times;
    }

    /// Returns the positions of earlier identical rows, the nearest first.
    pub(crate) fn earlier(&self, place: usize) -> impl Iterator<Item = usize> {
        let before = |place: &usize| self.before.get(place).copied();
        std::iter::successors(before(&place), before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(kind: Option<PaymentKind>, amount: &str) -> Command {
        let payment = UnmatchedPayment {
            award: None,
            date: Date::parse("2015-04-01").unwrap(),
            amount: amount.parse().unwrap(),
            kind,
            reference: None,
            account: None,
            part: None,
            recipient: None,
            identifiers: Vec::new(),
            words: String::new(),
        };
        payment.paid_to(GrantId::new("A1").unwrap())
    }

    /// What is stated decides, whatever the amount: the ledger refuses zero.
    #[test]
    fn a_row_becomes_what_it_states() {
        let what = |command: &Command| match command {
            Command::Pay { .. } => "payment",
            Command::Refund { .. } => "refund",
            Command::Return { recent: false, .. } => "returned",
            Command::Return { recent: true, .. } => "returned lately",
            _ => "something else",
        };
        for (kind, amount, expected) in [
            (Some(PaymentKind::Payment), "10", "payment"),
            (Some(PaymentKind::Payment), "0", "payment"),
            (Some(PaymentKind::Returned), "-10", "returned"),
            (Some(PaymentKind::Returned), "0", "returned"),
            (Some(PaymentKind::Refund), "0", "refund"),
            (Some(PaymentKind::RefundAvailable), "-10", "refund"),
            (None, "-10", "returned lately"),
            (None, "10", "payment"),
        ] {
            assert_eq!(what(&command(kind, amount)), expected, "{kind:?} {amount}");
        }
    }

    #[test]
    fn only_identical_rows_are_numbered_together() {
        let mut numbering = DuplicateNumbering::default();
        let rows = [
            (PaymentKind::Refund, 1),
            (PaymentKind::RefundAvailable, 1),
            (PaymentKind::Returned, 1),
            (PaymentKind::Refund, 2),
            (PaymentKind::RefundAvailable, 2),
        ];
        for (place, (kind, expected)) in rows.into_iter().enumerate() {
            let mut command = command(Some(kind), "-10");
            numbering.number(place, &mut command);
            let (Command::Refund { occurrence, .. } | Command::Return { occurrence, .. }) = command else {
                panic!("{command:?}")
            };
            assert_eq!(occurrence, expected, "{kind:?} in row {place}");
        }
    }
}
