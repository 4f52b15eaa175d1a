//! The rules of authority in tables.

mod keys;

use std::collections::BTreeMap;
use std::sync::Arc;

use ed25519_dalek::{Signer, SigningKey};

use super::*;
use crate::accounts::Account;
use crate::closed::{BankAtClose, Closing};
use crate::entry::{Entries, Entry, Line};
use crate::events::{
    ClockCorrected, GrantFact, HeadRecovered, HistoryAccepted, ProposalRejected, RecipientAdded,
};
use crate::funds::FundId;
use crate::grants::{Fact, GrantId, Payment};
use crate::policy::Rule;
use crate::signing::PublicKey;
use crate::text::Text;
use crate::users::User;

const LEDGER: &str = "0123";
const DAY: &str = "2015-06-30T09:00:00Z";
const DAYS_LATER: &str = "2015-07-30T23:59:59Z";
const MONTH_LATER: &str = "2015-07-31T00:00:00Z";

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn user(id: &str, roles: &[Role]) -> User {
    User::new(text(id), text(id), roles.iter().copied().collect())
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn policy(rules: &[(Act, Option<i64>)]) -> Policy {
    let rule = |(act, over): &(Act, Option<i64>)| Rule {
        act: *act,
        over: over.map(|it| Money::from_pence(it * 100)),
    };
    Policy {
        rules: rules.iter().map(rule).collect(),
        days: 31,
        recipient_recorder_apart: true,
        checklist: false,
        signed_approvals: false,
    }
}

/// An office: al approves, jane records and pays, bo pays, cy closes, ada audits, and eve has left.
struct Office {
    authority: Authority,
    rules: Rules,
    records: u64,
    party: Counterparty,
}

impl Office {
    /// Without users.
    fn open() -> Office {
        Office {
            authority: Authority::default(),
            rules: Rules::PRESENT,
            records: 0,
            party: Counterparty::default(),
        }
    }

    fn new() -> Office {
        let mut office = Office::open();
        office.party.recipient = Some(RecipientId::new("comp").unwrap());
        office.party.recorders.insert("jane".into());
        let left = User { left: true, ..user("eve", &[Role::Payer]) };
        let users = vec![
            user("al", &[Role::Approver, Role::Payer]),
            user("jane", &[Role::Recorder, Role::Payer]),
            user("bo", &[Role::Payer]),
            user("cy", &[Role::Closer]),
            user("ada", &[Role::Auditor]),
            left,
        ];
        assert_eq!(office.does("jane", DAY, Event::UsersSet(users)), "ok");
        office
    }

    fn with_policy(policy: Policy) -> Office {
        let mut office = Office::new();
        assert_eq!(office.does("al", DAY, Event::PolicySet(Some(policy))), "ok");
        office
    }

    /// Records an event if it is allowed; the code of why not otherwise.
    fn does(&mut self, by: &str, at: &str, event: Event) -> &'static str {
        let attempt = Attempt {
            by,
            at,
            ledger: LEDGER,
            event: &event,
            party: &self.party,
            after: 0,
            number: self.records + 1,
            rules: self.rules,
        };
        if let Err(denied) = self.authority.may(attempt) {
            return denied.code();
        }
        self.records += 1;
        self.authority.follow(self.records, &at.into(), &by.into(), &event, &self.party).unwrap();
        "ok"
    }

    fn proposes(&mut self, by: &str, events: Vec<Event>) -> u64 {
        let proposal = Proposal::new(Vec::new(), events);
        assert_eq!(self.does(by, DAY, Event::Proposed(Box::new(proposal))), "ok");
        self.records
    }

    fn approves(&mut self, by: &str, proposal: u64, key: Option<&SigningKey>) -> &'static str {
        let hash = self.authority.pending.get(&proposal).map_or(Hash::ZERO, |it| it.hash);
        let signature = key.map(|key| {
            Box::new(Signature::new(key.sign(approval_text(LEDGER, proposal, hash).as_bytes()).to_bytes()))
        });
        self.does(by, DAY, Event::Approved(ProposalApproved { proposal, hash, signature, key_lost: None }))
    }
}

