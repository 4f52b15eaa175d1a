//! The books in PostgreSQL: the contract of every store, and what is the server's doing.

mod copying;
mod grouping;
mod proxy;
mod server;

use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use almoner_ledger::book::{Batch, Books, Draft};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Refusal, carry_out};
use almoner_ledger::events::{Event, Record};
use almoner_ledger::head::Head;
use almoner_ledger::recipients::NameKey;
use almoner_store::contract::{Decide, fulfils};
use almoner_store::postgres::{Address, PostgresStore};
use almoner_store::verify::{FindingKind, Verification, VerifyOptions, verify_store};
use almoner_store::{Appended, BatchLabel, KnownAt, Lines, Logged, Store, StoreError, as_known_at};

use self::proxy::{Loss, Proxy};
use self::server::{ADMIN, Server, fresh, shared};
use crate::common::{self, pay};
use crate::stores::{batches, work};
use crate::tally::{Random, rounds, tally};

fn address(server: &Server, user: &str, database: &str) -> Address {
    server.address(user, database).parse().unwrap()
}

fn create(server: &Server) -> (PostgresStore, String) {
    let database = server.database();
    (PostgresStore::create_empty(&address(server, ADMIN, &database)).unwrap(), database)
}

fn record(store: &mut PostgresStore, decide: impl Fn(&dyn Books) -> Batch) -> Head {
    let (expected, batch) = {
        let books = store.snapshot(None).unwrap();
        (books.head(), decide(&*books))
    };
    match store.append(expected, BatchLabel { label: "test", ..BatchLabel::default() }, batch).unwrap() {
        Appended::Recorded(head) => head,
        Appended::AlreadyRecorded(_) => panic!("no key was given"),
    }
}

/// A ledger with the work of an office in it.
fn worked(server: &Server) -> (PostgresStore, String) {
    let (mut store, database) = create(server);
    record(&mut store, |books| common::drafted_events(books, common::opening_events()));
    for commands in work() {
        record(&mut store, |books| common::drafted(books, &commands));
    }
    (store, database)
}

fn verified(store: &PostgresStore) -> Verification {
    verify_store(store, VerifyOptions::default(), &mut |_, _| {}).unwrap()
}

#[test]
fn a_database_fulfils_the_contract() {
    let Some(server) = shared() else { return };
    let (mut store, _) = create(server);
    let batches = batches();
    let batches: Vec<Decide<'_>> = batches.iter().map(|it| &**it).collect();
    fulfils(&mut store, &batches).unwrap();
    assert_eq!(verified(&store).findings, []);
}

#[test]
fn a_ledger_is_made_once_and_opened_where_there_is_one() {
    let Some(server) = shared() else { return };
    let database = server.database();
    let place = address(server, ADMIN, &database);
    assert!(matches!(PostgresStore::open(&place), Err(StoreError::NoLedger(_))));
    let (mut store, head) = (PostgresStore::create_empty(&place).unwrap(), Head::EMPTY);
    assert!(matches!(PostgresStore::create_empty(&place), Err(StoreError::Exists(_))));
    assert_eq!(PostgresStore::open(&place).unwrap().health().head, head);
    // Another schema of the database is another ledger.
    let other = format!("{}&schema=other", server.address(ADMIN, &database)).parse().unwrap();
    let other = PostgresStore::create_empty(&other).unwrap();
    let head = record(&mut store, |books| common::drafted_events(books, common::opening_events()));
    assert_eq!(PostgresStore::open(&place).unwrap().snapshot(None).unwrap().head(), head);
    assert_eq!(other.health().head, Head::EMPTY);
    // Tables and books of another version of the program are not touched.
    server.sql(&database, "INSERT INTO almoner.migrations (version) VALUES (2)");
    let error = PostgresStore::open(&place).unwrap_err().to_string();
    assert!(error.contains("written by a later version of almoner"), "{error}");
    server.sql(&database, "UPDATE almoner.head SET layout = 2");
    let error = store.snapshot(None).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("another version of almoner"), "{error}");
    let unreachable = "postgres://jane@127.0.0.1:1/books".parse().unwrap();
    let error = PostgresStore::open(&unreachable).unwrap_err().to_string();
    assert!(error.contains("cannot be reached"), "{error}");
}

