//! Themes: the headings that spending is reported under.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use serde::{Deserialize, Serialize};

pub use crate::ids::ThemeId;
pub use crate::split::{Share, Split, SplitError};
use crate::text::Text;

/// A heading of the Police and Crime Plan that spending is reported under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    pub id: ThemeId,
    pub name: Text,
    pub objective: Option<Text>,
}
