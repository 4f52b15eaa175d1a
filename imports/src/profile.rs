//! Profiles: how the files of one source are to be read.
//!
//! A profile is a small TOML file that a finance officer can read and correct. It says what is
//! known of a source beforehand; what it does not say is not guessed from the data.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{self, Deserializer};

use crate::amounts::Amounts;
use crate::dates::Dates;
use crate::kind::Kind;
use crate::source::{Delimiter, Encoding, Layout};

/// How the files of one source are read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// Its name: `spend-over-500`.
    pub name: String,
    /// For which files it is, in a sentence.
    pub about: String,
    /// What the rows become.
    #[serde(deserialize_with = "kind")]
    pub kind: Kind,
    /// How the file is laid out, where that is not to be detected.
    #[serde(default)]
    pub file: FileRule,
    /// Our columns, each with where it comes from.
    #[serde(default)]
    pub(crate) columns: BTreeMap<String, ColumnRule>,
    /// Take a period of which only one end is given for one that is not stated, and say so.
    #[serde(default)]
    pub(crate) half_periods_are_not_stated: bool,
    /// Rows to pass over.
    #[serde(default)]
    pub(crate) skip: Vec<RowRule>,
    /// Rows to refuse.
    #[serde(default)]
    pub(crate) refuse: Vec<RowRule>,
}

/// How a file is laid out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "FileWords")]
pub struct FileRule {
    /// Encoding, delimiter and sheet.
    pub layout: Layout,
    /// The file has no header row: columns are known by their positions.
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

/// Where one of our columns comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ColumnRule {
    /// The first of these columns that the row fills in; of amounts and days, that the file has.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) from: Vec<ColumnRef>,
    /// All of these columns, one after the other.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) joined: Vec<ColumnRef>,
    /// An amount in one of these columns counts as it is.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) plus: Vec<ColumnRef>,
    /// An amount in one of these columns is taken off.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) minus: Vec<ColumnRef>,
    /// What stands here where the row has nothing.
    pub(crate) value: Option<String>,
    /// Their words and ours.
    pub(crate) map: Option<BTreeMap<String, String>>,
    /// Our word for words that `map` does not have; without it they are refused.
    pub(crate) otherwise: Option<String>,
    /// How the dates are written.
    pub(crate) dates: Dates,
    /// How the amounts are written.
    pub(crate) amounts: Amounts,
    /// Make an id of a name: `Safer Streets` becomes `safer-streets`.
    pub(crate) slug: bool,
}

/// A column of the source: by its name in the header, or by its position from 1.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum ColumnRef {
    Position(usize),
    Name(String),
}

/// A rule about whole rows: those to which all that it says applies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RowRule {
    /// The column looked at.
    pub(crate) column: ColumnRef,
    /// It holds one of these words.
    pub(crate) is: Option<Vec<String>>,
    /// It holds none of these words.
    pub(crate) is_not: Option<Vec<String>>,
    /// It has this in it.
    pub(crate) contains: Option<String>,
    /// Why such rows are not taken.
    pub(crate) reason: String,
}

impl RowRule {
    /// True when the rule applies to a row with this text in its column.
    pub(crate) fn applies(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        let is_among = |words: &Vec<String>| words.iter().any(|word| word.trim().to_lowercase() == text);
        self.is.as_ref().is_none_or(is_among)
            && self.is_not.as_ref().is_none_or(|words| !is_among(words))
            && self.contains.as_ref().is_none_or(|part| text.contains(&part.to_lowercase()))
    }
}

/// Why a text is no profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// Not TOML, or not what a profile may say.
    #[error("{0}")]
    Unreadable(String),
    /// A column that gives no hint of where it comes from.
    #[error("column `{0}` has none of `from`, `joined`, `plus`, `minus` and `value`")]
    Nowhere(String),
    /// A column that says so in two ways.
    #[error("column `{0}` has more than one of `from`, `joined` and `plus`/`minus`")]
    TwoWays(String),
    /// `plus` and `minus` with something that is no amount.
    #[error("column `{0}` is not an amount, so it cannot have `plus` or `minus`")]
    NoAmount(String),
    /// A rule about rows that says nothing.
    #[error("a `skip` or `refuse` rule has none of `is`, `is-not` and `contains`")]
    EmptyRule,
    /// A name in a file without header.
    #[error("the file has no header, so columns must be given by position; `{0}` is a name")]
    NameWithoutHeader(String),
}

impl Profile {
    /// Reads a profile.
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
    /// The rule of a file in our own columns.
    pub(crate) fn same(name: &str) -> ColumnRule {
        ColumnRule { from: vec![ColumnRef::Name(name.to_owned())], ..ColumnRule::default() }
    }

    /// Every column of the source that it names.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &ColumnRef> {
        self.from.iter().chain(&self.joined).chain(&self.plus).chain(&self.minus)
    }
}

fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
    let word = String::deserialize(deserializer)?;
    Kind::parse(&word).ok_or_else(|| {
        let words = Kind::ALL.map(Kind::word).join(", ");
        de::Error::custom(format!("`{word}` is not a kind of file; the kinds are {words}"))
    })
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
