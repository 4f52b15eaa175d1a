//! The records that make a figure come to it, in every line and column of the reports; and so do
//! those that moved it, between any two records.

use almoner_ledger::reports::measures::Measure;
use almoner_ledger::reports::themes::Key;
use almoner_ledger::reports::{By, Every, FilterWords, diff, explain, periods, themes};
use almoner_ledger::totals::PurposeView;
use almoner_store::{KnownAt, as_known_at};

use super::*;

fn ranges() -> [DateRange; 5] {
    [
        ("2014-04-01", "2015-03-31"),
        ("2015-04-01", "2016-03-31"),
        ("2015-02-17", "2015-07-09"),
        ("2015-05-12", "2015-09-17"),
        ("1990-01-01", "2030-12-31"),
    ]
    .map(|(from, to)| range(from, to))
}

/// Books with reversals, an award moved to another recipient and late postings.
fn with_reversals() -> MemoryStore {
    let mut store = eventful();
    let reverse = |record| Command::Reverse { record, reason: None };
    let award_of = |store: &MemoryStore, grant: &str, place: usize| {
        store.grant(&id(grant)).unwrap().unwrap().history[place].record
    };
    let budget_record =
        |store: &MemoryStore| store.reference().budgets.values().map(|budget| budget.record()).max().unwrap();
    let key = BudgetKey {
        fund: FundId::new("cdr").unwrap(),
        theme: ThemeId::new("youth-diversion").unwrap(),
        year: FinancialYear::parse("2015-16").unwrap(),
    };
    let revised =
        Command::SetBudget { budget: key, amount: money("777.77"), date: None, decision: None, revise: true };
    record(&mut store, &[revised]);
    let budget = budget_record(&store);
    record(&mut store, &[reverse(budget)]);
    let award_15 = award_of(&store, "15-2015", 0);
    record(&mut store, &[reverse(award_15)]);
    // The same grant to another recipient, from another fund.
    let again = ("15-2015", "2015-02-23", "Another Club", Some("victims"), "500", None, "youth-diversion");
    record(&mut store, &[award(again)]);
    let refund = award_of(&store, "6-2015", 3);
    record(&mut store, &[reverse(refund)]);
    let repurpose = award_of(&store, "26-2015", 1);
    record(&mut store, &[reverse(repurpose)]);
    let late_objective = Command::AddTheme {
        id: ThemeId::new("youth-diversion").unwrap(),
        name: Text::new("Youth diversion").unwrap(),
        objective: Some(Text::new("Reducing harm").unwrap()),
    };
    record(&mut store, &[late_objective, pay("15-2015", "2015-08-01", "100.01")]);
    store
}

/// Returns the figures that the query's period has.
fn columns_of(query: &Query) -> Vec<Measure> {
    Measure::OF_LINES.into_iter().filter(|it| it.is_of(query.is_of_whole_years())).collect()
}

#[test]
fn parts_add_up_to_every_figure_by_grouping() {
    let mut figures = 0;
    let store = with_reversals();
    let dated = By::ALL.map(|by| (by, PurposeView::Dated));
    let others = [PurposeView::Original, PurposeView::Current].map(|view| (By::Theme, view));
    let at_ends = ranges().into_iter().map(Query::of);
    let within = ["2015-03-10", "2015-06-20", "2015-08-31"].map(|on| year("2015-16").on(day(on)));
    for query in at_ends.chain(within) {
        for (by, purpose) in dated.into_iter().chain(others) {
            let query = Query { purpose, ..query.clone() };
            let report = themes(&store, &query, by).unwrap();
            let rows = report.rows.iter().map(|row| (Some(&row.key), row.measures));
            for (line, measures) in rows.chain([(None, report.total)]) {
                for column in columns_of(&query) {
                    let explained = explain(&store, &query, line, column).unwrap();
                    let sum = Money::sum(explained.parts.iter().map(|part| part.amount)).unwrap();
                    assert_eq!(sum, measures.get(column), "{line:?} {column} {query:?}");
                    assert_eq!(sum, explained.total);
                    assert!(explained.parts.iter().all(|part| !part.amount.is_zero()));
                    figures += usize::from(!sum.is_zero());
                }
            }
        }
    }
    assert!(figures > 500, "{figures}");
}

