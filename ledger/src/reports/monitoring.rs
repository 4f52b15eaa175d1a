//! Milestones and monitoring reports due or received in a range, and those overdue.

use serde::Serialize;

use crate::book::Books;
use crate::calendar::Date;
use crate::grants::monitoring::{DueItem, DueKind, DueState};
use crate::grants::{Award, Grant, GrantId};
use crate::listing::Wanted;
use crate::papers::PaperId;
use crate::recipients::RecipientId;
use crate::reports::grants::{RecipientNames, ever_takes, numbered};
use crate::reports::{Query, ReportError, Stamp};
use crate::text::Text;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MonitoringRow {
    /// Its state on the day reported.
    pub state: DueState,
    pub grant: GrantId,
    pub recipient: RecipientId,
    /// The recipient's name on the day reported.
    pub recipient_name: String,
    pub what: DueKind,
    pub name: Text,
    pub due: Date,
    /// True when payments are held until it is received, even if it was by now; false once waived.
    pub before_payment: bool,
    /// The reason for the waiver, where the hold on payments was waived.
    pub waived: Option<Text>,
    /// The date of receipt or achievement, if on or before the day reported.
    pub received: Option<Date>,
    pub paper: Option<PaperId>,
    pub result: Option<Text>,
    pub conditions: Option<Text>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MonitoringReport {
    /// The heading of the report, as at the day for which overdue items are determined.
    #[serde(flatten)]
    pub stamp: Stamp,
    pub overdue: usize,
    pub due: usize,
    pub received: usize,
    /// Overdue items first, then due, received and lapsed; each by date, then by grant.
    pub rows: Vec<MonitoringRow>,
}

/// Produces the report of items due or received in the range, and of all that are overdue on the day `on`,
/// whenever they were due. Filtered by theme, it shows the grants that ever had the theme.
pub fn monitoring(books: &dyn Books, query: &Query, on: Date) -> Result<MonitoringReport, ReportError> {
    let mut rows = Vec::new();
    books.each_grant_wanted(Wanted::WithItems, &mut |grant| {
        let Some(award) = grant.award() else { return Ok(()) };
        let items = if ever_takes(&query.filter, grant, award) { grant.due_items() } else { Vec::new() };
        for item in items.iter().filter(|item| is_in(query, item, on)) {
            rows.push(row(grant, award, item, on));
        }
        Ok(())
    })?;
    let names = RecipientNames::read(books, rows.iter().map(|row| &row.recipient))?;
    rows.iter_mut().for_each(|row| row.recipient_name = names.on(&row.recipient, on));
    rows.sort_by_cached_key(|row| {
        let day = row.received.unwrap_or(row.due);
        (row.state, day, numbered(row.grant.as_str()), row.due, row.name.clone())
    });
    let count = |state| rows.iter().filter(|row| row.state == state).count();
    let stamp = Stamp { as_at: Some(on), ..Stamp::of_range(books, "almoner.report.monitoring/2", query) };
    let (overdue, due) = (count(DueState::Overdue), count(DueState::Due));
    let received = count(DueState::Received);
    Ok(MonitoringReport { stamp, overdue, due, received, rows })
}

fn is_in(query: &Query, item: &DueItem<'_>, on: Date) -> bool {
    match item.state(on) {
        DueState::Overdue => true,
        DueState::Due | DueState::Lapsed => query.range.contains(item.due.due),
        DueState::Received => {
            let received = item.received.is_some_and(|it| query.range.contains(it.received));
            received || query.range.contains(item.due.due)
        }
    }
}

fn row(grant: &Grant, award: &Award, item: &DueItem<'_>, on: Date) -> MonitoringRow {
    let received = item.received.filter(|it| it.received <= on);
    MonitoringRow {
        state: item.state(on),
        grant: grant.id.clone(),
        recipient: award.recipient.clone(),
        recipient_name: String::new(),
        what: item.due.what,
        name: item.due.name.clone(),
        due: item.due.due,
        before_payment: item.due.before_payment && item.waived.is_none(),
        waived: item.waived.map(|waiver| waiver.reason.clone()),
        received: received.map(|it| it.received),
        paper: received.and_then(|it| it.paper.clone()),
        result: received.map(|it| it.result.clone()),
        conditions: grant.terms().conditions.cloned(),
    }
}
