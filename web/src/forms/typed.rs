//! What was typed in a form, read.

use std::collections::BTreeSet;
use std::str::FromStr;

use almoner_app::error::Error;
use almoner_app::intents;
use almoner_app::requested::Requested;
use almoner_ledger::allocation::{Funds, Part};
use almoner_ledger::calendar::{Date, FinancialYear, Month, StatedDate};
use almoner_ledger::command::Options;
use almoner_ledger::decide::Refusal;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::GrantId;
use almoner_ledger::indicators::{IndicatorError, IndicatorPeriod, IndicatorValue};
use almoner_ledger::money::Money;
use almoner_ledger::papers::PaperId;
use almoner_ledger::recipients::{Identifier, RecipientId};
use almoner_ledger::rejection::Rejection;
use almoner_ledger::signing::PublicKey;
use almoner_ledger::text::Text;
use almoner_ledger::themes::{Split, SplitError, ThemeId};
use almoner_ledger::written::WrittenNames;

use super::{Choices, Field, Form, Further, Kind, PRIOR_PERIOD};
use crate::fields::{Fields, PARTS, ROWS, limit_name, part_names, row_names};

/// What was typed, and what the form is about.
#[derive(Debug)]
pub struct Typed<'a> {
    /// The form.
    pub form: &'static Form,
    /// The id of the grant or the number of the record that it is about.
    pub about: &'a str,
    /// What was typed.
    pub fields: &'a Fields,
    /// The user.
    pub by: Option<&'a Text>,
    /// The present day.
    pub today: Date,
}

/// Returns the errors of what was typed, each with the name of its field.
pub fn read(typed: &Typed<'_>) -> Vec<(&'static str, Error)> {
    let mut errors = Vec::new();
    for field in typed.form.asks() {
        let is_blank = match field.kind {
            Kind::Split(_) => split_text(typed.fields, field.name).is_empty(),
            Kind::Parts => !typed.has_parts(field.name),
            Kind::Limit => !typed.fields.has(field.name) && !typed.fields.has(&limit_name(field.name)),
            _ => !typed.fields.has(field.name),
        };
        let is_required = field.is_required && (field.unless.is_empty() || !typed.has_parts(field.unless));
        let read = match (is_blank, is_required) {
            (true, true) => Err(missing(field)),
            (true, false) => Ok(()),
            (false, _) => checked(field, typed),
        };
        errors.extend(read.err().map(|error| (field.name, error)));
    }
    errors
}

/// Returns the error of a field without an answer.
fn missing(field: &Field) -> Error {
    let label = field.label.to_lowercase();
    let is = if matches!(field.kind, Kind::Several(_) | Kind::Days) { "are" } else { "is" };
    Error::refused("not-stated", format!("the {label} {is} missing"))
}

