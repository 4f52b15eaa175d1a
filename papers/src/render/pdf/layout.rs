//! The pages of a paper: title and facts, contents where there are several sheets, the sheets, and the footer
//! with body, last record known and page number.

use super::Length;
use super::chart;
use super::columns::{Tracks, tracks};
use super::letters::{Face, Letters, Type};
use super::setting::{Belongs, Drawn, Ink, Part, Role, SIDE, Set, Setter};
use super::table::Table;
use crate::paper::Paper;
use crate::render::LEGEND;
use crate::render::settable;
use crate::sheet::Sheet;

const BODY_NAME: Type = Type { face: Face::Semibold, size: 11_000 };
const TITLE: Type = Type { face: Face::Semibold, size: 19_000 };
const HEADING: Type = Type { face: Face::Semibold, size: 14_000 };
const TEXT: Type = Type { face: Face::Regular, size: 10_500 };
const FACT: Type = Type { face: Face::Regular, size: 9_500 };
const FACT_NAME: Type = Type { face: Face::Semibold, size: 9_500 };
const NOTE: Type = Type { face: Face::Regular, size: 8_500 };
/// The left edge of the values of facts.
const FACTS: Length = 92_000;
/// The maximum width of readable lines of text.
const READABLE: Length = 500_000;

/// An entry of the contents: page and piece for its page number, and the width of the line.
type Waiting = (usize, usize, Length);

pub(super) fn laid_out(paper: &Paper, letters: &Letters) -> Set {
    let mut layout = Layout { letters, setter: Setter::new(), parts: Vec::new(), bookmarks: Vec::new() };
    let tracks: Vec<Tracks> = paper.sheets.iter().map(|sheet| tracks(sheet, letters)).collect();
    if paper.sheets.len() == 1 && tracks.iter().any(|it| it.is_landscape) {
        layout.setter.pages.clear();
        layout.setter.turn(true);
    }
    layout.title(paper);
    let waiting = if paper.sheets.len() > 1 { layout.contents(paper) } else { Vec::new() };
    for (sheet, tracks) in paper.sheets.iter().zip(&tracks) {
        layout.sheet(sheet, tracks, paper.has_title_of(sheet));
    }
    layout.fill(&waiting);
    layout.feet(paper);
    Set { pages: layout.setter.pages, parts: layout.parts, bookmarks: layout.bookmarks }
}

struct Layout<'a> {
    letters: &'a Letters,
    setter: Setter,
    parts: Vec<Part>,
    bookmarks: Vec<(String, usize, Length)>,
}

