//! Approvals, users and the scheme of delegation, from the page to the record.

use std::collections::BTreeSet;

use crate::common::{self, Office, lacks, shows};
use almoner_ledger::command::Command;
use almoner_ledger::policy::{Act, Policy, Rule};
use almoner_ledger::text::Text;
use almoner_ledger::users::{Role, User};

const PUBLIC: &str = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29";

fn user(id: &str, roles: &[Role]) -> User {
    let id = Text::new(id).unwrap();
    User::new(id.clone(), id, roles.iter().copied().collect())
}

fn pay(amount: &str) -> Command {
    common::pay("1-2015", "2015-06-02", amount)
}

/// Opens an office in which jane, who is at the desk, and al do everything.
fn office() -> Office {
    let office = Office::open();
    let all = [Role::Recorder, Role::Approver, Role::Payer];
    office.record_as("jane", false, &[Command::SetUsers(vec![user("jane", &all), user("al", &all)])]);
    office
}

#[test]
fn what_awaits_approval_is_listed_by_what_the_user_may_do() {
    let office = office();
    shows(&office.get("/approvals"), &["No proposal is pending."]);
    let own = office.record_as("jane", true, &[pay("30")]);
    let other = office.record_as("al", true, &[pay("40")]);
    let page = office.get("/approvals");
    shows(
        &page,
        &["For you to decide", "40.00", "Proposed by you", "recorded once approved by al", "Withdraw"],
    );
    shows(&page, &[&format!("name=\"proposal\" value=\"{other}\"")]);
    lacks(&page, &[&format!("name=\"proposal\" value=\"{own}\"")]);
    shows(&office.get("/grants"), &["Approvals<span class=\"count\">2</span>"]);
    shows(&office.get(&format!("/records/{other}")), &["Approve", "Reject", "awaiting approval"]);
    let page = office.get(&format!("/records/{own}"));
    shows(&page, &["Withdraw", "recorded once approved by al"]);
    lacks(&page, &[&format!("/records/{own}/approve")]);
    assert_eq!(office.get("/approvals?audience=panel").status, 404);
}

#[test]
fn several_proposals_are_approved_together_or_none() {
    let office = office();
    let numbers: Vec<u64> =
        ["40", "50", "60"].iter().map(|amount| office.record_as("al", true, &[pay(amount)])).collect();
    let [first, second, third] = numbers[..] else { panic!() };
    let before = office.records();
    // What the approver sees: each payment with its entries, and the balance after all.
    let draft = office.draft("/record/approve", &format!("proposal={first}&proposal={second}"));
    let check = office.get(&draft);
    shows(
        &check,
        &["Nothing is recorded yet", "Payment of 40.00", "Payment of 50.00", "£1,000.00 → £910.00"],
    );
    lacks(&check, &["Payment of 60.00"]);
    assert_eq!(office.records(), before);
    for _ in 0..2 {
        assert_eq!(office.post(&format!("{draft}/record"), "").status, 303);
    }
    shows(&office.get(&format!("{draft}/done")), &["Approved and recorded", "Payment of 50.00", "Proof"]);
    assert_eq!(office.records(), before + 4);

    // One that was decided meanwhile ends the whole.
    let stale = office.draft("/record/approve", &format!("proposal={first}&proposal={third}"));
    let refused = office.get(&stale);
    assert_eq!(refused.status, 422);
    shows(&refused, &["href=\"#field-proposal\"", "is not a pending proposal", "60.00"]);
    assert_eq!(office.post(&format!("{stale}/record"), "").header("location"), Some(stale.as_str()));
    assert_eq!(office.records(), before + 4);

    let nothing = office.draft("/record/approve", "");
    shows(&office.get(&nothing), &["The proposals are missing"]);

    let own = office.record_as("jane", true, &[pay("70")]);
    let form = office.get("/record/reject");
    shows(&form, &[&format!("value=\"{third}\""), &format!("value=\"{own}\"")]);
    let done =
        office.recorded("/record/reject", &format!("proposal={third}&proposal={own}&reason=No+invoice"));
    shows(&done, &["Proposals rejected", "No invoice"]);
    shows(&office.get("/approvals"), &["No proposal is pending."]);
}

#[test]
fn a_user_with_a_key_approves_on_the_command_line() {
    let office = office();
    let done = office.recorded("/users/jane/key", &format!("public={PUBLIC}"));
    shows(&done, &["Key recorded"]);
    let other = office.record_as("al", true, &[pay("40")]);
    for path in ["/approvals".to_owned(), format!("/records/{other}")] {
        let page = office.get(&path);
        shows(&page, &["must be signed", "On the command line"]);
        lacks(&page, &[&format!("/records/{other}/approve"), "name=\"proposal\""]);
    }
    let refused = office.draft(&format!("/records/{other}/approve"), "");
    let refused = office.get(&refused);
    assert_eq!(refused.status, 422);
    shows(&refused, &["signed with your key"]);
    office.recorded(&format!("/records/{other}/reject"), "reason=No+invoice");
}

