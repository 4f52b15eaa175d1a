use std::io::Read;

use almoner_ledger::money::Money;
use zip::ZipArchive;

use super::*;
use crate::sheet::{Cell, Chart, Column, Kind, Row, Shape, Sheet, Style};

fn row(name: &str, pence: i64, style: Style) -> Row {
    let cells = vec![Cell::Text(name.to_owned()), Cell::NotStated, Cell::Money(Money::from_pence(pence))];
    Row { cells, style }
}

fn sheet() -> Sheet {
    Sheet {
        title: "Spending by theme".to_owned(),
        columns: vec![
            Column::new("name", "Theme", Kind::Text, 0),
            Column::new("objective", "Objective", Kind::Text, Column::FILES_ONLY),
            Column::new("paid", "Paid", Kind::Money, 0),
        ],
        rows: vec![
            Row::heading("Under"),
            row("Youth & <others>\u{1}", -123_456, Style::Normal),
            row("Total", -123_456, Style::Total),
        ],
        charts: vec![Chart {
            title: "Paid".to_owned(),
            shape: Shape::Bars,
            label: "name",
            series: vec!["paid"],
        }],
        ..Sheet::default()
    }
}

fn part(file: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn tables_repeat_their_headings_and_figures_stand_to_the_right() {
    let wide = Sheet {
        columns: (0..20).map(|_| Column::new("name", "Committed", Kind::Text, 0)).collect(),
        ..sheet()
    };
    let provenance = Some(crate::provenance::tests::provenance());
    let paper =
        Paper { title: "Panel".to_owned(), provenance, sheets: vec![sheet(), wide], ..Paper::default() };
    let file = docx(&paper).unwrap();
    assert!(file == docx(&paper).unwrap());
    let document = part(&file, "word/document.xml");
    for expected in [
        r#"<w:pStyle w:val="Title"></w:pStyle></w:pPr><w:r><w:t xml:space="preserve">Panel</w:t>"#,
        "<w:trPr><w:cantSplit></w:cantSplit><w:tblHeader></w:tblHeader></w:trPr>",
        r#"<w:gridSpan w:val="2"></w:gridSpan>"#,
        "Youth &amp; &lt;others&gt; </w:t>",
        r#"<w:jc w:val="right"></w:jc></w:pPr><w:r><w:t xml:space="preserve">(1,234.56)</w:t>"#,
        r#"<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"></w:pgSz>"#,
        r#"<c:chart r:id="rId5"></c:chart>"#,
        "Paid: ",
    ] {
        assert!(document.contains(expected), "{expected}\n{document}");
    }
    assert!(!document.contains("Objective"));
    assert_eq!(document.matches("<w:sectPr>").count(), 2);
    assert_eq!(document.matches("<w:tbl>").count(), document.matches("<w:tblHeader>").count());
    assert!(part(&file, "word/charts/chart1.xml").contains("<c:v>-1234.56</c:v>"));
    assert!(part(&file, "word/_rels/document.xml.rels").contains(r#"Id="rId5""#));
    let properties = part(&file, "docProps/core.xml");
    assert!(
        properties.contains("<dc:title>Panel</dc:title>") && properties.contains(">2015-04-01T09:00:00Z<"),
        "{properties}"
    );
    assert!(part(&file, "word/styles.xml").contains(r#"<w:lang w:val="en-GB""#));
}
