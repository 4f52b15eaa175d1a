//! Every format of every report has the same figures, cell by cell, and the same bytes when it is
//! written again.

use std::collections::BTreeMap;

use crate::office::{Office, is_written, pdf, unpacked};
use almoner_imports::{Layout, NextStep, cells};
use almoner_ledger::guarded::unguarded;
use almoner_ledger::money::Money;
use almoner_papers::reports::catalogue;
use serde_json::Value;

const REPORTS: &[&str] = &[
    "themes --fy 2014-15 --chart",
    "themes --fy 2015-16",
    "themes --fy 2014-15 --by recipient",
    "periods --from 2014-04-01 --to 2016-03-31 --every month --chart",
    "grants",
    "grant 6-2015",
    "grant east-coast-recovery-2014",
    "grant 6-2015 --postings",
    "recipients",
    "recipient lighthouse-womens-aid",
    "not-stated",
    "decisions",
    "budget --fy 2014-15",
    "commitments --fy 2014-15",
    "payments --fy 2014-15",
    "bank-reconciliation",
    "trial-balance --fy 2014-15",
    "year-end --fy 2014-15",
    "monitoring --fy 2015-16 --on 2015-12-31",
    "indicators --fy 2014-15",
    "papers",
];
/// The report with several tables, which has no single file of figures, and the one that is empty while no month is closed.
const NOT_COMPARED: [&str; 2] = ["changes", "late"];

const FORMATS: &[&str] = &["csv", "json", "md", "html", "xlsx", "pdf", "docx"];

/// A table as it is on paper: its headings, which of its columns hold figures, and its rows.
#[derive(Debug, Default)]
struct Grid {
    headings: Vec<String>,
    is_figure: Vec<bool>,
    rows: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    /// `group`, `sum`, `total`, or nothing for a line.
    style: String,
    cells: Vec<String>,
}

impl Grid {
    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.rows.iter().filter(|line| line.style.is_empty())
    }
}

/// The office with the demo's ledger.
fn office() -> Office {
    let office = Office::new();
    office.ok(&["demo", "demo.ledger"]);
    for line in [
        "monitoring schedule 6-2015 --every quarter --from 2015-07-15 --to 2016-01-15 --holds-payment",
        "monitoring received 6-2015 --due 2015-07-15 --on 2015-07-10 --paper AP15/2 --result Good",
        "monitoring waive 6-2015 --due 2015-10-15 --on 2015-10-20 --reason Agreed",
        "paper add AP15/3 --title Grants --date 2015-06-12 --decision 6-2015 --grant 6-2015",
        "indicator add Incidents --theme domestic-abuse --period 2014-15Q4 --value 1,204.50 --unit incidents \
         --baseline 1,360 --baseline-period 2013-14Q4 --source Police",
    ] {
        office.ok(&["-L", "demo.ledger"].into_iter().chain(line.split_whitespace()).collect::<Vec<_>>());
    }
    office
}

/// What the report is as a file with this extension.
fn written(office: &Office, report: &str, extension: &str) -> Vec<u8> {
    let name = format!("report.{extension}");
    let arguments = ["-L", "demo.ledger", "report"].into_iter().chain(report.split(' '));
    office.ok(&arguments.chain(["-o", &name, "--force"]).collect::<Vec<_>>());
    std::fs::read(office.path(&name)).unwrap()
}

/// A figure as a number with two decimals, however it is written; anything else as it is.
fn number(text: &str) -> String {
    let plain = text.replace(',', "");
    let plain = match plain.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(size) => format!("-{size}"),
        None if plain == "–" => "0".to_owned(),
        None => plain,
    };
    Money::parse(&plain).map_or_else(|_| text.to_owned(), |amount| amount.to_string())
}

/// A date, month or period in ISO form, however it is written; anything else as it is.
fn iso(text: &str) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = |name: &str| MONTHS.iter().position(|it| *it == name).map(|at| at + 1);
    let is_year = |word: &str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let one = |text: &str| {
        let words: Vec<&str> = text.split(' ').collect();
        match words.as_slice() {
            [name, year] if is_year(year) => Some(format!("{year}-{:02}", month(name)?)),
            [day, name, year, time @ ..] if is_year(year) => {
                let date = format!("{year}-{:02}-{:02}", month(name)?, day.parse::<u8>().ok()?);
                Some([&[date.as_str()], time].concat().join(" "))
            }
            _ => None,
        }
    };
    let parts: Vec<String> =
        text.split(" to ").map(|part| one(part).unwrap_or_else(|| part.to_owned())).collect();
    parts.join(" to ")
}

/// The cells of a row, each as it is compared.
fn compared(grid: &Grid, cells: &[String]) -> Vec<String> {
    let cells = cells.iter().zip(&grid.is_figure);
    cells.map(|(cell, is_figure)| if *is_figure { number(cell) } else { iso(cell) }).collect()
}

