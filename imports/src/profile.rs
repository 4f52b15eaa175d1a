//! Profiles: how the files of a source are read.
//!
//! A profile is a small TOML file that a finance officer can read and correct. What it does not state
//! is not inferred from the data.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::Deserializer;

use crate::amounts::Amounts;
use crate::dates::Dates;
use crate::kind::Kind;
use crate::source::{Delimiter, Encoding, Layout};

/// The rules for reading the files of one source.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// Name, such as `spend-over-500`.
    pub name: String,
    pub about: String,
    pub kind: Kind,
    /// The layout, if it is not to be detected.
    #[serde(default)]
    pub file: FileRule,
    /// Canonical columns with their sources.
    #[serde(default)]
    pub(crate) columns: BTreeMap<String, ColumnRule>,
    /// Treat a period with only one end as not stated, with a remark.
    #[serde(default)]
    pub(crate) half_periods_are_not_stated: bool,
    #[serde(default)]
    pub(crate) skip: Vec<RowRule>,
    #[serde(default)]
    pub(crate) refuse: Vec<RowRule>,
}

/// The layout of a file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "FileWords")]
pub struct FileRule {
    pub layout: Layout,
    /// The file has no header row, so columns are given by position.
    pub no_header: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct FileWords {
    encoding: Option<String>,
    delimiter: Option<String>,
    sheet: Option<String>,
    no_header: bool,
}

impl TryFrom<FileWords> for FileRule {
    type Error = String;

    fn try_from(words: FileWords) -> Result<FileRule, String> {
        let encoding = words.encoding.map(|word| {
            Encoding::parse(&word).ok_or_else(|| unknown_word(&word, &Encoding::ALL.map(Encoding::word)))
        });
        let delimiter = words.delimiter.map(|word| {
            Delimiter::parse(&word).ok_or_else(|| unknown_word(&word, &Delimiter::ALL.map(Delimiter::word)))
        });
        let layout =
            Layout { encoding: encoding.transpose()?, delimiter: delimiter.transpose()?, sheet: words.sheet };
        Ok(FileRule { layout, no_header: words.no_header })
    }
}

fn unknown_word(word: &str, words: &[&str]) -> String {
    format!("`{word}` is not one of {}", words.join(", "))
}

/// The source of a canonical column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ColumnRule {
    /// The first of these columns that is not blank in the row; for amounts and dates, that the file has.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) from: Vec<ColumnRef>,
    /// All of these columns, joined by spaces.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) joined: Vec<ColumnRef>,
    /// An amount in one of these columns is added.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) plus: Vec<ColumnRef>,
    /// An amount in one of these columns is subtracted.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) minus: Vec<ColumnRef>,
    /// The amounts of `minus` have a minus, or are in brackets.
    pub(crate) signed: bool,
    /// The value where the row is blank.
    pub(crate) value: Option<String>,
    /// Source values with their canonical values.
    pub(crate) map: Option<BTreeMap<String, String>>,
    /// The value for those that `map` does not have; without it they are refused.
    pub(crate) otherwise: Option<String>,
    pub(crate) dates: Dates,
    pub(crate) amounts: Amounts,
    /// Make an id of a name: `Safer Streets` becomes `safer-streets`.
    pub(crate) slug: bool,
}

/// A source column, by name in the header or by position from 1.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum ColumnRef {
    Position(usize),
    Name(String),
}

/// A rule for rows that meet all of its conditions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RowRule {
    pub(crate) column: ColumnRef,
    /// The column has one of these values.
    pub(crate) is: Option<Vec<String>>,
    /// The column has none of these values.
    pub(crate) is_not: Option<Vec<String>>,
    /// The column contains this text.
    pub(crate) contains: Option<String>,
    /// Why such rows are skipped or refused.
    pub(crate) reason: String,
}

