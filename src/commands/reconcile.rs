//! `almoner reconcile`: matches lines of a bank statement to payments, refunds and receipts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use almoner_app::error::Error;
use almoner_app::recording::Request;
use almoner_imports::{
    BalanceCheck, Basis, DAYS, Found, Kind, Open, SHIPPED, Statement, matched, open_at_bank, statement,
};
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Refusal, carry_out};
use almoner_ledger::money::Money;
use almoner_ledger::reconciliation::StatementLine;
use almoner_ledger::text::Text;
use almoner_store::LoggedBatch;
use clap::Args;

use super::cli::RecordingArgs;
use super::import::profile;
use super::import::rows::{ReadingArgs, confirmation, label, print_diagnostics, read_file, with_content};
use super::request;
use crate::context::Context;
use crate::problem::Problem;
use crate::terminal::on_screen;
use almoner_papers::layout::{Align, Columns, wrapped};

/// Returns what help says after the options: the columns, the profiles of statements, and examples.
fn after_help() -> String {
    let profiles: Vec<&str> =
        SHIPPED.iter().map(|(name, _)| *name).filter(|name| name.starts_with("statement-")).collect();
    format!(
        "Forms that need no profile: CAMT.053, MT940, and files with the columns date, text, amount and, optionally, \
        balance, account and reference, where receipts are positive. Profiles for bank statements: {}. \
        `almoner import --guess FILE` says which of them reads a file. OFX and QIF are not read: ask the bank for one of \
        the others.\n\n\
        Examples:\n  \
        almoner reconcile march.csv --profile statement-lloyds --dry-run\n  \
        almoner reconcile march.csv --profile statement-hsbc --account 12345678\n  \
        almoner reconcile march.xml --dry-run\n  \
        almoner reconcile march.csv --match 12=345 --match 14=346+347",
        profiles.join(", ")
    )
}

#[derive(Debug, Args)]
#[command(after_help = after_help())]
pub struct ReconcileArgs {
    /// Bank statement (- for standard input)
    file: PathBuf,

    #[command(flatten)]
    reading: ReadingArgs,

    /// Bank account, if the statement does not name it
    #[arg(long, value_name = "ACCOUNT", help_heading = "Reading the file")]
    account: Option<Text>,

    /// Maximum number of days between a payment and its date on the statement
    #[arg(long, value_name = "DAYS", default_value_t = DAYS, value_parser = clap::value_parser!(i64).range(0..=366))]
    days: i64,

    /// Match a row of the statement to these records
    #[arg(long = "match", value_name = "ROW=RECORD[+RECORD]", value_parser = parse_match)]
    matches: Vec<MatchArg>,

