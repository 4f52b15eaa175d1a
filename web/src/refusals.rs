//! How many access tokens of an address were refused. Tokens cannot be guessed: this bounds the work and the log.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// The time for which a refused token counts.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// The refused tokens from one address after which further ones are only counted.
const MOST: usize = 50;
/// The maximum number of addresses that are remembered.
const MOST_ADDRESSES: usize = 10_000;

/// The refused tokens, by address.
#[derive(Debug, Default)]
pub struct Refusals {
    by_address: BTreeMap<IpAddr, VecDeque<Instant>>,
}

impl Refusals {
    /// Counts a refused token, and returns true if there are too many from its address.
    pub fn note(&mut self, from: IpAddr, now: Instant) -> bool {
        if self.by_address.len() >= MOST_ADDRESSES {
            self.by_address.clear();
        }
        let refused = self.by_address.entry(from).or_default();
        while refused.front().is_some_and(|first| now.duration_since(*first) >= WINDOW) {
            refused.pop_front();
        }
        if refused.len() >= MOST {
            return true;
        }
        refused.push_back(now);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_counted_by_address_for_a_time() {
        let (mut refusals, start) = (Refusals::default(), Instant::now());
        let (home, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..MOST {
            assert!(!refusals.note(home, start));
        }
        assert!(refusals.note(home, start));
        assert!(!refusals.note(other, start));
        assert!(!refusals.note(home, start + WINDOW));
    }
}
