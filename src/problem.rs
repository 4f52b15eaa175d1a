//! What went wrong, in words for the person at the keyboard, and the exit code it leads to.
//!
//! Guarantees that nothing from outside (a file's name, an argument, a damaged record) reaches the
//! screen with control characters in it. Knows nothing of how the problem came about.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use almoner_ledger::book::BooksError;
use almoner_ledger::calendar::CalendarError;
use almoner_ledger::decide::Refusal;
use almoner_ledger::indicators::IndicatorError;
use almoner_ledger::money::{MoneyError, Overflow};
use almoner_ledger::reports::ReportError;
use almoner_ledger::store::StoreError;
use almoner_ledger::store::checkpoint::CheckpointError;
use almoner_ledger::store::key::KeyError;
use almoner_ledger::store::proof::NotAProof;
use almoner_ledger::text::{Text, TextError};
use almoner_ledger::themes::SplitError;

use crate::commands::report::ReportProblem;
use crate::render::output::OutputError;

/// How a problem ends the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Refused, or found wanting.
    Refused = 1,
    /// Not a command of this program.
    Usage = 2,
    /// The ledger could not be opened or is damaged.
    Unavailable = 3,
}

/// What happened, what to do about it, and a code for scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    exit: Exit,
    code: &'static str,
    message: String,
    hint: Option<String>,
}

impl Problem {
    /// Something refused, or found wanting: exit code 1.
    pub fn refused(code: &'static str, message: impl Into<String>) -> Problem {
        Problem { exit: Exit::Refused, code, message: message.into(), hint: None }
    }

    /// A ledger that cannot be opened or is damaged: exit code 3.
    pub fn unavailable(code: &'static str, message: impl Into<String>) -> Problem {
        Problem { exit: Exit::Unavailable, code, message: message.into(), hint: None }
    }

    /// A file that cannot be read or written.
    pub fn file(doing: &str, error: &std::io::Error) -> Problem {
        Problem::refused("file", format!("{doing}: {error}"))
    }

    /// A file that was named, and cannot be read.
    pub fn unreadable(name: impl std::fmt::Display, error: &std::io::Error) -> Problem {
        Problem::file(&format!("{name} cannot be read"), error).hint("check the file's name and folder")
    }

    /// Exit code 1, when what is wanting is already on the screen.
    pub fn already_reported() -> Problem {
        Problem::refused("", "")
    }

    /// Exit code 3, when what is damaged is already on the screen.
    pub fn damage_reported() -> Problem {
        Problem::unavailable("", "")
    }

    /// Exit code 2, when the help is already on the screen.
    pub fn usage_reported() -> Problem {
        Problem { exit: Exit::Usage, code: "", message: String::new(), hint: None }
    }

    /// With what to do next.
    pub fn hint(mut self, hint: impl Into<String>) -> Problem {
        self.hint = Some(hint.into());
        self
    }

    /// The same, with the line to type where a second person is needed.
    pub fn proposable(self, line: impl FnOnce() -> String) -> Problem {
        match self.code {
            "second-person-needed" => {
                self.hint(format!("propose it, for an approver to approve: {}", line()))
            }
            _ => self,
        }
    }

