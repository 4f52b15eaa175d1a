//! Tries that are counted for a time, by name.
//!
//! Names are hashed, as one may be a password typed in the wrong field. Their number is bounded: whoever tries from many
//! addresses or with many names fills no memory.

use std::collections::{BTreeMap, VecDeque};

use crate::lasting::{Lasting, taken};
use crate::sessions::hash;

/// The time for which a try counts, in seconds.
pub const WINDOW: u64 = 15 * 60;
/// The maximum number of names that are remembered. The tenth of them tried longest ago goes first.
const MOST: usize = 20_000;

/// The name under which tries are counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(String);

impl Name {
    /// Returns the name for what is counted.
    pub fn of(counted: &str) -> Name {
        Name(hash(counted))
    }
}

/// Tries, by name. Every moment is in seconds since 1970.
#[derive(Debug, Default)]
pub struct Tries {
    by_name: BTreeMap<String, VecDeque<u64>>,
    lasting: Lasting,
}

/// Returns true if a try counts no more. One of a moment to come is of before the clock was set back.
fn is_old(at: u64, now: u64) -> bool {
    at.abs_diff(now) >= WINDOW
}

impl Tries {
    /// Returns the tries that were saved.
    pub fn saved_in(lasting: Lasting, now: u64) -> Tries {
        let mut tries = Tries { by_name: lasting.all(), lasting };
        tries.forget_old(now);
        tries
    }

    /// Returns how many tries of a name count.
    pub fn count(&self, name: &Name, now: u64) -> usize {
        let tries = self.by_name.get(&name.0);
        tries.map_or(0, |tries| tries.iter().filter(|at| !is_old(**at, now)).count())
    }

    /// Adds a try.
    pub fn add(&mut self, name: &Name, now: u64) {
        let tries = self.by_name.entry(name.0.clone()).or_default();
        tries.retain(|at| !is_old(*at, now));
        tries.push_back(now);
        if self.by_name.len() > MOST {
            self.forget_old(now);
            self.make_room();
        }
    }

    /// Takes back a try of a moment.
    pub fn take_back(&mut self, name: &Name, at: u64) {
        let Some(tries) = self.by_name.get_mut(&name.0) else { return };
        if let Some(place) = tries.iter().position(|it| *it == at) {
            tries.remove(place);
        }
        if tries.is_empty() {
            self.by_name.remove(&name.0);
        }
    }

    /// Takes back all tries of a name, and returns their moments.
    pub fn take_back_all(&mut self, name: &Name) -> VecDeque<u64> {
        self.by_name.remove(&name.0).unwrap_or_default()
    }

    /// Saves what the tries of these names are now.
    pub fn save(&self, names: &[&Name]) {
        let (mut tried, mut gone) = (Vec::new(), Vec::new());
        for Name(name) in names {
            match self.by_name.get(name) {
                Some(tries) => tried.push((name.as_str(), tries)),
                None => gone.push(name),
            }
        }
        self.lasting.put(&tried);
        self.lasting.remove(&gone);
    }

    fn forget_old(&mut self, now: u64) {
        let old = taken(&mut self.by_name, |tries| tries.iter().all(|at| is_old(*at, now)));
        self.lasting.remove(&old.into_keys().collect::<Vec<_>>());
    }

    fn make_room(&mut self) {
        if self.by_name.len() <= MOST {
            return;
        }
        let last = |tries: &VecDeque<u64>| tries.back().copied();
        let mut all: Vec<(Option<u64>, String)> =
            self.by_name.iter().map(|(name, tries)| (last(tries), name.clone())).collect();
        all.sort_unstable();
        let oldest: Vec<String> = all.into_iter().take(MOST / 10).map(|(_, name)| name).collect();
        for name in &oldest {
            self.by_name.remove(name);
        }
        self.lasting.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000;

    #[test]
    fn a_try_counts_for_a_quarter_of_an_hour_and_not_once_the_clock_is_set_back() {
        let (mut tries, name) = (Tries::default(), Name::of("jane"));
        tries.add(&name, NOW);
        tries.add(&name, NOW + 60);
        for (now, expected) in [
            (NOW + 60, 2),
            (NOW + WINDOW - 1, 2),
            (NOW + WINDOW, 1),
            (NOW + WINDOW + 60, 0),
            (NOW - 60, 2),
            (NOW - WINDOW, 0),
        ] {
            assert_eq!(tries.count(&name, now), expected, "{now}");
            assert_eq!(tries.count(&Name::of("al"), now), 0);
        }
        tries.take_back(&name, NOW);
        tries.take_back(&name, NOW + 1);
        assert_eq!(tries.count(&name, NOW + 60), 1);
        assert_eq!(tries.take_back_all(&name), [NOW + 60]);
        assert_eq!(tries.count(&name, NOW + 60), 0);
    }

    #[test]
    fn the_number_of_names_is_bounded_and_the_last_are_remembered() {
        let mut tries = Tries::default();
        for number in 0..2 * MOST as u64 {
            tries.add(&Name::of(&number.to_string()), NOW + number / 1_000);
            assert!(tries.by_name.len() <= MOST, "{number}");
        }
        assert_eq!(tries.count(&Name::of("0"), NOW), 0);
        let last = 2 * MOST as u64 - 1;
        assert_eq!(tries.count(&Name::of(&last.to_string()), NOW + last / 1_000), 1);
    }
}
