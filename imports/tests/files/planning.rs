//! Plans: rows that are new, already recorded or rejected, and why.

use almoner_imports::{Kind, Plan};
use almoner_ledger::book::Books;
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::carry_out;
use almoner_ledger::events::Event;
use almoner_ledger::grants::monitoring::{Due, DueKind};
use almoner_ledger::money::Money;
use almoner_ledger::text::Text;
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, Lines, Store};

use crate::support::{add_missing, draft, import, import_well, new_books, planned, say, shown};

const AWARDS: &str = "decision,decided,recipient,amount,purpose,theme,fund,id,from,to\n\
    6-2015,2015-01-22,Lighthouse,1000,A post,domestic-abuse,victims,,2015-04-01,2016-03-31\n\
    6-2015,2015-01-22,Compassion,500,Support,domestic-abuse,victims,,,\n\
    7-2015,2015-02-01,Lighthouse,200.50,Training,a:50%;b:50%,local,OWN,,\n";
const PAYMENTS: &str = "award,date,amount,reference,kind\n\
    6-2015,2015-05-01,250,P1,\n\
    6-2015,2015-05-01,250,P1,\n\
    6-2015/2,2015-05-02,500,,\n\
    6-2015/2,2015-06-02,-100.25,,refund\n";

fn books_with_awards() -> MemoryStore {
    let mut store = new_books();
    import_well(&mut store, Kind::Awards, AWARDS);
    store
}

/// New, already recorded and rejected: rows and pence.
fn counts(plan: &Plan) -> [(u64, i64); 3] {
    [plan.new.plus(plan.possible_duplicates), plan.already, plan.rejected]
        .map(|it| (it.rows, it.amount.map_or(-1, Money::pence)))
}

#[test]
fn a_plan_totals_rows_and_names_new_reference_data() {
    let plan = planned(&new_books(), Kind::Awards, AWARDS, add_missing());
    assert_eq!(counts(&plan), [(3, 170_050), (0, 0), (0, 0)]);
    assert_eq!(plan.added.recipients, ["Lighthouse (lighthouse)", "Compassion (compassion)"]);
    assert_eq!(
        (plan.added.themes, plan.added.funds),
        (vec!["domestic-abuse".into(), "a".into(), "b".into()], vec!["local".into()])
    );
    let changes: Vec<String> =
        plan.changes.iter().map(|it| format!("{} {} {} {}", it.row, it.record, it.words, it.id)).collect();
    assert_eq!(
        changes,
        [
            "2 4 theme added domestic-abuse",
            "2 5 recipient added lighthouse",
            "2 6 decision 6-2015",
            "2 7 award 6-2015",
            "3 8 recipient added compassion",
            "3 9 award 6-2015/2",
            "4 10 theme added a",
            "4 11 theme added b",
            "4 12 fund added local",
            "4 13 decision 7-2015",
            "4 14 award OWN",
        ]
    );
}

#[test]
fn themes_and_funds_that_a_file_adds_have_the_names_written_in_it() {
    use Kind::{Awards, Budgets, Repurposes};
    let award = "decision,decided,recipient,amount,purpose,theme,fund\n6-2015,2015-01-22,Lighthouse,100,Post,youth,cdr\n";
    for (kind, text, expected) in [
        (
            Awards,
            "decision,decided,recipient,amount,purpose,theme,fund\n\
            7-2015,2015-01-22,Lighthouse,100,Post,Anti-social behaviour:60%;Children & young people:40%,PCC’s Fund\n",
            "Anti-social behaviour, Children & young people, PCC’s Fund",
        ),
        (
            Awards,
            "decision,decided,recipient,amount,purpose,theme,fund\n\
            7-2015,2015-01-22,Lighthouse,100,Post,,PCC’s Fund/Anti-social behaviour:100\n",
            "Anti-social behaviour, PCC’s Fund",
        ),
        (
            Repurposes,
            "award,decision,date,purpose,theme\n6-2015,16-2015,2015-06-01,Other,ANTI-SOCIAL Behaviour\n",
            "ANTI-SOCIAL Behaviour",
        ),
        (
            Budgets,
            "fund,theme,year,amount\nPCC’s Fund,Anti-social behaviour,2015-16,100\n",
            "Anti-social behaviour, PCC’s Fund",
        ),
        (
            Budgets,
            "fund,theme,year,amount\npccs-fund,anti-social-behaviour,2015-16,100\n",
            "Anti social behaviour, Pccs fund",
        ),
    ] {
        let mut store = new_books();
        import_well(&mut store, Awards, award);
        let first = store.head().record + 1;
        import_well(&mut store, kind, text);
        let mut names = Vec::new();
        for number in first..=store.head().record {
            match store.record(number).unwrap().unwrap().event {
                Event::ThemeAdded(theme) => names.push(theme.name.to_string()),
                Event::FundAdded(fund) => names.push(fund.name.to_string()),
                _ => {}
            }
        }
        assert_eq!(names.join(", "), expected, "{text}");
    }
}

