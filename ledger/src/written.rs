//! Names of themes and funds as they were written, where ids were made of them.
//!
//! A theme or fund that is added because it is missing has the name that somebody wrote: `Anti-social behaviour`, of
//! which the id `anti-social-behaviour` alone would make `Anti social behaviour`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::ids::{FundId, ThemeId};
use crate::text::{Text, TextError, name_of_id};

/// Names by the ids that they make; only those that the id itself does not make.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenNames {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    themes: BTreeMap<ThemeId, Text>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    funds: BTreeMap<FundId, Text>,
}

impl WrittenNames {
    pub(crate) const NONE: &WrittenNames = &WrittenNames { themes: BTreeMap::new(), funds: BTreeMap::new() };

    /// Returns the names for the options of commands; `None` if there is none.
    pub fn shared(self) -> Option<Arc<WrittenNames>> {
        (!self.themes.is_empty() || !self.funds.is_empty()).then(|| Arc::new(self))
    }

    /// Notes the names in a theme or a split over themes: `Youth:60%;Knife crime:40%`.
    pub fn note_themes(&mut self, text: &str) {
        parts(text).for_each(|name| self.note_theme(name));
    }

    /// Notes the names in a fund, a split over funds, or parts with a fund and a theme each: `Victims/Youth:100`.
    pub fn note_funds(&mut self, text: &str) {
        for part in parts(text) {
            match part.split_once('/') {
                Some((fund, theme)) => {
                    self.note_fund(fund);
                    self.note_theme(theme);
                }
                None => self.note_fund(part),
            }
        }
    }

    /// Notes the names in a field of a form, an option or a column of a file, if it is one of themes or funds.
    pub fn note_field(&mut self, field: &str, text: &str) {
        match field {
            "theme" => self.note_themes(text),
            "fund" | "part" | "allocation" => self.note_funds(text),
            _ => {}
        }
    }

    /// Notes a name of a theme. The first name of an id counts.
    pub fn note_theme(&mut self, name: &str) {
        if let Ok(id) = ThemeId::named(name)
            && let Some(name) = differing(id.as_str(), name)
        {
            self.themes.entry(id).or_insert(name);
        }
    }

    /// Notes a name of a fund. The first name of an id counts.
    pub fn note_fund(&mut self, name: &str) {
        if let Ok(id) = FundId::named(name)
            && let Some(name) = differing(id.as_str(), name)
        {
            self.funds.entry(id).or_insert(name);
        }
    }

    /// Returns the name of a theme: the one written, otherwise the one that its id makes.
    pub(crate) fn theme(&self, id: &ThemeId) -> Result<Text, TextError> {
        self.themes.get(id).map_or_else(|| name_of_id(id.as_str()), |name| Ok(name.clone()))
    }

    /// Returns the name of a fund: the one written, otherwise the one that its id makes.
    pub(crate) fn fund(&self, id: &FundId) -> Result<Text, TextError> {
        self.funds.get(id).map_or_else(|| name_of_id(id.as_str()), |name| Ok(name.clone()))
    }

    /// Returns those names of these themes and funds.
    pub(crate) fn only(
        &self,
        theme: impl Fn(&ThemeId) -> bool,
        fund: impl Fn(&FundId) -> bool,
    ) -> WrittenNames {
        let WrittenNames { mut themes, mut funds } = self.clone();
        themes.retain(|id, _| theme(id));
        funds.retain(|id, _| fund(id));
        WrittenNames { themes, funds }
    }
}

/// Returns the parts of a split without their shares and amounts.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(|part| part.split_once(':').map_or(part, |(name, _)| name))
}

/// Returns a name, unless it is the id or the name that the id makes.
fn differing(id: &str, name: &str) -> Option<Text> {
    let name = Text::new(name).ok().filter(|name| name.as_str() != id)?;
    (name_of_id(id).as_ref() != Ok(&name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_as_written_where_the_id_would_lose_them() {
        for (field, text, expected) in [
            ("theme", "Anti-social behaviour", "Anti-social behaviour"),
            ("theme", "Domestic abuse", ""),
            ("theme", "domestic-abuse", ""),
            (
                "theme",
                "Children & young people:60%;Victims’ services: 40%",
                "Children & young people, Victims’ services",
            ),
            ("theme", "  Safer\u{a0}Streets – round 2 ", "Safer Streets – round 2"),
            ("theme", "60%", ""),
            ("fund", "PCC’s Fund", "PCC’s Fund"),
            (
                "fund",
                "cdr/Anti-social behaviour:100;PCC’s Fund/youth:20",
                "Anti-social behaviour, PCC’s Fund",
            ),
            ("allocation", "cdr/Anti-social behaviour", "Anti-social behaviour"),
            ("part", "cdr/Anti-social behaviour", "Anti-social behaviour"),
            ("purpose", "Anti-social behaviour", ""),
        ] {
            let mut names = WrittenNames::default();
            names.note_field(field, text);
            let all = names.themes.values().chain(names.funds.values()).map(Text::as_str);
            assert_eq!(all.collect::<Vec<_>>().join(", "), expected, "{field}: {text}");
        }
        let mut names = WrittenNames::default();
        names.note_themes("Anti-Social Behaviour;anti-social behaviour");
        assert_eq!(
            names.theme(&ThemeId::named("anti social behaviour").unwrap()).unwrap().as_str(),
            "Anti-Social Behaviour"
        );
        assert_eq!(names.theme(&ThemeId::named("Knife crime").unwrap()).unwrap().as_str(), "Knife crime");
    }
}