#[test]
fn a_server_that_may_lose_what_it_confirms_is_refused() {
    let Some(server) = Server::start(&["fsync=off"]) else { return };
    let refused = |database: &str| {
        PostgresStore::create_empty(&address(&server, ADMIN, database)).unwrap_err().to_string()
    };
    let database = server.database();
    assert!(refused(&database).contains("`fsync` set to `off`"), "{}", refused(&database));
    server.sql("postgres", "ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf();");
    for (setting, value) in [("synchronous_commit", "off"), ("synchronous_commit", "local")] {
        let database = server.database();
        server.sql("postgres", &format!("ALTER DATABASE {database} SET {setting} = {value}"));
        let error = refused(&database);
        assert!(error.contains(setting) && error.contains("could lose what it has confirmed"), "{error}");
    }
    let latin = fresh("latin");
    server.sql("postgres", &format!("CREATE DATABASE {latin} TEMPLATE template0 ENCODING 'LATIN1'"));
    assert!(refused(&latin).contains("encoded in LATIN1"), "{}", refused(&latin));
}

#[test]
fn the_journal_is_only_added_to() {
    let Some(server) = shared() else { return };
    let (store, database) = worked(server);
    let (owner, recorder, reader) = (fresh("owner"), fresh("recorder"), fresh("reader"));
    for (user, group) in [(&owner, "owner"), (&recorder, "recorder"), (&reader, "reader")] {
        server.sql(&database, &format!("CREATE ROLE {user} LOGIN IN ROLE almoner_{group}"));
    }
    let changes = [
        "UPDATE almoner.journal SET text = replace(text, '9000.00', '9000.01')",
        "DELETE FROM almoner.journal",
        "TRUNCATE almoner.journal",
    ];
    for change in changes {
        for (user, why) in [(&owner, "only added to"), (&recorder, "permission denied"), (&reader, "denied")]
        {
            let error = server.sql_as(user, &database, change).unwrap_err();
            assert!(error.contains(why), "{user}: {change}: {error}");
        }
        let error = server.sql_as(ADMIN, &database, change).unwrap_err();
        assert!(error.contains("only added to"), "{change}: {error}");
    }
    // Who records needs no more than that group's rights, and who reads no more than the other's.
    let mut recording = PostgresStore::open(&address(server, &recorder, &database)).unwrap();
    let head = record(&mut recording, |books| common::drafted(books, &[pay("6-2015", "2015-04-01", "1")]));
    let mut reading = PostgresStore::open(&address(server, &reader, &database)).unwrap();
    assert_eq!(reading.snapshot(None).unwrap().head(), head);
    assert_eq!(verified(&reading).findings, []);
    let batch = common::drafted(&*reading.snapshot(None).unwrap(), &[pay("6-2015", "2015-04-02", "1")]);
    let refused = reading.append(head, BatchLabel::default(), batch).unwrap_err().to_string();
    assert!(refused.contains("permission denied"), "{refused}");
    assert_eq!(verified(&store).head, head);
}

