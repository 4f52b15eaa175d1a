//! Every form from what is typed to the confirmation: recorded once, and errors at their fields.

use std::collections::BTreeSet;

use crate::common::{self, Answer, Office, shows};
use almoner_ledger::command::Command;
use almoner_ledger::policy::{Act, Policy, Rule};
use almoner_ledger::text::Text;
use almoner_ledger::users::{Role, User};

const AWARD: &str = "decision=2-2015&decided=10+Apr+2015&recipient=Open+Door&amount=900&purpose=Advice&theme=domestic-abuse&fund=victims&power=not-stated&no_period=yes";

/// Sends a form and returns the path of its draft.
fn draft(office: &Office, path: &str, form: &str) -> String {
    office.draft(path, form)
}

/// Sends a form, records it, and returns the confirmation.
fn recorded(office: &Office, path: &str, form: &str) -> Answer {
    office.recorded(path, form)
}

#[test]
fn every_form_records_what_is_typed_once() {
    let office = Office::open();
    for (path, form, texts) in [
        ("/record/award", AWARD, ["Award recorded", "900.00"]),
        (
            "/grants/2-2015/vary",
            "amount=1%2C200&decision=3-2015&date=1+May+2015",
            ["Variation recorded", "300.00"],
        ),
        (
            "/grants/2-2015/vary",
            "from=May+2015&to=Apr+2016&date=2+May+2015",
            ["Variation recorded", "Apr 2016"],
        ),
        ("/grants/2-2015/extend", "to=June+2016&date=1+Jun+2015", ["Extension recorded", "30 Jun 2016"]),
        (
            "/grants/2-2015/repurpose",
            "purpose=Workshops&theme=domestic-abuse&date=1+Jul+2015",
            ["Change of purpose recorded", "Workshops"],
        ),
        ("/grants/2-2015/fund", "fund=cdr&date=1+Aug+2015", ["Change of fund recorded", "2-2015"]),
        ("/grants/2-2015/instalment", "amount=400&due=1+Oct+2015", ["Instalment scheduled", "400.00"]),
        (
            "/grants/2-2015/instalment",
            "amount=50&due=31+Oct+2015&every=month&times=3",
            ["Instalment scheduled", "due 30 Nov 2015"],
        ),
        ("/grants/2-2015/pay", "amount=500&date=2+Jul+2015&reference=B+1", ["Payment recorded", "500.00"]),
        ("/grants/2-2015/returned", "amount=500&date=3+Jul+2015", ["Returned payment recorded", "500.00"]),
        ("/grants/2-2015/pay", "amount=500&date=4+Jul+2015&reference=B+2", ["Payment recorded", "500.00"]),
        ("/grants/2-2015/refund", "amount=100&date=5+Aug+2015", ["Refund recorded", "100.00"]),
        ("/grants/2-2015/state", "power=s143&conditions=None", ["Details recorded", "None"]),
        (
            "/grants/2-2015/correct",
            "purpose=Workshops+for+all&reason=Mistyped",
            ["Correction recorded", "Mistyped"],
        ),
        (
            "/grants/2-2015/due",
            "what=report&name=Final+report&due=1+Sep+2015&holds_payment=yes",
            ["Report or milestone recorded", "Final report"],
        ),
        ("/grants/2-2015/waive", "due=1+Sep+2015&reason=Agreed", ["Waiver recorded", "Agreed"]),
        (
            "/grants/2-2015/received",
            "due=1+Sep+2015&received=2+Sep+2015&result=31+families&paper=AP15%2F2",
            ["Recorded as received", "31 families"],
        ),
        ("/grants/2-2015/withdraw", "date=30+Sep+2015", ["Withdrawal recorded", "2-2015"]),
        (
            "/record/decision",
            "decision=8-2015&title=Precept&kind=other&date=1+Jun+2015",
            ["Decision recorded", "Precept"],
        ),
        (
            "/decisions/8-2015/checklist",
            "legal=yes&legal_reason=Counsel&human-resources=no&human-resources_reason=No+post",
            ["Answers recorded", "Counsel"],
        ),
        ("/decisions/C1-2015/ground", "ground=safety&view=4+Mar+2015", ["Ground recorded", "4 Mar 2015"]),
        (
            "/record/recipient",
            "name=Anglia+Care&identifier=GB-CHC-1087198",
            ["Recipient added", "Anglia Care"],
        ),
        (
            "/recipients/anglia-care/rename",
            "name=Anglia+Care+Trust&from=1+Apr+2015",
            ["Change of name recorded", "Anglia Care Trust"],
        ),
        (
            "/recipients/anglia-care/identify",
            "identifier=GB-COH-01234567",
            ["Identifier added", "GB-COH-01234567"],
        ),
        ("/recipients/anglia-care/alias", "name=ACT+Ipswich", ["Alias added", "ACT Ipswich"]),
        ("/record/theme", "name=Knife+crime&objective=Safer+streets", ["Theme added", "Knife crime"]),
        ("/record/fund", "name=Safer+streets", ["Fund added", "Safer streets"]),
        (
            "/record/theme-rename",
            "theme=domestic-abuse&name=Violence+against+women&from=1+Apr+2016",
            ["Change of name recorded", "Violence against women"],
        ),
        (
            "/record/fund-rename",
            "fund=victims&name=Victims+and+witnesses&from=1+Apr+2016",
            ["Change of name recorded", "Victims and witnesses"],
        ),
        (
            "/record/budget",
            "fund=victims&theme=domestic-abuse&year=2015-16&amount=180%2C000",
            ["Budget recorded", "180,000.00"],
        ),
        (
            "/record/funding",
            "fund=victims&amount=600%2C000&date=15+Apr+2015&from=Ministry+of+Justice&kind=return-if-unspent",
            ["Receipt recorded", "600,000.00"],
        ),
        (
            "/record/paper",
            "paper=AP15%2F3&title=Grants+made&date=12+Jun+2015&decisions=1-2015%2C+2-2015&grants=2-2015",
            ["Public paper recorded", "Grants made"],
        ),
        (
            "/record/indicator",
            "name=Incidents&theme=domestic-abuse&period=2015-16Q1&value=1%2C204&source=Recorded+crime&baseline=1%2C160&baseline_period=2014-15Q1",
            ["Figure recorded", "1,204"],
        ),
        ("/record/close", "month=2015-04&explain=Opened+in+April", ["Month closed", "April 2015"]),
        (
            "/record/reopen",
            "month=2015-04&reason=Statement+came+late",
            ["Month reopened", "Statement came late"],
        ),
    ] {
        assert_eq!(office.get(path).status, 200, "{path}");
        shows(&recorded(&office, path, form), &texts);
    }
}

