//! The lines of a journal for a finance system: receipts and payments, with prepayments and accruals.
//!
//! The finance system has no control account of grants. In the lines of the period, the control account
//! counts as expenditure, so a payment is expenditure and recognition alone is zero. Its balance on the
//! last day, grant by grant, is then taken out of expenditure as a prepayment, or added as an accrual.

#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

use std::collections::BTreeMap;
use std::fmt;

use almoner_ledger::accounts::Account;
use almoner_ledger::calendar::{Date, DateRange};
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::GrantId;
use almoner_ledger::money::{Money, Overflow};
use almoner_ledger::themes::ThemeId;

use crate::packs::transactions::Transaction;

/// An account to be mapped to a code of the finance system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// An account of the ledger, other than the control account.
    Of(Account),
    /// Paid and not yet recognised.
    Prepayments,
    /// Recognised and not yet paid.
    Accruals,
}

impl Side {
    /// Returns the word in mappings.
    pub const fn word(self) -> &'static str {
        match self {
            Side::Of(account) => account.code(),
            Side::Prepayments => "prepayments",
            Side::Accruals => "accruals",
        }
    }
}

/// What codes go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place<'a> {
    pub side: Side,
    pub fund: &'a FundId,
    pub theme: Option<&'a ThemeId>,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "account {}, fund {}", self.side.word(), self.fund)?;
        self.theme.map_or(Ok(()), |theme| write!(f, ", theme {theme}"))
    }
}

/// A line of the journal. Debit is positive, credit negative.
#[derive(Clone, Debug)]
pub struct JournalLine {
    pub date: Date,
    pub effective: Date,
    /// The kind of line: `payment`, `accrual`, `accrual reversed` …
    pub what: String,
    pub side: Side,
    pub fund: FundId,
    pub theme: Option<ThemeId>,
    /// The amount, which is not zero.
    pub amount: Money,
    /// The number of the transaction in the ledger; none for accruals, which combine several.
    pub number: Option<String>,
    pub grant: Option<String>,
    pub decision: Option<String>,
    /// The recipient or funder.
    pub party: String,
    /// The reference of the bank or the finance system.
    pub reference: Option<String>,
    /// The bank account that money was paid from or into, where it is stated.
    pub bank_account: Option<String>,
}

impl JournalLine {
    /// Returns what determines the line's code.
    pub fn place(&self) -> Place<'_> {
        Place { side: self.side, fund: &self.fund, theme: self.theme.as_ref() }
    }
}

/// The control account of one grant in one fund, from which its accrual is made.
#[derive(Debug, Default)]
struct Control {
    decision: Option<String>,
    party: String,
    themes: BTreeMap<Option<ThemeId>, Money>,
}

/// The lines of a period, made from the transactions of the books up to its last day.
#[derive(Debug)]
pub struct PeriodLines {
    range: DateRange,
    lines: Vec<JournalLine>,
    controls: BTreeMap<(Option<GrantId>, FundId), Control>,
}

impl PeriodLines {
    /// Returns the lines of a period before the first transaction.
    pub fn new(range: DateRange) -> PeriodLines {
        PeriodLines { range, lines: Vec::new(), controls: BTreeMap::new() }
    }

    /// Adds a transaction. All transactions of the books must be added, earlier ones too.
    pub fn add(&mut self, transaction: &Transaction<'_>) -> Result<(), Overflow> {
        if transaction.booked > self.range.to() {
            return Ok(());
        }
        for line in transaction.lines.iter().filter(|line| line.account == Account::GrantControl) {
            let key = (transaction.source.grant.clone(), line.fund.clone());
            let control = self.controls.entry(key).or_default();
            control.decision = transaction.source.decision.as_ref().map(ToString::to_string);
            control.party = transaction.payee().to_owned();
            let balance = control.themes.entry(line.theme.clone()).or_default();
            *balance = balance.plus(line.amount)?;
        }
        if self.range.contains(transaction.booked) {
            self.lines.extend(moved(transaction)?);
        }
        Ok(())
    }

    /// Returns the lines by date, the accruals on the last day and, with `reverse`, their reversal on the
    /// next.
    pub fn finished(self, reverse: bool) -> Result<Vec<JournalLine>, Overflow> {
        let PeriodLines { range, mut lines, controls } = self;
        lines.sort_by_key(|line| line.date);
        let accruals = accruals(controls, range.to())?;
        let next = range.to().next_day();
        let reversed = |line: &JournalLine| JournalLine {
            date: next,
            effective: next,
            what: "accrual reversed".to_owned(),
            amount: line.amount.negated(),
            ..line.clone()
        };
        lines.extend(accruals.iter().cloned());
        lines.extend(accruals.iter().filter(|_| reverse).map(reversed));
        Ok(lines)
    }
}

/// Returns the lines of a transaction, with the control account as expenditure.
fn moved(transaction: &Transaction<'_>) -> Result<Vec<JournalLine>, Overflow> {
    let mut sums: BTreeMap<(Account, &FundId, Option<&ThemeId>), Money> = BTreeMap::new();
    for line in transaction.lines.iter().filter(|line| !line.account.is_memorandum()) {
        let is_expenditure = matches!(line.account, Account::GrantControl | Account::EarlierYears);
        let account = if is_expenditure { Account::GrantExpenditure } else { line.account };
        let sum = sums.entry((account, &line.fund, line.theme.as_ref())).or_default();
        *sum = sum.plus(line.amount)?;
    }
    let source = transaction.source;
    let lines = sums.into_iter().filter(|(_, amount)| !amount.is_zero());
    Ok(lines
        .map(|((account, fund, theme), amount)| JournalLine {
            date: transaction.booked,
            effective: transaction.effective,
            what: source.what.clone(),
            side: Side::Of(account),
            fund: fund.clone(),
            theme: theme.cloned(),
            amount,
            number: Some(transaction.number()),
            grant: source.grant.as_ref().map(ToString::to_string),
            decision: source.decision.as_ref().map(ToString::to_string),
            party: transaction.payee().to_owned(),
            reference: source.reference.as_ref().map(ToString::to_string),
            bank_account: source.account.as_ref().map(ToString::to_string),
        })
        .collect())
}

fn accruals(
    controls: BTreeMap<(Option<GrantId>, FundId), Control>,
    day: Date,
) -> Result<Vec<JournalLine>, Overflow> {
    let mut lines = Vec::new();
    for ((grant, fund), control) in controls {
        // A grant has a prepayment or an accrual as a whole, whatever its themes.
        let balance = Money::sum(control.themes.values().copied())?;
        let side = if balance.is_negative() { Side::Accruals } else { Side::Prepayments };
        for (theme, amount) in control.themes.into_iter().filter(|(_, amount)| !amount.is_zero()) {
            let accrual = JournalLine {
                date: day,
                effective: day,
                what: "accrual".to_owned(),
                side,
                fund: fund.clone(),
                theme,
                amount,
                number: None,
                grant: grant.as_ref().map(ToString::to_string),
                decision: control.decision.clone(),
                party: control.party.clone(),
                reference: None,
                bank_account: None,
            };
            let expenditure = Side::Of(Account::GrantExpenditure);
            let contra = JournalLine { side: expenditure, amount: amount.negated(), ..accrual.clone() };
            lines.extend([accrual, contra]);
        }
    }
    Ok(lines)
}
