//! Whole files of every format, as they come from people, programs and vandals.

use super::*;

mod build;
mod mutations;

use build::{ods, xlsx, xlsx_of, zipped};

/// What was found and the rows, or why the file cannot be read.
fn content_as(bytes: Vec<u8>, layout: &Layout) -> Vec<String> {
    let source = match Source::open(bytes, layout) {
        Ok(source) => source,
        Err(error) => {
            assert!(!error.code.is_empty() && error.next != "".into(), "{error:?}");
            let row = error.row.map(|row| format!(" (row {row})")).unwrap_or_default();
            return vec![format!("{}: {}{row}", error.code, error.message)];
        }
    };
    let mut lines = vec![source.detected.to_string()];
    let mut rows = source.content.rows();
    while let Some(row) = rows.next() {
        let again = source.content.row_at(row.start);
        assert!(
            row.cells.iter().take(again.len()).eq(again.iter()),
            "{:?} {:?} {again:?}",
            row.number,
            row.cells
        );
        let letter = |index: usize| match row.kinds.get(index) {
            None | Some(CellKind::Text) => "",
            Some(CellKind::Number) => "n:",
            Some(CellKind::Disguised) => "x:",
            Some(CellKind::Date) => "d:",
            Some(CellKind::Boolean) => "b:",
            Some(CellKind::Error) => "e:",
            Some(CellKind::Merged) => "m:",
        };
        let cells: Vec<String> =
            row.cells.iter().enumerate().map(|(index, cell)| format!("{}{cell}", letter(index))).collect();
        let problem = row.problem.map(|problem| format!(" !{problem}")).unwrap_or_default();
        lines.push(format!("{} {}{problem}", row.number, cells.join("|")));
    }
    lines
}

fn content(bytes: Vec<u8>) -> Vec<String> {
    content_as(bytes, &Layout::default())
}

/// The only sheet of a workbook with these rows, as XLSX.
fn sheet(rows: &str) -> Vec<u8> {
    xlsx(&[("Payments", "visible", &format!("<sheetData>{rows}</sheetData>"))])
}

