//! What people call the figures of reports.

use almoner_ledger::reports::Measure;

use super::fields::{ADJUSTMENTS, MEASURES, MOVES};
use super::periods::FIGURES;
use crate::sheet::columns;

/// Returns what people call a figure: the heading of its column.
pub fn heading_of(measure: Measure) -> &'static str {
    let of_lines = columns(MEASURES).chain(columns(MOVES)).chain(columns(ADJUSTMENTS));
    let mut all = of_lines.chain(columns(FIGURES));
    all.find(|column| column.key == measure.word()).map_or(measure.word(), |column| column.heading)
}
