//! Names of themes and funds, and their changes.

use crate::common::{self, date};
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::calendar::FinancialYear;
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Outcome, Refusal, carry_out};
use almoner_ledger::reports::{self, By, Query};
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, KnownAt, Store, as_known_at};

fn opened() -> MemoryStore {
    let mut store = MemoryStore::default();
    let batch = common::drafted_events(&store, common::opening_events());
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    for (id, name) in [("asb", "Anti-social behaviour"), ("youth", "Youth")] {
        let command =
            Command::AddTheme { id: id.parse().unwrap(), name: name.parse().unwrap(), objective: None };
        assert_eq!(record(&mut store, &command), "recorded");
    }
    store
}

fn record(store: &mut MemoryStore, command: &Command) -> String {
    let mut draft = Draft::new(store, common::AT.into(), common::BY.into());
    match carry_out(&mut draft, command, Options::default()) {
        Ok(Outcome::Recorded(_)) => {
            let batch = draft.finish().unwrap();
            store.append(store.head(), BatchLabel::default(), batch).unwrap();
            "recorded".to_owned()
        }
        Ok(Outcome::Already(_)) => "already".to_owned(),
        Err(Refusal::Rejected(rejection)) => rejection.to_string(),
        Err(Refusal::Books(error)) => panic!("{error}"),
    }
}

fn rename(theme: &str, name: &str, from: &str) -> Command {
    Command::RenameTheme { theme: theme.parse().unwrap(), name: name.parse().unwrap(), from: date(from) }
}

fn rename_fund(fund: &str, name: &str, from: &str) -> Command {
    Command::RenameFund { fund: fund.parse().unwrap(), name: name.parse().unwrap(), from: date(from) }
}

fn reverse(record: u64) -> Command {
    Command::Reverse { record, reason: None }
}

/// Returns the names of a theme and a fund in the reports at the end of two financial years.
fn names(store: &MemoryStore, theme: &str, fund: &str) -> String {
    let on = |day: &str| {
        let reference = store.reference();
        let theme = reference.theme_name_on(&theme.parse().unwrap(), date(day)).unwrap();
        let fund = reference.fund_name_on(&fund.parse().unwrap(), date(day)).unwrap();
        format!("{theme}/{fund}")
    };
    format!("{} | {}", on("2016-03-31"), on("2017-03-31"))
}

#[test]
fn a_new_name_applies_from_its_day_and_the_old_one_still_finds() {
    const RENAMED: &str = "Anti-social behaviour/Victims' services | ASB/Victims' services";
    let mut store = opened();
    for (command, outcome, expected) in [
        (rename("Anti-social behaviour", "ASB", "2016-04-01"), "recorded", RENAMED),
        (rename("asb", "ASB", "2016-04-01"), "already", RENAMED),
        (
            rename("asb", "ASB", "2016-05-01"),
            "different values are already recorded for theme `asb`: from is `2016-04-01`, not `2016-05-01`",
            RENAMED,
        ),
        (
            rename("asb", "Nuisance", "2016-04-01"),
            "the new name must take effect after 1 Apr 2016, when the current name took effect",
            RENAMED,
        ),
        (
            rename("asb", "Youth", "2017-01-01"),
            "different values are already recorded for theme `youth`: id is `youth`, not `asb`",
            RENAMED,
        ),
        (rename("roads", "Roads", "2017-01-01"), "there is no theme `roads`", RENAMED),
        (rename_fund("bail", "Bail", "2017-01-01"), "there is no fund `bail`", RENAMED),
        // The old name still means it, and nobody else may have it.
        (
            Command::AddTheme {
                id: "nuisance".parse().unwrap(),
                name: "Anti-social behaviour".parse().unwrap(),
                objective: None,
            },
            "different values are already recorded for theme `asb`: id is `asb`, not `nuisance`",
            RENAMED,
        ),
        (
            Command::AddTheme {
                id: "asb".parse().unwrap(),
                name: "ASB".parse().unwrap(),
                objective: Some("Safer places".parse().unwrap()),
            },
            "recorded",
            RENAMED,
        ),
        (
            rename("anti-social behaviour", "Nuisance", "2017-03-31"),
            "recorded",
            "Anti-social behaviour/Victims' services | Nuisance/Victims' services",
        ),
        (
            rename_fund("victims", "Victims and witnesses", "2016-03-31"),
            "recorded",
            "Anti-social behaviour/Victims and witnesses | Nuisance/Victims and witnesses",
        ),
        (
            reverse(6),
            "record 6 cannot be reversed: record 8 depends on it",
            "Anti-social behaviour/Victims and witnesses | Nuisance/Victims and witnesses",
        ),
        (reverse(9), "recorded", "Anti-social behaviour/Victims' services | Nuisance/Victims' services"),
        (reverse(8), "recorded", RENAMED),
        (reverse(7), "recorded", RENAMED),
        (
            reverse(6),
            "recorded",
            "Anti-social behaviour/Victims' services | Anti-social behaviour/Victims' services",
        ),
    ] {
        assert_eq!(record(&mut store, &command), outcome, "{command:?}");
        assert_eq!(names(&store, "asb", "victims"), expected, "{command:?}");
    }
}

#[test]
fn reports_show_the_name_of_their_day_and_of_what_was_known() {
    let mut store = opened();
    let award = common::award("1-2015", "2015-04-10", "1000", "asb", None);
    let batch = common::drafted(&store, &[award]);
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    let before = store.head().record;
    assert_eq!(record(&mut store, &rename("asb", "ASB", "2016-04-01")), "recorded");
    let shown = |books: &dyn Books, year: &str| {
        let query = Query::of(year.parse::<FinancialYear>().unwrap().range());
        let report = reports::themes(books, &query, By::Theme).unwrap();
        report.rows.into_iter().map(|row| row.name).collect::<Vec<_>>().join(", ")
    };
    let known = as_known_at(&store, KnownAt::Record(before)).unwrap();
    assert_eq!(shown(&store, "2015-16"), "Anti-social behaviour");
    assert_eq!(shown(&store, "2016-17"), "ASB");
    assert_eq!(shown(&known, "2016-17"), "Anti-social behaviour");
}
