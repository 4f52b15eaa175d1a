//! `almoner import --guess`: drafts a profile for a file. Records nothing.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use almoner_app::importing::statements;
use almoner_imports::{FILE_LIMIT, Guess, Kind, Layout, Recognised, guess};
use clap::Args;

use crate::context::{Context, profiles};
use crate::output::{check_free, write_whole};
use crate::problem::Problem;
use crate::remedies;
use crate::terminal::on_screen;
use crate::words::words;

// Arguments of `--guess`.
#[derive(Debug, Args)]
pub struct GuessArgs {
    /// Recognise a file or draft a profile for it (records nothing)
    #[arg(long, value_name = "FILE", required = true, help_heading = "Drafting a profile")]
    guess: PathBuf,

    /// Kind of data in the rows [default: detected]
    #[arg(long, value_name = "KIND", requires = "guess", help_heading = "Drafting a profile")]
    #[arg(value_parser = words(Kind::ALL, Kind::word))]
    kind: Option<Kind>,

    /// File for the profile [default: the screen]
    #[arg(
        long,
        short = 'o',
        value_name = "PROFILE",
        requires = "guess",
        help_heading = "Drafting a profile"
    )]
    output: Option<PathBuf>,

    /// Overwrite the file if it exists
    #[arg(long, requires = "output", help_heading = "Drafting a profile")]
    force: bool,
}

/// Drafts a profile, and prints it or writes it to a file.
pub fn run(args: &GuessArgs, layout: &Layout, context: &Context) -> Result<(), Problem> {
    check_free(args.output.as_deref(), args.force)?;
    let (name, bytes) = content(&args.guess)?;
    if args.kind.is_none()
        && let [found, others @ ..] = statements((&name, &bytes), layout, &profiles()).as_slice()
    {
        return context.print(&statement_text(&args.guess, found, others));
    }
    let guessed = guess(&name, bytes.as_slice(), args.kind, layout, &remedies::of_file).map_err(|error| {
        Problem::refused(error.code, format!("{}: {error}", args.guess.display()))
            .hint(remedies::of_file(&error.next))
    })?;
    let Some(path) = &args.output else { return context.print(&guessed.profile) };
    write_whole(path, guessed.profile.as_bytes(), args.force)?;
    context.print(&summary_text(args, path, &guessed))
}

/// Reads a file, or standard input.
fn content(path: &Path) -> Result<(String, Vec<u8>), Problem> {
    let mut bytes = Vec::new();
    let (name, input): (String, Box<dyn Read>) = match path == Path::new("-") {
        true => ("standard input".to_owned(), Box::new(std::io::stdin().lock())),
        false => {
            let name = path.to_string_lossy().into_owned();
            let file = File::open(path).map_err(|error| Problem::unreadable(&name, &error))?;
            (name, Box::new(file))
        }
    };
    // What is too large is refused by whoever reads it.
    let read = input.take(FILE_LIMIT + 1).read_to_end(&mut bytes);
    read.map_err(|error| Problem::unreadable(&name, &error))?;
    Ok((name, bytes))
}

/// Describes a bank statement, and how to reconcile it. `others` are readings with other figures.
fn statement_text(path: &Path, found: &Recognised, others: &[Recognised]) -> String {
    let mut text = format!("Bank statement: {}\n", on_screen(&found.form));
    for statement in &found.statements.statements {
        let account = statement.account.as_ref().map_or("account not named", |account| account.as_str());
        let lines = match statement.lines.len() {
            1 => "1 line".to_owned(),
            count => format!("{count} lines"),
        };
        let balances = match (statement.opening, statement.closing) {
            (Some(opening), Some(closing)) => {
                format!(", from {} to {}", opening.amount.grouped(), closing.amount.grouped())
            }
            _ => ", without balances".to_owned(),
        };
        text.push_str(&format!("  {}: {lines}{balances}\n", on_screen(account)));
    }
    let faults = found.statements.diagnostics.len() + found.statements.breaks.len();
    if faults > 0 {
        text.push_str(&format!("  Problems, listed when you reconcile it: {faults}\n"));
    }
    for other in others {
        let reader =
            other.profile.as_ref().map_or_else(|| other.form.clone(), |name| format!("profile {name}"));
        text.push_str(&format!(
            "  The figures differ if it is read with {reader}: compare them with the bank's statement.\n"
        ));
    }
    let (profile, needs) = match &found.profile {
        Some(profile) => (format!(" --profile {profile}"), format!("Profile {profile} reads every row.")),
        None => (String::new(), "It needs no profile.".to_owned()),
    };
    let is_named = found.statements.statements.iter().all(|statement| statement.account.is_some());
    let account = if is_named { "" } else { " --account ACCOUNT" };
    let file = path.display();
    format!("{text}{needs} Next:\n  almoner reconcile \"{file}\"{profile}{account} --dry-run\n")
}

fn summary_text(args: &GuessArgs, path: &Path, guessed: &Guess) -> String {
    let (profile, kind, file) = (path.display(), guessed.kind.word(), args.guess.display());
    let reads = if guessed.reads_all {
        "reads every row of your file"
    } else {
        "does not yet read every row of your file"
    };
    format!(
        "Draft profile for {kind} written to {profile}. The profile {reads}.\nTo check (marked `check:` in the profile): {}. Nothing recorded. \
         Next:\n  {} \"{file}\" --profile \"{profile}\" --dry-run\n",
        guessed.checks,
        remedies::command_of(guessed.kind)
    )
}
