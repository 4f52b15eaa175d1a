//! Milestones and monitoring reports: what was due or received in a range, and what is overdue.

use serde::Serialize;

use crate::book::Books;
use crate::calendar::Date;
use crate::grants::monitoring::{DueItem, DueKind, DueState};
use crate::grants::{Award, Grant, GrantId};
use crate::papers::PaperId;
use crate::recipients::RecipientId;
use crate::reports::grants::{by_number, has_theme, recipient_name};
use crate::reports::{Query, ReportError, Stamp};
use crate::text::Text;

/// One milestone or monitoring report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MonitoringRow {
    /// How it stands on the day.
    pub state: DueState,
    /// The grant.
    pub grant: GrantId,
    /// The recipient's id.
    pub recipient: RecipientId,
    /// The recipient's name on the day.
    pub recipient_name: String,
    /// Which kind it is.
    pub what: DueKind,
    /// What it is called.
    pub name: Text,
    /// When it falls due.
    pub due: Date,
    /// True when payments wait for it, be it received by now or not; false once that was waived.
    pub before_payment: bool,
    /// Why payments wait for it no longer, where that was waived.
    pub waived: Option<Text>,
    /// When it was received or reached, if it was by the day.
    pub received: Option<Date>,
    /// The public paper that it was reported in.
    pub paper: Option<PaperId>,
    /// What came of it.
    pub result: Option<Text>,
    /// The conditions of the grant.
    pub conditions: Option<Text>,
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MonitoringReport {
    /// What every report begins with; as at the day on which it is said what is overdue.
    #[serde(flatten)]
    pub stamp: Stamp,
    /// How many are overdue.
    pub overdue: usize,
    /// How many are due later.
    pub due: usize,
    /// How many were received.
    pub received: usize,
    /// What is overdue first, then what is due, received and lapsed; each by day, then by grant.
    pub rows: Vec<MonitoringRow>,
}

/// Draws the report: what falls due in the range, what was received in it, and all that is overdue
/// on the day `on`, whenever it was due. Narrowed to a theme, it shows the grants that ever had it.
pub fn monitoring(books: &dyn Books, query: &Query, on: Date) -> Result<MonitoringReport, ReportError> {
    let filter = &query.filter;
    let mut rows = Vec::new();
    books.each_grant(&mut |grant| {
        let Some(award) = grant.award() else { return Ok(()) };
        let is_taken = filter.takes_fund(&award.fund)
            && filter.takes_power(grant.terms().power)
            && filter.takes_recipient(&award.recipient)
            && filter.theme.as_ref().is_none_or(|theme| has_theme(grant, theme));
        let items = if is_taken { grant.due_items() } else { Vec::new() };
        for item in items.iter().filter(|item| is_in(query, item, on)) {
            let name = recipient_name(books, &award.recipient, on)?;
            rows.push(row(grant, award, item, on, name));
        }
        Ok(())
    })?;
    rows.sort_by(|a, b| {
        let day = |row: &MonitoringRow| row.received.unwrap_or(row.due);
        let by_grant = || by_number(a.grant.as_str(), b.grant.as_str());
        let by_item = || (a.due, &a.name).cmp(&(b.due, &b.name));
        (a.state, day(a)).cmp(&(b.state, day(b))).then_with(by_grant).then_with(by_item)
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

fn row(grant: &Grant, award: &Award, item: &DueItem<'_>, on: Date, recipient_name: String) -> MonitoringRow {
    let received = item.received.filter(|it| it.received <= on);
    MonitoringRow {
        state: item.state(on),
        grant: grant.id.clone(),
        recipient: award.recipient.clone(),
        recipient_name,
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