#[test]
fn what_a_superuser_changes_is_named() {
    let Some(server) = shared() else { return };
    use FindingKind::{Damage, Index, Truncation};
    let payment = "(SELECT line FROM almoner.journal WHERE text LIKE '%9000.00%' LIMIT 1)";
    let table: &[(&str, String, &[FindingKind])] = &[
        ("nothing", "SELECT".to_owned(), &[]),
        (
            "a line changed",
            format!("UPDATE almoner.journal SET text = replace(text, '9000.00', '9000.01') WHERE line = {payment}"),
            &[Damage],
        ),
        ("a line removed", format!("DELETE FROM almoner.journal WHERE line = {payment}"), &[Damage]),
        (
            "two lines swapped",
            format!("UPDATE almoner.journal SET text = (SELECT text FROM almoner.journal WHERE line = {payment} + 1) WHERE line = {payment}"),
            &[Damage],
        ),
        (
            "the last line removed",
            "DELETE FROM almoner.journal WHERE line = (SELECT max(line) FROM almoner.journal)".to_owned(),
            &[Damage],
        ),
        (
            "a line added",
            "INSERT INTO almoner.journal SELECT line + 1, first + 1, last + 1, kind, text, hash, NULL
             FROM almoner.journal ORDER BY line DESC LIMIT 1"
                .to_owned(),
            &[Damage],
        ),
        ("the head set back", "UPDATE almoner.head SET (record, hash, line) =
             (SELECT last, hash, line FROM almoner.journal WHERE kind = 'commit' ORDER BY line DESC OFFSET 1 LIMIT 1)"
            .to_owned(), &[Damage]),
        ("everything removed", "DELETE FROM almoner.journal".to_owned(), &[Truncation]),
        ("a grant removed", "DELETE FROM almoner.grants WHERE key = '6-2015'".to_owned(), &[Index]),
        (
            "a grant of another id",
            "UPDATE almoner.grants SET value = (SELECT value FROM almoner.grants WHERE key = '10-2015')
             WHERE key = '6-2015'"
                .to_owned(),
            &[Index],
        ),
        ("a name removed", "DELETE FROM almoner.names".to_owned(), &[Index]),
        ("attention removed", "DELETE FROM almoner.attention".to_owned(), &[Index]),
        ("totals of nothing", "UPDATE almoner.totals SET value = '\\x00000000000000000000'".to_owned(), &[Index]),
        ("totals removed", "DELETE FROM almoner.totals".to_owned(), &[Index]),
        ("numbers lost", "UPDATE almoner.reference SET numbers = '\\x0000'".to_owned(), &[Index]),
    ];
    for (what, harm, expected) in table {
        let (store, database) = worked(server);
        server.sql(&database, &format!("SET session_replication_role = replica; {harm}"));
        let found = verified(&store).findings;
        let mut kinds: Vec<FindingKind> = found.iter().map(|it| it.kind).collect();
        kinds.dedup();
        for kind in *expected {
            assert!(kinds.contains(kind), "{what}: {found:?}");
        }
        assert_eq!(kinds.is_empty(), expected.is_empty(), "{what}: {found:?}");
        if *expected == [Index] && !what.starts_with("totals removed") {
            // The books are made again from the journal.
            store.rebuild().unwrap();
            assert_eq!(verified(&store).findings, [], "{what}");
        }
    }
}

#[test]
fn a_connection_lost_at_any_moment_ends_in_one_confirmation() {
    let Some(server) = shared() else { return };
    let (direct, database) = worked(server);
    let proxy = Proxy::before(server.folder());
    let place = format!("postgres://{ADMIN}@/{database}?host={}", proxy.folder().display());
    let mut store = PostgresStore::open(&place.parse().unwrap()).unwrap();
    let losses = [
        (Loss::Never, true),
        // The connection was of no use before anything was to be confirmed: all of it is done again.
        (Loss::BeforeWriting, true),
        (Loss::BeforeCommit, false),
        (Loss::AfterCommit, true),
    ];
    for (day, (loss, is_recorded)) in (1..).zip(losses) {
        for key in [None, Some(format!("key {day}"))] {
            let before = direct.health().head;
            let command = pay("6-2015", &format!("2015-05-{:02}", 2 * day + i32::from(key.is_some())), "1");
            let batch = common::drafted(&*store.snapshot(None).unwrap(), &[command]);
            let label = BatchLabel { label: "test", key: key.as_deref(), request: None };
            proxy.lose(loss);
            let appended = store.append(before, label, batch);
            assert!(proxy.has_lost(), "{loss:?}");
            let now = direct.health().head;
            match &appended {
                Ok(appended) => {
                    assert!(is_recorded, "{loss:?}");
                    assert_eq!(*appended, Appended::Recorded(now), "{loss:?}");
                    assert_eq!(now.record, before.record + 1, "{loss:?}");
                }
                Err(error) => {
                    assert!(!is_recorded, "{loss:?}: {error}");
                    assert!(error.to_string().starts_with("nothing was recorded"), "{error}");
                    assert_eq!(now, before, "{loss:?}");
                }
            }
            let found = key.map(|key| store.batch_with_key(&key).unwrap());
            assert!(found.is_none_or(|found| found == is_recorded.then_some(now)), "{loss:?}: {found:?}");
        }
    }
    assert_eq!(verified(&direct).findings, []);
}

