//! Deciding: which events a command records, or why it is rejected.
//!
//! [`decide`] is pure: the same books and command give the same events. A grant's event is the
//! difference between what the grant posts with and without the new fact (`grants::timeline`), so no
//! rule here writes a grant's entries itself. Checks come in the order of [`Rejection`].

mod allocation;
mod approve;
mod award;
mod budget;
mod change;
mod correct;
mod indicators;
mod money;
mod monitoring;
mod months;
mod papers;
mod prior_period;
mod publication;
mod recipient;
mod reconcile;
mod reference;
mod reverse;
mod state;
mod users;

use std::borrow::Cow;
use std::sync::Arc;

pub use self::allocation::check_allocated;
pub use self::approve::{Vouched, approve};
pub use self::award::{check_confidential, check_split};
pub use self::reverse::batch::{reverse_batch, reversed_by};
use crate::book::naming::with_ids;
use crate::book::{Books, BooksError, Draft};
use crate::calendar::Date;
use crate::command::{Command, Options};
use crate::entry::EntryError;
use crate::events::proposals::Step;
use crate::events::{BooksOpened, Event, GrantFact};
use crate::grants::timeline::{PaymentPosted, Position, course};
use crate::grants::{Award, Fact, FundChange, Grant, GrantId, Payment, Recorded, Rules, Variation, timeline};
use crate::money::{Money, Overflow};
use crate::rejection::{Rejection, nearest};
use crate::text::Text;
use crate::written::WrittenNames;

/// Why a command did not lead to events.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)] // The messages say it.
pub enum Refusal {
    #[error(transparent)]
    Rejected(#[from] Box<Rejection>),
    #[error(transparent)]
    Books(BooksError),
}

impl From<BooksError> for Refusal {
    fn from(error: BooksError) -> Refusal {
        match error {
            BooksError::NotAllowed(denied) => Rejection::NotAllowed(denied).into(),
            BooksError::Unreadable(_)
            | BooksError::DoesNotFit { .. }
            | BooksError::Overflow(_)
            | BooksError::Entry(_) => Refusal::Books(error),
        }
    }
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Refusal {
        Refusal::Rejected(Box::new(rejection))
    }
}

impl From<Overflow> for Refusal {
    fn from(overflow: Overflow) -> Refusal {
        Rejection::Overflow(overflow).into()
    }
}

impl From<EntryError> for Refusal {
    fn from(error: EntryError) -> Refusal {
        match error {
            EntryError::Overflow(overflow) => overflow.into(),
            EntryError::Empty | EntryError::Unbalanced { .. } => Rejection::Entry(error).into(),
        }
    }
}

/// The result of deciding a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// These events, in order.
    Events(Vec<Event>),
    /// No events: it is already recorded, identically.
    Already(Already),
}

impl Decided {
    /// Returns the same after other events.
    fn after(self, mut events: Vec<Event>) -> Decided {
        match self {
            Decided::Events(more) => {
                events.extend(more);
                Decided::Events(events)
            }
            Decided::Already(already) => Decided::Already(already),
        }
    }
}

/// Where something is already recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Already {
    /// The record; `None` where several records together state it.
    pub record: Option<u64>,
    /// The record that later reversed it.
    pub reversed_by: Option<u64>,
}

/// The outcome of a command on a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The numbers of the added records.
    Recorded(std::ops::RangeInclusive<u64>),
    /// It is already recorded, identically.
    Already(Already),
}

/// Returns the events that open a new ledger with the two funds that every office has.
pub fn opening(ledger: String, body: Text) -> Vec<Event> {
    let funds = [("cdr", "Crime and Disorder Reduction"), ("victims", "Victims' services")];
    let fund = |(id, name)| {
        let (id, name) = (crate::funds::FundId::new(id).ok()?, Text::new(name).ok()?);
        Some(Event::FundAdded(crate::funds::Fund { id, name }))
    };
    std::iter::once(Event::Opened(BooksOpened { ledger, body, rules: Rules::PRESENT }))
        .chain(funds.into_iter().filter_map(fund))
        .collect()
}

/// Decides a command on a draft and adds its events to it.
pub fn carry_out(draft: &mut Draft<'_>, command: &Command, options: Options) -> Result<Outcome, Refusal> {
    match decide(draft, command, options.clone())? {
        Decided::Already(already) => Ok(Outcome::Already(already)),
        Decided::Events(events) => {
            let first = draft.reference().records + 1;
            let mut options = options;
            options.names = options.names.and_then(|names| names_given(&names, &events).shared());
            draft.add_all(events)?;
            draft.note(|| Step::Command { command: command.clone(), options });
            Ok(Outcome::Recorded(first..=draft.reference().records))
        }
    }
}

