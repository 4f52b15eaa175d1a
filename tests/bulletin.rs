//! Bulletins in several forms, each with its expected draft.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use crate::office::Office;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bulletins")
}

/// The decisions of the worked example in three forms.
const WORKED_EXAMPLES: [&str; 3] =
    ["worked-example.txt", "worked-example-lines.txt", "worked-example-prose.txt"];

fn draft(office: &Office, sample: &str) -> String {
    let path = samples().join(sample);
    office.ok(&["import", "bulletin", path.to_str().unwrap(), "--format", "csv"])
}

#[test]
fn every_sample_gives_the_draft_beside_it() {
    let office = Office::new();
    for name in [
        "worked-example",
        "worked-example-lines",
        "worked-example-prose",
        "coastal",
        "dales",
        "fenland",
        "lintshire",
        "midvale",
        "quayside",
        "tidewell",
        "vale",
    ] {
        let expected = std::fs::read_to_string(samples().join(format!("{name}.csv"))).unwrap();
        assert_eq!(draft(&office, &format!("{name}.txt")), expected.replace("\r\n", "\n"), "{name}");
    }
}

#[test]
fn the_worked_example_is_found_in_full_and_nothing_is_recorded() {
    let office = Office::new();
    for sample in WORKED_EXAMPLES {
        let draft = draft(&office, sample);
        let rows: Vec<csv::StringRecord> =
            csv::Reader::from_reader(draft.as_bytes()).records().map(Result::unwrap).collect();
        let of = |kind: &str| rows.iter().filter(|row| &row[15] == kind).count();
        let confidential = rows.iter().filter(|row| &row[14] == "yes").count();
        let pence: u64 = rows.iter().filter_map(|row| row[3].replace('.', "").parse::<u64>().ok()).sum();
        assert_eq!(
            (rows.len(), confidential, of("award"), of("change-of-purpose")),
            (27, 6, 13, 1),
            "{sample}"
        );
        assert_eq!(pence, 25_364_900, "{sample}");
        let (stated, funded) =
            (rows.iter().filter(|row| !row[8].is_empty()), rows.iter().filter(|row| !row[6].is_empty()));
        assert_eq!((stated.count(), funded.count()), (4, 7), "{sample}");
        let withheld = rows.iter().filter(|row| &row[14] == "yes");
        assert!(withheld.clone().all(|row| row[17].is_empty() && row[2].is_empty()), "{sample}");
    }
    assert!(!office.ok(&["decision", "list"]).contains("-2015"), "a draft records nothing");
}

/// The themes that an officer fills in, by the number of the decision.
const THEMES: [(&str, &[u32]); 6] = [
    ("domestic-abuse", &[6, 13, 14, 19, 20, 22]),
    ("child-sexual-abuse", &[10, 11, 12]),
    ("youth-diversion", &[15]),
    ("vulnerable-victims", &[21]),
    ("public-space-safety", &[24]),
    ("anti-social-behaviour", &[26]),
];

/// The draft as an officer completes it: with themes, the title for a blank purpose, and no mark left.
fn filled_in(draft: &str) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(draft.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let (decision, purpose, theme, kind, title) =
        (at("decision"), at("purpose"), at("theme"), at("kind"), at("title"));
    let evidence = at("evidence");
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).unwrap();
    for row in reader.records() {
        let mut cells: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
        if cells[kind] == "award" {
            let number: u32 = cells[decision].trim_end_matches("-2015").parse().unwrap();
            cells[theme] = THEMES.iter().find(|(_, of)| of.contains(&number)).unwrap().0.to_owned();
            if cells[purpose].is_empty() {
                cells[purpose] = cells[title].clone();
            }
        }
        let points = cells[evidence].split("; ").filter(|point| !point.starts_with("check:"));
        cells[evidence] = points.collect::<Vec<_>>().join("; ");
        writer.write_record(&cells).unwrap();
    }
    writer.into_inner().unwrap()
}

