//! The main document: title, facts, contents, and each sheet with its paragraphs, table, charts and notes.
//! Lengths are twentieths of a point.

use maud::{Markup, html as markup};

use super::chart;
use super::{RELATIONS, WORD};
use crate::paper::Paper;
use crate::render::html::{characters, is_wide};
use crate::render::{LEGEND, settable};
use crate::sheet::{Cell, Column, Kind, Row, Sheet, Style};

const DRAWING: &str = "http://schemas.openxmlformats.org/drawingml/2006";
/// The size of A4, and its margins.
const NARROW: usize = 11_906;
const LONG: usize = 16_838;
const SIDE: usize = 1_020;
/// The left edge of the values of facts.
const FACTS: usize = 1_985;
/// The widths in characters from which a table has smaller fonts.
const WIDE: usize = 130;
const WIDEST: usize = 190;
/// The number of relationships before those to charts.
const OTHERS: usize = 4;
/// The maximum length that a text counts for in the width of a table.
const NARROW_TEXT: usize = 15;

/// Returns the width available on a page.
pub(super) const fn across(is_landscape: bool) -> usize {
    (if is_landscape { LONG } else { NARROW }) - 2 * SIDE
}

/// A paper's document with its charts, in the order of reference.
pub(super) struct Document {
    pub(super) body: Markup,
    pub(super) charts: Vec<Markup>,
}

impl Document {
    pub(super) fn of(paper: &Paper) -> Document {
        let mut charts = Vec::new();
        let is_landscape = |sheet: &Sheet| !sheet.rows.is_empty() && is_wide(sheet);
        let mut before = matches!(paper.sheets.as_slice(), [only] if is_landscape(only));
        let mut sheets = Vec::new();
        for (number, sheet) in paper.sheets.iter().enumerate() {
            // A section ends where the next sheet has the other orientation.
            let after = is_landscape(sheet);
            if after != before {
                sheets.push(section_end(before));
            }
            sheets.push(of_sheet(sheet, number, paper.has_title_of(sheet), after, &mut charts));
            before = after;
        }
        let body = markup! {
            w:document xmlns:w=(WORD) xmlns:r=(RELATIONS)
                xmlns:wp={ (DRAWING) "/wordprocessingDrawing" } xmlns:a={ (DRAWING) "/main" } xmlns:c={ (DRAWING) "/chart" } {
                w:body {
                    @if let Some(body) = paper.body() { (paragraph("Subtitle", body)) }
                    (paragraph("Title", &paper.title))
                    @for (word, value) in paper.facts_without_body() { (fact(word, &value)) }
                    @if paper.sheets.len() > 1 { (contents(paper)) }
                    @for sheet in sheets { (sheet) }
                    (section(before))
                }
            }
        };
        Document { body, charts }
    }
}

/// Returns text with its line breaks.
fn words(text: &str) -> Markup {
    let text = settable(text);
    markup! {
        @for (number, line) in text.split('\n').enumerate() {
            @if number > 0 { w:br {} }
            w:t xml:space="preserve" { (line) }
        }
    }
}

fn paragraph(style: &str, text: &str) -> Markup {
    markup! { w:p { w:pPr { w:pStyle w:val=(style) {} } w:r { (words(text)) } } }
}

fn fact(word: &str, value: &str) -> Markup {
    markup! {
        w:p {
            w:pPr {
                w:pStyle w:val="Fact" {}
                w:tabs { w:tab w:val="left" w:pos=(FACTS) {} }
            }
            w:r { w:rPr { w:b {} } (words(&format!("{word}:"))) }
            w:r { w:tab {} (words(value)) }
        }
    }
}

/// Returns the titles of the sheets, as links.
fn contents(paper: &Paper) -> Markup {
    markup! {
        (paragraph("Heading1", "Contents"))
        @for (number, sheet) in paper.sheets.iter().enumerate() {
            w:p {
                w:pPr { w:pStyle w:val="Contents" {} }
                w:hyperlink w:anchor={ "sheet" (number + 1) } w:history="1" {
                    w:r { w:rPr { w:color w:val="1F4E79" {} w:u w:val="single" {} } (words(&sheet.title)) }
                }
            }
        }
    }
}