/// A payment recorded late, of which this is taken from reserves.
fn adjusted(pounds: i64) -> Event {
    let Event::Grant(GrantFact { id, fact, posted, .. }) = paid(pounds) else {
        panic!("a payment is of a grant")
    };
    let amount = Money::from_pence(pounds * 100);
    let line = |account, amount| Line { account, fund: FundId::new("cdr").unwrap(), theme: None, amount };
    let lines = vec![line(Account::PriorPeriod, amount), line(Account::GrantControl, amount.negated())];
    let mut posted = Entries::clone(&posted);
    let booked = Date::parse("2016-05-01").unwrap();
    posted.entries.push(Entry::new(Date::parse("2015-06-30").unwrap(), Some(booked), lines).unwrap());
    Event::Grant(GrantFact { id, fact, posted: Arc::new(posted), prior_period: Some(text("Found late")) })
}

#[test]
fn a_prior_period_adjustment_needs_the_closer_too() {
    let mut office = Office::new();
    let both = vec![user("di", &[Role::Payer, Role::Closer])];
    assert_eq!(office.does("al", DAY, Event::UsersSet(both)), "ok");
    for (by, event, expected) in [
        ("bo", paid(10), "ok"),
        // The payer may not decide on it, nor the closer pay.
        ("bo", adjusted(10), "role-missing"),
        ("cy", adjusted(10), "role-missing"),
        ("di", adjusted(10), "ok"),
    ] {
        assert_eq!(office.does(by, DAY, event), expected, "{by}");
    }
    // But the payer may propose it, and a closer who approves it decides on it.
    assert_eq!(
        office.does("al", DAY, Event::UsersSet(vec![user("clo", &[Role::Approver, Role::Closer])])),
        "ok"
    );
    for (proposer, approver, expected) in
        [("bo", "al", "role-missing"), ("bo", "clo", "ok"), ("di", "al", "ok")]
    {
        let proposal = office.proposes(proposer, vec![adjusted(10)]);
        assert_eq!(office.approves(approver, proposal, None), "ok");
        assert_eq!(office.does(approver, DAY, adjusted(10)), expected, "{proposer} {approver}");
        office.authority.end_of_batch();
    }
    let denied = Denied::MayNotAdjust {
        by: "jane".to_owned(),
        missing: vec![Role::Payer, Role::Closer],
        roles: vec![Role::Payer, Role::Closer],
    };
    let expected = "jane does not have the roles `payer` and `closer`, which a prior period adjustment needs";
    assert_eq!(denied.to_string(), expected);
    // The closer alone may not propose a payment.
    let proposal = Proposal::new(Vec::new(), vec![adjusted(10)]);
    assert_eq!(office.does("cy", DAY, Event::Proposed(Box::new(proposal))), "role-missing");
    // The policy may ask for a second person, above a limit.
    let policy = policy(&[(Act::PriorPeriod, Some(100))]);
    assert_eq!(office.does("al", DAY, Event::PolicySet(Some(policy))), "ok");
    for (event, expected) in [(paid(500), "ok"), (adjusted(100), "ok"), (adjusted(1), "approval-needed")] {
        assert_eq!(office.does("di", DAY, event), expected);
    }
}

fn paid(pounds: i64) -> Event {
    let amount = Money::from_pence(pounds * 100);
    let date = Date::parse("2015-06-30").unwrap();
    let fund = FundId::new("cdr").unwrap();
    let line = |account, amount| Line { account, fund: fund.clone(), theme: None, amount };
    let lines = vec![
        line(Account::GrantControl, amount),
        line(Account::Bank, amount.negated()),
        line(Account::AwardsOutstanding, amount),
        line(Account::Commitments, amount.negated()),
    ];
    let posted = Entries::one(Entry::new(date, None, lines).unwrap());
    let fact = Arc::new(Fact::Paid(Payment {
        account: None,
        date,
        amount,
        reference: None,
        before_decision: None,
        part: None,
        again: false,
    }));
    Event::Grant(GrantFact::new(GrantId::new("1-2015").unwrap(), fact, posted))
}

/// The reversal of a record that moved this at the bank and of what is promised.
fn reversed(bank: i64, promised: i64) -> Event {
    let date = Date::parse("2015-06-30").unwrap();
    let fund = FundId::new("cdr").unwrap();
    let line = |account, pounds: i64| Line {
        account,
        fund: fund.clone(),
        theme: None,
        amount: Money::from_pence(pounds * 100),
    };
    let lines = vec![
        line(Account::Bank, bank),
        line(Account::GrantControl, -bank),
        line(Account::Commitments, promised + bank),
        line(Account::AwardsOutstanding, -promised - bank),
    ];
    let lines = lines.into_iter().filter(|line| !line.amount.is_zero()).collect();
    let posted = Entries::one(Entry::new(date, None, lines).unwrap());
    let fact = Arc::new(Fact::Reversed { record: 1, reason: None });
    Event::Grant(GrantFact::new(GrantId::new("1-2015").unwrap(), fact, posted))
}

