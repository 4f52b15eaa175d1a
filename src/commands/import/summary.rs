//! The summary of an import, as the terminal shows it.

use almoner_app::importing::{Line, Summary, counted};
use almoner_imports::{Plan, Profile, ReadFile};

use crate::terminal::on_screen;
use almoner_papers::layout::{Align, Columns, wrapped};

/// Maximum number of new names listed.
const NAMED: usize = 20;

/// Returns the summary: layout, rows and amounts, and reference data added.
pub fn summary(file: &ReadFile, profile: Option<&Profile>, plan: &Plan, width: usize) -> String {
    let found = Summary::of(file, profile, plan);
    let mut text = wrapped("", &on_screen(&found.how), width);
    if !found.unread.is_empty() {
        text.push_str(&wrapped("Columns not read: ", &on_screen(&found.unread.join(", ")), width));
    }
    let mut headings = vec![("", Align::Left), ("rows", Align::Right)];
    if found.has_amounts {
        headings.push(("amount", Align::Right));
    }
    let cells = |line: &Line| {
        let mut cells = vec![line.label.to_owned(), counted(line.tally.rows)];
        if found.has_amounts {
            cells.push(line.tally.amount.map_or("too large".to_owned(), |amount| amount.grouped()));
        }
        cells
    };
    let mut columns = Columns::new(headings);
    found.lines.iter().for_each(|line| columns.row(cells(line)));
    columns.totals(cells(&found.total));
    text.push_str(&columns.render("  ", width));
    for remark in &found.remarks {
        text.push_str(&wrapped("  ", &on_screen(remark), width));
    }
    for (what, names) in [
        ("New recipients", &plan.added.recipients),
        ("Names confirmed as aliases", &plan.added.aliases),
        ("New themes", &plan.added.themes),
        ("New funds", &plan.added.funds),
        ("Confirmed as not duplicates", &found.confirmed),
        ("Recorded and since reversed, so recorded again only with --again", &found.reversed),
    ] {
        text.push_str(&listed(what, names, width));
    }
    text
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
