//! Instalments, payments, refunds and receipts from funders.

use super::monitoring::check_no_payment_hold;
use super::{
    Already, Decided, Decider, Nth, Refusal, already, check_award_in_range, check_paid_before_refunded,
    check_positive, nth_duplicate, prior_period,
};
use crate::accounts::Account;
use crate::allocation::Part;
use crate::book::bank::account_mistyped;
use crate::calendar::Date;
use crate::entry::{Entries, Entry, Line};
use crate::events::{Event, FundsReceived};
use crate::funders::{FundingReceipt, ReceiptKind};
use crate::grants::{Fact, Grant, GrantId, Instalment, Payment, Recorded, Refund, Returned};
use crate::money::Money;
use crate::rejection::{BankRejection, Earlier, Rejection};
use crate::text::Text;

/// How long after a payment money back of its amount is taken for it.
const RECENT_DAYS: i64 = 31;

fn check_room(grant: &Grant) -> Result<(), Rejection> {
    let limit = Grant::MOST_RECORDS;
    if grant.history.len() < limit {
        return Ok(());
    }
    Err(Rejection::TooManyRecords { award: grant.id.to_string(), limit })
}

/// True if what is paid is expenditure on the day of the payment, since no period spreads it.
fn is_expenditure(grant: &Grant) -> bool {
    grant.period().is_none()
}

