//! The benchmark beside other tools runs, and its figures are checked; times decide nothing here.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;

#[test]
fn the_benchmark_runs_and_its_figures_agree() {
    let version = "import sys; sys.exit(sys.version_info < (3, 11))";
    if !Command::new("python3").args(["-c", version]).output().is_ok_and(|it| it.status.success()) {
        eprintln!("python3 (3.11 or later) is not installed: the benchmark was NOT run");
        return;
    }
    let mut peers = Command::new("python3");
    peers.arg("-B").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers"));
    peers.args(["--transactions", "1000,1200", "--runs", "1", "--almoner", env!("CARGO_BIN_EXE_almoner")]);
    for slow in ["hledger", "beancount", "rustledger", "ledger", "okane", "tackler"] {
        peers.args(["--skip", slow]);
    }
    let output = peers.output().unwrap();
    let (told, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{failed}");
    for line in ["figures agree to the penny: almoner", "almoner, journal", "exponent"] {
        assert!(told.contains(line), "{line} is missing from:\n{told}\n{failed}");
    }
}
