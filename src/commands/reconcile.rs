//! `almoner reconcile`: records bank statements, and matches their lines to payments, refunds and receipts.

mod summary;

use std::path::{Path, PathBuf};

use almoner_app::importing::with_content;
use almoner_app::reconciling::{Reconciling, reconcile};
use almoner_app::recording::Request;
use almoner_imports::{
    BankStatements, DAYS, Kind, LineDecision, LineOutcome, MOST_DAYS, NotADecision, ReadFile, SHIPPED,
    bank_statements, decisions, explanation, line_names, records_and_rest,
};
use almoner_ledger::book::Draft;
use almoner_ledger::text::Text;
use almoner_store::LoggedBatch;
use clap::Args;

use super::cli::RecordingArgs;
use super::import::profile;
use super::import::rows::{ReadingArgs, confirmation, label, print_diagnostics, read_file};
use super::request;
use crate::context::Context;
use crate::problem::Problem;

/// Returns what help says after the options: the columns, the profiles of statements, and examples.
fn after_help() -> String {
    let profiles: Vec<&str> =
        SHIPPED.iter().map(|(name, _)| *name).filter(|name| name.starts_with("statement-")).collect();
    format!(
        "A line is matched only if its amount agrees, its text identifies the payment (by the number of the award or a \
        decision, by the payment's reference, or by naming its recipient and no other), and only one match is \
        possible. Other possible matches are listed, to be confirmed with --match.\n\n\
        Formats that need no profile: CAMT.053, MT940, and files with the columns date, text, amount and, optionally, \
        balance, account and reference, where receipts are positive. Profiles for bank statements: {}. \
        `almoner import --guess FILE` says which profile fits a file. OFX and QIF are not supported: ask the bank for \
        another format.\n\n\
        A CSV file of decisions can match or explain statement lines. The column `line` (or `date`, `amount` and \
        `text`) \
        identifies the line. Fill in either `records`, with `rest` for any amount that is not in these books, or `explained` \
        (charge, interest or not-a-grant). The column `reason` gives the reason. The same file can be used again: what is \
        already recorded is left as it is.\n\n\
        Examples:\n  \
        almoner reconcile march.csv --profile statement-lloyds --dry-run\n  \
        almoner reconcile march.csv --profile statement-hsbc --account 12345678\n  \
        almoner reconcile march.xml --dry-run\n  \
        almoner reconcile march.csv --match 12=345 --match 14+15=346\n  \
        almoner reconcile march.csv --match \"16=347+348+rest:76812.50:Suppliers\"\n  \
        almoner reconcile march.csv --explain \"3=charge: March fee\"\n  \
        almoner reconcile --match 40.3=351",
        profiles.join(", ")
    )
}

#[derive(Debug, Args)]
#[command(
    long_about = "Record a bank statement and reconcile its lines\n\n\
    Records the statement with its balances and every line, matches lines to payments, refunds and receipts, and lists the lines that remain open, with suggestions. Statements may overlap: a line is recorded once. Without a file, the open lines of \
    the statements in the books are matched.",
    after_help = after_help()
)]
pub struct ReconcileArgs {
    /// Bank statement (- for standard input) [default: the open lines of recorded statements]
    file: Option<PathBuf>,

    #[command(flatten)]
    reading: ReadingArgs,

    /// Bank account, if the statement does not name it
    #[arg(long, value_name = "ACCOUNT", help_heading = "Reading the file")]
    account: Option<Text>,

    /// Maximum days between a payment's date and its date on the statement
    #[arg(long, value_name = "DAYS", default_value_t = DAYS, value_parser = clap::value_parser!(i64).range(0..=MOST_DAYS))]
    days: i64,

    /// Match rows, or lines of recorded statements, to records
    #[arg(
        long = "match",
        value_name = "LINE[+LINE]=RECORD[+RECORD][+rest:AMOUNT[:REASON]]",
        value_parser = parse_match
    )]
    matches: Vec<LineDecision>,

    /// Explain a line that is not in these books
    #[arg(long = "explain", value_name = "LINE=KIND:REASON", value_parser = parse_explanation)]
    explanations: Vec<LineDecision>,

    /// File that matches or explains statement lines
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,

    /// Accept a running balance that does not agree
    #[arg(long)]
    ignore_balance: bool,

    /// Confirm that the bank account is a new one
    #[arg(long)]
    new_account: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

fn parse_match(text: &str) -> Result<LineDecision, String> {
    parsed(
        text,
        records_and_rest,
        "enter a row and a record, as in 12=345, or 12=345+346 for several records",
    )
}

