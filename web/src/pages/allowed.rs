//! What addresses may state: the options that a page takes, and what each may be.
//!
//! What a page does not take, or cannot read, is refused: a report that ignored an option would show the figures
//! of another question.

use almoner_app::error::Error;
use almoner_app::figures::Figure;
use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::{Date, FinancialYear, Month, Quarter};
use almoner_ledger::recipients::Identifier;
use almoner_ledger::rejection::nearest;
use almoner_ledger::reports::{By, Every, Measure, PaymentState, power};
use almoner_papers::tool::Tool;

use super::log::MOST;
use super::options::Choice;
use super::reports::FORMATS;
use crate::fields::{Fields, PURPOSES, known_at, word_of};
use crate::remedies::capital;
use crate::write::form::FieldError;

/// An option of an address.
#[derive(Clone, Copy, Debug)]
pub struct Allowed {
    /// Its name in addresses.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    check: fn(&str, Date) -> Result<(), Error>,
}

const fn option(
    name: &'static str,
    label: &'static str,
    check: fn(&str, Date) -> Result<(), Error>,
) -> Allowed {
    Allowed { name, label, check }
}

fn read<T, E: Into<Error>>(read: Result<T, E>) -> Result<(), Error> {
    read.map(drop).map_err(Into::into)
}

fn day(text: &str, today: Date) -> Result<(), Error> {
    read(Date::parse_on(today, text))
}

fn time(text: &str, today: Date) -> Result<(), Error> {
    read(known_at(text, today))
}

fn audience(text: &str, _: Date) -> Result<(), Error> {
    read(word_of(text, &Audience::ALL, Audience::word))
}

fn ticked(text: &str, _: Date) -> Result<(), Error> {
    read(word_of(text, &["yes"], |it| it))
}

/// What only the books can tell: a theme, a name, a column.
fn any(_: &str, _: Date) -> Result<(), Error> {
    Ok(())
}

fn number(text: &str, last: u64) -> Result<(), Error> {
    let found = text.parse().ok().filter(|number| (1..=last).contains(number));
    let range = match last {
        u64::MAX => "from 1".to_owned(),
        last => format!("from 1 to {last}"),
    };
    let wrong = || {
        Error::refused("invalid-value", format!("`{text}` is not a number {range}"))
            .advice(format!("enter a whole number {range}"))
    };
    found.map(drop).ok_or_else(wrong)
}

const FY: Allowed = option("fy", "Financial year", |text, _| read(FinancialYear::parse(text)));
const QUARTER: Allowed = option("quarter", "Quarter", |text, _| read(Quarter::parse(text)));
const MONTH: Allowed = option("month", "Month", |text, _| read(Month::parse(text)));
const FROM: Allowed = option("from", "First day", day);
const TO: Allowed = option("to", "Last day", day);
const AS_AT: Allowed = option("as_at", "Reporting date", day);
const THEME: Allowed = option("theme", "Theme", any);
const FUND: Allowed = option("fund", "Fund", any);
const RECIPIENT: Allowed = option("recipient", "Recipient", any);
const POWER: Allowed = option("power", "Power", |text, _| read(power(text)));
const PURPOSE: Allowed =
    option("purpose", "Purpose", |text, _| read(word_of(text, &PURPOSES, |(word, _)| word)));
const BY: Allowed = option("by", "Grouping", |text, _| read(word_of(text, &By::ALL, By::word)));
const FOR: Allowed = option("for", "Audience", audience);
const AUDIENCE: Allowed = option("audience", "Audience", audience);
const KNOWN_AT: Allowed = option("known_at", "As known at", time);
const COLUMNS: Allowed = option("columns", "Columns", any);
const PAGE: Allowed = option("page", "Page", |text, _| number(text, u64::MAX));
const FORMAT: Allowed =
    option("format", "Format", |text, _| read(word_of(text, FORMATS, |(format, ..)| format.word())));
const LIST: Allowed = option("list", "List", any);
const ONLY: Allowed = option("only", "Table", any);

