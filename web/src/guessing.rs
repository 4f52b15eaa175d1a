//! Limits to guessing passwords: by user and address together, and by address.
//!
//! Nobody can lock a user out: what is counted for a user alone makes each try slower, and refuses none.

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

/// The time for which a failed try counts.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// The failed tries of a user name from one address.
const OF_BOTH: usize = 5;
/// The failed tries from one address.
const OF_ADDRESS: usize = 50;
/// The failed tries of a user name after which further ones take longer.
const FREE: usize = 3;
/// The longest delay, as a power of two of seconds.
const LONGEST: u32 = 4;
/// The maximum number of user names and addresses that are remembered; the oldest go first.
const MOST: usize = 20_000;

/// Failed tries, by what they are counted for.
#[derive(Debug, Default)]
pub struct Guessing {
    tries: BTreeMap<String, VecDeque<Instant>>,
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
}

impl Guessing {
    fn count(&mut self, name: &str, now: Instant) -> usize {
        let Some(tries) = self.tries.get_mut(name) else { return 0 };
        while tries.front().is_some_and(|first| now.duration_since(*first) >= WINDOW) {
            tries.pop_front();
        }
        let count = tries.len();
        if count == 0 {
            self.tries.remove(name);
        }
        count
    }

    /// Returns how long a try must wait before it is looked at; `None` if it is refused.
    pub fn delay(&mut self, user: &str, address: IpAddr, now: Instant) -> Option<Duration> {
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

    /// Counts a failed try. It is counted before the password is looked at, so that tries at the same time all count.
    pub fn note(&mut self, user: &str, address: IpAddr, now: Instant) {
        for name in names(user, address) {
            self.tries.entry(name).or_default().push_back(now);
        }
        if self.tries.len() > MOST {
            self.tries.retain(|_, tries| tries.back().is_some_and(|last| now.duration_since(*last) < WINDOW));
        }
        while self.tries.len() > MOST {
            let oldest = self.tries.iter().min_by_key(|(_, tries)| tries.back().copied());
            let Some(oldest) = oldest.map(|(name, _)| name.clone()) else { break };
            self.tries.remove(&oldest);
        }
    }

    /// Forgets the failed tries of a user from an address, once the right password was given there.
    pub fn forgive(&mut self, user: &str, address: IpAddr) {
        let [both, at, by] = names(user, address);
        let forgiven = self.tries.remove(&both).unwrap_or_default();
        for name in [at, by] {
            if let Some(tries) = self.tries.get_mut(&name) {
                tries.retain(|it| !forgiven.contains(it));
            }
        }
        self.tries.retain(|_, tries| !tries.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn after(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn five_tries_of_a_user_from_an_address_in_a_quarter_of_an_hour() {
        let (mut guessing, start) = (Guessing::default(), Instant::now());
        let home = address("192.0.2.1");
        for number in 0..OF_BOTH as u64 {
            assert!(guessing.delay("jane", home, after(start, number)).is_some(), "{number}");
            guessing.note("jane", home, after(start, number));
        }
        assert_eq!(guessing.delay("jane", home, after(start, 5)), None);
        // Others, and the user from elsewhere, are not locked out.
        assert_eq!(guessing.delay("al", home, after(start, 5)), Some(Duration::ZERO));
        assert!(guessing.delay("jane", address("192.0.2.2"), after(start, 5)).is_some());
        assert_eq!(guessing.delay("jane", home, after(start, 15 * 60 - 1)), None);
        assert!(guessing.delay("jane", home, after(start, 15 * 60)).is_some());
    }

    #[test]
    fn fifty_tries_from_an_address() {
        let (mut guessing, now) = (Guessing::default(), Instant::now());
        for number in 0..OF_ADDRESS {
            guessing.note(&format!("user {number}"), address("2001:db8::1"), now);
        }
        // The same network.
        assert_eq!(guessing.delay("jane", address("2001:db8::ffff"), now), None);
        assert_eq!(guessing.delay("jane", address("2001:db8:0:1::1"), now), Some(Duration::ZERO));
    }

    #[test]
    fn tries_of_a_user_from_many_addresses_take_longer_and_longer() {
        let (mut guessing, now) = (Guessing::default(), Instant::now());
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
        let (mut guessing, now) = (Guessing::default(), Instant::now());
        let (home, elsewhere) = (address("192.0.2.1"), address("192.0.2.2"));
        for number in 0..4 {
            guessing.note("jane", home, after(now, number));
        }
        guessing.note("jane", elsewhere, after(now, 9));
        guessing.forgive("jane", home);
        assert_eq!(guessing.count(&names("jane", home)[0], after(now, 10)), 0);
        assert_eq!(guessing.count(&names("jane", home)[1], after(now, 10)), 0);
        assert_eq!(guessing.count(&names("jane", home)[2], after(now, 10)), 1);
    }
}
