//! The rows of one decision, sorted into date, title and summary.

use almoner_ledger::calendar::Date;

use super::{Begun, Beside, Entry};
use crate::bulletin::columns::{AwardCells, AwardColumns, list_item};
use crate::bulletin::dates::{leading_day, trailing_day, whole_day};
use crate::bulletin::number::Number;
use crate::bulletin::pattern::patterns;
use crate::bulletin::rows::Row;

patterns! {
    /// The beginning of a summary, but not of a title.
    SUMMARY_BEGINS = r"^(?:(?:The|That the)\s+(?:PCC|OPCC|Commissioner|Police and Crime Commissioner|Deputy|Acting|Chief (?:Executive|Finance))\b|PCC\s+(?:has|had|agreed|approved|awarded|decided|considered)|(?:To|That)\s+[a-z]|It\s+(?:was|is|has)\b|Having\b|Following\b|After\b|Agreed\b|Approved\b|Agreement\b|Approval\b|Authorised\b|This\s+(?:decision|paper|report|is)\b|I\s+(?:have|approve|agree)\b|(?:A|An)\s+(?:grant|award|decision)\b[^.]{0,60}\b(?:was|is|has)\b|(?:Mr|Mrs|Ms)\.?\s)";
    /// The beginning of a summary in the middle of a line.
    SUMMARY_WITHIN = r"\s(?:The|That the)\s+(?:PCC|Commissioner|Police and Crime Commissioner)(?:\s+for\s+[A-Z]\w+)?\s+(?:has|have|had|agreed|agrees|approved|approves|awarded|decided|considered|made|noted|authorised|accepted|accepts|supported|signed|entered|is|was|will)\b";
    LABELLED = r"(?i)^(?P<label>(?:decision\s+)?date(?:\s+of\s+decision|\s+(?:taken|made|approved))?|(?:decision\s+)?(?:title|subject|topic)|(?:decision\s+|executive\s+)?(?:summary|details|description)(?:\s+of\s+decision)?|decision(?:\s+(?:taken|made))?|status|confidential|decision\s+maker|(?:lead\s+|report\s+)?(?:officer|author)|protective\s+marking|chief\s+officer\s+approval)\s*:\s*(?P<value>.*)$";
    AFTER_RECOMMENDATIONS = r"(?i)^(?:\d{1,2}(?:\.\d{1,2})*[.)]?\s+)?(?:(?:reasons?|background|introduction|context|purpose\s+of\s+(?:the\s+)?report|supporting\s+information|consultation|next\s+steps|risks?|options?|conclusions?|(?:financial|legal|equality|equalities|resource|risk|environmental)\s+(?:\w+\s+){0,2}?(?:implications?|comments?|considerations?|assessment))(?:\s+for\s+(?:the\s+)?(?:decision|recommendations?))?)\s*(?:$|:)";
    /// The heading of a list of what was not awarded.
    REFUSED_LIST = r"(?i)^(?:the\s+following\s+)?(?:were\s+)?(?:unsuccessful|rejected|refused|declined|deferred|not\s+(?:awarded|approved|supported|funded|successful))\b[^.£]{0,60}:$";
    NOT_FIT = r"(?i)^(?:decision maker|.*officer|.*author|protective marking|chief officer approval)$";
    CONFIDENTIAL_STATUS = r"(?i)^(?:confidential|restricted|exempt|private|yes|y|part (?:2|ii|two))\b";
    RESTRICTED = r"(?i)^private$|[(\[–-]\s*(?:confidential|restricted|exempt|private|not for publication)\s*[)\]]?$|^(?:this\s+(?:decision|item|report)\s+is\s+)?(?:confidential|restricted|exempt|not for publication)(?:$|\s*[-–:.(])";
}

/// Something for each field.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields<T> {
    pub(super) date: T,
    pub(super) title: T,
    pub(super) summary: T,
    /// Confidentiality, in the words of the office.
    pub(super) status: T,
}

