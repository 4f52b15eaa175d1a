//! Where the figures of a report lead: to the records that make them up.

use almoner_ledger::reports::{By, Measure};
use almoner_papers::sheet::{Column, Row, Sheet, Style};

use crate::look::Look;
use crate::write::table::text_of;

/// Returns the address of what makes up the figure in a cell of a report.
pub fn figure_links(look: &Look<'_>, column: &Column, row: &Row, sheet: &Sheet) -> Option<String> {
    let measure = Measure::parse(column.key)?;
    let provenance = sheet.provenance.as_ref()?;
    let (range, as_at) = (provenance.period?, provenance.as_at);
    if row.style == Style::Heading || row.style == Style::Subtotal {
        return None;
    }
    let at = sheet.columns.iter().position(|it| it.key == column.key)?;
    let amount = row.cells.get(at)?.amount()?;
    if amount.is_zero() {
        return None;
    }
    let has = |key: &str| sheet.columns.iter().any(|it| it.key == key);
    let narrowed = &provenance.narrowed_to;
    let id = |given: Option<String>, key: &str| text_of(sheet, row, key).or(given).unwrap_or_default();
    let mut theme = narrowed.theme.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut fund = narrowed.fund.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut recipient = narrowed.recipient.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut power = narrowed.power.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut objective = String::new();
    let (mut from, mut to) = (range.from().to_string(), range.to().to_string());
    if row.style == Style::Normal {
        if has("grant") {
            return None;
        }
        if has("period") {
            (from, to) = (id(None, "from"), id(None, "to"));
        } else if has("theme_name") {
            (fund, theme) = (id(Some(fund), "fund"), id(Some(theme), "theme"));
        } else {
            let by =
                By::ALL.into_iter().find(|by| has(by.word()) && (*by != By::Objective || !has("theme")))?;
            let of = id(None, by.word());
            match by {
                By::Theme => theme = of,
                By::Fund => fund = of,
                By::Recipient => recipient = of,
                By::Power => power = of,
                By::Objective => objective = of,
            }
        }
    }
    // Balances of a period that ends before the reporting date are those at its end.
    let as_at = as_at.map(|day| day.to_string()).filter(|day| *day <= to).unwrap_or_default();
    let purpose = provenance.purpose.unwrap_or_default();
    Some(look.link_with(
        "/figures",
        &[
            ("column", measure.word()),
            ("theme", &theme),
            ("fund", &fund),
            ("recipient", &recipient),
            ("power", &power),
            ("objective", &objective),
            ("purpose", purpose),
            ("from", &from),
            ("to", &to),
            ("as_at", &as_at),
        ],
    ))
}
