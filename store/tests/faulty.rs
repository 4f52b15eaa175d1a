//! Stores with one fault each: the contract's suite and the verification of a store find it.

use crate::common::{self, award, opening_events, pay};
use almoner_ledger::book::{Batch, Books};
use almoner_ledger::command::Command;
use almoner_ledger::head::Head;
use almoner_store::contract::{Decide, fulfils};
use almoner_store::memory::MemoryStore;
use almoner_store::verify::{FindingKind, VerifyOptions, verify_store};
use almoner_store::{
    Appended, BatchLabel, Commit, Health, KnownAt, Lines, Logged, Store, StoreError, Visit, VisitText,
    as_known_at,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// What is shown stops before the last batch.
    StaleBooks,
    /// What is shown, and its state, are from before the last batch, which is among the lines.
    Overtaken,
    /// Another payment is shown than was recorded.
    OtherBooks,
    /// A key is forgotten.
    LostKey,
    /// A key is found where another begins with it.
    KeyOfPrefix,
    /// The last commit is not among the lines.
    LostCommit,
    /// The user of a record is another.
    OtherUser,
    /// The text has an amount that the lines do not have.
    OtherText,
    /// The text ends early.
    ShortText,
    /// It says that it is damaged.
    Damaged,
    /// A batch is recorded whatever it was decided on.
    AnyHead,
}

/// A store in memory with a fault.
struct Faulty {
    store: MemoryStore,
    fault: Fault,
    shown: Option<MemoryStore>,
}

impl Faulty {
    fn new(fault: Fault) -> Faulty {
        Faulty { store: MemoryStore::default(), fault, shown: None }
    }
}

impl Store for Faulty {
    fn snapshot(&self, known_at: Option<KnownAt>) -> Result<Box<dyn Books + '_>, StoreError> {
        let last = self.store.head().record;
        if let (Some(shown), None) = (&self.shown, known_at) {
            return shown.snapshot(None);
        }
        match known_at {
            None if matches!(self.fault, Fault::StaleBooks | Fault::Overtaken) && last > 6 => {
                self.store.snapshot(Some(KnownAt::Record(last - 1)))
            }
            known_at => self.store.snapshot(known_at),
        }
    }

    fn append(
        &mut self,
        expected: Head,
        label: BatchLabel<'_>,
        batch: Batch,
    ) -> Result<Appended, StoreError> {
        let expected = if self.fault == Fault::AnyHead { self.store.head() } else { expected };
        self.store.append(expected, label, batch)
    }

    fn batch_with_key(&self, key: &str) -> Result<Option<Head>, StoreError> {
        match self.fault {
            Fault::LostKey if key == "another key" => Ok(None),
            Fault::KeyOfPrefix if key == "another" => self.store.batch_with_key("another key"),
            _ => self.store.batch_with_key(key),
        }
    }

    fn commit_of(&self, record: u64) -> Result<Option<Commit>, StoreError> {
        self.store.commit_of(record)
    }
}

impl Lines for Faulty {
    fn health(&self) -> Health {
        let damage = (self.fault == Fault::Damaged).then(|| "a line was altered".to_owned());
        let Health { mut head, .. } = self.store.health();
        if self.fault == Fault::Overtaken && head.record > 6 {
            head = as_known_at(&self.store, KnownAt::Record(head.record - 1)).unwrap().head();
        }
        Health { head, damage }
    }

    fn lines(&self, from: u64, visit: Visit<'_>) -> Result<(), StoreError> {
        let last = self.store.head().record;
        self.store.lines(from, &mut |logged| match logged {
            Logged::Commit(commit) if self.fault == Fault::LostCommit && commit.head.record == last => {
                Ok(true)
            }
            Logged::Record(mut record, hash) if self.fault == Fault::OtherUser && record.number == 5 => {
                record.by = "another".into();
                visit(Logged::Record(record, hash))
            }
            logged => visit(logged),
        })
    }

    fn text(&self, visit: VisitText<'_>) -> Result<(), StoreError> {
        let last = self.store.head();
        self.store.text(&mut |text, head| {
            if self.fault == Fault::ShortText && head == Some(last) {
                return Ok(false);
            }
            let text = String::from_utf8(text.to_vec()).unwrap();
            let other =
                if self.fault == Fault::OtherText { text.replace("9000.00", "9001.00") } else { text };
            visit(other.as_bytes(), head)
        })
    }
}

