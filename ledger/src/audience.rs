//! Audiences: for whom a paper is made.
//!
//! What rests on a confidential decision is for the office and its auditors alone. Knows nothing of
//! papers and books: what an audience may see of the books is in
//! [`Published`](crate::reports::Published).

use std::fmt;

/// For whom a paper is made. Each may see all that those before it may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Everybody. What nobody decided otherwise about is made for them, and shows least.
    #[default]
    Public,
    /// The Police and Crime Panel, which meets in public.
    Panel,
    /// The office of the Commissioner.
    Officer,
    /// Its auditors.
    Auditor,
}

impl Audience {
    /// All audiences, the one that sees least first.
    pub const ALL: [Audience; 4] = [Audience::Public, Audience::Panel, Audience::Officer, Audience::Auditor];

    /// The word in flags and files.
    pub const fn word(self) -> &'static str {
        match self {
            Audience::Public => "public",
            Audience::Panel => "panel",
            Audience::Officer => "officer",
            Audience::Auditor => "auditor",
        }
    }

    /// Reads an audience's word.
    pub fn parse(text: &str) -> Option<Audience> {
        let word = text.trim().to_lowercase();
        Audience::ALL.into_iter().find(|audience| audience.word() == word)
    }

    /// True for those who may see what rests on confidential decisions.
    pub const fn sees_confidential(self) -> bool {
        matches!(self, Audience::Officer | Audience::Auditor)
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audiences_are_read_by_their_words_and_see_more_and_more() {
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
