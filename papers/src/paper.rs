//! Papers: sheets under one title, for readers outside the finance office.
//!
//! The provenance of a paper names the body, the period, the last record known, the head's hash and the
//! command that makes the paper again. For the public and the panel it names a day and a mark in place of record and
//! hash ([`almoner_ledger::marks`]). A paper contains no clock and nothing random, so the same ledger and
//! command give the same bytes. A report is a paper of one sheet.

use almoner_ledger::hash::Hash;
use almoner_ledger::marks::{Issue, Mark};

use crate::provenance::{Provenance, Source};
use crate::sheet::{Cell, Chart, Column, Row, Sheet, Style};

/// A titled sequence of sheets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub struct Paper {
    pub title: String,
    /// What the paper is based on; `None` for papers that are not made from books.
    pub provenance: Option<Provenance>,
    /// Further facts about the whole paper, as pairs of a label and a value.
    pub facts: Vec<(&'static str, String)>,
    /// The sheets, each with its own key. A sheet without columns consists of text only.
    pub sheets: Vec<Sheet>,
}

impl Paper {
    /// Returns all facts, with those of the provenance.
    pub(crate) fn all_facts(&self) -> Vec<(&'static str, String)> {
        match &self.provenance {
            Some(provenance) => provenance.facts(&self.facts),
            None => self.facts.clone(),
        }
    }

    /// Returns the paper with its mark, made of all that it shows, if it is issued to an audience that may not see
    /// records.
    #[must_use]
    pub fn marked(mut self, issue: Option<&Issue>) -> Paper {
        let Some(Provenance { source: Source::Mark(_), audience: Some(audience), .. }) = &self.provenance
        else {
            return self;
        };
        let secret = issue.and_then(|issue| issue.secret);
        let mark = secret.map(|secret| Mark::new(secret, *audience, self.command(), self.content()));
        if let Some(provenance) = &mut self.provenance {
            provenance.source = Source::Mark(mark);
        }
        self
    }

    /// Returns the mark, if the paper has one.
    pub fn mark(&self) -> Option<&Mark> {
        self.provenance.as_ref()?.mark()
    }

    /// Returns the command that makes the paper again, or nothing if there is none.
    pub fn command(&self) -> &str {
        self.provenance.as_ref().and_then(|it| it.command.as_deref()).unwrap_or_default()
    }

    /// Returns the hash of all cells and texts of the paper, other than its mark.
    fn content(&self) -> Hash {
        let mut texts = Texts::default();
        texts.add(&self.title);
        let facts = match &self.provenance {
            Some(provenance) => {
                let source = Source::Mark(None);
                Provenance { source, ..provenance.clone() }.facts(&self.facts)
            }
            None => self.facts.clone(),
        };
        texts.facts(&facts);
        texts.list(&self.sheets, Texts::sheet);
        Hash::of(&texts.0)
    }

    /// Returns the facts without the body, where it is shown above the title.
    pub(crate) fn facts_without_body(&self) -> Vec<(&'static str, String)> {
        self.all_facts().into_iter().filter(|(word, _)| *word != "Body").collect()
    }

    /// Returns true when a sheet has a title beside that of the paper.
    pub(crate) fn has_title_of(&self, sheet: &Sheet) -> bool {
        self.sheets.len() > 1 || sheet.title != self.title
    }

    /// Returns the name of the body that keeps the books.
    pub fn body(&self) -> Option<&str> {
        self.provenance.as_ref().map(|it| it.body.as_str()).filter(|body| !body.is_empty())
    }

    /// Returns the time of the last record known, UTC: `2015-04-01T09:00:00`. It is the date of files that
    /// must have one.
    pub fn known_at(&self) -> Option<String> {
        self.provenance.as_ref().and_then(Provenance::moment)
    }

    /// Returns the footer: the body, the last record known and the beginning of the head's hash.
    pub fn foot(&self) -> String {
        self.provenance.as_ref().map(Provenance::foot).unwrap_or_default()
    }
}

impl Sheet {
    /// Adds the mark to the provenance of a report, if it is issued to an audience that may not see records.
    pub fn add_mark(&mut self, issue: Option<&Issue>) {
        let marked = Paper::from(self.clone()).marked(issue);
        self.provenance = marked.provenance;
    }
}

impl From<Sheet> for Paper {
    /// Turns a sheet into a paper with the sheet's title, provenance and facts.
    fn from(mut sheet: Sheet) -> Paper {
        let facts = std::mem::take(&mut sheet.facts);
        let provenance = sheet.provenance.take();
        if sheet.key.is_empty() {
            sheet.key = "report";
        }
        Paper { title: sheet.title.clone(), provenance, facts, sheets: vec![sheet] }
    }
}

/// Texts one after the other, each preceded by its length, so that no two papers have the same bytes.
#[derive(Default)]
struct Texts(Vec<u8>);

impl Texts {
    fn add(&mut self, text: &str) {
        self.0.extend((text.len() as u64).to_be_bytes());
        self.0.extend(text.as_bytes());
    }

    fn list<T>(&mut self, all: &[T], mut add: impl FnMut(&mut Texts, &T)) {
        self.0.extend((all.len() as u64).to_be_bytes());
        for it in all {
            add(self, it);
        }
    }

