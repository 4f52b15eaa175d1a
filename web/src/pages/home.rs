//! The home page: how we are placed, what needs doing, and where the money goes.

use almoner_app::attention::{Matter, MatterKind, matters};
use almoner_app::figures::{Days, Narrowing, PeriodChoice, Report, Scope};
use almoner_app::shown::Status;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, FinancialYear};
use almoner_ledger::money::Money;
use almoner_ledger::reports::{By, Every, Measures, Published, Query, ThemesReport};
use almoner_papers::sheet::{Row, Sheet};
use almoner_store::folder::{Access, strays};
use maud::{Markup, html};

use super::actions::actions;
use super::links::figure_links;
use super::options::years;
use crate::frame::{Page, Section, rest_of_address};
use crate::look::{Look, Trouble};
use crate::machine::made;
use crate::reply::Reply;
use crate::write::table::{self, Shown};
use crate::write::{Headline, headlines, pounds};

/// The number of cases named of each matter.
const NAMED: usize = 3;
/// The width of a table beside what needs doing, in characters.
const NARROW: usize = 86;
/// The columns that make room for those of the budget.
const OF_NO_BUDGET: &[&str] =
    &["objective", "awarded", "reduced", "paid", "committed", "prepayments", "accruals"];
/// The length of the bar, in units of the drawing.
const BAR: i64 = 1_000;

/// Shows the home page.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    let chosen = look.fields.period(look.actor.today)?;
    if look.is_json {
        look.for_the_office()?;
        return look
            .read(Access::Read, |books, days| Ok(made(Status::of(books, days.known, chosen)?.json()?)));
    }
    look.read(Access::Read, |books, days| {
        let year = chosen.year().unwrap_or_else(|| year_of_figures(books, days.known));
        let period = PeriodChoice { year: Some(year), as_at: chosen.as_at, ..PeriodChoice::default() };
        let query = period.query(days)?;
        let scope = Scope { period, narrowing: Narrowing::default() };
        let by = |by| Report::Themes { by, chart: false, scope: scope.clone() };
        let themes = grouped(by(By::Theme).run(books, days)?.sheet()?);
        let by_fund = by(By::Fund).run(books, days)?;
        let funds = by_fund.report::<ThemesReport>()?;
        let by_fund = by_fund.sheet()?;
        let has_budget = !funds.total.budget.is_zero();
        let of_budget = |sheet: Sheet| {
            if !has_budget {
                return sheet;
            }
            let wanted = sheet.columns.iter().map(|column| column.key);
            let wanted = wanted.filter(|key| !OF_NO_BUDGET.contains(key)).map(str::to_owned);
            // Its own columns are known.
            sheet.clone().with_columns(&wanted.collect::<Vec<_>>()).unwrap_or(sheet)
        };
        let (themes, by_fund) = (of_budget(themes), of_budget(by_fund));
        let months = Report::Periods { every: Every::Month, chart: true, scope: scope.clone() };
        let months = months.run(books, days)?.sheet()?;
        let links = |column: &_, row: &_, sheet: &_| figure_links(look, column, row, sheet);
        let narrow = |caption| Shown {
            links: Some(&links), caption: Some(caption), is_bare: true, is_short: true, width: Some(NARROW), ..Shown::default()
        };
        let matters = if look.sees_office() { matters(books, funds, days.today, NAMED)? } else { Vec::new() };
        let strays = if look.sees_office() { strays::list(&look.site.office.location) } else { Vec::new() };
        let body = html! {
            (headlines(&figures(look, &funds.total, &query, has_budget)))
            @if has_budget { (meter(&funds.total)?) }
            (actions(look, "Record in the ledger", &[
                ("Record award", look.link("/record/award")),
                ("Find a grant to pay", look.link("/grants")),
                ("Record money from a funder", look.link("/record/funding")),
                ("Record decision", look.link("/record/decision")),
                ("Add recipient", look.link("/record/recipient")),
                ("Set budget", look.link("/record/budget")),
                ("Close a month", look.link("/record/close")),
                ("Reopen a month", look.link("/record/reopen")),
            ]))
            div class={ "cols" @if look.sees_office() { " two" } } {
                @if look.sees_office() {
                    section.card aria-labelledby="doing" {
                        h2 #doing { "Needs attention" }
                        (todo(look, &matters, year))
                        p.more-link { a href=(look.link_with("/year-end", &[("fy", &year.to_string())])) { "Steps to the year end" } }
                        @for stray in &strays { p.hint { "Also in the ledger folder: " (stray.words()) "." } }
                    }
                }
                section.card aria-labelledby="money" {
                    h2 #money { "Spending by theme and fund" }
                    (table::sheet(look, &themes, narrow("By theme")))
                    (table::sheet(look, &by_fund, narrow("By fund")))
                    p.more-link { a href=(look.link_with("/reports/themes", &[("fy", &year.to_string())])) { "All figures of " (year) } }
                }
            }
            section.card aria-labelledby="months" {
                h2 #months { "By month" }
                @for chart in &months.charts { (almoner_papers::render::html::figure(chart, &months, "months-chart")) }
                p.more-link { a href=(look.link_with("/reports/periods", &[("fy", &year.to_string())])) { "The same figures as a table" } }
            }
        };
        let title = format!("{year} to {}", query.as_at().in_words());
        Ok(Page::new(Section::Home, title, body).lead(choice(look, books, year, query.as_at(), days)).into())
    })
}

