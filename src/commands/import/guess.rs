//! `almoner import --guess`: drafts a profile for a file. Records nothing.

use std::fs::File;
use std::path::{Path, PathBuf};

use almoner_imports::{Guess, Kind, Layout, guess};
use clap::Args;

use crate::context::Context;
use crate::output::{check_free, write_whole};
use crate::problem::Problem;
use crate::remedies;
use crate::words::words;

// Arguments of `--guess`.
#[derive(Debug, Args)]
pub struct GuessArgs {
    /// Draft a profile for a file, for you to correct (records nothing)
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
    let guessed = guessed(args, layout)?;
    let Some(path) = &args.output else { return context.print(&guessed.profile) };
    write_whole(path, guessed.profile.as_bytes(), args.force)?;
    context.print(&summary_text(args, path, &guessed))
}

fn guessed(args: &GuessArgs, layout: &Layout) -> Result<Guess, Problem> {
    let guessed = if args.guess == Path::new("-") {
        guess("standard input", std::io::stdin().lock(), args.kind, layout, &remedies::of_file)
    } else {
        let name = args.guess.to_string_lossy();
        let file = File::open(&args.guess).map_err(|error| Problem::unreadable(&name, &error))?;
        guess(&name, file, args.kind, layout, &remedies::of_file)
    };
    guessed.map_err(|error| {
        let name = args.guess.display();
        Problem::refused(error.code, format!("{name}: {error}")).hint(remedies::of_file(&error.next))
    })
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