#[test]
fn the_same_file_twice_records_nothing_new() {
    use Kind::{Awards, Budgets, Decisions, Instalments, Payments, Recipients, Repurposes, Variations};
    let mut store = new_books();
    for (kind, text) in [
        (Recipients, "recipient,id,identifiers\nLighthouse,R1,GB-CHC-219279\nCompassion,,\n"),
        (Awards, AWARDS),
        (
            Instalments,
            "award,due,amount\n6-2015,2015-06-30,250\n6-2015,2015-09-30,250\nOWN,2015-06-30,200.50\n",
        ),
        (Payments, PAYMENTS),
        (
            Repurposes,
            "award,decision,date,purpose,theme\n6-2015,16-2015,2015-06-01,Other,c\nOWN,16-2015,2015-06-01,Other,c:1%;unallocated:99%\n",
        ),
        // The last changes the end that the first does not state.
        (
            Variations,
            "award,decision,date,amount,from,to\n6-2015,17-2015,2015-07-01,,2015-05,\n\
            6-2015/2,17-2015,2015-07-01,\"1,000\",,\nOWN,,2015-07-01,-0.50,,\n6-2015,18-2015,2015-08-01,-50,,30 June 2016\n",
        ),
        (
            Decisions,
            "decision,date,title,kind\n6-2015,,Awards,award\n8-2015,2015-02-02,Precept,other\nC2-2015,,Withheld,\n",
        ),
        (Budgets, "fund,theme,year,amount\nvictims,domestic-abuse,2015-16,1000\nlocal,c,2015-16,0.01\n"),
    ] {
        let first = import_well(&mut store, kind, text);
        let taken = first.new.plus(first.possible_duplicates);
        assert_eq!(taken, first.rows_read(), "{kind:?}");
        let (head, totals) = (store.head(), store.totals().clone());
        let again = import_well(&mut store, kind, text);
        assert_eq!((again.already, again.rows_taken()), (taken, 0), "{kind:?}");
        assert_eq!((store.head(), store.totals()), (head, &totals), "{kind:?}");
        assert!(again.changes.is_empty() && again.added == Default::default(), "{kind:?}");
    }
}

#[test]
fn identical_payments_are_separate_payments_once_confirmed() {
    let mut store = books_with_awards();
    let plan = import_well(&mut store, Kind::Payments, PAYMENTS);
    assert_eq!(counts(&plan), [(4, 89_975), (0, 0), (0, 0)]);
    assert_eq!(plan.possible_duplicates.rows, 1);
    // A third one in a later file is new, the two that were there before are not.
    let plan = import_well(&mut store, Kind::Payments, &format!("{PAYMENTS}6-2015,2015-05-01,250,P1,\n"));
    assert_eq!(counts(&plan), [(1, 25_000), (4, 89_975), (0, 0)]);
    assert_eq!(plan.possible_duplicates.rows, 1);
}

/// A part of the award: what a refund gives back to it can be paid again under it alone.
#[test]
fn refunds_name_the_part_that_they_come_back_from() {
    let mut store = books_with_awards();
    let award = "decision,decided,recipient,amount,purpose,theme,fund\n\
        9-2015,2015-01-22,Lighthouse,1000,Two services,a:600;b:400,victims/a:600;cdr/b:400\n";
    import_well(&mut store, Kind::Awards, award);
    let header = "award,date,amount,kind,part,reference";
    let payments = format!(
        "{header}\n9-2015,2015-05-01,300,payment,victims/a,A\n9-2015,2015-05-02,200,,cdr/b,B\n\
        9-2015,2015-06-01,-120,refund,cdr/b,C\n9-2015,2015-06-02,50,refund-available,victims/a,D\n\
        9-2015,2015-06-03,-200,returned,,E\n"
    );
    for (row, expected) in [
        (
            "9-2015,2015-06-04,-201,refund,cdr/b,X",
            r#"row 4, column amount: "-201": the refund of 201.00 exceeds the net payments of 200.00 for part cdr/b of award 9-2015"#,
        ),
        (
            "9-2015,2015-06-04,-1,refund,cdr/a,X",
            r#"row 4, column part: "cdr/a": award 9-2015 has no part `cdr/a`; it has victims/a, cdr/b"#,
        ),
    ] {
        let (bought, _) = payments.split_once("9-2015,2015-06-01").unwrap();
        let plan = planned(&store, Kind::Payments, &format!("{bought}{row}\n"), Options::default());
        assert_eq!(shown(&plan.diagnostics), [format!("payments.csv: {expected}")]);
    }
    let plan = import_well(&mut store, Kind::Payments, &payments);
    assert_eq!(counts(&plan), [(5, 23_000), (0, 0), (0, 0)]);
    assert_eq!(import_well(&mut store, Kind::Payments, &payments).already.rows, 5);
}

