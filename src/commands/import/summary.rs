//! The summary of an import.

use std::collections::BTreeMap;

use almoner_imports::{ControlTotal, Kind, Plan, Profile, ReadFile, RowRequest, Tally};
use almoner_ledger::command::Command;
use indicatif::HumanCount;

use crate::terminal::on_screen;
use almoner_papers::layout::{Align, Columns, wrapped};

/// Maximum number of new names listed.
const NAMED: usize = 20;
/// Maximum number of rows listed for one reason.
const ROWS_NAMED: usize = 5;

/// Returns the summary: layout, rows and amounts, and reference data added.
pub fn summary(file: &ReadFile, profile: Option<&Profile>, plan: &Plan, width: usize) -> String {
    let mut text = how_it_was_read(file, profile, width);
    let mut headings = vec![("", Align::Left), ("rows", Align::Right)];
    if file.kind.has_amounts() {
        headings.push(("amount", Align::Right));
    }
    let line = |name: &str, tally: Tally| {
        let mut cells = vec![name.to_owned(), counted(tally.rows)];
        if file.kind.has_amounts() {
            cells.push(tally.amount.map_or("too large".to_owned(), |amount| amount.grouped()));
        }
        cells
    };
    let mut columns = Columns::new(headings);
    columns.row(line("new", plan.new));
    if plan.possible_duplicates.rows > 0 {
        columns.row(line("possible duplicates", plan.possible_duplicates));
    }
    columns.row(line("already recorded", plan.already));
    columns.row(line("in conflict", plan.in_conflict));
    columns.row(line("rejected", plan.rejected));
    columns.row(line("skipped", plan.skipped));
    columns.totals(line("read", plan.rows_read()));
    text.push_str(&columns.render("  ", width));
    text.push_str(&particulars(file, plan, width));
    // Repeated here, since a total is easily missed among many diagnostics.
    for total in &file.control_totals {
        text.push_str(&wrapped("  ", &control_total(total), width));
    }
    for (what, names) in [
        ("New recipients", &plan.added.recipients),
        ("Names confirmed as aliases", &plan.added.aliases),
        ("New themes", &plan.added.themes),
        ("New funds", &plan.added.funds),
    ] {
        text.push_str(&listed(what, names, width));
    }
    let reversed = plan.reversed.iter().map(|row| match row.record {
        Some(record) => format!("row {} (record {record}, reversed by record {})", row.row, row.by),
        None => format!("row {} (reversed by record {})", row.row, row.by),
    });
    let confirmed: Vec<String> =
        plan.possibly_duplicate_rows().map(|row| format!("row {}", counted(row))).collect();
    text.push_str(&listed("Confirmed as no duplicates", &confirmed, width));
    text.push_str(&listed(
        "Recorded and since reversed, so recorded again only with --again",
        &reversed.collect::<Vec<_>>(),
        width,
    ));
    text
}

fn how_it_was_read(file: &ReadFile, profile: Option<&Profile>, width: usize) -> String {
    let mut how = format!("{} in {}", title(file.kind), on_screen(&file.file));
    if let Some(profile) = profile {
        how.push_str(&format!(", profile {}", profile.name));
    }
    if let Some(detected) = file.detected() {
        how.push_str(&format!(": {detected}"));
    }
    if file.above_header > 0 {
        let rows = if file.above_header == 1 { "row" } else { "rows" };
        how.push_str(&format!("; {} {rows} above the header skipped", counted(file.above_header)));
    }
    if let Some(unit) = file.amounts_in() {
        how.push_str(&format!("; amounts in {unit}, by the heading"));
    }
    let mut text = wrapped("", &how, width);
    let mut unread = file.unread_columns();
    if profile.is_none() {
        // Named columns of a file in our own columns are known.
        unread.retain(|label| label.ends_with("(no name)"));
    }
    if !unread.is_empty() {
        text.push_str(&wrapped("Columns not read: ", &on_screen(&unread.join(", ")), width));
    }
    text
}

