//! The books as an audience may see them.
//!
//! **Guarantee.** What the public and the panel are shown is what they would be shown had nothing
//! ever been recorded that rests on a confidential decision, but for the numbers and titles of those
//! decisions and the sums of [`Withheld`]. So no two papers, of whatever periods, groupings, filters
//! and times of knowing, differ by anything confidential: it is in none of them.
//!
//! - A grant is withheld as a whole, with all that ever happened to it, as soon as its award or any
//!   later fact rests on a confidential decision, a reversed fact too. Showing the part before the
//!   confidential fact would tell of it by where that part ends.
//! - Totals are without withheld grants, and without what belongs to no grant: receipts and the income
//!   that is released as grants are charged would tell what was charged.
//! - Recipients, themes and funds are there when a grant that is shown names them, themes and funds
//!   also when a budget or a receipt does. Those that nothing shown names are absent, since one that
//!   vanished upon its first confidential award would tell of that award. Aliases are never shown.
//! - Public papers are told of with the open decisions and grants that appeared in them, and not at
//!   all where only what is confidential did.
//! - Records and reconciled lines are for the office, and so is who may do what and what waits for approval.
//!
//! Confidentiality is never taken back from what was once told, and reaches back: what is confidential
//! now is withheld also from a paper as known earlier ([`Published::as_known_then`]).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::audience::Audience;
use crate::authority::Authority;
use crate::book::{Books, BooksError, ReferenceData};
use crate::calendar::DateRange;
use crate::checklist::Checklist;
use crate::decisions::{Decision, DecisionId, RegisteredDecision};
use crate::event::Record;
use crate::funds::FundId;
use crate::grants::{Fact, Grant, GrantId};
use crate::head::Head;
use crate::money::Overflow;
use crate::recipients::{NameKey, Recipient, RecipientId};
use crate::reconciliation::{LineKey, ReconciledLine};
use crate::reports::papers;
use crate::reports::withheld::{Change, Withheld, changes, withheld};
use crate::themes::ThemeId;
use crate::totals::Totals;

/// Books as an audience may see them.
pub struct Published<'a> {
    books: &'a dyn Books,
    audience: Audience,
    /// `None` when the audience may see everything.
    shown: Option<Shown>,
}

/// What is shown to those who may not see what is confidential.
struct Shown {
    confidential: BTreeSet<DecisionId>,
    withheld: BTreeSet<GrantId>,
    recipients: BTreeSet<RecipientId>,
    reference: ReferenceData,
    totals: Totals,
    changes: Vec<Change>,
}

/// What grants name.
#[derive(Default)]
struct Named {
    recipients: BTreeSet<RecipientId>,
    themes: BTreeSet<ThemeId>,
    funds: BTreeSet<FundId>,
}

impl<'a> Published<'a> {
    /// The books as they are, for an audience.
    pub fn new(books: &'a dyn Books, audience: Audience) -> Result<Published<'a>, BooksError> {
        Published::as_known_then(books, books, audience)
    }

    /// The books as they were known earlier, for an audience, without what has become confidential
    /// `now`. So a paper made again is the same paper, unless something in it has become confidential.
    pub fn as_known_then(
        then: &'a dyn Books,
        now: &dyn Books,
        audience: Audience,
    ) -> Result<Published<'a>, BooksError> {
        let shown = if audience.sees_confidential() { None } else { Some(Shown::of(then, now)?) };
        Ok(Published { books: then, audience, shown })
    }

    /// For whom they are.
    pub fn audience(&self) -> Audience {
        self.audience
    }

    /// What may be told of what is withheld, of the financial years that lie in a range as a whole.
    /// Nothing is withheld from those who may see everything.
    pub fn withheld(&self, range: DateRange) -> Result<Vec<Withheld>, Overflow> {
        let Some(shown) = &self.shown else { return Ok(Vec::new()) };
        let mut told = withheld(&shown.changes)?;
        told.retain(|it| {
            let year = it.year.range();
            range.from() <= year.from() && year.to() <= range.to()
        });
        Ok(told)
    }
}

