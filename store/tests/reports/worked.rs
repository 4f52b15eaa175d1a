//! The published figures of the worked example.

use almoner_ledger::remedy::Remedy;
use almoner_ledger::reports::grant::StatementRow;
use almoner_ledger::reports::{
    By, FilterWords, ReportError, changes, commitments, compared, decisions, ending, grant, grant_to_date,
    not_stated, recipient, themes, trial_balance, year_end,
};

use super::*;

#[test]
fn expenditure_falls_in_the_years_of_the_worked_example() {
    let store = worked_example();
    for (financial_year, theme, expenditure) in [
        ("2014-15", "domestic-abuse", "7694.58"),
        ("2015-16", "domestic-abuse", "30772.42"), // 10,772.42 and the 20,000 of decision 22
        ("2014-15", "youth-diversion", "257.25"),
        ("2015-16", "youth-diversion", "183.75"),
        ("2014-15", "anti-social-behaviour", "0.00"),
        ("2015-16", "anti-social-behaviour", "7000.00"),
    ] {
        let report = themes(&store, &year(financial_year), By::Theme).unwrap();
        let row = report.rows.iter().find(|row| row.key.id == theme).unwrap();
        assert_eq!(row.measures.expenditure, money(expenditure), "{financial_year} {theme}");
    }
    for (financial_year, number, expenditure) in
        [("2014-15", "6-2015", "7694.58"), ("2015-16", "6-2015", "18467"), ("2014-15", "15-2015", "257.25")]
    {
        let report = grant(&store, &year(financial_year), number).unwrap();
        assert_eq!(report.total.expenditure, money(expenditure), "{financial_year} {number}");
    }
}

#[test]
fn the_theme_report_is_as_the_command_line_contract_says() {
    let store = worked_example();
    let report = themes(&store, &year("2014-15"), By::Theme).unwrap();
    let json = serde_json::to_string(&report).unwrap();
    let expected_start = concat!(
        r#"{"schema":"almoner.report.themes/2","body":"Suffolk PCC","from":"2014-04-01","to":"2015-03-31","as_at":"2015-03-31","#,
        r#""known_at":{"record":"#,
    );
    assert!(json.starts_with(expected_start), "{json}");
    let row = concat!(
        r#""currency":"GBP","rows":[{"theme":"anti-social-behaviour","name":"Anti social behaviour","objective":null,"#,
        r#""budget":"0.00","awarded":"7000.00","reduced":"0.00","paid":"0.00","expenditure":"0.00","committed":"7000.00","#,
        r#""prepayments":"0.00","accruals":"0.00","recoveries_due":"0.00","still_to_recognise":"0.00","remaining":"0.00"}"#,
    );
    assert!(json.contains(row), "{json}");
    let order: Vec<&str> = report.rows.iter().map(|row| row.key.id.as_str()).collect();
    let expected =
        ["anti-social-behaviour", "child-sexual-abuse", "domestic-abuse", "youth-diversion", "unallocated"];
    assert_eq!(order, expected);
    assert_eq!(report.total.awarded, money("118614"));
}

#[test]
fn reports_of_balances_state_their_day() {
    let store = eventful();
    let query = Query::of(range("2015-04-01", "2015-12-31"));
    let json = serde_json::to_value(trial_balance(&store, &query).unwrap()).unwrap();
    assert_eq!(json["as_at"], "2015-12-31");
    assert_eq!(json["from"], "2015-04-01");
    assert!(json.get("narrowed_to").is_none());
    let json = serde_json::to_value(decisions(&store, None, false).unwrap()).unwrap();
    assert!(json.get("as_at").is_none() && json.get("from").is_none(), "{json}");
}

