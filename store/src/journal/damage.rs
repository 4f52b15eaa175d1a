//! Damage to a journal: kind, position, and a description for an auditor.

use std::fmt;

use super::segment;

/// The first position at which the journal is not as it was written.
///
/// Everything before it, from where reading began, has been checked. Nothing is known of what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The file, as named from the ledger folder: `journal/000000000001.jsonl`, or `head`.
    pub file: String,
    /// The line in that file, counted from 1.
    pub line: u64,
    /// Where that line begins, in bytes from the beginning of the file.
    pub offset: u64,
    /// The number of the next record expected there.
    pub record: u64,
    /// The kind of damage.
    pub kind: DamageKind,
}

impl Damage {
    /// Makes damage in the segment that begins with record `first`.
    pub(super) fn in_segment(first: u64, line: u64, offset: u64, record: u64, kind: DamageKind) -> Damage {
        Damage {
            file: format!("{}/{}", segment::FOLDER, segment::file_name(first)),
            line,
            offset,
            record,
            kind,
        }
    }

    /// Makes damage for a missing segment that should begin with `record`; the next one begins with `next`.
    pub(super) fn missing_segment(record: u64, next: Option<u64>) -> Damage {
        Damage::in_segment(record, 1, 0, record, DamageKind::MissingSegment { next })
    }

    /// Makes damage for an unreadable head file; the journal as far as it can be read ends before `record`.
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

/// How messages name what only a later version of this program can read. Errors carry damage as text.
pub const LATER: &str = "written by a later version of almoner";

/// The kind of a [`Damage`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DamageKind {
    /// The text of some records, or of the line that seals them, does not match the hash at its end.
    #[error("{}", altered_words(*.records))]
    Altered {
        /// Number of records that the hash covers, from the position of the damage on. One of them, or the line
        /// after them, was altered.
        records: u64,
    },

    /// Records are intact in themselves, but the line that seals them does not name the seal before.
    #[error(
        "the chain is broken: the records up to {found} do not follow the line before them, so lines were \
         removed, inserted or moved here, or earlier lines were altered and sealed again"
    )]
    ChainBroken {
        /// The number that the last of those records carries.
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
        "the batch does not match its commit, which states {records} records up to record {commit}: \
         the journal has {present} records up to record {last}"
    )]
    CommitDisagrees {
        /// The last record of the batch according to the commit.
        commit: u64,
        /// Number of records in the batch according to the commit.
        records: u64,
        /// The last record that is there.
        last: u64,
        /// Number of records since the commit before.
        present: u64,
    },

    /// A line of format 1 after one of format 2.
    #[error(
        "the line has no salt, although earlier lines have one: an earlier version of the \
         program, or something else, wrote it"
    )]
    SaltMissing,

    /// The line is not of the journal's format.
    #[error("the line cannot be read: {reason}")]
    Unreadable {
        /// The reason.
        reason: String,
    },

    /// The line is as it was written, but its event is unknown to this program.
    #[error(
        "the line is as it was written, but this version of the program does not understand its event: \
         {reason}"
    )]
    EventNotUnderstood {
        /// The reason.
        reason: String,
    },

    /// The line is as it was written, and has something that only a later version of this program knows.
    #[error("the line was {LATER}: this version does not know `{unknown}`")]
    OfLaterVersion {
        /// What this program does not know.
        unknown: String,
    },

    /// The file ends before the journal does.
    #[error(
        "the file is truncated: it ends here, but the journal is known to extend to record {acknowledged}"
    )]
    CutShort {
        /// The last record that was acknowledged.
        acknowledged: u64,
    },

    /// Damage after the acknowledged end that an unfinished write cannot have left.
    #[error(
        "after the end given by the head file, the journal contains something other than an unfinished write: {what}. \
         The head file may be older than the journal"
    )]
    BeyondHead {
        /// The damage there.
        what: Box<DamageKind>,
    },

    /// No segment begins with the record that must come next.
    #[error("{}", missing_segment_words(*.next))]
    MissingSegment {
        /// The first record of the next segment, if there is one.
        next: Option<u64>,
    },

    /// A segment begins with a record that an earlier segment already has, or follows an unfinished one.
    #[error("the file does not belong here: another file already has the record it should begin with")]
    UnexpectedSegment,

    /// The head file is missing, or does not match its own check.
    #[error("{reason}, so the journal's end cannot be confirmed")]
    HeadUnreadable {
        /// The reason.
        reason: String,
    },

    /// The journal is intact up to the end given by the head file, but does not end there with the head's
    /// hash.
    #[error(
        "the head file and the journal do not match: the journal ends here with another hash or record \
         number"
    )]
    HeadDisagrees,

    /// The operating system could not read the file.
    #[error("the file could not be read: {reason}")]
    ReadFailed {
        /// The error of the operating system.
        reason: String,
    },
}

impl DamageKind {
    pub(super) fn unreadable(reason: impl Into<String>) -> DamageKind {
        DamageKind::Unreadable { reason: reason.into() }
    }

    /// Returns the kind of an event of an intact line that was not understood. The reader of JSON says only in words
    /// that it met something that this program does not have.
    pub(super) fn not_understood(reason: String) -> DamageKind {
        let unknown = ["unknown variant `", "unknown field `"].iter().find_map(|start| {
            let (_, rest) = reason.split_once(start)?;
            rest.split_once('`').map(|(unknown, _)| unknown.to_owned())
        });
        // Versions of rules are numbers.
        let rules = || Some(reason.split_once(" is not known to this version")?.0.to_owned());
        match unknown.or_else(rules) {
            Some(unknown) => DamageKind::OfLaterVersion { unknown },
            None => DamageKind::EventNotUnderstood { reason },
        }
    }
}

fn altered_words(records: u64) -> String {
    let what = match records {
        0 => "the line has".to_owned(),
        1 => "this record, or the line after it that seals it, has".to_owned(),
        records => format!("one of these {records} records, or the line after them that seals them, has"),
    };
    format!("{what} been altered: the text does not match the hash at its end")
}

fn missing_segment_words(next: Option<u64>) -> String {
    let what = "this file, or the end of the file before it, is missing";
    match next {
        Some(next) => format!("{what}; the next file begins with record {next}"),
        None => what.to_owned(),
    }
}
