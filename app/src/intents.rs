//! Intents: what a form's fields or a command's arguments become, with the same defaults for all front ends.

mod award;
mod change;
mod monitoring;

use std::collections::BTreeSet;

use almoner_ledger::audience::Audience;
use almoner_ledger::book::naming::fund_meant;
use almoner_ledger::book::{Books, BooksError, registered};
use almoner_ledger::calendar::Date;
use almoner_ledger::checklist::Checklist;
use almoner_ledger::command::Command;
use almoner_ledger::decide::Refusal;
use almoner_ledger::decisions::{Decision, DecisionId};
use almoner_ledger::funders::FundingReceipt;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::monitoring::repeated;
use almoner_ledger::grants::{Fact, GrantId, Instalment, Payment, Refund};
use almoner_ledger::money::Money;
use almoner_ledger::policy::Policy;
use almoner_ledger::publication::{Publication, Subject};
use almoner_ledger::reports::Every;
use almoner_ledger::signing::PublicKey;
use almoner_ledger::text::{Text, TextError, name_of_id};
use almoner_ledger::themes::ThemeId;
use almoner_ledger::users::{Role, User};

pub use self::award::{TypedAward, parts_or_split, period, period_of_award};
pub use self::change::{Change, ChangeAward, ChangeOfAmount};
pub use self::monitoring::MonitoringSchedule;
use crate::error::{Error, Remedy};

/// Returns the date of an award: the one given, else that of the registered decision.
pub fn date_of_award(
    books: &dyn Books,
    given: Option<Date>,
    decision: Option<&DecisionId>,
) -> Result<Date, Error> {
    let date = given.or(decision_date(books, decision)?);
    date.ok_or_else(|| Error::refused("no-date", "the award has no date").remedy(Remedy::DateDecision))
}

/// Returns the command that adds a theme: `given` is its id or a name that the id is made from, `stated` the name
/// that papers show.
pub fn add_theme(given: Text, stated: Option<Text>, objective: Option<Text>) -> Result<Command, TextError> {
    let id = ThemeId::named(given.as_str())?;
    let name = name_shown(id.as_str(), given, stated)?;
    Ok(Command::AddTheme { id, name, objective })
}

/// Returns the command that adds a fund, as [`add_theme`].
pub fn add_fund(given: Text, stated: Option<Text>) -> Result<Command, TextError> {
    let id = FundId::named(given.as_str())?;
    let name = name_shown(id.as_str(), given, stated)?;
    Ok(Command::AddFund { id, name })
}

/// Returns a command that adds a theme, fund, budget or indicator, and the one that marks it confidential if it is to be.
pub fn marked(command: Command, is_confidential: bool) -> Vec<Command> {
    let of = is_confidential.then(|| subject_of(&command)).flatten();
    let marking = of.map(|of| Command::SetPublication { of, publication: Publication::Confidential });
    std::iter::once(command).chain(marking).collect()
}

fn subject_of(command: &Command) -> Option<Subject> {
    match command {
        Command::AddTheme { id, .. } => Some(Subject::Theme(id.clone())),
        Command::AddFund { id, .. } => Some(Subject::Fund(id.clone())),
        Command::SetBudget { budget, .. } => Some(Subject::Budget(budget.clone())),
        Command::SetIndicator { indicator, .. } => Some(Subject::Indicator(indicator.clone())),
        _ => None,
    }
}

/// Returns the name that papers show: the one stated, else the name that the id was made from, else one made from
/// the id.
fn name_shown(id: &str, given: Text, stated: Option<Text>) -> Result<Text, TextError> {
    match stated {
        Some(name) => Ok(name),
        None if id == given.as_str() => name_of_id(id),
        None => Ok(given),
    }
}

/// Returns the command for a payment, which with `again` is a further one like those already recorded. The option of
/// the same name must be given with it.
pub fn pay(books: &dyn Books, award: GrantId, payment: Payment) -> Result<Command, Error> {
    let is_same = |fact: &Fact| matches!(fact, Fact::Paid(it) if it.is_same(&payment));
    let occurrence = occurrence(books, &award, payment.again, is_same)?;
    let Payment { date, amount, reference, account, before_decision, part, again: _ } = payment;
    Ok(Command::Pay { award, date, amount, reference, account, before_decision, part, occurrence })
}

/// Returns the command for a refund, which with `again` is a further one like those already recorded. The option of the
/// same name must be given with it.
pub fn refund(books: &dyn Books, award: GrantId, refund: Refund) -> Result<Command, Error> {
    let is_same = |fact: &Fact| matches!(fact, Fact::Refunded(it) if it.is_same(&refund));
    let occurrence = occurrence(books, &award, refund.again, is_same)?;
    let Refund { date, amount, reference, account, stays_available, part, again: _ } = refund;
    Ok(Command::Refund { award, date, amount, reference, account, stays_available, part, occurrence })
}

