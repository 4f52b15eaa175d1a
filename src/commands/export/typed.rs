//! The commands that papers name, as they are typed.

use almoner_ledger::calendar::{Date, DateRange};
use almoner_papers::invocation::{Export, Invocation, Known};

use crate::terminal::quoted;

/// Returns a command as it is typed.
pub fn typed(invocation: &Invocation) -> String {
    match invocation {
        Invocation::ExplainRemaining { year } => {
            format!("almoner explain themes/ID/remaining@{year} --fund FUND")
        }
        Invocation::Diff => "almoner diff".to_owned(),
        Invocation::TrialBalance => "almoner report trial-balance".to_owned(),
        Invocation::Finance => "almoner export finance".to_owned(),
        Invocation::Checkpoint => "almoner checkpoint -o FILE".to_owned(),
        Invocation::Backup => "almoner backup FILE".to_owned(),
        Invocation::Approve { proposal } => format!("almoner approve {proposal} --key-file FILE"),
        Invocation::CreateKey { user } => format!("almoner user key {} --make FILE", quoted(user)),
        Invocation::Export { export, audience, known_at } => {
            let audience = audience.map(|it| format!(" --audience {it}")).unwrap_or_default();
            let known_at = known_at.map(|known| match known {
                Known::Record(record) => format!(" --known-at {record}"),
                Known::Day(day) => format!(" --known-at {day}"),
            });
            format!("almoner export {}{audience}{}", own(export), known_at.unwrap_or_default())
        }
    }
}

/// Returns an export with its own arguments.
fn own(export: &Export) -> String {
    match export {
        Export::Panel { range: days, as_at, ending } => {
            format!("panel {} --ending {ending}", range(*days, *as_at))
        }
        Export::Cfo { range: days, as_at, largest } => {
            format!("cfo {} --largest {largest}", range(*days, *as_at))
        }
        Export::Disclosure { month, is_draft } => {
            format!("disclosure --month {month}{}", if *is_draft { " --draft" } else { "" })
        }
        Export::Funder { fund, range: days, as_at, template } => {
            let template = template.as_ref().map(|name| format!(" --template {}", quoted(name)));
            format!("funder --fund {fund} {}{}", range(*days, *as_at), template.unwrap_or_default())
        }
        Export::Giving { prefix, funder_id, range } => {
            let funder_id = funder_id.as_ref().map(|id| format!(" --funder-id {}", quoted(id.as_str())));
            let range = range.map(|range| format!(" --from {} --to {}", range.from(), range.to()));
            let (funder_id, range) = (funder_id.unwrap_or_default(), range.unwrap_or_default());
            format!("360giving --prefix {}{funder_id}{range}", quoted(prefix))
        }
        Export::Journal(tool) => format!("journal --for {}", tool.word()),
    }
}

/// Returns the arguments for a range and its reporting date: `--fy 2015-16 --as-at 2016-03-31`.
fn range(range: DateRange, as_at: Date) -> String {
    let year = range.from().financial_year();
    if range == year.range() {
        return format!("--fy {year} --as-at {as_at}");
    }
    format!("--from {} --to {} --as-at {as_at}", range.from(), range.to())
}

#[cfg(test)]
mod tests {
    use almoner_ledger::audience::Audience;
    use almoner_ledger::calendar::FinancialYear;
    use almoner_papers::tool::Tool;
    use clap::Parser;

    use super::*;
    use crate::commands::cli::Cli;

    #[test]
    fn every_command_that_a_paper_names_is_read() {
        let day = |text: &str| Date::parse(text).unwrap();
        let range = |from: &str, to: &str| DateRange::new(day(from), day(to)).unwrap();
        let month = day("2015-04-01").month();
        let (year, part) = (range("2015-04-01", "2016-03-31"), range("2015-04-01", "2015-08-31"));
        let export = |export, audience| {
            let known_at = Some(match audience {
                Some(Audience::Public) => Known::Day(day("2015-09-30")),
                _ => Known::Record(57),
            });
            Invocation::Export { export, audience, known_at }
        };
        let as_at = day("2015-08-31");
        let fund = || "cdr".parse().unwrap();
        let template = Some("return.toml".to_owned());
        let giving =
            |funder_id, range| Export::Giving { prefix: "360G-suffolkpcc".to_owned(), funder_id, range };
        let (public, officer) = (Some(Audience::Public), Some(Audience::Officer));
        for (invocation, expected) in [
            (
                Invocation::ExplainRemaining { year: FinancialYear::parse("2015-16").unwrap() },
                "almoner explain themes/ID/remaining@2015-16 --fund FUND",
            ),
            (Invocation::Diff, "almoner diff"),
            (Invocation::TrialBalance, "almoner report trial-balance"),
            (Invocation::Finance, "almoner export finance"),
            (Invocation::Checkpoint, "almoner checkpoint -o FILE"),
            (Invocation::Backup, "almoner backup FILE"),
            (Invocation::Approve { proposal: 57 }, "almoner approve 57 --key-file FILE"),
            (Invocation::CreateKey { user: "al".to_owned() }, "almoner user key al --make FILE"),
            (
                export(Export::Panel { range: year, as_at, ending: 6 }, public),
                "almoner export panel --fy 2015-16 --as-at 2015-08-31 --ending 6 --audience public --known-at 2015-09-30",
            ),
            (
                export(Export::Cfo { range: part, as_at, largest: 10 }, officer),
                "almoner export cfo --from 2015-04-01 --to 2015-08-31 --as-at 2015-08-31 --largest 10 --audience officer --known-at 57",
            ),
            (
                export(Export::Disclosure { month, is_draft: true }, public),
                "almoner export disclosure --month 2015-04 --draft --audience public --known-at 2015-09-30",
            ),
            (
                export(Export::Funder { fund: fund(), range: year, as_at, template: None }, public),
                "almoner export funder --fund cdr --fy 2015-16 --as-at 2015-08-31 --audience public --known-at 2015-09-30",
            ),
            (
                export(Export::Funder { fund: fund(), range: year, as_at, template }, public),
                "almoner export funder --fund cdr --fy 2015-16 --as-at 2015-08-31 --template return.toml --audience public --known-at 2015-09-30",
            ),
            (
                export(giving(None, None), public),
                "almoner export 360giving --prefix 360G-suffolkpcc --audience public --known-at 2015-09-30",
            ),
            (
                export(giving("GB-LAE-SFK".parse().ok(), Some(part)), public),
                "almoner export 360giving --prefix 360G-suffolkpcc --funder-id GB-LAE-SFK --from 2015-04-01 --to 2015-08-31 --audience public --known-at 2015-09-30",
            ),
            (
                Invocation::Export {
                    export: Export::Panel { range: year, as_at, ending: 6 },
                    audience: public,
                    known_at: None,
                },
                "almoner export panel --fy 2015-16 --as-at 2015-08-31 --ending 6 --audience public",
            ),
            (
                export(Export::Journal(Tool::Ledger), None),
                "almoner export journal --for ledger --known-at 57",
            ),
        ] {
            let text = typed(&invocation);
            assert_eq!(text, expected);
            // Commands that are named without their arguments have others that are required.
            let is_whole = !matches!(invocation, Invocation::Diff | Invocation::Finance);
            assert_eq!(Cli::try_parse_from(text.split_whitespace()).is_ok(), is_whole, "{text}");
        }
    }
}
