//! The forecast ties with the budget report, and the statements of funds with the trial balance.

use almoner_ledger::accounts::Account;
use almoner_ledger::reports::funds::funding_at_risk;
use almoner_ledger::reports::trial_balance::BalanceAccount;
use almoner_ledger::reports::{By, budget, forecast, funds, themes, trial_balance};

use super::*;

const PERIODS: [(&str, &str); 5] = [
    ("2014-04-01", "2015-03-31"),
    ("2015-04-01", "2015-06-30"),
    ("2015-07-01", "2015-09-30"),
    ("2015-04-01", "2016-03-31"),
    ("2014-11-01", "2015-05-31"),
];

#[test]
fn the_forecast_agrees_with_budget_and_expenditure() {
    let store = eventful();
    for (from, to) in PERIODS.into_iter().chain([("2015-05-03", "2015-08-17")]) {
        let query = Query::of(range(from, to));
        let year = query.as_at().financial_year();
        let of_year = budget(&store, &Query::of(year.range()).on(query.as_at())).unwrap();
        let to_date = Query::of(DateRange::new(year.range().from(), day(to)).unwrap());
        let to_date = themes(&store, &to_date, By::Fund).unwrap().total;
        for largest in [0, 2, 1000] {
            let report = forecast(&store, &query, largest).unwrap();
            let total = report.total;
            assert_eq!(total.budget, of_year.total.budget, "{from} {to}");
            assert_eq!(total.variance, of_year.total.remaining.unwrap(), "{from} {to}");
            assert_eq!((total.expenditure, total.committed), (to_date.expenditure, to_date.committed));
            let parts = total.expenditure.plus(total.still_to_recognise).unwrap();
            assert_eq!(parts, total.forecast);
            let in_period = themes(&store, &Query::of(report.period), By::Fund).unwrap().total;
            assert_eq!(report.expenditure.total, in_period.expenditure, "{from} {to}");
            for shown in [&report.moved, &report.expenditure] {
                let rows = Money::sum(shown.rows.iter().map(|part| part.amount)).unwrap();
                assert_eq!(rows.plus(shown.others).unwrap(), shown.total);
                assert!(shown.rows.len() <= largest);
                assert!(shown.rows.is_sorted_by(|a, b| a.amount.size() >= b.amount.size()));
            }
        }
        // Whatever their dates, all records together make the forecast.
        let ever = Query::of(year.range());
        let all = forecast(&store, &ever, 1000).unwrap();
        let before = forecast(&store, &ever, 0).unwrap();
        assert_eq!((all.total, all.moved.total), (before.total, before.moved.total));
    }
}

#[test]
fn a_forecast_is_expenditure_to_date_and_to_come() {
    let store = eventful();
    let row = |from: &str, to: &str, fund: &str, theme: &str| {
        let report = forecast(&store, &Query::of(range(from, to)), 3).unwrap();
        let row = report.rows.iter().find(|row| row.fund.as_str() == fund && row.theme.as_str() == theme);
        let it = row.unwrap().figures;
        [it.budget, it.expenditure, it.still_to_recognise, it.forecast, it.variance].map(|it| it.to_string())
    };
    for (from, to, fund, theme, expected) in [
        // 441 over twelve months to August: 257.25 before the year, 183.75 in it.
        (
            "2015-04-01",
            "2015-06-30",
            "cdr",
            "youth-diversion",
            ["1000.01", "110.25", "73.50", "183.75", "816.26"],
        ),
        // No period: 5,000.01 was recognised when paid in March. Of the 9,999.99 left at the end of May, 999.99 was
        // posted in June.
        (
            "2015-04-01",
            "2015-05-31",
            "victims",
            "child-sexual-abuse",
            ["15000.00", "0.00", "9999.99", "9999.99", "5000.01"],
        ),
        (
            "2015-06-01",
            "2015-06-30",
            "victims",
            "child-sexual-abuse",
            ["15000.00", "999.99", "9000.00", "9999.99", "5000.01"],
        ),
    ] {
        assert_eq!(row(from, to, fund, theme), expected, "{from} {to} {theme}");
    }
    let report = forecast(&store, &Query::of(range("2015-04-01", "2015-09-30")), 2).unwrap();
    let moved: Vec<String> = report
        .moved
        .rows
        .iter()
        .map(|it| format!("{} {} {}", it.event, it.grant.as_ref().unwrap(), it.amount))
        .collect();
    assert_eq!(moved, ["withdrawal 22-2015 -10722.22"]);
}