/// A payment that came back.
#[derive(Clone, Debug)]
pub struct ReturnedPayment {
    /// Date on which it came back.
    pub date: Date,
    /// The amount.
    pub amount: Money,
    /// Reference of the finance system or bank.
    pub reference: Option<Text>,
    /// The bank account that it came back into, if stated.
    pub account: Option<Text>,
    /// The record of the payment; the latest of that amount if not given.
    pub payment: Option<u64>,
    /// True if it must be one of the 31 days before.
    pub recent: bool,
}

/// Returns the command for a returned payment, which with `again` is a further one like those already recorded.
pub fn returned(
    books: &dyn Books,
    award: GrantId,
    returned: ReturnedPayment,
    again: bool,
) -> Result<Command, Error> {
    let ReturnedPayment { date, amount, reference, account, payment, recent } = returned;
    let is_same = |fact: &Fact| {
        let of = (reference.as_ref(), account.as_ref());
        matches!(fact, Fact::Returned(it) if it.is_same((date, amount), of, payment))
    };
    let occurrence = occurrence(books, &award, again, is_same)?;
    Ok(Command::Return { award, date, amount, reference, account, payment, recent, occurrence })
}

/// Maximum number of instalments that are scheduled at once: monthly for ten years.
const MAX_INSTALMENTS: u16 = 120;

/// Equal instalments, the later ones on the same day of the month as the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instalments {
    /// The award.
    pub award: GrantId,
    /// The first.
    pub first: Instalment,
    /// How often another is due, if there are several.
    pub every: Option<Every>,
    /// How many there are, if several.
    pub times: Option<u16>,
    /// True to record further ones identical to those already recorded.
    pub again: bool,
}

/// Returns the commands for instalments, one for each.
pub fn schedule(books: &dyn Books, instalments: &Instalments) -> Result<Vec<Command>, Error> {
    let Instalments { award, first: Instalment { due, amount }, every, times, again } = instalments;
    let number = |message: String| Error::refused("number-of-instalments", message);
    let (months, times) = match (every, times) {
        (None, None) => (1, 1),
        (Some(every), Some(times)) if (1..=MAX_INSTALMENTS).contains(times) => (every.months(), *times),
        (Some(_), Some(times)) => {
            return Err(number(format!(
                "{times} instalments: there must be between 1 and {MAX_INSTALMENTS}"
            )));
        }
        (Some(_), None) => return Err(number("the number of instalments is missing".to_owned())),
        (None, Some(_)) => {
            return Err(Error::refused("no-frequency", "the frequency of the instalments is missing"));
        }
    };
    let days: Vec<Date> = repeated(*due, months).take(times.into()).collect();
    if days.len() < usize::from(times) {
        return Err(number(format!("{times} instalments: the last dates are too far in the future")));
    }
    let command = |due| scheduled(books, award.clone(), Instalment { due, amount: *amount }, *again);
    days.into_iter().map(command).collect()
}

/// Returns the command for an instalment, which with `again` is a further one identical to those already recorded.
fn scheduled(
    books: &dyn Books,
    award: GrantId,
    instalment: Instalment,
    again: bool,
) -> Result<Command, Error> {
    let Instalment { due, amount } = instalment;
    let instalment = Fact::Scheduled(instalment);
    let occurrence = occurrence(books, &award, again, |fact| *fact == instalment)?;
    Ok(Command::Schedule { award, due, amount, occurrence })
}

/// Returns the command for money from a funder, which with `again` is a further receipt identical to those already
/// recorded. The fund may be given by its name.
pub fn receive(books: &dyn Books, receipt: FundingReceipt, again: bool) -> Result<Command, Error> {
    let fund = fund_meant(books, &receipt.fund).map_err(Refusal::from)?;
    let receipt = FundingReceipt { fund, ..receipt };
    let alike = books.reference().receipts.iter().filter(|it| again && it.receipt.is_same(&receipt)).count();
    Ok(Command::Receive { receipt, occurrence: following(alike) })
}

