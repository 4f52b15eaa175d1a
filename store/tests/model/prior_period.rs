//! Prior period adjustments, compared with what the naive model says has changed of earlier years.
//!
//! Of a command that corrects a material error, the change of expenditure by day and place that is booked in a later
//! financial year than its own is taken from reserves, all of it and nothing else; but credits of what that later year
//! bore go back to it. A reversal gives back what its record took, and so does a payment that comes back. Nothing else is posted to reserves, and closed months show none of it.

use std::collections::{BTreeMap, BTreeSet};

use almoner_ledger::accounts::Account;
use almoner_ledger::book::Books;
use almoner_ledger::command::Command;
use almoner_ledger::events::{Event, GrantFact};
use almoner_ledger::grants::Fact;
use almoner_ledger::invariants::violations;
use chrono::{Datelike, Months, NaiveDate};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::asks::{Ask, batches, first_month};
use crate::books::{Fate, Ledger, Manner, is_material, pence, sums};
use crate::naive::{Kind, Naive, Pence, What};
use crate::tally::tally;
use crate::{CLOSING, LATE, cases};

/// By day of the service and place.
type Expenditure = BTreeMap<(NaiveDate, String), Pence>;

/// What was posted as expenditure or to reserves, with the years of its days.
struct Recognised {
    place: String,
    of: i32,
    booked: i32,
    adjusts: bool,
    amount: Pence,
}

impl Recognised {
    fn is_borne_by_reserves(&self, now: i32) -> bool {
        self.adjusts || self.booked < now
    }
}

/// The year in which the financial year of a day begins.
fn year_of(day: NaiveDate) -> i32 {
    if day.month() < 4 { day.year() - 1 } else { day.year() }
}

fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap()
}

/// The first day of each closed month, and of the first month ever closed.
type Closed = (BTreeSet<NaiveDate>, Option<NaiveDate>);

/// The day on which something of a day is booked: before the first month ever closed nothing is.
fn booked(day: NaiveDate, (closed, first): &Closed) -> NaiveDate {
    let is_early = |month: &NaiveDate| !closed.is_empty() && first.is_some_and(|first| *month < first);
    let mut month = first_of(day);
    if !closed.contains(&month) && !is_early(&month) {
        return day;
    }
    while closed.contains(&month) || is_early(&month) {
        month = month.checked_add_months(Months::new(1)).unwrap();
    }
    month
}

fn expenditure(naive: &Naive, grant: &str) -> Expenditure {
    let changes = naive.grants.get(grant).map(|grant| grant.changes()).unwrap_or_default();
    let of = changes.into_iter().filter(|((_, kind, _), _)| *kind == Kind::Expenditure);
    of.map(|((day, _, place), amount)| ((day, place), amount)).collect()
}

/// Returns the amounts of each financial year, by fund and theme.
fn by_year(rows: &Expenditure) -> BTreeMap<(i32, &str), Pence> {
    let mut years = BTreeMap::new();
    for ((day, place), amount) in rows {
        *years.entry((year_of(*day), place.as_str())).or_default() += *amount;
    }
    years.retain(|_, amount| *amount != 0);
    years
}