/// Returns the names that events give to themes and funds, of those that were written.
fn names_given(names: &WrittenNames, events: &[Event]) -> WrittenNames {
    names.only(
        |id| events.iter().any(|event| matches!(event, Event::ThemeAdded(theme) if theme.id == *id)),
        |id| events.iter().any(|event| matches!(event, Event::FundAdded(fund) if fund.id == *id)),
    )
}

/// Returns the events that a command records in these books.
pub fn decide(books: &dyn Books, command: &Command, options: Options) -> Result<Decided, Refusal> {
    let decider = Decider { books, options, can_add_missing: command.can_add_missing() };
    let decided = decider.decide(command)?;
    match &decider.options.prior_period {
        Some(reason) => prior_period::adjusting(books, decided, reason),
        None => prior_period::not_adjusting(books, decided, decider.options.late),
    }
}

impl Decider<'_> {
    fn decide(&self, command: &Command) -> Result<Decided, Refusal> {
        let (decider, books, options) = (self, self.books, &self.options);
        match &with_ids(books, command)? {
            Command::AddTheme { id, name, objective } => decider.add_theme(id, name, objective.as_ref()),
            Command::AddFund { id, name } => decider.add_fund(id, name),
            Command::RenameTheme { theme, name, from } => decider.rename_theme(theme, name, *from),
            Command::RenameFund { fund, name, from } => decider.rename_fund(fund, name, *from),
            Command::AddRecipient { id, name, identifiers } => {
                decider.add_recipient(id.as_ref(), name, identifiers)
            }
            Command::RenameRecipient { recipient, name, from } => {
                decider.rename_recipient(recipient, name, *from)
            }
            Command::IdentifyRecipient { recipient, identifier } => {
                decider.identify_recipient(recipient, identifier)
            }
            Command::AliasRecipient { recipient, alias } => decider.alias_recipient(recipient, alias),
            Command::RecordDecision(decision) => decider.record_decision(decision),
            Command::Award(award) => decider.award(award),
            Command::Vary { award, decision, date, change, period, part } => {
                let (decision, part) = (decision.clone(), part.clone());
                let (date, change, period) = (*date, *change, *period);
                decider.vary(award, Variation { decision, date, change, period, extension: false, part })
            }
            Command::ChangeFund { award, decision, date, fund, include_past } => {
                let (decision, fund) = (decision.clone(), fund.clone());
                let change = FundChange { decision, date: *date, fund, include_past: *include_past };
                decider.change_fund(award, change)
            }
            Command::Extend { award, decision, date, to } => {
                decider.extend(award, decision.as_ref(), *date, *to)
            }
            Command::Withdraw { award, decision, date } => decider.withdraw(award, decision.as_ref(), *date),
            Command::Repurpose { award, decision, date, purpose, include_past } => {
                decider.repurpose(award, decision.as_ref(), *date, purpose, *include_past)
            }
            Command::Correct { award, recipient, amount, purpose, fund, theme, date, reason } => {
                let (recipient, amount, purpose) = (recipient.as_deref(), *amount, purpose.as_ref());
                let (fund, theme) = (fund.as_ref(), theme.as_ref());
                let given = correct::Corrected { recipient, amount, purpose, fund, theme };
                decider.correct(award, given, *date, reason)
            }
            Command::State { award, statement } => decider.state(award, statement),
            Command::Schedule { award, due, amount, occurrence } => {
                decider.schedule(award, *due, *amount, *occurrence)
            }
            Command::Pay { award, date, amount, reference, account, before_decision, part, occurrence } => {
                let payment = Payment {
                    date: *date,
                    amount: *amount,
                    reference: reference.clone(),
                    account: account.clone(),
                    before_decision: before_decision.clone(),
                    part: part.clone(),
                    again: options.again,
                };
                decider.pay(award, payment, *occurrence)
            }
            Command::Refund {
                award,
                date,
                amount,
                reference,
                account,
                stays_available,
                part,
                occurrence,
            } => {
                let refund = crate::grants::Refund {
                    date: *date,
                    amount: *amount,
                    reference: reference.clone(),
                    account: account.clone(),
                    stays_available: *stays_available,
                    part: part.clone(),
                    again: options.again,
                };
                decider.refund(award, refund, *occurrence)
            }
            Command::Return { award, date, amount, reference, account, payment, recent, occurrence } => {
                let came_back = (*date, *amount, reference.as_ref(), account.as_ref());
                decider.returned(award, came_back, (*payment, *recent), *occurrence)
            }
            Command::Receive { receipt, occurrence } => decider.receive(receipt, *occurrence),
            Command::SetBudget { budget, amount, date, decision, revise } => {
                decider.set_budget(budget, *amount, (*date, decision.as_ref()), *revise)
            }
            Command::Expect { award, due } => decider.expect(award, due),
            Command::Submit { award, due, name, received, paper, result } => {
                let what = monitoring::Received {
                    received: *received,
                    paper: paper.clone(),
                    result: result.clone(),
                };
                decider.submit(award, *due, name.as_ref(), what)
            }
            Command::Waive { award, due, name, date, reason } => {
                decider.waive(award, *due, name.as_ref(), *date, reason)
            }
            Command::SetIndicator { indicator, stated, revise } => {
                decider.set_indicator(indicator, stated, *revise)
            }
            Command::RecordPaper(paper) => decider.record_paper(paper),
            Command::SetPublication { of, publication } => decider.set_publication(of, *publication),
            Command::RecordStatement(statement) => decider.record_statement(statement),
            Command::Reconcile(given) => decider.reconcile(given),
            Command::Reverse { record, reason } => decider.reverse(*record, reason.as_ref()),
            Command::Close { month, is_final, explained } => {
                decider.close(*month, *is_final, explained.as_ref())
            }
            Command::Reopen { month, reason } => decider.reopen(*month, reason),
            Command::SetUsers(users) => Ok(decider.set_users(users)),
            Command::SetPolicy(policy) => Ok(decider.set_policy(policy.as_ref())),
            Command::Reject { proposal, reason } => decider.reject(*proposal, reason),
        }
    }
}

