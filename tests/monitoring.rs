//! Grants in life through the real program: what is due, what is held, and where it is shown.

use crate::office::Office;

fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for (place, part) in line.split('"').enumerate() {
        if place % 2 == 1 {
            words.push(part);
        } else {
            words.extend(part.split_whitespace());
        }
    }
    words
}

fn office() -> Office {
    let office = Office::new();
    office.ok(&words(
        "award --decision 1-2015 --decided 2015-04-01 --recipient \"Lighthouse Aid\" --amount 1000 --purpose Support \
         --theme abuse --fund cdr --power s9 --add-missing --conditions \"Quarterly reports\"",
    ));
    office
}

/// Runs a line twice: the second time, nothing is recorded.
fn once(office: &Office, line: &str) -> String {
    let told = office.ok(&words(line));
    let again = office.ok(&words(line));
    assert!(again.contains("Already recorded") && !again.contains("Recorded as"), "{line}: {again}");
    told
}

#[test]
fn a_payment_waits_for_a_report() {
    let office = office();
    let told = once(
        &office,
        "monitoring schedule 1-2015 --every quarter --from 2015-07-15 --to 2016-04-15 --holds-payment",
    );
    for day in ["15 Jul 2015", "15 Oct 2015", "15 Jan 2016", "15 Apr 2016"] {
        let line = format!(
            "Monitoring report for award 1-2015, \"Monitoring report\", due {day}; payments from that date are held until it is received"
        );
        assert!(told.split_whitespace().collect::<Vec<_>>().join(" ").contains(&line), "{line}: {told}");
    }
    assert!(told.contains("To undo: almoner reverse --batch "), "what was asked for together: {told}");
    once(&office, "monitoring milestone 1-2015 --due 2015-06-30 --name \"Worker in post\"");
    let refused = office.refused(1, &words("pay 1-2015 100 --date 2015-07-15"));
    assert!(
        refused.contains("error[monitoring-outstanding]")
            && refused.contains("almoner monitoring waive 1-2015"),
        "{refused}"
    );

    // A file of payments is held to the same.
    office.file("payments.csv", "award,date,amount\n1-2015,2015-07-15,100\n");
    let refused = String::from_utf8(office.run(&["import", "payments", "payments.csv"]).stderr).unwrap();
    assert!(refused.contains("row 2, column date"), "{refused}");

    once(
        &office,
        "monitoring received 1-2015 --due 2015-07-15 --on 2015-07-10 --paper AP15/2 --result \"On course\"",
    );
    once(&office, "monitoring received 1-2015 --due 2015-06-30 --on 2015-06-29 --result \"In post\"");
    office.ok(&["import", "payments", "payments.csv"]);
    once(&office, "monitoring waive 1-2015 --due 2015-10-15 --on 2015-10-20 --reason \"Agreed by the CFO\"");
    office.ok(&words("pay 1-2015 100 --date 2015-10-20"));

    let shown = office.ok(&["show", "1-2015"]);
    for expected in [
        "Conditions  Quarterly reports",
        "15 Jul 2015  Monitoring report: received 10 Jul 2015 (paper AP15/2): On course",
        "15 Oct 2015  Monitoring report: overdue; waived 20 Oct 2015: Agreed by the CFO",
        "15 Jan 2016  Monitoring report: overdue; payments are held until it is received",
        "AP15/2  date not stated",
    ] {
        assert!(shown.contains(expected), "{expected}: {shown}");
    }
    let status = office.ok(&["status", "--fy", "2015-16"]);
    assert!(
        status.contains("3  monitoring reports or milestones overdue: 1-2015 Monitoring report since"),
        "{status}"
    );
    let report = office.json(&words("report monitoring --fy 2015-16 --on 2015-12-31"));
    let counts = ["overdue", "due", "received"].map(|key| report[key].as_u64().unwrap());
    assert_eq!(counts, [1, 1, 2]);
    assert_eq!(report["rows"][0]["waived"], "Agreed by the CFO");
    assert_eq!(report["rows"][0]["conditions"], "Quarterly reports");
    assert_eq!((&report["as_at"], &report["from"]), (&"2015-12-31".into(), &"2015-04-01".into()));
    office.ok(&["verify"]);

    // The whole schedule goes as it came.
    let first =
        office.ok(&words("monitoring schedule 1-2015 --every month --from 2017-01-31 --to 2017-04-30"));
    assert!(first.contains("28 Feb 2017") && first.contains("30 Apr 2017"), "{first}");
    let record = report["known_at"]["record"].as_u64().unwrap() + 1;
    office.ok(&["reverse", "--batch", &record.to_string()]);
    let after = office.json(&words("report monitoring --from 2017-01-01 --to 2017-12-31 --on 2017-12-31"));
    assert_eq!(after["overdue"], 3);
}

