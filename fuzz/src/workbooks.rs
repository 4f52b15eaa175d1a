//! Workbooks around hostile sheets. The checksum of a packed part detects any change, so the inputs are
//! unpacked parts, which are packed here.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The separator between the parts of an input.
const BETWEEN: &str = "\n=====\n";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Packs an input as an XLSX workbook: sheet, shared strings and styles. A packed input is returned unchanged.
pub fn xlsx(input: &[u8]) -> Vec<u8> {
    if input.starts_with(b"PK") {
        return input.to_vec();
    }
    let input = String::from_utf8_lossy(input);
    let mut parts = input.splitn(3, BETWEEN);
    let root = format!(
        r#"<Relationships><Relationship Id="1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let relation = |id: &str, kind: &str| format!(r#"<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{id}.xml"/>"#);
    let relations = format!(
        "<Relationships>{}{}{}</Relationships>",
        relation("sheet", "worksheet"),
        relation("texts", "sharedStrings"),
        relation("formats", "styles")
    );
    let mut part = || parts.next().unwrap_or_default();
    packed(&[
        ("_rels/.rels", &root),
        ("xl/workbook.xml", r#"<workbook><sheets><sheet name="S" sheetId="1" r:id="sheet"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", &relations),
        ("xl/sheet.xml", &format!("<worksheet>{}</worksheet>", part())),
        ("xl/texts.xml", &format!("<sst>{}</sst>", part())),
        ("xl/formats.xml", &format!("<styleSheet>{}</styleSheet>", part())),
    ])
}

/// Packs an input as an ODS workbook: its tables. A packed input is returned unchanged.
pub fn ods(input: &[u8]) -> Vec<u8> {
    if input.starts_with(b"PK") {
        return input.to_vec();
    }
    let tables = String::from_utf8_lossy(input);
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    packed(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        ("content.xml", &content),
    ])
}

fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, text) in parts {
        zip.start_file(*name, options).expect("a part");
        zip.write_all(text.as_bytes()).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}
