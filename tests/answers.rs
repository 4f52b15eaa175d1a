//! What the program answers, whole: every confirmation, rejection and report stands in a file of `tests/answers`,
//! in the notation of the README, and is compared to the letter. The help of every command stands in
//! `docs/commands`, which `readme.rs` compares.
//!
//! `SNAPSHOTS=overwrite cargo test --test answers` writes into the files what the program answers now. What
//! differs from run to run (moments, hashes, keys, folders, the version) is in square brackets.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "tests say what is wrong by panicking")]

mod console;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use console::Step;
use regex::Regex;
use tempfile::TempDir;

/// How many files are worked through at once. Most of the time is waiting for the disk.
const AT_ONCE: usize = 8;

/// Codes of rejections that no command shows, each with the reason.
const NOT_SHOWN: &[(&str, &str)] = &[
    ("ambiguous-name", "a name that another theme or fund has is refused; earlier versions took it"),
    ("entry-does-not-balance", "only a mistake of the program"),
    ("explained-with-records", "an option and a file of decisions have either"),
    ("kind-needed", "only a row of a file may leave out what it is, and files have no codes"),
    ("namesake-or-second-number", "only files give numbers with awards, and files have no codes"),
    ("not-at-the-bank", "`reconcile` says first that the record is not open"),
    ("nothing-stated", "`state` takes one option at least; `web/tests/machine.rs` shows it"),
    ("nothing-to-reconcile", "`--match` takes one record at least"),
    ("out-of-sequence", "only the rows of a file have a place among several alike, and files have no codes"),
    ("statement-does-not-add-up", "`reconcile` checks the balances while it reads the file"),
    ("sum-too-large", "it would take more than 90,000 of the largest amounts"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers")
}

/// The pages of a folder, by name.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|it| it.extension().is_some_and(|it| it == "md")).collect();
    files.sort();
    files
}

/// The commands of all files, and of the pages with the help of every command.
fn all_steps() -> Vec<Step> {
    let help = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands");
    files_in(&folder())
        .iter()
        .chain(&files_in(&help))
        .flat_map(|file| console::steps(&fs::read_to_string(file).unwrap()))
        .collect()
}

/// The folder with the ledger that the reports are run on, made once for all files.
fn office() -> TempDir {
    let office = tempfile::tempdir().unwrap();
    let command = format!("sh '{}'", folder().join("office.sh").display());
    let (code, output) = console::run(&command, office.path(), &[]);
    assert_eq!(code, 0, "{output}");
    office
}

/// Whether the files are to be written instead of compared.
fn is_overwriting() -> bool {
    std::env::var("SNAPSHOTS").is_ok_and(|it| it == "overwrite")
}

/// Runs the commands of a file in a folder of their own and returns what differs, or writes the answers into
/// the file. `$OFFICE` is the folder of a ledger to copy.
fn work_through(file: &Path, office: &Path) -> Option<String> {
    let page = fs::read_to_string(file).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let patterns = console::patterns();
    let mut answers = Vec::new();
    for step in console::steps(&page) {
        let (code, output) = console::run(&step.command, folder.path(), &[("OFFICE", office)]);
        answers.push((code, console::redacted(&output, folder.path(), &patterns)));
    }
    let found = console::with_answers(&page, &answers);
    if found == page {
        return None;
    }
    if is_overwriting() {
        fs::write(file, found).unwrap();
        return None;
    }
    let name: &dyn std::fmt::Display = &file.file_name().unwrap().display();
    let differs = snapbox::Assert::new().try_eq(
        Some(name),
        snapbox::IntoData::raw(snapbox::Data::text(found)),
        snapbox::IntoData::raw(snapbox::Data::text(page)),
    );
    differs.err().map(|differs| differs.to_string())
}

#[test]
fn every_command_answers_as_its_file_says() {
    let office = office();
    let (files, differing) = (Mutex::new(files_in(&folder()).into_iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(file) = files.lock().unwrap().next() else { return };
                    let differs = work_through(&file, office.path());
                    differing.lock().unwrap().extend(differs);
                }
            });
        }
    });
    let differing = differing.into_inner().unwrap();
    assert!(
        differing.is_empty(),
        "{}\nIf that is meant: SNAPSHOTS=overwrite cargo test --test answers",
        differing.join("\n")
    );
}

