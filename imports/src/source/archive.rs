//! The parts of a workbook, which is a zip file. Each part is unpacked alone and up to a limit, whatever
//! size the file claims.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{self, Cursor, ErrorKind, Read};

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::Unreadable;
use super::limits::{ENTRIES_LIMIT, UNPACKED_LIMIT};
use super::xml::Xml;
use super::{damaged, too_large};

/// A zip file in memory.
pub(crate) struct Archive<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    /// Parts by name in lower case.
    names: HashMap<String, usize>,
    /// Number of bytes that may still be unpacked.
    left: Cell<u64>,
}

/// A part, being unpacked.
pub(crate) struct Part<'a, 'b> {
    file: ZipFile<'a, Cursor<&'b [u8]>>,
    left_of_all: &'a Cell<u64>,
    left: u64,
}

impl<'b> Archive<'b> {
    /// Opens a zip file from its bytes.
    pub(crate) fn open(bytes: &'b [u8]) -> Result<Archive<'b>, Unreadable> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| unpacking(&error))?;
        if zip.len() > ENTRIES_LIMIT {
            let message = format!("the workbook contains more than {ENTRIES_LIMIT} files");
            return Err(too_large(message));
        }
        let name = |index| zip.name_for_index(index).and_then(Result::ok);
        let names = (0..zip.len()).filter_map(|index| Some((plain(&name(index)?), index))).collect();
        Ok(Archive { zip, names, left: Cell::new(UNPACKED_LIMIT) })
    }

    /// Opens a part as XML, up to `limit` bytes; `None` if it does not exist.
    pub(crate) fn xml(&mut self, name: &str, limit: u64) -> Result<Option<Xml<Part<'_, 'b>>>, Unreadable> {
        let Some(index) = self.names.get(&plain(name)) else { return Ok(None) };
        let file = self.zip.by_index(*index).map_err(|error| unpacking(&error))?;
        let part = Part { file, left_of_all: &self.left, left: limit };
        Ok(Some(Xml::new(part)))
    }

    /// True if a part has a name that begins so.
    pub(crate) fn has(&self, beginning: &str) -> bool {
        self.names.keys().any(|name| name.starts_with(beginning))
    }

    /// Returns the first bytes of a part, as text.
    pub(super) fn start_of(&mut self, name: &str, length: u64) -> String {
        let Some(index) = self.names.get(&plain(name)) else { return String::new() };
        let mut bytes = Vec::new();
        if let Ok(file) = self.zip.by_index(*index) {
            drop(file.take(length).read_to_end(&mut bytes));
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Read for Part<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        let left = self.left_of_all.get().checked_sub(read as u64);
        match (left, self.left.checked_sub(read as u64)) {
            (Some(left_of_all), Some(left)) => {
                self.left_of_all.set(left_of_all);
                self.left = left;
                Ok(read)
            }
            _ => Err(io::Error::from(ErrorKind::FileTooLarge)),
        }
    }
}

/// Normalises a name: references to a part may differ in case and slashes.
fn plain(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_ascii_lowercase()
}

fn unpacking(error: &ZipError) -> Unreadable {
    match error {
        ZipError::UnsupportedArchive(why) if why.to_lowercase().contains("password") => Unreadable::new(
            "password",
            "the workbook is protected by a password",
            "remove the password, save the workbook and import it again",
        ),
        ZipError::InvalidArchive(_) => {
            damaged("the file is incomplete, or is not of the type its name suggests")
        }
        _ => damaged("part of it cannot be unpacked"),
    }
}
