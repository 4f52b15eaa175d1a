//! What is withheld from the public and the panel, and what records would newly withhold.
//!
//! **Guarantee.** There is one definition, for every paper, page and refusal. A grant is withheld as a whole, with its
//! entire history, as soon as one of its records, even a reversed one, is based on a confidential decision or names a
//! theme or fund that is marked confidential. Themes and funds, with their budgets, indicators and receipts, are shown
//! when a grant that is shown names them, and not before, unless they are marked public: if they were shown until the
//! first confidential award, their disappearance would reveal it. A budget that a confidential decision set or revised
//! is withheld, and so is a budget, indicator or receipt that is marked confidential. Of a decision all of whose grants
//! are withheld because of such marks, only number and title are shown, as of a confidential one.

use std::collections::{BTreeMap, BTreeSet};

use crate::allocation::Funds;
use crate::authority::Authority;
use crate::book::names::{fund_name, theme_name};
use crate::book::{Books, BooksError, Draft, ReferenceData, Versioned};
use crate::budgets::BudgetKey;
use crate::decisions::{Decision, DecisionId, RegisteredDecision};
use crate::events::{BudgetSet, Event, GrantFact, Record, RecordReversed, Reversible};
use crate::funders::{FundingReceipt, RecordedReceipt};
use crate::funds::FundId;
use crate::grants::{Fact, Grant, GrantId, Variation};
use crate::publication::{Publication, Subject};
use crate::recipients::RecipientId;
use crate::rejection::{Hidden, HiddenBudget, HiddenGrant, HiddenReceipt};
use crate::themes::{Split, ThemeId};

/// The themes and funds that are marked confidential.
#[derive(Clone, Debug, Default)]
struct Marked {
    themes: BTreeSet<ThemeId>,
    funds: BTreeSet<FundId>,
}

impl Marked {
    fn of(reference: &ReferenceData) -> Marked {
        let mut marked = Marked::default();
        for (of, publication) in &reference.publications {
            match (of, **publication) {
                (Subject::Theme(id), Publication::Confidential) => drop(marked.themes.insert(id.clone())),
                (Subject::Fund(id), Publication::Confidential) => drop(marked.funds.insert(id.clone())),
                (_, Publication::Confidential | Publication::Public) => {}
            }
        }
        marked
    }

    fn is_empty(&self) -> bool {
        self.themes.is_empty() && self.funds.is_empty()
    }

    /// True if one of them is among what is named.
    fn is_among(&self, named: &Named) -> bool {
        !self.themes.is_disjoint(&named.themes) || !self.funds.is_disjoint(&named.funds)
    }

    /// True if a grant has ever named one of them.
    fn is_named_by(&self, grant: &Grant) -> bool {
        let mut named = Named::default();
        // Hardly any ledger has marks, and there are many grants.
        if !self.is_empty() {
            named.take(grant);
        }
        self.is_among(&named)
    }
}

/// What is confidential: decisions, each with the record that made it so, and themes and funds.
#[derive(Clone, Debug, Default)]
pub struct Confidential {
    since: BTreeMap<DecisionId, u64>,
    /// The grants that the register has under them, and those that name a marked theme or fund.
    grants: BTreeSet<GrantId>,
    marked: Marked,
    /// The decisions all of whose grants are withheld, some of them because of a mark.
    number_only: BTreeSet<DecisionId>,
}

impl Confidential {
    /// Returns what is confidential in books.
    pub fn of(books: &dyn Books) -> Result<Confidential, BooksError> {
        let mut confidential = Confidential::marked(books);
        books.each_decision(&mut |registered| {
            confidential.add(registered);
            Ok(())
        })?;
        if !confidential.marked.is_empty() {
            confidential.add_marked(books)?;
        }
        Ok(confidential)
    }

    fn marked(books: &dyn Books) -> Confidential {
        Confidential { marked: Marked::of(books.reference()), ..Confidential::default() }
    }

    /// Adds the grants that name a marked theme or fund, with the decisions of which nothing else is shown.
    fn add_marked(&mut self, books: &dyn Books) -> Result<(), BooksError> {
        let (mut grants, mut of_marked, mut of_shown) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        books.each_grant(&mut |grant| {
            if self.marked.is_named_by(grant) {
                grants.insert(grant.id.clone());
                of_marked.extend(grant.based_on().cloned());
            } else if !self.withholds(grant) {
                of_shown.extend(grant.based_on().cloned());
            }
            Ok(())
        })?;
        self.grants.extend(grants);
        self.number_only = of_marked.difference(&of_shown).cloned().collect();
        Ok(())
    }

