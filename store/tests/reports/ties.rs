//! Reports tie to each other, whichever way the figures are read.

use almoner_ledger::reports::trial_balance::BalanceAccount;
use almoner_ledger::reports::{
    By, Every, FilterWords, Measures, PeriodsReport, Source, budget, changes, commitments, grants, periods,
    recipient, recipients, themes, trial_balance, year_end,
};
use almoner_ledger::totals::PurposeView;

use super::*;

fn ranges() -> Vec<DateRange> {
    [
        ("2014-04-01", "2015-03-31"),
        ("2015-04-01", "2016-03-31"),
        ("2015-01-01", "2015-06-30"),
        ("2015-02-17", "2015-07-09"),
        ("2015-03-31", "2015-03-31"),
        ("2015-05-12", "2015-09-17"),
        ("1990-01-01", "2030-12-31"),
        ("2030-01-01", "2030-12-31"),
    ]
    .map(|(from, to)| range(from, to))
    .to_vec()
}

fn queries() -> Vec<Query> {
    let views = [PurposeView::Dated, PurposeView::Original, PurposeView::Current];
    let queries =
        ranges().into_iter().flat_map(|range| views.map(|purpose| Query { purpose, ..Query::of(range) }));
    queries.collect()
}

#[test]
fn all_groupings_and_lists_agree() {
    check_ties(&eventful());
}

#[test]
fn an_award_reversed_after_its_month_was_closed_still_agrees() {
    let mut store = eventful();
    let award = store.grant(&id("15-2015")).unwrap().unwrap().history[0].record;
    record(&mut store, &[Command::Reverse { record: award, reason: None }]);
    let march = Query::of(range("2014-04-01", "2015-03-31"));
    assert!(grants(&store, &march).unwrap().rows.iter().any(|row| row.grant == id("15-2015")));
    // The reversal is a movement of 2015-16, in which nothing is left of the award.
    let listed = |of: &str| {
        let rows = grants(&store, &year(of)).unwrap().rows;
        rows.into_iter().find(|row| row.grant == id("15-2015")).map(|row| row.standing)
    };
    let standing = listed("2015-16").unwrap();
    assert_eq!((standing.awarded, standing.awarded_in_period), (money("0"), Some(money("-441"))));
    assert_eq!(listed("2016-17"), None);
    check_ties(&store);
}

fn check_ties(store: &MemoryStore) {
    for query in queries() {
        let total = themes(store, &query, By::Theme).unwrap().total;
        for by in By::ALL {
            let report = themes(store, &query, by).unwrap();
            assert_eq!(with_moves(report.total), with_moves(total), "{by:?} {query:?}");
        }
        let as_at = grants(store, &query).unwrap().total;
        assert_eq!(
            (as_at.committed, as_at.prepayments, as_at.accruals, as_at.reduced_in_period),
            (total.committed, total.prepayments, total.accruals, Some(total.reduced)),
            "{query:?}"
        );
        assert_eq!(recipients(store, &query).unwrap().total, as_at, "{query:?}");
        assert_eq!(commitments(store, &query).unwrap().total, total.committed, "{query:?}");
        let changes = changes(store, &query).unwrap();
        assert_eq!((changes.total, changes.reductions.total), (total.awarded, total.reduced), "{query:?}");
        let budget = budget(store, &query).unwrap().total;
        assert_eq!(
            (budget.budget, budget.expenditure, budget.committed, budget.remaining),
            (total.budget, total.expenditure, total.committed, total.remaining),
            "{query:?}"
        );
        for every in Every::ALL {
            let periods = periods(store, &query, every).unwrap();
            let flow = periods.total;
            assert_eq!(
                (flow.awarded, flow.reduced, flow.paid, flow.expenditure),
                (total.awarded, total.reduced, total.paid, total.expenditure)
            );
            assert_eq!(
                (flow.closing_committed, flow.prepayments, flow.accruals),
                (total.committed, total.prepayments, total.accruals)
            );
            check_periods(&periods);
        }
    }
}