/// Returns the orientation of pages and their footer.
fn section(is_landscape: bool) -> Markup {
    let (width, height) = if is_landscape { (LONG, NARROW) } else { (NARROW, LONG) };
    markup! {
        w:sectPr {
            w:footerReference w:type="default" r:id=(if is_landscape { "rId4" } else { "rId3" }) {}
            w:pgSz w:w=(width) w:h=(height) w:orient=[is_landscape.then_some("landscape")] {}
            w:pgMar w:top="1020" w:right=(SIDE) w:bottom="1020" w:left=(SIDE) w:header="567" w:footer="567" w:gutter="0" {}
        }
    }
}

fn section_end(is_landscape: bool) -> Markup {
    markup! { w:p { w:pPr { w:spacing w:after="0" w:line="20" w:lineRule="exact" {} (section(is_landscape)) } } }
}

fn of_sheet(
    sheet: &Sheet,
    number: usize,
    has_title: bool,
    is_landscape: bool,
    charts: &mut Vec<Markup>,
) -> Markup {
    let mut drawn = Vec::new();
    for it in &sheet.charts {
        if let Some((xml, height, description)) = chart::chart(it, sheet) {
            let drawing = inline(charts.len(), &it.title, &description, across(is_landscape), height);
            drawn.push((&it.title, drawing));
            charts.push(xml);
        }
    }
    markup! {
        @if has_title {
            w:p {
                w:pPr { w:pStyle w:val="Heading1" {} }
                w:bookmarkStart w:id=(number + 1) w:name={ "sheet" (number + 1) } {}
                w:r { (words(&sheet.title)) }
                w:bookmarkEnd w:id=(number + 1) {}
            }
        }
        @for (word, value) in &sheet.facts { (fact(word, value)) }
        @for text in &sheet.lead { (paragraph("Normal", text)) }
        @if !sheet.columns.is_empty() {
            @if sheet.rows.is_empty() {
                (paragraph("Normal", "Nothing to show."))
            } @else {
                @if sheet.has_amounts() { (paragraph("Note", LEGEND)) }
                (table(sheet, is_landscape))
                // Two tables without a paragraph between them are one to Word.
                (paragraph("Note", ""))
                @for (title, chart) in &drawn { (paragraph("Caption", title)) (chart) }
            }
        }
        @for note in &sheet.notes_on_paper() { (paragraph("Note", note)) }
    }
}

/// Returns a chart as wide as the page.
fn inline(number: usize, title: &str, description: &str, width: usize, height: usize) -> Markup {
    /// The number of drawing units in a twentieth of a point.
    const UNITS: usize = 635;
    markup! {
        w:p { w:r { w:drawing {
            wp:inline distT="0" distB="0" distL="0" distR="0" {
                wp:extent cx=(width * UNITS) cy=(height * UNITS) {}
                wp:docPr id=(number + 1) name={ "Chart " (number + 1) } title=(settable(title)) descr=(settable(description)) {}
                wp:cNvGraphicFramePr {}
                a:graphic { a:graphicData uri={ (DRAWING) "/chart" } { c:chart r:id={ "rId" (OTHERS + number + 1) } {} } }
            }
        } } }
    }
}

/// A column on paper, with its index in the sheet, type and width.
struct Shown<'a> {
    at: usize,
    column: &'a Column,
    width: usize,
}

