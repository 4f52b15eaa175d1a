//! The books as an audience may see them.
//!
//! **Guarantee.** The public and the panel see what they would see if nothing based on a confidential
//! decision had ever been recorded, except for the numbers and titles of those decisions and the sums of
//! [`Withheld`]. So no two papers, of whatever periods, groupings, filters and times of knowledge, differ
//! by anything confidential: it is in none of them.
//!
//! - What is withheld is defined in [`crate::withholding`]. A grant is withheld as a whole: showing only
//!   the history before the confidential fact would reveal it by where the history ends.
//! - Totals exclude withheld grants and postings that belong to no grant: receipts, and the income released
//!   as expenditure is recognised, would reveal the expenditure.
//! - Recipients, themes and funds are shown when a grant that is shown names them, and so are budgets, indicators and
//!   receipts of such themes and funds. Others are absent, since one that disappeared upon its first confidential award
//!   would reveal that award, unless the office has marked them public. What it has marked confidential is absent, with
//!   the grants that name it. Aliases are never shown.
//! - Public papers are shown with the open decisions and grants that appeared in them, and are absent where
//!   only confidential ones did.
//! - Records, reconciled lines, roles and pending approvals are for the office only, and so are number, time and hash
//!   of the last record: the head is withheld, and in place of the time there is the day of the [`Issue`].
//!
//! Confidentiality applies retrospectively: what is confidential now is also withheld from a paper as known
//! earlier ([`Published::as_known_then`]).

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::attention::Attention;
use crate::audience::Audience;
use crate::book::{
    Books, BooksError, ListDecisions, ListGrants, ListLines, ListRecipients, ReferenceData, Visit,
};
use crate::calendar::DateRange;
use crate::checklist::Checklist;
use crate::decisions::{Decision, DecisionId, DecisionNumbers, RegisteredDecision};
use crate::events::Record;
use crate::grants::{Grant, GrantId};
use crate::head::Head;
use crate::listing::Wanted;
use crate::marks::Issue;
use crate::money::Overflow;
use crate::recipients::{NameKey, Recipient, RecipientId};
use crate::reconciliation::{LineKey, RecordedLine};
use crate::reports::papers;
use crate::reports::withheld::{Change, Withheld, changes, withheld};
use crate::totals::Totals;
use crate::withholding::{self, Confidential, Named};

/// The books as an audience may see them.
pub struct Published<'a> {
    books: &'a dyn Books,
    audience: Audience,
    /// The restricted view; `None` when the audience may see everything.
    shown: Option<Shown>,
}

/// The view of audiences that may not see confidential matter.
struct Shown {
    issue: Option<Issue>,
    confidential: Confidential,
    withheld: BTreeSet<GrantId>,
    recipients: BTreeSet<RecipientId>,
    reference: ReferenceData,
    totals: Totals,
    changes: Vec<Change>,
}

impl<'a> Published<'a> {
    /// Returns the books as they are now, for an audience.
    pub fn new(books: &'a dyn Books, audience: Audience) -> Result<Published<'a>, BooksError> {
        Published::of(books, None, audience)
    }

    /// Returns the books as known earlier, for an audience, without what is confidential `now`. A paper
    /// made again is therefore identical, unless something in it has become confidential.
    pub fn as_known_then(
        then: &'a dyn Books,
        now: &dyn Books,
        audience: Audience,
    ) -> Result<Published<'a>, BooksError> {
        Published::of(then, Some(now), audience)
    }

