//! Late postings, made on the first open day after their closed month, and postings to provisionally closed
//! months.
//!
//! **Guarantee.** The posted figure of each month agrees with other reports. Less what belongs to earlier
//! months, plus what was posted later, it is the figure by effective date.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::accounts::Account;
use crate::book::{Books, BooksError};
use crate::calendar::{Date, Month};
use crate::decisions::DecisionId;
use crate::events::{Event, FundsReceived};
use crate::funders::RecordedReceipt;
use crate::grants::{Grant, GrantId, Recorded};
use crate::money::Money;
use crate::recipients::RecipientId;
use crate::reports::grant::rows_of;
use crate::reports::grants::{RecipientNames, numbered};
use crate::reports::periods::{Every, Flow, periods};
use crate::reports::{Query, ReportError, Stamp};

/// The way in which a closed month was posted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// On the first open day after the closed month.
    Late,
    /// On its own date, in a provisionally closed month.
    PostedToClosed,
    /// On the first open day, what is of earlier years to reserves, as the correction of a material error.
    PriorPeriod,
}

/// The late or exceptional postings of one record on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LateRow {
    pub date: Date,
    pub booked: Date,
    pub how: How,
    /// The reason for posting to the closed month, or for a prior period adjustment.
    pub reason: Option<String>,
    pub record: u64,
    /// The time of recording, UTC.
    pub recorded_at: String,
    pub recorded_by: String,
    /// The kind of posting: `payment`, `recognition`, `receipt`, …
    pub event: &'static str,
    /// The grant's id; `None` for a receipt from a funder.
    pub grant: Option<GrantId>,
    pub recipient: Option<RecipientId>,
    /// The recipient's name on that day.
    pub recipient_name: Option<String>,
    /// The decision that the record refers to, or else that of the grant's award.
    pub decision: Option<DecisionId>,
    #[serde(flatten)]
    pub moved: Moved,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Moved {
    pub awarded: Money,
    /// Refunds that reduce an award.
    pub reduced: Money,
    /// Payments less refunds.
    pub paid: Money,
    pub expenditure: Money,
    /// Expenditure of earlier years that was posted to reserves. Absent when zero.
    #[serde(skip_serializing_if = "crate::reports::periods::is_zero")]
    pub prior_period: Money,
    pub received: Money,
}

/// A figure of a month with late postings or postings after its provisional close.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LateMonth {
    pub month: Month,
    /// The name of the figure: `awarded`, `reduced`, `paid` or `expenditure`.
    pub figure: &'static str,
    /// The posted figure, as in other reports.
    pub booked: Money,
    /// The part of it that belongs to earlier months.
    pub of_earlier: Money,
    /// The part of it posted after the month was provisionally closed.
    pub posted_to_closed: Money,
    /// The amount that belongs to the month and was posted later.
    pub booked_later: Money,
    /// The figure by effective date: posted, less what is of earlier months, plus what was posted later.
    pub effective: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LateReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The lines whose effective or posting date is in the range, by posting date.
    pub rows: Vec<LateRow>,
    pub total: Moved,
    /// The figures of the months in the range that the lines affect.
    pub months: Vec<LateMonth>,
}

pub fn late(books: &dyn Books, query: &Query) -> Result<LateReport, ReportError> {
    let mut all = Vec::new();
    books.each_grant(&mut |grant| {
        for recorded in &grant.history {
            all.extend(of_grant(books, grant, recorded)?);
        }
        Ok(())
    })?;
    for received in books.reference().live_receipts() {
        all.extend(of_receipt(books, received)?);
    }
    let inside = |day: Date| query.covers(day);
    all.retain(|row| inside(row.date) || inside(row.booked));
    let names = RecipientNames::read(books, all.iter().filter_map(|row| row.recipient.as_ref()))?;
    for row in &mut all {
        row.recipient_name = row.recipient.as_ref().map(|id| names.on(id, row.date));
    }
    all.sort_by_cached_key(|row| {
        (row.booked, row.date, row.grant.as_ref().map(|id| numbered(id.as_str())), row.record)
    });
    let months = months(books, query, &all)?;
    let total = Moved::sum(all.iter().map(|row| &row.moved))?;
    Ok(LateReport { stamp: Stamp::of_range(books, "almoner.report.late/2", query), rows: all, total, months })
}

summed!(Moved { awarded, reduced, paid, expenditure, prior_period, received });

/// Returns the way in which a record was posted on a day, and the reason; `None` for an ordinary posting.
fn how(books: &dyn Books, record: u64, date: Date, booked: Date) -> Option<(How, Option<String>)> {
    let window = books.reference().closed.posting_window(record);
    match window.filter(|it| it.takes(booked.month())) {
        Some(window) => Some((How::PostedToClosed, Some(window.reason.to_string()))),
        None => (date != booked).then_some((How::Late, None)),
    }
}

