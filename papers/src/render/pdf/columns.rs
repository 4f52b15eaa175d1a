//! The widths of a table's columns: figures and dates have their full width, text shares the rest.

use super::Length;
use super::letters::{Face, Letters, Type};
use super::setting::room_across;
use crate::render::settable;
use crate::sheet::{Cell, Kind, Row, Sheet, Style};

/// The font sizes of a table, and whether whole words must fit or may be broken at hyphens and slashes: the
/// first that fits is used.
const SIZES: [(Length, bool); 6] =
    [(9_000, true), (8_000, true), (7_000, true), (8_000, false), (7_000, false), (6_000, false)];
const FIRST: Length = SIZES[0].0;
/// Half of the space between two columns.
pub(super) const GAP: Length = 4_000;
/// The width from which a text column is readable.
const READABLE: Length = 88_000;
/// The width from which a word may be broken.
const WIDEST_WORD: Length = 130_000;
/// The closing bracket of negative figures, which is to the right of all other figures.
const BRACKET: char = ')';

/// A column with its layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Track {
    /// Its index among the sheet's columns.
    pub(super) at: usize,
    pub(super) kind: Kind,
    /// Its width, with the gaps on both sides.
    pub(super) width: Length,
}

/// The columns of a sheet on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tracks {
    pub(super) tracks: Vec<Track>,
    pub(super) size: Length,
    pub(super) is_landscape: bool,
}

impl Tracks {
    /// Returns the font of a row.
    pub(super) const fn set(&self, style: Style) -> Type {
        match style {
            Style::Normal => Type { face: Face::Regular, size: self.size },
            Style::Heading | Style::Subtotal | Style::Total => Type { face: Face::Semibold, size: self.size },
        }
    }

    /// Returns the space reserved for the bracket of negative figures.
    pub(super) fn bracket(&self, letters: &Letters, style: Style) -> Length {
        letters.letter(self.set(style).face, BRACKET).width * self.size / 1_000
    }
}

/// The widths that a column needs.
#[derive(Clone, Copy, Debug)]
struct Need {
    /// For every cell to fit on one line.
    all: Length,
    /// For its text to be readable.
    fair: Length,
    /// For no word to be broken.
    whole: Length,
    /// For no word to be broken except at hyphens and slashes.
    least: Length,
}

/// Returns the columns of a sheet, in portrait where they fit, else in landscape.
pub(super) fn tracks(sheet: &Sheet, letters: &Letters) -> Tracks {
    let columns: Vec<(usize, Kind)> = sheet.on_paper().map(|(at, column)| (at, column.kind)).collect();
    let needs: Vec<Need> = columns.iter().map(|(at, kind)| need(sheet, *at, *kind, letters)).collect();
    let sum = |need: fn(&Need) -> Length, size: Length| -> Length {
        needs.iter().map(|it| with_gaps(need(it), size)).sum()
    };
    let is_landscape = sum(|need| need.fair, FIRST) > room_across(false);
    let room = room_across(is_landscape);
    let fits = SIZES.into_iter().find(|(size, is_whole)| match is_whole {
        true => sum(|need| need.whole, *size) <= room,
        false => sum(|need| need.least, *size) <= room,
    });
    let (size, is_whole) = fits.unwrap_or(SIZES[SIZES.len() - 1]);
    let scaled = needs.iter().map(|need| Need {
        all: with_gaps(need.all, size),
        fair: with_gaps(need.fair, size),
        whole: with_gaps(need.whole, size),
        least: with_gaps(if is_whole { need.whole } else { need.least }, size),
    });
    let is_words: Vec<bool> = columns.iter().map(|(_, kind)| *kind == Kind::Text).collect();
    let widths = widths(&scaled.collect::<Vec<_>>(), &is_words, room);
    let tracks = columns.iter().zip(widths).map(|((at, kind), width)| Track { at: *at, kind: *kind, width });
    Tracks { tracks: tracks.collect(), size, is_landscape }
}