/// Returns the current year, or the nearest one that has figures.
fn year_of_figures(books: &dyn Books, today: Date) -> FinancialYear {
    let years = || books.totals().iter().map(|(_, month, _)| month.financial_year());
    let year = today.financial_year();
    match (years().min(), years().max()) {
        (Some(first), _) if year < first => first,
        (_, Some(last)) if year > last => last,
        _ => year,
    }
}

/// Returns the choice of another year.
fn choice(look: &Look<'_>, books: &Published<'_>, year: FinancialYear, as_at: Date, days: Days) -> Markup {
    let current = days.known.financial_year();
    let is_chosen = look.fields.has("fy") || look.fields.has("as_at");
    html! {
        @if year != current && !is_chosen { "Nothing is recorded for " (current) ". " }
        form.inline method="get" action="/" {
            (rest_of_address(look, &["fy", "as_at"]))
            label for="field-fy" { "Year" } " "
            select #field-fy name="fy" {
                @for (value, label) in years(books, days.today) { option value=(value) selected[value == year.to_string()] { (label) } }
            }
            " " label for="field-as_at" { "as at" } " "
            input.date #field-as_at name="as_at" value=(look.fields.text("as_at")) placeholder=(as_at.in_words()) autocomplete="off";
            " " button.quiet.small { "Show" }
        }
    }
}

fn figures(look: &Look<'_>, total: &Measures, query: &Query, has_budget: bool) -> Vec<Headline> {
    let (from, to) = (query.range.from().to_string(), query.range.to().to_string());
    let as_at = query.as_at().to_string();
    let link =
        |column: &str| {
            Some(look.link_with(
                "/figures",
                &[("column", column), ("from", &from), ("to", &to), ("as_at", &as_at)],
            ))
        };
    let committed = || html! { "outstanding commitment " (pounds(total.committed)) };
    let mut all = Vec::new();
    match has_budget {
        true => {
            all.push(Headline::money("Annual budget", total.budget, link("budget")));
            all.push(
                Headline::money("Expenditure to date", total.expenditure, link("expenditure"))
                    .note(html! { "paid " (pounds(total.paid)) }),
            );
            if let Some(still) = total.still_to_recognise {
                all.push(
                    Headline::money("Still to recognise", still, link("still_to_recognise"))
                        .note(committed()),
                );
            }
            if let Some(remaining) = total.remaining {
                all.push(
                    Headline::money("Remaining", remaining, link("remaining"))
                        .note(html! { "budget less expenditure and amounts still to recognise" }),
                );
            }
        }
        false => {
            all.push(
                Headline::money("Awarded", total.awarded, link("awarded")).note(html! { "no budget is set" }),
            );
            all.push(Headline::money("Paid", total.paid, link("paid")));
            all.push(Headline::money("Expenditure to date", total.expenditure, link("expenditure")));
            all.push(
                Headline::money("Outstanding commitment", total.committed, link("committed"))
                    .note(html! { "awarded and not yet paid" }),
            );
        }
    }
    all
}

/// Returns the bar of a budget: expenditure, what is still to recognise, what remains.
fn meter(total: &Measures) -> Result<Markup, Trouble> {
    let still = total.still_to_recognise.unwrap_or_default();
    let whole = total.budget.max(total.expenditure.plus(still)?);
    let length = |amount: Money| -> i64 {
        let (part, whole) = (i128::from(amount.max(Money::ZERO).pence()), i128::from(whole.pence()).max(1));
        i64::try_from(part * i128::from(BAR) / whole).unwrap_or(BAR).min(BAR)
    };
    let (spent, still_length) = (length(total.expenditure), length(still));
    let remaining = total.remaining.unwrap_or_default();
    let words = format!(
        "Of {}: expenditure {}, still to recognise {}, remaining {}",
        pounds(total.budget),
        pounds(total.expenditure),
        pounds(still),
        pounds(remaining)
    );
    Ok(html! {
        svg.meter viewBox={ "0 0 " (BAR) " 10" } preserveAspectRatio="none" role="img" aria-label=(words) {
            rect.b3 x="0" y="0" width=(BAR) height="10" {}
            rect.b1 x="0" y="0" width=(spent) height="10" {}
            rect.b2 x=(spent) y="0" width=(still_length) height="10" {}
        }
        p.key aria-hidden="true" {
            span { b.b1 {} "Expenditure" } span { b.b2 {} "Still to recognise" } span { b.b3 {} "Remaining" }
        }
    })
}

