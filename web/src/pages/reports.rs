//! Every report, with its options in the address and a file in every format.

use almoner_app::error::Error;
use almoner_app::figures::{Days, Made, Report};
use almoner_ledger::reports::{By, Every, Paged, PaymentState, Published};
use almoner_papers::render::{Format, Terminal, paper_rendered};
use almoner_papers::sheet::Sheet;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::actions::actions;
use super::links::figure_links;
use super::options::{Choice, options};
use crate::fields::address;
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::machine::JSON;
use crate::reply::{File, Reply};
use crate::write::table::{self, Place, Shown};

/// A report that can be chosen from the list.
struct Kind {
    name: &'static str,
    title: &'static str,
    about: &'static str,
    choices: &'static [Choice],
    make: fn(&Look<'_>) -> Result<Report, Error>,
}

const SCOPE: &[Choice] = &[Choice::Period, Choice::Filters];

const KINDS: &[Kind] = &[
    Kind {
        name: "themes",
        title: "Spending by theme, fund, objective, recipient or power",
        about: "Budget, amounts awarded and paid, expenditure and commitments for a period",
        choices: &[Choice::By, Choice::Period, Choice::Filters, Choice::Chart],
        make: |look| {
            let by = look.fields.word("by", &By::ALL, By::word)?.unwrap_or(By::Theme);
            Ok(Report::Themes { by, chart: look.fields.has("chart"), scope: scope(look)? })
        },
    },
    Kind {
        name: "periods",
        title: "Spending by month, quarter or year",
        about: "From opening to closing commitment",
        choices: &[Choice::Every, Choice::Period, Choice::Filters, Choice::Chart],
        make: |look| {
            let every = look.fields.word("every", &Every::ALL, Every::word)?.unwrap_or_default();
            Ok(Report::Periods { every, chart: look.fields.has("chart"), scope: scope(look)? })
        },
    },
    Kind {
        name: "budget",
        title: "Budget",
        about: "Budgets against expenditure, by fund and theme",
        choices: SCOPE,
        make: |look| Ok(Report::Budget(scope(look)?)),
    },
    Kind {
        name: "commitments",
        title: "Commitments",
        about: "Outstanding commitments by due date",
        choices: SCOPE,
        make: |look| Ok(Report::Commitments(scope(look)?)),
    },
    Kind {
        name: "grants",
        title: "Grants",
        about: "Grants with their figures as at a date",
        choices: SCOPE,
        make: |look| Ok(Report::Grants { scope: scope(look)?, named: None }),
    },
    Kind {
        name: "recipients",
        title: "Recipients",
        about: "Recipients with the figures for their grants as at a date",
        choices: SCOPE,
        make: |look| Ok(Report::Recipients(scope(look)?)),
    },
    Kind {
        name: "changes",
        title: "Awards and changes",
        about: "Awards, variations, withdrawals and changes of purpose",
        choices: SCOPE,
        make: |look| Ok(Report::Changes(scope(look)?)),
    },
    Kind {
        name: "not-stated",
        title: "Not stated",
        about: "Awards with a fund, theme, power, period or other detail not stated",
        choices: SCOPE,
        make: |look| Ok(Report::NotStated(scope(look)?)),
    },
    Kind {
        name: "monitoring",
        title: "Milestones and monitoring reports",
        about: "Due, overdue and received",
        choices: &[Choice::Period, Choice::Filters, Choice::On],
        make: |look| {
            Ok(Report::Monitoring { on: look.fields.date("on", look.actor.today)?, scope: scope(look)? })
        },
    },
    Kind {
        name: "indicators",
        title: "Expenditure with performance indicators",
        about: "By theme, with figures from other sources",
        choices: SCOPE,
        make: |look| Ok(Report::Indicators(scope(look)?)),
    },
    Kind {
        name: "decisions",
        title: "Register of decisions",
        about: "With any missing numbers",
        choices: &[Choice::Range],
        make: |look| {
            let period = look.fields.period(look.actor.today)?;
            Ok(Report::Decisions { internal: look.sees_office(), period })
        },
    },
    Kind {
        name: "papers",
        title: "Public papers",
        about: "With the decisions and grants that they report",
        choices: &[Choice::Range],
        make: |look| Ok(Report::Papers(look.fields.period(look.actor.today)?)),
    },
    Kind {
        name: "late",
        title: "Late postings",
        about: "Late postings, and postings to closed months",
        choices: &[Choice::Period, Choice::ByMonth],
        make: |look| {
            let period = look.fields.period(look.actor.today)?;
            Ok(Report::Late { by_month: look.fields.has("by_month"), period })
        },
    },
    Kind {
        name: "payments",
        title: "Payments",
        about: "Payments, and whether they are on a bank statement",
        choices: &[Choice::State, Choice::Period, Choice::Filters],
        make: |look| {
            let state = look.fields.word("state", &PaymentState::ALL, PaymentState::word)?;
            Ok(Report::Payments { state, scope: scope(look)? })
        },
    },
    Kind {
        name: "bank-reconciliation",
        title: "Bank reconciliation",
        about: "Balance of a bank account per ledger and per statement",
        choices: &[Choice::Account],
        make: |look| {
            let as_at = look.fields.date("as_at", look.actor.today)?;
            Ok(Report::BankReconciliation { account: look.fields.owned("account"), as_at })
        },
    },
    Kind {
        name: "trial-balance",
        title: "Trial balance",
        about: "Balance of every account by fund: opening, movement and closing",
        choices: &[Choice::Period, Choice::Fund],
        make: |look| {
            let period = look.fields.period(look.actor.today)?;
            Ok(Report::TrialBalance { fund: look.fields.owned("fund"), period })
        },
    },
    Kind {
        name: "year-end",
        title: "Year end",
        about: "Prepayments, accruals and recoveries due at 31 March",
        choices: &[Choice::Year, Choice::Filters],
        make: |look| {
            let fields = &look.fields;
            let period = fields.period(look.actor.today)?;
            Ok(Report::YearEnd { year: period.year, as_at: period.as_at, narrowing: fields.narrowing()? })
        },
    },
];

fn scope(look: &Look<'_>) -> Result<almoner_app::figures::Scope, Error> {
    look.fields.scope(look.actor.today)
}

/// Lists the reports.
pub fn index(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.read(Access::Totals, |_, _| Ok(()))?;
    let body = html! {
        ul.index {
            @for kind in KINDS {
                li {
                    a href=(look.link(&format!("/reports/{}", kind.name))) { (kind.title) }
                    p.why { (kind.about) }
                }
            }
            @if look.sees_office() {
                li {
                    a href=(look.link("/year-end")) { "Steps to the year end" }
                    p.why { "Steps that are done, open or blocked before the year is closed, and the state of each month" }
                }
                li {
                    a href=(look.link("/compare")) { "Compare" }
                    p.why { "The records that changed figures between two “as known at” dates" }
                }
            }
        }
    };
    Ok(Page::new(Section::Reports, "Reports", body).into())
}

/// Shows a report, or sends its file.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    let kind = KINDS.iter().find(|kind| kind.name == look.part(0)).ok_or(Trouble::Missing)?;
    let report = (kind.make)(look)?;
    let access = match report.reads_totals_first(look.view, look.actor.today) {
        true => Access::Totals,
        false => Access::Read,
    };
    look.read(access, |books, days| {
        let (made, at) = run(look, books, days, &report)?;
        if let Some(file) = download(look, &made, kind.name)? {
            return Ok(file);
        }
        let sheet = chosen(look, made.sheet()?)?;
        let (title, lead) = (sheet.title.clone(), lead(&sheet));
        let acts = match kind.name {
            "indicators" => vec![("Record performance indicator", look.link("/record/indicator"))],
            "papers" => vec![("Record public paper", look.link("/record/paper"))],
            _ => Vec::new(),
        };
        let body = html! {
            (options(look, books, kind.choices, &[]))
            @if !acts.is_empty() { (actions(look, "", &acts)) }
            @if kind.name == "year-end" && look.sees_office() {
                p { a href=(look.link_with("/year-end", &[("fy", look.fields.text("fy"))])) { "Steps to the year end" } }
            }
            (shown(look, sheet, at))
        };
        let page = Page::new(Section::Reports, title, body).below("Reports", look.link("/reports"));
        Ok(page.lead(lead).into())
    })
}

