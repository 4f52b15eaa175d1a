//! `almoner demo`: a throw-away ledger of the worked example, and what to try with it.

use std::path::{Path, PathBuf};

use almoner_ledger::accounts::Account;
use almoner_ledger::book::Books;
use almoner_ledger::command::Options;
use almoner_ledger::grants::{Fact, GrantId};
use almoner_ledger::money::Money;
use almoner_ledger::reports::Published;
use almoner_ledger::store::folder::Ledger;
use almoner_ledger::text::Text;
use clap::{Args, Parser};

use super::{Command, init, report};
use crate::cli::Cli;
use crate::context::{Context, Request};
use crate::demo::{batches, suffolk};
use crate::layout::wrapped;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(after_help = "It holds the grants that the Suffolk Police and Crime Commissioner decided on from \
    January to March 2015, as published; the payments in it are invented and marked as such.\n\n\
    Examples:\n  almoner demo\n  almoner demo play.ledger")]
pub struct DemoArgs {
    /// The folder to make it in, new or empty [default: one in the folder for temporary files]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// The reports that the demo shows, as they are typed.
const REPORTS: &[&str] = &[
    "report themes --fy 2014-15",
    "report themes --fy 2015-16",
    "report periods --every quarter --from 2014-04-01 --to 2016-03-31",
];

/// What to try next, each with what it does.
const TO_TRY: &[(&str, &str)] = &[
    ("status --fy 2014-15", "the office at a glance, and what needs attention"),
    ("show 16-2015", "a decision and what rests on it"),
    ("show east-coast-recovery-2014 --entries", "a grant with its whole history and every entry"),
    ("report periods --every month --fy 2015-16", "spend by month"),
    ("report themes --by fund --fy 2014-15", "the same figures by another grouping"),
    ("pay 14-2015 10,000 --date 2015-04-20 --dry-run", "what a payment would record"),
    ("report themes --fy 2014-15 -o themes.csv", "a file for Excel"),
    ("verify", "proof that nothing was altered"),
];

/// Makes the ledger and shows it.
pub fn run(args: DemoArgs, mut context: Context) -> Result<(), Problem> {
    context.ledger = match args.folder {
        Some(folder) => folder,
        None => temporary_folder(),
    };
    check_empty(&context.ledger)?;
    if context.user.is_empty() {
        context.user = "demo".to_owned();
    }
    drop(init::create(&context, Text::new(suffolk::BODY)?, Vec::new())?);
    let options = Options { add_missing: true, ..Options::default() };
    for (label, commands) in batches()? {
        let request = Request { label, options, ..Request::default() };
        context.record(request, &|_| Ok(commands.clone()))?;
    }
    let ledger = context.open_read()?;
    context.print(&heading(&ledger, &context)?)?;
    for typed in REPORTS {
        context.print(&format!("\n$ {}\n", context.to_type(typed)))?;
        run_report(typed, &ledger, &context)?;
    }
    context.print(&change_of_purpose(&ledger, &context)?)?;
    context.print(&to_try(&context))
}

/// A folder that is not there yet. Its name is short, since commands to type have it in them.
fn temporary_folder() -> PathBuf {
    let folder = std::env::temp_dir();
    let mut number = std::process::id();
    loop {
        let path = folder.join(format!("almoner-demo-{number}"));
        if path.symlink_metadata().is_err() {
            return path;
        }
        number = number.wrapping_add(1);
    }
}

fn check_empty(folder: &Path) -> Result<(), Problem> {
    let is_taken = folder.is_file() || folder.read_dir().is_ok_and(|mut files| files.next().is_some());
    if is_taken {
        return Err(Problem::refused(
            "not-empty",
            format!("{} is there already and not empty", folder.display()),
        )
        .hint("name a new folder: almoner demo NEW-FOLDER"));
    }
    Ok(())
}

fn heading(ledger: &Ledger, context: &Context) -> Result<String, Problem> {
    let mut grants = 0;
    let mut awarded = Money::ZERO;
    ledger.each_grant(&mut |grant| {
        grants += 1;
        awarded = awarded.plus(grant.standing()?.awarded)?;
        Ok(())
    })?;
    let words = format!(
        "A ledger to play with: {grants} grants of the {}, {} in all, as decided by March 2015. \
         Recipients, dates and amounts are as published; themes are ours, and the {} payments are \
         invented. It is in {} and may be deleted at any time.",
        suffolk::BODY,
        awarded.grouped(),
        suffolk::INVENTED_PAYMENTS.len(),
        context.ledger.display()
    );
    Ok(wrapped("", &words, context.terminal.width))
}

/// Draws a report just as its words, typed, would.
fn run_report(typed: &str, ledger: &Ledger, context: &Context) -> Result<(), Problem> {
    let words = std::iter::once("almoner").chain(typed.split(' '));
    match Cli::try_parse_from(words).map(|cli| cli.command) {
        Ok(Command::Report(args)) => {
            let books = Published::new(ledger, args.audience())?;
            Ok(report::run(&args, &books, context.today, &context.terminal)?)
        }
        Ok(_) => Ok(()),
        Err(error) => Err(Problem::of_arguments(&error)),
    }
}

/// The change of purpose in words, its figures read from its own entries.
fn change_of_purpose(ledger: &Ledger, context: &Context) -> Result<String, Problem> {
    let id = GrantId::new(suffolk::EARLIER_GRANT)?;
    let Some(grant) = ledger.grant(&id)? else { return Ok(String::new()) };
    let repurposed = grant.history.iter().find_map(|recorded| match &*recorded.fact {
        Fact::Repurposed(repurpose) => Some(repurpose),
        _ => None,
    });
    let (Some(repurpose), Some(award)) = (repurposed, grant.award()) else { return Ok(String::new()) };
    let (old, new) = (&award.purpose.split, &repurpose.purpose.split);
    let postings = || grant.history.iter().flat_map(|recorded| recorded.entries.postings());
    let on_the_day =
        || postings().filter(|it| it.account == Account::Commitments && it.effective == repurpose.date);
    let to_new = on_the_day().filter(|it| new.themes().any(|theme| it.theme == Some(theme)));
    let charged =
        postings().filter(|it| it.account == Account::GrantExpenditure && it.effective < repurpose.date);
    let first = format!(
        "On {} decision {} gave {}'s grant of {} another purpose: the {} not yet paid moved from {old} to {new}.",
        repurpose.date,
        suffolk::REPURPOSE.decision,
        suffolk::EARLIER_AWARD.recipient,
        award.amount.grouped(),
        Money::sum(to_new.map(|it| it.amount))?.grouped(),
    );
    let second = format!(
        "The {} charged before stayed under {old}. The grant as a whole changed by {}.",
        Money::sum(charged.map(|it| it.amount))?.grouped(),
        Money::sum(on_the_day().map(|it| it.amount))?.grouped()
    );
    let width = context.terminal.width;
    Ok(format!("\nA change of purpose\n{}{}", wrapped("  ", &first, width), wrapped("  ", &second, width)))
}

fn to_try(context: &Context) -> String {
    let mut text = "\nWhat to try next\n".to_owned();
    for (command, what) in TO_TRY {
        text.push_str(&format!("  # {what}\n  {}\n", context.to_type(command)));
    }
    text
}
