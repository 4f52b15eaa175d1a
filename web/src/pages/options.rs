//! The options of lists and reports: a form whose fields are those of the address.

use std::collections::BTreeSet;

use almoner_ledger::book::Books;
use almoner_ledger::calendar::Date;
use almoner_ledger::funds::FundId;
use almoner_ledger::reports::bank_reconciliation;
use almoner_ledger::themes::ThemeId;
use maud::{Markup, html};

use crate::frame::rest_of_address;
use crate::look::Look;
use crate::write::form::{Field, FieldError, Input, field};

/// An option of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// A period and a reporting date.
    Period,
    /// A period, of what has no reporting date.
    Range,
    /// A financial year and a reporting date.
    Year,
    /// Theme, fund, recipient, power, purpose.
    Filters,
    /// A part of the number or of the recipient's name.
    Named,
    /// The fund alone.
    Fund,
    /// A bank account and a reporting date.
    Account,
    /// The grouping.
    By,
    /// The length of the periods.
    Every,
    /// Whether there is a chart.
    Chart,
    /// Whether it is by month.
    ByMonth,
    /// The day that decides what is overdue.
    On,
    /// Whether payments are on a bank statement.
    State,
}

/// The options of the list of grants.
pub const OF_GRANTS: &[Choice] = &[Choice::Named, Choice::Period, Choice::Filters];

fn named(first: &str, all: impl IntoIterator<Item = (String, String)>) -> Input {
    Input::Choice(std::iter::once((String::new(), first.to_owned())).chain(all).collect())
}

fn words(all: &[(&str, &str)]) -> Input {
    Input::Choice(all.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect())
}

/// Returns the years that the books know of, the latest first, as choices.
pub fn years(books: &dyn Books, today: Date) -> Vec<(String, String)> {
    let mut years = Vec::new();
    let mut year = today.financial_year().next();
    let first = books.totals().iter().map(|(_, month, _)| month.financial_year()).min();
    let first = first.unwrap_or(today.financial_year());
    while year >= first && years.len() < 40 {
        years.push((year.to_string(), year.to_string()));
        year = year.previous();
    }
    years
}

/// Returns the accounts of the bank statements.
pub fn bank_accounts(books: &dyn Books) -> BTreeSet<String> {
    books.reference().live_statements().map(|it| it.account.to_string()).collect()
}

/// Returns the form of a report's options.
pub fn options(look: &Look<'_>, books: &dyn Books, choices: &[Choice], errors: &[FieldError]) -> Markup {
    let reference = books.reference();
    let themes = || {
        let all = reference.themes.values().filter(|it| !it.id.is_unallocated());
        let all = all.map(|it| (it.id.to_string(), it.name.to_string()));
        named(
            "All themes",
            all.chain([(ThemeId::unallocated().to_string(), "Not allocated to a theme".to_owned())]),
        )
    };
    let funds = || {
        let all = reference.funds.values().filter(|it| !it.id.is_unstated());
        let all = all.map(|it| (it.id.to_string(), it.name.to_string()));
        named("All funds", all.chain([(FundId::unstated().to_string(), "Fund not stated".to_owned())]))
    };
    let mut shown: Vec<Field<'_>> = Vec::new();
    let mut further: Vec<Field<'_>> = Vec::new();
    for choice in choices {
        match choice {
            Choice::Named => shown.push(Field::new("name", "Name or number", Input::Text)),
            Choice::By => shown.push(
                Field::new(
                    "by",
                    "Grouping",
                    words(&[
                        ("theme", "Themes"),
                        ("fund", "Funds"),
                        ("objective", "Objectives"),
                        ("recipient", "Recipients"),
                        ("power", "Powers"),
                    ]),
                )
                .value("theme"),
            ),
            Choice::Every => shown.push(
                Field::new(
                    "every",
                    "Length of period",
                    words(&[("month", "Months"), ("quarter", "Quarters"), ("year", "Years")]),
                )
                .value("month"),
            ),
            Choice::Period | Choice::Range | Choice::Year => {
                let all = years(books, look.actor.today);
                shown.push(Field::new("fy", "Financial year", named("Current", all)));
                if *choice != Choice::Year {
                    further.extend([
                        Field::new("quarter", "Quarter", Input::Date).hint("2015-16Q3"),
                        Field::new("month", "Month", Input::Date).hint("Apr 2015"),
                        Field::new("from", "First day", Input::Date).hint("1 Apr 2015"),
                        Field::new("to", "Last day", Input::Date).hint("30 Jun 2015"),
                    ]);
                }
                if *choice != Choice::Range {
                    further.push(Field::new("as_at", "Reporting date", Input::Date).hint("31 Dec 2015"));
                }
            }
            Choice::Filters => {
                shown.push(Field::new("theme", "Theme", themes()));
                shown.push(Field::new("fund", "Fund", funds()));
                further.push(Field::new("recipient", "Recipient", Input::Text).hint("Name or part of it"));
                further.push(Field::new(
                    "power",
                    "Power",
                    words(&[
                        ("", "All powers"),
                        ("s9", "Section 9"),
                        ("s143", "Section 143"),
                        ("other", "Other"),
                        ("not-stated", "Not stated"),
                    ]),
                ));
                further.push(Field::new(
                    "purpose",
                    "Purpose",
                    words(&[
                        ("", "In force on the posting date"),
                        ("original", "As first awarded"),
                        ("current", "Current purpose"),
                    ]),
                ));
            }
            Choice::Account => {
                // The report says what cannot be read.
                let all = if look.sees_office() {
                    bank_reconciliation::bank_accounts(books)
                } else {
                    Ok(Vec::new())
                };
                let accounts = all.unwrap_or_default();
                shown.push(Field::new(
                    "account",
                    "Bank account",
                    named("First account", accounts.iter().map(|it| (it.to_string(), it.to_string()))),
                ));
                shown.push(Field::new("as_at", "Reporting date", Input::Date).hint("31 Dec 2015"));
            }
            Choice::Fund => shown.push(Field::new("fund", "Fund", funds())),
            Choice::Chart => shown.push(Field::new("chart", "Chart", Input::Tick)),
            Choice::ByMonth => shown.push(Field::new("by_month", "By month", Input::Tick)),
            Choice::State => shown.push(Field::new(
                "state",
                "State",
                words(&[
                    ("", "All payments"),
                    ("unpresented", "Unpresented"),
                    ("reconciled", "Reconciled"),
                    ("returned", "Returned"),
                ]),
            )),
            Choice::On => further.push(Field::new("on", "Overdue as at", Input::Date).hint("15 Jun 2015")),
        }
    }
    if look.sees_office() {
        further.push(
            Field::new("known_at", "As known at", Input::Text).hint("A day, or the number of a record"),
        );
    }
    let is_open = further.iter().any(|field| look.fields.has(field.name));
    let own: Vec<&str> = shown.iter().chain(&further).map(|field| field.name).collect();
    html! {
        form.options method="get" action=(look.path) {
            div.choices {
                @for it in &shown { (field(it, &look.fields, errors)) }
                button.quiet { "Show" }
            }
            (rest_of_address(look, &own))
            @if !further.is_empty() {
                details open[is_open] {
                    summary { "More options" }
                    div.choices { @for it in &further { (field(it, &look.fields, errors)) } }
                }
            }
        }
    }
}
