//! Matches open lines of bank statements to payments, refunds and receipts in the books, by what the lines say.
//!
//! A line is matched only if its amount agrees exactly, its text names the payment (by the number of the award or a
//! decision, by its reference, or by the name of the recipient and nobody else), and there is only one such match.
//! Everything else is suggested at most, with its basis, and never where a line names something else in the books. What
//! names a bank account is neither matched to nor suggested for a line of another.

#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

mod known;
mod suggestions;
mod words;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use almoner_ledger::calendar::Date;
use almoner_ledger::grants::GrantId;
use almoner_ledger::money::Money;
use almoner_ledger::reconciliation::{AccountKey, RecordedLine};
use almoner_ledger::worded;

pub use self::known::{BankItems, Open};
use self::known::{Party, Reading};
use self::words::has_other_number;

/// The basis of a match or of a suggestion, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The line contains the number of the award, or of a decision on it.
    Number,
    /// The line contains the payment's reference, which other payments may share.
    Reference,
    /// The line names the recipient or funder and nobody else.
    Name,
    /// The line names several payments, each by a number, a reference or a name, and they add up to it: the bank joined
    /// them.
    Joined,
    /// The line contains the name among other words, which may be those of somebody else.
    NameAmongOthers,
    /// Nothing but the amount, near the date.
    Amount,
    /// Payments of one day add up to the line.
    Day,
}

worded!(Basis::words {
    Number = "by award or decision number", Reference = "by reference", Name = "by name and amount",
    Joined = "as the sum of payments that the line names",
    NameAmongOthers = "by amount, with the name among other words", Amount = "by amount only",
    Day = "as the sum of payments of one day",
});

/// Items that a line may be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub struct Suggestion {
    /// By position.
    pub items: Vec<usize>,
    pub basis: Basis,
    /// What would not be in these books, if the items are a part of the line.
    pub remainder: Option<Money>,
}

/// The result of matching a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Matched to these open items, by position.
    Matched(Vec<usize>, Basis),
    /// Not matched; suggestions, the best first.
    Open(Vec<Suggestion>),
}

/// Default for the longest time from the date of a payment to that of the bank, in days.
pub const DAYS: i64 = 10;
/// The longest such time that can be chosen.
pub const MOST_DAYS: i64 = 366;
/// The longest time for a payment that the line names by its number or reference: cheques are presented for half a year.
const NAMED_DAYS: i64 = 200;
/// The bank may be a little earlier than a payment entered by hand.
const EARLIER: i64 = 3;

/// Matches each of the open lines of an account. `days` is the longest time from the date of a payment to that of the
/// bank. All lines are matched, since what one is says what another is not; suggestions are made only for those that are
/// shown, by position, and depend on no other suggestion.
pub fn matched(
    items: &BankItems,
    lines: &[RecordedLine],
    days: i64,
    is_shown: impl Fn(usize) -> bool,
) -> Vec<Found> {
    let mut matching = Matching {
        lines,
        open: &items.open,
        readings: lines.iter().map(|line| items.read(line)).collect(),
        accounts: lines.iter().map(|line| AccountKey::of(line.line.account.as_str())).collect(),
        days,
        by_name: ByName::of(&items.open),
        found: vec![None; lines.len()],
        taken: vec![false; items.open.len()],
    };
    for basis in [Basis::Number, Basis::Reference, Basis::Name] {
        // What one round takes may leave another line with one possibility.
        while matching.round(basis) {}
    }
    matching.found(is_shown)
}

/// Items that together may be a line, by position.
type Candidate = Vec<usize>;

struct Matching<'a> {
    lines: &'a [RecordedLine],
    open: &'a [Open],
    readings: Vec<Reading>,
    /// By position of the line.
    accounts: Vec<AccountKey>,
    days: i64,
    by_name: ByName<'a>,
    found: Vec<Option<(Vec<usize>, Basis)>>,
    /// By position of the item.
    taken: Vec<bool>,
}

/// The positions of items, in their order, by what a line may name them by.
struct ByName<'a> {
    of_grant: HashMap<&'a GrantId, Candidate>,
    of_reference: HashMap<&'a str, Candidate>,
    of_party: HashMap<Party, Candidate>,
}

