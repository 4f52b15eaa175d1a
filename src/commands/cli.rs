//! The command line as a whole: global and recording arguments, and the first page of help.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use almoner_app::requested::Requested;
use almoner_ledger::rejection::nearest;
use almoner_ledger::text::Text;
use clap::error::{ContextKind, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser};

use super::which_kind::which_kind;
use super::{Command, suggest};
use crate::context::{Context, Overrides};
use crate::problem::Problem;
use crate::terminal::quoted;

/// Double-entry grants ledger for the office of a Police and Crime Commissioner
#[derive(Debug, Parser)]
#[command(name = "almoner", version, max_term_width = 100)]
#[command(
    after_help = "Begin with `almoner demo`: it creates an example ledger and suggests commands to try.\n\
    `almoner help COMMAND` describes a command, with examples.\n\n\
    Exit codes: 0 done; 1 refused or problems found; 2 usage error; 3 the ledger cannot be opened or is damaged."
)]
pub struct Cli {
    #[command(flatten)]
    pub globals: GlobalArgs,
    #[command(subcommand)]
    pub command: Command,
    /// The command with what was given.
    #[arg(skip)]
    pub requested: Requested,
}

// A doc comment here would take the place of the program's own in the help.
#[derive(Debug, Args)]
pub struct GlobalArgs {
    // `Context` reads the environment: clap would treat a variable that is set as an argument given.
    /// Ledger folder [default: $ALMONER_LEDGER, otherwise almoner.ledger]
    #[arg(long, short = 'L', global = true, value_name = "LOCATION", help_heading = "Global options")]
    pub ledger: Option<PathBuf>,

    /// Seconds to wait if the ledger is in use [default: $ALMONER_WAIT, otherwise 20]
    #[arg(long, global = true, value_name = "SECONDS", help_heading = "Global options")]
    pub wait: Option<u32>,

    /// User under whose name to record [default: $ALMONER_USER, otherwise the login name]
    #[arg(long, global = true, value_name = "NAME", help_heading = "Global options")]
    pub user: Option<Text>,

    /// Confirm that the clock is right, although the last record is old
    #[arg(long, global = true, help_heading = "Global options")]
    pub confirm_clock: bool,
}

impl From<GlobalArgs> for Overrides {
    fn from(args: GlobalArgs) -> Overrides {
        let GlobalArgs { ledger, wait, user, confirm_clock } = args;
        Overrides { ledger, wait, user, confirm_clock }
    }
}

// The options of every command that records. A doc comment would replace the help of the command.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Recording")]
pub struct RecordingArgs {
    /// Post to the first open day, keeping the transaction date
    #[arg(long)]
    pub late: bool,

    /// Post to the transaction date in a provisionally closed month, for this reason
    #[arg(long, value_name = "REASON", conflicts_with = "late")]
    pub post_to_closed: Option<Text>,

    /// Confirm that details now visible to the public and the panel are to be withheld
    #[arg(long)]
    pub confirm_withholding: bool,

    /// Show what would be recorded, without recording it
    #[arg(long)]
    pub dry_run: bool,

    /// Key of your choice that identifies this entry: if the command is repeated with the same key,
    /// nothing is recorded twice and the first confirmation is shown
    #[arg(long, value_name = "TEXT")]
    pub key: Option<Text>,
}

// The options of commands whose entries can be of an earlier year. A doc comment would replace the help of the command.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Recording")]
pub struct PostingArgs {
    #[command(flatten)]
    pub recording: RecordingArgs,

    /// Reason for a prior period adjustment (to correct a material error): amounts for earlier years are posted to reserves on the first open day
    #[arg(long, value_name = "REASON", conflicts_with = "post_to_closed")]
    pub prior_period: Option<Text>,
}

// The bank account of a payment or receipt.
#[derive(Clone, Debug, Args)]
pub struct AccountArgs {
    /// Bank account of the transaction, as on its statements [default: not stated]
    #[arg(long, value_name = "ACCOUNT")]
    pub account: Option<Text>,

    /// Accept an account that closely resembles a known one
    #[arg(long, requires = "account")]
    pub new_account: bool,
}

/// How a command is to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct HowToRecord<'a> {
    pub args: &'a RecordingArgs,
    pub prior_period: Option<&'a Text>,
}