#[test]
fn an_instalment_twice_in_a_file_is_refused() {
    let store = books_with_awards();
    let text = "award,due,amount\n6-2015,2015-06-30,100\n6-2015,2015-09-30,100\n\
        06/2015,30 June 2015,100.00\n6-2015,2015-12-31,900\nX9,2015-06-30,1\n";
    let plan = planned(&store, Kind::Instalments, text, Options::default());
    assert_eq!(
        shown(&plan.diagnostics),
        [
            "instalments.csv: row 4: the row is identical to row 2",
            "instalments.csv: row 5, column amount: \"900\": the instalments would total 1,100.00, but award 6-2015 is for 1,000.00",
            "instalments.csv: row 6, column award: \"X9\": there is no award `X9`",
        ]
    );
    assert_eq!(counts(&plan), [(2, 20_000), (0, 0), (3, 100_100)]);
}

#[test]
fn variations_change_the_amount_and_the_ends_that_they_state() {
    let mut store = books_with_awards();
    let text = "award,decision,date,amount,from,to\n6-2015,17-2015,2015-07-01,\"1,200\",,\n\
        6-2015,18-2015,2015-08-01,-100.50,,2016-06\n6-2015,19-2015,2015-09-01,,2015-05,\n\
        6-2015/2,19-2015,2015-09-01,,2015-06-01,31/05/2016\nTotal,,,1099.50,,\n";
    let plan = import_well(&mut store, Kind::Variations, text);
    assert_eq!((counts(&plan), plan.skipped.rows), ([(4, 109_950), (0, 0), (0, 0)], 1));
    for (award, amount, period) in [
        ("6-2015", "2099.50", "2015-05 to 2016-06"),
        ("6-2015/2", "500.00", "2015-06-01 to 2016-05-31"),
        ("OWN", "200.50", ""),
    ] {
        let grant = store.grant(&award.parse().unwrap()).unwrap().unwrap();
        let found = grant.period().map(|it| it.to_string()).unwrap_or_default();
        assert_eq!(
            (grant.standing().unwrap().awarded.to_string().as_str(), found.as_str()),
            (amount, period)
        );
    }
}

#[test]
fn rows_of_variations_that_are_refused() {
    let mut store = books_with_awards();
    let header = "award,decision,date,amount,from,to";
    import_well(&mut store, Kind::Variations, &format!("{header}\n6-2015,16-2015,2015-06-01,7,,\n"));
    let text = format!(
        "{header}\n6-2015,17-2015,2015-07-01,100,,\n06/2015,17-2015,1 July 2015,100.00,,\n\
        6-2015,17-2015,2015-07-01,200,,\n6-2015,18-2015,2015-07-02,,,\nX9,18-2015,2015-07-02,5,,\n\
        6-2015,18-2015,2015-07-02,,2017-01,\nOWN,18-2015,2015-07-02,,,2016-05\n\
        6-2015,16-2015,2015-06-01,8,,\n6-2015,18-2015,2015-07-02,-5000,,\n"
    );
    let plan = planned(&store, Kind::Variations, &text, Options::default());
    let found: Vec<String> = plan
        .diagnostics
        .iter()
        .map(|it| format!("{it}: {}", it.hint(&say)).replacen("variations.csv: ", "", 1))
        .collect();
    assert_eq!(
        found,
        [
            "row 3: the row is identical to row 2: delete the row; if one decision makes two changes to an award on the same day, enter both in one row",
            "row 4, column amount: \"200\": different values are already recorded for variation `6-2015`: amount is `100.00`, not `200.00`: row 2 is by the same decision on the same date: make one row of both, or delete this row",
            "row 5: the variation changes neither the amount nor the period: give a new amount or a new period",
            "row 6, column award: \"X9\": there is no award `X9`: import the award first, or check its id",
            "row 7, column from: \"2017-01\": the end date, 31 Mar 2016, is before the start date, Jan 2017: correct from or to",
            "row 8, column to: \"2016-05\": award OWN has no period yet: fill in both from and to",
            "row 9, column amount: \"8\": different values are already recorded for variation `6-2015`: amount is `7.00`, not `8.00`: reverse the earlier record if it was wrong",
            "row 10, column amount: \"-5000\": award 6-2015 would be reduced to -3,893.00, which is less than zero: check the amount; if the award is to end, withdraw it",
        ]
    );
    assert_eq!(counts(&plan), [(1, 10_000), (0, 0), (6, -489_500)]);
    assert_eq!(plan.in_conflict.rows, 2);
}