#[test]
fn parts_add_up_to_every_figure_by_period() {
    let store = with_reversals();
    let themes = FilterWords { theme: Some("substance-misuse"), ..FilterWords::default() };
    for words in [FilterWords::default(), themes] {
        let filter = words.resolve(&store).unwrap();
        let whole = Query { filter, ..Query::of(range("2015-01-05", "2016-02-10")) };
        for every in Every::ALL {
            for row in periods(&store, &whole, every).unwrap().rows {
                let query = Query { range: DateRange::new(row.from, row.to).unwrap(), ..whole.clone() };
                let flow = row.flow;
                for (column, expected) in [
                    (Measure::OpeningCommitted, flow.opening_committed),
                    (Measure::Awarded, flow.awarded),
                    (Measure::Paid, flow.paid),
                    (Measure::Expenditure, flow.expenditure),
                    (Measure::Moved, flow.moved),
                    (Measure::ClosingCommitted, flow.closing_committed),
                    (Measure::Prepayments, flow.prepayments),
                    (Measure::Accruals, flow.accruals),
                    (Measure::RecoveriesDue, flow.recoveries_due),
                ] {
                    let explained = explain(&store, &query, None, column).unwrap();
                    let sum = Money::sum(explained.parts.iter().map(|part| part.amount)).unwrap();
                    assert_eq!(sum, expected, "{} {column}", row.period);
                }
            }
        }
    }
}

#[test]
fn changes_between_two_records_add_up_to_the_difference() {
    let store = with_reversals();
    let head = store.head().record;
    let known: Vec<MemoryStore> = (1..=head)
        .filter(|record| record % 9 == 1 || *record == head)
        .map(|record| as_known_at(&store, KnownAt::Record(record)).unwrap())
        .collect();
    for (place, earlier) in known.iter().enumerate() {
        for later in known.iter().skip(place) {
            for by in By::ALL {
                let query = year("2015-16").on(day("2015-12-31"));
                let report = diff(earlier, later, &query, by, &columns_of(&query)).unwrap();
                let (old, new) = (themes(earlier, &query, by).unwrap(), themes(later, &query, by).unwrap());
                for moved in &report.figures {
                    let of = |rows: &[almoner_ledger::reports::themes::ThemesRow], key: &Key| {
                        let row = rows.iter().find(|row| row.key == *key);
                        row.map_or(Money::ZERO, |row| row.measures.get(moved.column))
                    };
                    assert_eq!(
                        (moved.old, moved.new),
                        (of(&old.rows, &moved.key), of(&new.rows, &moved.key))
                    );
                    let sum = Money::sum(moved.parts.iter().map(|part| part.amount)).unwrap();
                    assert_eq!(moved.old.plus(sum).unwrap(), moved.new, "{by:?} {:?}", moved.key);
                    let (since, until) = (earlier.head().record, later.head().record);
                    assert!(moved.parts.iter().all(|part| since < part.record && part.record <= until));
                }
                for column in Measure::OF_LINES {
                    let moves = report.figures.iter().filter(|moved| moved.column == column);
                    let sum = Money::sum(moves.map(|moved| moved.change)).unwrap();
                    assert_eq!(sum, new.total.get(column).minus(old.total.get(column)).unwrap());
                }
            }
        }
    }
}

#[test]
fn an_explanation_names_record_decision_and_user() {
    let store = eventful();
    let filter = FilterWords { theme: Some("domestic-abuse"), ..FilterWords::default() };
    let query = Query { filter: filter.resolve(&store).unwrap(), ..year("2015-16") };
    for (column, expected) in [
        (
            "expenditure",
            "award 6-2015 10772.42, award 22-2015 20000.00, withdrawal 22-2015 -10722.22, refund 6-2015 -17.50",
        ),
        ("paid", "payment 22-2015 12000.00, payment 6-2015 9467.00, refund 6-2015 -17.50"),
        ("committed", "award 20-2015 34623.60, payment 20-2015 -200.00"),
        ("budget", ""),
    ] {
        let explained = explain(&store, &query, None, Measure::parse(column).unwrap()).unwrap();
        let parts: Vec<String> = explained
            .parts
            .iter()
            .map(|it| {
                assert_eq!(
                    it.decision.as_ref().map(ToString::to_string),
                    it.grant.as_ref().map(ToString::to_string)
                );
                assert_eq!(it.recorded_by, "Ann");
                format!("{} {} {}", it.event, it.grant.as_ref().unwrap(), it.amount)
            })
            .collect();
        assert_eq!(parts.join(", "), expected, "{column}");
    }
}