impl<'a> From<&'a RecordingArgs> for HowToRecord<'a> {
    fn from(args: &'a RecordingArgs) -> HowToRecord<'a> {
        HowToRecord { args, prior_period: None }
    }
}

impl<'a> From<&'a PostingArgs> for HowToRecord<'a> {
    fn from(PostingArgs { recording, prior_period }: &'a PostingArgs) -> HowToRecord<'a> {
        HowToRecord { args: recording, prior_period: prior_period.as_ref() }
    }
}

/// Commands by heading, in the order of the first page of help.
const GROUPS: &[(&str, &[&str])] = &[
    #[cfg(feature = "web")]
    ("Getting started", &["init", "demo", "status", "serve"]),
    #[cfg(not(feature = "web"))]
    ("Getting started", &["init", "demo", "status"]),
    ("Grants", &["award", "vary", "extend", "withdraw", "repurpose", "state", "monitoring"]),
    ("Payments, funding and budgets", &["instalment", "pay", "refund", "returned", "funding", "budget"]),
    ("Register and reference data", &["decision", "recipient", "fund", "theme", "indicator", "paper"]),
    ("Reports and papers", &["report", "explain", "diff", "export", "show", "log"]),
    ("Importing", &["import", "reconcile"]),
    ("Segregation of duties", &["user", "policy", "propose", "pending", "approve", "reject"]),
    ("Corrections and closing", &["correct", "reverse", "close", "reopen", "rebuild"]),
    ("Verification and backup", &["verify", "checkpoint", "backup", "restore", "recover"]),
    ("Shell", &["completions", "man", "help"]),
];

/// Returns the clap command of the program, with the commands grouped on the first page of help.
pub fn program() -> clap::Command {
    let program = Cli::command();
    let mut groups = String::new();
    for (heading, names) in GROUPS {
        let lines = names.iter().map(|name| {
            // clap adds `help` later.
            let about = program.find_subcommand(name).map_or_else(|| HELP.into(), about);
            format!("  {name:<12} {about}\n")
        });
        groups.push_str(&format!("\n{heading}:\n{}", lines.collect::<String>()));
    }
    // The template has its own meaning for braces.
    let groups = groups.replace(['{', '}'], "");
    program.help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{groups}\n{{options}}{{after-help}}"
    ))
}

const HELP: &str = "Describe a command, with examples";

/// Returns the description of a command, with its aliases.
fn about(command: &clap::Command) -> String {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let aliases = command.get_visible_aliases().collect::<Vec<_>>().join(", ");
    if aliases.is_empty() { about } else { format!("{about} [alias: {aliases}]") }
}

/// Runs the program with the arguments of the process.
pub fn run() -> Result<(), Problem> {
    let Some(cli) = read(std::env::args_os())? else { return Ok(()) };
    let context = Context { requested: cli.requested, ..Context::new(cli.globals.into())? };
    let run = super::run(cli.command, context);
    run.map_err(|problem| {
        problem.hint_for("approval-needed", || {
            let arguments = std::env::args_os().skip(1).map(|argument| quoted(&argument.to_string_lossy()));
            format!("propose it for approval: almoner propose {}", arguments.collect::<Vec<_>>().join(" "))
        })
    })
}

/// Commands to begin with.
const FIRST: &[&str] = &["demo", "init", "status", "award", "pay", "report"];

/// Returns the help of `almoner` without arguments.
fn short_help() -> String {
    let program = Cli::command();
    let commands = FIRST.iter().map(|name| {
        let about = program.find_subcommand(name).map(about).unwrap_or_default();
        format!("  almoner {name:<8} {about}\n")
    });
    format!(
        "almoner, the grants ledger of a Police and Crime Commissioner's office\n\nBegin with:\n{}\n\
        `almoner help` lists all commands and the exit codes.\n\
        `almoner help COMMAND` describes one, with examples.\n",
        commands.collect::<String>(),
    )
}