#[test]
fn possible_duplicates_name_the_record_or_row_that_they_may_repeat() {
    let mut store = books_with_awards();
    import_well(&mut store, Kind::Payments, "award,date,amount,reference\n6-2015,2015-05-01,250,INV 1\n");
    let record = store.head().record;
    let text = "award,date,amount,reference\n\
        6-2015,2015-05-02,250,\n\
        6-2015,2015-08-01,30,R-2\n\
        6-2015,2015-09-20,40,r2\n\
        6-2015,2015-10-01,50,\n";
    let of_record = format!(
        "payments.csv: row 2: the payment of 250.00 against award 6-2015 may be a duplicate of record {record} (250.00 on 1 May 2015, reference `INV 1`)"
    );
    let of_row = "payments.csv: row 4: the payment of 40.00 against award 6-2015 may be a duplicate of row 3 (30.00 on 1 Aug 2015, reference `R-2`)";
    // Not to be confirmed: they are rejected one by one.
    let rejected = planned(&store, Kind::Payments, text, Options::default());
    assert_eq!(counts(&rejected), [(2, 8_000), (0, 0), (2, 29_000)]);
    assert_eq!(shown(&rejected.diagnostics), [of_record.as_str(), of_row]);
    // To be confirmed: they are counted, and rejected if the number is another one.
    let mut counted = planned(&store, Kind::Payments, text, add_missing());
    assert_eq!((counted.new.rows, counted.possible_duplicates.rows, counted.bad_rows()), (2, 2, 0));
    assert_eq!(counted.possibly_duplicate_rows().collect::<Vec<_>>(), [2, 4]);
    counted.reject_possible_duplicates();
    assert_eq!((counted.unconfirmed, counted.bad_rows(), counted.rows_taken()), (Some(2), 2, 2));
    assert_eq!(shown(&counted.diagnostics), [of_record.as_str(), of_row]);
}

#[test]
fn reversed_rows_stay_reversed_and_are_listed() {
    let mut store = books_with_awards();
    import_well(&mut store, Kind::Payments, PAYMENTS);
    let reversed = store.head().record;
    record(&mut store, &[Command::Reverse { record: reversed, reason: None }]);
    let plan = import_well(&mut store, Kind::Payments, PAYMENTS);
    assert_eq!(counts(&plan), [(0, 0), (4, 89_975), (0, 0)]);
    let rows: Vec<_> = plan.reversed.iter().map(|it| (it.row, it.record, it.by)).collect();
    assert_eq!(rows, [(5, Some(reversed), reversed + 1)]);
}

#[test]
fn problems_are_listed_in_the_order_of_the_file() {
    let mut store = books_with_awards();
    let head = store.head();
    let plan = import(
        &mut store,
        Kind::Payments,
        "award,date,amount\n\
        6-2015,2015-05-01,2000\n\
        6-2015,2015-13-01,1\n\
        6-2016,2015-05-01,1\n\
        6-2015,2015-05-01,-1\n\
        \n\
        6-2015,2015-05-01,1000\n\
        ,,x\n",
    );
    assert_eq!(
        shown(&plan.diagnostics),
        [
            "payments.csv: row 2, column amount: \"2000\": the payment of 2,000.00 exceeds the 1,000.00 balance of award 6-2015 (1,000.00 awarded, 0.00 paid)",
            "payments.csv: row 3, column date: \"2015-13-01\": not a valid date",
            "payments.csv: row 4, column award: \"6-2016\": there is no award `6-2016`; the nearest match is `6-2015`",
            "payments.csv: row 5, column amount: \"-1\": 1.00 was returned, but award 6-2015 has no payment of that amount in the 31 days before",
            "payments.csv: row 8, column award: this must be filled in",
            "payments.csv: row 8, column date: this must be filled in",
            "payments.csv: row 8, column amount: \"x\": the number contains letters",
        ]
    );
    // Rows whose amount cannot be read add nothing to the money.
    assert_eq!(counts(&plan), [(1, 100_000), (0, 0), (5, 200_100)]);
    assert_eq!(plan.rows_read().rows, 6);
    assert_eq!(store.head(), head, "a file with errors must not be recorded");
}

