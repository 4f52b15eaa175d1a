//! Those who have given their password and not their one-time code yet: for a few minutes, and in one browser.

use std::collections::BTreeMap;

use crate::sessions::{Holder, hash, is_same};

/// The seconds for which a right password waits for its code.
const PATIENCE: u64 = 5 * 60;
/// The maximum number of those who need a code; the oldest goes first.
const MOST: usize = 1_000;

/// Somebody who has given the right password.
#[derive(Clone, Debug)]
pub struct Half {
    /// Whose session begins with the code.
    pub holder: Holder,
    /// The token of the form in the browser that it was given in.
    pub token: String,
    /// When, in seconds.
    pub at: u64,
}

/// Those who have given their password and not their code yet, by the hash of an id.
#[derive(Debug, Default)]
pub struct Halves(BTreeMap<String, Half>);

impl Halves {
    /// Adds one under a new id.
    pub fn add(&mut self, id: &str, half: Half) {
        let now = half.at;
        self.0.retain(|_, half| now.abs_diff(half.at) < PATIENCE);
        while self.0.len() >= MOST {
            let oldest = self.0.iter().min_by_key(|(_, half)| half.at).map(|(id, _)| id.clone());
            let Some(oldest) = oldest else { break };
            self.0.remove(&oldest);
        }
        self.0.insert(hash(id), half);
    }

    /// Returns the one of an id, in the browser with this token.
    pub fn get(&self, id: &str, token: &str, now: u64) -> Option<&Half> {
        let half = self.0.get(&hash(id))?;
        (is_same(token, &half.token) && now.abs_diff(half.at) < PATIENCE).then_some(half)
    }

    /// Removes the one of an id.
    pub fn remove(&mut self, id: &str) {
        self.0.remove(&hash(id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_password_waits_for_its_code_in_one_browser_for_a_while() {
        let mut halves = Halves::default();
        let half = |at| Half { holder: Holder::Desk, token: "token".to_owned(), at };
        halves.add("id", half(1_000));
        for (id, token, now, expected) in [
            ("id", "token", 1_000, true),
            ("id", "token", 1_000 + PATIENCE - 1, true),
            ("id", "token", 1_000 + PATIENCE, false),
            // A clock that was set back.
            ("id", "token", 1_000 - PATIENCE, false),
            ("id", "another", 1_000, false),
            ("another", "token", 1_000, false),
        ] {
            assert_eq!(halves.get(id, token, now).is_some(), expected, "{id} {token} {now}");
        }
        (0..MOST as u64).for_each(|number| halves.add(&format!("id {number}"), half(1_001)));
        assert!(halves.0.len() == MOST && halves.get("id", "token", 1_001).is_none());
    }
}
