//! Limits to guessing passwords: by user and address together, and by address.
//!
//! Nobody can lock a user out: what is counted for a user alone makes each try slower, and refuses none.

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use crate::lasting::{Lasting, taken};
use crate::sessions::hash;

/// The time for which a failed try counts, in seconds.
const WINDOW: u64 = 15 * 60;
/// The failed tries of a user name from one address.
const OF_BOTH: usize = 5;
/// The failed tries from one address.
const OF_ADDRESS: usize = 50;
/// The wrong one-time codes of a user from everywhere.
const OF_CODES: usize = 10;
/// The failed tries of a user name after which further ones take longer.
const FREE: usize = 3;
/// The longest delay, as a power of two of seconds.
const LONGEST: u32 = 4;
/// The maximum number of user names and addresses that are remembered; the oldest go first.
const MOST: usize = 20_000;

/// Failed tries, by the hash of what they are counted for. Every moment is in seconds.
#[derive(Debug, Default)]
pub struct Guessing {
    tries: BTreeMap<String, VecDeque<u64>>,
    lasting: Lasting,
}

/// Returns what an address is counted as: an IPv6 network of 64 bits is one, as one computer can have all of it.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

/// Returns the names under which a try is counted: of both, of the address, of the user name.
fn names(user: &str, address: IpAddr) -> [String; 3] {
    let address = network(address);
    [format!("both {address} {user}"), format!("address {address}"), format!("user {user}")]
        .map(|name| hash(&name))
}

/// Returns the name under which the codes of a user are counted, from wherever they are.
fn of_codes(user: &str) -> String {
    hash(&format!("codes {user}"))
}

/// Returns true if a try counts no more. One of a moment to come is of before the clock was set back.
fn is_old(at: u64, now: u64) -> bool {
    now.saturating_sub(at) >= WINDOW || at.saturating_sub(now) >= WINDOW
}

impl Guessing {
    /// Returns the tries that were saved.
    pub fn saved_in(lasting: Lasting, now: u64) -> Guessing {
        let mut guessing = Guessing { tries: lasting.all(), lasting };
        guessing.forget_old(now);
        guessing
    }

    fn count(&self, name: &str, now: u64) -> usize {
        let tries = self.tries.get(name);
        tries.map_or(0, |tries| tries.iter().filter(|at| !is_old(**at, now)).count())
    }

    /// Forgets what counts no more.
    fn forget_old(&mut self, now: u64) {
        let old = taken(&mut self.tries, |tries| tries.iter().all(|at| is_old(*at, now)));
        self.lasting.remove(&old.into_keys().collect::<Vec<_>>());
    }

    /// Returns how long a try must wait before it is looked at; `None` if it is refused.
    pub fn delay(&self, user: &str, address: IpAddr, now: u64) -> Option<Duration> {
        let [both, address, user] = names(user, address).map(|name| self.count(&name, now));
        if both >= OF_BOTH || address >= OF_ADDRESS {
            return None;
        }
        let beyond = u32::try_from(user.saturating_sub(FREE)).unwrap_or(u32::MAX).min(LONGEST + 1);
        Some(match beyond.checked_sub(1) {
            None => Duration::ZERO,
            Some(power) => Duration::from_secs(1 << power),
        })
    }

    /// Returns true if no further code of a user is looked at. Only who knows the password gets as far, so nobody else
    /// keeps the user out.
    pub fn are_too_many_codes(&self, user: &str, now: u64) -> bool {
        self.count(&of_codes(user), now) >= OF_CODES
    }

    /// Counts a code of a user, before it is looked at.
    pub fn note_code(&mut self, user: &str, now: u64) {
        let name = of_codes(user);
        let tries = self.tries.entry(name.clone()).or_default();
        tries.retain(|at| !is_old(*at, now));
        tries.push_back(now);
        self.save_all(&[name]);
    }

    /// Forgets the codes of a user, once the right one was given.
    pub fn forgive_codes(&mut self, user: &str) {
        let name = of_codes(user);
        self.tries.remove(&name);
        self.lasting.remove(&[name]);
    }

    /// Counts a failed try. It is counted before the password is looked at, so that tries at the same time all count.
    pub fn note(&mut self, user: &str, address: IpAddr, now: u64) {
        let names = names(user, address);
        for name in &names {
            let tries = self.tries.entry(name.clone()).or_default();
            tries.retain(|at| !is_old(*at, now));
            tries.push_back(now);
        }
        if self.tries.len() > MOST {
            self.forget_old(now);
        }
        while self.tries.len() > MOST {
            let oldest = self.tries.iter().min_by_key(|(_, tries)| tries.back().copied());
            let Some(oldest) = oldest.map(|(name, _)| name.clone()) else { break };
            self.tries.remove(&oldest);
            self.lasting.remove(&[oldest]);
        }
    }

    /// Saves the failed tries of a user and an address; of the address alone if the name that was typed is no user's, as
    /// it may be a password typed in the wrong field.
    pub fn save(&self, user: Option<&str>, address: IpAddr) {
        self.save_all(&names(user.unwrap_or_default(), address));
    }

    fn save_all(&self, names: &[String]) {
        let of = |name| Some((String::as_str(name), self.tries.get(name)?));
        let tries: Vec<(&str, &VecDeque<u64>)> = names.iter().filter_map(of).collect();
        self.lasting.put(&tries);
    }

