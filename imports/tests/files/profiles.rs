//! Each profile with a sample of its source and what becomes of it.
//!
//! The samples are in `tests/samples`, made up in the forms of their sources; beside each stands
//! what is expected of it, row by row.

use std::fmt::Write;
use std::path::Path;

use almoner_imports::{Profile, ReadFile, RowRequest, SHIPPED, plan, rejects, shipped};
use almoner_ledger::command::Command;
use almoner_ledger::recipients::Identifier;

use crate::support::{add_missing, draft, import_well, new_books, read_by, say, shown};

/// What is read of a file, a line for each row.
fn described(file: &ReadFile) -> String {
    let mut text = String::new();
    let mut line = |row: u64, what: String| writeln!(text, "row {row}: {what}").unwrap();
    for row in &file.rows {
        let amount = row.amount.map(|amount| amount.to_string()).unwrap_or_default();
        match &row.request {
            Some(RowRequest::Command(command)) => line(row.number, of_command(command)),
            Some(RowRequest::Payment(payment)) => {
                let name = payment.recipient.as_ref().map_or("", |it| it.as_str());
                let reference = payment.reference.as_ref().map_or("", |it| it.as_str());
                line(
                    row.number,
                    format!("{} {amount} to {name}, {reference}: {}", payment.date, payment.words),
                );
            }
            Some(RowRequest::Line(it)) => {
                let balance = it.balance.map_or("no balance".to_owned(), |it| it.to_string());
                let account = it.account.as_ref().map_or("no account", |it| it.as_str());
                let reference = it.reference.as_ref().map_or(String::new(), |it| format!(", reference {it}"));
                line(
                    row.number,
                    format!("{} {amount} {}, {balance}, {account}{reference}", it.date, it.text),
                );
            }
            Some(RowRequest::Balance(it)) => {
                let date = it.date.map_or(String::new(), |date| format!(" of {date}"));
                line(row.number, format!("{} balance {}{date}", it.which.word(), it.amount));
            }
            Some(other) => line(row.number, format!("{other:?}")),
            None => line(row.number, format!("refused {amount}")),
        }
    }
    file.skipped.iter().for_each(|row| line(row.number, format!("skipped, {}", row.why)));
    let total = |total: &almoner_imports::ControlTotal| format!("total {}, {}", total.stated, total.agrees());
    file.control_totals.iter().for_each(|it| line(it.row, total(it)));
    file.diagnostics.iter().for_each(|it| writeln!(text, "{it}").unwrap());
    writeln!(text, "{}; above the header {}", file.detected().unwrap(), file.above_header).unwrap();
    text
}

fn of_command(command: &Command) -> String {
    match command {
        Command::Award(award) => {
            let shown = |value: Option<String>| value.unwrap_or_else(|| "not stated".to_owned());
            let identifiers: Vec<&str> = award.identifiers.iter().map(Identifier::as_str).collect();
            format!(
                "{} {} {} to {} ({}) for {}, theme {}, fund {}, period {}",
                shown(award.id.as_ref().map(ToString::to_string)),
                award.decided,
                award.amount,
                shown(award.recipient.as_ref().map(ToString::to_string)),
                identifiers.join(" "),
                award.purpose.text,
                award.purpose.split,
                shown(award.fund.as_ref().map(ToString::to_string)),
                shown(award.period.map(|period| format!("{} to {}", period.from(), period.to()))),
            )
        }
        other => format!("{other:?}"),
    }
}

fn profile(name: &str) -> Profile {
    shipped(name).unwrap().unwrap()
}

#[test]
fn every_shipped_profile_reads_its_sample() {
    for (name, _) in SHIPPED {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
        let samples: Vec<_> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                let file_name = path.file_name().unwrap().to_str().unwrap();
                file_name.split('.').next() == Some(name) && path.extension().unwrap() != "txt"
            })
            .collect();
        assert!(!samples.is_empty(), "{name} has no sample");
        for path in samples {
            let file_name = path.file_name().unwrap().to_str().unwrap();
            let file = read_by(&profile(name), file_name, &std::fs::read(&path).unwrap());
            let expected = folder.join(format!("{file_name}.txt"));
            snapbox::assert_data_eq!(described(&file), snapbox::Data::read_from(&expected, None).raw());
        }
    }
}

