//! Charts that the spreadsheet draws from the table's own cells.

use rust_xlsxwriter::{Chart as Drawn, ChartFormat, ChartLine, ChartPatternFill, ChartPatternFillType};
use rust_xlsxwriter::{
    ChartAxisLabelPosition, ChartLegendPosition, ChartSolidFill, Color, Worksheet, XlsxError,
};

use super::columns::shown;
use super::names::Name;
use crate::sheet::{Chart, Shape, Sheet};

/// The size of a bar chart without its bars, and the height of each bar, in pixels.
const WIDTH: u32 = 900;
const HEIGHT: u32 = 320;
const FRAME: u32 = 120;
const BAR: u32 = 16;
/// The number of rows between table and chart, and the height of a row in pixels.
const GAP: u32 = 3;
const ROW: u32 = 20;
/// The number format of scales.
const SCALE: &str = "#,##0;(#,##0);0";
const COLOURS: [Color; 3] = [Color::RGB(0x1F_4E_79), Color::RGB(0x8A_5A_00), Color::RGB(0x4D_6B_3C)];

/// Inserts the sheet's charts after its table, whose last line is in row `last`.
pub(super) fn charts(page: &mut Worksheet, sheet: &Sheet, name: &Name, last: u32) -> Result<(), XlsxError> {
    let mut row = u32::try_from(sheet.rows.len()).unwrap_or_default() + GAP;
    for chart in &sheet.charts {
        let lines = last * u32::try_from(chart.series.len()).unwrap_or(1);
        let height = match chart.shape {
            Shape::Bars => FRAME + lines.min(200) * BAR,
            Shape::Columns => HEIGHT,
        };
        if let Some(mut drawn) = drawn(chart, sheet, name, last) {
            drawn.set_width(WIDTH).set_height(height);
            page.insert_chart(row, 0, &drawn)?;
            row += height / ROW + GAP;
        }
    }
    Ok(())
}

/// Returns the chart, if its columns are on paper.
fn drawn(chart: &Chart, sheet: &Sheet, name: &Name, last: u32) -> Option<Drawn> {
    let shown = shown(sheet);
    let at = |key: &str| shown.iter().find(|it| it.column.key == key);
    let label = at(chart.label)?;
    let mut drawn = match chart.shape {
        Shape::Bars => Drawn::new_bar(),
        Shape::Columns => Drawn::new_column(),
    };
    for (place, column) in chart.series.iter().filter_map(|key| at(key)).enumerate() {
        let (values, names) =
            ((&*name.sheet, 1, column.at, last, column.at), (&*name.sheet, 1, label.at, last, label.at));
        let series = drawn.add_series();
        series.set_name((&*name.sheet, 0, column.at)).set_values(values).set_categories(names);
        series.set_format(&mut fill(place)).set_gap(60);
    }
    drawn.title().set_name(&chart.title);
    drawn.set_alt_text(format!("{}. The table on this sheet has the figures.", chart.title));
    match chart.shape {
        Shape::Bars => {
            // The first line is on top, as in the table, and the scale at the bottom.
            drawn.y_axis().set_reverse().set_label_position(ChartAxisLabelPosition::Low);
            drawn.x_axis().set_num_format(SCALE).set_label_position(ChartAxisLabelPosition::High);
        }
        Shape::Columns => {
            drawn.x_axis().set_label_position(ChartAxisLabelPosition::Low);
            drawn.y_axis().set_num_format(SCALE);
        }
    }
    drawn.legend().set_position(ChartLegendPosition::Top);
    if chart.series.len() < 2 {
        drawn.legend().set_hidden();
    }
    Some(drawn)
}

/// Returns the fill of a series, distinguished by pattern as well as by colour.
fn fill(place: usize) -> ChartFormat {
    let colour = COLOURS.get(place % COLOURS.len()).copied().unwrap_or(Color::Black);
    let mut format = ChartFormat::new();
    format.set_border(ChartLine::new().set_color(colour));
    let pattern = match place % COLOURS.len() {
        0 => {
            format.set_solid_fill(ChartSolidFill::new().set_color(colour));
            return format;
        }
        1 => ChartPatternFillType::DiagonalStripesWideUpwards,
        _ => ChartPatternFillType::Dotted30Percent,
    };
    format.set_pattern_fill(
        ChartPatternFill::new()
            .set_pattern(pattern)
            .set_foreground_color(colour)
            .set_background_color(Color::White),
    );
    format
}
