//! Commands that a program sends: a command in the form in which proposals have it, with how it is to be recorded.
//!
//! What is decided is decided as for every other front end. Users and the scheme of delegation are changed by people.

mod options;

use almoner_ledger::calendar::Date;
use almoner_ledger::command::{Command, Options};
use almoner_ledger::events::proposals::Step;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

pub use self::options::GivenOptions;
use self::options::{can_be_further, check};
use crate::actor::Actor;
use crate::confirmation::{AlreadyRecorded, Balances, Confirmation, DatedEntries, Undo};
use crate::error::Error;
use crate::intents::further;
use crate::office::Office;
use crate::recording::{Effects, Key, Recorded, Request};
use crate::requested::Requested;

/// The schema of commands, with its version.
pub const SCHEMA: &str = "almoner.command/1";
/// The schema of confirmations, with its version.
pub const CONFIRMATION: &str = "almoner.confirmation/1";

/// A command as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent<'a> {
    schema: String,
    #[serde(borrow)]
    command: &'a RawValue,
    #[serde(default)]
    options: GivenOptions,
}

/// A command that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commanded {
    /// The command.
    pub command: Command,
    /// How it is to be recorded.
    pub options: GivenOptions,
    word: String,
    /// The fields, with their values as they are written.
    fields: Vec<(String, String)>,
}

fn unreadable(why: impl std::fmt::Display) -> Error {
    Error::refused("not-a-command", format!("the request is not a valid command: {why}"))
        .advice(format!("send JSON with the schema `{SCHEMA}`, as in the OpenAPI description"))
}

impl Commanded {
    /// Reads a command.
    ///
    /// # Errors
    ///
    /// `not-a-command` with why it is none; `not-for-programs` for users and the scheme of delegation; `unknown-option` and
    /// `given-twice` for options that it does not take or that exclude each other.
    pub fn parse(text: &str) -> Result<Commanded, Error> {
        let Sent { schema, command, options } = serde_json::from_str(text).map_err(unreadable)?;
        if schema != SCHEMA {
            return Err(unreadable(format_args!("its schema is `{schema}`")));
        }
        // Read from the text, so that a field given twice is refused.
        let step = format!("{{\"command\":{{\"command\":{}}}}}", command.get());
        let step = serde_json::from_str(&step).map_err(|error| {
            let why = error.to_string();
            // The place would be one in this text.
            unreadable(why.split_once(" at line ").map_or(why.as_str(), |(why, _)| why))
        })?;
        let Step::Command { command, .. } = &step else { return Err(unreadable("it has no command")) };
        if matches!(command, Command::SetUsers(_) | Command::SetPolicy(_)) {
            let message = "programs cannot change users or the scheme of delegation";
            return Err(Error::refused("not-for-programs", message).advice("change them on the pages"));
        }
        check(command, &options)?;
        let command = command.clone();
        let written = serde_json::to_value(&step).map_err(unreadable)?;
        let (word, fields) = fields_of(&written["command"]["command"]);
        Ok(Commanded { command, options, word, fields })
    }

    /// Returns the request with its fields, as they would be typed.
    fn requested(&self) -> Requested {
        let given = serde_json::to_value(&self.options).unwrap_or_default();
        let (mut fields, options) = (self.fields.clone(), given.as_object().cloned().unwrap_or_default());
        for (name, value) in options {
            match value {
                Value::Bool(true) => fields.push((name, "true".to_owned())),
                Value::String(text) => fields.push((name, text)),
                _ => {}
            }
        }
        Requested { command: self.word.clone(), fields }
    }

    fn options(&self, today: Date) -> Options {
        let GivenOptions { again, add_missing, late, new_account, .. } = self.options;
        Options {
            again,
            add_missing,
            late,
            new_account,
            record_reversed: again && !can_be_further(&self.command),
            prior_period: self.options.prior_period.clone(),
            today: Some(today),
            ..Options::default()
        }
    }

    /// Records the command, or proposes it where policy wants a second person; with the key of its sender, once. Without
    /// one it is decided only, and nothing is recorded.
    ///
    /// # Errors
    ///
    /// If it is refused, or the key was used for another command.
    pub fn record(
        &self,
        office: &Office,
        actor: &Actor,
        key: Option<&str>,
    ) -> Result<(Recorded<Effects>, bool), Error> {
        let actor = Actor { is_clock_confirmed: self.options.clock, ..actor.clone() };
        let given = key.unwrap_or_default();
        let key = key.map(|key| format!("program {} {key}", actor.name()));
        // What it is called in the journal is no matter of its sender's.
        let as_given = |error: Error| match &key {
            Some(key) => Error { message: error.message.replace(key.as_str(), given), ..error },
            None => error,
        };
        let requested = self.requested();
        let recording = |proposing| {
            let request = Request {
                label: &self.word,
                post_to_closed: self.options.post_to_closed.as_ref(),
                dry_run: key.is_none(),
                proposing,
                confirms_withholding: self.options.withholding,
                key: key.as_deref().map_or(Key::None, Key::Given),
                requested: Some(&requested),
                ..Request::default()
            };
            office.record(&actor, request, self.options(actor.today), |books| {
                let command = self.command.clone();
                let command = if self.options.again { further(books, command)? } else { command };
                Ok::<_, Error>(vec![command])
            })
        };
        match recording(false) {
            Err(error) if error.may_be_proposed() => Ok((recording(true)?, true)),
            Err(error) => Err(as_given(error)),
            Ok(recorded) => {
                let is_proposal = recorded.numbers.is_some_and(|numbers| numbers.is_proposal);
                Ok((recorded, is_proposal))
            }
        }
    }
}

