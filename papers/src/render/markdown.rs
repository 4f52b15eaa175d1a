//! Papers as Markdown: a heading, the facts, and for each sheet its paragraphs, a table and the notes.

use crate::paper::Paper;
use crate::sheet::{Cell, Column, Kind, Row, Sheet, Style};

pub fn paper(paper: &Paper) -> String {
    let mut text = format!("# {}\n", escaped(&paper.title));
    facts(&mut text, &paper.all_facts());
    for sheet in &paper.sheets {
        if sheet.title != paper.title {
            text.push_str(&format!("\n## {}\n", escaped(&sheet.title)));
        }
        facts(&mut text, &sheet.facts);
        sheet.lead.iter().for_each(|words| text.push_str(&format!("\n{}\n", escaped(words))));
        table(&mut text, sheet);
        sheet.notes_on_paper().iter().for_each(|note| text.push_str(&format!("\n{}\n", escaped(note))));
    }
    text
}

fn facts(text: &mut String, facts: &[(&'static str, String)]) {
    if !facts.is_empty() {
        text.push('\n');
    }
    facts.iter().for_each(|(word, value)| text.push_str(&format!("- {word}: {}\n", escaped(value))));
}

fn table(text: &mut String, sheet: &Sheet) {
    let shown: Vec<(usize, &Column)> = sheet.on_paper().collect();
    if shown.is_empty() {
        return;
    }
    text.push('\n');
    text.push_str(&line(shown.iter().map(|(_, column)| column.heading.to_owned())));
    text.push_str(&line(shown.iter().map(|(_, column)| rule(column.kind).to_owned())));
    for row in &sheet.rows {
        text.push_str(&line(shown.iter().enumerate().map(|(place, (at, _))| field(row, place, *at))));
    }
}

fn rule(kind: Kind) -> &'static str {
    match kind {
        Kind::Money | Kind::Count => "---:",
        Kind::Text | Kind::Date => "---",
    }
}

/// Returns the content of a cell, with sums and headings in bold.
fn field(row: &Row, place: usize, at: usize) -> String {
    // The only cell of a heading is in the first column shown.
    let cell = if row.style == Style::Heading { row.cells.get(place) } else { row.cells.get(at) };
    let text = escaped(&cell.unwrap_or(&Cell::Empty).on_paper());
    match row.style {
        Style::Normal => text,
        _ if text.is_empty() => text,
        Style::Heading | Style::Subtotal | Style::Total => format!("**{text}**"),
    }
}

fn line(fields: impl Iterator<Item = String>) -> String {
    let mut line = String::from("|");
    for field in fields {
        line.push_str(&format!(" {field} |"));
    }
    line.push('\n');
    line
}

/// Returns a text that Markdown shows unchanged.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '#' => escaped.extend(['\\', character]),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\n' => escaped.push_str("<br>"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use almoner_ledger::money::Money;

    use super::*;

    #[test]
    fn tables_keep_their_shape_whatever_the_cells_contain() {
        let sheet = Sheet {
            title: "Spending".to_owned(),
            columns: vec![
                Column::new("set", "Set", Kind::Text, Column::FILES_ONLY),
                Column::new("name", "Name", Kind::Text, 0),
                Column::new("paid", "Paid", Kind::Money, 0),
            ],
            rows: vec![
                Row::heading("Over"),
                Row {
                    cells: vec![
                        Cell::Text("x".to_owned()),
                        Cell::Text("a|b".to_owned()),
                        Cell::Money(Money::from_pence(-123_456)),
                    ],
                    style: Style::Total,
                },
            ],
            ..Sheet::default()
        };
        let expected = "# Spending\n\n| Name | Paid |\n| --- | ---: |\n| **Over** |  |\n| **a\\|b** | **(1,234.56)** |\n";
        assert_eq!(paper(&sheet.into()), expected);
    }
}
