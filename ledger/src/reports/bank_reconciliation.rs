//! The reconciliation of a bank account: from the balance per ledger to that per statement.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::accounts::Account;
use crate::book::bank::{BankAccount, account_meant, accounts};
use crate::book::receipts::{booked_by, receipt_entries};
use crate::book::{Books, BooksError};
use crate::calendar::Date;
use crate::entry::Entries;
use crate::grants::Fact;
use crate::money::{Money, Overflow};
use crate::reconciliation::{ExplanationKind, ReconciledLine, RecordedLine, is_same_account};
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
    /// True where payments that are on no statement and name no account are counted on another account.
    #[serde(skip)]
    pub is_another_account: bool,
}

/// A payment or receipt of the ledger.
struct Moved {
    record: u64,
    /// The place of its account.
    of: usize,
    day: Date,
    amount: Money,
    text: String,
}

/// The bank accounts of the books, in order: those of which statements were recorded, then those that are only named by
/// payments and receipts.
struct Places {
    recorded: Vec<BankAccount>,
    named: Vec<Text>,
    /// The places of the accounts of whose lines records are.
    of_record: BTreeMap<u64, usize>,
    /// The places by how accounts are written.
    written: BTreeMap<Text, usize>,
}

/// Returns the bank accounts of the books: those of which statements were recorded, then those that only payments and
/// receipts name, in the order in which they were named.
///
/// # Errors
/// Unreadable books.
pub fn bank_accounts(books: &dyn Books) -> Result<Vec<Text>, BooksError> {
    let mut places = Places::of(books)?;
    let mut named: Vec<(u64, Text)> = Vec::new();
    each_named(books, |record, account| named.push((record, account.clone())))?;
    named.sort();
    named.iter().for_each(|(record, account)| {
        places.place_of(*record, Some(account));
    });
    Ok(places.recorded.into_iter().map(|it| it.account).chain(places.named).collect())
}

/// Visits the accounts that payments and receipts name, each with its record.
fn each_named(books: &dyn Books, mut visit: impl FnMut(u64, &Text)) -> Result<(), BooksError> {
    books.each_grant(&mut |grant| {
        grant.live().for_each(|it| it.fact.account().into_iter().for_each(|named| visit(it.record, named)));
        Ok(())
    })?;
    for it in books.reference().live_receipts() {
        it.receipt.account.iter().for_each(|named| visit(it.record, named));
    }
    Ok(())
}

/// Returns the account that the first record names which names one.
fn first_named(books: &dyn Books) -> Result<Option<Text>, BooksError> {
    let mut first: Option<(u64, Text)> = None;
    each_named(books, |record, named| {
        if first.as_ref().is_none_or(|(first, _)| record < *first) {
            first = Some((record, named.clone()));
        }
    })?;
    Ok(first.map(|(_, account)| account))
}

impl Places {
    fn of(books: &dyn Books) -> Result<Places, BooksError> {
        let recorded = accounts(books)?;
        let reconciled = recorded.iter().enumerate().flat_map(|(place, account)| {
            let lines = account.lines.iter().filter_map(RecordedLine::reconciliation);
            lines.flat_map(|of| &of.records).map(move |record| (*record, place))
        });
        let of_record = reconciled.collect();
        Ok(Places { recorded, named: Vec::new(), of_record, written: BTreeMap::new() })
    }

    /// Returns the place of an account, if the books have it.
    fn find(&self, written: &str) -> Option<usize> {
        let is_named = |it: &Text| is_same_account(Some(it), Text::new(written).ok().as_ref());
        let named = || Some(self.recorded.len() + self.named.iter().position(is_named)?);
        self.recorded.iter().position(|it| it.is_called(written)).or_else(named)
    }

    /// Returns the place of the account of a payment or receipt: that of the statement line that it is, then the one that
    /// it names. What is on no statement and names none is of the first account.
    fn place_of(&mut self, record: u64, named: Option<&Text>) -> usize {
        if let Some(place) = self.of_record.get(&record) {
            return *place;
        }
        let Some(account) = named else { return 0 };
        if let Some(place) = self.written.get(account) {
            return *place;
        }
        let place = self.find(account.as_str()).unwrap_or_else(|| {
            self.named.push(account.clone());
            self.recorded.len() + self.named.len() - 1
        });
        self.written.insert(account.clone(), place);
        place
    }

    fn name(&self, place: usize) -> Option<&Text> {
        let named = || self.named.get(place.checked_sub(self.recorded.len())?);
        self.recorded.get(place).map(|it| &it.account).or_else(named)
    }
}

