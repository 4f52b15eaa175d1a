//! The mark of a paper: of which records the paper was made.
//!
//! A paper for the public or the panel names a day and a mark, and no record. It is made again, of the records that
//! `exports.jsonl` notes for the mark, otherwise of the records at each moment of its day, and the marks are compared.

use almoner_app::figures::Days;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, moment_in_words};
use almoner_ledger::marks::{Issue, Mark};
use almoner_ledger::reports::{Published, last_day};
use almoner_store::folder::exports::{self, ExportNote};
use almoner_store::folder::{Access, Ledger};
use almoner_store::{KnownAt, Lines, Logged, as_known_at, mark_secret};
use clap::Parser;

use crate::commands::Command;
use crate::commands::cli::Cli;
use crate::context::Context;
use crate::problem::Problem;
use crate::terminal::on_screen;

/// The result of looking up a mark.
pub(super) struct Outcome {
    pub(super) text: String,
    pub(super) is_found: bool,
}

/// Looks up a mark, among the exports that were noted and by the command on the paper.
pub(super) fn look_up(mark: &Mark, made_by: Option<&str>, context: &Context) -> Result<Outcome, Problem> {
    let ledger = context.open_undamaged(Access::Read)?;
    let list = exports::path(&context.office.location);
    let noted = exports::read(&context.office.location)
        .map_err(|error| Problem::unreadable(format_args!("`{}`", list.display()), &error))?;
    let own = ledger.reference().ledger.clone();
    let noted: Vec<ExportNote> = noted
        .into_iter()
        .filter(|it| it.ledger == own && it.mark.as_deref() == Some(&mark.to_string()))
        .collect();
    let mut text = String::new();
    for note in &noted {
        let at = moment_in_words(&note.at);
        let file = note.file.as_deref().map(|file| format!(" as {file}")).unwrap_or_default();
        text.push_str(&format!(
            "Noted: exported by {} on {at}{} at record {}; SHA-256 of the file: {}\n",
            on_screen(&note.user),
            on_screen(&file),
            note.record,
            on_screen(&note.sha256)
        ));
    }
    let again = noted.iter().map(|note| (note.command.as_str(), Some(note.record)));
    for (command, record) in again.chain(made_by.map(|command| (command, None))) {
        let paper = Paper::parse(command, context)?;
        let tried = paper.tried(mark, record, &ledger, context)?;
        if let Some(found) = tried.found {
            text.push_str(&format!(
                "Proved: mark {mark} is that of `{}` with the ledger as at record {found}.\n",
                on_screen(command)
            ));
            return Ok(Outcome { text, is_found: true });
        }
        text.push_str(&tried.in_words(record, &paper.day));
    }
    if noted.is_empty() && made_by.is_none() {
        text.push_str(&format!("Not found: mark {mark} is not in {}.\n", list.display()));
    } else {
        text.push_str(&format!("Not found: none of the papers tried has the mark {mark}.\n"));
    }
    if made_by.is_none() {
        text.push_str(
            "To search the records of the day on which the paper was made, add --made-by with the command printed on \
             the paper.\n",
        );
    }
    Ok(Outcome { text, is_found: false })
}

/// What came of making a paper again.
#[derive(Default)]
struct Tried {
    /// The last record of the ledger when it gave the paper with the mark.
    found: Option<u64>,
    /// The number of states of the ledger with which it has another mark.
    made: usize,
    /// The number of those with which it cannot be made.
    not_made: usize,
    /// Why it cannot be made with the first of these.
    why: Option<String>,
}

impl Tried {
    /// Returns what was tried, and nothing that was not.
    fn in_words(&self, noted: Option<u64>, day: &Date) -> String {
        let states = |count: usize| match noted {
            Some(record) => format!("the ledger as at record {record}"),
            None => format!("{count} states of the ledger up to {}", day.in_words()),
        };
        let mut text = String::new();
        if self.made > 0 {
            text.push_str(&format!(
                "Tried: made from {}, the paper has a different mark.\n",
                states(self.made)
            ));
        }
        if let Some(why) = &self.why {
            let states = states(self.not_made);
            text.push_str(&format!(
                "Not tried: the paper cannot be made with {states}: {}\n",
                on_screen(why)
            ));
        }
        text
    }
}

/// A paper that is made again.
struct Paper {
    command: Command,
    /// The day as at whose end it is known.
    day: Date,
}

