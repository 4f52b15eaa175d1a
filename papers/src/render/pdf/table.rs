//! A table on pages, with headings repeated on each, rows that stay together and aligned figures.

use almoner_ledger::money::Money;

use super::Length;
use super::columns::{GAP, Tracks, cell_text};
use super::letters::{Letters, Type};
use super::setting::{Belongs, Drawn, Ink, Part, Role, SIDE, Setter};
use crate::sheet::{Cell, Column, Kind, Row, Sheet, Style};

/// The space above and below the lines of a row.
const PAD: Length = 2_600;
/// The rules between rows, and around tables and totals.
const THIN: Length = 400;
const THICK: Length = 900;
/// The minimum number of lines on each page where a row is split.
const FEWEST_LINES: usize = 3;

/// A table being laid out.
pub(super) struct Table<'a> {
    sheet: &'a Sheet,
    tracks: &'a Tracks,
    letters: &'a Letters,
    headings: Vec<Vec<String>>,
}

/// A laid-out row: the lines of each column, or of the only cell of a heading.
struct Line<'a> {
    row: &'a Row,
    cells: Vec<Vec<String>>,
    lines: usize,
}

impl<'a> Table<'a> {
    pub(super) fn new(sheet: &'a Sheet, tracks: &'a Tracks, letters: &'a Letters) -> Table<'a> {
        let mut table = Table { sheet, tracks, letters, headings: Vec::new() };
        let bold = tracks.set(Style::Total);
        table.headings = (tracks.tracks.iter())
            .map(|track| {
                let room = track.width - 2 * GAP - table.inset(track.kind, Style::Total);
                letters.wrapped(table.column(track.at).map_or("", |column| column.heading), bold, room)
            })
            .collect();
        table
    }

    fn column(&self, at: usize) -> Option<&'a Column> {
        self.sheet.columns.get(at)
    }

    /// Returns the distance of figures from the right edge: a bracket's width, except for those with one.
    fn inset(&self, kind: Kind, style: Style) -> Length {
        if kind == Kind::Money { self.tracks.bracket(self.letters, style) } else { 0 }
    }

    fn leading(&self) -> Length {
        self.tracks.set(Style::Normal).leading()
    }

    fn height(&self, lines: usize) -> Length {
        self.leading() * Length::try_from(lines).unwrap_or(Length::MAX / 1_000_000) + 2 * PAD
    }

    fn heading_lines(&self) -> usize {
        self.headings.iter().map(Vec::len).max().unwrap_or(1)
    }

    /// Returns the minimum height for the start of the table: its headings and first rows.
    pub(super) fn beginning(&self) -> Length {
        self.height(self.heading_lines()) + self.height(3)
    }

