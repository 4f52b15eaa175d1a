//! Small workbooks, written part by part.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A zip file of these parts.
pub(super) fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_level(Some(1));
    for (name, text) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook of sheets, each with its name, its state and what is in it.
pub(super) fn xlsx(sheets: &[(&str, &str, &str)]) -> Vec<u8> {
    xlsx_of(sheets, "")
}

/// The same with settings.
pub(super) fn xlsx_of(sheets: &[(&str, &str, &str)], settings: &str) -> Vec<u8> {
    let strings = r#"<sst count="2" uniqueCount="2"><si><t>Friday &amp; Night</t></si>
        <si><r><t xml:space="preserve">rich </t></r><r><rPr/><t>text</t></r><rPh><t>no</t></rPh></si></sst>"#;
    xlsx_with(sheets, settings, strings)
}

/// The same with the texts that cells share.
pub(super) fn xlsx_with(sheets: &[(&str, &str, &str)], settings: &str, strings: &str) -> Vec<u8> {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut list = String::new();
    let mut relations = String::new();
    for (index, (name, state, _)) in sheets.iter().enumerate() {
        list.push_str(&format!(
            r#"<sheet name="{name}" sheetId="{index}" state="{state}" r:id="s{index}"/>"#
        ));
        relations.push_str(&format!(
            r#"<Relationship Id="s{index}" Type="{office}/worksheet" Target="worksheets/sheet{index}.xml"/>"#
        ));
    }
    let relations = format!(
        r#"<Relationships>{relations}<Relationship Id="t" Type="{office}/sharedStrings" Target="/xl/sharedStrings.xml"/>
        <Relationship Id="f" Type="{office}/styles" Target="styles.xml"/></Relationships>"#
    );
    let styles = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\ mmm\ yyyy"/></numFmts>
        <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
        <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="46"/></cellXfs>
        <dxfs><dxf><numFmt numFmtId="0" formatCode="dd"/></dxf></dxfs></styleSheet>"#;
    let workbook = format!("<workbook>{settings}<sheets>{list}</sheets></workbook>");
    let root = root("xl/workbook.xml");
    let sheets: Vec<(String, String)> = sheets
        .iter()
        .enumerate()
        .map(|(index, (_, _, inside))| {
            (format!("xl/worksheets/sheet{index}.xml"), format!("<worksheet>{inside}</worksheet>"))
        })
        .collect();
    let mut parts = vec![
        ("_rels/.rels", root.as_str()),
        ("xl/workbook.xml", &workbook),
        ("xl/_rels/workbook.xml.rels", &relations),
        ("xl/styles.xml", styles),
        ("xl/sharedStrings.xml", strings),
    ];
    parts.extend(sheets.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    zipped(&parts)
}

/// A file of Office whose main part has this name.
pub(super) fn with_main(name: &str) -> Vec<u8> {
    zipped(&[("_rels/.rels", &root(name)), (name, "")])
}

fn root(main: &str) -> String {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    format!(
        r#"<Relationships><Relationship Id="1" Type="{office}/officeDocument" Target="{main}"/></Relationships>"#
    )
}

/// An OpenDocument spreadsheet with these tables. The style `gone` hides one.
pub(super) fn ods(tables: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content><office:automatic-styles><style:style style:name="gone">
        <style:table-properties table:display="false"/></style:style></office:automatic-styles>
        <office:body><office:spreadsheet><table:tracked-changes><table:table-cell><text:p>deleted</text:p>
        </table:table-cell></table:tracked-changes>{tables}</office:spreadsheet></office:body>
        </office:document-content>"#
    );
    zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        ("content.xml", &content),
    ])
}
