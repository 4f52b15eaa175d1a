//! What is withheld, and what a record would newly withhold, is one rule; nothing that is public disappears unless that
//! is confirmed.

use std::collections::BTreeSet;

use almoner_ledger::audience::Audience;
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::calendar::FinancialYear;
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Vouched, approve, carry_out};
use almoner_ledger::decisions::{Decision, DecisionId, DecisionKind};
use almoner_ledger::events::BudgetKey;
use almoner_ledger::funders::{FundingReceipt, ReceiptKind};
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::GrantId;
use almoner_ledger::money::Money;
use almoner_ledger::publication::{Publication, Subject};
use almoner_ledger::rejection::Hidden;
use almoner_ledger::reports::Published;
use almoner_ledger::themes::ThemeId;
use almoner_ledger::users::{Role, User};
use almoner_ledger::withholding::{hidden_by, withheld_among};
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, KnownAt, Store, as_known_at};
use proptest::prelude::*;

use crate::common::{self, award, date, drafted_events, opening_events, pay, repurpose, text};

fn options() -> Options {
    Options { add_missing: true, late: true, again: true, ..Options::default() }
}

/// Carries out commands on a draft, and returns what they would withhold, in words.
fn hidden_of(draft: &mut Draft<'_>, commands: &[Command]) -> Option<Hidden> {
    commands.iter().for_each(|command| {
        carry_out(draft, command, options()).unwrap_or_else(|error| panic!("{command:?}: {error}"));
    });
    hidden_by(draft).unwrap()
}

fn drafted(store: &MemoryStore) -> Draft<'_> {
    Draft::new(store, common::AT.into(), common::BY.into())
}

fn record(store: &mut MemoryStore, commands: &[Command]) {
    for command in commands {
        let mut draft = drafted(store);
        carry_out(&mut draft, command, options()).unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let batch = draft.finish().unwrap();
        store.append(store.head(), BatchLabel::default(), batch).unwrap();
    }
}

fn books(commands: &[Command]) -> MemoryStore {
    let mut store = MemoryStore::default();
    let batch = drafted_events(&store, opening_events());
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    record(&mut store, commands);
    store
}

fn decision(id: &str, is_confidential: bool, has_details: bool) -> Command {
    Command::RecordDecision(Decision {
        date: has_details.then(|| date("2015-05-05")),
        title: Some(text(&format!("Title of {id}"))),
        kind: has_details.then_some(DecisionKind::Award),
        confidential: is_confidential,
        ..Decision::numbered(DecisionId::new(id).unwrap())
    })
}

fn award_to(id: &str, recipient: &str, fund: &str, amount: &str, theme: &str) -> Command {
    let Command::Award(mut given) = award(id, "2015-05-05", amount, theme, None) else { panic!() };
    given.recipient = Some(text(recipient));
    given.fund = Some(almoner_ledger::allocation::Funds::parse(fund).unwrap());
    Command::Award(given)
}

fn vary(decision: &str, change: &str) -> Command {
    Command::Vary {
        award: GrantId::new("1-2015").unwrap(),
        decision: Some(DecisionId::new(decision).unwrap()),
        date: date("2015-06-01"),
        change: Money::parse(change).unwrap(),
        period: None,
        part: None,
    }
}

fn budget(fund: &str, theme: &str, amount: &str, decision: Option<&str>) -> Command {
    Command::SetBudget {
        budget: BudgetKey {
            fund: FundId::new(fund).unwrap(),
            theme: ThemeId::new(theme).unwrap(),
            year: FinancialYear::parse("2015-16").unwrap(),
        },
        amount: Money::parse(amount).unwrap(),
        date: Some(date("2015-05-06")),
        decision: decision.map(|id| DecisionId::new(id).unwrap()),
        revise: true,
    }
}

fn indicator(theme: &str) -> Command {
    common::indicator(theme, "2015-16Q1", "12", None, false)
}

fn paper(id: &str, grant: &str) -> Command {
    common::paper(id, None, None, &[], &[grant])
}

