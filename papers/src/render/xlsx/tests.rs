use almoner_imports::{Layout, cells};
use almoner_ledger::calendar::Date;
use almoner_ledger::money::Money;

use super::*;
use crate::sheet::{Cell, Chart, Column, Kind, Row, Shape, Sheet, Style};

fn cells_of(bytes: &[u8], sheet: &str) -> Vec<Vec<String>> {
    let layout = Layout { sheet: Some(sheet.to_owned()), ..Layout::default() };
    cells(bytes.to_vec(), &layout).unwrap()
}

fn row(name: &str, day: &str, pence: i64, style: Style) -> Row {
    let day = Date::parse(day).map_or(Cell::NotStated, Cell::Date);
    Row { cells: vec![Cell::Text(name.to_owned()), day, Cell::Money(Money::from_pence(pence))], style }
}

fn paper() -> Paper {
    let columns = vec![
        Column::new("name", "Grant", Kind::Text, 0),
        Column::new("day", "Day", Kind::Date, 0),
        Column::new("paid", "Paid (£)", Kind::Money, 0),
    ];
    let chart = Chart {
        title: "Paid & expenditure".to_owned(),
        shape: Shape::Bars,
        label: "name",
        series: vec!["paid", "paid"],
    };
    let alone = Sheet {
        key: "grants",
        title: "Grants: all / of them".to_owned(),
        facts: vec![("As at", "31 March 2015".to_owned())],
        lead: vec!["What was paid.".to_owned()],
        charts: vec![chart],
        columns: columns.clone(),
        rows: vec![
            row("=1+1", "2015-03-31", -123_456, Style::Normal),
            row("'90s", "", 10, Style::Normal),
            row("Total", "", -123_446, Style::Total),
        ],
        notes: vec!["A note.".to_owned()],
        ..Sheet::default()
    };
    let grouped = Sheet {
        key: "q1",
        title: "By fund".to_owned(),
        columns,
        rows: vec![
            Row::heading("Under the first fund"),
            row("A", "2015-01-01", 99_999_999_999_999_999, Style::Normal),
            row("", "", 99_999_999_999_999_999, Style::Subtotal),
            Row::heading("Under the second"),
            row("B", "2015-01-02", 5, Style::Normal),
            row("", "", 5, Style::Subtotal),
        ],
        ..Sheet::default()
    };
    let words = Sheet {
        key: "words",
        title: "Introduction".to_owned(),
        lead: vec!["Words alone.".to_owned()],
        ..Sheet::default()
    };
    Paper {
        title: "Panel & public".to_owned(),
        provenance: Some(crate::provenance::tests::provenance()),
        facts: Vec::new(),
        sheets: vec![words, alone, grouped],
    }
}

#[test]
fn a_paper_of_several_sheets_has_contents_tables_and_notes() {
    let bytes = xlsx(&paper()).unwrap();
    assert_eq!(
        cells_of(&bytes, "Grants all - of them"),
        [
            &["Grant", "Day", "Paid (£)"][..],
            &["=1+1", "2015-03-31", "-1234.56"],
            &["'90s", "not stated", "0.1"],
            &["Total", "not stated", "-1234.46"],
        ]
    );
    // What is too long for a workbook's numbers is a text, to the penny.
    let grouped = cells_of(&bytes, "By fund");
    let last: Vec<&str> = grouped.iter().filter_map(|row| row.last()).map(String::as_str).collect();
    let long = "999,999,999,999,999.99";
    assert_eq!(last, ["Paid (£)", "Under the first fund", long, long, "Under the second", "0.05", "0.05"]);
    let words = |sheet| cells_of(&bytes, sheet).concat().join("|");
    assert!(
        words("Contents").contains("|Introduction||Grants: all / of them||By fund||Notes"),
        "{}",
        words("Contents")
    );
    assert!(words("Introduction").contains("Words alone."));
    assert!(words("Notes").contains("As at|31 March 2015||What was paid.||A note."), "{}", words("Notes"));
}

#[test]
fn the_system_that_made_a_workbook_is_not_in_it() {
    let made_here = xlsx(&paper()).unwrap();
    let mut made_elsewhere = made_here.clone();
    let entries: Vec<usize> = (4..made_here.len())
        .filter(|at| made_here.get(at - 4..*at) == Some(b"PK\x01\x02") && made_here.get(at + 1) == Some(&3))
        .collect();
    assert!(entries.len() > 8, "the directory is not found: {entries:?}");
    entries.iter().for_each(|at| made_elsewhere[at + 1] = 0);
    assert_ne!(made_elsewhere, made_here);
    assert_eq!(of_one_system(made_elsewhere), made_here);
    for cut in 0..40 {
        of_one_system(made_here[..made_here.len() - cut].to_vec());
    }
}

#[test]
fn the_same_paper_has_the_same_bytes() {
    assert!(xlsx(&paper()).unwrap() == xlsx(&paper()).unwrap());
}
