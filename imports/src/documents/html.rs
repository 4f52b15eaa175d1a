//! The text of a web page, however it is written.

use super::{DocumentText, Lines, lost};
use crate::source::Unreadable;

/// Elements whose content is not shown as text.
const SKIPPED: [&str; 12] = [
    "head", "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select",
    "textarea", "canvas",
];
/// Elements in which no other begins, up to their own end.
const RAW: [&str; 3] = ["script", "style", "textarea"];
/// Elements that begin and end a line.
const BLOCKS: [&str; 30] = [
    "p",
    "div",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "nav",
    "aside",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "caption",
    "tr",
    "blockquote",
    "pre",
    "form",
    "fieldset",
    "address",
    "figure",
];
/// Elements without an end.
const VOID: [&str; 8] = ["br", "img", "hr", "input", "meta", "link", "wbr", "source"];
/// Elements of which a blank line is before and after.
const APART: [&str; 9] = ["p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote"];

/// Returns the text.
pub(super) fn text(page: &str) -> Result<DocumentText, Unreadable> {
    let mut reading = Reading::default();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        reading.add(rest.get(..at).unwrap_or_default())?;
        rest = rest.get(at..).unwrap_or_default();
        let Some((tag, after)) = tag(rest) else {
            // A sign, not a tag.
            reading.add("<")?;
            rest = rest.get(1..).unwrap_or_default();
            continue;
        };
        rest = after;
        match tag {
            Tag::Comment => {}
            Tag::End(name) => reading.end(&name),
            Tag::Begin(name, attributes) => {
                reading.begin(&name, attributes);
                if RAW.contains(&name.as_str()) {
                    rest = end_of(&name, rest);
                    reading.end(&name);
                }
            }
        }
    }
    reading.add(rest)?;
    Ok(reading.finished())
}

/// What begins with a `<`.
enum Tag<'t> {
    /// A comment, a declaration or an instruction.
    Comment,
    Begin(String, &'t str),
    End(String),
}

/// Takes a tag off a text that begins with `<`; `None` if it is none.
fn tag(text: &str) -> Option<(Tag<'_>, &str)> {
    if let Some(comment) = text.strip_prefix("<!--") {
        let end = comment.find("-->").map_or("", |at| comment.get(at + 3..).unwrap_or_default());
        return Some((Tag::Comment, end));
    }
    if text.starts_with("<!") || text.starts_with("<?") {
        return Some((Tag::Comment, text.split_once('>').map_or("", |(_, rest)| rest)));
    }
    let inner = text.get(1..)?;
    let (is_end, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let end = end_of_tag(inner);
    let whole = inner.get(..end).unwrap_or(inner);
    let rest = inner.get(end + 1..).unwrap_or_default();
    let name_ends = whole.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(whole.len());
    let (name, attributes) = whole.split_at_checked(name_ends)?;
    let name = name.to_ascii_lowercase();
    Some((if is_end { Tag::End(name) } else { Tag::Begin(name, attributes) }, rest))
}

/// Returns where a tag ends: at the first `>` outside quotation marks.
fn end_of_tag(text: &str) -> usize {
    let mut quote = None;
    let mut last = '=';
    for (at, character) in text.char_indices() {
        match (character, quote) {
            ('>', None) => return at,
            ('"' | '\'', None) if last == '=' => quote = Some(character),
            (_, Some(open)) if character == open => quote = None,
            _ => {}
        }
        if !character.is_whitespace() {
            last = character;
        }
    }
    text.len()
}

/// Returns what follows the end of an element in which no other begins.
fn end_of<'t>(name: &str, text: &'t str) -> &'t str {
    let mut rest = text;
    while let Some(at) = rest.find("</") {
        let after = rest.get(at + 2..).unwrap_or_default();
        let is_it = after.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
        if is_it {
            return after.split_once('>').map_or("", |(_, rest)| rest);
        }
        rest = after;
    }
    ""
}

#[derive(Default)]
struct Reading {
    lines: Lines,
    /// The element that is skipped, and how many of its name are open.
    skipped: Option<(String, usize)>,
    /// How many tables are open.
    tables: usize,
    has_cell: bool,
    /// How many elements are open in which blanks and line ends count.
    preformatted: usize,
    pictures: usize,
    frames: usize,
    scripts: usize,
    numbered: usize,
    hidden: usize,
}

impl Reading {
    fn add(&mut self, text: &str) -> Result<(), Unreadable> {
        match self.skipped {
            Some(_) => Ok(()),
            None if self.preformatted > 0 && self.tables == 0 => self.lines.add_as_it_is(&decoded(text)),
            None => self.lines.add(&decoded(text)),
        }
    }

