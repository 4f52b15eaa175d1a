//! Charts that Word draws, with their names and amounts.

use maud::{Markup, PreEscaped, html as markup};

use crate::render::chart::Content;
use crate::render::settable;
use crate::sheet::{Chart, Shape, Sheet};

/// The number format of amounts.
const FORMAT: &str = "#,##0.00;(#,##0.00);–";
/// The number format of the axis, without pence.
const ROUND: &str = "#,##0;(#,##0);0";
const COLOURS: [&str; 3] = ["1F4E79", "D98C2B", "8FB3D1"];
/// Heights in twentieths of a point: of columns, of the frame of bars, of a bar, of the highest chart.
const COLUMNS: usize = 4_500;
const AROUND: usize = 1_100;
const BAR: usize = 260;
const HIGHEST: usize = 12_500;

/// Returns the chart, its height and its summary in words; `None` where it is empty.
pub(super) fn chart(chart: &Chart, sheet: &Sheet) -> Option<(Markup, usize, String)> {
    let content = Content::of(chart, sheet)?;
    let Content { lines, headings } = &content;
    let is_bars = chart.shape == Shape::Bars;
    let height = match is_bars {
        true => (AROUND + lines.len() * (headings.len() + 1) * BAR).min(HIGHEST),
        false => COLUMNS,
    };
    let (direction, names, amounts) = if is_bars { ("bar", "l", "b") } else { ("col", "b", "l") };
    let drawing = "http://schemas.openxmlformats.org/drawingml/2006";
    let small = markup! {
        c:txPr { a:bodyPr {} a:p { a:pPr { a:defRPr sz="800" {} } a:endParaRPr lang="en-GB" {} } }
    };
    let xml = markup! {
        c:chartSpace xmlns:c={ (drawing) "/chart" } xmlns:a={ (drawing) "/main" } {
            c:roundedCorners val="0" {}
            c:chart {
                c:autoTitleDeleted val="1" {}
                c:plotArea {
                    c:layout {}
                    c:barChart {
                        c:barDir val=(direction) {}
                        c:grouping val="clustered" {}
                        c:varyColors val="0" {}
                        @for (series, heading) in headings.iter().enumerate() {
                            c:ser {
                                c:idx val=(series) {}
                                c:order val=(series) {}
                                c:tx { c:v { (settable(heading)) } }
                                c:spPr { a:solidFill { a:srgbClr val=(COLOURS[series % COLOURS.len()]) {} } }
                                c:invertIfNegative val="0" {}
                                @if is_bars {
                                    c:dLbls {
                                        c:numFmt formatCode=(FORMAT) sourceLinked="0" {}
                                        (small)
                                        @for (what, shown) in [("LegendKey", 0), ("Val", 1), ("CatName", 0), ("SerName", 0), ("Percent", 0), ("BubbleSize", 0)] {
                                            (PreEscaped(format!("<c:show{what} val=\"{shown}\"/>")))
                                        }
                                    }
                                }
                                c:cat { c:strLit {
                                    c:ptCount val=(lines.len()) {}
                                    @for (line, (name, _)) in lines.iter().enumerate() { c:pt idx=(line) { c:v { (settable(name)) } } }
                                } }
                                c:val { c:numLit {
                                    c:formatCode { (FORMAT) }
                                    c:ptCount val=(lines.len()) {}
                                    @for (line, (_, amounts)) in lines.iter().enumerate() {
                                        @if let Some(amount) = amounts.get(series) { c:pt idx=(line) { c:v { (amount) } } }
                                    }
                                } }
                            }
                        }
                        c:gapWidth val="60" {}
                        c:axId val="1" {}
                        c:axId val="2" {}
                    }
                    c:catAx {
                        c:axId val="1" {}
                        c:scaling { c:orientation val=(if is_bars { "maxMin" } else { "minMax" }) {} }
                        c:delete val="0" {}
                        c:axPos val=(names) {}
                        c:majorTickMark val="none" {}
                        c:minorTickMark val="none" {}
                        c:tickLblPos val="low" {}
                        (small)
                        c:crossAx val="2" {}
                    }
                    c:valAx {
                        c:axId val="2" {}
                        c:scaling { c:orientation val="minMax" {} }
                        c:delete val=(if is_bars { "1" } else { "0" }) {}
                        c:axPos val=(amounts) {}
                        @if !is_bars { c:majorGridlines { c:spPr { a:ln w="6350" { a:solidFill { a:srgbClr val="C9CED6" {} } } } } }
                        c:numFmt formatCode=(ROUND) sourceLinked="0" {}
                        c:majorTickMark val="none" {}
                        c:minorTickMark val="none" {}
                        c:tickLblPos val="low" {}
                        (small)
                        c:crossAx val="1" {}
                    }
                }
                c:legend { c:legendPos val="t" {} c:overlay val="0" {} (small) }
                c:plotVisOnly val="1" {}
            }
        }
    };
    Some((xml, height, content.summary()))
}