#[test]
fn a_draft_with_its_themes_filled_in_becomes_the_worked_example() {
    for sample in WORKED_EXAMPLES {
        let office = Office::new();
        let path = samples().join(sample);
        office.ok(&["import", "bulletin", path.to_str().unwrap(), "-o", "draft.csv"]);
        let draft = std::fs::read_to_string(office.path("draft.csv")).unwrap();
        office.file("register.csv", filled_in(draft.trim_start_matches('\u{feff}')));
        office.ok(&["import", "decisions", "register.csv"]);
        office.ok(&["import", "awards", "register.csv", "--add-missing"]);
        let again = office.ok(&["import", "awards", "register.csv", "--add-missing"]);
        assert!(again.contains("already recorded    13  253,649.00"), "{again}");

        let awarded = |by: &str| {
            let report = office.json(&["report", "themes", "--quarter", "2014-15Q4", "--by", by]);
            let rows = report["rows"].as_array().unwrap().iter();
            let mut told: Vec<String> = rows
                .map(|row| format!("{} {}", row[by].as_str().unwrap(), row["awarded"].as_str().unwrap()))
                .collect();
            told.sort();
            (told.join(", "), report["total"]["awarded"].as_str().unwrap().to_owned())
        };
        let total = "253649.00".to_owned();
        let themes = "anti-social-behaviour 7000.00, child-sexual-abuse 60000.00, domestic-abuse 158548.00, public-space-safety 2660.00, vulnerable-victims 25000.00, youth-diversion 441.00";
        assert_eq!(awarded("theme"), (themes.to_owned(), total.clone()), "{sample}");
        let funds = "cdr 10101.00, unstated 153548.00, victims 90000.00";
        assert_eq!(awarded("fund"), (funds.to_owned(), total), "{sample}");
        for (year, expenditure) in [("2014-15", "7951.83"), ("2015-16", "37956.17")] {
            let report = office.json(&["report", "themes", "--fy", year]);
            assert_eq!(report["total"]["expenditure"], expenditure, "{sample} {year}");
        }

        let register = office.json(&["report", "decisions"]);
        let gaps: Vec<&str> =
            register["gaps"].as_array().unwrap().iter().map(|gap| gap["last"].as_str().unwrap()).collect();
        assert_eq!((register["rows"].as_array().unwrap().len(), gaps), (27, vec!["5-2015", "C1-2015"]));
        office.ok(&["verify"]);
    }
}

#[test]
fn a_workbook_is_read_back_as_the_same_draft() {
    let office = Office::new();
    let path = samples().join("worked-example.txt");
    let summaries = |name: &str| {
        office.ok(&["import", "bulletin", path.to_str().unwrap(), "-o", name]);
        let awards = office.run(&["import", "awards", name, "--dry-run"]);
        let awards = String::from_utf8(awards.stdout).unwrap();
        let decisions = office.run(&["import", "decisions", name, "--dry-run"]);
        let decisions = String::from_utf8(decisions.stdout).unwrap();
        // All but the first line, which names the format of the file.
        let figures = |text: &str| text.split_once('\n').unwrap().1.replace(name, "draft");
        (figures(&awards), figures(&decisions))
    };
    let workbook = summaries("draft.xlsx");
    assert!(workbook.0.contains("rejected            13  253,649.00"), "{}", workbook.0);
    assert_eq!(workbook, summaries("draft.csv"));
}

