//! Imports the rows of a file, all or none.

use std::fs::File;
use std::path::{Path, PathBuf};

use almoner_app::confirmation::Undo;
use almoner_app::importing::{
    self, Import, ImportOptions, Planned, Refused, Verdict, counted, earlier, statements, with_content,
};
use almoner_app::narrative::record_numbers;
use almoner_app::profiles::CANONICAL;
use almoner_app::recording::{Key, Numbers, Recorded, Request};
use almoner_imports::{
    Delimiter, Diagnostic, Encoding, FILE_LIMIT, Kind, Layout, Plan, Profile, ReadFile, Recognised, Rejects,
    faults, read_with_progress, rejects,
};
use almoner_ledger::calendar::moment_in_words;
use almoner_papers::workbook::texts;
use almoner_store::folder::Ledger;
use almoner_store::plain;
use clap::Args;

use super::profile;
use super::summary::{changes, summary};
use crate::commands::cli::RecordingArgs;
use crate::commands::request;
use crate::confirmation::{undo_line, withheld};
use crate::context::{Context, profiles};
use crate::output::{check_free, unwritable, write_whole};
use crate::problem::Problem;
use crate::progress::with_progress;
use crate::remedies;
use crate::terminal::on_screen;
use crate::words::words;

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

    /// Where a file gives a known identifier with a new name, record the name as an alias
    #[arg(long, help_heading = "Recording")]
    confirm_names: bool,

    // Stated by payments only.
    #[arg(skip)]
    new_account: bool,

    /// Record the valid rows and leave out those with errors
    #[arg(long, help_heading = "Recording")]
    accept_good_rows: bool,

    /// File for rejected rows and the reasons, for you to correct and import again
    #[arg(long, value_name = "FILE", help_heading = "Recording")]
    rejects: Option<PathBuf>,

    /// Overwrite the file of rejected rows if it exists
    #[arg(long, requires = "rejects", help_heading = "Recording")]
    force: bool,

    /// Number of possible duplicates confirmed as separate items
    #[arg(long, value_name = "NUMBER", help_heading = "Recording")]
    confirm_duplicates: Option<u64>,

    /// Record rows again if their earlier records were reversed
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
    #[arg(long, value_name = "PROFILE", default_value = CANONICAL, hide_default_value = true)]
    pub profile: String,

    #[command(flatten)]
    pub layout: LayoutArgs,
}

// Arguments for the layout of a file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading the file")]
pub struct LayoutArgs {
    /// Encoding: utf-8, utf-16le, utf-16be, windows-1252, cp850 or mac-roman [default: detected]
    #[arg(long, value_name = "ENCODING", hide_possible_values = true)]
    #[arg(value_parser = words(Encoding::ALL, Encoding::word))]
    encoding: Option<Encoding>,

    /// Delimiter: comma, semicolon, tab or pipe [default: detected]
    #[arg(long, value_name = "DELIMITER", hide_possible_values = true)]
    #[arg(value_parser = words(Delimiter::ALL, Delimiter::word))]
    delimiter: Option<Delimiter>,

    /// Worksheet to read from a workbook
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
}

impl LayoutArgs {
    /// Returns the layout given.
    pub fn layout(&self) -> Layout {
        Layout { encoding: self.encoding, delimiter: self.delimiter, sheet: self.sheet.clone() }
    }
}

/// Maximum number of kinds of problems listed.
const LISTED: usize = 100;

/// Imports the file.
pub fn run(kind: Kind, args: RowsArgs, context: Context) -> Result<(), Problem> {
    let profile = profile::load(&args.reading.profile, kind)?;
    check_free(args.rejects.as_deref(), args.force)?;
    let file = read_file(kind, &args.file, profile.as_ref(), &args.reading.layout.layout())?;
    context.actor.recorder()?;
    let label = label(&format!("import {}", kind.word()), &args.file);
    let width = context.terminal.width;
    let import = Import { file: &file, options: args.options() };
    let content = import.content();
    let requested = with_content(&context.requested, &file);
    let mut request = Request { requested: Some(&requested), ..request(&context, &label, &args.recording) };
    if let (Key::None, Some(content)) = (request.key, &content) {
        request.key = Key::Content(content);
    }
    let mut checked =
        Checked { args: &args, context: &context, import, profile: profile.as_ref(), left_out: None };
    let recorded = context.office.record_checked(
        &context.actor,
        request,
        |_, draft| {
            let today = context.actor.today;
            Ok::<_, Problem>(with_progress("Deciding", |progress| import.plan(draft, today, progress))?)
        },
        |plan, _| checked.check(&plan).map(|()| Planned(Some(plan))),
    )?;
    let left_out = checked.left_out.unwrap_or_default();
    let dry_run = if recorded.dry_run { "Dry run: nothing recorded.\n" } else { "" };
    context.print(&match recorded.numbers {
        None => {
            let nothing = match left_out.as_str() {
                "" => "Nothing new: every row of the file is already recorded.\n",
                _ => "Nothing new: every valid row of the file is already recorded.\n",
            };
            let before = match recorded.dry_run {
                true => String::new(),
                false => earlier_confirmation(&recorded.ledger, content.as_deref())?,
            };
            format!("{nothing}{before}{left_out}{dry_run}")
        }
        Some(numbers) if recorded.dry_run => {
            let plan = recorded.made.0.as_ref();
            let changes = plan.map(|plan| changes(plan, &numbers.to_string(), width)).unwrap_or_default();
            format!("{changes}{left_out}{}{dry_run}", withheld(&recorded, width))
        }
        Some(numbers) => {
            format!("{}{left_out}{}", confirmation(&numbers, &recorded, &context), withheld(&recorded, width))
        }
    })
}

