//! `almoner demo`: an example ledger with reports and suggested commands.

use std::path::{Path, PathBuf};

use almoner_app::narrative::recipient_name;
use almoner_app::recording::Request;
use almoner_ledger::accounts::Account;
use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::command::Options;
use almoner_ledger::grants::{Fact, GrantId};
use almoner_ledger::money::Money;
use almoner_ledger::reports::Published;
use almoner_ledger::text::Text;
use almoner_store::folder::Ledger;
use clap::{Args, Parser};

use super::cli::Cli;
use super::{Command, init, report};
use crate::context::Context;
use crate::demo::{BODY, EARLIER_GRANT, batches};
use crate::problem::Problem;
use almoner_papers::layout::wrapped;

#[derive(Debug, Args)]
#[command(
    after_help = "Contains the grant decisions made by the Suffolk Police and Crime Commissioner from January to \
    March 2015, as published. The payments are invented and marked as such.\n\n\
    Examples:\n  almoner demo\n  almoner demo play.ledger"
)]
pub struct DemoArgs {
    /// New or empty folder for the ledger [default: a new temporary folder]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// The reports shown, as typed.
const REPORTS: &[&str] = &[
    "report themes --fy 2014-15",
    "report themes --fy 2015-16",
    "report periods --every quarter --from 2014-04-01 --to 2016-03-31",
];

/// Suggested commands, each with a description.
const TO_TRY: &[(&str, &str)] = &[
    ("status --fy 2014-15", "the position at a glance, and what needs attention"),
    ("show 16-2015", "a decision and its grants"),
    ("show east-coast-recovery-2014 --entries", "a grant with its history and every entry"),
    ("report periods --every month --fy 2015-16", "expenditure by month"),
    ("report themes --by fund --fy 2014-15", "the same figures by fund"),
    ("pay 14-2015 10,000 --date 2015-04-20 --dry-run", "preview of a payment"),
    ("report themes --fy 2014-15 -o themes.csv", "a file for Excel"),
    ("verify", "check that nothing was altered"),
];

/// Creates the ledger and shows its reports.
pub fn run(args: DemoArgs, mut context: Context) -> Result<(), Problem> {
    context.office.location = match args.folder {
        Some(folder) => folder,
        None => temporary_folder(),
    };
    check_empty(&context.office.location)?;
    if context.actor.user.is_none() {
        context.actor.user = Some(Text::new("demo")?);
    }
    fill(&context)?;
    let ledger = context.open_read()?;
    context.print(&heading(&ledger, &context)?)?;
    for typed in REPORTS {
        context.print(&format!("\n$ {}\n", context.to_type(typed)))?;
        run_report(typed, &ledger, &context)?;
    }
    context.print(&change_of_purpose(&ledger, &context)?)?;
    context.print(&to_try(&context))
}

/// Creates the example ledger where the context's is.
pub fn fill(context: &Context) -> Result<(), Problem> {
    drop(init::create(context, Text::new(BODY)?, Vec::new())?);
    let options = Options { add_missing: true, ..Options::default() };
    for (label, commands) in batches()? {
        let request = Request { label, ..Request::default() };
        context
            .office
            .record(&context.actor, request, options.clone(), |_| Ok::<_, Problem>(commands.clone()))?;
    }
    Ok(())
}

/// Returns a temporary folder that does not exist. The name is short, because it is part of suggested commands.
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
            format!("`{}` already exists and is not an empty folder", folder.display()),
        )
        .hint("give a new folder: almoner demo NEW-FOLDER"));
    }
    Ok(())
}

fn heading(ledger: &Ledger, context: &Context) -> Result<String, Problem> {
    let (mut grants, mut payments) = (0, 0);
    let mut awarded = Money::ZERO;
    ledger.each_grant(&mut |grant| {
        grants += 1;
        payments += grant.facts().filter(|fact| matches!(fact, Fact::Paid(_))).count();
        awarded = awarded.plus(grant.standing()?.awarded)?;
        Ok(())
    })?;
    let words = format!(
        "Example ledger: {grants} grants made by the {}, {} in total, from decisions up to March 2015. \
         Recipients, dates and amounts are as published; themes are illustrative and the {payments} payments are \
         invented. Its folder, {}, can be deleted at any time.",
        BODY,
        awarded.grouped(),
        context.office.location.display()
    );
    Ok(wrapped("", &words, context.terminal.width))
}

/// Runs a report as typed.
fn run_report(typed: &str, ledger: &Ledger, context: &Context) -> Result<(), Problem> {
    let words = std::iter::once("almoner").chain(typed.split(' '));
    match Cli::try_parse_from(words).map(|cli| cli.command) {
        Ok(Command::Report(args)) => {
            let books = Published::new(ledger, args.view.audience.or(Audience::Officer))?;
            report::run(&args, &books, context.actor.today, &context.terminal)
        }
        Ok(_) => Ok(()),
        Err(error) => Err(Problem::of_arguments(&error)),
    }
}

/// Describes the change of purpose, with figures from its entries.
fn change_of_purpose(ledger: &Ledger, context: &Context) -> Result<String, Problem> {
    let id = GrantId::new(EARLIER_GRANT)?;
    let Some(grant) = ledger.grant(&id)? else { return Ok(String::new()) };
    let repurposed = grant.history.iter().find_map(|recorded| {
        if let Fact::Repurposed(repurpose) = &*recorded.fact { Some(repurpose) } else { None }
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
        "On {}, decision {} changed the purpose of {}'s grant of {}: the unpaid {} moved from {old} to {new}.",
        repurpose.date.in_words(),
        repurpose.decision.as_ref().map(ToString::to_string).unwrap_or_default(),
        recipient_name(ledger, &award.recipient)?,
        award.amount.grouped(),
        Money::sum(to_new.map(|it| it.amount))?.grouped(),
    );
    let second = format!(
        "Expenditure of {} recognised before then stayed under {old}. The total of the grant changed by {}.",
        Money::sum(charged.map(|it| it.amount))?.grouped(),
        Money::sum(on_the_day().map(|it| it.amount))?.grouped()
    );
    let width = context.terminal.width;
    Ok(format!("\nA change of purpose\n{}{}", wrapped("  ", &first, width), wrapped("  ", &second, width)))
}

fn to_try(context: &Context) -> String {
    let mut text = "\nNext steps\n".to_owned();
    for (command, what) in TO_TRY {
        text.push_str(&format!("  # {what}\n  {}\n", context.to_type(command)));
    }
    text
}
