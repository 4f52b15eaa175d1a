//! Problems: an error code for scripts, a message and a hint for the user, and the exit code.
//!
//! Guarantees that no text from outside (a file name, an argument, a damaged record) reaches the
//! screen with control characters in it.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use almoner_app::error::{self as app, Severity};
use almoner_ledger::book::BooksError;
use almoner_ledger::calendar::CalendarError;
use almoner_ledger::decide::Refusal;
use almoner_ledger::indicators::IndicatorError;
use almoner_ledger::money::{MoneyError, Overflow};
use almoner_ledger::reports::ReportError;
use almoner_ledger::text::TextError;
use almoner_ledger::themes::SplitError;
use almoner_store::proofs::NotAProof;
use almoner_store::proofs::checkpoint::CheckpointError;
use almoner_store::proofs::key::KeyError;
use almoner_store::{StoreError, system_reason};

use almoner_papers::render::RenderError;

use crate::remedies;
use crate::terminal::on_screen;

/// The exit code of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Refused, or problems were found.
    Refused = 1,
    /// Wrong usage.
    Usage = 2,
    /// The ledger cannot be opened or is damaged.
    Unavailable = 3,
}

/// What happened, what to do about it, and an error code for scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    exit: Exit,
    code: &'static str,
    message: String,
    hint: Option<String>,
}

impl Problem {
    /// Returns a problem with exit code 1: something was refused, or a check failed.
    pub fn refused(code: &'static str, message: impl Into<String>) -> Problem {
        Problem { exit: Exit::Refused, code, message: message.into(), hint: None }
    }

    /// Returns a problem with exit code 3: the ledger cannot be opened or is damaged.
    pub fn unavailable(code: &'static str, message: impl Into<String>) -> Problem {
        Problem { exit: Exit::Unavailable, code, message: message.into(), hint: None }
    }

    /// Returns the problem of a file that cannot be read or written.
    pub fn file(doing: &str, error: &std::io::Error) -> Problem {
        Problem::refused("file", format!("{doing}: {}", system_reason(error)))
    }

    /// Returns the problem of a named file that cannot be read.
    pub fn unreadable(name: impl std::fmt::Display, error: &std::io::Error) -> Problem {
        Problem::file(&format!("{name} cannot be read"), error).hint("check the file name and the folder")
    }

    /// Returns the problem of something that cannot be written.
    pub fn unwritable(what: &str, why: impl std::fmt::Display) -> Problem {
        Problem::refused("not-written", format!("{what} cannot be written: {why}"))
            .hint("check that the folder exists and can be written to")
    }

    /// Exit code 1, with the findings already on the screen.
    pub fn already_reported() -> Problem {
        Problem::refused("", "")
    }

    /// Exit code 3, with the damage already on the screen.
    pub fn damage_reported() -> Problem {
        Problem::unavailable("", "")
    }

    /// Returns a problem with exit code 2: wrong usage.
    pub fn usage(message: impl Into<String>) -> Problem {
        Problem { exit: Exit::Usage, ..Problem::refused("usage", message) }
    }

    /// Exit code 2, with the help already on the screen.
    pub fn usage_reported() -> Problem {
        Problem::usage("")
    }

    /// Adds what to do next.
    pub fn hint(mut self, hint: impl Into<String>) -> Problem {
        self.hint = Some(hint.into());
        self
    }

    /// Says what to do next, if the problem has this code.
    pub fn hint_for(self, code: &str, hint: impl FnOnce() -> String) -> Problem {
        if self.code == code { self.hint(hint()) } else { self }
    }

