//! Workbooks as other programs write them (openpyxl and odfpy), read like any file.

use almoner_imports::{Kind, Layout};

use crate::support::{read, say, shown};

#[test]
fn a_workbook_is_read_like_the_text_of_its_sheet() {
    let text = "Award,Date,Amount,Reference\n22-2015,2015-06-30,5000,BACS-0417\n\n\
                22-2015,2015-09-30,0.30,two words\n26-2015,2015-12-31,\"£1,234.50\",\n";
    let expected = read(Kind::Payments, "payments.csv", text.as_bytes());
    for (name, bytes, detected) in [
        ("payments.xlsx", include_bytes!("payments.xlsx").as_slice(), "sheet `Payments` of an XLSX workbook"),
        ("payments.ods", include_bytes!("payments.ods").as_slice(), "sheet `Payments` of an ODS workbook"),
    ] {
        let file = read(Kind::Payments, name, bytes);
        assert_eq!(shown(&file.diagnostics), Vec::<String>::new());
        assert_eq!(file.detected().unwrap().to_string(), detected);
        assert_eq!(file.skipped_blank, 1);
        for (row, expected) in file.rows.iter().zip(&expected.rows) {
            assert_eq!(
                (row.number, &row.request, row.amount),
                (expected.number, &expected.request, expected.amount)
            );
        }
        assert_eq!(file.rows.len(), 3);
    }
}

#[test]
fn problems_in_a_workbook_name_the_cell() {
    let bytes = include_bytes!("payments-wrong.xlsx").as_slice();
    let file = read(Kind::Payments, "p.xlsx", bytes);
    assert_eq!(file.unread_columns(), ["column 5 (no name)"]);
    assert_eq!(
        shown(&file.diagnostics),
        [
            "p.xlsx: row 2, column Amount: \"a formula without a result\": the cell contains an error",
            "p.xlsx: row 4, column Award: the cell is part of a merged cell that begins in another row or column",
            "p.xlsx: row 6, column Amount: \"#N/A\": the cell contains an error",
        ]
    );
    let layout = Layout { sheet: Some("March".to_owned()), ..Layout::default() };
    let file = almoner_imports::read(Kind::Payments, "p.xlsx", bytes, None, &layout);
    assert_eq!(shown(&file.diagnostics), ["p.xlsx: row 1: the workbook has no sheet `March`"]);
    assert_eq!(file.diagnostics[0].hint(&say), "give one of its sheets: `Payments`");
}
