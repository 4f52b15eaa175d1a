//! Grounds on which items are withheld from what must be published.
//!
//! The Elected Local Policing Bodies (Specified Information) Order 2011 exempts nothing because a decision is confidential:
//! an item is withheld where the chief officer takes the view that publication would do harm, or where an enactment
//! prohibits it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::calendar::Date;
use crate::text::Text;
use crate::worded;

/// The kind of a ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroundKind {
    /// National security, in the view of the chief officer.
    NationalSecurity,
    /// The safety of a person, in the view of the chief officer.
    Safety,
    /// The prevention or detection of crime, or justice, in the view of the chief officer.
    Justice,
    /// A prohibition by an enactment.
    Enactment,
}

worded!(GroundKind::word, displayed parsed {
    NationalSecurity = "national-security", Safety = "safety", Justice = "justice", Enactment = "enactment",
});

/// The ground on which items are withheld.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// National security.
    NationalSecurity {
        /// The date of the chief officer's view.
        view: Date,
    },
    /// The safety of a person.
    Safety {
        /// The date of the chief officer's view.
        view: Date,
    },
    /// The prevention or detection of crime, or justice.
    Justice {
        /// The date of the chief officer's view.
        view: Date,
    },
    /// A prohibition by an enactment.
    Enactment {
        /// Its name: `Sexual Offences (Amendment) Act 1992`.
        name: Text,
    },
}

impl Ground {
    /// Returns a ground of a kind with what that kind states: the date of the chief officer's view, or the name of an
    /// enactment. `None` if the kind does not state just that.
    pub fn of(kind: GroundKind, view: Option<Date>, name: Option<Text>) -> Option<Ground> {
        match (kind, view, name) {
            (GroundKind::NationalSecurity, Some(view), None) => Some(Ground::NationalSecurity { view }),
            (GroundKind::Safety, Some(view), None) => Some(Ground::Safety { view }),
            (GroundKind::Justice, Some(view), None) => Some(Ground::Justice { view }),
            (GroundKind::Enactment, None, Some(name)) => Some(Ground::Enactment { name }),
            (
                GroundKind::NationalSecurity
                | GroundKind::Safety
                | GroundKind::Justice
                | GroundKind::Enactment,
                ..,
            ) => None,
        }
    }

    /// Returns the date of the chief officer's view; `None` for an enactment.
    pub fn view(&self) -> Option<Date> {
        match self {
            Ground::NationalSecurity { view } | Ground::Safety { view } | Ground::Justice { view } => {
                Some(*view)
            }
            Ground::Enactment { .. } => None,
        }
    }

    /// Returns the ground in the words of a public page, without the date of the view.
    pub fn in_public(&self) -> String {
        match self {
            Ground::NationalSecurity { .. } => {
                "in the view of the chief officer, publication would be against the interests of national security"
                    .to_owned()
            }
            Ground::Safety { .. } => {
                "in the view of the chief officer, publication would be likely to endanger the safety of a person"
                    .to_owned()
            }
            Ground::Justice { .. } => {
                "in the view of the chief officer, publication would prejudice the prevention or detection of crime, or justice"
                    .to_owned()
            }
            Ground::Enactment { name } => format!("publication is prohibited by the {name}"),
        }
    }
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, view) = match self {
            Ground::NationalSecurity { view } => ("national security", view),
            Ground::Safety { view } => ("safety of a person", view),
            Ground::Justice { view } => ("prevention or detection of crime, or justice", view),
            Ground::Enactment { name } => return write!(f, "prohibited by {name}"),
        };
        write!(f, "{what} (chief officer's view dated {})", view.in_words())
    }
}
