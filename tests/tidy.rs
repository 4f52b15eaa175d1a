//! House rules that the compiler does not keep: which part may know of which, how long a file
//! may be, and what may not stand in it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "tidy/circles.rs"]
mod circles;
#[path = "tidy/crates.rs"]
mod crates;
#[path = "tidy/modules.rs"]
mod modules;
#[path = "tidy/words.rs"]
mod words;

use std::fs;
use std::path::{Path, PathBuf};

/// The core's modules from the bottom up. A module may use those of its own row and those above
/// it in this table, never those below.
const LAYERS: &[&[&str]] = &[
    &["money", "text", "worded", "guarded", "hash", "json", "audience", "signing"],
    &["calendar", "clock", "ids"],
    &["head", "marks", "accounts", "closed", "checklist", "split"],
    &["funds", "themes", "written"],
    &["entry", "allocation"],
    &["recipients", "decisions", "grants", "papers", "indicators", "reconciliation", "users", "policy"],
    &["publication"],
    &["attention", "budgets", "funders", "events", "command", "remedy", "listing"],
    &["authority", "totals"],
    &["rejection"],
    &["book"],
    &["withholding"],
    &["decide", "reports", "invariants"],
];

/// What a part of the tree may not mention, beyond the order of the layers.
const UNKNOWN_TO: &[(&str, &[&str])] = &[
    (
        "store/src",
        &[
            "almoner_ledger::{",
            "almoner_ledger::command",
            "almoner_ledger::decide",
            "almoner_ledger::reports",
            "almoner_ledger::rejection",
        ],
    ),
    ("ledger/src", &["almoner_store"]),
    ("ledger/src/reports", &["crate::command", "crate::decide"]),
    ("ledger/src/decide", &["crate::reports"]),
    ("imports/src", &["almoner_store", "almoner_ledger::reports"]),
    ("papers/src", &["almoner_store", "clap", "std::env", "std::time"]),
    ("papers/src/render", &["almoner_ledger::book", "almoner_ledger::reports"]),
    ("papers/src/sheet.rs", &["almoner_ledger::book", "almoner_ledger::reports"]),
    ("src/context.rs", &["crate::commands", "clap"]),
    ("app/src", &["clap", "std::env", "std::io", "Instant", "indicatif"]),
    ("src/confirmation", &["crate::commands"]),
];

const LONGEST_FILE: usize = 700;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    if folder.is_file() {
        return vec![folder.to_owned()];
    }
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            let is_rust = path.extension().is_some_and(|extension| extension == "rs");
            if path.is_dir() || is_rust { rust_files(&path) } else { Vec::new() }
        })
        .collect();
    files.sort();
    files
}

/// The code of a file, without its unit tests and comments.
fn code(file: &Path) -> String {
    if file.components().any(|part| part.as_os_str() == "tests") || file.ends_with("tests.rs") {
        return String::new();
    }
    let text = fs::read_to_string(file).unwrap();
    let before_tests = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
    before_tests.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn layer_of(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

#[test]
fn dependencies_of_the_core_go_one_way() {
    let core = root().join("ledger/src");
    let mut wrong = Vec::new();
    for file in rust_files(&core) {
        let relative = file.strip_prefix(&core).unwrap();
        let module = relative.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
        if module == "lib" {
            continue;
        }
        let own = layer_of(&module).unwrap_or_else(|| panic!("{module} has no layer; add it to the table"));
        for used in code(&file).split("crate::").skip(1) {
            let name: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if layer_of(&name).is_some_and(|layer| layer > own) {
                wrong.push(format!("{} uses {name}", relative.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn parts_do_not_know_what_is_not_theirs() {
    let mut wrong = Vec::new();
    for (part, unknown) in UNKNOWN_TO {
        let mut files = rust_files(&root().join(part));
        files.extend(rust_files(&root().join(format!("{part}.rs"))));
        assert!(!files.is_empty(), "{part} is not there");
        for file in files {
            let code = code(&file);
            let mentioned = unknown.iter().filter(|name| code.contains(*name));
            wrong.extend(mentioned.map(|name| format!("{} uses {name}", file.display())));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The texts of a program: its string literals.
fn literals(code: &str) -> Vec<String> {
    let without_quotes = code.replace("'\"'", "''");
    let literal = regex::Regex::new(r#""(?:[^"\\]|\\[\s\S])*""#).unwrap();
    literal.find_iter(&without_quotes).map(|found| found.as_str().to_owned()).collect()
}

/// The crates whose texts name no command and no flag: the command line says them.
const UNAWARE_OF_THE_COMMAND_LINE: &[&str] =
    &["app/src", "imports/src", "ledger/src", "papers/src", "store/src", "web/src"];

#[test]
fn crates_below_do_not_know_the_command_line() {
    let of_the_command_line = regex::Regex::new(r"`almoner |(?:^|[^\w(-])--[a-z]").unwrap();
    assert!(
        literals("x('\"', \"use `almoner diff`\")").iter().any(|text| of_the_command_line.is_match(text))
    );
    assert!(literals(r#"x("say \"--late\"")"#).iter().any(|text| of_the_command_line.is_match(text)));
    // The store writes the name of the program into files; papers have no such texts.
    let of_papers = regex::Regex::new(r"\balmoner ").unwrap();
    let mut wrong = Vec::new();
    for part in UNAWARE_OF_THE_COMMAND_LINE {
        let names = |text: &str| {
            of_the_command_line.is_match(text) || *part == "papers/src" && of_papers.is_match(text)
        };
        for file in rust_files(&root().join(part)) {
            let texts = literals(&code(&file)).into_iter().filter(|text| names(text));
            wrong.extend(texts.map(|text| format!("{}: {text}", file.display())));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_context_knows_clock_user_and_environment() {
    let mut wrong = Vec::new();
    for folder in ["ledger/src", "store/src", "imports/src", "papers/src", "app/src", "web/src", "src"] {
        for file in rust_files(&root().join(folder)) {
            let code = code(&file);
            for word in ["Utc::now", "SystemTime::now", "env::var"] {
                if code.contains(word) && !file.ends_with("src/context.rs") {
                    wrong.push(format!("{} uses {word}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_are_short_enough_to_read() {
    let mut wrong = Vec::new();
    for folder in ["ledger", "store", "imports", "papers", "app", "web", "src", "tests", "benches", "fuzz"] {
        for file in rust_files(&root().join(folder)) {
            let lines = fs::read_to_string(&file).unwrap().lines().count();
            if lines > LONGEST_FILE {
                wrong.push(format!("{} has {lines} lines", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_stray_stands_at_the_top() {
    let expected = [
        ".ci",
        ".git",
        ".gitattributes",
        ".github",
        ".gitignore",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "app",
        "benches",
        "clippy.toml",
        "deny.toml",
        "docs",
        "fuzz",
        "imports",
        "justfile",
        "ledger",
        "packaging",
        "papers",
        "rustfmt.toml",
        "src",
        "store",
        "target",
        "tests",
        "web",
    ];
    let stray: Vec<String> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !expected.contains(&name.as_str()))
        .collect();
    assert!(stray.is_empty(), "{stray:?}");
}
