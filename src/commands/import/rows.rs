//! Imports the rows of a file, all or none.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};

use almoner_imports::{
    Delimiter, Diagnostic, Encoding, Kind, Layout, Plan, Profile, ReadFile, plan, read_with_progress, rejects,
};
use almoner_ledger::book::{Batch, Books, BooksError, Draft};
use almoner_ledger::command::Options;
use almoner_ledger::events::Event;
use almoner_ledger::head::Head;
use almoner_ledger::text::Text;
use almoner_store::folder::{Access, Ledger};
use almoner_store::{Appended, BatchLabel, Store, StoreError, batch_of};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::summary::{changes, counted, summary};
use super::{profile, rejected};
use crate::before::Before;
use crate::commands::cli::RecordingArgs;
use crate::context::Context;
use crate::problem::Problem;
use crate::progress::with_progress;
use crate::terminal::notify;
use almoner_papers::dates::moment;

// Arguments for files of rows of any kind.
#[derive(Debug, Args)]
pub struct RowsArgs {
    /// File to import (- for standard input)
    file: PathBuf,

    #[command(flatten)]
    reading: ReadingArgs,

    /// Add unknown recipients, themes and funds
    #[arg(long, help_heading = "Recording")]
    add_missing: bool,

    /// Record the valid rows and leave out the others
    #[arg(long, help_heading = "Recording")]
    accept_good_rows: bool,

    /// File for rejected rows with the reasons, to correct and import
    #[arg(long, value_name = "FILE", help_heading = "Recording")]
    rejects: Option<PathBuf>,

    /// Overwrite the file of rejected rows
    #[arg(long, requires = "rejects", help_heading = "Recording")]
    force: bool,

    /// Record again rows whose records were reversed
    #[arg(long, help_heading = "Recording")]
    again: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

// Arguments for reading a file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading the file")]
pub struct ReadingArgs {
    /// Profile: a name, such as spend-over-500, or a file
    #[arg(long, value_name = "PROFILE", default_value = profile::CANONICAL, hide_default_value = true)]
    pub profile: String,

    #[command(flatten)]
    pub layout: LayoutArgs,
}

// Arguments for the layout of a file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading the file")]
pub struct LayoutArgs {
    /// Encoding: utf-8, utf-16le, utf-16be or windows-1252 [default: detected]
    #[arg(long, value_name = "ENCODING", hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(Encoding::ALL.map(Encoding::word)).try_map(encoding))]
    encoding: Option<Encoding>,

    /// Delimiter: comma, semicolon, tab or pipe [default: detected]
    #[arg(long, value_name = "DELIMITER", hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(Delimiter::ALL.map(Delimiter::word)).try_map(delimiter))]
    delimiter: Option<Delimiter>,