/// The context of deciding a command: the books and the options.
struct Decider<'a> {
    books: &'a dyn Books,
    options: Options,
    /// True if the command can add themes and funds.
    can_add_missing: bool,
}

impl<'a> Decider<'a> {
    /// Returns a grant whose award is not reversed.
    fn grant(&self, id: &GrantId) -> Result<Cow<'a, Grant>, Refusal> {
        match self.books.grant(id)? {
            Some(grant) if grant.award().is_some() => Ok(grant),
            _ => {
                Err(Rejection::UnknownAward { given: id.to_string(), nearest: self.nearest_award(id)? }
                    .into())
            }
        }
    }

    fn nearest_award(&self, given: &GrantId) -> Result<Option<String>, BooksError> {
        let mut ids = Vec::new();
        if !self.options.no_suggestions {
            self.books.each_grant_id(&mut |id| ids.push(id.to_owned()))?;
        }
        let nearest = nearest(given.as_str(), ids.iter().map(String::as_str));
        // The nearest id may be that of a reversed award; then nothing is suggested.
        let Some(id) = nearest.as_deref().and_then(|id| GrantId::new(id).ok()) else { return Ok(None) };
        let grant = self.books.grant(&id)?;
        Ok(nearest.filter(|_| grant.is_some_and(|grant| grant.award().is_some())))
    }

    /// Refuses a date in a closed month, unless the command is to be posted late. `may_adjust` says whether what is
    /// posted may be expenditure of that day.
    fn check_open(&self, date: Date, may_adjust: bool) -> Result<(), Rejection> {
        let closed = &self.books.reference().closed;
        let is_late = self.options.late || self.options.prior_period.is_some();
        if closed.contains(date.month()) && !is_late {
            let (month, first_open) = (date.month(), closed.booking_day(date));
            return Err(Rejection::ClosedMonth {
                month,
                first_open,
                first_closed: closed.first_after(month),
                is_provisional: closed.is_provisional(month),
                may_adjust: may_adjust && month.financial_year() < first_open.financial_year(),
            });
        }
        Ok(())
    }

    /// True if a record counts as a duplicate of what is sent again. Reversed records count too, so that
    /// importing the same file again does not undo a reversal, unless `record_reversed` is set.
    fn counts(&self, reversed_by: Option<u64>) -> bool {
        reversed_by.is_none() || !self.options.record_reversed
    }

    /// Returns the records of a grant that [count](Self::counts) as possible duplicates.
    fn counted<'g>(&self, grant: &'g Grant) -> impl Iterator<Item = &'g Recorded> {
        grant.history.iter().filter(|it| self.counts(it.reversed_by))
    }

    /// Returns the event that brings a grant's entries to the present rules, if they were recorded under earlier
    /// ones that entered it otherwise. It precedes every other event of the grant.
    fn rules_applied(&self, grant: &Grant) -> Result<Option<Event>, Refusal> {
        let reference = self.books.reference();
        if grant.history.is_empty() || grant.rules(&reference.rules) == Rules::PRESENT {
            return Ok(None);
        }
        let posted = timeline::entries_from_recorded(grant, Rules::PRESENT, &reference.closed)?;
        let fact = Arc::new(Fact::RulesApplied { rules: Rules::PRESENT });
        Ok((!posted.is_empty()).then(|| Event::Grant(GrantFact::new(grant.id.clone(), fact, posted))))
    }

    /// Returns the event that adds a fact to a grant.
    fn grant_event(&self, grant: &Grant, award: &Award, fact: Fact) -> Result<Event, Refusal> {
        let closed = &self.books.reference().closed;
        let is_payment = matches!(fact, Fact::Paid(_));
        if is_payment && award.period.is_some() && !grant.facts().any(divides_or_ends) {
            let PaymentPosted { before, after, entries } =
                timeline::further_payment(grant.facts(), &fact, closed)?;
            check_no_more_overpaid(&grant.id, &after, || Ok(before))?;
            return Ok(Event::Grant(GrantFact::new(grant.id.clone(), Arc::new(fact), entries)));
        }
        let with = || grant.facts().chain(std::iter::once(&fact));
        if is_payment {
            check_not_overpaid(&grant.id, grant.facts(), with())?;
        }
        let posted = timeline::entries(Rules::PRESENT, grant.facts(), with(), closed)?;
        Ok(Event::Grant(GrantFact::new(grant.id.clone(), Arc::new(fact), posted)))
    }

    /// Returns the event that adds a fact to a grant, after the event of the decision that it refers to.
    fn with_decision(&self, grant: &Grant, fact: Fact) -> Result<Decided, Refusal> {
        let award = grant.award().ok_or_else(|| unknown_award(&grant.id))?;
        let mut events = Vec::new();
        if let Some(decision) = fact.decision() {
            events.extend(self.decision_named_by(decision, None, kind_of(&fact), false)?);
        }
        events.extend(self.rules_applied(grant)?);
        events.push(self.grant_event(grant, award, fact)?);
        Ok(Decided::Events(events))
    }
}

