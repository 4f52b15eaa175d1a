//! Several programs at once: nothing is lost, doubled or overpaid, nobody waits for ever, and a command sent twice
//! with a key is recorded once.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::office::Office;
use crate::tally::{rounds, tally};
use almoner_store::folder::{Access, Ledger};

const PROCESSES: u64 = 8;

fn office(awards: &[(&str, &str)]) -> Office {
    let office = Office::new();
    for (id, amount) in awards {
        let award = ["award", "--decision", id, "--decided", "2015-01-01", "--amount", amount];
        let to = ["--recipient", "A recipient", "--purpose", "Work", "--theme", "a", "--add-missing"];
        office.ok(&[&award[..], &to[..]].concat());
    }
    office
}

fn almoner(office: &Office, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_almoner"));
    command.arg("--ledger").arg(office.path("almoner.ledger")).args(arguments);
    command.env("ALMONER_USER", "jane").env_remove("ALMONER_WAIT");
    command.env("ALMONER_STATE", office.path(".state"));
    command
}

/// Eight processes pay two awards; one of these is too small for all payments.
#[test]
fn eight_processes_at_once_lose_double_and_overpay_nothing() {
    let each = rounds("ALMONER_SEVERAL_ROUNDS", 2, 16);
    let enough_for = PROCESSES * each / 2;
    let ceiling = enough_for.to_string();
    let office = office(&[("1-2015", "1000000"), ("2-2015", &ceiling)]);
    let is_over = AtomicBool::new(false);
    let (mut paid, mut refused) = (0, 0);
    std::thread::scope(|scope| {
        let work = |process: u64| {
            let office = &office;
            move || {
                let mut done = (0, 0);
                for round in 0..each {
                    let reference = format!("P{process}-{round}");
                    // The same key twice, as if the first confirmation had not been seen.
                    let alone =
                        ["pay", "1-2015", "1", "--date", "2015-05-01", "--again", "--reference", &reference];
                    let keyed = [&alone[..], &["--key", &reference, "--wait", "120"]].concat();
                    for _ in 0..2 {
                        let output = almoner(office, &keyed).output().unwrap();
                        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
                        assert!(output.status.success(), "{errors}");
                        assert!(String::from_utf8_lossy(&output.stdout).contains("Recorded as record"));
                    }
                    let shared =
                        ["pay", "2-2015", "1", "--date", "2015-05-01", "--again", "--reference", &reference];
                    let shared = [&shared[..], &["--wait", "120"]].concat();
                    let output = almoner(office, &shared).output().unwrap();
                    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
                    match output.status.code() {
                        Some(0) => done.0 += 1,
                        Some(1) if errors.contains("payment-beyond-award") => done.1 += 1,
                        code => panic!("{code:?}: {errors}"),
                    }
                }
                done
            }
        };
        // Meanwhile a reader is quick, and never sees half a batch.
        let reader = scope.spawn(|| {
            let mut longest = Duration::ZERO;
            let mut reads = 0;
            while !is_over.load(Ordering::Relaxed) {
                let started = Instant::now();
                let report = office.json(&["report", "grants"]);
                longest = longest.max(started.elapsed());
                reads += 1;
                for row in report["rows"].as_array().unwrap() {
                    assert_eq!(row["paid"], row["expenditure"], "{row}");
                }
            }
            (reads, longest)
        });
        let workers: Vec<_> = (0..PROCESSES).map(|process| scope.spawn(work(process))).collect();
        for worker in workers {
            let done = worker.join().unwrap();
            paid += done.0;
            refused += done.1;
        }
        is_over.store(true, Ordering::Relaxed);
        let (reads, longest) = reader.join().unwrap();
        println!("{reads} reports were read meanwhile, the slowest in {longest:?}");
    });
    assert_eq!((paid, refused), (enough_for, PROCESSES * each - enough_for));
    let report = office.json(&["report", "grants"]);
    let paid: Vec<&str> =
        report["rows"].as_array().unwrap().iter().map(|row| row["paid"].as_str().unwrap()).collect();
    assert_eq!(paid, [format!("{}.00", PROCESSES * each), format!("{enough_for}.00")]);
    office.ok(&["verify"]);
    tally("recordings by eight processes at once", PROCESSES * each * 3);
}

