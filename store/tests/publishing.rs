//! Publication of grants: the lists of awards and payments, missing statements, current values, and returns to
//! funders that agree with the report by fund.

use crate::common;
use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::{DateRange, Month};
use almoner_ledger::command::{AwardCommand, Command};
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{GrantId, Power, TermsAddendum};
use almoner_ledger::money::Money;
use almoner_ledger::reports::disclosure::Item;
use almoner_ledger::reports::{By, Published, Query, disclosure, funder, giving, themes};
use almoner_ledger::text::Text;
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, Store};

fn books(commands: &[Command]) -> MemoryStore {
    let mut store = MemoryStore::default();
    let opened = common::drafted_events(&store, common::opening_events());
    store.append(store.head(), BatchLabel { label: "init", ..BatchLabel::default() }, opened).unwrap();
    for command in commands {
        let batch = common::drafted(&store, std::slice::from_ref(command));
        store.append(store.head(), BatchLabel { label: "test", ..BatchLabel::default() }, batch).unwrap();
    }
    store
}

/// An award under a power, with these of conditions (`c`) and reasons (`r`) stated.
fn award(id: &str, decided: &str, amount: &str, power: &str, stated: &str) -> Command {
    let Command::Award(award) = common::award(id, decided, amount, "a", None) else { panic!("an award") };
    let text = |word: &str| stated.contains(word).then(|| Text::new(word).unwrap());
    let power = Power::parse(power).unwrap();
    Command::Award(Box::new(AwardCommand { power, conditions: text("c"), reasons: text("r"), ..*award }))
}

fn vary(id: &str, on: &str, change: &str) -> Command {
    let (award, change) = (GrantId::new(id).unwrap(), change.parse().unwrap());
    Command::Vary { award, decision: None, date: common::date(on), change, period: None, part: None }
}

fn refund(id: &str, on: &str, amount: &str) -> Command {
    let (award, amount) = (GrantId::new(id).unwrap(), amount.parse().unwrap());
    let (date, stays_available) = (common::date(on), false);
    Command::Refund {
        account: None,
        award,
        date,
        amount,
        reference: None,
        stays_available,
        part: None,
        occurrence: 1,
    }
}

fn withdraw(id: &str, on: &str) -> Command {
    Command::Withdraw { award: GrantId::new(id).unwrap(), decision: None, date: common::date(on) }
}

/// A payment that came back; of one that is named, a part.
fn back(on: &str, amount: &str, payment: Option<u64>) -> Command {
    let (award, amount) = (GrantId::new("1-2015").unwrap(), amount.parse().unwrap());
    let (date, recent, occurrence) = (common::date(on), false, 1);
    Command::Return { account: None, award, date, amount, reference: None, payment, recent, occurrence }
}

/// The month's lists on one line: grants made / payments / what is missing.
fn listed(commands: &[Command]) -> String {
    let books = books(commands);
    let published = Published::new(&books, Audience::Officer).unwrap();
    let report = disclosure(&published, Month::parse("2015-03").unwrap()).unwrap();
    let item = |it: &Item| {
        let more = if it.is_increase { " more" } else { "" };
        format!("{} {}{more}{}", it.grant, it.amount, if it.is_returned { " back" } else { "" })
    };
    let items = |items: &[Item]| items.iter().map(item).collect::<Vec<_>>().join(", ");
    let missing = report.missing.iter().map(|it| format!("{} {}", it.grant, it.words().join("+")));
    let missing = missing.collect::<Vec<_>>().join(", ");
    format!("{} / {} / {missing}", items(&report.grants), items(&report.payments))
}