fn extend_to(decision: &str) -> Command {
    Command::Extend {
        award: GrantId::new("3-2015").unwrap(),
        decision: Some(DecisionId::new(decision).unwrap()),
        date: date("2015-06-01"),
        to: almoner_ledger::calendar::StatedDate::parse("2016-12-31").unwrap(),
    }
}

#[test]
fn what_would_be_withheld_of_what_is_public_is_named() {
    let youth_theme =
        Command::AddTheme { id: ThemeId::new("youth").unwrap(), name: text("Youth"), objective: None };
    let open = award_to("1-2015", "Open Door", "cdr", "1000", "youth");
    let other = award_to("2-2015", "Open House", "cdr", "500", "youth");
    let secret = award_to("C1-2015", "Hidden", "victims", "700", "refuges");
    let all = "public and panel reports, exports and pages";
    let year = "for 2015-16 would change, including those as known at an earlier date";
    let grant = format!("grant 1-2015 (Open Door, 1,000.00); {all} {year}");
    let youth = format!(
        "grant 1-2015 (Open Door, 1,000.00); theme Youth; fund Crime and Disorder Reduction; {all} {year}"
    );
    type Case<'a> = (&'a str, Vec<Command>, Vec<Command>, Option<String>);
    let table: Vec<Case<'_>> = vec![
        ("an open award", vec![], vec![open.clone()], None),
        ("a confidential award", vec![open.clone(), other.clone()], vec![secret.clone()], None),
        ("an open variation", vec![open.clone()], vec![vary("4-2015", "10")], None),
        ("a payment", vec![open.clone()], vec![pay("1-2015", "2015-06-02", "10")], None),
        (
            "a variation of the confidential series",
            vec![open.clone(), other.clone()],
            vec![vary("C4-2015", "10")],
            Some(grant.clone()),
        ),
        (
            "a variation by a confidential decision",
            vec![open.clone(), other.clone(), decision("4-2015", true, false)],
            vec![vary("4-2015", "10")],
            Some(grant.clone()),
        ),
        (
            "a change of purpose in confidence",
            vec![open.clone(), other.clone()],
            vec![repurpose("1-2015", "C4-2015", "2015-06-01", "refuges")],
            Some(grant.clone()),
        ),
        (
            "an extension in confidence",
            vec![
                award("3-2015", "2015-05-05", "900", "youth", Some(("2015-05-05", "2016-03-31"))),
                other.clone(),
            ],
            vec![extend_to("C4-2015")],
            Some(format!(
                "grant 3-2015 (Recipient of 3-2015, 900.00); {all} for 2015-16 would change, including those as known at an earlier date"
            )),
        ),
        (
            "a withdrawal in confidence",
            vec![open.clone(), other.clone()],
            vec![Command::Withdraw {
                award: GrantId::new("1-2015").unwrap(),
                decision: Some(DecisionId::new("C4-2015").unwrap()),
                date: date("2015-06-01"),
            }],
            Some(grant.clone()),
        ),
        (
            "a decision that is found to be confidential",
            vec![open.clone(), other.clone()],
            vec![decision("1-2015", true, false)],
            Some(format!(
                "grant 1-2015 (Open Door, 1,000.00); decision 1-2015, apart from number and title; {all} {year}"
            )),
        ),
        (
            "the same of a decision without grants",
            vec![decision("9-2015", false, true)],
            vec![decision("9-2015", true, false)],
            Some(format!(
                "decision 9-2015, apart from number and title; {all} would change, including those as known at an earlier date"
            )),
        ),
        (
            "of which only number and title are known",
            vec![decision("9-2015", false, false)],
            vec![decision("9-2015", true, false)],
            None,
        ),
        (
            "the only grant of its theme and fund",
            vec![open.clone()],
            vec![vary("C4-2015", "10")],
            Some(youth),
        ),
        (
            "a further fact of a grant that is withheld already",
            vec![open.clone(), other.clone(), vary("C4-2015", "10")],
            vec![vary("C5-2015", "10")],
            None,
        ),
        (
            "the first mark of a grant that is withheld already",
            vec![
                open.clone(),
                other.clone(),
                vary("C4-2015", "10"),
                Command::AddTheme {
                    id: ThemeId::new("courts").unwrap(),
                    name: text("Courts"),
                    objective: None,
                },
                mark(Subject::Theme(ThemeId::new("courts").unwrap()), Publication::Confidential),
            ],
            vec![repurpose("1-2015", "5-2015", "2015-06-01", "courts")],
            Some(format!(
                "decision 1-2015, apart from number and title; {all} would change, including those as known at an earlier date"
            )),
        ),
        (
            "the only grant of a theme with a budget and an indicator",
            vec![
                open.clone(),
                award_to("2-2015", "Open House", "cdr", "500", "refuges"),
                budget("cdr", "youth", "5000", None),
                indicator("youth"),
            ],
            vec![vary("C4-2015", "10")],
            Some(format!(
                "grant 1-2015 (Open Door, 1,000.00); theme Youth; \
                 budget Crime and Disorder Reduction, Youth, 2015-16: 5,000.00; 1 performance indicator; {all} {year}"
            )),
        ),
        (
            "the first award of a theme with a budget and an indicator, in confidence",
            vec![open.clone(), budget("cdr", "refuges", "5000", None), indicator("refuges")],
            vec![award_to("C1-2015", "Hidden", "cdr", "700", "refuges")],
            None,
        ),
        (
            "an award in confidence of a theme that open grants have too",
            vec![open.clone(), budget("cdr", "youth", "5000", None), indicator("youth")],
            vec![award_to("C1-2015", "Hidden", "cdr", "700", "youth")],
            None,
        ),
        (
            "a budget revised in confidence",
            vec![open.clone(), budget("cdr", "youth", "5000", None), decision("C6-2015", true, false)],
            vec![budget("cdr", "youth", "6000", Some("C6-2015"))],
            Some(format!("budget Crime and Disorder Reduction, Youth, 2015-16: 5,000.00; {all} {year}")),
        ),
        (
            "a budget whose decision is found to be confidential",
            vec![open.clone(), budget("cdr", "youth", "5000", Some("6-2015"))],
            vec![decision("6-2015", true, false)],
            Some(format!(
                "decision 6-2015, apart from number and title; \
                 budget Crime and Disorder Reduction, Youth, 2015-16: 5,000.00; {all} {year}"
            )),
        ),
        (
            "a budget set in confidence",
            vec![open.clone(), decision("C6-2015", true, false)],
            vec![budget("cdr", "youth", "6000", Some("C6-2015"))],
            None,
        ),
        (
            "what public papers have named",
            vec![open.clone(), other.clone(), paper("AP15/2", "1-2015")],
            vec![vary("C4-2015", "10")],
            Some(format!("{grant}; public paper AP15/2 already names details that would be withheld")),
        ),
        (
            "several grants",
            vec![open.clone(), other.clone(), award_to("5-2015", "Third", "cdr", "1", "youth")],
            vec![vary("C4-2015", "10"), decision("2-2015", true, false)],
            Some(format!(
                "grants 1-2015 (Open Door, 1,000.00), 2-2015 (Open House, 500.00); \
                 decision 2-2015, apart from number and title; {all} {year}"
            )),
        ),
    ];
    for (what, before, commands, expected) in table {
        let mut store = books(std::slice::from_ref(&youth_theme));
        record(&mut store, &before);
        record(&mut store, &[users()]);
        // However it is recorded: at once, or as a proposal.
        for proposing in [false, true] {
            let draft = drafted(&store);
            let mut draft = if proposing { draft.proposing() } else { draft };
            let hidden = hidden_of(&mut draft, &commands);
            let words = hidden.map(|it| format!("{}; {}", it.items().join("; "), it.reports()));
            assert_eq!(words, expected, "{what}, proposing: {proposing}");
        }
    }
}

