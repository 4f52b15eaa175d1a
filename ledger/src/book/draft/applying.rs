//! How each kind of event changes the books, and how its reversal undoes the change.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Draft;
use crate::book::{Books, BooksError, Versioned};
use crate::budgets::{Budget, BudgetChange};
use crate::decisions::RegisteredDecision;
use crate::events::{
    BooksOpened, BudgetSet, ClosedMonthsEntered, Event, FundRenamed, FundsReceived, GrantFact, IndicatorSet,
    MonthReopened, PublicationSet, RecipientAdded, RecipientAliased, RecipientIdentified, RecipientRenamed,
    Record, RecordReversed, Reversible, RulesAdopted, ThemeRenamed,
};
use crate::funders::RecordedReceipt;
use crate::funds::Fund;
use crate::grants::{Fact, Recorded};
use crate::recipients::{DatedName, NameKey, Recipient, RecipientId};
use crate::reconciliation::LineKey;
use crate::themes::Theme;

impl Draft<'_> {
    pub(super) fn apply_event(&mut self, record: &Record) -> Result<(), BooksError> {
        let does_not_fit = |why: &str| BooksError::does_not_fit(record.number, why);
        match &record.event {
            Event::Opened(BooksOpened { ledger, body, rules }) => {
                if record.number != 1 {
                    return Err(does_not_fit("only the first record can open the books"));
                }
                self.changed.reference.ledger = ledger.clone();
                self.changed.reference.body = Some(body.clone());
                self.changed.reference.rules.adopt(record.number, *rules);
            }
            Event::RulesAdopted(RulesAdopted { rules }) => {
                let held = &mut self.changed.reference.rules;
                if *rules <= held.last() {
                    return Err(does_not_fit("later rules are already in force"));
                }
                held.adopt(record.number, *rules);
            }
            Event::ThemeAdded(theme) => {
                let themes = &mut self.changed.reference.themes;
                Versioned::state(themes, theme.id.clone(), theme.clone(), record.number);
            }
            Event::ThemeRenamed(ThemeRenamed { id, name, from }) => {
                let reference = &mut self.changed.reference;
                let theme = reference.themes.get(id).ok_or_else(|| does_not_fit("no such theme"))?;
                let theme = Theme { name: name.clone(), ..(**theme).clone() };
                Versioned::state(&mut reference.themes, id.clone(), theme, record.number);
                reference.renamed.insert(record.number, *from);
            }
            Event::FundRenamed(FundRenamed { id, name, from }) => {
                let reference = &mut self.changed.reference;
                let fund = reference.funds.get(id).ok_or_else(|| does_not_fit("no such fund"))?;
                let fund = Fund { name: name.clone(), ..(**fund).clone() };
                Versioned::state(&mut reference.funds, id.clone(), fund, record.number);
                reference.renamed.insert(record.number, *from);
            }
            Event::FundAdded(fund) => {
                let funds = &mut self.changed.reference.funds;
                Versioned::state(funds, fund.id.clone(), fund.clone(), record.number);
            }
            Event::RecipientAdded(RecipientAdded { id, name, identifiers }) => {
                let names = vec![DatedName { from: None, name: name.clone() }];
                self.file(NameKey::of_name(name.as_str()), id)?;
                for identifier in identifiers {
                    self.file(NameKey::of_identifier(identifier), id)?;
                }
                let identifiers = identifiers.iter().cloned().collect();
                // An addition that was reversed may have left reversed awards behind.
                let grants = self.recipient(id)?.map(|before| before.grants.clone()).unwrap_or_default();
                let (id, aliases, stated_by) = (id.clone(), BTreeSet::new(), BTreeSet::from([record.number]));
                let recorders = BTreeSet::from([self.author(record)]);
                let recipient =
                    Recipient { id: id.clone(), names, aliases, identifiers, grants, stated_by, recorders };
                self.changed.recipients.insert(id, recipient);
            }
            Event::RecipientRenamed(RecipientRenamed { id, name, from }) => {
                let dated = DatedName { from: Some(*from), name: name.clone() };
                self.restate_recipient(record, id, |it| it.names.push(dated))?;
                self.file(NameKey::of_name(name.as_str()), id)?;
            }
            Event::RecipientIdentified(RecipientIdentified { id, identifier }) => {
                self.restate_recipient(record, id, |it| {
                    it.identifiers.insert(identifier.clone());
                })?;
                self.file(NameKey::of_identifier(identifier), id)?;
            }
            Event::RecipientAliased(RecipientAliased { id, alias }) => {
                self.restate_recipient(record, id, |it| {
                    it.aliases.insert(alias.clone());
                })?;
                self.file(NameKey::of_name(alias.as_str()), id)?;
            }
            Event::DecisionRecorded(decision) => match self.decision_mut(&decision.id)? {
                Some(registered) => registered.restate((**decision).clone(), record.number),
                None => {
                    let registered = RegisteredDecision::new((**decision).clone(), record.number);
                    self.changed.decisions.insert(decision.id.clone(), registered);
                }
            },
            Event::Grant(fact) => self.apply_fact(record, fact)?,
            Event::Received(FundsReceived { receipt, .. }) => {
                self.changed.reference.receipts.push(RecordedReceipt {
                    record: record.number,
                    receipt: (**receipt).clone(),
                    reversed_by: None,
                    reconciled: None,
                })
            }
            Event::BudgetSet(set) => {
                let BudgetSet { budget: key, amount, decision, .. } = set;
                let budget = Budget { amount: *amount, date: set.applies_from(), decision: decision.clone() };
                let reference = &mut self.changed.reference;
                let booked = reference.closed.booking_day_of_budget(budget.date);
                let change = BudgetChange { set_by: record.number, booked, amount: set.change() };
                Versioned::state(&mut reference.budgets, (**key).clone(), budget, record.number);
                reference.budget_changes.entry((**key).clone()).or_default().push(change);
            }
            Event::IndicatorSet(IndicatorSet { indicator, stated }) => {
                let indicators = &mut self.changed.reference.indicators;
                Versioned::state(indicators, indicator.clone(), (**stated).clone(), record.number);
            }
            Event::PaperRecorded(paper) => {
                let papers = &mut self.changed.reference.papers;
                Versioned::state(papers, paper.id.clone(), (**paper).clone(), record.number);
            }
            Event::PublicationSet(PublicationSet { of, publication }) => {
                let publications = &mut self.changed.reference.publications;
                Versioned::state(publications, of.clone(), *publication, record.number);
            }
            Event::StatementRecorded(statement) => self.apply_statement(record.number, statement)?,
            Event::Reconciled(reconciled) => self.apply_reconciliation(record.number, reconciled)?,
            Event::Reversed(reversal) => self.apply_reversal(record, reversal)?,
            Event::MonthClosed(closing) => self.changed.reference.closed.close(closing.clone()),
            Event::MonthReopened(MonthReopened { month, .. }) => self.changed.reference.closed.reopen(*month),
            Event::ClosedMonthsEntered(ClosedMonthsEntered { reason }) => {
                self.changed.reference.closed.open_window(record.number, reason.clone());
            }
            Event::ClosedMonthsLeft => {
                if !self.changed.reference.closed.close_window(record.number) {
                    return Err(does_not_fit("no posting to closed periods had begun"));
                }
            }
            Event::ClockCorrected(_) => {
                let reference = &mut self.changed.reference;
                if reference.clock.is_after_jump(&record.at) {
                    reference.authority.correct_clock(&record.at).map_err(BooksError::from)?;
                }
                reference.clock.add(record.number, record.at.clone());
            }
            Event::IncomeReleased(_)
            | Event::UsersSet(_)
            | Event::PolicySet(_)
            | Event::Proposed(_)
            | Event::Approved(_)
            | Event::Rejected(_)
            | Event::HistoryAccepted(_)
            | Event::HeadRecovered(_) => {}
        }
        Ok(())
    }

    /// Adds a name, identifier or alias to a recipient.
    fn restate_recipient(
        &mut self,
        record: &Record,
        id: &RecipientId,
        state: impl FnOnce(&mut Recipient),
    ) -> Result<(), BooksError> {
        let author = self.author(record);
        let missing = || BooksError::does_not_fit(record.number, "no such recipient");
        let recipient = self.recipient_mut(id)?.ok_or_else(missing)?;
        state(recipient);
        recipient.recorders.insert(author);
        recipient.stated_by.insert(record.number);
        Ok(())
    }

    fn apply_fact(
        &mut self,
        record: &Record,
        GrantFact { id, fact, posted, prior_period }: &GrantFact,
    ) -> Result<(), BooksError> {
        let does_not_fit = |why: String| BooksError::does_not_fit(record.number, why);
        if posted.adjusts_prior_period() != prior_period.is_some() {
            let why = match prior_period {
                Some(_) => "it gives a reason for a prior period adjustment but posts none",
                None => "it posts a prior period adjustment without a reason",
            };
            return Err(does_not_fit(why.to_owned()));
        }
        let corrected = if let Fact::Corrected(it) = &**fact { it.award() } else { None };
        if let Some(award) = fact.award().or(corrected) {
            let recipient = self.recipient_mut(&award.recipient)?;
            let recipient = recipient.ok_or_else(|| does_not_fit("no such recipient".to_owned()))?;
            recipient.grants.insert(id.clone());
        }
        if let Some(decision) = fact.decision() {
            let missing = || does_not_fit(format!("decision {decision} is not in the register"));
            let registered = self.decision_mut(decision)?.ok_or_else(missing)?;
            registered.grants.insert(id.clone());
        }
        let booking_day =
            fact.effective().map(|date| (date, self.changed.reference.closed.booking_day(date)));
        let booked = booking_day.filter(|(date, booked)| date != booked).map(|(_, booked)| booked);
        let recorded = Recorded {
            record: record.number,
            at: record.at.clone(),
            by: record.by.clone(),
            fact: Arc::clone(fact),
            booked,
            entries: Arc::clone(posted),
            prior_period: prior_period.clone(),
            reductions: Box::default(),
            moved: None,
            reversed_by: None,
            reconciled: None,
        };
        let stands_alone =
            !matches!(**fact, Fact::Awarded(_) | Fact::Reversed { .. } | Fact::RulesApplied { .. });
        let grant = self.grant_mut(id)?;
        if let Fact::Reversed { record: reversed, .. } = &**fact {
            let undone =
                grant.history.iter_mut().find(|it| it.record == *reversed && it.reversed_by.is_none());
            let missing = || does_not_fit(format!("there is no record {reversed} of this grant to reverse"));
            undone.ok_or_else(missing)?.reversed_by = Some(record.number);
        } else if stands_alone && grant.award().is_none() {
            return Err(does_not_fit(format!("no award {id}")));
        }
        grant.history.push(recorded);
        let may_move = grant.history.iter().any(|it| it.correction().is_some());
        if grant.has_reductions() || may_move {
            let (closed, rules) =
                (self.changed.reference.closed.clone(), self.changed.reference.rules.clone());
            let grant = self.grant_mut(id)?;
            grant.note_reductions(&rules, &closed)?;
            grant.note_recipient_move(&closed)?;
        }
        Ok(())
    }

    /// Reverses a record that is not a grant's fact.
    fn apply_reversal(
        &mut self,
        record: &Record,
        RecordReversed { record: reversed, of, .. }: &RecordReversed,
    ) -> Result<(), BooksError> {
        let reversed = *reversed;
        let reference = &mut self.changed.reference;
        let was_there = match &**of {
            Reversible::Receipt => {
                let receipts = &mut reference.receipts;
                let undone = receipts.iter_mut().find(|it| it.record == reversed && it.reversed_by.is_none());
                undone.map(|it| it.reversed_by = Some(record.number)).is_some()
            }
            Reversible::Theme(id) => Versioned::undo(&mut reference.themes, id, reversed),
            Reversible::Fund(id) => Versioned::undo(&mut reference.funds, id, reversed),
            Reversible::Budget { budget: key, .. } => {
                let date = reference.budgets.get(key).map(|budget| budget.date);
                let changes = reference.budget_changes.get_mut(key);
                if let (Some(date), Some(changes)) = (date, changes) {
                    let set = changes.iter().find(|it| it.set_by == reversed).map(|it| it.amount);
                    let booked = reference.closed.booking_day_of_budget(date);
                    let amount = set.unwrap_or_default().negated();
                    changes.push(BudgetChange { set_by: reversed, booked, amount });
                }
                Versioned::undo(&mut reference.budgets, key, reversed)
            }
            Reversible::Indicator(key) => Versioned::undo(&mut reference.indicators, key, reversed),
            Reversible::Paper(id) => Versioned::undo(&mut reference.papers, id, reversed),
            Reversible::Publication(of) => Versioned::undo(&mut reference.publications, of, reversed),
            Reversible::Decision(id) => {
                let undone = self.decision_mut(id)?.filter(|it| it.record == reversed && !it.reversed);
                undone.map(|it| it.reverse()).is_some()
            }
            Reversible::DecisionStatement(id) => {
                let undone = self.decision_mut(id)?.filter(|it| it.record == reversed && !it.reversed);
                undone.is_some_and(|it| it.restore_previous())
            }
            Reversible::Reconciliation { line, records, with } => {
                let lines: Vec<LineKey> = std::iter::once(*line).chain(with.iter().copied()).collect();
                self.undo_reconciliation(record.number, reversed, &lines, records)?
            }
            Reversible::Statement { .. } => self.undo_statement_record(record.number, reversed)?,
            Reversible::Recipient(id) => self.undo_recipient(id, reversed)?,
            Reversible::RecipientName { id, name, from } => {
                self.undo_statement(id, reversed, NameKey::of_name(name.as_str()), |it| {
                    it.names.retain(|dated| dated.from != Some(*from));
                })?
            }
            Reversible::RecipientIdentifier { id, identifier } => {
                self.undo_statement(id, reversed, NameKey::of_identifier(identifier), |it| {
                    it.identifiers.remove(identifier);
                })?
            }
            Reversible::RecipientAlias { id, alias } => {
                self.undo_statement(id, reversed, NameKey::of_name(alias.as_str()), |it| {
                    it.aliases.remove(alias);
                })?
            }
        };
        if !was_there {
            let why = format!("record {reversed} is not in force, so it cannot be reversed");
            return Err(BooksError::does_not_fit(record.number, why));
        }
        self.changed.reference.reversed.insert(reversed, record.number);
        Ok(())
    }

    /// Removes a recipient from the index of names, but keeps its name for records reversed with it.
    fn undo_recipient(&mut self, id: &RecipientId, reversed: u64) -> Result<bool, BooksError> {
        let Some(recipient) = self.recipient_mut(id)? else { return Ok(false) };
        if !recipient.stated_by.remove(&reversed) {
            return Ok(false);
        }
        let keys: Vec<NameKey> = recipient.keys().collect();
        keys.into_iter().try_for_each(|key| self.unfile(key, id))?;
        Ok(true)
    }

    /// Removes a name, identifier or alias of a recipient, and its key from the index of names, unless another of
    /// the recipient's names has the same key.
    fn undo_statement(
        &mut self,
        id: &RecipientId,
        reversed: u64,
        key: NameKey,
        undo: impl FnOnce(&mut Recipient),
    ) -> Result<bool, BooksError> {
        let Some(recipient) = self.recipient_mut(id)? else { return Ok(false) };
        if !recipient.stated_by.remove(&reversed) {
            return Ok(false);
        }
        undo(recipient);
        if !recipient.keys().any(|left| left == key) {
            self.unfile(key, id)?;
        }
        Ok(true)
    }
}