    /// Returns books for an audience, and those as they are now if they are others.
    fn of(
        books: &'a dyn Books,
        now: Option<&dyn Books>,
        audience: Audience,
    ) -> Result<Published<'a>, BooksError> {
        let shown = if audience.sees_confidential() { None } else { Some(Shown::of(books, now)?) };
        Ok(Published { books, audience, shown })
    }

    pub fn audience(&self) -> Audience {
        self.audience
    }

    /// Returns the books with what is issued in place of the last record, if the audience may not see records.
    #[must_use]
    pub fn issued(mut self, issue: Issue) -> Published<'a> {
        if let Some(shown) = &mut self.shown {
            shown.reference.last_recorded = issue.day.to_string().into();
            shown.issue = Some(issue);
        }
        self
    }

    /// Returns what is issued in place of the last record; `None` for audiences that may see records.
    pub fn issue(&self) -> Option<&Issue> {
        self.shown.as_ref()?.issue.as_ref()
    }

    /// Returns the grants that are withheld, each with the confidential decisions that it is based on, or with all its
    /// decisions if none of them is confidential. Audiences that may see everything have none.
    pub(crate) fn withheld_grants(&self) -> Result<Vec<(Grant, Vec<RegisteredDecision>)>, BooksError> {
        let Some(shown) = &self.shown else { return Ok(Vec::new()) };
        let ids: Vec<GrantId> = shown.withheld.iter().cloned().collect();
        let grants = self.books.grants(&ids)?;
        let decisions_of = |grant: &Grant| -> BTreeSet<DecisionId> {
            let confidential: BTreeSet<DecisionId> =
                grant.based_on().filter(|id| shown.confidential.contains(id)).cloned().collect();
            if confidential.is_empty() { grant.based_on().cloned().collect() } else { confidential }
        };
        let named = self.books.decisions(&grants.iter().flat_map(decisions_of).collect())?;
        let with_decisions = grants.into_iter().map(|grant| {
            let ids = decisions_of(&grant);
            let own = named.iter().filter(|it| ids.contains(&it.decision.id)).cloned().collect();
            (grant, own)
        });
        Ok(with_decisions.collect())
    }

    /// Returns the sums withheld that may be disclosed, for the financial years that lie wholly in a
    /// range. Nothing is withheld from audiences that may see everything.
    pub fn withheld(&self, range: DateRange) -> Result<Vec<Withheld>, Overflow> {
        let Some(shown) = &self.shown else { return Ok(Vec::new()) };
        let mut disclosed = withheld(&shown.changes)?;
        disclosed.retain(|it| {
            let year = it.year.range();
            range.from() <= year.from() && year.to() <= range.to()
        });
        Ok(disclosed)
    }
}

impl Shown {
    fn of(then: &dyn Books, now: Option<&dyn Books>) -> Result<Shown, BooksError> {
        let since_then = Confidential::of(then)?;
        let since_now = now.map_or_else(|| Ok(since_then.clone()), Confidential::of)?;
        let confidential = since_then.and(&since_now);
        // Only grants that were never open may be part of a withheld sum; see `withheld`.
        let was_ever_open = |grant: &Grant| {
            let first = grant.history.first();
            let hidden = |since: &Confidential| {
                first.is_some_and(|first| {
                    let since = first.fact.decision().and_then(|decision| since.since(decision));
                    since.is_some_and(|since| since <= first.record)
                })
            };
            !hidden(&since_then) || !hidden(&since_now)
        };

        let (mut named, mut withheld) = (Named::default(), BTreeSet::new());
        let mut totals = then.totals().clone();
        totals.retain(|heading| heading.theme.is_some());
        let mut sums = Vec::new();
        then.each_grant(&mut |grant| {
            if confidential.withholds(grant) {
                totals.add_grants([grant], false)?;
                totals.forget(|id| *id == grant.id);
                withheld.insert(grant.id.clone());
                if !was_ever_open(grant) {
                    sums.extend(changes(grant)?);
                }
            } else {
                named.take(grant);
            }
            Ok(())
        })?;
        let mut reference =
            withholding::reference(then.reference(), now.unwrap_or(then).reference(), &confidential, &named);
        reference.papers = papers::shown(&reference.papers, &confidential, &withheld);
        let recipients = named.recipients;
        Ok(Shown { issue: None, confidential, withheld, recipients, reference, totals, changes: sums })
    }

    /// Returns the view of a recipient; `None` when it is not shown.
    fn recipient(&self, recipient: &Recipient) -> Option<Recipient> {
        self.recipients.contains(&recipient.id).then(|| {
            let mut shown = recipient.clone();
            shown.aliases.clear();
            shown.recorders.clear();
            shown.grants.retain(|id| !self.withheld.contains(id));
            shown
        })
    }

    /// Returns the view of a decision: of a confidential one, only number and title.
    fn decision(&self, registered: &RegisteredDecision) -> RegisteredDecision {
        let RegisteredDecision { decision, grants, record, reversed, .. } = registered;
        let is_number_only = self.confidential.shows_number_only(&decision.id);
        let decision = match is_number_only {
            // Whether it is confidential, or its grants are, is not said of a decision that is not.
            true => Decision {
                title: decision.title.clone(),
                confidential: self.confidential.contains(&decision.id),
                ..Decision::numbered(decision.id.clone())
            },
            // Checklist and ground are for the office and its auditors.
            false => Decision { checklist: Checklist::default(), ground: None, ..decision.clone() },
        };
        let open = grants.iter().filter(|id| !is_number_only && !self.withheld.contains(id));
        let (grants, earlier) = (open.cloned().collect(), Vec::new());
        RegisteredDecision { decision, grants, record: *record, earlier, reversed: *reversed }
    }
}

