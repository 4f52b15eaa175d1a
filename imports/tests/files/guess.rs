//! A drafted profile reads a file as well as one written by hand.

use std::path::Path;

use almoner_imports::{Guess, Kind, Layout, Profile, ReadFile, RowRequest, SHIPPED, guess, shipped};
use almoner_ledger::command::Command;

use crate::support::{read_by, rounds, say};

fn guessed(name: &str, bytes: &[u8]) -> (Guess, ReadFile) {
    guessed_as(None, name, bytes)
}

fn guessed_as(kind: Option<Kind>, name: &str, bytes: &[u8]) -> (Guess, ReadFile) {
    let guess = guess(name, bytes, kind, &Layout::default(), &say).unwrap();
    let profile = Profile::parse(&guess.profile).unwrap();
    assert_eq!(profile.kind, guess.kind);
    let file = read_by(&profile, name, bytes);
    (guess, file)
}

/// The date and amount of every row.
fn figures(file: &ReadFile) -> Vec<String> {
    let date = |request: &RowRequest| match request {
        RowRequest::Payment(payment) => payment.date.to_string(),
        RowRequest::Command(Command::Award(award)) => award.decided.to_string(),
        RowRequest::Command(Command::Pay { date, .. } | Command::Refund { date, .. }) => date.to_string(),
        RowRequest::Variation(variation) => variation.date.to_string(),
        RowRequest::Line(line) => line.date.to_string(),
        other => format!("{other:?}"),
    };
    file.rows
        .iter()
        .map(|row| {
            let amount = row.amount.map_or("refused".to_owned(), |amount| amount.to_string());
            format!("row {}: {} {amount}", row.number, row.request.as_ref().map(date).unwrap_or_default())
        })
        .collect()
}

#[test]
fn samples_are_read_as_by_the_shipped_profiles() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    for (name, _) in SHIPPED {
        let path = folder.join(format!("{name}.csv"));
        let Ok(bytes) = std::fs::read(&path) else { continue };
        // Its last line is of another shape: a draft refuses it, until somebody says what it is.
        if *name == "statement-midata" {
            continue;
        }
        let shipped = shipped(name).unwrap().unwrap();
        // Without a balance, a statement may as well be a list of payments.
        let kind = Some(shipped.kind).filter(|kind| *kind == Kind::Statements);
        let (guess, file) = guessed_as(kind, &format!("{name}.csv"), &bytes);
        assert_eq!(guess.kind, shipped.kind, "{name}");
        assert_eq!(figures(&file), figures(&read_by(&shipped, "f", &bytes)), "{name}\n{}", guess.profile);
        // The same file gives the same text.
        assert_eq!(guessed_as(kind, &format!("{name}.csv"), &bytes).0, guess);
    }
}

