//! What a key of a user is worth.

use super::*;
use crate::events::administration_text;

fn keyed(id: &str, roles: &[Role], seed: u8) -> User {
    User { key: Some(public(seed)), ..user(id, roles) }
}

fn public(seed: u8) -> PublicKey {
    PublicKey::of(secret(seed).verifying_key())
}

fn secret(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

const AL: &[Role] = &[Role::Approver, Role::Payer];
const JANE: &[Role] = &[Role::Recorder, Role::Payer];

/// al, who approves, and jane have keys; ann approves without one, and bo pays without one.
fn office() -> Office {
    let mut office = Office::new();
    for (by, set) in [
        ("al", vec![keyed("al", AL, 1)]),
        ("jane", vec![keyed("jane", JANE, 2)]),
        ("ann", vec![user("ann", &[Role::Approver])]),
    ] {
        // Before ann is there, her addition needs al's signature.
        let event = Event::UsersSet(set);
        if by == "ann" {
            let proposal = office.proposes("al", vec![event.clone()]);
            assert_eq!(office.approves("al", proposal, Some(&secret(1))), "ok");
            assert_eq!(office.does("al", DAY, event), "ok");
        } else {
            assert_eq!(office.does(by, DAY, event), "ok", "{by}");
        }
    }
    office
}

fn set(user: User) -> Event {
    Event::UsersSet(vec![user])
}

#[test]
fn who_has_a_key_changes_users_and_the_policy_by_no_name_alone() {
    for (by, event, expected) in [
        // With a key of their own, by a signature only.
        ("al", set(keyed("al", AL, 9)), "approval-needed"),
        ("al", set(user("al", AL)), "approval-needed"),
        ("al", set(user("mal", &[Role::Approver])), "approval-needed"),
        ("al", Event::PolicySet(Some(policy(&[(Act::Award, None)]))), "approval-needed"),
        ("jane", set(keyed("jane", JANE, 9)), "role-missing"),
        // Without one, not those who have one: a new key, none, other roles, another name, an end, a return.
        ("ann", set(keyed("al", AL, 9)), "approval-needed"),
        ("ann", set(user("jane", JANE)), "approval-needed"),
        ("ann", set(keyed("jane", &[Role::Reader], 2)), "approval-needed"),
        ("ann", set(User { name: text("Mal"), ..keyed("jane", JANE, 2) }), "approval-needed"),
        ("ann", set(User { left: true, ..user("jane", &[]) }), "approval-needed"),
        ("ann", Event::UsersSet(vec![user("di", &[Role::Payer]), user("jane", JANE)]), "approval-needed"),
        // But others, and their own first key.
        ("ann", set(user("bo", JANE)), "ok"),
        ("ann", set(keyed("ann", &[Role::Approver], 3)), "ok"),
        ("ann", Event::PolicySet(Some(policy(&[(Act::Award, None)]))), "ok"),
        ("bo", set(keyed("bo", &[Role::Payer], 3)), "ok"),
        ("bo", set(keyed("bo", AL, 3)), "role-missing"),
        // No two users have one key: one could approve as both.
        ("bo", set(keyed("bo", &[Role::Payer], 1)), "key-in-use"),
        ("ann", set(keyed("new", AL, 2)), "key-in-use"),
        ("ann", Event::UsersSet(vec![keyed("di", AL, 5), keyed("do", AL, 5)]), "key-in-use"),
    ] {
        assert_eq!(office().does(by, DAY, event.clone()), expected, "{by} {event:?}");
        // Before these rules, the role was enough.
        let mut before = office();
        before.rules = Rules::First;
        let expected = if expected == "role-missing" { expected } else { "ok" };
        assert_eq!(before.does(by, DAY, event.clone()), expected, "{by} {event:?}");
    }
}

#[test]
fn a_key_is_replaced_with_its_signature_or_by_another_users_approval() {
    let janes = || set(keyed("jane", JANE, 9));
    let als = || set(keyed("al", AL, 9));
    let mals = || set(user("mal", &[Role::Approver]));
    let scheme = || Event::PolicySet(Some(policy(&[(Act::Award, None)])));
    // Proposed by, approved by, signed with, and the answers to the approval and to the event.
    for (proposer, approver, seed, event, expected) in [
        ("al", "al", None, als(), ("signature-needed", "")),
        ("al", "al", Some(9), als(), ("signature-wrong", "")),
        ("al", "al", Some(1), als(), ("ok", "ok")),
        ("al", "ann", None, als(), ("ok", "ok")),
        ("jane", "jane", None, janes(), ("signature-needed", "")),
        ("jane", "jane", Some(9), janes(), ("signature-wrong", "")),
        ("jane", "jane", Some(2), janes(), ("ok", "ok")),
        ("bo", "al", Some(1), janes(), ("ok", "ok")),
        ("bo", "jane", Some(2), janes(), ("role-missing", "")),
        // Who signs alone replaces no key of another, and takes no role.
        ("al", "al", Some(1), janes(), ("own-proposal", "")),
        ("al", "al", Some(1), set(User { left: true, ..user("jane", &[]) }), ("own-proposal", "")),
        ("al", "al", Some(1), set(User { left: true, ..keyed("jane", &[], 2) }), ("ok", "ok")),
        ("jane", "jane", Some(2), set(keyed("jane", AL, 2)), ("own-proposal", "")),
        ("jane", "jane", Some(2), mals(), ("own-proposal", "")),
        ("al", "al", Some(1), mals(), ("ok", "ok")),
        ("al", "al", Some(1), scheme(), ("ok", "ok")),
        ("jane", "jane", Some(2), scheme(), ("own-proposal", "")),
        // Nobody approves alone what is not of users and the scheme.
        ("al", "al", Some(1), paid(1), ("own-proposal", "")),
        // Who has no key has nothing to sign with.
        ("ann", "ann", None, mals(), ("own-proposal", "")),
        ("ann", "ann", Some(1), mals(), ("own-proposal", "")),
    ] {
        let case = format!("{proposer} {approver} {seed:?} {event:?}");
        let mut office = office();
        let proposal = office.proposes(proposer, vec![event.clone()]);
        let key = seed.map(secret);
        let may = office.authority.approvers(proposal).iter().any(|it| it == approver);
        let denials = ["own-proposal", "role-missing"];
        assert_eq!(may, !denials.contains(&expected.0), "{case}");
        assert_eq!(office.approves(approver, proposal, key.as_ref()), expected.0, "{case}");
        if expected.0 == "ok" {
            assert_eq!(office.does(approver, DAY, event), expected.1, "{case}");
        }
    }
    // What was signed may not have been allowed when it was proposed only: jane lost the role that she would take again.
    let mut office = office();
    let proposal = office.proposes("jane", vec![janes()]);
    let reduced = set(keyed("jane", &[Role::Reader], 2));
    let reducing = office.proposes("bo", vec![reduced.clone()]);
    assert_eq!(office.approves("al", reducing, Some(&secret(1))), "ok");
    assert_eq!(office.does("al", DAY, reduced), "ok");
    assert_eq!(office.approves("jane", proposal, Some(&secret(2))), "ok");
    assert_eq!(office.does("jane", DAY, janes()), "role-missing");
    // Under a policy another user approves, whoever signs.
    let mut office = super::keys::office();
    assert_eq!(office.does("ann", DAY, Event::PolicySet(Some(policy(&[(Act::Award, None)])))), "ok");
    let proposal = office.proposes("al", vec![als()]);
    assert_eq!(office.approves("al", proposal, Some(&secret(1))), "own-proposal");
    assert_eq!(office.approves("ann", proposal, None), "ok");
    assert_eq!(office.does("ann", DAY, als()), "ok");
}

#[test]
fn who_returns_has_the_key_of_before() {
    let mut office = office();
    let left = || set(User { left: true, ..keyed("jane", &[], 2) });
    let proposal = office.proposes("bo", vec![left()]);
    assert_eq!(office.approves("al", proposal, Some(&secret(1))), "ok");
    assert_eq!(office.does("al", DAY, left()), "ok");
    for (by, event, expected) in [
        ("ann", set(user("jane", JANE)), "approval-needed"),
        ("ann", set(keyed("jane", JANE, 2)), "approval-needed"),
        ("ann", set(user("Jane", JANE)), "similar-user"),
        ("jane", set(keyed("jane", &[], 9)), "unknown-user"),
        ("bo", set(keyed("bo", &[Role::Payer], 2)), "key-in-use"),
    ] {
        assert_eq!(office.does(by, DAY, event.clone()), expected, "{by} {event:?}");
    }
}

#[test]
fn who_has_a_key_signs_what_is_recorded_of_the_ledger_itself() {
    let accepted = || {
        Event::HistoryAccepted(HistoryAccepted {
            record: 9,
            hash: text("0f3a"),
            reason: text("The disk failed"),
            signature: None,
        })
    };
    let events = [
        accepted(),
        Event::ClockCorrected(ClockCorrected { reason: text("It was set to 2101"), signature: None }),
        Event::HeadRecovered(HeadRecovered { record: 9, vouched: Vec::new(), signature: None }),
    ];
    for event in events {
        let signed = |ledger: &str, after: u64, at: &str, seed: u8, of: &Event| {
            let number = office().records + 1 + after;
            let text = administration_text(ledger, (number, at), of);
            crate::events::signed(
                event.clone(),
                Some(Signature::new(secret(seed).sign(text.as_bytes()).to_bytes())),
            )
        };
        let other = Event::HistoryAccepted(HistoryAccepted {
            record: 8,
            hash: text("0f3a"),
            reason: text("The disk failed"),
            signature: None,
        });
        for (by, event, expected) in [
            ("al", event.clone(), "signature-needed"),
            ("al", signed(LEDGER, 0, DAY, 1, &event), "ok"),
            // Worth nothing by another key, in another ledger, place or time, or of something else.
            ("al", signed(LEDGER, 0, DAY, 2, &event), "signature-wrong"),
            ("al", signed("another", 0, DAY, 1, &event), "signature-wrong"),
            ("al", signed(LEDGER, 1, DAY, 1, &event), "signature-wrong"),
            ("al", signed(LEDGER, 0, "2016-01-01T09:00:00Z", 1, &event), "signature-wrong"),
            ("al", signed(LEDGER, 0, DAY, 1, &other), "signature-wrong"),
            ("jane", signed(LEDGER, 0, DAY, 2, &event), "role-missing"),
            ("bo", event.clone(), "role-missing"),
            ("ann", event.clone(), "ok"),
            ("ann", signed(LEDGER, 0, DAY, 1, &event), "signature-wrong"),
        ] {
            assert_eq!(office().does(by, DAY, event.clone()), expected, "{by} {event:?}");
        }
        let mut before = office();
        before.rules = Rules::First;
        assert_eq!(before.does("al", DAY, event.clone()), "ok");
        // Where approvals are signed, whoever has no key accepts nothing either.
        let mut signing = office();
        let scheme = Policy { signed_approvals: true, ..policy(&[(Act::Award, None)]) };
        assert_eq!(signing.does("ann", DAY, Event::PolicySet(Some(scheme))), "ok");
        assert_eq!(signing.does("ann", DAY, event.clone()), "key-needed");
        assert_eq!(Office::open().does("anybody", DAY, event), "ok");
    }
}

#[test]
fn the_only_approver_replaces_a_lost_key_once_everybody_could_see_it_for_a_month() {
    // al alone approves, with a key; jane has one, and bo none.
    let alone = |scheme: Option<Policy>| {
        let mut office = Office::new();
        let signed = |office: &mut Office, event: Event| {
            let proposal = office.proposes("jane", vec![event.clone()]);
            assert_eq!(office.approves("al", proposal, Some(&secret(1))), "ok");
            assert_eq!(office.does("al", DAY, event), "ok");
        };
        assert_eq!(office.does("al", DAY, set(keyed("al", AL, 1))), "ok");
        assert_eq!(office.does("jane", DAY, set(keyed("jane", JANE, 2))), "ok");
        if let Some(scheme) = scheme {
            signed(&mut office, Event::PolicySet(Some(scheme)));
        }
        office
    };
    let lost = |office: &mut Office, by: &str, at: &str, event: &Event, proposer: &str| {
        let proposal = office.proposes(proposer, vec![event.clone()]);
        let hash = office.authority.pending[&proposal].hash;
        let key_lost = Some(text("Stolen with the laptop"));
        let approved = Event::Approved(ProposalApproved { proposal, hash, signature: None, key_lost });
        let answer = office.does(by, at, approved);
        if answer == "ok" { office.does(by, at, event.clone()) } else { answer }
    };
    let new = || set(keyed("al", AL, 9));
    let signing = || Policy { signed_approvals: true, ..policy(&[(Act::Award, None)]) };
    for scheme in [None, Some(policy(&[(Act::Award, None)])), Some(signing())] {
        for (proposer, by, at, event, expected) in [
            ("jane", "al", MONTH_LATER, new(), "ok"),
            ("bo", "al", MONTH_LATER, new(), "ok"),
            // Not before a month is over, nor by the proposer while there are others.
            ("jane", "al", DAYS_LATER, new(), "key-not-replaced"),
            ("al", "al", MONTH_LATER, new(), "key-not-replaced"),
            // Nothing but the key, and no other's.
            ("jane", "al", MONTH_LATER, set(keyed("al", &[Role::Approver], 9)), "key-not-replaced"),
            ("bo", "al", MONTH_LATER, set(keyed("jane", JANE, 9)), "key-not-replaced"),
            ("jane", "al", MONTH_LATER, set(user("mal", &[Role::Approver])), "key-not-replaced"),
            ("bo", "jane", MONTH_LATER, new(), "key-not-replaced"),
            ("bo", "jane", MONTH_LATER, set(keyed("jane", JANE, 9)), "key-not-replaced"),
        ] {
            let case = format!("{scheme:?} {proposer} {by} {at} {event:?}");
            assert_eq!(lost(&mut alone(scheme.clone()), by, at, &event, proposer), expected, "{case}");
        }
        // Not where another can approve it.
        let mut office = alone(scheme.clone());
        let ann = set(keyed("ann", &[Role::Approver], 5));
        let proposal = office.proposes("jane", vec![ann.clone()]);
        assert_eq!(office.authority.only_signer().unwrap().id.as_str(), "al");
        assert_eq!(office.approves("al", proposal, Some(&secret(1))), "ok");
        assert_eq!(office.does("al", DAY, ann), "ok");
        assert!(office.authority.only_signer().is_none());
        assert_eq!(lost(&mut office, "al", MONTH_LATER, &new(), "jane"), "key-not-replaced");
    }
}
