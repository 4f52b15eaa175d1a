//! The reconciliation of a bank account: from the balance per ledger to that per statement.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::accounts::Account;
use crate::book::bank::{BankAccount, accounts, nearest_account};
use crate::book::receipts::{booked_by, receipt_entries};
use crate::book::{Books, BooksError};
use crate::calendar::Date;
use crate::entry::Entries;
use crate::money::{Money, Overflow};
use crate::reconciliation::{ExplanationKind, ReconciledLine, RecordedLine};
use crate::reports::{ReportError, Stamp};
use crate::text::Text;
use crate::worded;

/// What a line of the reconciliation is, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineKind {
    Ledger,
    /// A payment that is on no statement line.
    NotPresented,
    /// A receipt that is on no statement line.
    NotCredited,
    /// A statement line that is neither matched nor explained.
    Open,
    /// Statement lines that are not in these books, by their kind.
    Explained,
    /// Parts of statement lines that are not in these books.
    Remainder,
    /// Lines that are reconciled with what is dated after the day.
    Later,
    /// The opening balance of the first statement.
    Opening,
    /// Entries of the ledger that are no payment or receipt.
    Other,
    Statement,
    Difference,
}

worded!(LineKind::word {
    Ledger = "balance-per-ledger", NotPresented = "payment-not-presented", NotCredited = "receipt-not-credited",
    Open = "open-line", Explained = "explained-lines", Remainder = "remainders", Later = "dated-later",
    Opening = "opening-balance", Other = "other-entries",
    Statement = "balance-per-statement", Difference = "difference",
});

impl Serialize for LineKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BankReconciliationRow {
    pub line: LineKind,
    pub date: Option<Date>,
    /// The record of a payment, receipt or statement.
    pub record: Option<u64>,
    pub text: String,
    pub amount: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BankReconciliationReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// `None` if no statement is recorded.
    pub account: Option<Text>,
    /// The day of the balance per statement: the reporting date, or the last day of the last statement if earlier.
    pub statement_to: Option<Date>,
    /// The balance per statement that follows from the ledger: the sum of the lines before that of the statement.
    pub computed: Money,
    /// `None` where no statement states a balance.
    pub difference: Option<Money>,
    pub rows: Vec<BankReconciliationRow>,
    /// True where payments that are on no statement are counted on another account.
    #[serde(skip)]
    pub is_another_account: bool,
}

/// A payment or receipt of the ledger.
struct Moved {
    record: u64,
    day: Date,
    amount: Money,
    text: String,
    is_reconciled: bool,
}