#[test]
fn fund_statements_agree_with_the_trial_balance() {
    let mut store = eventful();
    let receive = |fund: &str, date: &str, amount: &str, kind| Command::Receive {
        receipt: FundingReceipt {
            account: None,
            fund: FundId::new(fund).unwrap(),
            date: day(date),
            amount: money(amount),
            from: None,
            reference: None,
            kind,
        },
        occurrence: 1,
    };
    let commands = [
        receive("cdr", "2015-04-01", "1234.56", ReceiptKind::OpeningBalance),
        receive("cdr", "2015-06-10", "5000", ReceiptKind::Income),
        receive("cdr", "2015-07-10", "2000.02", ReceiptKind::ReturnIfUnspent),
    ];
    record(&mut store, &commands);
    for (from, to) in PERIODS {
        let query = Query::of(range(from, to));
        let report = funds(&store, &query).unwrap();
        let balance = trial_balance(&store, &query).unwrap();
        assert_eq!(report.rows.len(), balance.funds.len());
        let expenditure = themes(&store, &query, By::Fund).unwrap().total.expenditure;
        assert_eq!(report.total.expenditure, expenditure);
        for (row, fund) in report.rows.iter().zip(&balance.funds) {
            let it = row.statement;
            let of = |account: Account| {
                let found = fund
                    .real
                    .accounts
                    .iter()
                    .find(|it| it.account == BalanceAccount::Posted(account))
                    .unwrap();
                found.sides.debit.minus(found.sides.credit).unwrap()
            };
            assert_eq!(row.fund, fund.fund);
            assert_eq!((it.bank, it.grant_control), (of(Account::Bank), of(Account::GrantControl)));
            assert_eq!(it.advance_closing, of(Account::ReceiptsInAdvance).negated());
            let held = it.closing.plus(it.advance_closing).unwrap();
            let owned = Money::sum([it.bank, it.grant_control, it.recoveries_due]).unwrap();
            assert_eq!(held, owned, "{} {to}", row.fund);
            let came = Money::sum([it.opening, it.brought_forward, it.income, it.released]).unwrap();
            assert_eq!(came.minus(it.expenditure).unwrap(), it.closing);
        }
    }
    let statement = |from: &str, to: &str, fund: &str| {
        let report = funds(&store, &Query::of(range(from, to))).unwrap();
        let it = report.rows.iter().find(|row| row.fund.as_str() == fund).unwrap().statement;
        [
            it.opening,
            it.brought_forward,
            it.income,
            it.released,
            it.expenditure,
            it.closing,
            it.advance_closing,
        ]
        .map(|it| it.to_string())
    };
    for (from, to, fund, expected) in [
        (
            "2014-04-01",
            "2015-03-31",
            "victims",
            ["0.00", "0.00", "0.00", "5000.01", "5000.01", "0.00", "24999.99"],
        ),
        (
            "2015-04-01",
            "2016-03-31",
            "victims",
            ["0.00", "0.00", "0.00", "0.00", "999.99", "-999.99", "24999.99"],
        ),
    ] {
        assert_eq!(statement(from, to, fund), expected, "{from} {fund}");
    }
    let cdr = statement("2015-04-01", "2016-03-31", "cdr");
    // 257.25 was charged before; 2,000.02 to be returned came and was spent within the year.
    assert_eq!(cdr[..5], ["-257.25", "1234.56", "5000.00", "2000.02", "7183.75"]);
    let query = Query::of(range("2015-04-01", "2015-09-30"));
    let at_risk: Vec<String> =
        funding_at_risk(&funds(&store, &query).unwrap(), &forecast(&store, &query, 0).unwrap())
            .unwrap()
            .iter()
            .map(|it| {
                format!(
                    "{} {} {} {} {} {}",
                    it.opening, it.received, it.spent, it.unspent, it.expected, it.at_risk
                )
            })
            .collect();
    assert_eq!(at_risk[1], "24999.99 0.00 0.00 24999.99 9000.00 15999.99");
    assert!(funds(&store, &Query::of(range("2015-04-02", "2015-09-30"))).is_err());
    assert!(funds(&store, &Query::of(range("2015-04-01", "2015-09-29"))).is_err());
}
