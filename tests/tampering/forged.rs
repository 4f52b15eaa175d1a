//! An index forged whole: totals, runs and reference data of another history under the true head.

use crate::tally::tally;

use super::*;

/// Finds a text in bytes, or the hash that it is the digits of.
fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let raw = |digits: &str| -> Vec<u8> {
        (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap()).collect()
    };
    for (from, to) in [(from.as_bytes().to_vec(), to.as_bytes().to_vec()), (raw(from), raw(to))] {
        if let Some(at) = bytes.windows(from.len()).position(|it| it == from) {
            return [&bytes[..at], &to, &bytes[at + from.len()..]].concat();
        }
    }
    panic!("no such hash");
}

/// Puts the index of another history in the place of the true one, which has the true head in every file.
fn forge_index(books: &Books, twin: &Path) {
    let hash = |ledger: &Path| {
        let head = fs::read_to_string(ledger.join("head")).unwrap();
        let at = head.find("\"hash\":\"").unwrap() + 8;
        head[at..at + 64].to_owned()
    };
    let length = |ledger: &Path| fs::metadata(ledger.join("journal/000000000001.jsonl")).unwrap().len();
    assert_eq!(length(twin), length(&books.ledger()), "the twin has the same bytes before its head");
    let (theirs, ours) = (hash(twin), hash(&books.ledger()));
    remove_index(books);
    fs::create_dir(books.ledger().join("index")).unwrap();
    for entry in fs::read_dir(twin.join("index")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() || !name.ends_with(&theirs[..16]) {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let forged = if name.starts_with("totals") {
            let content = replaced(&bytes[16 + 64..], &theirs, &ours);
            [&bytes[..16], Hash::of(&content).to_string().as_bytes(), &content].concat()
        } else {
            // The end of a run: layout, length and content, then its hash.
            let (rest, end) = bytes.split_at(bytes.len() - (16 + 2 + 302));
            let end = replaced(&end[..end.len() - 64], &theirs, &ours);
            [rest, &end, Hash::of(&end).to_string().as_bytes()].concat()
        };
        let name = name.replace(&theirs[..16], &ours[..16]);
        fs::write(books.ledger().join("index").join(name), forged).unwrap();
    }
}

/// A payment: date, award and amount.
type Paid = (&'static str, &'static str, &'static str);

/// Histories of as many bytes: one with other totals, and one in which another award was paid, so that the totals are
/// the true ones.
const TWINS: [[Paid; 2]; 2] = [
    [("2015-03-02", "1-2015", "1000"), ("2015-04-02", "1-2015", "1001")],
    [("2015-03-02", "1-2015", "2000"), ("2015-04-02", "2-2015", "3000")],
];

/// A ledger of two awards like each other, of which one was paid 5,000.00.
fn books() -> Books {
    let office = Office::new();
    for id in ["1-2015", "2-2015"] {
        let award =
            ["award", "--decision", id, "--decided", "2015-01-22", "--amount", "9000", "--theme", "youth"];
        let to = ["--recipient", "Open Door", "--purpose", "Work", "--fund", "cdr", "--from", "2015-02-01"];
        office.ok(&[&award[..], &to, &["--to", "2016-01-31", "--add-missing"]].concat());
    }
    copy_folder(&office.path("almoner.ledger"), &office.path("older.ledger"));
    let books = Books { office, proof: String::new() };
    books.pay("almoner.ledger", &[("2015-03-02", "1-2015", "2000"), ("2015-04-02", "1-2015", "3000")]);
    copy_folder(&books.ledger(), &books.office.path("intact.ledger"));
    books
}

impl Books {
    fn pay(&self, ledger: &str, payments: &[Paid]) {
        for (date, award, amount) in payments {
            self.office.ok(&["-L", ledger, "pay", award, amount, "--date", date]);
        }
        // So that there is a run.
        self.office.ok(&["-L", ledger, "rebuild"]);
    }

    /// Makes another history of the same ledger, on another computer.
    fn twin(&self, payments: &[Paid]) -> PathBuf {
        self.forget();
        let twin = self.office.path("twin.ledger");
        drop(fs::remove_dir_all(&twin));
        copy_folder(&self.office.path("older.ledger"), &twin);
        self.pay("twin.ledger", payments);
        twin
    }
}

#[test]
fn a_forged_index_changes_no_figure_and_pays_nothing() {
    let books = books();
    let shown: &[&[&str]] = &[
        &["export", "panel", "--fy", "2015-16", "--format", "json"],
        &["export", "cfo", "--fy", "2015-16", "--format", "json"],
        &["export", "funder", "--fund", "cdr", "--fy", "2015-16", "--format", "csv"],
        &["export", "360giving", "--prefix", "360G-test"],
        &["export", "journal", "--for", "hledger"],
        &["report", "themes", "--fy", "2014-15"],
        &["report", "grants"],
        &["show", "1-2015"],
        &["explain", "themes/youth/paid@2014-15"],
        &["pay", "1-2015", "500", "--date", "2015-05-02", "--dry-run"],
    ];
    let right: Vec<String> = shown.iter().map(|command| books.office.ok(command)).collect();
    for (payments, is_known) in TWINS.iter().flat_map(|twin| [(twin, true), (twin, false)]) {
        let what = format!("{payments:?}, known: {is_known}");
        let twin = books.twin(payments);
        let forge = || {
            books.restore_intact();
            if is_known {
                books.office.ok(&["status"]);
            }
            forge_index(&books, &twin);
        };
        for (command, right) in shown.iter().zip(&right) {
            forge();
            assert_eq!(books.office.ok(command), *right, "{command:?}, {what}");
        }
        forge();
        let refused = books.office.refused(1, &["pay", "1-2015", "4001", "--date", "2015-05-02"]);
        assert!(refused.contains("4,000.00"), "{what}: {refused}");
        forge();
        let paid = books.office.ok(&["pay", "1-2015", "500", "--date", "2015-05-02"]);
        assert!(paid.contains("paid 5,500.00, balance 3,500.00"), "{what}: {paid}");
        forge();
        let report = books.verified(&[]);
        assert!(report.starts_with("1 ") && report.contains("Found: index: "), "{what}: {report}");
        for command in [&["checkpoint", "-o", "other.checkpoint"][..], &["backup", "other.almoner"]] {
            forge();
            let refused = books.office.refused(1, command);
            assert!(refused.contains("error[found-wanting]"), "{command:?}, {what}: {refused}");
        }
        // What a closing needs to be decided is read from the journal, so the forged index is replaced before.
        forge();
        let closed = books.office.run(&["close", "2015-01"]);
        let said = String::from_utf8_lossy(&closed.stderr);
        let is_seen =
            said.contains("it was rebuilt from the journal") || said.contains("error[found-wanting]");
        assert!(is_seen, "{what}: {said}");
        books.office.ok(&["verify"]);
    }
    tally("forged indexes, read and recorded on", TWINS.len() as u64 * 2 * (shown.len() as u64 + 6));
}

/// A way for this computer to have seen the ledger.
#[derive(Clone, Copy, Debug)]
enum Seen {
    /// It has noted the ledger.
    Noted,
    /// It has never seen it.
    Never,
    /// It can note nothing.
    CannotNote,
}

/// What no commit states: the days within a month, what is open and since when, and names.
#[test]
fn a_forged_index_with_the_true_totals_hides_nothing() {
    let office = Office::new();
    copy_folder(&office.path("almoner.ledger"), &office.path("older.ledger"));
    let work = |ledger: &str, decided: &str, due: &str, recipient: &str| {
        let award = ["award", "--decision", "1-2035", "--decided", decided, "--recipient", recipient];
        let what = ["--amount", "9000", "--theme", "youth", "--purpose", "Work", "--fund", "cdr"];
        let period = ["--power", "s9", "--from", "2035-05-01", "--to", "2036-01-31", "--add-missing"];
        office.ok(&[&["-L", ledger], &award[..], &what, &period].concat());
        office.ok(&["-L", ledger, "monitoring", "schedule", "1-2035", "--from", due]);
        // So that there is a run.
        office.ok(&["-L", ledger, "rebuild"]);
    };
    work("almoner.ledger", "2035-04-03", "2015-07-15", "Open Door");
    copy_folder(&office.path("almoner.ledger"), &office.path("intact.ledger"));
    drop(fs::remove_dir_all(office.path(".state")));
    copy_folder(&office.path("older.ledger"), &office.path("twin.ledger"));
    work("twin.ledger", "2035-04-20", "2035-07-15", "Open Bank");
    let books = Books { office, proof: String::new() };
    let shown: &[(&[&str], &str)] = &[
        (&["status"], "1-2035 Monitoring report since 15 Jul 2015"),
        (&["report", "monitoring"], "overdue"),
        (&["report", "themes", "--fy", "2035-36", "--as-at", "2035-04-10"], "9,000.00"),
        (&["report", "grants", "--fy", "2035-36", "--as-at", "2036-03-31"], "3 Apr 2035"),
        (&["report", "recipients", "--fy", "2035-36", "--as-at", "2036-03-31"], "Open Door"),
        (&["show", "1-2035"], "3 Apr 2035"),
        (&["recipient", "list"], "Open Door"),
        (&["export", "journal", "--for", "hledger"], "2035-04-03"),
    ];
    let forge = |seen: Seen| {
        books.restore_intact();
        match seen {
            Seen::Noted => drop(books.office.ok(&["status"])),
            Seen::Never => {}
            Seen::CannotNote => books.office.file(".state", "a file in the way"),
        }
        forge_index(&books, &books.office.path("twin.ledger"));
    };
    books.restore_intact();
    let right: Vec<String> = shown.iter().map(|(command, _)| books.office.ok(command)).collect();
    for ((command, expected), right) in shown.iter().zip(&right) {
        assert!(right.contains(expected), "{command:?}: {right}");
        for seen in [Seen::Noted, Seen::Never, Seen::CannotNote] {
            forge(seen);
            assert_eq!(books.office.ok(command), *right, "{command:?}, {seen:?}");
            drop(fs::remove_file(books.office.path(".state")));
        }
    }
    forge(Seen::Never);
    let report = books.verified(&[]);
    for found in ["what needs attention of grant 1-2035 differs", "the totals differ"] {
        assert!(report.starts_with("1 ") && report.contains(found), "{report}");
    }
}

#[test]
fn a_paper_that_is_not_verified_says_so() {
    let books = books();
    let arguments = ["export", "funder", "--fund", "cdr", "--fy", "2015-16", "--format", "html"];
    let verified = books.office.ok(&arguments);
    assert!(!verified.contains("was not verified"));
    let unverified = || books.office.ok(&[&arguments[..], &["--unverified"]].concat());
    let words = "none: the ledger was not verified for this paper";
    assert!(unverified().contains(words));
    // It shows what the index shows, where the totals agree with the journal.
    let twin = books.twin(&TWINS[1]);
    books.restore_intact();
    forge_index(&books, &twin);
    let forged = unverified();
    assert!(forged.contains(words) && forged.contains("7,000.00"), "the figures of the twin");
    assert_eq!(books.office.ok(&arguments), verified);
    let refused =
        books.office.refused(1, &["export", "panel", "--unverified", "--only", "themes", "--format", "csv"]);
    assert!(refused.contains("error[unverified-csv]"), "{refused}");
}