/// The books of a test: three recipients with awards, one with two from one decision.
fn books() -> almoner_store::memory::MemoryStore {
    let mut store = new_books();
    import_well(
        &mut store,
        almoner_imports::Kind::Awards,
        "decision,decided,recipient,amount,purpose,theme,id\n\
        6-2015,2015-01-22,Lighthouse Women's Aid,18467,Post,domestic-abuse,\n\
        15-2015,2015-02-23,Friday Night Football,441,Youth,youth,\n\
        20-2015,2015-02-27,Anglia Care Trust,57706,Services,domestic-abuse,\n\
        21-2015,2015-02-27,Raedan Trust,25000,Counselling,victims,\n\
        21-2015,2015-02-27,Phoenix,500,Room hire,victims,\n",
    );
    store
}

#[test]
fn payments_are_matched_by_number_only() {
    let store = books();
    let check = |row: &str, expected: &str| {
        let text = format!("Supplier,Date,Reference,Description,Amount\n{row}\n");
        let file = read_by(&profile("spend-over-500"), "p.csv", text.as_bytes());
        let mut draft = draft(&store);
        let plan = plan(&file, &mut draft, add_missing(), &mut |_| {}).unwrap();
        let found = match plan.diagnostics.first() {
            Some(diagnostic) => format!("{}: {}", diagnostic.message, diagnostic.hint(&say)),
            None => plan.changes.first().unwrap().id.clone(),
        };
        assert_eq!(found, expected, "{row}");
    };
    let write_it = "enter the award's id in a column that the profile reads as `award`";
    check("Lighthouse Womens Aid,1/4/2015,,Decision 6-2015,100", "6-2015");
    check("Somebody unknown,1/4/2015,6-2015/A,Grant (6-2015).,100", "6-2015");
    check("RAEDAN TRUST.,1/4/2015,,Ref: 21-2015,100", "21-2015");
    check("Phoenix,1/4/2015,,21-2015,100", "21-2015/2");
    check(
        "Somebody,1/4/2015,,21-2015,100",
        "the row contains the numbers of several awards: enter the award's id: one of 21-2015, 21-2015/2",
    );
    check(
        "Somebody,1/4/2015,,6-2015 and 15-2015,1",
        "the row contains the numbers of several awards: enter the award's id: one of 15-2015, 6-2015",
    );
    check(
        "Phoenix,1/4/2015,,6-2015,100",
        "the number in the row belongs to an award to `lighthouse-womens-aid`, but `phoenix` was paid: check which is wrong, and enter the award's id",
    );
    check(
        "Friday Night Football,1/4/2015,,Youth,441",
        &format!(
            "the row contains no known award or decision number: {write_it}; likely awards to `friday-night-football`: `15-2015` (balance 441.00)"
        ),
    );
    check(
        "Friday Night Football,1/4/2015,,Youth,500",
        &format!(
            "the row contains no known award or decision number: {write_it}; no award to `friday-night-football` has a sufficient balance"
        ),
    );
    check(
        "Friday Nite Football,1/4/2015,,Youth,441",
        &format!(
            "the row contains no known award or decision number: {write_it}; most similar recipients: `Friday Night Football` (friday-night-football); possible awards by amount and date: `15-2015` to `friday-night-football`"
        ),
    );
    check(
        "Zzz,1/2/2015,,441 before the decision,441",
        &format!("the row contains no known award or decision number: {write_it}"),
    );
    // A bare number is an invoice, an amount or a cost centre.
    check(
        "Zzz,1/4/2015,2015,20 6 15,440",
        &format!("the row contains no known award or decision number: {write_it}"),
    );
}

