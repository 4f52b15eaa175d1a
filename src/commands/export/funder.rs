//! `almoner export funder`: a return to a funder.

use std::path::{Path, PathBuf};

use almoner_app::figures::{Days, FunderReturn};
use almoner_ledger::audience::Audience;
use almoner_ledger::reports::Published;
use almoner_papers::packs::funder::template::{BUILT_IN, Template, TemplateError};
use almoner_papers::paper::Paper;
use clap::Args;

use super::paper::PaperArgs;
use super::typed::typed;
use crate::commands::report::range::RangeArgs;
use crate::context::Context;
use crate::input;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "Writes a line for each grant with figures in the period, and a total, which agrees with the fund's \
    line in `almoner report themes --by fund`. A template defines the columns, and the text before and after the \
    table: write the default template to a file with --print-template, edit it, and use it with --template.\n\n\
    Examples:\n  \
    almoner export funder --fund victims --fy 2015-16 -o return.xlsx\n  \
    almoner export funder --print-template > return.toml\n  \
    almoner export funder --fund victims --fy 2015-16 --template return.toml -o return.html"
)]
pub struct FunderArgs {
    /// Fund id or name
    #[arg(long, value_name = "FUND", required_unless_present = "print_template")]
    fund: Option<String>,

    /// Template for the return [default: the built-in template]
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,

    /// Print the built-in template only
    #[arg(long)]
    print_template: bool,

    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    pub(super) paper: PaperArgs,
}

impl FunderArgs {
    /// Makes the return.
    pub(super) fn made(&self, books: &Published<'_>, days: Days) -> Result<Paper, Problem> {
        self.made_by(&self.chosen()?, books, days)
    }

    fn chosen(&self) -> Result<Template, Problem> {
        match &self.template {
            Some(path) => read(path),
            None => parse(BUILT_IN),
        }
    }

    fn made_by(&self, template: &Template, books: &Published<'_>, days: Days) -> Result<Paper, Problem> {
        // The file name only, since the funder should not see the path.
        let file = self.template.as_deref().and_then(|path| path.file_name());
        let name = file.map(|name| name.to_string_lossy().into_owned());
        let fund = self.fund.as_deref().unwrap_or_default();
        let paper = FunderReturn { fund, period: self.range.period(), template, name };
        Ok(paper.run(books, days, &typed)?)
    }
}

/// Writes the return.
pub fn run(args: &FunderArgs, context: &Context) -> Result<(), Problem> {
    if args.print_template {
        return context.print(BUILT_IN);
    }
    let template = args.chosen()?;
    args.paper.write(context, Audience::Public, |books, days| args.made_by(&template, books, days))
}

/// Reads a template file.
fn read(path: &Path) -> Result<Template, Problem> {
    parse(&input::text(path, format_args!("`{}`", path.display()))?)
}

fn parse(text: &str) -> Result<Template, Problem> {
    Template::parse(text).map_err(|error| {
        let hint = match (&error, error.choices().as_slice()) {
            (TemplateError::Unknown { .. }, [nearest]) => format!("did you mean `{nearest}`?"),
            (TemplateError::Unknown { .. }, words) => format!("choose one of: {}", words.join(", ")),
            _ => "start from `almoner export funder --print-template`".to_owned(),
        };
        let code = match error {
            TemplateError::Unknown { .. } => "unknown-column",
            _ => "not-a-template",
        };
        Problem::refused(code, error.to_string()).hint(hint)
    })
}
