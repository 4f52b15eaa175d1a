//! An office in which nobody acts alone, through the real program: what two people do together, attempts to
//! get round it, and a journal to which a record was added that nobody was allowed to make.

use crate::office::Office;
use almoner_ledger::book::{Batch, Books, Draft};
use almoner_ledger::calendar::Date;
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Decided, decide};
use almoner_ledger::events::{Event, ProposalApproved, Record};
use almoner_ledger::grants::GrantId;
use almoner_store::folder::{Access, Ledger};
use almoner_store::{BatchLabel, Lines, Store};

const POLICY: &str = "recipient-recorder-apart = true\n\
    [[rule]]\nact = \"payment\"\nover = \"10,000\"\n\
    [[rule]]\nact = \"award\"\nover = \"50,000\"\n\
    [[rule]]\nact = \"recipient\"\n";

/// al approves, jane records, bo pays; two awards to one recipient, and a policy in force.
fn office() -> Office {
    let office = Office::new();
    office.ok(&["user", "add", "al", "--name", "Al Green", "--role", "approver", "--user", "al"]);
    office.ok(&["user", "add", "jane", "--role", "recorder", "--user", "al"]);
    office.ok(&["user", "add", "bo", "--role", "payer", "--user", "al"]);
    office.ok(&["theme", "add", "domestic-abuse", "--name", "Domestic abuse"]);
    for id in ["1-2015", "2-2015"] {
        office.ok(&[
            "award",
            "--decision",
            id,
            "--decided",
            "2015-03-02",
            "--recipient",
            "Compassion",
            "--amount",
            "40,000",
            "--purpose",
            "Help",
            "--theme",
            "domestic-abuse",
            "--fund",
            "cdr",
            "--add-missing",
        ]);
    }
    office.file("policy.toml", POLICY);
    office.ok(&["policy", "set", "policy.toml", "--user", "al"]);
    office
}

fn pay<'a>(award: &'a str, amount: &'a str, by: &'a str) -> [&'a str; 7] {
    ["pay", award, amount, "--date", "2015-06-30", "--user", by]
}

fn proposed<'a>(command: &[&'a str]) -> Vec<&'a str> {
    [&["propose"], command].concat()
}

/// The number of the proposal that waits.
fn waiting(office: &Office) -> String {
    let rows = office.json(&["pending"])["rows"].clone();
    assert_eq!(rows.as_array().unwrap().len(), 1, "{rows}");
    rows[0]["record"].to_string()
}

fn records(office: &Office) -> u64 {
    office.json(&["log"])["rows"].as_array().unwrap().last().unwrap()["record"].as_u64().unwrap()
}

#[test]
fn a_payment_is_proposed_by_one_and_approved_by_another() {
    let office = office();
    let pay = pay("1-2015", "12,000", "bo");
    let said = office.refused(1, &pay);
    assert!(said.contains("error[approval-needed]"), "{said}");
    assert!(said.contains("almoner propose pay 1-2015 \"12,000\" --date 2015-06-30 --user bo"), "{said}");
    let told = office.ok(&proposed(&pay));
    assert!(told.contains("- Payment of 12,000.00 against award 1-2015"), "{told}");
    let number = waiting(&office);
    assert!(told.contains(&format!("by al: almoner approve {number}")), "{told}");
    assert!(office.ok(&["status"]).contains("proposal pending approval"));
    // Nothing of it is in the books yet.
    assert_eq!(office.json(&["report", "themes", "--fy", "2015-16"])["total"]["paid"], "0.00");
    let told = office.ok(&["approve", &number, "--user", "al", "--key", "k"]);
    assert!(told.contains(&format!("Proposal {number} approved")), "{told}");
    assert!(!office.ok(&["status"]).contains("Segregation of duties: off"));
    assert_eq!(office.json(&["report", "themes", "--fy", "2015-16"])["total"]["paid"], "12000.00");
    // Sent again with its key, it gives its receipt again.
    assert_eq!(office.ok(&["approve", &number, "--user", "al", "--key", "k"]), told);
    assert!(office.refused(1, &["approve", &number, "--user", "al"]).contains("error[not-pending]"));
    let shown = office.ok(&["show", &records(&office).to_string()]);
    assert!(shown.contains(&format!("by al, as proposed in record {number}")), "{shown}");
    assert!(office.ok(&["verify"]).contains("every rule is met"));
    assert!(office.json(&["pending"])["rows"].as_array().unwrap().is_empty());
}

