//! Peculiarities of published lists of payments, read by the profile for such lists.

use almoner_imports::{RowRequest, shipped};

use crate::support::{read_by, shown};

/// What is read of a list, a line for each row, total, column not read and diagnostic.
fn read_of(text: &str) -> Vec<String> {
    let file = read_by(&shipped("spend-over-500").unwrap().unwrap(), "f", text.as_bytes());
    let mut lines = Vec::new();
    for row in &file.rows {
        if let Some(RowRequest::Payment(payment)) = &row.request {
            lines.push(format!("{}: {} {}", row.number, payment.date, payment.amount));
        }
    }
    file.skipped.iter().for_each(|row| lines.push(format!("{}: skipped, {}", row.number, row.why)));
    file.control_totals.iter().for_each(|it| lines.push(format!("total {}, {}", it.stated, it.agrees())));
    file.unread_columns().iter().for_each(|name| lines.push(format!("not read: {name}")));
    lines.extend(shown(&file.diagnostics));
    lines
}

#[test]
fn published_lists_are_read_or_refused_row_by_row() {
    for (text, expected) in [
        (
            "Supplier,Invoice Date,Payment Date,Gross Amount,Net Amount\n\
             A,01/04/2015,02/04/2015,12.00,10.00\nB,01/04/2015,02/04/2015,24.00,\nC,01/04/2015,,6.00,5.00\n",
            &[
                "2: 2015-04-02 10.00",
                "not read: Invoice Date",
                "not read: Gross Amount",
                "f: row 3, column Net Amount: this must be filled in",
                "f: row 4, column Payment Date: this must be filled in",
            ][..],
        ),
        (
            "Body,Supplier Name,Invoice Creation Date,Invoice Nett Amount,Subj Description,,\n\
             X,A,20150401,10.00,,,\nX,B,1-APR-15,20.00,,,see note\n\
             BODY, Supplier name ,Invoice Creation Date,Invoice Nett Amount,Subj Description\n",
            &[
                "2: 2015-04-01 10.00",
                "3: 2015-04-01 20.00",
                "4: skipped, repeated header",
                "not read: Body",
                "not read: column 7 (no name)",
            ],
        ),
        (
            "Supplier,Date,Amount\nA,01/04/2015,10.00\nB,02/04/2015,20.00\nTotal,30/04/2015,30.00\n",
            &["2: 2015-04-01 10.00", "3: 2015-04-02 20.00", "4: skipped, totals", "total 30.00, true"],
        ),
        (
            "Supplier,Date,Amount,Description\nA,01/04/2015,10.00,\nB,02/04/2015,20.00,\n2,,30.00,GRAND TOTAL:\n",
            &["2: 2015-04-01 10.00", "3: 2015-04-02 20.00", "4: skipped, totals", "total 30.00, true"],
        ),
        // A supplier's name begins like a total, and its amount is what the rows above come to.
        (
            "Supplier,Date,Amount\nA,01/04/2015,10.00\nB,02/04/2015,20.00\nTotal Gas & Power,30/04/2015,30.00\n",
            &["2: 2015-04-01 10.00", "3: 2015-04-02 20.00", "4: 2015-04-30 30.00"],
        ),
        // What is called a total and is none is a payment, until someone says otherwise.
        (
            "Supplier,Date,Amount\nA,01/04/2015,10.00\nB,02/04/2015,20.00\nTotal,30/04/2015,31.00\n",
            &["2: 2015-04-01 10.00", "3: 2015-04-02 20.00", "4: 2015-04-30 31.00"],
        ),
    ] {
        assert_eq!(read_of(text), expected, "{text}");
    }
}