fn of_grant(books: &dyn Books, grant: &Grant, recorded: &Recorded) -> Result<Vec<LateRow>, BooksError> {
    let mut late = Vec::new();
    for row in rows_of(grant, recorded)? {
        let how = match &recorded.prior_period {
            Some(reason) if row.date != row.booked => Some((How::PriorPeriod, Some(reason.to_string()))),
            Some(_) | None => how(books, recorded.record, row.date, row.booked),
        };
        let Some((how, reason)) = how else { continue };
        let recipient = grant.recipient_shown(recorded.record, row.booked).cloned();
        late.push(LateRow {
            date: row.date,
            booked: row.booked,
            how,
            reason,
            record: recorded.record,
            recorded_at: recorded.at.to_string(),
            recorded_by: recorded.by.to_string(),
            event: row.event,
            grant: Some(grant.id.clone()),
            recipient,
            recipient_name: None,
            decision: recorded.fact.decision().or(grant.decision()).cloned(),
            moved: Moved {
                awarded: row.awarded,
                reduced: row.reduced,
                paid: row.paid,
                expenditure: row.expenditure,
                prior_period: row.prior_period,
                received: Money::ZERO,
            },
        });
    }
    Ok(late)
}

fn of_receipt(books: &dyn Books, received: &RecordedReceipt) -> Result<Option<LateRow>, BooksError> {
    let Some(record) = books.record(received.record)? else { return Ok(None) };
    let Event::Received(FundsReceived { receipt, posted }) = &record.event else { return Ok(None) };
    let at_bank = posted.postings().find(|posting| posting.account == Account::Bank);
    let booked = at_bank.map_or(receipt.date, |posting| posting.booked);
    let Some((how, reason)) = how(books, record.number, receipt.date, booked) else { return Ok(None) };
    Ok(Some(LateRow {
        date: receipt.date,
        booked,
        how,
        reason,
        record: record.number,
        recorded_at: record.at.to_string(),
        recorded_by: record.by.to_string(),
        event: record.event.words(),
        grant: None,
        recipient: None,
        recipient_name: None,
        decision: None,
        moved: Moved { received: receipt.amount, ..Moved::default() },
    }))
}

/// A figure by its name, with its value in a line and in a month.
type FigureOf = (&'static str, fn(&Moved) -> Money, fn(&Flow) -> Money);

const EXPENDITURE: &str = "expenditure";

const FIGURES: [FigureOf; 4] = [
    ("awarded", |moved| moved.awarded, |flow| flow.awarded),
    ("reduced", |moved| moved.reduced, |flow| flow.reduced),
    ("paid", |moved| moved.paid, |flow| flow.paid),
    (EXPENDITURE, |moved| moved.expenditure, |flow| flow.expenditure),
];

/// Returns the figures of the months within the range that the lines affect.
fn months(books: &dyn Books, query: &Query, rows: &[LateRow]) -> Result<Vec<LateMonth>, ReportError> {
    let touched = |row: &LateRow| [row.date.month(), row.booked.month()];
    let within = |month: &Month| query.covers(month.first_day()) && query.covers(month.last_day());
    let touched: BTreeSet<Month> = rows.iter().flat_map(touched).filter(within).collect();
    if touched.is_empty() {
        return Ok(Vec::new());
    }
    let shown = periods(books, query, Every::Month)?;
    let shown: BTreeMap<Month, Flow> = shown.rows.iter().map(|row| (row.from.month(), row.flow)).collect();
    let mut months = Vec::new();
    for month in touched {
        let flow = shown.get(&month).copied().unwrap_or_default();
        for (figure, of_row, of_month) in FIGURES {
            let sum = |takes: &dyn Fn(&LateRow) -> bool| {
                Money::sum(rows.iter().filter(|row| takes(row)).map(|row| of_row(&row.moved)))
            };
            let (from, to) = (|row: &LateRow| row.date.month(), |row: &LateRow| row.booked.month());
            let booked = of_month(&flow);
            let of_earlier = sum(&|row| to(row) == month && from(row) != month)?;
            let mut booked_later = sum(&|row| from(row) == month && to(row) != month)?;
            if figure == EXPENDITURE {
                // It is no expenditure of the month in which it was posted to reserves, but of its own.
                let adjusted = rows.iter().filter(|row| from(row) == month).map(|row| row.moved.prior_period);
                booked_later = booked_later.plus(Money::sum(adjusted)?)?;
            }
            let posted_to_closed = sum(&|row| to(row) == month && row.how == How::PostedToClosed)?;
            let effective = booked.minus(of_earlier)?.plus(booked_later)?;
            let figures = [booked, of_earlier, posted_to_closed, booked_later, effective];
            if figures.iter().any(|amount| !amount.is_zero()) {
                months.push(LateMonth {
                    month,
                    figure,
                    booked,
                    of_earlier,
                    posted_to_closed,
                    booked_later,
                    effective,
                });
            }
        }
    }
    Ok(months)
}