#[test]
fn what_is_wrong_is_shown_at_its_field() {
    let office = Office::open();
    let award = |from: &str, to: &str| AWARD.replace(from, to);
    let unknown = award("Open+Door", "Somebody+Else");
    let no_theme = award("theme=domestic-abuse&", "");
    let no_fund = award("fund=victims&", "");
    let no_power = award("power=not-stated&", "");
    let no_period = award("&no_period=yes", "");
    let half_period = award("no_period=yes", "from=May+2015");
    let undated = award("decided=10+Apr+2015&", "");
    let shares = award("theme=domestic-abuse", "theme=domestic-abuse&theme_share=60%25");
    for (path, form, field, text) in [
        ("/record/award", award("900", "0").as_str(), "amount", "greater than zero"),
        ("/record/award", unknown.as_str(), "recipient", "Somebody Else"),
        ("/record/award", no_theme.as_str(), "theme", "The theme is missing"),
        ("/record/award", no_fund.as_str(), "fund", "The fund is missing"),
        ("/record/award", no_power.as_str(), "power", "The power is missing"),
        ("/record/award", no_period.as_str(), "from", "The period is missing"),
        ("/record/award", half_period.as_str(), "to", "One end of the period is missing"),
        ("/record/award", undated.as_str(), "decided", "no date"),
        ("/record/award", shares.as_str(), "theme", "add up to 60%"),
        ("/grants/1-2015/vary", "amount=x", "amount", "not a valid amount"),
        ("/grants/1-2015/vary", "to=Apr+2016&date=1+May+2015", "to", "no period yet"),
        ("/grants/1-2015/extend", "to=", "to", "is missing"),
        ("/grants/1-2015/extend", "to=Apr+2016", "to", "has no period to extend"),
        (
            "/grants/1-2015/repurpose",
            "purpose=&theme=domestic-abuse",
            "purpose",
            "The new purpose is missing",
        ),
        ("/grants/1-2015/fund", "date=1+May+2015", "fund", "The new fund is missing"),
        ("/grants/1-2015/state", "from=May+2015", "to", "One end of the period is missing"),
        ("/grants/1-2015/withdraw", "", "date", "is not stated"),
        ("/grants/1-2015/withdraw", "date=1+Jan+2015", "date", "1 Jan 2015"),
        ("/grants/1-2015/refund", "amount=5&date=1+Jun+2015", "amount", "5.00"),
        ("/grants/1-2015/returned", "amount=5&date=1+Jun+2015", "amount", "5.00"),
        ("/grants/1-2015/instalment", "amount=5", "due", "The due date is missing"),
        ("/grants/1-2015/instalment", "amount=5000&due=1+Oct+2015", "amount", "5,000.00"),
        ("/grants/1-2015/instalment", "amount=5&due=1+Oct+2015&every=month", "times", "is missing"),
        ("/grants/1-2015/instalment", "amount=5&due=1+Oct+2015&times=2", "every", "is missing"),
        (
            "/grants/1-2015/instalment",
            "amount=5&due=1+Oct+2015&every=month&times=200",
            "times",
            "between 1 and 120",
        ),
        (
            "/grants/1-2015/instalment",
            "amount=5&due=1+Oct+2015&every=month&times=two",
            "times",
            "is not a number",
        ),
        ("/grants/1-2015/state", "", "power", "Nothing is stated"),
        ("/grants/1-2015/correct", "amount=5", "reason", "is missing"),
        ("/grants/1-2015/due", "what=report&due=1+Sep+2015", "name", "The name is missing"),
        ("/grants/1-2015/received", "due=1+Sep+2015&result=Good", "due", "1 Sep 2015"),
        ("/grants/1-2015/waive", "due=1+Sep+2015&reason=Agreed", "due", "1 Sep 2015"),
        ("/record/decision", "title=Precept", "decision", "The decision number is missing"),
        ("/decisions/1-2015/checklist", "cfo=yes", "cfo", "chief finance officer consulted"),
        ("/decisions/1-2015/checklist", "", "legal", "No answer is given"),
        ("/decisions/C1-2015/ground", "view=4+Mar+2015", "ground", "The ground is missing"),
        ("/decisions/C1-2015/ground", "ground=safety", "view", "chief officer"),
        ("/decisions/C1-2015/ground", "ground=justice&view=x", "view", "x"),
        ("/decisions/C1-2015/ground", "ground=enactment", "enactment", "only the name of the enactment"),
        ("/decisions/C1-2015/ground", "ground=safety&view=4+Mar+2015&enactment=Act", "view", "no enactment"),
        ("/record/recipient", "identifier=GB-CHC-1087198", "name", "The name is missing"),
        ("/recipients/open-door/rename", "from=1+Apr+2015", "name", "The new name is missing"),
        ("/recipients/open-door/identify", "identifier=", "identifier", "The identifier is missing"),
        ("/recipients/open-door/alias", "name=", "name", "The alias is missing"),
        ("/record/theme", "objective=Safer", "name", "The name is missing"),
        ("/record/fund", "", "name", "The name is missing"),
        ("/record/theme-rename", "theme=domestic-abuse", "name", "The new name is missing"),
        ("/record/fund-rename", "name=Victims", "fund", "The fund is missing"),
        ("/record/budget", "fund=victims&theme=unallocated&year=2015&amount=5", "year", "financial year"),
        ("/record/budget", "fund=victims&theme=unallocated&year=2015-16&amount=-5", "amount", "negative"),
        ("/record/funding", "fund=victims&amount=5", "kind", "The recognition is missing"),
        ("/record/close", "month=2015-09", "month", "Sep 2015"),
        ("/record/close", "month=2015-05", "month", "Apr 2015 is not yet closed"),
        ("/record/reopen", "month=2015-04&reason=Late", "month", "Apr 2015"),
        ("/records/1/reject", "", "reason", "The reason is missing"),
        ("/record/paper", "paper=AP15%2F3&decisions=1-2015+x", "decisions", "1-2015 x"),
        ("/record/paper", "paper=AP15%2F3&grants=9-2099", "grants", "9-2099"),
        (
            "/record/indicator",
            "name=A&theme=domestic-abuse&period=2011-12&value=1&source=B",
            "period",
            "month or a",
        ),
        (
            "/record/indicator",
            "name=A&theme=domestic-abuse&period=2015-16&value=1.2.3&source=B",
            "value",
            "1.2.3",
        ),
        (
            "/record/indicator",
            "name=A&theme=domestic-abuse&period=2015-16&value=1&source=B&baseline=2",
            "baseline",
            "not complete",
        ),
    ] {
        let draft = draft(&office, path, form);
        let answer = office.get(&draft);
        assert_eq!(answer.status, 422, "{path} {form}: {}", answer.body);
        shows(&answer, &["role=\"alert\"", &format!("href=\"#field-{field}\""), text]);
        // What cannot be recorded is not recorded.
        assert_eq!(office.post(&format!("{draft}/record"), "").header("location"), Some(draft.as_str()));
    }
    assert_eq!(office.records(), office.records_at_start);
}

