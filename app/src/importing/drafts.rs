//! The draft of a list of decisions as sheets: complete for a file, and an overview for the screen.

use almoner_imports::bulletin::{Bulletin, DraftRow, Stated};
use almoner_ledger::calendar::StatedDate;
use almoner_ledger::decisions::DecisionKind;

use almoner_ledger::money::Overflow;
use almoner_papers::sheet::{Cell, Field, Kind, Row, Sheet, Style, in_a_sentence};

/// The columns of a draft: those of awards first, in canonical order.
fn draft_fields<'a>() -> Vec<Field<DraftRow<'a>>> {
    vec![
        Field::new("decision", "Decision", Kind::Text, 0, number),
        Field::new("decided", "Decided", Kind::Date, 0, decided),
        Field::new("recipient", "Recipient", Kind::Text, 0, recipient),
        Field::new("amount", "Amount", Kind::Money, 0, amount),
        Field::new("purpose", "Purpose", Kind::Text, 0, |row| award(row, |award| words(&award.purpose))),
        Field::new("theme", "Theme", Kind::Text, 0, |_| Cell::Empty),
        Field::new("fund", "Fund", Kind::Text, 0, |row| award(row, |award| words(&award.fund))),
        Field::new("power", "Power", Kind::Text, 0, |row| award(row, |award| words(&award.power))),
        Field::new("from", "From", Kind::Date, 0, |row| {
            award(row, |award| award.period.value().map_or(Cell::Empty, |period| date(period.from())))
        }),
        Field::new("to", "To", Kind::Date, 0, |row| {
            award(row, |award| award.period.value().map_or(Cell::Empty, |period| date(period.to())))
        }),
        Field::new("id", "Award id", Kind::Text, 0, |_| Cell::Empty),
        Field::new("recipient_id", "Recipient id", Kind::Text, 0, |_| Cell::Empty),
        Field::new("conditions", "Conditions", Kind::Text, 0, |_| Cell::Empty),
        Field::new("reasons", "Reasons", Kind::Text, 0, |_| Cell::Empty),
        Field::new("confidential", "Confidential", Kind::Text, 0, |row| {
            if row.decision.confidential { Cell::Text("yes".to_owned()) } else { Cell::Empty }
        }),
        Field::new("kind", "Kind", Kind::Text, 0, |row| {
            Cell::given(row.decision.kind.map(DecisionKind::word))
        }),
        Field::new("title", "Title", Kind::Text, 0, title),
        Field::new("summary", "Summary", Kind::Text, 0, |row| Cell::given(row.decision.summary.as_ref())),
        Field::new("evidence", "Evidence", Kind::Text, 0, |row| Cell::Text(row.evidence())),
    ]
}

/// The columns of the overview.
fn overview_fields<'a>() -> Vec<Field<DraftRow<'a>>> {
    vec![
        Field::new("decision", "Decision", Kind::Text, 0, number),
        Field::new("decided", "Decided", Kind::Date, 2, decided),
        Field::new("kind", "Kind", Kind::Text, 3, |row| {
            match (row.decision.kind, row.decision.confidential) {
                (_, true) => Cell::Text("confidential".to_owned()),
                (kind, false) => {
                    Cell::Text(kind.map_or("to check".to_owned(), |kind| kind.word().replace('-', " ")))
                }
            }
        }),
        Field::new("title", "Title", Kind::Text, 1, title),
        Field::new("recipient", "Recipient", Kind::Text, 1, recipient),
        Field::new("check", "Check", Kind::Text, 4, |row| {
            if row.needs_review() { Cell::Text("check".to_owned()) } else { Cell::Empty }
        }),
        Field::new("amount", "Amount", Kind::Money, 0, amount),
    ]
}

fn number(row: &DraftRow<'_>) -> Cell {
    Cell::Text(row.decision.id.to_string())
}

fn decided(row: &DraftRow<'_>) -> Cell {
    row.decision.decided.value().map_or(Cell::Empty, |day| Cell::Date(*day))
}

fn title(row: &DraftRow<'_>) -> Cell {
    Cell::given(row.decision.title.as_ref())
}

fn recipient(row: &DraftRow<'_>) -> Cell {
    award(row, |award| words(&award.recipient))
}

fn amount(row: &DraftRow<'_>) -> Cell {
    award(row, |award| award.amount.value().map_or(Cell::Empty, |amount| Cell::Money(*amount)))
}

fn award(row: &DraftRow<'_>, cell: fn(&almoner_imports::bulletin::DraftAward) -> Cell) -> Cell {
    row.award.map_or(Cell::Empty, cell)
}

fn words<T: std::fmt::Display>(stated: &Stated<T>) -> Cell {
    Cell::given(stated.value())
}

/// Returns a date as a day or a month, as stated.
fn date(stated: StatedDate) -> Cell {
    match stated {
        StatedDate::Day(day) => Cell::Date(day),
        StatedDate::Month(month) => Cell::Text(month.to_string()),
    }
}

/// Returns the complete draft.
pub fn draft(found: &Bulletin) -> Sheet {
    let rows: Vec<DraftRow<'_>> = found.rows_to_check_first().collect();
    Sheet { title: "Draft".to_owned(), ..Sheet::of(&draft_fields(), &rows) }
}

/// Returns what the draft holds, in sentences.
///
/// # Errors
///
/// If the amounts add up to more than the ledger can hold.
pub fn summary(found: &Bulletin) -> Result<Vec<String>, Overflow> {
    let confidential = found.decisions.iter().filter(|decision| decision.confidential).count();
    let awards = found.awards().count();
    let filled = found.awards().filter(|award| award.amount.value().is_some()).count();
    let to_check = found.rows().filter(|row| row.needs_review()).count();
    let mut lines = vec![format!(
        "{} decisions, {confidential} confidential; {awards} awards, {filled} with an amount, total {}; rows to check: {to_check}",
        found.decisions.len(),
        in_a_sentence(found.total()?)
    )];
    if !found.gaps.is_empty() {
        lines.push(format!("Missing numbers: {}", found.gaps.join(", ")));
    }
    lines.extend(found.notes.iter().cloned());
    Ok(lines)
}

/// Returns for each row of the draft whether it has points to check.
pub fn to_check(found: &Bulletin) -> Vec<bool> {
    found.rows_to_check_first().map(|row| row.needs_review()).collect()
}

/// Returns the overview, with the total of the amounts.
///
/// # Errors
///
/// If the amounts add up to more than the ledger can hold.
pub fn overview(found: &Bulletin, name: &str) -> Result<Sheet, Overflow> {
    let rows: Vec<DraftRow<'_>> = found.rows_to_check_first().collect();
    let mut sheet = Sheet::of(&overview_fields(), &rows);
    let total = [("amount", Cell::Money(found.total()?))];
    sheet.rows.push(Row::sum(Style::Total, &sheet.columns, ("decision", "Total"), &total));
    Ok(Sheet { title: format!("Draft of the decisions in {name}"), ..sheet })
}
