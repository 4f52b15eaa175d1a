//! Steps of the office's work, each with how far it is and what is open of it.

use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::GrantId;
use almoner_ledger::text::Text;
use serde::{Serialize, Serializer};

use crate::error::Remedy;

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Checked, and nothing is open.
    Done,
    /// Checked before the end of the year: nothing is open yet.
    DoneSoFar,
    /// Something is open, and can be dealt with now.
    Open,
    /// It waits for something else.
    Blocked,
    /// Nothing here can check it.
    NotChecked,
}

impl State {
    /// Returns the state in a word or a few.
    pub const fn words(self) -> &'static str {
        match self {
            State::Done => "done",
            State::DoneSoFar => "done so far",
            State::Open => "open",
            State::Blocked => "blocked",
            State::NotChecked => "not checked",
        }
    }
}

impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.words().replace(' ', "-"))
    }
}

/// One thing that is open, and what it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Case {
    /// What is open.
    pub words: String,
    /// The grant that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant: Option<GrantId>,
    /// The decision that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionId>,
    /// The record that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<u64>,
    /// The bank account that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Text>,
}

impl Case {
    pub(crate) fn said(words: impl Into<String>) -> Case {
        Case { words: words.into(), ..Case::default() }
    }

    pub(crate) fn of_grant(grant: &GrantId, words: impl Into<String>) -> Case {
        Case { grant: Some(grant.clone()), ..Case::said(words) }
    }

    pub(crate) fn of_decision(decision: &DecisionId, words: impl Into<String>) -> Case {
        Case { decision: Some(decision.clone()), ..Case::said(words) }
    }

    pub(crate) fn of_account(account: &Text, words: impl Into<String>) -> Case {
        Case { account: Some(account.clone()), ..Case::said(words) }
    }
}

/// A step with what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step<Kind> {
    /// Which step it is.
    pub step: Kind,
    /// What it is called.
    pub title: &'static str,
    /// How far it is.
    pub state: State,
    /// How many cases are open.
    pub count: usize,
    /// The first of them.
    pub first: Vec<Case>,
    /// What it waits for, or what to do.
    pub note: Option<String>,
    /// What to do about what blocks it.
    #[serde(skip)]
    pub remedies: Vec<Remedy>,
}

impl<Kind> Step<Kind> {
    /// Returns a step in a state, with a note if there is something to say.
    pub(crate) fn new((step, title): (Kind, &'static str), state: State, note: Option<String>) -> Step<Kind> {
        Step { step, title, state, count: 0, first: Vec::new(), note, remedies: Vec::new() }
    }

    /// Returns true if somebody has something to do.
    pub fn is_to_do(&self) -> bool {
        matches!(self.state, State::Open | State::NotChecked)
    }
}

/// Returns how many steps are in each state, in words: `3 open, 2 blocked, 4 done`.
pub fn summary<Kind>(steps: &[Step<Kind>]) -> String {
    let states = [State::Open, State::Blocked, State::Done, State::DoneSoFar, State::NotChecked];
    let counts = states.map(|state| (steps.iter().filter(|it| it.state == state).count(), state.words()));
    let some = counts.into_iter().filter(|(count, _)| *count > 0);
    some.map(|(count, words)| format!("{count} {words}")).collect::<Vec<_>>().join(", ")
}
