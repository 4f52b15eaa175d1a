//! Writes a laid-out paper as a PDF file. Only this module knows the PDF library, and converts lengths to its
//! units.

use krilla::color::rgb;
use krilla::configure::{Configuration, Validator};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{
    ArtifactType, BBox, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag, TagGroup, TagKind,
    TagTree,
};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};

use super::Length;
use super::letters::{Faces, Letters, Type};
use super::setting::{Belongs, Drawn, Ink, Page, Part, Piece, Role, Set};
use crate::paper::Paper;

const LANGUAGE: &str = "en-GB";

pub(super) fn drawn(paper: &Paper, set: &Set, letters: &Letters) -> Result<Vec<u8>, String> {
    let mut document = Document::new_with(SerializeSettings {
        configuration: Configuration::new_with_validator(Validator::UA1),
        ..SerializeSettings::default()
    });
    let fonts = Faces::read(|file| Font::new(file.into(), 0).ok_or("a font cannot be read"))?;
    let mut marks: Vec<Option<Identifier>> = Vec::new();
    for page in &set.pages {
        let size = PageSettings::from_wh(points(page.width()), points(page.height()));
        let mut sheet = document.start_page_with(size.ok_or("a page has no size")?);
        let mut surface = sheet.surface();
        pieces(page, &mut surface, &fonts, letters, &mut marks);
        surface.finish();
        sheet.finish();
    }
    let mut tags = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
    for part in &set.parts {
        tags.push(group(part, &marks));
    }
    document.set_tag_tree(tags);
    let mut outline = Outline::new();
    for (words, page, y) in &set.bookmarks {
        let place = XyzDestination::new(*page, Point::from_xy(0.0, points(*y)));
        outline.push_child(OutlineNode::new(words.clone(), place));
    }
    document.set_outline(outline);
    document.set_metadata(metadata(paper));
    document.finish().map_err(|error| format!("{error:?}"))
}

#[expect(clippy::float_arithmetic, reason = "the library takes points as floats; no figure passes here")]
fn points(length: Length) -> f32 {
    length as f32 / 1_000.0
}

type Fonts = Faces<Font>;

/// Draws a page and records the identifier of each mark.
fn pieces(
    page: &Page,
    surface: &mut Surface<'_>,
    fonts: &Fonts,
    letters: &Letters,
    marks: &mut Vec<Option<Identifier>>,
) {
    for pieces in page.pieces.chunk_by(|one, next| one.belongs == next.belongs) {
        let Some(first) = pieces.first() else { continue };
        let identifier = surface.start_tagged(match first.belongs {
            // A chart consists of shapes and text; anything else is text.
            Belongs::To(_) if pieces.iter().all(|it| matches!(it.drawn, Drawn::Words(..))) => {
                ContentTag::Span(SpanTag::empty())
            }
            Belongs::To(_) => ContentTag::Other,
            Belongs::Foot => ContentTag::Artifact(ArtifactType::Footer),
            Belongs::Repeated => ContentTag::Artifact(ArtifactType::Header),
            Belongs::Nothing => ContentTag::Artifact(ArtifactType::Other),
        });
        for piece in pieces {
            draw(piece, surface, fonts, letters);
        }
        surface.end_tagged();
        if let Belongs::To(mark) = first.belongs {
            if marks.len() <= mark {
                marks.resize(mark + 1, None);
            }
            if let Some(place) = marks.get_mut(mark) {
                *place = Some(identifier);
            }
        }
    }
}

