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
    rules: Vec<Rule>,
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
    Value(Value),
}

/// The value of a line that a column contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Date,
    Effective,
    Period,
    What,
    Description,
    Reference,
    Debit,
    Credit,
    Amount,
    Account,
    Fund,
    Theme,
    Grant,
    Decision,
    Party,
    Number,
}

const VALUES: &[(&str, Value)] = &[
    ("date", Value::Date),
    ("effective", Value::Effective),
    ("period", Value::Period),
    ("what", Value::What),
    ("description", Value::Description),
    ("reference", Value::Reference),
    ("debit", Value::Debit),
    ("credit", Value::Credit),
    ("amount", Value::Amount),
    ("account", Value::Account),
    ("fund", Value::Fund),
    ("theme", Value::Theme),
    ("grant", Value::Grant),
    ("decision", Value::Decision),
    ("party", Value::Party),
    ("number", Value::Number),
];

#[derive(Debug)]
struct Rule {
    side: Side,
    fund: Option<String>,
    theme: Option<String>,
    codes: Codes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct MappingWords {
    #[serde(default = "iso")]
    date_format: String,
    column: Vec<ColumnWords>,
    code: Vec<RuleWords>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnWords {
    title: String,
    value: Option<String>,
    text: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleWords {
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
        let rules: Vec<Rule> = words.code.into_iter().map(rule).collect::<Result<_, _>>()?;
        if !["DD", "MM", "YY"].iter().all(|part| words.date_format.contains(part)) {
            return Err(format!("date-format `{}` is not made of DD, MM and YYYY", words.date_format));
        }
        let has = |value| columns.iter().any(|it| matches!(it.content, Content::Value(it) if it == value));
        if !has(Value::Date) {
            return Err("no column contains the date".to_owned());
        }
        match (has(Value::Debit), has(Value::Credit), has(Value::Amount)) {
            (true, true, false) | (false, false, true) => {}
            _ => {
                return Err(
                    "the columns must contain debit and credit, or amount with its sign, and not both"
                        .to_owned(),
                );
            }
        }
        let mut named = columns.iter().filter_map(|column| match &column.content {
            Content::Code(part) => Some(part),
            _ => None,
        });
        let parts: BTreeSet<&String> = named.by_ref().collect();
        if parts.is_empty() {
            return Err("no column contains a code, such as `codes.account`".to_owned());
        }
        for rule in &rules {
            if let Some(part) = parts.iter().find(|part| !rule.codes.contains_key(**part)) {
                let account = rule.side.word();
                return Err(format!("a [[code]] for {account} has no `{part}`, which a column names"));
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
        let found: Vec<Option<&Codes>> = places.iter().map(|place| self.codes(*place)).collect();
        match found.iter().copied().collect::<Option<Vec<&Codes>>>() {
            Some(codes) => Ok(codes),
            None => Err(places
                .iter()
                .zip(&found)
                .filter_map(|(place, found)| found.is_none().then_some(*place))
                .collect()),
        }
    }

    fn codes(&self, place: Place<'_>) -> Option<&Codes> {
        let matches = |stated: &Option<String>, is: Option<&str>| {
            stated.as_deref().is_none_or(|stated| is == Some(stated))
        };
        let rule = self.rules.iter().find(|rule| {
            rule.side == place.side
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
                Content::Value(value) => self.cell(line, *value),
            })
            .collect()
    }

    fn cell(&self, line: &JournalLine, value: Value) -> String {
        let words = |text: Option<&str>| guarded(text.unwrap_or_default()).into_owned();
        let amount = |amount: Money| if amount.is_zero() { String::new() } else { amount.to_string() };
        match value {
            Value::Date => self.date(line.date),
            Value::Effective => self.date(line.effective),
            Value::Period => line.date.month().to_string(),
            Value::What => line.what.clone(),
            Value::Description => guarded(&description(line)).into_owned(),
            Value::Reference => words(line.reference.as_deref()),
            Value::Debit => amount(line.amount.max(Money::ZERO)),
            Value::Credit => amount(line.amount.min(Money::ZERO).negated()),
            Value::Amount => line.amount.to_string(),
            Value::Account => line.side.word().to_owned(),
            Value::Fund => words(Some(line.fund.as_str())),
            Value::Theme => words(line.theme.as_ref().map(ThemeId::as_str)),
            Value::Grant => words(line.grant.as_deref()),
            Value::Decision => words(line.decision.as_deref()),
            Value::Party => guarded(&line.party).into_owned(),
            Value::Number => words(line.number.as_deref()),
        }
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

fn known_value(word: &str, title: &str) -> Result<Value, String> {
    match VALUES.iter().find(|(known, _)| *known == word) {
        Some((_, value)) => Ok(*value),
        None => {
            let known: Vec<&str> = VALUES.iter().map(|(known, _)| *known).collect();
            Err(format!(
                "the column `{title}` has an unknown value `{word}`; choose one of {} or codes.…",
                known.join(", ")
            ))
        }
    }
}

fn rule(words: RuleWords) -> Result<Rule, String> {
    let accounts = Account::ALL.into_iter().filter(|it| *it != Account::GrantControl && !it.is_memorandum());
    let sides: Vec<Side> = accounts.map(Side::Of).chain([Side::Prepayments, Side::Accruals]).collect();
    match sides.iter().find(|side| side.word() == words.account) {
        Some(side) => Ok(Rule { side: *side, fund: words.fund, theme: words.theme, codes: words.codes }),
        None => {
            let known: Vec<&str> = sides.iter().map(|side| side.word()).collect();
            Err(format!(
                "a [[code]] is for the unknown account `{}`; choose one of {}",
                words.account,
                known.join(", ")
            ))
        }
    }
}
