//! Milestones and monitoring reports: due, received, and holding payments.

use super::reference::check_same;
use super::{Decided, Decider, Refusal, already};
use crate::calendar::Date;
use crate::grants::monitoring::{Due, DueItem, Submission, Waiver};
use crate::grants::{Fact, Grant, GrantId, Recorded};
use crate::papers::PaperId;
use crate::rejection::Rejection;
use crate::text::Text;

pub(super) struct Received {
    pub(super) received: Date,
    pub(super) paper: Option<PaperId>,
    pub(super) result: Text,
}

impl Decider<'_> {
    pub(super) fn expect(&self, id: &GrantId, due: &Due) -> Result<Decided, Refusal> {
        let grant = self.grant(id)?;
        let known = live(&grant, |fact| {
            let Fact::Due(there) = fact else { return None };
            there.is_called(&due.name, due.due).then_some(there)
        });
        if let Some((recorded, there)) = known {
            let differences = [
                ("what", there.what.name(), due.what.name()),
                ("before_payment", yes_or_no(there.before_payment), yes_or_no(due.before_payment)),
            ];
            return already_or_different(recorded, there.what.name(), &named(id, due), differences);
        }
        let withdrawn = |fact: &Fact| matches!(fact, Fact::Withdrawn(it) if it.date <= due.due);
        if grant.facts().any(withdrawn) {
            return Err(Rejection::Withdrawn(id.to_string()).into());
        }
        self.with_decision(&grant, Fact::Due(due.clone()))
    }

    pub(super) fn submit(
        &self,
        id: &GrantId,
        day: Date,
        name: Option<&Text>,
        answer: Received,
    ) -> Result<Decided, Refusal> {
        let grant = self.grant(id)?;
        let item = due_item(&grant, day, name)?;
        let due = item.due;
        let Received { received, paper, result } = answer;
        let known = live(&grant, |fact| {
            let Fact::Received(there) = fact else { return None };
            due.is_called(&there.name, there.due).then_some(there)
        });
        if let Some((recorded, there)) = known {
            // The paper is often known only once the meeting is arranged.
            let is_paper_new = there.paper.is_none() && paper.is_some();
            let paper_words = |paper: Option<&PaperId>| paper.map(PaperId::to_string).unwrap_or_default();
            let paper_there = paper_words(there.paper.as_ref());
            let paper_here = paper.as_ref().map_or(paper_there.clone(), |it| paper_words(Some(it)));
            let (day_there, day_here) = (there.received.to_string(), received.to_string());
            let differences = [
                ("received", day_there.as_str(), day_here.as_str()),
                ("result", there.result.as_str(), result.as_str()),
                ("paper", if is_paper_new { &paper_here } else { &paper_there }, &paper_here),
            ];
            let known = already_or_different(recorded, due.what.name(), &named(id, due), differences)?;
            if !is_paper_new {
                return Ok(known);
            }
        }
        let (what, name, due) = (due.what, due.name.clone(), due.due);
        self.with_decision(&grant, Fact::Received(Submission { what, name, due, received, paper, result }))
    }

    pub(super) fn waive(
        &self,
        id: &GrantId,
        day: Date,
        name: Option<&Text>,
        date: Date,
        reason: &Text,
    ) -> Result<Decided, Refusal> {
        let grant = self.grant(id)?;
        let item = due_item(&grant, day, name)?;
        let due = item.due;
        let known = live(&grant, |fact| {
            let Fact::Waived(there) = fact else { return None };
            due.is_called(&there.name, there.due).then_some(there)
        });
        if let Some((recorded, there)) = known {
            let (there_on, here_on) = (there.date.to_string(), date.to_string());
            let differences = [
                ("date", there_on.as_str(), here_on.as_str()),
                ("reason", there.reason.as_str(), reason.as_str()),
            ];
            return already_or_different(recorded, "waiver", &named(id, due), differences);
        }
        if !due.before_payment || item.received.is_some() || item.lapsed {
            return Err(Rejection::NotAwaited { award: id.to_string(), item: words(due) }.into());
        }
        let (name, due, reason) = (due.name.clone(), due.due, reason.clone());
        self.with_decision(&grant, Fact::Waived(Waiver { name, due, date, reason }))
    }
}

/// Refuses a payment while a report or milestone that holds payments is outstanding.
pub(super) fn check_no_payment_hold(grant: &Grant, date: Date) -> Result<(), Rejection> {
    let items = grant.due_items();
    let held = items.iter().filter(|item| item.holds_payment_of(date));
    let items: Vec<String> = held.map(|item| words(item.due)).collect();
    match items.is_empty() {
        true => Ok(()),
        false => Err(Rejection::MonitoringOutstanding { award: grant.id.to_string(), items }),
    }
}

/// Returns the item due on a day, identified by name where several are.
fn due_item<'g>(grant: &'g Grant, due: Date, name: Option<&Text>) -> Result<DueItem<'g>, Rejection> {
    let items = grant.due_items();
    let is_meant =
        |item: &&DueItem<'_>| name.map_or(item.due.due == due, |name| item.due.is_called(name, due));
    let meant: Vec<DueItem<'g>> = items.iter().filter(is_meant).copied().collect();
    let award = grant.id.to_string();
    match meant.as_slice() {
        [item] => Ok(*item),
        [] => {
            let (name, known) = (name.map(Text::to_string), items.iter().map(|it| words(it.due)).collect());
            Err(Rejection::UnknownDue { award, due, name, known })
        }
        several => {
            let names = several.iter().map(|it| format!("`{}`", it.due.name)).collect();
            Err(Rejection::AmbiguousDue { award, due, names })
        }
    }
}

/// Returns the last effective fact of a grant for which `wanted` returns something.
fn live<'g, Thing>(
    grant: &'g Grant,
    wanted: impl Fn(&'g Fact) -> Option<&'g Thing>,
) -> Option<(&'g Recorded, &'g Thing)> {
    grant.live().filter_map(|recorded| Some((recorded, wanted(&recorded.fact)?))).last()
}

fn already_or_different<const FIELDS: usize>(
    recorded: &Recorded,
    what: &'static str,
    id: &str,
    fields: [(&'static str, &str, &str); FIELDS],
) -> Result<Decided, Refusal> {
    check_same(what, &id, fields)?;
    Ok(Decided::Already(already(recorded)))
}

fn named(id: &GrantId, due: &Due) -> String {
    format!("{id}, {}", words(due))
}

fn words(due: &Due) -> String {
    format!("{} (due {})", due.name, due.due.in_words())
}

const fn yes_or_no(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}