/// Returns the fields that the summary of a form's errors links to, in order.
fn blamed(office: &Office, path: &str, form: &str) -> Vec<String> {
    let answer = office.get(&draft(office, path, form));
    assert_eq!(answer.status, 422, "{path} {form}: {}", answer.body);
    let (_, summary) = answer.body.split_once("role=\"alert\"").unwrap();
    let (summary, form) = summary.split_once("<form").unwrap();
    let links = summary.split("<li><a href=\"#field-").skip(1);
    let names: Vec<String> = links.map(|it| it.split('"').next().unwrap().to_owned()).collect();
    for name in &names {
        assert!(form.contains(&format!("id=\"field-{name}-error\"")), "{name}: {form}");
    }
    names
}

#[test]
fn all_mistakes_of_a_form_are_shown_at_once() {
    let office = Office::open();
    for (path, form, expected) in [
        ("/record/award", "", "decided recipient amount purpose theme fund power from"),
        (
            "/record/award",
            "recipient=Somebody+Else&amount=0&purpose=Advice&theme=domestic-abuse&fund=victims&power=s9&from=May+2015",
            "decided recipient amount to",
        ),
        // Recorded alone, each of these would be refused by the books.
        (
            "/record/award",
            "confidential=yes&decided=10+Apr+2015&recipient=Somebody+Else&amount=900&purpose=Advice&theme=domestic-abuse&theme_share=500&theme_2=unallocated&theme_share_2=300&fund=victims&fund_share=500&fund_2=cdr&fund_share_2=300&power=s9&from=May+2016&to=Apr+2015",
            "decision recipient theme fund to",
        ),
        // The end that cannot be read is not missing.
        ("/record/award", &AWARD.replace("no_period=yes", "from=Mai+2015&to=Apr+2016"), "from"),
        ("/grants/1-2015/pay", "amount=-5&date=31+Feb+2015", "amount date"),
        ("/grants/1-2015/state", "from=May+2015&theme=domestic-abuse&theme_share=60%25", "theme to"),
        ("/decisions/1-2015/checklist", "cfo=yes&ethics_reason=None", "cfo ethics"),
        ("/record/indicator", "baseline=2&value=x", "name theme period value source baseline"),
        ("/record/funding", "amount=0&date=x", "fund amount date kind"),
    ] {
        assert_eq!(blamed(&office, path, form).join(" "), expected, "{path} {form}");
    }
}

