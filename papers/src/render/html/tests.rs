use almoner_ledger::money::Money;

use super::*;
use crate::sheet::{Chart, Shape};

fn row(name: &str, pence: i64, style: Style) -> Row {
    let cells = vec![Cell::Text(name.to_owned()), Cell::NotStated, Cell::Money(Money::from_pence(pence))];
    Row { cells, style }
}

fn sheet() -> Sheet {
    Sheet {
        key: "themes",
        title: "Spending by theme".to_owned(),
        columns: vec![
            Column::new("name", "Theme", Kind::Text, 0),
            Column::new("objective", "Objective", Kind::Text, Column::FILES_ONLY),
            Column::new("paid", "Paid", Kind::Money, 0),
        ],
        rows: vec![
            Row::heading("Over"),
            row("<script>alert(1)</script> & co", -123_456, Style::Normal),
            row("", -123_456, Style::Subtotal),
            Row::heading("Under"),
            row("Youth", 0, Style::Normal),
            row("Total", -123_456, Style::Total),
        ],
        notes: vec!["A note.".to_owned()],
        ..Sheet::default()
    }
}

#[test]
fn tables_have_headings_for_rows_and_columns() {
    let page = html(&sheet().into());
    for part in [
        r#"<!DOCTYPE html><html lang="en-GB">"#,
        "<h1>Spending by theme</h1>",
        r#"<div class="wide" role="region" aria-label="Table: Spending by theme" tabindex="0"><table><caption><span class="unseen">Spending by theme</span></caption>"#,
        r#"<thead><tr><th scope="col" class="words">Theme</th><th scope="col" class="figure">Paid</th></tr></thead>"#,
        r#"<tbody><tr class="group"><th scope="rowgroup" colspan="2">Over</th></tr>"#,
        r#"<th scope="row" class="words">&lt;script&gt;alert(1)&lt;/script&gt; &amp; co</th><td class="figure below">(1,234.56)</td>"#,
        r#"<tr class="sum"><th scope="row" class="words"><span class="unseen">Sum of these lines</span></th>"#,
        r#"<td class="figure dim">–</td></tr></tbody><tfoot><tr class="total">"#,
        r#"<div class="notes"><p>A note.</p></div>"#,
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    for part in ["<script", "Objective", "<h2", "<nav", "http://", "https://", "src=", "url(h"] {
        assert!(!page.contains(part), "{part}");
    }
}

#[test]
fn papers_of_several_sheets_have_contents_and_unique_ids() {
    let charted = |title: &str| {
        let chart = Chart {
            title: format!("{title}, drawn"),
            shape: Shape::Bars,
            label: "name",
            series: vec!["paid", "paid"],
        };
        Sheet { title: title.to_owned(), charts: vec![chart.clone(), chart], ..sheet() }
    };
    let sheets = vec![charted("One"), Sheet { columns: Vec::new(), ..charted("Two") }, charted("Three")];
    let page = html(&Paper { title: "Panel".to_owned(), sheets, ..Paper::default() });
    let mut ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), all > 6), (all, true));
    for part in [r##"<a href="#sheet-2">Two</a>"##, r#"<section class="sheet" id="sheet-2"><h2>Two</h2>"#] {
        assert!(page.contains(part), "{part}");
    }
    let links = page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next());
    for link in links.chain(page.split("url(#").skip(1).filter_map(|rest| rest.split(')').next())) {
        assert!(ids.contains(&link), "{link}");
    }
}

#[test]
fn a_chart_is_summarised_in_words() {
    let chart =
        Chart { title: "Drawn".to_owned(), shape: Shape::Columns, label: "name", series: vec!["paid"] };
    let sheet = Sheet { charts: vec![chart], ..sheet() };
    let page = html(&sheet.into());
    let summary = "2 lines; the table has the same figures. Paid: highest – (Youth), lowest (1,234.56) \
        (&lt;script&gt;alert(1)&lt;/script&gt; &amp; co).";
    assert!(page.contains(summary), "{page}");
}
