//! How much was refused from an address: tokens that are not known, attempts to sign in beyond the limit. This bounds the
//! work and the access log, which whoever is refused could fill otherwise.

use std::net::IpAddr;

use crate::place::network;
use crate::tries::{Name, Tries};

/// The refusals from one address after which further ones are not logged.
const MOST: usize = 50;

/// The refusals of one sort, by address.
#[derive(Debug, Default)]
pub struct Refusals(Tries);

fn name_of(from: IpAddr) -> Name {
    Name::of(&network(from).to_string())
}

impl Refusals {
    /// Counts a refusal at a moment in seconds, and returns true if there are too many from its address.
    pub fn note(&mut self, from: IpAddr, now: u64) -> bool {
        let is_too_many = self.are_too_many(from, now);
        if !is_too_many {
            self.0.add(&name_of(from), now);
        }
        is_too_many
    }

    /// Returns true if there are too many from an address.
    pub fn are_too_many(&self, from: IpAddr, now: u64) -> bool {
        self.0.count(&name_of(from), now) >= MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tries::WINDOW;

    #[test]
    fn refusals_are_counted_by_network_for_a_time() {
        const NOW: u64 = 1_800_000_000;
        let mut refusals = Refusals::default();
        let mut note = |from: String, now| refusals.note(from.parse().unwrap(), now);
        for number in 0..MOST {
            assert!(!note("192.0.2.1".to_owned(), NOW), "{number}");
            assert!(!note(format!("2001:db8::{number}"), NOW), "{number}");
        }
        for (from, now, expected) in [
            ("192.0.2.1", NOW, true),
            ("::ffff:192.0.2.1", NOW, true),
            ("192.0.2.2", NOW, false),
            ("2001:db8::ffff", NOW, true),
            ("2001:db8:0:1::1", NOW, false),
            ("192.0.2.1", NOW + WINDOW, false),
        ] {
            assert_eq!(note(from.to_owned(), now), expected, "{from} {now}");
        }
    }
}
