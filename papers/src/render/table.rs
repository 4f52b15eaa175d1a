//! Sheets as tables that fit a terminal.
//!
//! Amounts, dates and counts are always shown in full. Where there is no room for all columns, text is wrapped
//! first, then the least important columns are omitted and named in a note.

mod bars;
mod layout;

use prettytable::format::{Alignment, FormatBuilder, LinePosition, LineSeparator};
use prettytable::{Cell as Drawn, Row as DrawnRow, Table};
use unicode_width::UnicodeWidthStr;

use crate::paper::Paper;
use crate::render::Terminal;
use crate::sheet::{Cell, Kind, Row, Sheet, Style};
use layout::{GAP, Layout, NARROWEST, Shown, in_column, wrapped};

/// Returns the paper as a sequence of tables.
pub fn paper(paper: &Paper, terminal: Terminal) -> String {
    let mut text = format!("{}\n{}", terminal.bold(&paper.title), facts(&paper.all_facts(), terminal));
    for sheet in &paper.sheets {
        text.push('\n');
        if sheet.title != paper.title {
            text.push_str(&format!("{}\n\n", terminal.bold(&sheet.title)));
        }
        text.push_str(&inside(sheet, terminal));
    }
    text.replace(BOLD, "\u{1b}[1m").replace(DIM, "\u{1b}[2m").replace(PLAIN, "\u{1b}[0m")
}

/// Returns the sheet as a table.
pub fn table(sheet: &Sheet, terminal: Terminal) -> String {
    paper(&Paper::from(sheet.clone()), terminal)
}