    fn facts(&mut self, facts: &[(&'static str, String)]) {
        self.list(facts, |texts, (name, value)| {
            texts.add(name);
            texts.add(value);
        });
    }

    fn sheet(&mut self, sheet: &Sheet) {
        self.add(sheet.key);
        self.add(&sheet.title);
        self.facts(&sheet.facts);
        self.list(&sheet.lead, |texts, line| texts.add(line));
        self.list(&sheet.columns, Texts::column);
        self.list(&sheet.rows, Texts::row);
        self.list(&sheet.charts, Texts::chart);
        self.list(&sheet.notes_with(sheet.columns.iter()), |texts, note| texts.add(note));
    }

    fn column(&mut self, column: &Column) {
        self.add(column.key);
        self.add(column.heading);
    }

    fn row(&mut self, row: &Row) {
        self.add(match row.style {
            Style::Normal => "line",
            Style::Subtotal => "subtotal",
            Style::Total => "total",
            Style::Heading => "heading",
        });
        self.list(&row.cells, Texts::cell);
    }

    fn cell(&mut self, cell: &Cell) {
        let (kind, text) = match cell {
            Cell::Text(text) => ("text", text.clone()),
            Cell::Money(amount) => ("money", amount.to_string()),
            Cell::Date(day) => ("date", day.to_string()),
            Cell::Dates { file, .. } => ("dates", file.clone()),
            Cell::Count(count) => ("count", count.to_string()),
            Cell::Figure(figure) => ("figure", figure.clone()),
            Cell::NotStated => ("not stated", String::new()),
            Cell::Empty => ("empty", String::new()),
        };
        self.add(kind);
        self.add(&text);
    }

    fn chart(&mut self, chart: &Chart) {
        self.add(&chart.title);
        self.add(chart.label);
        self.list(&chart.series, |texts, series| texts.add(series));
    }
}

#[cfg(test)]
mod tests {
    use almoner_ledger::audience::Audience;
    use almoner_ledger::calendar::Date;
    use almoner_ledger::head::Head;
    use almoner_ledger::marks::Secret;
    use almoner_ledger::money::Money;

    use super::*;
    use crate::provenance::tests::provenance;
    use crate::sheet::Kind;

    fn paper(change: impl FnOnce(&mut Paper)) -> Paper {
        let row =
            |style| Row { cells: vec![Cell::Text("a".to_owned()), Cell::Money(Money::from_pence(5))], style };
        let sheet = Sheet {
            key: "lines",
            columns: vec![
                Column::new("name", "Name", Kind::Text, 0),
                Column::new("paid", "Paid", Kind::Money, 0),
            ],
            rows: vec![row(Style::Normal), row(Style::Total)],
            lead: vec!["ab".to_owned(), "c".to_owned()],
            ..Sheet::default()
        };
        let provenance = Provenance { source: Source::Mark(None), ..provenance() };
        let mut paper = Paper {
            title: "Panel".to_owned(),
            provenance: Some(provenance),
            facts: vec![("Line", "a".to_owned())],
            sheets: vec![sheet],
        };
        change(&mut paper);
        let secret = Some(Secret::of_salt("00"));
        let issue = Issue { day: Date::parse("2015-04-01").unwrap(), secret, head: Head::EMPTY };
        paper.marked(Some(&issue))
    }

    #[test]
    fn a_mark_moves_with_whatever_the_paper_shows_and_with_nothing_else() {
        let mark = |change: fn(&mut Paper)| paper(change).mark().cloned().unwrap();
        let usual = mark(|_| ());
        assert_eq!(usual, mark(|paper| *paper = paper.clone().marked(None)));
        type Change = (&'static str, fn(&mut Paper));
        let changes: [Change; 11] = [
            ("title", |paper| paper.title.push('x')),
            ("facts", |paper| paper.facts.push(("Verification", "none".to_owned()))),
            ("a cell", |paper| paper.sheets[0].rows[0].cells[1] = Cell::Money(Money::from_pence(6))),
            ("what is not stated", |paper| paper.sheets[0].rows[0].cells[0] = Cell::NotStated),
            ("the kind of a row", |paper| paper.sheets[0].rows[0].style = Style::Subtotal),
            ("a row", |paper| drop(paper.sheets[0].rows.pop())),
            ("a heading", |paper| paper.sheets[0].columns[0].heading = "Recipient"),
            ("texts that are divided otherwise", |paper| {
                paper.sheets[0].lead = vec!["a".to_owned(), "bc".to_owned()];
            }),
            ("a note", |paper| paper.sheets[0].notes.push("Note".to_owned())),
            ("the audience", |paper| paper.provenance.as_mut().unwrap().audience = Some(Audience::Panel)),
            ("the command", |paper| paper.provenance.as_mut().unwrap().command = Some("other".to_owned())),
        ];
        for (what, change) in changes {
            assert_ne!(usual, mark(change), "{what}");
        }
    }

    #[test]
    fn a_paper_with_a_head_has_no_mark() {
        let head = paper(|paper| {
            paper.provenance.as_mut().unwrap().source = Source::Head("0123".to_owned());
        });
        assert_eq!(head.mark(), None);
    }
}
