//! Text in which every value has a label on its line, and every record is a block of lines: `Date: 31/03/2015`.

use super::CellKind;
use super::Unreadable;
use super::grid::Grid;
use super::limits::COLUMNS_LIMIT;

/// The labels that tell records of money from other text, in small letters.
const TELLING: [&str; 2] = ["date", "amount"];
/// The number of lines in which they are searched for, and the longest label.
const LINES: usize = 100;
const LABEL: usize = 40;

/// True if a text has its values on lines with labels.
pub(super) fn is_one(text: &str) -> bool {
    let mut first = text.lines().filter(|line| !line.trim().is_empty()).take(LINES).peekable();
    let is_labelled = first.peek().is_some_and(|line| labelled(line).is_some());
    let labels: Vec<String> = first.filter_map(labelled).map(|(label, _)| label.to_lowercase()).collect();
    is_labelled && TELLING.iter().all(|label| labels.iter().any(|it| it == label))
}

/// Returns the label and the value of a line.
fn labelled(line: &str) -> Option<(&str, &str)> {
    let (label, value) = line.split_once(':')?;
    let label = label.trim();
    let is_label = !label.is_empty()
        && label.len() <= LABEL
        && label.starts_with(|c: char| c.is_ascii_alphabetic())
        && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '/' | '-' | '.' | '(' | ')'));
    is_label.then(|| (label, value.trim()))
}

/// Returns the records as rows below the labels. A row has the number of its last line. Values before the first record are
/// those of every row.
pub(super) fn read(text: &str) -> Result<Grid, Unreadable> {
    let records = records(text);
    let mut labels: Vec<&str> = Vec::new();
    for (label, _) in records.iter().flat_map(|record| &record.values) {
        if !labels.iter().any(|known| known.eq_ignore_ascii_case(label)) {
            if labels.len() == COLUMNS_LIMIT {
                let message = format!("the file has more than {COLUMNS_LIMIT} different labels");
                return Err(Unreadable::new("too-large", message, "check that this is the right file"));
            }
            labels.push(label);
        }
    }
    let (heads, rows): (Vec<&Record<'_>>, Vec<&Record<'_>>) =
        records.iter().partition(|record| record.value(TELLING[0]).is_none());
    let first = rows.first().map_or(0, |row| row.last_line);
    let mut grid = Grid::default();
    grid.row(1)?;
    for (column, label) in labels.iter().enumerate() {
        grid.cell(column, CellKind::Text, label)?;
    }
    for row in rows {
        grid.row(row.last_line)?;
        for (column, label) in labels.iter().enumerate() {
            let of_all = || heads.iter().take_while(|it| it.last_line < first).find_map(|it| it.value(label));
            if let Some(value) = row.value(label).or_else(of_all) {
                grid.cell(column, CellKind::Text, value)?;
            }
        }
    }
    grid.finished()
}

/// The lines of one record.
#[derive(Default)]
struct Record<'t> {
    values: Vec<(&'t str, String)>,
    last_line: u64,
}

impl Record<'_> {
    fn value(&self, label: &str) -> Option<&str> {
        self.values
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(label))
            .map(|(_, value)| value.as_str())
    }
}

/// Returns the blocks of lines. A block ends with a blank line, or where its first label comes again; a line without a label
/// continues the value before it.
fn records(text: &str) -> Vec<Record<'_>> {
    let mut records: Vec<Record<'_>> = Vec::new();
    let mut is_open = false;
    for (number, line) in (1_u64..).zip(text.lines()) {
        if line.trim().is_empty() {
            is_open = false;
            continue;
        }
        let found = labelled(line);
        // A description may have a colon in its next line, too.
        let comes_again = found.is_some_and(|(label, _)| {
            records.last().and_then(|it| it.values.first()).is_some_and(|it| it.0.eq_ignore_ascii_case(label))
        });
        if !is_open || comes_again {
            records.push(Record::default());
            is_open = true;
        }
        let Some(record) = records.last_mut() else { continue };
        record.last_line = number;
        match (found, record.values.last_mut()) {
            (Some((label, value)), _) => record.values.push((label, value.to_owned())),
            (None, Some((_, value))) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            (None, None) => record.values.push(("(no label)", line.trim().to_owned())),
        }
    }
    records
}

#[cfg(test)]
mod tests {
    use super::super::{Layout, cells};

    #[test]
    fn records_become_rows_below_their_labels() {
        let text = "From:\u{a0}01/03/2015 to 31/03/2015\r\n\r\nAccount:\u{a0}XXXX 1234\r\n\r\nDate: 31/03/2015\r\n\
            Description: CATCH 22\r\n26-2015\r\nAmount: -1750.00\r\nBalance: 18250.00\r\n\r\nDate: 30/03/2015\r\n\
            Description: GRANT\r\nAmount: 20000.00\r\n";
        let found = cells(text.as_bytes().to_vec(), &Layout::default()).unwrap();
        let found: Vec<String> = found.iter().map(|row| row.join("|")).collect();
        assert_eq!(
            found,
            [
                "From|Account|Date|Description|Amount|Balance",
                "01/03/2015 to 31/03/2015|XXXX 1234|31/03/2015|CATCH 22 26-2015|-1750.00|18250.00",
                "01/03/2015 to 31/03/2015|XXXX 1234|30/03/2015|GRANT|20000.00",
            ]
        );
        // Without blank lines, a record begins where its first label comes again.
        let text = "Date: 1/3/2015\nAmount: 1\nDate: 2/3/2015\nAmount: 2\n";
        let found = cells(text.as_bytes().to_vec(), &Layout::default()).unwrap();
        assert_eq!(found, [["Date", "Amount"], ["1/3/2015", "1"], ["2/3/2015", "2"]]);
        for other in
            ["Date:,Amount:\n1,2\n", "Date: 1\n", "Total: 5\nAmount: 2\n", "a,b\nDate: 1\nAmount: 2\n"]
        {
            assert!(!super::is_one(other), "{other}");
        }
    }
}