/// The options of every page that looks.
const OF_ALL: &[Allowed] = &[AUDIENCE, KNOWN_AT];
/// The options of a table of which there are pages and files.
pub const OF_TABLES: &[Allowed] = &[COLUMNS, PAGE, FORMAT];
/// The options of a period and a reporting date.
pub const PERIOD: &[Allowed] = &[FY, QUARTER, MONTH, FROM, TO, AS_AT];
/// The options of a period of what has no reporting date.
pub const RANGE: &[Allowed] = &[FY, QUARTER, MONTH, FROM, TO];
/// The filters of reports.
pub const FILTERS: &[Allowed] = &[THEME, FUND, RECIPIENT, POWER, PURPOSE];
/// The options of the steps to the end of a year.
pub const OF_YEAR: &[Allowed] = &[FY];
/// The options of the publication of a month.
pub const OF_PUBLICATION: &[Allowed] = &[MONTH];
/// The options of the verification.
pub const OF_VERIFICATION: &[Allowed] = &[option("now", "Verify", ticked), PROOF];
const PROOF: Allowed = option("proof", "Proof", |text, _| read(super::verify::proof(text)));
/// The options of the page of a grant.
pub const OF_GRANT: &[Allowed] = &[AS_POSTINGS];
const AS_POSTINGS: Allowed = option("postings", "Postings", ticked);
/// The options of the comparison, beside a period and filters.
pub const OF_COMPARISON: &[Allowed] = &[
    option("earlier", "Earlier", time),
    option("later", "Later", time),
    BY,
    option("column", "Figure", |text, _| read(word_of(text, &Measure::OF_LINES, Measure::word))),
];
/// The options of the page of a figure, beside a period and filters.
pub const OF_FIGURE: &[Allowed] = &[
    option("figure", "Figure", |text, _| read(Figure::parse(text))),
    option("column", "Column", |text, _| read(word_of(text, &Measure::ALL, Measure::word))),
    option("period", "Period", any),
    option("objective", "Objective", any),
];
/// The options of the audit log.
pub const OF_LOG: &[Allowed] = &[option("to", "Last record", |text, _| number(text, u64::MAX)), FORMAT];
/// The options of the audit log as JSON.
pub const OF_JSON_LOG: &[Allowed] = &[
    option("from", "First record", |text, _| number(text, u64::MAX)),
    option("last", "Last records", |text, _| number(text, MOST as u64)),
];
/// The options of the reconciliation of an account.
pub const OF_ACCOUNT: &[Allowed] = &[AS_AT];
/// The options of the search.
pub const OF_SEARCH: &[Allowed] = &[option("q", "Search", any)];
/// The options of the panel's paper.
pub const OF_PANEL: &[Allowed] = &[option("ending", "Months ahead", |text, _| number(text, 120))];
/// The options of the finance officer's pack.
pub const OF_CFO: &[Allowed] = &[option("largest", "Largest records", |text, _| number(text, 1_000))];
/// The options of a return to a funder.
pub const OF_FUNDER: &[Allowed] = &[FUND];
/// The options of the monthly disclosure.
pub const OF_DISCLOSURE: &[Allowed] = &[MONTH, option("draft", "Draft", ticked)];
/// The options of every paper.
pub const OF_PAPERS: &[Allowed] = &[FOR, FORMAT];
/// The option of what has several papers.
pub const OF_LISTS: &[Allowed] = &[LIST];
/// The option of papers with several tables.
pub const OF_SEVERAL_TABLES: &[Allowed] = &[ONLY];
/// The options of the file of grants.
pub const OF_GIVING: &[Allowed] = &[
    option("prefix", "Publisher prefix", any),
    option("funder", "Registered identifier of the funder", |text, _| {
        text.parse::<Identifier>()
            .map(drop)
            .map_err(|error| Error { code: "not-an-identifier", ..error.into() })
    }),
    FOR,
    option("format", "Format", |text, _| read(word_of(text, &["json", "csv"], |it| it))),
];
/// The options of whole books.
pub const OF_JOURNAL: &[Allowed] =
    &[option("tool", "Tool", |text, _| read(word_of(text, &Tool::ALL, Tool::word))), FOR];
/// The options of the journal for a finance system. What is typed in its form is no part of the address.
pub const OF_FINANCE: &[Allowed] = &[
    option("draft", "Draft", any),
    option("format", "Format", |text, _| read(word_of(text, &["example"], |it| it))),
];
/// What is typed in that form.
pub const TYPED_FOR_FINANCE: &[Allowed] =
    &[option("mapping", "Mapping", any), MONTH, FY, option("reverse", "Reverse", ticked), FOR];
/// The options of the entire ledger.
pub const OF_LEDGER: &[Allowed] =
    &[FOR, option("format", "Format", |text, _| read(word_of(text, &["jsonl"], |it| it)))];

const YEAR: &[Allowed] = &[FY, AS_AT];
const NAMED: &[Allowed] = &[option("name", "Name or number", any)];
const ACCOUNT: &[Allowed] = &[option("account", "Bank account", any), AS_AT];
const GROUPING: &[Allowed] = &[BY];
const EVERY: &[Allowed] =
    &[option("every", "Length of period", |text, _| read(word_of(text, &Every::ALL, Every::word)))];
