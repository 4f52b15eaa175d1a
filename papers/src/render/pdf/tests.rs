use almoner_ledger::money::Money;

use super::setting::{Belongs, Drawn, Page, Part, Role};
use super::*;
use crate::sheet::{Cell, Chart, Column, Kind, Row, Shape, Sheet, Style};

fn row(name: &str, pence: i64, style: Style) -> Row {
    let cells = vec![Cell::Text(name.to_owned()), Cell::Empty, Cell::Money(Money::from_pence(pence))];
    Row { cells, style }
}

fn sheet(rows: Vec<Row>) -> Sheet {
    Sheet {
        key: "themes",
        title: "Spending by theme".to_owned(),
        columns: vec![
            Column::new("name", "Theme", Kind::Text, 0),
            Column::new("why", "Why", Kind::Text, 0),
            Column::new("paid", "Paid", Kind::Money, 0),
        ],
        rows,
        ..Sheet::default()
    }
}

fn set(paper: &Paper) -> setting::Set {
    layout::laid_out(paper, &Letters::new().unwrap())
}

/// Returns the text of a page with a role.
fn words(page: &Page, is_asked: impl Fn(Belongs) -> bool) -> Vec<&str> {
    let asked = page.pieces.iter().filter(|piece| is_asked(piece.belongs));
    let words = asked.filter_map(|piece| match &piece.drawn {
        Drawn::Words(text, _) => Some(text.trim_end()),
        Drawn::Area(..) => None,
    });
    words.collect()
}

fn is_content(belongs: Belongs) -> bool {
    matches!(belongs, Belongs::To(_))
}

/// Returns every part of a kind.
fn parts<'a>(all: &'a [Part], is_asked: &impl Fn(&Role) -> bool, found: &mut Vec<&'a Part>) {
    for part in all {
        if is_asked(&part.role) {
            found.push(part);
        }
        parts(&part.parts, is_asked, found);
    }
}

#[test]
fn table_headings_are_read_once_and_shown_on_every_page() {
    let rows = (0..100).map(|number| row(&format!("Theme {number}"), number, Style::Normal));
    let paper = Paper::from(sheet(rows.chain([row("Total", 4_950, Style::Total)]).collect()));
    let set = set(&paper);
    assert!(set.pages.len() > 2);
    let headings = ["Theme", "Why", "Paid"];
    let last = set.pages.len() - 1;
    for (number, page) in set.pages.iter().enumerate() {
        let repeated = words(page, |it| it == Belongs::Repeated);
        assert_eq!(repeated, if number == 0 { &[][..] } else { &headings[..] }, "page {}", number + 1);
        let foot = words(page, |it| it == Belongs::Foot);
        assert!(foot.contains(&format!("Page {} of {}", number + 1, last + 1).as_str()), "{foot:?}");
    }
    let read: Vec<&str> = set.pages.iter().flat_map(|page| words(page, is_content)).collect();
    assert_eq!(read.iter().filter(|it| **it == "Theme").count(), 1);
    // A total is never alone on a page.
    let end = words(&set.pages[last], is_content);
    assert_eq!(end[end.len() - 4..], ["Theme 99", "0.99", "Total", "49.50"]);
    let mut found = Vec::new();
    parts(&set.parts, &|role| *role == Role::Row, &mut found);
    assert_eq!(found.len(), 102);
    assert!(found.iter().all(|row| row.parts.len() == 3), "empty cells are cells");
}

#[test]
fn a_row_higher_than_a_page_is_continued_completely() {
    let long = "far too many words to stand on a page ".repeat(400);
    let set = set(&Paper::from(sheet(vec![row(&long, 1, Style::Normal), row("End", 2, Style::Normal)])));
    assert!(set.pages.len() > 1);
    let close = |text: String| text.split_whitespace().collect::<String>();
    let read: String = set.pages.iter().flat_map(|page| words(page, is_content)).collect();
    let figure = close("0.01".to_owned());
    assert!(close(read).replacen(&figure, "", 1).contains(&close(long)));
    let last = set.pages.last().unwrap();
    assert!(words(last, is_content).ends_with(&["End", "0.02"]));
}

#[test]
fn figures_are_aligned_and_brackets_extend_to_the_right() {
    let letters = Letters::new().unwrap();
    let set =
        set(&Paper::from(sheet(vec![row("Over", 123_456, Style::Normal), row("Under", -99, Style::Normal)])));
    let end = |words: &str| {
        let piece = set.pages[0].pieces.iter().find_map(|piece| match &piece.drawn {
            Drawn::Words(text, set) if text == words => Some(piece.x + letters.width(text, *set)),
            _ => None,
        });
        piece.unwrap()
    };
    let bracket = letters.letter(letters::Face::Regular, ')').width * 9;
    assert!((end("1,234.56") + bracket - end("(0.99)")).abs() < 100);
}

#[test]
fn wide_tables_are_landscape_and_charts_are_described() {
    let columns = (0..14).map(|_| Column::new("paid", "Committed", Kind::Money, 0));
    let wide = Sheet {
        title: "Wide".to_owned(),
        columns: columns.collect(),
        rows: vec![Row {
            cells: vec![Cell::Money(Money::from_pence(123_456_789)); 14],
            style: Style::Normal,
        }],
        ..Sheet::default()
    };
    let chart = Chart { title: "Paid".to_owned(), shape: Shape::Bars, label: "name", series: vec!["paid"] };
    let charted = Sheet { charts: vec![chart], ..sheet(vec![row("Youth", 100, Style::Normal)]) };
    let paper = Paper { title: "Panel".to_owned(), sheets: vec![charted, wide], ..Paper::default() };
    let set = set(&paper);
    assert_eq!(set.pages.iter().map(|page| page.is_landscape).collect::<Vec<_>>(), [false, true]);
    let marks: Vec<&str> = set.bookmarks.iter().map(|(words, ..)| words.as_str()).collect();
    assert_eq!(marks, ["Panel", "Contents", "Spending by theme", "Wide"]);
    let mut found = Vec::new();
    parts(&set.parts, &|role| matches!(role, Role::Figure(..)), &mut found);
    let [Part { role: Role::Figure(said, Some((0, _))), .. }] = found[..] else { panic!("{found:?}") };
    assert!(said.starts_with("Paid. 1 lines"), "{said}");
    // The contents have page numbers.
    assert!(words(&set.pages[0], is_content).contains(&"2"));
}

#[test]
fn missing_glyphs_and_control_characters_are_handled() {
    let strange = "a\u{0}b\tc\u{feff} 語\nλόγος \u{a0}\u{200d} □";
    let paper = Paper {
        provenance: Some(crate::provenance::tests::provenance()),
        ..Paper::from(sheet(vec![row(strange, -1, Style::Normal)]))
    };
    let file = pdf(&paper).unwrap();
    assert!(file == pdf(&paper).unwrap());
    let text = String::from_utf8_lossy(&file);
    for part in ["<pdfuaid:part>1</pdfuaid:part>", "D:20150401090000", "/Lang (en-GB)", "/Scope /Column"] {
        assert!(text.contains(part), "{part}");
    }
}