/// The officer, and another who may approve.
fn users() -> Command {
    let user = |id: &str, roles: &[Role]| User::new(text(id), text(id), roles.iter().copied().collect());
    let all = [Role::Recorder, Role::Payer, Role::Approver];
    Command::SetUsers(vec![user(common::BY, &all), user("al", &all)])
}

#[test]
fn an_approval_withholds_what_the_proposal_would() {
    let open = award_to("1-2015", "Open Door", "cdr", "1000", "youth");
    let mut store = books(&[open, award_to("2-2015", "Open House", "cdr", "500", "youth"), users()]);
    let mut draft = drafted(&store).proposing();
    assert!(hidden_of(&mut draft, &[vary("C4-2015", "10")]).is_some());
    let batch = draft.finish().unwrap();
    let proposal = batch.records[0].number;
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    assert!(published(&store).grant(&GrantId::new("1-2015").unwrap()).unwrap().is_some());
    let mut draft = Draft::new(&store, common::AT.into(), "al".into());
    approve(&mut draft, proposal, Vouched::default()).unwrap();
    assert_eq!(hidden_by(&draft).unwrap().unwrap().grants.len(), 1);
}

fn published(books: &MemoryStore) -> Published<'_> {
    Published::new(books, Audience::Public).unwrap()
}