    /// Returns the code for scripts, which is the same in all versions.
    #[cfg(test)]
    pub fn code(&self) -> &'static str {
        self.code
    }

    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.exit as u8)
    }

    /// Prints the problem on stderr. A closed stderr is not another problem.
    pub fn print(&self) {
        if !self.message.is_empty() {
            drop(std::io::stderr().lock().write_all(self.text().as_bytes()));
        }
    }

    /// Returns the message and the hint as one text.
    pub fn with_hint(&self) -> String {
        self.hint.iter().fold(self.message.clone(), |text, hint| format!("{text}; {hint}"))
    }

    /// Returns the problem as printed.
    pub fn text(&self) -> String {
        let mut text = format!("error[{}]: {}\n", self.code, on_screen(&self.message));
        if let Some(hint) = &self.hint {
            text.push_str(&format!("  hint: {}\n", on_screen(hint)));
        }
        text
    }

    /// Returns the error that pages show.
    #[cfg(feature = "web")]
    pub fn for_pages(self) -> almoner_app::error::Error {
        let error = almoner_app::error::Error::refused(self.code, self.message);
        match self.hint {
            Some(hint) => error.advice(hint),
            None => error,
        }
    }

    /// Returns the problem that clap found with the arguments: a value that cannot be read is refused
    /// (exit code 1), anything else is wrong usage (exit code 2).
    pub fn of_arguments(error: &clap::Error) -> Problem {
        use clap::error::{ContextKind, ContextValue, ErrorKind};
        if error.kind() == ErrorKind::ValueValidation
            && let Some(source) = error.source().filter(|source| bad_value(*source).is_some())
        {
            let argument = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
            return Problem::of_value(source, &argument);
        }
        let usage = error.get(ContextKind::Usage).map(ToString::to_string).unwrap_or_default();
        let usage = usage.replace("Usage:", " ").split_whitespace().collect::<Vec<_>>().join(" ");
        let words = usage.split(' ').skip(1).take_while(|word| word.starts_with(char::is_alphanumeric));
        let help = std::iter::once("almoner help").chain(words).collect::<Vec<_>>().join(" ");
        let named = |kind| match error.get(kind) {
            Some(ContextValue::String(name)) => vec![name.clone()],
            Some(ContextValue::Strings(names)) => names.clone(),
            _ => Vec::new(),
        };
        let given = named(ContextKind::InvalidArg);
        let (message, hint) = match (error.kind(), given.as_slice()) {
            (ErrorKind::MissingRequiredArgument, [_, ..]) => {
                let missing: Vec<String> = given.iter().map(|it| alternatives(it)).collect();
                (format!("missing: {}", missing.join(", ")), format!("type `{usage}`; `{help}` describes it"))
            }
            (ErrorKind::UnknownArgument, [unknown]) if unknown.starts_with('-') => {
                let similar = named(ContextKind::SuggestedArg);
                let hint = match similar.as_slice() {
                    [similar, ..] => {
                        format!("use `{similar}` if that is what you mean; `{help}` lists the options")
                    }
                    [] => format!("list the options with `{help}`"),
                };
                (format!("there is no option `{unknown}`"), hint)
            }
            (ErrorKind::ArgumentConflict, _) => (without_usage(error), "give only one of them".to_owned()),
            (ErrorKind::ValueValidation, _) => {
                (with_range_in_words(&without_usage(error)), format!("see `{help}`"))
            }
            _ => (without_usage(error), format!("see `{help}`")),
        };
        Problem::usage(message).hint(hint)
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

/// Returns a message of clap whose range, if it has one, is in words.
fn with_range_in_words(message: &str) -> String {
    let range =
        message.split_once(" is not in ").and_then(|(value, it)| Some((value, it.split_once("..=")?)));
    match range {
        Some((value, (from, to))) => format!("{value} is not between {from} and {to}"),
        None => message.to_owned(),
    }
}

/// Returns what clap says, without the usage.
fn without_usage(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let end = ["\nUsage:", "\nFor more information"].iter().filter_map(|it| text.find(it)).min();
    text.get(..end.unwrap_or(text.len())).unwrap_or(text).trim_end().to_owned()
}

/// Returns alternatives, which clap writes as `<--from <DATE>|--to <DATE>>`, in words.
fn alternatives(missing: &str) -> String {
    let group = missing.strip_prefix("<--").and_then(|rest| rest.strip_suffix('>'));
    group.map_or_else(|| missing.to_owned(), |rest| format!("--{rest}").replace('|', " or "))
}

/// Returns code, message and hint of an error in a value of one of the ledger's own types.
fn bad_value(source: &(dyn Error + 'static)) -> Option<(&'static str, String, &'static str)> {
    let (code, hint) = if let Some(error) = source.downcast_ref::<MoneyError>() {
        ("not-an-amount", error.hint())
    } else if let Some(error) = source.downcast_ref::<CalendarError>() {
        (error.code(), error.hint())
    } else if let Some(error) = source.downcast_ref::<SplitError>() {
        ("not-a-split", error.hint())
    } else if let Some(error) = source.downcast_ref::<IndicatorError>() {
        ("not-an-indicator", error.hint())
    } else if let Some(error) = source.downcast_ref::<TextError>() {
        ("invalid-value", error.hint())
    } else if let Some(error) = source.downcast_ref::<NotAProof>() {
        ("not-a-proof", error.hint())
    } else {
        return None;
    };
    Some((code, source.to_string(), hint))
}

impl From<app::Error> for Problem {
    fn from(error: app::Error) -> Problem {
        let exit = match error.severity {
            Severity::Refused => Exit::Refused,
            Severity::Unavailable => Exit::Unavailable,
        };
        let hint = (!error.remedies.is_empty()).then(|| remedies::all(&error.remedies));
        Problem { exit, code: error.code, message: error.message, hint }
    }
}

/// Makes problems of errors of the parts below, as the use cases do.
macro_rules! through_the_use_cases {
    ($($error:ty),*) => {$(
        impl From<$error> for Problem {
            fn from(error: $error) -> Problem {
                app::Error::from(error).into()
            }
        }
    )*};
}

through_the_use_cases!(
    BooksError,
    CalendarError,
    CheckpointError,
    KeyError,
    Overflow,
    Refusal,
    RenderError,
    ReportError,
    StoreError,
    TextError
);

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
    }
}