#[test]
fn cells_of_xlsx() {
    for (cell, expected) in [
        (r#"<c r="A1"><v>18467</v></c>"#, "n:18467"),
        (r#"<c r="A1" s="0"><v>31.780000000000001</v></c>"#, "n:31.78"),
        (r#"<c r="A1" s="1"><v>42089</v></c>"#, "d:2015-03-26"),
        (r#"<c r="A1" s="1"><v>42089.4375</v></c>"#, "d:2015-03-26T10:30:00"),
        (r#"<c r="A1" s="2"><v>42089</v></c>"#, "d:2015-03-26"),
        (r#"<c r="A1" s="3"><v>1.5</v></c>"#, "36:00:00"),
        (r#"<c r="A1" s="1"><v>0.4375</v></c>"#, "10:30:00"),
        (r#"<c r="A1" s="99"><v>1</v></c>"#, "n:1"),
        (r#"<c r="A1" t="d"><v>2015-03-26T00:00:00</v></c>"#, "d:2015-03-26"),
        (r#"<c r="A1" t="s"><v>0</v></c>"#, "Friday & Night"),
        (r#"<c r="A1" t="s"><v>1</v></c>"#, "rich text"),
        (r#"<c r="A1" t="inlineStr"><is><t> in </t><r><t>line</t></r></is></c>"#, "in line"),
        (r#"<c r="A1" t="str"><f>B1</f><v>a&lt;b&#233;</v></c>"#, "a<bé"),
        (r#"<c r="A1" t="b"><v>1</v></c>"#, "b:TRUE"),
        (r#"<c r="A1" t="e"><v>#REF!</v></c>"#, "e:#REF!"),
        (r#"<c r="A1" t="e"><f>x</f><v>#SPILL!</v></c>"#, "e:#SPILL!"),
        (r#"<c r="A1"><f>SUM(B1:B2)</f><v>0.30000000000000004</v></c>"#, "n:0.3"),
        (r#"<c r="A1"><f>SUM(B1:B2)</f></c>"#, "e:a formula without a result"),
        (r#"<c r="A1"><f>SUM(B1:B2)</f><v></v></c>"#, "e:a formula without a result"),
        (r#"<c><v>7</v></c>"#, "n:7"),
        (r#"<c r="A1"><v>1E+300</v></c>"#, "n:1"),
    ] {
        let found = content(sheet(&format!(r#"<row r="1">{cell}</row>"#)));
        assert_eq!(found[0], "sheet `Payments` of an XLSX workbook", "{cell}: {found:?}");
        assert!(found[1].starts_with(&format!("1 {expected}")), "{cell}: {found:?}");
    }
    let empty = r#"<c r="A1" t="str"><f>""</f><v></v></c><c r="B1" s="1"/>"#;
    assert!(content(sheet(&format!(r#"<row r="1">{empty}</row>"#)))[0].starts_with("empty-file"));
}

#[test]
fn rows_of_xlsx() {
    let rows = r#"<row r="2"><c r="A2" t="inlineStr"><is><t>award</t></is></c><c r="C2"><v>1</v></c></row>
        <row r="4"/><row r="5"><c r="B5"><v>2</v></c></row><row><c><v>3</v></c><c><v>4</v></c></row>
        <row r="1048576"><c r="A1048576"><v>5</v></c><c r="XFD1048576" s="1"/></row>"#;
    let data = format!(
        r#"<dimension ref="XFD9:A1"/><sheetData>{rows}</sheetData>
        <mergeCells><mergeCell ref="C5:C6"/><mergeCell ref="A2:B2"/></mergeCells>"#
    );
    assert_eq!(
        content(xlsx(&[("Payments", "visible", &data)])),
        ["sheet `Payments` of an XLSX workbook", "2 award|m:|n:1", "5 |n:2", "6 n:3|n:4|m:", "1048576 n:5",]
    );
    let far = sheet(r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#);
    assert_eq!(content(far)[1], "1048576  !the row has more than 1024 cells");
}

#[test]
fn a_sheet_is_selected_or_must_be_named() {
    let data =
        |value: &str| format!(r#"<sheetData><row r="1"><c r="A1"><v>{value}</v></c></row></sheetData>"#);
    let (one, two, none) = (data("1"), data("2"), "<sheetData/>".to_owned());
    let named = |name: &str| Layout { sheet: Some(name.to_owned()), ..Layout::default() };
    let three = || xlsx(&[("Notes", "visible", &none), ("Old", "hidden", &one), ("Paid", "visible", &two)]);
    assert_eq!(content(three()), ["sheet `Paid` of an XLSX workbook", "1 n:2"]);
    assert_eq!(
        content_as(three(), &named(" old")),
        ["sheet `Old` of an XLSX workbook; the sheet is hidden", "1 n:1"]
    );
    assert_eq!(content_as(three(), &named("May")), ["unknown-sheet: the workbook has no sheet `May`"]);
    assert_eq!(content_as(three(), &named("Notes")), ["sheet `Notes` of an XLSX workbook"]);
    assert_eq!(
        content(xlsx(&[("A", "visible", &one), ("B", "visible", &two)])),
        ["which-sheet: several sheets contain data: `A`, `B`"]
    );
    let hidden = xlsx(&[("Very", "veryHidden", &one)]);
    assert_eq!(content(hidden), ["empty-file: no visible sheet of the workbook contains data"]);
    assert_eq!(
        content_as(b"a,b".to_vec(), &named("A")),
        ["no-workbook: a sheet is named, but the file is not a workbook"]
    );
    let ods = ods(r#"<table:table table:name="A" table:style-name="gone"><table:table-row>
        <table:table-cell office:value-type="float" office:value="1"/></table:table-row></table:table>
        <table:table table:name="B"><table:table-row><table:table-cell><text:p>b</text:p></table:table-cell>
        </table:table-row></table:table>"#);
    assert_eq!(content(ods.clone()), ["sheet `B` of an ODS workbook", "1 b"]);
    assert_eq!(content_as(ods, &named("A")), ["sheet `A` of an ODS workbook; the sheet is hidden", "1 n:1"]);
}

#[test]
fn filtered_rows_are_read_with_a_remark() {
    let data = r#"<sheetData><row r="1"><c r="A1"><v>1</v></c></row>
        <row r="2" hidden="1"><c r="A2"><v>2</v></c></row></sheetData>"#;
    let note = "hidden and filtered rows are included: 1";
    let found = content(xlsx(&[("A", "visible", data)]));
    assert_eq!(found, [&format!("sheet `A` of an XLSX workbook; {note}"), "1 n:1", "2 n:2"]);
    let ods =
        ods(r#"<table:table table:name="B"><table:table-row table:visibility="filter"><table:table-cell>
        <text:p>b</text:p></table:table-cell></table:table-row></table:table>"#);
    assert_eq!(content(ods), [&format!("sheet `B` of an ODS workbook; {note}"), "1 b"]);
}

#[test]
fn the_1904_system() {
    let data = r#"<sheetData><row r="1"><c r="A1" s="1"><v>40627</v></c></row></sheetData>"#;
    let bytes = xlsx_of(&[("Mac", "visible", data)], r#"<workbookPr date1904="1"/>"#);
    assert_eq!(content(bytes)[1], "1 d:2015-03-26");
}

#[test]
fn cells_and_rows_of_ods() {
    let cell = |attributes: &str, inside: &str| {
        format!("<table:table-cell {attributes}>{inside}</table:table-cell>")
    };
    let cells = [
        cell("office:value-type=\"float\" office:value=\"31.780000000000001\"", "<text:p>£31.78</text:p>"),
        cell("office:value-type=\"currency\" office:value=\"5\"", "<text:p>£5.00</text:p>"),
        cell("office:value-type=\"date\" office:date-value=\"2015-03-26\"", "<text:p>26/03/15</text:p>"),
        cell("office:value-type=\"time\" office:time-value=\"PT10H30M00S\"", "<text:p>10:30</text:p>"),
        cell("office:value-type=\"boolean\" office:boolean-value=\"true\"", "<text:p>WAHR</text:p>"),
        cell(
            "office:value-type=\"string\" calcext:value-type=\"error\" table:formula=\"x\"",
            "<text:p>#REF!</text:p>",
        ),
        cell("table:formula=\"of:=SUM(1)\"", ""),
        cell(
            "office:value-type=\"string\" table:number-columns-repeated=\"2\"",
            "<office:annotation><text:p>note</text:p></office:annotation><text:p>two<text:s/><text:span>w&amp;ds</text:span></text:p><text:p>lines</text:p>",
        ),
        cell("table:number-columns-repeated=\"16374\"", ""),
    ]
    .concat();
    let rows = format!(
        r#"<table:table-column table:number-columns-repeated="16384"/>
        <table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        <table:table-header-rows><table:table-row>{cells}</table:table-row></table:table-header-rows>
        <table:table-row><table:table-cell table:number-rows-spanned="3" table:number-columns-spanned="2"><text:p>m</text:p></table:table-cell>
          <table:covered-table-cell/><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated="2"><table:covered-table-cell table:number-columns-repeated="2"/>
          <table:table-cell><text:p>y</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated="1048569"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#
    );
    assert_eq!(
        content(ods(&format!(r#"<table:table table:name="Sheet">{rows}</table:table>"#))),
        [
            "sheet `Sheet` of an ODS workbook",
            "3 n:31.78|n:5|d:2015-03-26|10:30:00|b:TRUE|e:#REF!|e:a formula without a result|two w&ds\nlines|two w&ds\nlines",
            "4 m|m:|x",
            "5 m:|m:|y",
            "6 m:|m:|y",
        ]
    );
}

#[test]
fn grants_in_json() {
    let grants = r#"[{"id":"360G-x-1","title":"A \"post\"","currency":"GBP","amountAwarded":18467.50,
        "awardDate":"2015-01-22","recipientOrganization":[{"id":"GB-CHC-1","name":"Lighthouse"},{"name":"Other"}],
        "plannedDates":[{"startDate":"2014-11","endDate":"2015-10"}],"extra":{"deep":[1]}},
        {"id":"360G-x-2","amountAwarded":12345678901234567890.10,"recipientOrganization":[],"grantProgramme":null,
         "fundingOrganization":{"name":"Suffolk"},"title":["no"]}]"#;
    for text in [grants.to_owned(), format!("\u{feff} {{\"version\": 1, \"grants\": {grants}}}")] {
        let found = content(text.into_bytes());
        assert_eq!(
            found[0],
            "360Giving JSON, grants: 2; row 2, and perhaps others, has more than one recipientOrganization: only the first is read"
        );
        assert!(
            found[1]
                .starts_with("1 Identifier|Title|Description|Currency|Amount Applied For|Amount Awarded|")
        );
        assert_eq!(
            found[2],
            "2 360G-x-1|A \"post\"||GBP||n:18467.50||2015-01-22||2014-11|2015-10||GB-CHC-1|Lighthouse"
        );
        assert!(
            found[3].starts_with(
                "3 360G-x-2|e:several values where one is expected||||n:12345678901234567890.10"
            )
        );
        assert!(found[3].ends_with("|Suffolk"), "{}", found[3]);
    }
    for (text, expected) in [
        ("[]", "360Giving JSON, grants: 0"),
        ("{\"records\": []}", "no-grants: the file contains no list of grants"),
        (
            "[{\"id\": 1}, {\"id\": 1, \"id\": 2}]",
            "bad-json: the JSON cannot be read: `id` appears twice in one object",
        ),
        (
            "{\"grants\": [1]}",
            "bad-json: the JSON cannot be read: invalid type: integer `1`, expected an object",
        ),
        ("[{\"id\": ", "bad-json: the JSON cannot be read: EOF while parsing"),
    ] {
        assert!(
            content(text.as_bytes().to_vec())[0].starts_with(expected),
            "{:?}",
            content(text.as_bytes().to_vec())
        );
    }
    let deep = format!("[{{\"title\": {}1{}}}]", "[".repeat(1_000_000), "]".repeat(1_000_000));
    assert_eq!(content(deep.into_bytes())[2], "2 |e:several values where one is expected");
    let deep = format!("[{{\"plannedDates\": {}", "[{\"startDate\":".repeat(500_000));
    assert!(content(deep.into_bytes())[0].starts_with("bad-json"));
}

#[test]
fn invalid_and_hostile_workbooks_are_refused() {
    let big = "x".repeat(65 * 1024 * 1024);
    let shared = format!("<sst><si><t>{big}</t></si></sst>");
    let forged = r#"<sst uniqueCount="18446744073709551615"><si><t>a</t></si></sst>"#;
    let with_strings = |strings: &str| {
        build::xlsx_with(
            &[("P", "visible", r#"<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData>"#)],
            "",
            strings,
        )
    };
    let bomb = format!("<sheetData>{}</sheetData>", " ".repeat(257 * 1024 * 1024));
    let repeated = |rows: u64, columns: u64| {
        ods(&format!(
            r#"<table:table table:name="S"><table:table-row table:number-rows-repeated="{rows}"><table:table-cell table:number-columns-repeated="{columns}"><text:p>x</text:p></table:table-cell></table:table-row></table:table>"#
        ))
    };
    let many: Vec<(String, String)> = (0..5_000).map(|index| (format!("f{index}"), String::new())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    for (bytes, expected) in [
        (zipped(&[("a.txt", "hello")]), "unreadable-format: the file is a zip archive, not a workbook"),
        (b"PK\x03\x04abc".to_vec(), "damaged-workbook"),
        (zipped(&many), "too-large: the workbook contains more than 4096 files"),
        (with_strings(&shared), "too-large: a part of the workbook is too large"),
        (with_strings(forged), "sheet `P` of an XLSX workbook"),
        (with_strings("<sst/>"), "damaged-workbook: the workbook is damaged: the text of a cell is missing"),
        (xlsx(&[("P", "visible", &bomb)]), "too-large: a part of the workbook is too large"),
        (
            sheet(r#"<row r="2"/><row r="1"/>"#),
            "damaged-workbook: the workbook is damaged: its rows are out of order",
        ),
        (
            sheet(r#"<row r="1"><c r="B1"/><c r="A1"/></row>"#),
            "damaged-workbook: the workbook is damaged: its cells are out",
        ),
        (
            sheet(r#"<row r="1"><c r="A2"/></row>"#),
            "damaged-workbook: the workbook is damaged: a cell is in the wrong row",
        ),
        (sheet(r#"<row r="1"><c r="A1"><v>&x;</v></c></row>"#), "damaged-workbook"),
        (repeated(1_048_576, 1_024), "too-large: the sheet is too large"),
        (repeated(1_048_577, 1), "damaged-workbook: the workbook is damaged: a row is outside the sheet"),
        (
            repeated(u64::MAX, u64::MAX),
            "damaged-workbook: the workbook is damaged: a row is outside the sheet",
        ),
        (repeated(1, 1_048_576), "sheet `S` of an ODS workbook"),
        (
            build::with_main("xl/workbook.bin"),
            "unreadable-format: the file is a binary Excel workbook (.xlsb)",
        ),
        (build::with_main("word/document.xml"), "unreadable-format: the file is a Word document"),
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(),
            "unreadable-format: the file is an old Excel workbook (.xls)",
        ),
    ] {
        let found = content(bytes);
        assert!(found[0].starts_with(expected), "{expected}: {}", found[0]);
    }
}
