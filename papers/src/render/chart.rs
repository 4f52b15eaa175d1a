//! Common parts of charts: their content, a scale in whole numbers, and a summary in words.

pub(super) mod scale;

use almoner_ledger::money::Money;

use crate::sheet::{Chart, Sheet, on_paper};
use scale::Scale;

/// The content of a chart, which is not empty.
pub(super) struct Content<'a> {
    /// The name of each line, and its amounts in the order of the headings.
    pub(super) lines: Vec<(String, Vec<Money>)>,
    pub(super) headings: Vec<&'a str>,
}

impl<'a> Content<'a> {
    /// Returns the content; `None` where there is nothing to draw.
    pub(super) fn of(chart: &Chart, sheet: &'a Sheet) -> Option<Content<'a>> {
        let content = Content { lines: chart.lines(sheet), headings: chart.headings(sheet) };
        (!content.lines.is_empty() && !content.headings.is_empty()).then_some(content)
    }

    /// Returns the number of lines, and of the amounts of each.
    pub(super) fn counts(&self) -> (i64, i64) {
        let whole = |count| i64::try_from(count).unwrap_or(i64::MAX);
        (whole(self.lines.len()), whole(self.headings.len()))
    }

    /// Returns a scale of all amounts, `room` long.
    pub(super) fn scale(&self, room: i64) -> Scale {
        Scale::of(self.lines.iter().flat_map(|(_, amounts)| amounts), room)
    }

    pub(super) fn summary(&self) -> String {
        let lines = &self.lines;
        let mut text = format!("{} lines; the table has the same figures.", lines.len());
        for (series, heading) in self.headings.iter().enumerate() {
            let amounts = || {
                lines.iter().filter_map(|(name, amounts)| amounts.get(series).map(|amount| (name, amount)))
            };
            // Of equal amounts, the first is named.
            let largest = amounts().rev().max_by_key(|(_, amount)| **amount);
            let least = amounts().min_by_key(|(_, amount)| **amount);
            if let (Some((most, amount)), Some((name, least))) = (largest, least) {
                let (high, low) = (on_paper(*amount), on_paper(*least));
                text.push_str(&match amount == least {
                    true => format!(" {heading}: {high} in every line."),
                    false => format!(" {heading}: highest {high} ({most}), lowest {low} ({name})."),
                });
            }
        }
        text
    }
}