fn work() -> [Vec<Command>; 2] {
    let period = Some(("2014-11-01", "2015-10-31"));
    [
        vec![
            award("6-2015", "2015-01-22", "18467", "domestic-abuse", period),
            common::expect("6-2015", "Monitoring report", "2015-07-15", false),
        ],
        vec![pay("6-2015", "2015-02-01", "9000")],
    ]
}

#[test]
fn the_suite_finds_every_fault() {
    let batches: [Decide<'_>; 4] = [
        &|books| common::drafted_events(books, opening_events()),
        &|books| common::drafted(books, &work()[0]),
        &|books| common::drafted(books, &work()[1]),
        &|books| {
            let number = books.reference().records as u32;
            common::drafted(books, &common::recipients(number..number + 1))
        },
    ];
    for (fault, expected) in [
        (Fault::None, None),
        (Fault::StaleBooks, Some("the head of a snapshot")),
        (Fault::Overtaken, Some("the state of a store after a batch")),
        (Fault::LostKey, Some("a key that was used")),
        (Fault::KeyOfPrefix, Some("a key like one that was used")),
        (Fault::LostCommit, Some("the lines")),
        (Fault::OtherUser, Some("record 5 is not as it was appended")),
        (Fault::OtherText, Some("altered")),
        (Fault::ShortText, Some("the end of the text")),
        (Fault::Damaged, Some("the state of a store without records")),
        (Fault::AnyHead, Some("a batch decided on another head")),
    ] {
        let broken = fulfils(&mut Faulty::new(fault), &batches).err().map(|broken| broken.to_string());
        let is_expected = match (&broken, expected) {
            (Some(broken), Some(expected)) => broken.contains(expected),
            (broken, expected) => broken.is_none() && expected.is_none(),
        };
        assert!(is_expected, "{fault:?}: {broken:?}");
    }
}

#[test]
fn verification_of_a_store_names_what_it_shows_wrongly() {
    let with = |payments: &[Command]| {
        let mut store = MemoryStore::default();
        let opening = common::drafted_events(&store, opening_events());
        store.append(Head::EMPTY, BatchLabel::default(), opening).unwrap();
        for commands in [&work()[0], payments] {
            let batch = common::drafted(&store, commands);
            store.append(store.head(), BatchLabel::default(), batch).unwrap();
        }
        store
    };
    let found = |fault: Fault, shown: Option<MemoryStore>| {
        let store = Faulty { store: with(&work()[1]), fault, shown };
        let found = verify_store(&store, VerifyOptions::default(), &mut |_, _| {}).unwrap().findings;
        found.into_iter().map(|it| (it.kind, it.message)).collect::<Vec<_>>()
    };
    let index = |message: &str| (FindingKind::Index, message.to_owned());
    assert_eq!(found(Fault::None, None), []);
    // What was recorded since is no fault, and books that stop before are one.
    assert_eq!(found(Fault::Overtaken, None), []);
    let stale = found(Fault::StaleBooks, None);
    assert!(stale.contains(&index("grant 6-2015 differs from the journal's")), "{stale:?}");
    let other = with(&[pay("6-2015", "2015-02-01", "8000")]);
    assert_eq!(
        found(Fault::OtherBooks, Some(other)),
        [index("grant 6-2015 differs from the journal's"), index("the totals differ from the journal's")]
    );
    let empty = MemoryStore::default();
    let missing = found(Fault::OtherBooks, Some(empty));
    for message in [
        "grant 6-2015 is missing",
        "recipient recipient-of-6-2015 is missing",
        "decision 6-2015 is missing",
        "what needs attention of grant 6-2015 is missing",
        "the numbers of the decisions differ from the journal's",
    ] {
        assert!(missing.contains(&index(message)), "{message}: {missing:?}");
    }
    let more = with(&common::recipients(1..2));
    assert!(
        found(Fault::OtherBooks, Some(more))
            .iter()
            .any(|(_, message)| message.ends_with("is not in the journal")),
        "a recipient that nobody added"
    );
    assert_eq!(found(Fault::Damaged, None), [(FindingKind::Damage, "a line was altered".to_owned())]);
}
