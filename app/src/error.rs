//! Why a use case did not do what was requested: code, message and remedies, in the words of no front end.

use almoner_ledger::authority::Authority;
use almoner_ledger::book::BooksError;
use almoner_ledger::calendar::CalendarError;
use almoner_ledger::clock::WrongClock;
use almoner_ledger::decide::Refusal;
use almoner_ledger::money::Overflow;
use almoner_ledger::rejection::Field;
use almoner_ledger::remedy;
use almoner_ledger::reports::ReportError;
use almoner_ledger::text::{Text, TextError};
use almoner_papers::render::RenderError;
use almoner_store::proofs::checkpoint::CheckpointError;
use almoner_store::proofs::key::KeyError;
use almoner_store::{StoreError, is_of_later_version};

/// How bad an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// What was requested is refused, or a check failed.
    Refused,
    /// The ledger cannot be opened or is damaged.
    Unavailable,
}

/// What to do about an error. A front end says it as a flag, a command, a link or a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Advice that needs no command and no field.
    Advice(String),
    /// What to do about a rejection of the books.
    Books(remedy::Remedy),
    /// State the user who records.
    NameUser,
    /// Name the bank account, which the statement does not.
    NameAccount,
    /// Export the statement again, or accept that its balances do not agree.
    AcceptBalance,
    /// Restore the ledger from a backup; records up to `last` can still be read.
    RestoreBackup {
        /// The last record that can be read.
        last: u64,
    },
    /// Install the latest version of this program.
    InstallLatest,
    /// Look up what was recorded with the key, and give this recording another key.
    ChooseKey {
        /// The last record of what was recorded.
        record: u64,
    },
    /// Recover the end of the journal, whose head file is lost.
    RecoverHead,
    /// Set the clock of the computer, or confirm that it is right.
    ConfirmClock,
    /// Set the clock of the computer, or record that the earlier one was ahead.
    CorrectClock,
    /// Find what was lost, or accept in a record that it is.
    AcceptLostHistory,
    /// List the records that nobody was allowed to make, and restore a backup from before them.
    FindUnlawful,
    /// List the records.
    ListRecords,
    /// Show the ledger that is there, or choose another folder.
    ShowLedger,
    /// Create a ledger, or choose the folder of one.
    CreateLedger,
    /// Rebuild the index, and record nothing again.
    RebuildIndex,
    /// Try again later, or wait longer.
    WaitLonger,
    /// Verify the ledger, which lists all findings.
    ListFindings,
    /// Verify the ledger to see the damage, and rebuild the index.
    VerifyAndRebuild,
    /// Choose the file of the key, or create a new key if it is lost.
    ChooseKeyFile,
    /// Choose another file: a key is never overwritten.
    ChooseNewKeyFile,
    /// Choose the key file that was created with the ledger.
    ChooseCreatedKeyFile,
    /// Give the passphrase of the key.
    GivePassphrase,
    /// Give the right passphrase, or create a new key if it is forgotten.
    CorrectPassphrase,
    /// Give the date of the decision, or say that it is assumed.
    DateDecision,
    /// Assign the roles of the user instead.
    AssignRoles,
    /// List the users, or add one.
    ListUsers,
    /// Give both ends of the period.
    StateWholePeriod,
    /// State an audience that may see confidential grants.
    ShowToThoseWhoSeeAll,
    /// State the auditor as the audience, to whom alone the whole books go.
    ShowToAuditor,
    /// Give the publisher prefix that 360Giving assigned.
    GivePrefix,
    /// Name the body when the ledger is created.
    NameBody,
    /// Reverse one of the awards, and record it with another id.
    GiveOtherId,
    /// Show the report to the office, and to nobody outside it.
    ReportToOffice,
    /// Use a program that writes PDF, or print the HTML.
    PrintHtml,
    /// Begin with the annotated example of a mapping for a finance system.
    BeginWithExample,
    /// Take the books as known at this record instead.
    KnowAt(u64),
}

/// What happened and what to do about it, with a code for scripts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// How bad it is.
    pub severity: Severity,
    /// The stable code.
    pub code: &'static str,
    /// What happened, with the facts.
    pub message: String,
    /// The field of a form that it is about, if it is about one.
    pub field: Option<Field>,
    /// What to do about it, the most useful first.
    pub remedies: Vec<Remedy>,
}

impl Error {
    /// Returns the error of what a later version of the program wrote.
    pub fn later_version(message: impl Into<String>) -> Error {
        Error::unavailable("later-version", message).remedy(Remedy::InstallLatest)
    }