#[test]
fn the_wrong_people_approve_nothing() {
    let office = office();
    office.ok(&proposed(&pay("1-2015", "12,000", "bo")));
    let number = waiting(&office);
    for (by, code) in [("bo", "own-proposal"), ("jane", "role-missing"), ("Al", "unknown-user")] {
        let said = office.refused(1, &["approve", &number, "--user", by]);
        assert!(said.contains(&format!("error[{code}]")), "{by}: {said}");
    }
    let said = office.refused(1, &["reject", &number, "--reason", "Not mine", "--user", "jane"]);
    assert!(said.contains("error[role-missing]"), "{said}");
    office.ok(&["reject", &number, "--reason", "Wrong award", "--user", "al"]);
    assert!(office.refused(1, &["approve", &number, "--user", "al"]).contains("error[not-pending]"));
    assert!(office.refused(1, &["approve", "1", "--user", "al"]).contains("error[not-a-proposal]"));
    office.ok(&["verify"]);
}

#[test]
fn what_changed_meanwhile_makes_an_approval_void() {
    let office = office();
    office.ok(&proposed(&pay("1-2015", "35,000", "bo")));
    let number = waiting(&office);
    let before = records(&office);
    office.ok(&pay("1-2015", "9,000", "bo"));
    let said = office.refused(1, &["approve", &number, "--user", "al"]);
    assert!(
        said.contains("error[proposal-changed]") && said.contains("exceeds the 31,000.00 balance"),
        "{said}"
    );
    assert_eq!(records(&office), before + 1, "the refusal recorded something");
    office.ok(&["reject", &number, "--reason", "Void", "--user", "bo"]);
    // The same payment, recorded meanwhile.
    office.ok(&proposed(&pay("2-2015", "500", "bo")));
    let number = waiting(&office);
    office.ok(&pay("2-2015", "500", "bo"));
    let said = office.refused(1, &["approve", &number, "--user", "al"]);
    assert!(said.contains("error[proposal-changed]") && said.contains("already"), "{said}");
    office.ok(&["reject", &number, "--reason", "Void", "--user", "bo"]);
    // Figures that are otherwise now: the budget was revised.
    office.ok(&["budget", "set", "cdr", "domestic-abuse", "2015-16", "1,000"]);
    let revise = ["budget", "revise", "cdr", "domestic-abuse", "2015-16", "3,000"];
    office.ok(&proposed(&revise));
    let number = waiting(&office);
    office.ok(&["budget", "revise", "cdr", "domestic-abuse", "2015-16", "2,000"]);
    let said = office.refused(1, &["approve", &number, "--user", "al"]);
    assert!(said.contains(" instead of 2000.00"), "{said}");
}

#[test]
fn approvals_are_signed_with_ones_own_key() {
    let office = Office::new();
    office.ok(&["user", "add", "al", "--role", "approver", "--user", "al"]);
    office.ok(&["user", "add", "jane", "--role", "recorder", "--user", "al"]);
    office.ok(&["user", "key", "al", "--make", "al.key", "--user", "al"]);
    office.ok(&["user", "key", "jane", "--make", "jane.key"]);
    assert!(office.refused(1, &["user", "key", "al", "--make", "no.key"]).contains("error[role-missing]"));
    assert!(!office.path("no.key").exists(), "a key that was refused is left behind");
    office.file("policy.toml", "signed-approvals = true\n");
    // Al has a key, and so needs a signature even before there is a scheme.
    let set = ["policy", "set", "policy.toml", "--user", "al"];
    assert!(office.refused(1, &set).contains("error[approval-needed]"));
    office.ok(&["propose", "policy", "set", "policy.toml"]);
    office.ok(&["approve", &waiting(&office), "--user", "al", "--key-file", "al.key"]);
    office.ok(&["propose", "theme", "add", "drugs", "--name", "Drugs"]);
    let number = waiting(&office);
    let said = office.refused(1, &["approve", &number, "--user", "al"]);
    assert!(said.contains("error[signature-needed]"), "{said}");
    let said = office.refused(1, &["approve", &number, "--user", "al", "--key-file", "jane.key"]);
    assert!(said.contains("error[signature-wrong]"), "{said}");
    let told = office.ok(&["approve", &number, "--user", "al", "--key-file", "al.key"]);
    assert!(told.contains("approved, with a signature"), "{told}");
    assert!(office.ok(&["verify"]).contains("every rule is met"));
}

