//! Mappings: the columns of a finance system's journal, and its codes for the ledger's accounts.
//!
//! **Guarantee.** A parsed mapping has columns for the date, the code and the amount of a line, and each of
//! its codes has all parts that the columns name.

use std::collections::{BTreeMap, BTreeSet};

use almoner_ledger::accounts::Account;
use almoner_ledger::calendar::Date;
use almoner_ledger::guarded::guarded;
use almoner_ledger::money::Money;
use almoner_ledger::themes::ThemeId;
use serde::Deserialize;

use super::lines::{JournalLine, Place, Side};

/// A parsed mapping.
#[derive(Debug)]
pub struct Mapping {
    columns: Vec<Column>,
    /// The rules, each with its account.
    rules: Vec<(Side, Rule)>,
    date_format: String,
}

/// The parts of a code.
pub type Codes = BTreeMap<String, String>;

#[derive(Debug)]
struct Column {
    title: String,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Fixed(String),
    Code(String),
    Value(&'static Value),
}

/// A value of a line that a column may contain.
#[derive(Debug)]
struct Value {
    word: &'static str,
    cell: fn(&JournalLine, &Mapping) -> String,
}

const fn value(word: &'static str, cell: fn(&JournalLine, &Mapping) -> String) -> Value {
    Value { word, cell }
}

const VALUES: &[Value] = &[
    value("date", |line, mapping| mapping.date(line.date)),
    value("effective", |line, mapping| mapping.date(line.effective)),
    value("period", |line, _| line.date.month().to_string()),
    value("what", |line, _| line.what.clone()),
    value("description", |line, _| words(Some(&description(line)))),
    value("reference", |line, _| words(line.reference.as_deref())),
    value("bank-account", |line, _| words(line.bank_account.as_deref())),
    value("debit", |line, _| side(line.amount.max(Money::ZERO))),
    value("credit", |line, _| side(line.amount.min(Money::ZERO).negated())),
    value("amount", |line, _| line.amount.to_string()),
    value("account", |line, _| line.side.word().to_owned()),
    value("fund", |line, _| words(Some(line.fund.as_str()))),
    value("theme", |line, _| words(line.theme.as_ref().map(ThemeId::as_str))),
    value("grant", |line, _| words(line.grant.as_deref())),
    value("decision", |line, _| words(line.decision.as_deref())),
    value("party", |line, _| words(Some(&line.party))),
    value("number", |line, _| words(line.number.as_deref())),
];

fn words(text: Option<&str>) -> String {
    guarded(text.unwrap_or_default()).into_owned()
}

/// Returns the amount of a debit or credit; a line has only one of them.
fn side(amount: Money) -> String {
    if amount.is_zero() { String::new() } else { amount.to_string() }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct MappingWords {
    #[serde(default = "iso")]
    date_format: String,
    column: Vec<ColumnWords>,
    code: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnWords {
    title: String,
    value: Option<String>,
    text: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    account: String,
    fund: Option<String>,
    theme: Option<String>,
    codes: Codes,
}

fn iso() -> String {
    "YYYY-MM-DD".to_owned()
}

impl Mapping {
    /// Parses a mapping, or returns what is wrong with it.
    pub fn parse(text: &str) -> Result<Mapping, String> {
        let words: MappingWords = toml::from_str(text).map_err(|error| error.to_string())?;
        let columns: Vec<Column> = words.column.into_iter().map(column).collect::<Result<_, _>>()?;
        let rules: Vec<(Side, Rule)> = words
            .code
            .into_iter()
            .map(|rule| Ok((side_of(&rule.account)?, rule)))
            .collect::<Result<_, String>>()?;
        if !["DD", "MM", "YY"].iter().all(|part| words.date_format.contains(part)) {
            return Err(format!("date-format `{}` must consist of DD, MM and YYYY", words.date_format));
        }
        let has = |word| columns.iter().any(|it| matches!(it.content, Content::Value(it) if it.word == word));
        if !has("date") {
            return Err("no column contains the date".to_owned());
        }
        if !matches!((has("debit"), has("credit"), has("amount")), (true, true, false) | (false, false, true))
        {
            return Err("the columns must contain either debit and credit, or a signed amount".to_owned());
        }
        let named = columns.iter().filter_map(|column| match &column.content {
            Content::Code(part) => Some(part),
            _ => None,
        });
        let parts: BTreeSet<&String> = named.collect();
        if parts.is_empty() {
            return Err("at least one column must refer to a code, for example `codes.account`".to_owned());
        }
        for (side, rule) in &rules {
            if let Some(part) = parts.iter().find(|part| !rule.codes.contains_key(**part)) {
                let account = side.word();
                return Err(format!("a [[code]] for {account} has no `{part}`, which a column refers to"));
            }
        }
        Ok(Mapping { columns, rules, date_format: words.date_format })
    }

    /// Returns the heading of each column.
    pub fn titles(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.title.as_str())
    }

    /// Returns the code of each place by the first match, or the places without a match.
    pub fn codes_of<'a>(&self, places: &[Place<'a>]) -> Result<Vec<&Codes>, BTreeSet<Place<'a>>> {
        let found = || places.iter().map(|place| (*place, self.codes(*place)));
        let codes: Option<Vec<&Codes>> = found().map(|(_, codes)| codes).collect();
        codes.ok_or_else(|| found().filter(|(_, codes)| codes.is_none()).map(|(place, _)| place).collect())
    }

    fn codes(&self, place: Place<'_>) -> Option<&Codes> {
        let matches = |stated: &Option<String>, is: Option<&str>| {
            stated.as_deref().is_none_or(|stated| is == Some(stated))
        };
        let (_, rule) = self.rules.iter().find(|(side, rule)| {
            *side == place.side
                && matches(&rule.fund, Some(place.fund.as_str()))
                && matches(&rule.theme, place.theme.map(ThemeId::as_str))
        })?;
        Some(&rule.codes)
    }

    /// Returns the cells of a line, in the order of the columns.
    pub fn cells(&self, line: &JournalLine, codes: &Codes) -> Vec<String> {
        let columns = self.columns.iter();
        columns
            .map(|column| match &column.content {
                Content::Fixed(text) => text.clone(),
                Content::Code(part) => codes.get(part).cloned().unwrap_or_default(),
                Content::Value(value) => (value.cell)(line, self),
            })
            .collect()
    }

    fn date(&self, day: Date) -> String {
        let iso = day.to_string();
        let part = |range| iso.get(range).unwrap_or_default();
        let (year, short) = (part(0..4), part(2..4));
        let text = self.date_format.replace("YYYY", year).replace("YY", short);
        text.replace("MM", part(5..7)).replace("DD", part(8..10))
    }
}