    /// Returns the error that something was refused, or a check failed.
    pub fn refused(code: &'static str, message: impl Into<String>) -> Error {
        let (severity, message) = (Severity::Refused, message.into());
        Error { severity, code, message, field: None, remedies: Vec::new() }
    }

    /// Returns the error that the ledger cannot be opened or is damaged.
    pub fn unavailable(code: &'static str, message: impl Into<String>) -> Error {
        Error { severity: Severity::Unavailable, ..Error::refused(code, message) }
    }

    /// Adds what to do about it.
    pub fn remedy(mut self, remedy: Remedy) -> Error {
        self.remedies.push(remedy);
        self
    }

    /// Returns true if it can be proposed instead to somebody who may decide it.
    pub fn may_be_proposed(&self) -> bool {
        use remedy::Remedy::{Propose, ProposeToCloser};
        let proposes =
            |it: &Remedy| matches!(it, Remedy::Books(Propose | ProposeToCloser { may_propose: true, .. }));
        self.remedies.iter().any(proposes)
    }

    /// Returns the error with the remedies that are open to a user.
    pub fn open_to(self, authority: &Authority, by: Option<&Text>) -> Error {
        let open = |it| match it {
            Remedy::Books(remedy) => Remedy::Books(authority.open_ways(remedy, by.map(Text::as_str))),
            other => other,
        };
        Error { remedies: self.remedies.into_iter().map(open).collect(), ..self }
    }

    /// Adds advice that needs no command and no field.
    pub fn advice(self, advice: impl Into<String>) -> Error {
        self.remedy(Remedy::Advice(advice.into()))
    }
}