#[test]
fn imports_reversals_and_batches_fall_under_the_policy() {
    let office = office();
    office.file(
        "pay.csv",
        "award,date,amount\n1-2015,2015-06-30,6000\n2-2015,2015-06-30,4000\n2-2015,2015-07-31,1\n",
    );
    // Split over awards of one recipient, and over the rows of a file.
    let before = records(&office);
    let output = office.run(&["import", "payments", "pay.csv", "--user", "bo"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("row 4") && said.contains("10,000.00 already recorded without approval"), "{said}");
    assert_eq!(records(&office), before);
    let told = office.ok(&["propose", "import", "payments", "pay.csv", "--user", "bo"]);
    let number = waiting(&office);
    assert!(told.contains(&format!("Recorded as proposal {number} by bo")), "{told}");
    office.ok(&["approve", &number, "--user", "al"]);
    let last = records(&office);
    assert_eq!(office.json(&["report", "themes", "--fy", "2015-16"])["total"]["paid"], "10001.00");

    // The reversal of what was approved, alone and together.
    office.file(
        "strict.toml",
        format!(
            "{POLICY}[[rule]]\nact = \"reversal\"\n[[rule]]\nact = \"closing\"\n[[rule]]\nact = \"terms\"\n"
        ),
    );
    office.ok(&["propose", "policy", "set", "strict.toml"]);
    office.ok(&["approve", &waiting(&office), "--user", "al"]);
    let (one, batch) = (last.to_string(), (last - 1).to_string());
    for command in [vec!["reverse", &one], vec!["reverse", "--batch", &batch]] {
        let command = [command, vec!["--reason", "Wrong", "--user", "bo"]].concat();
        assert!(office.refused(1, &command).contains("error[approval-needed]"), "{command:?}");
        office.ok(&proposed(&command));
        office.ok(&["approve", &waiting(&office), "--user", "al"]);
    }
    assert_eq!(office.json(&["report", "themes", "--fy", "2015-16"])["total"]["paid"], "0.00");
    assert!(office.ok(&["verify"]).contains("every rule is met"));
}

#[test]
fn attempts_to_get_round_it_are_refused() {
    let office = office();
    office.ok(&pay("1-2015", "6,000", "bo"));
    office.file("off.toml", "[[rule]]\nact = \"closing\"\n");
    office.file("batch.csv", "award,date,amount\n2-2015,2015-06-30,4000.01\n");
    for (command, code) in [
        // In two payments, to another award of the same recipient, late, or from a file.
        (&pay("1-2015", "4,001", "bo")[..], "approval-needed"),
        (&pay("2-2015", "4,001", "bo"), "approval-needed"),
        (&["pay", "2-2015", "4,001", "--late", "--user", "bo"], "approval-needed"),
        (&["import", "payments", "batch.csv", "--user", "bo"], "almoner propose import"),
        // By somebody else.
        (&pay("2-2015", "1", "al"), "role-missing"),
        (&pay("2-2015", "1", "jane"), "role-missing"),
        (&pay("2-2015", "1", "mallory"), "unknown-user"),
        // By making oneself what one is not, or the policy less.
        (&["user", "roles", "bo", "--role", "payer,approver", "--user", "bo"], "approval-needed"),
        (&["user", "roles", "al", "--role", "payer,approver", "--user", "al"], "approval-needed"),
        (&["user", "add", "crony", "--role", "approver", "--user", "al"], "approval-needed"),
        (&["user", "key", "al", "--make", "al.key", "--user", "al"], "approval-needed"),
        (&["user", "leave", "bo", "--user", "al"], "approval-needed"),
        (&["policy", "off", "--user", "al"], "approval-needed"),
        (&["policy", "set", "off.toml", "--user", "al"], "approval-needed"),
        (&["propose", "policy", "off", "--user", "mallory"], "unknown-user"),
        (&["propose", "user", "leave", "al", "--user", "bo"], "too-few-users"),
        // By changing whom money goes to.
        (&["recipient", "rename", "compassion", "Crony", "--from", "2015-06-01"], "approval-needed"),
        (&["recipient", "alias", "compassion", "Crony"], "approval-needed"),
        // By making an award larger in steps.
        (&["vary", "1-2015", "--by-amount", "50,001", "--date", "2015-06-30"], "approval-needed"),
        // By proposing a proposal, or what records nothing.
        (&["propose", "propose", "pay", "1-2015", "1"], "not-proposable"),
        (&["propose", "approve", "1"], "not-proposable"),
        (&["propose", "verify"], "not-proposable"),
    ] {
        let output = office.run(command);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{command:?}: {said}");
        assert!(said.contains(code), "{command:?}: {said}");
    }
    assert!(!office.path("al.key").exists());
    assert!(office.ok(&["verify"]).contains("every rule is met"));
}

/// Adds a record to the journal as somebody could who has this program's sources and the folder.
fn forge(office: &Office, by: &str, event: &dyn Fn(&Ledger) -> Vec<Event>) {
    let (mut ledger, _) =
        Ledger::open(&office.path("almoner.ledger"), Access::Write, &mut |_, _| {}).unwrap();
    let events = event(&ledger);
    let after = ledger.head().record;
    let (records, changed) = {
        let mut draft = Draft::replaying(&ledger);
        let mut records = Vec::new();
        for (event, number) in events.into_iter().zip(after + 1..) {
            let record = Record { number, at: "2030-01-01T00:00:00Z".into(), by: by.into(), event };
            draft.apply(record.clone()).unwrap();
            records.push(record);
        }
        (records, draft.finish_replay().unwrap())
    };
    ledger
        .append(
            ledger.health().head,
            BatchLabel { label: "pay", ..BatchLabel::default() },
            Batch { after, records, changed },
        )
        .unwrap();
}

fn payment_of(ledger: &Ledger, pounds: i64) -> Vec<Event> {
    let command = Command::Pay {
        account: None,
        award: GrantId::new("1-2015").unwrap(),
        date: Date::parse("2015-06-30").unwrap(),
        amount: almoner_ledger::money::Money::from_pence(pounds * 100),
        reference: None,
        before_decision: None,
        part: None,
        occurrence: 1,
    };
    match decide(ledger, &command, Options::default()).unwrap() {
        Decided::Events(events) => events,
        Decided::Already(_) => panic!("recorded already"),
    }
}

#[test]
fn a_record_that_nobody_was_allowed_to_make_is_named_by_verify() {
    let hash_of = |ledger: &Ledger| ledger.reference().authority.pending.values().next().unwrap().hash;
    let approval = move |ledger: &Ledger, proposal| {
        Event::Approved(ProposalApproved { proposal, hash: hash_of(ledger), signature: None, key_lost: None })
    };
    type Forgery<'a> = (&'a str, &'a str, Box<dyn Fn(&Ledger, u64) -> Vec<Event> + 'a>);
    let forgeries: Vec<Forgery<'_>> = vec![
        ("a payment of 12,000.00 needs approval", "bo", Box::new(|ledger, _| payment_of(ledger, 12_000))),
        ("jane does not have the role `payer`", "jane", Box::new(|ledger, _| payment_of(ledger, 1))),
        ("mallory is not a user of this ledger", "mallory", Box::new(|ledger, _| payment_of(ledger, 1))),
        (
            "changes to users or to the scheme of delegation need approval",
            "al",
            Box::new(|_, _| vec![Event::PolicySet(None)]),
        ),
        (
            "bo made this proposal",
            "bo",
            Box::new(|ledger, it| [vec![approval(ledger, it)], payment_of(ledger, 11_000)].concat()),
        ),
        (
            "would now be recorded differently",
            "al",
            Box::new(|ledger, it| [vec![approval(ledger, it)], payment_of(ledger, 11_001)].concat()),
        ),
        ("is not followed by the approved records", "al", Box::new(|ledger, it| vec![approval(ledger, it)])),
    ];
    for (expected, by, event) in forgeries {
        let office = office();
        office.ok(&proposed(&pay("1-2015", "11,000", "bo")));
        let proposal = waiting(&office).parse().unwrap();
        forge(&office, by, &|ledger| event(ledger, proposal));
        let output = office.run(&["verify"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(3), "{expected}: {said}");
        assert!(said.contains("Found: not allowed: ") && said.contains(expected), "{expected}: {said}");
        // Nor does it count anywhere, with or without the totals that came with it.
        for _ in 0..2 {
            for command in [
                &["status"][..],
                &["report", "themes"],
                &["pay", "1-2015", "1", "--date", "2015-07-01", "--user", "bo"],
                &["export", "panel", "--fy", "2015-16"],
                &["rebuild"],
            ] {
                let refused = office.refused(3, command);
                assert!(refused.contains("error["), "{command:?}, {expected}: {refused}");
                assert!(refused.contains(expected), "{command:?}, {expected}: {refused}");
            }
            for entry in std::fs::read_dir(office.path("almoner.ledger/index")).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    std::fs::remove_file(path).unwrap();
                }
            }
        }
        // What is before it can be read, as before damage.
        let log = office.run(&["log"]);
        let said = String::from_utf8_lossy(&log.stderr).into_owned();
        assert!(
            log.status.success()
                && said.contains(expected)
                && said.contains("Only records")
                && said.contains("can be read"),
            "{said}"
        );
    }
}