/// Returns the lines of themes under the headings of their objectives.
fn grouped(mut sheet: Sheet) -> Sheet {
    let Some(at) = sheet.columns.iter().position(|column| column.key == "objective") else { return sheet };
    let objective =
        |row: &Row| row.cells.get(at).map(almoner_papers::sheet::Cell::on_paper).unwrap_or_default();
    let (mut lines, rest): (Vec<Row>, Vec<Row>) =
        sheet.rows.into_iter().partition(|row| row.style == almoner_papers::sheet::Style::Normal);
    // What is under no objective comes last.
    lines.sort_by_key(|row| (objective(row) == "not stated", objective(row)));
    sheet.rows = Vec::new();
    for group in lines.chunk_by(|one, next| objective(one) == objective(next)) {
        let heading = group.first().map(objective).unwrap_or_default();
        let heading = if heading == "not stated" { "No objective stated".to_owned() } else { heading };
        sheet.rows.push(Row::heading(heading));
        sheet.rows.extend_from_slice(group);
    }
    sheet.rows.extend(rest);
    sheet.off_paper(&["objective"])
}

/// Returns what needs doing, the most urgent first.
fn todo(look: &Look<'_>, matters: &[Matter], year: FinancialYear) -> Markup {
    html! {
        @if matters.is_empty() { p.none { "Nothing needs attention." } }
        @else {
            ul.todo {
                @for matter in matters {
                    @let (class, path, label) = place(matter.kind, year);
                    li {
                        span class={ "n " (class) } { (almoner_ledger::money::grouped(&matter.count.to_string())) }
                        p {
                            (matter.words())
                            br;
                            span.why {
                                (matter.first.join(", "))
                                @if matter.count > matter.first.len() { " …" }
                            }
                        }
                        a.button.quiet.small href=(look.link_with(path.0, path.1.as_slice().iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>().as_slice())) {
                            (label) span.unseen { ": " (matter.words()) }
                        }
                    }
                }
            }
        }
    }
}

/// A path with its fields.
type Place = (&'static str, Vec<(&'static str, String)>);

/// Returns the colour of a matter, where its cases are listed, and what its button says.
fn place(kind: MatterKind, year: FinancialYear) -> (&'static str, Place, &'static str) {
    let fy = || vec![("fy", year.to_string())];
    match kind {
        MatterKind::ProposalPending => ("bad", ("/approvals", Vec::new()), "Review"),
        MatterKind::FundOverBudget => ("bad", ("/budgets", fy()), "Open"),
        MatterKind::RecoveryDue => ("bad", ("/grants", Vec::new()), "Open"),
        MatterKind::InstalmentOverdue => ("bad", ("/reports/commitments", fy()), "Open"),
        MatterKind::BalanceNotChained => ("bad", ("/bank", Vec::new()), "Open"),
        MatterKind::StatementLineOpen => ("warn", ("/bank", Vec::new()), "Open"),
        MatterKind::MonitoringOverdue => ("warn", ("/monitoring", Vec::new()), "Open"),
        MatterKind::PaidBeforeAward => ("warn", ("/grants", Vec::new()), "Open"),
        MatterKind::PowerNotStated => {
            ("", ("/reports/grants", vec![("power", "not-stated".to_owned())]), "List")
        }
        MatterKind::FundNotStated => ("", ("/reports/grants", vec![("fund", "unstated".to_owned())]), "List"),
        MatterKind::ThemeNotStated => {
            ("", ("/reports/grants", vec![("theme", "unallocated".to_owned())]), "List")
        }
        MatterKind::PeriodNotStated | MatterKind::DecisionNotStated | MatterKind::DateAssumed => {
            ("", ("/reports/not-stated", Vec::new()), "List")
        }
        MatterKind::DuplicateConfirmed => ("", ("/log", Vec::new()), "List"),
        MatterKind::DecisionNumberMissing | MatterKind::DecisionDateNotStated => {
            ("", ("/decisions", Vec::new()), "List")
        }
    }
}
