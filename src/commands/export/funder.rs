//! `almoner export funder`: a return to a funder.

mod template;

use std::path::PathBuf;

use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::DateRange;
use almoner_ledger::reports::{FunderReport, funder};
use clap::Args;

use self::template::Template;
use super::paper::{Draft, PaperArgs, range_to_type};
use crate::commands::report::fields::range_in_words;
use crate::commands::report::range::RangeArgs;
use crate::context::{Context, quoted};
use crate::problem::Problem;
use crate::sheet::{Row, Sheet, Style};

#[derive(Debug, Args)]
#[command(
    after_help = "A line a grant that came to something in the period, and their sum, which is the fund's line in \
    `almoner report themes --by fund` for the same days. What the columns are called and show, and what stands \
    above and below them, is in a template: write the one that comes along to a file with --print-template, \
    change it, and give it with --template.\n\n\
    Examples:\n  \
    almoner export funder --fund victims --fy 2015-16 -o return.xlsx\n  \
    almoner export funder --print-template > return.toml\n  \
    almoner export funder --fund victims --fy 2015-16 --template return.toml -o return.html"
)]
pub struct FunderArgs {
    /// The fund, by id or name
    #[arg(long, value_name = "FUND", required_unless_present = "print_template")]
    fund: Option<String>,

    /// What the return looks like [default: the one that comes along]
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,

    /// Print the template that comes along, and nothing else
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
        return context.print(template::SHIPPED);
    };
    let template = match &args.template {
        Some(path) => Template::read(path)?,
        None => Template::parse(template::SHIPPED)?,
    };
    // The name alone: where a file lies is no business of the funder's.
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
    let period = range_in_words(range);
    let filled = |text: &String| {
        let known = [("{fund}", &report.fund_name), ("{period}", &period), ("{body}", &report.stamp.body)];
        known.into_iter().fold(text.clone(), |text, (place, words)| text.replace(place, words))
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
