//! What a line that is not matched may be, for a person to confirm.

use std::collections::{BTreeMap, BTreeSet};

use almoner_ledger::calendar::Date;
use almoner_ledger::money::Money;

use super::words::{has_other_number, is_cheque};
use super::{Basis, COMBINED, Candidate, Matching, Open, Seen, Suggestion, chosen, is_named};

/// Maximum number of suggestions for a line.
const MOST: usize = 5;

impl Matching<'_> {
    /// Returns what a line may be, the best first.
    pub(super) fn suggestions(&self, seen: Seen<'_>) -> Vec<Suggestion> {
        let mut all = Vec::new();
        for basis in [Basis::Number, Basis::Reference, Basis::Name] {
            let found = self.by_closeness(seen, self.candidates(seen, basis));
            all.extend(found.into_iter().map(|items| Suggestion { items, basis, remainder: None }));
        }
        let possible = self.possible(seen);
        all.extend(self.combined(seen, &possible));
        all.extend(self.joined(seen));
        all.extend(self.part_of_line(seen, &possible));
        all.extend(by_amount(seen, &possible));
        all.extend(self.of_one_day(seen, &possible));
        let mut items = BTreeSet::new();
        all.retain(|it| items.insert(it.items.clone()));
        all.truncate(MOST);
        all
    }

    /// Returns candidates in the order of their days from the line.
    fn by_closeness(&self, seen: Seen<'_>, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
        let days = |candidate: &Candidate| {
            let items = candidate.iter().filter_map(|place| self.open.get(*place));
            items.map(|item| seen.days_after(item).abs()).max()
        };
        candidates.sort_by_key(|candidate| (days(candidate), candidate.clone()));
        candidates
    }

    /// Returns the items near a line that are not yet matched and that it does not rule out.
    fn possible<'s>(&'s self, seen: Seen<'s>) -> Vec<(usize, &'s Open)> {
        let is_possible = |(_, item): &(usize, &Open)| {
            seen.reading.is_consistent(item) && !has_other_number(&seen.reading.words, &item.reference_words)
        };
        self.near(seen, self.days).filter(is_possible).collect()
    }

    /// Returns several payments to a recipient that the line names, which add up to it: the bank joined them.
    fn combined(&self, seen: Seen<'_>, possible: &[(usize, &Open)]) -> Option<Suggestion> {
        let (parties, basis) = match seen.reading.parties.is_empty() {
            true => (&seen.reading.among_others, Basis::NameAmongOthers),
            false => (&seen.reading.parties, Basis::Name),
        };
        let of_parties = possible.iter().filter(|(_, item)| parties.contains(&item.party));
        let of_parties: Candidate = of_parties.map(|(place, _)| *place).collect();
        let items = self.only_combination(seen, &of_parties)?;
        Some(Suggestion { items, basis, remainder: None })
    }

    /// Returns payments that the line names by different things, which add up to it: a run and a payment beside it, or
    /// payments to several recipients.
    fn joined(&self, seen: Seen<'_>) -> Option<Suggestion> {
        let reading = seen.reading;
        let is_named = |item: &Open| {
            item.grant().is_some_and(|grant| reading.awards.contains(grant))
                || reading.has_reference_of(item)
                || reading.parties.contains(&item.party)
                || reading.among_others.contains(&item.party)
        };
        let named = self.near(seen, self.days).filter(|(_, item)| is_named(item));
        let places: Candidate = named.map(|(place, _)| place).collect();
        let items = self.only_combination(seen, &places)?;
        Some(Suggestion { items, basis: Basis::Joined, remainder: None })
    }

    /// Returns the payments of a reference or a number in the line that are less than it.
    fn part_of_line(&self, seen: Seen<'_>, possible: &[(usize, &Open)]) -> Vec<Suggestion> {
        let mut all = Vec::new();
        for basis in [Basis::Number, Basis::Reference] {
            let named = possible.iter().filter(|(_, item)| is_named(seen, item, basis));
            let items: Candidate = named.map(|(place, _)| *place).collect();
            let Some(sum) = self.sum(&items).filter(|sum| !sum.is_zero()) else { continue };
            if sum.size() < seen.amount().size() {
                let remainder = seen.amount().minus(sum).ok();
                all.push(Suggestion { items, basis, remainder });
            }
        }
        all
    }

    /// Returns payments of one day that add up to a line: all of them, those that are no cheques, or the only ones
    /// that do.
    fn of_one_day(&self, seen: Seen<'_>, possible: &[(usize, &Open)]) -> Vec<Suggestion> {
        let mut days: BTreeMap<Date, Vec<(usize, &Open)>> = BTreeMap::new();
        for (place, item) in possible {
            days.entry(item.date).or_default().push((*place, item));
        }
        let of_day = |items: Vec<(usize, &Open)>| -> Option<Candidate> {
            let all: Candidate = items.iter().map(|(place, _)| *place).collect();
            let transferred = items.iter().filter(|(_, item)| !is_cheque(&item.reference_words));
            let transferred: Candidate = transferred.map(|(place, _)| *place).collect();
            let fits = |it: &Candidate| it.len() > 1 && self.sum(it) == Some(seen.amount());
            let whole = [transferred, all.clone()].into_iter().find(fits);
            whole.or_else(|| self.only_combination(seen, &all))
        };
        let found: Vec<Candidate> = days.into_values().filter_map(of_day).collect();
        let found = self.by_closeness(seen, found);
        found.into_iter().map(|items| Suggestion { items, basis: Basis::Day, remainder: None }).collect()
    }

    /// Returns the only two or more of these items that add up to a line.
    fn only_combination(&self, seen: Seen<'_>, places: &[usize]) -> Option<Candidate> {
        if !(2..=COMBINED).contains(&places.len()) {
            let all = places.to_vec();
            return (all.len() > 1 && self.sum(&all) == Some(seen.amount())).then_some(all);
        }
        // All are of one direction: none that is larger than the line is a part of it.
        let size = |place: &usize| self.open.get(*place).map(|it| it.amount.size());
        let places: Candidate = places
            .iter()
            .copied()
            .filter(|place| size(place).is_some_and(|size| size <= seen.amount().size()))
            .collect();
        if self.sum(&places).is_none_or(|sum| sum.size() < seen.amount().size()) {
            return None;
        }
        let amounts: Vec<Money> =
            places.iter().map(|place| self.open.get(*place).map(|it| it.amount)).collect::<Option<_>>()?;
        // The sum of each combination, by its bits, from that without its lowest one.
        let mut sums = vec![Money::ZERO];
        let mut fitting = Vec::new();
        for bits in 1..1_usize << places.len() {
            let before = sums.get(bits & (bits - 1))?;
            let sum = before.plus(*amounts.get(bits.trailing_zeros() as usize)?).ok()?;
            sums.push(sum);
            if bits.count_ones() > 1 && sum == seen.amount() {
                fitting.push(bits);
            }
        }
        let [only] = fitting.as_slice() else { return None };
        Some(chosen(&places, *only))
    }
}

/// Returns the items of the amount of a line.
fn by_amount(seen: Seen<'_>, possible: &[(usize, &Open)]) -> Vec<Suggestion> {
    let of_amount = possible.iter().filter(|(_, item)| item.amount == seen.amount());
    let ranked = |(place, item): &(usize, &Open)| {
        let is_among = seen.reading.among_others.contains(&item.party);
        let basis = if is_among { Basis::NameAmongOthers } else { Basis::Amount };
        (basis, seen.days_after(item).abs(), *place)
    };
    let mut found: Vec<(Basis, i64, usize)> = of_amount.map(ranked).collect();
    found.sort();
    let suggestion = |(basis, _, place)| Suggestion { items: vec![place], basis, remainder: None };
    found.into_iter().map(suggestion).collect()
}