/// The stable words that a file gives for the variants of an enum.
fn codes(source: &str) -> BTreeSet<String> {
    let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(source)).unwrap();
    let (_, from) = source.split_once("fn about(&self)").unwrap();
    let (code, _) = from.split_once("\n    }\n").unwrap();
    let words = Regex::new(r#"\("([a-z-]+)", "#).unwrap();
    words.captures_iter(code).map(|found| found[1].to_owned()).collect()
}

#[test]
fn every_rejection_is_shown() {
    if is_overwriting() {
        return;
    }
    let mut codes = codes("ledger/src/rejection.rs");
    codes.extend(self::codes("ledger/src/authority/denied.rs"));
    assert!(codes.len() > 70, "the codes are not found: {codes:?}");
    let answers: String = all_steps().into_iter().map(|step| step.output).collect();
    let is_shown = |code: &str| answers.contains(&format!("error[{code}]: "));
    let missing: Vec<&String> = codes
        .iter()
        .filter(|code| !is_shown(code) && !NOT_SHOWN.iter().any(|(excused, _)| excused == code))
        .collect();
    assert!(missing.is_empty(), "no file of tests/answers shows {missing:?}");
    for (code, reason) in NOT_SHOWN {
        assert!(codes.contains(*code) && !is_shown(code), "{code} needs no excuse any more: {reason}");
    }
}

/// Every command by its words, and whether it has others below it: from what completes them in a shell.
fn commands() -> Vec<(String, bool)> {
    let (_, script) = console::run("almoner completions bash", &folder(), &[]);
    let arm = Regex::new(r#"(?m)^ +(almoner\S*),(\S+)\)\n +cmd="(\S+)"$"#).unwrap();
    let mut words_of = BTreeMap::from([("almoner".to_owned(), String::new())]);
    let mut commands = Vec::new();
    let arms: Vec<_> =
        arm.captures_iter(&script).map(|it| [1, 2, 3].map(|part| it[part].to_owned())).collect();
    for [above, word, id] in &arms {
        // The first arms are of the commands above, so their words are known.
        let Some(words) = words_of.get(above) else { continue };
        // An alias answers as the command that it stands for.
        if !["help", "undo"].contains(&word.as_str()) {
            let words = format!("{words} {word}").trim_start().to_owned();
            commands.push((words.clone(), arms.iter().any(|[above, ..]| above == id)));
            words_of.insert(id.clone(), words);
        }
    }
    commands
}

/// The words of a command line after the program's name and `-L FOLDER`.
fn words(step: &Step) -> Vec<&str> {
    let mut words = step.command.split_whitespace().skip_while(|word| *word != "almoner").skip(1).peekable();
    if words.next_if_eq(&"-L").is_some() {
        words.next();
    }
    words.collect()
}

#[test]
fn every_command_has_its_help_and_its_answers() {
    if is_overwriting() {
        return;
    }
    let steps = all_steps();
    let commands = commands();
    assert!(commands.len() > 100, "the commands are not found: {commands:?}");
    let mut missing = Vec::new();
    for (command, has_others_below) in &commands {
        let path: Vec<&str> = command.split(' ').collect();
        let help = steps.iter().find(|step| words(step).strip_prefix(&["help"]).is_some_and(|it| it == path));
        let Some(help) = help.map(|step| &step.output) else {
            missing.push(format!("almoner help {command}"));
            continue;
        };
        if *has_others_below {
            continue;
        }
        let is_use = |step: &Step| {
            let words = words(step);
            // Some are only ever proposed.
            let proposed = words.strip_prefix(&["propose"]).is_some_and(|it| it.starts_with(&path));
            proposed || words.starts_with(&path)
        };
        let uses: Vec<&Step> = steps.iter().filter(|step| is_use(step)).collect();
        let mut wanted = |what: &str, is_there: &dyn Fn(&Step) -> bool| {
            if !uses.iter().any(|step| is_there(step)) {
                missing.push(format!("almoner {command}: {what}"));
            }
        };
        wanted("an answer", &|step| step.code == 0);
        if help.contains("--dry-run") {
            wanted("a confirmation", &|step| step.code == 0 && step.output.contains("ecorded "));
        }
        if help.contains("--format") {
            wanted("a table", &|step| step.code == 0 && !step.command.contains("--format"));
            // Some are no table, and have the form for programs alone.
            let formats: &[&str] =
                if help.contains("[possible values: json]") { &["json"] } else { &["csv", "json"] };
            for format in formats {
                wanted(format, &|step| step.command.contains(&format!("--format {format}")));
            }
        }
    }
    assert!(missing.is_empty(), "tests/answers lacks:\n{}", missing.join("\n"));
}
