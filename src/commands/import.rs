//! `almoner import`: records what is in a file from elsewhere, all of it or nothing.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use almoner_imports::{Kind, Plan, ReadFile, Tally, plan, read};
use almoner_ledger::book::{Batch, BooksError, Draft};
use almoner_ledger::command::Options;
use almoner_ledger::store::folder::{Access, Ledger};
use almoner_ledger::store::{Appended, BatchLabel, Store, StoreError};
use almoner_ledger::text::Text;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::cli::RecordingArgs;
use crate::context::{Context, notify};
use crate::layout::{Align, Columns, wrapped};
use crate::problem::{Problem, on_screen};
use crate::progress::with_progress;

/// Record what is in a CSV file: all of it, or nothing if anything is wrong with it
///
/// The first row names the columns, in any order; those with ? may be absent, or blank: not stated. The
/// same file may be imported again: what is recorded already is not recorded twice.
#[derive(Debug, Args)]
#[command(after_help = "Columns:\n  \
    awards      decision, decided, recipient, amount, purpose, theme, fund?, power?, from?, to?, id?,\n              \
                recipient_id?, conditions?, reasons?, confidential?\n  \
    payments    award, date, amount, reference?           (money back has a minus)\n  \
    repurposes  award, decision, date, purpose, theme, include_charged?\n  \
    decisions   decision, date?, title, summary?, kind?, confidential?\n  \
    budgets     fund, theme, year, amount\n  \
    recipients  recipient, id?, identifiers?              (several: GB-CHC-1234567;GB-COH-01234567)\n\n\
    Examples:\n  \
    almoner import awards awards.csv --dry-run --add-missing\n  \
    almoner import payments march.csv")]
pub struct ImportArgs {
    /// What its rows are: awards, payments, repurposes, decisions, budgets or recipients
    #[arg(value_name = "KIND", hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(Kind::ALL.map(Kind::word)).try_map(kind))]
    kind: Kind,

    /// The file, CSV in UTF-8; - is the standard input
    file: PathBuf,

    /// How the file is to be read
    #[arg(long, value_name = "PROFILE", default_value = CANONICAL)]
    profile: String,

