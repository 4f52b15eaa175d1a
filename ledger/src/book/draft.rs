//! A draft: books with records that are not yet in the journal.
//!
//! [`Draft::apply`] is the one place where a record changes the books, whether it is new, replayed or
//! verified.

mod applying;
mod reading;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use hashbrown::hash_map::Entry;

use super::{Books, BooksError, KeyedMap, ReadModels, authority};
use crate::accounts::Account;
use crate::authority::Denied;
use crate::calendar::{FinancialYear, Month};
use crate::clock::{WrongClock, day_of, unless_confirmed};
use crate::decisions::{DecisionId, RegisteredDecision};
use crate::entry::{self, Entries, Line};
use crate::events::proposals::{Proposal, Step};
use crate::events::{
    ClockCorrected, ClosedMonthsEntered, Event, IncomeReleased, Record, RulesAdopted, administration_text,
    signed,
};
use crate::funders::{Advance, releases};
use crate::funds::FundId;
use crate::grants::{Grant, GrantId, Power, Rules};
use crate::money::Overflow;
use crate::recipients::{NameKey, Recipient, RecipientId};
use crate::signing::Signature;
use crate::text::Text;
use crate::totals::{Figure, Heading, Totals};

/// From so many things on, work on them is shared between two threads.
const LARGE: usize = 4_096;

/// What a function makes of things, of many by halves and both halves at once.
pub fn in_two_threads<Thing: Sync, Made: Send>(
    things: &[Thing],
    make: impl Fn(&[Thing]) -> Made + Sync,
) -> Vec<Made> {
    if things.len() < LARGE {
        return vec![make(things)];
    }
    let (here, there) = things.split_at(things.len() / 2);
    std::thread::scope(|scope| {
        let there = scope.spawn(|| make(there));
        let here = make(here);
        vec![here, there.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))]
    })
}

/// Records that were decided together, with the read models as they are after them.
#[derive(Debug)]
#[allow(missing_docs)] // The names say it.
pub struct Batch {
    /// The number of the record before the first of these.
    pub after: u64,
    pub records: Vec<Record>,
    pub changed: ReadModels,
}

/// Signs a text with the key of whoever records; `None` without one.
pub type Sign<'s> = &'s dyn Fn(&str) -> Option<Signature>;

/// Why a clock is not corrected.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    /// Nothing is wrong with it.
    #[error(transparent)]
    Clock(#[from] WrongClock),
    /// The correction may not be recorded.
    #[error(transparent)]
    Books(#[from] BooksError),
}

const NOT_NEXT: &str = "it is not the next record";

/// Books with records that are not yet in the journal.
pub struct Draft<'a> {
    base: &'a dyn Books,
    pub(super) changed: ReadModels,
    /// Grants of the books beneath that were read ahead.
    read: KeyedMap<GrantId, Grant>,
    records: Vec<Record>,
    keep_records: bool,
    /// The reason for posting to provisionally closed months, until the first record is posted there.
    entering: Option<Text>,
    at: Arc<str>,
    by: Arc<str>,
    /// What the records come from, when they are to be proposed and not recorded.
    steps: Option<Vec<Step>>,
}

impl<'a> Draft<'a> {
    /// A draft on top of these books. New records are said to be recorded at `at` (UTC,
    /// `2015-03-31T16:20:00Z`; never earlier than the last record) by `by`.
    pub fn new(base: &'a dyn Books, at: String, by: String) -> Draft<'a> {
        let draft = Draft::replaying(base);
        let at = draft.at.max(at.into());
        Draft { at, by: by.into(), keep_records: true, ..draft }
    }

    /// A draft whose records are dated by the clock, although the last record is dated after it. Begins with the record
    /// that says so.
    ///
    /// # Errors
    /// [`WrongClock::NotWrong`], [`WrongClock::TooEarly`]; a user who may not correct it.
    ///
    /// [`WrongClock::NotWrong`]: crate::clock::WrongClock::NotWrong
    /// [`WrongClock::TooEarly`]: crate::clock::WrongClock::TooEarly
    pub fn correcting_clock(
        base: &'a dyn Books,
        at: String,
        by: String,
        reason: Text,
        is_confirmed: bool,
        sign: Sign<'_>,
    ) -> Result<Draft<'a>, ClockError> {
        let reference = base.reference();
        unless_confirmed(reference.clock.check(&reference.last_recorded, &at), is_confirmed)?;
        let draft = Draft::new(base, String::new(), by);
        let mut draft = Draft { at: at.into(), ..draft };
        draft.add_administration(
            vec![Event::ClockCorrected(ClockCorrected { reason, signature: None })],
            sign,
        )?;
        Ok(draft)
    }