    /// Sheet of a workbook
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
}

impl LayoutArgs {
    /// Returns the layout given.
    pub fn layout(&self) -> Layout {
        Layout { encoding: self.encoding, delimiter: self.delimiter, sheet: self.sheet.clone() }
    }
}

fn encoding(word: String) -> Result<Encoding, String> {
    Encoding::parse(&word).ok_or(word)
}

fn delimiter(word: String) -> Result<Delimiter, String> {
    Delimiter::parse(&word).ok_or(word)
}

/// Number of retries when another user records at the same time.
const RETRIES: usize = 3;
/// Maximum number of problems listed.
const LISTED: usize = 100;

/// Imports the file.
pub fn run(kind: Kind, args: RowsArgs, context: Context) -> Result<(), Problem> {
    let profile = profile::load(&args.reading.profile, kind)?;
    rejected::refuse_to_overwrite(args.rejects.as_deref(), args.force)?;
    let file = read_file(kind, &args.file, profile.as_ref(), &args.reading.layout.layout())?;
    let label = label(&format!("import {}", kind.word()), &args.file);
    let width = context.terminal.width;
    let mut retries = 0;
    loop {
        let mut ledger = open(&args, &context)?;
        let given = args.recording.key.as_ref().map(Text::as_str).filter(|_| !args.recording.dry_run);
        if let Some(key) = given
            && let Some(head) = ledger.batch_with_key(key)?
        {
            let mut plan = None;
            let confirmation = repeated(&context, &ledger, (head, key), &mut |_, draft| {
                draft.enter_closed_months(args.recording.post_to_closed.as_ref());
                plan = Some(planned(&file, draft, args.options())?);
                Ok(())
            })?;
            if let Some(plan) = plan {
                context.print(&summary(&file, profile.as_ref(), &plan, width))?;
            }
            return context.print(&confirmation);
        }
        let Decided { plan, batch } = decide(&args, &context, &file, &ledger)?;
        let summary = summary(&file, profile.as_ref(), &plan, width);
        let mut left_out = String::new();
        if !plan.diagnostics.is_empty() {
            if plan.rows_read().rows > 0 {
                context.print(&summary)?;
            }
            print_diagnostics(&plan.diagnostics);
            left_out = match args.rejects.as_deref().filter(|_| plan.bad_rows() > 0) {
                Some(path) => rejected::write(path, &rejects(&file, &plan, profile.as_ref()), args.force)?,
                None => String::new(),
            };
            if !args.accept_good_rows || !file.is_whole() {
                return Err(refused(&file, &plan, &left_out));
            }
            let rows = counted(plan.bad_rows());
            left_out = match left_out.as_str() {
                "" => format!("Rows left out: {rows}\n"),
                next => format!("Rows left out: {rows}; {next}\n"),
            };
        } else if retries == 0 {
            context.print(&summary)?;
        }
        let Some(numbers) = numbers(&batch) else {
            let nothing = "Nothing new: every row of the file is already recorded.\n";
            let before = match args.recording.dry_run {
                true => String::new(),
                false => earlier_confirmation(&ledger, &file)?,
            };
            return context.print(&format!("{nothing}{before}{left_out}{}", dry_run_note(&args)));
        };
        if args.recording.dry_run {
            let changes = changes(&plan, &numbers.to_string(), width);
            return context.print(&format!("{changes}{left_out}{}", dry_run_note(&args)));
        }
        let key = match given {
            Some(key) => Some(key.to_owned()),
            None => key_of(&ledger, &file)?,
        };
        let head = match ledger.append(BatchLabel { label: &label, key: key.as_deref() }, batch) {
            Ok(Appended::Recorded(head) | Appended::AlreadyRecorded(head)) => head,
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
        return context.print(&format!("{}{left_out}", confirmation(&numbers, &context.user, &ledger, head)));
    }
}

/// Returns the last lines of a confirmation.
pub fn confirmation(numbers: &Numbers, by: &str, books: &dyn Books, head: Head) -> String {
    let mut text = format!("Recorded {numbers} by {by}\n");
    if numbers.is_proposal {
        text.push_str(&crate::confirmation::pending_approval(numbers.first, books));
    }
    text + &crate::confirmation::line(books, head)
}

/// Adds records to a draft on these books.
type Decide<'a> = dyn FnMut(&dyn Books, &mut Draft<'_>) -> Result<(), Problem> + 'a;

/// Returns the confirmation of an earlier recording with the same key, if its content is the same.
pub fn repeated(
    context: &Context,
    ledger: &Ledger,
    (head, key): (Head, &str),
    decide: &mut Decide<'_>,
) -> Result<String, Problem> {
    let before = Before::batch_up_to(ledger, head)?;
    let mut draft = before.draft(context.proposing);
    decide(&before, &mut draft)?;
    let batch = draft.finish()?;
    before.check_same(&batch, key)?;
    let numbers = numbers(&batch);
    Ok(numbers.map_or_else(String::new, |numbers| confirmation(&numbers, &before.by(), ledger, head)))
}

/// Returns the default key of a file, by which the file is recognised. Rows that were rejected the first
/// time get another key.
fn key_of(ledger: &Ledger, file: &ReadFile) -> Result<Option<String>, Problem> {
    let mut times = 1;
    loop {
        match file_key(file, times) {
            Some(key) if ledger.batch_with_key(&key)?.is_some() => times += 1,
            key => return Ok(key),
        }
    }
}

fn file_key(file: &ReadFile, times: u32) -> Option<String> {
    let hash = file.fingerprint?;
    Some(format!("{} file {hash} {times}", file.kind.word()))
}

/// Returns the confirmation of the first recording of the file, if there was one.
fn earlier_confirmation(ledger: &Ledger, file: &ReadFile) -> Result<String, Problem> {
    let Some(key) = file_key(file, 1) else { return Ok(String::new()) };
    let Some(head) = ledger.batch_with_key(&key)? else { return Ok(String::new()) };
    let records = batch_of(ledger, head.record)?.records;
    let Some(first) = records.first() else { return Ok(String::new()) };
    let numbers = match records.len() {
        1 => format!("record {}", first.number),
        _ => format!("records {} to {}", first.number, head.record),
    };
    Ok(format!(
        "File recorded on {} as {numbers} by {}\n{}",
        moment(&first.at),
        first.by,
        crate::confirmation::line(ledger, head)
    ))
}

/// Reads a file, or standard input.
pub fn read_file(
    kind: Kind,
    path: &Path,
    profile: Option<&Profile>,
    layout: &Layout,
) -> Result<ReadFile, Problem> {
    if path == Path::new("-") {
        let input = std::io::stdin().lock();
        return Ok(with_progress("Reading", |it| {
            read_with_progress(kind, "standard input", input, profile, layout, it)
        }));
    }
    let name = path.to_string_lossy();
    let file = File::open(path).map_err(|error| Problem::unreadable(&name, &error))?;
    Ok(with_progress("Reading", |it| read_with_progress(kind, &name, file, profile, layout, it)))
}

/// Returns the label of the batch in the journal: the command and the file name without its folder.
pub fn label(what: &str, path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = if name == "-" { "from standard input".into() } else { name };
    Text::new(&format!("{what} {name}")).map_or_else(|_| what.to_owned(), |label| label.to_string())
}

/// The numbers of the records of a batch.
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    first: u64,
    last: u64,
    is_proposal: bool,
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.is_proposal, self.first, self.last) {
            (true, first, _) => write!(f, "proposal {first}"),
            (false, first, last) if first == last => write!(f, "record {first}"),
            (false, first, last) => write!(f, "records {first} to {last}"),
        }
    }
}

