//! Texts sorted by date on disk, since a ledger's transactions may not fit into memory. Only their places
//! are held in memory.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

use almoner_ledger::calendar::Date;

/// The place of a text. The order of its fields is the order of the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    day: Date,
    start: u64,
    length: usize,
}

/// Dated texts in a private temporary file, which is deleted when the program ends.
#[derive(Debug)]
pub struct Spool {
    file: BufWriter<File>,
    end: u64,
    places: Vec<Place>,
}

impl Spool {
    pub fn new() -> io::Result<Spool> {
        Ok(Spool { file: BufWriter::new(tempfile::tempfile()?), end: 0, places: Vec::new() })
    }

    pub fn push(&mut self, day: Date, text: &str) -> io::Result<()> {
        self.file.write_all(text.as_bytes())?;
        self.places.push(Place { day, start: self.end, length: text.len() });
        self.end += text.len() as u64;
        Ok(())
    }

    /// Writes all texts by date, those of one day in the order in which they were added.
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
    fn texts_are_sorted_by_day_and_then_by_order_of_addition() {
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