    pub(super) fn set(&self, setter: &mut Setter) -> Part {
        setter.need(self.beginning());
        let mut head = Part::new(Role::Row);
        self.heading_row(setter, Some(&mut head));
        let mut body = Part::new(Role::TableBody);
        let mut rows = self.sheet.rows.iter().map(|row| self.line(row)).peekable();
        while let Some(line) = rows.next() {
            let next = rows.peek();
            // Sums stay with their last lines, and headings with their first.
            let keeps = |next: &&Line<'_>| {
                line.row.style == Style::Heading || matches!(next.row.style, Style::Subtotal | Style::Total)
            };
            let kept = next.filter(keeps).map_or(0, |next| self.height(next.lines.min(FEWEST_LINES)));
            body.parts.push(self.row(setter, &line, kept));
        }
        setter.rule(SIDE, setter.across(), THICK, Ink::Strong);
        setter.y += THICK;
        Part::of(Role::Table(self.sheet.title.clone()), vec![Part::of(Role::TableHead, vec![head]), body])
    }

    /// Lays out the column headings: content on the first page, repeated on the others.
    fn heading_row(&self, setter: &mut Setter, mut part: Option<&mut Part>) {
        let height = self.height(self.heading_lines());
        let (top, across) = (setter.y, setter.across());
        setter.put(SIDE, top, Ink::Band, Drawn::Area(across, height), Belongs::Nothing);
        setter.rule(SIDE, across, THICK, Ink::Strong);
        let set = self.tracks.set(Style::Total);
        let mut x = SIDE;
        for (track, lines) in self.tracks.tracks.iter().zip(&self.headings) {
            let mut cell = Part::new(Role::ColumnHeading);
            let belongs = if part.is_some() { setter.mark(&mut cell) } else { Belongs::Repeated };
            // Headings are aligned at the bottom.
            let free = Length::try_from(self.heading_lines() - lines.len()).unwrap_or_default();
            let y = top + PAD + free * self.leading();
            let inset = self.inset(track.kind, Style::Total);
            let (width, kind) = (track.width, track.kind);
            self.words(setter, lines, Words { x, y, width, inset, kind, set, ink: Ink::Strong, belongs });
            if let Some(part) = part.as_deref_mut() {
                part.parts.push(cell);
            }
            x += track.width;
        }
        setter.y = top + height;
        setter.rule(SIDE, across, THIN, Ink::Strong);
    }

    fn line<'r>(&self, row: &'r Row) -> Line<'r> {
        let set = self.tracks.set(row.style);
        let cells: Vec<Vec<String>> = if row.style == Style::Heading {
            let across = self.tracks.tracks.iter().map(|track| track.width).sum::<Length>();
            vec![self.letters.wrapped(&cell_text(row, 0), set, across - 2 * GAP)]
        } else {
            let wrapped = |at, kind, width: Length| match kind {
                Kind::Text => self.letters.wrapped(&cell_text(row, at), set, width - 2 * GAP),
                Kind::Money | Kind::Date | Kind::Count => {
                    cell_text(row, at).split('\n').map(str::to_owned).collect()
                }
            };
            self.tracks.tracks.iter().map(|track| wrapped(track.at, track.kind, track.width)).collect()
        };
        let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
        Line { row, cells, lines }
    }

    /// Lays out a row, on the next page where it and the rows that stay with it do not fit. A row higher than a
    /// page is continued.
    fn row(&self, setter: &mut Setter, line: &Line<'_>, kept: Length) -> Part {
        let mut part = Part::new(Role::Row);
        part.parts =
            (line.cells.iter().enumerate()).map(|(place, _)| Part::new(self.role(line, place))).collect();
        let (mut from, mut fewest) = (0, FEWEST_LINES);
        loop {
            let rest = line.lines - from;
            if self.height(rest) + kept <= setter.left() {
                self.piece(setter, line, from..line.lines, &mut part);
                return part;
            }
            let whole = setter.whole() - self.height(self.heading_lines());
            let fit = usize::try_from((setter.left() - 2 * PAD) / self.leading()).unwrap_or_default();
            let is_higher_than_pages = self.height(rest) + kept > whole;
            if is_higher_than_pages && fit >= fewest {
                let to = (from + fit.max(1)).min(line.lines);
                self.piece(setter, line, from..to, &mut part);
                from = to;
                if from == line.lines {
                    return part;
                }
            }
            setter.rule(SIDE, setter.across(), THIN, Ink::Strong);
            setter.turn(setter.is_landscape());
            self.heading_row(setter, None);
            // An empty page takes as many lines as fit.
            fewest = 0;
        }
    }

    fn role(&self, line: &Line<'_>, place: usize) -> Role {
        let across = u32::try_from(self.tracks.tracks.len()).unwrap_or(1);
        let is_named = line.cells.first().is_some_and(|lines| lines.iter().any(|line| !line.is_empty()));
        match line.row.style {
            Style::Heading => Role::RowHeading(across),
            Style::Normal | Style::Subtotal | Style::Total if place == 0 && is_named => Role::RowHeading(1),
            Style::Normal | Style::Subtotal | Style::Total => Role::Cell,
        }
    }

    /// Lays out lines of a row.
    fn piece(&self, setter: &mut Setter, line: &Line<'_>, lines: std::ops::Range<usize>, part: &mut Part) {
        let (top, across, style) = (setter.y, setter.across(), line.row.style);
        let height = self.height(lines.len());
        if lines.start == 0 {
            let (rule, ink) = match style {
                Style::Total => (THICK, Ink::Strong),
                Style::Subtotal => (THIN, Ink::Strong),
                Style::Heading | Style::Normal => (THIN, Ink::Rule),
            };
            setter.rule(SIDE, across, rule, ink);
        }
        let set = self.tracks.set(style);
        let mut x = SIDE;
        for (place, (cell, part)) in line.cells.iter().zip(&mut part.parts).enumerate() {
            let Some(track) = self.tracks.tracks.get(place) else { continue };
            let shown = cell.get(lines.start..lines.end.min(cell.len())).unwrap_or_default();
            let value = line.row.cells.get(track.at);
            let amount = value.and_then(Cell::amount);
            let (inset, ink) = match style {
                Style::Heading => (0, Ink::Strong),
                _ if value == Some(&Cell::NotStated) => (0, Ink::Dim),
                _ if amount.is_some_and(Money::is_negative) => (0, Ink::Text),
                _ if amount.is_some_and(Money::is_zero) => (self.inset(track.kind, style), Ink::Dim),
                Style::Normal | Style::Subtotal | Style::Total => (self.inset(track.kind, style), Ink::Text),
            };
            let (kind, width) =
                if style == Style::Heading { (Kind::Text, across) } else { (track.kind, track.width) };
            if shown.iter().any(|line| !line.is_empty()) {
                let belongs = setter.mark(part);
                let y = top + PAD;
                self.words(setter, shown, Words { x, y, width, inset, kind, set, ink, belongs });
            }
            x += track.width;
        }
        setter.y = top + height;
    }

    /// Lays out the text of a cell, with figures right-aligned.
    fn words(&self, setter: &mut Setter, lines: &[String], words: Words) {
        let Words { set, ink, belongs, .. } = words;
        let mut y = words.y + set.size;
        for line in lines {
            let x = match words.kind {
                Kind::Text | Kind::Date => words.x + GAP,
                Kind::Money | Kind::Count => {
                    words.x + words.width - GAP - words.inset - self.letters.width(line.trim_end(), set)
                }
            };
            setter.put(x, y, ink, Drawn::Words(line.clone(), set), belongs);
            y += set.leading();
        }
    }
}

/// The place and look of the text of a cell.
struct Words {
    x: Length,
    y: Length,
    width: Length,
    inset: Length,
    kind: Kind,
    set: Type,
    ink: Ink,
    belongs: Belongs,
}
