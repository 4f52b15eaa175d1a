//! Large files of payments.

use almoner_imports::{Kind, plan};
use almoner_ledger::book::Books;
use almoner_ledger::command::Options;
use almoner_store::memory::MemoryStore;
use almoner_store::{Lines, Logged};

use crate::support::{draft, import_well, new_books, read, rounds};

/// The rows of a large file, whose halves are of whole days: fewer in the quick tier.
fn large() -> usize {
    rounds(900, 7_200)
}

const AWARDS: usize = 90;
const ROWS_OF_A_DAY: usize = 450;

fn books() -> MemoryStore {
    let mut store = new_books();
    let mut awards = "decision,decided,recipient,amount,purpose,theme,fund,from,to\n".to_owned();
    for award in 0..AWARDS {
        let (theme, period) =
            if award % 3 == 0 { ("a:30%;b:70%", ",") } else { ("c", "2015-04-01,2016-03-31") };
        awards += &format!("{award}-2015,2015-01-22,Lighthouse,1000000,A post,{theme},victims,{period}\n");
    }
    import_well(&mut store, Kind::Awards, &awards);
    store
}

/// Payments, some of them identical, and some refunds.
fn payments(rows: std::ops::Range<usize>) -> String {
    let row = |row: usize| {
        let (award, day) = (row * 7 % AWARDS, 1 + row / ROWS_OF_A_DAY);
        let is_refund = row > AWARDS && row % 11 == 10;
        let amount = if is_refund { "-0.07".to_owned() } else { format!("{}.31", row % 5) };
        let reference = if row.is_multiple_of(2) { "x" } else { "" };
        let kind = if is_refund { "refund" } else { "" };
        format!("{award}-2015,2015-05-{day:02},{amount},{reference},{kind}\n")
    };
    "award,date,amount,reference,kind\n".to_owned() + &rows.map(row).collect::<String>()
}

fn records(store: &MemoryStore) -> Vec<String> {
    let mut records = Vec::new();
    let mut note = |logged| {
        // The hash of a record depends on the batch in which it is.
        if let Logged::Record(record, _) = &logged {
            records.push(format!("{record:?}"));
        }
        Ok(true)
    };
    store.lines(1, &mut note).unwrap();
    records
}

#[test]
fn a_large_file_records_the_same_as_its_halves() {
    let rows = large();
    let (mut whole, mut halves) = (books(), books());
    import_well(&mut whole, Kind::Payments, &payments(0..rows));
    // No row of one half is like a row of the other.
    import_well(&mut halves, Kind::Payments, &payments(0..rows / 2));
    import_well(&mut halves, Kind::Payments, &payments(rows / 2..rows));
    assert_eq!(whole.head().record, halves.head().record);
    assert!(whole.read_models() == halves.read_models());
    assert_eq!(records(&whole), records(&halves));
}

#[test]
fn rows_of_a_large_file_are_new_recorded_or_rejected() {
    /// Rows that are new, there already, and rejected.
    fn planned(store: &MemoryStore, text: &str) -> [u64; 3] {
        let file = read(Kind::Payments, "payments.csv", text.as_bytes());
        let options = Options { again: true, ..Options::default() };
        let plan = plan(&file, &mut draft(store), options, &mut |_| {}).unwrap();
        [plan.rows_taken(), plan.already.rows, plan.rejected.rows]
    }
    let mut store = books();
    let all = large();
    let rows = all as u64;
    let but_last = |last: &str| payments(0..all - 1) + last;
    assert_eq!(planned(&store, &payments(0..all)), [rows, 0, 0]);
    assert_eq!(planned(&store, &but_last("1-2015,2015-05-30,1,,\n")), [rows, 0, 0]);
    // An award that is not known, more than is left, and no amount.
    for last in ["none,2015-05-30,1,,\n", "1-2015,2015-05-30,1000001,,\n", "1-2015,2015-05-30,,,\n"] {
        assert_eq!(planned(&store, &but_last(last)), [rows - 1, 0, 1], "{last}");
    }
    import_well(&mut store, Kind::Payments, &payments(0..10));
    assert_eq!(planned(&store, &payments(0..all)), [rows - 10, 10, 0]);
}