fn recipient() -> Event {
    let (id, name) = (RecipientId::new("comp").unwrap(), text("Comp"));
    Event::RecipientAdded(RecipientAdded { id, name, identifiers: Vec::new() })
}

fn closed() -> Event {
    let month = crate::calendar::Month::parse("2015-03").unwrap();
    Event::MonthClosed(Closing { month, is_final: false, bank: BankAtClose::NeverReconciled, checked: None })
}

#[test]
fn without_users_everything_is_allowed_except_what_needs_users() {
    let mut office = Office::open();
    for (event, expected) in [
        (paid(1_000_000), "ok"),
        (closed(), "ok"),
        (Event::PolicySet(Some(policy(&[]))), "no-users"),
        (Event::UsersSet(vec![user("jane", &[Role::Recorder])]), "too-few-users"),
        (Event::UsersSet(vec![user("al", &[Role::Approver])]), "ok"),
        (paid(1), "unknown-user"),
    ] {
        assert_eq!(office.does("anybody", DAY, event.clone()), expected, "{event:?}");
    }
}

#[test]
fn each_record_needs_its_role() {
    for (by, event, expected) in [
        ("jane", recipient(), "ok"),
        ("jane", paid(1), "ok"),
        ("bo", paid(1), "ok"),
        ("bo", recipient(), "role-missing"),
        ("cy", closed(), "ok"),
        ("cy", paid(1), "role-missing"),
        ("jane", closed(), "role-missing"),
        ("al", recipient(), "role-missing"),
        ("ada", recipient(), "role-missing"),
        ("eve", paid(1), "unknown-user"),
        ("mallory", paid(1), "unknown-user"),
        ("Jane", paid(1), "unknown-user"),
        // A payment undone moves money at the bank; an award undone does not.
        ("bo", reversed(5, 0), "ok"),
        ("bo", reversed(0, -5), "role-missing"),
        ("jane", reversed(0, -5), "ok"),
        ("jane", Event::UsersSet(vec![user("jane", &[Role::Approver])]), "role-missing"),
        ("al", Event::UsersSet(vec![user("al", &[Role::Payer])]), "too-few-users"),
        ("al", Event::UsersSet(vec![user("Jane", &[Role::Payer])]), "similar-user"),
        ("al", Event::UsersSet(vec![user("di", &[Role::Auditor, Role::Payer])]), "auditor-records"),
        ("al", Event::UsersSet(vec![user("di", &[Role::Payer])]), "ok"),
    ] {
        assert_eq!(Office::new().does(by, DAY, event.clone()), expected, "{by}: {event:?}");
    }
}

#[test]
fn users_set_their_own_first_key_while_there_is_no_policy() {
    let keyed = |id: &str, roles: &[Role]| User {
        key: Some(PublicKey::of(key().verifying_key())),
        ..user(id, roles)
    };
    let janes = || Event::UsersSet(vec![keyed("jane", &[Role::Recorder, Role::Payer])]);
    let more = Event::UsersSet(vec![keyed("jane", &[Role::Recorder, Role::Payer, Role::Approver])]);
    for (by, event, expected) in
        [("bo", janes(), "role-missing"), ("jane", more, "role-missing"), ("jane", janes(), "ok")]
    {
        assert_eq!(Office::new().does(by, DAY, event), expected, "{by}");
    }
    let mut office = Office::with_policy(policy(&[]));
    assert_eq!(office.does("jane", DAY, janes()), "approval-needed");
}

