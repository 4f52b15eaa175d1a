//! The rows of an import: those with faults, whose cells are typed again; those left out; and the others, folded.

use std::collections::BTreeSet;

use almoner_imports::{Corrections, Diagnostic, Evidence, Plan, RowField, TO_CHECK, as_checked};
use almoner_ledger::book::Books;
use maud::{Markup, html};

use super::Opened;
use crate::fields::Fields;
use crate::remedies;

/// The maximum number of rows with faults that are shown at once.
pub const SHOWN: usize = 20;
/// The length of a text in bytes beyond which it is shown on several lines.
const LONG: usize = 60;
/// The maximum number of other rows that are listed.
const LISTED: usize = 50;

/// Returns the corrections with those that were sent: cells that differ from what was shown, and rows left out.
pub fn corrected(mut corrections: Corrections, sent: &Fields) -> Corrections {
    let rows: Vec<u64> = sent.all("row").filter_map(|row| row.parse().ok()).collect();
    for row in rows {
        corrections.leave_out(row, sent.has(&left_out_name(row)));
        let evidence = sent.get(&evidence_name(row)).and_then(|column| column.parse().ok());
        if let (true, Some(column), Some(text)) =
            (sent.has(&checked_name(row)), evidence, sent.raw(&evidence_text_name(row)))
        {
            corrections.set(row, column, &as_checked(&plain(text)));
        }
        for column in sent.all(&columns_name(row)).filter_map(|column| column.parse().ok()) {
            let Some(typed) = sent.raw(&cell_name(row, column)).map(plain) else { continue };
            if sent.raw(&shown_name(row, column)).map(plain).is_some_and(|shown| shown != typed) {
                corrections.set(row, column, typed.trim());
            }
        }
    }
    corrections
}

/// Returns a text with the ends of its lines as a file has them.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn left_out_name(row: u64) -> String {
    format!("x{row}")
}

fn columns_name(row: u64) -> String {
    format!("c{row}")
}

fn cell_name(row: u64, column: usize) -> String {
    format!("r{row}-{column}")
}

fn shown_name(row: u64, column: usize) -> String {
    format!("s{row}-{column}")
}

fn checked_name(row: u64) -> String {
    format!("k{row}")
}

fn evidence_name(row: u64) -> String {
    format!("e{row}")
}

fn evidence_text_name(row: u64) -> String {
    format!("t{row}")
}

/// Returns the rows with faults, to be corrected in place.
pub fn with_faults(opened: &Opened, plan: &Plan) -> Markup {
    let is_duplicate = |row: u64| plan.diagnostics_of(row).any(Diagnostic::is_possible_duplicate);
    let bad = plan.bad_places().iter().filter_map(|place| opened.file.rows.get(*place));
    let bad: Vec<_> = bad.filter(|row| !is_duplicate(row.number)).collect();
    html! {
        @if !bad.is_empty() {
            h2 #faults { "Rows with errors" }
            p.hint {
                "Enter the correct values, or leave the row out. "
                @if bad.len() > SHOWN { "The first " (SHOWN) " of " (bad.len()) " are shown; the others are shown once these are corrected." }
            }
            @for row in bad.iter().take(SHOWN) {
                @let noted: Vec<&Diagnostic> = plan.diagnostics_of(row.number).collect();
                @let fields = opened.file.fields(row, opened.profile.as_ref());
                (card(row.number, &noted, &fields, opened.file.evidence(row).as_ref()))
            }
        }
    }
}