#[test]
fn power_date_and_amount_determine_the_list() {
    let s9 = |on: &str| award("1-2015", on, "1200", "s9", "cr");
    let s143 = |on: &str| award("1-2015", on, "1200", "s143", "r");
    let unstated = |on: &str| award("1-2015", on, "1200", "not-stated", "");
    let pay = |on: &str, amount: &str| common::pay("1-2015", on, amount);
    // The payment is the last record after an award and a payment.
    let last = Some(books(&[s143("2015-02-01"), pay("2015-02-05", "600")]).head().record);
    for (commands, expected) in [
        // Paragraph 3(f): listed when made, whatever the amount; its payments are not listed.
        (vec![s9("2015-03-01")], "1-2015 1200.00 /  / "),
        (vec![s9("2015-03-31")], "1-2015 1200.00 /  / "),
        (vec![s9("2015-04-01")], " /  / "),
        (vec![award("1-2015", "2015-03-05", "0.01", "s9", "cr")], "1-2015 0.01 /  / "),
        (vec![s9("2015-02-01"), pay("2015-03-05", "1200")], " /  / "),
        (vec![s9("2015-02-01"), vary("1-2015", "2015-03-05", "10")], "1-2015 10.00 more /  / "),
        (vec![s9("2015-02-01"), vary("1-2015", "2015-03-05", "-10")], " /  / "),
        (vec![s9("2015-03-01"), withdraw("1-2015", "2015-03-05")], "1-2015 1200.00 /  / "),
        // Paragraph 3(g): each payment over £500.
        (vec![s143("2015-03-01")], " /  / "),
        (vec![s143("2015-03-01"), pay("2015-03-05", "500")], " /  / "),
        (vec![s143("2015-03-01"), pay("2015-03-05", "500.01")], " / 1-2015 500.01 / "),
        (vec![s143("2015-03-01"), pay("2015-03-05", "400"), pay("2015-03-06", "400")], " /  / "),
        (vec![s143("2015-03-01"), pay("2015-04-01", "600")], " /  / "),
        (
            vec![s143("2015-03-01"), pay("2015-03-05", "600"), refund("1-2015", "2015-03-06", "600")],
            " / 1-2015 600.00 / ",
        ),
        (
            vec![award("1-2015", "2015-01-01", "900", "other", "r"), pay("2015-03-05", "900")],
            " / 1-2015 900.00 / ",
        ),
        // A returned payment is shown on a line of its own in its month, if the payment was listed.
        (
            vec![
                s143("2015-03-01"),
                pay("2015-03-05", "600"),
                back("2015-03-06", "600", None),
                pay("2015-03-07", "600"),
            ],
            " / 1-2015 600.00, 1-2015 -600.00 back, 1-2015 600.00 / ",
        ),
        (
            vec![s143("2015-02-01"), pay("2015-02-27", "600"), back("2015-03-06", "600", None)],
            " / 1-2015 -600.00 back / ",
        ),
        (
            vec![s143("2015-02-01"), pay("2015-03-27", "600"), back("2015-04-01", "600", None)],
            " / 1-2015 600.00 / ",
        ),
        (vec![s143("2015-03-01"), pay("2015-03-05", "500"), back("2015-03-06", "500", None)], " /  / "),
        (
            vec![s143("2015-02-01"), pay("2015-02-05", "600"), back("2015-03-06", "100", last)],
            " / 1-2015 -100.00 back / ",
        ),
        (vec![s143("2015-02-01"), pay("2015-02-05", "500"), back("2015-03-06", "100", last)], " /  / "),
        (vec![s9("2015-02-01"), pay("2015-02-05", "600"), back("2015-03-06", "600", None)], " /  / "),
        (
            vec![unstated("2015-02-01"), pay("2015-02-05", "600"), back("2015-03-06", "600", None)],
            " /  / 1-2015 power",
        ),
        // Not stated: what might belong in a list is reported as missing.
        (vec![unstated("2015-03-01")], " /  / 1-2015 power"),
        (vec![unstated("2015-02-01")], " /  / "),
        (vec![unstated("2015-02-01"), pay("2015-03-05", "600")], " /  / 1-2015 power"),
        (vec![unstated("2015-02-01"), pay("2015-03-05", "500")], " /  / "),
        (vec![unstated("2015-02-01"), vary("1-2015", "2015-03-05", "1")], " /  / 1-2015 power"),
        (vec![award("1-2015", "2015-03-01", "9", "s9", "")], "1-2015 9.00 /  / 1-2015 conditions+reasons"),
        (vec![award("1-2015", "2015-03-01", "9", "s9", "r")], "1-2015 9.00 /  / 1-2015 conditions"),
        (
            vec![award("1-2015", "2015-03-01", "900", "s143", ""), pay("2015-03-05", "900")],
            " / 1-2015 900.00 / 1-2015 reasons",
        ),
        (vec![award("1-2015", "2015-03-01", "900", "s143", "")], " /  / "),
        // Two on one day, with ids in natural order.
        (
            vec![
                award("10-2015", "2015-03-02", "1", "s9", "cr"),
                award("9-2015", "2015-03-02", "2", "s9", "cr"),
            ],
            "9-2015 2.00, 10-2015 1.00 /  / ",
        ),
    ] {
        assert_eq!(listed(&commands), expected, "{commands:?}");
    }
}

#[test]
fn terms_stated_later_put_an_award_in_its_list() {
    let state = |power, reasons: &str| Command::State {
        award: GrantId::new("1-2015").unwrap(),
        statement: TermsAddendum {
            power,
            conditions: None,
            reasons: Some(Text::new(reasons).unwrap()),
            ..TermsAddendum::default()
        },
    };
    let award = award("1-2015", "2015-03-01", "900", "not-stated", "c");
    let paid = common::pay("1-2015", "2015-03-05", "900");
    assert_eq!(
        listed(&[award.clone(), paid.clone(), state(Power::S9, "Fewer crimes")]),
        "1-2015 900.00 /  / "
    );
    assert_eq!(listed(&[award, paid, state(Power::S143, "Good value")]), " / 1-2015 900.00 / ");
}