fn facts(facts: &[(&'static str, String)], terminal: Terminal) -> String {
    let mut text = String::new();
    let widest = facts.iter().map(|(word, _)| word.width()).max().unwrap_or(0);
    for (word, value) in facts {
        let room = terminal.width.saturating_sub(widest + GAP).max(NARROWEST);
        for (place, line) in wrapped(value, room).iter().enumerate() {
            let word = if place == 0 { *word } else { "" };
            text.push_str(&format!("{}  {line}\n", terminal.dim(&format!("{word:<widest$}"))));
        }
    }
    text
}

/// Returns the content of a sheet after its title.
fn inside(sheet: &Sheet, terminal: Terminal) -> String {
    let mut text = facts(&sheet.facts, terminal);
    if !text.is_empty() {
        text.push('\n');
    }
    for paragraph in &sheet.lead {
        wrapped(paragraph, terminal.width).iter().for_each(|line| text.push_str(&format!("{line}\n")));
        text.push('\n');
    }
    let layout = Layout::of(sheet, terminal.width);
    if !sheet.columns.is_empty() {
        text.push_str(&body(sheet, &layout, terminal));
        if sheet.rows.is_empty() {
            text.push_str(&format!("{}\n", terminal.dim("(nothing to show)")));
        }
    }
    for chart in &sheet.charts {
        text.push_str(&format!(
            "\n{}\n{}",
            terminal.bold(&chart.title),
            bars::bars(chart, sheet, terminal.width)
        ));
    }
    let left_out: Vec<&str> = layout.left_out.iter().map(|column| column.key).collect();
    let left_out = (!left_out.is_empty()).then(|| {
        format!("Columns omitted for lack of space: {}. CSV and JSON have all columns.", left_out.join(", "))
    });
    let shown = layout.shown.iter().map(|shown| shown.column);
    let notes: Vec<String> = sheet.notes_with(shown).into_iter().chain(left_out).collect();
    if !notes.is_empty() {
        text.push('\n');
    }
    for note in &notes {
        for line in wrapped(note, terminal.width) {
            text.push_str(&format!("{}\n", terminal.dim(&line)));
        }
    }
    text
}

// Marks of bold and dim text. Unlike escape sequences, they have no width in the table, and no text of the ledger
// can contain them. They become escape sequences at the end.
const BOLD: char = '\u{2061}';
const DIM: char = '\u{2062}';
const PLAIN: char = '\u{2063}';

impl Terminal {
    fn bold(self, text: &str) -> String {
        self.marked(BOLD, text)
    }

    fn dim(self, text: &str) -> String {
        self.marked(DIM, text)
    }

    /// Marks each line separately, since the table splits cells into lines. A terminal without colour has no marks.
    fn marked(self, mark: char, text: &str) -> String {
        if !self.colour || text.trim().is_empty() {
            return text.to_owned();
        }
        let lines: Vec<String> = text.split('\n').map(|line| format!("{mark}{line}{PLAIN}")).collect();
        lines.join("\n")
    }
}

fn body(sheet: &Sheet, layout: &Layout<'_>, terminal: Terminal) -> String {
    let mut table = Table::new();
    let rule = LineSeparator::new('─', '─', '─', '─');
    table.set_format(FormatBuilder::new().padding(0, GAP).separator(LinePosition::Title, rule).build());
    table.set_titles(DrawnRow::new(layout.shown.iter().map(|shown| title(shown, terminal)).collect()));
    for row in &sheet.rows {
        match row.style {
            Style::Heading => {
                if !table.is_empty() {
                    table.add_row(DrawnRow::empty());
                }
                table.add_row(DrawnRow::new(vec![Drawn::new(HEADING)]));
            }
            Style::Subtotal | Style::Total => {
                let rules = layout.shown.iter().map(|shown| rule_above(shown, row));
                table.add_row(DrawnRow::new(rules.collect()));
                table.add_row(line(row, layout, terminal));
            }
            Style::Normal => {
                table.add_row(line(row, layout, terminal));
            }
        }
    }
    let mut drawn = Vec::new();
    // Writing to memory cannot fail.
    drop(table.print(&mut drawn));
    finished(&String::from_utf8_lossy(&drawn), sheet, layout, terminal)
}

/// The placeholder of a heading while the table is laid out, so that its text widens no column. The ledger
/// accepts no such character, so it cannot be in a cell.
const HEADING: &str = "\u{1a}";

/// Returns the table with headings inserted, the rule cut to the table's width, and no trailing spaces.
fn finished(drawn: &str, sheet: &Sheet, layout: &Layout<'_>, terminal: Terminal) -> String {
    let mut headings = sheet.rows.iter().filter(|row| row.style == Style::Heading);
    let mut text = String::new();
    for line in drawn.lines() {
        if line.starts_with(HEADING) {
            let words =
                headings.next().and_then(|row| row.cells.first()).map(Cell::on_paper).unwrap_or_default();
            for line in wrapped(&words, layout.width()) {
                text.push_str(&format!("{}\n", terminal.bold(&line)));
            }
        } else if !line.is_empty() && line.chars().all(|character| character == '─') {
            text.push_str(&format!("{}\n", "─".repeat(layout.width())));
        } else {
            text.push_str(&format!("{}\n", line.trim_end()));
        }
    }
    text
}

fn title(shown: &Shown<'_>, terminal: Terminal) -> Drawn {
    let lines = wrapped(shown.column.heading, shown.width).join("\n");
    Drawn::new_align(&terminal.bold(&lines), alignment(shown.column.kind))
}

fn alignment(kind: Kind) -> Alignment {
    match kind {
        Kind::Money | Kind::Count => Alignment::RIGHT,
        Kind::Text | Kind::Date => Alignment::LEFT,
    }
}

/// Returns the rule above the amount of a sum.
fn rule_above(shown: &Shown<'_>, sum: &Row) -> Drawn {
    let amount = sum.cells.get(shown.at).and_then(Cell::amount);
    amount.map_or_else(Drawn::default, |_| Drawn::new(&"─".repeat(shown.width)))
}

fn line(row: &Row, layout: &Layout<'_>, terminal: Terminal) -> DrawnRow {
    let cells = layout.shown.iter().map(|shown| {
        let cell = row.cells.get(shown.at).unwrap_or(&Cell::Empty);
        let text = match shown.width < shown.natural {
            true => wrapped(&in_column(cell), shown.width).join("\n"),
            false => in_column(cell),
        };
        let text = match (row.style, cell) {
            (Style::Normal, Cell::NotStated) => terminal.dim(&text),
            (Style::Normal, Cell::Money(amount)) if amount.is_zero() => terminal.dim(&text),
            (Style::Normal, _) => text,
            _ => terminal.bold(&text),
        };
        Drawn::new_align(&text, alignment(shown.column.kind))
    });
    DrawnRow::new(cells.collect())
}

#[cfg(test)]
mod tests {
    use almoner_ledger::money::Money;

    use super::*;
    use crate::sheet::Column;

    fn sheet() -> Sheet {
        let amount = |pence| Cell::Money(Money::from_pence(pence));
        let line = |name: &str, pence, style| Row {
            cells: vec![
                Cell::Text(name.to_owned()),
                Cell::Text("a word or two".to_owned()),
                amount(pence),
                amount(0),
            ],
            style,
        };
        Sheet {
            title: "Spending".to_owned(),
            facts: vec![("Body", "An office".to_owned())],
            columns: vec![
                Column::new("name", "Name", Kind::Text, 0),
                Column::new("words", "Words", Kind::Text, 5),
                Column::new("paid", "Paid", Kind::Money, 1),
                Column::new("owed", "Owed", Kind::Money, 1),
            ],
            rows: vec![
                Row::heading("Over all of them, and longer than the first column"),
                line("Survivors in Transition", 123_456, Style::Normal),
                line("Compassion’s £", -500, Style::Normal),
                line("Total", 122_956, Style::Total),
            ],
            notes: vec!["A note.".to_owned()],
            ..Sheet::default()
        }
    }

    #[test]
    fn tables_are_drawn_with_light_rules() {
        let expected = "\
Spending
Body  An office

Name                     Words              Paid  Owed
──────────────────────────────────────────────────────
Over all of them, and longer than the first column
Survivors in Transition  a word or two  1,234.56     –
Compassion’s £           a word or two    (5.00)     –
                                        ────────  ────
Total                    a word or two  1,229.56     –

A note.
";
        assert_eq!(table(&sheet(), Terminal { width: 80, colour: false }), expected);
    }

    #[test]
    fn narrow_tables_wrap_text_then_omit_columns_with_a_note() {
        for width in [20, 30, 37, 45, 52, 80] {
            let drawn = table(&sheet(), Terminal { width, colour: false });
            for line in drawn.lines() {
                assert!(line.width() <= width.max(26), "{width}: {line}");
            }
            assert!(drawn.contains("1,234.56") || width < 26, "{drawn}");
            assert_eq!(drawn.contains("words"), width < 43, "{width} {drawn}");
        }
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        let coloured = table(&sheet(), Terminal { width: 50, colour: true });
        assert!(coloured.contains("\u{1b}[1mSpending\u{1b}[0m"));
        let plain = coloured.replace("\u{1b}[1m", "").replace("\u{1b}[2m", "").replace("\u{1b}[0m", "");
        let plain: Vec<&str> = plain.lines().map(str::trim_end).collect();
        let expected = table(&sheet(), Terminal { width: 50, colour: false });
        assert_eq!(plain, expected.lines().collect::<Vec<_>>());
    }
}