#[test]
fn users_are_added_changed_and_leave() {
    let office = Office::open();
    shows(&office.get("/users"), &["There are no users", "No scheme of delegation is in force"]);
    let done = office.recorded("/record/user", "id=al&name=Al+Green&role=recorder&role=approver");
    shows(&done, &["User added", "Al Green", "recorder, approver", "User jane: approver"]);
    let page = office.get("/users");
    shows(&page, &["Al Green", "href=\"/users/al\"", "recorder, approver"]);
    shows(&office.get("/users/al"), &["Al Green", "Assign roles"]);
    // The form begins with the present roles.
    shows(&office.get("/users/al/roles"), &["value=\"approver\" checked", "value=\"recorder\" checked"]);
    shows(&office.recorded("/users/al/roles", "role=payer"), &["Roles assigned", "payer"]);
    shows(&office.get("/users/al"), &["payer"]);
    shows(&office.recorded("/users/al/leave", ""), &["has left"]);
    shows(&office.get("/users/al"), &["left"]);
    for (path, form, field, text) in [
        ("/record/user", "id=Jane&role=payer", "id", "too similar"),
        ("/record/user", "id=rita", "role", "The roles are missing"),
        ("/record/user", "id=rita&role=king", "role", "The roles are missing"),
        ("/record/user", "id=rita&role=auditor&role=payer", "role", "auditor role"),
        ("/users/jane/roles", "role=payer", "role", "approver"),
        ("/users/jane/key", "public=12", "public", "64 hexadecimal digits"),
    ] {
        let refused = office.get(&office.draft(path, form));
        assert_eq!(refused.status, 422, "{path} {form}: {}", refused.body);
        shows(&refused, &[&format!("href=\"#field-{field}\""), text]);
    }
    for path in ["/users/nobody", "/users/nobody/roles", "/users/al/fly", "/users?audience=public"] {
        assert_eq!(office.get(path).status, 404, "{path}");
    }
}

#[test]
fn a_scheme_is_set_changed_and_ended_by_two_users() {
    let office = office();
    let form = "payment=over&payment_over=10%2C000&award=always&days=31&recipient_recorder_apart=yes";
    for (form, field, text) in [
        ("payment=over&days=31", "payment", "not a valid amount"),
        ("payment=over&payment_over=-5&days=31", "payment", "must not be negative"),
        ("payment=always&payment_over=5&days=31", "payment", "does not depend on the amount"),
        ("payment_over=5&days=31", "payment", "does not depend on the amount"),
        ("payment=king&days=31", "payment", "not one of the choices"),
        ("payment=always&days=x", "days", "is not a number of days"),
        ("payment=always", "days", "The days are missing"),
        ("days=31", "award", "The scheme of delegation requires no approvals"),
    ] {
        let refused = office.get(&office.draft("/record/policy", form));
        assert_eq!(refused.status, 422, "{form}: {}", refused.body);
        shows(&refused, &[&format!("href=\"#field-{field}\""), text]);
    }
    shows(&office.get("/record/policy"), &["value=\"31\""]);
    shows(
        &office.recorded("/record/policy", form),
        &["Scheme of delegation in force", "payments over 10,000.00"],
    );
    shows(&office.get("/users"), &["over £10,000.00", "always", "31, over which"]);
    // The form begins with the scheme in force; to change it takes another user.
    shows(
        &office.get("/record/policy"),
        &["value=\"over\" selected", "value=\"10,000.00\"", "value=\"yes\" checked"],
    );
    for (path, form) in [("/record/policy-off", ""), ("/record/user", "id=rita&role=payer")] {
        let draft = office.draft(path, form);
        shows(&office.get(&draft), &["Send for approval"]);
        assert_eq!(office.post(&format!("{draft}/record"), "").status, 303);
        shows(&office.get(&format!("{draft}/done")), &["Sent for approval", "approved by al"]);
    }
    shows(&office.get("/users"), &["over £10,000.00"]);
    let off = office.record_as(
        "al",
        true,
        &[Command::SetPolicy(Some(Policy {
            rules: vec![Rule { act: Act::Refund, over: None }],
            days: 7,
            recipient_recorder_apart: false,
            checklist: false,
            signed_approvals: false,
        }))],
    );
    office.recorded(&format!("/records/{off}/approve"), "");
    let page = office.get("/users");
    shows(&page, &["Refunds", "7, over which"]);
    lacks(&page, &["over £10,000.00"]);
}

#[test]
fn a_user_without_the_role_sees_who_may() {
    let office = Office::open();
    let users: BTreeSet<Role> = BTreeSet::from([Role::Recorder]);
    let jane = User { roles: users, ..user("jane", &[]) };
    let al = user("al", &[Role::Approver, Role::Payer]);
    let kim = user("kim", &[Role::Approver]);
    office.record_as("al", false, &[Command::SetUsers(vec![jane, al, kim])]);
    let proposal = office.record_as("al", true, &[pay("40")]);
    let page = office.get("/approvals");
    shows(&page, &["does not have the role"]);
    lacks(&page, &["name=\"proposal\""]);
    let page = office.get(&format!("/records/{proposal}"));
    shows(&page, &["does not have the role", "approved by kim"]);
    lacks(&page, &[&format!("/records/{proposal}/approve"), &format!("/records/{proposal}/reject")]);
    assert_eq!(office.get(&office.draft(&format!("/records/{proposal}/approve"), "")).status, 422);
}