const CHART_DRAWN: Allowed = option("chart", "Chart", ticked);
const CHART: &[Allowed] = &[CHART_DRAWN];
const AS_MONTHS: Allowed = option("by_month", "By month", ticked);
const BY_MONTH: &[Allowed] = &[AS_MONTHS];
const STATE: &[Allowed] =
    &[option("state", "State", |text, _| read(word_of(text, &PaymentState::ALL, PaymentState::word)))];
const ON: &[Allowed] = &[option("on", "Overdue as at", day)];

impl Choice {
    /// Returns the options that a choice puts into an address.
    pub const fn allowed(self) -> &'static [Allowed] {
        match self {
            Choice::Period => PERIOD,
            Choice::Range => RANGE,
            Choice::Year => YEAR,
            Choice::Filters => FILTERS,
            Choice::Named => NAMED,
            Choice::Fund => OF_FUNDER,
            Choice::Account => ACCOUNT,
            Choice::By => GROUPING,
            Choice::Every => EVERY,
            Choice::Chart => CHART,
            Choice::ByMonth => BY_MONTH,
            Choice::On => ON,
            Choice::State => STATE,
        }
    }
}

/// Returns the options of a page, with those of every page.
fn of_page(allowed: &[&'static [Allowed]]) -> impl Iterator<Item = &'static Allowed> {
    OF_ALL.iter().chain(allowed.iter().copied().flatten())
}

/// The options of how a page looks. JSON has all lines, columns and tables, draws nothing and is the format.
const OF_LOOKS: [&str; 6] =
    [COLUMNS.name, PAGE.name, FORMAT.name, CHART_DRAWN.name, AS_MONTHS.name, AS_POSTINGS.name];

/// Returns the options of a page that is sent as JSON. What is verified is the whole ledger, as it is now.
pub fn of_json(allowed: &[&'static [Allowed]]) -> Vec<&'static Allowed> {
    let is_verified = allowed.iter().copied().flatten().any(|it| it.name == PROOF.name);
    let is_of_now = |it: &&Allowed| is_verified && it.name == KNOWN_AT.name;
    of_page(allowed).filter(|it| !OF_LOOKS.contains(&it.name) && !is_of_now(it)).collect()
}

/// Texts of which options take some.
const SAMPLES: &[&str] = &[
    "yes",
    "theme",
    "panel",
    "dated",
    "s143",
    "month",
    "awarded",
    "2015-16",
    "2015-16Q1",
    "2015-04",
    "2015-04-01",
    "6",
];

impl Allowed {
    /// Returns a text that the option takes; `None` if it takes any.
    pub fn sample(&self, today: Date) -> Option<&'static str> {
        let takes = |text: &&&str| (self.check)(text, today).is_ok();
        let is_any = takes(&&"any words");
        if is_any { None } else { SAMPLES.iter().find(takes).copied() }
    }
}

/// Returns what people call an option of a page.
pub fn label(name: &str, allowed: &[&'static [Allowed]]) -> Option<&'static str> {
    of_page(allowed).find(|it| it.name == name).map(|it| it.label)
}

/// Returns what is wrong with the options of an address, in their order: those that the page does not take, that are
/// given twice, and that cannot be read.
pub fn mistakes(
    fields: &Fields,
    today: Date,
    allowed: &[&'static [Allowed]],
    is_json: bool,
) -> Vec<FieldError> {
    let known: Vec<&Allowed> = if is_json { of_json(allowed) } else { of_page(allowed).collect() };
    let mut all: Vec<FieldError> = Vec::new();
    for (name, value) in fields.without(&[]) {
        let option = known.iter().find(|it| it.name == name);
        let error = match option {
            None => Some(unknown(name, &known)),
            Some(_) if fields.all(name).count() > 1 => {
                let message = format!("the option `{name}` is given more than once");
                Some(Error::refused("given-twice", message).advice("give it once"))
            }
            Some(option) => (option.check)(value, today).err(),
        };
        let Some(error) = error else { continue };
        let name = option.map_or("", |it| it.name);
        if name.is_empty() || all.iter().all(|it| it.name != name) {
            all.push(FieldError { name: name.to_owned(), error });
        }
    }
    all
}

fn unknown(name: &str, known: &[&Allowed]) -> Error {
    let error = Error::refused("unknown-option", format!("this page has no option `{name}`"));
    let names = || known.iter().map(|it| it.name).filter(|name| !matches!(*name, "audience" | "known_at"));
    match nearest(name, names()) {
        Some(nearest) => error.advice(format!("did you mean `{nearest}`?")),
        None if names().next().is_none() => error.advice("remove it"),
        None => {
            error.advice(format!("remove it; the options are {}", names().collect::<Vec<_>>().join(", ")))
        }
    }
}

/// Returns an error with the name of its option before it, for where there is no field beside it.
pub fn named(label: &str, error: Error) -> Error {
    Error { message: format!("{}: {}", capital(label), error.message), ..error }
}