impl RowRule {
    /// True if the rule applies to a row with this text in its column.
    pub(crate) fn applies(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        let is_among = |words: &Vec<String>| words.iter().any(|word| word.trim().to_lowercase() == text);
        self.is.as_ref().is_none_or(is_among)
            && self.is_not.as_ref().is_none_or(|words| !is_among(words))
            && self.contains.as_ref().is_none_or(|part| text.contains(&part.to_lowercase()))
    }
}

/// The reason for which a profile is not valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    #[error("{0}")]
    Unreadable(String),
    #[error("column `{0}` has none of `from`, `joined`, `plus`, `minus` and `value`")]
    Nowhere(String),
    #[error("column `{0}` has more than one of `from`, `joined` and `plus`/`minus`")]
    TwoWays(String),
    #[error("column `{0}` is not an amount, so it cannot have `plus` or `minus`")]
    NoAmount(String),
    #[error("column `{0}` has `signed`, but no `minus`")]
    NothingSigned(String),
    #[error("a `skip` or `refuse` rule has none of `is`, `is-not` and `contains`")]
    EmptyRule,
    #[error("the file has no header, so columns must be given by position; `{0}` is a name")]
    NameWithoutHeader(String),
}

impl Profile {
    /// Parses a profile.
    pub fn parse(toml: &str) -> Result<Profile, ProfileError> {
        let profile: Profile =
            toml::from_str(toml).map_err(|error| ProfileError::Unreadable(error.to_string()))?;
        for (name, rule) in &profile.columns {
            let two_columns = !(rule.plus.is_empty() && rule.minus.is_empty());
            let ways = [!rule.from.is_empty(), !rule.joined.is_empty(), two_columns];
            match ways.iter().filter(|way| **way).count() {
                0 if rule.value.is_none() => return Err(ProfileError::Nowhere(name.clone())),
                0 | 1 => {}
                _ => return Err(ProfileError::TwoWays(name.clone())),
            }
            if two_columns && !matches!(name.as_str(), "amount" | "balance") {
                return Err(ProfileError::NoAmount(name.clone()));
            }
            if rule.signed && rule.minus.is_empty() {
                return Err(ProfileError::NothingSigned(name.clone()));
            }
            for column in rule.sources() {
                profile.check_reference(column)?;
            }
        }
        for rule in profile.skip.iter().chain(&profile.refuse) {
            if rule.is.is_none() && rule.is_not.is_none() && rule.contains.is_none() {
                return Err(ProfileError::EmptyRule);
            }
            profile.check_reference(&rule.column)?;
        }
        Ok(profile)
    }

    /// Returns the text of a drafted profile under a name of its own, as one that a person has checked.
    pub fn text_named(draft: &str, name: &str) -> String {
        let mut is_head = true;
        let line = |line: &str| {
            is_head &= !line.starts_with('[');
            match line {
                it if is_head && it.starts_with("name = ") => format!("name = \"{name}\"\n"),
                it if is_head && it.starts_with("about = ") => {
                    format!("{}\n", it.replace("; draft, to be checked", ""))
                }
                it => format!("{it}\n"),
            }
        };
        draft.lines().map(line).collect()
    }

    fn check_reference(&self, column: &ColumnRef) -> Result<(), ProfileError> {
        match column {
            ColumnRef::Name(name) if self.file.no_header => {
                Err(ProfileError::NameWithoutHeader(name.clone()))
            }
            _ => Ok(()),
        }
    }
}

impl ColumnRule {
    /// Returns the rule for a canonical file.
    pub(crate) fn same(name: &str) -> ColumnRule {
        ColumnRule { from: vec![ColumnRef::Name(name.to_owned())], ..ColumnRule::default() }
    }

    /// Returns every source column named.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &ColumnRef> {
        self.from.iter().chain(&self.joined).chain(&self.plus).chain(&self.minus)
    }
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ColumnRef>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(ColumnRef),
        Many(Vec<ColumnRef>),
    }
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(column) => vec![column],
        OneOrMany::Many(columns) => columns,
    })
}
