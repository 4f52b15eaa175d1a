//! Links and pipes in place of a ledger's files and folders: no command waits for one or writes through one.

use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::*;
use crate::tally::{rounds, tally};

/// No command takes so long: what does waits for a pipe.
const PATIENCE: Duration = Duration::from_secs(60);

const COMMANDS: &[&[&str]] = &[
    &["verify"],
    &["status"],
    &["report", "themes", "--known-at", "3"],
    &["pay", "1-2015", "1", "--date", "2015-05-02", "--key", "once"],
    &["rebuild"],
];

/// What is put in the place of a file or folder.
#[derive(Clone, Copy, Debug)]
enum Put {
    LinkToFile,
    LinkToFolder,
    LinkToNothing,
    Pipe,
}

fn put(what: Put, place: &Path, office: &Office) {
    let made = match what {
        Put::LinkToFile => symlink(office.path("mine.txt"), place),
        Put::LinkToFolder => symlink(office.path("mine"), place),
        Put::LinkToNothing => symlink(office.path("nothing"), place),
        Put::Pipe => {
            let made = Command::new("mkfifo").arg(place).status().unwrap();
            assert!(made.success());
            Ok(())
        }
    };
    made.unwrap();
}

fn remove(place: &Path) {
    match place.symlink_metadata() {
        Ok(found) if found.is_dir() => fs::remove_dir_all(place).unwrap(),
        Ok(_) => fs::remove_file(place).unwrap(),
        Err(_) => {}
    }
}

/// Every file and folder beneath one, by its path from there.
fn beneath(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(beneath(&path));
        }
        found.push(path);
    }
    found
}

/// Runs a command, which must end by itself and not in a panic.
fn ends(office: &Office, arguments: &[&str], when: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_almoner"));
    command.args(arguments).current_dir(office.path("."));
    command.env("ALMONER_USER", "jane").env("ALMONER_STATE", office.path(".state"));
    command.env("ALMONER_WAIT", "1");
    let mut running = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    let status = loop {
        if let Some(status) = running.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > PATIENCE {
            running.kill().unwrap();
            panic!("{when}: {arguments:?} waits");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(matches!(status.code(), Some(0 | 1 | 3)), "{when}: {arguments:?}: {status}");
}

#[test]
fn nothing_waits_for_or_writes_through_what_is_no_plain_file() {
    let books = Books::new();
    books.office.ok(&["pay", "1-2015", "5", "--date", "2015-05-01", "--key", "first"]);
    remove(&books.office.path("intact.ledger"));
    copy_folder(&books.ledger(), &books.office.path("intact.ledger"));
    let intact = books.office.path("intact.ledger");
    let of_ledger = beneath(&intact).into_iter().map(|it| it.strip_prefix(&intact).unwrap().to_owned());
    // Also the names under which files are written before they take their places.
    let new = ["head.new", "ledger.toml.new", "index.new", "index.old", "journal/000000000099.jsonl"];
    let places: Vec<PathBuf> = of_ledger.chain(new.map(PathBuf::from)).collect();
    fs::create_dir(books.office.path("mine")).unwrap();
    fs::write(books.office.path("mine/letter.txt"), "mine").unwrap();
    fs::write(books.office.path("mine.txt"), "mine").unwrap();
    let mut tried = 0;
    for place in &places {
        for what in [Put::LinkToFile, Put::LinkToFolder, Put::LinkToNothing, Put::Pipe] {
            let when = format!("{what:?} at {}", place.display());
            // In the quick tier, one command at each place: another for each thing that is put there.
            let commands = rounds("ALMONER_LINKS", 1, COMMANDS.len() as u64);
            for command in COMMANDS.iter().cycle().skip(tried as usize).take(commands as usize) {
                books.restore_intact();
                let place = books.ledger().join(place);
                remove(&place);
                put(what, &place, &books.office);
                ends(&books.office, command, &when);
                let mine = |name: &str| fs::read_to_string(books.office.path(name)).unwrap_or_default();
                assert_eq!(
                    [mine("mine.txt"), mine("mine/letter.txt")],
                    ["mine", "mine"],
                    "{when}: {command:?}"
                );
                assert_eq!(
                    fs::read_dir(books.office.path("mine")).unwrap().count(),
                    1,
                    "{when}: {command:?}"
                );
                assert!(!books.office.path("nothing").exists(), "{when}: {command:?}");
                tried += 1;
            }
        }
    }
    tally("links and pipes among a ledger's files", tried);
}

#[test]
fn nothing_is_written_into_a_ledger_folder() {
    let books = Books::new();
    let before = beneath(&books.ledger());
    for arguments in [
        &["report", "themes", "-o", "almoner.ledger/themes.csv"][..],
        &["report", "themes", "-o", "almoner.ledger/head", "--force", "--format", "csv"],
        &["export", "panel", "--fy", "2015-16", "-o", "almoner.ledger/journal/panel.html"],
        &["export", "ledger", "-o", "almoner.ledger/index/books.jsonl"],
        &["backup", "almoner.ledger/books.almoner"],
        &["checkpoint", "-o", "almoner.ledger/year.checkpoint"],
        &["init", "--ledger", "almoner.ledger/another.ledger"],
        &["export", "disclosure", "--month", "2015-03", "-o", "almoner.ledger/disclosure"],
    ] {
        let refused = books.office.refused(1, arguments);
        assert!(refused.starts_with("error[in-ledger]"), "{arguments:?}: {refused}");
    }
    assert_eq!(beneath(&books.ledger()), before);
}

#[test]
fn files_of_the_office_are_private_and_files_for_others_are_not() {
    use std::os::unix::fs::PermissionsExt;
    let books = Books::new();
    for (arguments, is_private) in [
        (&["report", "themes", "-o", "out.csv"][..], true),
        (&["report", "themes", "--audience", "public", "-o", "out.csv"], false),
        (&["export", "cfo", "--fy", "2014-15", "-o", "out.html"], true),
        (&["export", "panel", "--fy", "2014-15", "-o", "out.html"], false),
        (&["export", "panel", "--fy", "2014-15", "--audience", "officer", "-o", "out.html"], true),
        (&["export", "journal", "--for", "ledger", "-o", "out.ledger"], true),
        (&["log", "-o", "out.csv"], true),
    ] {
        books.office.ok(arguments);
        let path = books.office.path(arguments.last().unwrap());
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode == 0o600, is_private, "{arguments:?}: {mode:o}");
        fs::remove_file(path).unwrap();
    }
}