#[test]
fn rejected_rows_are_written_back_to_be_corrected() {
    let store = books();
    let profile = profile("spend-over-500");
    let text = "Supplier;Date;Description;Amount\n\
        Phoenix;1/4/2015;21-2015/2;300\n\
        Phoenix;1/4/2015;21-2015/2;300\n\
        =cmd();1/4/2015;-;-12.00\n\
        Raedan Trust;1/4/2015;21-2015;1,5\n";
    let file = read_by(&profile, "p.csv", text.as_bytes());
    let plan = plan(&file, &mut draft(&store), add_missing(), &mut |_| {}).unwrap();
    let written = String::from_utf8(rejects(&file, &plan, Some(&profile), &say).text().unwrap()).unwrap();
    // The first of two identical rows is accepted, but kept so that the second remains a duplicate.
    snapbox::assert_data_eq!(
        &written,
        snapbox::str![[r#"
﻿Supplier;Date;Description;Amount;Award;almoner: reason
Phoenix;1/4/2015;21-2015/2;300;;already accepted: keep this row, so that its duplicate is read as a second payment
Phoenix;1/4/2015;21-2015/2;300;;Amount: the payment of 300.00 exceeds the 200.00 balance of award 21-2015/2 (500.00 awarded, 300.00 paid) (RaiseAward)
'=cmd();1/4/2015;-;-12.00;;the row contains no known award or decision number (enter the award's id in a column that the profile reads as `award`)
Raedan Trust;1/4/2015;21-2015;1,5;;Amount: a comma must separate thousands, with three digits after it (enter pounds and pence as 30000, 30,000.00 or £30,000)

"#]]
    );
    // Once corrected, the file is accepted; the reasons are not a column of the source.
    let right = written
        .replace("1,5", "15")
        .replace("'=cmd();1/4/2015;'-;-12.00;", "Lighthouse Women's Aid;1/4/2015;;-12.00;6-2015");
    let again = read_by(&profile, "p.csv", right.as_bytes());
    assert_eq!(again.diagnostics, []);
}

/// Rows of a workbook end with their last cell that is not blank; the reason comes after all cells.
#[test]
fn the_reason_has_a_column_of_its_own() {
    let store = new_books();
    let profile = profile("360giving");
    let json = r#"[{"id":"360G-x-1","currency":"EUR","amountAwarded":1,"awardDate":"2015-04-01",
        "title":"T","description":"D","recipientOrganization":[{"id":"GB-CHC-1","name":"A"}]}]"#;
    let file = read_by(&profile, "g.json", json.as_bytes());
    let plan = plan(&file, &mut draft(&store), add_missing(), &mut |_| {}).unwrap();
    let rejects = rejects(&file, &plan, Some(&profile), &say);
    let header = rejects.header.unwrap();
    assert_eq!(header.last().unwrap(), "almoner: reason");
    assert_eq!(rejects.rows[0].len(), header.len());
    assert!(rejects.rows[0].last().unwrap().contains("not in pounds"));
    assert_eq!(rejects.rows[0][header.len() - 2], "");
}

#[test]
fn identifiers_of_others_are_kept_as_they_are() {
    let profile = shipped("360giving").unwrap().unwrap();
    let long = format!("360G-anyshire-{}", "x".repeat(100));
    for (id, recipient) in [
        ("360G-anyshire-Grant 12", "360G-anyshire-Old Town Trust"),
        ("360G-anyshire-St John's/2015", "360G-anyshire-St. John's (Town), Market"),
        ("360G-anyshire-A[1] (b), c & d", "GB-CHC-1087198"),
        ("360G-anyshire-Café:12", "360G-anyshire-org:12"),
        (long.as_str(), "GB-EDU-141 412"),
    ] {
        let json = serde_json::json!({"grants": [{"id": id, "title": "T", "description": "D", "currency": "GBP",
            "amountAwarded": 10, "awardDate": "2015-01-22",
            "recipientOrganization": [{"id": recipient, "name": "A"}]}]});
        let file = read_by(&profile, "grants.json", json.to_string().as_bytes());
        assert_eq!(shown(&file.diagnostics), Vec::<String>::new(), "{id}");
        let Some(RowRequest::Command(Command::Award(award))) = &file.rows[0].request else { panic!("{id}") };
        assert_eq!(award.id.as_ref().unwrap().as_str(), id);
        let found: Vec<&str> = award.identifiers.iter().map(|it| it.as_str()).collect();
        assert_eq!(found, [recipient], "{id}");
    }
}