#[test]
fn status_says_when_duties_are_not_segregated() {
    let office = Office::new();
    let status = || office.ok(&["status"]).split_whitespace().collect::<Vec<_>>().join(" ");
    let told = status();
    assert!(told.contains("Segregation of duties: off. Anyone can record anything;"), "{told}");
    let said = office.refused(1, &["propose", "theme", "add", "x", "--name", "X"]);
    assert!(said.contains("error[no-users]"), "{said}");
    office.ok(&["user", "add", "al", "--role", "approver,recorder", "--user", "al"]);
    let told = status();
    assert!(
        told.contains(
            "Segregation of duties: off. Users can record whatever their roles allow without approval;"
        ),
        "{told}"
    );
    office.file("policy.toml", POLICY);
    let said = office.refused(1, &["policy", "set", "policy.toml", "--user", "al"]);
    assert!(said.contains("error[too-few-users]"), "{said}");
}

#[test]
fn a_month_closes_when_nothing_waits_and_only_closers_post_in_it_then() {
    let office = office();
    // People are changed by two, now that a policy is in force.
    office.ok(&["propose", "user", "add", "cy", "--role", "closer,payer", "--user", "jane"]);
    office.ok(&["approve", &waiting(&office), "--user", "al"]);
    office.ok(&proposed(&pay("1-2015", "12,000", "bo")));
    let number = waiting(&office);
    for month in ["2015-03", "2015-04", "2015-05"] {
        office.ok(&["close", month, "--user", "cy"]);
    }
    let close = ["close", "2015-06", "--user", "cy"];
    let said = office.refused(1, &close);
    assert!(said.contains("is pending") && said.contains(&format!("almoner approve {number}")), "{said}");
    office.ok(&["reject", &number, "--reason", "Twice", "--user", "al"]);
    assert!(office.refused(1, &["close", "2015-06", "--user", "jane"]).contains("error[role-missing]"));
    office.ok(&close);

    let into = |amount: &'static str, by: &'static str| {
        [&pay("1-2015", amount, by)[..], &["--post-to-closed", "The bank was late"]].concat()
    };
    assert!(office.refused(1, &into("100", "bo")).contains("error[role-missing]"));
    office.ok(&into("100", "cy"));
    office.ok(&proposed(&into("12,000", "cy")));
    office.ok(&["approve", &waiting(&office), "--user", "al"]);
    assert_eq!(office.json(&["report", "periods", "--month", "2015-06"])["total"]["paid"], "12100.00");

    let last = records(&office).to_string();
    let reverse = ["reverse", "--batch", &last, "--post-to-closed", "Paid twice", "--user", "cy"];
    let told = office.ok(&proposed(&reverse));
    assert!(told.contains("Proposed: ") && !told.contains("Reversed"), "{told}");
    office.ok(&["approve", &waiting(&office), "--user", "al"]);
    assert_eq!(office.json(&["report", "periods", "--month", "2015-06"])["total"]["paid"], "100.00");
    assert!(office.ok(&["verify"]).contains("every rule is met"));
}

