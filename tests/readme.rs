//! Every command in the README is run, in order, and prints what the README says it prints.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod console;

use std::fs;
use std::path::Path;

#[test]
fn every_command_of_the_readme_does_what_it_says() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let steps = console::steps(&readme);
    assert!(steps.len() > 20, "the README has lost its commands");
    for step in steps {
        // The command that runs this test.
        if step.command.starts_with("cargo test") {
            continue;
        }
        // What cargo would build and run is what this test was built with.
        let command = step.command.replace("cargo run --release --", "almoner");
        let (code, output) = console::run(&command, folder.path(), &[]);
        assert_eq!(code, step.code, "{}\n{output}", step.command);
        if !step.output.is_empty() {
            let matched =
                snapbox::Assert::new().try_eq(Some(&step.command), output.into(), step.output.into());
            matched.unwrap_or_else(|error| panic!("{}\n{error}", step.command));
        }
    }
}
