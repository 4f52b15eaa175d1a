//! Undoing a record by a new one that names it.

pub(super) mod batch;
pub(super) mod reference;

use std::sync::Arc;

use super::{
    Decided, Decider, Refusal, check_award_in_range, check_not_overpaid, check_paid_before_refunded,
    prior_period,
};
use crate::book::registered;
use crate::decisions::Decision;
use crate::entry::{Entries, Entry, Line};
use crate::events::{
    Event, GrantFact, RecipientAliased, RecipientIdentified, RecipientRenamed, Record, RecordReversed,
    Reversal, Reversible,
};
use crate::grants::{Fact, Grant, GrantId, Rules, standing, timeline};
use crate::publication::Subject;
use crate::rejection::Rejection;
use crate::text::Text;

impl Decider<'_> {
    pub(super) fn reverse(&self, record: u64, reason: Option<&Text>) -> Result<Decided, Refusal> {
        let found = self.books.record(record)?.ok_or(Rejection::UnknownRecord(record))?;
        self.reverse_record(&found, reason)
    }

    fn reverse_record(&self, found: &Record, reason: Option<&Text>) -> Result<Decided, Refusal> {
        let record = found.number;
        if let Some(by) = self.books.reference().reversed.get(&record) {
            return Err(Rejection::AlreadyReversed { record, by: *by }.into());
        }
        let mut posted = Entries::none();
        let of = match found.event.reversal() {
            Reversal::Fact(id) => return self.reverse_fact(record, id, reason),
            Reversal::Receipt(entries) => {
                posted = self.reverse_receipt(record, entries)?;
                Reversible::Receipt
            }
            Reversal::Budget(set) => {
                let (of, entries) = self.reverse_budget(record, set)?;
                posted = entries;
                of
            }
            Reversal::Decision(decision) => self.reverse_decision(record, decision)?,
            Reversal::Statement(statement) => self.reverse_statement(record, statement)?,
            Reversal::Reconciliation(reconciled) => self.reverse_reconciliation(reconciled)?,
            Reversal::Theme(id) => self.reverse_theme(record, id)?,
            Reversal::Fund(id) => self.reverse_fund(record, id)?,
            Reversal::Recipient(id) => self.reverse_recipient(record, id)?,
            Reversal::RecipientName(RecipientRenamed { id, name, from }) => {
                Reversible::RecipientName { id: id.clone(), name: name.clone(), from: *from }
            }
            Reversal::RecipientIdentifier(RecipientIdentified { id, identifier }) => {
                Reversible::RecipientIdentifier { id: id.clone(), identifier: identifier.clone() }
            }
            Reversal::RecipientAlias(RecipientAliased { id, alias }) => {
                Reversible::RecipientAlias { id: id.clone(), alias: alias.clone() }
            }
            Reversal::Indicator(key) => self.reverse_indicator(record, key)?,
            Reversal::Paper(id) => self.reverse_paper(record, id)?,
            Reversal::Publication(of) => self.reverse_publication(record, of)?,
            Reversal::StaysInBatch | Reversal::Never => {
                return Err(Rejection::NotReversible { record, what: found.event.words() }.into());
            }
        };
        let (of, reason) = (Box::new(of), reason.cloned());
        Ok(Decided::Events(vec![Event::Reversed(RecordReversed { record, of, reason, posted })]))
    }

    /// A fact of a grant is undone by what the grant posts without it.
    fn reverse_fact(&self, record: u64, id: &GrantId, reason: Option<&Text>) -> Result<Decided, Refusal> {
        let grant = self.books.grant(id)?.ok_or(Rejection::UnknownRecord(record))?;
        let recorded = grant.history.iter().find(|it| it.record == record);
        let recorded = recorded.ok_or(Rejection::UnknownRecord(record))?;
        if let Some(by) = recorded.reversed_by {
            return Err(Rejection::AlreadyReversed { record, by }.into());
        }
        // The bank bears witness that it happened.
        check_nothing_rests(record, recorded.reconciled.map(|it| it.record))?;
        let others: Vec<_> = grant.live().filter(|it| it.record != record).collect();
        let resting = others.iter().filter(|other| {
            let returns = matches!(&*other.fact, Fact::Returned(it) if it.payment == record);
            returns || rests_on(&other.fact, &recorded.fact, other.record > record)
        });
        check_nothing_rests(record, resting.map(|it| it.record))?;
        if matches!(*recorded.fact, Fact::Awarded(_)) {
            check_nothing_rests(record, self.papers_where(|paper| paper.grants.contains(id)))?;
        }
        let left_over = Grant { id: id.clone(), history: others.iter().map(|it| (*it).clone()).collect() };
        let without = || left_over.facts();
        let left = standing(Rules::PRESENT, without())?;
        // Money that moved later rests on money that was there to move.
        let later = |wanted: fn(&Fact) -> bool| {
            let moved = others.iter().filter(move |it| it.record > record && wanted(&it.fact));
            check_nothing_rests(record, moved.map(|it| it.record))
        };
        if left.net_paid()?.is_negative() {
            later(|fact| matches!(fact, Fact::Refunded(_)))?;
            let refund = left.refunded;
            let (award, paid) = (id.to_string(), left.paid);
            return Err(Rejection::RefundBeyondPaid { award, paid, refund, are_several: false }.into());
        }
        if let Err(refunded) = check_paid_before_refunded(id, without()) {
            later(|fact| matches!(fact, Fact::Refunded(_)))?;
            return Err(refunded);
        }
        check_award_in_range(id, without())?;
        // Without a refund, what it cleared is due again; without a rise, what was paid beyond the award before it.
        let is_refund = matches!(*recorded.fact, Fact::Refunded(_));
        if !is_refund && check_not_overpaid(id, grant.facts(), without()).is_err() {
            later(|fact| matches!(fact, Fact::Paid(_)))?;
        }
        let closed = &self.books.reference().closed;
        let posted = timeline::entries(Rules::PRESENT, grant.facts(), without(), closed)?;
        let fact = Fact::Reversed { record, reason: reason.cloned() };
        let event = GrantFact::new(id.clone(), Arc::new(fact), posted);
        let mut events: Vec<Event> = self.rules_applied(&grant)?.into_iter().collect();
        events.push(Event::Grant(prior_period::reversing(event, recorded, &grant.history, reason)?));
        Ok(Decided::Events(events))
    }

    fn reverse_receipt(&self, record: u64, posted: &Entries) -> Result<Entries, Refusal> {
        let receipt = self.books.reference().receipts.iter().find(|it| it.record == record);
        let reconciled = receipt.and_then(|it| it.reconciled);
        check_nothing_rests(record, reconciled.map(|it| it.record))?;
        check_nothing_rests(record, self.publication_of(&Subject::Receipt(record)))?;
        let mut turned = Entries::none();
        for entry in &posted.entries {
            let turn = |line: Line| Line { amount: line.amount.negated(), ..line };
            let lines = entry.lines().map(turn).collect();
            // Booked where the receipt is, so that both are in one month while it is open.
            let booked = self.books.reference().closed.booking_day(entry.booked());
            turned.entries.push(Entry::new(entry.effective(), Some(booked), lines)?);
        }
        Ok(turned)
    }

    fn reverse_decision(&self, record: u64, decision: &Decision) -> Result<Reversible, Refusal> {
        let Some(there) = registered(self.books, &decision.id)? else {
            return Err(Rejection::NotReversible { record, what: "a decision already reversed" }.into());
        };
        check_nothing_rests(record, (there.record != record).then_some(there.record))?;
        // An earlier statement leaves the decision in the register: only what was recorded since
        // rests on what this one added, and may do so (it may have become confidential).
        let is_first = there.earlier.is_empty();
        let mut by = Vec::new();
        let budgets = self.books.reference().budgets.values().flat_map(|budget| budget.each());
        let resting = budgets.filter(|(budget, _)| budget.decision.as_ref() == Some(&decision.id));
        by.extend(resting.map(|(_, by)| by).filter(|it| is_first || *it > record));
        if is_first {
            by.extend(self.papers_where(|paper| paper.decisions.contains(&decision.id)));
        }
        for id in &there.grants {
            let grant = self.books.grant(id)?;
            let live = grant.iter().flat_map(|grant| grant.live());
            let resting = live.filter(|it| it.fact.decision() == Some(&decision.id));
            by.extend(resting.map(|it| it.record).filter(|it| is_first || *it > record));
        }
        check_nothing_rests(record, by)?;
        let id = decision.id.clone();
        Ok(if is_first { Reversible::Decision(id) } else { Reversible::DecisionStatement(id) })
    }
}

