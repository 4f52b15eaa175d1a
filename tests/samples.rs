//! Ledgers written by released versions: later versions open them, verify them, show the same figures, and
//! record in them.
//!
//! `cargo test --test program -- --ignored make_sample` rebuilds the sample of the present format.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::office::Office;
use almoner_ledger::book::Books;
use almoner_store::folder::{Access, Ledger};
use almoner_store::{KnownAt, as_known_at};

/// The present format, and the folder of its sample.
const PRESENT: &str = "format-2";
/// The folder of the sample of the first rules, in which an award stands that the present ones would have entered
/// otherwise.
const FIRST_RULES: &str = "format-1";
/// The parts of a ledger's folder in a sample: the others can be rebuilt.
const PARTS: [&str; 3] = ["ledger.toml", "journal", "head"];

/// Every kind of record, as named by the log; a new kind is added here and to [`make`].
const KINDS: &[&str] = &[
    "approval",
    "award",
    "bank statement",
    "books opened",
    "budget",
    "change of purpose",
    "closed months entered",
    "closed months left",
    "decision",
    "extension",
    "fund added",
    "fund renamed",
    "income released",
    "indicator",
    "instalment",
    "milestone",
    "milestone reached",
    "monitoring report due",
    "monitoring report received",
    "month closed",
    "month reopened",
    "payment",
    "policy",
    "proposal",
    "public paper",
    "receipt",
    "recipient added",
    "recipient alias",
    "recipient identified",
    "recipient renamed",
    "reconciliation",
    "refund",
    "rejection",
    "returned payment",
    "reversal",
    "statement",
    "theme added",
    "theme renamed",
    "users",
    "variation",
    "monitoring waived",
    "withdrawal",
];

/// The figures that are compared, each with the file that holds them.
const FIGURES: &[(&str, &[&str])] = &[
    ("themes.csv", &["report", "themes", "--from", "2014-04-01", "--to", "2016-03-31", "--format", "csv"]),
    ("periods.csv", &["report", "periods", "--from", "2014-04-01", "--to", "2016-03-31", "--format", "csv"]),
    ("trial-balance.csv", &["report", "trial-balance", "--fy", "2015-16", "--format", "csv"]),
    ("grants.csv", &["report", "grants", "--fy", "2015-16", "--format", "csv"]),
    ("decisions.csv", &["report", "decisions", "--internal", "--format", "csv"]),
    ("late.csv", &["report", "late", "--fy", "2015-16", "--format", "csv"]),
];

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples")
}

fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        fs::copy(from, to).unwrap();
        return;
    }
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}

