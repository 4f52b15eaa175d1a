//! Limits to guessing passwords and one-time codes: by user and address together, by address, and by user for codes.
//!
//! An attempt counts as failed from its beginning, before the password or the code is looked at, until it is forgiven:
//! attempts at the same time are limited as those after each other are. Nobody can lock a user out: what is counted for a
//! user alone makes each attempt slower, and refuses none.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::lasting::Lasting;
use crate::lock::locked;
use crate::place::network;
use crate::tries::{Name, Tries};

/// The failed attempts for a user name from one address.
const OF_BOTH: usize = 5;
/// The failed attempts from one address.
const OF_ADDRESS: usize = 50;
/// The wrong one-time codes of a user from everywhere. Only who knows the password gets as far, so nobody else keeps the
/// user out.
const OF_CODES: usize = 10;
/// The failed attempts for a user name after which further ones take longer.
const FREE: usize = 3;
/// The longest delay, as a power of two of seconds.
const LONGEST: u32 = 4;

/// What is given in an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// A user name and a password.
    Password,
    /// A one-time code, after the password.
    Code,
}

/// The failed attempts. Every moment is in seconds.
#[derive(Debug, Default)]
pub struct Guessing {
    attempts: Tries,
    /// Apart from the others, which anybody can make, so that these are not forgotten to make room for them.
    codes: Tries,
}

/// The names under which an attempt is counted, and when it began.
#[derive(Clone, Debug)]
struct Counted {
    both: Name,
    address: Name,
    user: Name,
    codes: Option<Name>,
    at: u64,
}

impl Counted {
    fn of(user: &str, from: IpAddr, given: Given, at: u64) -> Counted {
        let network = network(from);
        Counted {
            both: Name::of(&format!("both {network} {user}")),
            address: Name::of(&format!("address {network}")),
            user: Name::of(&format!("user {user}")),
            codes: (given == Given::Code).then(|| Name::of(&format!("codes {user}"))),
            at,
        }
    }
}

/// Returns how long an attempt takes where so many before it failed for the user.
fn delay(failed: usize) -> Duration {
    let beyond = u32::try_from(failed.saturating_sub(FREE)).unwrap_or(u32::MAX).min(LONGEST + 1);
    beyond.checked_sub(1).map_or(Duration::ZERO, |power| Duration::from_secs(1 << power))
}

impl Guessing {
    /// Returns the attempts that were saved.
    pub fn saved_in(lasting: &Lasting, now: u64) -> Guessing {
        Guessing {
            attempts: Tries::saved_in(lasting.of("tries"), now),
            codes: Tries::saved_in(lasting.of("codes"), now),
        }
    }

    /// Counts an attempt, and returns how long it must wait before it is looked at; `None`, and it is not counted, if
    /// there were too many.
    fn begin(&mut self, counted: &Counted) -> Option<Duration> {
        let count = |name| self.attempts.count(name, counted.at);
        let is_full = counted.codes.as_ref().is_some_and(|it| self.codes.count(it, counted.at) >= OF_CODES);
        if is_full || count(&counted.both) >= OF_BOTH || count(&counted.address) >= OF_ADDRESS {
            return None;
        }
        let wait = delay(count(&counted.user));
        for name in [&counted.both, &counted.address, &counted.user] {
            self.attempts.add(name, counted.at);
        }
        if let Some(codes) = &counted.codes {
            self.codes.add(codes, counted.at);
        }
        Some(wait)
    }

    /// Takes back an attempt that was not looked at. It has not been saved.
    fn take_back(&mut self, counted: &Counted) {
        for name in [&counted.both, &counted.address, &counted.user] {
            self.attempts.take_back(name, counted.at);
        }
        if let Some(codes) = &counted.codes {
            self.codes.take_back(codes, counted.at);
        }
    }

    fn save(&self, counted: &Counted, is_user: bool) {
        match is_user {
            true => self.attempts.save(&[&counted.both, &counted.address, &counted.user]),
            false => self.attempts.save(&[&counted.address]),
        }
        if let Some(codes) = &counted.codes {
            self.codes.save(&[codes]);
        }
    }

    /// Forgets the failed attempts for a user from an address, and the wrong codes if one was right.
    fn forgive(&mut self, counted: &Counted) {
        for at in self.attempts.take_back_all(&counted.both) {
            self.attempts.take_back(&counted.address, at);
            self.attempts.take_back(&counted.user, at);
        }
        if let Some(codes) = &counted.codes {
            self.codes.take_back_all(codes);
        }
        self.save(counted, true);
    }
}

/// An attempt that has begun. If it is dropped before it is looked at, as when a browser goes away, it counts no more.
#[derive(Debug)]
pub struct Attempt {
    /// The user name that was given.
    pub user: String,
    /// The address that it comes from.
    pub from: IpAddr,
    /// How long it must wait before it is looked at.
    pub wait: Duration,
    guessing: Arc<Mutex<Guessing>>,
    counted: Counted,
    is_looked_at: bool,
}