/// Returns a row with its faults and its cells.
fn card(row: u64, noted: &[&Diagnostic], fields: &[RowField], evidence: Option<&Evidence>) -> Markup {
    let of_field = |field: &RowField| {
        noted
            .iter()
            .filter(|it| it.column.as_deref() == Some(field.label.as_str()))
            .copied()
            .collect::<Vec<_>>()
    };
    let is_elsewhere =
        |it: &&Diagnostic| !fields.iter().any(|field| it.column.as_deref() == Some(field.label.as_str()));
    html! {
        fieldset.row id={ "row-" (row) } {
            legend { "Row " (row) }
            input type="hidden" name="row" value=(row);
            @for it in noted.iter().copied().filter(|it| is_elsewhere(it)) { (fault(it, None)) }
            @if noted.is_empty() { p.error { "Rejected. Its errors are not listed, because there are too many in other rows." } }
            @if let Some(evidence) = evidence { (words(row, evidence)) }
            div.cells {
                @for field in fields.iter().filter(|field| evidence.is_none_or(|it| it.column != field.column)) {
                    @let faults = of_field(field);
                    @let name = cell_name(row, field.column);
                    @let described = (!faults.is_empty()).then(|| format!("field-{name}-error"));
                    div class={ "field" @if !faults.is_empty() { " bad" } } {
                        label for={ "field-" (name) } { span.unseen { "Row " (row) ", " } (field.label) }
                        @if !faults.is_empty() {
                            div id={ "field-" (name) "-error" } { @for it in &faults { (fault(it, Some(field))) } }
                        }
                        @if field.text.contains('\n') || field.text.len() > LONG {
                            textarea id={ "field-" (name) } name=(name) rows="3" aria-describedby=[described] { (field.text) }
                        } @else {
                            input.text id={ "field-" (name) } name=(name) value=(field.text) autocomplete="off" aria-describedby=[described]
                                list=[field.canonical.filter(|it| matches!(*it, "theme" | "fund")).map(|it| format!("list-{it}"))];
                        }
                        input type="hidden" name=(shown_name(row, field.column)) value=(field.text);
                        input type="hidden" name=(columns_name(row)) value=(field.column);
                    }
                }
            }
            (leave_out(row, false))
        }
    }
}

/// Returns the words that a row was taken from, and a box to tick once they have been checked.
fn words(row: u64, evidence: &Evidence) -> Markup {
    let (to_check, read): (Vec<&String>, Vec<&String>) =
        evidence.points.iter().partition(|point| point.trim().starts_with(TO_CHECK));
    html! {
        div.words {
            @for (number, text) in evidence.words.iter().enumerate() {
                @if number == 0 { p { strong { (text) } } } @else { blockquote { (text) } }
            }
            @if !read.is_empty() { ul.plain { @for point in &read { li { (point) } } } }
            @if !to_check.is_empty() {
                ul.plain.check { @for point in &to_check { li { (point.trim().trim_start_matches(TO_CHECK).trim()) } } }
                input type="hidden" name=(evidence_name(row)) value=(evidence.column);
                input type="hidden" name=(evidence_text_name(row)) value=(evidence.text);
                (tick(&checked_name(row), &format!("Row {row} has been checked against this text"), false))
            }
        }
    }
}

/// Returns the themes and funds to choose from.
pub fn choices(books: &dyn Books) -> Markup {
    let reference = books.reference();
    html! {
        datalist id="list-theme" { @for id in reference.themes.keys() { option value=(id) {} } }
        datalist id="list-fund" { @for id in reference.funds.keys() { option value=(id) {} } }
    }
}

/// Returns what is wrong and what to do about it.
fn fault(it: &Diagnostic, field: Option<&RowField>) -> Markup {
    let column = it.column.as_ref().filter(|_| field.is_none());
    html! {
        p.error { @if let Some(column) = column { (column) ": " } (remedies::sentence(&it.message)) }
        p.hint { (remedies::sentence(&it.hint(&remedies::of_file))) }
    }
}

fn leave_out(row: u64, is_left_out: bool) -> Markup {
    tick(&left_out_name(row), &format!("Leave out row {row}"), is_left_out)
}