#[test]
fn a_reader_sees_whole_batches_only() {
    let office = office(&[("1-2015", "1000")]);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = BTreeSet::new();
            // On any machine, until several states have been seen; what begins after the last import sees it.
            let mut is_last = false;
            while !is_last || seen.len() < 2 {
                is_last = is_over.load(Ordering::Relaxed);
                for arguments in [&["report", "themes", "--fy", "2015-16"][..], &["report", "grants"]] {
                    let report = office.json(arguments);
                    let paid = report["total"]["paid"].as_str().unwrap().to_owned();
                    let pounds: u64 = paid.strip_suffix(".00").unwrap().parse().unwrap();
                    assert_eq!(pounds % 20, 0, "{arguments:?}");
                    seen.insert(pounds);
                }
            }
            seen
        });
        for file in 0..8 {
            let rows: String = (0..20).map(|row| format!("1-2015,2015-06-01,1,{file}-{row}\n")).collect();
            office.file("payments.csv", format!("award,date,amount,reference\n{rows}"));
            // Each but the very first is like the one before it.
            let alike = if file == 0 { "19" } else { "20" };
            office.ok(&["import", "payments", "payments.csv", "--confirm-duplicates", alike]);
        }
        is_over.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap().contains(&160));
    });
}

#[test]
fn a_waiting_writer_names_the_holder_and_gives_up() {
    let office = office(&[("1-2015", "1000")]);
    let path = office.path("almoner.ledger");
    let holder = Ledger::open(&path, Access::Write, &mut |_, _| {}).unwrap();
    let me = format!("process {}", std::process::id());
    let pay = ["pay", "1-2015", "1", "--date", "2015-05-01"];

    let started = Instant::now();
    let errors = office.refused(3, &[&pay[..], &["--wait", "2"]].concat());
    assert!(started.elapsed() >= Duration::from_secs(2));
    for part in
        ["note: the ledger is in use by", "waiting for up to 2 seconds", "ledger-in-use", "--wait", &me]
    {
        assert!(errors.contains(part), "{part}: {errors}");
    }
    let by_environment = almoner(&office, &pay).env("ALMONER_WAIT", "0").output().unwrap();
    assert_eq!(by_environment.status.code(), Some(3));
    let wrong = almoner(&office, &pay).env("ALMONER_WAIT", "soon").output().unwrap();
    assert_eq!(wrong.status.code(), Some(1), "{}", String::from_utf8_lossy(&wrong.stderr));

    // A program that waits long enough gets its turn.
    let waiting = almoner(&office, &pay).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    drop(holder);
    assert!(waiting.wait_with_output().unwrap().status.success());
}

/// While the lock is held, every command that reads answers as if it were not, without a wait and without a note.
#[test]
fn readers_answer_while_the_lock_is_held() {
    let office = office(&[("1-2015", "1000"), ("2-2015", "1000")]);
    office.ok(&["pay", "1-2015", "10", "--date", "2015-05-01"]);
    office.ok(&["vary", "1-2015", "--date", "2015-06-01", "--by-amount", "100"]);
    let papers = ["themes", "periods", "grants", "recipients", "changes", "late", "not-stated", "decisions"];
    let sheets = ["monitoring", "indicators", "papers", "budget", "commitments", "trial-balance", "year-end"];
    let reports: Vec<Vec<&str>> =
        papers.into_iter().chain(sheets).map(|report| vec!["report", report]).collect();
    let others: &[&[&str]] = &[
        &["status"],
        &["report", "grant", "1-2015"],
        &["report", "recipient", "a-recipient"],
        &["report", "themes", "--known-at", "8"],
        &["report", "grants", "--audience", "public"],
        &["explain", "all/paid@2015-16"],
        &["diff", "--known-at", "8"],
        &["show", "1-2015"],
        &["show", "a-recipient"],
        &["show", "8"],
        &["log"],
        &["pending"],
        &["user", "list"],
        &["policy", "show"],
        &["decision", "list"],
        &["recipient", "list"],
        &["fund", "list"],
        &["theme", "list"],
        &["indicator", "list"],
        &["paper", "list"],
        &["budget", "list"],
        &["pay", "1-2015", "5", "--date", "2015-06-30", "--dry-run"],
        &["export", "ledger"],
        &["export", "journal", "--for", "hledger"],
    ];
    let commands: Vec<Vec<&str>> = reports.into_iter().chain(others.iter().map(|it| it.to_vec())).collect();
    let answers = || -> Vec<(String, String)> {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let answer = |arguments: &Vec<&str>| {
            let output = office.run(arguments);
            let errors = text(output.stderr);
            assert!(output.status.success(), "{arguments:?}: {errors}");
            (text(output.stdout), errors)
        };
        commands.iter().map(answer).collect()
    };
    let free = answers();
    let started = Instant::now();
    drop(answers());
    let taken = started.elapsed();
    let _writer = Ledger::open(&office.path("almoner.ledger"), Access::Write, &mut |_, _| {}).unwrap();
    let started = Instant::now();
    let held = answers();
    // One reader that waits would take seconds longer by itself.
    assert!(
        started.elapsed() < taken * 3 + Duration::from_secs(1),
        "{:?}, free {taken:?}",
        started.elapsed()
    );
    for ((arguments, free), held) in commands.iter().zip(free).zip(held) {
        assert_eq!(held, free, "{arguments:?}");
    }
}