/// Returns the numbers of the records of a batch; `None` if there are none.
pub fn numbers(batch: &Batch) -> Option<Numbers> {
    let (first, last) = (batch.records.first()?, batch.records.last()?.number);
    let is_proposal = matches!(first.event, Event::Proposed(_));
    Some(Numbers { first: first.number, last, is_proposal })
}

/// The plan and batch of a file.
struct Decided {
    plan: Plan,
    batch: Batch,
}

fn open(args: &RowsArgs, context: &Context) -> Result<Ledger, Problem> {
    context.recorder()?;
    context.open(if args.recording.dry_run { Access::Read } else { Access::Write })
}

fn decide(args: &RowsArgs, context: &Context, file: &ReadFile, ledger: &Ledger) -> Result<Decided, Problem> {
    let mut draft = context.draft(ledger, context.recorder()?.to_owned());
    draft.enter_closed_months(args.recording.post_to_closed.as_ref());
    let plan = planned(file, &mut draft, args.options())?;
    Ok(Decided { plan, batch: draft.finish()? })
}

impl RowsArgs {
    fn options(&self) -> Options {
        let (add_missing, record_reversed, late) = (self.add_missing, self.again, self.recording.late);
        Options { add_missing, record_reversed, late, ..Options::default() }
    }
}

fn planned(file: &ReadFile, draft: &mut Draft<'_>, options: Options) -> Result<Plan, BooksError> {
    let all = file.rows.len() as u64;
    with_progress("Deciding", |progress| plan(file, draft, options, &mut |done| progress(done as u64, all)))
}

fn dry_run_note(args: &RowsArgs) -> &'static str {
    if args.recording.dry_run { "Dry run: nothing recorded.\n" } else { "" }
}

/// Prints the problems of a file on stderr.
pub fn print_diagnostics(diagnostics: &[Diagnostic]) {
    use std::io::Write;
    let mut text = String::new();
    for diagnostic in diagnostics.iter().take(LISTED) {
        text.push_str(&format!("{diagnostic}\n  hint: {}\n", diagnostic.hint));
    }
    let more = diagnostics.len().saturating_sub(LISTED) as u64;
    if more > 0 {
        text.push_str(&format!("and {} more\n", counted(more)));
    }
    // A closed stderr is not an error.
    drop(std::io::stderr().lock().write_all(text.as_bytes()));
}

fn refused(file: &ReadFile, plan: &Plan, rejects: &str) -> Problem {
    let message = match plan.bad_rows() {
        0 if plan.rows_read().rows == 0 => {
            format!("{} cannot be read as {}; nothing recorded", file.file, file.kind.word())
        }
        0 => format!("{} does not agree with its own totals; nothing recorded", file.file),
        1 => format!("1 row of {} has errors; nothing recorded", file.file),
        rows => format!("{} rows of {} have errors; nothing recorded", counted(rows), file.file),
    };
    let hint = match rejects {
        "" => "correct the errors listed, and import the whole file again".to_owned(),
        rejects => format!("{rejects}; to record the other rows now, add --accept-good-rows"),
    };
    Problem::refused("bad-file", message).hint(&hint)
}
