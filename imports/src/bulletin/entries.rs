//! Splits a text into decisions with number, date, title and summary.
//!
//! Knows tables with headings, tables without, lists with a line for each cell, and forms with a
//! label before each field. Knows nothing of awards.

mod body;
mod furniture;

use almoner_ledger::calendar::Date;

use super::columns::{AwardCells, AwardColumns};
use super::dates::leading_day;
use super::number::{Number, Recognised, number_at};
use super::pattern::patterns;
use super::rows::Row;
use crate::words;
use body::{Body, Fields};
use furniture::{Furniture, Heading};

patterns! {
    /// Words between a number and its date: `12-2031 of 4 May 2031`.
    DATED = r"(?i)^(?:of|on|dated|(?:made|taken|signed|approved|agreed)(?:\s+on)?)\s+";
}

/// A decision before its summary is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// First line, from 1.
    pub(super) line: usize,
    pub(super) number: Number,
    /// `Err` has words that are not a valid date.
    pub(super) date: Option<Result<(Date, String), String>>,
    /// May be empty.
    pub(super) title: String,
    /// May be empty.
    pub(super) summary: String,
    /// True in a confidential series or under a heading for confidential decisions.
    pub(super) is_confidential: bool,
    /// The cells of awards, of its row and those below that belong to it.
    pub(super) cells: Vec<AwardCells>,
    /// True if its text is of recommendations.
    pub(super) is_recommended: bool,
}

/// Returns the decisions of a text in order, and notes on how they were found.
pub(super) fn entries(rows: &[Row]) -> (Vec<Entry>, Vec<String>) {
    let columns = rows.iter().enumerate().find_map(|(at, row)| Some((at, Columns::of(row)?)));
    let first = (0..rows.len()).find(|at| begins(rows, *at, columns.as_ref(), None).is_some());
    let Some(first) = first else { return (Vec::new(), Vec::new()) };
    let furniture = Furniture::of(&rows[..first]);
    // A date above the first number belongs to it.
    let mut above = rows[..first].last().filter(|row| is_date(row)).cloned();
    let mut is_confidential =
        rows[..first].iter().rev().find_map(furniture::heading) == Some(Heading::Confidential);
    let mut bodies: Vec<Body> = Vec::new();
    let mut open = false;
    let mut notes = Vec::new();
    for (at, row) in rows.iter().enumerate().skip(first) {
        if let Some(begun) = begins(rows, at, columns.as_ref(), bodies.last().map(Body::number)) {
            if let Some(date) = bodies.last_mut().and_then(|body| body.date_at_the_end(is_date)) {
                above = Some(date);
            }
            bodies.push(Body::new(begun, row, above.take(), is_confidential));
            open = true;
        } else if let Some(heading) = furniture::heading(row)
            && !(open && bodies.last().is_some_and(Body::has_no_title_yet))
        {
            is_confidential = heading == Heading::Confidential;
            open = false;
        } else if columns.as_ref().is_some_and(|(_, columns)| columns.is_unread(row)) {
            notes.push(format!(
                "Line {}: `{}` is not a decision number; its row is left out",
                row.line,
                row.cells.join(" ").chars().take(30).collect::<String>()
            ));
            open = false;
        } else if open
            && let Some(first) = furniture::recommends(row)
            && let Some(body) = bodies.last_mut()
            && body.takes_recommendations()
        {
            // What is decided on such a page is that they are agreed.
            if !first.is_empty() {
                body.rows.push(Row { cells: vec![first.to_owned()], ..row.clone() });
            }
        } else if furniture.ends(row) || bodies.last().is_some_and(|body| body.ends_recommendations(row)) {
            open = false;
        } else if open && bodies.last_mut().is_some_and(|body| body.takes_award(row)) {
            // An award of its own, not a part of the text.
        } else if open
            && !furniture.is_part(row)
            && let Some(body) = bodies.last_mut()
        {
            if let Some(number) = row.cells.first().and_then(|cell| number_at(cell, Recognised::ByForm)) {
                let (line, id, within) = (row.line, number.id, &body.number().id);
                notes.push(format!(
                    "Line {line}: {id} is read as a reference within {within}, not as another decision"
                ));
            }
            body.rows.push(row.clone());
        }
    }
    (bodies.into_iter().map(Body::entry).collect(), notes)
}