fn receipt(fund: &str) -> Command {
    let (fund, kind) = (FundId::new(fund).unwrap(), ReceiptKind::ReturnIfUnspent);
    let (date, amount) = (date("2015-05-07"), Money::parse("9").unwrap());
    let receipt = FundingReceipt { account: None, fund, date, amount, from: None, reference: None, kind };
    Command::Receive { receipt, occurrence: 1 }
}

#[test]
fn themes_and_funds_that_no_shown_grant_names_are_withheld_with_all_that_names_them() {
    let of_open = [
        award_to("1-2015", "Open", "cdr", "1000", "youth"),
        budget("cdr", "youth", "1", None),
        indicator("youth"),
        receipt("cdr"),
    ];
    let secret = [
        award_to("C1-2015", "Hidden", "refuge-fund", "700", "refuges"),
        award_to("C2-2015", "Hidden", "cdr", "700", "youth"),
    ];
    let of_others = [
        budget("cdr", "refuges", "2", None),
        budget("refuge-fund", "youth", "3", None),
        budget("refuge-fund", "refuges", "4", None),
        indicator("refuges"),
        receipt("refuge-fund"),
    ];
    let seen = |books: &dyn Books| {
        let it = books.reference();
        let ids = |ids: Vec<String>| ids.join(" ");
        [
            ids(it.themes.keys().map(ToString::to_string).collect()),
            ids(it.funds.keys().map(ToString::to_string).collect()),
            ids(it.budgets.values().map(|it| it.amount.to_string()).collect()),
            it.budget_changes.len().to_string(),
            ids(it.indicators.keys().map(|it| it.theme.to_string()).collect()),
            ids(it.receipts.iter().map(|it| it.receipt.fund.to_string()).collect()),
            ids(it.in_advance.keys().map(ToString::to_string).collect()),
        ]
    };
    // Whether or not there is a confidential award, and in which order all this is recorded.
    let orders: [&[&[Command]]; 4] = [
        &[&of_open],
        &[&of_open, &of_others],
        &[&of_open, &secret, &of_others],
        &[&of_others, &secret, &of_open],
    ];
    for order in orders {
        let store = books(&order.concat());
        assert_eq!(seen(&published(&store)), ["youth", "cdr", "1.00", "1", "youth", "cdr", "cdr"]);
        let office = Published::new(&store, Audience::Auditor).unwrap();
        assert_eq!(office.reference(), store.reference());
    }
    // A budget revised in confidence is withheld as known before, too.
    let mut store = books(&[&of_open[..], &[decision("C6-2015", true, false)]].concat());
    let before = store.head().record;
    record(&mut store, &[budget("cdr", "youth", "6000", Some("C6-2015"))]);
    let then = as_known_at(&store, KnownAt::Record(before)).unwrap();
    let then = Published::as_known_then(&then, &store, Audience::Panel).unwrap();
    for books in [&then, &published(&store)] {
        assert_eq!(seen(books)[2..4], ["", "0"]);
    }
}

fn mark(of: Subject, publication: Publication) -> Command {
    Command::SetPublication { of, publication }
}

fn budget_of(fund: &str, theme: &str) -> Subject {
    Subject::Budget(BudgetKey {
        fund: FundId::new(fund).unwrap(),
        theme: ThemeId::new(theme).unwrap(),
        year: FinancialYear::parse("2015-16").unwrap(),
    })
}

