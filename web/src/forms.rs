//! The forms: for each kind of record a short table of fields, and what the fields become.
//!
//! Every form takes the same way: form, draft, check before recording, confirmation. A table says what is asked and to
//! which field of the books' refusals each answer belongs; the defaults are those of the command line.

mod about;
mod award;
pub mod bank;
mod field;
mod grants;
mod office;
mod people;
mod published;
mod typed;

use almoner_app::error::Error;
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Outcome, carry_out};
use almoner_store::folder::Ledger;

pub use self::about::About;
pub use self::field::{Choices, Field, Kind, POST_TO_CLOSED, PRIOR_PERIOD, WITHHOLDING};
pub use self::people::scheme;
pub use self::typed::{Limit, Typed, limit, read};
use crate::fields::Fields;
use crate::frame::Section;

/// What can be done about something that is recorded already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Further {
    /// Nothing: it is recorded once.
    Never,
    /// It is recorded again, if it is a further one.
    Another,
    /// It is recorded again, if the earlier record was reversed.
    IfReversed,
}

/// What is recorded of a form.
pub type Act = Box<dyn Fn(&Ledger, &mut Draft<'_>, Options) -> Result<Vec<Outcome>, Error>>;

/// A form.
pub struct Form {
    /// Its name in addresses.
    pub word: &'static str,
    /// The command of the same effect.
    pub command: &'static str,
    /// The label of its batches in the journal.
    pub label: &'static str,
    /// What is recorded: a noun, the heading of the form.
    pub title: &'static str,
    /// What the button says that records it.
    pub button: &'static str,
    /// The heading of the confirmation.
    pub done: &'static str,
    /// A sentence below the heading; blank if there is nothing to say.
    pub lead: &'static str,
    /// What it is about.
    pub about: About,
    /// The part of the navigation that it belongs to.
    pub section: Section,
    /// What can be done about something recorded already.
    pub further: Further,
    /// The fields, in order.
    pub fields: &'static [Field],
    /// Returns what the fields begin with, from the books and the id of what it is about.
    pub begins: fn(&dyn Books, &str) -> Fields,
    /// Returns what is wrong of fields together or with the books, each by itself, so that all mistakes are shown at once.
    pub checks: fn(&Typed<'_>, &dyn Books) -> Vec<Error>,
    /// Returns what is recorded of fields that have been read without an error.
    pub make: fn(&Typed<'_>) -> Option<Act>,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word)
    }
}

impl Form {
    /// Returns a form about a grant.
    const fn of_grant(
        word: &'static str,
        fields: &'static [Field],
        make: fn(&Typed<'_>) -> Option<Act>,
    ) -> Form {
        Form {
            word,
            command: word,
            label: word,
            title: "",
            button: "",
            done: "",
            lead: "",
            about: About::Grant,
            section: Section::Grants,
            further: Further::IfReversed,
            fields,
            begins: |_, _| Fields::default(),
            checks: |_, _| Vec::new(),
            make,
        }
    }

    /// Returns a form about nothing that is recorded yet.
    const fn of_office(
        word: &'static str,
        section: Section,
        fields: &'static [Field],
        make: fn(&Typed<'_>) -> Option<Act>,
    ) -> Form {
        Form { about: About::Office, section, further: Further::Never, ..Form::of_grant(word, fields, make) }
    }

    /// Returns a form about a recipient.
    const fn of_recipient(
        word: &'static str,
        fields: &'static [Field],
        make: fn(&Typed<'_>) -> Option<Act>,
    ) -> Form {
        Form {
            about: About::Recipient,
            section: Section::Recipients,
            further: Further::Never,
            ..Form::of_grant(word, fields, make)
        }
    }

    /// Returns a form about a user.
    const fn of_user(
        word: &'static str,
        fields: &'static [Field],
        make: fn(&Typed<'_>) -> Option<Act>,
    ) -> Form {
        Form {
            about: About::User,
            section: Section::Users,
            further: Further::Never,
            ..Form::of_grant(word, fields, make)
        }
    }

    /// Returns a form about a record.
    const fn of_record(
        word: &'static str,
        fields: &'static [Field],
        make: fn(&Typed<'_>) -> Option<Act>,
    ) -> Form {
        Form {
            about: About::Record,
            section: Section::Log,
            further: Further::Never,
            ..Form::of_grant(word, fields, make)
        }
    }

    /// Returns the fields, with those that every form has after some errors.
    pub fn asks(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().chain([&POST_TO_CLOSED, &PRIOR_PERIOD])
    }

    /// Returns true for a field that remains as it is when the rest is typed again.
    pub fn keeps(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.is_carried && field.name == name)
    }

    /// Returns the field that an error of what was typed is about: where parts are given in place of funds and themes,
    /// those.
    pub fn blamed(&self, error: &Error, typed: &Typed<'_>) -> &'static str {
        let parts = self.fields.iter().find(|field| field.kind == Kind::Parts);
        match (self.field_of(error), parts) {
            ("fund" | "theme", Some(parts)) if typed.has_parts(parts.name) => parts.name,
            ("fund", Some(parts)) if parts.codes.contains(&error.code) => parts.name,
            (name, _) => name,
        }
    }

    /// Returns the errors of `read`, and those of the checks that are about other fields, in the order of the fields.
    pub fn mistakes(
        &self,
        read: Vec<(&'static str, Error)>,
        typed: &Typed<'_>,
        books: &dyn Books,
    ) -> Vec<(&'static str, Error)> {
        let mut all = read;
        for error in (self.checks)(typed, books) {
            let name = self.blamed(&error, typed);
            if all.iter().all(|(known, _)| *known != name) {
                all.push((name, error));
            }
        }
        all.sort_by_key(|(name, _)| self.fields.iter().position(|field| field.name == *name));
        all
    }

    /// Returns the field that an error is about, blank if it is about the whole form.
    pub fn field_of(&self, error: &Error) -> &'static str {
        let of = self.fields.iter().find(|field| {
            field.codes.contains(&error.code) || error.field.is_some_and(|it| field.of.contains(&it))
        });
        of.map_or("", |field| field.name)
    }
}

/// Returns all forms.
fn all() -> impl Iterator<Item = &'static Form> {
    grants::FORMS
        .iter()
        .chain(award::FORMS)
        .chain(office::FORMS)
        .chain(people::FORMS)
        .chain(published::FORMS)
        .chain(bank::FORMS)
}

/// Returns the form of a name about a kind of thing.
pub fn find(about: About, word: &str) -> Option<&'static Form> {
    all().find(|form| form.about == about && form.word == word)
}

/// Returns the form whose batches have a label.
pub fn of_label(label: &str) -> Option<&'static Form> {
    all().find(|form| form.label == label)
}

/// Returns what records the commands that are made from the books.
fn commands(make: impl Fn(&dyn Books) -> Result<Vec<Command>, Error> + 'static) -> Option<Act> {
    Some(Box::new(move |ledger, draft, options| {
        let mut outcomes = Vec::new();
        for command in make(ledger)? {
            outcomes.push(carry_out(draft, &command, options.clone())?);
        }
        Ok(outcomes)
    }))
}

/// Returns what records one command, which does not depend on the books.
fn command(command: Command) -> Option<Act> {
    commands(move |_| Ok(vec![command.clone()]))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_form_is_whole_and_has_a_name_of_its_own() {
        let (mut names, mut labels) = (BTreeSet::new(), BTreeSet::new());
        for form in all() {
            assert!(names.insert((form.about as u8, form.word)), "{form:?} twice");
            assert!(labels.insert(form.label), "{form:?}: the label of another form");
            for text in [form.title, form.button, form.done] {
                assert!(!text.is_empty(), "{form:?}");
            }
            let mut fields = BTreeSet::new();
            for field in form.fields {
                assert!(fields.insert(field.name), "{form:?}: {} twice", field.name);
            }
        }
    }
}
