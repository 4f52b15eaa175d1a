//! The texts that the cells of a workbook share.

use quick_xml::events::Event;

use crate::source::Unreadable;
use crate::source::archive::Archive;
use crate::source::damaged;
use crate::source::limits::PART_LIMIT;
use crate::source::xml::broken_off;

/// The texts by their numbers.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<usize>,
}

/// Elements with phonetic readings, which are not part of the text.
pub(super) const PHONETIC: &[&str] = &["rPh", "phoneticPr"];

impl Strings {
    pub(super) fn read(archive: &mut Archive<'_>, part: &str) -> Result<Strings, Unreadable> {
        let missing = || damaged("the text of its cells is missing");
        let mut xml = archive.xml(part, PART_LIMIT)?.ok_or_else(missing)?;
        let (mut strings, mut one) = (Strings::default(), String::new());
        loop {
            match xml.next()? {
                Event::Start(start) if start.local_name().as_ref() == "si" => {
                    one.clear();
                    xml.text(&mut one, PHONETIC)?;
                    unescape(&one, &mut strings.text);
                    strings.ends.push(strings.text.len());
                }
                Event::End(end) if end.local_name().as_ref() == "sst" => return Ok(strings),
                Event::Eof => return Err(broken_off()),
                _ => {}
            }
        }
    }

    pub(super) fn get(&self, number: &str) -> Result<&str, Unreadable> {
        let index: Option<usize> = number.trim().parse().ok();
        let found = index.and_then(|index| {
            let start = index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
            self.text.get(start..*self.ends.get(index)?)
        });
        found.ok_or_else(|| damaged("the text of a cell is missing"))
    }
}

/// Adds a text in which `_x000D_` is a character that XML cannot hold.
pub(super) fn unescape(text: &str, into: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        into.push_str(before);
        let code = after.get(..4).filter(|_| after.get(4..5) == Some("_"));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(character) => {
                into.push(character);
                rest = after.get(5..).unwrap_or_default();
            }
            None => {
                into.push_str("_x");
                rest = after;
            }
        }
    }
    into.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_xml_cannot_hold_are_read() {
        for (text, expected) in [
            ("plain", "plain"),
            ("a_x000D_\nb", "a\r\nb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_x00_ _xZZZZ_ _x", "_x00_ _xZZZZ_ _x"),
            ("_xé000_", "_xé000_"),
            ("_xD800_", "_xD800_"),
        ] {
            let mut found = String::new();
            unescape(text, &mut found);
            assert_eq!(found, expected);
        }
    }
}
