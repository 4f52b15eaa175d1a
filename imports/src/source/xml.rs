//! Reads XML event by event, within limits.

use std::io::{self, BufReader, ErrorKind, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion, escape};

use super::limits::{LONGEST_TEXT, PIECE_LIMIT, UNPACKED_LIMIT};
use super::{Unreadable, damaged, too_large};

/// A part of a workbook, being read.
pub(crate) struct Xml<R: Read> {
    reader: Reader<BufReader<Pieces<R>>>,
    buffer: Vec<u8>,
}

/// A part in which the size of one event is limited.
struct Pieces<R> {
    input: R,
    allowed: usize,
}

impl<R: Read> Read for Pieces<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.allowed = self.allowed.checked_sub(read).ok_or(ErrorKind::FileTooLarge)?;
        Ok(read)
    }
}

impl<R: Read> Xml<R> {
    pub(super) fn new(input: R) -> Xml<R> {
        let input = BufReader::new(Pieces { input, allowed: PIECE_LIMIT });
        let mut reader = Reader::from_reader(input);
        reader.config_mut().expand_empty_elements = true;
        Xml { reader, buffer: Vec::new() }
    }

    /// The next event. A part that breaks off is an error for whoever waits for its end.
    pub(crate) fn next(&mut self) -> Result<Event<'_>, Unreadable> {
        self.buffer.clear();
        self.reader.get_mut().get_mut().allowed = PIECE_LIMIT;
        self.reader.read_event_into(&mut self.buffer).map_err(|error| wrong(&error))
    }

    /// Returns the next element within the one that was begun, `None` at its end. The caller reads each
    /// to its end, or skips it.
    pub(super) fn child(&mut self) -> Result<Option<BytesStart<'static>>, Unreadable> {
        loop {
            match self.next()? {
                Event::Start(start) => return Ok(Some(start.into_owned())),
                Event::End(_) => return Ok(None),
                Event::Eof => return Err(broken_off()),
                _ => {}
            }
        }
    }

    /// Adds the text up to the end of the element that was begun, without the elements of these names.
    pub(super) fn text(&mut self, into: &mut String, leave_out: &[&str]) -> Result<(), Unreadable> {
        let (mut depth, mut left_out_from) = (0_u32, None);
        loop {
            let event = self.next()?;
            match event {
                Event::Start(start) => {
                    depth += 1;
                    if left_out_from.is_none() && leave_out.contains(&start.local_name().as_ref()) {
                        left_out_from = Some(depth);
                    }
                }
                Event::End(_) if depth == 0 => return Ok(()),
                Event::End(_) => {
                    if left_out_from == Some(depth) {
                        left_out_from = None;
                    }
                    depth -= 1;
                }
                Event::Eof => return Err(broken_off()),
                event if left_out_from.is_none() => push_text(&event, into)?,
                _ => {}
            }
        }
    }

    /// Skips to the end of the element that was begun.
    pub(super) fn skip(&mut self) -> Result<(), Unreadable> {
        let mut depth = 1_u32;
        while depth > 0 {
            match self.next()? {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(broken_off()),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Adds the text of an event, if it is text.
pub(crate) fn push_text(event: &Event<'_>, into: &mut String) -> Result<(), Unreadable> {
    match event {
        Event::Text(text) => into.push_str(&text.xml10_content()),
        Event::CData(text) => into.push_str(&text.xml10_content()),
        Event::GeneralRef(reference) => match reference.resolve_char_ref().map_err(|error| wrong(&error))? {
            Some(character) => into.push(character),
            None => match escape::resolve_xml_entity(reference) {
                Some(text) => into.push_str(text),
                None => return Err(damaged("some text contains an undefined reference")),
            },
        },
        _ => {}
    }
    not_too_long(into)
}

fn not_too_long(text: &str) -> Result<(), Unreadable> {
    match text.len() > LONGEST_TEXT {
        true => Err(too_large(format!("a text in the workbook is longer than {} MiB", LONGEST_TEXT >> 20))),
        false => Ok(()),
    }
}

/// An attribute by its name as it is written.
pub(crate) fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>, Unreadable> {
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| unreadable_part())?;
        if attribute.key.as_ref() == name {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| wrong(&error))?;
            not_too_long(&value)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// A part ends too early.
pub(super) fn broken_off() -> Unreadable {
    damaged("it is incomplete")
}

fn unreadable_part() -> Unreadable {
    damaged("part of it cannot be read")
}

fn wrong(error: &quick_xml::Error) -> Unreadable {
    match error {
        quick_xml::Error::Io(error) if error.kind() == ErrorKind::FileTooLarge => too_large(format!(
            "a part of the workbook is too large: the limits are {} MiB in all and {} MiB between two tags",
            UNPACKED_LIMIT >> 20,
            PIECE_LIMIT >> 20
        )),
        _ => unreadable_part(),
    }
}
