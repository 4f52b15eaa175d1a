//! What stands under one purpose of a grant of the naive model.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::shares::{Pence, Weights, divide, together};

/// What places have kept through the changes since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    #[default]
    All,
    Fund,
    Theme,
    Nothing,
}

impl Kept {
    pub fn and(self, next: Kept) -> Kept {
        if self == Kept::All || self == next { next } else { Kept::Nothing }
    }

    /// Whether two places have the same of it.
    pub fn is_same(self, a: &str, b: &str) -> bool {
        let word = |place: &str, at: usize| place.split('/').nth(at).unwrap().to_owned();
        match self {
            Kept::All => a == b,
            Kept::Fund => word(a, 0) == word(b, 0),
            Kept::Theme => word(a, 1) == word(b, 1),
            Kept::Nothing => true,
        }
    }
}

/// What stands under a purpose.
#[derive(Clone, Debug, Default)]
pub struct UnderPurpose {
    pub from: NaiveDate,
    pub kept: Kept,
    pub split: Weights,
    /// The split under which it was paid, where a later change moved the past.
    pub as_paid: Weights,
    pub expenditure: Pence,
    /// What expenditure came to on each day on which it changed.
    pub expenditure_on: Vec<(NaiveDate, Pence)>,
    pub paid: BTreeMap<String, Pence>,
    /// What came through the bank from other funds, less what went there.
    pub transferred: BTreeMap<String, Pence>,
    pub due_back: BTreeMap<String, Pence>,
    /// What is paid for each place by itself: what is not is divided.
    pub opening: Weights,
    /// What was spent in each place, where that is what was paid there.
    pub spent_where_paid: Weights,
    /// Payments that named no part, and what of each has not come back.
    pub unnamed: Vec<(NaiveDate, Weights)>,
}

impl UnderPurpose {
    pub fn has(&self, place: &str) -> bool {
        self.split.iter().any(|(it, _)| it == place)
    }

    /// Where the unnamed payments of a day, or all of them, were made.
    pub fn unnamed_of(&self, day: Option<NaiveDate>) -> Weights {
        let meant = self.unnamed.iter().filter(|it| day.is_none_or(|day| it.0 == day));
        together(meant.flat_map(|it| it.1.clone()))
    }

    /// What one part has of it.
    pub fn of_one(&self, share: impl Fn(&Weights, Kept) -> Weights) -> UnderPurpose {
        let share = |amounts: &Weights| share(amounts, self.kept);
        let of = |amounts: &BTreeMap<String, Pence>| -> BTreeMap<String, Pence> {
            share(&amounts.clone().into_iter().collect()).into_iter().collect()
        };
        let all = |amounts: Weights| -> Pence { share(&amounts).iter().map(|it| it.1).sum() };
        let none = |split: &Weights| share(&split.iter().map(|(place, _)| (place.clone(), 0)).collect());
        let mut one = UnderPurpose {
            from: self.from,
            kept: self.kept,
            split: none(&self.split),
            as_paid: none(&self.as_paid),
            expenditure: all(self.spent()),
            expenditure_on: self
                .expenditure_on
                .iter()
                .map(|(day, to)| (*day, all(self.spent_to(*to))))
                .collect(),
            paid: of(&self.paid),
            transferred: of(&self.transferred),
            due_back: of(&self.due_back),
            unnamed: self.unnamed.iter().map(|(day, left)| (*day, share(left))).collect(),
            ..UnderPurpose::default()
        };
        one.set_spent(share(&self.spent()));
        one
    }

    /// Takes an amount off the unnamed payments, as far as it goes, evenly from where they were made.
    pub fn off_unnamed(&mut self, day: Option<NaiveDate>, amount: Pence) -> Weights {
        let there = self.unnamed_of(day);
        let all = there.iter().map(|it| it.1).sum::<Pence>();
        let taken = divide(amount.min(all), &there);
        taken.iter().for_each(|(place, share)| self.off_unnamed_at(place, day, *share));
        taken
    }

    pub fn off_unnamed_at(&mut self, place: &str, day: Option<NaiveDate>, amount: Pence) {
        let mut left = amount.max(0);
        for (of, there) in self.unnamed.iter_mut().rev() {
            if day.is_some_and(|day| *of != day) {
                continue;
            }
            for (at, there) in there.iter_mut().filter(|it| it.0 == place) {
                let taken = left.min(*there);
                assert!(taken >= 0, "{at}");
                *there -= taken;
                left -= taken;
            }
        }
    }

    /// Expenditure by place.
    pub fn spent(&self) -> Weights {
        self.spent_to(self.expenditure)
    }

    /// The first so much of its expenditure by place.
    pub fn spent_to(&self, amount: Pence) -> Weights {
        divide(amount, if self.spent_where_paid.is_empty() { &self.split } else { &self.spent_where_paid })
    }

    /// Sets what is spent in each place.
    pub fn set_spent(&mut self, spent: impl IntoIterator<Item = (String, Pence)>) {
        let none = self.split.iter().map(|(place, _)| (place.clone(), 0));
        let spent = spent.into_iter().map(|(place, amount)| (place, amount.max(0)));
        self.spent_where_paid = together(none.chain(spent));
        if self.spent_where_paid.iter().all(|(_, amount)| *amount == 0) {
            self.spent_where_paid.clear();
        }
    }

    /// The places of the split, then others that something was paid in.
    pub fn places_of(&self, split: &Weights, amounts: &BTreeMap<String, Pence>) -> Weights {
        let others = amounts.keys().map(|place| (place.clone(), 0));
        together(split.iter().chain(&self.split).cloned().chain(others))
    }

    pub fn net_paid(&self) -> BTreeMap<String, Pence> {
        let mut net = self.paid.clone();
        for (place, amount) in &self.transferred {
            *net.entry(place.clone()).or_default() += amount;
        }
        net
    }

    /// The least that expenditure has been since the last year ended.
    pub fn expenditure_of_earlier_years(&self, day: NaiveDate) -> Pence {
        let april = NaiveDate::from_ymd_opt(day.year(), 4, 1).unwrap();
        let begins = if day < april { april.with_year(day.year() - 1).unwrap() } else { april };
        let at_the_end =
            self.expenditure_on.iter().rfind(|(on, _)| *on < begins).map_or(0, |(_, level)| *level);
        let since = self.expenditure_on.iter().filter(|(on, _)| *on >= begins).map(|(_, level)| *level);
        since.fold(at_the_end, Pence::min).min(self.expenditure)
    }
}