/// Shows a plan before it is recorded, and refuses one with errors.
struct Checked<'a> {
    args: &'a RowsArgs,
    context: &'a Context,
    import: Import<'a>,
    profile: Option<&'a Profile>,
    /// Which rows are left out; `None` before the plan is shown.
    left_out: Option<String>,
}

impl Checked<'_> {
    fn check(&mut self, plan: &Plan) -> Result<(), Problem> {
        let Checked { args, context, import, profile, .. } = *self;
        let file = import.file;
        // A plan that is made again, because another user has recorded, is not shown again.
        let is_first = self.left_out.is_none();
        if is_first {
            if plan.diagnostics.is_empty() || plan.rows_read().rows > 0 {
                context.print(&summary(file, profile, plan, context.terminal.width))?;
            }
            print_diagnostics(&plan.diagnostics);
        }
        let rejected = match args.rejects.as_deref().filter(|_| plan.bad_rows() > 0) {
            Some(path) => {
                let overwrites = args.force || !is_first;
                write_rejects(path, &rejects(file, plan, profile, &remedies::of_file), overwrites)?
            }
            None => String::new(),
        };
        let left_out = match import.verdict(plan) {
            Verdict::Recorded { left_out } => left_out,
            Verdict::Refused(Refused::Miscounted { found, confirmed }) => {
                return Err(miscounted(file, found, confirmed));
            }
            Verdict::Refused(Refused::Unconfirmed { found }) => return Err(unconfirmed(file, found)),
            Verdict::Refused(Refused::Faults) => return Err(refused(file, plan, &rejected)),
            Verdict::Refused(Refused::NothingValid) => return Err(nothing_valid(file, &rejected)),
        };
        let rows = counted(left_out);
        self.left_out = Some(match (left_out, rejected.as_str()) {
            (0, _) => String::new(),
            (_, "") => format!("Rows left out: {rows}\n"),
            (_, next) => format!("Rows left out: {rows}; {next}\n"),
        });
        Ok(())
    }
}

fn nothing_valid(file: &ReadFile, rejected: &str) -> Problem {
    let message = format!("no row in {} is valid; nothing recorded", file.file);
    let hint =
        if rejected.is_empty() { "correct the errors listed, and import the file again" } else { rejected };
    Problem::refused("bad-file", message).hint(hint)
}

/// Writes the rows as a workbook or text, by the extension, and returns the next step.
fn write_rejects(path: &Path, rejects: &Rejects, force: bool) -> Result<String, Problem> {
    let has_extension = |known: &str| path.extension().is_some_and(|it| it.eq_ignore_ascii_case(known));
    let written = match (has_extension("xlsx"), has_extension("ods")) {
        (true, _) => texts(rejects.header.as_deref(), &rejects.rows),
        (_, true) => Err("ODS workbooks cannot be written; end the file name in .xlsx or .csv".to_owned()),
        _ => rejects.text().map_err(|error| error.to_string()),
    };
    let bytes = written.map_err(|why| unwritable(path, why))?;
    write_whole(path, &bytes, force)?;
    Ok(format!(
        "correct the rejected rows in {}, which gives the reasons, and import that file",
        path.display()
    ))
}

/// Returns the last lines of a confirmation. A proposal is withdrawn, and not undone.
pub fn confirmation<T>(numbers: &Numbers, recorded: &Recorded<T>, context: &Context) -> String {
    let mut text = format!("Recorded as {numbers} by {}\n", recorded.by);
    if numbers.is_proposal {
        text.push_str(&crate::confirmation::pending_approval(numbers.first, &recorded.ledger));
    }
    text.push_str(&crate::confirmation::line(&recorded.ledger, recorded.head));
    match numbers.is_proposal {
        true => text,
        false if numbers.first == numbers.last => text + &undo_line(Undo::Record(numbers.last), context),
        false => text + &undo_line(Undo::Batch(numbers.last), context),
    }
}