#[test]
fn what_is_marked_confidential_is_withheld_with_what_names_it_and_what_is_public_is_shown() {
    let theme = |id: &str| Subject::Theme(ThemeId::new(id).unwrap());
    let fund = |id: &str| Subject::Fund(FundId::new(id).unwrap());
    let (confidential, public) = (Publication::Confidential, Publication::Public);
    let indicator_of = |theme: &str| {
        let Command::SetIndicator { indicator, .. } = indicator(theme) else { panic!() };
        Subject::Indicator(indicator)
    };
    let of_open = [
        award_to("1-2015", "Open", "cdr", "1000", "youth"),
        award_to("2-2015", "Other", "victims", "500", "refuges"),
        budget("cdr", "youth", "1", None),
        budget("victims", "refuges", "2", None),
        indicator("youth"),
        receipt("cdr"),
        receipt("victims"),
        // Nothing is awarded of these.
        budget("cdr", "safety", "3", None),
        award_to("C1-2015", "Hidden", "shelter", "700", "courts"),
        budget("shelter", "courts", "4", None),
    ];
    let mut store = books(&of_open);
    let receipts: Vec<u64> = store.reference().receipts.iter().map(|it| it.record).collect();
    let of_cdr = Subject::Receipt(receipts[0]);
    let seen = |books: &MemoryStore| {
        let seen = published(books);
        let it = seen.reference();
        let joined = |ids: Vec<String>| ids.join(" ");
        let mut grants = Vec::new();
        seen.each_grant(&mut |grant| {
            grants.push(grant.id.to_string());
            Ok(())
        })
        .unwrap();
        grants.sort();
        let mut decisions = Vec::new();
        seen.each_decision(&mut |it| {
            decisions.extend(it.decision.date.map(|_| it.decision.id.to_string()));
            Ok(())
        })
        .unwrap();
        decisions.sort();
        [
            joined(grants),
            joined(decisions),
            joined(it.themes.keys().map(ToString::to_string).collect()),
            joined(it.funds.keys().map(ToString::to_string).collect()),
            joined(it.budgets.values().map(|it| it.amount.to_string()).collect()),
            joined(it.indicators.keys().map(|it| it.theme.to_string()).collect()),
            joined(it.receipts.iter().map(|it| it.receipt.fund.to_string()).collect()),
            joined(it.in_advance.keys().map(ToString::to_string).collect()),
        ]
    };
    let open = [
        "1-2015 2-2015",
        "1-2015 2-2015",
        "refuges youth",
        "cdr victims",
        "1.00 2.00",
        "youth",
        "cdr victims",
        "cdr victims",
    ];
    assert_eq!(seen(&store), open);
    let all = "public and panel reports, exports and pages";
    let year = "for 2015-16 would change, including those as known at an earlier date";
    // The mark, what it hides, and what is seen with it.
    for (of, publication, hidden, expected) in [
        (
            theme("youth"),
            confidential,
            Some(format!(
                "grant 1-2015 (Open, 1,000.00); decision 1-2015, apart from number and title; theme Youth; \
                 fund Crime and Disorder Reduction; budget Crime and Disorder Reduction, Youth, 2015-16: 1.00; \
                 receipt 9.00 for Crime and Disorder Reduction on 7 May 2015; 1 performance indicator; {all} {year}"
            )),
            ["2-2015", "2-2015", "refuges", "victims", "2.00", "", "victims", "victims"],
        ),
        (
            fund("victims"),
            confidential,
            Some(format!(
                "grant 2-2015 (Other, 500.00); decision 2-2015, apart from number and title; theme Refuges; \
                 fund Victims' services; budget Victims' services, Refuges, 2015-16: 2.00; \
                 receipt 9.00 for Victims' services on 7 May 2015; {all} {year}"
            )),
            ["1-2015", "1-2015", "youth", "cdr", "1.00", "youth", "cdr", "cdr"],
        ),
        (
            budget_of("cdr", "youth"),
            confidential,
            Some(format!("budget Crime and Disorder Reduction, Youth, 2015-16: 1.00; {all} {year}")),
            [open[0], open[1], open[2], open[3], "2.00", open[5], open[6], open[7]],
        ),
        (
            indicator_of("youth"),
            confidential,
            Some(format!(
                "1 performance indicator; {all} would change, including those as known at an earlier date"
            )),
            [open[0], open[1], open[2], open[3], open[4], "", open[6], open[7]],
        ),
        (
            of_cdr,
            confidential,
            Some(format!(
                "receipt 9.00 for Crime and Disorder Reduction on 7 May 2015; {all} would change, including those as known at an earlier date"
            )),
            [open[0], open[1], open[2], open[3], open[4], open[5], "victims", "victims"],
        ),
        (theme("youth"), public, None, open),
        (theme("courts"), confidential, None, open),
        (
            theme("safety"),
            public,
            None,
            [open[0], open[1], "refuges safety youth", open[3], "3.00 1.00 2.00", open[5], open[6], open[7]],
        ),
        // The grant stays withheld, and the budget while its fund is.
        (
            theme("courts"),
            public,
            None,
            [open[0], open[1], "courts refuges youth", open[3], open[4], open[5], open[6], open[7]],
        ),
    ] {
        let mut marked = drafted(&store);
        let found = hidden_of(&mut marked, &[mark(of.clone(), publication)]);
        let words = found.map(|it| format!("{}; {}", it.items().join("; "), it.reports()));
        assert_eq!(words, hidden, "{of}");
        let batch = marked.finish().unwrap();
        let (before, record) = (store.head().record, batch.records[0].number);
        store.append(store.head(), BatchLabel::default(), batch).unwrap();
        assert_eq!(seen(&store), expected, "{of}");
        // Also as known before it was marked, if it is confidential.
        let then = as_known_at(&store, KnownAt::Record(before)).unwrap();
        let then = Published::as_known_then(&then, &store, Audience::Panel).unwrap();
        let is_shown = then.grant(&GrantId::new("1-2015").unwrap()).unwrap().is_some();
        assert_eq!(is_shown, expected[0].starts_with('1'), "{of}");
        assert_eq!(
            then.reference().themes.len() == 2,
            publication == public || expected[2] == open[2],
            "{of}"
        );
        // Reversed, it is as before.
        self::record(&mut store, &[Command::Reverse { record, reason: None }]);
        assert_eq!(seen(&store), open, "{of}");
    }
    // What is awarded of it later, or changed to it, is withheld though its decision is open.
    self::record(&mut store, &[mark(theme("safety"), confidential)]);
    let mut draft = drafted(&store);
    assert!(hidden_of(&mut draft, &[award_to("5-2015", "Later", "cdr", "5", "safety")]).is_none());
    let mut draft = drafted(&store);
    let hidden = hidden_of(&mut draft, &[repurpose("1-2015", "6-2015", "2015-06-01", "safety")]).unwrap();
    assert_eq!(hidden.grants.len(), 1);
    let Command::Vary { award, decision, date, change, period, part: _ } = vary("6-2015", "10") else {
        panic!()
    };
    let part = Some(almoner_ledger::allocation::Part::parse("cdr/safety").unwrap());
    let added = Command::Vary { award, decision, date, change, period, part };
    let hidden = hidden_of(&mut drafted(&store), &[added]).unwrap();
    assert_eq!(hidden.grants.len(), 1);
    self::record(&mut store, &[award_to("5-2015", "Later", "cdr", "5", "safety")]);
    assert_eq!(seen(&store), open);
    let rejected = |command: &Command| {
        carry_out(&mut drafted(&store), command, options()).map_err(|error| error.to_string())
    };
    for (of, expected) in [
        (theme("yuoth"), "there is no theme `yuoth`"),
        (fund("nobody"), "there is no fund `nobody`"),
        (budget_of("cdr", "courts"), "no such budget is recorded: cdr courts 2015-16"),
        (indicator_of("courts"), "no such indicator is recorded: "),
        (Subject::Receipt(1), "no such receipt is recorded: record 1"),
    ] {
        let found = rejected(&mark(of, confidential)).unwrap_err();
        assert!(found.starts_with(expected), "{found}");
    }
    // Nothing is reversed beneath its mark.
    let reversed = Command::Reverse { record: receipts[1], reason: None };
    assert!(rejected(&reversed).is_ok());
    self::record(&mut store, &[mark(Subject::Receipt(receipts[1]), confidential)]);
    let last = store.head().record;
    let found = carry_out(&mut drafted(&store), &reversed, options()).unwrap_err().to_string();
    assert!(found.contains(&last.to_string()), "{found}");
}

