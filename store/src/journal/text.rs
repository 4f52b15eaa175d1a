//! Batches as text, and text as lines, of a journal that is kept in no files.

use std::io;

use almoner_ledger::head::Head;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::chain::Chain;
use super::line::LineWriter;
use super::run::RunReader;
use super::{Batch, JournalError, Line, Salt};

/// Returns the text of a batch after a head.
///
/// # Errors
/// [`JournalError::NotWritable`].
pub(crate) fn batch_text<'e, E: Serialize + 'e>(
    after: Head,
    batch: &Batch<'_>,
    salt: Salt,
    (at, by): (&str, &str),
    events: impl IntoIterator<Item = &'e E>,
) -> Result<Vec<u8>, JournalError> {
    let mut lines = LineWriter::new(after.record, after.hash, Some(salt), at, by);
    let mut last = after.record;
    for event in events {
        last += 1;
        lines.record(event).map_err(|reason| JournalError::NotWritable { record: last, reason })?;
    }
    lines.commit(last - after.record, batch);
    Ok(lines.closed().to_vec())
}

/// Reads the lines of a journal's text after a head, each checked with the line that closes it, and returns them with
/// the head that they end at.
///
/// # Errors
/// The damage in words: the text is in no file in which it could have a place.
pub(crate) fn lines_of_text<E: DeserializeOwned>(
    after: Head,
    text: &[u8],
) -> Result<(Vec<Line<E>>, Option<Head>), String> {
    let mut chain = Chain::after(after);
    let (mut runs, mut lines) = (RunReader::new(text), Vec::new());
    let failed = |error: io::Error| error.to_string();
    while let Some(mut run) = runs.next().map_err(failed)? {
        let (first, prev) = (chain.next_record(), chain.hash());
        let opened = run.open(0);
        chain.follow(&opened).map_err(|fault| fault.kind.to_string())?;
        let contents = opened.contents.map_err(|fault| fault.kind.to_string())?;
        if let Some(fault) = contents.fault {
            return Err(fault.kind.to_string());
        }
        let stamp = (contents.closing.at.as_str().into(), contents.closing.by.as_str().into());
        lines.extend(contents.into_lines(first, prev, &stamp));
    }
    Ok((lines, chain.head()))
}
