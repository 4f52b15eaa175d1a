//! The pages in a browser: `tests/browser/run`, where what it needs is installed.

use std::path::Path;
use std::process::Command;

/// The exit code of the script where something is not installed.
const NOT_INSTALLED: i32 = 77;

#[test]
fn the_pages_are_whole_in_a_browser() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/run");
    let output = Command::new("bash").arg(script).arg(env!("CARGO_BIN_EXE_almoner")).output().unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let is_required = std::env::var_os("ALMONER_BROWSER").is_some();
    match output.status.code() {
        Some(0) => println!("{said}"),
        Some(NOT_INSTALLED) if !is_required => println!("skipped: {said}"),
        _ => panic!("{said}"),
    }
}