    /// Add recipients, themes and funds that the ledger does not know yet
    #[arg(long, help_heading = "Recording")]
    add_missing: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// The profile of files that have almoner's own columns.
const CANONICAL: &str = "canonical";

fn kind(word: String) -> Result<Kind, String> {
    Kind::parse(&word).ok_or(word)
}

/// How often a file is decided anew when others record at the same time.
const RETRIES: usize = 3;
/// How many things that are wrong are listed.
const LISTED: usize = 100;
/// How many names of what is new are listed.
const NAMED: usize = 20;

/// Imports the file.
pub fn run(args: ImportArgs, context: Context) -> Result<(), Problem> {
    if args.profile != CANONICAL {
        let message =
            format!("there is no profile `{}`: this version reads almoner's own columns only", args.profile);
        return Err(Problem::refused("unknown-profile", message).hint("leave out --profile"));
    }
    let context = context.recorded_by(args.recording.by.as_ref());
    let file = read_file(args.kind, &args.file)?;
    let label = label(args.kind, &args.file);
    let mut retries = 0;
    loop {
        let Decided { mut ledger, plan, batch } = decide(&args, &context, &file)?;
        let width = context.terminal.width;
        if !plan.diagnostics.is_empty() {
            if plan.rows_read().rows > 0 {
                context.print(&summary(&file, &plan, width))?;
            }
            return Err(wrong(&file, &plan));
        }
        let summary = summary(&file, &plan, width);
        let (Some(first), Some(last)) = (batch.records.first(), batch.records.last()) else {
            let nothing = "Nothing new: there is nothing in the file that is not recorded already.\n";
            return context.print(&format!("{summary}{nothing}{}", dry(&args)));
        };
        let numbers = match (first.number, last.number) {
            (first, last) if first == last => format!("record {first}"),
            (first, last) => format!("records {first} to {last}"),
        };
        if args.recording.dry_run {
            let changes = changes(&plan, &numbers, width);
            return context.print(&format!("{summary}{changes}{}", dry(&args)));
        }
        let head = match ledger.append(BatchLabel { label: &label, key: None }, batch) {
            Ok(Appended::Now(head) | Appended::Before(head)) => head,
            Err(StoreError::HeadMoved { .. }) if retries < RETRIES => {
                retries += 1;
                continue;
            }
            Err(StoreError::Recorded { head }) => {
                notify(&StoreError::Recorded { head }.to_string());
                head
            }
            Err(error) => return Err(error.into()),
        };
        let recorded = format!("Recorded {numbers} by {}, head {}\n", context.by, head.hash.short());
        return context.print(&format!("{summary}{recorded}"));
    }
}

fn read_file(kind: Kind, path: &Path) -> Result<ReadFile, Problem> {
    if path == Path::new("-") {
        return Ok(read(kind, "standard input", std::io::stdin().lock()));
    }
    let name = path.to_string_lossy();
    let file = File::open(path).map_err(|error| {
        Problem::file(&format!("{name} cannot be read"), &error).hint("check the file's name and folder")
    })?;
    Ok(read(kind, &name, file))
}

/// What the batch is called in the journal, for ever: the file by its name, its folder left out.
fn label(kind: Kind, path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = if name == "-" { "from standard input".into() } else { name };
    let label = format!("import {} {name}", kind.word());
    Text::new(&label).map_or_else(|_| format!("import {}", kind.word()), |label| label.to_string())
}

/// A file decided on the ledger as it is.
struct Decided {
    ledger: Ledger,
    plan: Plan,
    batch: Batch,
}

fn decide(args: &ImportArgs, context: &Context, file: &ReadFile) -> Result<Decided, Problem> {
    let access = if args.recording.dry_run { Access::Read } else { Access::Write };
    let by = context.recorder()?.to_owned();
    let ledger = context.open(access)?;
    let options = Options { add_missing: args.add_missing, late: args.recording.late, no_suggestions: false };
    let mut draft = Draft::new(&ledger, context.now.clone(), by);
    let plan = planned(file, &mut draft, options)?;
    let batch = draft.finish()?;
    Ok(Decided { ledger, plan, batch })
}

fn planned(file: &ReadFile, draft: &mut Draft<'_>, options: Options) -> Result<Plan, BooksError> {
    let (started, all) = (Instant::now(), file.rows.len() as u64);
    with_progress("Deciding", |progress| {
        plan(file, draft, options, &mut |done| {
            // What is done within a second needs no bar.
            if started.elapsed() > Duration::from_secs(1) {
                progress(done as u64, all);
            }
        })
    })
}

/// What the file comes to: rows and money, and what is added beside them.
fn summary(file: &ReadFile, plan: &Plan, width: usize) -> String {
    let mut text = wrapped("", &format!("{} of {}", title(file.kind), on_screen(&file.file)), width);
    let mut headings = vec![("", Align::Left), ("rows", Align::Right)];
    if file.kind.has_amounts() {
        headings.push(("amount", Align::Right));
    }
    let line = |name: &str, tally: Tally| {
        let mut cells = vec![name.to_owned(), counted(tally.rows)];
        if file.kind.has_amounts() {
            cells.push(tally.amount.map_or("too large".to_owned(), |amount| amount.grouped()));
        }
        cells
    };
    let mut columns = Columns::new(headings);
    columns.row(line("new", plan.new));
    columns.row(line("already there", plan.already));
    columns.row(line("rejected", plan.rejected));
    columns.totals(line("read", plan.rows_read()));
    text.push_str(&columns.render("  ", width));
    if plan.skipped_blank > 0 {
        text.push_str(&format!("  blank rows passed over: {}\n", counted(plan.skipped_blank)));
    }
    for (what, names) in [
        ("New recipients", &plan.added.recipients),
        ("New themes", &plan.added.themes),
        ("New funds", &plan.added.funds),
    ] {
        text.push_str(&listed(what, names, width));
    }
    let reversed = plan.reversed.iter().map(|row| match row.record {
        Some(record) => format!("row {} (record {record}, reversed by record {})", row.row, row.by),
        None => format!("row {} (reversed by record {})", row.row, row.by),
    });
    text.push_str(&listed(
        "Already there and reversed since, so not recorded anew",
        &reversed.collect::<Vec<_>>(),
        width,
    ));
    text
}

/// Nothing when there are no names.
fn listed(what: &str, names: &[String], width: usize) -> String {
    if names.is_empty() {
        return String::new();
    }
    let mut named = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > NAMED {
        named.push_str(&format!(" and {} more", counted((names.len() - NAMED) as u64)));
    }
    wrapped(&format!("{what} ({}): ", counted(names.len() as u64)), &named, width)
}

/// What the first new rows would record.
fn changes(plan: &Plan, numbers: &str, width: usize) -> String {
    let mut text = format!("Would be recorded, as {numbers}:\n");
    for change in &plan.changes {
        let what = format!("{} {}", change.words, change.id);
        text.push_str(&wrapped(&format!("  row {}, record {}: ", change.row, change.record), &what, width));
    }
    if plan.new.rows > Plan::CHANGES_OF {
        text.push_str(&format!("  and {} more rows\n", counted(plan.new.rows - Plan::CHANGES_OF)));
    }
    text
}

fn dry(args: &ImportArgs) -> &'static str {
    if args.recording.dry_run { "Dry run: nothing recorded.\n" } else { "" }
}

/// Says on stderr what is wrong with the file.
fn wrong(file: &ReadFile, plan: &Plan) -> Problem {
    use std::io::Write;
    let mut text = String::new();
    for diagnostic in plan.diagnostics.iter().take(LISTED) {
        text.push_str(&format!("{diagnostic}\n  hint: {}\n", diagnostic.hint));
    }
    let more = plan.diagnostics.len().saturating_sub(LISTED) as u64;
    if more > 0 {
        text.push_str(&format!("and {} more\n", counted(more)));
    }
    // A closed stderr is no reason for another problem.
    drop(std::io::stderr().lock().write_all(text.as_bytes()));
    let message = match plan.rejected.rows {
        0 => format!("{} cannot be read as {}; nothing was recorded", file.file, file.kind.word()),
        rows => {
            format!("rows with something wrong in {}: {}; nothing was recorded", file.file, counted(rows))
        }
    };
    Problem::refused("bad-file", message).hint("put right what is listed, and import the whole file again")
}

fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Awards => "Awards",
        Kind::Payments => "Payments",
        Kind::Repurposes => "Changes of purpose",
        Kind::Decisions => "Decisions",
        Kind::Budgets => "Budgets",
        Kind::Recipients => "Recipients",
    }
}

/// A number with thousands separators.
fn counted(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