/// A closed month keeps what was booked in it: the year-end schedule, the funds and the recipients too.
#[test]
fn an_award_reversed_after_its_months_were_closed_stays_in_them() {
    let mut store = opened();
    let award = |fund: &'static str, recipient: &'static str| {
        let period = Some(("2015-01", "2015-12"));
        super::award(("1-2015", "2015-01-01", recipient, Some(fund), "12000", period, "youth"))
    };
    record(&mut store, &[award("cdr", "Open Door")]);
    let first = store.reference().records;
    let months = ["2015-01", "2015-02", "2015-03"].map(|month| Command::close(month.parse().unwrap()));
    record(&mut store, &months);
    let year = FinancialYear::parse("2014-15").unwrap();
    let closed = |store: &MemoryStore| {
        let query = Query::of(year.range());
        let schedule = year_end(store, &query, year).unwrap();
        let accruals: Vec<String> = schedule
            .accruals
            .rows
            .iter()
            .map(|row| format!("{} {} {}", row.recipient, row.fund, row.amount))
            .collect();
        let tables: Vec<_> = By::ALL
            .into_iter()
            .map(|by| serde_json::to_value(themes(store, &query, by).unwrap().rows).unwrap())
            .collect();
        (accruals, tables, schedule.grant_control)
    };
    let before = closed(&store);
    assert_eq!(before.0, ["open-door cdr 3000.00"]);
    record(&mut store, &[Command::Reverse { record: first, reason: None }]);
    assert_eq!(closed(&store), before);
    record(&mut store, &[award("victims", "Another Door")]);
    assert_eq!(closed(&store), before);
    // From April on it is the new one's alone.
    let april = Query::of(range("2015-04-01", "2015-04-30"));
    let rows = themes(&store, &april, By::Recipient).unwrap().rows;
    let accrued: Vec<String> = rows
        .iter()
        .filter(|row| !row.measures.accruals.is_zero())
        .map(|row| format!("{} {}", row.key.id, row.measures.accruals))
        .collect();
    assert_eq!(accrued, ["another-door 4000.00"]);
    assert_eq!(almoner_ledger::invariants::violations(&store).unwrap(), Vec::<String>::new());
}

fn check_periods(report: &PeriodsReport) {
    let sum =
        |of: fn(&periods::Flow) -> Money| Money::sum(report.rows.iter().map(|row| of(&row.flow))).unwrap();
    assert_eq!(sum(|flow| flow.awarded), report.total.awarded);
    assert_eq!(sum(|flow| flow.reduced), report.total.reduced);
    assert_eq!(sum(|flow| flow.paid), report.total.paid);
    assert_eq!(sum(|flow| flow.expenditure), report.total.expenditure);
    for pair in report.rows.windows(2) {
        assert_eq!(pair[0].flow.closing_committed, pair[1].flow.opening_committed);
        assert_eq!(pair[0].to.next_day(), pair[1].from);
    }
    for row in &report.rows {
        let flow = row.flow;
        let closing = Money::sum([
            flow.opening_committed,
            flow.awarded,
            flow.moved,
            flow.due_back,
            flow.reduced.negated(),
            flow.paid.negated(),
        ])
        .unwrap();
        assert_eq!(closing, flow.closing_committed, "{}", row.period);
    }
}

#[test]
fn totals_and_grants_agree() {
    let store = eventful();
    let filters = [
        FilterWords::default(),
        FilterWords { theme: Some("anti-social-behaviour"), ..Default::default() },
        FilterWords { fund: Some("unstated"), ..Default::default() },
        FilterWords { power: Some("s9"), ..Default::default() },
    ];
    for words in filters {
        for range in ranges() {
            let query = Query { filter: words.resolve(&store).unwrap(), ..Query::of(range) };
            let scan = Query { source: Source::Scan, ..query.clone() };
            for by in By::ALL {
                assert_eq!(
                    themes(&store, &query, by).unwrap(),
                    themes(&store, &scan, by).unwrap(),
                    "{query:?}"
                );
            }
            for every in Every::ALL {
                let (auto, scan) =
                    (periods(&store, &query, every).unwrap(), periods(&store, &scan, every).unwrap());
                assert_eq!(auto, scan, "{query:?}");
                check_periods(&auto);
            }
            assert_eq!(budget(&store, &query).unwrap(), budget(&store, &scan).unwrap(), "{query:?}");
        }
    }
}

#[test]
fn filtered_reports_add_up_to_the_whole() {
    let store = eventful();
    for query in queries() {
        let whole = themes(&store, &query, By::Theme).unwrap();
        for row in &whole.rows {
            let filter =
                FilterWords { theme: Some(&row.key.id), ..Default::default() }.resolve(&store).unwrap();
            let narrowed = Query { filter, ..query.clone() };
            let total = themes(&store, &narrowed, By::Theme).unwrap().total;
            assert_eq!(with_moves(total), with_moves(row.measures));
            assert_eq!(commitments(&store, &narrowed).unwrap().total, row.measures.committed);
            assert_eq!(grants(&store, &narrowed).unwrap().total.accruals, row.measures.accruals);
        }
        let by_recipient = themes(&store, &query, By::Recipient).unwrap();
        for row in by_recipient.rows.iter().filter(|row| row.key.id != "not-by-recipient") {
            let filter =
                FilterWords { recipient: Some(&row.key.id), ..Default::default() }.resolve(&store).unwrap();
            let narrowed = Query { filter, ..query.clone() };
            let total = themes(&store, &narrowed, By::Theme).unwrap().total;
            assert_eq!(with_moves(total), with_moves(row.measures));
            let total = recipient(&store, &query, &row.key.id).unwrap().total;
            assert_eq!(
                (total.committed, total.prepayments),
                (row.measures.committed, row.measures.prepayments)
            );
        }
    }
}