/// Confidential by its own word or by its number.
fn is_confidential(decision: &Decision) -> bool {
    decision.confidential || decision.id.is_of_confidential_series()
}

/// The confidential decisions with the records since which they are, and the grants that rest on them.
fn confidential(books: &dyn Books) -> Result<(BTreeMap<DecisionId, u64>, BTreeSet<GrantId>), BooksError> {
    let (mut decisions, mut grants) = (BTreeMap::new(), BTreeSet::new());
    books.each_decision(&mut |registered| {
        if is_confidential(&registered.decision) {
            let before = registered.earlier.iter().rev().take_while(|(it, _)| is_confidential(it));
            let since = before.last().map_or(registered.record, |(_, record)| *record);
            decisions.insert(registered.decision.id.clone(), since);
            grants.extend(registered.grants.iter().cloned());
        }
        Ok(())
    })?;
    Ok((decisions, grants))
}

impl Shown {
    fn of(then: &dyn Books, now: &dyn Books) -> Result<Shown, BooksError> {
        let (since_then, mut withheld) = confidential(then)?;
        let (since_now, withheld_now) = confidential(now)?;
        withheld.extend(withheld_now);
        let confidential: BTreeSet<DecisionId> = since_then.keys().chain(since_now.keys()).cloned().collect();
        // Only what was never open hides what is beside it in a sum.
        let was_ever_open = |grant: &Grant| {
            let first = grant.history.first();
            let hidden = |since: &BTreeMap<DecisionId, u64>| {
                first.is_some_and(|first| {
                    let since = first.fact.decision().and_then(|decision| since.get(decision));
                    since.is_some_and(|since| *since <= first.record)
                })
            };
            !hidden(&since_then) || !hidden(&since_now)
        };

        let mut named = Named::default();
        let mut totals = then.totals().clone();
        totals.retain(|heading| heading.theme.is_some());
        let mut sums = Vec::new();
        then.each_grant(&mut |grant| {
            let rests_on = |fact: &Fact| fact.decision().is_some_and(|it| confidential.contains(it));
            let is_withheld =
                withheld.contains(&grant.id) || grant.history.iter().any(|it| rests_on(&it.fact));
            if is_withheld {
                totals.add_grants([grant], false)?;
                withheld.insert(grant.id.clone());
                if !was_ever_open(grant) {
                    sums.extend(changes(grant)?);
                }
            } else {
                named.take(grant);
            }
            Ok(())
        })?;
        let mut reference = named.reference(then.reference());
        reference.papers = papers::told(&reference.papers, &confidential, &withheld);
        Ok(Shown { confidential, withheld, recipients: named.recipients, reference, totals, changes: sums })
    }

    /// What is told of a recipient; `None` when nothing is.
    fn recipient(&self, recipient: &Recipient) -> Option<Recipient> {
        self.recipients.contains(&recipient.id).then(|| {
            let mut told = recipient.clone();
            told.aliases.clear();
            told.recorders.clear();
            told.grants.retain(|id| !self.withheld.contains(id));
            told
        })
    }

    /// What is told of a decision: of a confidential one, number and title.
    fn decision(&self, registered: &RegisteredDecision) -> RegisteredDecision {
        let RegisteredDecision { decision, grants, record, reversed, .. } = registered;
        let is_confidential = self.confidential.contains(&decision.id);
        let decision = match is_confidential {
            true => Decision {
                title: decision.title.clone(),
                confidential: true,
                ..Decision::numbered(decision.id.clone())
            },
            // The checklist is for the office and its auditors.
            false => Decision { checklist: Checklist::default(), ..decision.clone() },
        };
        let told = grants.iter().filter(|id| !is_confidential && !self.withheld.contains(id));
        let (grants, earlier) = (told.cloned().collect(), Vec::new());
        RegisteredDecision { decision, grants, record: *record, earlier, reversed: *reversed }
    }
}