    fn begin(&mut self, name: &str, attributes: &str) {
        match name {
            "script" => self.scripts += 1,
            "iframe" | "object" => self.frames += 1,
            _ => {}
        }
        if let Some((skipped, open)) = &mut self.skipped {
            // The end of these may be left out.
            let ends = match skipped.as_str() {
                "head" => name == "body",
                "p" => BLOCKS.contains(&name),
                _ => false,
            };
            if !ends {
                *open += usize::from(skipped == name);
                return;
            }
            self.skipped = None;
        }
        let is_empty = VOID.contains(&name) || attributes.ends_with('/');
        let is_hidden = is_hidden(attributes);
        if !is_empty && (is_hidden || SKIPPED.contains(&name)) {
            self.hidden += usize::from(is_hidden);
            self.skipped = Some((name.to_owned(), 1));
            return;
        }
        self.preformatted += usize::from(name == "pre");
        match name {
            "br" | "hr" if self.tables == 0 => self.lines.end_line(),
            "br" | "hr" => self.lines.blank(),
            "img" => self.pictures += 1,
            "ol" => self.numbered += 1,
            "table" => {
                self.tables += 1;
                self.block(name);
            }
            "tr" => {
                self.block(name);
                self.has_cell = false;
            }
            "td" | "th" if self.tables == 1 => {
                if self.has_cell {
                    self.lines.next_cell();
                }
                self.has_cell = true;
            }
            "td" | "th" => self.lines.blank(),
            _ => self.block(name),
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((skipped, open)) = &mut self.skipped {
            *open -= usize::from(skipped == name);
            if *open == 0 {
                self.skipped = None;
            }
            return;
        }
        self.block(name);
        if name == "pre" {
            self.preformatted = self.preformatted.saturating_sub(1);
        }
        if name == "table" {
            self.tables = self.tables.saturating_sub(1);
        }
    }

    /// Begins or ends a line. Within a cell a paragraph does neither.
    fn block(&mut self, name: &str) {
        if !BLOCKS.contains(&name) {
            return;
        }
        let is_of_table = matches!(name, "tr" | "table" | "caption") && self.tables <= 1;
        match self.tables {
            1.. if !is_of_table => self.lines.blank(),
            _ if APART.contains(&name) => self.lines.paragraph(),
            _ => self.lines.end_line(),
        }
    }

    fn finished(mut self) -> DocumentText {
        self.lines.end_line();
        let scripts = if self.lines.text.trim().is_empty() { self.scripts } else { 0 };
        let lost = lost(&[
            ("pictures", self.pictures),
            ("numbered lists, without their numbers", self.numbered),
            ("hidden passages", self.hidden),
            ("pages within the page", self.frames),
            ("elements that are not closed, and the text after them", usize::from(self.skipped.is_some())),
            ("scripts, which may show text only in a browser", scripts),
        ]);
        DocumentText { text: self.lines.text, lost }
    }
}

fn is_hidden(attributes: &str) -> bool {
    let attributes = attributes.to_ascii_lowercase();
    let plain: String = attributes.chars().filter(|c| !c.is_whitespace()).collect();
    plain.contains("display:none")
        || attributes
            .split_whitespace()
            .any(|it| matches!(it.trim_end_matches('/'), "hidden" | "hidden=\"\"" | "hidden=\"hidden\""))
}

/// Names of characters. Others stay as they are written.
const NAMED: [(&str, char); 40] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("pound", '£'),
    ("euro", '€'),
    ("cent", '¢'),
    ("yen", '¥'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("sect", '§'),
    ("para", '¶'),
    ("middot", '·'),
    ("bull", '•'),
    ("hellip", '…'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("minus", '−'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("shy", '\u{ad}'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("frac12", '½'),
    ("frac14", '¼'),
    ("frac34", '¾'),
    ("deg", '°'),
    ("times", '×'),
    ("eacute", 'é'),
    ("egrave", 'è'),
];
/// The longest name or number of a character.
const NAME_LIMIT: usize = 10;

/// Returns a text with the characters that it names.
fn decoded(text: &str) -> String {
    let mut found = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        found.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + 1..).unwrap_or_default();
        let end = rest.char_indices().take(NAME_LIMIT).find(|(_, c)| *c == ';').map(|(at, _)| at);
        let character = end.and_then(|end| Some((character(rest.get(..end)?)?, rest.get(end + 1..)?)));
        match character {
            Some((character, after)) => {
                found.push(character);
                rest = after;
            }
            None => found.push('&'),
        }
    }
    found.push_str(rest);
    found
}

fn character(name: &str) -> Option<char> {
    let number = match name.strip_prefix('#') {
        None => return NAMED.iter().find(|(known, _)| *known == name).map(|(_, character)| *character),
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(number) => u32::from_str_radix(number, 16).ok()?,
            None => number.parse().ok()?,
        },
    };
    char::from_u32(number).filter(|character| *character != '\0')
}