/// Returns a command about one of four grants, four decisions and three themes.
fn command_from((kind, grant, by, confidential): (u8, u8, u8, bool)) -> Command {
    let id = format!("{}-2015", grant % 4 + 1);
    let by = if confidential { format!("C{}-2015", by % 4 + 1) } else { format!("{}-2015", by % 4 + 5) };
    let theme = ["youth", "refuges", "safety"][usize::from(kind / 8 % 3)];
    match kind % 9 {
        0 | 1 => award_to(
            &id,
            &format!("Recipient {}", grant % 2),
            ["cdr", "victims"][usize::from(kind / 32 % 2)],
            "1000",
            theme,
        ),
        2 => Command::Vary {
            award: GrantId::new(&id).unwrap(),
            decision: Some(DecisionId::new(&by).unwrap()),
            date: date("2015-06-01"),
            change: Money::parse("7").unwrap(),
            period: None,
            part: None,
        },
        3 => repurpose(&id, &by, "2015-06-01", theme),
        4 => decision(if confidential { &id } else { &by }, confidential, true),
        5 => budget("cdr", theme, "500", confidential.then_some(&by)),
        6 => pay(&id, "2015-06-02", "5"),
        7 => mark(
            match grant % 3 {
                0 => Subject::Theme(ThemeId::new(theme).unwrap()),
                1 => Subject::Fund(FundId::new("victims").unwrap()),
                _ => budget_of("cdr", theme),
            },
            if confidential { Publication::Confidential } else { Publication::Public },
        ),
        _ => Command::Reverse { record: 4 + u64::from(grant % 24), reason: None },
    }
}

