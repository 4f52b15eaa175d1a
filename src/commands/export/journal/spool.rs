//! Texts put in the order of their days on the disk, since a ledger's transactions need not fit
//! into memory; only where each stands does.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

use almoner_ledger::calendar::Date;

/// Where a text stands. The order of its fields is that of the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    day: Date,
    start: u64,
    length: usize,
}

/// Texts, each of one day, in a file that nobody else sees and that goes with the program.
#[derive(Debug)]
pub struct Spool {
    file: BufWriter<File>,
    end: u64,
    places: Vec<Place>,
}

impl Spool {
    /// A spool with nothing on it.
    pub fn new() -> io::Result<Spool> {
        Ok(Spool { file: BufWriter::new(tempfile::tempfile()?), end: 0, places: Vec::new() })
    }

    /// Adds a text.
    pub fn push(&mut self, day: Date, text: &str) -> io::Result<()> {
        self.file.write_all(text.as_bytes())?;
        self.places.push(Place { day, start: self.end, length: text.len() });
        self.end += text.len() as u64;
        Ok(())
    }

    /// Writes all texts by their days, those of one day as they were added.
    pub fn write(&mut self, to: &mut dyn Write) -> io::Result<()> {
        self.file.flush()?;
        self.places.sort_unstable();
        let file = self.file.get_mut();
        let mut text = Vec::new();
        for place in &self.places {
            text.resize(place.length, 0);
            file.seek(SeekFrom::Start(place.start))?;
            file.read_exact(&mut text)?;
            to.write_all(&text)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_by_day_and_then_as_they_were_added() {
        let mut spool = Spool::new().unwrap();
        for (day, text) in
            [("2015-05-01", "c"), ("2015-04-01", "late £"), ("2015-05-01", "d"), ("2014-04-01", "a")]
        {
            spool.push(Date::parse(day).unwrap(), text).unwrap();
        }
        let mut written = Vec::new();
        spool.write(&mut written).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), "alate £cd");
    }
}