impl Named {
    fn take(&mut self, grant: &Grant) {
        for recorded in &grant.history {
            let purpose = match &*recorded.fact {
                Fact::Awarded(award) => {
                    self.recipients.insert(award.recipient.clone());
                    self.funds.insert(award.fund.clone());
                    &award.purpose
                }
                Fact::Repurposed(repurpose) => &repurpose.purpose,
                _ => continue,
            };
            self.themes.extend(purpose.split.themes().cloned());
        }
    }

    fn reference(&mut self, whole: &ReferenceData) -> ReferenceData {
        let mut reference = whole.clone();
        // Who may do what, and what waits for approval, is the office's own.
        reference.authority = Authority::default();
        for budget in reference.budgets.keys() {
            self.funds.insert(budget.fund.clone());
            self.themes.insert(budget.theme.clone());
        }
        self.themes.extend(reference.indicators.keys().map(|it| it.theme.clone()));
        self.funds.extend(reference.receipts.iter().map(|it| it.receipt.fund.clone()));
        reference.themes.retain(|id, _| self.themes.contains(id));
        reference.funds.retain(|id, _| self.funds.contains(id));
        reference.reversed.clear();
        reference
    }
}

impl Books for Published<'_> {
    fn head(&self) -> Head {
        self.books.head()
    }

    fn reference(&self) -> &ReferenceData {
        self.shown.as_ref().map_or_else(|| self.books.reference(), |shown| &shown.reference)
    }

    fn totals(&self) -> &Totals {
        self.shown.as_ref().map_or_else(|| self.books.totals(), |shown| &shown.totals)
    }

    fn grant(&self, id: &GrantId) -> Result<Option<Cow<'_, Grant>>, BooksError> {
        match &self.shown {
            Some(shown) if shown.withheld.contains(id) => Ok(None),
            _ => self.books.grant(id),
        }
    }

    fn recipient(&self, id: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError> {
        let found = self.books.recipient(id)?;
        let Some(shown) = &self.shown else { return Ok(found) };
        Ok(found.and_then(|recipient| shown.recipient(&recipient)).map(Cow::Owned))
    }

    fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
        let mut found = self.books.recipients_known_by(key)?;
        if self.shown.is_some() {
            // An alias finds nobody: it is not shown, so it is not told by finding either.
            let mut named = BTreeSet::new();
            for id in &found {
                let recipient = self.recipient(id)?;
                if recipient.is_some_and(|recipient| recipient.keys().any(|it| it == *key)) {
                    named.insert(id.clone());
                }
            }
            found = named;
        }
        Ok(found)
    }

    fn decision(&self, id: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError> {
        let found = self.books.decision(id)?;
        let Some(shown) = &self.shown else { return Ok(found) };
        Ok(found.map(|registered| Cow::Owned(shown.decision(&registered))))
    }

    fn reconciled_line(&self, key: &LineKey) -> Result<Option<Cow<'_, ReconciledLine>>, BooksError> {
        if self.shown.is_some() { Ok(None) } else { self.books.reconciled_line(key) }
    }

    fn record(&self, number: u64) -> Result<Option<Record>, BooksError> {
        if self.shown.is_some() { Ok(None) } else { self.books.record(number) }
    }

    fn each_grant(&self, visit: &mut dyn FnMut(&Grant) -> Result<(), BooksError>) -> Result<(), BooksError> {
        let Some(shown) = &self.shown else { return self.books.each_grant(visit) };
        self.books
            .each_grant(&mut |grant| if shown.withheld.contains(&grant.id) { Ok(()) } else { visit(grant) })
    }

    fn each_recipient(
        &self,
        visit: &mut dyn FnMut(&Recipient) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        let Some(shown) = &self.shown else { return self.books.each_recipient(visit) };
        self.books.each_recipient(&mut |recipient| shown.recipient(recipient).map_or(Ok(()), |it| visit(&it)))
    }

    fn each_decision(
        &self,
        visit: &mut dyn FnMut(&RegisteredDecision) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        let Some(shown) = &self.shown else { return self.books.each_decision(visit) };
        self.books.each_decision(&mut |registered| visit(&shown.decision(registered)))
    }
}