    /// Forgets the failed tries of a user from an address, once the right password was given there.
    pub fn forgive(&mut self, user: &str, address: IpAddr) {
        let [both, at, by] = names(user, address);
        let forgiven = self.tries.remove(&both).unwrap_or_default();
        let mut gone = vec![both];
        for name in [&at, &by] {
            let Some(tries) = self.tries.get_mut(name) else { continue };
            for forgiven in &forgiven {
                if let Some(place) = tries.iter().position(|at| at == forgiven) {
                    tries.remove(place);
                }
            }
            if tries.is_empty() {
                self.tries.remove(name);
                gone.push(name.clone());
            }
        }
        self.lasting.remove(&gone);
        self.save_all(&[at, by]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn five_tries_of_a_user_from_an_address_in_a_quarter_of_an_hour() {
        let (mut guessing, start) = (Guessing::default(), NOW);
        let home = address("192.0.2.1");
        for number in 0..OF_BOTH as u64 {
            assert!(guessing.delay("jane", home, start + number).is_some(), "{number}");
            guessing.note("jane", home, start + number);
        }
        assert_eq!(guessing.delay("jane", home, start + 5), None);
        // Others, and the user from elsewhere, are not locked out.
        assert_eq!(guessing.delay("al", home, start + 5), Some(Duration::ZERO));
        assert!(guessing.delay("jane", address("192.0.2.2"), start + 5).is_some());
        assert_eq!(guessing.delay("jane", home, start + WINDOW - 1), None);
        assert!(guessing.delay("jane", home, start + WINDOW).is_some());
    }

    #[test]
    fn fifty_tries_from_an_address() {
        let (mut guessing, now) = (Guessing::default(), NOW);
        for number in 0..OF_ADDRESS {
            guessing.note(&format!("user {number}"), address("2001:db8::1"), now);
        }
        // The same network.
        assert_eq!(guessing.delay("jane", address("2001:db8::ffff"), now), None);
        assert_eq!(guessing.delay("jane", address("2001:db8:0:1::1"), now), Some(Duration::ZERO));
    }

    #[test]
    fn tries_of_a_user_from_many_addresses_take_longer_and_longer() {
        let (mut guessing, now) = (Guessing::default(), NOW);
        let mut delays = Vec::new();
        for number in 0..12 {
            let from = address(&format!("198.51.100.{number}"));
            delays.push(guessing.delay("jane", from, now).unwrap().as_secs());
            guessing.note("jane", from, now);
        }
        assert_eq!(delays, [0, 0, 0, 0, 1, 2, 4, 8, 16, 16, 16, 16]);
    }

    #[test]
    fn the_right_password_forgives_the_tries_before_it_there() {
        let (mut guessing, now) = (Guessing::default(), NOW);
        let (home, elsewhere) = (address("192.0.2.1"), address("192.0.2.2"));
        for number in 0..4 {
            guessing.note("jane", home, now + number);
        }
        guessing.note("jane", elsewhere, now + 9);
        guessing.forgive("jane", home);
        assert_eq!(guessing.count(&names("jane", home)[0], now + 10), 0);
        assert_eq!(guessing.count(&names("jane", home)[1], now + 10), 0);
        assert_eq!(guessing.count(&names("jane", home)[2], now + 10), 1);
    }

    #[test]
    fn ten_codes_of_a_user_from_everywhere() {
        let mut guessing = Guessing::default();
        for number in 0..OF_CODES as u64 {
            assert!(!guessing.are_too_many_codes("jane", NOW + number), "{number}");
            guessing.note_code("jane", NOW + number);
        }
        for (user, now, expected) in
            [("jane", NOW + 9, true), ("al", NOW + 9, false), ("jane", NOW + WINDOW, false)]
        {
            assert_eq!(guessing.are_too_many_codes(user, now), expected, "{user} {now}");
        }
        guessing.forgive_codes("jane");
        assert!(!guessing.are_too_many_codes("jane", NOW + 9));
    }

    #[test]
    fn tries_count_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let open = |now| Guessing::saved_in(Lasting::of_test(folder.path()), now);
        let (home, elsewhere) = (address("192.0.2.1"), address("192.0.2.2"));
        let mut guessing = open(NOW);
        for number in 0..OF_BOTH as u64 {
            guessing.note("jane", home, NOW + number);
            guessing.note("al", home, NOW + number);
            guessing.note("a password", elsewhere, NOW + number);
        }
        guessing.save(Some("jane"), home);
        guessing.save(Some("al"), home);
        guessing.save(None, elsewhere);
        guessing.forgive("al", home);
        drop(guessing);
        for (user, from, now, expected) in [
            ("jane", home, NOW + 9, None),
            ("jane", elsewhere, NOW + 9, Some(Duration::from_secs(2))),
            ("al", home, NOW + 9, Some(Duration::ZERO)),
            // What is no user name is not saved, and counts for its address.
            ("a password", elsewhere, NOW + 9, Some(Duration::ZERO)),
            ("jane", home, NOW + WINDOW, Some(Duration::from_secs(1))),
            // A clock that was set back locks nobody out.
            ("jane", home, NOW - WINDOW, Some(Duration::ZERO)),
        ] {
            assert_eq!(open(NOW).delay(user, from, now), expected, "{user} {from} {now}");
        }
        assert_eq!(open(NOW + 2 * WINDOW).tries.len(), 0);
        assert_eq!(open(NOW).tries.len(), 0);
    }
}
