//! `almoner budget`: annual budgets of funds and themes.

use almoner_app::intents::marked;
use almoner_ledger::book::Books;
use almoner_ledger::budgets::{Budget, BudgetKey};
use almoner_ledger::calendar::{Date, FinancialYear};
use almoner_ledger::command::Command;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::funds::FundId;
use almoner_ledger::money::Money;
use almoner_ledger::publication::{Publication, Subject};
use almoner_ledger::themes::ThemeId;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::cli::RecordingArgs;
use super::list::List;
use super::publication::{ConfidentialArgs, Marked, record_publication};
use super::{Recording, dates, record_all};
use crate::context::Context;
use crate::output::TableArgs;
use crate::problem::Problem;
use almoner_papers::sheet::{Cell, Field, Kind};

#[derive(Debug, Args)]
pub struct BudgetArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Set the annual budget for a fund and theme
    #[command(
        override_usage = "almoner budget set [OPTIONS] <FUND> [THEME] <FY> <AMOUNT>",
        after_help = "If no theme is given, the budget is not allocated to any theme.\n\n\
        Examples:\n  \
        almoner budget set victims domestic-abuse 2015-16 180,000\n  \
        almoner budget set victims 2015-16 20,000"
    )]
    Set(AmountArgs),
    /// Replace a budget with a revised amount
    #[command(
        override_usage = "almoner budget revise [OPTIONS] <FUND> [THEME] <FY> <AMOUNT>",
        after_help = "Months before the revision takes effect, and closed months, still show the previous budget.\n\n\
        Example:\n  almoner budget revise victims domestic-abuse 2015-16 195,000 --decision 31-2015"
    )]
    Revise(AmountArgs),
    /// Withhold a budget from the public and the panel
    #[command(
        override_usage = "almoner budget withhold [OPTIONS] <FUND> [THEME] <FY>",
        after_help = "Example:\n  almoner budget withhold victims domestic-abuse 2015-16 --confirm-withholding"
    )]
    Withhold(KeyArgs),
    /// Show a budget to the public and the panel again
    #[command(
        override_usage = "almoner budget publish [OPTIONS] <FUND> [THEME] <FY>",
        after_help = "The public and the panel can see a budget if they can see its fund and theme, unless a \
            confidential decision set or revised it.\n\n\
        Example:\n  almoner budget publish victims domestic-abuse 2015-16"
    )]
    Publish(KeyArgs),
    /// List the annual budgets
    List(TableArgs),
}

// The theme may be left out although it is not last, which clap cannot express: the texts are read in `budget`.
#[derive(Debug, Args)]
struct AmountArgs {
    /// Fund
    fund: FundId,

    /// Theme [default: unallocated]
    theme: String,

    /// Financial year: 2015-16
    #[arg(value_name = "FY", allow_hyphen_values = true)]
    year: String,

    /// Total budget for the year, not the amount of the change
    #[arg(allow_hyphen_values = true)]
    amount: Option<String>,

    /// Decision by which the budget is set or revised
    #[arg(long, value_name = "NUMBER")]
    decision: Option<DecisionId>,

    /// Date from which the budget applies [default: for a revision, the date of its decision, if stated; otherwise 1 April]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    date: Option<Date>,

    /// Add the fund and theme if the ledger does not have them
    #[arg(long, help_heading = "Recording")]
    add_missing: bool,

    #[command(flatten)]
    confidential: ConfidentialArgs,

    #[command(flatten)]
    recording: RecordingArgs,
}

#[derive(Debug, Args)]
struct KeyArgs {
    /// Fund
    fund: FundId,

    /// Theme [default: unallocated]
    theme: String,

