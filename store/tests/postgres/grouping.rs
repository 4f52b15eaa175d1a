//! Several requests in one transaction.

use almoner_ledger::book::{Batch, Books, Draft};
use almoner_ledger::command::Options;
use almoner_ledger::decide::carry_out;
use almoner_store::postgres::{Decided, PostgresStore, Request, record_all};
use almoner_store::{Appended, BatchLabel, Lines, Logged, Store};

use super::proxy::{Loss, Proxy};
use super::server::{ADMIN, shared};
use super::{verified, worked};
use crate::common::{self, AT, BY, pay};

/// A payment of an award of 15,000.00, of which 5,001.00 is paid; or why it is refused.
fn paying(books: &dyn Books, number: usize) -> Result<Batch, String> {
    let mut draft = Draft::new(books, AT.into(), BY.into());
    let on = format!("2015-{:02}-{:02}", 4 + number / 28, 1 + number % 28);
    let payment = pay("10-2015", &on, "1000");
    carry_out(&mut draft, &payment, Options { again: true, ..Options::default() })
        .map_err(|refused| refused.to_string())?;
    draft.finish().map_err(|error| error.to_string())
}

/// The number of batches that have this label.
fn labelled(store: &PostgresStore, wanted: &str) -> usize {
    let mut found = 0;
    store
        .lines(1, &mut |logged| {
            found += usize::from(matches!(logged, Logged::Commit(commit) if commit.label == wanted));
            Ok(true)
        })
        .unwrap();
    found
}

#[test]
fn of_many_payments_at_once_a_ceiling_lets_so_many_through() {
    let Some(server) = shared() else { return };
    let (mut store, _) = worked(server);
    let keys: Vec<String> = (0..32).map(|number| format!("payment {}", number % 31)).collect();
    let request = |number: usize| Request {
        label: BatchLabel { label: "grouped", key: keys.get(number).map(String::as_str), request: None },
        decide: Box::new(move |books| paying(books, number)),
    };
    let before = store.health().head;
    let decided = record_all(&mut store, (0..32).map(request).collect());
    for (number, decided) in decided.iter().enumerate() {
        match decided {
            // Each has a batch of its own, whose head is that of its key.
            Decided::Appended(Appended::Recorded(head)) if number < 9 => {
                assert_eq!(store.batch_with_key(&keys[number]).unwrap(), Some(*head), "{number}");
                assert_eq!(head.record, before.record + 1 + number as u64);
            }
            // The last has the key of the first.
            Decided::Appended(Appended::AlreadyRecorded(head)) if number == 31 => {
                assert_eq!(store.batch_with_key(&keys[0]).unwrap(), Some(*head));
            }
            Decided::Refused(why) if (9..31).contains(&number) => {
                assert!(why.contains("exceeds"), "{number}: {why}");
            }
            other => panic!("{number}: {other:?}"),
        }
    }
    let id = "10-2015".parse().unwrap();
    let paid = store.snapshot(None).unwrap().grant(&id).unwrap().unwrap().standing().unwrap().paid;
    assert_eq!((paid.to_string().as_str(), labelled(&store, "grouped")), ("14001.00", 9));
    assert_eq!(verified(&store).findings, []);
    // Sent again, all of it is answered from what was recorded.
    let now = store.health().head;
    let again = record_all(&mut store, (0..9).map(request).collect());
    assert!(
        again.iter().all(|it| matches!(it, Decided::Appended(Appended::AlreadyRecorded(_)))),
        "{again:?}"
    );
    assert_eq!(store.health().head, now);
}

#[test]
fn a_group_whose_confirmation_is_lost_is_recorded_once() {
    let Some(server) = shared() else { return };
    let proxy = Proxy::before(server.folder());
    for loss in [Loss::BeforeWriting, Loss::BeforeCommit, Loss::AfterCommit] {
        let (direct, database) = worked(server);
        let place = format!("postgres://{ADMIN}@/{database}?host={}", proxy.folder().display());
        let mut store = PostgresStore::open(&place.parse().unwrap()).unwrap();
        let requests = (0..200).map(|number| Request {
            label: BatchLabel { label: "grouped", ..BatchLabel::default() },
            decide: Box::new(move |books: &dyn Books| {
                Ok::<Batch, String>(common::drafted(books, &common::recipients(number..number + 1)))
            }),
        });
        proxy.lose(loss);
        let decided = record_all(&mut store, requests.collect());
        assert!(proxy.has_lost(), "{loss:?}");
        let is_recorded = |it: &Decided<String>| matches!(it, Decided::Appended(Appended::Recorded(_)));
        assert!(decided.len() == 200 && decided.iter().all(is_recorded), "{loss:?}: {decided:?}");
        assert_eq!(labelled(&direct, "grouped"), 200, "{loss:?}");
        assert_eq!(verified(&direct).findings, [], "{loss:?}");
    }
}
