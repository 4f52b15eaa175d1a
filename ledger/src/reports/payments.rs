//! Payments, refunds and returned payments, and whether they are on a bank statement.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::book::Books;
use crate::book::bank::{Presented, presented};
use crate::calendar::{Date, DateRange};
use crate::grants::{Fact, Grant, GrantId};
use crate::listing::Wanted;
use crate::money::Money;
use crate::recipients::RecipientId;
use crate::reports::grants::{RecipientNames, ever_takes, numbered};
use crate::reports::{Query, ReportError, Stamp};
use crate::text::Text;
use crate::worded;

/// What payments are selected by. The first two are the states of every payment, refund and returned payment as at the
/// reporting date; a payment that was returned is in one of them too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaymentState {
    /// On no bank statement.
    Unpresented,
    /// On a bank statement.
    Reconciled,
    /// Paid, and returned, wholly or in part.
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
    /// The posting date: the same date or, if its month was closed, the first open day.
    pub booked: Date,
    pub grant: GrantId,
    /// The recipient under whom the books show it.
    pub recipient: RecipientId,
    /// The recipient's name on that date.
    pub recipient_name: String,
    /// `payment`, `refund` or `returned payment`.
    pub event: &'static str,
    pub reference: Option<Text>,
    /// The bank account of the statement that it is on, otherwise the account recorded with it.
    pub account: Option<Text>,
    /// `unpresented` or `reconciled`.
    pub state: PaymentState,
    /// The date of the statement line.
    pub statement: Option<Date>,
    /// The date on which a payment was returned, wholly or in part; the last one of several.
    pub returned: Option<Date>,
    /// Negative for money that came back.
    pub amount: Money,
    pub record: u64,
}

impl PaymentsRow {
    /// Returns true if it is selected by a state.
    pub fn is(&self, state: PaymentState) -> bool {
        match state {
            PaymentState::Unpresented | PaymentState::Reconciled => self.state == state,
            PaymentState::Returned => self.returned.is_some(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PaymentsReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// By date, then by grant.
    pub rows: Vec<PaymentsRow>,
    pub total: Money,
    /// The unpresented payments that were posted before the period, less refunds and returned payments; `None` where
    /// unpresented payments were not requested, or there are none.
    pub unpresented_before: Option<Money>,
}

/// Produces the report of the payments posted in the range up to the reporting date; of one state only, if given.
/// Filtered by theme, it shows the grants that ever had the theme.
///
/// The unpresented ones, with those before the range, are what bank reconciliations as at the same day list of grants as
/// not presented and not credited.
///
/// # Errors
/// Unreadable books, or a sum that is too large.
pub fn payments(
    books: &dyn Books,
    query: &Query,
    state: Option<PaymentState>,
) -> Result<PaymentsReport, ReportError> {
    let presented = presented(books)?;
    let mut all = Vec::new();
    let mut take = |grant: &Grant| {
        if grant.award().is_some_and(|award| ever_takes(&query.filter, grant, award)) {
            all.extend(of_grant(grant, query, &presented));
        }
        Ok(())
    };
    let is_of_unpresented = state == Some(PaymentState::Unpresented);
    if is_of_unpresented {
        books.each_grant(&mut take)?;
    } else if let Ok(days) = DateRange::new(query.range.from(), query.as_at()) {
        books.each_grant_wanted(Wanted::ActiveIn(days), &mut take)?;
    }
    let (mut rows, before): (Vec<PaymentsRow>, Vec<PaymentsRow>) =
        all.into_iter().partition(|row| query.range.contains(row.booked));
    rows.retain(|row| state.is_none_or(|state| row.is(state)));
    let before = before.into_iter().filter(|row| is_of_unpresented && row.is(PaymentState::Unpresented));
    let before: Vec<Money> = before.map(|row| row.amount).collect();
    let unpresented_before = if before.is_empty() { None } else { Some(Money::sum(before)?) };
    let names = RecipientNames::read(books, rows.iter().map(|row| &row.recipient))?;
    rows.iter_mut().for_each(|row| row.recipient_name = names.on(&row.recipient, row.date));
    rows.sort_by_cached_key(|row| (row.date, numbered(row.grant.as_str()), row.record));
    let total = Money::sum(rows.iter().map(|row| row.amount))?;
    let stamp = Stamp::of_range(books, "almoner.report.payments/1", query);
    Ok(PaymentsReport { stamp, rows, total, unpresented_before })
}

/// Returns what was posted of a grant up to the reporting date.
fn of_grant(grant: &Grant, query: &Query, presented: &BTreeMap<u64, Presented>) -> Vec<PaymentsRow> {
    let as_at = query.as_at();
    let mut returned: BTreeMap<u64, Date> = BTreeMap::new();
    for recorded in grant.live() {
        let Fact::Returned(it) = &*recorded.fact else { continue };
        if recorded.shown_from().is_some_and(|day| day <= as_at) {
            let last = returned.entry(it.payment).or_insert(it.date);
            *last = it.date.max(*last);
        }
    }
    let mut rows = Vec::new();
    for recorded in grant.live() {
        let (Some(at_bank), Some(date)) = (recorded.fact.at_bank(), recorded.fact.date()) else { continue };
        let booked = recorded.shown_from().unwrap_or(date);
        let Some(recipient) = grant.recipient_shown(recorded.record, booked) else { continue };
        if booked > as_at || !query.filter.takes_recipient(recipient) {
            continue;
        }
        let there = presented.get(&recorded.record).filter(|it| it.date <= as_at);
        rows.push(PaymentsRow {
            date,
            booked,
            grant: grant.id.clone(),
            recipient: recipient.clone(),
            recipient_name: String::new(),
            event: recorded.fact.words(),
            reference: recorded.fact.reference().cloned(),
            account: there.map(|it| &it.account).or(recorded.fact.account()).cloned(),
            state: if there.is_some() { PaymentState::Reconciled } else { PaymentState::Unpresented },
            statement: there.map(|it| it.date),
            returned: returned.get(&recorded.record).copied(),
            amount: at_bank.negated(),
            record: recorded.record,
        });
    }
    rows
}