impl<'a> ByName<'a> {
    fn of(open: &'a [Open]) -> ByName<'a> {
        let mut found =
            ByName { of_grant: HashMap::new(), of_reference: HashMap::new(), of_party: HashMap::new() };
        for (place, item) in open.iter().enumerate() {
            if let Some(grant) = item.grant() {
                found.of_grant.entry(grant).or_default().push(place);
            }
            found.of_reference.entry(&item.reference_key).or_default().push(place);
            found.of_party.entry(item.party).or_default().push(place);
        }
        found
    }

    /// Returns the positions of all items that a line may name on a basis, in their order.
    fn named(&self, reading: &Reading, basis: Basis) -> Candidate {
        let mut places: Candidate = match basis {
            Basis::Number => {
                reading.awards.iter().filter_map(|it| self.of_grant.get(it)).flatten().copied().collect()
            }
            Basis::Reference => {
                let found = reading.references.iter().filter_map(|it| self.of_reference.get(it.as_str()));
                found.flatten().copied().collect()
            }
            Basis::Name => {
                reading.parties.iter().filter_map(|it| self.of_party.get(it)).flatten().copied().collect()
            }
            Basis::Joined | Basis::NameAmongOthers | Basis::Amount | Basis::Day => Vec::new(),
        };
        places.sort_unstable();
        places
    }
}

/// A line with what it names.
#[derive(Clone, Copy)]
struct Seen<'a> {
    line: &'a RecordedLine,
    reading: &'a Reading,
    account: &'a AccountKey,
}

impl Seen<'_> {
    fn amount(&self) -> Money {
        self.line.line.amount
    }

    fn days_after(&self, item: &Open) -> i64 {
        self.line.line.date.days_since(item.date)
    }
}

