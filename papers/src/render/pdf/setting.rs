//! The layout: pages of pieces, and the parts of the paper to which they belong, in reading order. This module
//! does not know papers or the PDF file.

use super::Length;
use super::letters::Type;

/// The width and height of A4 in portrait.
const NARROW: Length = 595_276;
const LONG: Length = 841_890;
/// The margins at the sides, at the top, and at the bottom, which contains the footer.
pub(super) const SIDE: Length = 51_000;
pub(super) const ABOVE: Length = 51_000;
const BELOW: Length = 62_000;

/// A colour of the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Text,
    Dim,
    Strong,
    Rule,
    Band,
    /// The colour of a series of a chart, by its index.
    Series(usize),
}

/// The role of a piece for screen readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Belongs {
    /// Content of a part of the paper, by the number of its mark.
    To(usize),
    /// The footer of the page.
    Foot,
    /// Repeated headings at the top of the page.
    Repeated,
    /// Decoration, such as a rule.
    Nothing,
}

/// The content of a piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Drawn {
    /// Text on one line, from its left end and baseline.
    Words(String, Type),
    /// A filled rectangle of a width and height, from its top left corner.
    Area(Length, Length),
}

/// A piece of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) x: Length,
    pub(super) y: Length,
    pub(super) ink: Ink,
    pub(super) drawn: Drawn,
    pub(super) belongs: Belongs,
}

/// A page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) is_landscape: bool,
    pub(super) pieces: Vec<Piece>,
}

impl Page {
    pub(super) const fn width(&self) -> Length {
        if self.is_landscape { LONG } else { NARROW }
    }

    pub(super) const fn height(&self) -> Length {
        if self.is_landscape { NARROW } else { LONG }
    }
}

/// Returns the width available on a page.
pub(super) const fn room_across(is_landscape: bool) -> Length {
    (if is_landscape { LONG } else { NARROW }) - 2 * SIDE
}

/// The kind of a part of the paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Heading(u16, String),
    Paragraph,
    Caption,
    Contents,
    ContentsLine,
    Section,
    Table(String),
    TableHead,
    TableBody,
    Row,
    ColumnHeading,
    /// A row heading, with the number of columns it spans.
    RowHeading(u32),
    Cell,
    /// A drawing with its description and place: page, left, top, width, height.
    Figure(String, Option<(usize, [Length; 4])>),
}

/// A part of the paper, with the marks of its pieces and its own parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) role: Role,
    pub(super) marks: Vec<usize>,
    pub(super) parts: Vec<Part>,
}

impl Part {
    pub(super) const fn new(role: Role) -> Part {
        Part { role, marks: Vec::new(), parts: Vec::new() }
    }

    pub(super) const fn of(role: Role, parts: Vec<Part>) -> Part {
        Part { role, marks: Vec::new(), parts }
    }
}

/// A laid-out paper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Set {
    pub(super) pages: Vec<Page>,
    pub(super) parts: Vec<Part>,
    /// The bookmarks, each with its page and distance from the top.
    pub(super) bookmarks: Vec<(String, usize, Length)>,
}

/// The place of the next piece.
#[derive(Debug)]
pub(super) struct Setter {
    pub(super) pages: Vec<Page>,
    /// The distance from the top that is already used.
    pub(super) y: Length,
    marks: usize,
}

impl Setter {
    /// Returns a first page in portrait.
    pub(super) fn new() -> Setter {
        Setter { pages: vec![Page::default()], y: ABOVE, marks: 0 }
    }

    pub(super) fn turn(&mut self, is_landscape: bool) {
        self.pages.push(Page { is_landscape, pieces: Vec::new() });
        self.y = ABOVE;
    }

    pub(super) fn is_landscape(&self) -> bool {
        self.pages.last().is_some_and(|page| page.is_landscape)
    }

    /// Returns the width available on this page.
    pub(super) fn across(&self) -> Length {
        room_across(self.is_landscape())
    }

    /// Returns the index of the last page.
    pub(super) fn page(&self) -> usize {
        self.pages.len().saturating_sub(1)
    }

    /// Returns the height available on an empty page.
    pub(super) fn whole(&self) -> Length {
        self.pages.last().map_or(0, Page::height) - ABOVE - BELOW
    }

    /// Returns the height left on this page.
    pub(super) fn left(&self) -> Length {
        ABOVE + self.whole() - self.y
    }

    /// Starts a new page where less height than this is left.
    pub(super) fn need(&mut self, height: Length) {
        if self.left() < height && self.y > ABOVE {
            self.turn(self.is_landscape());
        }
    }

    /// Returns a mark for pieces of a part on one page.
    pub(super) fn mark(&mut self, part: &mut Part) -> Belongs {
        self.marks += 1;
        part.marks.push(self.marks - 1);
        Belongs::To(self.marks - 1)
    }

    pub(super) fn put(&mut self, x: Length, y: Length, ink: Ink, drawn: Drawn, belongs: Belongs) {
        if let Some(page) = self.pages.last_mut() {
            page.pieces.push(Piece { x, y, ink, drawn, belongs });
        }
    }

    /// Adds a horizontal rule of a height.
    pub(super) fn rule(&mut self, x: Length, width: Length, height: Length, ink: Ink) {
        self.put(x, self.y, ink, Drawn::Area(width, height), Belongs::Nothing);
    }
}