#[test]
fn commitments_fall_due_by_instalment_by_period_or_undated() {
    let store = eventful();
    let report = commitments(&store, &Query::of(range("2015-04-01", "2015-04-30"))).unwrap();
    let rows: Vec<(String, u64, String)> =
        report.rows.iter().map(|row| (row.due.to_string(), row.grants, row.amount.to_string())).collect();
    // As at 30 April 6 is owed 233.50, 15 is owed 294.00, and 26 is owed 583.33. Of 20 two
    // instalments are to come, on the first of which 333.33 is paid. 10 and the rest of 20 have
    // no date. The 8,000 that 22 will lose by its withdrawal are still due month by month.
    let of = |due: &str| rows.iter().find(|row| row.0 == due).cloned().unwrap();
    assert_eq!(of("now"), ("now".to_owned(), 3, "1110.83".to_owned()));
    assert_eq!(of("2015-06").1, 4);
    assert_eq!(of("not-stated").2, "27705.99");
    assert_eq!(rows.first().map(|row| row.0.as_str()), Some("now"));
    assert_eq!(rows.last().map(|row| row.0.as_str()), Some("not-stated"));
}

#[test]
fn the_year_end_schedule_lists_prepayments_accruals_and_recoveries() {
    let store = eventful();
    let year = FinancialYear::parse("2014-15").unwrap();
    let report = year_end(&store, &Query::of(year.range()), year).unwrap();
    let amounts = |section: &year_end::Section| -> Vec<(String, String)> {
        section.rows.iter().map(|row| (row.grant.to_string(), row.amount.to_string())).collect()
    };
    let pair = |grant: &str, amount: &str| (grant.to_owned(), amount.to_owned());
    assert_eq!(amounts(&report.prepayments), [pair("6-2015", "1305.42")]);
    assert_eq!(amounts(&report.accruals), [pair("15-2015", "257.25")]);
    assert_eq!(amounts(&report.no_period), [pair("10-2015", "9999.99"), pair("20-2015", "57372.67")]);
    assert_eq!(report.grant_control, money("1048.17"));
    let year = year.next();
    let report = year_end(&store, &Query::of(year.range()), year).unwrap();
    assert_eq!(amounts(&report.recoveries_due).len(), 1);
}

#[test]
fn the_register_shows_number_and_title_of_confidential_decisions() {
    let mut store = opened();
    let decision = |id: &str, confidential| {
        Command::RecordDecision(almoner_ledger::decisions::Decision {
            date: Some(day("2015-03-01")),
            title: Some(Text::new("A title").unwrap()),
            summary: Some(Text::new("A summary").unwrap()),
            confidential,
            ..almoner_ledger::decisions::Decision::numbered(id.parse().unwrap())
        })
    };
    record(&mut store, &[decision("2-2015", false), decision("C3-2015", true)]);
    let register = decisions(&store, None, false).unwrap();
    let shown: Vec<(String, bool, bool)> = register
        .rows
        .iter()
        .map(|row| {
            (row.decision.to_string(), row.title.is_some(), row.date.is_some() || row.summary.is_some())
        })
        .collect();
    assert_eq!(shown, [("2-2015".to_owned(), true, true), ("C3-2015".to_owned(), true, false)]);
    let gaps: Vec<(&str, u32)> = register.gaps.iter().map(|gap| (gap.first.as_str(), gap.count)).collect();
    assert_eq!(gaps, [("1-2015", 1), ("C1-2015", 2)]);
    assert!(decisions(&store, None, true).unwrap().rows[1].summary.is_some());
    let later = decisions(&store, Some(range("2016-01-01", "2016-12-31")), false).unwrap();
    assert!(later.rows.is_empty() && later.gaps.is_empty());
}

#[test]
fn a_grant_statement_ends_with_its_balances() {
    let store = eventful();
    for number in ["6-2015", "10-2015", "15-2015", "20-2015", "22-2015", "26-2015"] {
        let statement = grant_to_date(&store, &year("2016-17"), number).unwrap();
        let last = statement.rows.last().unwrap();
        let total = statement.total;
        assert_eq!(
            (last.committed, last.prepayments, last.accruals),
            (total.committed, total.prepayments, total.accruals),
            "{number}"
        );
        let expenditure = Money::sum(statement.rows.iter().map(|row| row.expenditure)).unwrap();
        assert_eq!(expenditure, total.expenditure, "{number}");
        for event in &statement.events {
            assert!(statement.rows.iter().any(|row| row.record == event.record), "{number} {}", event.record);
        }
    }
}