/// Runs a report: for a page of a list, only the lines of the page, where these can be found by themselves.
pub fn run(
    look: &Look<'_>,
    books: &Published<'_>,
    days: Days,
    report: &Report,
) -> Result<(Made, Option<Place>), Trouble> {
    // A file has all lines.
    if format(look)?.is_none()
        && let Some(Paged { report, first, lines }) = report.run_page(books, days, table::page(look))?
    {
        return Ok((report, Some((first, lines))));
    }
    Ok((report.run(books, days)?, None))
}

/// Returns the name, the title and the options of every report.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static [Choice])> {
    KINDS.iter().map(|kind| (kind.name, kind.title, kind.choices))
}

/// Returns the title and the options of the report of this name.
pub fn choices_of(name: &str) -> Option<(&'static str, &'static [Choice])> {
    KINDS.iter().find(|kind| kind.name == name).map(|kind| (kind.title, kind.choices))
}

/// Returns the period of a sheet in words.
pub fn lead(sheet: &Sheet) -> Markup {
    let Some(provenance) = &sheet.provenance else { return html! {} };
    html! {
        @if let Some(period) = provenance.period { (period.in_words()) ". " }
        @if let Some(day) = provenance.as_at { "As at " (day.in_words()) "." }
    }
}

/// Returns the table of a report, a page of lines at a time, and its files.
pub fn shown(look: &Look<'_>, sheet: Sheet, at: Option<Place>) -> Markup {
    let (sheet, pages) = table::paged(look, sheet, at);
    let links = |column: &_, row: &_, sheet: &_| figure_links(look, column, row, sheet);
    let is_whole = look.fields.has("columns");
    html! {
        (table::sheet(look, &sheet, Shown { links: Some(&links), is_whole, ..Shown::default() }))
        (pages)
        (files(look))
    }
}