    /// Returns those of some decisions that are confidential, and the themes and funds.
    fn among(books: &dyn Books, ids: &BTreeSet<DecisionId>) -> Result<Confidential, BooksError> {
        let mut confidential = Confidential::marked(books);
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

    /// Returns what is confidential in either of two sets of books.
    pub(crate) fn and(&self, other: &Confidential) -> Confidential {
        let mut both = self.clone();
        both.since.extend(other.since.iter().map(|(id, record)| (id.clone(), *record)));
        both.grants.extend(other.grants.iter().cloned());
        both.marked.themes.extend(other.marked.themes.iter().cloned());
        both.marked.funds.extend(other.marked.funds.iter().cloned());
        both.number_only.extend(other.number_only.iter().cloned());
        both
    }

    /// True if a decision is confidential.
    pub fn contains(&self, id: &DecisionId) -> bool {
        id.is_of_confidential_series() || self.since.contains_key(id)
    }

    /// True if only number and title of a decision are shown.
    pub(crate) fn shows_number_only(&self, id: &DecisionId) -> bool {
        self.contains(id) || self.number_only.contains(id)
    }

    /// Returns the record that made a decision confidential.
    pub(crate) fn since(&self, id: &DecisionId) -> Option<u64> {
        self.since.get(id).copied()
    }

    /// True if a grant is withheld.
    pub fn withholds(&self, grant: &Grant) -> bool {
        self.grants.contains(&grant.id)
            || grant.based_on().any(|id| self.contains(id))
            || self.marked.is_named_by(grant)
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
        // A variation may add the part that it names.
        if let Fact::Varied(Variation { part: Some(part), .. }) = fact {
            self.funds.insert(part.fund.clone());
            self.themes.insert(part.theme.clone());
        }
    }

    /// Takes what a grant has ever named.
    pub(crate) fn take(&mut self, grant: &Grant) {
        grant.history.iter().for_each(|recorded| self.take_fact(&recorded.fact));
    }
}

/// What the office has said of the publication of reference data, then and now.
struct Said<'a> {
    then: &'a ReferenceData,
    now: &'a ReferenceData,
}

impl Said<'_> {
    /// True if something is confidential, even if that was said since.
    fn is_confidential(&self, of: &Subject) -> bool {
        self.each(of).contains(&Some(Publication::Confidential))
    }

    /// True if a theme or fund is shown though no grant that is shown names it: so that a paper made again is the same,
    /// it was public then.
    fn is_public(&self, of: &Subject) -> bool {
        self.each(of) == [Some(Publication::Public); 2]
    }

    fn each(&self, of: &Subject) -> [Option<Publication>; 2] {
        [self.then, self.now].map(|it| it.publications.get(of).map(|said| **said))
    }

    /// True if a theme may be shown. What is not allocated has no name that could reveal anything.
    fn shows_theme(&self, id: &ThemeId, named: &Named) -> bool {
        let of = Subject::Theme(id.clone());
        let is_known = id.is_unallocated() || named.themes.contains(id) || self.is_public(&of);
        is_known && !self.is_confidential(&of)
    }

    /// True if a fund may be shown.
    fn shows_fund(&self, id: &FundId, named: &Named) -> bool {
        let of = Subject::Fund(id.clone());
        let is_known = id.is_unstated() || named.funds.contains(id) || self.is_public(&of);
        is_known && !self.is_confidential(&of)
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
    let said = Said { then, now };
    let by_decision = |key: &BudgetKey| {
        let stated = [then, now].into_iter().filter_map(|it| it.budgets.get(key));
        stated
            .flat_map(Versioned::each)
            .any(|(it, _)| it.decision.as_ref().is_some_and(|decision| confidential.contains(decision)))
    };
    let (shows_theme, shows_fund) =
        (|id: &ThemeId| said.shows_theme(id, shown), |id: &FundId| said.shows_fund(id, shown));
    let shows_budget = |key: &BudgetKey| {
        let is_marked = said.is_confidential(&Subject::Budget(key.clone()));
        shows_fund(&key.fund) && shows_theme(&key.theme) && !is_marked && !by_decision(key)
    };
    reference.budgets.retain(|key, _| shows_budget(key));
    reference.budget_changes.retain(|key, _| shows_budget(key));
    reference
        .indicators
        .retain(|key, _| shows_theme(&key.theme) && !said.is_confidential(&Subject::Indicator(key.clone())));
    let is_marked = |it: &RecordedReceipt| said.is_confidential(&Subject::Receipt(it.record));
    // What a fund received in advance is known in total only.
    let mut of_marked = BTreeSet::new();
    for receipt in reference.receipts.iter().filter(|it| is_marked(it)) {
        of_marked.insert(receipt.receipt.fund.clone());
    }
    reference.receipts.retain(|it| shows_fund(&it.receipt.fund) && !is_marked(it));
    reference.in_advance.retain(|fund, _| shows_fund(fund) && !of_marked.contains(fund));
    reference.late_advances.retain(|fund, _| shows_fund(fund) && !of_marked.contains(fund));
    reference.themes.retain(|id, _| shows_theme(id));
    reference.funds.retain(|id, _| shows_fund(id));
    reference.publications.clear();
    // Roles, policy, pending approvals, records and statements are for the office only.
    reference.authority = Authority::default();
    reference.reversed.clear();
    (reference.records, reference.last_recorded) = (0, "".into());
    reference.statements.clear();
    reference
}

