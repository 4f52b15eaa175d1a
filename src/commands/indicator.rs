//! `almoner indicator`: performance indicators, external data reported beside a theme.

use almoner_app::intents::marked;
use almoner_ledger::book::Books;
use almoner_ledger::command::Command;
use almoner_ledger::indicators::{Baseline, Indicator, IndicatorKey, IndicatorPeriod, IndicatorValue};
use almoner_ledger::publication::{Publication, Subject};
use almoner_ledger::reports::indicators::IndicatorFigure;
use almoner_ledger::text::Text;
use almoner_ledger::themes::ThemeId;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::cli::RecordingArgs;
use super::list::List;
use super::publication::{ConfidentialArgs, Marked, record_publication};
use super::{Recording, record_all};
use crate::context::Context;
use crate::output::TableArgs;
use crate::problem::Problem;
use almoner_papers::sheet::{Cell, Field, Kind};

#[derive(Debug, Args)]
pub struct IndicatorArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Add(AddArgs),
    /// Withhold a performance indicator from the public and the panel
    #[command(
        override_usage = "almoner indicator withhold <NAME> --theme <THEME> --period <PERIOD>\n       [OPTIONS]",
        after_help = "Example:\n  almoner indicator withhold \"Recorded incidents\" --theme domestic-abuse --period 2015-16Q1"
    )]
    Withhold(KeyArgs),
    /// Show a performance indicator to the public and the panel again
    #[command(
        override_usage = "almoner indicator publish <NAME> --theme <THEME> --period <PERIOD>\n       [OPTIONS]",
        after_help = "The public and the panel can see a performance indicator if they can see its theme.\n\n\
        Example:\n  almoner indicator publish \"Recorded incidents\" --theme domestic-abuse --period 2015-16Q1"
    )]
    Publish(KeyArgs),
    /// List the performance indicators
    List(TableArgs),
}

/// Record a performance indicator for a theme and period
#[derive(Debug, Args)]
#[command(
    override_usage = "almoner indicator add <NAME> --theme <THEME> --period <PERIOD>\n       \
    --value <FIGURE> --source <TEXT> [OPTIONS]",
    after_help = "The change from the baseline is shown unrounded, and also as a percentage rounded to one decimal \
        place (halves away from zero).\n\n\
    Example:\n  \
    almoner indicator add \"Recorded incidents\" --theme domestic-abuse \\\n    \
      --period 2015-16Q1 --value 1,204 --unit incidents \\\n    \
      --baseline 1,160 --baseline-period 2014-15Q1 \\\n    \
      --source \"Police recorded crime\""
)]
struct AddArgs {
    /// Name of the indicator
    name: Text,

    /// Theme
    #[arg(long, value_name = "THEME")]
    theme: ThemeId,

    /// Period: 2015-04, 2015-16Q1 or 2015-16
    #[arg(long, value_name = "PERIOD")]
    period: IndicatorPeriod,

    /// Value
    #[arg(long, value_name = "FIGURE", allow_hyphen_values = true)]
    value: IndicatorValue,

    /// Unit, such as incidents or per 1,000 people
    #[arg(long, value_name = "TEXT")]
    unit: Option<Text>,

    /// Baseline value for comparison
    #[arg(long, value_name = "FIGURE", allow_hyphen_values = true, requires = "baseline_period")]
    baseline: Option<IndicatorValue>,

    /// Period to which the baseline relates
    #[arg(long, value_name = "PERIOD", requires = "baseline")]
    baseline_period: Option<IndicatorPeriod>,

    /// Source of the data
    #[arg(long, value_name = "TEXT")]
    source: Text,

    /// Replace a value that is already recorded
    #[arg(long)]
    revise: bool,

    #[command(flatten)]
    confidential: ConfidentialArgs,

    #[command(flatten)]
    recording: RecordingArgs,
}

#[derive(Debug, Args)]
struct KeyArgs {
    /// Name of the indicator
    name: Text,

    /// Theme
    #[arg(long, value_name = "THEME")]
    theme: ThemeId,

    /// Period: 2015-04, 2015-16Q1 or 2015-16
    #[arg(long, value_name = "PERIOD")]
    period: IndicatorPeriod,

    #[command(flatten)]
    recording: RecordingArgs,
}

impl KeyArgs {
    fn record(self, publication: Publication, context: Context) -> Result<(), Problem> {
        let KeyArgs { name, theme, period, recording } = self;
        let of = Subject::Indicator(IndicatorKey { theme, name, period });
        record_publication(context, &recording, of, publication)
    }
}

/// A line of the list.
#[derive(Debug, Serialize)]
struct Line {
    theme: ThemeId,
    #[serde(flatten)]
    figure: IndicatorFigure,
}

const FIELDS: &[Field<Marked<Line>>] = &[
    Field::new("theme", "Theme", Kind::Text, 0, |line| Cell::Text(line.what.theme.to_string())),
    Field::new("name", "Indicator", Kind::Text, 0, |line| Cell::Text(line.what.figure.name.to_string())),
    Field::new("period", "Period", Kind::Text, 0, |line| Cell::Text(line.what.figure.period.to_string())),
    Field::new("value", "Figure", Kind::Count, 0, |line| Cell::Figure(line.what.figure.value.to_string())),
    Field::new("unit", "Unit", Kind::Text, 3, |line| Cell::stated(line.what.figure.unit.as_ref())),
    Field::new("baseline", "Baseline", Kind::Count, 2, |line| Cell::figure(line.what.figure.baseline)),
    Field::new("baseline_period", "Baseline period", Kind::Text, 4, |line| {
        Cell::given(line.what.figure.baseline_period)
    }),
    Field::new("change", "Change", Kind::Count, 2, |line| Cell::figure(line.what.figure.change.as_ref())),
    Field::new("change_percent", "Change %", Kind::Count, 2, |line| {
        Cell::figure(line.what.figure.change_percent.as_ref())
    }),
    Field::new("source", "Source", Kind::Text, 5, |line| Cell::Text(line.what.figure.source.to_string())),
    Field::new("publication", "Publication", Kind::Text, 6, Marked::cell),
];

/// Records an indicator or lists them.
pub fn run(args: IndicatorArgs, context: Context) -> Result<(), Problem> {
    match args.what {
        What::Add(args) => {
            let indicator = IndicatorKey { theme: args.theme, name: args.name, period: args.period };
            let baseline = args.baseline.zip(args.baseline_period);
            let baseline = baseline.map(|(value, period)| Baseline { value, period });
            let stated = Indicator { value: args.value, unit: args.unit, baseline, source: args.source };
            let command = Command::SetIndicator { indicator, stated: Box::new(stated), revise: args.revise };
            let commands = marked(command, args.confidential.confidential);
            record_all(context, &args.recording, Recording::of("indicator add"), &|_| Ok(commands.clone()))
        }
        What::Withhold(args) => args.record(Publication::Confidential, context),
        What::Publish(args) => args.record(Publication::Public, context),
        What::List(args) => {
            let ledger = context.open_read()?;
            let lines = ledger.reference().indicators.iter().map(|(key, stated)| {
                let figure = IndicatorFigure::of(&key.name, key.period, stated);
                let line = Line { theme: key.theme.clone(), figure };
                Marked::of(&ledger, &Subject::Indicator(key.clone()), line)
            });
            let list = List::new(&ledger, "almoner.indicators/1", "Performance indicators", lines.collect());
            list.write(FIELDS, &args, &context)
        }
    }
}