/// Returns the sheet with the columns that the address names.
pub fn chosen(look: &Look<'_>, sheet: Sheet) -> Result<Sheet, Error> {
    let Some(names) = look.fields.get("columns") else { return Ok(sheet) };
    if names == "all" {
        return Ok(sheet.with_all_columns());
    }
    let wanted: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
    let known: Vec<&str> = sheet.columns.iter().map(|column| column.key).collect();
    let choices = format!("choose from: {}", known.join(", "));
    sheet.with_columns(&wanted).map_err(|given| {
        Error::refused("unknown-column", format!("there is no column `{given}`")).advice(choices)
    })
}

/// The formats of files, with their endings and media types.
pub const FORMATS: &[(Format, &str, &str, &str)] = &[
    (Format::Xlsx, "Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (Format::Csv, "CSV", "csv", "text/csv; charset=utf-8"),
    #[cfg(feature = "pdf")]
    (Format::Pdf, "PDF", "pdf", "application/pdf"),
    (Format::Docx, "Word", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (Format::Html, "HTML", "html", "text/html; charset=utf-8"),
    (Format::Json, "JSON", "json", JSON),
    (Format::Markdown, "Markdown", "md", "text/markdown; charset=utf-8"),
    (Format::Table, "Text", "txt", "text/plain; charset=utf-8"),
];

/// The width of a table as text.
pub const TEXT: Terminal = Terminal { width: 120, colour: false };

/// Returns the format that the address asks for; JSON where JSON is sent in place of the page.
pub fn format(look: &Look<'_>) -> Result<Option<(Format, &'static str, &'static str)>, Error> {
    if look.is_json {
        return Ok(Some((Format::Json, "json", JSON)));
    }
    let found = look.fields.word("format", FORMATS, |(format, ..)| format.word())?;
    Ok(found.map(|(format, _, ending, kind)| (format, ending, kind)))
}

/// Returns the file of what was made, if the address asks for one.
pub fn download(look: &Look<'_>, made: &Made, name: &str) -> Result<Option<Reply>, Trouble> {
    let Some((format, ending, kind)) = format(look)? else { return Ok(None) };
    let bytes = match format {
        Format::Json => made.json()?,
        _ => paper_rendered(&chosen(look, made.sheet()?)?.into(), format, TEXT, None)?,
    };
    Ok(Some(Reply::File(File { name: format!("{name}.{ending}"), kind, bytes })))
}

/// Returns links to the files of this page.
pub fn files(look: &Look<'_>) -> Markup {
    html! {
        p.files {
            "Download: "
            @for (number, (format, label, ..)) in FORMATS.iter().enumerate() {
                @if number > 0 { ", " }
                a href=(file_link(look, *format)) { (label) }
            }
            @if !look.fields.has("columns") {
                ". " a href=(look.again_with("columns", "all")) { "Show all columns" }
            } @else { ". " a href=(look.again_with("columns", "")) { "Show the usual columns" } }
        }
    }
}

fn file_link(look: &Look<'_>, format: Format) -> String {
    let own = ("format", format.word());
    address(&look.path, look.fields.without(&["format", "page"]).chain([own]))
}