impl<'a> Matching<'a> {
    fn seen(&self, place: usize) -> Option<Seen<'_>> {
        let (line, reading) = (self.lines.get(place)?, self.readings.get(place)?);
        Some(Seen { line, reading, account: self.accounts.get(place)? })
    }

    /// Returns what may be a line on a basis that suffices by itself: those near its date, if there are any.
    fn candidates(&self, seen: Seen<'_>, basis: Basis) -> Vec<Candidate> {
        let near = self.candidates_within(seen, basis, self.days);
        match near.is_empty() && basis != Basis::Name {
            true => self.candidates_within(seen, basis, self.days.max(NAMED_DAYS)),
            false => near,
        }
    }

    /// Returns the items near a line, in its direction, that are not yet matched.
    fn near<'s>(&'s self, seen: Seen<'s>, days: i64) -> impl Iterator<Item = (usize, &'s Open)> {
        // They are in the order of their dates.
        let from = self.open.partition_point(|item| seen.days_after(item) > days);
        let to = self.open.partition_point(|item| seen.days_after(item) >= -EARLIER);
        (from..to).filter_map(move |place| self.is_near(seen, days, place))
    }

    /// Returns an item if it is near a line, in its direction, and not yet matched.
    fn is_near(&self, seen: Seen<'_>, days: i64, place: usize) -> Option<(usize, &Open)> {
        let item = self.open.get(place)?;
        let is_near = self.taken.get(place) == Some(&false)
            && item.amount.is_negative() == seen.amount().is_negative()
            && (-EARLIER..=days).contains(&seen.days_after(item))
            && item.may_be_of_key(seen.account);
        is_near.then_some((place, item))
    }

    fn candidates_within(&self, seen: Seen<'_>, basis: Basis, days: i64) -> Vec<Candidate> {
        let places = self.by_name.named(seen.reading, basis);
        let near = places.into_iter().filter_map(|place| self.is_near(seen, days, place));
        let named: Vec<(usize, &Open)> = near.filter(|(_, item)| is_named(seen, item, basis)).collect();
        let mut found: Vec<Candidate> = named
            .iter()
            .filter(|(_, item)| item.amount == seen.amount())
            .map(|(place, _)| vec![*place])
            .collect();
        found
            .extend(groups(&named, basis).into_iter().filter(|group| self.sum(group) == Some(seen.amount())));
        if let [only] = found.as_slice()
            && let Some(other) = self.another_sum(only, &named, basis, seen.amount())
        {
            found.push(other);
        }
        // Of several of one amount that share a reference, the one whose recipient is named too.
        if found.len() > 1 && !seen.reading.parties.is_empty() {
            let is_of_party = |candidate: &Candidate| {
                candidate
                    .iter()
                    .filter_map(|place| self.open.get(*place))
                    .all(|item| seen.reading.parties.contains(&item.party))
            };
            if found.iter().any(is_of_party) {
                found.retain(is_of_party);
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// Returns other items under the same number or reference that add up to the same, if there are any: nothing says
    /// which of them the line is.
    fn another_sum(
        &self,
        only: &Candidate,
        named: &[(usize, &Open)],
        basis: Basis,
        amount: Money,
    ) -> Option<Candidate> {
        let (_, first) = named.iter().find(|(place, _)| only.contains(place))?;
        let key = group_key(first, basis)?;
        let of_key = named.iter().filter(|(_, item)| group_key(item, basis) == Some(key));
        let places: Candidate = of_key.map(|(place, _)| *place).collect();
        combinations(&places).into_iter().find(|it| it != only && self.sum(it) == Some(amount))
    }

    fn sum(&self, places: &[usize]) -> Option<Money> {
        Money::sum(places.iter().filter_map(|place| self.open.get(*place)).map(|item| item.amount)).ok()
    }

    /// Matches lines that may be only one thing, which may be no other line; false if there is none.
    fn round(&mut self, basis: Basis) -> bool {
        let mut candidates: BTreeMap<usize, Vec<Candidate>> = BTreeMap::new();
        for place in 0..self.lines.len() {
            if self.found.get(place).is_some_and(Option::is_none)
                && let Some(seen) = self.seen(place)
            {
                let found = self.candidates(seen, basis);
                if !found.is_empty() {
                    candidates.insert(place, found);
                }
            }
        }
        let mut lines_of: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (line, found) in &candidates {
            for item in found.iter().flatten() {
                lines_of.entry(*item).or_default().insert(*line);
            }
        }
        let mut taken: Vec<(usize, Candidate)> = Vec::new();
        for (line, found) in &candidates {
            let is_alone = |candidate: &Candidate| {
                candidate.iter().all(|item| lines_of.get(item).is_some_and(|lines| lines.len() == 1))
            };
            if let [only] = found.as_slice()
                && is_alone(only)
                && !self.tears_a_run(*line, only)
            {
                taken.push((*line, only.clone()));
                continue;
            }
            taken.extend(self.one_of_equals(*line, found, &candidates, &lines_of));
        }
        let is_any = !taken.is_empty();
        for (line, items) in taken {
            for item in &items {
                if let Some(taken) = self.taken.get_mut(*item) {
                    *taken = true;
                }
            }
            if let Some(found) = self.found.get_mut(line) {
                *found = Some((items, basis));
            }
        }
        is_any
    }

    /// True if several items that only add up to a line are parts of runs, of which the others are still open: they are
    /// as likely on the lines of their runs.
    fn tears_a_run(&self, line: usize, items: &Candidate) -> bool {
        let Some(seen) = self.seen(line).filter(|_| items.len() > 1) else { return false };
        let is_other =
            |place: &usize| !items.contains(place) && self.is_near(seen, self.days, *place).is_some();
        items.iter().filter_map(|place| self.open.get(*place)).any(|item| {
            let run = self.by_name.of_reference.get(item.reference_key.as_str());
            let is_named = item.reference_key.is_empty() || seen.reading.has_reference_of(item);
            !is_named && run.is_some_and(|run| run.iter().any(is_other))
        })
    }

    /// Equal payments, with as many lines or fewer that may be any of them and nothing else, are matched in order.
    fn one_of_equals(
        &self,
        line: usize,
        found: &[Candidate],
        candidates: &BTreeMap<usize, Vec<Candidate>>,
        lines_of: &BTreeMap<usize, BTreeSet<usize>>,
    ) -> Option<(usize, Candidate)> {
        let items: Vec<usize> = found.iter().filter(|it| it.len() == 1).flatten().copied().collect();
        let lines = lines_of.get(items.first()?)?;
        let is_closed = items.len() == found.len()
            && items.iter().all(|item| lines_of.get(item) == Some(lines))
            && lines.iter().all(|other| candidates.get(other).is_some_and(|it| it == found))
            && lines.len() <= items.len();
        let equal = |place: &usize| {
            let item = self.open.get(*place)?;
            Some((item.date, item.amount, &item.what, &item.reference))
        };
        let first = equal(items.first()?);
        if !is_closed || items.iter().any(|item| equal(item) != first) {
            return None;
        }
        let mut lines: Vec<usize> = lines.iter().copied().collect();
        lines.sort_by_key(|it| (self.lines.get(*it).map(|line| line.line.date), *it));
        let nth = lines.iter().position(|it| *it == line)?;
        Some((line, vec![*items.get(nth)?]))
    }

    fn found(self, is_shown: impl Fn(usize) -> bool) -> Vec<Found> {
        let suggestions = |place: usize| {
            let seen = self.seen(place).filter(|_| is_shown(place));
            seen.map(|seen| self.suggestions(seen)).unwrap_or_default()
        };
        let found = |(place, found): (usize, &Option<(Vec<usize>, Basis)>)| match found {
            Some((items, basis)) => Found::Matched(items.clone(), *basis),
            None => Found::Open(suggestions(place)),
        };
        self.found.iter().enumerate().map(found).collect()
    }
}

/// True if a line names an item on a basis that suffices by itself.
fn is_named(Seen { reading, .. }: Seen<'_>, item: &Open, basis: Basis) -> bool {
    if !reading.is_consistent(item) {
        return false;
    }
    let has_other = || has_other_number(&reading.words, &item.reference_words);
    match basis {
        Basis::Number => item.grant().is_some_and(|grant| reading.awards.contains(grant)) && !has_other(),
        Basis::Reference => reading.has_reference_of(item),
        Basis::Name => reading.parties.len() == 1 && reading.parties.contains(&item.party) && !has_other(),
        Basis::Joined | Basis::NameAmongOthers | Basis::Amount | Basis::Day => false,
    }
}

/// Returns the number or reference that an item may share with others.
fn group_key(item: &Open, basis: Basis) -> Option<&str> {
    match basis {
        Basis::Number => item.grant().map(GrantId::as_str),
        Basis::Reference => Some(&item.reference_key),
        Basis::Name | Basis::Joined | Basis::NameAmongOthers | Basis::Amount | Basis::Day => None,
    }
}

/// Maximum number of items of which all combinations are tried; of more, those of two.
const COMBINED: usize = 12;

/// Returns those of at most [`COMBINED`] items whose bits are set.
fn chosen(places: &[usize], bits: usize) -> Candidate {
    let is_in = |(nth, _): &(usize, &usize)| bits & (1 << *nth) != 0;
    places.iter().enumerate().filter(is_in).map(|(_, place)| *place).collect()
}

/// Returns the combinations of two or more items.
fn combinations(places: &[usize]) -> Vec<Candidate> {
    if places.len() <= COMBINED {
        let several = (1..1_usize << places.len()).filter(|bits| bits.count_ones() > 1);
        return several.map(|bits| chosen(places, bits)).collect();
    }
    let others = |nth: usize| places.iter().skip(nth + 1);
    let pairs = places.iter().enumerate().flat_map(|(nth, one)| others(nth).map(|other| vec![*one, *other]));
    pairs.collect()
}

/// Returns the groups of several items that a line may name together: all of them, or those of one award or reference,
/// of all days or of one.
fn groups(named: &[(usize, &Open)], basis: Basis) -> Vec<Candidate> {
    let mut groups: BTreeMap<(&str, Option<Date>), Candidate> = BTreeMap::new();
    for (place, item) in named {
        let Some(key) = group_key(item, basis) else { continue };
        // The bank may join runs, and name the reference of each.
        groups.entry(("", None)).or_default().push(*place);
        groups.entry((key, None)).or_default().push(*place);
        groups.entry((key, Some(item.date))).or_default().push(*place);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}
