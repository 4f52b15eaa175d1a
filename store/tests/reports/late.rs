//! What was posted late is shown apart, and ties with what other reports show.

use std::collections::BTreeMap;

use almoner_ledger::calendar::Month;
use almoner_ledger::reports::late::How;
use almoner_ledger::reports::{Every, late, periods};

use super::*;

fn posted_to_closed(store: &mut MemoryStore, reason: &str, command: &Command) {
    let mut draft = Draft::new(&*store, "2016-05-01T09:00:00Z".into(), "Ann".into());
    draft.enter_closed_months(Some(&Text::new(reason).unwrap()));
    carry_out(&mut draft, command, Options::default()).unwrap();
    let batch = draft.finish().unwrap();
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
}

/// Paid and charged by the month in which it happened.
fn by_effective_month(store: &MemoryStore) -> BTreeMap<(Month, &'static str), Money> {
    use almoner_ledger::accounts::Account;
    let mut sums: BTreeMap<(Month, &'static str), Money> = BTreeMap::new();
    store
        .each_grant(&mut |grant| {
            for posting in grant.history.iter().flat_map(|it| it.entries.postings()) {
                let (figure, amount) = match posting.account {
                    Account::Bank => ("paid", posting.amount.negated()),
                    Account::GrantExpenditure => ("expenditure", posting.amount),
                    _ => continue,
                };
                let sum = sums.entry((posting.effective.month(), figure)).or_default();
                *sum = sum.plus(amount)?;
            }
            Ok(())
        })
        .unwrap();
    sums
}

#[test]
fn late_postings_agree_by_either_date() {
    let mut store = eventful();
    record(&mut store, &[pay("10-2015", "2015-02-17", "10"), pay("10-2015", "2015-03-16", "20")]);
    posted_to_closed(&mut store, "Asked for by the auditor", &pay("20-2015", "2015-03-20", "30"));
    let wide = Query::of(range("2014-04-01", "2016-03-31"));
    let report = late(&store, &wide).unwrap();
    let of = |how: How| Money::sum(report.rows.iter().filter(|it| it.how == how).map(|it| it.moved.paid));
    // 999.99 is in the books above: paid in May, which was closed.
    assert_eq!(of(How::Late).unwrap().to_string(), "1029.99");
    assert_eq!(of(How::PostedToClosed).unwrap().to_string(), "30.00");
    assert_eq!(report.total.paid.to_string(), "1059.99");
    let reasons: Vec<&str> = report.rows.iter().filter_map(|it| it.reason.as_deref()).collect();
    assert_eq!(reasons, ["Asked for by the auditor"]);
    let effective = by_effective_month(&store);
    let booked = periods(&store, &wide, Every::Month).unwrap();
    assert!(report.months.len() > 4);
    for row in &report.months {
        let flow = booked.rows.iter().find(|it| it.period == row.month.to_string()).unwrap().flow;
        let by_booked = match row.figure {
            "paid" => flow.paid,
            "expenditure" => flow.expenditure,
            _ => continue,
        };
        assert_eq!(row.booked, by_booked, "{row:?}");
        let happened = effective.get(&(row.month, row.figure)).copied().unwrap_or_default();
        assert_eq!(row.effective, happened, "{row:?}");
    }
    // Nothing is late of a month that was never closed.
    assert!(late(&store, &Query::of(range("2014-04-01", "2015-01-31"))).unwrap().rows.is_empty());
}