#[test]
fn a_command_sent_again_with_its_key_gets_the_first_confirmation() {
    let office = office(&[("1-2015", "1000")]);
    let table: &[&[&str]] = &[
        &["pay", "1-2015", "10", "--date", "2015-05-01"],
        &["pay", "1-2015", "10", "--date", "2015-05-01", "--again"],
        &["refund", "1-2015", "5", "--date", "2015-05-02"],
        &["vary", "1-2015", "--date", "2015-06-01", "--by-amount", "100"],
        &["repurpose", "1-2015", "--date", "2015-06-01", "--purpose", "Other work", "--theme", "a"],
        &["theme", "add", "b", "--name", "B"],
        &["reverse", "9", "--reason", "Twice"],
        &["close", "2015-01"],
    ];
    for (number, arguments) in table.iter().enumerate() {
        let key = format!("key {number}");
        let keyed = [*arguments, &["--key", &key]].concat();
        let first = office.ok(&keyed);
        assert!(first.contains("Recorded as record"), "{arguments:?}: {first}");
        let again = office.run(&keyed);
        let errors = String::from_utf8_lossy(&again.stderr);
        assert!(errors.contains("already been recorded with the same key"), "{arguments:?}: {errors}");
        assert_eq!(String::from_utf8_lossy(&again.stdout), first, "{arguments:?}");
    }
    // Much later, the first confirmation is still shown unchanged.
    let first = office.ok(&[table[0], &["--key", "key 0"]].concat());
    assert!(first.contains("balance 990.00"), "{first}");
    let errors = office.refused(1, &["pay", "1-2015", "11", "--date", "2015-05-01", "--key", "key 0"]);
    assert!(errors.contains("key-used") && errors.contains("record 8 "), "{errors}");
    // Both are described.
    assert!(errors.contains("(`pay`)") && errors.contains("`pay, amount 11, award 1-2015,"), "{errors}");
    for other in [
        &["pay", "1-2015", "10", "--date", "2015-05-01", "--user", "al"][..],
        &["pay", "1-2015", "10", "--date", "2015-05-01", "--late"],
        &["propose", "pay", "1-2015", "10", "--date", "2015-05-01"],
        &["refund", "1-2015", "10", "--date", "2015-05-01"],
    ] {
        let errors = office.refused(1, &[other, &["--key", "key 0"]].concat());
        assert!(errors.contains("key-used"), "{other:?}: {errors}");
    }

    // An imported file may have a key, but does not need one.
    let rows = "award,date,amount,reference\n1-2015,2015-09-30,5,A\n1-2015,2015-10-31,6,B\n";
    office.file("payments.csv", rows);
    let import = ["import", "payments", "payments.csv"];
    let first = office.ok(&import);
    let (_, recorded) = first.split_once("Recorded ").unwrap();
    let (recorded, _) = recorded.split_once("To undo: ").unwrap();
    let again = office.ok(&import);
    assert!(again.contains("Nothing new") && again.contains(recorded), "{again}");
    office.file("payments.csv", rows.replace("A\n", "C\n").replace("B\n", "D\n"));
    let keyed = [&import[..], &["--confirm-duplicates", "2", "--key", "October"]].concat();
    let first = office.ok(&keyed);
    // The file is not read against the books again: only what was recorded is confirmed.
    let again = office.ok(&keyed);
    assert!(again.starts_with("Recorded as record") && first.ends_with(&again), "{first}\n{again}");
    office.file("payments.csv", rows.replace("A\n", "E\n"));
    assert!(office.refused(1, &keyed).contains("key-used"));
    office.file("bank.csv", "Date,Text,Amount,Balance\n2015-09-30,C,-5,995\n");
    let keyed = ["reconcile", "bank.csv", "--account", "12345678", "--key", "September"];
    let first = office.ok(&keyed);
    assert_eq!(office.ok(&keyed).lines().last(), first.lines().last());
    office.ok(&["verify"]);
}