#[test]
fn a_statement_of_a_period_leads_from_its_opening_to_its_closing_balances() {
    let store = eventful();
    let mut statements = 0;
    for number in ["6-2015", "10-2015", "15-2015", "20-2015", "22-2015", "26-2015"] {
        for query in [year("2014-15"), year("2015-16"), year("2015-16").on(day("2015-09-10"))]
            .into_iter()
            .chain([Query::of(range("2015-06-10", "2015-11-20"))])
        {
            let statement = grant(&store, &query, number).unwrap();
            let (opening, closing) = (statement.opening.unwrap(), statement.total);
            let sum = |of: fn(&StatementRow) -> Money| Money::sum(statement.rows.iter().map(of)).unwrap();
            for (moved, before, after, in_period) in [
                (sum(|row| row.awarded), opening.awarded, closing.awarded, closing.awarded_in_period),
                (sum(|row| row.reduced), opening.reduced, closing.reduced, closing.reduced_in_period),
                (sum(|row| row.paid), opening.paid, closing.paid, closing.paid_in_period),
                (
                    sum(|row| row.expenditure),
                    opening.expenditure,
                    closing.expenditure,
                    closing.expenditure_in_period,
                ),
            ] {
                assert_eq!(
                    (before.plus(moved).unwrap(), Some(moved)),
                    (after, in_period),
                    "{number} {query:?}"
                );
            }
            let last = statement.rows.last().map_or(opening.committed, |row| row.committed);
            assert_eq!(last, closing.committed, "{number} {query:?}");
            let days = (query.range.from(), query.as_at());
            assert!(
                statement.rows.iter().all(|row| days.0 <= row.booked && row.booked <= days.1),
                "{number}"
            );
            statements += 1;
        }
    }
    assert_eq!(statements, 24);
    let query = year("2015-16");
    let of_year = recipient(&store, &query, "Lighthouse Women's Aid").unwrap();
    let before = recipient(&store, &year("2014-15"), "Lighthouse Women's Aid").unwrap().total;
    assert_eq!((of_year.opening.committed, of_year.opening.paid), (before.committed, before.paid));
}

#[test]
fn an_unknown_name_is_refused() {
    let store = worked_example();
    let remedy = |error: &ReportError| match error.remedy() {
        Remedy::Advice(advice) => advice,
        other => format!("{other:?}"),
    };
    let filter = |words: FilterWords<'_>| {
        words.resolve(&store).map_err(|error| format!("{error}: {}", remedy(&error)))
    };
    for (words, expected) in [
        (
            FilterWords { theme: Some("domestic-abus"), ..Default::default() },
            "no theme `domestic-abus`: did you mean `domestic-abuse`?",
        ),
        (FilterWords { fund: Some("crd"), ..Default::default() }, "no fund `crd`: did you mean `cdr`?"),
        (FilterWords { power: Some("s99"), ..Default::default() }, "no power `s99`: did you mean `s9`?"),
        (
            FilterWords { recipient: Some("Catch 23"), ..Default::default() },
            "no recipient `Catch 23`: did you mean `Catch 22`?",
        ),
        (
            FilterWords { recipient: Some("zzz"), ..Default::default() },
            "no recipient `zzz`: ListKnown { what: \"recipient\" }",
        ),
    ] {
        let error = filter(words).unwrap_err();
        assert!(error.ends_with(expected), "{error}");
    }
    assert!(
        filter(FilterWords { recipient: Some("catch 22"), theme: Some("unallocated"), ..Default::default() })
            .is_ok()
    );
    assert!(grant(&store, &year("2014-15"), "27-2015").is_err());
}