/// The words of a piece of HTML, without those that are only read aloud.
fn words(html: &str) -> String {
    let mut html = html.to_owned();
    while let Some(at) = html.find("<span class=\"unseen\">") {
        let end = at + html[at..].find("</span>").unwrap();
        html.replace_range(at..end, "");
    }
    let text: String = html
        .split('<')
        .enumerate()
        .map(|(i, it)| if i == 0 { it } else { it.split_once('>').unwrap().1 })
        .collect();
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
    let tag = tag.split('>').next().unwrap();
    let found = tag.split_once(&format!("{name}=\"")).map(|(_, rest)| rest.split('"').next().unwrap());
    found.unwrap_or_default()
}

/// The table of a page.
fn of_html(page: &str) -> Grid {
    let mut grid = Grid::default();
    let Some((_, table)) = page.split_once("<table>") else { return grid };
    let table = table.split("</table>").next().unwrap();
    for (place, row) in table.split("<tr").skip(1).enumerate() {
        let cells: Vec<&str> = row
            .match_indices("<t")
            .map(|(at, _)| &row[at..])
            .filter(|cell| cell.starts_with("<th ") || cell.starts_with("<td "))
            .collect();
        let texts = cells.iter().map(|cell| words(cell.split("</t").next().unwrap())).collect();
        if place == 0 {
            grid.is_figure = cells.iter().map(|cell| attribute(cell, "class") == "figure").collect();
            grid.headings = texts;
        } else {
            let style = row.strip_prefix(" class=\"").map_or("", |rest| rest.split('"').next().unwrap());
            grid.rows.push(Line { style: style.to_owned(), cells: texts });
        }
    }
    grid
}

/// The rows of the table in Markdown, its headings first.
fn of_markdown(text: &str) -> Vec<Vec<String>> {
    let plain = |cell: &str| {
        let cell = cell.trim();
        let cell = cell.strip_prefix("**").and_then(|cell| cell.strip_suffix("**")).unwrap_or(cell);
        let cell = cell.replace("<br>", "\n").replace("&lt;", "<").replace("&gt;", ">");
        ['|', '*', '_', '`', '[', ']', '#', '\\']
            .iter()
            .fold(cell, |cell, it| cell.replace(&format!("\\{it}"), &it.to_string()))
    };
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    rows.map(|line| line.trim_matches('|').split(" |").map(plain).collect()).collect()
}

/// The rows of a document's first table, its headings first.
fn of_document(xml: &str) -> Vec<Vec<String>> {
    let Some((_, table)) = xml.split_once("<w:tbl>") else { return Vec::new() };
    let table = table.split("</w:tbl>").next().unwrap();
    let rows = table.split("<w:tr>").skip(1);
    rows.map(|row| row.split("<w:tc>").skip(1).map(|cell| words(&cell.replace("<w:br", "\n<w:br"))).collect())
        .collect()
}

/// Rows that end alike where one leaves out cells with nothing in them.
fn padded(mut row: Vec<String>, width: usize) -> Vec<String> {
    row.resize(width, String::new());
    row
}

/// Which key of the files each column on paper has: both have their columns in one order.
fn keys<'k>(grid: &Grid, header: &'k [String], records: &[Vec<String>], report: &str) -> Vec<&'k str> {
    let lines: Vec<Vec<String>> = grid.lines().map(|line| compared(grid, &line.cells)).collect();
    assert_eq!(lines.len(), records.len(), "{report}");
    let mut keys = header.iter().enumerate();
    let found = (0..grid.headings.len()).map(|at| {
        let is_same = |key: usize| {
            lines.iter().zip(records).all(|(line, record)| {
                let in_file = unguarded(&record[key]);
                let is_unstated = line[at] == "not stated" && matches!(in_file, "" | "not-stated");
                let on_paper = if is_unstated { in_file } else { &line[at] };
                // Times are to the minute on paper, and to the second in files.
                let is_time = on_paper.len() == "2015-06-15 10:03".len() && in_file.starts_with(on_paper);
                let is_text = on_paper == in_file || is_time;
                if grid.is_figure[at] { on_paper == number(in_file) } else { is_text }
            })
        };
        let found = keys.find(|(key, _)| is_same(*key));
        found.unwrap_or_else(|| panic!("{report}: no column of the file is {}", grid.headings[at])).1.as_str()
    });
    found.collect()
}