/// Sends a draft again with something confirmed, as its button does, and records it.
fn confirmed(office: &Office, path: &str, form: &str, (code, button, sent): (&str, &str, &str)) -> Answer {
    let draft = draft(office, path, form);
    let refused = office.get(&draft);
    assert_eq!(refused.status, 422, "{path}: {}", refused.body);
    shows(&refused, &[code, button]);
    assert_eq!(office.post(&draft, &format!("{form}&{sent}")).status, 303);
    let check = office.get(&draft);
    assert_eq!(check.status, 200, "{path} {sent}: {}", check.body);
    assert_eq!(office.post(&format!("{draft}/record"), "").status, 303);
    office.get(&format!("{draft}/done"))
}

#[test]
fn what_can_be_confirmed_has_a_button() {
    let office = Office::open();
    recorded(&office, "/record/budget", "fund=victims&theme=domestic-abuse&year=2015-16&amount=180000");
    recorded(&office, "/grants/1-2015/pay", "amount=300&date=1+Jun+2015&reference=B+1");
    recorded(&office, "/record/close", "month=2015-04");
    for (path, form, confirm, done) in [
        (
            "/grants/1-2015/pay",
            "amount=300&date=1+Jun+2015&reference=BACS+1",
            ("may be a duplicate", "Record anyway: it is not a duplicate", "confirm=again"),
            "300.00",
        ),
        (
            "/grants/1-2015/pay",
            "amount=10&date=20+Apr+2015",
            ("closed", "Post on 1 May 2015, keeping the date", "confirm=late"),
            "10.00",
        ),
        (
            "/record/award",
            &AWARD
                .replace("Open+Door", "Quite+Another+Name")
                .replace("2-2015", "3-2015")
                .replace("10+Apr", "10+May"),
            ("Quite Another Name", "Add Quite Another Name as a new recipient", "confirm=add_missing"),
            "Quite Another Name",
        ),
        (
            "/record/award",
            &AWARD.replace("Open+Door", "Open+Doors").replace("2-2015", "4-2015").replace("10+Apr", "10+May"),
            ("Open Doors", "It is Open Door", "use_recipient=Open+Door"),
            "Open Door",
        ),
        (
            "/record/budget",
            "fund=victims&theme=domestic-abuse&year=2015-16&amount=195000",
            ("Different values", "Replace the budget", "confirm=revise"),
            "195,000.00",
        ),
        (
            "/record/recipient",
            "name=Open+Door&id=open-door-lowestoft",
            ("Open Door", "It is another organisation", "confirm=again"),
            "open-door-lowestoft",
        ),
    ] {
        shows(&confirmed(&office, path, form, confirm), &["Recorded.", done]);
    }
}

