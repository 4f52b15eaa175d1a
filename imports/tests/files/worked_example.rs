//! The worked example of the domain: Suffolk, January to March 2015.

use almoner_imports::Kind;
use almoner_ledger::accounts::Account;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::Month;
use almoner_ledger::money::Money;
use almoner_ledger::totals::{Figure, Heading};
use almoner_store::memory::MemoryStore;

use crate::support::{import_well, new_books};

const AWARDS: &str = include_str!("suffolk-awards.csv");

fn sum(store: &MemoryStore, account: Account, which: impl Fn(&Heading, Month) -> bool) -> String {
    let of_account = store.totals().iter().filter(|(heading, month, _)| which(heading, *month));
    Money::sum(of_account.map(|(_, _, figures)| figures.get(Figure::Posted(account)))).unwrap().grouped()
}

#[test]
fn the_thirteen_awards_come_to_the_published_figures() {
    let mut store = new_books();
    let plan = import_well(&mut store, Kind::Awards, AWARDS);
    assert_eq!((plan.new.rows, plan.new.amount.unwrap().grouped()), (13, "253,649.00".to_owned()));
    assert_eq!(plan.rows_read(), plan.new);
    assert_eq!(plan.added.recipients.len(), 11);
    assert_eq!(plan.added.recipients[0], "Lighthouse Women's Aid (lighthouse-womens-aid)");
    assert_eq!(
        plan.added.themes,
        [
            "domestic-abuse",
            "child-sexual-abuse",
            "youth-diversion",
            "vulnerable-victims",
            "public-space-safety",
            "anti-social-behaviour"
        ]
    );
    assert_eq!(plan.added.funds, Vec::<String>::new());

    for (theme, expected) in [
        ("domestic-abuse", "158,548.00"),
        ("child-sexual-abuse", "60,000.00"),
        ("vulnerable-victims", "25,000.00"),
        ("anti-social-behaviour", "7,000.00"),
        ("public-space-safety", "2,660.00"),
        ("youth-diversion", "441.00"),
    ] {
        let of_theme = |heading: &Heading, _| heading.theme.as_ref().is_some_and(|it| it.as_str() == theme);
        assert_eq!(sum(&store, Account::Commitments, of_theme), expected, "{theme}");
    }
    for (fund, expected) in [("cdr", "10,101.00"), ("victims", "90,000.00"), ("unstated", "153,548.00")] {
        assert_eq!(sum(&store, Account::Commitments, |heading, _| heading.fund.as_str() == fund), expected);
    }
    for (year, expected) in [("2014-15", "7,951.83"), ("2015-16", "37,956.17")] {
        let in_year = |_: &Heading, month: Month| month.financial_year().to_string() == year;
        assert_eq!(sum(&store, Account::GrantExpenditure, in_year), expected, "{year}");
    }
}
