//! Elements of XML: a stream of them, of which the small ones are taken whole.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::source::{Unreadable, push_text};

/// Elements within one that is taken whole, how deep they may be, and the bytes of one text.
const NODES_LIMIT: usize = 500_000;
const DEPTH_LIMIT: usize = 64;
const TEXT_LIMIT: usize = 64 * 1024;

/// An element with all that is in it.
#[derive(Debug, Default)]
pub(super) struct Node {
    name: String,
    /// The attribute `Ccy`.
    pub(super) currency: Option<String>,
    text: String,
    children: Vec<Node>,
    /// The line of the file that it begins in.
    pub(super) line: u64,
}

impl Node {
    /// Returns the first element at a path: `Tp/CdOrPrtry/Cd`.
    pub(super) fn at(&self, path: &str) -> Option<&Node> {
        path.split('/').try_fold(self, |node, name| node.children.iter().find(|child| child.name == name))
    }

    /// Returns the text at a path, if there is one.
    pub(super) fn text_at(&self, path: &str) -> Option<&str> {
        Some(self.at(path)?.text()).filter(|text| !text.is_empty())
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// Returns the elements of a name directly in this one.
    pub(super) fn all<'n>(&'n self, name: &'static str) -> impl Iterator<Item = &'n Node> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// A step along the elements of a file.
pub(super) enum Step {
    /// An element begins, with its name and the name space that it declares.
    Begin(String, Option<String>),
    End,
    /// The file ends.
    Eof,
}

/// Walks along the elements of a text.
pub(super) struct Elements<'t> {
    reader: Reader<&'t [u8]>,
    text: &'t str,
    /// How far lines are counted, and how many there are.
    counted: (usize, u64),
    depth: usize,
}

impl<'t> Elements<'t> {
    pub(super) fn new(text: &'t str) -> Elements<'t> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Elements { reader, text, counted: (0, 1), depth: 0 }
    }

    /// Returns the line that has been reached.
    pub(super) fn line(&mut self) -> u64 {
        let reached = usize::try_from(self.reader.buffer_position()).unwrap_or(self.text.len());
        let bytes = self.text.as_bytes().get(self.counted.0..reached).unwrap_or_default();
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.counted = (reached.max(self.counted.0), self.counted.1 + lines);
        self.counted.1
    }

    pub(super) fn step(&mut self) -> Result<Step, Unreadable> {
        loop {
            match self.event()? {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > DEPTH_LIMIT {
                        return Err(self.wrong("its elements are nested too deeply"));
                    }
                    return Ok(Step::Begin(name(&start), name_space(&start)));
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Step::End);
                }
                Event::Eof if self.depth > 0 => return Err(self.wrong("it is incomplete")),
                Event::Eof => return Ok(Step::Eof),
                _ => {}
            }
        }
    }

    /// Takes the element that has begun, with all that is in it.
    pub(super) fn take(&mut self, name_of_it: String) -> Result<Node, Unreadable> {
        let mut open = vec![Node { name: name_of_it, line: self.line(), ..Node::default() }];
        let mut count = 1;
        loop {
            let event = self.event()?;
            match event {
                Event::Start(start) => {
                    count += 1;
                    if count > NODES_LIMIT || open.len() > DEPTH_LIMIT {
                        return Err(self.wrong("an entry has too many elements"));
                    }
                    let currency = attribute(&start, "Ccy");
                    let line = self.line();
                    open.push(Node { name: name(&start), currency, line, ..Node::default() });
                }
                Event::End(_) => {
                    let Some(done) = open.pop() else { return Err(self.wrong("it is incomplete")) };
                    match open.last_mut() {
                        Some(parent) => parent.children.push(done),
                        None => {
                            self.depth = self.depth.saturating_sub(1);
                            return Ok(done);
                        }
                    }
                }
                Event::Eof => return Err(self.wrong("it is incomplete")),
                event => {
                    let Some(node) = open.last_mut() else { continue };
                    if push_text(&event, &mut node.text).is_err() || node.text.len() > TEXT_LIMIT {
                        return Err(self.wrong("part of its text cannot be read"));
                    }
                }
            }
        }
    }

    fn event(&mut self) -> Result<Event<'t>, Unreadable> {
        self.reader.read_event().map_err(|_| self.wrong("it is not well-formed XML"))
    }

    /// Returns the error for a file that cannot be read further.
    pub(super) fn wrong(&mut self, why: &str) -> Unreadable {
        let message = format!("the file is damaged in line {}: {why}", self.line());
        Unreadable::new("damaged-statement", message, "download the statement from the bank again")
    }
}

fn name(start: &BytesStart<'_>) -> String {
    start.local_name().as_ref().to_owned()
}

/// Returns the name space of ISO 20022 that an element declares, with a prefix or without.
fn name_space(start: &BytesStart<'_>) -> Option<String> {
    value(start, |name, value| name.starts_with("xmlns") && value.contains("iso:20022"))
}

fn attribute(start: &BytesStart<'_>, wanted: &str) -> Option<String> {
    value(start, |name, _| name == wanted)
}

/// Returns the value of the first attribute that is the wanted one.
fn value(start: &BytesStart<'_>, is_it: impl Fn(&str, &str) -> bool) -> Option<String> {
    for attribute in start.attributes().with_checks(false).filter_map(Result::ok) {
        let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) else { continue };
        if is_it(attribute.key.as_ref(), &value) {
            return Some(value.into_owned());
        }
    }
    None
}