#[test]
fn figures_stand_beside_spending() {
    let office = office();
    office.ok(&words("pay 1-2015 250 --date 2015-05-01"));
    let told = once(
        &office,
        "indicator add \"Recorded incidents\" --theme abuse --period 2015-16Q1 --value 1,204 --unit incidents \
         --baseline 1,160 --baseline-period 2014-15Q1 --source \"Police record\"",
    );
    assert!(told.contains("1,204 incidents, +44 (+3.8%) against 1,160"), "{told}");
    let other =
        "indicator add \"Recorded incidents\" --theme abuse --period 2015-16Q1 --value 1,100 --source X";
    assert!(office.refused(1, &words(other)).contains("--revise"));
    office.ok(&words(&format!("{other} --revise --baseline 1160 --baseline-period 2014-15Q1")));

    let report = office.json(&words("report indicators --fy 2015-16"));
    assert_eq!(report["schema"], "almoner.report.indicators/2");
    let row = &report["rows"][0];
    assert_eq!((&row["expenditure"], &row["indicators"][0]["change"]), (&"250.00".into(), &"-60".into()));
    assert_eq!(row["indicators"][0]["change_percent"], "-5.2");
    let csv = office.ok(&words("report indicators --fy 2015-16 --format csv"));
    assert_eq!(
        csv,
        "theme,name,expenditure,indicator,period,value,unit,baseline,baseline_period,change,change_percent,source\n\
         abuse,Abuse,250.00,,,,,,,,,\n\
         abuse,Abuse,,Recorded incidents,2015-16Q1,1100,,1160,2014-15Q1,-60,-5.2,X\n"
    );
    let table = office.ok_wide(&words("report indicators --fy 2015-16"));
    assert!(table.contains("not evidence that the grants caused it"), "{table}");
    let list = office.json(&["indicator", "list"]);
    assert_eq!((&list["rows"][0]["theme"], &list["rows"][0]["value"]), (&"abuse".into(), &"1100".into()));
    let refused =
        office.refused(1, &words("indicator add X --theme abuse --period 2011-12 --value 1 --source Y"));
    assert!(refused.contains("could be a month or a financial year"), "{refused}");
}

#[test]
fn papers_are_found_from_what_appeared_in_them() {
    let office = office();
    once(
        &office,
        "paper add AP15/2 --title \"Grants made\" --date 2015-06-12 --decision 1-2015 --grant 1-2015",
    );
    let shown = office.ok(&["show", "1-2015"]);
    assert_eq!(shown.matches("AP15/2  12 Jun 2015: Grants made").count(), 2, "{shown}");
    let report = office.json(&["report", "papers"]);
    assert_eq!(
        (&report["rows"][0]["paper"], &report["rows"][0]["grants"][0]),
        (&"AP15/2".into(), &"1-2015".into())
    );
    let list = office.ok(&words("paper list --format csv"));
    assert_eq!(list, "paper,date,title,decisions,grants\nAP15/2,2015-06-12,Grants made,1-2015,1-2015\n");
    assert!(office.refused(1, &words("paper add AP15/2 --decision 9-2015")).contains("unknown-decision"));
}
