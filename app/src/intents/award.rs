//! What is typed of an award: what is wrong of it together, or with the books, whatever else is wrong.

use almoner_ledger::allocation::Funds;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, Period, StatedDate};
use almoner_ledger::command::{AwardCommand, Command, Options};
use almoner_ledger::decide::{Refusal, check_allocated, check_confidential, check_split, decide};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::{Power, Purpose};
use almoner_ledger::money::Money;
use almoner_ledger::rejection::{Field, Rejection};
use almoner_ledger::text::Text;
use almoner_ledger::themes::{Split, ThemeId};

use super::date_of_award;
use crate::error::{Error, Remedy};

/// Returns the period that two ends state; `None` if neither is stated.
pub fn period(from: Option<StatedDate>, to: Option<StatedDate>) -> Result<Option<Period>, Error> {
    match (from, to) {
        (Some(from), Some(to)) => Ok(Some(Period::new(from, to)?)),
        (None, None) => Ok(None),
        (Some(_), None) | (None, Some(_)) => {
            Err(Error::refused("no-end", "one end of the period is missing").remedy(Remedy::StateWholePeriod))
        }
    }
}

/// Returns the period of an award, or none where it is said that the decision states none.
pub fn period_of_award(
    from: Option<StatedDate>,
    to: Option<StatedDate>,
    states_none: bool,
) -> Result<Option<Period>, Error> {
    match (period(from, to)?, states_none) {
        (Some(period), false) => Ok(Some(period)),
        (None, true) => Ok(None),
        (None, false) => Err(Error::refused("period-not-stated", "the period is missing")
            .advice("enter its first and last days, or mark that the decision states none")),
        (Some(_), true) => {
            let message = "a period is given, but the decision is marked as stating none";
            let error = Error::refused("period-not-stated", message);
            Err(error.advice("remove the period, or the tick below it"))
        }
    }
}

/// Refuses parts beside a theme or a fund, which say the same in two ways.
pub fn parts_or_split(has_parts: bool, has_split: bool) -> Result<(), Error> {
    match has_parts && has_split {
        false => Ok(()),
        true => Err(Error::refused("parts-and-split", "parts are given as well as a theme or a fund")
            .advice("give either the parts, or a theme and a fund")),
    }
}

/// What was typed of an award and can be read.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "names that say it all have no doc")]
pub struct TypedAward {
    pub decided: Option<Date>,
    pub decision: Option<DecisionId>,
    pub confidential: bool,
    pub amount: Option<Money>,
    pub theme: Option<Split>,
    /// The funds, or the parts.
    pub funds: Option<Funds>,
    pub recipient: Option<Text>,
    pub today: Date,
}

impl TypedAward {
    /// Returns what is wrong, each thing by itself.
    pub fn mistakes(&self, books: &dyn Books, options: Options) -> Vec<Error> {
        let rejected = |rejection: Rejection| Error::from(Refusal::from(rejection));
        let mut errors = Vec::new();
        errors.extend(date_of_award(books, self.decided, self.decision.as_ref()).err());
        errors.extend(check_confidential(self.confidential, self.decision.as_ref()).err().map(rejected));
        if let Some(award) = self.amount {
            let split = self.theme.as_ref().and_then(|it| check_split(it, award).err());
            let funds = self.funds.as_ref().and_then(|it| check_allocated(it, award).err());
            errors.extend(split.into_iter().chain(funds).map(rejected));
        }
        errors.extend(self.recipient(books, options).err());
        errors
    }

    /// Refuses a recipient who is not the one of a record, whatever else is typed: the award of a penny to it is decided.
    fn recipient(&self, books: &dyn Books, options: Options) -> Result<(), Error> {
        let (Some(name), Ok(text)) = (self.recipient.clone(), "Award".parse()) else { return Ok(()) };
        let award = AwardCommand {
            id: None,
            decision: None,
            decided: self.today,
            date_assumed: false,
            confidential: false,
            recipient_id: None,
            identifiers: Vec::new(),
            recipient: Some(name),
            amount: Money::from_pence(1),
            purpose: Purpose { text, split: Split::whole(ThemeId::unallocated()) },
            fund: None,
            power: Power::NotStated,
            period: None,
            conditions: None,
            reasons: None,
        };
        let decided = decide(books, &Command::Award(Box::new(award)), options);
        let error = decided.err().map(Error::from);
        let is_about_it = |error: &Error| matches!(error.field, Some(Field::Recipient | Field::Identifiers));
        error.filter(is_about_it).map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{award, books, day, money};

    fn typed() -> TypedAward {
        TypedAward {
            decided: Some(day("2015-06-01")),
            decision: None,
            confidential: false,
            amount: Some(money("100")),
            theme: None,
            funds: None,
            recipient: None,
            today: day("2015-06-01"),
        }
    }

    #[test]
    fn every_mistake_of_an_award_is_found_at_once() {
        let books = books(&[award("1-2015", "2015-04-10", "1,000")]);
        let split = |text: &str| Some(Split::parse(text).unwrap());
        let funds = |text: &str| Some(Funds::Split(Split::parse(text).unwrap()));
        for (typed, expected) in [
            (typed(), ""),
            (TypedAward { decided: None, ..typed() }, "no-date"),
            (TypedAward { confidential: true, ..typed() }, "confidential-without-decision"),
            (TypedAward { theme: split("a:60;b:30"), ..typed() }, "split-does-not-add-up"),
            (TypedAward { theme: split("a:60;b:40"), ..typed() }, ""),
            (TypedAward { theme: split("a:60%;b:40%"), ..typed() }, ""),
            (TypedAward { funds: funds("cdr:60;victims:50"), ..typed() }, "allocation-does-not-add-up"),
            (TypedAward { amount: None, theme: split("a:60;b:30"), ..typed() }, ""),
            (
                TypedAward { decided: None, confidential: true, theme: split("a:1;b:1"), ..typed() },
                "no-date confidential-without-decision split-does-not-add-up",
            ),
        ] {
            let found = typed.mistakes(&books, Options::default());
            let codes: Vec<&str> = found.iter().map(|error| error.code).collect();
            assert_eq!(codes.join(" "), expected, "{typed:?}");
        }
        let unknown = TypedAward { recipient: Some("Nobody Here".parse().unwrap()), ..typed() };
        assert_eq!(unknown.mistakes(&books, Options::default())[0].field, Some(Field::Recipient));
        let adding = Options { add_missing: true, ..Options::default() };
        assert!(unknown.mistakes(&books, adding).is_empty());
    }

    #[test]
    fn a_period_is_stated_or_said_to_be_none() {
        let at = |text: &str| Some(StatedDate::parse(text).unwrap());
        for (from, to, states_none, expected) in [
            (at("2015-04"), at("2016-03"), false, "period"),
            (None, None, true, "none"),
            (None, None, false, "period-not-stated"),
            (at("2015-04"), at("2016-03"), true, "period-not-stated"),
            (at("2015-04"), None, false, "no-end"),
        ] {
            let got = match period_of_award(from, to, states_none) {
                Ok(Some(_)) => "period",
                Ok(None) => "none",
                Err(error) => error.code,
            };
            assert_eq!(got, expected, "{from:?} {to:?} {states_none}");
        }
        assert_eq!(parts_or_split(true, true).unwrap_err().code, "parts-and-split");
        assert!(parts_or_split(true, false).is_ok() && parts_or_split(false, true).is_ok());
    }
}