    /// The exit code.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.exit as u8)
    }

    /// Prints the problem on stderr. A closed stderr is no reason for another problem.
    pub fn print(&self) {
        if !self.message.is_empty() {
            drop(std::io::stderr().lock().write_all(self.text().as_bytes()));
        }
    }

    /// The problem as it is printed.
    pub fn text(&self) -> String {
        let mut text = format!("error[{}]: {}\n", self.code, on_screen(&self.message));
        if let Some(hint) = &self.hint {
            text.push_str(&format!("  hint: {}\n", on_screen(hint)));
        }
        text
    }

    /// What clap found wrong with the arguments. A value that cannot be read is bad input, which is
    /// refused like any other; the rest is wrong usage.
    pub fn of_arguments(error: &clap::Error) -> Problem {
        use clap::error::{ContextKind, ErrorKind};
        if error.kind() == ErrorKind::ValueValidation
            && let Some(source) = error.source().filter(|source| bad_value(*source).is_some())
        {
            let argument = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
            return Problem::of_value(source, &argument);
        }
        let text = error.render().to_string();
        let message = text.strip_prefix("error: ").unwrap_or(&text).trim_end().to_owned();
        Problem { exit: Exit::Usage, code: "usage", message, hint: None }
    }

    /// Returns the problem with the value of an argument.
    pub fn of_value(error: &(dyn Error + 'static), argument: &str) -> Problem {
        match bad_value(error) {
            Some((code, message, hint)) => {
                Problem::refused(code, format!("{message} (given for {argument})")).hint(hint)
            }
            None => Problem::refused("usage", format!("{error} (given for {argument})")),
        }
    }
}

/// What is wrong with a value, if it is of one of the ledger's own types.
fn bad_value(source: &(dyn Error + 'static)) -> Option<(&'static str, String, &'static str)> {
    let (code, hint) = if let Some(error) = source.downcast_ref::<MoneyError>() {
        ("not-an-amount", error.hint())
    } else if let Some(error) = source.downcast_ref::<CalendarError>() {
        ("not-a-date", error.hint())
    } else if let Some(error) = source.downcast_ref::<SplitError>() {
        ("not-a-split", error.hint())
    } else if let Some(error) = source.downcast_ref::<IndicatorError>() {
        ("not-an-indicator", error.hint())
    } else if let Some(error) = source.downcast_ref::<TextError>() {
        ("not-a-text", error.hint())
    } else if let Some(error) = source.downcast_ref::<NotAProof>() {
        ("not-a-proof", error.hint())
    } else {
        return None;
    };
    Some((code, source.to_string(), hint))
}

/// A text with whatever could disturb a screen written out (`\u{1b}`), and lines set in.
pub fn on_screen(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => {
                shown.truncate(shown.trim_end().len());
                shown.push_str("\n  ");
            }
            // The ledger's own rule of what can be shown safely.
            _ if matches!(Text::new(character.encode_utf8(&mut [0; 4])), Err(TextError::Unsafe(_))) => {
                shown.extend(character.escape_default());
            }
            _ => shown.push(character),
        }
    }
    shown
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        match refusal {
            Refusal::Rejected(rejection) => {
                Problem::refused(rejection.code(), rejection.to_string()).hint(rejection.hint())
            }
            Refusal::Books(error) => error.into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        let message = error.to_string();
        match error {
            StoreError::Books(error) => error.into(),
            StoreError::HeadMoved { .. } => Problem::refused("ledger-busy", message)
                .hint("others are recording at the same time; try again in a moment"),
            StoreError::NoSuchRecord { .. } => {
                Problem::refused("unknown-record", message).hint("list the records with `almoner log`")
            }
            StoreError::Exists(_) => Problem::refused("ledger-exists", message)
                .hint("look at it with `almoner status`, or name another place with --ledger"),
            StoreError::NoLedger(_) => Problem::unavailable("no-ledger", message)
                .hint("make one with `almoner init`, or say where it is with --ledger PATH"),
            StoreError::Recorded { .. } => Problem::unavailable("index-behind", message)
                .hint("it is recorded: do not record it again; `almoner rebuild` remakes the index"),
            StoreError::InUse { .. } => Problem::unavailable("ledger-in-use", message).hint(
                "nothing was recorded; try again when that is done, or wait longer with --wait SECONDS",
            ),
            StoreError::Unavailable(_) => Problem::unavailable("ledger-unavailable", message),
        }
    }
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Problem {
        let hint = match &error {
            KeyError::Io { doing: "read", .. } => {
                "say where the key is with --key-file; if it is lost, `almoner checkpoint --new-key` makes another"
            }
            KeyError::Io { .. } => "name another file with --key-file; a key is never overwritten",
            KeyError::NotAKey(_) => "name the file that `almoner init` made with --key-file",
            KeyError::Sealed(_) => "set ALMONER_PASSPHRASE, or type it where it can be asked for",
            KeyError::WrongPassphrase(_) => {
                "type it as it was when the key was made; if it is forgotten, `almoner checkpoint --new-key` makes another key"
            }
        };
        Problem::refused("no-key", error.to_string()).hint(hint)
    }
}

