//! What can be wrong with a journal, where, in words that an auditor understands.

use std::fmt;

use super::segment;

/// The first place at which the journal is not as it was written.
///
/// Everything before it, from the point where reading began, has been checked. Nothing can be said of what
/// follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The file, as named from the ledger folder: `journal/000000000001.jsonl`, or `head`.
    pub file: String,
    /// The line in that file, counted from 1.
    pub line: u64,
    /// Where that line begins: bytes from the beginning of the file.
    pub offset: u64,
    /// The number of the next record to be expected there.
    pub record: u64,
    /// What is wrong.
    pub kind: DamageKind,
}

impl Damage {
    /// Damage in the segment that begins with record `first`.
    pub(super) fn in_segment(first: u64, line: u64, offset: u64, record: u64, kind: DamageKind) -> Damage {
        Damage {
            file: format!("{}/{}", segment::FOLDER, segment::file_name(first)),
            line,
            offset,
            record,
            kind,
        }
    }

    /// A segment that ought to begin with `record` and is not there; the next that is begins with `next`.
    pub(super) fn missing_segment(record: u64, next: Option<u64>) -> Damage {
        Damage::in_segment(record, 1, 0, record, DamageKind::MissingSegment { next })
    }

    /// A head file that does not tell where the journal ends; as far as it can be read it goes up to before
    /// `record`.
    pub(super) fn head_unreadable(record: u64, reason: String) -> Damage {
        let kind = DamageKind::HeadUnreadable { reason };
        Damage { file: "head".to_owned(), line: 1, offset: 0, record, kind }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Damage { file, line, offset, record, kind } = self;
        match kind {
            DamageKind::HeadUnreadable { .. } => {
                write!(f, "{file}: {kind}: records after record {} may be missing", record.saturating_sub(1))
            }
            DamageKind::MissingSegment { .. } => write!(f, "{file}: {kind}"),
            DamageKind::Altered { records } if *records > 1 => {
                write!(
                    f,
                    "{file}, line {line} (byte {offset}), records {record} to {}: {kind}",
                    record + records - 1
                )
            }
            DamageKind::Altered { records: 1 } => {
                write!(f, "{file}, line {line} (byte {offset}), record {record}: {kind}")
            }
            _ if *record <= 1 => write!(f, "{file}, line {line} (byte {offset}), before record 1: {kind}"),
            _ => write!(f, "{file}, line {line} (byte {offset}), after record {}: {kind}", record - 1),
        }
    }
}

impl std::error::Error for Damage {}

/// What is wrong at the place of a [`Damage`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DamageKind {
    /// The text of some records, or of the line that seals them, does not give the hash at its end.
    #[error("{}", altered_words(*.records))]
    Altered {
        /// How many records the hash covers, from the place of the damage on; one of them, or the line after
        /// them, was altered.
        records: u64,
    },

    /// Records are sound in themselves, with the line that seals them, which does not name the seal before.
    #[error(
        "the chain is broken: the records up to {found} do not follow from the line before them, so \
         lines were removed, inserted or moved here, or those before were altered and sealed again"
    )]
    ChainBroken {
        /// The last of those records, by the number that it carries.
        found: u64,
    },

    /// The line carries the wrong number.
    #[error(
        "the line is out of sequence: it is numbered {found}, so a line was removed, inserted or moved here"
    )]
    OutOfSequence {
        /// The record number that the line carries.
        found: u64,
    },

    /// A commit that does not describe the records before it.
    #[error(
        "the batch does not agree with its commit, which claims {records} records up to record {commit}, \
         while {present} records up to record {last} are there"
    )]
    CommitDisagrees {
        /// The last record of the batch, as the commit claims.
        commit: u64,
        /// Number of records in the batch, as the commit claims.
        records: u64,
        /// The last record that is there.
        last: u64,
        /// Number of records there are since the commit before.
        present: u64,
    },

    /// The line is not of the journal's format.
    #[error("the line is not readable: {reason}")]
    Unreadable {
        /// What is wrong with it.
        reason: String,
    },

    /// The line is as it was written, but its event is not one that this program knows.
    #[error(
        "the line is as it was written, but this version of the program does not understand its event: \
         {reason}"
    )]
    EventNotUnderstood {
        /// What is not understood.
        reason: String,
    },

    /// The file ends before the journal does.
    #[error(
        "the file is cut short: it ends here, while the journal is known to go on to record {acknowledged}"
    )]
    CutShort {
        /// The last record that is known to have been written.
        acknowledged: u64,
    },

    /// Something is wrong after the acknowledged end, and an unfinished write does not explain it.
    #[error(
        "after the end that the head file gives, something other than an unfinished write: {what}. \
         The head file may be older than the journal"
    )]
    BeyondHead {
        /// What is wrong there.
        what: Box<DamageKind>,
    },

    /// No segment begins with the record that must come next.
    #[error("{}", missing_segment_words(*.next))]
    MissingSegment {
        /// The first record of the next segment that is there, if any is.
        next: Option<u64>,
    },

    /// A segment begins with a record which the segment before it already holds, or follows an unfinished
    /// one.
    #[error("the file does not belong here: it should begin with a record that another segment holds")]
    UnexpectedSegment,

    /// The head file is missing, or does not pass its own check.
    #[error("{reason}, so nothing vouches for the journal's end")]
    HeadUnreadable {
        /// What is wrong with it.
        reason: String,
    },

    /// The journal is sound where the head file says that it ends, but does not end there with the head's
    /// hash.
    #[error(
        "the head file and the journal do not belong together: the journal ends here with another hash or \
         number"
    )]
    HeadDisagrees,

    /// The operating system could not read the file.
    #[error("the file could not be read: {reason}")]
    ReadFailed {
        /// What the operating system said.
        reason: String,
    },
}

impl DamageKind {
    pub(super) fn unreadable(reason: impl Into<String>) -> DamageKind {
        DamageKind::Unreadable { reason: reason.into() }
    }
}

fn altered_words(records: u64) -> String {
    let what = match records {
        0 => "the line has".to_owned(),
        1 => "this record, or the line after it that seals it, has".to_owned(),
        records => format!("one of these {records} records, or the line after them that seals them, has"),
    };
    format!("{what} been altered: the text does not give the hash written at its end")
}

fn missing_segment_words(next: Option<u64>) -> String {
    let what = "this file, or the end of the file before it, is missing";
    match next {
        Some(next) => format!("{what}; the next file there is begins with record {next}"),
        None => what.to_owned(),
    }
}
