//! Audiences of papers.
//!
//! Awards under confidential decisions are for the office and its auditors only. What an audience may see
//! of the books is in
//! [`Published`](crate::reports::Published).

#![allow(missing_docs, reason = "names that say it all have no doc")]

use serde::{Deserialize, Serialize};

use crate::worded;

/// The audience of a paper. Each may see everything that the ones before it may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// The public; sees least.
    #[default]
    Public,
    /// The Police and Crime Panel, which meets in public.
    Panel,
    /// The office of the Commissioner.
    Officer,
    /// Its auditors.
    Auditor,
}

worded!(Audience::word, displayed parsed {
    Public = "public", Panel = "panel", Officer = "officer", Auditor = "auditor",
});

impl Audience {
    /// True for audiences that may see awards under confidential decisions.
    pub const fn sees_confidential(self) -> bool {
        matches!(self, Audience::Officer | Audience::Auditor)
    }

    /// True if who belongs to this audience may look at what another sees.
    pub fn may_look_as(self, other: Audience) -> bool {
        other <= self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audiences_are_ordered_by_what_they_see() {
        for (text, expected, confidential) in [
            ("public", Some(Audience::Public), false),
            (" Panel ", Some(Audience::Panel), false),
            ("officer", Some(Audience::Officer), true),
            ("auditor", Some(Audience::Auditor), true),
            ("everybody", None, false),
        ] {
            let audience = Audience::parse(text);
            assert_eq!(audience, expected, "{text}");
            assert_eq!(audience.is_some_and(Audience::sees_confidential), confidential, "{text}");
        }
        assert!(Audience::ALL.is_sorted());
        assert_eq!(Audience::default(), Audience::Public);
    }
}
