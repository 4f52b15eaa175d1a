//! Papers as HTML: one accessible file for browser and print, which loads nothing and runs nothing.
//!
//! Every table has a caption and headings for its columns, rows and groups of rows; tables and charts wider
//! than the screen scroll in regions that can be reached by keyboard. Colours follow the reader's choice of
//! light or dark. It prints on A4, in landscape where a table is wide. Columns for files only are omitted.

mod chart;

pub use chart::figure;

use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

use crate::paper::Paper;
use crate::render::LEGEND;
use crate::sheet::{Cell, Column, Kind, Row, Sheet, Style};

const STYLE: &str = include_str!("html/style.css");
/// Tells the browser to load nothing and run nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";
/// A table wider than this, in characters, is printed in landscape.
const WIDE: usize = 105;
/// The maximum width that a text counts for; longer texts are wrapped.
const WRAPPED: usize = 28;
/// The length from which a text is given more room.
const LONG: usize = 60;

/// Returns a paper as a page of its own.
pub fn html(paper: &Paper) -> String {
    let landscape = paper.sheets.iter().any(is_wide);
    let page = markup! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { (title(paper)) }
                style { (PreEscaped(STYLE)) @if landscape { "@page { size: A4 landscape; }\n" } }
            }
            body class=[landscape.then_some("landscape")] {
                main {
                    header {
                        h1 { (paper.title) }
                        (facts(&paper.all_facts()))
                    }
                    @if paper.sheets.len() > 1 { (contents(paper)) }
                    @for (number, sheet) in paper.sheets.iter().enumerate() {
                        (section(paper, sheet, number))
                    }
                }
            }
        }
    };
    format!("{}\n", page.into_string())
}

/// Returns the paper's title with the body, unless it contains it.
fn title(paper: &Paper) -> String {
    match paper.body().filter(|body| !paper.title.contains(*body)) {
        Some(body) => format!("{} – {body}", paper.title),
        None => paper.title.clone(),
    }
}

/// Returns true when a table needs landscape.
pub(super) fn is_wide(sheet: &Sheet) -> bool {
    sheet.on_paper().map(|(at, column)| characters(sheet, at, column)).sum::<usize>() > WIDE
}

/// Returns the approximate width of a column in characters.
pub fn characters(sheet: &Sheet, at: usize, column: &Column) -> usize {
    let cells = sheet.column(at).map(|cell| cell.on_paper().chars().count());
    let heading = column.heading.split(' ').map(|word| word.chars().count());
    cells.chain(heading).max().unwrap_or_default().min(WRAPPED) + 2
}

fn facts(facts: &[(&'static str, String)]) -> Markup {
    markup! {
        @if !facts.is_empty() {
            dl { @for (word, value) in facts { div { dt { (word) } dd { (value) } } } }
        }
    }
}

fn contents(paper: &Paper) -> Markup {
    markup! {
        nav aria-label="Contents" {
            ol {
                @for (number, sheet) in paper.sheets.iter().enumerate() {
                    li { a href={ "#sheet-" (number + 1) } { (sheet.title) } }
                }
            }
        }
    }
}

fn section(paper: &Paper, sheet: &Sheet, number: usize) -> Markup {
    let has_title = paper.has_title_of(sheet);
    markup! {
        @if has_title {
            section.sheet id={ "sheet-" (number + 1) } { h2 { (sheet.title) } (inside(sheet, number)) }
        } @else {
            div.sheet { (inside(sheet, number)) }
        }
    }
}

/// Returns the content of a sheet after its title.
fn inside(sheet: &Sheet, number: usize) -> Markup {
    markup! {
        (facts(&sheet.facts))
        @for paragraph in &sheet.lead { p { (paragraph) } }
        @if !sheet.columns.is_empty() {
            (table(sheet))
            @for (place, drawn) in sheet.charts.iter().enumerate() {
                (chart::figure(drawn, sheet, &format!("chart-{}-{}", number + 1, place + 1)))
            }
        }
        @let notes = sheet.notes_on_paper();
        @if !notes.is_empty() {
            div.notes { @for note in &notes { p { (note) } } }
        }
    }
}

/// A column on paper, with its index in the sheet and its class.
struct Shown<'a> {
    at: usize,
    column: &'a Column,
    class: &'static str,
}

fn class(sheet: &Sheet, at: usize, kind: Kind) -> &'static str {
    let is_long = |row: &Row| row.cells.get(at).is_some_and(|cell| cell.on_paper().chars().count() >= LONG);
    match kind {
        Kind::Money | Kind::Count => "figure",
        Kind::Date => "day",
        Kind::Text if sheet.rows.iter().any(|row| row.style == Style::Normal && is_long(row)) => "words long",
        Kind::Text => "words",
    }
}

fn table(sheet: &Sheet) -> Markup {
    if sheet.rows.is_empty() {
        return markup! { p.dim { "Nothing to show." } };
    }
    let class = |at, column: &Column| class(sheet, at, column.kind);
    let shown = sheet.on_paper().map(|(at, column)| Shown { at, column, class: class(at, column) });
    let shown: Vec<Shown<'_>> = shown.collect();
    let totals = sheet.rows.iter().rev().take_while(|row| row.style == Style::Total).count();
    let (body, foot) = sheet.rows.split_at(sheet.rows.len() - totals);
    markup! {
        @if sheet.has_amounts() {
            p.legend { (LEGEND) }
        }
        div.wide role="region" aria-label={ "Table: " (sheet.title) } tabindex="0" {
            table {
                caption { span.unseen { (sheet.title) } }
                thead {
                    tr { @for it in &shown { th scope="col" class=(it.class) { (it.column.heading) } } }
                }
                // A heading begins a group.
                @for group in body.chunk_by(|_, next| next.style != Style::Heading) { tbody { @for row in group { (line(row, &shown)) } } }
                @if !foot.is_empty() { tfoot { @for row in foot { (line(row, &shown)) } } }
            }
        }
    }
}

fn line(row: &Row, shown: &[Shown<'_>]) -> Markup {
    let class = match row.style {
        Style::Heading => {
            let words = row.cells.first().map(Cell::on_paper).unwrap_or_default();
            return markup! { tr.group { th scope="rowgroup" colspan=(shown.len()) { (words) } } };
        }
        Style::Normal => None,
        Style::Subtotal => Some("sum"),
        Style::Total => Some("total"),
    };
    markup! {
        tr class=[class] {
            @for (place, it) in shown.iter().enumerate() {
                @let cell = row.cells.get(it.at).unwrap_or(&Cell::Empty);
                @if place == 0 { (row_heading(row, cell, it.class)) } @else { (field(cell, it.class)) }
            }
        }
    }
}

/// Returns the first cell of a row. Sums without a label have one for screen readers.
fn row_heading(row: &Row, cell: &Cell, class: &str) -> Markup {
    let is_blank = cell.on_paper().is_empty();
    markup! {
        @if !is_blank { th scope="row" class=(class) { (words(cell)) } }
        @else if row.style == Style::Normal { td class=(class) {} }
        @else { th scope="row" class=(class) { span.unseen { "Sum of these lines" } } }
    }
}

fn field(cell: &Cell, class: &str) -> Markup {
    let sign = match cell.amount() {
        Some(amount) if amount.is_negative() => " below",
        Some(amount) if amount.is_zero() => " dim",
        _ => "",
    };
    markup! { td class={ (class) (sign) } { (words(cell)) } }
}

fn words(cell: &Cell) -> Markup {
    markup! {
        @if *cell == Cell::NotStated { span.unstated { (cell.on_paper()) } } @else { (cell.on_paper()) }
    }
}

#[cfg(test)]
mod tests;
