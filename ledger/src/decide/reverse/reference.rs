//! Undoing reference data: themes, funds, recipients and what is said of them.

use super::check_nothing_rests;
use crate::allocation::Funds;
use crate::book::{Versioned, known_recipient};
use crate::decide::{Decider, Refusal};
use crate::events::{BudgetKey, Reversible};
use crate::funds::FundId;
use crate::grants::{Fact, Recorded};
use crate::indicators::IndicatorKey;
use crate::papers::{PaperId, PublicPaper};
use crate::publication::Subject;
use crate::recipients::RecipientId;
use crate::rejection::Rejection;
use crate::themes::{Split, ThemeId};

impl Decider<'_> {
    pub(super) fn reverse_indicator(&self, record: u64, key: &IndicatorKey) -> Result<Reversible, Refusal> {
        let there = self.books.reference().indicators.get(key).map(Versioned::record);
        check_is_last(record, there, "an indicator value that was replaced or reversed")?;
        if self.books.reference().indicators.get(key).is_some_and(|it| it.before().is_none()) {
            check_nothing_rests(record, self.publication_of(&Subject::Indicator(key.clone())))?;
        }
        Ok(Reversible::Indicator(key.clone()))
    }

    pub(super) fn reverse_paper(&self, record: u64, id: &PaperId) -> Result<Reversible, Refusal> {
        let there = self.books.reference().papers.get(id).map(Versioned::record);
        check_is_last(record, there, "a paper that is no longer registered")?;
        Ok(Reversible::Paper(id.clone()))
    }

    pub(super) fn reverse_theme(&self, record: u64, id: &ThemeId) -> Result<Reversible, Refusal> {
        let there = self.books.reference().themes.get(id);
        let there = there
            .ok_or(Rejection::NotReversible { record, what: "a theme that is no longer in the ledger" })?;
        check_nothing_rests(record, (there.record() != record).then(|| there.record()))?;
        if there.before().is_none() {
            let in_budget = self.budgets_set(|budget| budget.theme == *id);
            let in_grants = self.facts_where(|fact| themes_of(fact).any(|theme| theme == id))?;
            let indicators = self.books.reference().indicators.iter();
            let of_indicators = indicators.filter(|(key, _)| key.theme == *id).map(|(_, it)| it.record());
            let published = self.publication_of(&Subject::Theme(id.clone()));
            let resting = in_budget.chain(in_grants).chain(of_indicators).chain(published);
            check_nothing_rests(record, resting)?;
        }
        Ok(Reversible::Theme(id.clone()))
    }

    pub(super) fn reverse_fund(&self, record: u64, id: &FundId) -> Result<Reversible, Refusal> {
        let there = self.books.reference().funds.get(id);
        let there = there
            .ok_or(Rejection::NotReversible { record, what: "a fund that is no longer in the ledger" })?;
        check_nothing_rests(record, (there.record() != record).then(|| there.record()))?;
        if there.before().is_some() {
            return Ok(Reversible::Fund(id.clone()));
        }
        let in_budget = self.budgets_set(|budget| budget.fund == *id);
        let received = self.books.reference().live_receipts().filter(|it| it.receipt.fund == *id);
        let in_grants =
            self.facts_where(|fact| funds_of(fact).is_some_and(|it| it.ids().any(|it| it == id)))?;
        let published = self.publication_of(&Subject::Fund(id.clone()));
        let resting = in_budget.chain(received.map(|it| it.record)).chain(in_grants).chain(published);
        check_nothing_rests(record, resting)?;
        Ok(Reversible::Fund(id.clone()))
    }

    pub(super) fn reverse_recipient(&self, record: u64, id: &RecipientId) -> Result<Reversible, Refusal> {
        let there = known_recipient(self.books, id)?.filter(|it| it.stated_by.contains(&record));
        let there = there.ok_or(Rejection::NotReversible {
            record,
            what: "a recipient that is no longer in the ledger",
        })?;
        let mut by: Vec<u64> = there.stated_by.iter().copied().filter(|it| *it != record).collect();
        for grant in &there.grants {
            let grant = self.books.grant(grant)?;
            let live = grant.iter().flat_map(|grant| grant.live());
            let awards =
                live.filter(|it| matches!(&*it.fact, Fact::Awarded(award) if award.recipient == *id));
            by.extend(awards.map(|it| it.record));
        }
        check_nothing_rests(record, by)?;
        Ok(Reversible::Recipient(id.clone()))
    }

    /// The records that last stated papers which hold.
    pub(super) fn papers_where(&self, wanted: impl Fn(&PublicPaper) -> bool) -> Vec<u64> {
        let papers = self.books.reference().papers.values();
        papers.filter(|paper| wanted(paper)).map(Versioned::record).collect()
    }

    /// The records that set budgets which hold.
    fn budgets_set(&self, wanted: impl Fn(&BudgetKey) -> bool) -> impl Iterator<Item = u64> {
        let budgets = self.books.reference().budgets.iter();
        budgets.filter(move |(key, _)| wanted(key)).map(|(_, budget)| budget.record())
    }

    /// The records of facts that hold, of all grants.
    fn facts_where(&self, wanted: impl Fn(&Fact) -> bool) -> Result<Vec<u64>, Refusal> {
        let mut found = Vec::new();
        self.books.each_grant(&mut |grant| {
            let is_wanted = |it: &&Recorded| wanted(&it.fact);
            found.extend(grant.live().filter(is_wanted).map(|it| it.record));
            Ok(())
        })?;
        Ok(found)
    }
}

/// Refuses to reverse what a later record has stated again.
pub(in crate::decide) fn check_is_last(
    record: u64,
    there: Option<u64>,
    what: &'static str,
) -> Result<(), Rejection> {
    let there = there.ok_or(Rejection::NotReversible { record, what })?;
    check_nothing_rests(record, (there != record).then_some(there))
}

/// The themes that a fact puts money under.
fn themes_of(fact: &Fact) -> impl Iterator<Item = &ThemeId> {
    let of_purpose = fact.purpose().into_iter().flat_map(|purpose| purpose.split.themes());
    let stated = if let Fact::Stated(stated) = fact { stated.theme.as_ref() } else { None };
    let parts = if let Some(Funds::Parts(parts)) = funds_of(fact) { Some(parts) } else { None };
    let of_parts = parts.into_iter().flat_map(|parts| parts.ids().map(|part| &part.theme));
    of_purpose.chain(stated.into_iter().flat_map(Split::themes)).chain(of_parts)
}

/// The funds that a fact puts money into.
fn funds_of(fact: &Fact) -> Option<&Funds> {
    match fact {
        Fact::Awarded(award) => Some(&award.fund),
        Fact::FundChanged(change) => Some(&change.fund),
        Fact::Stated(stated) => stated.fund.as_ref(),
        Fact::Varied(_)
        | Fact::Withdrawn(_)
        | Fact::Repurposed(_)
        | Fact::Scheduled(_)
        | Fact::Paid(_)
        | Fact::Refunded(_)
        | Fact::Returned(_)
        | Fact::Reversed { .. }
        | Fact::Due(_)
        | Fact::Received(_)
        | Fact::Waived(_)
        | Fact::Corrected(_)
        | Fact::RulesApplied { .. } => None,
    }
}