/// Returns the word of a command as it is written, and its fields.
fn fields_of(command: &Value) -> (String, Vec<(String, String)>) {
    let written = |value: &Value| match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    match command {
        Value::Object(all) => {
            let Some((word, fields)) = all.iter().next() else { return Default::default() };
            let fields = match fields {
                Value::Object(fields) => {
                    let stated = fields.iter().filter(|(_, value)| !value.is_null());
                    stated.map(|(name, value)| (name.clone(), written(value))).collect()
                }
                other => vec![("content".to_owned(), written(other))],
            };
            (word.replace('-', " "), fields)
        }
        other => (written(other), Vec::new()),
    }
}

/// The confirmation of what a program recorded.
#[derive(Debug, Serialize)]
pub struct Confirmed {
    schema: &'static str,
    result: Outcome,
    /// True if it was recorded earlier with the same key, and is only confirmed again.
    repeated: bool,
    by: String,
    at: Option<String>,
    records: Vec<ConfirmedRecord>,
    /// What was recorded earlier, and changes nothing now.
    already: Vec<Earlier>,
    balances: Option<Balances>,
    /// The proposal, and the users who may approve it.
    pending: Option<Pending>,
    proof: Option<String>,
    undo: Option<UndoWords>,
}

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was recorded.
    Recorded,
    /// It awaits approval.
    Proposed,
    /// It was recorded earlier, and changes nothing.
    AlreadyRecorded,
    /// It would be recorded.
    WouldRecord,
    /// It would await approval.
    WouldPropose,
}

#[derive(Debug, Serialize)]
struct ConfirmedRecord {
    record: u64,
    sentence: String,
    details: Vec<String>,
    entries: DatedEntries,
}

