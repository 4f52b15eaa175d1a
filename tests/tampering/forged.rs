//! An index forged whole: totals, runs and reference data of another history under the true head.

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

/// A history in which less is paid, with a run of its own.
fn twin(books: &Books) -> PathBuf {
    // It is made on another computer.
    books.forget();
    let twin = books.office.path("twin.ledger");
    copy_folder(&books.office.path("older.ledger"), &twin);
    for (date, amount) in [("2015-03-02", "1000"), ("2015-04-02", "1001")] {
        books.office.ok(&["-L", "twin.ledger", "pay", "1-2015", amount, "--date", date]);
    }
    books.office.ok(&["-L", "twin.ledger", "rebuild"]);
    twin
}

#[test]
fn a_forged_index_changes_no_figure_and_pays_nothing() {
    let books = Books::new();
    let twin = twin(&books);
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
    books.restore_intact();
    let right: Vec<String> = shown.iter().map(|command| books.office.ok(command)).collect();
    for is_known in [true, false] {
        let forge = || {
            books.restore_intact();
            if is_known {
                books.office.ok(&["status"]);
            }
            forge_index(&books, &twin);
        };
        for (command, right) in shown.iter().zip(&right) {
            forge();
            assert_eq!(books.office.ok(command), *right, "{command:?}, known: {is_known}");
        }
        // The true balance is 3,000.00, that of the twin 5,999.00.
        forge();
        let refused = books.office.refused(1, &["pay", "1-2015", "3001", "--date", "2015-05-02"]);
        assert!(refused.contains("3,000.00"), "{refused}");
        forge();
        let paid = books.office.ok(&["pay", "1-2015", "500", "--date", "2015-05-02"]);
        assert!(paid.contains("paid 6,500.00, balance 2,500.00"), "{paid}");
        forge();
        let report = books.verified(&[]);
        assert!(
            report.starts_with("1 ") && report.contains("Found: index: grant 1-2015 differs"),
            "{report}"
        );
        for command in [
            &["checkpoint", "-o", "other.checkpoint"][..],
            &["backup", "other.almoner"],
            &["close", "2015-02"],
        ] {
            forge();
            let refused = books.office.refused(1, command);
            assert!(refused.contains("error[found-wanting]"), "{command:?}: {refused}");
        }
    }
}

#[test]
fn a_paper_that_is_not_verified_says_so() {
    let books = Books::new();
    let arguments = ["export", "panel", "--fy", "2015-16", "--format", "html"];
    let verified = books.office.ok(&arguments);
    assert!(!verified.contains("was not verified"), "{verified}");
    let unverified = books.office.ok(&[&arguments[..], &["--unverified"]].concat());
    assert!(unverified.contains("none: the ledger was not verified for this paper"), "{unverified}");
    // It shows what the index shows.
    let twin = twin(&books);
    books.restore_intact();
    forge_index(&books, &twin);
    let unverified = books.office.ok(&[&arguments[..], &["--unverified"]].concat());
    assert!(unverified.contains("1,001.00") && unverified.contains("was not verified"), "{unverified}");
    let verified = books.office.ok(&arguments);
    assert!(!verified.contains("1,001.00") && verified.contains("3,000.00"), "{verified}");
    let refused =
        books.office.refused(1, &["export", "panel", "--unverified", "--only", "themes", "--format", "csv"]);
    assert!(refused.contains("error[unverified-csv]"), "{refused}");
}