    /// Accept a running balance that does not agree
    #[arg(long)]
    ignore_balance: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// A match specified by the user.
#[derive(Clone, Debug)]
struct MatchArg {
    row: u64,
    records: Vec<u64>,
}

fn parse_match(text: &str) -> Result<MatchArg, String> {
    let invalid = || "enter a row and a record, as in 12=345, or 12=345+346 for several records".to_owned();
    let (row, records) = text.split_once('=').ok_or_else(invalid)?;
    let number = |text: &str| text.trim().parse::<u64>().map_err(|_| invalid());
    Ok(MatchArg { row: number(row)?, records: records.split('+').map(number).collect::<Result<_, _>>()? })
}

/// Reconciles the statement.
pub fn run(args: ReconcileArgs, context: Context) -> Result<(), Problem> {
    let profile = profile::load(&args.reading.profile, Kind::Statements)?;
    let file = read_file(Kind::Statements, &args.file, profile.as_ref(), &args.reading.layout.layout())?;
    let found = statement(&file, args.account.as_ref());
    let is_only_balance = file.diagnostics.is_empty() && found.balance == BalanceCheck::Disagrees;
    print_diagnostics(&found.diagnostics);
    if !(found.diagnostics.is_empty() || is_only_balance && args.ignore_balance) {
        let problem = Problem::refused("bad-file", format!("{} has errors; nothing reconciled", file.file));
        return Err(match is_only_balance {
            true => problem.hint("export the statement again, or add --ignore-balance"),
            false => problem.hint("correct the errors listed"),
        });
    }
    context.actor.recorder()?;
    let label = label("reconcile", &args.file);
    let requested = with_content(&context.requested, &file);
    let request = Request { post_to_closed: None, ..request(&context, &label, &args.recording) };
    let request = Request { requested: Some(&requested), ..request };
    let recorded = context.office.record_checked(
        &context.actor,
        request,
        |ledger, draft| decide(&args, &found, ledger, draft),
        |(open, matches), _| {
            context.print(&summary_text(&file.file, &found, &matches, &open, context.terminal.width))?;
            Ok(Done)
        },
    )?;
    context.print(&match recorded.numbers {
        None => "Nothing new to reconcile.\n".to_owned(),
        Some(numbers) if recorded.dry_run => {
            format!("Would be recorded as {numbers}.\nDry run: nothing recorded.\n")
        }
        Some(numbers) => confirmation(&numbers, &recorded),
    })
}

/// A recording of which nothing but the numbers is needed.
struct Done;

impl From<LoggedBatch> for Done {
    fn from(_: LoggedBatch) -> Done {
        Done
    }
}

/// Matches each line of the statement to the open items of the books, and records it in a draft.
fn decide(
    args: &ReconcileArgs,
    found: &Statement,
    books: &dyn Books,
    draft: &mut Draft<'_>,
) -> Result<(Vec<Open>, Vec<Found>), Problem> {
    let open = open_at_bank(books)?;
    let lines: Vec<StatementLine> = found.lines.iter().map(|(_, line)| line.clone()).collect();
    let specified = positions(&args.matches, found, &open)?;
    let matches = matched(books, &lines, &open, &specified, args.days)?;
    for ((row, line), found) in found.lines.iter().zip(&matches) {
        let Found::Matched(places, _) = found else { continue };
        let records =
            places.iter().filter_map(|place| open.get(*place)).map(|item| item.at.clone()).collect();
        let command = Command::Reconcile { line: line.clone(), records };
        // A reversed match that is found again is recorded again.
        let options = Options { record_reversed: true, ..Options::default() };
        carry_out(draft, &command, options).map_err(|refusal| in_row(*row, refusal))?;
    }
    Ok((open, matches))
}

fn in_row(row: u64, refusal: Refusal) -> Problem {
    let error = Error::from(refusal);
    Error { message: format!("row {row} of the statement: {error}"), ..error }.into()
}

/// Converts the matches specified to positions of lines and open items.
fn positions(
    matches: &[MatchArg],
    statement: &Statement,
    open: &[Open],
) -> Result<BTreeMap<usize, Vec<usize>>, Problem> {
    let mut places = BTreeMap::new();
    for MatchArg { row, records } in matches {
        let line = statement.lines.iter().position(|(number, _)| number == row).ok_or_else(|| {
            Problem::refused("unknown-row", format!("the statement has no transaction in row {row}"))
                .hint("use the row number shown when the file is opened in a spreadsheet")
        })?;
        let mut of_line = Vec::new();
        for record in records {
            let place = open.iter().position(|item| item.at.record == *record).ok_or_else(|| {
                let what = format!("record {record} is not an unreconciled payment, refund or receipt");
                Problem::refused("not-open", what).hint(format!("view it with `almoner show {record}`"))
            })?;
            of_line.push(place);
        }
        places.insert(line, of_line);
    }
    Ok(places)
}

/// Maximum number of lines listed of each kind.
const LISTED: usize = 200;

/// Returns the summary of the reconciliation.
fn summary_text(file: &str, statement: &Statement, matches: &[Found], open: &[Open], width: usize) -> String {
    let lines = || statement.lines.iter().zip(matches);
    let matched_now = lines().filter(|(_, found)| matches!(found, Found::Matched(..)));
    let mut text = wrapped("", &format!("Bank statement {}", on_screen(file)), width);
    text.push_str(&match statement.balance {
        BalanceCheck::NoBalances => "  No running balance to check\n".to_owned(),
        BalanceCheck::AllAgree { accounts } => format!("  Balances of all {accounts} accounts agree\n"),
        BalanceCheck::Disagrees => "  Running balance does not agree\n".to_owned(),
        BalanceCheck::Agrees { opening, closing } => {
            format!("  Running balance agrees, from {} to {}\n", opening.grouped(), closing.grouped())
        }
    });
    let mut columns =
        Columns::new(vec![("", Align::Left), ("lines", Align::Right), ("amount", Align::Right)]);
    let mut line = |name: &str, of: &dyn Fn(&Found) -> bool| {
        let amounts: Vec<Money> =
            lines().filter(|(_, found)| of(found)).map(|((_, line), _)| line.amount).collect();
        let sum = Money::sum(amounts.iter().copied()).map_or("too large".to_owned(), Money::grouped);
        columns.row(vec![name.to_owned(), amounts.len().to_string(), sum]);
    };
    line("already reconciled", &|found| *found == Found::AlreadyReconciled);
    line("matched", &|found| matches!(found, Found::Matched(..)));
    line("not in the books", &|found| matches!(found, Found::Unmatched(_)));
    let all = Money::sum(statement.lines.iter().map(|(_, line)| line.amount));
    columns.totals(vec![
        "on the statement".to_owned(),
        statement.lines.len().to_string(),
        all.map_or("too large".to_owned(), Money::grouped),
    ]);
    text.push_str(&columns.render("  ", width));
    text.push_str(&listed(
        "Matched",
        matched_now.map(|((row, line), found)| matched_words(*row, line, found, open)),
        width,
    ));
    let not_found = lines().filter_map(|((row, line), found)| match found {
        Found::Unmatched(candidates) => Some(unmatched_words(*row, line, candidates, open)),
        _ => None,
    });
    text.push_str(&listed("On the statement but not in the books", not_found, width));
    let taken: BTreeSet<usize> = matches
        .iter()
        .filter_map(|found| if let Found::Matched(places, _) = found { Some(places) } else { None })
        .flatten()
        .copied()
        .collect();
    let days = || statement.lines.iter().map(|(_, line)| line.date);
    let (first, last) = (days().min(), days().max());
    let ours = open.iter().enumerate().filter(|(place, item)| {
        !taken.contains(place) && first <= Some(item.date) && Some(item.date) <= last
    });
    let ours = ours.map(|(_, item)| item_words(item));
    text.push_str(&listed("In the books for these dates but not on the statement", ours, width));
    text
}

fn item_words(item: &Open) -> String {
    format!(
        "record {} of {}: {} {}",
        item.at.record,
        item.date.in_words(),
        item.amount.grouped(),
        on_screen(&item.what)
    )
}

fn line_words(row: u64, line: &StatementLine) -> String {
    format!(
        "row {row} of {}: {} {}",
        line.date.in_words(),
        line.amount.grouped(),
        on_screen(line.text.as_str())
    )
}

fn matched_words(row: u64, line: &StatementLine, found: &Found, open: &[Open]) -> String {
    let Found::Matched(places, basis) = found else { return String::new() };
    let items: Vec<String> = places.iter().filter_map(|it| open.get(*it)).map(item_words).collect();
    let basis: &Basis = basis;
    format!("{} = {} ({})", line_words(row, line), items.join(" + "), basis.words())
}

fn unmatched_words(row: u64, line: &StatementLine, candidates: &[usize], open: &[Open]) -> String {
    let items: Vec<String> =
        candidates.iter().filter_map(|it| open.get(*it)).take(3).map(item_words).collect();
    match items.is_empty() {
        true => line_words(row, line),
        false => {
            format!(
                "{}; possibly {}: confirm with --match {row}=RECORD",
                line_words(row, line),
                items.join(", or ")
            )
        }
    }
}

/// Returns a heading with lines, or nothing if there are none.
fn listed(what: &str, lines: impl Iterator<Item = String>, width: usize) -> String {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return String::new();
    }
    let mut text = format!("{what} ({}):\n", lines.len());
    lines.iter().take(LISTED).for_each(|line| text.push_str(&wrapped("  ", line, width)));
    if lines.len() > LISTED {
        text.push_str(&format!("  and {} more\n", lines.len() - LISTED));
    }
    text
}