#[test]
fn a_record_and_a_batch_are_reversed() {
    let office = Office::open();
    recorded(&office, "/grants/1-2015/pay", "amount=300&date=1+Jun+2015");
    let payment = office.records();
    let page = office.get(&format!("/records/{payment}"));
    shows(&page, &[&format!("/records/{payment}/reverse")]);
    let done = recorded(&office, &format!("/records/{payment}/reverse"), "reason=Wrong+award");
    shows(&done, &["Reversal recorded", "Wrong award"]);
    shows(&office.get("/grants/1-2015"), &["no payment"]);
    // The record says so, and offers no second reversal.
    let page = office.get(&format!("/records/{payment}"));
    shows(&page, &["Reversed"]);
    assert!(!page.body.contains(&format!("/records/{payment}/reverse")));
    let award = AWARD.replace("Open+Door", "Safe+Haven");
    let draft = draft(&office, "/record/award", &format!("{award}&confirm=add_missing"));
    assert_eq!(office.post(&format!("{draft}/record"), "").status, 303);
    let before = office.records();
    recorded(&office, &format!("/records/{before}/reverse"), "batch=yes&reason=Wrong+recipient");
    assert!(office.records() > before + 1);
    assert_eq!(office.get("/recipients/safe-haven").status, 404);
}

