//! Charts of a sheet's figures: bars with names and amounts beside them, or columns over a scale.

use almoner_ledger::money::Money;

use super::Length;
use super::letters::{Face, Letters, Type, settable};
use super::setting::{Belongs, Drawn, Ink, Part, Role, SIDE, Setter};
use crate::render::chart::scale::{Scale, round_words};
use crate::render::chart::{Lines, summary};
use crate::sheet::{Chart, Shape, Sheet, on_paper};

const TITLE: Type = Type { face: Face::Semibold, size: 10_000 };
const WORDS: Type = Type { face: Face::Regular, size: 8_000 };
/// The thickness of a bar, and the gaps between bars and between lines.
const BAR: Length = 8_500;
const BETWEEN: Length = 1_500;
const GAP: Length = 6_500;
/// The space for names left of bars, and for amounts right of them.
const NAMES: Length = 150_000;
const FIGURES: Length = 62_000;
/// The space for the scale left of columns, and the maximum height of columns.
const SCALE: Length = 52_000;
const HEIGHT: Length = 140_000;
/// The maximum width of a column.
const WIDEST: Length = 20_000;
/// The height of a line of text.
const LINE: Length = 14_000;
const HAIR: Length = 400;

/// A chart being laid out.
struct Drawing<'a> {
    setter: &'a mut Setter,
    letters: &'a Letters,
    part: Part,
    belongs: Belongs,
}

/// Lays out a chart with its title. One higher than a page is continued.
pub(super) fn set(chart: &Chart, sheet: &Sheet, setter: &mut Setter, letters: &Letters) -> Vec<Part> {
    let lines = chart.lines(sheet);
    if lines.is_empty() || chart.series.is_empty() {
        return Vec::new();
    }
    let headings = chart.headings(sheet);
    let height = match chart.shape {
        Shape::Bars => of_line(&lines) * Length::try_from(lines.len()).unwrap_or(Length::MAX / 1_000_000),
        Shape::Columns => HEIGHT + 2 * LINE,
    };
    let above = TITLE.leading() + LINE + GAP;
    setter.y += 10_000;
    setter.need((above + height).min(setter.whole()));
    let mut caption = Part::new(Role::Caption);
    let belongs = setter.mark(&mut caption);
    let title = Drawn::Words(settable(&chart.title), TITLE);
    setter.put(SIDE, setter.y + TITLE.size, Ink::Strong, title, belongs);
    setter.y += TITLE.leading() + GAP;

    let (page, top) = (setter.page(), setter.y);
    let mut part = Part::new(Role::Paragraph);
    let belongs = setter.mark(&mut part);
    let mut drawing = Drawing { setter, letters, part, belongs };
    drawing.legend(&headings);
    match chart.shape {
        Shape::Bars => drawing.bars(&lines),
        Shape::Columns => drawing.columns(&lines),
    }
    let mut part = drawing.part;
    let place = (setter.page() == page).then(|| (page, [SIDE, top, setter.across(), setter.y - top]));
    part.role = Role::Figure(settable(&format!("{}. {}", chart.title, summary(&lines, &headings))), place);
    setter.y += 8_000;
    vec![caption, part]
}

/// Returns the height of a line of bars.
fn of_line(lines: &Lines) -> Length {
    let series = lines.iter().map(|(_, amounts)| amounts.len()).max().unwrap_or_default();
    Length::try_from(series).unwrap_or_default() * (BAR + BETWEEN) + GAP
}