#[test]
fn a_row_with_a_mark_is_refused_until_the_mark_is_deleted() {
    let office = Office::new();
    office.file(
        "decisions.txt",
        "6-2015\t26 March 2015\tYouth\tThe PCC agreed to award up to £20,000 to Lantern CIC.",
    );
    office.ok(&["import", "bulletin", "decisions.txt", "-o", "draft.csv"]);
    let draft = std::fs::read_to_string(office.path("draft.csv")).unwrap();
    assert!(draft.contains("check: amount: \"\"£20,000\"\": an estimate or a limit"), "{draft}");
    let filled = draft
        .replace("Lantern CIC,,", "Lantern CIC,20000,Youth,youth")
        .replace(",Youth,youth,,", ",Youth,youth,");
    for kind in ["awards", "decisions"] {
        office.file("marked.csv", filled.clone());
        let refused = office.run(&["import", kind, "marked.csv", "--add-missing"]);
        assert_eq!(refused.status.code(), Some(1));
        let refused = String::from_utf8(refused.stderr).unwrap();
        assert!(refused.contains("column evidence"), "{refused}");
        assert!(
            refused.contains("not checked yet: amount: \"£20,000\": an estimate or a limit"),
            "{refused}"
        );
        office.file("checked.csv", filled.replace("check: amount", "amount"));
        office.ok(&["import", kind, "checked.csv", "--add-missing"]);
    }
}

#[test]
fn a_workbook_marks_rows_and_offers_themes_and_funds() {
    let office = Office::new();
    office.ok(&["theme", "add", "youth", "--name", "Youth"]);
    let text = "6-2015\t26 March 2015\tYouth\tThe PCC agreed to award £2,000 to Lantern CIC.\n\
                7-2015\t27 March 2015\tYouth\tThe PCC agreed to award up to £20,000 to Lantern CIC.\n";
    office.file("decisions.txt", text);
    office.ok(&["import", "bulletin", "decisions.txt", "-o", "draft.xlsx"]);
    let bytes = std::fs::read(office.path("draft.xlsx")).unwrap();
    let mut parts = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut part = |name: &str| std::io::read_to_string(parts.by_name(name).unwrap()).unwrap();
    assert!(part("xl/styles.xml").contains("FFFFF2CC"));
    assert!(part("xl/workbook.xml").contains("state=\"hidden\""));
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<formula1>Lists!$A$2:$A$2</formula1>"), "{sheet}");
    // The row to check is first, and the hidden sheet is not read.
    let awards = office.run(&["import", "decisions", "draft.xlsx", "--dry-run"]);
    let problems = String::from_utf8(awards.stderr).unwrap();
    assert!(problems.contains("draft.xlsx: row 2, column evidence"), "{problems}");
    assert!(!problems.contains("row 3"), "{problems}");
}

#[test]
fn drafts_do_not_overwrite_files() {
    let office = Office::new();
    let sample = "coastal.txt";
    office.file(sample, std::fs::read(samples().join(sample)).unwrap());
    let output = office.ok(&["import", "bulletin", sample, "-o", "draft.csv"]);
    assert!(output.contains("6 decisions, 1 confidential; 4 awards, 3 with an amount, total"), "{output}");
    assert!(office.refused(1, &["import", "bulletin", sample, "-o", "draft.csv"]).contains("file-exists"));
    office.ok(&["import", "bulletin", sample, "-o", "draft.csv", "--force"]);
    office.ok(&["import", "bulletin", sample, "-o", "draft.xlsx"]);
    assert!(std::fs::read(office.path("draft.xlsx")).unwrap().starts_with(b"PK"));
    assert!(office.refused(1, &["import", "bulletin", sample, "-o", "draft.xlsx"]).contains("file-exists"));
    assert!(office.refused(1, &["import", "bulletin", sample, "-o", "draft.doc"]).contains(".csv or .xlsx"));
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A text as a Word document: a paragraph for each line.
fn docx(text: &str) -> Vec<u8> {
    let run = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r>", escaped(text));
    let line = |line: &str| {
        let runs: Vec<String> = line.split('\t').map(run).collect();
        format!("<w:p>{}</w:p>", runs.join("<w:r><w:tab/></w:r>"))
    };
    let body: String = text.lines().map(line).collect();
    let word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let packages = "http://schemas.openxmlformats.org/package/2006/relationships";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{packages}\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"word/document.xml\"/></Relationships>"
            ),
        ),
        ("word/document.xml", format!("<w:document xmlns:w=\"{word}\"><w:body>{body}</w:body></w:document>")),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A text as a web page: a paragraph for what is between blank lines, a table for lines with tabs. Columns of blanks are