#[test]
fn prior_period_adjustments_are_decided_by_closers_and_approved_if_policy_says_so() {
    let office = Office::new();
    for (id, roles) in [
        ("al", "approver"),
        ("jane", "recorder"),
        ("bo", "payer"),
        ("cy", "closer,payer"),
        ("fin", "approver,closer"),
    ] {
        office.ok(&["user", "add", id, "--role", roles, "--user", "al"]);
    }
    let award = "award --decision 1-2015 --decided 2015-03-02 --recipient Compassion --amount 900 --purpose Help \
        --theme domestic-abuse --fund cdr --add-missing";
    office.ok(&award.split_whitespace().collect::<Vec<_>>());
    office.ok(&["close", "2015-03", "--user", "cy"]);
    let pay = |amount: &'static str, by: &'static str| {
        let options = ["--date", "2015-03-10", "--prior-period", "Found late", "--user", by];
        [&["pay", "1-2015", amount][..], &options].concat()
    };
    let said = office.refused(1, &pay("100", "bo"));
    assert!(said.contains("error[role-missing]") && said.contains("hint: propose it"), "{said}");
    let said = office.refused(1, &pay("100", "jane"));
    assert!(said.contains("ask a user with the payer role to propose it"), "{said}");
    // Duties apart: the payer proposes, and the closer who approves it decides.
    office.ok(&[&["propose"][..], &pay("50", "bo")].concat());
    let number = waiting(&office);
    assert!(office.refused(1, &["approve", &number, "--user", "al"]).contains("error[role-missing]"));
    office.ok(&["approve", &number, "--user", "fin"]);
    let paid = office.ok(&pay("100", "cy"));
    assert!(paid.contains("Prior period adjustment: Found late"), "{paid}");
    office.file("policy.toml", "[[rule]]\nact = \"prior-period\"\nover = \"250\"\n");
    office.ok(&["policy", "set", "policy.toml", "--user", "al"]);
    office.ok(&pay("200", "cy"));
    assert!(office.refused(1, &pay("300", "cy")).contains("error[approval-needed]"));
    office.ok(&[&["propose"][..], &pay("300", "cy")].concat());
    let shown = office.ok(&["approve", &waiting(&office), "--user", "al"]);
    assert!(shown.contains("Payment of 300.00"), "{shown}");
    let year = office.json(&["report", "periods", "--fy", "2015-16", "--every", "year"]);
    assert_eq!(
        (&year["total"]["prior_period"], &year["total"]["expenditure"]),
        (&"650.00".into(), &"0.00".into())
    );
    assert!(office.ok(&["verify"]).contains("every rule is met"));
}

