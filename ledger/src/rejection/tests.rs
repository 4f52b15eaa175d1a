//! Every rejection has a code of its own, and the field that it concerns.

use super::*;
use crate::calendar::{CalendarError, StatedDate};

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn text(words: &str) -> String {
    words.to_owned()
}

fn different(field: &'static str) -> Rejection {
    let differences = vec![Difference { field, recorded: text("a"), given: text("b") }];
    Rejection::Different { what: "award", id: text("1-2015"), differences }
}

#[test]
fn rejections_name_the_field_that_they_concern() {
    let (award, date, month) = (text("1-2015"), day("2015-06-15"), day("2015-08-01").month());
    let (five, six) = (Money::from_pence(500), Money::from_pence(600));
    let unknown = |given: &str| (text(given), None);
    let (given, nearest) = unknown("youht");
    let table = [
        (
            Rejection::UnknownTheme { given: given.clone(), nearest: nearest.clone(), can_be_added: true },
            Some(Field::Theme),
        ),
        (
            Rejection::UnknownFund { given: given.clone(), nearest: nearest.clone(), can_be_added: true },
            Some(Field::Fund),
        ),
        (Rejection::UnknownAward { given: given.clone(), nearest }, Some(Field::Award)),
        (
            Rejection::UnknownRecipient { given: given.clone(), suggestions: Vec::new(), can_be_added: true },
            Some(Field::Recipient),
        ),
        (
            Rejection::AmbiguousName { what: "theme", given: given.clone(), ids: Vec::new() },
            Some(Field::Theme),
        ),
        (Rejection::AmbiguousName { what: "fund", given: given.clone(), ids: Vec::new() }, Some(Field::Fund)),
        (Rejection::Split(Box::new(SplitError::Mixed)), Some(Field::Theme)),
        (Rejection::AmbiguousRecipient { given: given.clone(), ids: Vec::new() }, Some(Field::Recipient)),
        (
            Rejection::IdentifierOfAnother { identifier: given.clone(), owner: text("a") },
            Some(Field::Identifiers),
        ),
        (
            Rejection::IdentifierAndNameDiffer {
                identifier: given.clone(),
                owner: text("a"),
                name: text("b"),
                other: text("c"),
            },
            Some(Field::Recipient),
        ),
        (
            Rejection::UnknownNameOfIdentifier {
                identifier: given.clone(),
                owner: text("a"),
                name: text("b"),
            },
            Some(Field::Recipient),
        ),
        (
            Rejection::NamesakeOrSecondNumber { name: given.clone(), identifier: text("a") },
            Some(Field::Recipient),
        ),
        (Rejection::NameOfAnother { name: given, owner: text("a") }, Some(Field::Recipient)),
        (Rejection::NoId, Some(Field::Decision)),
        (Rejection::NoRecipient, Some(Field::Recipient)),
        (different("amount"), Some(Field::Amount)),
        (different("before_payment"), Some(Field::BeforePayment)),
        (different("plan-objective"), None),
        (Rejection::NotPositive(Money::ZERO), Some(Field::Amount)),
        (Rejection::NegativeBudget(five.negated()), Some(Field::Amount)),
        (Rejection::SplitDoesNotAddUp { split: five, award: six }, Some(Field::Theme)),
        (Rejection::ConfidentialWithoutDecision, Some(Field::Decision)),
        (
            Rejection::DecisionDateDiffers { decision: award.clone(), registered: date, given: date },
            Some(Field::Date),
        ),
        (Rejection::ChangeBeforeAward { date, decided: date }, Some(Field::Date)),
        (
            Rejection::ClosedMonth {
                month,
                first_closed: None,
                first_open: date,
                is_provisional: true,
                may_adjust: true,
            },
            Some(Field::Date),
        ),
        (Rejection::NothingOfEarlierYears, Some(Field::Date)),
        (Rejection::RecordedWithoutAdjustment { record: Some(7) }, None),
        (Rejection::RecordedAsAdjustment { record: 7 }, None),
        (Rejection::Withdrawn(award.clone()), Some(Field::Award)),
        (
            Rejection::PaymentBeyondAward {
                award: award.clone(),
                awarded: five,
                paid: Money::ZERO,
                balance: five,
                payment: six,
            },
            Some(Field::Amount),
        ),
        (Rejection::MonitoringOutstanding { award: award.clone(), items: Vec::new() }, Some(Field::Date)),
        (Rejection::UnknownDue { award: award.clone(), due: date, name: None, known: Vec::new() }, None),
        (
            Rejection::PaidBeforeAwarded { award: award.clone(), date, awarded: five, paid: six },
            Some(Field::Date),
        ),
        (
            Rejection::RefundBeyondPaid { award: award.clone(), paid: five, refund: six, are_several: false },
            Some(Field::Amount),
        ),
        (
            Rejection::RefundBeyondPart {
                award: award.clone(),
                part: "cdr/youth".to_owned(),
                paid: five,
                refund: six,
            },
            Some(Field::Amount),
        ),
        (
            Rejection::NoPaymentReturned { award: award.clone(), amount: five, payment: None },
            Some(Field::Amount),
        ),
        (Rejection::KindNeeded { award: award.clone(), amount: five }, Some(Field::Amount)),
        (
            BankRejection::NewAccount { given: award.clone(), nearest: award.clone() }.into(),
            Some(Field::Account),
        ),
        (Rejection::AfterToday { what: "payment", date }, Some(Field::Date)),
        (Rejection::PaidBeforeDecision { award: award.clone(), date, decided: date }, Some(Field::Date)),
        (Rejection::MonthNotOver(month), None),
        (Rejection::AboveLimit { award: award.clone() }, Some(Field::Amount)),
        (Rejection::AwardBelowZero { award: award.clone(), awarded: five.negated() }, Some(Field::Amount)),
        (
            Rejection::InstalmentsBeyondAward { award: award.clone(), awarded: five, scheduled: six },
            Some(Field::Amount),
        ),
        (Rejection::TooManyRecords { award: award.clone(), limit: 2 }, Some(Field::Award)),
        (Rejection::NothingVaried, None),
        (Rejection::NothingStated, None),
        (Rejection::NotLater { to: text("a"), current: text("b") }, Some(Field::To)),
        (Rejection::VariedLater { award: award.clone(), on: date }, Some(Field::Date)),
        (
            Rejection::Period(CalendarError::EndBeforeStart { from: text("a"), to: text("b") }),
            Some(Field::To),
        ),
        (Rejection::SamePurpose(award), Some(Field::Purpose)),
        (Rejection::LineDoesNotAddUp { line: five, records: six }, Some(Field::Amount)),
        (Rejection::Overflow(Overflow), Some(Field::Amount)),
        (Rejection::NotClosed(month), None),
        (Rejection::UnknownRecord(7), None),
        (Rejection::NotRecorded { what: "budget", id: "a".to_owned() }, None),
        (Rejection::NotConfidential(text("7-2015")), None),
        (Rejection::HidesPublished(Box::default()), None),
        (Rejection::ViewAfterToday { date }, None),
    ];
    for (rejection, field) in table {
        assert_eq!(rejection.field(), field, "{rejection}");
        assert_eq!(rejection.remedies().len(), 1, "{rejection}");
        let message = rejection.to_string();
        assert!(!message.contains("2015-06") && !message.contains("2015-08"), "{message}");
    }
}

#[test]
fn dates_in_messages_are_written_for_people() {
    let (date, month) = (day("2015-06-15"), day("2015-08-01").month());
    for (rejection, expected) in [
        (Rejection::FinallyClosed(month), "Aug 2015 is finally closed"),
        (
            Rejection::EarlierOpen { month, earlier: vec![month.plus(-1)] },
            "Aug 2015 cannot be closed: Jul 2015 is not yet closed",
        ),
        (
            Rejection::EarlierNotFinal { month, earlier: vec![month.plus(-2), month.plus(-1)] },
            "Aug 2015 cannot be finally closed: Jun 2015, Jul 2015 are not yet finally closed",
        ),
        (
            Rejection::NameNotLater(date),
            "the new name must take effect after 15 Jun 2015, when the current name took effect",
        ),
    ] {
        assert_eq!(rejection.to_string(), expected);
    }
    assert_eq!(StatedDate::Month(month).in_words(), "Aug 2015");
}