/// The rows of one decision.
pub(super) struct Body {
    line: usize,
    number: Number,
    beside: Beside,
    above: Option<Row>,
    is_confidential: bool,
    /// The rows below the first.
    pub(super) rows: Vec<Row>,
    /// The awards of a table or a list below the text.
    awards: Vec<AwardCells>,
    /// The columns of a table of awards, while it lasts.
    table: Option<AwardColumns>,
    /// The text that introduces a list of awards, while it lasts.
    lead: Option<String>,
    /// The heading of a list of what was not awarded, while it lasts.
    refused: Option<String>,
    is_recommended: bool,
}

impl Body {
    /// A decision that begins in a row.
    pub(super) fn new(begun: Begun, row: &Row, above: Option<Row>, is_confidential: bool) -> Body {
        let Begun { number, beside } = begun;
        let (rows, awards) = (Vec::new(), Vec::new());
        let (table, lead, refused, is_recommended) = (None, None, None, false);
        Body {
            line: row.line,
            number,
            beside,
            above,
            is_confidential,
            rows,
            awards,
            table,
            lead,
            refused,
            is_recommended,
        }
    }

    /// Takes recommendations as the text of a page that has nothing but labelled fields so far.
    pub(super) fn takes_recommendations(&mut self) -> bool {
        let is_field = |cell: &String| match LABELLED.captures(cell) {
            Some(found) => !matches!(field(&found["label"].to_lowercase()), Field::Summary),
            None => cell.is_empty() || whole_day(cell).is_some(),
        };
        let has_title = !self.rows.is_empty();
        self.is_recommended = has_title && self.rows.iter().flat_map(|row| &row.cells).all(is_field);
        self.is_recommended
    }

    /// True for the heading of what a page of recommendations has after them: reasons and background.
    pub(super) fn ends_recommendations(&self, row: &Row) -> bool {
        self.is_recommended && row.cells.first().is_some_and(|cell| AFTER_RECOMMENDATIONS.is_match(cell))
    }

    /// Takes a row of a table of awards, or an item of a list of them, that is no part of the text.
    pub(super) fn takes_award(&mut self, row: &Row) -> bool {
        if let Some(columns) = AwardColumns::below(&row.cells) {
            (self.table, self.lead) = (Some(columns), None);
            return true;
        }
        if let Some(columns) = self.table.as_ref().filter(|columns| columns.fits(&row.cells)) {
            self.awards.extend(columns.cells(&row.cells));
            return true;
        }
        self.table = None;
        let [cell] = row.cells.as_slice() else { return false };
        if REFUSED_LIST.is_match(cell) {
            (self.refused, self.lead) = (Some(cell.clone()), None);
            return true;
        }
        if let Some(item) = self.refused.take().and_then(|lead| Some((list_item(cell, &lead)?, lead))) {
            self.awards.push(item.0.refused(&item.1));
            self.refused = Some(item.1);
            return true;
        }
        if self.lead.is_some()
            && cell.starts_with(|c: char| c.is_ascii_digit() || matches!(c, ',' | '.'))
            && let Some(last) = self.awards.last_mut()
        {
            last.go_on(cell);
            return true;
        }
        let lead = self.lead.take().or_else(|| self.last_text().filter(|text| text.ends_with(':')));
        let Some(item) = lead.as_deref().and_then(|lead| list_item(cell, lead)) else { return false };
        self.awards.push(item);
        self.lead = lead;
        true
    }

    /// Returns the last lines of the text so far.
    fn last_text(&self) -> Option<String> {
        let beside = match &self.beside {
            Beside::Columns(fields, ..) => std::slice::from_ref(&fields.summary),
            Beside::InOrder(cells) => cells.as_slice(),
        };
        let cells: Vec<&str> =
            beside.iter().chain(self.rows.iter().flat_map(|row| &row.cells)).map(String::as_str).collect();
        let from = cells.len().saturating_sub(2);
        cells.get(from..).filter(|cells| !cells.is_empty()).map(|cells| cells.join(" "))
    }

    /// Removes the last row if it is a date and the decision has another: it belongs to the next
    /// decision.
    pub(super) fn date_at_the_end(&mut self, is_date: fn(&Row) -> bool) -> Option<Row> {
        let has_own = self.above.is_some() || self.rows.iter().filter(|row| is_date(row)).count() > 1;
        let last_is_date = self.rows.last().is_some_and(is_date);
        if has_own && last_is_date { self.rows.pop() } else { None }
    }

