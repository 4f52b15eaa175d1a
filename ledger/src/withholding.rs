//! What is withheld from the public and the panel, and what records would newly withhold.
//!
//! **Guarantee.** There is one definition, for every paper, page and refusal. A grant is withheld as a whole, with its
//! entire history, as soon as one of its records, even a reversed one, is based on a confidential decision. Themes and
//! funds, with their budgets, indicators and receipts, are shown when a grant that is shown names them, and not before:
//! if they were shown until the first confidential award, their disappearance would reveal it. A budget that a
//! confidential decision set or revised is withheld.

use std::collections::{BTreeMap, BTreeSet};

use crate::allocation::Funds;
use crate::authority::Authority;
use crate::book::names::{fund_name, theme_name};
use crate::book::{Books, BooksError, Draft, ReferenceData, Versioned};
use crate::budgets::BudgetKey;
use crate::decisions::{Decision, DecisionId, RegisteredDecision};
use crate::events::{BudgetSet, Event, GrantFact};
use crate::funds::FundId;
use crate::grants::{Fact, Grant, GrantId};
use crate::recipients::RecipientId;
use crate::rejection::{Hidden, HiddenBudget, HiddenGrant};
use crate::themes::{Split, ThemeId};

/// The confidential decisions, each with the record that made it so.
#[derive(Clone, Debug, Default)]
pub struct Confidential {
    since: BTreeMap<DecisionId, u64>,
    /// The grants that the register has under them.
    grants: BTreeSet<GrantId>,
}

impl Confidential {
    /// Returns the confidential decisions of the register.
    pub fn of(books: &dyn Books) -> Result<Confidential, BooksError> {
        let mut confidential = Confidential::default();
        books.each_decision(&mut |registered| {
            confidential.add(registered);
            Ok(())
        })?;
        Ok(confidential)
    }

    /// Returns those of some decisions that are confidential.
    fn among(books: &dyn Books, ids: &BTreeSet<DecisionId>) -> Result<Confidential, BooksError> {
        let mut confidential = Confidential::default();
        books.decisions(ids)?.iter().for_each(|registered| confidential.add(registered));
        Ok(confidential)
    }

    fn add(&mut self, registered: &RegisteredDecision) {
        if registered.decision.is_confidential() {
            let before = registered.earlier.iter().rev().take_while(|(it, _)| it.is_confidential());
            let since = before.last().map_or(registered.record, |(_, record)| *record);
            self.since.insert(registered.decision.id.clone(), since);
            self.grants.extend(registered.grants.iter().cloned());
        }
    }

    /// Returns the decisions that are confidential in either of two sets of books.
    pub(crate) fn and(&self, other: &Confidential) -> Confidential {
        let mut both = self.clone();
        both.since.extend(other.since.iter().map(|(id, record)| (id.clone(), *record)));
        both.grants.extend(other.grants.iter().cloned());
        both
    }

    /// True if a decision is confidential.
    pub fn contains(&self, id: &DecisionId) -> bool {
        id.is_of_confidential_series() || self.since.contains_key(id)
    }

    /// Returns the record that made a decision confidential.
    pub(crate) fn since(&self, id: &DecisionId) -> Option<u64> {
        self.since.get(id).copied()
    }

    /// True if a grant is withheld.
    pub fn withholds(&self, grant: &Grant) -> bool {
        self.grants.contains(&grant.id) || grant.based_on().any(|id| self.contains(id))
    }
}

/// True if a grant of the books is withheld from the public and the panel.
pub(crate) fn is_withheld(books: &dyn Books, grant: &Grant) -> Result<bool, BooksError> {
    Ok(Confidential::among(books, &grant.based_on().cloned().collect())?.withholds(grant))
}

/// Returns those of some grants that are withheld from the public and the panel.
pub fn withheld_among(books: &dyn Books, ids: &[GrantId]) -> Result<BTreeSet<GrantId>, BooksError> {
    let grants = books.grants(ids)?;
    let based_on = grants.iter().flat_map(Grant::based_on).cloned().collect();
    let confidential = Confidential::among(books, &based_on)?;
    Ok(grants.iter().filter(|grant| confidential.withholds(grant)).map(|it| it.id.clone()).collect())
}

/// The recipients, themes and funds that grants name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Named {
    pub(crate) recipients: BTreeSet<RecipientId>,
    themes: BTreeSet<ThemeId>,
    funds: BTreeSet<FundId>,
}

impl Named {
    fn allocated(&mut self, funds: &Funds) {
        self.funds.extend(funds.ids().cloned());
        if let Funds::Parts(parts) = funds {
            self.themes.extend(parts.ids().map(|part| part.theme.clone()));
        }
    }

