//! `almoner status`: a summary of the ledger.

mod year_end;

use almoner_app::attention::{Matter, MatterKind, matters};
use almoner_app::figures::{Days, PeriodChoice};
use almoner_app::narrative;
use almoner_app::people;
use almoner_app::shown::Status;
use almoner_app::year_end::YearEnd;
use almoner_ledger::authority::Authority;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::FinancialYear;
use almoner_ledger::calendar::moment_in_words;
use almoner_ledger::closed::{BankAtClose, ClosedMonths, Closing};
use almoner_ledger::reports::themes::ThemesRow;
use almoner_ledger::reports::{By, Query, ThemesReport, themes};
use almoner_papers::reports::fields::REMAINING;
use almoner_store::folder::strays;
use clap::Args;

use crate::context::Context;
use crate::output::OneOrJson;
use crate::place;
use crate::problem::Problem;
use crate::terminal::{notify, on_screen};
use almoner_papers::layout::wrapped;
use almoner_papers::render::table::table;
use almoner_papers::sheet::{Cell, Field, Kind, Row, Sheet, Style};

#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Financial year: 2015-16 [default: the current one]
    #[arg(long, value_name = "YEAR")]
    fy: Option<FinancialYear>,

    /// Show the steps to the year end and what is outstanding [default: the last completed year]
    #[arg(long)]
    year_end: bool,

    #[command(flatten)]
    output: OneOrJson,
}

const FIELDS: &[Field<ThemesRow>] = &[
    Field::new("fund", "Fund", Kind::Text, 0, |row| Cell::Text(row.name.clone())),
    Field::new("budget", "Budget", Kind::Money, 0, |row| match row.measures.budget.is_zero() {
        true => Cell::Text("not set".to_owned()),
        false => Cell::Money(row.measures.budget),
    }),
    Field::new("awarded", "Awarded", Kind::Money, 1, |row| Cell::Money(row.measures.awarded)),
    Field::new("paid", "Paid", Kind::Money, 0, |row| Cell::Money(row.measures.paid)),
    Field::new("expenditure", "Expenditure", Kind::Money, 1, |row| Cell::Money(row.measures.expenditure)),
    Field::new("committed", "Outstanding commitment", Kind::Money, 0, |row| {
        Cell::Money(row.measures.committed)
    }),
    Field::new("remaining", "Remaining", Kind::Money, 0, |row| Cell::money(row.measures.remaining)),
];

/// The columns that say something only where a budget is set: without one, the remaining column would only repeat
/// the expenditure.
const OF_BUDGETS: [&str; 2] = ["budget", "remaining"];

/// Shows the status.
pub fn run(args: StatusArgs, context: &Context) -> Result<(), Problem> {
    let ledger = context.open_read()?;
    if args.year_end {
        let today = context.actor.today;
        let year = args.fy.unwrap_or_else(|| YearEnd::usual_year(&ledger, today));
        let is_json = args.output.is_json();
        let named = if is_json { YearEnd::NAMED } else { NAMED };
        let steps = YearEnd::of(&ledger, Days { today, known: today }, year, named)?;
        return match is_json {
            true => context.print_bytes(&steps.json()?),
            false => context.print(&year_end::text(&steps, context)),
        };
    }
    if args.output.is_json() {
        let period = PeriodChoice { year: args.fy, ..PeriodChoice::default() };
        return context.print_bytes(&Status::of(&ledger, context.actor.today, period)?.json()?);
    }
    let year = args.fy.unwrap_or_else(|| context.actor.today.financial_year());
    let funds = themes(&ledger, &Query::of(year.range()).on(context.actor.today), By::Fund)?;
    let matters = matters(&ledger, &funds, context.actor.today, NAMED)?;
    let mut text = table(&sheet(&ledger, funds, year), context.terminal);
    text.push('\n');
    text.push_str(&attention_text(&matters, year, context));
    context.print(&text)?;
    place::note(&context.office.location);
    for stray in strays::list(&context.office.location) {
        notify(&format!("the ledger folder also contains {}", on_screen(&stray.words())));
    }
    Ok(())
}

fn sheet(books: &dyn Books, funds: ThemesReport, year: FinancialYear) -> Sheet {
    let reference = books.reference();
    let range = year.range();
    let has_budget = !funds.total.budget.is_zero();
    let no_budget = (!has_budget).then(|| format!("No budget is set for {year}."));
    let is_shown = |field: &&Field<ThemesRow>| has_budget || !OF_BUDGETS.contains(&field.column.key);
    let fields: Vec<&Field<ThemesRow>> = FIELDS.iter().filter(is_shown).collect();
    let row_of =
        |row: &ThemesRow, style| Row { cells: fields.iter().map(|field| (field.cell)(row)).collect(), style };
    let mut rows: Vec<Row> = funds.rows.iter().map(|row| row_of(row, Style::Normal)).collect();
    if let Some(row) = funds.rows.first() {
        let total = ThemesRow { name: "Total".to_owned(), measures: funds.total, ..row.clone() };
        rows.push(row_of(&total, Style::Total));
    }
    Sheet {
        title: reference.body_name().to_owned(),
        facts: vec![
            ("Ledger", format!("{} records, head {}", reference.records, books.head().hash.short())),
            ("Last recorded", moment_in_words(&reference.last_recorded)),
            ("Financial year", format!("{year}, {}", range.in_words())),
            ("Closed months", closed_months(&reference.closed)),
        ],
        columns: fields.iter().map(|field| field.column).collect(),
        rows,
        column_notes: vec![REMAINING],
        notes: no_budget
            .into_iter()
            .chain(explained(&reference.closed))
            .chain(segregation(&reference.authority).map(str::to_owned))
            .chain(people::only_signer(&reference.authority))
            .collect(),
        ..Sheet::default()
    }
}