    pub(super) fn number(&self) -> &Number {
        &self.number
    }

    /// True while nothing but a date has been found, so that what follows is the title.
    pub(super) fn has_no_title_yet(&self) -> bool {
        let is_date = |cell: &String| cell.is_empty() || whole_day(cell).is_some();
        let beside = match &self.beside {
            Beside::Columns(fields, ..) => !fields.title.is_empty() || !fields.summary.is_empty(),
            Beside::InOrder(cells) => !cells.iter().all(is_date),
        };
        !beside && self.rows.iter().flat_map(|row| &row.cells).all(is_date)
    }

    pub(super) fn entry(self) -> Entry {
        let Body { line, number, beside, above, is_confidential, rows, awards, is_recommended, .. } = self;
        let (mut fields, mut cells) = match beside {
            Beside::Columns(fields, cells, awards) => with_more(fields, cells, &awards, &rows),
            Beside::InOrder(cells) => (in_order(cells, &rows), Vec::new()),
        };
        cells.extend(awards);
        if fields.date.is_empty()
            && let Some(cell) = above.and_then(|row| row.cells.into_iter().next())
        {
            fields.date = cell;
        }
        let is_confidential = is_confidential
            || number.id.is_of_confidential_series()
            || number.place.as_ref().is_some_and(|((before, _), _)| before == "C")
            || CONFIDENTIAL_STATUS.is_match(&fields.status)
            || RESTRICTED.is_match(&fields.title)
            || RESTRICTED.is_match(&fields.summary);
        let mut date = date(&fields.date);
        if fields.date.is_empty()
            && let Some((title, day, words)) = trailing_day(&fields.title)
        {
            date = Some(Ok((day, words)));
            fields.title = title;
        }
        Entry {
            line,
            number,
            date,
            title: fields.title,
            summary: fields.summary,
            is_confidential,
            cells,
            is_recommended,
        }
    }
}

fn date(words: &str) -> Option<Result<(Date, String), String>> {
    if words.is_empty() {
        return None;
    }
    Some(match whole_day(words) {
        Some(Ok(day)) => Ok((day, words.to_owned())),
        _ => Err(words.to_owned()),
    })
}

/// Rows below a row with columns are the rest of its last cell; those of a table, of their column.
fn with_more(
    mut fields: Fields<String>,
    mut cells: Vec<AwardCells>,
    awards: &AwardColumns,
    rows: &[Row],
) -> (Fields<String>, Vec<AwardCells>) {
    for row in rows {
        cells.extend(awards.cells(&row.cells).filter(|_| row.is_table));
        for (column, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            if !(row.is_table && awards.has(column)) {
                add(&mut fields.summary, cell);
            }
        }
    }
    (fields, cells)
}

fn add(text: &mut String, more: &str) {
    // A hyphenated word may be broken after its hyphen.
    let broken = text.ends_with('-') && !text.ends_with(" -") && more.starts_with(|c: char| c.is_lowercase());
    if !text.is_empty() && !broken {
        text.push(' ');
    }
    text.push_str(more);
}

/// A piece of text with whether a blank line is above it.
struct Piece {
    text: String,
    after_blank: bool,
    /// True for a cell of its own, so that what follows is another field.
    is_cell: bool,
}