fn table(sheet: &Sheet, is_landscape: bool) -> Markup {
    let all: usize = sheet.on_paper().map(|(at, column)| characters(sheet, at, column)).sum();
    let counted = |at, column: &Column| {
        let most = if column.kind == Kind::Text && all >= WIDE { NARROW_TEXT } else { usize::MAX };
        characters(sheet, at, column).min(most)
    };
    let sum: usize = sheet.on_paper().map(|(at, column)| counted(at, column)).sum();
    let width = |at, column| across(is_landscape) * counted(at, column) / sum.max(1);
    let shown = sheet.on_paper().map(|(at, column)| Shown { at, column, width: width(at, column) });
    let shown: Vec<Shown<'_>> = shown.collect();
    let style = match all {
        WIDEST.. => "TableTextWidest",
        WIDE.. => "TableTextWide",
        _ => "TableText",
    };
    markup! {
        w:tbl {
            w:tblPr {
                w:tblStyle w:val="PaperTable" {}
                w:tblW w:w="5000" w:type="pct" {}
                w:tblLayout w:type="autofit" {}
                @if all >= WIDEST {
                    w:tblCellMar { w:left w:w="30" w:type="dxa" {} w:right w:w="30" w:type="dxa" {} }
                }
                w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1" {}
                w:tblCaption w:val=(settable(&sheet.title)) {}
            }
            w:tblGrid { @for it in &shown { w:gridCol w:w=(it.width) {} } }
            w:tr {
                w:trPr { w:cantSplit {} w:tblHeader {} }
                @for it in &shown { (cell(it, it.column.heading, Look { style, is_bold: true, fill: Some("EAEFF5"), ..Look::default() })) }
            }
            @for (at, row) in sheet.rows.iter().enumerate() { (line(row, sheet.rows.get(at + 1), &shown, style)) }
        }
    }
}

/// The style of a cell.
#[derive(Clone, Copy, Default)]
struct Look {
    style: &'static str,
    is_bold: bool,
    is_dim: bool,
    /// True when the next row must be on the same page.
    is_kept: bool,
    fill: Option<&'static str>,
    /// The weight of the rule above it.
    above: usize,
    /// The number of columns it spans, if several.
    span: Option<usize>,
}

/// Returns a row. Sums stay with the lines above them, and headings with those below.
fn line(row: &Row, next: Option<&Row>, shown: &[Shown<'_>], style: &'static str) -> Markup {
    let is_kept = row.style == Style::Heading
        || next.is_some_and(|next| matches!(next.style, Style::Subtotal | Style::Total));
    let look = Look { style, is_kept, is_bold: row.style != Style::Normal, ..Look::default() };
    let above = match row.style {
        Style::Total => 8,
        Style::Subtotal => 4,
        Style::Heading | Style::Normal => 0,
    };
    let text = |at: usize| row.cells.get(at).map(Cell::on_paper).unwrap_or_default();
    markup! {
        w:tr {
            w:trPr { w:cantSplit {} }
            @if row.style == Style::Heading {
                @let column = Column::new("", "", Kind::Text, 0);
                @let width = shown.iter().map(|it| it.width).sum();
                (cell(&Shown { at: 0, column: &column, width }, &text(0), Look { span: Some(shown.len()), ..look }))
            } @else {
                @for it in shown {
                    @let is_dim = row.cells.get(it.at) == Some(&Cell::NotStated);
                    (cell(it, &text(it.at), Look { above, is_dim, ..look }))
                }
            }
        }
    }
}

fn cell(shown: &Shown<'_>, text: &str, look: Look) -> Markup {
    let is_figure = matches!(shown.column.kind, Kind::Money | Kind::Count);
    let is_whole = look.fill.is_none() && shown.column.kind != Kind::Text;
    markup! {
        w:tc {
            w:tcPr {
                w:tcW w:w=(shown.width) w:type="dxa" {}
                @if let Some(span) = look.span { w:gridSpan w:val=(span) {} }
                @if look.above > 0 {
                    w:tcBorders { w:top w:val="single" w:sz=(look.above) w:space="0" w:color="16324F" {} }
                }
                @if let Some(fill) = look.fill { w:shd w:val="clear" w:color="auto" w:fill=(fill) {} }
                @if is_whole { w:noWrap {} }
                @if look.fill.is_some() { w:vAlign w:val="bottom" {} }
            }
            w:p {
                w:pPr {
                    w:pStyle w:val=(look.style) {}
                    @if look.is_kept { w:keepNext {} }
                    @if is_figure { w:jc w:val="right" {} }
                }
                w:r {
                    @if look.is_bold || look.is_dim {
                        w:rPr {
                            @if look.is_bold { w:b {} }
                            @if look.is_dim { w:color w:val="595F69" {} }
                        }
                    }
                    (words(text))
                }
            }
        }
    }
}