impl From<CheckpointError> for Problem {
    fn from(error: CheckpointError) -> Problem {
        let code = match error {
            CheckpointError::NotACheckpoint => "not-a-checkpoint",
            CheckpointError::BadSignature => "bad-signature",
        };
        Problem::refused(code, error.to_string()).hint("ask for the file again where it was kept")
    }
}

impl From<BooksError> for Problem {
    fn from(error: BooksError) -> Problem {
        match error {
            BooksError::Overflow(overflow) => overflow.into(),
            BooksError::NotAllowed(breach) => {
                Problem::refused(breach.code(), breach.to_string()).hint(breach.hint())
            }
            error => Problem::unavailable("ledger-damaged", error.to_string())
                .hint("run `almoner verify` to see what is damaged, `almoner rebuild` to remake the index"),
        }
    }
}

impl From<ReportError> for Problem {
    fn from(error: ReportError) -> Problem {
        let (message, hint) = (error.to_string(), error.hint());
        let problem = match error {
            ReportError::Books(error) => return error.into(),
            ReportError::Overflow(error) => return error.into(),
            ReportError::OutOfBalance { .. } => Problem::unavailable("out-of-balance", message),
            ReportError::Unexplained { .. } => Problem::unavailable("unexplained", message),
            ReportError::NotAMonthEnd(_) => Problem::refused("not-a-month-end", message),
            ReportError::AmbiguousRecipient { .. } => Problem::refused("ambiguous-recipient", message),
            ReportError::Unknown { what: "theme", .. } => Problem::refused("unknown-theme", message),
            ReportError::Unknown { what: "fund", .. } => Problem::refused("unknown-fund", message),
            ReportError::Unknown { what: "recipient", .. } => Problem::refused("unknown-recipient", message),
            ReportError::Unknown { what: "grant", .. } => Problem::refused("unknown-award", message),
            ReportError::Unknown { .. } => Problem::refused("unknown", message),
        };
        problem.hint(hint)
    }
}

impl From<ReportProblem> for Problem {
    fn from(problem: ReportProblem) -> Problem {
        match problem {
            ReportProblem::Range(error) => error.into(),
            ReportProblem::Report(error) => error.into(),
            ReportProblem::NotFor(_) => Problem::refused("not-for-audience", problem.to_string())
                .hint("say --audience officer, and keep what is written in the office"),
            ReportProblem::Output(error) => error.into(),
        }
    }
}

impl From<OutputError> for Problem {
    fn from(error: OutputError) -> Problem {
        Problem::refused(error.code(), error.to_string()).hint(error.hint())
    }
}

impl From<Overflow> for Problem {
    fn from(error: Overflow) -> Problem {
        Problem::refused("sum-too-large", error.to_string()).hint("check the amounts for extra digits")
    }
}

impl From<TextError> for Problem {
    fn from(error: TextError) -> Problem {
        Problem::refused("not-a-text", error.to_string()).hint(error.hint())
    }
}

impl From<CalendarError> for Problem {
    fn from(error: CalendarError) -> Problem {
        Problem::refused("not-a-date", error.to_string()).hint(error.hint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_printed_with_their_hints_and_without_escapes() {
        let problem =
            Problem::refused("unknown-theme", "there is no theme `a\u{1b}[31m\u{202e}`").hint("add it");
        assert_eq!(
            problem.text(),
            "error[unknown-theme]: there is no theme `a\\u{1b}[31m\\u{202e}`\n  hint: add it\n"
        );
        assert_eq!(on_screen("£1 – “café”\nnext"), "£1 – “café”\n  next");
    }
}
