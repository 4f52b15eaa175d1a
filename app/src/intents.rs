//! Intents: what a form's fields or a command's arguments become, with the same defaults for all front ends.

mod award;
mod changes;
mod money;
mod vary;

use almoner_ledger::book::{Books, BooksError, registered};
use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::{Fact, GrantId};

pub use self::award::NewAward;
pub use self::changes::{ExtendAward, RepurposeAward, StateTerms, WithdrawAward};
pub use self::money::{NewPayment, NewRefund, NewReturn};
pub use self::vary::{ChangeOfAmount, VaryAward};
use crate::actor::Actor;
use crate::error::Error;

/// What a user wants to record.
pub trait Intent {
    /// Returns the command, with what is left out taken from the books and the day.
    fn command(&self, books: &dyn Books, actor: &Actor) -> Result<Command, Error>;
}

/// Returns the effective date of a change: the one given, else that of the registered decision, else today.
pub fn day_of_change(
    books: &dyn Books,
    given: Option<Date>,
    decision: Option<&DecisionId>,
    today: Date,
) -> Result<Date, BooksError> {
    Ok(given.or(decision_date(books, decision)?).unwrap_or(today))
}

/// Returns the date of a decision, if it is registered with one.
pub fn decision_date(books: &dyn Books, decision: Option<&DecisionId>) -> Result<Option<Date>, BooksError> {
    let Some(id) = decision else { return Ok(None) };
    Ok(registered(books, id)?.and_then(|registered| registered.decision.date))
}

/// Returns the occurrence number of a fact: the first or, with `again`, the next after identical facts
/// already recorded, including reversed ones.
pub fn occurrence(
    books: &dyn Books,
    award: &GrantId,
    again: bool,
    is_same: impl Fn(&Fact) -> bool,
) -> Result<u32, BooksError> {
    let grant = if again { books.grant(award)? } else { None };
    let alike = grant.iter().flat_map(|grant| &grant.history).filter(|recorded| is_same(&recorded.fact));
    Ok(u32::try_from(alike.count()).unwrap_or(u32::MAX).saturating_add(1))
}

#[cfg(test)]
mod tests {
    use almoner_ledger::text::Text;

    use super::*;
    use crate::actor::Timestamp;
    use crate::testing::{award, books, day, grant, money, pay};

    fn actor() -> Actor {
        let at = Timestamp::parse("2026-11-21T10:03:03Z").unwrap();
        Actor { user: Some(Text::new("jane").unwrap()), at, today: day("2015-06-01") }
    }

    #[test]
    fn a_payment_is_dated_today_and_counted_when_it_is_a_further_one() {
        let books = books(&[award("1-2015", "2015-04-10", "1,000"), pay("1-2015", "2015-06-01", "300")]);
        for (again, expected) in [(false, 1), (true, 2)] {
            let payment = NewPayment {
                award: grant("1-2015"),
                amount: money("300"),
                date: None,
                reference: None,
                before_decision: None,
                again,
            };
            match payment.command(&books, &actor()).unwrap() {
                Command::Pay { date, occurrence, .. } => {
                    assert_eq!((date, occurrence), (day("2015-06-01"), expected));
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_new_total_is_a_change_from_the_amount_awarded() {
        let books = books(&[award("1-2015", "2015-04-10", "1,000")]);
        let vary = |change, from| VaryAward {
            award: grant("1-2015"),
            change,
            from,
            to: None,
            decision: None,
            date: None,
        };
        let total = vary(Some(ChangeOfAmount::To(money("900"))), None);
        match total.command(&books, &actor()).unwrap() {
            Command::Vary { change, .. } => assert_eq!(change, money("-100")),
            other => panic!("{other:?}"),
        }
        let from = almoner_ledger::calendar::StatedDate::parse("2015-05").unwrap();
        assert_eq!(vary(None, Some(from)).command(&books, &actor()).unwrap_err().code, "no-period");
    }
}