/// What was taken from reserves in these histories, to see that anything was.
fn adjusted(ledger: &Ledger) -> u64 {
    let of_grant = |grant: &almoner_ledger::grants::Grant| {
        grant.history.iter().filter(|it| it.prior_period.is_some()).count() as u64
    };
    ledger.grants().map(of_grant).sum()
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn reserves_take_what_belongs_to_earlier_years_and_nothing_else(
        batches in batches(CLOSING),
        at in any::<Index>(),
        months in 12..30i32,
    ) {
        let mut batches = batches;
        batches.insert(at.index(batches.len().div_ceil(2)), vec![Ask::CloseUpTo(first_month().plus(months))]);
        let mut ledger = Ledger::open(Manner { undisputed: true, ..LATE });
        let mut closed = Closed::default();
        // The last year that each record adjusted.
        let mut years: BTreeMap<u64, i32> = BTreeMap::new();
        // What each took from reserves, by month and place.
        let mut took: BTreeMap<u64, Expenditure> = BTreeMap::new();
        let mut recognised: BTreeMap<String, Vec<Recognised>> = BTreeMap::new();
        for ask in batches.iter().flatten() {
            let (tried, naive) = (ledger.tried.len(), ledger.naive.clone());
            let records = ledger.store.reference().records;
            ledger.batch(std::slice::from_ref(ask));
            let mut commands = Vec::new();
            for (_, command, fate) in &ledger.tried[tried..] {
                match (command, fate) {
                    (_, Fate::Already | Fate::Refused(_)) => {}
                    (Command::Close { month, .. }, _) => {
                        let month = month.first_day().naive();
                        closed.0.insert(month);
                        closed.1 = closed.1.into_iter().chain([month]).min();
                    }
                    (Command::Reopen { month, .. }, _) => drop(closed.0.remove(&month.first_day().naive())),
                    (command, Fate::Recorded(_)) => commands.push(command.clone()),
                }
            }
            for record in ledger.journal(records + 1) {
                let Event::Grant(GrantFact { id, fact, posted, prior_period }) = &record.event else { continue };
                let [command] = &commands[..] else { panic!("one command is one fact") };
                let (before, mut changed) = (expenditure(&naive, id.as_str()), expenditure(&ledger.naive, id.as_str()));
                for (row, amount) in before {
                    *changed.entry(row).or_default() -= amount;
                }
                let of_reversed = match &**fact {
                    Fact::Reversed { record, .. } => years.get(record).copied(),
                    // What came back is of no earlier year by its date.
                    Fact::Returned(returned) => years.get(&returned.payment).map(|_| i32::MAX),
                    _ => None,
                };
                // What moves is an adjustment as a whole or not at all, and pennies may move between themes with it: the invariants
                // below bind it.
                let moves = posted.postings().any(|it| it.account == Account::EarlierYears);
                let undoes = moves || matches!(&**fact, Fact::Reversed { .. } | Fact::Returned(_));
                let everything = changed.clone();
                let is_return = matches!(&**fact, Fact::Returned(_));
                let is_late = |day: NaiveDate| year_of(day) < year_of(booked(day, &closed));
                let is_of_reversed = |day: NaiveDate| of_reversed.is_some_and(|year| year_of(day) <= year);
                changed.retain(|(day, _), amount| {
                    *amount != 0 && (is_material(command) && is_late(*day) || is_of_reversed(*day))
                });
                let taken = posted.postings().filter(|it| it.account == Account::PriorPeriod);
                let taken: Expenditure = sums(taken.map(|it| {
                    ((it.effective.naive(), format!("{}/{}", it.fund, it.theme.unwrap())), pence(it.amount))
                }));
                let history = || format!("{record:?} {}", ledger.history_text());
                let of_grant = recognised.entry(id.to_string()).or_default();
                // What the year bore goes back to the year: no more is taken than has changed, and no less than debits.
                for (row, amount) in taken.iter().filter(|_| !moves) {
                    let whole = changed.get(row).copied().unwrap_or_default();
                    prop_assert!(amount.signum() == whole.signum() && amount.abs() <= whole.abs(), "{}", history());
                }
                // Of a month that was reopened, a reversal gives back what its record took of that month.
                if let Fact::Reversed { record: reversed, .. } = &**fact && !moves {
                    let took = took.get(reversed).cloned().unwrap_or_default();
                    let by_month = |rows: &Expenditure| sums(
                        rows.iter().filter(|((day, _), _)| !is_late(*day)).map(|((day, place), amount)| {
                            ((first_of(*day), place.clone()), *amount)
                        }),
                    );
                    let (given_back, asked) = (by_month(&taken), by_month(&changed));
                    for (row, amount) in &asked {
                        let there = took.get(row).copied().unwrap_or_default();
                        let most = if amount.signum() == -there.signum() { amount.abs().min(there.abs()) } else { 0 };
                        let back = given_back.get(row).copied().unwrap_or_default();
                        prop_assert_eq!(back, amount.signum() * most, "{:?} {}", row, history());
                    }
                }
                // A payment that comes back gives back what it took, less what other returns of it gave back.
                if let Fact::Returned(returned) = &**fact && !moves && !is_material(command) {
                    let returns = naive.grants[id.as_str()].facts.iter().filter(|it| {
                        matches!(it.what, What::Return { payment, .. } if payment == returned.payment)
                    });
                    let records = returns.map(|it| it.record).chain([returned.payment]);
                    let left = sums(records.filter_map(|record| took.get(&record)).flatten().map(|(row, amount)| (row.clone(), *amount)));
                    let is_one_way = left.values().all(|amount| *amount > 0);
                    let of_place = |rows: &Expenditure, place: &String, sign: Pence| -> Pence {
                        let there = rows.iter().filter(|((_, it), amount)| it == place && amount.signum() == sign);
                        there.map(|(_, amount)| amount.abs()).sum()
                    };
                    for place in changed.keys().map(|(_, place)| place).filter(|_| is_one_way) {
                        let (asked, there) = (of_place(&changed, place, -1), of_place(&left, place, 1));
                        prop_assert_eq!(of_place(&taken, place, -1), asked.min(there), "{}", history());
                        prop_assert_eq!(of_place(&taken, place, 1), 0, "{}", history());
                    }
                }
                let years_booked: BTreeSet<i32> = changed.keys().map(|(day, _)| year_of(booked(*day, &closed))).collect();
                for now in years_booked {
                    let of_now = |rows: &Expenditure| -> Expenditure {
                        let is_of_now = |day: NaiveDate| year_of(booked(day, &closed)) == now && (is_return || is_late(day));
                        rows.iter().filter(|((day, _), _)| is_of_now(*day)).map(|(row, amount)| (row.clone(), *amount)).collect()
                    };
                    let (taken, changed) = (of_now(&taken), of_now(&changed));
                    let is_elsewhere = |it: &Recognised| {
                        it.of >= now || !is_material(command) && of_reversed.is_some_and(|year| it.of > year)
                    };
                    let by_reserves = of_grant.iter().all(|it| it.is_borne_by_reserves(now) || is_elsewhere(it));
                    if by_reserves && !moves && !is_return {
                        // Within a year, a debit of one month may meet a credit of another.
                        prop_assert_eq!(by_year(&taken), by_year(&changed), "{}", history());
                    }
                    // What the record itself books in earlier years is in reserves by then.
                    let more_borne = |is_meant: &dyn Fn(&String) -> bool| -> Pence {
                        let is_before = |day: NaiveDate| year_of(booked(day, &closed)) < now;
                        let before = everything.iter().filter(|((day, place), _)| is_before(*day) && is_meant(place));
                        before.map(|(_, amount)| *amount).sum()
                    };
                    // Whatever is undone, reserves are never in credit by it.
                    let borne: Pence = of_grant.iter().filter(|it| it.is_borne_by_reserves(now)).map(|it| it.amount).sum();
                    let borne = borne + more_borne(&|_| true);
                    let more: Pence = taken.values().sum();
                    prop_assert!(more >= 0 || borne + more >= 0, "{} and {}: {}", borne, more, history());
                    let places: BTreeSet<&String> = changed.keys().map(|(_, place)| place).collect();
                    for place in places.into_iter().filter(|_| !undoes) {
                        let of_place = || of_grant.iter().filter(|it| it.place == *place);
                        let borne: Pence = of_place().filter(|it| it.is_borne_by_reserves(now)).map(|it| it.amount).sum();
                        let borne = borne + more_borne(&|it| it == place);
                        let of_year = of_place().filter(|it| !it.is_borne_by_reserves(now) && it.of < now);
                        let of_year: Pence = of_year.map(|it| it.amount).sum();
                        let sum = |rows: &Expenditure, sign: Pence| -> Pence {
                            let rows = rows.iter().filter(|((_, there), amount)| there == place && amount.signum() == sign);
                            rows.map(|(_, amount)| *amount).sum()
                        };
                        prop_assert_eq!(sum(&taken, 1), sum(&changed, 1), "{}", history());
                        // Of credits, reserves take what they have borne at most, and all of it but what the year bore.
                        let borne = borne + sum(&taken, 1);
                        let (credited, asked) = (-sum(&taken, -1), -sum(&changed, -1));
                        prop_assert!(credited <= borne.max(0), "{} of {}: {}", credited, borne, history());
                        prop_assert!(credited >= (asked - of_year.max(0)).min(borne), "{} of {}: {}", credited, asked, history());
                    }
                }
                if !taken.is_empty() {
                    let by_month = taken.iter().map(|((day, place), amount)| ((first_of(*day), place.clone()), *amount));
                    took.insert(record.number, sums(by_month));
                }
                for posting in posted.postings().filter(|it| it.account.is_recognised()) {
                    of_grant.push(Recognised {
                        place: format!("{}/{}", posting.fund, posting.theme.unwrap()),
                        of: year_of(posting.effective.naive()),
                        booked: year_of(posting.booked.naive()),
                        adjusts: posting.account == Account::PriorPeriod,
                        amount: pence(posting.amount),
                    });
                }
                prop_assert!(taken.is_empty() || prior_period.is_some());
                for posting in posted.postings().filter(|it| it.account == Account::PriorPeriod) {
                    let day = posting.effective.naive();
                    prop_assert_eq!(posting.booked.naive(), booked(day, &closed), "{:?}", record);
                    let year = years.entry(record.number).or_insert(year_of(day));
                    *year = year_of(day).max(*year);
                }
            }
        }
        prop_assert_eq!(violations(&ledger.store).unwrap(), Vec::<String>::new(), "{}", ledger.history_text());
        tally("prior period adjustments", adjusted(&ledger));
    }
}