/// Returns the closed months in words: `3 months, Jan 2015 to Mar 2015, 2 of them finally`.
fn closed_months(closed: &ClosedMonths) -> String {
    let months: Vec<&Closing> = closed.iter().collect();
    let final_months = months.iter().filter(|it| it.is_final).count();
    if let [only] = months.as_slice() {
        return format!("{}{}", only.month.in_words(), if final_months == 1 { ", finally" } else { "" });
    }
    // A month between two may be open.
    let runs = months.chunk_by(|one, other| one.month.next() == other.month);
    let runs = runs.filter_map(|run| {
        let (first, last) = (run.first()?.month.in_words(), run.last()?.month.in_words());
        Some(if run.len() == 1 { first } else { format!("{first} to {last}") })
    });
    let runs: Vec<String> = runs.collect();
    match (runs.is_empty(), final_months) {
        (true, _) => "none".to_owned(),
        (false, 0) => format!("{} months, {}", months.len(), runs.join(", ")),
        (false, _) => format!("{} months, {}, {final_months} of them finally", months.len(), runs.join(", ")),
    }
}

/// Warns when one user may record and approve everything.
fn segregation(authority: &Authority) -> Option<&'static str> {
    match (authority.is_open(), &authority.policy) {
        (true, _) => Some(
            "Segregation of duties: off. Anyone can record anything; set up users and a scheme of delegation \
             to change this.",
        ),
        (false, None) => Some(
            "Segregation of duties: off. Users can record whatever their roles allow without approval; set up a scheme of \
             delegation to change this.",
        ),
        (false, Some(_)) => None,
    }
}

/// The number of explanations shown, of the latest months.
const EXPLAINED: usize = 3;

/// Returns the explanations given when months were closed.
fn explained(closed: &ClosedMonths) -> Vec<String> {
    let explained = closed.iter().filter(|it| matches!(it.bank, BankAtClose::Explained { .. }));
    let notes =
        explained.map(|it| format!("{} closed: {}.", it.month.in_words(), narrative::bank_at_close(it)));
    let mut notes: Vec<String> = notes.collect();
    notes.split_off(notes.len().saturating_sub(EXPLAINED))
}

/// The number of cases named of each matter.
const NAMED: usize = 4;

fn attention_text(matters: &[Matter], year: FinancialYear, context: &Context) -> String {
    if matters.is_empty() {
        return "Nothing needs attention.\n".to_owned();
    }
    let widest = matters.iter().map(|matter| matter.count.to_string().len()).max().unwrap_or(1);
    let mut text = "Needs attention:\n".to_owned();
    for matter in matters {
        let first = format!("  {:>widest$}  ", matter.count);
        text.push_str(&wrapped(&first, &matter_words(matter), context.terminal.width));
        text.push_str(&format!(
            "{}see: {}\n",
            " ".repeat(first.len()),
            context.to_type(&command(matter.kind, year))
        ));
        if let Some(command) = matter.first.first().and_then(|case| command_that_states(matter.kind, case)) {
            text.push_str(&format!("{}then: {}\n", " ".repeat(first.len()), context.to_type(&command)));
        }
    }
    text
}

/// Returns the description of a matter with the first cases.
fn matter_words(matter: &Matter) -> String {
    let (what, named) = (matter.words(), matter.first.join(", "));
    let more = if matter.count > matter.first.len() { ", …" } else { "" };
    format!("{what}: {named}{more}")
}

/// Returns the command by which what is not stated of a case is stated later.
fn command_that_states(kind: MatterKind, case: &str) -> Option<String> {
    let option = match kind {
        MatterKind::PowerNotStated => "--power POWER",
        MatterKind::FundNotStated => "--fund FUND",
        MatterKind::ThemeNotStated => "--theme THEME",
        MatterKind::PeriodNotStated => "--period \"FROM to TO\"",
        MatterKind::DecisionNotStated => "--decision NUMBER",
        MatterKind::DecisionDateNotStated => return Some(format!("decision add {case} --date DATE")),
        MatterKind::ProposalPending
        | MatterKind::FundOverBudget
        | MatterKind::RecoveryDue
        | MatterKind::InstalmentOverdue
        | MatterKind::BalanceNotChained
        | MatterKind::StatementLineOpen
        | MatterKind::MonitoringOverdue
        | MatterKind::PaidBeforeAward
        | MatterKind::DuplicateConfirmed
        | MatterKind::DateAssumed
        | MatterKind::DecisionNumberMissing => return None,
    };
    Some(format!("state {case} {option}"))
}

/// Returns the command that lists the cases of a matter.
fn command(kind: MatterKind, year: FinancialYear) -> String {
    let fixed = match kind {
        MatterKind::FundOverBudget => return format!("report budget --fy {year}"),
        MatterKind::ProposalPending => "pending",
        MatterKind::InstalmentOverdue => "report commitments",
        MatterKind::BalanceNotChained => "report bank-reconciliation",
        MatterKind::StatementLineOpen => "reconcile",
        MatterKind::MonitoringOverdue => "report monitoring",
        MatterKind::PowerNotStated => "report grants --power not-stated",
        MatterKind::FundNotStated => "report grants --fund unstated",
        MatterKind::ThemeNotStated => "report grants --theme unallocated",
        MatterKind::RecoveryDue
        | MatterKind::PaidBeforeAward
        | MatterKind::PeriodNotStated
        | MatterKind::DecisionNotStated
        | MatterKind::DateAssumed => "report grants",
        MatterKind::DuplicateConfirmed => "log",
        MatterKind::DecisionNumberMissing | MatterKind::DecisionDateNotStated => "decision list",
    };
    fixed.to_owned()
}