/// Every object within a value.
fn objects<'v>(value: &'v Value, found: &mut Vec<&'v serde_json::Map<String, Value>>) {
    match value {
        Value::Object(map) => {
            found.push(map);
            map.values().for_each(|value| objects(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| objects(value, found)),
        _ => {}
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        value => value.to_string(),
    }
}

#[test]
fn every_format_of_every_report_has_the_same_figures() {
    for name in catalogue::names() {
        let is_compared = REPORTS.iter().any(|report| report.split(' ').next() == Some(name));
        assert!(is_compared || NOT_COMPARED.contains(&name), "add {name} to REPORTS");
    }
    let office = office();
    for report in REPORTS {
        let text = |extension| String::from_utf8(written(&office, report, extension)).unwrap();
        let grid = of_html(&text("html"));
        let width = grid.headings.len();
        assert!(grid.lines().count() > 0, "{report}");

        let on_paper = |line: &Line| padded(compared(&grid, &line.cells), width);
        let expected: Vec<Vec<String>> = grid.rows.iter().map(on_paper).collect();
        let (head, body) = {
            let mut rows = of_markdown(&text("md"));
            (rows.remove(0), rows)
        };
        assert_eq!(head, grid.headings, "{report}");
        let markdown: Vec<Vec<String>> = body.iter().map(|row| padded(compared(&grid, row), width)).collect();
        assert_eq!(markdown, expected, "{report} as Markdown");

        let bytes = written(&office, report, "xlsx");
        let layout = first_sheet(&bytes);
        let mut workbook = cells(bytes, &layout).unwrap();
        assert_eq!(padded(workbook.remove(0), width), grid.headings, "{report}");
        let workbook: Vec<Vec<String>> =
            workbook.into_iter().map(|row| compared(&grid, &padded(row, width))).collect();
        assert_eq!(workbook, expected, "{report} as a workbook");

        let document = of_document(&unpacked(&written(&office, report, "docx")));
        assert_eq!(document[0], grid.headings, "{report}");
        let document: Vec<Vec<String>> =
            document[1..].iter().map(|row| compared(&grid, &padded(row.clone(), width))).collect();
        assert_eq!(document, expected, "{report} as a Word document");

        if is_written("pdf") {
            // What is read aloud has every cell in its place, whatever the lines that it was broken into.
            let close = |text: &str| text.split_whitespace().collect::<String>();
            let read = close(&pdf::words(&written(&office, report, "pdf")).read);
            let cells = grid.headings.iter().chain(grid.rows.iter().flat_map(|line| &line.cells));
            let expected: String = cells.map(|cell| close(cell)).collect();
            assert!(read.contains(&expected), "{report} as PDF: {expected} is not in {read}");
        }

        let mut records = cells(text("csv").into_bytes(), &Layout::default()).unwrap();
        let header = records.remove(0);
        let keys = keys(&grid, &header, &records, report);
        let json: Value = serde_json::from_str(&text("json")).unwrap();
        in_json(&json, &header, &records, &keys, &grid, report);
    }
}

/// Every line of the file stands in JSON, and so does the total on paper.
fn in_json(
    json: &Value,
    header: &[String],
    records: &[Vec<String>],
    keys: &[&str],
    grid: &Grid,
    report: &str,
) {
    let mut all = Vec::new();
    objects(json, &mut all);
    let figures: Vec<&str> =
        keys.iter().zip(&grid.is_figure).filter(|(_, is_figure)| **is_figure).map(|(key, _)| *key).collect();
    for record in records {
        let record: BTreeMap<&str, &str> =
            header.iter().map(String::as_str).zip(record.iter().map(|cell| unguarded(cell))).collect();
        let is_it = |object: &&serde_json::Map<String, Value>| {
            figures.iter().all(|key| match object.get(*key) {
                Some(value) => plain(value) == record[key],
                // What several lines have in common may stand around them; amounts never do.
                None => !record[key].contains('.'),
            })
        };
        assert!(all.iter().any(is_it), "{report}: {record:?} is not in JSON");
    }
    let totals = grid.rows.iter().filter(|line| line.style == "total");
    for line in totals.filter(|_| json["total"].is_object()) {
        for ((key, cell), is_figure) in keys.iter().zip(&line.cells).zip(&grid.is_figure) {
            if *is_figure && !cell.is_empty() {
                assert_eq!(number(cell), plain(&json["total"][key]), "{report}: total of {key}");
            }
        }
    }
}

/// The first sheet of a workbook, which has the table; the other has the notes.
fn first_sheet(workbook: &[u8]) -> Layout {
    let named = |name: &str| Layout { sheet: Some(name.to_owned()), ..Layout::default() };
    let refusal = cells(workbook.to_vec(), &named("no such sheet")).unwrap_err();
    let NextStep::Advice(sheets) = refusal.next else { panic!("{refusal:?}") };
    named(sheets.split('`').nth(1).unwrap())
}

#[test]
fn the_same_report_has_the_same_bytes() {
    let office = office();
    let formats = || FORMATS.iter().copied().filter(|format| is_written(format));
    let all = || {
        let each = REPORTS.iter().flat_map(|report| formats().map(move |format| (*report, format)));
        each.map(|(report, format)| written(&office, report, format)).collect::<Vec<_>>()
    };
    let (first, second) = (all(), all());
    assert_eq!(first.len(), REPORTS.len() * formats().count());
    assert!(first == second);
}