impl Paper {
    fn parse(command: &str, context: &Context) -> Result<Paper, Problem> {
        let command =
            Cli::try_parse_from(words(command)).map_err(|error| Problem::of_arguments(&error))?.command;
        let view = match &command {
            Command::Export(args) => args.view(),
            Command::Report(args) => Some(args.view),
            _ => None,
        };
        let view = view.ok_or_else(|| {
            Problem::refused("no-marks", "this command does not make a paper that has a mark")
                .hint("give the command printed on the paper under `Made by`")
        })?;
        let day = match view.known_at {
            Some(KnownAt::Date(day)) => day,
            Some(KnownAt::Record(_)) | None => context.actor.today,
        };
        Ok(Paper { command, day })
    }

    /// Makes the paper again with the ledger as at each moment of its day, or only as at the `noted` record.
    fn tried(
        &self,
        mark: &Mark,
        noted: Option<u64>,
        ledger: &Ledger,
        context: &Context,
    ) -> Result<Tried, Problem> {
        let records = match noted {
            Some(record) => vec![record],
            None => self.moments(ledger)?,
        };
        let mut tried = Tried::default();
        for record in records {
            match self.marks_at(record, ledger, context)? {
                Ok(marks) if marks.contains(mark) => {
                    tried.found = Some(record);
                    break;
                }
                Ok(_) => tried.made += 1,
                Err(problem) => {
                    tried.not_made += 1;
                    tried.why.get_or_insert_with(|| problem.with_hint());
                }
            }
        }
        Ok(tried)
    }

    /// Returns the last record of the ledger, and of each moment of the day, latest first.
    fn moments(&self, ledger: &Ledger) -> Result<Vec<u64>, Problem> {
        let (mut before, mut of_day) = (None, Vec::new());
        ledger.lines(1, &mut |logged| {
            if let Logged::Commit(commit) = logged {
                let day = commit.at.get(..10).and_then(|day| Date::parse(day).ok());
                match day.map(|day| day.cmp(&self.day)) {
                    Some(std::cmp::Ordering::Less) => before = Some(commit.head.record),
                    Some(std::cmp::Ordering::Equal) => of_day.push(commit.head.record),
                    Some(std::cmp::Ordering::Greater) | None => return Ok(false),
                }
            }
            Ok(true)
        })?;
        let last = ledger.head().record;
        let all = before.into_iter().chain(of_day).rev().filter(|record| *record != last);
        Ok(std::iter::once(last).chain(all).collect())
    }

    /// Returns the marks that the paper has with the ledger as at a record, or why it cannot be made then: because there
    /// was no such fund yet, or because its template cannot be read now.
    fn marks_at(
        &self,
        record: u64,
        ledger: &Ledger,
        context: &Context,
    ) -> Result<Result<Vec<Mark>, Problem>, Problem> {
        let now = as_known_at(ledger, KnownAt::Record(record))?;
        let then = match last_day(&now).is_some_and(|last| last > self.day) {
            true => Some(as_known_at(ledger, KnownAt::Date(self.day))?),
            false => None,
        };
        let then: &dyn Books = then.as_ref().map_or(&now, |then| then);
        let issue = Issue { day: self.day, secret: mark_secret(ledger)?, head: now.head() };
        let days = Days { today: self.day, known: self.day };
        let published = |audience| -> Result<Published<'_>, Problem> {
            Ok(Published::as_known_then(then, &now, audience)?.issued(issue.clone()))
        };
        Ok(match &self.command {
            Command::Export(args) => args.marks(&published, days, context),
            Command::Report(args) => args.marks(&published, days).map(|mark| mark.into_iter().collect()),
            _ => Ok(Vec::new()),
        })
    }
}

/// Returns the words of a command line, some of which may be quoted.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for it in line.chars() {
        match (quote, it) {
            (Some(open), it) if it == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(it);
                word.get_or_insert_default();
            }
            (None, it) if it.is_whitespace() => words.extend(word.take()),
            (_, it) => word.get_or_insert_default().push(it),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_words_are_one() {
        for (line, expected) in [
            ("almoner export panel", vec!["almoner", "export", "panel"]),
            (" a  \"b c\" d", vec!["a", "b c", "d"]),
            ("a 'b \"c' \"\"", vec!["a", "b \"c", ""]),
            ("--template=\"my return.toml\"", vec!["--template=my return.toml"]),
            ("", vec![]),
        ] {
            assert_eq!(words(line), expected, "{line}");
        }
    }
}