fn books(remedies: Vec<remedy::Remedy>) -> Vec<Remedy> {
    remedies.into_iter().map(Remedy::Books).collect()
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        match refusal {
            Refusal::Rejected(rejection) => Error {
                field: rejection.field(),
                remedies: books(rejection.remedies()),
                ..Error::refused(rejection.code(), rejection.to_string())
            },
            Refusal::Books(error) => error.into(),
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Error {
        let message = error.to_string();
        match error {
            StoreError::Books(error) => error.into(),
            StoreError::HeadMoved { .. } => Error::refused("ledger-busy", message)
                .advice("try again in a moment: other users are recording"),
            StoreError::NoSuchRecord { .. } => {
                Error::refused("unknown-record", message).remedy(Remedy::ListRecords)
            }
            StoreError::Exists(_) => Error::refused("ledger-exists", message).remedy(Remedy::ShowLedger),
            StoreError::InLedger(..) => {
                Error::refused("in-ledger", message).advice("choose a place outside the ledger folder")
            }
            StoreError::NoLedger(_) => Error::unavailable("no-ledger", message).remedy(Remedy::CreateLedger),
            StoreError::Recorded { .. } => {
                Error::unavailable("index-behind", message).remedy(Remedy::RebuildIndex)
            }
            StoreError::InUse { .. } => {
                Error::unavailable("ledger-in-use", message).remedy(Remedy::WaitLonger)
            }
            StoreError::NotKnown { .. } => Error::unavailable("not-known-yet", message).advice(
                "when the database can be reached again, look whether it is in the log before you record it again",
            ),
            StoreError::HistoryLost(_) => {
                Error::unavailable("history-lost", message).remedy(Remedy::AcceptLostHistory)
            }
            StoreError::HeadLost(_) => Error::unavailable("head-lost", message).remedy(Remedy::RecoverHead),
            StoreError::HeadThere => Error::refused("head-there", message).advice("no action is needed"),
            StoreError::Clock(wrong) => wrong.into(),
            StoreError::NothingLost => Error::refused("nothing-lost", message).advice("no action is needed"),
            StoreError::NotAllowed(_) => {
                Error::unavailable("record-not-allowed", message).remedy(Remedy::FindUnlawful)
            }
            StoreError::Damaged(_) | StoreError::Unavailable(_) if is_of_later_version(&message) => {
                Error::later_version(message)
            }
            StoreError::Damaged(_) | StoreError::Unavailable(_) => {
                Error::unavailable("ledger-unavailable", message)
            }
        }
    }
}

impl From<WrongClock> for Error {
    fn from(wrong: WrongClock) -> Error {
        let error = Error::refused(wrong.code(), wrong.to_string());
        match wrong {
            WrongClock::Ahead { .. } => error.remedy(Remedy::ConfirmClock),
            WrongClock::Behind { .. } => error.remedy(Remedy::CorrectClock),
            WrongClock::TooEarly { .. } => error.remedy(Remedy::ConfirmClock),
            WrongClock::NotWrong(_) => error.advice("no action is needed"),
        }
    }
}

impl From<KeyError> for Error {
    fn from(error: KeyError) -> Error {
        let remedy = match &error {
            KeyError::Io { doing: "read", .. } => Remedy::ChooseKeyFile,
            KeyError::Io { .. } => Remedy::ChooseNewKeyFile,
            KeyError::NotAKey(_) => Remedy::ChooseCreatedKeyFile,
            KeyError::Sealed(_) => Remedy::GivePassphrase,
            KeyError::WrongPassphrase(_) => Remedy::CorrectPassphrase,
        };
        Error::refused("no-key", error.to_string()).remedy(remedy)
    }
}

impl From<CheckpointError> for Error {
    fn from(error: CheckpointError) -> Error {
        let code = match error {
            CheckpointError::NotACheckpoint => "not-a-checkpoint",
            CheckpointError::BadSignature => "bad-signature",
        };
        Error::refused(code, error.to_string()).advice("obtain the file again from whoever holds it")
    }
}

impl From<BooksError> for Error {
    fn from(error: BooksError) -> Error {
        match error {
            BooksError::Overflow(overflow) => overflow.into(),
            BooksError::NotAllowed(breach) => {
                Error::refused(breach.code(), breach.to_string()).remedy(Remedy::Books(breach.remedy()))
            }
            error => Error::unavailable("ledger-damaged", error.to_string()).remedy(Remedy::VerifyAndRebuild),
        }
    }
}

impl From<ReportError> for Error {
    fn from(error: ReportError) -> Error {
        let (message, remedy, field) = (error.to_string(), error.remedy(), error.field());
        let error = match error {
            ReportError::Books(error) => return error.into(),
            ReportError::Overflow(error) => return error.into(),
            ReportError::OutOfBalance { .. } => Error::unavailable("out-of-balance", message),
            ReportError::Unexplained { .. } => Error::unavailable("unexplained", message),
            ReportError::NotOfPeriod { .. } => Error::refused("not-of-period", message),
            ReportError::NotAMonthEnd(_) => Error::refused("not-a-month-end", message),
            ReportError::Ambiguous { what: "recipient", .. } => {
                Error::refused("ambiguous-recipient", message)
            }
            ReportError::Ambiguous { .. } => Error::refused("ambiguous-name", message),
            ReportError::Unknown { what: "theme", .. } => Error::refused("unknown-theme", message),
            ReportError::Unknown { what: "fund", .. } => Error::refused("unknown-fund", message),
            ReportError::Unknown { what: "recipient", .. } => Error::refused("unknown-recipient", message),
            ReportError::Unknown { what: "grant", .. } => Error::refused("unknown-award", message),
            ReportError::Unknown { .. } => Error::refused("unknown", message),
        };
        Error { field, ..error.remedy(Remedy::Books(remedy)) }
    }
}

impl From<Overflow> for Error {
    fn from(error: Overflow) -> Error {
        Error::refused("sum-too-large", error.to_string()).advice("check the amounts for extra digits")
    }
}

impl From<RenderError> for Error {
    fn from(error: RenderError) -> Error {
        let message = error.to_string();
        match error {
            RenderError::NoPdf => Error::refused("no-pdf", message).remedy(Remedy::PrintHtml),
            RenderError::WhichSheet { keys, .. } if keys.is_empty() => {
                Error::refused("which-sheet", message).advice("choose another format")
            }
            RenderError::WhichSheet { keys, .. } => {
                Error::refused("which-sheet", message).advice(format!("choose one of: {}", keys.join(", ")))
            }
            RenderError::Unwritable { what, why } => {
                Error::refused("not-written", format!("{what} cannot be written: {why}"))
                    .advice("check that the folder exists and can be written to")
            }
        }
    }
}

impl From<TextError> for Error {
    fn from(error: TextError) -> Error {
        Error::refused("invalid-value", error.to_string()).advice(error.hint())
    }
}

impl From<CalendarError> for Error {
    fn from(error: CalendarError) -> Error {
        Error::refused(error.code(), error.to_string()).advice(error.hint())
    }
}

#[cfg(test)]
mod tests {
    use almoner_ledger::money::Money;
    use almoner_ledger::rejection::Rejection;

    use super::*;

    #[test]
    fn a_refusal_of_the_core_keeps_its_field() {
        let amount = Refusal::from(Rejection::NotPositive(Money::ZERO));
        assert_eq!(Error::from(amount).field, Some(Field::Amount));
    }
}