/// Verifies a ledger with the second verifier, if Python is installed: `tests/independent.rs` says so if not.
fn assert_verified_by_python(ledger: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify_journal.py");
    if let Ok(output) = Command::new("python3").arg(script).arg(ledger).output() {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Returns the kinds of records in the log.
fn kinds(office: &Office, ledger: &str) -> BTreeSet<String> {
    let log = office.json(&["-L", ledger, "log", "--last", "1000"]);
    let rows = log["rows"].as_array().unwrap();
    rows.iter().map(|row| row["what"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_format_ever_written_can_be_read_and_recorded_in() {
    let mut tried = 0;
    for folder in fs::read_dir(samples()).unwrap() {
        let (folder, office) = (folder.unwrap().path(), Office::new());
        copy(&folder.join("ledger"), &office.path("old.ledger"));
        for (file, report) in FIGURES {
            let Ok(expected) = fs::read_to_string(folder.join(file)) else { continue };
            let found = office.ok(&[&["-L", "old.ledger"], *report].concat());
            if std::env::var("SNAPSHOTS").is_ok_and(|mode| mode == "overwrite") {
                fs::write(folder.join(file), &found).unwrap();
                continue;
            }
            assert_eq!(found, expected, "{}: {file}", folder.display());
        }
        // The program printed `Receipt:` when the samples were made.
        let receipt = fs::read_to_string(folder.join("receipt")).unwrap();
        let proof = receipt.trim().trim_start_matches("Receipt: ");
        office.ok(&["-L", "old.ledger", "verify", "--proof", proof]);
        office.ok(&[
            "-L",
            "old.ledger",
            "verify",
            "--checkpoint",
            folder.join("checkpoint").to_str().unwrap(),
        ]);
        if folder.ends_with(PRESENT) {
            let known: BTreeSet<String> = KINDS.iter().map(ToString::to_string).collect();
            assert_eq!(kinds(&office, "old.ledger"), known, "rebuild the sample: see the top of this file");
        }
        assert_verified_by_python(&office.path("old.ledger"));
        // Entries of earlier rules stand, are named, and are corrected by the next record.
        let is_of_first = folder.ends_with(FIRST_RULES);
        let earlier = "Recorded under earlier rules: 1 award (1-2015).";
        assert_eq!(office.ok(&["-L", "old.ledger", "verify"]).contains(earlier), is_of_first);
        let read = |part: &str| fs::read_to_string(office.path("old.ledger").join(part)).unwrap();
        assert_eq!(read("ledger.toml").contains("format = 1\n"), is_of_first, "reading changes nothing");
        let paid = office.ok(&[
            "-L",
            "old.ledger",
            "pay",
            "1-2015",
            "1",
            "--date",
            "2016-03-01",
            "--reference",
            "NEW",
            // However long ago the sample was made.
            "--confirm-clock",
        ]);
        let brought = "Award 1-2015: entries recorded under earlier rules updated to version 3";
        assert_eq!(paid.contains(brought), is_of_first, "{paid}");
        // From the first recording on it is of the present format.
        assert!(read("ledger.toml").contains("format = 2\n"));
        let journal = read("journal/000000000001.jsonl");
        assert!(journal.lines().last().unwrap().contains(",\"salt\":\""), "{journal}");
        assert!(!office.ok(&["-L", "old.ledger", "verify"]).contains("earlier rules"));
        // Months that were closed before others stay so; those between are closed now.
        for month in
            (3..=12).map(|month| format!("2015-{month:02}")).chain(["2016-01", "2016-02"].map(str::to_owned))
        {
            office.ok(&["-L", "old.ledger", "close", &month, "--explain", "Not yet compared"]);
        }
        office.ok(&["-L", "old.ledger", "verify"]);
        assert_verified_by_python(&office.path("old.ledger"));
        office.ok(&["-L", "old.ledger", "rebuild"]);
        office.ok(&["-L", "old.ledger", "status"]);
        office.ok(&["-L", "old.ledger", "backup", "old.almoner", "--without-checkpoint"]);
        office.ok(&["restore", "old.almoner", "restored.ledger"]);
        tried += 1;
    }
    assert!(tried > 0, "there is no sample");
}

/// Totals as known at a record are derived without replaying grants: for every kind of record, they equal those of
/// a replay.
#[test]
fn totals_known_after_each_kind_of_record_are_those_of_a_replay() {
    [FIRST_RULES, PRESENT].into_iter().for_each(assert_totals_are_those_of_a_replay);
}

fn assert_totals_are_those_of_a_replay(sample: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.ledger");
    copy(&samples().join(sample).join("ledger"), &path);
    let (ledger, _) = Ledger::open(&path, Access::Read, &mut |_, _| {}).unwrap();
    let figures = |books: &dyn Books| {
        let of = books.reference();
        (
            books.totals().clone(),
            (of.records, of.last_recorded.clone(), of.body.clone()),
            (of.funds.clone(), of.themes.clone(), of.budgets.clone(), of.in_advance.clone()),
            (of.closed.clone(), of.indicators.clone(), of.papers.clone()),
        )
    };
    for record in 1..=ledger.head().record {
        let then = KnownAt::Record(record);
        let replayed = as_known_at(&ledger, then).unwrap();
        assert!(
            figures(&ledger.totals_as_known_at(then).unwrap().unwrap()) == figures(&replayed),
            "{record}"
        );
    }
    let now = ledger.totals_as_known_at(KnownAt::Record(ledger.head().record)).unwrap().unwrap();
    assert!(now.totals() == ledger.totals());
}

#[test]
fn a_ledger_of_a_later_format_is_refused_unchanged() {
    let office = Office::new();
    let settings = office.path("almoner.ledger/ledger.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace("format = 2", "format = 9")).unwrap();
    for words in [&["status"][..], &["verify"], &["theme", "add", "youth", "--name", "Youth"], &["rebuild"]] {
        let refused = office.refused(3, words);
        assert!(
            refused.contains("has format 9; this version of almoner reads formats 1 and 2"),
            "{words:?}: {refused}"
        );
    }
}

#[test]
#[ignore = "writes into the source tree, when the format changes"]
fn make_sample() {
    let office = Office::new();
    let proof = make(&office);
    assert_eq!(kinds(&office, "almoner.ledger"), KINDS.iter().map(ToString::to_string).collect());
    let sample = samples().join(PRESENT);
    drop(fs::remove_dir_all(&sample));
    fs::create_dir_all(sample.join("ledger")).unwrap();
    for part in PARTS {
        copy(&office.path("almoner.ledger").join(part), &sample.join("ledger").join(part));
    }
    for (file, report) in FIGURES {
        fs::write(sample.join(file), office.ok(report)).unwrap();
    }
    office.ok(&["checkpoint", "-o", "checkpoint"]);
    copy(&office.path("checkpoint"), &sample.join("checkpoint"));
    fs::write(sample.join("receipt"), proof).unwrap();
}

/// Records one of every kind. Returns the last line of proof.
fn make(office: &Office) -> String {
    let ok = |words: &[&str]| office.ok(words);
    ok(&["theme", "add", "youth", "--name", "Youth", "--objective", "Preventing crime"]);
    ok(&["theme", "add", "drugs", "--name", "Drugs"]);
    ok(&["fund", "add", "safer-streets", "--name", "Safer Streets Fund"]);
    ok(&["recipient", "add", "Open Door"]);
    ok(&["recipient", "identify", "open-door", "GB-COH-01234567"]);
    ok(&["recipient", "alias", "open-door", "Open Door (Ipswich)"]);
    ok(&["theme", "rename", "drugs", "Drugs and alcohol", "--from", "2016-04-01"]);
    ok(&["fund", "rename", "safer-streets", "Safer Streets 2", "--from", "2016-04-01"]);
    ok(&["recipient", "rename", "open-door", "Open Doors", "--from", "2016-04-01"]);
    ok(&["decision", "add", "C1-2015", "--title", "Confidential decision", "--confidential"]);
    ok(&["budget", "set", "cdr", "youth", "2015-16", "60,000"]);
    let award = |decision: &str, amount: &str, more: &[&str]| {
        let words = ["award", "--decision", decision, "--decided", "2015-04-10", "--recipient", "Open Door"];
        ok(&[&words[..], &["--amount", amount, "--purpose", "Clubs", "--theme", "youth"], more].concat());
    };
    let year = ["--from", "2015-04", "--to", "2016-03"];
    award("1-2015", "12,000", &[&["--fund", "cdr", "--power", "s9"], &year[..]].concat());
    award("2-2015", "1,000.01", &["--fund", "victims"]);
    ok(&["decision", "checklist", "1-2015", "--legal", "yes", "Counsel, 3 February 2015"]);
    award("3-2015", "500", &["--fund", "cdr"]);
    ok(&["instalment", "1-2015", "3,000", "--due", "2015-06-30"]);
    ok(&["monitoring", "milestone", "1-2015", "--due", "2015-05-31", "--name", "Worker in post"]);
    ok(&[
        "monitoring",
        "received",
        "1-2015",
        "--due",
        "2015-05-31",
        "--on",
        "2015-05-20",
        "--result",
        "In post",
    ]);
    ok(&[
        "monitoring",
        "schedule",
        "1-2015",
        "--every",
        "quarter",
        "--from",
        "2015-07-15",
        "--to",
        "2015-10-15",
        "--holds-payment",
    ]);
    ok(&[
        "monitoring",
        "received",
        "1-2015",
        "--due",
        "2015-07-15",
        "--on",
        "2015-07-13",
        "--result",
        "31 families",
    ]);
    ok(&[
        "monitoring",
        "waive",
        "1-2015",
        "--due",
        "2015-10-15",
        "--on",
        "2015-10-16",
        "--reason",
        "Late by agreement",
    ]);
    ok(&["pay", "1-2015", "3,000", "--date", "2015-07-20", "--reference", "BACS-1"]);
    ok(&["vary", "1-2015", "--by-amount", "600", "--decision", "4-2015", "--date", "2015-08-01"]);
    ok(&["extend", "1-2015", "--to", "2016-06-30", "--decision", "5-2015", "--date", "2015-09-01"]);
    ok(&[
        "repurpose",
        "1-2015",
        "--decision",
        "6-2015",
        "--date",
        "2015-10-01",
        "--purpose",
        "Support",
        "--theme",
        "drugs:50%;youth:50%",
    ]);
    ok(&["state", "2-2015", "--power", "s143", "--conditions", "None"]);
    ok(&["funding", "receive", "victims", "5,000", "--date", "2015-05-01", "--return-if-unspent"]);
    ok(&["pay", "2-2015", "400.01", "--date", "2015-06-15", "--reference", "BACS-2"]);
    ok(&["refund", "2-2015", "0.01", "--date", "2015-06-20"]);
    ok(&["withdraw", "3-2015", "--decision", "7-2015", "--date", "2015-11-01"]);
    ok(&["pay", "2-2015", "5", "--date", "2015-06-21", "--reference", "BACS-3", "--key", "run 1"]);
    ok(&["returned", "2-2015", "5", "--date", "2015-06-24", "--reference", "BACS-3"]);
    ok(&[
        "indicator",
        "add",
        "Recorded incidents",
        "--theme",
        "youth",
        "--period",
        "2015-16Q1",
        "--value",
        "1,204",
        "--source",
        "Police",
    ]);
    ok(&["paper", "add", "AP15/2", "--title", "Grants", "--date", "2015-09-11", "--decision", "1-2015"]);
    office.file("bank.csv", "Date,Text,Amount,Balance\n2015-07-21,OPEN DOOR BACS-1,-3000,9000\n");
    ok(&["reconcile", "bank.csv", "--account", "20-00-00 12345678"]);
    let mistaken = ok(&["budget", "set", "victims", "youth", "2015-16", "1"]);
    let record = mistaken.split_whitespace().skip_while(|word| *word != "record").nth(1).unwrap();
    ok(&["reverse", record, "--reason", "A slip"]);
    for month in ["2015-03", "2015-04", "2015-05"] {
        ok(&["close", month, "--explain", "The bank was changed in June"]);
    }
    ok(&["reopen", "2015-05", "--reason", "A statement came late"]);
    for month in ["2015-05", "2015-06", "2015-07"] {
        ok(&["close", month, "--explain", "The bank was changed in June"]);
    }
    ok(&["pay", "1-2015", "10", "--date", "2015-07-22", "--late"]);
    let let_in =
        ["pay", "1-2015", "20", "--date", "2015-07-23", "--post-to-closed", "Asked for by the auditor"];
    ok(&let_in);
    ok(&["user", "add", "jane", "--role", "recorder,payer,closer,approver"]);
    ok(&["user", "add", "al", "--name", "Al Green", "--role", "recorder,payer,approver"]);
    ok(&["user", "key", "al", "--make", "al.key"]);
    office.file("policy.toml", "[[rule]]\nact = \"payment\"\nover = \"10,000\"\n");
    ok(&["policy", "set", "policy.toml"]);
    let waiting = || office.json(&["pending"])["rows"][0]["record"].to_string();
    ok(&["propose", "pay", "1-2015", "30", "--date", "2015-11-20"]);
    ok(&["reject", &waiting(), "--reason", "A slip"]);
    ok(&["propose", "pay", "1-2015", "40", "--date", "2015-11-20"]);
    let approved = ok(&["approve", &waiting(), "--user", "al", "--key-file", "al.key"]);
    approved.lines().find(|line| line.starts_with("Proof: ")).unwrap().to_owned() + "\n"
}
