//! `almoner export 360giving`.
//!
//! What stands in which field of the standard is decided in [`standard`]; the files are written in
//! [`mod@file`].

mod file;
mod standard;

use almoner_ledger::audience::Audience;
use almoner_ledger::recipients::Identifier;
use almoner_ledger::reports::{GivingReport, giving};
use almoner_ledger::store::KnownAt;
use almoner_ledger::store::folder::Access;
use clap::Args;

use self::standard::{Listed, Prefix, Publisher};
use crate::commands::audience::{AudienceArgs, published};
use crate::commands::report::known_at;
use crate::commands::report::range::RangeArgs;
use crate::context::{Context, notify};
use crate::problem::Problem;
use crate::render::Format;
use crate::render::output::OutputArgs;
use crate::words::moment;

#[derive(Debug, Args)]
#[command(
    after_help = "Without a period: all grants. A grant is in the period in which it was decided, and told as it \
    stands: with variations, less what was withdrawn or came back, for its purpose of today. One that came \
    to nothing is left out, and named on the screen.\n\n\
    A recipient's charity or company number comes from its identifiers (`almoner recipient identify`); where \
    there is none, its own id stands behind the prefix, as the body's name does where no --funder-id is \
    given.\n\n\
    In CSV, texts that a spreadsheet program would run as a formula begin with an apostrophe.\n\n\
    Examples:\n  \
    almoner export 360giving --prefix 360G-suffolkpcc -o grants.json\n  \
    almoner export 360giving --prefix 360G-suffolkpcc --fy 2015-16 -o grants.csv"
)]
pub struct GivingArgs {
    /// The publisher's prefix, as 360Giving gave it: 360G-suffolkpcc
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<String>,

    /// The body's own number in a register: GB-LAE-…
    #[arg(long, value_name = "ID")]
    funder_id: Option<Identifier>,

    #[command(flatten)]
    range: RangeArgs,

    /// As known by the end of that day, or after that record [default: now]
    #[arg(long, value_name = "DATE|RECORD", value_parser = known_at)]
    known_at: Option<KnownAt>,

    #[command(flatten)]
    audience: AudienceArgs,

    #[command(flatten)]
    output: OutputArgs,
}

/// Writes the grants.
pub fn run(args: &GivingArgs, context: &Context) -> Result<(), Problem> {
    let (format, _) = args.output.prepared(context.terminal)?;
    let is_silent = args.output.format.is_none() && args.output.output.is_none();
    let format = match format {
        Format::Table if is_silent => Format::Json,
        Format::Json | Format::Csv => format,
        _ => {
            return Err(Problem::refused("not-in-the-standard", "the 360Giving standard has JSON and CSV")
                .hint("say --format json or csv, or end the file's name so"));
        }
    };
    let prefix = args.prefix.as_deref().ok_or_else(|| {
        Problem::refused("no-prefix", "the publisher's prefix is not given")
            .hint("say --prefix 360G-…: 360Giving gives one to every publisher that registers")
    })?;
    let prefix = Prefix::parse(prefix)?;
    let audience = args.audience.or(Audience::Public);
    let bytes = published(context, args.known_at, audience, Access::Read, |books| {
        let report = giving(books, args.range.stated()?)?;
        let publisher = Publisher::new(prefix, args.funder_id.as_ref(), &report.stamp.body)?;
        let grants = standard::listed(&report, &publisher)?;
        tell_of_nothing(&report);
        written(&report, &publisher, &grants, format)
    })?;
    Ok(args.output.write(&bytes)?)
}

fn written(
    report: &GivingReport,
    publisher: &Publisher,
    grants: &[Listed],
    format: Format,
) -> Result<Vec<u8>, Problem> {
    if grants.is_empty() {
        return Err(Problem::refused("no-grants", "there are no grants to publish in this period")
            .hint("the standard has no empty file; give another period"));
    }
    let bytes = match format {
        Format::Csv => file::csv(grants),
        _ => {
            let stamp = &report.stamp;
            let (record, at) = (stamp.known_at.record, moment(&stamp.known_at.at));
            let known = format!("As known at record {record}, {at}; head {}.", stamp.head);
            file::json(grants, publisher, &known, &stamp.known_at.at)
        }
    };
    bytes.map_err(|why| Problem::refused("not-written", format!("the grants cannot be written: {why}")))
}

/// Names what is left out: an amount of nothing is no grant to publish.
fn tell_of_nothing(report: &GivingReport) {
    let ids: Vec<String> = report.came_to_nothing.iter().map(ToString::to_string).collect();
    match ids.as_slice() {
        [] => {}
        [id] => notify(&format!("grant {id} came to nothing and is left out")),
        _ => notify(&format!("{} grants came to nothing and are left out: {}", ids.len(), ids.join(", "))),
    }
}