/// Produces the reconciliation of an account, as at a day. Without an account, it is the first of which a statement was
/// recorded. What is on no statement is counted there.
///
/// # Errors
/// An account of which nothing is recorded, or unreadable books.
pub fn bank_reconciliation(
    books: &dyn Books,
    account: Option<&str>,
    as_at: Date,
) -> Result<BankReconciliationReport, ReportError> {
    let all = accounts(books)?;
    let place = match account {
        None => 0,
        Some(written) => {
            all.iter().position(|it| it.is_called(written)).ok_or_else(|| ReportError::Unknown {
                what: "bank account",
                given: written.to_owned(),
                nearest: nearest_account(books, written).map(|(account, _)| account.to_string()),
            })?
        }
    };
    let (moved, ledger) = ledger(books, as_at)?;
    let elsewhere: BTreeSet<u64> = all
        .iter()
        .enumerate()
        .filter(|(nth, _)| *nth != place)
        .flat_map(|(_, account)| account.lines.iter().filter_map(RecordedLine::reconciliation))
        .flat_map(|of| of.records.iter().copied())
        .collect();
    let is_first = place == 0;
    let here = |it: &&Moved| !elsewhere.contains(&it.record) && (is_first || it.is_reconciled);
    let ours: Vec<&Moved> = moved.iter().filter(here).collect();
    let amounts = Money::sum(ours.iter().map(|it| it.amount))?;
    let balance = if is_first {
        let others =
            Money::sum(moved.iter().filter(|it| elsewhere.contains(&it.record)).map(|it| it.amount))?;
        ledger.minus(others)?
    } else {
        amounts
    };
    let mut rows = vec![row(LineKind::Ledger, Some(as_at), "Balance per ledger", balance)];
    let mut statement_to = None;
    let mut statement = None;
    match all.get(place) {
        Some(account) => {
            let day = account.last_day().map_or(as_at, |last| last.min(as_at));
            statement_to = account.last_day().map(|_| day);
            statement = account.balance_at(day)?;
            rows.extend(of_statements(account, &ours, as_at)?);
        }
        None => rows.extend(ours.iter().map(|it| not_on_statement(it))),
    }
    let other = amounts.minus(balance)?;
    if !other.is_zero() {
        let text = "Entries other than payments and receipts: opening balances, later reversals";
        rows.push(row(LineKind::Other, None, text, other));
    }
    rows.sort_by_key(|it| (it.line, it.date, it.record));
    let computed = Money::sum(rows.iter().map(|it| it.amount))?;
    let difference = statement.map(|balance| balance.minus(computed)).transpose()?;
    if let (Some(balance), Some(difference)) = (statement, difference) {
        rows.push(row(LineKind::Statement, statement_to, "Balance per statement", balance));
        rows.push(row(LineKind::Difference, None, "Difference", difference));
    }
    Ok(BankReconciliationReport {
        stamp: Stamp { as_at: Some(as_at), ..Stamp::plain(books, "almoner.report.bank-reconciliation/1") },
        account: all.get(place).map(|it| it.account.clone()),
        statement_to,
        computed,
        difference,
        rows,
        is_another_account: !is_first,
    })
}

fn row(line: LineKind, date: Option<Date>, text: impl Into<String>, amount: Money) -> BankReconciliationRow {
    BankReconciliationRow { line, date, record: None, text: text.into(), amount }
}

/// Returns the payments and receipts up to a day that are not reversed, and the balance of the bank in the ledger.
fn ledger(books: &dyn Books, as_at: Date) -> Result<(Vec<Moved>, Money), BooksError> {
    let mut moved = Vec::new();
    let mut balance = Money::ZERO;
    let mut names = BTreeMap::new();
    books.each_recipient(&mut |recipient| {
        names.insert(recipient.id.clone(), recipient.name().to_owned());
        Ok(())
    })?;
    books.each_grant(&mut |grant| {
        for recorded in &grant.history {
            let at_bank = recorded.entries.postings().filter(|it| it.account == Account::Bank);
            for posting in at_bank.filter(|it| it.booked <= as_at) {
                balance = balance.plus(posting.amount)?;
            }
        }
        let name = grant.last_award().and_then(|award| names.get(&award.recipient));
        for recorded in grant.live() {
            let (Some(amount), Some(day)) = (recorded.fact.at_bank(), recorded.shown_from()) else {
                continue;
            };
            if day > as_at {
                continue;
            }
            let reference = recorded.fact.reference().map(|it| format!(", {it}")).unwrap_or_default();
            let name = name.map(|name| format!(" {name}")).unwrap_or_default();
            moved.push(Moved {
                record: recorded.record,
                day,
                amount,
                text: format!("{}{name}{reference}", grant.id),
                is_reconciled: recorded.reconciled.is_some(),
            });
        }
        Ok(())
    })?;
    for received in &books.reference().receipts {
        let posted = receipt_entries(books, received)?;
        let at_bank = posted.iter().flat_map(Entries::postings).filter(|it| it.account == Account::Bank);
        for posting in at_bank.filter(|it| it.booked <= as_at) {
            balance = balance.plus(posting.amount)?;
        }
        let (receipt, day) = (&received.receipt, booked_by(received, &posted));
        let is_shown = received.reversed_by.is_none() && day <= as_at;
        let Some(amount) = receipt.at_bank().filter(|_| is_shown) else { continue };
        let from = receipt.from.as_ref().map_or("Receipt", |from| from.as_str());
        let reference = receipt.reference.as_ref().map(|it| format!(", {it}")).unwrap_or_default();
        moved.push(Moved {
            record: received.record,
            day,
            amount,
            text: format!("{from}{reference}"),
            is_reconciled: received.reconciled.is_some(),
        });
    }
    Ok((moved, balance))
}