#[test]
fn decisions_in_a_range_are_listed_with_their_changes() {
    let mut store = eventful();
    let extension = |date: &str, to: &str| Command::Extend {
        award: id("15-2015"),
        decision: None,
        date: day(date),
        to: StatedDate::parse(to).unwrap(),
    };
    record(&mut store, &[extension("2015-06-01", "2015-12"), extension("2015-06-02", "2016-02")]);
    let last = store.reference().records;
    record(&mut store, &[Command::Reverse { record: last, reason: None }]);
    let report = changes(&store, &year("2015-16")).unwrap();
    assert!(report.awards.rows.is_empty());
    let rows = report.changes.rows.iter().map(|row| {
        let old = row.old_theme.clone().or(row.old_period.map(|period| period.to_string()));
        format!("{} {} {} {} {:?}", row.date, row.event, row.grant, row.amount, old)
    });
    let expected = [
        "2015-06-01 extension 15-2015 0.00 Some(\"2014-09 to 2015-08\")",
        "2015-07-10 change of purpose 26-2015 0.00 Some(\"anti-social-behaviour\")",
        "2015-09-17 withdrawal 22-2015 -10722.22 None",
    ];
    assert_eq!(rows.collect::<Vec<_>>(), expected);
    assert_eq!(report.total, money("-10722.22"));
    let refunds = report.reductions.rows.iter().map(|row| format!("{} {}", row.grant, row.amount));
    assert_eq!(refunds.collect::<Vec<_>>(), ["6-2015 17.50"]);
    let year_before = changes(&store, &year("2014-15")).unwrap();
    assert_eq!((year_before.awards.rows.len(), year_before.awards.total), (6, money("118614")));
}

#[test]
fn awards_without_details_are_counted() {
    let report = not_stated(&worked_example(), &year("2014-15")).unwrap();
    let rows: Vec<String> =
        report.rows.iter().map(|row| format!("{:?} {} {}", row.what, row.grants, row.awarded)).collect();
    let expected = [
        "Fund 3 96173.00",
        "Theme 1 57706.00",
        "Power 4 111173.00",
        "Period 2 72706.00",
        "Decision 0 0.00",
        "Day 0 0.00",
        "Conditions 6 118614.00",
        "Reasons 6 118614.00",
    ];
    assert_eq!(rows, expected);
    assert_eq!((report.grants, report.awarded), (6, money("118614")));
}

#[test]
fn a_year_is_compared_with_the_prior_year() {
    let store = eventful();
    let report = compared(&store, &year("2015-16"), By::Theme).unwrap();
    let (now, before) =
        (themes(&store, &year("2015-16"), By::Theme), themes(&store, &year("2014-15"), By::Theme));
    let (now, before) = (now.unwrap(), before.unwrap());
    assert_eq!((report.measures, report.measures_prior_year), (now.total, before.total));
    for row in &report.rows {
        let of = |rows: &[almoner_ledger::reports::themes::ThemesRow]| {
            rows.iter().find(|it| it.key == row.key).map(|it| it.measures).unwrap_or_default()
        };
        let (now, before) = (of(&now.rows), of(&before.rows));
        assert_eq!(
            (row.compared.expenditure, row.compared.expenditure_prior_year),
            (now.expenditure, before.expenditure)
        );
        assert_eq!(row.compared.change, now.expenditure.minus(before.expenditure).unwrap());
    }
    let sum = |of: fn(&almoner_ledger::reports::compared::Compared) -> Money| {
        Money::sum(report.rows.iter().map(|row| of(&row.compared))).unwrap()
    };
    assert_eq!(sum(|it| it.change), report.total.change);
    assert_eq!(sum(|it| it.awarded_prior_year), report.total.awarded_prior_year);
}

#[test]
fn grants_ending_soon_are_listed_by_end_date() {
    let report = ending(&worked_example(), &year("2014-15"), 12).unwrap();
    let ends: Vec<String> =
        report.rows.iter().map(|row| format!("{} {}", row.line.grant, row.line.to.unwrap())).collect();
    let expected = ["15-2015 2015-08", "6-2015 2015-10-31", "22-2015 2016-03-31", "26-2015 2016-03-31"];
    assert_eq!(ends, expected);
    assert!(ending(&worked_example(), &year("2014-15"), 4).unwrap().rows.is_empty());
}