    /// The same, to be proposed: what is added to it is not recorded but held in one proposal.
    pub fn proposing(self) -> Draft<'a> {
        Draft { steps: Some(Vec::new()), ..self }
    }

    /// A draft to which records from a journal are applied, none of which it keeps.
    pub fn replaying(base: &'a dyn Books) -> Draft<'a> {
        let (reference, totals) = (base.reference().clone(), base.totals().clone());
        let at = reference.last_recorded.clone();
        let mut draft = Draft {
            base,
            changed: ReadModels { reference, totals, ..ReadModels::default() },
            read: KeyedMap::default(),
            records: Vec::new(),
            keep_records: false,
            entering: None,
            at,
            by: "".into(),
            steps: None,
        };
        draft.end_of_batch();
        draft
    }

    /// From here on, posts to provisionally closed months, if there is a reason. A record with the reason precedes
    /// the first that is posted there.
    pub fn enter_closed_months(&mut self, reason: Option<&Text>) {
        if let Some(reason) = reason {
            self.note(|| Step::EnterClosedMonths { reason: reason.clone() });
        }
        self.changed.reference.closed.set_takes_postings(reason.is_some());
        self.entering = reason.cloned();
    }

    /// Returns the books beneath, without the records of the draft.
    pub fn base(&self) -> &'a dyn Books {
        self.base
    }

    /// Notes what the next records come from, in case they are to be proposed.
    pub fn note(&mut self, step: impl FnOnce() -> Step) {
        if let Some(steps) = &mut self.steps {
            steps.push(step());
        }
    }

    fn check_allowed(&self, events: &[Event]) -> Result<(), BooksError> {
        if self.steps.is_some() {
            let authority = &self.changed.reference.authority;
            return Ok(events.iter().try_for_each(|event| authority.may_be_proposed(&self.by, event))?);
        }
        let mut each = events.iter().enumerate();
        each.try_for_each(|(after, event)| authority::may(self, &self.by, &self.at, event, after))
    }

    /// Reads grants that will be needed. In the order of their ids this takes a fraction of the time of reading
    /// each one when it is needed.
    pub fn read_ahead(&mut self, mut ids: Vec<GrantId>) -> Result<(), BooksError> {
        ids.sort_unstable();
        ids.dedup();
        let base = self.base;
        let read = in_two_threads(&ids, |ids| base.grants(ids));
        read.into_iter().try_for_each(|grants| {
            grants?.into_iter().for_each(|grant| self.read.insert(grant.id.clone(), grant));
            Ok(())
        })
    }

    /// Leaves out the numbers before this one: of records on which nothing depends that will be
    /// read from these books.
    pub fn skip_to(&mut self, number: u64) {
        self.changed.reference.records = number - 1;
    }

    /// Records an event, if whoever records may, and returns its number.
    pub fn add(&mut self, event: Event) -> Result<u64, BooksError> {
        self.add_all(vec![event])?;
        Ok(self.changed.reference.records)
    }

    /// Records events about the ledger itself, each signed if `sign` signs its text.
    pub fn add_administration(&mut self, events: Vec<Event>, sign: Sign<'_>) -> Result<(), BooksError> {
        let (ledger, at) = (self.changed.reference.ledger.clone(), self.at.clone());
        let first = events.first().map_or(0, |event| authority::next_number(self, event));
        let numbered = events.into_iter().zip(first..);
        let signed = numbered.map(|(event, number)| {
            let signature = sign(&administration_text(&ledger, (number, &at), &event));
            signed(event, signature)
        });
        self.add_all(signed.collect())
    }

    /// Records these events, one after the other, if whoever records may record them all; else none. Where one
    /// is the first posted to a closed month, a record with the reason precedes them.
    pub fn add_all(&mut self, mut events: Vec<Event>) -> Result<(), BooksError> {
        let enters = self.entering.is_some() && events.iter().any(|event| self.touches_soft_month(event));
        if let Some(reason) = self.entering.clone().filter(|_| enters) {
            events.insert(0, Event::ClosedMonthsEntered(ClosedMonthsEntered { reason }));
        }
        self.check_allowed(&events)?;
        if events.iter().all(authority::adopts_rules) {
            self.adopt_present_rules()?;
        }
        if enters {
            self.entering = None;
        }
        events.into_iter().try_for_each(|event| self.record(event))
    }

    /// Records that the present rules hold from here on, if earlier ones did so far.
    pub(crate) fn adopt_present_rules(&mut self) -> Result<(), BooksError> {
        let reference = &self.changed.reference;
        let is_opened = reference.body.is_some();
        if self.steps.is_some() || !is_opened || reference.rules.last() >= Rules::PRESENT {
            return Ok(());
        }
        self.record(Event::RulesAdopted(RulesAdopted { rules: Rules::PRESENT }))
    }

    fn touches_soft_month(&self, event: &Event) -> bool {
        let closed = &self.changed.reference.closed;
        let mut days = event.postings().map(|posting| posting.booked).chain(event.day());
        days.any(|day| closed.is_provisional(day.month()))
    }

    pub fn end_of_batch(&mut self) {
        self.changed.reference.authority.end_of_batch();
    }

    fn record(&mut self, event: Event) -> Result<(), BooksError> {
        let number = self.changed.reference.records + 1;
        self.apply(Record { number, at: self.at.clone(), by: self.by.clone(), event })
    }

    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Those of the records added so far that have these numbers.
    pub fn records_numbered(&self, numbers: RangeInclusive<u64>) -> &[Record] {
        let before = self.records.first().map_or(1, |record| record.number);
        let place = |number: u64| usize::try_from(number.saturating_sub(before)).unwrap_or(usize::MAX);
        let found = self.records.get(place(*numbers.start())..).unwrap_or_default();
        found.get(..place(*numbers.end() + 1) - place(*numbers.start())).unwrap_or_default()
    }

    /// Changes the books by one record, which must be the next.
    pub fn apply(&mut self, record: Record) -> Result<(), BooksError> {
        if record.number != self.changed.reference.records + 1 {
            return Err(BooksError::does_not_fit(record.number, NOT_NEXT));
        }
        self.apply_event(&record)?;
        let authority = &self.changed.reference.authority;
        if !authority.is_open() || matches!(record.event, Event::UsersSet(_)) {
            let party = authority::party(self, &record.event)?;
            let authority = &mut self.changed.reference.authority;
            authority.follow(record.number, &record.at, &record.by, &record.event, &party)?;
        }
        if self.changed.reference.closed.has_begun() {
            self.note_late_advances(&record.event)?;
        }
        if record.event.grant().is_none() {
            let is_release = matches!(record.event, Event::IncomeReleased(_));
            for posting in record.event.postings() {
                if posting.account == Account::ReceiptsInAdvance && !is_release {
                    let by_month = self.changed.reference.in_advance.entry(posting.fund.clone()).or_default();
                    by_month.entry(posting.booked.month()).or_default().add(posting.amount.negated())?;
                }
                let heading = Heading {
                    fund: posting.fund.clone(),
                    theme: posting.theme.cloned(),
                    power: Power::NotStated,
                };
                let figure = Figure::Posted(posting.account);
                self.changed.totals.add(&heading, posting.booked.month(), figure, posting.amount)?;
            }
        }
        self.changed.reference.records = record.number;
        let reference = &mut self.changed.reference;
        reference.clock.follow(&reference.last_recorded, &record.at);
        reference.last_recorded.clone_from(&record.at);
        if self.keep_records {
            self.records.push(record);
        }
        Ok(())
    }

    /// Who recorded a record's content: of what was approved, who proposed it.
    fn author(&self, record: &Record) -> Arc<str> {
        self.changed.reference.authority.author(&record.by).clone()
    }

    /// Changes which recipients are found by a key.
    fn refile(
        &mut self,
        key: NameKey,
        change: impl FnOnce(&mut BTreeSet<RecipientId>),
    ) -> Result<(), BooksError> {
        let mut ids = self.recipients_known_by(&key)?;
        change(&mut ids);
        self.changed.names.insert(key, ids);
        Ok(())
    }

    pub(super) fn file(&mut self, key: NameKey, id: &RecipientId) -> Result<(), BooksError> {
        self.refile(key, |ids| {
            ids.insert(id.clone());
        })
    }

    pub(super) fn unfile(&mut self, key: NameKey, id: &RecipientId) -> Result<(), BooksError> {
        self.refile(key, |ids| {
            ids.remove(id);
        })
    }

    pub(super) fn recipient_mut(&mut self, id: &RecipientId) -> Result<Option<&mut Recipient>, BooksError> {
        if !self.changed.recipients.contains_key(id)
            && let Some(recipient) = self.base.recipient(id)?
        {
            self.changed.recipients.insert(id.clone(), recipient.into_owned());
        }
        Ok(self.changed.recipients.get_mut(id))
    }

    pub(super) fn decision_mut(
        &mut self,
        id: &DecisionId,
    ) -> Result<Option<&mut RegisteredDecision>, BooksError> {
        if !self.changed.decisions.contains_key(id)
            && let Some(decision) = self.base.decision(id)?
        {
            self.changed.decisions.insert(id.clone(), decision.into_owned());
        }
        Ok(self.changed.decisions.get_mut(id))
    }

    /// A grant to change. [`Draft::settle`] brings the totals up to date with it.
    pub(super) fn grant_mut(&mut self, id: &GrantId) -> Result<&mut Grant, BooksError> {
        match self.changed.grants.entry(id.clone()) {
            Entry::Occupied(there) => Ok(there.into_mut()),
            Entry::Vacant(place) => {
                let grant = match self.read.take(id) {
                    Some(grant) => Some(grant),
                    None => self.base.grant(id)?.map(Cow::into_owned),
                };
                Ok(place.insert(grant.unwrap_or_else(|| Grant::new(id.clone()))))
            }
        }
    }

    /// Brings the totals up to date with the grants touched: once a batch, however many records touch a grant.
    fn settle(&mut self) -> Result<(), BooksError> {
        let records_before = self.base.reference().records;
        let ReadModels { reference, grants, totals, .. } = &mut self.changed;
        let known = day_of(&reference.last_recorded);
        totals.forget(|id| grants.contains_key(id));
        if let Some(known) = known {
            totals.pass(known);
        }
        let of_books = totals.known();
        let grants = grants.in_any_order();
        let changed = in_two_threads(&grants, |grants| {
            let mut changes = Totals::default();
            if let Some(known) = of_books {
                changes.pass(known);
            }
            changes.add_grants(grants.iter().filter_map(|grant| grant.as_of(records_before)), false)?;
            changes.add_grants(grants.iter().copied(), true)?;
            changes.look_ahead(grants.iter().copied());
            Ok::<Totals, Overflow>(changes)
        });
        changed.into_iter().try_for_each(|changes| Ok(totals.absorb(&changes?)?))
    }

    /// Notes what of receipts in advance, expenditure and income released is booked in a later year than its own.
    fn note_late_advances(&mut self, event: &Event) -> Result<(), Overflow> {
        let is_release = matches!(event, Event::IncomeReleased(_));
        for posting in event.postings() {
            let (year, month) = (posting.effective.financial_year(), posting.booked.month());
            let is_expenditure = posting.account == Account::GrantExpenditure;
            let is_of_advances = is_expenditure || posting.account == Account::ReceiptsInAdvance;
            if !is_of_advances || year >= month.financial_year() {
                continue;
            }
            let of_fund = self.changed.reference.late_advances.entry(posting.fund.clone()).or_default();
            let advance = of_fund.entry((year, month)).or_default();
            match (is_expenditure, is_release) {
                (true, _) => advance.expenditure.add(posting.amount)?,
                (false, true) => advance.released.add(posting.amount)?,
                (false, false) => advance.received.add(posting.amount.negated())?,
            }
        }
        Ok(())
    }

    /// Releases to income what was received in advance and is now charged, fund by fund.
    fn release_income(&mut self) -> Result<(), BooksError> {
        let funds: Vec<FundId> = self.changed.reference.in_advance.keys().cloned().collect();
        for fund in funds {
            if let Some(posted) = release_of(&self.changed, &fund)? {
                self.record(Event::IncomeReleased(IncomeReleased { fund, posted }))?;
            }
        }
        Ok(())
    }

    pub fn finish(mut self) -> Result<Batch, BooksError> {
        if let Some(steps) = self.steps.take()
            && !self.records.is_empty()
        {
            let events = self.records.into_iter().map(|record| record.event).collect();
            let mut draft = Draft::new(self.base, self.at.to_string(), self.by.to_string());
            let proposal = Proposal::new(steps, events);
            let pending = &self.base.reference().authority.pending;
            if let Some((record, same)) = pending.iter().find(|(_, it)| it.hash == proposal.hash) {
                let (by, proposal) = (same.by.to_string(), *record);
                let denied = Denied::AlreadyProposed { by, proposal };
                return Err(BooksError::NotAllowed(Box::new(denied)));
            }
            draft.add(Event::Proposed(Box::new(proposal)))?;
            return draft.finish();
        }
        self.settle()?;
        if self.entering.take().is_some() {
            self.changed.reference.closed.set_takes_postings(false);
        }
        if !self.records.is_empty() {
            self.release_income()?;
        }
        if self.changed.reference.closed.takes_postings() {
            self.add(Event::ClosedMonthsLeft)?;
        }
        Ok(Batch { after: self.base.reference().records, records: self.records, changed: self.changed })
    }

    /// Ends a replay: the read models that the records changed.
    pub fn finish_replay(mut self) -> Result<ReadModels, BooksError> {
        self.settle()?;
        Ok(self.changed)
    }
}

