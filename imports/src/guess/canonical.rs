//! Canonical columns with their types and the names that other sources use, from `columns.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::kind::Kind;
use crate::profile::{ColumnRef, Profile};
use crate::shipped::{SHIPPED, shipped};

/// The type of the cells of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Holds {
    Day,
    DayOrMonth,
    Amount,
    /// A decision number: `26-2015`.
    Decision,
    /// The id of an award or recipient.
    Reference,
    /// The name of an organisation.
    Name,
    Text,
    /// Texts that may contain an award or decision number.
    Words,
    /// A fund by its id or name.
    Fund,
    /// A theme by its id or name, or a split.
    Theme,
    /// Registered numbers: `GB-CHC-1234567`.
    Identifiers,
    Year,
    Power,
    DecisionKind,
    YesNo,
}

/// Whether a profile needs a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Need {
    /// Without it, a file is not of this kind.
    Core,
    /// Without it, a file is of this kind only if the kind is given.
    Telling,
    /// Without it, no row can be read.
    Required,
    #[default]
    Optional,
}

/// A canonical column.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CanonicalColumn {
    pub(super) name: String,
    pub(super) holds: Holds,
    #[serde(default)]
    pub(super) need: Need,
    /// A short description, for the draft.
    pub(super) about: String,
    /// Names used by others, best first; `@x` is a list of names.
    #[serde(default)]
    names: Vec<String>,
    /// True if its own name is that of something else in files of others.
    #[serde(default)]
    is_otherwise_used: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    lists: BTreeMap<String, Vec<String>>,
    kinds: Vec<OfKind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfKind {
    kind: Kind,
    columns: Vec<CanonicalColumn>,
}

#[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
static TABLES: LazyLock<Tables> =
    LazyLock::new(|| toml::from_str(include_str!("columns.toml")).expect("a file of this program"));

static PROFILES: LazyLock<Vec<Profile>> =
    LazyLock::new(|| SHIPPED.iter().filter_map(|(name, _)| shipped(name)?.ok()).collect());

/// Returns the kinds in the order in which they are tried; of two equal matches the first is taken.
pub(super) fn kinds() -> impl Iterator<Item = Kind> {
    TABLES.kinds.iter().map(|it| it.kind)
}

/// Returns the canonical columns of a kind.
pub(super) fn of(kind: Kind) -> &'static [CanonicalColumn] {
    TABLES.kinds.iter().find(|it| it.kind == kind).map_or(&[], |it| &it.columns)
}

/// Returns a list by its name.
pub(super) fn list(name: &str) -> &'static [String] {
    TABLES.lists.get(name).map_or(&[], Vec::as_slice)
}

impl CanonicalColumn {
    /// True if no row can be read without it.
    pub(super) fn is_needed(&self) -> bool {
        matches!(self.need, Need::Core | Need::Required)
    }

    /// True for a column that may combine several of the file.
    pub(super) fn takes_several(&self) -> bool {
        matches!(self.holds, Holds::Words | Holds::Fund) || self.name == "purpose"
    }

    /// Returns all known names, best first: canonical, shipped profiles, others.
    pub(super) fn known_names(&self, kind: Kind) -> Vec<String> {
        let own = Some(&self.name).filter(|_| !self.is_otherwise_used);
        let mut names: Vec<String> = own.into_iter().cloned().collect();
        let mut parts = Vec::new();
        for profile in PROFILES.iter().filter(|profile| profile.kind == kind) {
            let Some(rule) = profile.columns.get(&self.name) else { continue };
            let named = |column: &ColumnRef| match column {
                ColumnRef::Name(name) => Some(name.clone()),
                ColumnRef::Position(_) => None,
            };
            names.extend(rule.from.iter().filter_map(named));
            parts.extend(rule.joined.iter().filter_map(named));
        }
        for name in &self.names {
            match name.strip_prefix('@') {
                Some(shared) => names.extend_from_slice(list(shared)),
                None => names.push(name.clone()),
            }
        }
        // A part of a joined text, such as a type of transactions, is the text only where nothing else is.
        names.extend(parts);
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_shipped_profiles_count() {
        let amount = of(Kind::Payments).iter().find(|canonical| canonical.name == "amount").unwrap();
        let names = amount.known_names(Kind::Payments);
        assert_eq!(names.first().map(String::as_str), Some("amount"));
        assert!(names.contains(&"Amount excl VAT".to_owned()), "{names:?}");
        let words = of(Kind::Payments).iter().find(|canonical| canonical.name == "words").unwrap();
        assert!(words.known_names(Kind::Payments).contains(&"Narrative".to_owned()));
    }

    #[test]
    fn every_column_of_a_draft_is_allowed_in_a_profile() {
        assert_eq!(kinds().count(), Kind::ALL.len());
        for kind in kinds() {
            let mut all: Vec<&str> = of(kind).iter().map(|canonical| canonical.name.as_str()).collect();
            let header = csv::StringRecord::from(all.clone());
            let text = format!("name = 'x'\nabout = 'x'\nkind = '{}'\n", kind.word());
            let columns: String = all.iter().map(|it| format!("[columns.{it}]\nfrom = '{it}'\n")).collect();
            let profile = crate::Profile::parse(&format!("{text}{columns}")).unwrap();
            let header = crate::header::Header::new(kind, Some(&header), Some(&profile));
            let mut known: Vec<&str> =
                header.columns.bound.iter().filter(|it| it.is_there()).map(|it| it.name).collect();
            all.sort_unstable();
            known.sort_unstable();
            assert_eq!(all, known, "{}", kind.word());
        }
    }
}