/// Lists skipped rows with the reasons, and remarks on others.
fn particulars(file: &ReadFile, plan: &Plan, width: usize) -> String {
    let mut text = String::new();
    let mut rows_of: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for row in &file.skipped {
        rows_of.entry(format!("Skipped: {}", on_screen(&row.why))).or_default().push(row.number);
    }
    let back = file.rows.iter().filter(|row| row.request.as_ref().is_some_and(is_taken_for_returned));
    // A row that is rejected was taken for nothing.
    for row in back.filter(|_| plan.rejected.rows == 0) {
        let taken = "Taken for a returned payment, since no kind is stated".to_owned();
        rows_of.entry(taken).or_default().push(row.number);
    }
    for remark in &file.remarks {
        rows_of.entry(remark.what.to_owned()).or_default().push(remark.row);
    }
    for (why, rows) in rows_of {
        let mut named: Vec<String> = rows.iter().take(ROWS_NAMED).map(|row| counted(*row)).collect();
        if rows.len() > ROWS_NAMED {
            named.push(format!("{} more", counted((rows.len() - ROWS_NAMED) as u64)));
        }
        let rows = if rows.len() == 1 { "row" } else { "rows" };
        text.push_str(&wrapped("  ", &format!("{why} ({rows} {})", named.join(", ")), width));
    }
    if file.skipped_blank > 0 {
        text.push_str(&format!("  Blank rows, not counted: {}\n", counted(file.skipped_blank)));
    }
    text
}

/// Returns true for money back without a kind.
fn is_taken_for_returned(request: &RowRequest) -> bool {
    match request {
        RowRequest::Command(command) => matches!(command, Command::Return { recent: true, .. }),
        RowRequest::Payment(payment) => payment.kind.is_none() && payment.amount.is_negative(),
        RowRequest::Line(_) | RowRequest::Balance(_) | RowRequest::Nothing(_) => false,
    }
}

/// Describes a control total.
fn control_total(total: &ControlTotal) -> String {
    let (row, stated) = (counted(total.row), total.stated.grouped());
    let without = match total.unreadable {
        0 => String::new(),
        1 => ", without 1 row whose amount cannot be read".to_owned(),
        rows => format!(", without {} rows whose amounts cannot be read", counted(rows)),
    };
    match total.found {
        _ if total.agrees() => format!("Total in row {row} agrees: {stated}{without}"),
        Some(found) => {
            format!("Total in row {row} is {stated}, but the rows add up to {}{without}", found.grouped())
        }
        None => {
            format!("Total in row {row} is {stated}, but the rows add up to more than the ledger can hold")
        }
    }
}

/// Returns a heading with names, or nothing if there are none.
fn listed(what: &str, names: &[String], width: usize) -> String {
    if names.is_empty() {
        return String::new();
    }
    let mut named = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > NAMED {
        named.push_str(&format!(" and {} more", counted((names.len() - NAMED) as u64)));
    }
    wrapped(&format!("{what} ({}): ", counted(names.len() as u64)), &named, width)
}

/// Lists the records of the first new rows.
pub fn changes(plan: &Plan, numbers: &str, width: usize) -> String {
    let mut text = format!("Would be recorded as {numbers}:\n");
    for change in &plan.changes {
        let what = format!("{} {}", change.words, change.id);
        text.push_str(&wrapped(&format!("  row {}, record {}: ", change.row, change.record), &what, width));
    }
    if plan.rows_taken() > Plan::CHANGES_OF {
        text.push_str(&format!("  and {} more rows\n", counted(plan.rows_taken() - Plan::CHANGES_OF)));
    }
    text
}

fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Awards => "Awards",
        Kind::Payments => "Payments",
        Kind::Repurposes => "Changes of purpose",
        Kind::Decisions => "Decisions",
        Kind::Budgets => "Budgets",
        Kind::Recipients => "Recipients",
        Kind::Aliases => "Aliases",
        Kind::Statements => "Bank statement",
    }
}

/// Formats a number with thousands separators.
pub fn counted(number: u64) -> String {
    HumanCount(number).to_string()
}

#[cfg(test)]
mod tests {
    use almoner_ledger::money::Money;

    use super::*;

    #[test]
    fn a_control_total_states_whether_it_agrees() {
        let row = 3_167;
        for (stated, found, unreadable, expected) in [
            (1_000, Some(1_000), 0, "Total in row 3,167 agrees: 10.00"),
            (
                1_000,
                Some(1_000),
                1,
                "Total in row 3,167 agrees: 10.00, without 1 row whose amount cannot be read",
            ),
            (
                4_000,
                Some(1_000),
                639,
                "Total in row 3,167 is 40.00, but the rows add up to 10.00, without 639 rows whose amounts cannot be read",
            ),
            (
                4_000,
                None,
                0,
                "Total in row 3,167 is 40.00, but the rows add up to more than the ledger can hold",
            ),
        ] {
            let (stated, found) = (Money::from_pence(stated), found.map(Money::from_pence));
            assert_eq!(
                control_total(&ControlTotal { row, stated, is_labelled: true, found, unreadable }),
                expected
            );
        }
    }
}
