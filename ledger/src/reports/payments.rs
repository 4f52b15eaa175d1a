//! Payments, refunds and returned payments, and whether they are on a bank statement.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::book::Books;
use crate::calendar::{Date, DateRange};
use crate::grants::{Fact, Grant, GrantId};
use crate::listing::Wanted;
use crate::money::Money;
use crate::recipients::RecipientId;
use crate::reports::grants::{RecipientNames, ever_takes, numbered};
use crate::reports::{Query, ReportError, Stamp};
use crate::text::Text;
use crate::worded;

/// Whether a payment arrived, as at the reporting date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaymentState {
    /// On no bank statement.
    Unpresented,
    /// On a bank statement.
    Reconciled,
    /// Paid, and came back, wholly or in part.
    Returned,
}

worded!(PaymentState::word, displayed parsed {
    Unpresented = "unpresented", Reconciled = "reconciled", Returned = "returned",
});

impl Serialize for PaymentState {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PaymentsRow {
    pub date: Date,
    pub grant: GrantId,
    pub recipient: RecipientId,
    /// The recipient's name on that date.
    pub recipient_name: String,
    /// `payment`, `refund` or `returned payment`.
    pub event: &'static str,
    pub reference: Option<Text>,
    /// The bank account that it names, if any.
    pub account: Option<Text>,
    pub state: PaymentState,
    /// The date of the statement line.
    pub statement: Option<Date>,
    /// Negative for money that came back.
    pub amount: Money,
    pub record: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PaymentsReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// By date, then by grant.
    pub rows: Vec<PaymentsRow>,
    pub total: Money,
}

/// Produces the report of the payments dated in the range up to the reporting date; of one state only, if given.
/// Filtered by theme, it shows the grants that ever had the theme.
///
/// # Errors
/// Unreadable books, or a sum that is too large.
pub fn payments(
    books: &dyn Books,
    query: &Query,
    state: Option<PaymentState>,
) -> Result<PaymentsReport, ReportError> {
    let mut rows = Vec::new();
    if let Ok(days) = DateRange::new(query.range.from(), query.as_at()) {
        books.each_grant_wanted(Wanted::ActiveIn(days), &mut |grant| {
            if grant.award().is_some_and(|award| ever_takes(&query.filter, grant, award)) {
                rows.extend(of_grant(grant, query));
            }
            Ok(())
        })?;
    }
    rows.retain(|row: &PaymentsRow| state.is_none_or(|state| row.state == state));
    let names = RecipientNames::read(books, rows.iter().map(|row| &row.recipient))?;
    rows.iter_mut().for_each(|row| row.recipient_name = names.on(&row.recipient, row.date));
    rows.sort_by_cached_key(|row| (row.date, numbered(row.grant.as_str()), row.record));
    let total = Money::sum(rows.iter().map(|row| row.amount))?;
    Ok(PaymentsReport { stamp: Stamp::of_range(books, "almoner.report.payments/1", query), rows, total })
}

fn of_grant(grant: &Grant, query: &Query) -> Vec<PaymentsRow> {
    let Some(award) = grant.award() else { return Vec::new() };
    let came_back: BTreeSet<u64> = grant
        .facts()
        .filter_map(|fact| if let Fact::Returned(returned) = fact { Some(returned) } else { None })
        .filter(|returned| returned.date <= query.as_at())
        .map(|returned| returned.payment)
        .collect();
    let mut rows = Vec::new();
    for recorded in grant.live() {
        let (Some(at_bank), Some(date)) = (recorded.fact.at_bank(), recorded.fact.date()) else { continue };
        if !query.covers(date) {
            continue;
        }
        let statement = recorded.reconciled.map(|it| it.date).filter(|day| *day <= query.as_at());
        let state = match statement {
            _ if came_back.contains(&recorded.record) => PaymentState::Returned,
            Some(_) => PaymentState::Reconciled,
            None => PaymentState::Unpresented,
        };
        rows.push(PaymentsRow {
            date,
            grant: grant.id.clone(),
            recipient: award.recipient.clone(),
            recipient_name: String::new(),
            event: recorded.fact.words(),
            reference: recorded.fact.reference().cloned(),
            account: recorded.fact.account().cloned(),
            state,
            statement,
            amount: at_bank.negated(),
            record: recorded.record,
        });
    }
    rows
}
