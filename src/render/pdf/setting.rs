//! What stands where: pages of pieces, and the parts of the paper that the pieces belong to, in the
//! order in which they are read. Knows nothing of papers, nor of the file that is made of it.

use super::Length;
use super::letters::Type;

/// A4, as wide as it is when it stands, and as high.
const NARROW: Length = 595_276;
const LONG: Length = 841_890;
/// What is left free at the sides, above, and below, where the foot of the page stands.
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
    /// Of the first, second, … of a chart's columns.
    Series(usize),
}

/// What a piece is to somebody who has the paper read aloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Belongs {
    /// To a part of the paper, by the number of its mark.
    To(usize),
    /// To the page: its foot.
    Foot,
    /// To the page: headings that are repeated on top of it.
    Repeated,
    /// To nothing: a rule.
    Nothing,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Drawn {
    /// Words on one line, from their left and the line they stand on.
    Words(String, Type),
    /// A filled area, this wide and high, from its top left corner.
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

/// How wide what stands on a page may be.
pub(super) const fn room_across(is_landscape: bool) -> Length {
    (if is_landscape { LONG } else { NARROW }) - 2 * SIDE
}

/// What a part of the paper is.
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
    /// A heading of a row, across so many columns.
    RowHeading(u32),
    Cell,
    /// A drawing, in words, and where it is: page, left, top, width, height.
    Figure(String, Option<(usize, [Length; 4])>),
}

/// A part of the paper: marks of the pieces in it, and parts.
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

/// A paper, set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Set {
    pub(super) pages: Vec<Page>,
    pub(super) parts: Vec<Part>,
    /// Headings to find by, each with its page and how far down it stands.
    pub(super) bookmarks: Vec<(String, usize, Length)>,
}

/// Where the next piece goes.
#[derive(Debug)]
pub(super) struct Setter {
    pub(super) pages: Vec<Page>,
    /// How far down the page is taken.
    pub(super) y: Length,
    marks: usize,
}

impl Setter {
    /// A first page, which stands.
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

    /// How wide what stands on this page may be.
    pub(super) fn across(&self) -> Length {
        room_across(self.is_landscape())
    }

    /// The number of the last page, from 0.
    pub(super) fn page(&self) -> usize {
        self.pages.len().saturating_sub(1)
    }

    /// How much room there is on a page with nothing on it.
    pub(super) fn whole(&self) -> Length {
        self.pages.last().map_or(0, Page::height) - ABOVE - BELOW
    }

    /// How much room is left on this page.
    pub(super) fn left(&self) -> Length {
        ABOVE + self.whole() - self.y
    }

    /// Turns the page where less room than this is left.
    pub(super) fn need(&mut self, height: Length) {
        if self.left() < height && self.y > ABOVE {
            self.turn(self.is_landscape());
        }
    }

    /// A mark for pieces of a part that stand on one page.
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

    /// A rule across, this high.
    pub(super) fn rule(&mut self, x: Length, width: Length, height: Length, ink: Ink) {
        self.put(x, self.y, ink, Drawn::Area(width, height), Belongs::Nothing);
    }
}
