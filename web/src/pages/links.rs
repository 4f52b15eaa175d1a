//! Where the figures of a report lead: to the records that make them up.

use almoner_ledger::reports::{By, Measure};
use almoner_papers::sheet::{Column, Row, Sheet, Style};

use crate::look::Look;
use crate::write::table::{narrowed, text_of};

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
    let id = |key: &str| text_of(sheet, row, key).unwrap_or_default();
    let mut own = Vec::new();
    let (mut from, mut to) = (range.from().to_string(), range.to().to_string());
    if row.style == Style::Normal {
        if has("grant") {
            return None;
        }
        if has("period") {
            (from, to) = (id("from"), id("to"));
        } else if has("theme_name") {
            own = vec![("fund", id("fund")), ("theme", id("theme"))];
        } else {
            let by =
                By::ALL.into_iter().find(|by| has(by.word()) && (*by != By::Objective || !has("theme")))?;
            own = vec![(by.word(), id(by.word()))];
        }
    }
    // Balances of a period that ends before the reporting date are those at its end.
    let as_at = as_at.map(|day| day.to_string()).filter(|day| *day <= to).unwrap_or_default();
    let narrowed = narrowed(sheet, &own);
    let mut fields = vec![("column", measure.word())];
    fields.extend(narrowed.iter().map(|(name, id)| (*name, id.as_str())));
    fields.extend([("from", from.as_str()), ("to", &to), ("as_at", &as_at)]);
    Some(look.link_with("/figures", &fields))
}