/// Returns the line of a payment or receipt that is on no statement.
fn not_on_statement(moved: &Moved) -> BankReconciliationRow {
    let line = if moved.amount.is_negative() { LineKind::NotPresented } else { LineKind::NotCredited };
    BankReconciliationRow {
        record: Some(moved.record),
        ..row(line, Some(moved.day), moved.text.clone(), moved.amount.negated())
    }
}

/// Lines that are reconciled together, and whether any of them is after the day.
struct ReconciledGroup<'a> {
    of: &'a ReconciledLine,
    lines: Money,
    has_lines: bool,
    has_later: bool,
}

/// Returns what is on one side only: in the ledger or on the statements up to a day.
fn of_statements(
    account: &BankAccount,
    ours: &[&Moved],
    as_at: Date,
) -> Result<Vec<BankReconciliationRow>, Overflow> {
    let mut rows = Vec::new();
    let mut together: BTreeMap<u64, ReconciledGroup<'_>> = BTreeMap::new();
    let mut explained: BTreeMap<ExplanationKind, (u64, Money)> = BTreeMap::new();
    for line in &account.lines {
        let is_later = line.line.date > as_at;
        match line.reconciliation() {
            None if is_later => {}
            None => rows.push(BankReconciliationRow {
                record: line.place().map(|place| place.statement),
                ..row(LineKind::Open, Some(line.line.date), line.line.text.to_string(), line.line.amount)
            }),
            Some(ReconciledLine { explanation: Some(_), .. }) if is_later => {}
            Some(ReconciledLine { explanation: Some(explanation), .. }) => {
                let (count, sum) = explained.entry(explanation.kind).or_default();
                *count += 1;
                sum.add(line.line.amount)?;
            }
            Some(of) => {
                let group = together.entry(of.record).or_insert(ReconciledGroup {
                    of,
                    lines: Money::ZERO,
                    has_lines: false,
                    has_later: false,
                });
                group.has_later |= is_later;
                if !is_later {
                    group.has_lines = true;
                    group.lines.add(line.line.amount)?;
                }
            }
        }
    }
    for (kind, (count, sum)) in explained {
        let text = format!("{}: {count} {}", kind.words(), if count == 1 { "line" } else { "lines" });
        rows.push(row(LineKind::Explained, None, text, sum));
    }
    let by_record: BTreeMap<u64, &Moved> = ours.iter().map(|it| (it.record, *it)).collect();
    let mut presented: BTreeSet<u64> = BTreeSet::new();
    let (mut remainders, mut count) = (Money::ZERO, 0_u64);
    for group in together.into_values().filter(|it| it.has_lines) {
        let of = group.of;
        let known: Vec<&Moved> = of.records.iter().filter_map(|it| by_record.get(it)).copied().collect();
        presented.extend(&of.records);
        let rest = group.lines.minus(Money::sum(known.iter().map(|it| it.amount))?)?;
        if rest.is_zero() {
            continue;
        }
        if !group.has_later && known.len() == of.records.len() {
            remainders.add(rest)?;
            count += 1;
            continue;
        }
        rows.push(BankReconciliationRow {
            record: Some(of.record),
            ..row(LineKind::Later, None, "Reconciled with items dated later", rest)
        });
    }
    if count > 0 {
        let what = if count == 1 { "line" } else { "lines" };
        rows.push(row(
            LineKind::Remainder,
            None,
            format!("Parts of {count} {what} not in these books"),
            remainders,
        ));
    }
    let not_presented = ours.iter().filter(|it| !presented.contains(&it.record));
    rows.extend(not_presented.map(|it| not_on_statement(it)));
    if let (Some(first), Some(opening)) = (account.first_day(), account.first_opening()) {
        let text = "Opening balance of the first statement";
        rows.push(row(LineKind::Opening, Some(first), text, opening));
    }
    Ok(rows)
}