/// Returns the problem with the arguments, with what is probably meant. `words` are the arguments.
fn with_suggestion(error: &clap::Error, words: &[String]) -> Problem {
    let problem = Problem::of_arguments(error);
    match error.kind() {
        ErrorKind::InvalidSubcommand => match error.get(ContextKind::InvalidSubcommand) {
            Some(unknown) => {
                let unknown = unknown.to_string();
                let is_import =
                    words.iter().take_while(|word| **word != unknown).any(|word| word == "import");
                match Some(Path::new(&unknown)).filter(|path| is_import && path.is_file()) {
                    Some(file) => which_kind(file),
                    None => unknown_command(words, &unknown),
                }
            }
            None => problem,
        },
        ErrorKind::ValueValidation => match suggest::unswapped(words) {
            Some(line) => problem.hint(format!("the award and the amount are swapped; type: {line}")),
            None => problem,
        },
        _ => problem,
    }
}

/// Returns the problem that there is no such command, with the one that is meant: by meaning, else by letters.
fn unknown_command(words: &[String], unknown: &str) -> Problem {
    let mut program = program();
    program.build();
    let before = words.iter().position(|word| word == unknown).and_then(|at| at.checked_sub(1));
    let above = before.and_then(|at| words.get(at)).filter(|word| *word != "help");
    let above = above.and_then(|word| program.find_subcommand(word)).filter(|it| it.has_subcommands());
    let within = above.map(|it| format!("{} ", it.get_name())).unwrap_or_default();
    let similar = || {
        let names = above.unwrap_or(&program).get_subcommands().map(clap::Command::get_name);
        nearest(unknown, names).map(|name| format!("{within}{name}"))
    };
    let hint = match suggest::meant(&program, words, unknown).or_else(similar) {
        Some(command) => format!("use `almoner {command}`"),
        None => format!("list the commands with `{}`", format!("almoner help {within}").trim_end()),
    };
    Problem::usage(format!("there is no command `{within}{unknown}`")).hint(hint)
}

/// Arguments that change nothing of what is recorded: where, for how long, and by whom, which is part of each request.
const OF_NO_REQUEST: [&str; 10] = [
    "ledger",
    "wait",
    "user",
    "confirm_clock",
    "confirm_withholding",
    "dry_run",
    "key",
    "key_file",
    "rejects",
    "force",
];

/// Returns the command with its arguments, as they were typed.
fn requested(matches: &ArgMatches) -> Requested {
    let mut requested = Requested::default();
    let mut matches = matches;
    while let Some((name, inner)) = matches.subcommand() {
        let space = if requested.command.is_empty() { "" } else { " " };
        requested.command.push_str(&format!("{space}{name}"));
        matches = inner;
    }
    for id in matches.ids() {
        let name = id.as_str();
        // The names of groups of arguments are those of types.
        let is_argument = !name.contains(char::is_uppercase) && !OF_NO_REQUEST.contains(&name);
        if !is_argument || matches.value_source(name) != Some(ValueSource::CommandLine) {
            continue;
        }
        let values = matches.try_get_raw(name).ok().flatten().into_iter().flatten();
        requested.fields.extend(values.map(|value| (name.to_owned(), value.to_string_lossy().into_owned())));
    }
    requested
}