#[test]
fn grants_are_published_with_their_current_values() {
    let books = books(&[
        award("1-2015", "2015-03-01", "1200", "s9", ""),
        vary("1-2015", "2015-04-01", "0.50"),
        common::pay("1-2015", "2015-05-01", "300"),
        common::repurpose("1-2015", "9-2015", "2015-06-01", "b"),
        award("2-2015", "2015-03-02", "100", "s9", ""),
        withdraw("2-2015", "2015-03-03"),
        award("3-2015", "2016-03-02", "100", "s9", ""),
        common::pay("3-2015", "2016-03-02", "60"),
        withdraw("3-2015", "2016-03-03"),
    ]);
    let range = |from: &str, to: &str| DateRange::new(common::date(from), common::date(to)).unwrap();
    for (decided_in, expected, nothing) in [
        (None, vec!["1-2015 1200.50 300.00 Another work [b]", "3-2015 60.00 60.00 Work of 3-2015 [a]"], 1),
        (Some(range("2015-03-01", "2015-03-01")), vec!["1-2015 1200.50 300.00 Another work [b]"], 0),
        (Some(range("2015-03-02", "2015-12-31")), vec![], 1),
    ] {
        let report = giving(&books, decided_in).unwrap();
        let lines = report.grants.iter().map(|it| {
            let themes: Vec<&str> = it.themes.iter().map(|(id, _)| id.as_str()).collect();
            format!("{} {} {} {} [{}]", it.grant, it.awarded, it.paid, it.purpose, themes.join(" "))
        });
        assert_eq!(lines.collect::<Vec<_>>(), expected, "{decided_in:?}");
        assert_eq!(report.reduced_to_zero.len(), nothing, "{decided_in:?}");
    }
}

#[test]
fn a_funder_return_agrees_with_the_report_by_fund() {
    let victims = |command: Command| match command {
        Command::Award(award) => {
            let fund = Some(FundId::new("victims").unwrap());
            Command::Award(Box::new(AwardCommand {
                fund: fund.map(almoner_ledger::allocation::Funds::one),
                ..*award
            }))
        }
        other => other,
    };
    let books = books(&[
        victims(common::award("1-2015", "2015-03-01", "1200", "a:60%;b:40%", Some(("2015-01", "2016-06")))),
        common::pay("1-2015", "2015-03-20", "333.33"),
        common::pay("1-2015", "2015-08-20", "500.01"),
        common::repurpose("1-2015", "9-2015", "2015-06-01", "b"),
        victims(common::award("2-2015", "2015-05-02", "100", "a", None)),
        common::pay("2-2015", "2015-05-20", "70"),
        refund("2-2015", "2015-09-20", "7.07"),
        vary("2-2015", "2015-10-01", "50"),
        award("3-2015", "2015-05-03", "999", "s9", ""),
        victims(common::award("4-2015", "2015-05-04", "40", "a", Some(("2015-05", "2015-09")))),
        withdraw("4-2015", "2015-07-10"),
    ]);
    for (from, to) in [
        ("2014-04-01", "2015-03-31"),
        ("2015-04-01", "2016-03-31"),
        ("2015-05-10", "2015-09-20"),
        ("2016-04-01", "2017-03-31"),
    ] {
        let range = DateRange::new(common::date(from), common::date(to)).unwrap();
        let report = funder(&books, &Query::of(range), "Victims' services").unwrap();
        let by_fund = themes(&books, &Query::of(range), By::Fund).unwrap();
        let line = by_fund.rows.iter().find(|row| row.key.id == "victims").unwrap().measures;
        let total = report.total;
        assert_eq!(
            [
                total.awarded,
                total.reduced,
                total.paid,
                total.expenditure,
                total.committed,
                total.prepayments,
                total.accruals
            ],
            [
                line.awarded,
                line.reduced,
                line.paid,
                line.expenditure,
                line.committed,
                line.prepayments,
                line.accruals
            ],
            "{from}"
        );
        for row in &report.rows {
            let it = row.figures;
            assert_eq!(it.allocated.minus(it.paid).unwrap(), it.committed, "{from} {}", row.grant);
        }
        // Allocated is the opening commitment plus awards, less what refunds reduce them by.
        let before =
            Query::of(DateRange::new(common::date("2010-04-01"), common::date(from).previous_day()).unwrap());
        let before = themes(&books, &before, By::Fund).unwrap();
        let opening = before.rows.iter().find(|row| row.key.id == "victims");
        let opening = opening.map_or(Money::ZERO, |row| row.measures.committed);
        let net = total.awarded.minus(total.reduced).unwrap();
        assert_eq!(total.allocated, opening.plus(net).unwrap(), "{from}");
    }
    assert!(
        funder(&books, &Query::of(common::date("2015-04-01").financial_year().range()), "victim").is_err()
    );
    assert_eq!(books.reference().funds.len(), 2);
}
