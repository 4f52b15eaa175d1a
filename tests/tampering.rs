//! Tampering with a ledger's files, and what `verify` reports in each case.

mod before;
mod forged;
mod headless;
#[cfg(unix)]
mod links;
mod lost;

use std::fs;
use std::path::{Path, PathBuf};

use crate::office::Office;
use almoner_ledger::hash::Hash;

/// Length of a line from `,"hash":"` on.
const SEAL: usize = 9 + 64 + 2;

/// A ledger with some batches, its proof and checkpoint held elsewhere, and an older copy of its files.
struct Books {
    office: Office,
    proof: String,
}

impl Books {
    fn new() -> Books {
        let office = Office::new();
        office.ok(&[
            "award",
            "--decision",
            "1-2015",
            "--decided",
            "2015-01-22",
            "--recipient",
            "Open Door",
            "--amount",
            "9000",
            "--purpose",
            "Youth work",
            "--theme",
            "youth",
            "--fund",
            "cdr",
            "--from",
            "2015-02-01",
            "--to",
            "2016-01-31",
            "--add-missing",
        ]);
        office.ok(&["pay", "1-2015", "1000", "--date", "2015-02-02"]);
        copy_folder(&office.path("almoner.ledger"), &office.path("older.ledger"));
        let paid = office.ok(&["pay", "1-2015", "2000", "--date", "2015-03-02"]);
        let proof = paid.lines().find_map(|line| line.strip_prefix("Proof: ")).unwrap().to_owned();
        office.ok(&["checkpoint", "-o", "kept.checkpoint"]);
        office.ok(&["pay", "1-2015", "3000", "--date", "2015-04-02"]);
        // So that there is a sorted run, which a ledger of so few records does not need.
        office.ok(&["rebuild"]);
        copy_folder(&office.path("almoner.ledger"), &office.path("intact.ledger"));
        Books { office, proof }
    }

    fn ledger(&self) -> PathBuf {
        self.office.path("almoner.ledger")
    }

    /// Returns the only file of a kind in the index.
    fn file_of_index(&self, kind: &str) -> PathBuf {
        let files = fs::read_dir(self.ledger().join("index")).unwrap().map(|entry| entry.unwrap().path());
        let is_of_kind = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with(kind);
        let found: Vec<PathBuf> = files.filter(is_of_kind).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    }

    fn restore_intact(&self) {
        fs::remove_dir_all(self.ledger()).unwrap();
        copy_folder(&self.office.path("intact.ledger"), &self.ledger());
        self.forget();
    }

    /// Forgets what this computer has seen, as if it were another.
    fn forget(&self) {
        drop(fs::remove_dir_all(self.office.path(".state")));
    }

    /// Returns the exit code and the output of `verify`.
    fn verified(&self, arguments: &[&str]) -> String {
        let output = self.office.run(&[&["verify"], arguments].concat());
        let report = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        format!("{} {report}", output.status.code().unwrap())
    }

    fn with_proof(&self) -> String {
        self.verified(&["--proof", &self.proof])
    }

    fn with_checkpoint(&self) -> String {
        self.verified(&["--checkpoint", "kept.checkpoint"])
    }

