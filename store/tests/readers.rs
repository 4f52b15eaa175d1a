//! Readers beside a program that records: they take no lock, wait for nobody, and stay at one head.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::common::{self, AT, BY, award, opening_events, pay, recipients};
use almoner_ledger::book::Books;
use almoner_ledger::grants::GrantId;
use almoner_store::folder::lock::Turn;
use almoner_store::folder::{Access, Ledger};
use almoner_store::{BatchLabel, KnownAt, Lines, Logged, Store, as_known_at};

fn open(path: &Path, access: Access) -> Ledger {
    let (ledger, notices) = Ledger::open(path, access, &mut |_, _| {}).unwrap();
    assert_eq!(notices, Vec::<String>::new());
    ledger
}

fn record(ledger: &mut Ledger, commands: &[almoner_ledger::command::Command]) {
    let batch = common::drafted(ledger, commands);
    ledger.append(ledger.head(), BatchLabel::default(), batch).unwrap();
}

/// A ledger with an award of which 1.00 is paid, and a large run.
fn ledger(folder: &Path) -> PathBuf {
    let path = folder.join("almoner.ledger");
    let mut ledger = Ledger::create(&path, opening_events(), AT.into(), BY.into()).unwrap();
    record(
        &mut ledger,
        &[award("1-2015", "2015-01-10", "900000", "a", None), pay("1-2015", "2015-02-01", "1")],
    );
    record(&mut ledger, &recipients(0..600));
    path
}

/// What is in the books, to be compared.
fn contents(ledger: &Ledger) -> String {
    let mut all = format!("{:?} {:?} {:?}", ledger.head(), ledger.reference(), ledger.totals());
    let mut add = |text: String| {
        all += &text;
        Ok(())
    };
    ledger.each_grant(&mut |it| add(format!("{it:?}"))).unwrap();
    ledger.each_recipient(&mut |it| add(format!("{it:?}"))).unwrap();
    ledger.each_decision(&mut |it| add(format!("{it:?}"))).unwrap();
    let mut last = 0;
    let mut note = |logged| {
        if let Logged::Record(record, hash) = logged {
            last = record.number;
            all += &hash.to_string();
        }
        Ok(true)
    };
    ledger.lines(1, &mut note).unwrap();
    assert_eq!(last, ledger.head().record);
    assert!(ledger.record(last).unwrap().is_some() && ledger.record(last + 1).unwrap().is_none());
    let then = as_known_at(ledger, KnownAt::Record(last)).unwrap();
    assert_eq!((then.reference(), then.totals()), (ledger.reference(), ledger.totals()));
    all
}

#[test]
fn a_reader_stays_at_its_head_while_records_are_appended() {
    let folder = tempfile::tempdir().unwrap();
    let path = ledger(folder.path());
    let mut writer = open(&path, Access::Write);
    let mut readers: Vec<(Ledger, String)> = Vec::new();
    // Single payments, and batches after each of which there is another run and the last but two are gone.
    for round in 0_u32..8 {
        let reader = open(&path, Access::Read);
        let found = contents(&reader);
        assert_eq!(found, contents(&writer), "round {round}");
        readers.push((reader, found));
        record(&mut writer, &[pay("1-2015", &format!("2015-03-0{}", round + 1), "1")]);
        if round % 2 == 1 {
            let first = 1_000 * (round + 1);
            record(&mut writer, &recipients(first..first + 600));
        }
    }
    for (round, (reader, found)) in readers.iter().enumerate() {
        assert_eq!(contents(reader), *found, "the reader of round {round}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_whose_files_are_removed_goes_on_reading() {
    let folder = tempfile::tempdir().unwrap();
    let path = ledger(folder.path());
    let reader = open(&path, Access::Read);
    let found = contents(&reader);
    Ledger::rebuild(&path, &Turn::default(), None, &mut |_, _| {}).unwrap();
    assert_eq!(contents(&reader), found);
    std::fs::remove_dir_all(path.join("index")).unwrap();
    assert_eq!(contents(&reader), found);
}

/// Files come and go while readers open: each begins again and finds a whole head.
#[test]
fn readers_find_a_whole_head_while_files_come_and_go() {
    let folder = tempfile::tempdir().unwrap();
    let path = ledger(folder.path());
    let grant = GrantId::new("1-2015").unwrap();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|number| {
                let (path, grant, is_over) = (&path, &grant, &is_over);
                scope.spawn(move || {
                    let mut last = 0;
                    let mut opened = 0;
                    while !is_over.load(Ordering::Relaxed) || opened < 3 {
                        let ledger = Ledger::open(path, Access::Read, &mut |_, _| {}).unwrap().0;
                        // Each round adds a payment of a pound and 520 recipients, in two batches.
                        let paid = ledger.grant(grant).unwrap().unwrap().standing().unwrap().paid;
                        let known = ledger.reference().records;
                        assert!(known >= last, "reader {number} went back from {last} to {known}");
                        let mut recipients = 0_u64;
                        ledger
                            .each_recipient(&mut |_| {
                                recipients += 1;
                                Ok(())
                            })
                            .unwrap();
                        let rounds = (recipients - 601) / 520;
                        let expected = [format!("{}.00", rounds + 1), format!("{}.00", rounds + 2)];
                        assert!(expected.contains(&paid.to_string()), "{paid} after {rounds} rounds");
                        (last, opened) = (known, opened + 1);
                    }
                })
            })
            .collect();
        for round in 0_u32..6 {
            let mut writer = Ledger::open(&path, Access::Write, &mut |_, _| {}).unwrap().0;
            record(&mut writer, &[pay("1-2015", &format!("2015-04-0{}", round + 1), "1")]);
            record(&mut writer, &recipients(1_000 * (round + 1)..1_000 * (round + 1) + 520));
            drop(writer);
            if round % 3 == 2 {
                Ledger::rebuild(&path, &Turn::default(), None, &mut |_, _| {}).unwrap();
            }
        }
        is_over.store(true, Ordering::Relaxed);
        readers.into_iter().for_each(|reader| reader.join().unwrap());
    });
}
