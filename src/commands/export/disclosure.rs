//! `almoner export disclosure`: the two lists that must be published each month.
//!
//! [`mod@almoner_ledger::reports::disclosure`] decides what belongs in which list. Nothing is written while
//! details are missing, unless a draft is requested, which is marked in every file name, page and line.

use std::path::PathBuf;

use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::Month;
use almoner_ledger::reports::disclosure::Missing;
use almoner_ledger::reports::{DisclosureReport, disclosure};
use almoner_papers::invocation::Export;
use almoner_papers::packs::disclosure::papers;
use almoner_papers::render::{Format, paper_rendered};
use almoner_store::folder::Access;
use clap::Args;

use super::typed::made_by;
use crate::commands::audience::ViewArgs;
use crate::context::Context;
use crate::output::folder::{check_free, write_folder};
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "Writes two lists, each as CSV and HTML: every crime and disorder reduction grant made in the month \
    (under power s9, whatever the amount; an increase counts as a grant made), and every payment over £500 against grants made \
    under other powers. Neither list is written while the power, reasons or conditions are missing for any award: add \
    them with `almoner state`, or write a draft with --draft.\n\n\
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
    view: ViewArgs,

    /// Output folder [default: disclosure-MONTH]
    #[arg(long, short = 'o', value_name = "DIR", help_heading = "Output")]
    output: Option<PathBuf>,

    /// Replace the folder if it contains only files from this export
    #[arg(long, help_heading = "Output")]
    force: bool,
}

/// Writes the month's lists.
pub fn run(args: &DisclosureArgs, context: &Context) -> Result<(), Problem> {
    let (month, mark) = (args.month, if args.draft { "-DRAFT" } else { "" });
    let folder = args.output.clone().unwrap_or_else(|| format!("disclosure-{month}{mark}").into());
    check_free(&folder, args.force)?;
    let papers = args.view.read(context, Audience::Public, Access::Read, |books| {
        let report = disclosure(books, month)?;
        match args.draft || report.missing.is_empty() {
            true => {
                let export = Export::Disclosure { month, is_draft: args.draft };
                Ok(papers(&report, books, args.draft, &made_by(export, books))?)
            }
            false => Err(incomplete(&report, context)),
        }
    })?;
    let mut files = Vec::new();
    for (name, paper) in papers {
        for (format, extension) in [(Format::Csv, "csv"), (Format::Html, "html")] {
            let bytes = paper_rendered(&paper, format, context.terminal, None)?;
            files.push((format!("{name}-{month}{mark}.{extension}"), bytes));
        }
    }
    write_folder(&folder, &files, args.force)?;
    let mut text = format!("Written to {}:\n", folder.display());
    text.extend(files.iter().map(|(name, _)| format!("  {name}\n")));
    context.print(&text)
}

/// Returns the missing details, award by award, with the command that adds them.
fn incomplete(report: &DisclosureReport, context: &Context) -> Problem {
    let awards = match report.missing.len() {
        1 => "1 award has".to_owned(),
        several => format!("{several} awards have"),
    };
    let mut message =
        format!("{} cannot be published: {awards} missing details", report.month.in_words_full());
    for missing in &report.missing {
        let details = missing.words().join(", ");
        message.push_str(&format!("\n{}, {}: {details}", missing.grant, missing.recipient_name));
        message.push_str(&format!("\n  {}", context.to_type(&remedy(missing))));
    }
    Problem::refused("not-stated", message)
        .hint("add the details from the decision, or use --draft to write a draft")
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
