//! The benchmarks run, and their figures are checked; times decide nothing here. The quick tier runs the shortest.

use crate::tally::is_soak;

use std::path::Path;
use std::process::Command;

/// Runs a benchmark, which must find all figures right, and checks that it prints these words.
fn benchmark(name: &str, arguments: &[&str], words: &[&str]) {
    let version = "import sys; sys.exit(sys.version_info < (3, 11))";
    if !Command::new("python3").args(["-c", version]).output().is_ok_and(|it| it.status.success()) {
        eprintln!("python3 (3.11 or later) is not installed: the benchmark was NOT run");
        return;
    }
    let mut python = Command::new("python3");
    python.arg("-B").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches").join(name));
    let output = python.args(arguments).args(["--almoner", env!("CARGO_BIN_EXE_almoner")]).output().unwrap();
    let (printed, failed) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{failed}");
    for word in words {
        assert!(printed.contains(word), "{word} is missing from:\n{printed}\n{failed}");
    }
}

#[test]
fn the_benchmark_beside_other_tools_runs() {
    if !is_soak() {
        return;
    }
    let mut arguments = vec!["--transactions", "1000,1200", "--runs", "1"];
    for slow in ["hledger", "beancount", "rustledger", "ledger", "okane", "tackler"] {
        arguments.extend(["--skip", slow]);
    }
    let words = ["figures agree to the penny: almoner", "almoner, journal", "exponent"];
    benchmark("peers", &arguments, &words);
}

#[cfg(feature = "web")]
#[test]
fn the_benchmark_of_the_pages_runs() {
    if !is_soak() {
        return;
    }
    let arguments =
        ["--transactions", "1000", "--rows", "100", "--runs", "1", "--readers", "2", "--each", "2"];
    let words = [
        "figures agree to the penny: pages, command",
        "2 readers: record it",
        "import: record it",
        "later-2: most while it is recorded",
    ];
    benchmark("pages", &arguments, &words);
}

#[test]
fn the_benchmark_beside_an_import_and_readers_runs() {
    let arguments = ["--transactions", "1000", "--rows", "200", "--runs", "1", "--readers", "2"];
    let words = [
        "figures agree to the penny: almoner",
        "one payment, durable",
        "and 2 readers",
        "import later-2.csv",
    ];
    benchmark("beside", &arguments, &words);
}