    fn take_fact(&mut self, fact: &Fact) {
        let corrected = if let Fact::Corrected(it) = fact { it.award() } else { None };
        if let Some(award) = fact.award().or(corrected) {
            self.recipients.insert(award.recipient.clone());
            self.funds.extend(award.fund.ids().cloned());
        }
        if let Fact::FundChanged(change) = fact {
            self.allocated(&change.fund);
        }
        if let Fact::Stated(stated) = fact {
            stated.fund.iter().for_each(|fund| self.allocated(fund));
            self.themes.extend(stated.theme.iter().flat_map(Split::themes).cloned());
        }
        if let Some(purpose) = fact.purpose() {
            self.themes.extend(purpose.split.themes().cloned());
        }
    }

    /// Takes what a grant has ever named.
    pub(crate) fn take(&mut self, grant: &Grant) {
        grant.history.iter().for_each(|recorded| self.take_fact(&recorded.fact));
    }

    /// True if a theme may be shown. What is not allocated has no name that could reveal anything.
    fn shows_theme(&self, id: &ThemeId) -> bool {
        id.is_unallocated() || self.themes.contains(id)
    }

    /// True if a fund may be shown.
    fn shows_fund(&self, id: &FundId) -> bool {
        id.is_unstated() || self.funds.contains(id)
    }
}

/// Returns the reference data of books as known earlier that the public and the panel may see, where the grants that
/// they may see name `shown`. A budget is withheld because of any decision on it so far, also one recorded since.
pub(crate) fn reference(
    then: &ReferenceData,
    now: &ReferenceData,
    confidential: &Confidential,
    shown: &Named,
) -> ReferenceData {
    let mut reference = then.clone();
    let by_decision = |key: &BudgetKey| {
        let stated = [then, now].into_iter().filter_map(|it| it.budgets.get(key));
        stated
            .flat_map(Versioned::each)
            .any(|(it, _)| it.decision.as_ref().is_some_and(|decision| confidential.contains(decision)))
    };
    let shows_budget =
        |key: &BudgetKey| shown.shows_fund(&key.fund) && shown.shows_theme(&key.theme) && !by_decision(key);
    reference.budgets.retain(|key, _| shows_budget(key));
    reference.budget_changes.retain(|key, _| shows_budget(key));
    reference.indicators.retain(|key, _| shown.shows_theme(&key.theme));
    reference.receipts.retain(|it| shown.shows_fund(&it.receipt.fund));
    reference.in_advance.retain(|fund, _| shown.shows_fund(fund));
    reference.themes.retain(|id, _| shown.themes.contains(id));
    reference.funds.retain(|id, _| shown.funds.contains(id));
    // Roles, policy, pending approvals, records and statements are for the office only.
    reference.authority = Authority::default();
    reference.reversed.clear();
    (reference.records, reference.last_recorded) = (0, "".into());
    reference.statements.clear();
    reference
}

/// What the public and the panel see of books, as far as it can be withheld.
struct Seen {
    confidential: Confidential,
    withheld: BTreeSet<GrantId>,
    reference: ReferenceData,
}

impl Seen {
    fn of(books: &dyn Books) -> Result<Seen, BooksError> {
        let confidential = Confidential::of(books)?;
        let (mut shown, mut withheld) = (Named::default(), BTreeSet::new());
        books.each_grant(&mut |grant| {
            match confidential.withholds(grant) {
                true => drop(withheld.insert(grant.id.clone())),
                false => shown.take(grant),
            }
            Ok(())
        })?;
        let reference = reference(books.reference(), books.reference(), &confidential, &shown);
        Ok(Seen { confidential, withheld, reference })
    }
}