#[test]
fn proposals_are_sent_approved_and_rejected() {
    let office = Office::open();
    let text = |text: &str| Text::new(text).unwrap();
    let roles = || BTreeSet::from([Role::Recorder, Role::Approver, Role::Payer]);
    let user = |id: &str| User::new(text(id), text(id), roles());
    office.record_as("jane", false, &[Command::SetUsers(vec![user("jane"), user("al")])]);
    let rules = vec![Rule { act: Act::Payment, over: None }];
    let policy = Policy {
        rules,
        days: 31,
        recipient_recorder_apart: false,
        checklist: false,
        signed_approvals: false,
    };
    let proposal = office.record_as("al", true, &[Command::SetPolicy(Some(policy))]);
    shows(&office.get(&format!("/records/{proposal}")), &["Approve", "Reject"]);
    let done = recorded(&office, &format!("/records/{proposal}/approve"), "");
    shows(&done, &["Approved and recorded"]);

    // Our own payment is sent for approval, and waits for another.
    let own = draft(&office, "/grants/1-2015/pay", "amount=300&date=1+Jun+2015");
    shows(&office.get(&own), &["Send for approval", "A second user must approve it"]);
    assert_eq!(office.post(&format!("{own}/record"), "").status, 303);
    shows(&office.get(&format!("{own}/done")), &["Sent for approval"]);
    let own = office.records();
    let refused = draft(&office, &format!("/records/{own}/approve"), "");
    assert_eq!(office.get(&refused).status, 422);
    assert_eq!(office.records(), own);

    let pay = |amount: &str| common::pay("1-2015", "2015-06-02", amount);
    let other = office.record_as("al", true, &[pay("40")]);
    shows(&office.get(&format!("/records/{other}/approve")), &["40.00"]);
    recorded(&office, &format!("/records/{other}/approve"), "");
    let third = office.record_as("al", true, &[pay("50")]);
    let done = recorded(&office, &format!("/records/{third}/reject"), "reason=No+invoice");
    shows(&done, &["Proposal rejected", "No invoice"]);
    shows(&office.get("/grants/1-2015"), &["£40.00"]);
}

#[test]
fn a_form_begins_with_what_its_address_answers() {
    let office = Office::open();
    let form = office.get("/record/award?recipient=Open+Door&decision=9-2015");
    shows(&form, &["value=\"Open Door\"", "value=\"9-2015\"", "Not stated"]);
    for path in [
        "/record/unknown",
        "/grants/1-2015/award",
        "/grants/9-2099/vary",
        "/records/999/reverse",
        "/recipients/nobody/rename",
    ] {
        assert_eq!(office.get(path).status, 404, "{path}");
    }
    assert_eq!(office.get("/record/award?audience=public").status, 404);
}

#[test]
fn what_would_be_recorded_otherwise_than_checked_is_checked_again() {
    let office = Office::open();
    let first = draft(&office, "/grants/1-2015/vary", "amount=900&date=1+May+2015");
    let seen = |path: &str| {
        let page = office.get(path).body;
        let (_, rest) = page.split_once("name=\"seen\" value=\"").unwrap();
        format!("seen={}", rest.split('"').next().unwrap())
    };
    let checked = seen(&first);
    recorded(&office, "/grants/1-2015/vary", "amount=940&date=1+May+2015");
    let before = office.records();
    let answer = office.post(&format!("{first}/record"), &checked);
    let stale = format!("{first}?stale=yes");
    assert_eq!(answer.header("location"), Some(stale.as_str()));
    shows(&office.get(&stale), &["The books have changed", "£940.00 → £900.00"]);
    assert_eq!(office.records(), before);
    let answer = office.post(&format!("{first}/record"), &seen(&first));
    assert_eq!(answer.header("location"), Some(format!("{first}/done").as_str()));
    assert_eq!(office.records(), before + 1);
}

#[test]
fn what_would_be_withheld_otherwise_than_checked_is_checked_again() {
    let office = Office::open();
    let typed = "amount=900&decision=C2-2015&date=1+May+2015&confirm=withholding";
    let first = draft(&office, "/grants/1-2015/vary", typed);
    let seen = |path: &str| {
        let page = office.get(path).body;
        let (_, rest) = page.split_once("name=\"seen\" value=\"").unwrap();
        format!("seen={}", rest.split('"').next().unwrap())
    };
    let checked = seen(&first);
    // The records stay as they were checked, but there is more that disappears with the grant.
    recorded(&office, "/record/budget", "fund=victims&theme=domestic-abuse&year=2015-16&amount=180%2C000");
    let before = office.records();
    let answer = office.post(&format!("{first}/record"), &checked);
    let stale = format!("{first}?stale=yes");
    assert_eq!(answer.header("location"), Some(stale.as_str()));
    shows(&office.get(&stale), &["The books have changed", "180,000.00"]);
    assert_eq!(office.records(), before);
    let answer = office.post(&format!("{first}/record"), &seen(&first));
    assert_eq!(answer.header("location"), Some(format!("{first}/done").as_str()));
    // The variation, and its decision in the register.
    assert_eq!(office.records(), before + 2);
}