#[test]
fn rejections_name_the_columns_of_the_file() {
    let header = "decision,decided,recipient,recipient_id,amount,purpose,theme,fund,id";
    for (row, expected) in [
        (
            "8-2015,2015-02-01,Lighthouse,,10,P,domestic-abus,,",
            r#"column theme: "domestic-abus": there is no theme `domestic-abus`; the nearest match is `domestic-abuse`"#,
        ),
        (
            "8-2015,2015-02-01,Lighthouse,,10,P,domestic-abuse,victim,",
            r#"column fund: "victim": there is no fund `victim`; the nearest match is `victims`"#,
        ),
        (
            "8-2015,2015-02-01,Lighthuose,,10,P,domestic-abuse,,",
            r#"column recipient: "Lighthuose": there is no recipient `Lighthuose`; the nearest match is `Lighthouse`"#,
        ),
        (
            "8-2015,2015-02-01,Compassion,lighthouse,10,P,domestic-abuse,,",
            r#"column recipient: "Compassion": different values are already recorded for recipient `lighthouse`: recipient is `Lighthouse`, not `Compassion`"#,
        ),
        (
            "8-2015,2015-02-01,Lighthouse,,0,P,domestic-abuse,,",
            r#"column amount: "0": the amount is 0.00; it must be greater than zero"#,
        ),
        (
            "8-2015,2015-02-01,Lighthouse,,-5,P,domestic-abuse,,",
            r#"column amount: "-5": the amount is -5.00; it must be greater than zero"#,
        ),
        (
            "8-2015,2015-02-01,Lighthouse,,10,P,a:1;b:8,,",
            r#"column theme: "a:1;b:8": the split adds up to 9.00, but the award is for 10.00"#,
        ),
        (
            "6-2015,2015-01-23,Lighthouse,,10,P,domestic-abuse,,NEW",
            r#"column decided: "2015-01-23": decision 6-2015 is dated 22 Jan 2015 in the register, not 23 Jan 2015"#,
        ),
        (
            "8-2015,2014-12-31,Lighthouse,,10,P,domestic-abuse,,",
            r#"column decided: "2014-12-31": Dec 2014 is provisionally closed"#,
        ),
        (
            "7-2015,2015-02-01,Lighthouse,,200.51,Training,a:50%;b:50%,local,OWN",
            r#"column amount: "200.51": different values are already recorded for award `OWN`: amount is `200.50`, not `200.51`"#,
        ),
        (
            "7-2015,2015-02-01,Lighthouse,,200.50,Training,a:50%;b:50%,,OWN",
            "column fund: different values are already recorded for award `OWN`: fund is `local`, but is not stated here",
        ),
    ] {
        let mut store = books_with_awards();
        close(&mut store, "2014-12");
        let plan = planned(&store, Kind::Awards, &format!("{header}\n{row}\n"), Options::default());
        assert_eq!(shown(&plan.diagnostics), [format!("awards.csv: row 2, {expected}")]);
    }
}