fn parse_explanation(text: &str) -> Result<LineDecision, String> {
    parsed(
        text,
        explanation,
        "enter the row number, what the line is and an explanation, as in \"3=charge: March fee\"",
    )
}

fn parsed(
    text: &str,
    outcome: fn(&str) -> Result<LineOutcome, NotADecision>,
    hint: &str,
) -> Result<LineDecision, String> {
    let (lines, decided) = text.split_once('=').ok_or(hint)?;
    let said = |error: NotADecision| format!("{error}: {}", error.hint);
    Ok(LineDecision { lines: line_names(lines).map_err(said)?, outcome: outcome(decided).map_err(said)? })
}

/// Reconciles the statement.
pub fn run(args: ReconcileArgs, context: Context) -> Result<(), Problem> {
    let (file, read) = match &args.file {
        Some(path) => {
            let (file, read) = read_statements(&args, path)?;
            (Some(file), read)
        }
        None => (None, BankStatements::default()),
    };
    let mut decisions = args.matches.clone();
    decisions.extend(args.explanations.iter().cloned());
    if let Some(path) = &args.decisions {
        decisions.extend(read_decisions(path)?);
    }
    let are_trusted = read.breaks.is_empty();
    let given = Reconciling {
        statements: read.statements,
        account: args.account.clone(),
        decisions,
        days: args.days,
        is_new_account: args.new_account,
        suggested: Some(summary::LISTED),
        only_decided: false,
    };
    context.actor.recorder()?;
    let label = args.file.as_deref().map_or_else(|| "reconcile".to_owned(), |path| label("reconcile", path));
    let requested = file.as_ref().map(|file| with_content(&context.requested, file));
    let request = Request { post_to_closed: None, ..request(&context, &label, &args.recording) };
    let request = match &requested {
        Some(requested) => Request { requested: Some(requested), ..request },
        None => request,
    };
    let name = file.as_ref().map(|file| file.file.as_str());
    let recorded = context.office.record_checked(
        &context.actor,
        request,
        |_, draft: &mut Draft<'_>| reconcile(draft, &given).map_err(Problem::from),
        |reconciliation, _| {
            context.print(&summary::text(name, are_trusted, &reconciliation, context.terminal.width))?;
            Ok(Done)
        },
    )?;
    context.print(&match recorded.numbers {
        None => "Nothing new to reconcile.\n".to_owned(),
        Some(numbers) if recorded.dry_run => {
            format!("Would be recorded as {numbers}.\nDry run: nothing recorded.\n")
        }
        Some(numbers) => confirmation(&numbers, &recorded, &context),
    })
}

/// Reads the statements of a file, whose balances must agree unless that is to be ignored.
fn read_statements(args: &ReconcileArgs, path: &Path) -> Result<(ReadFile, BankStatements), Problem> {
    let profile = profile::load(&args.reading.profile, Kind::Statements)?;
    let file = read_file(Kind::Statements, path, profile.as_ref(), &args.reading.layout.layout())?;
    let read = bank_statements(&file);
    let is_only_balance = read.diagnostics.is_empty() && !read.breaks.is_empty();
    print_diagnostics(&read.diagnostics);
    print_diagnostics(&read.breaks);
    if read.diagnostics.is_empty() && (read.breaks.is_empty() || args.ignore_balance) {
        return Ok((file, read));
    }
    let problem = Problem::refused("bad-file", format!("{} has errors; nothing reconciled", file.file));
    Err(match is_only_balance {
        true => problem.hint("export the statement again, or add --ignore-balance"),
        false => problem.hint("correct the errors listed"),
    })
}

fn read_decisions(path: &Path) -> Result<Vec<LineDecision>, Problem> {
    let name = path.to_string_lossy();
    let file = std::fs::File::open(path).map_err(|error| Problem::unreadable(&name, &error))?;
    let read = decisions(file).map_err(|error| {
        let problem = Problem::refused(error.code, format!("{name}: {}", error.message));
        problem.hint(crate::remedies::of_file(&error.next))
    })?;
    let mut found = Vec::with_capacity(read.len());
    for (nth, decision) in (1..).zip(read) {
        found.push(decision.map_err(|error| {
            Problem::refused("not-a-decision", format!("{name}, entry {nth}: {error}")).hint(error.hint)
        })?);
    }
    Ok(found)
}

/// A recording of which nothing but the numbers is needed.
struct Done;

impl From<LoggedBatch> for Done {
    fn from(_: LoggedBatch) -> Done {
        Done
    }
}