    fn lines(&self) -> Vec<String> {
        let text = fs::read_to_string(self.ledger().join("journal/000000000001.jsonl")).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    fn put(&self, lines: &[String]) {
        fs::write(self.ledger().join("journal/000000000001.jsonl"), lines.join("\n") + "\n").unwrap();
    }

    /// Rewrites a history: lines, hashes and head.
    fn forge(&self, lines: &[String]) {
        let lines = resealed(lines, true);
        self.put(&lines);
        self.head_after(&lines, "000000000001.jsonl", lines.join("\n").len() + 1);
    }

    fn head_after(&self, lines: &[String], segment: &str, bytes: usize) {
        let last = lines.last().unwrap();
        let record = last.strip_prefix("{\"commit\":").unwrap().split(',').next().unwrap();
        self.head(record, hash_of(last), segment, bytes);
    }

    fn head(&self, record: &str, hash: &str, segment: &str, bytes: usize) {
        let body = format!(r#"{{"record":{record},"hash":"{hash}","segment":"{segment}","bytes":{bytes}"#);
        let check = Hash::of(body.as_bytes()).to_string();
        fs::write(self.ledger().join("head"), format!("{body},\"check\":\"{}\"}}\n", &check[..16])).unwrap();
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.path().is_dir() {
            true => copy_folder(&entry.path(), &to.join(entry.file_name())),
            false => drop(fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}

fn hash_of(line: &str) -> &str {
    &line[line.len() - 66..line.len() - 2]
}

/// Returns the same lines with correct hashes. If `chained`, each seal names the hash before; otherwise the one it
/// named already.
fn resealed(lines: &[String], chained: bool) -> Vec<String> {
    let mut prev = "0".repeat(64);
    let mut run = String::new();
    let mut sealed = Vec::new();
    for line in lines {
        if line.starts_with("{\"n\":") {
            run += &format!("{line}\n");
            sealed.push(line.clone());
            continue;
        }
        let body = &line[..line.len() - SEAL];
        let at = body.find("\"prev\":\"").unwrap() + 8;
        let named = if chained { &prev } else { &body[at..at + 64] };
        let body = format!("{}{named}{}", &body[..at], &body[at + 64..]);
        prev = Hash::of((run + &body).as_bytes()).to_string();
        run = String::new();
        sealed.push(format!("{body},\"hash\":\"{prev}\"}}"));
    }
    sealed
}

fn place_of(lines: &[String], what: &str) -> usize {
    lines.iter().position(|line| line.contains(what)).unwrap()
}

fn remove_index(books: &Books) {
    fs::remove_dir_all(books.ledger().join("index")).unwrap();
}

/// The name of the tampering, how it is done, and the exit code and words expected of `verify`.
type Case = (&'static str, fn(&Books), &'static [&'static str]);

#[test]
fn tampering_with_the_files_is_named() {
    let cases: &[Case] = &[
        ("nothing", |_| {}, &["0 ", "No record has been altered"]),
        (
            "a line edited",
            |books| {
                let mut lines = books.lines();
                let at = place_of(&lines, "2015-03-02");
                lines[at] = lines[at].replace("2000.00", "2000.01");
                books.put(&lines);
            },
            &["3 ", "Found: damage: ", ": this record, or the line after it that seals it, has been altered"],
        ),
        (
            "a line edited and sealed again",
            |books| {
                let mut lines = books.lines();
                let at = place_of(&lines, "2015-03-02");
                lines[at] = lines[at].replace("2000.00", "2000.01");
                books.put(&resealed(&lines, false));
            },
            &["3 ", "Found: damage: ", "the chain is broken"],
        ),
        (
            "a line deleted",
            |books| {
                let mut lines = books.lines();
                let at = place_of(&lines, "2015-03-02");
                lines.remove(at);
                books.put(&lines);
            },
            &["3 ", "Found: damage: ", "a line was removed, inserted or moved here"],
        ),
        (
            "a line doubled",
            |books| {
                let mut lines = books.lines();
                let at = place_of(&lines, "2015-03-02");
                lines.insert(at, lines[at].clone());
                books.put(&lines);
            },
            &["3 ", "Found: damage: ", "a line was removed, inserted or moved here"],
        ),
        (
            "two lines in another order",
            |books| {
                let mut lines = books.lines();
                let at = place_of(&lines, "2015-03-02");
                lines.swap(at, at - 1);
                books.put(&lines);
            },
            &["3 ", "Found: damage: ", "a line was removed, inserted or moved here"],
        ),
        (
            "a line of another ledger put in",
            |books| {
                let mut lines = books.lines();
                let other = Office::new();
                let theirs = other.path("almoner.ledger/journal/000000000001.jsonl");
                let first = fs::read_to_string(theirs).unwrap().lines().next().unwrap().to_owned();
                lines.insert(3, first);
                books.put(&lines);
            },
            &["3 ", "Found: damage: ", "the line is out of sequence: it is numbered 1"],
        ),
        (
            "a batch doubled",
            |books| {
                let mut lines = books.lines();
                let at = place_of(&lines, "2015-03-02");
                let batch = lines[at..at + 2].to_vec();
                lines.splice(at..at, batch);
                books.put(&lines);
            },
            &["3 ", "Found: damage: ", "lines were removed, inserted or moved here"],
        ),
        (
            "the end cut off",
            |books| {
                let lines = books.lines();
                books.put(&lines[..place_of(&lines, "2015-04-02")]);
            },
            &["3 ", "Found: truncation: ", "the file is truncated"],
        ),
        (
            "the end cut off within a line",
            |books| {
                let path = books.ledger().join("journal/000000000001.jsonl");
                let bytes = fs::read(&path).unwrap();
                fs::write(&path, &bytes[..bytes.len() - 100]).unwrap();
            },
            &["3 ", "Found: truncation: ", "the file is truncated"],
        ),
        (
            "a head of another history",
            |books| {
                let lines = books.lines();
                let bytes = lines.join("\n").len() + 1;
                let last = lines.last().unwrap();
                let record = last.strip_prefix("{\"commit\":").unwrap().split(',').next().unwrap();
                books.head(record, &"a".repeat(64), "000000000001.jsonl", bytes);
            },
            &["3 ", "Found: fork: ", "do not match"],
        ),
        (
            "an older head",
            |books| {
                fs::copy(books.office.path("older.ledger/head"), books.ledger().join("head")).unwrap();
                let path = books.ledger().join("journal/000000000001.jsonl");
                let mut text = fs::read_to_string(&path).unwrap();
                text = text.replace("2015-04-02", "2015-04-03");
                fs::write(&path, text).unwrap();
            },
            &["3 ", "Found: damage: ", "something other than an unfinished write"],
        ),
        (
            "everything gone",
            |books| {
                remove_index(books);
                fs::remove_file(books.ledger().join("journal/000000000001.jsonl")).unwrap();
                books.head("0", &"0".repeat(64), "000000000001.jsonl", 0);
            },
            &["3 ", "Found: truncation: ", "the journal is empty"],
        ),
        (
            "the head file gone",
            |books| fs::remove_file(books.ledger().join("head")).unwrap(),
            &["3 ", "Found: damage: ", "the journal's end cannot be confirmed"],
        ),
        (
            "an older copy of journal and head",
            |books| {
                for file in ["head", "journal/000000000001.jsonl"] {
                    let older = books.office.path("older.ledger").join(file);
                    fs::copy(older, books.ledger().join(file)).unwrap();
                }
            },
            &["3 ", "Found: truncation: the index was built at record ", "its end was cut off"],
        ),
        (
            "an entry that does not balance, all sealed again",
            |books| {
                let mut lines = books.lines();
                let at = place_of(&lines, "2015-03-02");
                lines[at] = lines[at].replacen("[\"paid\",", "[\"assets:bank\",", 1);
                books.forge(&lines);
            },
            &["3 ", "Found: fork: ", "Found: broken rule: ", "is out of balance"],
        ),
        (
            "an entry of another amount than was paid, all sealed again",
            |books| {
                let mut lines = books.lines();
                let at = place_of(&lines, "2015-03-02");
                lines[at] = lines[at].replacen("\"2000.00\"]", "\"2000.01\"]", 1);
                books.forge(&lines);
            },
            &["3 ", "Found: fork: ", "Found: damage: the commit of record 9 states", "Found: broken rule: "],
        ),
        (
            "a payment without its postings, all sealed again",
            |books| {
                let mut lines = books.lines();
                let at = place_of(&lines, "2015-03-02");
                let start = lines[at].find("[[\"paid\"").unwrap();
                lines[at].replace_range(start.., "[]]}");
                books.forge(&lines);
            },
            &["3 ", "Found: fork: ", "Found: damage: the commit of record 9 states", "Found: broken rule: "],
        ),
        (
            "the totals edited",
            |books| {
                let path = books.file_of_index("totals");
                let mut bytes = fs::read(&path).unwrap();
                let last = bytes.len() - 1;
                bytes[last] ^= 1;
                fs::write(&path, bytes).unwrap();
            },
            &["1 ", "Found: index: ", "the totals are missing or damaged"],
        ),
        (
            "the totals edited and hashed again",
            |books| {
                let path = books.file_of_index("totals");
                let bytes = fs::read(&path).unwrap();
                let mut content = bytes[16 + 64..].to_vec();
                let at = content
                    .windows(10)
                    .position(|word| word == b"Youth work")
                    .or_else(|| content.windows(11).position(|word| word == b"Test office"));
                content[at.unwrap()] = b'B';
                let hash = Hash::of(&content).to_string();
                fs::write(&path, [&bytes[..16], hash.as_bytes(), &content].concat()).unwrap();
            },
            &["1 ", "Found: index: ", "the reference data differ"],
        ),
        (
            "an older index put back",
            |books| {
                remove_index(books);
                copy_folder(&books.office.path("older.ledger/index"), &books.ledger().join("index"));
            },
            &["1 ", "Found: index: it was not built at the journal's head"],
        ),
        (
            "the sorted run of the index zeroed",
            |books| {
                let path = books.file_of_index("large");
                let length = fs::metadata(&path).unwrap().len();
                fs::write(&path, vec![0; usize::try_from(length).unwrap()]).unwrap();
            },
            &["1 ", "Found: index: "],
        ),
    ];
    let books = Books::new();
    for (what, harm, expected) in cases {
        books.restore_intact();
        harm(&books);
        let report = books.verified(&[]);
        let (code, words) = expected.split_first().unwrap();
        assert!(report.starts_with(code), "{what}: {report}");
        assert!(words.iter().all(|words| report.contains(words)), "{what}: {report}");
    }
}

#[test]
fn a_rewritten_history_is_detected_with_evidence_held_elsewhere() {
    let books = Books::new();
    let (proof, checkpoint) = (books.with_proof(), books.with_checkpoint());
    assert!(proof.starts_with("0 ") && proof.contains("Proved: the proof of record "), "{proof}");
    assert!(
        checkpoint.starts_with("0 ") && checkpoint.contains("Proved: the checkpoint of "),
        "{checkpoint}"
    );
    assert!(checkpoint.contains("compare this with the fingerprint you noted"), "{checkpoint}");

    // Every line, the head and the index rewritten: nothing in the folder shows it.
    let mut lines = books.lines();
    let at = place_of(&lines, "2015-02-02");
    lines[at] = lines[at].replace("2015-02-02", "2015-02-03");
    books.forge(&lines);
    remove_index(&books);
    books.forget();
    books.office.ok(&["rebuild"]);
    assert!(books.verified(&[]).starts_with("0 "));
    for report in [books.with_proof(), books.with_checkpoint()] {
        assert!(report.starts_with("3 ") && report.contains("Found: fork: "), "{report}");
    }

    // An older copy of everything, which is intact in itself.
    fs::remove_dir_all(books.ledger()).unwrap();
    copy_folder(&books.office.path("older.ledger"), &books.ledger());
    books.forget();
    assert!(books.verified(&[]).starts_with("0 "));
    for report in [books.with_proof(), books.with_checkpoint()] {
        assert!(report.starts_with("3 ") && report.contains("Found: truncation: "), "{report}");
        assert!(report.contains("it was replaced by an older copy"), "{report}");
    }

    // Another ledger in its place.
    let other = Office::new();
    fs::remove_dir_all(books.ledger()).unwrap();
    copy_folder(&other.path("almoner.ledger"), &books.ledger());
    for report in [books.with_proof(), books.with_checkpoint()] {
        assert!(report.contains("Found: another ledger: "), "{report}");
        assert!(!report.starts_with("0 "), "{report}");
    }
}

#[test]
fn segments_that_are_moved_or_missing_are_named() {
    let books = Books::new();
    let lines = books.lines();
    let ends: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with("{\"commit\"")).collect();
    let record = |at: usize| lines[at][5..].split(',').next().unwrap().parse::<u64>().unwrap();
    let (second, third) = (ends[1] + 1, ends[2] + 1);
    let names = [1, record(second), record(third)].map(|first| format!("{first:012}.jsonl"));
    let texts = [&lines[..second], &lines[second..third], &lines[third..]].map(|part| part.join("\n") + "\n");
    let split = || {
        books.restore_intact();
        for (name, text) in names.iter().zip(&texts) {
            fs::write(books.ledger().join("journal").join(name), text).unwrap();
        }
        books.head_after(&lines, &names[2], texts[2].len());
    };
    let at = |place: usize| books.ledger().join("journal").join(&names[place]);
    split();
    assert!(books.verified(&[]).starts_with("0 "), "{}", books.verified(&[]));
    let since = books.verified(&["--since", &record(third).to_string()]);
    assert!(since.starts_with("0 ") && since.contains("and the records before "), "{since}");

    let cases: [(&str, &dyn Fn(), &str); 4] = [
        (
            "swapped",
            &|| {
                fs::write(at(1), &texts[2]).unwrap();
                fs::write(at(2), &texts[1]).unwrap();
            },
            "Found: ",
        ),
        ("the one in the middle gone", &|| fs::remove_file(at(1)).unwrap(), "Found: damage: "),
        ("the first gone", &|| fs::remove_file(at(0)).unwrap(), "Found: damage: "),
        ("the last gone", &|| fs::remove_file(at(2)).unwrap(), "Found: truncation: "),
    ];
    for (what, harm, expected) in cases {
        split();
        harm();
        let report = books.verified(&[]);
        assert!(report.starts_with("3 ") && report.contains(expected), "{what}: {report}");
    }
}

#[test]
fn an_invalid_proof_or_checkpoint_is_refused() {
    let books = Books::new();
    let office = &books.office;
    let refused = office.refused(1, &["verify", "--proof", "57"]);
    assert!(refused.contains("error[not-a-proof]"), "{refused}");
    let text = fs::read_to_string(office.path("kept.checkpoint")).unwrap();
    office.file("altered.checkpoint", text.replace("-3000.00", "-3000.01"));
    office.file("other.checkpoint", "{}");
    for (file, code) in [("altered.checkpoint", "bad-signature"), ("other.checkpoint", "not-a-checkpoint")] {
        let refused = office.refused(1, &["verify", "--checkpoint", file]);
        assert!(refused.contains(&format!("error[{code}]")), "{refused}");
    }
    let refused =
        office.refused(1, &["verify", "--checkpoint", "kept.checkpoint", "--fingerprint", "0000 1111"]);
    assert!(refused.contains("error[another-key]"), "{refused}");
    // A checkpoint of the same books, signed with another key.
    office.ok(&["checkpoint", "--new-key", "--key-file", "theirs.key", "-o", "theirs.checkpoint"]);
    books.restore_intact();
    let report = books.verified(&["--checkpoint", "theirs.checkpoint"]);
    assert!(report.starts_with("3 ") && report.contains("Found: fork: the checkpoint is signed"), "{report}");
}