#[test]
fn amounts_over_the_limit_need_approval() {
    use Act::{Award, Payment, Reduction, Refund, Reversal};
    let over = |act, pounds| policy(&[(act, Some(pounds))]);
    let always = |act| policy(&[(act, None)]);
    for (policy, event, expected) in [
        (over(Payment, 10_000), paid(10_000), "ok"),
        (over(Payment, 10_000), paid(10_001), "approval-needed"),
        (always(Payment), paid(1), "approval-needed"),
        (over(Award, 10), paid(100), "ok"),
        // A reversal is what it does.
        (over(Payment, 10), reversed(-11, 0), "approval-needed"),
        (over(Payment, 10), reversed(11, 0), "ok"),
        (over(Refund, 10), reversed(11, 0), "approval-needed"),
        (over(Reversal, 10), reversed(11, 0), "approval-needed"),
        (over(Reversal, 10), reversed(10, 0), "ok"),
        (over(Award, 10), reversed(-1, 11), "approval-needed"),
        (over(Reduction, 10), reversed(1, -11), "approval-needed"),
    ] {
        let mut office = Office::with_policy(policy.clone());
        assert_eq!(office.does("bo", DAY, event.clone()), expected, "{policy:?} {event:?}");
    }
}

#[test]
fn amounts_recorded_without_approval_add_up_within_the_days() {
    let mut office = Office::with_policy(policy(&[(Act::Payment, Some(10_000))]));
    for (by, at, pounds, expected) in [
        ("bo", "2015-06-30T09:00:00Z", 6_000, "ok"),
        ("bo", "2015-06-30T09:00:00Z", 4_001, "approval-needed"),
        ("al", "2015-07-01T09:00:00Z", 4_001, "approval-needed"),
        ("al", "2015-07-01T09:00:00Z", 4_000, "ok"),
        ("bo", "2015-07-31T09:00:00Z", 1, "approval-needed"),
        ("bo", "2015-08-01T09:00:00Z", 6_001, "approval-needed"),
        ("bo", "2015-08-01T09:00:00Z", 6_000, "ok"),
        ("bo", "2016-08-01T09:00:00Z", 10_000, "ok"),
    ] {
        assert_eq!(office.does(by, at, paid(pounds)), expected, "{by} {at} {pounds}");
    }
    // Each recipient is counted separately, and approved amounts do not count.
    let mut office = Office::with_policy(policy(&[(Act::Payment, Some(10_000))]));
    let proposal = office.proposes("bo", vec![paid(50_000)]);
    assert_eq!(office.approves("al", proposal, None), "ok");
    assert_eq!(office.does("al", DAY, paid(50_000)), "ok");
    assert_eq!(office.does("bo", DAY, paid(10_000)), "ok");
    office.party.recipient = Some(RecipientId::new("other").unwrap());
    assert_eq!(office.does("bo", DAY, paid(10_000)), "ok");
}

#[test]
fn the_recorder_of_a_recipient_neither_pays_nor_approves() {
    let mut office = Office::with_policy(policy(&[]));
    assert_eq!(office.does("jane", DAY, paid(1)), "approval-needed");
    let proposal = office.proposes("jane", vec![paid(1)]);
    assert_eq!(office.approves("al", proposal, None), "ok");
    assert_eq!(office.does("al", DAY, paid(1)), "ok");
    office.party.recorders = BTreeSet::from(["al".into()]);
    let proposal = office.proposes("bo", vec![paid(1)]);
    assert_eq!(office.approves("al", proposal, None), "ok");
    assert_eq!(office.does("al", DAY, paid(1)), "recorder-of-recipient");
}

#[test]
fn an_approval_covers_exactly_the_proposal_and_needs_another_user() {
    let proposed = || {
        let mut office = Office::with_policy(policy(&[(Act::Payment, None)]));
        let proposal = office.proposes("bo", vec![paid(1), paid(2)]);
        (office, proposal)
    };
    for (by, expected) in
        [("bo", "own-proposal"), ("jane", "role-missing"), ("mallory", "unknown-user"), ("al", "ok")]
    {
        let (mut office, proposal) = proposed();
        assert_eq!(office.approves(by, proposal, None), expected, "{by}");
    }
    let (mut office, proposal) = proposed();
    assert_eq!(office.approves("al", proposal + 1, None), "not-pending");
    let other =
        Event::Approved(ProposalApproved { proposal, hash: Hash::ZERO, signature: None, key_lost: None });
    assert_eq!(office.does("al", DAY, other), "proposal-changed");
    assert_eq!(office.approves("al", proposal, None), "ok");
    assert_eq!(office.authority.unfinished(), Some(proposal));
    assert_eq!(office.does("al", DAY, paid(2)), "proposal-changed");
    assert_eq!(office.does("al", DAY, paid(1)), "ok");
    assert_eq!(office.does("al", DAY, recipient()), "proposal-changed");
    assert_eq!(office.does("al", DAY, paid(2)), "ok");
    assert_eq!(office.authority.unfinished(), None);
    assert_eq!(office.does("al", DAY, paid(2)), "approval-needed");
    assert_eq!(office.approves("al", proposal, None), "not-pending");
}