impl Layout<'_> {
    /// Lays out lines of text over as many pages as needed.
    fn paragraph(&mut self, text: &str, set: Type, ink: Ink, role: Role) {
        let mut part = Part::new(role);
        let room = self.setter.across().min(READABLE);
        let lines = self.letters.wrapped(&settable(text), set, room);
        self.lines(&lines, SIDE, set, ink, &mut part);
        self.parts.push(part);
    }

    fn lines(&mut self, lines: &[String], x: Length, set: Type, ink: Ink, part: &mut Part) {
        let mut marked = None;
        for line in lines {
            self.setter.need(set.leading());
            let belongs = match marked {
                Some((page, belongs)) if page == self.setter.page() => belongs,
                _ => self.setter.mark(part),
            };
            marked = Some((self.setter.page(), belongs));
            self.setter.put(x, self.setter.y + set.size, ink, Drawn::Words(line.clone(), set), belongs);
            self.setter.y += set.leading();
        }
    }

    fn title(&mut self, paper: &Paper) {
        if let Some(body) = paper.body() {
            self.paragraph(body, BODY_NAME, Ink::Dim, Role::Paragraph);
            self.setter.y += 3_000;
        }
        self.heading(1, &paper.title, TITLE);
        self.setter.y += 6_000;
        self.setter.rule(SIDE, self.setter.across(), 1_800, Ink::Strong);
        self.setter.y += 10_000;
        self.facts(&paper.facts_without_body());
    }

    fn heading(&mut self, level: u16, words: &str, set: Type) {
        self.bookmarks.push((settable(words), self.setter.page(), self.setter.y));
        self.paragraph(words, set, Ink::Strong, Role::Heading(level, settable(words)));
    }

    /// Lays out labels and values in two columns.
    fn facts(&mut self, facts: &[(&'static str, String)]) {
        let room = (self.setter.across() - FACTS).min(READABLE);
        for (word, value) in facts {
            self.setter.need(2 * FACT.leading());
            let mut part = Part::new(Role::Paragraph);
            let belongs = self.setter.mark(&mut part);
            let name = Drawn::Words(format!("{word}: "), FACT_NAME);
            self.setter.put(SIDE, self.setter.y + FACT.size, Ink::Strong, name, belongs);
            let lines = self.letters.wrapped(&settable(value), FACT, room);
            self.lines(&lines, SIDE + FACTS, FACT, Ink::Text, &mut part);
            self.setter.y += 1_500;
            self.parts.push(part);
        }
        if !facts.is_empty() {
            self.setter.y += 8_000;
        }
    }

    /// Lays out the titles of the sheets, with space for page numbers.
    fn contents(&mut self, paper: &Paper) -> Vec<Waiting> {
        self.heading(2, "Contents", HEADING);
        self.setter.y += 4_000;
        let mut all = Part::new(Role::Contents);
        let mut waiting = Vec::new();
        let across = self.setter.across();
        for sheet in &paper.sheets {
            let mut item = Part::new(Role::ContentsLine);
            let mut words = Part::new(Role::Paragraph);
            let mut lines = self.letters.wrapped(&settable(&sheet.title), TEXT, across - 40_000);
            if let Some(last) = lines.last_mut() {
                last.push(' ');
            }
            self.setter.need(TEXT.leading() * 2);
            self.lines(&lines, SIDE, TEXT, Ink::Text, &mut words);
            let y = self.setter.y - TEXT.leading() + TEXT.size;
            if let Some(page) = self.setter.pages.last() {
                let belongs = page.pieces.last().map_or(Belongs::Nothing, |piece| piece.belongs);
                waiting.push((self.setter.page(), page.pieces.len(), SIDE + across));
                self.setter.put(SIDE, y, Ink::Text, Drawn::Words(String::new(), TEXT), belongs);
            }
            self.setter.rule(SIDE, across, 300, Ink::Rule);
            self.setter.y += 3_000;
            item.parts.push(words);
            all.parts.push(item);
        }
        self.parts.push(all);
        self.setter.y += 10_000;
        waiting
    }

    /// Writes the page numbers into the contents. Bookmarks are title, contents, then sheets.
    fn fill(&mut self, waiting: &[Waiting]) {
        let pages: Vec<usize> = self.bookmarks.iter().skip(2).map(|(_, page, _)| page + 1).collect();
        for ((at, piece, right), number) in waiting.iter().zip(pages) {
            let number = number.to_string();
            let width = self.letters.width(&number, TEXT);
            let piece = self.setter.pages.get_mut(*at).and_then(|page| page.pieces.get_mut(*piece));
            if let Some(piece) = piece {
                piece.x = right - width;
                piece.drawn = Drawn::Words(number, TEXT);
            }
        }
    }

    fn sheet(&mut self, sheet: &Sheet, tracks: &Tracks, has_title: bool) {
        let table = Table::new(sheet, tracks, self.letters);
        let is_table = !sheet.columns.is_empty() && !sheet.rows.is_empty();
        let around = HEADING.leading() + 3 * TEXT.leading() + 20_000;
        if is_table && tracks.is_landscape != self.setter.is_landscape()
            || !is_table && self.setter.is_landscape()
        {
            self.setter.turn(is_table && tracks.is_landscape);
        } else {
            self.setter.need(around + if is_table { table.beginning() } else { 0 });
        }
        let before = std::mem::take(&mut self.parts);
        if has_title {
            self.setter.y += 8_000;
            self.heading(2, &sheet.title, HEADING);
            self.setter.y += 3_000;
        }
        self.facts(&sheet.facts);
        for paragraph in &sheet.lead {
            self.text(paragraph, TEXT, Ink::Text);
        }
        if !sheet.columns.is_empty() {
            if sheet.rows.is_empty() {
                self.text("Nothing to show.", TEXT, Ink::Dim);
            } else {
                self.table(sheet, &table);
            }
        }
        for note in &sheet.notes_on_paper() {
            self.text(note, NOTE, Ink::Text);
        }
        self.setter.y += 12_000;
        let inside = std::mem::replace(&mut self.parts, before);
        self.parts.push(Part::of(Role::Section, inside));
    }

    fn text(&mut self, text: &str, set: Type, ink: Ink) {
        // At least two lines stay together.
        self.setter.need(2 * set.leading());
        self.paragraph(text, set, ink, Role::Paragraph);
        self.setter.y += set.size / 3;
    }

    fn table(&mut self, sheet: &Sheet, table: &Table<'_>) {
        if sheet.has_amounts() {
            self.setter.need(NOTE.leading() + table.beginning());
            self.paragraph(LEGEND, NOTE, Ink::Dim, Role::Paragraph);
            self.setter.y += 3_000;
        }
        let part = table.set(&mut self.setter);
        self.parts.push(part);
        self.setter.y += 7_000;
        for drawn in &sheet.charts {
            let parts = chart::set(drawn, sheet, &mut self.setter, self.letters);
            self.parts.extend(parts);
        }
    }

    fn feet(&mut self, paper: &Paper) {
        let footer = settable(&paper.foot());
        let pages = self.setter.pages.len();
        for (number, page) in self.setter.pages.iter_mut().enumerate() {
            let (width, y) = (page.width(), page.height() - 34_000);
            let numbered = format!("Page {} of {pages}", number + 1);
            let right = width - SIDE - self.letters.width(&numbered, NOTE);
            let room = right - SIDE - 16_000;
            let footer = self.letters.wrapped(&footer, NOTE, room).into_iter().next().unwrap_or_default();
            let mut put = |x, y, ink, drawn| {
                page.pieces.push(super::setting::Piece { x, y, ink, drawn, belongs: Belongs::Foot });
            };
            put(SIDE, y - 13_000, Ink::Rule, Drawn::Area(width - 2 * SIDE, 500));
            put(SIDE, y, Ink::Dim, Drawn::Words(footer, NOTE));
            put(right, y, Ink::Dim, Drawn::Words(numbered, NOTE));
        }
    }
}