/// Produces the reconciliation of an account, as at a day. Without an account, it is the first of which a statement was
/// recorded. What is on no statement and names no account is counted there.
///
/// # Errors
/// An account of which nothing is recorded, or unreadable books.
pub fn bank_reconciliation(
    books: &dyn Books,
    account: Option<&str>,
    as_at: Date,
) -> Result<BankReconciliationReport, ReportError> {
    let mut places = Places::of(books)?;
    // Without a statement, the first account is the one that was named first, whatever is dated before.
    if places.recorded.is_empty() {
        places.named.extend(first_named(books)?);
    }
    let (moved, balances) = ledger(books, as_at, &mut places)?;
    let place = match account {
        None => 0,
        Some(written) => places.find(written).ok_or_else(|| ReportError::Unknown {
            what: "bank account",
            given: written.to_owned(),
            nearest: account_meant(books, written).map(|account| account.to_string()),
        })?,
    };
    let ours: Vec<&Moved> = moved.iter().filter(|it| it.of == place).collect();
    let amounts = Money::sum(ours.iter().map(|it| it.amount))?;
    let balance = balances.get(&place).copied().unwrap_or_default();
    let mut rows = vec![row(LineKind::Ledger, Some(as_at), "Balance per ledger", balance)];
    let mut statement_to = None;
    let mut statement = None;
    match places.recorded.get(place) {
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
        account: places.name(place).cloned(),
        statement_to,
        computed,
        difference,
        rows,
        is_another_account: place != 0,
    })
}

fn row(line: LineKind, date: Option<Date>, text: impl Into<String>, amount: Money) -> BankReconciliationRow {
    BankReconciliationRow { line, date, record: None, text: text.into(), amount }
}

/// Returns the payments and receipts up to a day that are not reversed, and the balances in the ledger by the places of the
/// accounts.
fn ledger(
    books: &dyn Books,
    as_at: Date,
    places: &mut Places,
) -> Result<(Vec<Moved>, BTreeMap<usize, Money>), BooksError> {
    let mut moved = Vec::new();
    let mut balances: BTreeMap<usize, Money> = BTreeMap::new();
    let mut post = |place: usize, posted: &Entries| {
        let at_bank = posted.postings().filter(|it| it.account == Account::Bank && it.booked <= as_at);
        let sum = Money::sum(at_bank.map(|it| it.amount))?;
        balances.entry(place).or_default().add(sum)
    };
    let mut names = BTreeMap::new();
    books.each_recipient(&mut |recipient| {
        names.insert(recipient.id.clone(), recipient.name().to_owned());
        Ok(())
    })?;
    books.each_grant(&mut |grant| {
        let mut of: BTreeMap<u64, usize> = BTreeMap::new();
        for recorded in &grant.history {
            // What reverses a payment is of its account.
            let place = if let Fact::Reversed { record, .. } = &*recorded.fact {
                of.get(record).copied().unwrap_or_default()
            } else {
                places.place_of(recorded.record, recorded.fact.account())
            };
            of.insert(recorded.record, place);
            post(place, &recorded.entries)?;
        }
        for recorded in grant.live() {
            let (Some(amount), Some(day)) = (recorded.fact.at_bank(), recorded.shown_from()) else {
                continue;
            };
            if day > as_at {
                continue;
            }
            let reference = recorded.fact.reference().map(|it| format!(", {it}")).unwrap_or_default();
            let name = grant.recipient_shown(recorded.record, day).and_then(|id| names.get(id));
            let name = name.map(|name| format!(" {name}")).unwrap_or_default();
            moved.push(Moved {
                record: recorded.record,
                of: of.get(&recorded.record).copied().unwrap_or_default(),
                day,
                amount,
                text: format!("{}{name}{reference}", grant.id),
            });
        }
        Ok(())
    })?;
    for received in &books.reference().receipts {
        let posted = receipt_entries(books, received)?;
        let place = places.place_of(received.record, received.receipt.account.as_ref());
        for posted in &posted {
            post(place, posted)?;
        }
        let (receipt, day) = (&received.receipt, booked_by(received, &posted));
        let is_shown = received.reversed_by.is_none() && day <= as_at;
        let Some(amount) = receipt.at_bank().filter(|_| is_shown) else { continue };
        let from = receipt.from.as_ref().map_or("Receipt", |from| from.as_str());
        let reference = receipt.reference.as_ref().map(|it| format!(", {it}")).unwrap_or_default();
        moved.push(Moved {
            record: received.record,
            of: place,
            day,
            amount,
            text: format!("{from}{reference}"),
        });
    }
    Ok((moved, balances))
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
            ..row(LineKind::Later, None, "Reconciled with transactions dated later", rest)
        });
    }
    if count > 0 {
        let what = if count == 1 { "line" } else { "lines" };
        rows.push(row(
            LineKind::Remainder,
            None,
            format!("Parts of {count} {what} that are not in these books"),
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
