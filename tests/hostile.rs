//! Files made to exhaust memory or time: the real program, with little memory, soon reports what is wrong with
//! each.

use std::io::Write;
use std::process::Command;
use std::time::Instant;

use crate::office::Office;
use crate::tally::is_soak;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Seconds of a processor that a file may take, however busy the machine is.
const SECONDS: u64 = 180;

/// Imports a file with this much memory, in MiB, and this many seconds of a processor, and checks the error.
fn assert_refused(office: &Office, name: &str, memory: u64, seconds: u64, expected: &str) {
    let (kind, profile) =
        if name.ends_with(".json") { ("awards", "360giving") } else { ("payments", "canonical") };
    let mut command = Command::new("sh");
    let limited = format!("ulimit -v {}; ulimit -t {seconds}; exec \"$0\" \"$@\"", memory * 1024);
    command.args(["-c", &limited, env!("CARGO_BIN_EXE_almoner"), "import", kind, name, "--profile", profile]);
    command.args(["--dry-run", "--user", "jane"]).current_dir(office.path(".")).env("RUST_BACKTRACE", "0");
    // The limit is on addresses, of which the C library reserves 64 MiB for each thread of the index.
    command.env("MALLOC_ARENA_MAX", "1");
    let started = Instant::now();
    let output = command.output().unwrap();
    let (taken, errors) = (started.elapsed(), String::from_utf8_lossy(&output.stderr).into_owned());
    println!("{name}: {:.1} s: {}", taken.as_secs_f64(), errors.lines().next().unwrap_or_default());
    let first = errors.lines().next().unwrap_or_default();
    assert_eq!(output.status.code(), Some(1), "{name}, {}: {errors}", output.status);
    assert!(
        first.starts_with(&format!("{name}: {expected}")),
        "{name}: {errors}\n{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

/// Makes a ZIP file of these parts, each of texts with their number of repetitions.
fn packed(parts: &[(&str, &[(&str, usize)])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_level(Some(1));
    for (name, pieces) in parts {
        zip.start_file(*name, options).unwrap();
        for (text, times) in *pieces {
            let many = text.repeat((1 << 16) / text.len().max(1) + 1);
            let at_once = many.len() / text.len().max(1);
            for _ in 0..times / at_once {
                zip.write_all(many.as_bytes()).unwrap();
            }
            zip.write_all(text.repeat(times % at_once).as_bytes()).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

fn xlsx(sheet: &[(&str, usize)]) -> Vec<u8> {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation = |kind: &str, target: &str| {
        format!(
            r#"<Relationships><Relationship Id="r" Type="{office}/{kind}" Target="{target}"/></Relationships>"#
        )
    };
    packed(&[
        ("_rels/.rels", &[(&relation("officeDocument", "xl/workbook.xml"), 1)]),
        ("xl/_rels/workbook.xml.rels", &[(&relation("worksheet", "s.xml"), 1)]),
        ("xl/workbook.xml", &[(r#"<workbook><sheets><sheet name="S" r:id="r"/></sheets></workbook>"#, 1)]),
        ("xl/s.xml", sheet),
    ])
}

fn ods(tables: &[(&str, usize)]) -> Vec<u8> {
    let begin = ("<office:document-content><office:body><office:spreadsheet>", 1);
    let end = ("</office:spreadsheet></office:body></office:document-content>", 1);
    packed(&[
        ("mimetype", &[("application/vnd.oasis.opendocument.spreadsheet", 1)]),
        ("content.xml", &[&[begin], tables, &[end]].concat()),
    ])
}

fn table(row: &str, cell: &str) -> (String, String) {
    let begin =
        format!("<table:table table:name=\"S\"><table:table-row {row}><table:table-cell {cell}><text:p>");
    (begin, "</text:p></table:table-cell></table:table-row></table:table>".to_owned())
}

#[test]
fn small_files_that_unpack_into_much_take_little_memory() {
    let office = Office::new();
    let repeats = |rows: u64, columns: u64| {
        let rows = format!("table:number-rows-repeated=\"{rows}\"");
        table(&rows, &format!("table:number-columns-repeated=\"{columns}\""))
    };
    // Beyond every limit, and in the soak tier so far that who reads the file whole has no memory left.
    let size = |few: usize, many: usize| if is_soak() { many } else { few };
    let (begin, end) = repeats(1_048_576, 1_024);
    office.file("repeats.ods", ods(&[(&begin, 1), ("x", 1), (&end, 1)]));
    office.file("long-repeats.ods", ods(&[(&begin, 1), ("x", 70_000), (&end, 1)]));
    office.file("long.ods", ods(&[(&begin, 1), ("x", size(16 << 20, 100 << 20)), (&end, 1)]));
    office.file("tables.ods", ods(&[("<table:table/>", size(100_000, 1_000_000))]));
    office.file("bomb.xlsx", xlsx(&[("<worksheet>", 1), (" ", size(264 << 20, 512 << 20))]));
    office.file("blanks.xlsx", xlsx(&[("<worksheet>", 1), ("<row/>", size(2 << 20, 64 << 20))]));
    let corner = r#"<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>"#;
    office.file("corner.xlsx", xlsx(&[(corner, 1)]));
    let text = r#"<worksheet><sheetData><row><c t="inlineStr"><is><t>"#;
    office.file("text.xlsx", xlsx(&[(text, 1), ("x", size(16 << 20, 200 << 20))]));
    office.file("entities.xlsx", xlsx(&[(text, 1), ("&amp;", size(2 << 20, 10 << 20))]));
    office.file(
        "attribute.xlsx",
        xlsx(&[("<worksheet><sheetData><row><c t=\"", 1), ("x", size(16 << 20, 200 << 20))]),
    );
    let members: String = (0..size(100_000, 1_000_000)).map(|it| format!("\"a{it}\":1,")).collect();
    office.file("members.json", format!("[{{{members}\"a\":1}}]"));
    office.file("list.json", format!("{{\"grants\":[{}1]}}", "1,".repeat(size(3 << 20, 8 << 20))));
    office.file("deep.json", format!("{{\"grants\":{}", "[".repeat(size(1 << 20, 8 << 20))));
    for (name, expected) in [
        ("repeats.ods", "row 1: the sheet is too large"),
        ("long-repeats.ods", "row 1: the sheet is too large"),
        (
            "long.ods",
            "row 1: a part of the workbook is too large: the limits are 256 MiB in all and 4 MiB between two tags",
        ),
        ("tables.ods", "row 1: the workbook has more than 1024 sheets"),
        ("bomb.xlsx", "row 1: a part of the workbook is too large"),
        ("blanks.xlsx", "row 1: the workbook is damaged: a row is outside the sheet"),
        ("corner.xlsx", "row 1048576: the row has more than 1024 cells"),
        ("text.xlsx", "row 1: a part of the workbook is too large"),
        ("entities.xlsx", "row 1: a text in the workbook is longer than 1 MiB"),
        ("attribute.xlsx", "row 1: a part of the workbook is too large"),
        ("members.json", "row 2: the JSON cannot be read: an object has more than 4096 names"),
        ("list.json", "row 1: the JSON cannot be read: a list has more than 2000000 entries"),
        ("deep.json", "row 1: the JSON cannot be read: EOF while parsing a list"),
    ] {
        assert_refused(&office, name, 600, SECONDS, expected);
    }
}

#[test]
fn many_rows_with_the_same_error_take_no_longer_than_others() {
    let office = Office::new();
    let (alike, wrong) = if is_soak() { (20_000, 120_000) } else { (5_000, 12_000) };
    office.file("alike.csv", format!("award,date,amount\n{}", "A1,2015-04-01,10\n".repeat(alike)));
    office.file("wrong.csv", format!("award,date,amount\n{}", ",x,y\n".repeat(wrong)));
    let no_award = format!("rows 2 to {}, column award: \"A1\": there is no award `A1`", alike + 1);
    assert_refused(&office, "alike.csv", 600, SECONDS, &no_award);
    let blank = "rows 2 to 6668, column award: this must be filled in";
    assert_refused(&office, "wrong.csv", 600, SECONDS, blank);
}

/// Files of the maximum size, and larger. Takes minutes unless optimised:
/// `cargo test --release --test program hostile:: -- --include-ignored --nocapture`.
#[test]
#[ignore = "writes 256 MiB several times over"]
fn the_largest_files_are_read_in_minutes() {
    let office = Office::new();
    let header = "award,date,amount,reference\n";
    let no_award = "row 2, column award: \"A1\": there is no award `A1`";
    for (name, row, rows, memory, seconds, expected) in [
        (
            "largest.csv",
            format!("A1,2015-04-01,10,{}\n", "x".repeat(104)),
            1_999_990,
            2_500,
            SECONDS,
            no_award,
        ),
        (
            "larger.csv",
            format!("A1,2015-04-01,10,{}\n", "x".repeat(104)),
            2_200_000,
            600,
            10,
            "row 1: the file is larger than 256 MiB",
        ),
        ("rows.csv", "A1,2015-04-01,10,\n".to_owned(), 2_000_001, 1_500, SECONDS, no_award),
        ("quote.csv", "\"a,b,c\n\"\"".to_owned(), 25_000_000, 600, 10, "row 2: a quotation mark"),
        ("commas.csv", ",".repeat(1_000), 250_000, 600, 10, "row 2: the row does not end"),
    ] {
        office.file(name, format!("{header}{}", row.repeat(rows)));
        assert_refused(&office, name, memory, seconds, expected);
        std::fs::remove_file(office.path(name)).unwrap();
    }
}