/// The columns of a table, by the words of its heading.
#[derive(Clone, Debug, Default)]
struct Columns {
    number: usize,
    fields: Fields<Option<usize>>,
    awards: AwardColumns,
}

impl Columns {
    /// The columns, if the row is the heading of a table of decisions.
    fn of(row: &Row) -> Option<Columns> {
        if !row.is_table || row.cells.iter().any(|cell| cell.len() > 40) {
            return None;
        }
        let cells: Vec<String> = row.cells.iter().map(|cell| cell.to_lowercase()).collect();
        let has = |words: &[&str], taken: &[Option<usize>]| {
            words.iter().find_map(|word| {
                (0..cells.len()).find(|at| cells[*at].contains(word) && !taken.contains(&Some(*at)))
            })
        };
        let number = has(&["number", "ref", "no.", "decision no"], &[])
            .or_else(|| cells.iter().position(|cell| matches!(cell.as_str(), "no" | "#" | "decision")))?;
        let date = has(&["date"], &[Some(number)]);
        let recipient = cells.iter().position(|cell| AwardColumns::is_recipient(cell));
        let title = has(
            &["title", "subject", "topic", "heading", "name", "project"],
            &[Some(number), date, recipient],
        );
        let summary = has(
            &["summary", "detail", "description", "decision", "outcome", "purpose"],
            &[Some(number), date, title, recipient],
        );
        let status = has(&["confidential", "status", "restrict"], &[Some(number), date, title, summary]);
        let awards = AwardColumns::of(&row.cells, &[Some(number), date, title, summary, status]);
        (date.is_some() || title.is_some() || summary.is_some()).then_some(Columns {
            number,
            fields: Fields { date, title, summary, status },
            awards,
        })
    }

    /// True for a row with a date and an unreadable number: not part of the row above.
    fn is_unread(&self, row: &Row) -> bool {
        let filled = |column: usize| row.cells.get(column).filter(|cell| !cell.is_empty());
        row.is_table
            && filled(self.number).is_some()
            && self.fields.date.and_then(filled).is_some_and(|date| leading_day(date).is_some())
    }

    /// The decision that begins in a row below the heading.
    fn begun(&self, row: &Row) -> Option<Begun> {
        let cell = row.cells.get(self.number)?;
        let number = number_at(cell, Recognised::ByForm)
            .or_else(|| number_at(cell, Recognised::ByPlace).filter(|number| is_alone(cell, number)))?;
        let field = |column: Option<usize>| {
            column.and_then(|column| row.cells.get(column)).cloned().unwrap_or_default()
        };
        let date = field(self.fields.date);
        let title = field(self.fields.title);
        let (title, summary) = match self.fields.title {
            None if field(self.fields.summary).len() <= TITLE => (field(self.fields.summary), String::new()),
            _ => (title, field(self.fields.summary)),
        };
        // A row that leaves the date out instead of leaving it blank has its cells in order.
        if !date.is_empty() && leading_day(&date).is_none() && row.cells.len() <= self.number + 2 {
            let cells = row.cells.iter().skip(self.number + 1).cloned().collect();
            return Some(Begun { number, beside: Beside::InOrder(cells) });
        }
        let status = field(self.fields.status);
        let cells = self.awards.cells(&row.cells).into_iter().collect();
        let fields = Fields { date, title, summary, status };
        Some(Begun { number, beside: Beside::Columns(fields, cells, self.awards.clone()) })
    }
}

/// The first row of a decision.
struct Begun {
    number: Number,
    /// The other cells of the row, by column or in order.
    beside: Beside,
}

