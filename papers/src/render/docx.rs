//! Papers as Word documents: with editable styles, navigable headings, tables whose headings are repeated on
//! every page, charts that Word draws, and landscape pages where a table is wide.
//!
//! A chart contains its amounts as text, without an embedded workbook. Columns for files only are omitted. The
//! same paper gives the same bytes: the file is dated by the last record known, or not dated.

mod chart;
mod document;

#[cfg(test)]
mod tests;

use std::io::{Cursor, Write};

use maud::{Markup, PreEscaped, html as markup};
use zip::System;
use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;

use crate::paper::Paper;
use crate::render::{RenderError, settable};
use document::Document;

const PROLOGUE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const STYLES: &str = include_str!("docx/styles.xml");
const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const TYPES: &str = "application/vnd.openxmlformats-officedocument";

pub fn docx(paper: &Paper) -> Result<Vec<u8>, RenderError> {
    written(paper).map_err(|error| RenderError::unwritable("a Word document", error))
}

fn written(paper: &Paper) -> Result<Vec<u8>, ZipError> {
    let document = Document::of(paper);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, content: Markup| {
        // The same bytes on every system.
        zip.start_file(name, SimpleFileOptions::default().system(System::Unix))?;
        zip.write_all(PROLOGUE.as_bytes())?;
        zip.write_all(content.into_string().as_bytes())?;
        Ok::<(), ZipError>(())
    };
    part("[Content_Types].xml", types(document.charts.len()))?;
    part("_rels/.rels", relations([("officeDocument", "word/document.xml"), ("core", "docProps/core.xml")]))?;
    part("docProps/core.xml", properties(paper))?;
    part("word/document.xml", document.body)?;
    part("word/styles.xml", PreEscaped(STYLES.to_owned()))?;
    part("word/settings.xml", settings())?;
    part("word/footer1.xml", footer(paper, document::across(false)))?;
    part("word/footer2.xml", footer(paper, document::across(true)))?;
    let charts: Vec<String> =
        (1..=document.charts.len()).map(|number| format!("charts/chart{number}.xml")).collect();
    let others = [
        ("styles", "styles.xml"),
        ("settings", "settings.xml"),
        ("footer", "footer1.xml"),
        ("footer", "footer2.xml"),
    ];
    let related = others.into_iter().chain(charts.iter().map(|name| ("chart", name.as_str())));
    part("word/_rels/document.xml.rels", relations(related))?;
    for (name, chart) in charts.iter().zip(document.charts) {
        part(&format!("word/{name}"), chart)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Returns the content types of the parts.
fn types(charts: usize) -> Markup {
    let word = |name: &'static str, kind: &str| (name, format!("{TYPES}.wordprocessingml.{kind}+xml"));
    markup! {
        Types xmlns={ (PACKAGE) "/content-types" } {
            Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml" {}
            Default Extension="xml" ContentType="application/xml" {}
            @for (name, kind) in [
                word("document", "document.main"), word("styles", "styles"), word("settings", "settings"),
                word("footer1", "footer"), word("footer2", "footer"),
            ] {
                Override PartName={ "/word/" (name) ".xml" } ContentType=(kind) {}
            }
            Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml" {}
            @for number in 1..=charts {
                Override PartName={ "/word/charts/chart" (number) ".xml" } ContentType={ (TYPES) ".drawingml.chart+xml" } {}
            }
        }
    }
}

/// Returns the relationships of a part, `rId1` and so on in this order.
fn relations<'a>(to: impl IntoIterator<Item = (&'a str, &'a str)>) -> Markup {
    let kind = |kind: &str| match kind {
        "core" => format!("{PACKAGE}/relationships/metadata/core-properties"),
        kind => format!("{RELATIONS}/{kind}"),
    };
    markup! {
        Relationships xmlns={ (PACKAGE) "/relationships" } {
            @for (number, (what, target)) in to.into_iter().enumerate() {
                Relationship Id={ "rId" (number + 1) } Type=(kind(what)) Target=(target) {}
            }
        }
    }
}

fn properties(paper: &Paper) -> Markup {
    markup! {
        cp:coreProperties xmlns:cp={ (PACKAGE) "/metadata/core-properties" }
            xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
            xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" {
            dc:title { (settable(&paper.title)) }
            dc:creator { (settable(paper.body().unwrap_or_default())) }
            dc:language { "en-GB" }
            @if let Some(moment) = paper.known_at() {
                dcterms:created xsi:type="dcterms:W3CDTF" { (moment) "Z" }
                dcterms:modified xsi:type="dcterms:W3CDTF" { (moment) "Z" }
            }
        }
    }
}

fn settings() -> Markup {
    markup! {
        w:settings xmlns:w=(WORD) {
            w:compat {
                w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15" {}
            }
            w:themeFontLang w:val="en-GB" {}
            w:decimalSymbol w:val="." {}
            w:listSeparator w:val="," {}
        }
    }
}

/// Returns the footer of pages of a width: body, last record known and page number.
fn footer(paper: &Paper, across: usize) -> Markup {
    let field = |code: &str| {
        markup! { w:fldSimple w:instr=(code) { w:r { w:t { "1" } } } }
    };
    markup! {
        w:ftr xmlns:w=(WORD) {
            w:p {
                w:pPr {
                    w:pStyle w:val="Footer" {}
                    w:tabs { w:tab w:val="right" w:pos=(across) {} }
                }
                w:r { w:t xml:space="preserve" { (settable(&paper.foot())) } }
                w:r { w:tab {} w:t xml:space="preserve" { "Page " } }
                (field("PAGE"))
                w:r { w:t xml:space="preserve" { " of " } }
                (field("NUMPAGES"))
            }
        }
    }
}