/// Returns true for a fact that divides the grant otherwise, so that recognition and payments settle together, or that
/// makes the entitlement what is recognised.
fn divides_or_ends(fact: &Fact) -> bool {
    match fact {
        Fact::Repurposed(_) | Fact::FundChanged(_) | Fact::Withdrawn(_) => true,
        Fact::Varied(variation) => variation.part.is_some(),
        Fact::Awarded(_)
        | Fact::Scheduled(_)
        | Fact::Paid(_)
        | Fact::Refunded(_)
        | Fact::Returned(_)
        | Fact::Reversed { .. }
        | Fact::Due(_)
        | Fact::Received(_)
        | Fact::Waived(_)
        | Fact::Stated(_)
        | Fact::Corrected(_)
        | Fact::RulesApplied { .. } => false,
    }
}

fn kind_of(fact: &Fact) -> crate::decisions::DecisionKind {
    use crate::decisions::DecisionKind;
    match fact {
        Fact::Awarded(_) | Fact::Corrected(_) => DecisionKind::Award,
        Fact::Varied(variation) if variation.extension => DecisionKind::Extension,
        Fact::Varied(_) => DecisionKind::Variation,
        Fact::Withdrawn(_) => DecisionKind::Withdrawal,
        Fact::Repurposed(_) => DecisionKind::ChangeOfPurpose,
        Fact::FundChanged(_) => DecisionKind::Variation,
        // What it states is the decision of the award.
        Fact::Stated(_) => DecisionKind::Award,
        Fact::Scheduled(_)
        | Fact::Paid(_)
        | Fact::Refunded(_)
        | Fact::Returned(_)
        | Fact::Reversed { .. }
        | Fact::Due(_)
        | Fact::Received(_)
        | Fact::Waived(_)
        | Fact::RulesApplied { .. } => DecisionKind::Other,
    }
}

fn unknown_award(id: &GrantId) -> Rejection {
    Rejection::UnknownAward { given: id.to_string(), nearest: None }
}

fn check_positive(amount: Money) -> Result<(), Rejection> {
    if amount.is_positive() { Ok(()) } else { Err(Rejection::NotPositive(amount)) }
}