/// Returns what a record is about, if that can be marked.
pub fn subject_of(record: &Record) -> Option<Subject> {
    if let Event::ThemeAdded(theme) = &record.event {
        Some(Subject::Theme(theme.id.clone()))
    } else if let Event::FundAdded(fund) = &record.event {
        Some(Subject::Fund(fund.id.clone()))
    } else if let Event::BudgetSet(set) = &record.event {
        Some(Subject::Budget((*set.budget).clone()))
    } else if let Event::IndicatorSet(set) = &record.event {
        Some(Subject::Indicator(set.indicator.clone()))
    } else {
        matches!(record.event, Event::Received(_)).then_some(Subject::Receipt(record.number))
    }
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
    let mut newly: BTreeSet<DecisionId> = confidential_records(draft).map(|it| it.id.clone()).collect();
    newly.extend(after.confidential.number_only.iter().cloned());
    let decisions = books.decisions(&newly)?;
    let shown =
        decisions.iter().filter(|it| !it.reversed && !before.confidential.shows_number_only(&it.decision.id));
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
    let still: BTreeSet<u64> = after.reference.receipts.iter().map(|it| it.record).collect();
    for RecordedReceipt { record, receipt, .. } in before.reference.live_receipts() {
        if !still.contains(record) {
            let FundingReceipt { fund, date, amount, .. } = receipt;
            let fund = fund_name(books, fund.as_str());
            hidden.receipts.push(HiddenReceipt { fund, date: *date, amount: *amount });
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
        if is_shown(draft, id)? {
            return Ok(true);
        }
    }
    may_hide_by_mark(draft)
}

/// Returns true if the records of a draft set what is public, or name a marked theme or fund for a grant that is shown,
/// or if they base a grant that is withheld for a mark on a decision of which more than number and title is shown.
fn may_hide_by_mark(draft: &Draft<'_>) -> Result<bool, BooksError> {
    let marked = Marked::of(draft.reference());
    for record in draft.records() {
        let is_reversed = matches!(&record.event, Event::Reversed(RecordReversed { of, .. })
            if matches!(**of, Reversible::Publication(_)));
        if is_reversed || matches!(record.event, Event::PublicationSet(_)) {
            return Ok(true);
        }
        let Event::Grant(GrantFact { id, fact, .. }) = &record.event else { continue };
        if marked.is_empty() {
            continue;
        }
        let mut named = Named::default();
        named.take_fact(fact);
        let names_mark = marked.is_among(&named);
        if names_mark && is_shown(draft, id)? {
            return Ok(true);
        }
        let Some(grant) = draft.grant(id)?.filter(|grant| marked.is_named_by(grant)) else { continue };
        // By its first mark, every decision of a grant may be shown by number only; later, the one that is added.
        let decisions = if names_mark { grant.based_on().collect() } else { Vec::from_iter(fact.decision()) };
        let decisions = draft.base().decisions(&decisions.into_iter().cloned().collect())?;
        if decisions.iter().any(|it| has_details(&it.decision)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns true if a grant is shown in the books beneath a draft.
fn is_shown(draft: &Draft<'_>, id: &GrantId) -> Result<bool, BooksError> {
    match draft.base().grant(id)? {
        Some(grant) => Ok(!is_withheld(draft.base(), &grant)?),
        None => Ok(false),
    }
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