#[test]
fn posting_to_a_closed_month_is_offered_to_those_who_close_months() {
    for (roles, is_offered) in [
        (&[Role::Payer, Role::Recorder][..], false),
        (&[Role::Payer, Role::Recorder, Role::Closer][..], true),
    ] {
        let office = Office::open();
        office.recorded("/record/close", "month=2015-04&explain=Opened+in+April");
        office.record_as(
            "al",
            false,
            &[Command::SetUsers(vec![user("jane", roles), user("al", &[Role::Approver])])],
        );
        let refused = office.get(&office.draft("/grants/1-2015/pay", "amount=5&date=20+Apr+2015"));
        assert_eq!(refused.status, 422, "{}", refused.body);
        shows(&refused, &["Apr 2015", "Post on 1 May 2015, keeping the date"]);
        let field = "id=\"field-post_to_closed\"";
        match is_offered {
            true => shows(&refused, &[field, "or give a reason"]),
            false => lacks(&refused, &["post_to_closed", "or give a reason"]),
        }
    }
}

#[test]
fn a_prior_period_adjustment_is_proposed_to_who_closes_months() {
    let office = Office::open();
    let award = "decision=3-2015&decided=1+Mar+2015&recipient=Open+Door&amount=900&purpose=Advice&theme=domestic-abuse&fund=victims&power=not-stated&no_period=yes";
    office.recorded("/record/award", award);
    office.recorded("/record/close", "month=2015-03&explain=Nothing+paid");
    let users = |roles: &[Role]| vec![user("jane", roles), user("carol", &[Role::Approver, Role::Closer])];
    let become_ = |roles: &[Role]| {
        office.record_as("carol", false, &[Command::SetUsers(users(roles))]);
    };
    office.record_as("jane", false, &[Command::SetUsers(users(&[Role::Payer, Role::Recorder]))]);
    let (pay, correct) = ("/grants/3-2015/pay", "/grants/3-2015/correct");
    let late = "amount=100&date=20+Mar+2015";
    let (closed, prior) = ("id=\"field-post_to_closed\"", "id=\"field-prior_period\"");
    let shown = |path: &str, form: &str| {
        let page = match form {
            "" => office.get(path),
            form => office.get(&office.draft(path, form)),
        };
        (page.body.contains(closed), page.body.contains(prior))
    };
    // Roles; whether a reason for the closed month, and one for an adjustment, are asked where a payment is late; and
    // whether the latter is asked where what corrects records is posted late by itself.
    for (roles, of_payment, of_correction) in [
        (&[Role::Payer, Role::Recorder][..], (false, true), true),
        (&[Role::Payer, Role::Recorder, Role::Closer], (true, true), true),
        (&[Role::Closer], (false, false), false),
        (&[Role::Auditor], (false, false), false),
    ] {
        become_(roles);
        assert_eq!(shown(pay, late), of_payment, "{roles:?}");
        assert_eq!(shown(correct, ""), (false, of_correction), "{roles:?}");
    }
    // Who may not decide it sends it for approval.
    become_(&[Role::Payer, Role::Recorder]);
    let draft = office.draft(pay, &format!("{late}&prior_period=Found+by+the+auditor"));
    let check = office.get(&draft);
    assert_eq!(check.status, 200, "{}", check.body);
    shows(&check, &["Send for approval", "Found by the auditor"]);
    office.record_twice(&draft);
    let done = office.get(&format!("{draft}/done"));
    shows(&done, &["Sent for approval.", "carol"]);
    let proposal = office.records();
    office.approve_as("carol", proposal);
    shows(&office.get("/grants/3-2015"), &["20 Mar 2015"]);
}

#[test]
fn settings_are_shown_with_where_they_are_changed() {
    let office = office();
    shows(&office.get("/users"), &["href=\"/settings\""]);
    let page = office.get("/settings");
    shows(
        &page,
        &["Example office", "No scheme of delegation is in force", "/record/policy", "/record/theme-rename"],
    );
    shows(&page, &["one, on this computer: jane", "Domestic abuse", "Crime and Disorder Reduction"]);
    let rules = vec![Rule { act: Act::Payment, over: None }];
    let policy = Policy {
        rules,
        days: 31,
        recipient_recorder_apart: false,
        checklist: false,
        signed_approvals: false,
    };
    office.record_as("jane", false, &[Command::SetPolicy(Some(policy))]);
    shows(&office.get("/settings"), &["<dt>Payments</dt><dd>always</dd>", "/record/policy-off"]);
    let json: serde_json::Value = serde_json::from_str(&office.get("/settings.json").body).unwrap();
    assert_eq!(
        (&json["users"], &json["signs_in"], &json["currency"]),
        (&2.into(), &false.into(), &"GBP".into())
    );
}