#[test]
fn rejections_of_the_other_kinds() {
    use Kind::{Budgets, Decisions, Recipients, Repurposes};
    let mut store = books_with_awards();
    import_well(&mut store, Budgets, "fund,theme,year,amount\nlocal,a,2015-16,5\n");
    import_well(&mut store, Decisions, "decision,title\n9-2015,Precept\n");
    for (kind, file, expected, hint) in [
        (
            Repurposes,
            "award,decision,date,purpose,theme\n6-2015,9-2015,2015-01-01,New,a",
            r#"column date: "2015-01-01": the change is dated 1 Jan 2015, but the award was not decided until 22 Jan 2015"#,
            "check both dates",
        ),
        (
            Repurposes,
            "award,decision,date,purpose,theme\nX9,9-2015,2015-05-01,New,a",
            r#"column award: "X9": there is no award `X9`"#,
            "import the award first, or check its id",
        ),
        (
            Repurposes,
            "award,decision,date,purpose,theme\n6-2015,9-2015,2015-05-01,A post,domestic-abuse",
            r#"column purpose: "A post": award 6-2015 already has this purpose and these themes"#,
            "check the award and the theme",
        ),
        (
            Decisions,
            "decision,title\n9-2015,Budget",
            r#"column title: "Budget": different values are already recorded for decision `9-2015`: title is `Precept`, not `Budget`"#,
            "reverse the earlier record if it was wrong",
        ),
        (
            Budgets,
            "fund,theme,year,amount\nlocal,a,2015-16,6",
            r#"column amount: "6": different values are already recorded for budget `local a 2015-16`: amount is `5.00`, not `6.00`"#,
            "ReviseBudgetApart",
        ),
        (
            Budgets,
            "fund,theme,year,amount\nlocal,a,2016-17,-6",
            r#"column amount: "-6": the budget is -6.00; it must not be negative"#,
            "check the amount",
        ),
        (
            Recipients,
            "recipient,id\nCompassion,lighthouse",
            r#"column recipient: "Compassion": different values are already recorded for recipient `lighthouse`: recipient is `Lighthouse`, not `Compassion`"#,
            "RenameRecipient",
        ),
    ] {
        let plan = planned(&store, kind, file, Options::default());
        assert_eq!(shown(&plan.diagnostics), [format!("{}.csv: row 2, {expected}", kind.word())]);
        assert_eq!(plan.diagnostics[0].hint(&say), hint);
    }
}

#[test]
fn suggestions_stop_after_many_rejections() {
    let rows: String = (0..25).map(|_| "6-2016,2015-05-01,1\n").collect();
    let plan = planned(
        &books_with_awards(),
        Kind::Payments,
        &format!("award,date,amount\n{rows}"),
        Options::default(),
    );
    let with_nearest =
        plan.diagnostics.iter().filter(|it| it.message.contains("the nearest match is")).count();
    assert_eq!((plan.rejected.rows, with_nearest), (25, 20));
}

fn record(store: &mut MemoryStore, commands: &[Command]) {
    let mut draft = draft(store);
    for command in commands {
        carry_out(&mut draft, command, Options::default()).unwrap();
    }
    let batch = draft.finish().unwrap();
    store.append(store.health().head, BatchLabel::default(), batch).unwrap();
}

fn close(store: &mut MemoryStore, month: &str) {
    record(store, &[Command::close(almoner_ledger::calendar::Month::parse(month).unwrap())]);
}

#[test]
fn rows_with_the_same_id_name_each_other() {
    let text = "decision,decided,recipient,amount,purpose,theme,id\n\
        6-2015,2015-01-22,Lighthouse,10,P,a,A1\n6-2015,2015-01-22,Lighthouse,11,P,a,A1\n";
    let plan = planned(&new_books(), Kind::Awards, text, add_missing());
    let hints: Vec<String> = plan.diagnostics.iter().map(|it| it.hint(&say)).collect();
    assert_eq!(hints, ["row 2 has the same id: give this award or decision another id, or delete this row"]);
}

#[test]
fn payments_of_an_award_are_limited_in_number() {
    let mut store = books_with_awards();
    // The award itself is one of its records. Reports that are due fill nearly all of the rest.
    let reports: Vec<Command> = (0..1_980)
        .map(|nth: u32| {
            let due = format!("{}-{:02}-01", 2015 + nth / 12, nth % 12 + 1);
            let name = Text::new("Report").unwrap();
            let due = Due {
                what: DueKind::MonitoringReport,
                name,
                due: due.parse().unwrap(),
                before_payment: false,
            };
            Command::Expect { award: "6-2015".parse().unwrap(), due }
        })
        .collect();
    record(&mut store, &reports);
    // None may be a duplicate: each amount comes once a month.
    let row = |row: u32| {
        let (month, pence) = (4 + row / 67, row % 67 + 1);
        format!("6-2015,2015-{month:02}-01,0.{pence:02},P{row}\n")
    };
    let rows: String = (0..30).map(row).collect();
    let text = format!("award,date,amount,reference\n{rows}");
    let plan = planned(&store, Kind::Payments, &text, add_missing());
    assert_eq!((plan.new.rows, plan.rejected.rows), (19, 11));
    assert_eq!(plan.diagnostics.len(), 11);
    assert!(plan.diagnostics.iter().all(|it| it.message.contains("records")), "{:?}", plan.diagnostics);
}