/// Returns the error of a text that is not of the kind of its field.
fn checked(field: &Field, typed: &Typed<'_>) -> Result<(), Error> {
    fn done<T, E: Into<Error>>(read: Result<T, E>) -> Result<(), Error> {
        read.map(drop).map_err(Into::into)
    }
    let text = typed.fields.text(field.name);
    match field.kind {
        Kind::Text | Kind::RecipientName | Kind::Account | Kind::Long => done(Text::new(text)),
        Kind::Money => done(money(text)),
        Kind::Amount => match money(text)? {
            amount if amount.is_positive() => Ok(()),
            amount => Err(Refusal::from(Rejection::NotPositive(amount)).into()),
        },
        Kind::Date => done(Date::parse_on(typed.today, text)),
        Kind::Stated => done(StatedDate::parse_on(typed.today, text)),
        Kind::Month => done(Month::parse(text)),
        Kind::Year => done(FinancialYear::parse(text)),
        Kind::Decision => done(DecisionId::from_str(text)),
        Kind::Grant => done(GrantId::from_str(text)),
        Kind::Recipient => done(RecipientId::from_str(text)),
        Kind::Identifier => done(Identifier::from_str(text)),
        Kind::Paper => done(PaperId::from_str(text)),
        Kind::Record => done(text.parse::<u64>().map_err(|_| {
            Error::refused("invalid-value", format!("`{text}` is not the number of a record"))
                .advice("enter a number such as 31")
        })),
        Kind::Days => done(text.parse::<u16>().map_err(|_| {
            Error::refused("invalid-value", format!("`{text}` is not a number of days"))
                .advice("enter a number such as 31")
        })),
        Kind::Count => done(text.parse::<u16>().map_err(|_| {
            Error::refused("invalid-value", format!("`{text}` is not a number"))
                .advice("enter a number such as 4")
        })),
        Kind::Decisions => done(listed::<DecisionId>(text)),
        Kind::Grants => done(listed::<GrantId>(text)),
        Kind::Figure => done(text.parse::<IndicatorValue>().map_err(not_of_indicator)),
        Kind::Period => done(text.parse::<IndicatorPeriod>().map_err(not_of_indicator)),
        Kind::Key => done(text.parse::<PublicKey>().map_err(|error| {
            Error::refused("invalid-value", error.to_string()).advice("copy the public key again")
        })),
        Kind::Limit => done(limit(typed.fields, field.name)),
        Kind::Tick | Kind::Content => Ok(()),
        Kind::Several(Choices::Of(all)) => {
            let known = |text: &str| all.iter().any(|(value, _)| *value == text);
            if typed.fields.all(field.name).all(known) { Ok(()) } else { Err(missing(field)) }
        }
        Kind::Several(_) => done(
            typed
                .fields
                .all(field.name)
                .map(str::parse)
                .collect::<Result<Vec<u64>, _>>()
                .map_err(|_| missing(field)),
        ),
        Kind::Choice(Choices::Of(all)) => match all.iter().any(|(value, _)| *value == text) {
            true => Ok(()),
            false => Err(missing(field)),
        },
        Kind::Choice(Choices::Funds | Choices::FundOrNotStated) => done(FundId::from_str(text)),
        Kind::Choice(Choices::Themes | Choices::ThemeOrNone) => done(ThemeId::from_str(text)),
        Kind::Choice(Choices::ToApprove | Choices::ToReject) => {
            done(text.parse::<u64>().map_err(|_| missing(field)))
        }
        Kind::Choice(Choices::PartOrAll) => Part::parse(text).map(drop).map_err(not_a_split),
        Kind::Parts => parts(typed.fields, field.name).map(drop),
        Kind::Split(Choices::Funds | Choices::FundOrNotStated) => {
            Split::<FundId>::parse(&split_text(typed.fields, field.name)).map(drop).map_err(not_a_split)
        }
        Kind::Split(_) => {
            Split::<ThemeId>::parse(&split_text(typed.fields, field.name)).map(drop).map_err(not_a_split)
        }
    }
}

/// Returns an amount.
fn money(text: &str) -> Result<Money, Error> {
    Money::parse(text)
        .map_err(|error| Error::refused("not-an-amount", error.to_string()).advice(error.hint()))
}

fn not_of_indicator(error: IndicatorError) -> Error {
    Error::refused("invalid-value", error.to_string()).advice(error.hint())
}

/// Returns ids between which there are commas or semicolons.
pub fn listed<T: FromStr + Ord>(text: &str) -> Result<BTreeSet<T>, T::Err> {
    text.split([',', ';']).map(str::trim).filter(|it| !it.is_empty()).map(str::parse).collect()
}

fn not_a_split(error: SplitError) -> Error {
    Error::refused("not-a-split", error.to_string())
        .advice("choose one, or give each one a percentage or an amount")
}

/// What needs approval of one kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Nothing.
    Never,
    /// Everything.
    Always,
    /// What is over an amount.
    Over(Money),
}

/// Returns an authorisation limit as it was typed.
pub fn limit(fields: &Fields, name: &str) -> Result<Limit, Error> {
    let over = limit_name(name);
    match (fields.text(name), fields.get(&over)) {
        ("over", text) => {
            let amount = money(text.unwrap_or_default())?;
            intents::authorisation_limit(amount).map(Limit::Over)
        }
        ("" | "always", Some(_)) => Err(Error::refused(
            "invalid-value",
            "an authorisation limit is given, but approval does not depend on the amount",
        )
        .advice("choose “over the limit”, or remove the limit")),
        ("always", None) => Ok(Limit::Always),
        ("", None) => Ok(Limit::Never),
        (other, _) => Err(Error::refused("invalid-value", format!("`{other}` is not one of the choices"))),
    }
}

/// Returns a split as it is written.
pub fn split_text(fields: &Fields, name: &str) -> String {
    let mut parts = Vec::new();
    for part in 0..PARTS {
        let (choice, share) = part_names(name, part);
        match (fields.get(&choice), fields.get(&share)) {
            (Some(choice), Some(share)) => parts.push(format!("{choice}:{share}")),
            (Some(choice), None) => parts.push(choice.to_owned()),
            (None, Some(share)) => parts.push(format!(":{share}")),
            (None, None) => {}
        }
    }
    parts.join(";")
}