/// Refuses to reverse a record that others rest on.
pub(super) fn check_nothing_rests(record: u64, by: impl IntoIterator<Item = u64>) -> Result<(), Rejection> {
    let mut by: Vec<u64> = by.into_iter().collect();
    by.sort_unstable();
    if by.is_empty() { Ok(()) } else { Err(Rejection::HasDependents { record, by }) }
}

/// True when a fact rests on another: everything on the award; a withdrawal on all that was
/// recorded before it, which decided what was withdrawn; an extension on the period it extended.
fn rests_on(fact: &Fact, on: &Fact, is_later: bool) -> bool {
    let withdraws_later = is_later && matches!(fact, Fact::Withdrawn(_));
    let extends_later = is_later && matches!(fact, Fact::Varied(extension) if extension.extension);
    match on {
        Fact::Stated(stated) => extends_later && stated.period.is_some(),
        Fact::Awarded(_) => true,
        Fact::Corrected(_) => withdraws_later || is_later && matches!(fact, Fact::Corrected(_)),
        Fact::Due(due) => {
            matches!(fact, Fact::Received(it) if due.is_called(&it.name, it.due))
                || matches!(fact, Fact::Waived(it) if due.is_called(&it.name, it.due))
        }
        // What moves no money decides nothing of what was withdrawn.
        Fact::Received(_) | Fact::Waived(_) => false,
        Fact::Varied(variation) => withdraws_later || extends_later && variation.period.is_some(),
        Fact::Withdrawn(_)
        | Fact::Repurposed(_)
        | Fact::FundChanged(_)
        | Fact::Scheduled(_)
        | Fact::Paid(_)
        | Fact::Refunded(_)
        | Fact::Returned(_)
        | Fact::Reversed { .. }
        | Fact::RulesApplied { .. } => withdraws_later,
    }
}