/// Returns the description of a line: `payment: Waveney Forum, 22-2015`.
fn description(line: &JournalLine) -> String {
    let grant = line.grant.as_ref().map(|grant| format!(", {grant}")).unwrap_or_default();
    format!("{}: {}{grant}", line.what, line.party)
}

fn column(words: ColumnWords) -> Result<Column, String> {
    let title = words.title;
    let content = match (words.value, words.text) {
        (None, Some(text)) => Content::Fixed(text),
        (Some(value), None) => match value.strip_prefix("codes.") {
            Some(part) => Content::Code(part.to_owned()),
            None => Content::Value(known_value(&value, &title)?),
        },
        _ => return Err(format!("the column `{title}` must have either `value` or `text`")),
    };
    Ok(Column { title, content })
}

fn known_value(word: &str, title: &str) -> Result<&'static Value, String> {
    VALUES.iter().find(|value| value.word == word).ok_or_else(|| {
        let known: Vec<&str> = VALUES.iter().map(|value| value.word).collect();
        let known = known.join(", ");
        format!("the column `{title}` has an unknown value `{word}`; choose one of {known}, or a code such as `codes.account`")
    })
}

fn side_of(account: &str) -> Result<Side, String> {
    let is_expenditure = |it: &Account| matches!(it, Account::GrantControl | Account::EarlierYears);
    let accounts = Account::ALL.into_iter().filter(|it| !is_expenditure(it) && !it.is_memorandum());
    let sides: Vec<Side> = accounts.map(Side::Of).chain([Side::Prepayments, Side::Accruals]).collect();
    sides.iter().find(|side| side.word() == account).copied().ok_or_else(|| {
        let known: Vec<&str> = sides.iter().map(|side| side.word()).collect();
        let known = known.join(", ");
        format!("a [[code]] is for the unknown account `{account}`; choose one of {known}")
    })
}