#[test]
fn the_trial_balance_agrees_with_the_grants() {
    let store = eventful();
    for range in ranges() {
        let query = Query::of(range);
        let balance = trial_balance(&store, &query).unwrap();
        let total = themes(&store, &query, By::Fund).unwrap().total;
        let of = |account: almoner_ledger::accounts::Account| {
            let balances = balance.funds.iter().flat_map(|fund| {
                fund.real
                    .accounts
                    .iter()
                    .chain(&fund.memorandum.accounts)
                    .filter(move |it| it.account == BalanceAccount::Posted(account))
            });
            Money::sum(balances.map(|it| it.sides.debit.minus(it.sides.credit).unwrap())).unwrap()
        };
        assert_eq!(of(almoner_ledger::accounts::Account::Commitments), total.committed);
        assert_eq!(
            of(almoner_ledger::accounts::Account::GrantControl),
            total.prepayments.minus(total.accruals).unwrap()
        );
        assert_eq!(of(almoner_ledger::accounts::Account::RecoveriesDue), total.recoveries_due);
    }
}

#[test]
fn what_is_paid_and_no_expenditure_is_prepaid_or_due_back() {
    let mut store = eventful();
    // Paid in full, then reduced by 400.00: with an award that has a period and with one that has none.
    for (grant, period) in [("90-2015", Some(("2015-05-01", "2016-02-29"))), ("91-2015", None)] {
        let awarded =
            award((grant, "2015-05-01", "Late Ltd", Some("cdr"), "1000", period, "youth-diversion"));
        let reduced = Command::Vary {
            award: id(grant),
            decision: None,
            date: day("2015-06-30"),
            change: money("-400"),
            period: None,
            part: None,
        };
        record(&mut store, &[awarded, pay(grant, "2015-05-04", "1000"), reduced]);
    }
    let range = range("2014-04-01", "2016-03-31");
    let query = Query::of(range);
    let mut due = 0;
    let mut ties =
        |paid: Money, expenditure: Money, control: [Money; 3], recoveries_due: Money, line: &str| {
            let [prepayments, accruals, moved] = control;
            let held =
                prepayments.minus(accruals).unwrap().minus(moved).unwrap().plus(recoveries_due).unwrap();
            assert_eq!(paid.minus(expenditure).unwrap(), held, "{line}");
            due += usize::from(!recoveries_due.is_zero());
        };
    for by in [By::Theme, By::Fund, By::Recipient, By::Power] {
        let report = themes(&store, &query, by).unwrap();
        let lines = report.rows.iter().map(|row| (row.key.id.as_str(), row.measures));
        for (line, it) in lines.chain([("total", report.total)]) {
            let moved = it.control_moved.unwrap_or_default();
            let expenditure = it.expenditure.plus(it.earlier_years.unwrap_or_default()).unwrap();
            ties(it.paid, expenditure, [it.prepayments, it.accruals, moved], it.recoveries_due, line);
        }
    }
    for row in grants(&store, &query).unwrap().rows {
        let it = row.standing;
        let control = [it.prepayments, it.accruals, Money::ZERO];
        ties(it.paid, it.expenditure, control, it.recoveries_due, row.grant.as_str());
    }
    let last = periods(&store, &query, Every::Year).unwrap().total;
    assert_eq!(last.recoveries_due, themes(&store, &query, By::Theme).unwrap().total.recoveries_due);
    assert!(due > 6, "{due}");
}

#[test]
fn opening_balances_equal_prior_closing_balances() {
    let store = eventful();
    let whole = Query::of(range("2014-04-01", "2016-03-31"));
    let total = themes(&store, &whole, By::Theme).unwrap().total;
    let halves = ["2014-15", "2015-16"].map(|it| themes(&store, &year(it), By::Theme).unwrap().total);
    let sum = |of: fn(&Measures) -> Money| Money::sum(halves.iter().map(of)).unwrap();
    assert_eq!(sum(|it| it.budget), total.budget);
    assert_eq!(sum(|it| it.awarded), total.awarded);
    assert_eq!(sum(|it| it.reduced), total.reduced);
    assert_eq!(sum(|it| it.paid), total.paid);
    assert_eq!(sum(|it| it.expenditure), total.expenditure);
}