/// Returns the widths that a column needs in the first size.
fn need(sheet: &Sheet, at: usize, kind: Kind, letters: &Letters) -> Need {
    let tracks = Tracks { tracks: Vec::new(), size: FIRST, is_landscape: false };
    let bold = tracks.set(Style::Total);
    let (mut all, mut word, mut piece) = (0, 0, 0);
    for row in sheet.rows.iter().filter(|row| row.style != Style::Heading) {
        let (text, set) = (cell_text(row, at), tracks.set(row.style));
        let bracket = match row.cells.get(at) {
            Some(Cell::Money(amount)) if !amount.is_negative() => tracks.bracket(letters, row.style),
            _ => 0,
        };
        all = all
            .max(text.split('\n').map(|line| letters.width(line, set)).max().unwrap_or_default() + bracket);
        if kind == Kind::Text {
            word = word.max(letters.widest(&text, &[' ', '\n'], set));
            piece = piece.max(letters.widest(&text, &[' ', '\n', '-', '/'], set));
        }
    }
    let heading = sheet.columns.get(at).map_or("", |column| column.heading);
    let bracket = if kind == Kind::Money { tracks.bracket(letters, Style::Total) } else { 0 };
    let heading_word = letters.widest(heading, &[' '], bold) + bracket;
    let is_words = kind == Kind::Text;
    let needed = |word: Length| if is_words { word.min(WIDEST_WORD) } else { all }.max(heading_word);
    let (whole, least) = (needed(word), needed(piece));
    let all = all.max(heading_word);
    let fair = if is_words { all.min(READABLE).max(whole) } else { all };
    Need { all, fair, whole, least }
}

/// Converts a width in the first size to another, with gaps and rounding.
const fn with_gaps(width: Length, size: Length) -> Length {
    width * size / FIRST + 2 * GAP + 100
}

pub(super) fn cell_text(row: &Row, at: usize) -> String {
    settable(&row.cells.get(at).map(Cell::on_paper).unwrap_or_default())
}

/// Distributes the width: first the minimum of each column, then its need, then the rest to text columns.
fn widths(needs: &[Need], is_words: &[bool], room: Length) -> Vec<Length> {
    let least: Length = needs.iter().map(|need| need.least).sum();
    if least > room {
        return needs.iter().map(|need| need.least * room / least.max(1)).collect();
    }
    let fair = shared(&needs.iter().map(|need| (need.least, need.fair)).collect::<Vec<_>>(), room);
    let bounds = fair.iter().zip(needs).map(|(fair, need)| (*fair, need.all.max(*fair)));
    let full = shared(&bounds.collect::<Vec<_>>(), room);
    let left = room - full.iter().sum::<Length>();
    let takers: Vec<Length> = match is_words.contains(&true) {
        true => {
            full.iter().zip(is_words).map(|(width, is_words)| if *is_words { *width } else { 0 }).collect()
        }
        false => full.clone(),
    };
    let sum = takers.iter().sum::<Length>().max(1);
    full.iter().zip(&takers).map(|(width, taker)| width + left * taker / sum).collect()
}

/// Gives each column the width it needs or, where there is not enough, a proportion between the two.
fn shared(bounds: &[(Length, Length)], room: Length) -> Vec<Length> {
    let least: Length = bounds.iter().map(|(least, _)| least).sum();
    let wanted: Length = bounds.iter().map(|(least, most)| most - least).sum();
    let given = (room - least).clamp(0, wanted);
    bounds.iter().map(|(least, most)| least + (most - least) * given / wanted.max(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_their_full_width_and_text_shares_the_rest() {
        let figure = Need { all: 50, fair: 50, whole: 50, least: 50 };
        let words = |all, least| Need { all, fair: all.min(60), whole: least, least };
        for (needs, is_words, room, expected) in [
            (vec![words(100, 20), figure], vec![true, false], 200, [150, 50]),
            (vec![words(100, 20), figure], vec![true, false], 130, [80, 50]),
            (vec![words(100, 20), figure], vec![true, false], 90, [40, 50]),
            (vec![words(100, 40), words(300, 40)], vec![true, true], 160, [65, 94]),
            (vec![figure, figure], vec![false, false], 140, [70, 70]),
            (vec![words(100, 100), figure], vec![true, false], 75, [50, 25]),
        ] {
            assert_eq!(widths(&needs, &is_words, room), expected, "{needs:?} in {room}");
        }
    }
}