/// preformatted.
fn page(text: &str) -> String {
    if text.contains("    ") {
        return format!("<html><body><pre>{}</pre></body></html>", escaped(text));
    }
    let mut page = "<!DOCTYPE html><html><head><title>Decisions</title></head><body>".to_owned();
    for block in text.split("\n\n") {
        let lines: Vec<String> = block.lines().map(escaped).collect();
        if lines.iter().any(|line| line.contains('\t')) {
            let row = |line: &String| format!("<tr><td>{}</td></tr>", line.replace('\t', "</td><td>"));
            page += &format!("<table>{}</table>", lines.iter().map(row).collect::<String>());
        } else {
            page += &format!("<p>{}</p>", lines.join("<br>"));
        }
    }
    page + "</body></html>"
}

#[test]
fn documents_give_the_same_draft_as_text() {
    let office = Office::new();
    let draft = |name: &str| office.ok(&["import", "bulletin", name, "--format", "csv"]);
    let mut compared = 0;
    for path in std::fs::read_dir(samples()).unwrap().map(|entry| entry.unwrap().path()) {
        if path.extension().unwrap() != "txt" {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap().replace('\r', "");
        office.file("plain.txt", &text);
        office.file("decisions.docx", docx(&text));
        office.file("decisions.html", page(&text));
        let expected = draft("plain.txt");
        assert_eq!(draft("decisions.docx"), expected, "{}", path.display());
        assert_eq!(draft("decisions.html"), expected, "{}", path.display());
        compared += 1;
    }
    assert!(compared >= 11, "{compared}");
}

#[test]
fn documents_are_read_by_a_process_with_limits() {
    let office = Office::new();
    office.file("picture.html", "<h1>15-2015</h1><p>Award of £30,000 to Compassion<img src=x></p>");
    let output = office.ok(&["import", "bulletin", "picture.html", "-o", "draft.csv"]);
    assert!(output.contains("Not read from the document: pictures: 1"), "{output}");
    // Far more text than the file is large.
    let bomb = docx(&format!("{}\n", "A line of text ".repeat(1 << 10)).repeat(1 << 11));
    assert!(bomb.len() < 1 << 18);
    office.file("bomb.docx", bomb);
    let error = office.refused(1, &["import", "bulletin", "bomb.docx"]);
    assert!(
        error.contains("error[unreadable-document]: bomb.docx: ")
            && error.contains("more than 16 MiB of text"),
        "{error}"
    );
    for (name, content, expected) in [
        ("a.pdf", "%PDF-1.7", "the file is a PDF"),
        ("a.rtf", "{\\rtf1 x}", "rich text (.rtf)"),
        ("a.docx", "PK\u{3}\u{4}", "the file is incomplete, or is not of the type its name suggests"),
    ] {
        office.file(name, content);
        let error = office.refused(1, &["import", "bulletin", name]);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn files_that_are_not_bulletins_are_refused_with_a_hint() {
    let office = Office::new();
    office.file("zip.txt", b"PK\x03\x04");
    office.file("prose.txt", "Nothing is decided here.");
    office.file("formula.txt", "6-2015\t26-3-15\t=HYPERLINK(1)\t+1");
    assert!(office.refused(1, &["import", "bulletin", "zip.txt"]).contains("zip.txt"));
    assert!(office.refused(1, &["import", "bulletin", "prose.txt"]).contains("no-decisions"));
    assert!(office.refused(1, &["import", "bulletin", "none.txt"]).contains("cannot be read"));
    assert!(office.refused(2, &["import", "awards", "prose.txt", "-o", "x.csv"]).contains("usage"));
    assert!(
        office.ok(&["import", "bulletin", "formula.txt", "--format", "csv"]).contains(",'=HYPERLINK(1),'+1,")
    );
}