/// Returns a command as a further one like those already recorded, if there can be several that are alike: a payment, a
/// refund, a returned payment, an instalment or a receipt. The occurrence that it states itself, if it is not the first,
/// stays. The option `again` must be given with it.
pub fn further(books: &dyn Books, command: Command) -> Result<Command, Error> {
    match command {
        Command::Pay { award, date, amount, reference, account, before_decision, part, occurrence: 1 } => {
            let again = true;
            pay(books, award, Payment { date, amount, reference, account, before_decision, part, again })
        }
        Command::Refund { award, date, amount, reference, account, stays_available, part, occurrence: 1 } => {
            let again = true;
            refund(books, award, Refund { date, amount, reference, account, stays_available, part, again })
        }
        Command::Return { award, date, amount, reference, account, payment, recent, occurrence: 1 } => {
            let came_back = ReturnedPayment { date, amount, reference, account, payment, recent };
            returned(books, award, came_back, true)
        }
        Command::Schedule { award, due, amount, occurrence: 1 } => {
            scheduled(books, award, Instalment { due, amount }, true)
        }
        Command::Receive { receipt, occurrence: 1 } => receive(books, receipt, true),
        command => Ok(command),
    }
}

/// Returns the command for answers to the checklist of a decision.
pub fn answer_checklist(id: DecisionId, checklist: Checklist) -> Command {
    Command::RecordDecision(Decision { checklist, ..Decision::numbered(id) })
}

/// Returns the command that adds a user. Whoever adds the first user is added too, as an approver, and so can add
/// the others.
pub fn add_user(books: &dyn Books, user: &User, by: Option<&Text>) -> Result<Command, Error> {
    let authority = &books.reference().authority;
    if authority.users.get(user.id.as_str()).is_some_and(|existing| existing != user) {
        let message = format!("user {} is already recorded with another name or other roles", user.id);
        return Err(Error::refused("different-content", message).remedy(Remedy::AssignRoles));
    }
    let adder = by.filter(|by| authority.is_open() && **by != user.id);
    let adder = adder.map(|by| User::new(by.clone(), by.clone(), BTreeSet::from([Role::Approver])));
    Ok(Command::SetUsers(std::iter::once(user.clone()).chain(adder).collect()))
}

/// Returns the command that assigns roles to a user, in place of the present ones, and the audience of a reader.
pub fn assign_roles(
    books: &dyn Books,
    id: &Text,
    roles: BTreeSet<Role>,
    audience: Option<Audience>,
) -> Result<Command, Error> {
    Ok(Command::SetUsers(vec![User { roles, audience, left: false, ..user(books, id)? }]))
}

/// Returns the command that sets the key with which a user signs approvals.
pub fn set_key(books: &dyn Books, id: &Text, key: PublicKey) -> Result<Command, Error> {
    Ok(Command::SetUsers(vec![User { key: Some(key), ..user(books, id)? }]))
}

/// Returns the command by which a user has left. The key stays, so that nobody returns under the name with another one.
pub fn leave(books: &dyn Books, id: &Text) -> Result<Command, Error> {
    Ok(Command::SetUsers(vec![User {
        roles: BTreeSet::new(),
        left: true,
        audience: None,
        ..user(books, id)?
    }]))
}

/// Returns an authorisation limit, if it can be one.
pub fn authorisation_limit(over: Money) -> Result<Money, Error> {
    if over.is_negative() {
        let message = format!("the limit of {over} must not be negative");
        return Err(Error::refused("not-a-policy", message).advice("give a limit of zero or more"));
    }
    Ok(over)
}

/// Returns the command that brings a scheme of delegation into force, if it requires anything.
pub fn set_scheme(policy: Policy) -> Result<Command, Error> {
    let Policy { rules, days: _, recipient_recorder_apart, checklist, signed_approvals } = &policy;
    if rules.is_empty() && !recipient_recorder_apart && !checklist && !signed_approvals {
        return Err(Error::refused("empty-scheme", "the scheme of delegation requires no approvals")
            .advice("for at least one kind of record, state when it needs approval"));
    }
    Ok(Command::SetPolicy(Some(policy)))
}

/// Returns the user of this name.
pub fn user(books: &dyn Books, id: &Text) -> Result<User, Error> {
    let unknown = || {
        Error::refused("unknown-user", format!("{id} is not a user of this ledger")).remedy(Remedy::ListUsers)
    };
    books.reference().authority.users.get(id.as_str()).cloned().ok_or_else(unknown)
}

/// Returns the date of a decision, if it is registered with one.
fn decision_date(books: &dyn Books, decision: Option<&DecisionId>) -> Result<Option<Date>, BooksError> {
    let Some(id) = decision else { return Ok(None) };
    Ok(registered(books, id)?.and_then(|registered| registered.decision.date))
}

