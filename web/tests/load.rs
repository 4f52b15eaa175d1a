//! Twenty users at once, each signed in: recorders, programs, approvers, readers, an import and a reconciliation. Nothing is
//! lost and nothing doubled.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::money::Money;
use almoner_ledger::policy::{Act, Policy, Rule};
use almoner_ledger::text::Text;
use almoner_ledger::users::{Role, User};
use almoner_web::tokens::{NewToken, Scope, Tokens};

use crate::common::browser::Browser;
use crate::common::{Answer, Office, award, lacks, shows};

/// How many payments each recorder and program records: few, but more in the soak tier.
fn payments() -> usize {
    if std::env::var("ALMONER_TIER").is_ok_and(|tier| tier == "soak") { 12 } else { 3 }
}

const PAYER: &[Role] = &[Role::Recorder, Role::Payer];
const FORMS: [&str; 5] = ["form-1", "form-2", "form-3", "form-4", "form-5"];
const PROGRAMS: [&str; 4] = ["program-1", "program-2", "program-3", "program-4"];
const READERS: [(&str, Option<Audience>); 7] = [
    ("reader-1", None),
    ("reader-2", None),
    ("reader-3", Some(Audience::Panel)),
    ("reader-4", Some(Audience::Panel)),
    ("reader-5", Some(Audience::Officer)),
    ("reader-6", Some(Audience::Auditor)),
    ("reader-7", Some(Audience::Auditor)),
];

/// The longest wait for each thing that is done, how often it was, and how often the server was busy.
#[derive(Default)]
struct Waits {
    by_what: Mutex<BTreeMap<&'static str, (usize, Duration)>>,
    busy: AtomicUsize,
}