/// Returns what the records of a draft would withhold of what the public and the panel can see; `None` if nothing.
/// Whatever a draft is made for, recording, proposing, approving or only showing, is asked of it before it is finished.
pub fn hidden_by(draft: &Draft<'_>) -> Result<Option<Hidden>, BooksError> {
    if !may_hide(draft)? {
        return Ok(None);
    }
    let books = draft.base();
    let (before, after) = (Seen::of(books)?, Seen::of(draft)?);
    let mut hidden = Hidden::default();
    let mut years = BTreeSet::new();
    let ids: Vec<GrantId> = after.withheld.difference(&before.withheld).cloned().collect();
    let mut grants = books.grants(&ids)?;
    grants.retain(|grant| grant.award().is_some());
    let recipients: BTreeSet<RecipientId> =
        grants.iter().filter_map(|it| Some(it.award()?.recipient.clone())).collect();
    let recipients = books.recipients(&recipients)?;
    for grant in &grants {
        let named = grant.award().and_then(|award| recipients.iter().find(|it| it.id == award.recipient));
        let recipient = named.map(|it| it.name().to_owned()).unwrap_or_default();
        let awarded = grant.standing()?.awarded;
        hidden.grants.push(HiddenGrant { id: grant.id.to_string(), recipient, awarded });
        let postings = grant.history.iter().flat_map(|recorded| recorded.entries.postings());
        years.extend(postings.map(|posting| posting.booked.financial_year()));
    }
    let newly: BTreeSet<DecisionId> = confidential_records(draft).map(|it| it.id.clone()).collect();
    let decisions = books.decisions(&newly)?;
    let shown = decisions.iter().filter(|it| !it.reversed && !before.confidential.contains(&it.decision.id));
    let shown: Vec<&Decision> = shown.map(|it| &it.decision).filter(|it| has_details(it)).collect();
    hidden.decisions = shown.iter().map(|it| it.id.to_string()).collect();

    let lost = |id: &ThemeId| !after.reference.themes.contains_key(id);
    let themes = before.reference.themes.values().filter(|it| lost(&it.id));
    hidden.themes = themes.map(|it| it.name.to_string()).collect();
    let lost = |id: &FundId| !after.reference.funds.contains_key(id);
    let funds = before.reference.funds.values().filter(|it| lost(&it.id));
    hidden.funds = funds.map(|it| it.name.to_string()).collect();
    for (key, budget) in &before.reference.budgets {
        if !after.reference.budgets.contains_key(key) {
            let (fund, theme) = (fund_name(books, key.fund.as_str()), theme_name(books, key.theme.as_str()));
            hidden.budgets.push(HiddenBudget { fund, theme, year: key.year, amount: budget.amount });
            years.insert(key.year);
        }
    }
    let indicators = before.reference.indicators.keys();
    hidden.indicators = indicators.filter(|key| !after.reference.indicators.contains_key(key)).count();
    hidden.years = years.first().copied().zip(years.last().copied());
    hidden.papers = papers(books.reference(), &grants, &shown);
    Ok((!hidden.is_empty()).then_some(hidden))
}

/// Returns the confidential decisions that a draft records.
fn confidential_records<'d>(draft: &'d Draft<'_>) -> impl Iterator<Item = &'d Decision> {
    let decisions = draft.records().iter().filter_map(|record| {
        if let Event::DecisionRecorded(decision) = &record.event { Some(&**decision) } else { None }
    });
    decisions.filter(|decision| decision.is_confidential())
}

/// Returns true if more than number and title of a decision is shown while it is not confidential.
fn has_details(decision: &Decision) -> bool {
    decision.date.is_some() || decision.summary.is_some() || decision.kind.is_some()
}

/// Returns the public papers that name some of these grants and decisions.
fn papers(reference: &ReferenceData, grants: &[Grant], decisions: &[&Decision]) -> Vec<String> {
    let named = reference.papers.iter().filter(|(_, paper)| {
        grants.iter().any(|it| paper.grants.contains(&it.id))
            || decisions.iter().any(|it| paper.decisions.contains(&it.id))
    });
    named.map(|(id, _)| id.to_string()).collect()
}

/// Returns true if the records of a draft may withhold something. Nearly all records do not, and this is seen from them
/// alone: without confidential decisions no grant is read from the books.
fn may_hide(draft: &Draft<'_>) -> Result<bool, BooksError> {
    for decision in confidential_records(draft) {
        let before = draft.base().decision(&decision.id)?;
        if before.is_some_and(|it| !it.reversed && !it.decision.is_confidential()) {
            return Ok(true);
        }
    }
    let ids: BTreeSet<DecisionId> = based_on(draft).map(|(decision, _)| decision.clone()).collect();
    let confidential = Confidential::among(draft, &ids)?;
    for (_, grant) in based_on(draft).filter(|(decision, _)| confidential.contains(decision)) {
        let Some(id) = grant else { return Ok(true) };
        // A grant that is new, or withheld already, is not shown.
        if let Some(before) = draft.base().grant(id)?
            && !is_withheld(draft.base(), &before)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the decisions on which records of a draft are based, with the grant that each changes; a budget changes none.
fn based_on<'d>(draft: &'d Draft<'_>) -> impl Iterator<Item = (&'d DecisionId, Option<&'d GrantId>)> {
    draft.records().iter().filter_map(|record| {
        if let Event::Grant(GrantFact { id, fact, .. }) = &record.event {
            Some((fact.decision()?, Some(id)))
        } else if let Event::BudgetSet(BudgetSet { decision, .. }) = &record.event {
            Some((decision.as_ref()?, None))
        } else {
            None
        }
    })
}
