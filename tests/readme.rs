//! Every command in the README is run, in order, and prints what the README says it prints.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::Command;

/// A command of the README, the exit code it must have and the output it shows.
#[derive(Debug)]
struct Step {
    command: String,
    code: i32,
    output: String,
}

/// The commands of the `console` blocks: `$ ` begins one, `? N` gives an exit code that is not 0.
fn steps(readme: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut in_block = false;
    for line in readme.lines() {
        if line.starts_with("```") {
            in_block = line == "```console";
        } else if !in_block {
        } else if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step { command: command.to_owned(), code: 0, output: String::new() });
        } else if let Some(step) = steps.last_mut() {
            match line.strip_prefix("? ") {
                Some(code) => step.code = code.parse().unwrap(),
                None => step.output.push_str(&format!("{line}\n")),
            }
        }
    }
    steps
}

/// Runs a command in a folder, with the program of this build in the place of an installed one.
fn run(command: &str, folder: &Path) -> (i32, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_almoner")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    // What cargo would build and run is what this test was built with.
    let command = command.replace("cargo run --release --", "almoner");
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command}; }} 2>&1")])
        .current_dir(folder)
        .env("PATH", path)
        .env("ALMONER_USER", "jane")
        .env("COLUMNS", "100")
        .env_remove("ALMONER_LEDGER")
        .output()
        .unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn every_command_of_the_readme_does_what_it_says() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let steps = steps(&readme);
    assert!(steps.len() > 20, "the README has lost its commands");
    for step in steps {
        // The command that runs this test.
        if step.command.starts_with("cargo test") {
            continue;
        }
        let (code, output) = run(&step.command, folder.path());
        assert_eq!(code, step.code, "{}\n{output}", step.command);
        if !step.output.is_empty() {
            let matched =
                snapbox::Assert::new().try_eq(Some(&step.command), output.into(), step.output.into());
            matched.unwrap_or_else(|error| panic!("{}\n{error}", step.command));
        }
    }
}
