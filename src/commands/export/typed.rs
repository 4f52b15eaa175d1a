//! The commands that papers name, as they are typed.

use almoner_ledger::book::Books;
use almoner_ledger::calendar::DateRange;
use almoner_ledger::reports::Published;
use almoner_papers::invocation::{Export, Invocation};

use crate::terminal::quoted;

/// Returns a command as it is typed.
pub(super) fn typed(invocation: &Invocation) -> String {
    match invocation {
        Invocation::ExplainRemaining { year } => {
            format!("almoner explain themes/ID/remaining@{year} --fund FUND")
        }
        Invocation::Diff => "almoner diff".to_owned(),
        Invocation::Finance => "almoner export finance".to_owned(),
        Invocation::Export { export, audience, known_at } => {
            let audience = audience.map(|it| format!(" --audience {it}")).unwrap_or_default();
            format!("almoner export {}{audience} --known-at {known_at}", own(export))
        }
    }
}

/// Returns the command that makes a paper again.
pub(super) fn made_by(export: Export, books: &Published<'_>) -> String {
    let (audience, known_at) = (Some(books.audience()), books.head().record);
    typed(&Invocation::Export { export, audience, known_at })
}

/// Returns an export with its own arguments.
fn own(export: &Export) -> String {
    match export {
        Export::Panel { range: days, ending } => format!("panel {} --ending {ending}", range(*days)),
        Export::Cfo { range: days, largest } => format!("cfo {} --largest {largest}", range(*days)),
        Export::Disclosure { month, is_draft } => {
            format!("disclosure --month {month}{}", if *is_draft { " --draft" } else { "" })
        }
        Export::Funder { fund, range: days, template } => {
            let template = template.as_ref().map(|name| format!(" --template {}", quoted(name)));
            format!("funder --fund {fund} {}{}", range(*days), template.unwrap_or_default())
        }
        Export::Journal(tool) => format!("journal --for {}", tool.word()),
    }
}

/// Returns the arguments for a range: `--fy 2015-16`.
fn range(range: DateRange) -> String {
    let year = range.from().financial_year();
    if range == year.range() {
        return format!("--fy {year}");
    }
    format!("--from {} --to {}", range.from(), range.to())
}
