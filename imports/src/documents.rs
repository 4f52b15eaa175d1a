//! The text of documents: Word documents and web pages.
//!
//! A paragraph is a line, and a row of a table is a line with tabs between its cells. What the text cannot show is said. The
//! time and memory that a document takes are bounded only roughly: read those of others in a process with limits.

mod docx;
mod html;

use crate::source::{Unreadable, decoded};

/// Maximum size of a document in bytes.
pub const DOCUMENT_LIMIT: usize = 64 * 1024 * 1024;

/// Maximum size of the text of a document in bytes.
const TEXT_LIMIT: usize = 16 * 1024 * 1024;

/// A document by its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub enum Document {
    Word,
    WebPage,
    Text,
}

/// The text of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub struct DocumentText {
    pub text: String,
    /// What is in the document and not in the text, in words: `pictures: 2`.
    pub lost: Vec<String>,
}

const AS_WORD: &str = "save it as a Word document (.docx) or as plain text, and import that file";
const COPY: &str = "open it, select and copy all of its text into a text file or a Word document (.docx), and import that file; \
    if no text can be selected, ask for the document from which it was made";

/// How a web page begins, or a part of one, in small letters.
const PAGES: [&str; 17] = [
    "<!doctype html",
    "<html",
    "<head",
    "<body",
    "<main",
    "<section",
    "<article",
    "<div",
    "<table",
    "<meta",
    "<h1",
    "<h2",
    "<ol",
    "<ul",
    "<p>",
    "<p ",
    "<!--",
];

impl Document {
    /// Returns the format of a document, or the reason why it is not read.
    pub fn of(bytes: &[u8]) -> Result<Document, Unreadable> {
        let refused = |message: &str, hint: &str| Err(Unreadable::new("unreadable-format", message, hint));
        let start: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).take(1024).collect();
        let text = String::from_utf8_lossy(&start).trim_start_matches('\u{feff}').trim_start().to_lowercase();
        match bytes {
            _ if bytes.starts_with(b"PK") => Ok(Document::Word),
            _ if bytes.starts_with(b"%PDF") => {
                refused("the file is a PDF, from which text cannot be read reliably in the right order", COPY)
            }
            _ if bytes.starts_with(b"\xD0\xCF\x11\xE0") => {
                refused("the file is an old Word document (.doc)", AS_WORD)
            }
            _ if text.starts_with("{\\rtf") => refused("the file is a document in rich text (.rtf)", AS_WORD),
            _ if PAGES.iter().any(|start| text.starts_with(start)) => Ok(Document::WebPage),
            _ if text.starts_with("<?xml") && text.contains("<html") => Ok(Document::WebPage),
            _ if text.starts_with("<?xml") => refused("the file is XML, not a document", AS_WORD),
            _ => Ok(Document::Text),
        }
    }

    /// Returns the text.
    pub fn text(self, bytes: Vec<u8>) -> Result<DocumentText, Unreadable> {
        if bytes.len() > DOCUMENT_LIMIT {
            let message = format!("the document is larger than {} MiB", DOCUMENT_LIMIT >> 20);
            return Err(Unreadable::new("too-large", message, "split it, or copy its text into a text file"));
        }
        match self {
            Document::Word => docx::text(&bytes),
            Document::WebPage => html::text(&decoded(bytes)?),
            Document::Text => Ok(DocumentText { text: decoded(bytes)?, lost: Vec::new() }),
        }
    }
}

/// The text so far: lines, and cells of a row.
#[derive(Debug, Default)]
struct Lines {
    text: String,
    /// True if the line has text.
    is_begun: bool,
    /// Blanks that separate what follows from what is before it.
    gap: &'static str,
}

impl Lines {
    /// Adds text; white space is one blank.
    fn add(&mut self, text: &str) -> Result<(), Unreadable> {
        let mut words = text.split_whitespace().peekable();
        if text.starts_with(char::is_whitespace) {
            self.blank();
        }
        while let Some(word) = words.next() {
            self.push(word);
            if words.peek().is_some() {
                self.blank();
            }
        }
        if text.ends_with(char::is_whitespace) {
            self.blank();
        }
        self.not_too_long()
    }

    /// Adds text with its blanks, which may put it into columns.
    fn add_as_it_is(&mut self, text: &str) -> Result<(), Unreadable> {
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.text.push('\n');
                (self.is_begun, self.gap) = (false, "");
            }
            let line = line.trim_end_matches('\r');
            if !line.is_empty() {
                self.push(line);
            }
        }
        self.not_too_long()
    }

    fn not_too_long(&self) -> Result<(), Unreadable> {
        match self.text.len() > TEXT_LIMIT {
            true => {
                let message = format!("the document has more than {} MiB of text", TEXT_LIMIT >> 20);
                Err(Unreadable::new("too-large", message, "split it into several documents"))
            }
            false => Ok(()),
        }
    }

    fn push(&mut self, word: &str) {
        if self.is_begun {
            self.text.push_str(self.gap);
        }
        self.gap = "";
        self.text.push_str(word);
        self.is_begun = true;
    }

    fn blank(&mut self) {
        if self.gap.is_empty() {
            self.gap = " ";
        }
    }

    /// Ends a line, if it has text.
    fn end_line(&mut self) {
        if self.is_begun {
            self.text.push('\n');
        }
        (self.is_begun, self.gap) = (false, "");
    }

    /// Begins another cell of the row.
    fn next_cell(&mut self) {
        self.text.push('\t');
        (self.is_begun, self.gap) = (true, "");
    }

    /// Leaves a line blank, unless it is.
    fn paragraph(&mut self) {
        self.end_line();
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }
}

/// Returns what was counted, in words, without what was not found.
fn lost(counted: &[(&str, usize)]) -> Vec<String> {
    counted.iter().filter(|(_, count)| *count > 0).map(|(what, count)| format!("{what}: {count}")).collect()
}