    /// Financial year: 2015-16
    #[arg(value_name = "FY", allow_hyphen_values = true)]
    year: Option<String>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// A line of the list.
#[derive(Debug, Serialize)]
struct Line {
    fund: FundId,
    theme: ThemeId,
    year: FinancialYear,
    /// The budget as first set.
    original: Money,
    amount: Money,
    /// From when that applies.
    date: Date,
    decision: Option<DecisionId>,
}

const FIELDS: &[Field<Marked<Line>>] = &[
    Field::new("fund", "Fund", Kind::Text, 0, |line| Cell::Text(line.what.fund.to_string())),
    Field::new("theme", "Theme", Kind::Text, 0, |line| Cell::Text(line.what.theme.to_string())),
    Field::new("year", "Year", Kind::Text, 0, |line| Cell::Text(line.what.year.to_string())),
    Field::new("original", "Original", Kind::Money, 1, |line| Cell::Money(line.what.original)),
    Field::new("amount", "Budget", Kind::Money, 0, |line| Cell::Money(line.what.amount)),
    Field::new("date", "From", Kind::Date, 1, |line| Cell::Date(line.what.date)),
    Field::new("decision", "Decision", Kind::Text, 2, |line| Cell::given(line.what.decision.as_ref())),
    Field::new("publication", "Publication", Kind::Text, 3, Marked::cell),
];

/// Records a budget or lists them.
pub fn run(args: BudgetArgs, context: Context) -> Result<(), Problem> {
    match args.what {
        What::Set(args) => set(&args, false, context),
        What::Revise(args) => set(&args, true, context),
        What::Withhold(args) => publish(&args, Publication::Confidential, context),
        What::Publish(args) => publish(&args, Publication::Public, context),
        What::List(args) => {
            let ledger = context.open_read()?;
            let lines = ledger.reference().budgets.iter().map(|(key, versions)| {
                let BudgetKey { fund, theme, year } = key.clone();
                let Budget { amount, date, decision } = (**versions).clone();
                let original = versions.each().next().map_or(amount, |(first, _)| first.amount);
                let line = Line { fund, theme, year, original, amount, date, decision };
                Marked::of(&ledger, &Subject::Budget(key.clone()), line)
            });
            let lines = lines.collect();
            List::new(&ledger, "almoner.budgets/2", "Annual budgets", lines).write(FIELDS, &args, &context)
        }
    }
}

fn set(args: &AmountArgs, revise: bool, context: Context) -> Result<(), Problem> {
    let (budget, amount) = budget(args)?;
    let recording = Recording { add_missing: args.add_missing, ..Recording::of("budget") };
    let (date, decision) = (args.date, args.decision.clone());
    let command = Command::SetBudget { budget, amount, date, decision, revise };
    let commands = marked(command, args.confidential.confidential);
    record_all(context, &args.recording, recording, &|_| Ok(commands.clone()))
}

fn publish(args: &KeyArgs, publication: Publication, context: Context) -> Result<(), Problem> {
    let (theme, year) = match &args.year {
        Some(year) => (theme(&args.theme)?, year),
        None => (ThemeId::unallocated(), &args.theme),
    };
    let key = BudgetKey { fund: args.fund.clone(), theme, year: self::year(year)? };
    record_publication(context, &args.recording, Subject::Budget(key), publication)
}

fn theme(text: &str) -> Result<ThemeId, Problem> {
    text.parse().map_err(|error| Problem::of_value(&error, "<THEME>"))
}

fn year(text: &str) -> Result<FinancialYear, Problem> {
    FinancialYear::parse(text).map_err(|error| Problem::of_value(&error, "<FY>"))
}

/// Reads the positional arguments: with three, the theme is left out.
fn budget(args: &AmountArgs) -> Result<(BudgetKey, Money), Problem> {
    let (theme, year, amount) = match &args.amount {
        Some(amount) => (theme(&args.theme)?, &args.year, amount),
        None => (ThemeId::unallocated(), &args.theme, &args.year),
    };
    let year = self::year(year)?;
    let amount = Money::parse(amount).map_err(|error| Problem::of_value(&error, "<AMOUNT>"))?;
    Ok((BudgetKey { fund: args.fund.clone(), theme, year }, amount))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: AmountArgs,
    }

    #[test]
    fn the_theme_may_be_left_out() {
        for (line, expected) in [
            ("victims abuse 2015-16 180,000", "victims abuse 2015-16 180000.00"),
            ("victims 2015-16 £5", "victims unallocated 2015-16 5.00"),
            ("victims 2015-16 -5 --add-missing", "victims unallocated 2015-16 -5.00"),
            (
                "victims abuse 2015 1",
                "error[not-a-date]: `2015` is not a valid financial year (given for <FY>)",
            ),
            (
                "victims abuse 2015-16",
                "error[not-a-date]: `abuse` is not a valid financial year (given for <FY>)",
            ),
            (
                "victims 2015-16 1.234,56",
                "error[not-an-amount]: `1.234,56` is not a valid amount (given for <AMOUNT>)",
            ),
        ] {
            let words = std::iter::once("almoner").chain(line.split(' '));
            let read = match budget(&Line::parse_from(words).args) {
                Ok((BudgetKey { fund, theme, year }, amount)) => format!("{fund} {theme} {year} {amount}"),
                Err(problem) => problem.text().lines().next().unwrap_or_default().to_owned(),
            };
            assert_eq!(read, expected, "{line}");
        }
    }
}