fn draw(piece: &Piece, surface: &mut Surface<'_>, fonts: &Fonts, letters: &Letters) {
    let rule = FillRule::default();
    surface.set_fill(Some(Fill { paint: colour(piece.ink).into(), opacity: NormalizedF32::ONE, rule }));
    match &piece.drawn {
        Drawn::Words(text, set) => words(text, *set, piece, surface, fonts, letters),
        Drawn::Area(width, height) => {
            let rect = Rect::from_xywh(points(piece.x), points(piece.y), points(*width), points(*height));
            let mut path = PathBuilder::new();
            if let Some(rect) = rect {
                path.push_rect(rect);
            }
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
}

fn words(text: &str, set: Type, piece: &Piece, surface: &mut Surface<'_>, fonts: &Fonts, letters: &Letters) {
    let glyphs: Vec<KrillaGlyph> = text
        .char_indices()
        .map(|(at, character)| {
            let letter = letters.letter(set.face, character);
            let range = at..at + character.len_utf8();
            KrillaGlyph::new(GlyphId::new(letter.glyph), points(letter.width), 0.0, 0.0, 0.0, range, None)
        })
        .collect();
    let start = Point::from_xy(points(piece.x), points(piece.y));
    surface.draw_glyphs(start, &glyphs, fonts.of(set.face).clone(), text, points(set.size), false);
}

/// Returns colours that also differ in lightness, for black-and-white printers.
fn colour(ink: Ink) -> rgb::Color {
    let [red, green, blue] = match ink {
        Ink::Text => [0x1c, 0x1f, 0x24],
        Ink::Dim => [0x59, 0x5f, 0x69],
        Ink::Strong => [0x16, 0x32, 0x4f],
        Ink::Rule => [0xc9, 0xce, 0xd6],
        Ink::Band => [0xea, 0xef, 0xf5],
        Ink::Series(series) => match series % 3 {
            0 => [0x1f, 0x4e, 0x79],
            1 => [0xd9, 0x8c, 0x2b],
            _ => [0x8f, 0xb3, 0xd1],
        },
    };
    rgb::Color::new(red, green, blue)
}

/// Returns a part and its parts as tags for screen readers.
fn group(part: &Part, marks: &[Option<Identifier>]) -> Node {
    let tag: TagKind = match &part.role {
        Role::Heading(level, words) => Tag::Hn(
            std::num::NonZeroU16::new(*level).unwrap_or(std::num::NonZeroU16::MIN),
            Some(words.clone()),
        )
        .into(),
        Role::Paragraph => Tag::P.into(),
        Role::Caption => Tag::Caption.into(),
        Role::Contents => Tag::TOC.into(),
        Role::ContentsLine => Tag::TOCI.into(),
        Role::Section => Tag::Section.into(),
        Role::Table(title) => Tag::Table.with_summary(Some(title.clone())).into(),
        Role::TableHead => Tag::THead.into(),
        Role::TableBody => Tag::TBody.into(),
        Role::Row => Tag::TR.into(),
        Role::ColumnHeading => Tag::TH(TableHeaderScope::Column).into(),
        Role::RowHeading(across) => {
            let span = std::num::NonZeroU32::new(*across).filter(|it| it.get() > 1);
            Tag::TH(TableHeaderScope::Row).with_col_span(span).into()
        }
        Role::Cell => Tag::TD.into(),
        Role::Figure(words, place) => {
            let place = place.and_then(|(page, [x, y, width, height])| {
                let rect = Rect::from_xywh(points(x), points(y), points(width), points(height))?;
                Some(BBox::new(page, rect))
            });
            Tag::Figure(Some(words.clone())).with_bbox(place).into()
        }
    };
    let mut group = TagGroup::new(tag);
    for identifier in part.marks.iter().filter_map(|mark| marks.get(*mark).copied().flatten()) {
        group.push(identifier);
    }
    for part in &part.parts {
        group.push(self::group(part, marks));
    }
    Node::Group(group)
}

/// Returns the file's metadata. Its date is that of the last record known.
fn metadata(paper: &Paper) -> Metadata {
    let metadata = Metadata::new()
        .title(paper.title.clone())
        .language(LANGUAGE.to_owned())
        .authors(paper.body().map(str::to_owned).into_iter().collect())
        .creator("almoner".to_owned());
    match paper.known_at().and_then(|moment| date(&moment)) {
        Some(date) => metadata.creation_date(date),
        None => metadata,
    }
}

/// Parses a time in UTC: `2015-04-01T09:00:00`.
fn date(moment: &str) -> Option<DateTime> {
    let mut parts = moment.split(['-', 'T', ':']);
    let date = DateTime::new(parts.next()?.parse().ok()?);
    let mut parts = parts.map(|part| part.parse().ok());
    let date = date.month(parts.next()??).day(parts.next()??);
    let date = date.hour(parts.next()??).minute(parts.next()??).second(parts.next()??);
    Some(date.utc_offset_hour(0).utc_offset_minute(0))
}