/// Returns the rows that may be duplicates, to be left out or confirmed.
pub fn duplicates(opened: &Opened, found: &[&Diagnostic], is_confirmed: bool) -> Markup {
    let number = found.len();
    let words = match number {
        1 => "Not a duplicate: record it".to_owned(),
        _ => format!("None of these {number} rows is a duplicate: record them"),
    };
    html! {
        @if !found.is_empty() {
            h2 #duplicates { "Possible duplicates" }
            ul.rows {
                @for it in found {
                    li id={ "row-" (it.row) } {
                        p { strong { "Row " (it.row) } ": " (remedies::sentence(&it.message)) }
                        p.hint { (cells_of(opened, it.row)) }
                        input type="hidden" name="row" value=(it.row);
                        (leave_out(it.row, false))
                    }
                }
            }
            label.tick for="field-confirm_duplicates" {
                input type="checkbox" id="field-confirm_duplicates" name="confirm_duplicates" value=(number) checked[is_confirmed];
                (words)
            }
        }
    }
}

/// Returns the rows that were left out, to be taken again.
pub fn left_out(opened: &Opened) -> Markup {
    let rows: Vec<u64> = opened.given.corrections.left_out().collect();
    html! {
        @if !rows.is_empty() {
            details {
                summary { "Rows left out by you (" (rows.len()) ")" }
                @for row in &rows {
                    input type="hidden" name="row" value=(row);
                    (leave_out(*row, true))
                }
            }
        }
    }
}

/// Returns the rows without faults, folded.
pub fn others(opened: &Opened, plan: &Plan) -> Markup {
    let bad: BTreeSet<usize> = plan.bad_places().iter().copied().collect();
    let good: Vec<_> = opened
        .file
        .rows
        .iter()
        .enumerate()
        .filter(|(place, _)| !bad.contains(place))
        .map(|(_, row)| row)
        .collect();
    html! {
        @if !good.is_empty() {
            details {
                summary { "Rows without errors (" (good.len()) ")" }
                ul.plain {
                    @for row in good.iter().take(LISTED) { li { "Row " (row.number) ": " (cells_of(opened, row.number)) } }
                    @if good.len() > LISTED { li.none { "and " (good.len() - LISTED) " more" } }
                }
            }
        }
    }
}

/// Returns the cells of a row in words.
fn cells_of(opened: &Opened, number: u64) -> String {
    let rows = &opened.file.rows;
    let Some(row) = rows.get(rows.partition_point(|row| row.number < number)) else { return String::new() };
    let fields = opened.file.fields(row, opened.profile.as_ref()).into_iter();
    let filled = fields.filter(|field| !field.text.is_empty());
    filled.map(|field| format!("{} {}", field.label, field.text)).collect::<Vec<_>>().join(", ")
}

/// Returns a box to tick.
pub fn tick(name: &str, label: &str, is_ticked: bool) -> Markup {
    html! {
        label.tick for={ "field-" (name) } {
            input type="checkbox" id={ "field-" (name) } name=(name) value="yes" checked[is_ticked];
            (label)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_were_typed_again_and_rows_left_out_are_corrections() {
        let sent: Vec<(String, String)> = [
            ("row", "2"),
            ("c2", "0"),
            ("s2-0", "14-2015"),
            ("r2-0", "14-2015"),
            ("c2", "1"),
            ("s2-1", "31/13/2015"),
            ("r2-1", " 31/12/2015 "),
            ("c2", "2"),
            ("s2-2", "n/a"),
            ("r2-2", ""),
            ("row", "3"),
            ("x3", "yes"),
            ("row", "4"),
            ("c4", "1"),
            ("s4-1", "one\ntwo"),
            ("r4-1", "one\r\ntwo"),
            // Of a row that was not shown.
            ("c9", "0"),
            ("s9-0", "a"),
            ("r9-0", "b"),
            ("row", "../etc"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let mut before = Corrections::default();
        before.set(5, 0, "earlier");
        before.leave_out(4, true);
        let mut expected = Corrections::default();
        expected.set(5, 0, "earlier");
        expected.set(2, 1, "31/12/2015");
        expected.set(2, 2, "");
        expected.leave_out(3, true);
        assert_eq!(corrected(before, &sent.into()), expected);
    }
}