/// Returns the parts of rows, each with a fund, a theme and an amount.
fn parts(fields: &Fields, name: &str) -> Result<Funds, Error> {
    let mut rows = Vec::new();
    for row in 0..ROWS {
        let names = row_names(name, row);
        match names.each_ref().map(|name| fields.get(name)) {
            [None, None, None] => {}
            [Some(fund), Some(theme), Some(amount)] => {
                rows.push(format!("{fund}/{theme}:{}", money(amount)?));
            }
            _ => {
                let message = format!("part {}: the fund, theme or amount is missing", row + 1);
                return Err(Error::refused("half-part", message).advice("give all three, or none"));
            }
        }
    }
    Split::<Part>::parse(&rows.join(";")).map(Funds::Parts).map_err(not_a_split)
}

impl Typed<'_> {
    /// Returns true if something is typed in rows of parts.
    pub fn has_parts(&self, name: &str) -> bool {
        (0..ROWS).any(|row| row_names(name, row).iter().any(|name| self.fields.has(name)))
    }

    /// Returns the parts with a fund and a theme each; `None` if none is given.
    pub fn parts(&self, name: &str) -> Option<Funds> {
        if self.has_parts(name) { parts(self.fields, name).ok() } else { None }
    }

    /// Returns a field that was read without an error.
    pub fn get<T: FromStr>(&self, name: &str) -> Option<T> {
        self.fields.get(name)?.parse().ok()
    }

    /// Returns a text.
    pub fn text(&self, name: &str) -> Option<Text> {
        self.get(name)
    }

    /// Returns a day.
    pub fn date(&self, name: &str) -> Option<Date> {
        Date::parse_on(self.today, self.fields.get(name)?).ok()
    }

    /// Returns a day or a month.
    pub fn stated(&self, name: &str) -> Option<StatedDate> {
        StatedDate::parse_on(self.today, self.fields.get(name)?).ok()
    }

    /// Returns true if the ends of the period that are typed can be read.
    pub fn has_read_ends(&self) -> bool {
        ["from", "to"].iter().all(|name| self.stated(name).is_some() == self.fields.has(name))
    }

    /// Returns themes with their shares.
    pub fn split(&self, name: &str) -> Option<Split> {
        Split::parse(&split_text(self.fields, name)).ok()
    }

    /// Returns funds with their shares; `None` if none is stated.
    pub fn funds(&self, name: &str) -> Option<Funds> {
        let funds = Funds::Split(Split::parse(&split_text(self.fields, name)).ok()?);
        Some(funds).filter(|funds| !funds.is_unstated())
    }

    /// Returns a part of the grant.
    pub fn part(&self, name: &str) -> Option<Part> {
        Part::parse(self.fields.get(name)?).ok()
    }

    /// Returns the grant that the form is about.
    pub fn grant(&self) -> Option<GrantId> {
        GrantId::new(self.about).ok()
    }

    /// Returns true if a box is ticked, or something was confirmed.
    pub fn has(&self, name: &str) -> bool {
        self.fields.has(name) || self.confirmed().any(|it| it == name)
    }

    /// Returns what was confirmed with a button.
    pub fn confirmed(&self) -> impl Iterator<Item = &str> {
        self.fields.text("confirm").split(' ').filter(|it| !it.is_empty())
    }

    /// Returns the names of themes and funds, as they were typed.
    fn names(&self) -> WrittenNames {
        let mut names = WrittenNames::default();
        names.note_themes(&split_text(self.fields, "theme"));
        names.note_funds(&split_text(self.fields, "fund"));
        for row in 0..ROWS {
            let [fund, theme, _] = row_names("allocation", row);
            self.fields.get(&fund).into_iter().for_each(|fund| names.note_fund(fund));
            self.fields.get(&theme).into_iter().for_each(|theme| names.note_theme(theme));
        }
        names
    }

    /// Returns how it is decided.
    pub fn options(&self) -> Options {
        let again = self.has("again");
        Options {
            add_missing: self.has("add_missing"),
            names: self.names().shared(),
            late: self.has("late"),
            prior_period: self.text(PRIOR_PERIOD.name),
            record_reversed: again && self.form.further == Further::IfReversed,
            again,
            new_account: self.has("new_account"),
            today: Some(self.today),
            ..Options::default()
        }
    }

    /// Returns the request with its fields, as the command line names them.
    pub fn requested(&self, proposing: bool) -> Requested {
        let command = self.form.command;
        let about = (!self.about.is_empty()).then(|| ("about".to_owned(), self.about.to_owned()));
        let fields = self.fields.without(&["token"]).map(|(name, value)| (name.to_owned(), value.to_owned()));
        Requested {
            command: if proposing { format!("propose {command}") } else { command.to_owned() },
            fields: about.into_iter().chain(fields).collect(),
        }
    }
}
