//! Charts of a sheet's figures: bars with names and amounts beside them, or columns over a scale.

use super::Length;
use super::letters::{Face, Letters, Type};
use super::setting::{Belongs, Drawn, Ink, Part, Role, SIDE, Setter};
use crate::layout::cut_to;
use crate::render::chart::Content;
use crate::render::chart::scale::round_words;
use crate::render::settable;
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
    let Some(content) = Content::of(chart, sheet) else { return Vec::new() };
    let height = match chart.shape {
        Shape::Bars => of_line(&content) * content.counts().0,
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
    drawing.legend(&content.headings);
    match chart.shape {
        Shape::Bars => drawing.bars(&content),
        Shape::Columns => drawing.columns(&content),
    }
    let mut part = drawing.part;
    let place = (setter.page() == page).then(|| (page, [SIDE, top, setter.across(), setter.y - top]));
    part.role = Role::Figure(settable(&format!("{}. {}", chart.title, content.summary())), place);
    setter.y += 8_000;
    vec![caption, part]
}

/// Returns the height of a line of bars.
fn of_line(content: &Content<'_>) -> Length {
    content.counts().1 * (BAR + BETWEEN) + GAP
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
    fn bars(&mut self, content: &Content<'_>) {
        let scale = content.scale(self.setter.across() - NAMES - FIGURES);
        let zero = SIDE + NAMES + scale.below();
        let each = of_line(content);
        let mut axis = self.setter.y;
        for (name, amounts) in &content.lines {
            if self.setter.left() < each {
                self.area(zero, axis, (HAIR, self.setter.y - axis), Ink::Text);
                self.setter.turn(self.setter.is_landscape());
                self.belongs = self.setter.mark(&mut self.part);
                axis = self.setter.y;
            }
            let mut y = self.setter.y + GAP / 2;
            let name = cut_to(name, NAMES - 8_000, |text| self.letters.width(text, WORDS));
            self.words_to(SIDE + NAMES - 8_000, y + BAR - 1_500, Ink::Text, &name);
            for (series, amount) in amounts.iter().enumerate() {
                let (from, to) = scale.bar(*amount);
                self.area(zero + from, y, (to - from, BAR), Ink::Series(series));
                let ink = if amount.is_zero() { Ink::Dim } else { Ink::Text };
                self.words(zero + to + 4_000, y + BAR - 1_500, ink, &on_paper(*amount));
                y += BAR + BETWEEN;
            }
            self.setter.y += each;
        }
        self.area(zero, axis, (HAIR, self.setter.y - axis), Ink::Text);
    }

    /// Lays out vertical columns with a scale.
    fn columns(&mut self, content: &Content<'_>) {
        let lines = &content.lines;
        let (count, series) = content.counts();
        let scale = content.scale(HEIGHT);
        let (top, across) = (self.setter.y, self.setter.across());
        let zero = top + HEIGHT - scale.below();
        for amount in scale.marks() {
            let (below, above) = scale.bar(amount);
            let y = zero - below - above;
            self.area(SIDE + SCALE, y, (across - SCALE, HAIR), Ink::Rule);
            self.words_to(SIDE + SCALE - 5_000, y + 2_700, Ink::Dim, &round_words(amount));
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
                let (from, to) = scale.bar(*amount);
                self.area(x, zero - to, (thick, to - from), Ink::Series(series));
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