/// Returns the occurrence number of a fact: the first or, with `again`, the next after identical facts
/// already recorded, including reversed ones.
fn occurrence(
    books: &dyn Books,
    award: &GrantId,
    again: bool,
    is_same: impl Fn(&Fact) -> bool,
) -> Result<u32, BooksError> {
    let grant = if again { books.grant(award)? } else { None };
    let alike = grant.iter().flat_map(|grant| &grant.history).filter(|recorded| is_same(&recorded.fact));
    Ok(following(alike.count()))
}

fn following(alike: usize) -> u32 {
    u32::try_from(alike).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{award, books, day, grant, money, pay as paid};

    #[test]
    fn a_further_identical_payment_is_counted() {
        let books = books(&[award("1-2015", "2015-04-10", "1,000"), paid("1-2015", "2015-06-01", "300")]);
        for (again, expected) in [(false, 1), (true, 2)] {
            let (date, amount) = (day("2015-06-01"), money("300"));
            let (reference, account, before_decision, part) = (None, None, None, None);
            let payment = Payment { date, amount, reference, account, before_decision, part, again };
            match pay(&books, grant("1-2015"), payment).unwrap() {
                Command::Pay { occurrence, .. } => assert_eq!(occurrence, expected),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn instalments_are_repeated_as_often_as_stated() {
        let books = books(&[award("1-2015", "2015-04-10", "1,000")]);
        for (every, times, expected) in [
            (None, None, "2015-05-31"),
            (Some(Every::Month), Some(3), "2015-05-31 2015-06-30 2015-07-31"),
            (Some(Every::Quarter), Some(2), "2015-05-31 2015-08-31"),
            (Some(Every::Year), Some(1), "2015-05-31"),
            (Some(Every::Year), Some(0), "number-of-instalments"),
            (Some(Every::Year), Some(121), "number-of-instalments"),
            (Some(Every::Year), None, "number-of-instalments"),
            (None, Some(2), "no-frequency"),
        ] {
            let first = Instalment { due: day("2015-05-31"), amount: money("100") };
            let instalments = Instalments { award: grant("1-2015"), first, every, times, again: false };
            let found = match schedule(&books, &instalments) {
                Ok(commands) => commands
                    .iter()
                    .map(|command| match command {
                        Command::Schedule { due, occurrence: 1, .. } => due.to_string(),
                        other => panic!("{other:?}"),
                    })
                    .collect::<Vec<_>>()
                    .join(" "),
                Err(error) => error.code.to_owned(),
            };
            assert_eq!(found, expected, "{every:?} {times:?}");
        }
    }

    #[test]
    fn a_new_total_is_a_change_from_the_amount_awarded() {
        let books = books(&[award("1-2015", "2015-04-10", "1,000")]);
        let vary = |amount, from| ChangeAward {
            award: grant("1-2015"),
            decision: None,
            date: None,
            change: Change::Vary { amount, from, to: None, part: None },
        };
        let today = day("2015-06-01");
        match vary(Some(ChangeOfAmount::To(money("900"))), None).command(&books, today).unwrap() {
            Command::Vary { change, date, .. } => assert_eq!((change, date), (money("-100"), today)),
            other => panic!("{other:?}"),
        }
        let from = almoner_ledger::calendar::StatedDate::parse("2015-05").unwrap();
        assert_eq!(vary(None, Some(from)).command(&books, today).unwrap_err().code, "no-period");
    }

    #[test]
    fn a_variation_given_again_has_the_period_that_it_had() {
        let vary = |date, from: &str, to: &str| {
            let stated = |text: &str| almoner_ledger::calendar::StatedDate::parse(text).ok();
            ChangeAward {
                award: grant("1-2015"),
                decision: None,
                date: Some(day(date)),
                change: Change::Vary { amount: None, from: stated(from), to: stated(to), part: None },
            }
        };
        let today = day("2015-09-01");
        let mut known = vec![award("1-2015", "2015-04-10", "1,000")];
        for (date, from, to, expected) in [
            ("2015-05-01", "2015-04", "2016-03", "2015-04 to 2016-03"),
            ("2015-06-01", "", "2016-06", "2015-04 to 2016-06"),
            ("2015-07-01", "2015-05", "", "2015-05 to 2016-06"),
            // As the second, and as it would be on another day.
            ("2015-06-01", "", "2016-06", "2015-04 to 2016-06"),
            ("2015-06-02", "", "2016-06", "2015-05 to 2016-06"),
        ] {
            let command = vary(date, from, to).command(&books(&known), today).unwrap();
            match &command {
                Command::Vary { period: Some(period), .. } => {
                    assert_eq!(period.to_string(), expected, "{date}")
                }
                other => panic!("{other:?}"),
            }
            known.push(command);
        }
    }
}
