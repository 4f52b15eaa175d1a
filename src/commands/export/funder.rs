//! `almoner export funder`: a return to a funder.

mod template;

use std::path::PathBuf;

use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::DateRange;
use almoner_ledger::reports::{FunderReport, funder};
use almoner_papers::dates;
use clap::Args;

use self::template::Template;
use super::paper::{Draft, PaperArgs, range_to_type};
use crate::commands::report::range::RangeArgs;
use crate::context::Context;
use crate::problem::Problem;
use crate::terminal::quoted;
use almoner_papers::sheet::{Row, Sheet, Style};

#[derive(Debug, Args)]
#[command(
    after_help = "Writes a line for each grant with figures in the period, and their total, which agrees with the fund's \
    line in `almoner report themes --by fund`. A template defines the columns and the text before and after \
    them: write the default template to a file with --print-template, edit it, and use it with --template.\n\n\
    Examples:\n  \
    almoner export funder --fund victims --fy 2015-16 -o return.xlsx\n  \
    almoner export funder --print-template > return.toml\n  \
    almoner export funder --fund victims --fy 2015-16 --template return.toml -o return.html"
)]
pub struct FunderArgs {
    /// Fund id or name
    #[arg(long, value_name = "FUND", required_unless_present = "print_template")]
    fund: Option<String>,

    /// Template of the return [default: the built-in template]
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,

    /// Print the built-in template only
    #[arg(long)]
    print_template: bool,

    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    paper: PaperArgs,
}

/// Writes the return.
pub fn run(args: &FunderArgs, context: &Context) -> Result<(), Problem> {
    let Some(fund) = args.fund.as_deref().filter(|_| !args.print_template) else {
        return context.print(template::BUILT_IN);
    };
    let template = match &args.template {
        Some(path) => Template::read(path)?,
        None => Template::parse(template::BUILT_IN)?,
    };
    // The file name only, since the funder should not see the path.
    let file = args.template.as_deref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy());
    args.paper.write(context, Audience::Public, |books, today| {
        let range = args.range.range(today)?;
        let report = funder(books, range, fund)?;
        let mut command = format!("funder --fund {} {}", report.fund, range_to_type(range));
        if let Some(name) = &file {
            command.push_str(&format!(" --template {}", quoted(name)));
        }
        let sheet = sheet(&report, &template, range);
        Ok(Draft { title: sheet.title.clone(), range, sheets: vec![sheet], command })
    })
}

fn sheet(report: &FunderReport, template: &Template, range: DateRange) -> Sheet {
    let period = dates::days(range);
    let filled = |text: &String| {
        let known = [("{fund}", &report.fund_name), ("{period}", &period), ("{body}", &report.stamp.body)];
        known.into_iter().fold(text.clone(), |text, (place, value)| text.replace(place, value))
    };
    let line = |row| Row { cells: template.cells(row), style: Style::Normal };
    let mut rows: Vec<Row> = report.rows.iter().map(line).collect();
    if !rows.is_empty() {
        rows.push(Row { cells: template.total(&report.total), style: Style::Total });
    }
    Sheet {
        key: "return",
        title: filled(&template.title),
        lead: template.above.iter().map(filled).collect(),
        columns: template.columns(),
        rows,
        notes: template.below.iter().map(filled).collect(),
        ..Sheet::default()
    }
}