#[test]
fn an_award_of_two_funds_is_paid_by_part() {
    let office = Office::open();
    let split = "fund=cdr&fund_share=40%25&fund_2=victims&fund_share_2=60%25";
    let award = AWARD.replace("fund=victims", split).replace("no_period=yes", "from=Apr+2015&to=Mar+2016");
    recorded(&office, "/record/award", &award);
    shows(&office.get("/grants/2-2015/pay"), &["Part of the award", "All in proportion"]);
    assert!(!office.get("/grants/1-2015/pay").body.contains("Part of the award"));
    let pay = "/grants/2-2015/pay";
    let beyond = draft(&office, pay, "amount=541&date=1+Jun+2015&part=victims%2Fdomestic-abuse");
    assert_eq!(office.get(&beyond).status, 422);
    let done = recorded(&office, pay, "amount=540&date=1+Jun+2015&part=victims%2Fdomestic-abuse");
    shows(&done, &["540.00"]);
    let unknown = draft(&office, pay, "amount=5&date=2+Jun+2015&part=victims%2Fother");
    shows(&office.get(&unknown), &["href=\"#field-part\""]);
}

#[test]
fn an_award_and_a_change_of_fund_state_parts_with_a_fund_and_a_theme_each() {
    let office = Office::open();
    recorded(&office, "/record/theme", "name=Youth+diversion");
    let award = AWARD.replace("&theme=domestic-abuse&fund=victims", "");
    let row = |number: &str, fund: &str, theme: &str, amount: &str| {
        format!(
            "&allocation_fund{number}={fund}&allocation_theme{number}={theme}&allocation_amount{number}={amount}"
        )
    };
    let parts = row("", "victims", "domestic-abuse", "600") + &row("_3", "cdr", "youth-diversion", "300.00");
    for (form, field, text) in [
        (award.clone() + &row("", "victims", "domestic-abuse", "600"), "allocation", "600.00"),
        (
            award.clone() + &row("", "victims", "", "900"),
            "allocation",
            "Part 1: the fund, theme or amount is missing",
        ),
        (award.clone() + &row("_2", "victims", "domestic-abuse", "x"), "allocation", "not a valid amount"),
        (AWARD.to_owned() + &parts, "allocation", "as well as a theme or a fund"),
        (award.clone(), "theme", "The theme is missing"),
        (award.clone(), "fund", "The fund is missing"),
        // Several funds and several themes do not say how they meet.
        (
            award.clone()
                + "&theme=domestic-abuse&theme_share=50%25&theme_2=youth-diversion&theme_share_2=50%25&fund=victims&fund_share=50%25&fund_2=cdr&fund_share_2=50%25",
            "allocation",
            "State each part",
        ),
    ] {
        let refused = office.get(&draft(&office, "/record/award", &form));
        assert_eq!(refused.status, 422, "{form}: {}", refused.body);
        shows(&refused, &[&format!("href=\"#field-{field}\""), text]);
    }
    let form = draft(&office, "/record/award", &(award.clone() + &parts));
    let check = office.get(&form);
    shows(
        &check,
        &["services, Domestic abuse: £600.00; Crime and Disorder Reduction, Youth diversion: £300.00"],
    );
    // What is changed begins with what was typed, open.
    shows(&office.get(&format!("{form}?change=yes")), &["tabindex=\"-1\" open", "value=\"300.00\""]);
    recorded(&office, "/record/award", &(award + &parts));
    shows(&office.get("/grants/2-2015/pay"), &["Youth diversion"]);
    let changed =
        row("", "victims", "domestic-abuse", "500") + &row("_2", "victims", "youth-diversion", "400");
    let both = draft(&office, "/grants/2-2015/fund", &format!("fund=cdr&date=1+Aug+2015{changed}"));
    shows(&office.get(&both), &["href=\"#field-allocation\"", "as well as a theme or a fund"]);
    let done = recorded(&office, "/grants/2-2015/fund", &format!("date=1+Aug+2015{changed}"));
    shows(&done, &["Change of fund recorded"]);
}

