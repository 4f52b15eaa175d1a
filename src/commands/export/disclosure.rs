//! `almoner export disclosure`: the two lists that must be published each month.
//!
//! [`mod@almoner_ledger::reports::disclosure`] decides what belongs in which list. Nothing is written while
//! details are missing, unless a draft is requested, which is marked in every file name, page and line.

use std::path::PathBuf;

use almoner_app::figures::{Days, Disclosed, DisclosureLists};
use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::Month;
use almoner_ledger::reports::disclosure::Missing;
use almoner_ledger::reports::{DisclosureReport, Published};
use almoner_papers::paper::Paper;
use almoner_papers::render::{Format, paper_rendered};
use almoner_store::folder::Access;
use clap::Args;

use super::note_exported;
use super::typed::typed;
use crate::commands::audience::ViewArgs;
use crate::context::Context;
use crate::output::folder::{check_free, write_folder};
use crate::problem::Problem;
use crate::terminal::notify;

#[derive(Debug, Args)]
#[command(
    after_help = "Writes two lists, each as CSV and HTML: every crime and disorder reduction grant made in the month \
    (under section 9, whatever the amount; an increase counts as a grant made), and every payment over £500 against grants made \
    under other powers. Neither list is written while the power, reasons or conditions are missing for any award: add \
    them with `almoner state`, or write a draft with --draft. For a month that has not ended, only a draft can be written.\n\n\
    Confidentiality alone does not allow an item to be withheld: a ground must be recorded with `almoner decision ground`. \
    The pages say how many items are withheld on each ground.\n\n\
    Examples:\n  \
    almoner export disclosure --month 2015-03\n  \
    almoner export disclosure --month 2015-03 --draft -o march"
)]
pub struct DisclosureArgs {
    /// Month: 2015-03
    #[arg(long, value_name = "MONTH")]
    month: Month,

    /// Write a copy marked as a draft, even if details are missing
    #[arg(long)]
    draft: bool,

    #[command(flatten)]
    pub(super) view: ViewArgs,

    /// Output folder [default: disclosure-MONTH]
    #[arg(long, short = 'o', value_name = "DIR", help_heading = "Output")]
    output: Option<PathBuf>,

    /// Replace the folder if it contains nothing but an earlier disclosure export
    #[arg(long, help_heading = "Output")]
    force: bool,
}

/// Writes the month's lists.
pub fn run(args: &DisclosureArgs, context: &Context) -> Result<(), Problem> {
    let (month, draft) = (args.month, if args.draft { "-DRAFT" } else { "" });
    let folder = args.output.clone().unwrap_or_else(|| format!("disclosure-{month}{draft}").into());
    check_free(&folder, args.force)?;
    let files = args.view.read(context, Audience::Public, Access::Read, |books| {
        let (mut files, mut noted) = (Vec::new(), Vec::new());
        let days = args.view.view(Audience::Public).days(books, context.actor.today);
        let (papers, summary) = args.lists(books, days, context)?;
        for (name, paper) in papers {
            for (format, extension) in [(Format::Csv, "csv"), (Format::Html, "html")] {
                let bytes = paper_rendered(&paper, format, context.terminal, None)?;
                files.push((format!("{name}-{month}{draft}.{extension}"), bytes));
                noted.push((paper.mark().cloned(), paper.command().to_owned()));
            }
        }
        write_folder(&folder, &files, args.force, books.audience())?;
        notify(&summary);
        for ((name, bytes), (mark, command)) in files.iter().zip(&noted) {
            note_exported(context, books, (mark.as_ref(), command), Some(&folder.join(name)), bytes);
        }
        Ok(files)
    })?;
    let mut text = format!("Written to {}:\n", folder.display());
    text.extend(files.iter().map(|(name, _)| format!("  {name}\n")));
    context.print(&text)
}

/// The lists with their file names, and what they contain in a sentence.
type Lists = (Vec<(&'static str, Paper)>, String);

impl DisclosureArgs {
    /// Returns the lists with their file names, and what they contain in a sentence, unless something is missing.
    pub(super) fn lists(
        &self,
        books: &Published<'_>,
        days: Days,
        context: &Context,
    ) -> Result<Lists, Problem> {
        let lists = DisclosureLists { month: self.month, is_draft: self.draft };
        match lists.run(books, days, &typed)? {
            Disclosed::Papers(papers, summary) => Ok((papers, summary)),
            Disclosed::Incomplete(report) => Err(incomplete(&report, context)),
        }
    }
}

/// Returns the missing details, award by award, with the command that adds them.
fn incomplete(report: &DisclosureReport, context: &Context) -> Problem {
    let awards = match report.missing.len() {
        0 => None,
        1 => Some("1 award has missing details".to_owned()),
        several => Some(format!("{several} awards have missing details")),
    };
    let withheld = &report.withheld;
    let groundless = match withheld.without_ground.len() {
        0 => None,
        1 => Some("items are withheld under 1 decision for which no ground is recorded".to_owned()),
        several => {
            Some(format!("items are withheld under {several} decisions for which no ground is recorded"))
        }
    };
    let powerless =
        (!withheld.without_power.is_empty()).then(|| "items with no stated power are withheld".to_owned());
    let undecided = (!withheld.without_decision.is_empty())
        .then(|| "items of awards without a decision are withheld".to_owned());
    let why: Vec<String> = [awards, groundless, powerless, undecided].into_iter().flatten().collect();
    let mut message = format!("{} cannot be published: {}", report.month.in_words_full(), why.join("; "));
    for missing in &report.missing {
        let details = missing.words().join(", ");
        message.push_str(&format!("\n{}, {}: {details}", missing.grant, missing.recipient_name));
        message.push_str(&format!("\n  {}", context.to_type(&remedy(missing))));
    }
    for decision in &withheld.without_ground {
        let command = format!("decision ground {decision} national-security|safety|justice --view DATE");
        message.push_str(&format!("\nDecision {decision}: ground\n  {}", context.to_type(&command)));
    }
    for decision in &withheld.without_power {
        let command = format!("show {decision}");
        message.push_str(&format!(
            "\nDecision {decision}: power of its awards\n  {}",
            context.to_type(&command)
        ));
    }
    for grant in &withheld.without_decision {
        let command = format!("state {grant} --decision NUMBER");
        message.push_str(&format!("\n{grant}: decision\n  {}", context.to_type(&command)));
    }
    Problem::refused("not-stated", message)
        .hint("consult the decision and add the missing details, or use --draft to write a draft")
}

/// Returns the command that adds the missing details.
fn remedy(missing: &Missing) -> String {
    let option = |word: &&str| match *word {
        "power" => "--power s9|s143|other".to_owned(),
        word => format!("--{word} TEXT"),
    };
    let options: Vec<String> = missing.words().iter().map(option).collect();
    format!("state {} {}", missing.grant, options.join(" "))
}