#[test]
fn what_cannot_be_asked_is_said_to_be_unknown() {
    let Some(mut server) = Server::start(&[]) else { return };
    let (mut store, database) = worked(&server);
    store.set_patience(Duration::from_millis(300));
    // No standby of this name is there, so that no commit ends.
    server
        .sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'missing'; SELECT pg_reload_conf();");
    let batch = common::drafted(&*store.snapshot(None).unwrap(), &[pay("6-2015", "2015-05-01", "1")]);
    let head = store.health().head;
    let recording = thread::spawn(move || store.append(head, BatchLabel::default(), batch));
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    while server.sql("postgres", waiting).trim() != "1" {
        thread::sleep(Duration::from_millis(20));
    }
    server.kill();
    let unknown = recording.join().unwrap().unwrap_err();
    assert!(matches!(unknown, StoreError::NotKnown { .. }), "{unknown}");
    assert!(unknown.to_string().starts_with("it is not known yet"), "{unknown}");
    drop(database);
}

#[test]
fn a_confirmation_with_a_warning_is_none_until_the_standby_has_it() {
    let Some(server) = Server::start(&[]) else { return };
    let (mut store, _) = worked(&server);
    let set = |names: &str| {
        let set = format!("ALTER SYSTEM SET synchronous_standby_names = '{names}'; SELECT pg_reload_conf();");
        server.sql("postgres", &set);
    };
    let wait_for = |statement: &str| {
        let until = Instant::now() + Duration::from_secs(60);
        while server.sql("postgres", statement).trim() != "t" {
            assert!(Instant::now() < until, "{statement}");
            thread::sleep(Duration::from_millis(20));
        }
    };
    set("missing");
    let batch = common::drafted(&*store.snapshot(None).unwrap(), &[pay("6-2015", "2015-05-01", "1")]);
    let head = store.health().head;
    thread::scope(|scope| {
        let recording = scope.spawn(|| store.append(head, BatchLabel::default(), batch));
        wait_for("SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        // An administrator ends the wait: the server confirms with a warning.
        let cancelled = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
        let first = server.sql("postgres", "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        server.sql("postgres", cancelled);
        // The question waits for the standby, too.
        let other = format!(
            "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND pid <> {}",
            first.trim()
        );
        wait_for(&other);
        assert!(!recording.is_finished(), "it is confirmed before the standby has it");
        set("");
        let appended = recording.join().unwrap().unwrap();
        assert!(matches!(appended, Appended::Recorded(now) if now.record == head.record + 1), "{appended:?}");
    });
    assert_eq!(verified(&store).findings, []);
}

/// Records recipients of this thread one by one, each with a key, until all are confirmed or `is_ended`; returns the
/// numbers of those that were confirmed.
fn recorded_by(place: &Address, thread: u32, most: u32, is_ended: &AtomicBool) -> Vec<u32> {
    let (mut confirmed, mut opened) = (Vec::new(), None);
    for number in thread * 1_000_000..thread * 1_000_000 + most {
        let key = format!("recipient {number}");
        while !is_ended.load(Ordering::SeqCst) {
            match recorded(place, &mut opened, number, &key) {
                Ok(_) => {
                    confirmed.push(number);
                    break;
                }
                Err(StoreError::HeadMoved { .. }) => {}
                Err(StoreError::Unavailable(_) | StoreError::NotKnown { .. } | StoreError::Books(_)) => {
                    opened = None;
                    thread::sleep(Duration::from_millis(5));
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
    confirmed
}

fn recorded(
    place: &Address,
    opened: &mut Option<PostgresStore>,
    number: u32,
    key: &str,
) -> Result<Appended, StoreError> {
    let store = match opened {
        Some(store) => store,
        None => opened.insert(PostgresStore::open(place)?),
    };
    let (head, batch) = {
        let books = store.snapshot(None)?;
        let mut draft = Draft::new(&*books, common::AT.into(), common::BY.into());
        for command in common::recipients(number..number + 1) {
            match carry_out(&mut draft, &command, Options { again: true, ..Options::default() }) {
                Ok(_) => {}
                Err(Refusal::Books(error)) => return Err(error.into()),
                Err(refused) => panic!("{refused}"),
            }
        }
        (books.head(), draft.finish()?)
    };
    store.append(head, BatchLabel { label: "test", key: Some(key), request: None }, batch)
}

/// Ends the recorders when it is dropped, however the test ends.
struct Ending<'e>(&'e AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// The numbers of the recipients that a ledger has, one for each time that they were recorded.
fn recorded_recipients(store: &PostgresStore) -> Vec<u32> {
    let mut numbers = Vec::new();
    store
        .lines(1, &mut |logged| {
            if let Logged::Record(Record { event: Event::RecipientAdded(added), .. }, _) = logged {
                numbers
                    .extend(added.name.as_str().strip_prefix("Body ").map(|it| it.parse::<u32>().unwrap()));
            }
            Ok(true)
        })
        .unwrap();
    numbers.sort_unstable();
    numbers
}

#[test]
fn recorders_at_once_lose_nothing_and_record_nothing_twice() {
    let Some(server) = shared() else { return };
    let (store, database) = worked(server);
    let (place, never) = (address(server, ADMIN, &database), AtomicBool::new(false));
    let mut confirmed: Vec<u32> = thread::scope(|scope| {
        let recorders: Vec<_> = (1..=8)
            .map(|thread| {
                scope.spawn({
                    let (place, never) = (&place, &never);
                    move || recorded_by(place, thread, 6, never)
                })
            })
            .collect();
        recorders.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    confirmed.sort_unstable();
    assert_eq!((recorded_recipients(&store), confirmed.len()), (confirmed, 48));
    assert_eq!(verified(&store).findings, []);
}

#[test]
fn a_server_killed_while_four_record_has_every_confirmed_record_once() {
    let Some(mut server) = Server::start(&[]) else { return };
    let (store, database) = worked(&server);
    let place = address(&server, ADMIN, &database);
    let rounds = rounds("ALMONER_SERVER_KILLS", 3, 60);
    let mut random = Random::new(19);
    let is_ended = AtomicBool::new(false);
    let confirmed: Vec<u32> = thread::scope(|scope| {
        let recorders: Vec<_> = (1..=4)
            .map(|thread| {
                let (place, is_ended) = (&place, &is_ended);
                scope.spawn(move || recorded_by(place, thread, 1_000_000, is_ended))
            })
            .collect();
        let ending = Ending(&is_ended);
        for _ in 0..rounds {
            thread::sleep(Duration::from_millis(100 + random.below(200)));
            server.crash();
        }
        drop(ending);
        recorders.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    let recorded = recorded_recipients(&store);
    let mut once = recorded.clone();
    once.dedup();
    assert_eq!(recorded, once, "something was recorded twice");
    assert!(!confirmed.is_empty());
    for number in confirmed {
        assert!(recorded.binary_search(&number).is_ok(), "recipient {number} was confirmed and is lost");
    }
    assert_eq!(verified(&store).findings, []);
    tally("kills of a database that several record in", rounds);
}

#[test]
fn texts_of_any_length_are_found_again() {
    let Some(server) = shared() else { return };
    let (mut store, _) = worked(server);
    let name = "\u{1f3e0}".repeat(4_000);
    let add = Command::AddRecipient { id: None, name: common::text(&name), identifiers: Vec::new() };
    let key = "\0key ".repeat(5_000);
    let books = store.snapshot(None).unwrap();
    let (head, batch) = (books.head(), common::drafted(&*books, &[add]));
    drop(books);
    store.append(head, BatchLabel { label: "\0", key: Some(&key), request: None }, batch).unwrap();
    let books = store.snapshot(None).unwrap();
    assert_eq!(books.recipients_known_by(&NameKey::of_name(&name)).unwrap().len(), 1);
    assert_eq!(store.batch_with_key(&key).unwrap(), Some(books.head()));
    drop(books);
    assert_eq!(verified(&store).findings, []);
}

#[test]
fn totals_are_folded_again_when_a_clock_is_corrected() {
    let Some(server) = shared() else { return };
    let (mut store, _) = worked(server);
    let at = |at: &'static str, command: Command| {
        move |books: &dyn Books| {
            let mut draft = Draft::new(books, at.into(), "jane".into());
            carry_out(&mut draft, &command, Options::default()).unwrap();
            draft.finish().unwrap()
        }
    };
    record(&mut store, at("2101-01-01T09:00:00Z", pay("6-2015", "2015-05-01", "1")));
    let head = record(&mut store, |books| {
        let (at, by) = ("2016-02-05T09:00:00Z".to_owned(), "jane".to_owned());
        let reason = common::text("Set to 2101");
        Draft::correcting_clock(books, at, by, reason, false, &|_| None).unwrap().finish().unwrap()
    });
    let folded = as_known_at(&store, KnownAt::Record(head.record)).unwrap();
    let shown = store.snapshot(None).unwrap();
    assert_eq!((shown.totals(), shown.head()), (folded.totals(), head));
    drop(shown);
    assert_eq!(verified(&store).findings, []);
}

#[test]
fn a_snapshot_stays_as_it_is_while_others_record() {
    let Some(server) = shared() else { return };
    let (store, database) = worked(server);
    let mut other = PostgresStore::open(&address(server, ADMIN, &database)).unwrap();
    let id = "6-2015".parse().unwrap();
    let paid = |books: &dyn Books| books.grant(&id).unwrap().unwrap().standing().unwrap().paid.to_string();
    let books = store.snapshot(None).unwrap();
    let (head, before) = (books.head(), paid(&*books));
    let now = record(&mut other, |books| common::drafted(books, &[pay("6-2015", "2015-05-01", "1")]));
    assert_eq!((books.head(), paid(&*books)), (head, before));
    assert_eq!(books.record(now.record).unwrap(), None);
    assert_ne!(paid(&*store.snapshot(None).unwrap()), paid(&*books));
}

/// Makes an authority, a certificate of it for the name `localhost`, and an authority that has signed nothing.
fn certify(folder: &Path) {
    let openssl = |args: &str| {
        let mut openssl = std::process::Command::new("openssl");
        let output = openssl.current_dir(folder).args(args.split(' ')).output().unwrap();
        assert!(output.status.success(), "{args}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
    for name in ["authority", "other"] {
        openssl(&format!("req -x509 {key} -subj /CN={name} -keyout {name}.key -out {name}.pem"));
    }
    openssl(&format!("req {key} -subj /CN=localhost -keyout server.key -out server.csr"));
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n")
        .unwrap();
    openssl(
        "x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 -extfile names -out server.pem",
    );
}

#[test]
fn an_encrypted_connection_is_to_a_server_that_was_recognised() {
    if !std::process::Command::new("openssl").arg("version").output().is_ok_and(|it| it.status.success()) {
        println!("skipped: openssl is not installed");
        return;
    }
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let settings = [
        format!("port={port}"),
        "listen_addresses=127.0.0.1".to_owned(),
        "ssl_cert_file=../server.pem".to_owned(),
        "ssl_key_file=../server.key".to_owned(),
    ];
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let Some(server) = Server::start_with(&settings, &certify) else { return };
    let file = |name: &str| server.folder().join(name).display().to_string();
    let at = |host: &str, options: &str| -> Address {
        format!("postgres://{ADMIN}@{host}:{port}/postgres?{options}").parse().unwrap()
    };
    let known = at("localhost", &format!("sslmode=require&sslrootcert={}", file("authority.pem")));
    let error = PostgresStore::create_empty(&known).unwrap_err().to_string();
    assert!(error.contains("does not support TLS"), "{error}");
    server.sql("postgres", "ALTER SYSTEM SET ssl = on");
    server.sql("postgres", "SELECT pg_reload_conf()");
    let until = Instant::now() + Duration::from_secs(60);
    let mut store = loop {
        match PostgresStore::create_empty(&known) {
            Ok(store) => break store,
            Err(error) => assert!(Instant::now() < until, "{error}"),
        }
    };
    record(&mut store, |books| common::drafted_events(books, common::opening_events()));
    let encrypted = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                     WHERE application_name = 'almoner'";
    assert_eq!(server.sql("postgres", encrypted).trim(), "t");
    let refused = [
        ("localhost", format!("sslmode=require&sslrootcert={}", file("other.pem")), "UnknownIssuer"),
        // The certificate is for the name alone.
        ("127.0.0.1", format!("sslmode=require&sslrootcert={}", file("authority.pem")), "not valid for name"),
        ("localhost", "sslmode=require&sslrootcert=/nowhere.pem".to_owned(), "there is no such file"),
        (
            "localhost",
            format!("sslmode=require&sslrootcert={}", file("names")),
            "there is no certificate in it",
        ),
    ];
    for (host, options, words) in refused {
        let error = PostgresStore::open(&at(host, &options)).unwrap_err().to_string();
        assert!(error.contains(words), "{options}: {error}");
    }
}
