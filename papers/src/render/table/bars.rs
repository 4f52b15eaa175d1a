//! Charts for a terminal: a bar of blocks for each line, with the amount beside it.

use unicode_width::UnicodeWidthStr;

use crate::layout::cut;
use crate::render::chart::scale::share;
use crate::sheet::{Chart, Sheet, on_paper};

/// The maximum width of names.
const NAMES: usize = 34;
/// The maximum and the minimum width of bars.
const BARS: (usize, usize) = (50, 8);
/// The characters for bars of each series, and for negative amounts.
const BLOCKS: [char; 3] = ['█', '▒', '░'];
const BELOW: char = '╌';

/// Returns the chart, `width` characters wide. The longest bar is the largest amount; amounts other than zero
/// are always visible.
pub(super) fn bars(chart: &Chart, sheet: &Sheet, width: usize) -> String {
    let lines = chart.lines(sheet);
    let amounts = || lines.iter().flat_map(|(_, amounts)| amounts);
    let largest = amounts().map(|amount| amount.size()).max().unwrap_or_default();
    let names = lines.iter().map(|(name, _)| name.width()).max().unwrap_or_default().min(NAMES);
    let figures = amounts().map(|amount| on_paper(*amount).width()).max().unwrap_or_default();
    let room = width.saturating_sub(names + figures + 4).clamp(BARS.1, BARS.0);
    let headings = chart.headings(sheet);
    let mut text = String::new();
    if headings.len() > 1 {
        let legend = headings.iter().zip(BLOCKS).map(|(heading, block)| format!("{block} {heading}"));
        text.push_str(&format!("{}\n", legend.collect::<Vec<_>>().join("   ")));
    }
    for (name, amounts) in &lines {
        for (place, (amount, block)) in amounts.iter().zip(BLOCKS.into_iter().cycle()).enumerate() {
            let name = if place == 0 { cut(name, names) } else { String::new() };
            let space = " ".repeat(names.saturating_sub(name.width()));
            let block = if amount.is_negative() { BELOW } else { block };
            let length = share(*amount, largest.pence().into(), room as i64);
            let bar: String =
                std::iter::repeat_n(block, usize::try_from(length).unwrap_or_default()).collect();
            let gap = if bar.is_empty() { "" } else { " " };
            text.push_str(&format!("{name}{space}  {bar}{gap}{}\n", on_paper(*amount)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use almoner_ledger::money::Money;

    use super::*;
    use crate::sheet::{Cell, Column, Kind, Row, Shape, Style};

    #[test]
    fn bars_are_as_long_as_their_amounts() {
        let row = |name: &str, pence, style| Row {
            cells: vec![Cell::Text(name.to_owned()), Cell::Money(Money::from_pence(pence))],
            style,
        };
        let sheet = Sheet {
            columns: vec![
                Column::new("name", "Name", Kind::Text, 0),
                Column::new("paid", "Paid", Kind::Money, 0),
            ],
            rows: vec![
                row("Domestic abuse", 100_000, Style::Normal),
                row("Youth", 50_000, Style::Normal),
                row("A penny", 1, Style::Normal),
                row("Nothing", 0, Style::Normal),
                row("Back", -10_000, Style::Normal),
                row("Total", 140_001, Style::Total),
            ],
            ..Sheet::default()
        };
        let chart = Chart { title: String::new(), shape: Shape::Bars, label: "name", series: vec!["paid"] };
        let expected = "\
Domestic abuse  ██████████ 1,000.00
Youth           █████ 500.00
A penny         █ 0.01
Nothing         –
Back            ╌ (100.00)
";
        assert_eq!(bars(&chart, &sheet, 36), expected);
    }
}
