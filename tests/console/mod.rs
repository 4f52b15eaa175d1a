//! The commands in the `console` blocks of a page, each with its exit code and what it prints.

#![allow(dead_code)]

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use regex::Regex;

/// What differs from run to run, the longest first, and its placeholder. Days before 2026 are those of the
/// files; later ones come from the clock.
const REDACTED: &[(&str, &str)] = &[
    (r"\b[0-9a-f]{128}\b", "[SIGNATURE]"),
    (r"\b[0-9a-f]{64}\b", "[HASH]"),
    (r"\b[0-9a-f]{32}\b", "[LEDGER]"),
    (r"\b[0-9a-f]{20}\b", "[MARK]"),
    (r"\b[0-9a-f]{16}…", "[HASH16]…"),
    (r"\b([0-9a-f]{4} ){7}[0-9a-f]{4}\b", "[FINGERPRINT]"),
    // Not the name of a file of the journal.
    (r"(?P<before>^|[^/0-9a-f])[0-9a-f]{12}\b", "${before}[HEAD]"),
    (r"\b20(2[6-9]|[3-9]\d)-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?( UTC|Z)?", "[MOMENT]"),
    (r"\b20(2[6-9]|[3-9]\d)-\d\d-\d\d\b", "[TODAY]"),
    (r"\b\d{1,2} [A-Z][a-z]{2,8} 20(2[6-9]|[3-9]\d),? \d\d:\d\d(:\d\d)? UTC", "[MOMENT]"),
    // In a column, a day of one digit is below the second digit of others.
    (r" {3}\d [A-Z][a-z]{2} 20(2[6-9]|[3-9]\d) \d\d:\d\d\b", "  [MOMENT]"),
    (r"\b\d{1,2} [A-Z][a-z]{2,8} 20(2[6-9]|[3-9]\d),? \d\d:\d\d(:\d\d)?", "[MOMENT]"),
    (r"\b\d{1,2} [A-Z][a-z]{2,8} 20(2[6-9]|[3-9]\d)\b", "[TODAY]"),
];

/// A command of a page, the exit code that it must have and the output that the page shows.
#[derive(Debug)]
pub struct Step {
    /// The line of the page that it stands on, the first being 0.
    pub line: usize,
    pub command: String,
    pub code: i32,
    pub output: String,
}

/// Where a line of a page belongs.
enum Line<'a> {
    Text,
    Command(&'a str),
    Code(i32),
    Output,
}

/// Calls `take` with every line of a page, its number and where it belongs: `$ ` begins a command, and
/// `? N` gives an exit code that is not 0.
fn for_each_line<'a>(page: &'a str, mut take: impl FnMut(usize, &'a str, Line<'_>)) {
    let mut in_block = false;
    for (number, line) in page.lines().enumerate() {
        let kind = if line.starts_with("```") {
            in_block = line == "```console";
            Line::Text
        } else if !in_block {
            Line::Text
        } else if let Some(command) = line.strip_prefix("$ ") {
            Line::Command(command)
        } else if let Some(code) = line.strip_prefix("? ") {
            Line::Code(code.parse().unwrap())
        } else {
            Line::Output
        };
        take(number, line, kind);
    }
}

/// The commands of a page, in order.
pub fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for_each_line(page, |number, line, kind| match (kind, steps.last_mut()) {
        (Line::Command(command), _) => {
            steps.push(Step { line: number, command: command.to_owned(), code: 0, output: String::new() });
        }
        (Line::Code(code), Some(step)) => step.code = code,
        (Line::Output, Some(step)) => writeln!(step.output, "{line}").unwrap(),
        _ => {}
    });
    steps
}

/// The page with other answers, which are given in the order of its commands.
pub fn with_answers(page: &str, answers: &[(i32, String)]) -> String {
    let (mut written, mut answers) = (String::new(), answers.iter());
    for_each_line(page, |_, line, kind| match kind {
        Line::Text => writeln!(written, "{line}").unwrap(),
        Line::Command(_) => {
            writeln!(written, "{line}").unwrap();
            let (code, output) = answers.next().unwrap();
            if *code != 0 {
                writeln!(written, "? {code}").unwrap();
            }
            written.push_str(output);
        }
        Line::Code(_) | Line::Output => {}
    });
    written
}

/// Runs a command in a folder, with the program of this build in the place of an installed one, and returns
/// its exit code and all that it printed.
pub fn run(command: &str, folder: &Path, variables: &[(&str, &Path)]) -> (i32, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_almoner")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command}; }} 2>&1")])
        .current_dir(folder)
        .env("PATH", path)
        .env("ALMONER_USER", "jane")
        .env("COLUMNS", "100")
        .env_remove("ALMONER_LEDGER")
        .env("ALMONER_STATE", folder.join(".state"))
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

/// The patterns of what differs from run to run, each with its placeholder.
pub fn patterns() -> Vec<(Regex, &'static str)> {
    REDACTED.iter().map(|(pattern, placeholder)| (Regex::new(pattern).unwrap(), *placeholder)).collect()
}

/// What a command printed, with placeholders for what differs from run to run.
pub fn redacted(output: &str, folder: &Path, patterns: &[(Regex, &'static str)]) -> String {
    let mut output = output
        .replace(folder.to_str().unwrap(), "[FOLDER]")
        .replace(&format!("almoner {}", env!("CARGO_PKG_VERSION")), "almoner [VERSION]");
    for (pattern, placeholder) in patterns {
        output = pattern.replace_all(&output, *placeholder).into_owned();
    }
    if !output.is_empty() && !output.ends_with('\n') {
        output.push('\n');
    }
    output
}
