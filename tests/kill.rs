//! Killing the program at random moments, also while it opens the ledger and repairs what an earlier kill
//! left: acknowledged records are there, half a batch never is.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::tally::{Random, rounds, tally};
use almoner_ledger::book::Books;
use almoner_ledger::grants::{Fact, Grant};
use almoner_store::folder::{Access, Ledger};
use almoner_store::verify::verify;

const ROWS: usize = 20;
/// Rounds that record to one grant, which takes 2,000 records at most.
const ROUNDS_OF_A_GRANT: u64 = 90;

fn grant_of(round: u64) -> String {
    format!("{}-2015", 1 + round / ROUNDS_OF_A_GRANT)
}

fn almoner(ledger: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_almoner"));
    command.arg("--ledger").arg(ledger).args(["--user", "tester"]);
    command.env("ALMONER_STATE", ledger.with_extension("state"));
    command
}

/// A payment with a key of its own, which is that of its reference.
fn pay(ledger: &Path, grant: &str, reference: &str) -> Command {
    let mut command = almoner(ledger);
    command.args(["pay", grant, "0.01", "--date", "2015-05-01", "--again", "--reference", reference]);
    command.args(["--key", reference]);
    command
}

fn import(ledger: &Path, file: &Path, round: u64, prefix: &str) -> Command {
    let grant = grant_of(round);
    // An amount of its own for each payment of the grant: none may be a duplicate.
    let before = round % ROUNDS_OF_A_GRANT * ROWS as u64;
    let row = |row: u64| {
        let pence = before + row + 1;
        format!("{grant},2015-06-01,{}.{:02},{prefix}-{row}\n", pence / 100, pence % 100)
    };
    let rows: String = (0..ROWS as u64).map(row).collect();
    fs::write(file, format!("award,date,amount,reference\n{rows}")).unwrap();
    let mut command = almoner(ledger);
    command.args(["import", "payments"]).arg(file);
    command
}

/// Returns the references of all payments in the ledger.
fn references(ledger: &Path) -> BTreeSet<String> {
    let (books, _) = Ledger::open(ledger, Access::Write, &mut |_, _| {}).unwrap();
    let reference = |fact: &Fact| match fact {
        Fact::Paid(payment) => payment.reference.as_ref().map(ToString::to_string),
        _ => None,
    };
    let mut references = BTreeSet::new();
    let mut note = |grant: &Grant| {
        references.extend(grant.facts().filter_map(reference));
        Ok(())
    };
    books.each_grant(&mut note).unwrap();
    references
}

/// Runs a command, kills it after a while, and returns whether it had acknowledged its records.
fn killed_after(mut command: Command, wait: Duration) -> bool {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(wait);
    let _ = child.kill();
    let mut output = String::new();
    child.stdout.take().unwrap().read_to_string(&mut output).unwrap();
    child.wait().unwrap();
    output.contains("Recorded")
}

#[test]
fn acknowledged_records_survive_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("almoner.ledger");
    let file = folder.path().join("payments.csv");
    let ok = |command: &mut Command| assert!(command.output().unwrap().status.success(), "{command:?}");
    ok(almoner(&ledger).args(["init", "--body", "Test"]));
    let rounds = rounds("ALMONER_KILL_ROUNDS", 24, 500);
    for first in (0..rounds).step_by(ROUNDS_OF_A_GRANT as usize) {
        ok(almoner(&ledger)
            .args(["award", "--decision", &grant_of(first), "--decided", "2015-01-01", "--amount", "1000000"])
            .args(["--recipient", "A recipient", "--purpose", "Work", "--theme", "a", "--add-missing"]));
    }

    let started = Instant::now();
    ok(&mut pay(&ledger, &grant_of(0), "first"));
    // How far into its run the program is killed: so that about half of the runs complete.
    let mut reach = started.elapsed().as_micros() as u64;

    let mut random = Random::new(2015);
    let mut acknowledged = BTreeSet::from(["first".to_owned()]);
    let mut batches: Vec<Vec<String>> = Vec::new();
    let (mut cut, mut whole, mut with_repair) = (0, 0, 0);
    for round in 0..rounds {
        let grant = grant_of(round);
        let is_import = random.below(2) == 0;
        let name = format!("{}{round}", if is_import { "F" } else { "P" });
        let micros = random.below(reach * 2);
        let command =
            if is_import { import(&ledger, &file, round, &name) } else { pay(&ledger, &grant, &name) };
        let names: Vec<String> =
            if is_import { (0..ROWS).map(|row| format!("{name}-{row}")).collect() } else { vec![name] };
        // Every third time there is something to repair, so that the program may be killed during the repair.
        if round % 3 == 0 {
            with_repair += 1;
            leave_something_to_repair(&ledger, &mut random);
        }
        if killed_after(command, Duration::from_micros(micros)) {
            acknowledged.extend(names.iter().cloned());
            reach -= reach / 16;
        } else {
            reach += reach / 16;
        }
        batches.push(names);
        // Mostly the next program finds the ledger as the last one left it.
        if random.below(4) != 0 && round + 1 < rounds {
            continue;
        }
        let recorded = references(&ledger);
        assert!(acknowledged.is_subset(&recorded), "round {round}: an acknowledged record is lost");
        for names in batches.drain(..) {
            let there = names.iter().filter(|name| recorded.contains(*name)).count();
            let all = names.len();
            assert!(
                there == 0 || there == all,
                "by round {round}: {there} of {all} rows of {names:?} are there"
            );
            if there == 0 { cut += 1 } else { whole += 1 }
        }
    }
    // What was acknowledged with a key is not recorded again, and what was not is recorded once.
    let head = || Ledger::open(&ledger, Access::Read, &mut |_, _| {}).unwrap().0.head();
    let before = head();
    for name in acknowledged.iter().filter(|name| name.starts_with('P')).rev().take(10) {
        let round = name[1..].parse().unwrap();
        ok(&mut pay(&ledger, &grant_of(round), name));
        assert_eq!(head(), before, "{name}");
    }
    assert_eq!(verify(&ledger, &mut |_, _| {}).unwrap().findings, []);
    println!("{cut} rounds were cut before anything was recorded, {whole} after");
    assert!(cut > rounds / 20 && whole > rounds / 20, "{cut} cut, {whole} whole: the moments are not random");
    tally("kills at a random moment", rounds);
    tally("of them with something to repair first", with_repair);
}

/// Leaves what an earlier kill may have left: the beginning of a line, or an index without one of its files, with an
/// unfinished one, or half rebuilt.
fn leave_something_to_repair(ledger: &Path, random: &mut Random) {
    let index = ledger.join("index");
    match random.below(5) {
        0 | 1 => {
            let mut journal =
                OpenOptions::new().append(true).open(ledger.join("journal/000000000001.jsonl")).unwrap();
            journal.write_all(br#"{"n":7,"at":"2026-11-21T10:"#).unwrap();
        }
        2 => {
            let Ok(entries) = fs::read_dir(&index) else { return };
            let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
            files.sort();
            if !files.is_empty() {
                let _ = fs::remove_file(&files[random.below(files.len() as u64) as usize]);
            }
        }
        3 => {
            let _ = fs::write(index.join("unfinished-7-1"), "half a run");
        }
        _ => {
            let _ = fs::rename(&index, ledger.join("index.old"));
        }
    }
}