impl Drawing<'_> {
    fn words(&mut self, x: Length, y: Length, ink: Ink, text: &str) {
        let drawn = Drawn::Words(settable(text), WORDS);
        self.setter.put(x, y, ink, drawn, self.belongs);
    }

    fn words_to(&mut self, right: Length, y: Length, ink: Ink, text: &str) {
        let width = self.letters.width(text, WORDS);
        self.words(right - width, y, ink, text);
    }

    fn area(&mut self, x: Length, y: Length, size: (Length, Length), ink: Ink) {
        if size.0 > 0 && size.1 > 0 {
            self.setter.put(x, y, ink, Drawn::Area(size.0, size.1), self.belongs);
        }
    }

    /// Lays out the legend.
    fn legend(&mut self, headings: &[&str]) {
        let (mut x, y) = (SIDE, self.setter.y);
        for (series, heading) in headings.iter().enumerate() {
            self.area(x, y + 1_500, (8_000, 8_000), Ink::Series(series));
            self.words(x + 12_000, y + WORDS.size, Ink::Text, heading);
            x += 12_000 + self.letters.width(heading, WORDS) + 16_000;
        }
        self.setter.y += LINE + GAP;
    }

    /// Lays out horizontal bars, each with its amount.
    fn bars(&mut self, lines: &Lines) {
        let room = self.setter.across() - NAMES - FIGURES;
        let scale = Scale::of(lines.iter().flat_map(|(_, amounts)| amounts), room);
        let zero = SIDE + NAMES + scale.below();
        let each = of_line(lines);
        let mut axis = self.setter.y;
        for (name, amounts) in lines {
            if self.setter.left() < each {
                self.area(zero, axis, (HAIR, self.setter.y - axis), Ink::Text);
                self.setter.turn(self.setter.is_landscape());
                self.belongs = self.setter.mark(&mut self.part);
                axis = self.setter.y;
            }
            let mut y = self.setter.y + GAP / 2;
            let name = self.cut(name, NAMES - 8_000);
            self.words_to(SIDE + NAMES - 8_000, y + BAR - 1_500, Ink::Text, &name);
            for (series, amount) in amounts.iter().enumerate() {
                let long = scale.length(*amount);
                let x = if amount.is_negative() { zero - long } else { zero };
                self.area(x, y, (long, BAR), Ink::Series(series));
                let right = if amount.is_negative() { zero } else { zero + long };
                let ink = if amount.is_zero() { Ink::Dim } else { Ink::Text };
                self.words(right + 4_000, y + BAR - 1_500, ink, &on_paper(*amount));
                y += BAR + BETWEEN;
            }
            self.setter.y += each;
        }
        self.area(zero, axis, (HAIR, self.setter.y - axis), Ink::Text);
    }

    /// Returns as much of a name as fits.
    fn cut(&self, name: &str, room: Length) -> String {
        if self.letters.width(name, WORDS) <= room {
            return name.to_owned();
        }
        let mut short = String::new();
        let mut taken = self.letters.width("…", WORDS);
        for character in name.chars() {
            taken += self.letters.width(character.encode_utf8(&mut [0; 4]), WORDS);
            if taken > room {
                break;
            }
            short.push(character);
        }
        format!("{}…", short.trim_end())
    }

    /// Lays out vertical columns with a scale.
    fn columns(&mut self, lines: &Lines) {
        let count = Length::try_from(lines.len()).unwrap_or(Length::MAX).max(1);
        let series = lines.iter().map(|(_, amounts)| amounts.len()).max().unwrap_or_default().max(1);
        let series = Length::try_from(series).unwrap_or(1);
        let scale = Scale::of(lines.iter().flat_map(|(_, amounts)| amounts), HEIGHT);
        let (top, across) = (self.setter.y, self.setter.across());
        let zero = top + HEIGHT - scale.below();
        let level = |amount: Money| match amount.is_negative() {
            true => zero + scale.length(amount),
            false => zero - scale.length(amount),
        };
        for amount in scale.marks() {
            self.area(SIDE + SCALE, level(amount), (across - SCALE, HAIR), Ink::Rule);
            self.words_to(SIDE + SCALE - 5_000, level(amount) + 2_700, Ink::Dim, &round_words(amount));
        }
        let room = (across - SCALE) / count;
        let thick = ((room * 8 / 10) / series - 600).clamp(200, WIDEST);
        let widest = lines.iter().map(|(name, _)| self.letters.width(name, WORDS)).max().unwrap_or_default();
        // Names that would overlap are omitted; the table has them all.
        let named = usize::try_from((widest + 4_000) / room.max(1) + 1).unwrap_or(1);
        let mut left = SIDE + SCALE;
        for (line, (name, amounts)) in lines.iter().enumerate() {
            let mut x = left + (room - series * (thick + 600)) / 2;
            for (series, amount) in amounts.iter().enumerate() {
                let high = scale.length(*amount);
                let y = if amount.is_negative() { zero } else { zero - high };
                self.area(x, y, (thick, high), Ink::Series(series));
                x += thick + 600;
            }
            if line % named == 0 {
                let width = self.letters.width(name, WORDS);
                self.words(left + (room - width) / 2, top + HEIGHT + LINE - 2_000, Ink::Text, name);
            }
            left += room;
        }
        self.area(SIDE + SCALE, zero, (across - SCALE, 2 * HAIR), Ink::Text);
        self.setter.y += HEIGHT + 2 * LINE;
    }
}
