//! The second verifier, `verify_journal.py`, shares no code with the program and must agree with it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::office::{Model, Office};
use crate::tally::rounds;
use almoner_ledger::hash::Hash;
use serde_json::Value;

type Totals = BTreeMap<String, BTreeMap<String, String>>;

/// Returns whether Python is installed; without it a message is printed, and only `.ci/run` requires it.
fn has_python() -> bool {
    let there = Command::new("python3").arg("--version").output().is_ok_and(|it| it.status.success());
    if !there {
        eprintln!("python3 is not installed: the second verifier was NOT run");
    }
    there
}

fn second(ledger: &Path, as_at: Option<&str>) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify_journal.py");
    let mut command = Command::new("python3");
    command.arg(script).arg(ledger);
    if let Some(as_at) = as_at {
        command.args(["--as-at", as_at]);
    }
    command.output().unwrap()
}

fn second_json(ledger: &Path, as_at: Option<&str>) -> Value {
    let output = second(ledger, as_at);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn totals(value: &Value) -> Totals {
    serde_json::from_value(value["totals"].clone()).unwrap()
}

/// Returns the balances of a trial balance, debit positive, without zero balances.
fn of_trial_balance(report: &Value) -> Totals {
    let mut totals = Totals::new();
    for fund in report["funds"].as_array().unwrap() {
        for set in ["real", "memorandum"] {
            for account in fund[set]["accounts"].as_array().unwrap() {
                let (debit, credit) =
                    (account["debit"].as_str().unwrap(), account["credit"].as_str().unwrap());
                let balance = if credit == "0.00" { debit.to_owned() } else { format!("-{credit}") };
                if balance != "0.00" {
                    let name = account["account"].as_str().unwrap().to_owned();
                    let fund = fund["fund"].as_str().unwrap().to_owned();
                    totals.entry(fund).or_default().insert(name, balance);
                }
            }
        }
    }
    totals
}

/// Passes the income and expenditure of earlier years, as they were at the end of the last one, to reserves.
fn with_results_passed(mut now: Totals, before: &Totals) -> Totals {
    let pence = |text: &String| text.replace('.', "").parse::<i64>().unwrap();
    let pounds = |pence: i64| {
        let sign = if pence < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", pence.abs() / 100, pence.abs() % 100)
    };
    for (fund, accounts) in before {
        let of_fund = now.entry(fund.clone()).or_default();
        for (account, passed) in accounts {
            let passes = ["income:", "expenditure:", "reserves:prior-period"];
            if !passes.iter().any(|kind| account.starts_with(kind)) {
                continue;
            }
            for (account, change) in [(account.as_str(), -pence(passed)), ("reserves:general", pence(passed))]
            {
                let balance = of_fund.get(account).map_or(0, pence) + change;
                match balance {
                    0 => of_fund.remove(account),
                    _ => of_fund.insert(account.to_owned(), pounds(balance)),
                };
            }
        }
    }
    now.retain(|_, accounts| !accounts.is_empty());
    now
}

/// An office with every kind of event that posts.
fn office() -> Office {
    static MODEL: Model = Model::new();
    MODEL.office(made)
}

fn made() -> Office {
    let office = Office::new();
    // A batch that is long enough to have seals.
    let row =
        |nth: u32| format!("1-2015,2015-07-{:02},{}.{:02},P{nth}\n", nth % 28 + 2, nth / 99, nth % 99 + 1);
    office.file(
        "payments.csv",
        format!("award,date,amount,reference\n{}", (0..140).map(row).collect::<String>()),
    );
    for line in [
        "award --decision 1-2015 --decided 2015-01-22 --recipient Open --amount 9000.01 --purpose Work --theme \
         youth:60%;families:40% --fund cdr --from 2015-02-10 --to 2016-01-31 --add-missing",
        "award --decision 2-2015 --decided 2015-02-22 --recipient Other --amount 777.77 --purpose Work --theme \
         youth --add-missing",
        "funding receive victims 5000 --from Ministry --date 2015-04-01",
        "budget set cdr youth 2015-16 20000",
        "pay 1-2015 1000 --date 2015-02-11",
        "pay 2-2015 777.77 --date 2015-03-01",
        "refund 2-2015 7.70 --date 2015-05-01",
        "repurpose 1-2015 --decision 3-2015 --date 2015-06-15 --purpose Else --theme families --include-past",
        "vary 1-2015 --by-amount -1000.01 --date 2015-07-01",
        "close 2015-01",
        "close 2015-02",
        "pay 1-2015 5 --date 2015-02-20 --late",
        "close 2015-03",
        "correct 1-2015 --amount 9500.01 --reason Slip --prior-period Audit",
        // A power that is stated later moves what was posted before.
        "state 2-2015 --power s143",
        "import payments payments.csv",
        "withdraw 1-2015 --date 2015-11-05",
        "user add jane --role approver,recorder,payer,closer",
        "user add al --role recorder,payer",
        // A proposal posts once it is approved.
        "propose funding receive cdr 250.50 --from Trust --date 2015-12-01 --user al",
    ] {
        office.ok(&line.split_whitespace().collect::<Vec<_>>());
    }
    let proposal = office.json(&["pending"])["rows"][0]["record"].to_string();
    office.ok(&["approve", &proposal]);
    office.ok(&["propose", "funding", "receive", "cdr", "999", "--from", "Nobody", "--date", "2015-12-02"]);
    office
}

#[test]
fn both_verifiers_agree() {
    if !has_python() {
        return;
    }
    let office = office();
    let ledger = office.path("almoner.ledger");
    let verified = office.ok(&["verify"]);
    let theirs = second_json(&ledger, None);
    let head = format!("Head: record {}, {}", theirs["record"], theirs["hash"].as_str().unwrap());
    assert!(verified.contains(&head), "{verified}{head}");
    let proof = format!("Proof: {}/", theirs["ledger"].as_str().unwrap());
    assert!(verified.contains(&proof), "{verified}{proof}");
    // What the last commit states is what the postings come to.
    let journal = fs::read_to_string(ledger.join("journal/000000000001.jsonl")).unwrap();
    let state = format!("\"state\":{{\"rules\":3,\"hash\":{}}}", theirs["state"]);
    assert!(journal.lines().last().unwrap().contains(&state), "{state}");
    let checkpoint: Value = serde_json::from_str(&office.ok(&["checkpoint"])).unwrap();
    assert_eq!(totals(&theirs), totals(&checkpoint));
    assert!(totals(&theirs).len() >= 3, "{theirs}");
    for (year, before, as_at) in [
        ("2014-15", "2014-03-31", "2015-03-31"),
        ("2015-16", "2015-03-31", "2016-03-31"),
        ("2020-21", "2020-03-31", "2021-03-31"),
    ] {
        let report = office.json(&["report", "trial-balance", "--fy", year]);
        let before = second_json(&ledger, Some(before));
        let now = totals(&second_json(&ledger, Some(as_at)));
        assert_eq!(with_results_passed(now, &totals(&before)), of_trial_balance(&report), "{as_at}");
    }
}

#[test]
fn both_verifiers_detect_changed_bytes() {
    if !has_python() {
        return;
    }
    let office = office();
    let ledger = office.path("almoner.ledger");
    let path = ledger.join("journal/000000000001.jsonl");
    let bytes = fs::read(&path).unwrap();
    let rounds = usize::try_from(rounds("ALMONER_BOTH", 5, 20)).unwrap();
    for round in 0..rounds {
        let mut altered = bytes.clone();
        let at = bytes.len() * round / rounds;
        altered[at] ^= 1 << (round % 8);
        fs::write(&path, &altered).unwrap();
        assert!(!second(&ledger, None).status.success(), "byte {at}");
        assert_eq!(office.run(&["verify"]).status.code(), Some(3), "byte {at}");
    }
    let end = bytes.iter().rposition(|byte| *byte == b'{').unwrap();
    fs::write(&path, &bytes[..end]).unwrap();
    assert!(!second(&ledger, None).status.success());
}

/// Returns an example from the description of the format.
fn example(name: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/format.md");
    let page = fs::read_to_string(page).unwrap();
    page.split(&format!("```{name}\n")).nth(1).unwrap().split("```").next().unwrap().to_owned()
}

#[test]
fn both_verifiers_read_the_examples_of_the_format() {
    let office = Office::new();
    let ledger = office.path("example.ledger");
    fs::create_dir_all(ledger.join("journal")).unwrap();
    fs::write(ledger.join("ledger.toml"), example("settings")).unwrap();
    fs::write(ledger.join("head"), example("head")).unwrap();
    fs::write(ledger.join("journal/000000000001.jsonl"), example("journal")).unwrap();
    office.file("example.checkpoint", example("checkpoint"));
    office.ok(&["-L", "example.ledger", "rebuild"]);
    let proof = example("receipt");
    let verify = ["-L", "example.ledger", "verify", "--checkpoint", "example.checkpoint", "--proof", &proof];
    let verified = office.ok(&verify);
    assert_eq!(verified.matches("Proved: ").count(), 2, "{verified}");
    if has_python() {
        let checkpoint: Value = serde_json::from_str(&example("checkpoint")).unwrap();
        assert_eq!(totals(&second_json(&ledger, None)), totals(&checkpoint));
    }
}

/// The example of the format with its last lines altered and closed again: what only the content shows.
fn closed_again(office: &Office, name: &str, alter: impl Fn(&mut String)) -> PathBuf {
    let ledger = office.path(name);
    fs::create_dir_all(ledger.join("journal")).unwrap();
    fs::write(ledger.join("ledger.toml"), example("settings")).unwrap();
    let journal = example("journal");
    let (before, last) = journal.trim_end().rsplit_once("{\"n\":8,").unwrap();
    let (body, _) = last.rsplit_once(",\"hash\":\"").unwrap();
    let mut run = format!("{{\"n\":8,{body}");
    alter(&mut run);
    let hash = Hash::of(run.as_bytes());
    let text = format!("{before}{run},\"hash\":\"{hash}\"}}\n");
    fs::write(ledger.join("journal/000000000001.jsonl"), &text).unwrap();
    let bytes = text.len();
    let head =
        format!("{{\"record\":8,\"hash\":\"{hash}\",\"segment\":\"000000000001.jsonl\",\"bytes\":{bytes}");
    let check = Hash::of(head.as_bytes()).to_string();
    fs::write(ledger.join("head"), format!("{head},\"check\":\"{}\"}}\n", &check[..16])).unwrap();
    ledger
}

#[test]
fn both_verifiers_name_what_is_wrong_with_a_commit() {
    let office = Office::new();
    let replace = |from: &'static str, to: &'static str| {
        move |run: &mut String| {
            assert!(run.contains(from), "{run}");
            *run = run.replace(from, to);
        }
    };
    type Alter<'a> = Box<dyn Fn(&mut String) + 'a>;
    let salt = format!(",\"salt\":\"{}\"", "03".repeat(16));
    let without = |run: &mut String| {
        let state = run.find(",\"state\":").unwrap();
        let end = run.find("},\"salt\"").unwrap();
        run.replace_range(state..=end, "");
        let request = run.find(",\"request\":").unwrap();
        run.replace_range(request..request + 77, "");
        *run = run.replace(&salt, "");
    };
    let cases: [(&str, Alter<'_>, &str); 8] = [
        ("as it is", Box::new(|_| {}), ""),
        (
            "the state of another payment",
            Box::new(replace("\"60.50\"]", "\"60.51\"]")),
            "damage: the commit of record 8 states totals that differ",
        ),
        (
            "a state of other rules",
            Box::new(|run| {
                *run = run.replace("\"rules\":3,\"hash\":\"52", "\"rules\":4,\"hash\":\"53");
            }),
            "",
        ),
        (
            "another state",
            Box::new(replace("\"rules\":3,\"hash\":\"52", "\"rules\":3,\"hash\":\"53")),
            "damage: the commit of record 8 states totals that differ",
        ),
        ("no salt and state after others", Box::new(without), "the line has no salt"),
        ("a digest with a digit too many", Box::new(replace("\"request\":\"", "\"request\":\"0")), "digest"),
        (
            "a reason for an adjustment that is not there",
            Box::new(replace("\"60.50\"]]]}", "\"60.50\"]],{\"prior_period\":\"Audit\"}]}")),
            "a reason for a prior period adjustment",
        ),
        ("an entry that does not balance", Box::new(replace("[\"paid\",", "[\"assets:bank\",")), "balance"),
    ];
    for (number, (what, alter, expected)) in cases.into_iter().enumerate() {
        let name = format!("altered-{number}.ledger");
        let ledger = closed_again(&office, &name, alter);
        // As on a computer that has seen none of these histories.
        let _ = fs::remove_dir_all(office.path(".state"));
        let output = office.run(&["-L", &name, "verify"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains(expected), "{what}: {said}");
        assert_eq!(output.status.success(), expected.is_empty(), "{what}: {said}");
        if has_python() {
            let second = second(&ledger, None);
            let errors = String::from_utf8_lossy(&second.stderr).into_owned();
            assert_eq!(second.status.success(), expected.is_empty(), "{what}: {errors}");
        }
    }
}
