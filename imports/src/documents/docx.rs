//! The text of a Word document (.docx).

use quick_xml::events::Event;

use super::{AS_WORD, DocumentText, Lines, lost};
use crate::source::{Archive, Unreadable, Xml, attribute, main_part, push_text};

/// Bytes of the main part after unpacking.
const PART_LIMIT: u64 = 128 * 1024 * 1024;

/// Elements whose text is not of the document: deleted text, fields, a second form of the same drawing.
const SKIPPED: [&str; 6] = ["del", "moveFrom", "instrText", "Fallback", "tcPr", "sectPr"];

/// Returns the text.
pub(super) fn text(bytes: &[u8]) -> Result<DocumentText, Unreadable> {
    let read = || -> Result<DocumentText, Unreadable> {
        let mut archive = Archive::open(bytes)?;
        let main = main_part(&mut archive)?.filter(|main| main.to_lowercase().contains("document"));
        let Some(main) = main else {
            let message = "the file is not a Word document";
            return Err(Unreadable::new("unreadable-format", message, AS_WORD));
        };
        let has_margins = archive.has("word/header") || archive.has("word/footer");
        let Some(mut xml) = archive.xml(&main, PART_LIMIT)? else {
            return Err(Unreadable::new("damaged-document", "the document has no text", AS_WORD));
        };
        let mut reading = Reading::default();
        reading.read(&mut xml)?;
        Ok(reading.finished(has_margins))
    };
    read().map_err(|error| {
        // The container is that of a workbook, too.
        let message =
            error.message.replace("the workbook", "the document").replace("a workbook", "a document");
        Unreadable::new(
            if error.code == "damaged-workbook" { "damaged-document" } else { error.code },
            message,
            AS_WORD,
        )
    })
}

#[derive(Default)]
struct Reading {
    lines: Lines,
    /// Elements that are open, outside in.
    open: Vec<String>,
    /// Number of open elements at which skipped text began.
    skipped_from: Option<usize>,
    tables: usize,
    /// True once the row has a cell.
    has_cell: bool,
    is_hidden: bool,
    numbered: usize,
    pictures: usize,
    boxes: usize,
    deleted: usize,
    hidden: usize,
    notes: usize,
    embedded: usize,
}

/// Elements that may be open at a time.
const DEPTH_LIMIT: usize = 512;

impl Reading {
    fn read<R: std::io::Read>(&mut self, xml: &mut Xml<R>) -> Result<(), Unreadable> {
        loop {
            match xml.next()? {
                Event::Start(start) => {
                    let name = start.local_name().as_ref().to_owned();
                    let value = attribute(&start, "w:val")?;
                    let kind = if name == "br" { attribute(&start, "w:type")? } else { None };
                    self.begin(name, value.as_deref(), kind.as_deref())?;
                }
                Event::End(_) => self.end(),
                Event::Eof if self.open.is_empty() => return Ok(()),
                Event::Eof => {
                    return Err(Unreadable::new("damaged-document", "the document is incomplete", AS_WORD));
                }
                event if self.is_in("t") && self.skipped_from.is_none() => {
                    let mut text = String::new();
                    push_text(&event, &mut text)?;
                    if self.is_hidden {
                        self.hidden += usize::from(!text.trim().is_empty());
                    } else {
                        self.lines.add_as_it_is(&text.replace(['\n', '\r'], " "))?;
                    }
                }
                _ => {}
            }
        }
    }

    fn is_in(&self, name: &str) -> bool {
        self.open.last().is_some_and(|last| last == name)
    }

    fn begin(&mut self, name: String, value: Option<&str>, kind: Option<&str>) -> Result<(), Unreadable> {
        if self.open.len() >= DEPTH_LIMIT {
            let message = "the document is nested too deeply";
            return Err(Unreadable::new("damaged-document", message, AS_WORD));
        }
        let in_run = self.is_in("r");
        match name.as_str() {
            _ if self.skipped_from.is_some() => {}
            it if SKIPPED.contains(&it) => {
                self.deleted += usize::from(it == "del" || it == "moveFrom");
                self.skipped_from = Some(self.open.len());
            }
            "numPr" => self.numbered += 1,
            "r" => self.is_hidden = false,
            "vanish" if self.open.iter().rev().nth(1).is_some_and(|it| it == "r") => {
                self.is_hidden = !matches!(value, Some("0" | "false"));
            }
            "tab" if in_run && self.tables == 0 => self.lines.next_cell(),
            "tab" if in_run => self.lines.blank(),
            "br" | "cr" if in_run && self.tables == 0 => {
                self.lines.end_line();
                if kind == Some("page") {
                    self.lines.paragraph();
                }
            }
            "br" | "cr" if in_run => self.lines.blank(),
            "noBreakHyphen" => self.lines.add("-")?,
            "blip" | "imagedata" => self.pictures += 1,
            "txbxContent" => {
                self.boxes += 1;
                self.lines.blank();
            }
            "footnoteReference" | "endnoteReference" => self.notes += 1,
            "altChunk" | "OLEObject" => self.embedded += 1,
            "tbl" => {
                if self.tables == 0 {
                    self.lines.paragraph();
                }
                self.tables += 1;
            }
            "tr" if self.tables == 1 => self.has_cell = false,
            "tc" if self.tables == 1 => {
                if self.has_cell {
                    self.lines.next_cell();
                }
                self.has_cell = true;
            }
            "tc" => self.lines.blank(),
            _ => {}
        }
        self.open.push(name);
        Ok(())
    }

    fn end(&mut self) {
        let Some(name) = self.open.pop() else { return };
        if let Some(from) = self.skipped_from {
            if self.open.len() == from {
                self.skipped_from = None;
            }
            return;
        }
        match name.as_str() {
            "p" if self.tables == 0 && !self.open.iter().any(|it| it == "txbxContent") => {
                // A blank paragraph separates.
                match self.lines.is_begun {
                    true => self.lines.end_line(),
                    false => self.lines.paragraph(),
                }
            }
            "p" => self.lines.blank(),
            "tr" if self.tables == 1 => self.lines.end_line(),
            "tbl" => {
                self.tables = self.tables.saturating_sub(1);
                if self.tables == 0 {
                    self.lines.paragraph();
                }
            }
            _ => {}
        }
    }

    fn finished(mut self, has_margins: bool) -> DocumentText {
        self.lines.end_line();
        let mut lost = lost(&[
            ("pictures", self.pictures),
            ("paragraphs that Word numbers or bullets automatically", self.numbered),
            ("text boxes", self.boxes),
            ("footnotes and endnotes", self.notes),
            ("passages deleted with tracked changes", self.deleted),
            ("passages of hidden text", self.hidden),
            ("embedded files", self.embedded),
        ]);
        if has_margins {
            lost.push("headers and footers".to_owned());
        }
        DocumentText { text: self.lines.text, lost }
    }
}
