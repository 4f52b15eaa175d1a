//! `almoner diff`: the records that changed each figure between two times of knowledge.

use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::reports::diff::Moved;
use almoner_ledger::reports::{By, DiffReport, Measure, Published, Query, diff};
use almoner_papers::dates;
use almoner_store::folder::Access;
use almoner_store::{KnownAt, as_known_at};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::audience::AudienceArgs;
use super::explain::PARTS;
use super::report::fields::stamped;
use super::report::range::{FilterArgs, RangeArgs};
use super::report::{Page, known_at, narrowed};
use crate::context::Context;
use crate::output::OutputArgs;
use crate::problem::Problem;
use almoner_papers::sheet::{Cell, Column, Kind, Row, Sheet, Style, cells, columns, on_paper, sum_row};

#[derive(Debug, Args)]
#[command(after_help = "\
Compares a report of one period as known at two times. In every line and column, the parts of the records\n\
in between add up to the change, to the penny.\n\n\
Examples:\n  \
    almoner diff --known-at 2015-06-30 --known-at 2015-09-30 --fy 2015-16\n  \
    almoner diff --known-at 57 --fy 2015-16 --by fund --column expenditure -o changes.xlsx")]
pub struct DiffArgs {
    /// Earlier, then later time: end of a day, or a record [default for the later: now]
    #[arg(long, value_name = "DATE|RECORD", required = true, value_parser = known_at)]
    known_at: Vec<KnownAt>,

    /// Grouping of the lines
    #[arg(long, value_name = "GROUPING", default_value = By::Theme.word())]
    #[arg(value_parser = PossibleValuesParser::new(By::ALL.map(By::word)).map(|word| By::parse(&word).unwrap_or_default()))]
    by: By,

    /// Column to compare; may be repeated [default: all]
    #[arg(long, value_name = "COLUMN")]
    #[arg(value_parser = PossibleValuesParser::new(Measure::OF_LINES.map(Measure::word)).map(|word| Measure::parse(&word).unwrap_or(Measure::Expenditure)))]
    column: Vec<Measure>,

    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    filter: FilterArgs,

    #[command(flatten)]
    audience: AudienceArgs,

    #[command(flatten)]
    output: OutputArgs,
}

/// Compares a report as known at two times.
pub fn run(args: &DiffArgs, context: &Context) -> Result<(), Problem> {
    args.output.prepared(context.terminal)?;
    let audience = args.audience.or(Audience::Officer);
    if !audience.sees_confidential() {
        let message = format!("changes between two reports are not available to the audience `{audience}`");
        return Err(Problem::refused("not-for-audience", message).hint(
            "use --audience officer, for the office only: the report names users and times of recording",
        ));
    }
    let (earlier, later) = match args.known_at.as_slice() {
        [earlier] => (*earlier, None),
        [earlier, later] => (*earlier, Some(*later)),
        _ => {
            return Err(Problem::refused("two-times", "more than two times are given")
                .hint("give --known-at once or twice"));
        }
    };
    let ledger = match later {
        Some(_) => context.open_readable_part()?,
        None => context.open_undamaged(Access::Read)?,
    };
    let earlier = as_known_at(&ledger, earlier)?;
    let later = later.map(|later| as_known_at(&ledger, later)).transpose()?;
    let later: &dyn Books = later.as_ref().map_or(&ledger, |later| later);
    if earlier.head().record > later.head().record {
        let (first, second) = (earlier.head().record, later.head().record);
        let message = format!("the first time (record {first}) is after the second (record {second})");
        return Err(Problem::refused("not-in-order", message).hint("give the earlier time first"));
    }
    let query = narrowed(Query::of(args.range.range(context.today)?), &args.filter, later)?;
    let columns =
        Measure::OF_LINES.into_iter().filter(|it| args.column.is_empty() || args.column.contains(it));
    let report = diff(&earlier, later, &query, args.by, &columns.collect::<Vec<_>>())?;
    let published = Published::new(later, audience)?;
    let (books, today, output, terminal) = (&published, context.today, &args.output, context.terminal);
    Ok(Page { books, today, output, terminal }.write(&report, to_sheet)?)
}

/// The columns of the changed figure: headings on paper, columns in files.
const MOVED: [Column; 5] = [
    Column::new("line", "Line id", Kind::Text, Column::FILES_ONLY),
    Column::new("name", "Line", Kind::Text, Column::FILES_ONLY),
    Column::new("column", "Column", Kind::Text, Column::FILES_ONLY),
    Column::new("old", "Before", Kind::Money, Column::FILES_ONLY),
    Column::new("new", "After", Kind::Money, Column::FILES_ONLY),
];

fn to_sheet(report: &DiffReport) -> Sheet {
    let mut rows = Vec::new();
    for moved in &report.figures {
        let (old, new) = (on_paper(moved.old), on_paper(moved.new));
        rows.push(Row::heading(format!("{}, {}: {old} → {new}", moved.name, words_of(moved.column))));
        rows.extend(moved.parts.iter().map(|part| {
            let before = before(moved).into_iter().chain(cells(PARTS, part));
            Row { cells: before.collect(), style: Style::Normal }
        }));
        rows.push(sum(Style::Subtotal, "Change", Cell::Money(moved.change)));
    }
    for total in &report.total {
        let (old, new) = (on_paper(total.old), on_paper(total.new));
        rows.push(Row::heading(format!("All lines, {}: {old} → {new}", words_of(total.column))));
        rows.push(sum(Style::Total, "Change", Cell::Money(total.change)));
    }
    let mut notes = Vec::new();
    if report.figures.is_empty() {
        notes.push("No figure changed.".to_owned());
    }
    let mut sheet = Sheet {
        columns: MOVED.into_iter().chain(columns(PARTS)).collect(),
        rows,
        notes,
        ..stamped(format!("Changes by {}", report.by.word()), &report.stamp)
    };
    let head: String = report.earlier_head.chars().take(12).collect();
    let (record, at) = (report.earlier.record, dates::moment(&report.earlier.at));
    sheet.facts.push(("Before", format!("as known at record {record}, {at} (head {head}…)")));
    sheet
}

fn words_of(column: Measure) -> String {
    column.word().replace('_', " ")
}

fn before(moved: &Moved) -> Vec<Cell> {
    vec![
        Cell::Text(moved.key.id.clone()),
        Cell::Text(moved.name.clone()),
        Cell::Text(moved.column.to_string()),
        Cell::Money(moved.old),
        Cell::Money(moved.new),
    ]
}

fn sum(style: Style, label: &str, amount: Cell) -> Row {
    let words = MOVED.into_iter().chain(columns(PARTS).take(PARTS.len() - 1));
    sum_row(style, label, "event", words, std::iter::once(amount))
}