fn in_order(cells: Vec<String>, rows: &[Row]) -> Fields<String> {
    let mut fields = Fields::default();
    let mut pieces: Vec<Piece> = Vec::new();
    let first = cells.len();
    let first_row = cells.into_iter().enumerate().map(|(at, text)| Piece {
        text,
        after_blank: false,
        is_cell: at + 1 < first,
    });
    // Below columns of wide spaces, two cells are what the title's and the summary's lines go on with.
    let is_wrapped = |row: &&Row| first > 2 && !row.is_table && !row.after_blank && row.cells.len() == 2;
    let more_of_title: Vec<&str> =
        rows.iter().filter(is_wrapped).filter_map(|row| Some(row.cells.first()?.as_str())).collect();
    let below = rows.iter().flat_map(|row| {
        row.cells
            .iter()
            .skip(usize::from(is_wrapped(&row)))
            .filter(|cell| !cell.is_empty())
            .map(|cell| Piece { text: cell.clone(), after_blank: row.after_blank, is_cell: row.is_table })
    });
    let mut label = String::new();
    for mut piece in first_row.chain(below) {
        if let Some(labelled) = LABELLED.captures(&piece.text) {
            label = labelled["label"].to_lowercase();
            let value = labelled["value"].to_owned();
            piece.text = value;
        }
        match field(&label) {
            Field::One(one) if !piece.text.is_empty() => {
                let place = one(&mut fields);
                // The first counts: a signature below has a date of its own.
                if place.is_empty() {
                    *place = piece.text;
                }
                label.clear();
            }
            Field::Summary => add(&mut fields.summary, &piece.text),
            Field::NotFit => label.clear(),
            Field::Unlabelled if !piece.text.is_empty() => pieces.push(piece),
            _ => {}
        }
    }
    let mut fields = unlabelled(fields, pieces);
    for more in more_of_title {
        add(&mut fields.title, more);
    }
    fields
}

enum Field {
    /// A field of a single line.
    One(fn(&mut Fields<String>) -> &mut String),
    Summary,
    NotFit,
    Unlabelled,
}

fn field(label: &str) -> Field {
    if label.is_empty() {
        Field::Unlabelled
    } else if NOT_FIT.is_match(label) {
        Field::NotFit
    } else if label == "status" || label == "confidential" {
        Field::One(|fields| &mut fields.status)
    } else if label.contains("date") {
        Field::One(|fields| &mut fields.date)
    } else if label.contains("title") || label.contains("subject") || label.contains("topic") {
        Field::One(|fields| &mut fields.title)
    } else {
        Field::Summary
    }
}

/// Sorts pieces without labels: the date where it is one, then the title, then the summary.
fn unlabelled(mut fields: Fields<String>, pieces: Vec<Piece>) -> Fields<String> {
    let mut pieces: std::collections::VecDeque<Piece> = pieces.into();
    // The date is first or second, alone or followed by text.
    for at in 0..pieces.len().min(2) {
        if !fields.date.is_empty() {
            break;
        }
        if let Some((_, end)) = leading_day(&pieces[at].text) {
            let (day, rest) = pieces[at].text.split_at(end);
            fields.date = day.trim().to_owned();
            let rest = rest.trim_start_matches([' ', ':', '–', '-', ',', ';', '.', ')']).to_owned();
            if rest.is_empty() {
                drop(pieces.remove(at));
            } else {
                pieces[at].text = rest;
            }
        }
    }
    if fields.title.is_empty()
        && let Some(first) = pieces.pop_front()
    {
        title(&mut fields, first, &mut pieces);
    }
    for piece in pieces {
        add(&mut fields.summary, &piece.text);
    }
    fields
}

/// The most lines over which a title runs.
const TITLE_LINES: usize = 3;

fn title(fields: &mut Fields<String>, first: Piece, rest: &mut std::collections::VecDeque<Piece>) {
    if !rest.is_empty() && SUMMARY_BEGINS.is_match(&first.text) {
        fields.summary = first.text;
        return;
    }
    if let Some(within) = SUMMARY_WITHIN.find(&first.text) {
        let (title, summary) = first.text.split_at(within.start());
        fields.title = title.trim_end_matches([' ', '–', '-', ':', '.']).to_owned();
        fields.summary = summary.trim().to_owned();
        return;
    }
    fields.title = first.text;
    if first.is_cell {
        return;
    }
    // A title that runs over several lines ends where a summary can only begin, or at a blank line.
    let ends = rest
        .iter()
        .take(TITLE_LINES)
        .position(|piece| piece.after_blank || SUMMARY_BEGINS.is_match(&piece.text));
    let is_prose = |piece: &Piece| piece.text.ends_with('.') || piece.text.contains('£');
    let ends = ends.filter(|ends| !rest.iter().take(*ends).any(is_prose));
    for _ in 0..ends.unwrap_or(0) {
        if let Some(piece) = rest.pop_front() {
            add(&mut fields.title, &piece.text);
        }
    }
}
