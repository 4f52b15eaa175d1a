//! Reference data (themes and funds) and the register of decisions.

use std::fmt::Display;

use super::{Already, Decided, Decider, Refusal};
use crate::book::registered;
use crate::calendar::Date;
use crate::decisions::{Decision, DecisionId, DecisionKind, Ground, RegisteredDecision};
use crate::events::{Event, FundRenamed, ThemeRenamed};
use crate::funds::{Fund, FundId};
use crate::grants::GrantId;
use crate::rejection::{Difference, Rejection};
use crate::text::{Text, slug};
use crate::themes::{Theme, ThemeId};
use crate::withholding::withheld_among;

/// Ids that reports use for what is not stated or not attributed.
const RESERVED: [&str; 5] = ["unallocated", "unstated", "not-stated", "not-by-recipient", "not-by-power"];

impl Decider<'_> {
    pub(super) fn add_theme(
        &self,
        id: &ThemeId,
        name: &Text,
        objective: Option<&Text>,
    ) -> Result<Decided, Refusal> {
        check_not_reserved(id.as_str())?;
        let theme = Theme { id: id.clone(), name: name.clone(), objective: objective.cloned() };
        let themes = &self.books.reference().themes;
        let Some(there) = themes.get(id) else {
            let known = self.books.reference().names_of_themes();
            check_name("theme", id, name, known.map(|(id, _, name)| (id, name)))?;
            return Ok(Decided::Events(vec![Event::ThemeAdded(theme)]));
        };
        let mut fields = vec![("name", there.name.as_str(), name.as_str())];
        // An objective that was not stated when the theme was added may be stated now.
        if let Some(recorded) = &there.objective {
            fields.push(("objective", recorded.as_str(), objective.map_or("", Text::as_str)));
        }
        check_same("theme", id, fields)?;
        if **there == theme {
            return Ok(Decided::Already(Already::default()));
        }
        Ok(Decided::Events(vec![Event::ThemeAdded(theme)]))
    }

    pub(super) fn add_fund(&self, id: &FundId, name: &Text) -> Result<Decided, Refusal> {
        check_not_reserved(id.as_str())?;
        let funds = &self.books.reference().funds;
        let Some(there) = funds.get(id) else {
            let known = self.books.reference().names_of_funds();
            check_name("fund", id, name, known.map(|(id, _, name)| (id, name)))?;
            return Ok(Decided::Events(vec![Event::FundAdded(Fund { id: id.clone(), name: name.clone() })]));
        };
        check_same("fund", id, [("name", there.name.as_str(), name.as_str())])?;
        Ok(Decided::Already(Already::default()))
    }

    pub(super) fn rename_theme(&self, id: &ThemeId, name: &Text, from: Date) -> Result<Decided, Refusal> {
        let reference = self.books.reference();
        let theme = reference.themes.get(id).ok_or_else(|| self.unknown_theme(id))?;
        let (there, since) = (&theme.name, reference.named_since(theme));
        let others = reference.names_of_themes().filter(|(other, _, _)| *other != id);
        check_name("theme", id, name, others.map(|(id, _, name)| (id, name)))?;
        let is_known = self.is_known_name("theme", id, (there, since), (name, from))?;
        Ok(if is_known {
            Decided::Already(Already::default())
        } else {
            Decided::Events(vec![Event::ThemeRenamed(ThemeRenamed {
                id: id.clone(),
                name: name.clone(),
                from,
            })])
        })
    }

    pub(super) fn rename_fund(&self, id: &FundId, name: &Text, from: Date) -> Result<Decided, Refusal> {
        let reference = self.books.reference();
        let fund = reference.funds.get(id).ok_or_else(|| self.unknown_fund(id))?;
        let (there, since) = (&fund.name, reference.named_since(fund));
        let others = reference.names_of_funds().filter(|(other, _, _)| *other != id);
        check_name("fund", id, name, others.map(|(id, _, name)| (id, name)))?;
        let is_known = self.is_known_name("fund", id, (there, since), (name, from))?;
        Ok(if is_known {
            Decided::Already(Already::default())
        } else {
            Decided::Events(vec![Event::FundRenamed(FundRenamed {
                id: id.clone(),
                name: name.clone(),
                from,
            })])
        })
    }

    /// Returns true if a theme or fund has a name already, from the same day on; refuses one that does not come after
    /// the present name.
    fn is_known_name(
        &self,
        what: &'static str,
        id: &dyn Display,
        (there, since): (&Text, Option<Date>),
        (name, from): (&Text, Date),
    ) -> Result<bool, Rejection> {
        if there == name {
            let recorded = since.unwrap_or(from);
            check_same(what, id, [("from", recorded.to_string(), from.to_string())])?;
            return Ok(true);
        }
        match since {
            Some(since) if from <= since => Err(Rejection::NameNotLater(since)),
            Some(_) | None => Ok(false),
        }
    }

    pub(super) fn record_decision(&self, decision: &Decision) -> Result<Decided, Refusal> {
        let decision = &Decision { confidential: decision.is_confidential(), ..decision.clone() };
        let there = registered(self.books, &decision.id)?;
        if let Some(ground) = &decision.ground {
            self.check_ground(ground, &decision.id, there.as_deref())?;
        }
        let Some(there) = there else {
            // Answers alone register no decision: the number may be mistyped.
            if decision.is_answers_alone() {
                return Err(Rejection::UnknownDecision(decision.id.to_string()).into());
            }
            return Ok(Decided::Events(vec![Event::DecisionRecorded(Box::new(decision.clone()))]));
        };
        let merged = merge(&there.decision, decision)?;
        if merged == there.decision {
            let record = Some(there.record);
            return Ok(Decided::Already(Already { record, reversed_by: None }));
        }
        Ok(Decided::Events(vec![Event::DecisionRecorded(Box::new(merged))]))
    }

    /// Refuses a ground on a decision that withholds nothing, or of a view that is not yet given.
    fn check_ground(
        &self,
        ground: &Ground,
        id: &DecisionId,
        known: Option<&RegisteredDecision>,
    ) -> Result<(), Refusal> {
        let Some(known) = known else { return Err(Rejection::UnknownDecision(id.to_string()).into()) };
        let grants: Vec<GrantId> = known.grants.iter().cloned().collect();
        if !known.decision.is_confidential() && withheld_among(self.books, &grants)?.is_empty() {
            return Err(Rejection::NotConfidential(id.to_string()).into());
        }
        match ground.view() {
            Some(date) if self.options.today.is_some_and(|today| date > today) => {
                Err(Rejection::ViewAfterToday { date }.into())
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Returns the event that registers the decision that an award or a change refers to.
    pub(super) fn decision_named_by(
        &self,
        id: &DecisionId,
        date: Option<Date>,
        kind: DecisionKind,
        confidential: bool,
    ) -> Result<Option<Event>, Refusal> {
        let there = registered(self.books, id)?;
        let known = there.as_ref().map(|registered| &registered.decision);
        if let (Some(registered), Some(given)) = (known.and_then(|decision| decision.date), date)
            && registered != given
        {
            let decision = id.to_string();
            return Err(Rejection::DecisionDateDiffers { decision, registered, given }.into());
        }
        let mut decision = known.cloned().unwrap_or_else(|| Decision::numbered(id.clone()));
        decision.date = decision.date.or(date);
        decision.kind = decision.kind.or(Some(kind));
        decision.confidential |= confidential || id.is_of_confidential_series();
        Ok((known != Some(&decision)).then(|| Event::DecisionRecorded(Box::new(decision))))
    }
}

pub(super) fn check_not_reserved(id: &str) -> Result<(), Rejection> {
    if RESERVED.contains(&id) { Err(Rejection::ReservedId(id.to_owned())) } else { Ok(()) }
}

/// Refuses a name that another one has: neither could be found by it.
fn check_name<'a, Id: ToString + 'a>(
    what: &'static str,
    id: &Id,
    name: &Text,
    mut known: impl Iterator<Item = (&'a Id, &'a str)>,
) -> Result<(), Rejection> {
    let wanted = slug(name.as_str());
    match known.find(|(_, known)| !wanted.is_empty() && slug(known) == wanted) {
        Some((there, _)) => check_same(what, &there.to_string(), [("id", there.to_string(), id.to_string())]),
        None => Ok(()),
    }
}

pub(super) fn different(field: &'static str, recorded: &str, given: &str) -> Option<Difference> {
    (recorded != given).then(|| Difference { field, recorded: recorded.to_owned(), given: given.to_owned() })
}

/// Refuses fields, each recorded and given, of which any differs.
pub(super) fn check_same<Text: AsRef<str>>(
    what: &'static str,
    id: &dyn Display,
    fields: impl IntoIterator<Item = (&'static str, Text, Text)>,
) -> Result<(), Rejection> {
    let fields = fields.into_iter();
    let differences: Vec<Difference> = fields
        .filter_map(|(field, recorded, given)| different(field, recorded.as_ref(), given.as_ref()))
        .collect();
    match differences.is_empty() {
        true => Ok(()),
        false => Err(Rejection::Different { what, id: id.to_string(), differences }),
    }
}

/// Merges a registered decision with a new statement of it. What was stated is not changed; what was not
/// may be added. The kind may be corrected; confidentiality is never removed.
fn merge(there: &Decision, given: &Decision) -> Result<Decision, Rejection> {
    fn text(value: Option<impl ToString>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    let fields = [
        ("date", text(there.date), text(given.date)),
        ("title", text(there.title.as_ref()), text(given.title.as_ref())),
        ("summary", text(there.summary.as_ref()), text(given.summary.as_ref())),
        ("ground", text(there.ground.as_ref()), text(given.ground.as_ref())),
    ];
    let answers = given.checklist.iter().map(|(question, answer)| {
        (question.word(), text(there.checklist.answer(question)), answer.to_string())
    });
    let fields = fields.into_iter().chain(answers);
    check_same(
        "decision",
        &there.id,
        fields.filter(|(_, recorded, given)| !recorded.is_empty() && !given.is_empty()),
    )?;
    Ok(Decision {
        id: there.id.clone(),
        date: there.date.or(given.date),
        title: there.title.clone().or_else(|| given.title.clone()),
        summary: there.summary.clone().or_else(|| given.summary.clone()),
        kind: given.kind.or(there.kind),
        confidential: there.confidential || given.confidential,
        checklist: there.checklist.or(&given.checklist),
        ground: there.ground.clone().or_else(|| given.ground.clone()),
    })
}
