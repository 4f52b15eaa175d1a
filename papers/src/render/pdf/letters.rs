//! The glyphs of the two fonts: their coverage, widths and line breaks.

use skrifa::raw::TableProvider;
use skrifa::{FontRef, MetadataProvider};

use super::Length;

/// Source Sans 3; its licence is in the same folder.
const REGULAR: &[u8] = include_bytes!("fonts/SourceSans3-Regular.ttf");
const SEMIBOLD: &[u8] = include_bytes!("fonts/SourceSans3-Semibold.ttf");
/// The glyph for characters that the fonts lack; the character itself can be copied or read aloud.
const UNKNOWN: char = '□';

/// One of the two fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    Regular,
    Semibold,
}

/// The font and size of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Type {
    pub(super) face: Face,
    pub(super) size: Length,
}

impl Type {
    /// Returns the distance from one line to the next.
    pub(super) const fn leading(self) -> Length {
        self.size * 13 / 10
    }
}

/// A glyph of a font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    /// Its number in the font.
    pub(super) glyph: u32,
    /// Its width in thousandths of the font size.
    pub(super) width: Length,
}

/// What there is of each of the two fonts.
pub(super) struct Faces<T> {
    regular: T,
    semibold: T,
}

impl<T> Faces<T> {
    /// Reads both font files.
    pub(super) fn read<E>(read: impl Fn(&'static [u8]) -> Result<T, E>) -> Result<Faces<T>, E> {
        Ok(Faces { regular: read(REGULAR)?, semibold: read(SEMIBOLD)? })
    }

    pub(super) const fn of(&self, face: Face) -> &T {
        match face {
            Face::Regular => &self.regular,
            Face::Semibold => &self.semibold,
        }
    }
}

/// The parsed fonts.
pub(super) struct Letters(Faces<Font>);

struct Font {
    font: FontRef<'static>,
    /// The glyphs of ASCII, which are the most common.
    usual: Vec<Letter>,
}

impl Font {
    fn new(bytes: &'static [u8]) -> Result<Font, String> {
        let font = FontRef::new(bytes).map_err(|error| error.to_string())?;
        let usual = (0..128_u8).map(|it| letter(&font, char::from(it))).collect::<Result<_, _>>()?;
        Ok(Font { font, usual })
    }
}

/// Returns the glyph of a character, or that for missing characters.
fn letter(font: &FontRef<'_>, character: char) -> Result<Letter, String> {
    let charmap = font.charmap();
    let glyph = charmap.map(character).or_else(|| charmap.map(UNKNOWN)).unwrap_or_default();
    let metrics = font.hmtx().map_err(|error| error.to_string())?;
    let units = font.head().map_err(|error| error.to_string())?.units_per_em();
    let advance = metrics.advance(glyph).unwrap_or_default();
    Ok(Letter { glyph: glyph.to_u32(), width: Length::from(advance) * 1_000 / Length::from(units.max(1)) })
}

impl Letters {
    /// Parses the fonts.
    pub(super) fn new() -> Result<Letters, String> {
        Faces::read(Font::new).map(Letters)
    }

    pub(super) fn letter(&self, face: Face, character: char) -> Letter {
        let font = self.0.of(face);
        let usual = font.usual.get(character as usize).copied();
        usual.or_else(|| letter(&font.font, character).ok()).unwrap_or(Letter { glyph: 0, width: 0 })
    }

    /// Returns the width of text on one line.
    pub(super) fn width(&self, text: &str, set: Type) -> Length {
        text.chars().map(|it| self.letter(set.face, it).width * set.size / 1_000).sum()
    }

    /// Returns the width of the widest piece between separators, with its visible separator.
    pub(super) fn widest(&self, text: &str, between: &[char], set: Type) -> Length {
        let pieces = text.split_inclusive(between).map(|piece| piece.trim_end_matches([' ', '\n']));
        pieces.map(|piece| self.width(piece, set)).max().unwrap_or_default()
    }

    /// Splits a text into lines of a width. A line that ends between words includes the space.
    pub(super) fn wrapped(&self, text: &str, set: Type, room: Length) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let (mut line, mut taken) = (String::new(), 0);
            for word in paragraph.split_inclusive(' ') {
                let width = self.width(word.trim_end_matches(' '), set);
                if taken > 0 && taken + width > room {
                    lines.push(std::mem::take(&mut line));
                    taken = 0;
                }
                let (rest, broken) = self.broken(word, set, if width > room { room } else { Length::MAX });
                lines.extend(broken);
                line.push_str(rest);
                taken += self.width(rest, set);
            }
            lines.push(line);
        }
        lines
    }

    /// Splits a word wider than a line into whole lines and a remainder.
    fn broken<'a>(&self, word: &'a str, set: Type, room: Length) -> (&'a str, Vec<String>) {
        let (mut rest, mut lines) = (word, Vec::new());
        loop {
            let mut taken = 0;
            let outside = rest.trim_end_matches(' ').char_indices().find(|(at, character)| {
                taken += self.letter(set.face, *character).width * set.size / 1_000;
                *at > 0 && taken > room
            });
            let Some((at, _)) = outside else { return (rest, lines) };
            let at = rest[..at].rfind(['-', '/']).map_or(at, |joint| joint + 1);
            let (line, after) = rest.split_at(at);
            lines.push(line.to_owned());
            rest = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_within_words_that_are_too_wide() {
        let letters = Letters::new().unwrap();
        let set = Type { face: Face::Regular, size: 10_000 };
        // A figure is 4.97 points wide, a space 2.
        for (text, room, expected) in [
            ("", 50_000, &[""][..]),
            ("11 22 33", 50_000, &["11 22 33"]),
            ("11 22 33", 21_000, &["11 ", "22 ", "33"]),
            ("1111111111", 25_000, &["11111", "11111"]),
            ("11-11-11-11", 25_000, &["11-", "11-", "11-11"]),
            ("1 1111111111 1", 25_000, &["1 ", "11111", "11111 ", "1"]),
            ("1\n2", 25_000, &["1", "2"]),
        ] {
            let lines = letters.wrapped(text, set, room);
            assert_eq!(lines, expected, "{text}");
            assert_eq!(lines.concat().replace('\n', ""), text.replace('\n', ""));
        }
    }

    #[test]
    fn figures_have_equal_width_and_pounds_and_dashes_exist() {
        let letters = Letters::new().unwrap();
        for face in [Face::Regular, Face::Semibold] {
            let width = |it| letters.letter(face, it).width;
            assert!(('0'..='9').all(|it| width(it) == width('0')));
            let unknown = letters.letter(face, UNKNOWN);
            assert!("£–…’ŵŷâé".chars().all(|it| letters.letter(face, it) != unknown));
            assert_eq!(letters.letter(face, '語'), unknown);
            assert_ne!(unknown.glyph, 0);
        }
    }
}