enum Beside {
    Columns(Fields<String>, Vec<AwardCells>, AwardColumns),
    InOrder(Vec<String>),
}

/// The beginning of a decision, if the row is one.
fn begins(
    rows: &[Row],
    at: usize,
    columns: Option<&(usize, Columns)>,
    previous: Option<&Number>,
) -> Option<Begun> {
    let row = rows.get(at)?;
    if let Some((heading, columns)) = columns
        && row.is_table
        && at > *heading
        && let Some(begun) = columns.begun(row)
    {
        return Some(begun);
    }
    // The number may follow a date, in a row of a table or of wide spaces.
    let place = row.cells.iter().take(3).position(|cell| number_at(cell, Recognised::ByForm).is_some())?;
    let before = &row.cells[..place];
    let number = number_at(&row.cells[place], Recognised::ByForm)?;
    let rest = row.cells[place].get(number.end..)?;
    let rest = rest.trim_start_matches([' ', ':', '–', '-', '.', ',', ')', '(']);
    let dated = DATED.find(rest).and_then(|words| rest.get(words.end()..));
    let rest = dated.filter(|rest| leading_day(rest).is_some()).unwrap_or(rest).to_owned();
    let fits = if rest.is_empty() {
        !is_mentioned(&rows[..at], row)
    } else {
        before.is_empty() && is_beginning(&rows[..at], row, &rest, &number, previous)
    };
    // Only a date may come before the number.
    let dated = before.iter().all(|cell| cell.is_empty() || leading_day(cell).is_some());
    if !fits || !dated {
        return None;
    }
    let beside: Vec<String> = before
        .iter()
        .cloned()
        .chain((!rest.is_empty()).then_some(rest))
        .chain(row.cells.iter().skip(place + 1).cloned())
        .filter(|cell| !cell.is_empty())
        .collect();
    Some(Begun { number, beside: Beside::InOrder(beside) })
}

/// Bytes of a cell that may be the title of a decision in a table that has no column of titles.
const TITLE: usize = 150;

fn is_alone(cell: &str, number: &Number) -> bool {
    cell.get(number.end..).is_some_and(|rest| rest.trim_matches([' ', '.', ':', ')']).is_empty())
}

/// True for a number alone in a line that the line above leads up to: `see decision`.
fn is_mentioned(above: &[Row], row: &Row) -> bool {
    // A title or a heading is shorter than a line of prose.
    const PROSE: usize = 40;
    let above = above.last().and_then(|row| row.cells.last()).filter(|cell| cell.len() > PROSE);
    let last = above.and_then(|cell| cell.rsplit(' ').next());
    !row.is_table
        && !row.after_blank
        && last.is_some_and(|word| {
            words::has("decision decisions number no. see and under in of by to with", word)
        })
}

/// True if the words after a number are the date or title of a decision, not the middle of a
/// sentence that was broken before the number of another decision.
fn is_beginning(above: &[Row], row: &Row, rest: &str, number: &Number, previous: Option<&Number>) -> bool {
    if leading_day(rest).is_some() {
        return true;
    }
    let is_title = rest.starts_with(|c: char| c.is_uppercase() || c == '"');
    let sentence_ended = row.after_blank
        || above
            .last()
            .and_then(|row| row.cells.last())
            .is_none_or(|cell| cell.ends_with(['.', '!', '?', ':', ';', ')']) || leading_day(cell).is_some());
    // The next number of the series is where it is expected.
    let follows = previous.and_then(|previous| previous.place.as_ref()).zip(number.place.as_ref());
    let follows = follows.is_some_and(|(before, this)| before.0 == this.0 && before.1 + 1 == this.1);
    is_title && (sentence_ended || follows)
}

fn is_date(row: &Row) -> bool {
    matches!(row.cells.as_slice(), [cell] if super::dates::whole_day(cell).is_some())
}