#[derive(Debug, Serialize)]
struct Earlier {
    record: Option<String>,
    reversed_by: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Pending {
    proposal: u64,
    approvers: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum UndoWords {
    Record(u64),
    Batch(u64),
    Reopen(String),
}

impl Confirmed {
    /// Returns the confirmation of a recording; `is_proposal` is true if it was proposed.
    ///
    /// # Errors
    ///
    /// If the books cannot be read.
    pub fn of(recorded: &Recorded<Effects>, is_proposal: bool) -> Result<Confirmed, Error> {
        let confirmation = Confirmation::of(recorded)?;
        let already = confirmation.already.into_iter().map(|it| match it {
            AlreadyRecorded::Together => Earlier { record: None, reversed_by: None },
            AlreadyRecorded::By { record, reversed_by } => Earlier { record: Some(record), reversed_by },
        });
        let mut confirmed = Confirmed {
            schema: CONFIRMATION,
            result: Outcome::AlreadyRecorded,
            repeated: recorded.is_repeated,
            by: recorded.by.clone(),
            at: None,
            records: Vec::new(),
            already: already.collect(),
            balances: None,
            pending: None,
            proof: None,
            undo: None,
        };
        let Some(new) = confirmation.recorded else { return Ok(confirmed) };
        confirmed.result = match (new.dry_run, is_proposal) {
            (false, false) => Outcome::Recorded,
            (false, true) => Outcome::Proposed,
            (true, false) => Outcome::WouldRecord,
            (true, true) => Outcome::WouldPropose,
        };
        confirmed.at = (!new.dry_run).then(|| new.last.at.to_string());
        let books = recorded.books();
        for (words, entries) in new.records.into_iter().zip(&new.entries) {
            let entries = entries.dated(&*books)?;
            let (record, sentence, details) = (words.number, words.sentence, words.details);
            confirmed.records.push(ConfirmedRecord { record, sentence, details, entries });
        }
        confirmed.balances = Some(new.balances);
        confirmed.pending = new.pending.map(|it| Pending { proposal: it.proposal, approvers: it.approvers });
        confirmed.proof = new.proof.map(|proof| proof.to_string());
        confirmed.undo = new.undo.map(|undo| match undo {
            Undo::Record(record) => UndoWords::Record(record),
            Undo::Batch(record) => UndoWords::Batch(record),
            Undo::Reopen(month) => UndoWords::Reopen(month.to_string()),
        });
        Ok(confirmed)
    }

    /// Returns confirmations that have everything, and as little as possible.
    pub fn examples() -> Vec<Value> {
        let bare = Confirmed {
            schema: CONFIRMATION,
            result: Outcome::AlreadyRecorded,
            repeated: false,
            by: String::new(),
            at: None,
            records: Vec::new(),
            already: vec![Earlier { record: None, reversed_by: None }],
            balances: None,
            pending: None,
            proof: None,
            undo: None,
        };
        let whole = |undo| Confirmed {
            at: Some(String::new()),
            records: vec![ConfirmedRecord {
                record: 0,
                sentence: String::new(),
                details: vec![String::new()],
                entries: DatedEntries::example(),
            }],
            already: vec![Earlier { record: Some(String::new()), reversed_by: Some(0) }],
            balances: Some(Balances::example()),
            pending: Some(Pending { proposal: 0, approvers: vec![String::new()] }),
            proof: Some(String::new()),
            undo: Some(undo),
            by: String::new(),
            ..bare
        };
        let undone = [UndoWords::Record(0), UndoWords::Batch(0), UndoWords::Reopen(String::new())];
        let written = |it: &Confirmed| serde_json::to_value(it).ok();
        let first = written(&bare);
        first.into_iter().chain(undone.into_iter().filter_map(|undo| written(&whole(undo)))).collect()
    }

    /// Returns what became of the command.
    pub fn result(&self) -> Outcome {
        self.result
    }

    /// Returns true if it was recorded earlier with the same key.
    pub fn is_repeated(&self) -> bool {
        self.repeated
    }

    /// Returns it as JSON.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn json(&self) -> Result<Vec<u8>, Error> {
        Ok(almoner_papers::render::json::text(self)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(command: &str, options: &str) -> String {
        format!("{{\"schema\":\"{SCHEMA}\",\"command\":{command}{options}}}")
    }

    const PAY: &str = r#"{"pay":{"award":"1-2015","date":"2015-06-01","amount":"100.00"}}"#;

    #[test]
    fn a_command_is_read_whole_or_refused() {
        for (text, expected) in [
            (sent(PAY, ""), Ok("pay, amount 100.00, award 1-2015, date 2015-06-01, occurrence 1")),
            (
                sent(PAY, r#","options":{"again":true,"prior_period":"error"}"#),
                Ok(
                    "pay, again, amount 100.00, award 1-2015, date 2015-06-01, occurrence 1, prior period error",
                ),
            ),
            (
                sent(r#"{"add-fund":{"id":"victims","name":"Victims"}}"#, ""),
                Ok("add fund, id victims, name Victims"),
            ),
            (sent(PAY, "").replace("command/1", "command/2"), Err("not-a-command")),
            (sent(PAY, r#","option":{}"#), Err("not-a-command")),
            (sent(PAY, r#","options":{"agian":true}"#), Err("not-a-command")),
            (sent(PAY, "").replace("\"100.00\"", "100.00"), Err("not-a-command")),
            (sent(PAY, "").replace("\"100.00\"", "\"100.001\""), Err("not-a-command")),
            (
                sent(PAY, "").replace(r#""amount":"100.00""#, r#""amount":"100.00","amount":"200.00""#),
                Err("not-a-command"),
            ),
            (sent(PAY, "").replace("date", "day"), Err("not-a-command")),
            (sent(r#"{"pay":{},"refund":{}}"#, ""), Err("not-a-command")),
            (sent(r#"{"reverse-batch":{"first":1,"last":2}}"#, ""), Err("not-a-command")),
            (
                sent(PAY, r#","options":{"again":true,"new_account":true,"late":true}"#),
                Ok(
                    "pay, again, amount 100.00, award 1-2015, date 2015-06-01, late, new account, occurrence 1",
                ),
            ),
            (sent(PAY, r#","options":{"add_missing":true}"#), Err("unknown-option")),
            (
                sent(PAY, r#","options":{"add_missing":false}"#),
                Ok("pay, amount 100.00, award 1-2015, date 2015-06-01, occurrence 1"),
            ),
            (sent(PAY, r#","options":{"late":true,"post_to_closed":"late bill"}"#), Err("given-twice")),
            (sent(PAY, r#","options":{"prior_period":"error","post_to_closed":"x"}"#), Err("given-twice")),
            (sent(r#"{"close":{"month":"2015-04"}}"#, r#","options":{"again":true}"#), Err("unknown-option")),
            (sent(r#"{"set-users":[]}"#, ""), Err("not-for-programs")),
            (sent(r#"{"set-policy":null}"#, ""), Err("not-for-programs")),
            (String::new(), Err("not-a-command")),
            ("[]".to_owned(), Err("not-a-command")),
        ] {
            let read = Commanded::parse(&text);
            let found = read.as_ref().map(|it| it.requested().in_words()).map_err(|error| error.code);
            assert_eq!(found.as_deref(), expected.as_ref().map(|it| *it), "{text}: {read:?}");
        }
    }

    #[test]
    fn how_a_command_is_written_does_not_change_its_digest() {
        let digest = |text: &str| Commanded::parse(text).unwrap().requested().digest("jane");
        let spaced = sent(
            r#"{ "pay": {"amount":"100.00","award":"1-2015","date":"2015-06-01","reference":null} }"#,
            "",
        );
        assert_eq!(digest(&spaced), digest(&sent(PAY, "")));
        assert_ne!(digest(&sent(PAY, "")), digest(&sent(PAY, "").replace("100.00", "100.01")));
        assert_ne!(digest(&sent(PAY, "")), digest(&sent(PAY, r#","options":{"late":true}"#)));
    }
}