impl Books for Published<'_> {
    fn head(&self) -> Head {
        if self.shown.is_some() { Head::WITHHELD } else { self.books.head() }
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

    fn grants(&self, ids: &[GrantId]) -> Result<Vec<Grant>, BooksError> {
        let Some(shown) = &self.shown else { return self.books.grants(ids) };
        let ids = ids.iter().filter(|id| !shown.withheld.contains(id));
        self.books.grants(&ids.cloned().collect::<Vec<_>>())
    }

    fn recipient(&self, id: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError> {
        let found = self.books.recipient(id)?;
        let Some(shown) = &self.shown else { return Ok(found) };
        Ok(found.and_then(|recipient| shown.recipient(&recipient)).map(Cow::Owned))
    }

    fn recipients(&self, ids: &BTreeSet<RecipientId>) -> Result<Vec<Recipient>, BooksError> {
        let found = self.books.recipients(ids)?;
        let Some(shown) = &self.shown else { return Ok(found) };
        Ok(found.iter().filter_map(|recipient| shown.recipient(recipient)).collect())
    }

    fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
        let mut found = self.books.recipients_known_by(key)?;
        if self.shown.is_some() {
            // Aliases are not shown, so searching by an alias must not reveal it either.
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

    fn decisions(&self, ids: &BTreeSet<DecisionId>) -> Result<Vec<RegisteredDecision>, BooksError> {
        let found = self.books.decisions(ids)?;
        let Some(shown) = &self.shown else { return Ok(found) };
        Ok(found.iter().map(|registered| shown.decision(registered)).collect())
    }

    fn bank_line(&self, key: &LineKey) -> Result<Option<Cow<'_, RecordedLine>>, BooksError> {
        if self.shown.is_some() { Ok(None) } else { self.books.bank_line(key) }
    }

    fn record(&self, number: u64) -> Result<Option<Record>, BooksError> {
        if self.shown.is_some() { Ok(None) } else { self.books.record(number) }
    }

    fn each_grant(&self, visit: Visit<'_, Grant>) -> Result<(), BooksError> {
        let Some(shown) = &self.shown else { return self.books.each_grant(visit) };
        self.books
            .each_grant(&mut |grant| if shown.withheld.contains(&grant.id) { Ok(()) } else { visit(grant) })
    }

    fn each_recipient(&self, visit: Visit<'_, Recipient>) -> Result<(), BooksError> {
        let Some(shown) = &self.shown else { return self.books.each_recipient(visit) };
        self.books.each_recipient(&mut |recipient| shown.recipient(recipient).map_or(Ok(()), |it| visit(&it)))
    }

    fn each_decision(&self, visit: Visit<'_, RegisteredDecision>) -> Result<(), BooksError> {
        let Some(shown) = &self.shown else { return self.books.each_decision(visit) };
        self.books.each_decision(&mut |registered| visit(&shown.decision(registered)))
    }

    fn each_bank_line(&self, visit: Visit<'_, RecordedLine>) -> Result<(), BooksError> {
        if self.shown.is_some() { Ok(()) } else { self.books.each_bank_line(visit) }
    }

    fn each_attention(&self, visit: Visit<'_, Attention>) -> Result<(), BooksError> {
        let Some(shown) = &self.shown else { return self.books.each_attention(visit) };
        self.books
            .each_attention(&mut |it| if shown.withheld.contains(&it.grant) { Ok(()) } else { visit(it) })
    }

    fn each_listed_grant(&self, lines: ListLines<'_>, visit: ListGrants<'_>) -> Result<(), BooksError> {
        let Some(shown) = &self.shown else { return self.books.each_listed_grant(lines, visit) };
        let withheld: BTreeSet<&str> = shown.withheld.iter().map(GrantId::as_str).collect();
        self.books.each_listed_grant(lines, &mut |listed| {
            if withheld.contains(listed.grant()) { Ok(true) } else { visit(listed) }
        })
    }

    fn each_grant_wanted(&self, wanted: Wanted, visit: Visit<'_, Grant>) -> Result<(), BooksError> {
        let Some(shown) = &self.shown else { return self.books.each_grant_wanted(wanted, visit) };
        self.books.each_grant_wanted(wanted, &mut |grant| {
            if shown.withheld.contains(&grant.id) { Ok(()) } else { visit(grant) }
        })
    }

    fn each_listed_recipient(&self, visit: ListRecipients<'_>) -> Result<(), BooksError> {
        let Some(shown) = &self.shown else { return self.books.each_listed_recipient(visit) };
        let named: BTreeSet<&str> = shown.recipients.iter().map(RecipientId::as_str).collect();
        self.books.each_listed_recipient(&mut |listed| match named.contains(listed.recipient()) {
            true => visit(&listed.without_aliases()),
            false => Ok(()),
        })
    }

    fn each_listed_decision(&self, lines: ListLines<'_>, visit: ListDecisions<'_>) -> Result<(), BooksError> {
        // Number and title are shown of confidential decisions, too.
        self.books.each_listed_decision(lines, visit)
    }

    fn decision_numbers(&self) -> Result<DecisionNumbers, BooksError> {
        self.books.decision_numbers()
    }
}