/// The entries that bring the income released in a fund to what is charged, if it is not there: of each financial year by
/// its own receipts and expenditure, wherever they are booked.
fn release_of(books: &ReadModels, fund: &FundId) -> Result<Option<Entries>, BooksError> {
    let mut by_month: BTreeMap<Month, Advance> = BTreeMap::new();
    for (month, received) in books.reference.in_advance.get(fund).into_iter().flatten() {
        let advance = by_month.entry(*month).or_default();
        advance.received.add(*received)?;
        // What was received and is in advance no longer was released.
        advance.released.add(*received)?;
    }
    for (_, month, figures) in books.totals.iter().filter(|(heading, ..)| heading.fund == *fund) {
        let advance = by_month.entry(month).or_default();
        advance.expenditure.add(figures.get(Figure::Posted(Account::GrantExpenditure)))?;
        advance.released.add(figures.get(Figure::Posted(Account::ReceiptsInAdvance)))?;
    }
    let mut by_year: BTreeMap<FinancialYear, BTreeMap<Month, Advance>> = BTreeMap::new();
    for ((year, month), late) in books.reference.late_advances.get(fund).into_iter().flatten() {
        by_year.entry(*year).or_default().insert(*month, *late);
        let all = by_month.entry(*month).or_default();
        *all = all.less(*late)?;
    }
    for (month, advance) in by_month {
        by_year.entry(month.financial_year()).or_default().insert(month, advance);
    }
    let mut posted = Entries::none();
    for (year, months) in by_year {
        // A closed month was right when it was closed: it keeps what was released in it.
        let due = releases(&months, |month| books.reference.closed.contains(month))?;
        for (month, advance) in months {
            let amount = due.get(&month).copied().unwrap_or_default().minus(advance.released)?;
            if amount.is_zero() {
                continue;
            }
            let line = |account, amount| Line { account, fund: fund.clone(), theme: None, amount };
            let lines = vec![
                line(Account::ReceiptsInAdvance, amount),
                line(Account::GrantsReceivable, amount.negated()),
            ];
            let day = month.last_day().min(year.range().to());
            posted.entries.push(entry::Entry::new(day, Some(month.last_day()), lines)?);
        }
    }
    Ok((!posted.is_empty()).then_some(posted))
}