#[test]
fn a_closed_month_takes_an_entry_for_a_reason() {
    let office = Office::open();
    let pay = "/grants/1-2015/pay";
    let form = "amount=10&date=20+Apr+2015";
    assert!(!office.get(pay).body.contains("post_to_closed"));
    recorded(&office, "/record/close", "month=2015-04&explain=Opened+in+April");
    let refused = draft(&office, pay, form);
    let page = office.get(&refused);
    assert_eq!(page.status, 422);
    // The refusal leads to the field, and beside it is the other way out.
    shows(&page, &["href=\"#field-post_to_closed\"", "id=\"field-post_to_closed\"", "Post on 1 May 2015"]);
    assert_eq!(office.post(&refused, &format!("{form}&post_to_closed=Bank+told+us+late")).status, 303);
    let check = office.get(&refused);
    assert_eq!(check.status, 200, "{}", check.body);
    shows(&check, &["Bank told us late", "Entry, 20 Apr 2015", "Reason for posting to the closed month"]);
    assert_eq!(office.post(&format!("{refused}/record"), "").status, 303);
    shows(&office.get(&format!("{refused}/done")), &["Recorded.", "Bank told us late", "20 Apr 2015"]);

    // Posting late instead leaves the reason out.
    let other = "amount=20&date=21+Apr+2015&post_to_closed=Bank+told+us+late";
    let late = draft(&office, pay, &format!("{other}&confirm=late"));
    let check = office.get(&late);
    shows(&check, &["21 Apr 2015, posted 1 May 2015"]);
    assert!(!check.body.contains("Bank told us late"));

    // A finally closed month takes nothing, whatever the reason.
    recorded(&office, "/record/close", "month=2015-04&final=yes&explain=All+seen");
    let refused = office.get(&draft(&office, pay, "amount=30&date=22+Apr+2015"));
    assert_eq!(refused.status, 422);
    shows(&refused, &["Post on 1 May 2015"]);
    assert!(!refused.body.contains("post_to_closed"), "{}", refused.body);
}

#[test]
fn a_material_error_of_an_earlier_year_is_taken_from_reserves_for_a_reason() {
    let office = Office::open();
    let award = "decision=3-2015&decided=1+Mar+2015&recipient=Open+Door&amount=900&purpose=Advice&theme=domestic-abuse&fund=victims&power=not-stated&no_period=yes";
    recorded(&office, "/record/award", award);
    recorded(&office, "/record/close", "month=2015-03&explain=Nothing+paid");
    let pay = "/grants/3-2015/pay";
    let form = "amount=100&date=20+Mar+2015";
    assert!(!office.get(pay).body.contains("prior_period"));
    let refused = draft(&office, pay, form);
    let page = office.get(&refused);
    assert_eq!(page.status, 422);
    shows(&page, &["id=\"field-prior_period\"", "Reason for a prior period adjustment"]);
    assert_eq!(office.post(&refused, &format!("{form}&prior_period=Found+by+the+auditor")).status, 303);
    let check = office.get(&refused);
    assert_eq!(check.status, 200, "{}", check.body);
    shows(&check, &["Found by the auditor", "taken from the reserve", "20 Mar 2015, posted 1 Apr 2015"]);
    assert_eq!(office.post(&format!("{refused}/record"), "").status, 303);
    shows(&office.get(&format!("{refused}/done")), &["Recorded.", "Found by the auditor"]);

    // Posting late instead leaves the reason out.
    let late = "amount=50&date=21+Mar+2015&prior_period=Found+by+the+auditor&confirm=late";
    let check = office.get(&draft(&office, pay, late));
    shows(&check, &["21 Mar 2015, posted 1 Apr 2015", "Expenditure on grants"]);
    assert!(!check.body.contains("taken from the reserve"));

    // What is posted late without being refused first asks from the start; nothing of this year is an adjustment.
    shows(&office.get("/grants/3-2015/correct"), &["id=\"field-prior_period\""]);
    let of_year = "amount=40&date=20+Apr+2015&prior_period=Found+by+the+auditor";
    let refused = office.get(&draft(&office, pay, of_year));
    assert_eq!(refused.status, 422);
    shows(&refused, &["id=\"field-prior_period\"", "eave out the reason for a prior period adjustment"]);
}

#[test]
fn messages_of_the_books_have_quotation_marks() {
    let office = Office::open();
    let refused = office.get(&draft(&office, "/grants/1-2015/vary", "amount=x"));
    assert_eq!(refused.status, 422);
    shows(&refused, &["“x”"]);
    assert!(!refused.body.contains('`'), "{}", refused.body);
}
