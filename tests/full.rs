//! Writes that the system refuses: a file may not grow beyond some size, at every size in turn. What was
//! acknowledged stays, the program says what happened, and reading goes on.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod office;
#[path = "../ledger/tests/common/tally.rs"]
mod tally;

use std::path::Path;
use std::process::{Command, Output};

use office::Office;
use tally::tally;

/// Runs the program with files limited to so many blocks. When the limit is met, it gets an error, or is
/// stopped by a signal if `stopped`.
fn limited(office: &Office, ledger: &Path, blocks: u64, stopped: bool, arguments: &[&str]) -> Output {
    let trap = if stopped { "" } else { "trap '' XFSZ; " };
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("ulimit -c 0; ulimit -f {blocks}; {trap}exec \"$0\" \"$@\""));
    command.arg(env!("CARGO_BIN_EXE_almoner")).arg("--ledger").arg(ledger).args(arguments);
    command.env("ALMONER_USER", "jane").current_dir(office.path("."));
    command.output().unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

#[test]
fn a_limit_of_any_size_loses_nothing_that_was_acknowledged() {
    let office = Office::new();
    let award = ["award", "--decision", "1-2015", "--decided", "2015-01-01", "--amount", "1000"];
    office
        .ok(&[&award[..], &["--recipient", "A", "--purpose", "Work", "--theme", "a", "--add-missing"]]
            .concat());
    office.ok(&["pay", "1-2015", "1", "--date", "2015-05-01"]);
    let (mut limits, mut refused) = (0, 0);
    let blocks = (0..=16).chain([20, 30, 60, 100, 300, 600, 900, 1100, 2000, 5000]);
    for (number, blocks) in blocks.flat_map(|it| [(it, false), (it, true)]).enumerate() {
        let ledger = office.path(&format!("{number}.ledger"));
        copy(&office.path("almoner.ledger"), &ledger);
        let name = ledger.to_str().unwrap().to_owned();
        let (blocks, stopped) = blocks;
        let pay = ["pay", "1-2015", "10", "--date", "2015-06-01", "--key", "the key"];
        let output = limited(&office, &ledger, blocks, stopped, &pay);
        let said = String::from_utf8_lossy(&output.stderr);
        let is_acknowledged = String::from_utf8_lossy(&output.stdout).contains("Recorded as record");
        limits += 1;
        if !is_acknowledged {
            refused += 1;
            assert!(
                stopped || output.status.code() == Some(3),
                "{blocks} blocks: {:?} {said}",
                output.status
            );
            assert!(
                stopped || said.contains("could not") || said.contains("cannot"),
                "{blocks} blocks: {said}"
            );
        }
        assert!(!said.contains("panicked"), "{blocks} blocks: {said}");
        // As much can be read as was acknowledged, at once and within the same limit.
        let report = ["report", "grants", "--format", "csv"];
        for output in [
            limited(&office, &ledger, blocks, false, &report),
            office.run(&[&["-L", &name][..], &report].concat()),
        ] {
            let csv = String::from_utf8_lossy(&output.stdout).into_owned();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{blocks} blocks: {said}");
            assert!(csv.contains(",11.00,") || !is_acknowledged && csv.contains(",1.00,"), "{blocks}: {csv}");
        }
        // Sent again, it is recorded once.
        office.ok(&[&["-L", &name][..], &pay].concat());
        assert!(office.ok(&[&["-L", &name][..], &report].concat()).contains(",11.00,"));
        office.ok(&["-L", &name, "verify"]);
    }
    assert!(refused > 5 && refused < limits, "{refused} of {limits}");
    println!("{limits} limits, of which {refused} kept the payment from being recorded");
    tally("limits to the size of files", limits);
}