impl Waits {
    /// Does something, and does it again as long as the ledger is busy: that is said, and nothing is recorded then.
    fn timed(&self, what: &'static str, mut ask: impl FnMut() -> Answer) -> Answer {
        loop {
            let begun = Instant::now();
            let answer = ask();
            let waited = begun.elapsed();
            let mut by_what = self.by_what.lock().unwrap();
            let of = by_what.entry(what).or_default();
            (of.0, of.1) = (of.0 + 1, of.1.max(waited));
            drop(by_what);
            if answer.status != 503 {
                return answer;
            }
            self.busy.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// A payment that is to be in the ledger at the end: its reference, award and amount.
type Expected = (String, String, String);

fn field(page: &Answer, name: &str) -> Option<String> {
    let (_, rest) = page.body.split_once(&format!("name=\"{name}\" value=\""))?;
    Some(rest.split('"').next()?.to_owned())
}

/// A user's browser, whose waits are counted.
struct Working<'a> {
    browser: Browser<'a>,
    token: String,
    waits: &'a Waits,
}

impl<'a> Working<'a> {
    fn signed_in(office: &'a Office, user: &str, waits: &'a Waits) -> Working<'a> {
        let mut browser = Browser::signed_in(office, user);
        let token = field(&browser.get("/account"), "token").unwrap();
        Working { browser, token, waits }
    }

    fn get(&mut self, what: &'static str, path: &str) -> Answer {
        self.waits.timed(what, || self.browser.get(path))
    }

    fn post(&mut self, what: &'static str, path: &str, form: &str) -> Answer {
        let form = format!("token={}&{form}", self.token);
        let origin = [("Origin", "https://grants.example")];
        self.waits.timed(what, || self.browser.sent("POST", path, &origin, &form))
    }

    fn send_file(
        &mut self,
        what: &'static str,
        path: &str,
        fields: &[(&str, &str)],
        content: &str,
    ) -> Answer {
        let (mut body, token) = (String::new(), self.token.clone());
        for (name, value) in [("token", token.as_str())].iter().chain(fields) {
            body.push_str(&format!(
                "--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        body.push_str("--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n");
        body.push_str(&format!("{content}\r\n--XX--\r\n"));
        self.waits.timed(what, || self.browser.sent_file(path, &body))
    }

    /// Looks at the check of a draft, and presses the button twice at the same time.
    fn record(&mut self, what: &'static str, draft: &str) {
        let check = self.get("check", draft);
        assert_eq!(check.status, 200, "{draft}: {} {}", check.head, check.body);
        let path = format!("{draft}/record");
        std::thread::scope(|scope| {
            for _ in 0..2 {
                let mut again =
                    Working { browser: self.browser.another(), token: self.token.clone(), waits: self.waits };
                let path = &path;
                scope.spawn(move || assert_eq!(again.post(what, path, "").status, 303));
            }
        });
        let done = self.get("confirmation", &format!("{draft}/done"));
        assert_eq!(done.status, 200, "{draft}: {} {}", done.head, done.body);
    }

    /// Records by a form, and returns whether it was recorded.
    fn recorded(&mut self, what: &'static str, path: &str, form: &str) {
        let sent = self.post("form", path, form);
        assert_eq!(sent.status, 303, "{path} {form}: {}", sent.body);
        let draft = sent.header("location").unwrap().to_owned();
        self.record(what, &draft);
    }
}

/// Records payments by forms; each third of them needs approval.
fn pay_by_forms(mut working: Working<'_>, user: &str, award: &str) -> Vec<Expected> {
    let pay = |number: usize| {
        let amount =
            if number % 3 == 2 { format!("{}.00", 600 + number) } else { format!("{}.50", 1 + number) };
        let reference = format!("{user} {number}");
        let form = format!("amount={amount}&date=2015-06-01&reference={}", reference.replace(' ', "+"));
        working.recorded("record", &format!("/grants/{award}/pay"), &form);
        (reference, award.to_owned(), amount)
    };
    (0..payments()).map(pay).collect()
}

/// Records payments as a program does, each sent three times with its key.
fn pay_by_programs(office: &Office, waits: &Waits, token: &str, user: &str, award: &str) -> Vec<Expected> {
    let pay = |number: usize| {
        let (reference, amount) = (format!("{user} {number}"), format!("{}.25", 1 + number));
        let (bearer, key) = (format!("Bearer {token}"), format!("key-{user}-{number}"));
        let body = format!(
            r#"{{"schema":"almoner.command/1","command":{{"pay":{{"award":"{award}","date":"2015-06-02","amount":"{amount}","reference":"{reference}"}}}}}}"#
        );
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json"),
            ("Idempotency-Key", &key),
        ];
        let mut statuses: Vec<u16> = std::thread::scope(|scope| {
            let send = || {
                waits.timed("program", || office.send_typed("POST", "/api/record", &headers, &body)).status
            };
            let both: Vec<_> = (0..2).map(|_| scope.spawn(send)).collect();
            both.into_iter().map(|it| it.join().unwrap()).collect()
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 201], "{reference}");
        (reference, award.to_owned(), amount)
    };
    (0..payments()).map(pay).collect()
}

/// Approves what waits, until everybody else is done and nothing does.
fn approve(mut working: Working<'_>, are_done: &AtomicBool) {
    loop {
        let is_last = are_done.load(Ordering::SeqCst);
        let page = working.get("approvals", "/approvals");
        let Some(proposal) = field(&page, "proposal") else {
            if is_last {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
            continue;
        };
        let sent = working.post("form", "/record/approve", &format!("proposal={proposal}"));
        let draft = sent.header("location").unwrap().to_owned();
        // The other approver may have been first: the form is then refused, and records nothing.
        if working.get("check", &draft).status == 200 {
            assert_eq!(working.post("approve", &format!("{draft}/record"), "").status, 303);
        }
    }
}

/// Reads until everybody else is done: an answer is always whole, and shows nobody what is not for them.
fn read(mut working: Working<'_>, audience: Option<Audience>, are_done: &AtomicBool) {
    let is_of_office = audience.is_some_and(Audience::sees_confidential);
    loop {
        let is_last = are_done.load(Ordering::SeqCst);
        for path in [
            "/",
            "/grants",
            "/grants/11-2015",
            "/reports/themes",
            "/reports/grants.json",
            "/search?q=open",
            "/decisions",
        ] {
            let page = working.get("read", path);
            assert_eq!(page.status, 200, "{path}: {}", page.body);
            assert!(is_of_office || !page.body.contains("Quiet House"), "{path}");
            assert!(page.body.trim_end().ends_with(['>', '}']), "{path}: {}", page.body);
        }
        if is_last {
            return;
        }
    }
}

/// Imports a file of payments, and sends it a second time.
fn import(mut working: Working<'_>, award: &str) -> Vec<Expected> {
    let (mut content, mut expected) = ("award,date,amount,reference\n".to_owned(), Vec::new());
    for number in 0..20 * payments() {
        // Each amount is another: rows alike may be duplicates, and are not taken without a word.
        let amount = format!("{}.{}", 1 + number % 90, 10 + number / 90);
        let reference = format!("import {number}");
        content.push_str(&format!("{award},2015-06-03,{amount},{reference}\n"));
        expected.push((reference, award.to_owned(), amount));
    }
    for is_again in [false, true] {
        let sent = working.send_file("send a file", "/import", &[("kind", "payments")], &content);
        assert_eq!(sent.status, 303, "{}", sent.body);
        let plan = sent.header("location").unwrap().to_owned();
        let page = working.get("plan of an import", &plan);
        if is_again {
            // An approver has it, or it is recorded.
            lacks(&page, &["rows for approval"]);
            continue;
        }
        assert_eq!(page.status, 200, "{}", page.body);
        // Together they are beyond the limit, so they are sent for approval, by a double click.
        let form = format!("seen={}&proposing=yes", field(&page, "seen").unwrap());
        for _ in 0..2 {
            assert_eq!(working.post("import", &format!("{plan}/record"), &form).status, 303);
        }
        let done = working.get("confirmation of an import", &format!("{plan}/done"));
        assert_eq!(done.status, 200, "{}", done.body);
    }
    expected
}

/// Records a bank statement whose lines name payments, and explains what is left.
fn reconcile(mut working: Working<'_>) {
    let (account, mut content) = ("20-00-00 12345678", "Date,Text,Amount\n".to_owned());
    for number in 0..payments() {
        content.push_str(&format!(
            "2015-04-2{},OPEN DOOR 10-2015 bank {number},-{}\n",
            number % 9,
            70 + number
        ));
        content.push_str(&format!("2015-04-29,SUPPLIER {number},-{}.99\n", 1 + number));
    }
    for is_again in [false, true] {
        let sent = working.send_file("send a file", "/record/statement", &[("account", account)], &content);
        assert_eq!(sent.status, 303, "{}", sent.body);
        let draft = sent.header("location").unwrap().to_owned();
        if is_again {
            shows(&working.get("check", &draft), &["Already recorded."]);
        } else {
            working.record("reconcile", &draft);
        }
    }
}

#[test]
fn twenty_users_at_once_lose_nothing_and_double_nothing() {
    let office = Office::signing_in(&[]);
    office.add_user("jane", "jane", &[Role::Recorder, Role::Payer, Role::Approver], None);
    let recorders = FORMS.into_iter().chain(PROGRAMS).chain(["importer", "reconciler"]);
    let mut users: Vec<(&str, &[Role], Option<Audience>)> =
        recorders.map(|user| (user, PAYER, None)).collect();
    users.extend([("approver-1", &[Role::Approver][..], None), ("approver-2", &[Role::Approver][..], None)]);
    users.extend(READERS.map(|(user, audience)| (user, &[Role::Reader][..], audience)));
    assert_eq!(users.len(), 20);
    for (user, roles, audience) in &users {
        office.add_user("jane", user, roles, *audience);
    }
    let awards: Vec<String> = (10..=20).map(|number| format!("{number}-2015")).collect();
    for id in &awards {
        office.record_as("jane", false, &[award(id, "Open Door", "Help for people harmed", "200000")]);
    }
    // What the bank statement has.
    let mut expected: Vec<Expected> = Vec::new();
    for number in 0..payments() {
        let (amount, reference) = (format!("{}.00", 70 + number), format!("bank {number}"));
        let pay = Command::Pay {
            account: None,
            award: "10-2015".parse().unwrap(),
            date: Date::parse("2015-04-16").unwrap(),
            amount: amount.parse().unwrap(),
            reference: Some(Text::new(&reference).unwrap()),
            before_decision: None,
            part: None,
            occurrence: 1,
        };
        office.record_as("jane", false, &[pay]);
        expected.push((reference, "10-2015".to_owned(), amount));
    }
    let limit: Money = "500".parse().unwrap();
    let rules = vec![Rule { act: Act::Payment, over: Some(limit) }];
    let policy =
        Policy { rules, days: 0, recipient_recorder_apart: false, checklist: false, signed_approvals: false };
    office.record_as("jane", false, &[Command::SetPolicy(Some(policy))]);
    let ledger = office.around().join("test.ledger");
    let token = |number: usize, user: &str| {
        let id = Text::new(user).unwrap();
        let user = User::new(id.clone(), id, PAYER.iter().copied().collect());
        let (name, until) = (Text::new("program").unwrap(), Date::parse("2015-12-31").unwrap());
        let new = NewToken { name, scope: Scope::Record, until };
        let today = Date::parse(crate::common::TODAY).unwrap();
        let added = Tokens::beside(&ledger).add(&user, &new, &[number as u8 + 100; 32], today);
        added.unwrap().1
    };
    let tokens: Vec<String> = PROGRAMS.iter().enumerate().map(|(number, user)| token(number, user)).collect();
    let (waits, are_done) = (Waits::default(), AtomicBool::new(false));
    let signed_in = |user: &str| Working::signed_in(&office, user, &waits);

    std::thread::scope(|scope| {
        let (are_done, waits, office, awards) = (&are_done, &waits, &office, &awards);
        let mut until_done = Vec::new();
        for user in ["approver-1", "approver-2"] {
            let working = signed_in(user);
            until_done.push(scope.spawn(move || approve(working, are_done)));
        }
        for (user, audience) in READERS {
            let working = signed_in(user);
            until_done.push(scope.spawn(move || read(working, audience, are_done)));
        }
        let mut recording = Vec::new();
        for (number, user) in FORMS.into_iter().enumerate() {
            let (working, award) = (signed_in(user), awards[number + 1].as_str());
            recording.push(scope.spawn(move || pay_by_forms(working, user, award)));
        }
        for (number, user) in PROGRAMS.into_iter().enumerate() {
            let (token, award) = (tokens[number].as_str(), awards[number + 6].as_str());
            recording.push(scope.spawn(move || pay_by_programs(office, waits, token, user, award)));
        }
        let (importer, reconciler) = (signed_in("importer"), signed_in("reconciler"));
        recording.push(scope.spawn(move || import(importer, &awards[10])));
        let reconciling = scope.spawn(move || reconcile(reconciler));
        let recorded: Vec<_> = recording.into_iter().map(|it| it.join()).collect();
        let reconciled = reconciling.join();
        // The others end in any case.
        are_done.store(true, Ordering::SeqCst);
        recorded.into_iter().for_each(|it| expected.extend(it.unwrap()));
        reconciled.unwrap();
        until_done.into_iter().for_each(|it| it.join().unwrap());
    });

    // Each payment is there once, with its award and amount, and the totals are theirs.
    let mut auditor = Browser::signed_in(&office, "reader-7");
    let mut json = |path: &str| -> serde_json::Value {
        let answer = auditor.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    };
    let report = json("/reports/payments.json?fy=2015-16");
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let rows = report["rows"].as_array().unwrap();
    let mut found: Vec<Expected> =
        rows.iter().map(|row| (text(row, "reference"), text(row, "grant"), text(row, "amount"))).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    let lines = json("/reports/grants.json?fy=2015-16");
    for award in &awards {
        let sum = expected.iter().filter(|it| it.1 == *award).map(|it| it.2.parse::<Money>().unwrap());
        let sum = sum.fold(Money::ZERO, |sum, amount| sum.plus(amount).unwrap());
        let line = lines["rows"].as_array().unwrap().iter().find(|row| row["grant"] == award.as_str());
        assert_eq!(line.map(|row| text(row, "paid")), Some(sum.to_string()), "{award}");
    }
    let bank = json("/bank/20-00-00%2012345678.json");
    assert_eq!(bank.to_string().matches("SUPPLIER").count(), payments(), "{bank}");
    let verified = json("/verify.json?now=yes");
    assert_eq!(verified["findings"], serde_json::json!([]));
    assert_eq!(verified["records"].as_u64(), Some(office.records()));

    let by_what = waits.by_what.lock().unwrap();
    println!("longest waits, beside nineteen others:");
    for (what, (times, longest)) in &*by_what {
        println!("  {what:26} {times:6} times  {:8.0} ms", longest.as_secs_f64() * 1000.0);
    }
    println!("  answered as busy: {}", waits.busy.load(Ordering::SeqCst));
}
