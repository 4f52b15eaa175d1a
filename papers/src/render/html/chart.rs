//! Charts as inline SVG: names and figures as text, series distinguished by pattern as well as colour, and a
//! summary in words. Charts with too many lines to be readable are omitted. Geometry is in whole units, about
//! a pixel each.

use maud::{Markup, html as markup};

use crate::layout::cut;
use crate::render::chart::{Content, scale};
use crate::sheet::{Chart, Shape, Sheet, on_paper};

/// The width of a drawing.
const WIDTH: i64 = 800;
/// The height of a line of text, and of the legend.
const LINE: i64 = 18;
const LEGEND: i64 = 30;
/// Where bars begin, and the room for amounts beside them.
const NAMES: i64 = 230;
const FIGURES: i64 = 110;
/// The number of characters beside a bar.
const NAME_WIDTH: usize = 32;
/// The thickness of a bar, and the gap between lines.
const BAR: i64 = 14;
const GAP: i64 = 14;
/// The left edge of columns, their maximum height, and the width of a period's name.
const SCALE_ROOM: i64 = 90;
const HEIGHT: i64 = 220;
const PERIOD: i64 = 56;
/// The minimum width of a column, and the maximum number of lines.
const THINNEST: i64 = 4;
const MOST: usize = 500;
/// A drawing higher than this may be split over printed pages.
const TALL: i64 = 1_100;
/// The number of ways to fill a bar.
const FILLS: i64 = 3;

/// Returns the chart with its title. `id` is unique in the page.
pub fn figure(chart: &Chart, sheet: &Sheet, id: &str) -> Markup {
    let content = Content::of(chart, sheet).filter(|content| content.lines.len() <= MOST);
    let Some(content) = content else { return markup! {} };
    let (drawn, width, height) = match chart.shape {
        Shape::Bars => bars(&content, id),
        Shape::Columns => columns(&content, id),
    };
    // A wide drawing scrolls instead of shrinking.
    let broad = (width > WIDTH).then_some(width);
    markup! {
        figure class=[(height > TALL).then_some("tall")] {
            figcaption { (chart.title) }
            div.wide role="region" aria-label={ "Chart: " (chart.title) } tabindex="0" {
                svg viewBox={ "0 0 " (width) " " (height) } role="img" class=[broad.map(|_| "broad")] width=[broad]
                    aria-labelledby={ (id) "-title " (id) "-desc" } {
                    title id={ (id) "-title" } { (chart.title) }
                    desc id={ (id) "-desc" } { (content.summary()) }
                    (patterns(id))
                    (legend(&content.headings, id))
                    (drawn)
                }
            }
        }
    }
}

fn patterns(id: &str) -> Markup {
    markup! {
        defs {
            pattern id={ (id) "-fill-1" } width="6" height="6" patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)" {
                rect.ground width="6" height="6" {}
                line.hatch x1="2" y1="0" x2="2" y2="6" {}
            }
            pattern id={ (id) "-fill-2" } width="6" height="6" patternUnits="userSpaceOnUse" {
                rect.ground width="6" height="6" {}
                circle.dots cx="3" cy="3" r="1.4" {}
            }
        }
    }
}

fn rect(series: i64, id: &str, x: i64, y: i64, width: i64, height: i64) -> Markup {
    let fill = series % FILLS;
    let patterned = (fill > 0).then(|| format!("url(#{id}-fill-{fill})"));
    markup! {
        rect class={ "s" (fill) } x=(x) y=(y) width=(width) height=(height) fill=[patterned] {}
    }
}

fn legend(headings: &[&str], id: &str) -> Markup {
    markup! {
        @for (series, heading) in (0..).zip(headings) {
            @let x = 1 + 150 * series;
            (rect(series, id, x, 3, 14, 14))
            text x=(x + 22) y="15" { (heading) }
        }
    }
}

/// Returns horizontal bars, each with its amount, and the size of the drawing.
fn bars(content: &Content<'_>, id: &str) -> (Markup, i64, i64) {
    let (count, series) = content.counts();
    let each = series * (BAR + 4) + GAP;
    let height = LEGEND + count * each;
    let scale = content.scale(WIDTH - NAMES - FIGURES);
    let zero = NAMES + scale.below();
    let drawn = markup! {
        @for (line, (name, amounts)) in (0..).zip(&content.lines) {
            @let top = LEGEND + line * each;
            text x=(NAMES - 10) y=(top + BAR - 2) text-anchor="end" { (cut(name, NAME_WIDTH)) }
            @for (series, amount) in (0..).zip(amounts) {
                @let y = top + series * (BAR + 4);
                @let (from, to) = scale.bar(*amount);
                @if to > from { (rect(series, id, zero + from, y, to - from, BAR)) }
                text class=[amount.is_zero().then_some("dim")] x=(zero + to + 7) y=(y + BAR - 2) { (on_paper(*amount)) }
            }
        }
        line.axis x1=(zero) y1=(LEGEND - 4) x2=(zero) y2=(height - GAP + 4) {}
    };
    (drawn, WIDTH, height)
}

/// Returns vertical columns with a scale, and the size of the drawing.
fn columns(content: &Content<'_>, id: &str) -> (Markup, i64, i64) {
    let (count, series) = content.counts();
    // Wide enough for each column to be visible.
    let width = WIDTH.max(SCALE_ROOM + count * (series * (THINNEST + 2) + 6));
    let scale = content.scale(HEIGHT);
    let zero = LEGEND + HEIGHT - scale.below();
    let room = (width - SCALE_ROOM) / count;
    let thick = ((room - 6) / series - 2).clamp(THINNEST, 26);
    // Names that would overlap are omitted; the table has them all.
    let named = (PERIOD - 1) / room.max(1) + 1;
    let drawn = markup! {
        @for amount in scale.marks() {
            @let (below, above) = scale.bar(amount);
            @let y = zero - below - above;
            @if !amount.is_zero() { line.grid x1=(SCALE_ROOM) y1=(y) x2=(width) y2=(y) {} }
            text.dim x=(SCALE_ROOM - 8) y=(y + 4) text-anchor="end" { (scale::round_words(amount)) }
        }
        @for (line, (name, amounts)) in (0..).zip(&content.lines) {
            @let middle = SCALE_ROOM + line * room + room / 2;
            @let left = middle - series * (thick + 2) / 2;
            @for (series, amount) in (0..).zip(amounts) {
                @let (from, to) = scale.bar(*amount);
                @if to > from { (rect(series, id, left + series * (thick + 2), zero - to, thick, to - from)) }
            }
            @if line % named == 0 {
                text x=(middle) y=(LEGEND + HEIGHT + LINE) text-anchor="middle" { (name) }
            }
        }
        line.axis x1=(SCALE_ROOM) y1=(zero) x2=(width) y2=(zero) {}
    };
    (drawn, width, LEGEND + HEIGHT + LINE + 8)
}