/// Returns the confirmation of the first recording of the file, if there was one.
fn earlier_confirmation(ledger: &Ledger, content: Option<&str>) -> Result<String, Problem> {
    let Some(first) = earlier(ledger, content)? else { return Ok(String::new()) };
    Ok(format!(
        "File recorded on {} as {} by {}\n{}",
        moment_in_words(&first.at),
        record_numbers(first.numbers.first, first.numbers.last),
        first.by,
        crate::confirmation::line(ledger, first.head)
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
    let file = with_progress("Reading", |it| read_with_progress(kind, &name, file, profile, layout, it));
    if kind == Kind::Statements && profile.is_none() && !file.is_whole() {
        refuse_form_of_a_bank(path, &name, layout)?;
    }
    Ok(file)
}

/// Refuses a bank statement that a profile reads, naming the profile.
fn refuse_form_of_a_bank(path: &Path, name: &str, layout: &Layout) -> Result<(), Problem> {
    let bytes = File::open(path).and_then(|file| plain::at_most(file, FILE_LIMIT));
    let bytes = bytes.map_err(|error| Problem::unreadable(name, &error))?;
    let found = statements((name, &bytes), layout, &profiles()).into_iter().next();
    let Some(Recognised { form, profile: Some(profile), .. }) = found else { return Ok(()) };
    let form = form.replacen("Statements", "statements", 1).replacen("Files", "files", 1);
    let message = format!("{} needs a profile: its columns are those of {form}", on_screen(name));
    Err(Problem::refused("needs-profile", message).hint(format!("add --profile {profile}")))
}

/// Returns the label of the batch in the journal: the command and the file name without its folder.
pub fn label(what: &str, path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    importing::label(what, if name == "-" { "from standard input" } else { &name })
}

/// Arguments for files of payments.
#[derive(Debug, Args)]
pub struct PaymentsArgs {
    #[command(flatten)]
    rows: RowsArgs,

    /// Accept bank accounts that closely resemble a known one
    #[arg(long, help_heading = "Recording")]
    new_account: bool,
}

impl From<PaymentsArgs> for RowsArgs {
    fn from(PaymentsArgs { rows, new_account }: PaymentsArgs) -> RowsArgs {
        RowsArgs { new_account, ..rows }
    }
}

impl RowsArgs {
    fn options(&self) -> ImportOptions {
        ImportOptions {
            add_missing: self.add_missing,
            confirm_names: self.confirm_names,
            new_account: self.new_account,
            accept_good_rows: self.accept_good_rows,
            confirm_duplicates: self.confirm_duplicates,
            again: self.again,
            late: self.recording.late,
        }
    }
}

/// Prints the problems of a file on stderr, those of one kind together.
pub fn print_diagnostics(diagnostics: &[Diagnostic]) {
    use std::io::Write;
    let mut text = String::new();
    let faults = faults(diagnostics);
    for fault in faults.iter().take(LISTED) {
        text.push_str(&format!("{fault}\n  hint: {}\n", fault.first.hint(&remedies::of_file)));
    }
    let more = faults.len().saturating_sub(LISTED) as u64;
    if more > 0 {
        text.push_str(&format!("and {} more\n", counted(more)));
    }
    // A closed stderr is not an error.
    drop(std::io::stderr().lock().write_all(text.as_bytes()));
}

/// Returns the refusal of a file whose only problem are possible duplicates.
fn unconfirmed(file: &ReadFile, found: u64) -> Problem {
    let (rows, may_be) = match found {
        1 => ("1 row".to_owned(), "a duplicate"),
        _ => (format!("{} rows", counted(found)), "duplicates"),
    };
    let message = format!("{rows} in {} may be {may_be}; nothing recorded", file.file);
    Problem::refused("possible-duplicates", message).hint(format!(
        "delete the rows that are duplicates; if all those listed are separate entries, add --confirm-duplicates {found}"
    ))
}

/// Returns the refusal of a file with another number of possible duplicates than was confirmed.
fn miscounted(file: &ReadFile, found: u64, confirmed: u64) -> Problem {
    let (found, confirmed) = (counted(found), counted(confirmed));
    let message = format!(
        "{} has {found} possible duplicates, not {confirmed} as confirmed; nothing recorded",
        file.file
    );
    let hint = match found.as_str() {
        "0" => "repeat the command without --confirm-duplicates".to_owned(),
        _ => format!(
            "check the rows listed; if none of them is a duplicate, repeat the command with --confirm-duplicates \
             {found}"
        ),
    };
    Problem::refused("possible-duplicates", message).hint(&hint)
}

/// True if columns are at fault, and not rows.
fn has_faults_of_columns(plan: &Plan) -> bool {
    plan.diagnostics.iter().any(|diagnostic| diagnostic.column.is_some())
}

fn refused(file: &ReadFile, plan: &Plan, rejects: &str) -> Problem {
    let message = match plan.bad_rows() {
        0 if plan.rows_read().rows == 0 => {
            format!("no {} can be read from {}; nothing recorded", file.kind.word(), file.file)
        }
        0 => format!("{} does not agree with its own totals; nothing recorded", file.file),
        1 => format!("1 row in {} has errors; nothing recorded", file.file),
        rows => format!("{} rows in {} have errors; nothing recorded", counted(rows), file.file),
    };
    let hint = match rejects {
        "" if plan.rows_read().rows == 0 && has_faults_of_columns(plan) => {
            "correct the headings; or, if the file must keep its headings, draft a profile with `almoner import \
             --guess FILE`".to_owned()
        }
        "" => "correct the errors listed, and import the whole file again".to_owned(),
        rejects => format!("{rejects}; to record the other rows now, add --accept-good-rows"),
    };
    Problem::refused("bad-file", message).hint(&hint)
}