/// Parses arguments, the program's name first. Returns `None` if they requested help, which is printed.
pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Option<Cli>, Problem> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments.len() < 2 {
        // A closed stderr is not another problem.
        drop(std::io::stderr().lock().write_all(short_help().as_bytes()));
        return Err(Problem::usage_reported());
    }
    let words: Vec<String> =
        arguments.iter().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let parsed = program()
        .try_get_matches_from(arguments)
        .and_then(|matches| Ok(Cli { requested: requested(&matches), ..Cli::from_arg_matches(&matches)? }));
    match parsed {
        Ok(cli) => Ok(Some(cli)),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                // A pager that was closed early is not an error.
                drop(error.print());
                Ok(None)
            }
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                drop(error.print());
                Err(Problem::usage_reported())
            }
            _ => Err(with_suggestion(&error, &words)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        program().debug_assert();
    }

    #[test]
    fn the_first_page_of_help_lists_every_command_once() {
        let mut program = Cli::command();
        program.build();
        let mut listed: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let mut there: Vec<&str> = program.get_subcommands().map(clap::Command::get_name).collect();
        listed.sort_unstable();
        there.sort_unstable();
        assert_eq!(listed, there);
    }

    #[test]
    fn every_command_has_a_short_description() {
        for command in program().get_subcommands() {
            let about = about(command);
            assert!((1..=60).contains(&about.chars().count()), "{}: {about}", command.get_name());
        }
    }

    #[test]
    fn the_short_help_fits_a_small_terminal() {
        let help = short_help();
        assert!(help.lines().count() <= 24 && help.lines().all(|line| line.chars().count() <= 80), "{help}");
    }

    /// The command that a line is parsed as, or the first line of the problem.
    fn read(line: &str) -> String {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        match Cli::try_parse_from(std::iter::once(&"almoner".to_owned()).chain(&words)) {
            Ok(cli) => {
                let name = format!("{:?}", cli.command);
                name.split('(').next().unwrap_or_default().to_owned()
            }
            Err(error) => {
                let text = with_suggestion(&error, &words).text();
                text.lines().next().unwrap_or_default().to_owned()
            }
        }
    }

    #[test]
    fn arguments_are_read_or_refused() {
        let amount = "is not a valid amount (given for <AMOUNT>)";
        for (line, expected) in [
            ("pay 14-2015 10,000 --date 31/03/2015 --user jane", "Pay".to_owned()),
            ("--user jane pay 14-2015 £10,000.00 --again --dry-run --late", "Pay".to_owned()),
            ("pay 14-2015 -50", "Pay".to_owned()),
            ("pay --date 2015-03-31 14-2015 -£50.10 --reference X", "Pay".to_owned()),
            ("pay 14-2015 £31,78", format!("error[not-an-amount]: `£31,78` {amount}")),
            ("pay 14-2015 1.234,56", format!("error[not-an-amount]: `1.234,56` {amount}")),
            (
                "pay 14-2015 1 --date 2015-02-30",
                "error[not-a-date]: `2015-02-30` is not a valid date (given for --date <DATE>)".to_owned(),
            ),
            // The ids of other bodies' awards.
            ("pay 14#2015 1", "Pay".to_owned()),
            ("pay 14-2015", "error[usage]: missing: <AMOUNT>".to_owned()),
            ("vary 14-2015 --by-amount -2,500", "Vary".to_owned()),
            ("vary 14-2015 --by-amount 1 --to 2016-06", "Vary".to_owned()),
            (
                "vary 14-2015",
                "error[usage]: missing: --by-amount <±AMOUNT> or --to-amount <AMOUNT> or --fund <FUND> or --allocation <PARTS> or --from <DATE> or --to <DATE>"
                    .to_owned(),
            ),
            (
                "vary 14-2015 --by-amount 1 --to-amount 2",
                "error[usage]: the argument '--by-amount <±AMOUNT>' cannot be used with '--to-amount <AMOUNT>'"
                    .to_owned(),
            ),
            ("budget revise victims unallocated 2015-16 0 --late", "Budget".to_owned()),
            ("budget set victims 2015-16 -5 --dry-run", "Budget".to_owned()),
            ("funding receive cdr 1 --from Someone --opening-balance", "Funding".to_owned()),
            ("repurpose a --purpose P --theme a:60%;b:40% --include-past", "Repurpose".to_owned()),
            (
                "repurpose a --purpose P --theme a:60%;b:30%",
                "error[not-a-split]: the percentages add up to 90%, not 100% (given for --theme <THEME>)".to_owned(),
            ),
            ("award --amount 1 --purpose P --theme a --from 2014-09 --to 2015-08", "Award".to_owned()),
            ("report themes --by fund --fy 2015-16", "Report".to_owned()),
            ("reverse 14 --reason Mistake", "Reverse".to_owned()),
            ("undo 14", "Reverse".to_owned()),
            ("close 2015-3", "error[not-a-date]: `2015-3` is not a valid month (given for <MONTH>)".to_owned()),
            ("recipient add Compassion --identifier GB-CHC-219279 --identifier GB-COH-01234567", "Recipient".to_owned()),
            ("frobnicate", "error[usage]: there is no command `frobnicate`".to_owned()),
        ] {
            assert_eq!(read(line), expected, "{line}");
        }
    }

    #[test]
    fn the_user_may_be_named_before_or_after_the_command() {
        let user = |line: &str| match Cli::try_parse_from(line.split_whitespace()) {
            Ok(Cli { globals, command: Command::Close(_), .. }) => globals.user.map(|user| user.to_string()),
            _ => None,
        };
        assert_eq!(user("almoner --user jane close 2015-03").as_deref(), Some("jane"));
        assert_eq!(user("almoner close 2015-03 --user joe").as_deref(), Some("joe"));
    }
}