#[test]
fn files_of_many_sources_are_read_with_the_right_dates_and_amounts() {
    for (text, kind, expected) in [
        (
            "award,date,amount,reference\n22-2015,2015-06-30,5000,BACS-0417\n",
            Kind::Payments,
            &["row 2: 2015-06-30 5000.00"][..],
        ),
        (
            "Anyshire PCC\tSpend\n\nVendor\tPosting Date\tDocument No\tGross\tText\n\
             A Trust\t13.04.2015\t1\t1.234,50-\tGrant 14-2015\nPhoenix\t02.03.2015\t2\t12,00\t\n",
            Kind::Payments,
            &["row 4: 2015-04-13 -1234.50", "row 5: 2015-03-02 12.00"],
        ),
        (
            "Date|Details|Debit|Credit\n13/04/15|Grant 14-2015|£12.50|\n02/03/15|Back||5.00\n",
            Kind::Payments,
            &["row 2: 2015-04-13 12.50", "row 3: 2015-03-02 -5.00"],
        ),
        (
            "Supplier,Payment date,Amount\nA Trust,20150413,10.00 DR\nPhoenix,20150302,2.00CR\nX Ltd,20150303,7.00DR\n",
            Kind::Payments,
            &["row 2: 2015-04-13 10.00", "row 3: 2015-03-02 -2.00", "row 4: 2015-03-03 7.00"],
        ),
        (
            "Supplier,Payment date,Amount\nA Trust,4/13/2015,-10.00\nPhoenix,3/2/2015,-2.00\nX Ltd,3/3/2015,7.00\n",
            Kind::Payments,
            &["row 2: 2015-04-13 10.00", "row 3: 2015-03-02 2.00", "row 4: 2015-03-03 -7.00"],
        ),
        (
            "Decision No,Date,Grant recipient,Purpose,Amount (£'000)\n14-2015,20 Feb 2015,A Trust,Support,30.5\n\
             15-2015,23 Feb 2015,B Trust,Youth,0.441\nTotal,,,,30.941\n",
            Kind::Awards,
            &["row 2: 2015-02-20 30500.00", "row 3: 2015-02-23 441.00"],
        ),
        (
            "Grant ref,Decision no,Effective date,Uplift,New end date\n22-2015,5-2015,13/10/2015,\"£1,000.00\",31/03/2017\n\
             22-2015,6-2015,01/11/2015,(250.00),\n",
            Kind::Variations,
            &["row 2: 2015-10-13 1000.00", "row 3: 2015-11-01 -250.00"],
        ),
        // An amount with the number of an award and a decision is a payment, unless its heading says otherwise.
        (
            "Grant ref,Decision no,Date,Amount\n22-2015,5-2015,13/10/2015,5\n",
            Kind::Payments,
            &["row 2: 2015-10-13 5.00"],
        ),
        (
            "13/04/2015,Compassion Trust,12.50,14-2015\n14/04/2015,Phoenix Limited,7.25,15-2015\n",
            Kind::Payments,
            &["row 1: 2015-04-13 12.50", "row 2: 2015-04-14 7.25"],
        ),
    ] {
        let (guess, file) = guessed("file.csv", text.as_bytes());
        assert_eq!(guess.kind, kind, "{text}");
        assert_eq!(figures(&file), expected, "{text}\n{}", guess.profile);
        assert!(guess.reads_all, "{:?}", file.diagnostics);
    }
}

#[test]
fn profiles_are_drafted_for_workbooks_and_registers() {
    for (name, bytes) in [
        ("payments.xlsx", include_bytes!("payments.xlsx").as_slice()),
        ("payments.ods", include_bytes!("payments.ods").as_slice()),
    ] {
        let (guess, file) = guessed(name, bytes);
        assert_eq!(
            (guess.kind, guess.reads_all, file.rows.len()),
            (Kind::Payments, true, 3),
            "{}",
            guess.profile
        );
    }
    let register = include_bytes!("suffolk-awards.csv").as_slice();
    let (guess, file) = guessed("suffolk-awards.csv", register);
    let ours = almoner_imports::read(Kind::Awards, "suffolk-awards.csv", register, None, &Layout::default());
    assert_eq!(guess.kind, Kind::Awards);
    assert_eq!(figures(&file), figures(&ours), "{}", guess.profile);
    let request = |file: &ReadFile| file.rows.iter().map(|row| row.request.clone()).collect::<Vec<_>>();
    assert_eq!(request(&file), request(&ours));
}

#[test]
fn damaged_files_give_a_valid_profile_or_are_refused() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let sample = std::fs::read(folder.join("spend-over-500.csv")).unwrap();
    // A linear congruential generator: the same damage every time.
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..rounds(60, 300) {
        let mut bytes = sample.clone();
        for _ in 0..1 + next(20) {
            let at = next(bytes.len());
            bytes[at] = *b",;\"\n\t|.-/\0\x1b0]'#=".get(next(17)).unwrap_or(&b'x');
        }
        bytes.truncate(1 + next(bytes.len()));
        match guess("f.csv", bytes.as_slice(), None, &Layout::default(), &say) {
            Ok(guess) => assert!(Profile::parse(&guess.profile).is_ok(), "{}", guess.profile),
            Err(refused) => assert!(!say(&refused.next).is_empty()),
        }
    }
}