#[test]
fn a_proposal_needs_the_roles_of_its_content() {
    let proposal = |events: Vec<Event>| Event::Proposed(Box::new(Proposal::new(Vec::new(), events)));
    let falsely_hashed =
        Event::Proposed(Box::new(Proposal { hash: Hash::ZERO, ..Proposal::new(Vec::new(), vec![paid(1)]) }));
    let janes = || Event::UsersSet(vec![user("jane", &[Role::Approver])]);
    for (by, event, expected) in [
        ("bo", proposal(vec![paid(1)]), "ok"),
        ("bo", proposal(vec![paid(1), recipient()]), "role-missing"),
        ("cy", proposal(vec![paid(1)]), "role-missing"),
        ("jane", proposal(vec![janes()]), "ok"),
        ("ada", proposal(vec![janes()]), "role-missing"),
        ("bo", proposal(vec![]), "not-proposable"),
        ("bo", proposal(vec![paid(1); Proposal::LIMIT + 1]), "not-proposable"),
        ("bo", falsely_hashed, "not-proposable"),
        ("bo", proposal(vec![proposal(vec![paid(1)])]), "not-proposable"),
        (
            "bo",
            proposal(vec![Event::Approved(ProposalApproved {
                proposal: 1,
                hash: Hash::ZERO,
                signature: None,
                key_lost: None,
            })]),
            "not-proposable",
        ),
    ] {
        assert_eq!(Office::new().does(by, DAY, event.clone()), expected, "{by}: {event:?}");
    }
}

#[test]
fn users_and_policy_change_only_with_approval_under_a_policy() {
    let janes = || Event::UsersSet(vec![user("jane", &[Role::Approver])]);
    for event in [janes(), Event::PolicySet(None), Event::PolicySet(Some(policy(&[])))] {
        let mut office = Office::with_policy(policy(&[(Act::Closing, None)]));
        assert_eq!(office.does("al", DAY, event.clone()), "approval-needed");
        assert_eq!(office.does("jane", DAY, event.clone()), "approval-needed");
        assert_eq!(office.does("ada", DAY, event.clone()), "role-missing");
        let proposal = office.proposes("jane", vec![event.clone()]);
        assert_eq!(office.approves("jane", proposal, None), "own-proposal");
        assert_eq!(office.approves("al", proposal, None), "ok");
        assert_eq!(office.does("al", DAY, event), "ok");
    }
    // A proposal by a user who has left since cannot be recorded.
    let mut office = Office::new();
    let proposal = office.proposes("jane", vec![recipient()]);
    let left = User { left: true, ..user("jane", &[]) };
    assert_eq!(office.does("al", DAY, Event::UsersSet(vec![left])), "ok");
    assert_eq!(office.approves("al", proposal, None), "ok");
    assert_eq!(office.does("al", DAY, recipient()), "unknown-user");
}

#[test]
fn users_with_a_key_must_sign_approvals() {
    let signing = Policy { signed_approvals: true, ..policy(&[]) };
    let other = SigningKey::from_bytes(&[8; 32]);
    for (has_key, must_sign, with, expected) in [
        (false, false, None, "ok"),
        (false, false, Some(key()), "signature-wrong"),
        (true, false, None, "signature-needed"),
        (true, false, Some(key()), "ok"),
        (true, false, Some(other), "signature-wrong"),
        (true, true, Some(key()), "ok"),
        (true, true, None, "signature-needed"),
    ] {
        let mut office = Office::new();
        if has_key {
            let al = User {
                key: Some(PublicKey::of(key().verifying_key())),
                ..user("al", &[Role::Approver, Role::Payer])
            };
            assert_eq!(office.does("al", DAY, Event::UsersSet(vec![al])), "ok");
        }
        if must_sign {
            let set = Event::PolicySet(Some(signing.clone()));
            let proposal = office.proposes("jane", vec![set.clone()]);
            assert_eq!(office.approves("al", proposal, Some(&key())), "ok");
            assert_eq!(office.does("al", DAY, set), "ok");
        }
        let proposal = office.proposes("bo", vec![paid(1)]);
        assert_eq!(office.approves("al", proposal, with.as_ref()), expected, "{has_key} {must_sign}");
    }
    // A policy under which no user could approve is refused.
    assert_eq!(Office::new().does("al", DAY, Event::PolicySet(Some(signing))), "too-few-users");
    // A signature is valid for one proposal only.
    let mut office = Office::new();
    let al = User { key: Some(PublicKey::of(key().verifying_key())), ..user("al", &[Role::Approver]) };
    assert_eq!(office.does("al", DAY, Event::UsersSet(vec![al])), "ok");
    let (first, second) = (office.proposes("bo", vec![paid(1)]), office.proposes("bo", vec![paid(1)]));
    let hash = office.authority.pending[&first].hash;
    let signature = Signature::new(key().sign(approval_text(LEDGER, first, hash).as_bytes()).to_bytes());
    let signature = Some(Box::new(signature));
    assert_eq!(
        office.does(
            "al",
            DAY,
            Event::Approved(ProposalApproved {
                proposal: second,
                hash,
                signature: signature.clone(),
                key_lost: None
            })
        ),
        "signature-wrong"
    );
    assert_eq!(
        office.does(
            "al",
            DAY,
            Event::Approved(ProposalApproved { proposal: first, hash, signature, key_lost: None })
        ),
        "ok"
    );
}

