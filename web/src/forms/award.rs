//! The form of an award.

use almoner_app::error::Error;
use almoner_app::intents::{TypedAward, date_of_award, parts_or_split, period_of_award};
use almoner_ledger::allocation::Funds;
use almoner_ledger::book::Books;
use almoner_ledger::command::{AwardCommand, Command};
use almoner_ledger::grants::{Power, Purpose};
use almoner_ledger::rejection::Field as Of;

use super::{Act, Choices, Field, Form, Further, Kind, Typed, commands};
use crate::frame::Section;

pub(super) const FORMS: &[Form] = &[Form {
    title: "Award",
    button: "Record award",
    done: "Award recorded",
    lead: "Leave blank any detail that the decision does not state; it can be added later.",
    further: Further::IfReversed,
    checks,
    ..Form::of_office("award", Section::Grants, AWARD, award)
}];

/// The powers, with those that are not stated.
pub(super) const POWERS: &[(&str, &str)] = &[
    ("s9", "Crime and disorder reduction (2011 Act s.9)"),
    ("s143", "Victims' services (2014 Act s.143)"),
    ("other", "Other power"),
    ("not-stated", "Not stated"),
];

/// Parts in place of a fund and a theme.
pub(super) const ALLOCATION: Field = Field::new("allocation", "Parts", Kind::Parts)
    .hint("Instead of a theme and a fund, if several themes are paid from several funds")
    .codes(&["parts-not-stated", "parts-and-split"]);

const AWARD: &[Field] = &[
    Field::new("decision", "Decision number", Kind::Decision).hint("14-2015").of(&[Of::Decision]),
    Field::new("decided", "Date of the decision", Kind::Date)
        .hint("Blank for the date of the registered decision")
        .of(&[Of::Date, Of::Decided])
        .codes(&["no-date"]),
    Field::new("date_assumed", "The date is assumed, because the decision states none", Kind::Tick),
    Field::new("confidential", "Confidential: only the number and title may be published", Kind::Tick),
    Field::new("recipient", "Recipient", Kind::RecipientName)
        .hint("Name; a new recipient can be added on the next page")
        .required()
        .of(&[Of::Recipient, Of::Identifiers]),
    Field::new("amount", "Amount", Kind::Amount).hint("In pounds: 30,000").required().of(&[Of::Amount]),
    Field::new("purpose", "Purpose", Kind::Long).required().of(&[Of::Purpose]),
    Field::new("theme", "Theme", Kind::Split(Choices::Themes))
        .hint("One theme; or several, each with a percentage (60%) or an amount (10,000)")
        .required_unless(ALLOCATION.name)
        .of(&[Of::Theme]),
    Field::new("fund", "Fund", Kind::Split(Choices::FundOrNotStated))
        .hint("One fund; or several, each with a percentage or an amount")
        .required_unless(ALLOCATION.name)
        .of(&[Of::Fund]),
    ALLOCATION,
    Field::new("power", "Power", Kind::Choice(Choices::Of(POWERS))).required().of(&[Of::Power]),
    Field::new("from", "First day of the period", Kind::Stated)
        .hint("A day or a month: 1 May 2015, May 2015")
        .of(&[Of::From, Of::Period])
        .codes(&["period-not-stated"]),
    Field::new("to", "Last day of the period", Kind::Stated)
        .hint("A day or a month: 30 Apr 2016, Apr 2016")
        .of(&[Of::To])
        .codes(&["end-before-start", "no-end"]),
    Field::new("no_period", "The decision states no period", Kind::Tick),
    Field::new("conditions", "Conditions", Kind::Long).hint("Blank if not stated").of(&[Of::Conditions]),
    Field::new("reasons", "Reasons", Kind::Long)
        .hint("Why the grant secures crime and disorder reduction, or value for money; blank if not stated")
        .of(&[Of::Reasons]),
    Field::new("id", "Number of the grant", Kind::Grant)
        .hint("Only where one decision makes several awards: 14-2015/2")
        .of(&[Of::Award]),
];

fn award(typed: &Typed<'_>) -> Option<Act> {
    let (decided, from, to) = (typed.date("decided"), typed.stated("from"), typed.stated("to"));
    let states_none = typed.has("no_period");
    let fund = typed.parts(ALLOCATION.name).or_else(|| typed.funds("fund"));
    let split = match fund.as_ref().and_then(Funds::themes) {
        Some(themes) => themes.ok()?,
        None => typed.split("theme")?,
    };
    let mixed = mixed(typed);
    let award = AwardCommand {
        id: typed.get("id"),
        decision: typed.get("decision"),
        decided: typed.today,
        date_assumed: typed.has("date_assumed"),
        confidential: typed.has("confidential"),
        recipient_id: None,
        identifiers: Vec::new(),
        recipient: typed.text("recipient"),
        amount: typed.get("amount")?,
        purpose: Purpose { text: typed.text("purpose")?, split },
        fund,
        power: typed.fields.get("power").and_then(Power::parse)?,
        period: None,
        conditions: typed.text("conditions"),
        reasons: typed.text("reasons"),
    };
    commands(move |books| {
        if let Some(error) = &mixed {
            return Err(error.clone());
        }
        let period = period_of_award(from, to, states_none)?;
        let decided = date_of_award(books, decided, award.decision.as_ref())?;
        Ok(vec![Command::Award(Box::new(AwardCommand { decided, period, ..award.clone() }))])
    })
}

/// Refuses parts beside a theme or a fund.
pub(super) fn mixed(typed: &Typed<'_>) -> Option<Error> {
    let has_split = typed.has("theme") || typed.has("fund");
    parts_or_split(typed.has_parts(ALLOCATION.name), has_split).err()
}

/// Returns what is wrong of each field by itself, whatever is wrong of the others.
fn checks(typed: &Typed<'_>, books: &dyn Books) -> Vec<Error> {
    let mut errors = Vec::new();
    if typed.has_read_ends() {
        let (from, to) = (typed.stated("from"), typed.stated("to"));
        errors.extend(period_of_award(from, to, typed.has("no_period")).err());
    }
    errors.extend(mixed(typed));
    let award = TypedAward {
        decided: typed.date("decided"),
        decision: typed.get("decision"),
        confidential: typed.has("confidential"),
        amount: typed.get("amount"),
        theme: typed.split("theme"),
        funds: typed.parts(ALLOCATION.name).or_else(|| typed.funds("fund")),
        recipient: typed.text("recipient"),
        today: typed.today,
    };
    errors.extend(award.mistakes(books, typed.options()));
    errors
}
