//! Additions of recipients, and of their names, identifiers and aliases.

use serde::{Deserialize, Serialize};

use super::{About, Acts, Kind, Needs, Reversal};
use crate::calendar::Date;
use crate::policy::Act;
use crate::recipients::{Identifier, RecipientId};
use crate::text::Text;

const NEEDS: Needs<'_> = Needs::Acts(Acts::Plain(Act::Recipient));

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipientAdded {
    pub id: RecipientId,
    pub name: Text,
    #[serde(default)]
    pub identifiers: Vec<Identifier>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipientRenamed {
    pub id: RecipientId,
    pub name: Text,
    pub from: Date,
}

/// A recipient's outside identifier, stated after the recipient was added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipientIdentified {
    pub id: RecipientId,
    pub identifier: Identifier,
}

/// A confirmed alias of a recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipientAliased {
    pub id: RecipientId,
    /// A name by which the recipient can be found, but that is not shown.
    pub alias: Text,
}

impl Kind for RecipientAdded {
    fn about(&self) -> About<'_> {
        About::posting_nothing("recipient added", NEEDS, Reversal::Recipient(&self.id)).of(&self.id)
    }
}

impl Kind for RecipientRenamed {
    fn about(&self) -> About<'_> {
        About::posting_nothing("recipient renamed", NEEDS, Reversal::RecipientName(self)).of(&self.id)
    }
}

impl Kind for RecipientIdentified {
    fn about(&self) -> About<'_> {
        let reversal = Reversal::RecipientIdentifier(self);
        About::posting_nothing("recipient identified", NEEDS, reversal).of(&self.id)
    }
}

impl Kind for RecipientAliased {
    fn about(&self) -> About<'_> {
        About::posting_nothing("recipient alias", NEEDS, Reversal::RecipientAlias(self)).of(&self.id)
    }
}
