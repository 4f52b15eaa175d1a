//! The summary of an import: how the file was read, rows and amounts that add up, and what is remarkable.

use std::collections::BTreeMap;

use almoner_imports::{ControlTotal, Kind, Plan, Profile, ReadFile, RowRequest, Tally};
use almoner_ledger::command::Command;

use super::counted;

/// Maximum number of rows listed for one reason.
const ROWS_NAMED: usize = 5;

/// A number of rows with their sum, and what becomes of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// What becomes of the rows.
    pub label: &'static str,
    /// How many there are, and their sum.
    pub tally: Tally,
}

/// The summary of a plan. Its lines add up to the total.
#[derive(Clone, Debug)]
pub struct Summary {
    /// What the file is and how it was read.
    pub how: String,
    /// Columns with data that are not read.
    pub unread: Vec<String>,
    /// True if rows of this kind have amounts.
    pub has_amounts: bool,
    /// Each row of the file is in one of these.
    pub lines: Vec<Line>,
    /// All rows read.
    pub total: Line,
    /// Rows that are skipped, with the reasons; remarks on others; totals of the file.
    pub remarks: Vec<String>,
    /// Rows that were recorded once and reversed since.
    pub reversed: Vec<String>,
    /// Rows that were confirmed as no duplicates.
    pub confirmed: Vec<String>,
}

impl Summary {
    /// Returns the summary of a file and its plan.
    pub fn of(file: &ReadFile, profile: Option<&Profile>, plan: &Plan) -> Summary {
        let line = |label, tally| Line { label, tally };
        let mut lines = vec![line("new", plan.new)];
        if plan.possible_duplicates.rows > 0 {
            lines.push(line("possible duplicates", plan.possible_duplicates));
        }
        lines.extend([
            line("already recorded", plan.already),
            line("in conflict", plan.in_conflict),
            line("rejected", plan.rejected),
            line("skipped", plan.skipped),
        ]);
        let reversed = plan.reversed.iter().map(|row| match row.record {
            Some(record) => format!("row {} (record {record}, reversed by record {})", row.row, row.by),
            None => format!("row {} (reversed by record {})", row.row, row.by),
        });
        Summary {
            how: how_it_was_read(file, profile),
            unread: unread(file, profile),
            has_amounts: file.kind.has_amounts(),
            lines,
            total: line("read", plan.rows_read()),
            remarks: remarks(file, plan),
            reversed: reversed.collect(),
            confirmed: plan.possibly_duplicate_rows().map(|row| format!("row {}", counted(row))).collect(),
        }
    }
}

fn how_it_was_read(file: &ReadFile, profile: Option<&Profile>) -> String {
    let mut how = format!("{} in {}", kind_title(file.kind), file.file);
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
        how.push_str(&format!("; amounts in {unit}, according to the heading"));
    }
    how
}

fn unread(file: &ReadFile, profile: Option<&Profile>) -> Vec<String> {
    let mut unread = file.unread_columns();
    if profile.is_none() {
        // Named columns of a file in our own columns are known.
        unread.retain(|label| label.ends_with("(no name)"));
    }
    unread
}

/// Lists skipped rows with the reasons, remarks on others, and the totals of the file.
fn remarks(file: &ReadFile, plan: &Plan) -> Vec<String> {
    let mut rows_of: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for row in &file.skipped {
        rows_of.entry(format!("Skipped: {}", row.why)).or_default().push(row.number);
    }
    let back = file.rows.iter().filter(|row| row.request.as_ref().is_some_and(is_taken_for_returned));
    // A row that is rejected was taken for nothing.
    for row in back.filter(|_| plan.rejected.rows == 0) {
        let taken = "Treated as a returned payment, because no kind is stated".to_owned();
        rows_of.entry(taken).or_default().push(row.number);
    }
    for remark in &file.remarks {
        rows_of.entry(remark.what.to_owned()).or_default().push(remark.row);
    }
    let mut remarks: Vec<String> = rows_of.into_iter().map(|(why, rows)| with_rows(&why, &rows)).collect();
    if file.skipped_blank > 0 {
        remarks.push(format!("Blank rows, not counted: {}", counted(file.skipped_blank)));
    }
    remarks.extend(bank_accounts(file));
    // Repeated here, since a total is easily missed among many diagnostics.
    remarks.extend(file.control_totals.iter().map(control_total));
    remarks
}

/// Returns the bank accounts that the payments of a file name, with their rows.
fn bank_accounts(file: &ReadFile) -> Option<String> {
    let mut accounts: BTreeMap<&str, u64> = BTreeMap::new();
    for request in file.rows.iter().filter_map(|row| row.request.as_ref()) {
        let named = match request {
            RowRequest::Payment(payment) => payment.account.as_ref(),
            RowRequest::Command(command) => command.account(),
            RowRequest::Variation(_)
            | RowRequest::Line(_)
            | RowRequest::Balance(_)
            | RowRequest::Nothing(_) => None,
        };
        if let Some(account) = named {
            *accounts.entry(account.as_str()).or_default() += 1;
        }
    }
    let rows = |rows: u64| format!("{} {}", counted(rows), if rows == 1 { "row" } else { "rows" });
    let listed: Vec<String> =
        accounts.into_iter().map(|(account, count)| format!("{account} ({})", rows(count))).collect();
    (!listed.is_empty()).then(|| format!("Bank accounts named: {}", listed.join(", ")))
}

fn with_rows(why: &str, rows: &[u64]) -> String {
    let mut named: Vec<String> = rows.iter().take(ROWS_NAMED).map(|row| counted(*row)).collect();
    if rows.len() > ROWS_NAMED {
        named.push(format!("{} more", counted((rows.len() - ROWS_NAMED) as u64)));
    }
    let noun = if rows.len() == 1 { "row" } else { "rows" };
    format!("{why} ({noun} {})", named.join(", "))
}

/// Returns true for money back without a kind.
fn is_taken_for_returned(request: &RowRequest) -> bool {
    match request {
        RowRequest::Command(command) => matches!(command, Command::Return { recent: true, .. }),
        RowRequest::Payment(payment) => payment.kind.is_none() && payment.amount.is_negative(),
        RowRequest::Variation(_) | RowRequest::Line(_) | RowRequest::Balance(_) | RowRequest::Nothing(_) => {
            false
        }
    }
}

/// Describes a control total.
fn control_total(total: &ControlTotal) -> String {
    let (row, stated) = (counted(total.row), total.stated.grouped());
    let without = match total.unreadable {
        0 => String::new(),
        1 => ", excluding 1 row whose amount cannot be read".to_owned(),
        rows => format!(", excluding {} rows whose amounts cannot be read", counted(rows)),
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

/// Returns what the rows of a kind are called, as a title.
pub fn kind_title(kind: Kind) -> &'static str {
    match kind {
        Kind::Awards => "Awards",
        Kind::Payments => "Payments",
        Kind::Repurposes => "Changes of purpose",
        Kind::Variations => "Variations",
        Kind::Instalments => "Instalments",
        Kind::Decisions => "Decisions",
        Kind::Budgets => "Budgets",
        Kind::Recipients => "Recipients",
        Kind::Aliases => "Aliases",
        Kind::Statements => "Bank statement",
    }
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
                "Total in row 3,167 agrees: 10.00, excluding 1 row whose amount cannot be read",
            ),
            (
                4_000,
                Some(1_000),
                639,
                "Total in row 3,167 is 40.00, but the rows add up to 10.00, excluding 639 rows whose amounts cannot be read",
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