#[test]
fn proposals_are_rejected_by_approvers_and_withdrawn_by_proposers() {
    let reject = |proposal| Event::Rejected(ProposalRejected { proposal, reason: text("No") });
    for (by, expected) in [("bo", "ok"), ("al", "ok"), ("jane", "role-missing"), ("ada", "role-missing")] {
        let mut office = Office::new();
        let proposal = office.proposes("bo", vec![paid(1)]);
        assert_eq!(office.does(by, DAY, reject(proposal)), expected, "{by}");
        assert_eq!(office.authority.pending.is_empty(), expected == "ok");
        assert_eq!(office.does("al", DAY, reject(99)), "not-pending");
    }
}

#[test]
fn unapproved_amounts_are_dropped_after_the_days() {
    let mut office = Office::with_policy(policy(&[(Act::Payment, Some(10_000))]));
    for (day, counted) in [("2015-06-30", 1), ("2015-07-20", 1), ("2015-09-30", 1)] {
        office.party.recipient = Some(RecipientId::new(day).unwrap());
        assert_eq!(office.does("bo", &format!("{day}T09:00:00Z"), paid(1)), "ok");
        let days: BTreeMap<_, _> =
            office.authority.unapproved.iter().map(|(key, days)| (key.1.clone(), days.len())).collect();
        assert_eq!(days.get(day), Some(&counted));
    }
    assert_eq!(office.authority.unapproved.len(), 1);
}

#[test]
fn a_clock_that_is_set_back_hides_no_amounts() {
    let mut office = Office::with_policy(policy(&[(Act::Payment, Some(10_000))]));
    assert_eq!(office.does("bo", "2015-06-01T09:00:00Z", paid(6_000)), "ok");
    office.authority.correct_clock("2015-04-02T09:00:00Z").unwrap();
    for (at, expected) in [
        ("2015-04-02T09:00:00Z", "approval-needed"),
        ("2015-06-02T09:00:00Z", "approval-needed"),
        ("2015-07-03T09:00:00Z", "ok"),
    ] {
        assert_eq!(office.does("bo", at, paid(6_000)), expected, "{at}");
    }
}

#[test]
fn amounts_recorded_by_a_clock_that_was_ahead_count_from_its_correction() {
    let mut office = Office::with_policy(policy(&[(Act::Payment, Some(10_000))]));
    for (at, amount, expected) in [
        ("2015-06-01T09:00:00Z", 6_000, "ok"),
        // 31 days are over by this clock.
        ("2101-01-01T09:00:00Z", 6_000, "ok"),
        ("2101-01-01T09:00:00Z", 6_000, "approval-needed"),
    ] {
        assert_eq!(office.does("bo", at, paid(amount)), expected, "{at}");
    }
    office.authority.correct_clock("2015-06-02T09:00:00Z").unwrap();
    for (at, expected) in [
        ("2015-06-02T09:00:00Z", "approval-needed"),
        ("2015-07-03T09:00:00Z", "approval-needed"),
        ("2015-07-04T09:00:00Z", "ok"),
    ] {
        assert_eq!(office.does("bo", at, paid(6_000)), expected, "{at}");
    }
}