/// What the public sees that may be withheld.
fn shown(books: &dyn Books) -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    books
        .each_grant(&mut |grant| {
            shown.extend(grant.award().map(|_| format!("grant {}", grant.id)));
            Ok(())
        })
        .unwrap();
    let reference = books.reference();
    shown.extend(reference.budgets.keys().map(|key| format!("budget {key}")));
    shown.extend(reference.themes.keys().map(|id| format!("theme {id}")));
    shown.extend(reference.funds.keys().map(|id| format!("fund {id}")));
    books
        .each_decision(&mut |it| {
            let has_details = it.decision.date.is_some() || it.decision.kind.is_some();
            shown.extend((has_details && !it.reversed).then(|| format!("decision {}", it.decision.id)));
            Ok(())
        })
        .unwrap();
    shown
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Nothing that is public disappears by a record that withholds nothing, other than by its reversal; and what is
    /// withheld by one reading of the register is so by the other.
    #[test]
    fn nothing_public_disappears_unannounced(
        given in prop::collection::vec((any::<u8>(), any::<u8>(), any::<u8>(), any::<bool>()), 1..30)
    ) {
        let mut store = books(&[]);
        for command in given.into_iter().map(command_from) {
            let mut draft = drafted(&store);
            if carry_out(&mut draft, &command, options()).is_err() {
                continue;
            }
            let hidden = hidden_by(&draft).unwrap();
            let batch = draft.finish().unwrap();
            let before = shown(&published(&store));
            store.append(store.head(), BatchLabel::default(), batch).unwrap();
            let after = shown(&published(&store));
            let gone: Vec<&String> = before.difference(&after).collect();
            if !matches!(command, Command::Reverse { .. }) {
                prop_assert_eq!(hidden.is_some(), !gone.is_empty(), "{:?}: {:?}, {:?}", command, gone, hidden);
            }
            let mut ids = Vec::new();
            store.each_grant(&mut |grant| { ids.push(grant.id.clone()); Ok(()) }).unwrap();
            let seen = published(&store);
            let absent = ids.iter().filter(|id| seen.grant(id).unwrap().is_none());
            prop_assert_eq!(withheld_among(&store, &ids).unwrap(), absent.cloned().collect::<BTreeSet<_>>());
        }
    }
}
