//! A ledger whose head file is lost is recovered, with what vouches for its end.

use crate::tally::tally;

use super::*;

fn without_head(books: &Books, how: &str) {
    let head = books.ledger().join("head");
    match how {
        "gone" => fs::remove_file(head).unwrap(),
        "empty" => fs::write(head, "").unwrap(),
        "overwritten" => fs::write(head, "Youth,9000\n").unwrap(),
        "another check" => {
            let text = fs::read_to_string(&head).unwrap();
            fs::write(head, text.replace("\"check\":\"", "\"check\":\"0")).unwrap();
        }
        _ => panic!("{how}"),
    }
}

#[test]
fn a_lost_head_file_ends_nothing_and_what_vouches_for_the_end_is_recorded() {
    let books = Books::new();
    let mut tried = 0;
    for how in ["gone", "empty", "overwritten", "another check"] {
        for (index, noted, evidence, expected) in [
            (true, true, None, &["Confirmed by the index", "Confirmed by this computer's note"][..]),
            (false, true, None, &["Confirmed by this computer's note"]),
            (true, false, None, &["Confirmed by the index"]),
            (false, false, None, &["may be missing"]),
            (false, false, Some(["--proof", &*books.proof]), &["Confirmed by the proof", "may be missing"]),
            (
                false,
                false,
                Some(["--checkpoint", "kept.checkpoint"]),
                &["Confirmed by the checkpoint", "may be missing"],
            ),
        ] {
            books.restore_intact();
            books.office.ok(&["verify"]);
            without_head(&books, how);
            if !index {
                remove_index(&books);
            }
            if !noted {
                books.forget();
            }
            let records = books.lines().iter().filter(|line| line.starts_with("{\"n\":")).count();
            for command in [&["status"][..], &["pay", "1-2015", "1", "--date", "2015-05-02"]] {
                let refused = books.office.refused(3, command);
                assert!(refused.starts_with("error[head-lost]"), "{how}: {refused}");
            }
            let report = books.verified(&[]);
            assert!(report.starts_with("3 ") && report.contains("almoner recover"), "{how}: {report}");
            let arguments: Vec<&str> =
                std::iter::once("recover").chain(evidence.into_iter().flatten()).collect();
            let recovered = books.office.ok(&arguments);
            for words in expected {
                assert!(recovered.contains(words), "{how} {index} {noted}: {recovered}");
            }
            // And by nothing that was not there.
            let confirmed = expected.iter().filter(|words| words.starts_with("Confirmed by")).count();
            assert_eq!(recovered.matches("Confirmed by").count(), confirmed, "{how}: {recovered}");
            // Evidence of the records up to an end is none that no others followed.
            assert!(
                recovered.contains(&format!("Records after record {records} may be missing")),
                "{how}: {recovered}"
            );
            assert!(recovered.ends_with(&format!("Recorded in record {}\n", records + 1)), "{recovered}");
            assert!(books.verified(&[]).starts_with("0 "), "{how}");
            books.office.ok(&["pay", "1-2015", "1", "--date", "2015-05-02"]);
            assert!(books.office.refused(1, &["recover"]).starts_with("error[head-there]"));
            tried += 1;
        }
    }
    tally("head files lost or overwritten", tried);
}

#[test]
fn what_is_missing_or_altered_is_not_recovered_in_silence() {
    let books = Books::new();
    books.office.ok(&["verify"]);
    let lines = books.lines();
    let cut = |books: &Books, by: usize| books.put(&lines[..lines.len() - by]);
    // The last batch, a record and its commit, is cut off.
    without_head(&books, "gone");
    cut(&books, 2);
    let refused = books.office.refused(3, &["recover"]);
    assert!(
        refused.contains("error[history-lost]") && refused.contains("--accept-shorter-history"),
        "{refused}"
    );
    assert!(!books.ledger().join("head").exists(), "nothing was written");
    let accepted = books.office.ok(&["recover", "--accept-shorter-history", "The disk failed"]);
    assert!(accepted.contains("Accepted as lost: the history up to record "), "{accepted}");
    assert!(books.verified(&[]).starts_with("0 "));

    books.restore_intact();
    without_head(&books, "gone");
    let mut altered = lines.clone();
    let place = place_of(&altered, "2015-02-02");
    altered[place] = altered[place].replace("2015-02-02", "2015-02-03");
    books.put(&altered);
    let refused = books.office.refused(3, &["recover"]);
    assert!(refused.contains("altered"), "{refused}");
    assert!(!books.ledger().join("head").exists(), "nothing was written");
    // A proof of another history vouches for nothing.
    books.put(&lines);
    let digits = &books.proof[books.proof.len() - 64..];
    let other = books.proof.replace(digits, &"0".repeat(64));
    assert!(
        books.office.refused(3, &["recover", "--proof", &other]).contains("does not belong to this history")
    );
}

#[test]
fn a_proof_or_checkpoint_of_a_later_record_says_that_the_end_is_missing() {
    let books = Books::new();
    let lines = books.lines();
    let accept = ["--accept-shorter-history", "The disk failed"];
    for (what, evidence) in [
        ("the proof", ["--proof", books.proof.as_str()]),
        ("the checkpoint", ["--checkpoint", "kept.checkpoint"]),
    ] {
        books.restore_intact();
        // The last two batches, a record and its commit each, are cut off, and nothing else knows of them.
        books.put(&lines[..lines.len() - 4]);
        fs::remove_dir_all(books.ledger().join("index")).unwrap();
        without_head(&books, "gone");
        let refused = books.office.refused(3, &[&["recover"], &evidence[..]].concat());
        assert!(refused.contains(&format!("error[history-lost]: {what} states record ")), "{refused}");
        assert!(
            refused.contains("hint: find the newest copy") && refused.contains("--accept-shorter-history"),
            "{refused}"
        );
        assert!(!books.ledger().join("head").exists(), "nothing was written");
        let other = books.proof.replacen(&books.proof[..4], "0000", 1);
        let refused = books.office.refused(3, &[&["recover", "--proof", &other], &accept[..]].concat());
        assert!(refused.contains("is for ledger 0000") && refused.contains("hint: check that"), "{refused}");
        let accepted = books.office.ok(&[&["recover"], &evidence[..], &accept[..]].concat());
        assert!(accepted.contains("Accepted as lost: the history up to record "), "{accepted}");
        assert!(books.verified(&[]).starts_with("0 "), "{what}");
        assert!(books.verified(&evidence).starts_with("3 "), "{what}");
    }
}

#[test]
fn only_who_assigns_roles_recovers_a_ledger() {
    let books = Books::new();
    let office = &books.office;
    office.ok(&["user", "add", "jane", "--role", "approver,recorder"]);
    office.ok(&["user", "add", "rob", "--role", "recorder,payer"]);
    without_head(&books, "gone");
    let refused = office.refused(1, &["recover", "--user", "rob"]);
    assert!(refused.starts_with("error[role-missing]"), "{refused}");
    assert!(!books.ledger().join("head").exists(), "nothing was written");
    office.ok(&["recover"]);
}