impl Decider<'_> {
    pub(super) fn schedule(
        &self,
        id: &GrantId,
        due: Date,
        amount: Money,
        occurrence: u32,
    ) -> Result<Decided, Refusal> {
        let grant = self.grant(id)?;
        let fact = Fact::Scheduled(Instalment { due, amount });
        let known = nth_duplicate(self.counted(&grant), occurrence, |there| *there.fact == fact);
        if let Nth::Recorded(there) = known {
            return Ok(Decided::Already(already(there)));
        }
        check_room(&grant)?;
        check_positive(amount)?;
        let before = grant.facts().filter_map(Fact::instalment).map(|instalment| instalment.amount);
        let scheduled = Money::sum(before.chain([amount]))?;
        let awarded = grant.standing()?.awarded;
        if scheduled > awarded {
            return Err(
                Rejection::InstalmentsBeyondAward { award: id.to_string(), awarded, scheduled }.into()
            );
        }
        known.check_sequence()?;
        self.with_decision(&grant, fact)
    }

    pub(super) fn pay(&self, id: &GrantId, payment: Payment, occurrence: u32) -> Result<Decided, Refusal> {
        let grant = self.grant(id)?;
        let is_same = |there: &Recorded| matches!(&*there.fact, Fact::Paid(it) if it.is_same(&payment));
        let known = nth_duplicate(self.counted(&grant), occurrence, is_same);
        if let Nth::Recorded(there) = known {
            return Ok(Decided::Already(already(there)));
        }
        self.check_account(payment.account.as_ref())?;
        let (date, amount) = (payment.date, payment.amount);
        let before = self.check_when_paid(&grant, &payment)?;
        let before_decision = payment.before_decision.filter(|_| before);
        let fact = |again| Fact::Paid(Payment { before_decision, again, ..payment });
        check_room(&grant)?;
        check_positive(amount)?;
        self.check_open(date, is_expenditure(&grant))?;
        let fact = self.check_duplicates(&grant, fact)?;
        let standing = grant.standing()?;
        let balance = standing.balance()?;
        let withdrawn =
            grant.facts().find_map(|fact| if let Fact::Withdrawn(it) = fact { Some(it) } else { None });
        if let Some(withdrawal) = withdrawn.filter(|_| amount > balance) {
            let (award, date, payment) = (id.to_string(), withdrawal.date, amount);
            return Err(Rejection::PaymentOfWithdrawn { award, date, balance, payment }.into());
        }
        if amount > balance {
            let paid = standing.net_paid()?;
            let (award, awarded) = (id.to_string(), standing.awarded);
            return Err(
                Rejection::PaymentBeyondAward { award, awarded, paid, balance, payment: amount }.into()
            );
        }
        if let Fact::Paid(payment) = &fact {
            self.check_part_paid(&grant, payment)?;
        }
        check_no_payment_hold(&grant, date)?;
        known.check_sequence()?;
        self.with_decision(&grant, fact)
    }

    /// Refuses what may be a duplicate, unless it is confirmed that it is none. `fact` makes the fact with or without
    /// this confirmation, which only a possible duplicate has.
    fn check_duplicates(
        &self,
        grant: &Grant,
        fact: impl FnOnce(bool) -> Fact + Clone,
    ) -> Result<Fact, Rejection> {
        let plain = fact.clone()(false);
        let earlier = grant.possible_duplicates(&plain);
        match (earlier.is_empty(), self.options.again) {
            (true, _) => Ok(plain),
            (false, true) => Ok(fact(true)),
            (false, false) => {
                let (what, award) = (plain.words(), grant.id.to_string());
                let amount = plain.at_bank().unwrap_or_default().size();
                let more = earlier.len().saturating_sub(Earlier::NAMED);
                let earlier =
                    earlier.into_iter().rev().take(Earlier::NAMED).filter_map(Earlier::of).collect();
                Err(Rejection::PossibleDuplicate { award, what, amount, earlier, more })
            }
        }
    }

    /// Refuses a bank account that may be a known one mistyped, unless it is confirmed to be another.
    pub(super) fn check_account(&self, account: Option<&Text>) -> Result<(), Rejection> {
        let mistyped = account.and_then(|given| Some((given, account_mistyped(self.books, given.as_str())?)));
        match mistyped.filter(|_| !self.options.new_account) {
            None => Ok(()),
            Some((given, nearest)) => {
                let (given, nearest) = (given.to_string(), nearest.to_string());
                Err(BankRejection::NewAccount { given, nearest }.into())
            }
        }
    }

    /// Refuses money that moves after today.
    fn check_not_after_today(&self, what: &'static str, date: Date) -> Result<(), Rejection> {
        match self.options.today.is_some_and(|today| date > today) {
            true => Err(Rejection::AfterToday { what, date }),
            false => Ok(()),
        }
    }

    /// Refuses a payment after today, and one before its decision without a reason. Returns true for one before its
    /// decision.
    fn check_when_paid(&self, grant: &Grant, payment: &Payment) -> Result<bool, Rejection> {
        let date = payment.date;
        self.check_not_after_today("payment", date)?;
        let decided = grant.award().filter(|award| !award.date_assumed).map(|award| award.decided);
        match decided.filter(|decided| date < *decided) {
            None => Ok(false),
            Some(_) if payment.before_decision.is_some() => Ok(true),
            Some(decided) => {
                Err(Rejection::PaidBeforeDecision { award: grant.id.to_string(), date, decided })
            }
        }
    }

    pub(super) fn refund(&self, id: &GrantId, refund: Refund, occurrence: u32) -> Result<Decided, Refusal> {
        let grant = self.grant(id)?;
        let (date, amount) = (refund.date, refund.amount);
        let fact = |again| Fact::Refunded(Refund { again, ..refund.clone() });
        let is_same = |there: &Recorded| matches!(&*there.fact, Fact::Refunded(it) if it.is_same(&refund));
        let known = nth_duplicate(self.counted(&grant), occurrence, is_same);
        if let Nth::Recorded(there) = known {
            return Ok(Decided::Already(already(there)));
        }
        self.check_account(refund.account.as_ref())?;
        self.check_not_after_today("refund", date)?;
        check_room(&grant)?;
        check_positive(amount)?;
        self.check_open(date, is_expenditure(&grant))?;
        let fact = self.check_duplicates(&grant, fact)?;
        let standing = grant.standing()?;
        let paid = standing.net_paid()?;
        if amount > paid {
            let award = id.to_string();
            return Err(
                Rejection::RefundBeyondPaid { award, paid, refund: amount, are_several: false }.into()
            );
        }
        self.check_part_refunded(&grant, &refund)?;
        check_paid_before_refunded(id, grant.facts().chain([&fact]))?;
        check_award_in_range(id, grant.facts().chain([&fact]))?;
        known.check_sequence()?;
        self.with_decision(&grant, fact)
    }

    /// Records a payment that came back: the one named, otherwise the latest of that amount that has not come back.
    pub(super) fn returned(
        &self,
        id: &GrantId,
        (date, amount, reference, account): (Date, Money, Option<&Text>, Option<&Text>),
        (payment, recent): (Option<u64>, bool),
        occurrence: u32,
    ) -> Result<Decided, Refusal> {
        let grant = self.grant(id)?;
        let is_same = |there: &Recorded| {
            let of = (reference, account);
            matches!(&*there.fact, Fact::Returned(it) if it.is_same((date, amount), of, payment))
        };
        let known = nth_duplicate(self.counted(&grant), occurrence, is_same);
        if let Nth::Recorded(there) = known {
            return Ok(Decided::Already(already(there)));
        }
        self.check_account(account)?;
        self.check_not_after_today("returned payment", date)?;
        check_room(&grant)?;
        check_positive(amount)?;
        self.check_open(date, is_expenditure(&grant))?;
        let payments = grant
            .live()
            .filter_map(|it| if let Fact::Paid(paid) = &*it.fact { Some((it.record, paid)) } else { None });
        let mut fitting: Vec<(Date, u64, Option<&Part>)> = Vec::new();
        let days = if recent { RECENT_DAYS } else { i64::MAX };
        for (record, paid) in payments.filter(|(_, it)| (0..=days).contains(&date.days_since(it.date))) {
            let returned = grant
                .facts()
                .filter_map(|fact| if let Fact::Returned(it) = fact { Some(it) } else { None })
                .filter(|it| it.payment == record)
                .map(|it| it.amount);
            let left = paid.amount.minus(Money::sum(returned)?)?;
            let fits = match payment {
                Some(payment) => payment == record && amount <= left,
                None => amount == left && amount == paid.amount,
            };
            if fits {
                fitting.push((paid.date, record, paid.part.as_ref()));
            }
        }
        let Some((paid, payment, part)) = fitting.into_iter().max() else {
            return Err(match recent {
                true => Rejection::KindNeeded { award: id.to_string(), amount },
                false => Rejection::NoPaymentReturned { award: id.to_string(), amount, payment },
            }
            .into());
        };
        let fact = |again| {
            let (reference, account, part) = (reference.cloned(), account.cloned(), part.cloned());
            Fact::Returned(Returned { date, amount, reference, account, payment, paid, part, again })
        };
        let fact = self.check_duplicates(&grant, fact)?;
        check_paid_before_refunded(id, grant.facts().chain([&fact]))?;
        known.check_sequence()?;
        let mut decided = self.with_decision(&grant, fact)?;
        if let Decided::Events(events) = &mut decided
            && let Some(Event::Grant(event)) = events.last_mut()
        {
            *event = prior_period::returning(event.clone(), &grant.history)?;
        }
        Ok(decided)
    }

    pub(super) fn receive(&self, receipt: &FundingReceipt, occurrence: u32) -> Result<Decided, Refusal> {
        let receipts = &self.books.reference().receipts;
        let receipts = receipts.iter().filter(|it| self.counts(it.reversed_by));
        let known = nth_duplicate(receipts, occurrence, |it| it.receipt.is_same(receipt));
        if let Nth::Recorded(there) = known {
            let already = Already { record: Some(there.record), reversed_by: there.reversed_by };
            return Ok(Decided::Already(already));
        }
        let mut events: Vec<Event> = self.missing_fund(&receipt.fund)?.into_iter().collect();
        check_positive(receipt.amount)?;
        self.check_account(receipt.account.as_ref())?;
        self.check_not_after_today("receipt", receipt.date)?;
        self.check_open(receipt.date, false)?;
        known.check_sequence()?;
        let credited = match receipt.kind {
            ReceiptKind::Income => Account::GrantsReceivable,
            ReceiptKind::ReturnIfUnspent => Account::ReceiptsInAdvance,
            ReceiptKind::OpeningBalance => Account::OpeningReserves,
        };
        let line = |account, amount| Line { account, fund: receipt.fund.clone(), theme: None, amount };
        let lines = vec![line(Account::Bank, receipt.amount), line(credited, receipt.amount.negated())];
        let booked = self.books.reference().closed.booking_day(receipt.date);
        let posted = Entries::one(Entry::new(receipt.date, Some(booked), lines)?);
        events.push(Event::Received(FundsReceived { receipt: Box::new(receipt.clone()), posted }));
        Ok(Decided::Events(events))
    }
}