impl Attempt {
    /// Begins an attempt; `None` if there were too many.
    pub fn begin(
        guessing: &Arc<Mutex<Guessing>>,
        user: &str,
        from: IpAddr,
        given: Given,
        now: u64,
    ) -> Option<Attempt> {
        let counted = Counted::of(user, from, given, now);
        let wait = locked(guessing).begin(&counted)?;
        let (user, guessing) = (user.to_owned(), guessing.clone());
        Some(Attempt { user, from, wait, guessing, counted, is_looked_at: false })
    }

    /// Saves the attempt, whose password or code is looked at now. Of a name that is no user's, only the address is saved:
    /// the name may be a password typed in the wrong field.
    pub fn look_at(&mut self, is_user: bool) {
        self.is_looked_at = true;
        locked(&self.guessing).save(&self.counted, is_user);
    }

    /// Forgets this attempt and the failed ones before it for the user from this address, as what was given was right.
    pub fn forgive(self) {
        locked(&self.guessing).forgive(&self.counted);
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if !self.is_looked_at {
            locked(&self.guessing).take_back(&self.counted);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;
    use crate::tries::WINDOW;

    const NOW: u64 = 1_800_000_000;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    type All = Arc<Mutex<Guessing>>;

    /// Makes an attempt that fails, and returns how long it waited, in seconds; `None` if it was refused.
    fn failed(all: &All, user: &str, from: &str, given: Given, now: u64) -> Option<u64> {
        let mut attempt = Attempt::begin(all, user, address(from), given, now)?;
        attempt.look_at(true);
        Some(attempt.wait.as_secs())
    }

    /// Returns how long an attempt that is given up would wait.
    fn waits(all: &All, user: &str, from: &str, now: u64) -> Option<u64> {
        Attempt::begin(all, user, address(from), Given::Password, now).map(|it| it.wait.as_secs())
    }

    #[test]
    fn five_attempts_of_a_user_from_an_address_in_a_quarter_of_an_hour() {
        let all = All::default();
        for number in 0..OF_BOTH as u64 {
            assert!(failed(&all, "jane", "192.0.2.1", Given::Password, NOW + number).is_some(), "{number}");
        }
        for (user, from, now, is_refused) in [
            ("jane", "192.0.2.1", NOW + 5, true),
            // The same address, written otherwise.
            ("jane", "::ffff:192.0.2.1", NOW + 5, true),
            // Others, and the user from elsewhere, are not locked out.
            ("al", "192.0.2.1", NOW + 5, false),
            ("jane", "192.0.2.2", NOW + 5, false),
            ("jane", "192.0.2.1", NOW + WINDOW - 1, true),
            ("jane", "192.0.2.1", NOW + WINDOW, false),
        ] {
            assert_eq!(waits(&all, user, from, now).is_none(), is_refused, "{user} {from} {now}");
        }
    }

    #[test]
    fn fifty_attempts_from_an_address() {
        let all = All::default();
        for number in 0..OF_ADDRESS {
            failed(&all, &format!("user {number}"), "2001:db8::1", Given::Password, NOW).unwrap();
        }
        // The same network, and another.
        assert_eq!(waits(&all, "jane", "2001:db8::ffff", NOW), None);
        assert_eq!(waits(&all, "jane", "2001:db8:0:1::1", NOW), Some(0));
    }

    #[test]
    fn attempts_for_a_user_from_many_addresses_take_longer_and_longer() {
        let all = All::default();
        let waited: Vec<Option<u64>> = (0..12)
            .map(|number| failed(&all, "jane", &format!("198.51.100.{number}"), Given::Password, NOW))
            .collect();
        assert_eq!(waited, [0, 0, 0, 0, 1, 2, 4, 8, 16, 16, 16, 16].map(Some));
    }

    #[test]
    fn ten_codes_of_a_user_from_everywhere() {
        let all = All::default();
        let code = |user: &str, number: usize, now| {
            failed(&all, user, &format!("198.51.100.{number}"), Given::Code, now).is_some()
        };
        let taken = (0..20).filter(|number| code("jane", *number, NOW)).count();
        assert_eq!(taken, OF_CODES);
        for (user, now, expected) in
            [("jane", NOW + 9, false), ("al", NOW + 9, true), ("jane", NOW + WINDOW, true)]
        {
            assert_eq!(code(user, 99, now), expected, "{user} {now}");
        }
        // A password is looked at all the same.
        assert!(waits(&all, "jane", "203.0.113.1", NOW + WINDOW).is_some());
    }

    #[test]
    fn a_right_code_forgives_the_wrong_ones_and_a_right_password_does_not() {
        for (given, expected) in [(Given::Code, OF_CODES), (Given::Password, 1)] {
            let all = All::default();
            for number in 0..OF_CODES - 1 {
                failed(&all, "jane", &format!("198.51.100.{number}"), Given::Code, NOW).unwrap();
            }
            let mut right = Attempt::begin(&all, "jane", address("192.0.2.1"), given, NOW).unwrap();
            right.look_at(true);
            right.forgive();
            let code = |number| failed(&all, "jane", &format!("203.0.113.{number}"), Given::Code, NOW);
            assert_eq!((0..20).filter(|number| code(*number).is_some()).count(), expected, "{given:?}");
        }
    }

    #[test]
    fn the_right_password_forgives_the_attempts_before_it_there() {
        let all = All::default();
        for number in 0..4 {
            failed(&all, "jane", "192.0.2.1", Given::Password, NOW + number).unwrap();
        }
        failed(&all, "jane", "192.0.2.2", Given::Password, NOW + 9).unwrap();
        let right = Attempt::begin(&all, "jane", address("192.0.2.1"), Given::Password, NOW + 10).unwrap();
        right.forgive();
        let counted = Counted::of("jane", address("192.0.2.1"), Given::Password, NOW + 10);
        let guessing = locked(&all);
        let counts = [&counted.both, &counted.address, &counted.user]
            .map(|name| guessing.attempts.count(name, NOW + 10));
        assert_eq!(counts, [0, 0, 1]);
    }

    #[test]
    fn an_attempt_that_is_given_up_counts_no_more() {
        let all = All::default();
        for _ in 0..OF_ADDRESS {
            let given_up = Attempt::begin(&all, "jane", address("192.0.2.1"), Given::Code, NOW);
            assert!(given_up.is_some_and(|it| it.wait.is_zero()));
        }
    }

    /// Begins attempts in many threads at once, none of which ends before all have begun, and returns how many were taken.
    fn taken_at_once(given: Given, from: impl Fn(usize) -> String + Sync) -> usize {
        const THREADS: usize = 64;
        let (all, barrier) = (All::default(), Barrier::new(THREADS));
        std::thread::scope(|scope| {
            let attempts: Vec<_> = (0..THREADS)
                .map(|number| {
                    let (all, barrier, from) = (&all, &barrier, &from);
                    scope.spawn(move || {
                        barrier.wait();
                        let begun = Attempt::begin(all, "jane", address(&from(number)), given, NOW);
                        barrier.wait();
                        begun.is_some()
                    })
                })
                .collect();
            attempts.into_iter().map(|it| it.join().unwrap()).filter(|it| *it).count()
        })
    }

    #[test]
    fn attempts_at_the_same_time_are_limited_as_those_after_each_other() {
        let home = |_| "192.0.2.1".to_owned();
        let anywhere = |number| format!("198.51.100.{number}");
        let in_a_network = |number| format!("2001:db8::{number}");
        assert_eq!(taken_at_once(Given::Password, home), OF_BOTH);
        assert_eq!(taken_at_once(Given::Password, in_a_network), OF_BOTH);
        assert_eq!(taken_at_once(Given::Code, home), OF_BOTH);
        assert_eq!(taken_at_once(Given::Code, anywhere), OF_CODES);
    }

    #[test]
    fn attempts_count_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Arc::new(Mutex::new(Guessing::saved_in(&Lasting::of_test(folder.path()), NOW)));
        let all = open();
        for number in 0..OF_BOTH as u64 {
            for (user, from, is_user) in
                [("jane", "192.0.2.1", true), ("al", "192.0.2.1", true), ("a password", "192.0.2.2", false)]
            {
                let begun = Attempt::begin(&all, user, address(from), Given::Password, NOW + number);
                begun.unwrap().look_at(is_user);
            }
            failed(&all, "ann", &format!("198.51.100.{number}"), Given::Code, NOW).unwrap();
            failed(&all, "ann", &format!("203.0.113.{number}"), Given::Code, NOW).unwrap();
        }
        locked(&all).forgive(&Counted::of("al", address("192.0.2.1"), Given::Password, NOW));
        drop(all);
        for (user, from, now, expected) in [
            ("jane", "192.0.2.1", NOW + 9, None),
            ("jane", "192.0.2.2", NOW + 9, Some(2)),
            ("al", "192.0.2.1", NOW + 9, Some(0)),
            // What is no user name is not saved, and counts for its address.
            ("a password", "192.0.2.2", NOW + 9, Some(0)),
            ("jane", "192.0.2.1", NOW + WINDOW, Some(1)),
            // A clock that was set back locks nobody out.
            ("jane", "192.0.2.1", NOW - WINDOW, Some(0)),
        ] {
            assert_eq!(waits(&open(), user, from, now), expected, "{user} {from} {now}");
        }
        let code = Attempt::begin(&open(), "ann", address("192.0.2.9"), Given::Code, NOW + 9);
        assert!(code.is_none());
    }
}