#[test]
fn a_policy_may_ask_for_the_originators_checklist() {
    let office = Office::new();
    for (id, roles) in [("al", "approver"), ("jane", "recorder")] {
        office.ok(&["user", "add", id, "--role", roles, "--user", "al"]);
    }
    office.ok(&["theme", "add", "domestic-abuse", "--name", "Domestic abuse"]);
    office.file("policy.toml", "checklist = true\n[[rule]]\nact = \"payment\"\nover = \"10,000\"\n");
    office.ok(&["policy", "set", "policy.toml", "--user", "al"]);
    let award = "award --decision 1-2015 --decided 2015-03-02 --recipient Compassion --amount 100 --purpose Help \
        --theme domestic-abuse --fund cdr --add-missing";
    let award: Vec<&str> = award.split_whitespace().collect();
    let said = office.refused(1, &award);
    assert!(said.contains("error[checklist-incomplete]") && said.contains("legal, cfo, equality"), "{said}");
    let said = office.refused(1, &[&["award", "--id", "A"], &award[3..]].concat());
    assert!(said.contains("error[checklist-incomplete]") && said.contains("--decision"), "{said}");
    office.file(
        "awards.csv",
        "decision,decided,recipient,amount,purpose,theme\n1-2015,2015-03-02,C,1,P,domestic-abuse\n",
    );
    let output = office.run(&["import", "awards", "awards.csv", "--add-missing"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("checklist"));

    office.ok(&["decision", "add", "1-2015", "--date", "2015-03-02", "--title", "Help"]);
    let questions = [
        "--legal",
        "--cfo",
        "--equality",
        "--human-resources",
        "--plan-objective",
        "--consultation",
        "--communications",
        "--ethics",
    ];
    let mut answers = vec!["decision", "checklist", "1-2015"];
    for question in questions {
        assert!(office.refused(1, &award).contains(&question[2..]), "{question}");
        answers.extend([question, "yes", "On file"]);
    }
    office.ok(&answers);
    office.ok(&award);
    assert!(office.ok(&["verify"]).contains("every rule is met"));
}
