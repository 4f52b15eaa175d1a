//! Transfer of ledgers: backup and restore, export and import of whole ledgers, and file permissions.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use crate::office::Office;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

fn office() -> Office {
    let office = Office::new();
    let award = "award --decision 1-2015 --decided 2015-01-22 --recipient Open --amount 9000 --purpose Work \
                 --theme youth --fund cdr --from 2015-02-01 --to 2016-01-31 --add-missing";
    office.ok(&award.split_whitespace().collect::<Vec<_>>());
    office.ok(&["pay", "1-2015", "1000", "--date", "2015-02-02"]);
    office
}

fn line_of(text: &str, begin: &str) -> String {
    text.lines().find(|line| line.starts_with(begin)).unwrap_or_else(|| panic!("{text}")).to_owned()
}

type Files = Vec<(String, Vec<u8>)>;

fn unpacked(path: &Path) -> Files {
    let mut archive = ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut file = archive.by_index(at).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

fn packed(files: &Files) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_backup_is_restored_as_the_same_ledger() {
    let office = office();
    let made = office.ok(&["backup", "b.almoner"]);
    assert!(made.starts_with("Backup of records 1 to "), "{made}");
    let fingerprint = office.ok(&["checkpoint", "-o", "c.json"]);
    let fingerprint = fingerprint.trim_end().rsplit_once("fingerprint is ").unwrap().1.to_owned();
    let restored = office.ok(&["restore", "b.almoner", "copy.ledger", "--fingerprint", &fingerprint]);
    assert!(restored.contains("Proved: the checkpoint of record "), "{restored}");
    assert!(restored.contains("whose fingerprint you gave"), "{restored}");
    let verified = |ledger: &str| office.ok(&["-L", ledger, "verify"]);
    assert_eq!(verified("copy.ledger"), verified("almoner.ledger"));
    // Recording continues in the copy.
    office.ok(&["-L", "copy.ledger", "pay", "1-2015", "2000", "--date", "2015-03-02"]);
    // The same ledger gives the same bytes, and an existing file is not overwritten.
    let refused = office.refused(1, &["backup", "b.almoner"]);
    assert!(refused.contains("error[file-exists]"), "{refused}");
    let before = fs::read(office.path("b.almoner")).unwrap();
    office.ok(&["backup", "b.almoner", "--force"]);
    assert_eq!(fs::read(office.path("b.almoner")).unwrap(), before);
    // Any other program can unpack it to a ledger.
    for (name, bytes) in unpacked(&office.path("b.almoner")) {
        let path = office.path("by-hand.ledger").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    office.ok(&["-L", "by-hand.ledger", "status", "--fy", "2015-16"]);
    assert_eq!(verified("by-hand.ledger"), verified("almoner.ledger"));
}

#[test]
fn a_backup_is_restored_as_a_whole_and_replaces_nothing() {
    let office = office();
    office.ok(&["backup", "b.almoner"]);
    fs::create_dir(office.path("there")).unwrap();
    for there in ["there", "almoner.ledger", "b.almoner"] {
        let refused = office.refused(1, &["restore", "b.almoner", there]);
        assert!(refused.contains("error[ledger-exists]"), "{refused}");
    }
    let intact = unpacked(&office.path("b.almoner"));
    let journal = intact.iter().position(|(name, _)| name.starts_with("journal/")).unwrap();
    let with = |name: &str| {
        let mut files = intact.clone();
        files.push((name.to_owned(), b"x".to_vec()));
        files
    };
    let changed = |change: &dyn Fn(&mut Files)| {
        let mut files = intact.clone();
        change(&mut files);
        files
    };
    let without = |name: &str| changed(&|files| files.retain(|(it, _)| it != name));
    let cut = changed(&|files| {
        let text = String::from_utf8(files[journal].1.clone()).unwrap();
        let last_batch = text.trim_end().rfind("{\"commit\"").unwrap();
        let before = text[..last_batch].rfind("{\"commit\"").unwrap();
        let end = before + text[before..].find('\n').unwrap() + 1;
        files[journal].1.truncate(end);
    });
    let cut_without_checkpoint = {
        let mut files = cut.clone();
        files.retain(|(name, _)| name != "checkpoint.json");
        files
    };
    let cases: Vec<(&str, Files, i32, &str)> = vec![
        ("a path out of the folder", with("../evil"), 1, "it contains a file `../evil`"),
        ("a whole path", with("/tmp/evil"), 1, "it contains a file `/tmp/evil`"),
        ("a path of another system", with("..\\evil"), 1, "it contains a file"),
        ("a path through the journal", with("journal/../../evil"), 1, "it contains a file"),
        ("a folder", with("journal/"), 1, "it contains a file"),
        ("an index", with("index/totals"), 1, "it contains a file"),
        ("no settings", without("ledger.toml"), 1, "not an almoner backup"),
        ("no head", without("head"), 1, "not an almoner backup"),
        ("no journal", without(&intact[journal].0), 3, "does not end a batch"),
        (
            "a line altered",
            changed(&|files| {
                let text = String::from_utf8(files[journal].1.clone()).unwrap();
                files[journal].1 = text.replace("1000.00", "1000.01").into_bytes();
            }),
            3,
            "has been altered",
        ),
        ("the last batch cut off", cut, 3, "truncation"),
        ("the last batch and the checkpoint gone", cut_without_checkpoint, 3, "truncation"),
        ("half a line", changed(&|files| files[journal].1.truncate(900)), 3, "the backup is damaged"),
        (
            "a checkpoint altered",
            changed(&|files| {
                let checkpoint = files.iter_mut().find(|(name, _)| name == "checkpoint.json").unwrap();
                checkpoint.1 =
                    String::from_utf8(checkpoint.1.clone()).unwrap().replace("-1000", "-2000").into();
            }),
            1,
            "bad-signature",
        ),
        (
            "another format",
            changed(&|files| {
                files.iter_mut().find(|it| it.0 == "ledger.toml").unwrap().1 =
                    b"format = 9\ncurrency = \"GBP\"".to_vec()
            }),
            3,
            "has format 9",
        ),
    ];
    for (what, files, code, expected) in cases {
        office.file("altered.almoner", packed(&files));
        let refused = office.refused(code, &["restore", "altered.almoner", "new.ledger"]);
        assert!(refused.contains(expected), "{what}: {refused}");
        let left = fs::read_dir(office.path(".")).unwrap().map(|it| it.unwrap().file_name());
        let left: Vec<_> = left.filter(|name| name.to_string_lossy().contains("new.ledger")).collect();
        assert!(left.is_empty() && !office.path("evil").exists(), "{what}: {left:?}");
    }
    let text = packed(&intact);
    office.file("cut.almoner", &text[..text.len() / 2]);
    assert!(office.refused(1, &["restore", "cut.almoner", "new.ledger"]).contains("error[not-a-backup]"));
    let refused = office.refused(1, &["restore", "b.almoner", "new.ledger", "--fingerprint", "0123"]);
    assert!(refused.contains("error[another-key]"), "{refused}");
}

#[test]
fn a_backup_made_while_others_record_ends_at_one_record() {
    let office = office();
    std::thread::scope(|scope| {
        let recording = scope.spawn(|| {
            for payment in 0..12 {
                office.ok(&[
                    "pay",
                    "1-2015",
                    "1",
                    "--date",
                    "2015-05-01",
                    "--again",
                    "--reference",
                    &format!("P{payment}"),
                ]);
            }
        });
        let mut backups = 0;
        while !recording.is_finished() || backups == 0 {
            let (file, copy) = (format!("{backups}.almoner"), format!("{backups}.ledger"));
            office.ok(&["backup", &file]);
            office.ok(&["restore", &file, &copy]);
            backups += 1;
        }
        recording.join().unwrap();
    });
}

#[test]
fn a_backup_without_the_key_must_be_requested() {
    let office = office();
    fs::rename(office.path("almoner.ledger.key"), office.path("elsewhere.key")).unwrap();
    assert!(office.refused(1, &["backup", "b.almoner"]).contains("--without-checkpoint"));
    office.ok(&["backup", "b.almoner", "--key-file", "elsewhere.key"]);
    office.ok(&["backup", "c.almoner", "--without-checkpoint"]);
    let restored = office.ok(&["restore", "c.almoner", "c.ledger"]);
    assert!(restored.contains("so it can be checked only by its own hashes"), "{restored}");
    let refused = office.refused(1, &["restore", "c.almoner", "d.ledger", "--fingerprint", "0123"]);
    assert!(refused.contains("error[no-checkpoint]"), "{refused}");
    // An existing key can serve another ledger; the key of another ledger is refused.
    office.ok(&["-L", "second.ledger", "init", "--key-file", "elsewhere.key"]);
    office.ok(&["-L", "third.ledger", "init"]);
    let refused = office.refused(1, &["checkpoint", "--key-file", "third.ledger.key"]);
    assert!(refused.contains("error[another-key]"), "{refused}");
}

#[test]
fn an_exported_ledger_is_imported_as_the_same_ledger() {
    let office = office();
    let lines = office.ok(&["export", "ledger"]);
    office.file("ledger.jsonl", &lines);
    let made = office.ok(&["-L", "copy.ledger", "import", "ledger", "ledger.jsonl"]);
    let head = line_of(&made, "Head: ");
    assert_eq!(line_of(&office.ok(&["verify"]), "Head: "), head);
    assert_eq!(office.ok(&["-L", "copy.ledger", "export", "ledger"]), lines);
    let settings = |ledger: &str| {
        let text = fs::read_to_string(office.path(ledger).join("ledger.toml")).unwrap();
        text.lines().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    assert_eq!(settings("copy.ledger"), settings("almoner.ledger"));
    assert!(lines.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));

    // As known earlier, up to the end of a batch.
    let earlier = office.ok(&["export", "ledger", "--known-at", "7"]);
    assert!(lines.starts_with(&earlier) && earlier.len() < lines.len());
    let refused = office.refused(1, &["export", "ledger", "--known-at", "6"]);
    assert!(refused.contains("--known-at 7"), "{refused}");

    let last = lines.trim_end().rfind('\n').unwrap() + 1;
    for (what, text, code, expected) in [
        ("something else", "{}\n".to_owned(), 1, "error[not-a-ledger]"),
        ("no lines", lines.lines().next().unwrap().to_owned() + "\n", 3, "does not end a batch"),
        ("without its last line", lines[..last].to_owned(), 3, "does not end a batch"),
        ("altered", lines.replace("1000.00", "1000.01"), 3, "has been altered"),
        ("with other line ends", lines.replace('\n', "\r\n"), 3, "the line cannot be read"),
    ] {
        office.file("altered.jsonl", text);
        let refused = office.refused(code, &["-L", "new.ledger", "import", "ledger", "altered.jsonl"]);
        assert!(refused.contains(expected), "{what}: {refused}");
        assert!(!office.path("new.ledger").exists(), "{what}");
    }
    let refused = office.refused(1, &["import", "ledger", "ledger.jsonl"]);
    assert!(refused.contains("error[ledger-exists]"), "{refused}");
}

#[cfg(unix)]
#[test]
fn files_are_private_to_their_owner() {
    use std::os::unix::fs::PermissionsExt;

    fn look(path: &Path, wrong: &mut Vec<String>) {
        let metadata = fs::metadata(path).unwrap();
        let expected = if metadata.is_dir() { 0o700 } else { 0o600 };
        let mode = metadata.permissions().mode() & 0o777;
        if mode != expected {
            wrong.push(format!("{} is {mode:o}", path.display()));
        }
        // The folder's mode protects the files of sled in it.
        if metadata.is_dir() && !path.ends_with("index/keys") {
            fs::read_dir(path).unwrap().for_each(|entry| look(&entry.unwrap().path(), wrong));
        }
    }

    let office = office();
    office.ok(&["backup", "b.almoner"]);
    office.ok(&["export", "ledger", "-o", "ledger.jsonl"]);
    office.ok(&["restore", "b.almoner", "restored.ledger"]);
    office.ok(&["-L", "imported.ledger", "import", "ledger", "ledger.jsonl"]);
    office.ok(&["rebuild"]);
    let mut wrong = Vec::new();
    for name in [
        "almoner.ledger",
        "almoner.ledger.key",
        "b.almoner",
        "ledger.jsonl",
        "restored.ledger",
        "imported.ledger",
    ] {
        look(&office.path(name), &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
