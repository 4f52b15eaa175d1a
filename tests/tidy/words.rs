//! The words of the program: what no text of it says, and what it says ever more rarely.

use std::fs;
use std::path::Path;

use super::{root, rust_files};

/// Phrases of a dialect of our own, which made readers translate. None may stand in a text, a page of
/// documentation or a comment.
const REFUSED: &[&str] = &[
    "above nothing",
    "below nothing",
    "of nothing",
    "passed over",
    "set aside",
    "put right",
    "let into",
    "for good",
    "closed softly",
    "softly closed",
    "alike in every way",
    "anew",
    "is told",
    "are told",
    "be told",
    "told of",
    "asked for",
    "draws a report",
    "rest on it",
    "rests on it",
    "stands at",
    "promised no longer",
];

/// Honest uses of the phrases: the file, and the words around the phrase.
const HONEST: &[(&str, &str)] = &[
    // The word that format 1 of the journal has for it.
    ("ledger/src/events/former.rs", "options anew record_reversed"),
    ("ledger/src/events/former.rs", "options anew true"),
    ("docs/format.md", "options anew record_reversed"),
    // Old names, beside the new ones.
    ("CHANGELOG.md", "import anew"),
    ("CHANGELOG.md", "closed for good"),
];

/// Words that are good English elsewhere and were used for too much. Their number may only fall.
const RARE: &[(&str, usize)] = &[("kept", 6), ("stands", 5), ("told", 4), ("held", 31)];

/// The files whose words count: production code, and pages that people read.
fn files() -> Vec<String> {
    let mut files = Vec::new();
    for folder in ["src", "app/src", "imports/src", "ledger/src", "papers/src", "store/src", "web/src"] {
        let sources = rust_files(&root().join(folder)).into_iter();
        files.extend(
            sources.filter(|file| !file.ends_with("tests.rs") && !file.iter().any(|it| it == "tests")),
        );
    }
    for folder in [
        "",
        "docs",
        "docs/contributing",
        "docs/reports",
        "imports/profiles",
        "tests/answers",
        "ledger",
        "store",
        "benches",
    ] {
        let Ok(entries) = fs::read_dir(root().join(folder)) else { continue };
        let pages = entries.map(|entry| entry.unwrap().path());
        files.extend(pages.filter(|file| file.extension().is_some_and(|it| it == "md")));
    }
    files.iter().map(|file| file.strip_prefix(root()).unwrap().to_string_lossy().into_owned()).collect()
}

/// The words of a file in small letters, a blank between each two, as far as people read them: in code, what is
/// in strings and comments.
fn words(file: &str) -> String {
    let text = fs::read_to_string(root().join(file)).unwrap();
    let read = match Path::new(file).extension().is_some_and(|it| it == "rs") {
        true => text
            .lines()
            .filter(|line| line.contains("//") || line.contains('"'))
            .collect::<Vec<_>>()
            .join("\n"),
        false => text,
    };
    let words = read.to_lowercase();
    let words =
        words.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '_').filter(|it| !it.is_empty());
    format!(" {} ", words.collect::<Vec<_>>().join(" "))
}

#[test]
fn no_text_uses_a_refused_phrase() {
    let mut found = Vec::new();
    for file in files() {
        let mut words = words(&file);
        for (_, around) in HONEST.iter().filter(|(honest, _)| *honest == file) {
            words = words.replace(around, "");
        }
        let refused = REFUSED.iter().filter(|phrase| words.contains(&format!(" {phrase} ")));
        found.extend(refused.map(|phrase| format!("{file}: {phrase}")));
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn words_used_for_too_much_become_rarer() {
    let all: String = files().iter().map(|file| words(file)).collect();
    for (word, most) in RARE {
        let count = all.matches(&format!(" {word} ")).count();
        assert!(count <= *most, "`{word}` is used {count} times, more than {most}: choose the usual word");
    }
}