/// Checks that on no day from the decision on more is paid beyond the award than without the change: what a
/// reduction has made a recovery due stays one.
fn check_not_overpaid<'a>(
    id: &GrantId,
    before: impl IntoIterator<Item = &'a Fact>,
    after: impl IntoIterator<Item = &'a Fact>,
) -> Result<(), Refusal> {
    check_no_more_overpaid(id, &course(Rules::PRESENT, after)?, || course(Rules::PRESENT, before))
}

fn check_no_more_overpaid(
    id: &GrantId,
    after: &[Position],
    before: impl FnOnce() -> Result<Vec<Position>, Overflow>,
) -> Result<(), Refusal> {
    if after.iter().all(|position| position.paid <= position.entitlement) {
        return Ok(());
    }
    let before = before()?;
    for (position, later) in after.iter().zip(after.iter().skip(1).map(Some).chain([None])) {
        // A day counts at its end.
        if later.is_some_and(|later| later.date == position.date) {
            continue;
        }
        let until = before.partition_point(|it| it.date <= position.date);
        let earlier = until.checked_sub(1).and_then(|last| before.get(last)).copied();
        let allowed = earlier.map(Position::excess).transpose()?.unwrap_or_default();
        if position.excess()? > allowed {
            let Position { date, entitlement: awarded, paid } = *position;
            return Err(Rejection::PaidBeforeAwarded { award: id.to_string(), date, awarded, paid }.into());
        }
    }
    Ok(())
}

/// Checks that an award is never negative, nor more than the largest amount.
fn check_award_in_range<'a>(id: &GrantId, facts: impl IntoIterator<Item = &'a Fact>) -> Result<(), Refusal> {
    for Position { entitlement, .. } in course(Rules::PRESENT, facts)? {
        let award = id.to_string();
        if entitlement.is_negative() {
            return Err(Rejection::AwardBelowZero { award, awarded: entitlement }.into());
        }
        if entitlement > Money::LIMIT {
            return Err(Rejection::AboveLimit { award }.into());
        }
    }
    Ok(())
}

/// Checks that on no day more is refunded than was paid.
fn check_paid_before_refunded<'a>(
    id: &GrantId,
    facts: impl IntoIterator<Item = &'a Fact>,
) -> Result<(), Refusal> {
    let mut moved: Vec<(Date, Money)> =
        facts.into_iter().filter_map(|fact| Some((fact.date()?, fact.at_bank()?.negated()))).collect();
    moved.sort_by_key(|(date, _)| *date);
    let mut paid = Money::ZERO;
    for day in moved.chunk_by(|a, b| a.0 == b.0) {
        let before = paid;
        paid = paid.plus(Money::sum(day.iter().map(|(_, amount)| *amount))?)?;
        if paid.is_negative() {
            let (award, refund) = (id.to_string(), before.minus(paid)?);
            let are_several = day.iter().filter(|(_, amount)| amount.is_negative()).count() > 1;
            return Err(Rejection::RefundBeyondPaid { award, paid: before, refund, are_several }.into());
        }
    }
    Ok(())
}

/// Finds the n-th of several identical entries among those recorded that [count](Decider::counts).
fn nth_duplicate<'a, Thing: 'a>(
    things: impl IntoIterator<Item = &'a Thing>,
    occurrence: u32,
    is_duplicate: impl Fn(&Thing) -> bool,
) -> Nth<'a, Thing> {
    let mut duplicates = things.into_iter().filter(|thing| is_duplicate(thing));
    let nth = occurrence.max(1) as usize - 1;
    let mut recorded = 0;
    loop {
        match duplicates.next() {
            Some(thing) if recorded == nth => return Nth::Recorded(thing),
            Some(_) => recorded += 1,
            None => return Nth::Missing { occurrence, recorded },
        }
    }
}

/// The result of [`nth_duplicate`].
enum Nth<'a, Thing> {
    Recorded(&'a Thing),
    Missing { occurrence: u32, recorded: usize },
}

impl<Thing> Nth<'_, Thing> {
    /// Refuses the second of several identical entries when the first is not recorded: sent again, it
    /// could not be recognised.
    fn check_sequence(&self) -> Result<(), Rejection> {
        match self {
            Nth::Missing { occurrence, recorded } if recorded + 1 < *occurrence as usize => {
                Err(Rejection::OutOfSequence { occurrence: *occurrence, recorded: *recorded })
            }
            Nth::Recorded(_) | Nth::Missing { .. } => Ok(()),
        }
    }
}

fn already(recorded: &Recorded) -> Already {
    Already { record: Some(recorded.record), reversed_by: recorded.reversed_by }
}
