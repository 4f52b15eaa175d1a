//! A payment from form to confirmation, and what is sent twice.

use crate::common::{Office, shows};

/// Sends the form of a payment and returns the path of its draft.
fn draft(office: &Office, form: &str) -> String {
    office.draft("/grants/1-2015/pay", form)
}

#[test]
fn a_payment_is_checked_recorded_and_confirmed_once() {
    let office = Office::open();
    let draft = draft(&office, "amount=%C2%A3400.00&date=1+June+2015&reference=BACS+7");
    let check = office.get(&draft);
    assert_eq!(check.status, 200);
    shows(
        &check,
        &[
            "Nothing is recorded yet",
            "£400.00",
            "1 Jun 2015",
            "BACS 7",
            "£1,000.00 → £600.00",
            "Record payment",
        ],
    );
    assert_eq!(office.records(), office.records_at_start);
    for _ in 0..3 {
        let recorded = office.post(&format!("{draft}/record"), "");
        assert_eq!(recorded.header("location"), Some(format!("{draft}/done").as_str()));
    }
    assert_eq!(office.records(), office.records_at_start + 1);
    let done = office.get(&format!("{draft}/done"));
    shows(&done, &["Recorded.", "Payment of 400.00", "Grant control", "Proof"]);
    // Going back to the check leads to what was recorded.
    assert_eq!(office.get(&draft).header("location"), Some(format!("{draft}/done").as_str()));
    shows(&office.get("/grants/1-2015"), &["£600.00"]);
}

#[test]
fn the_same_payment_in_another_form_is_already_recorded() {
    let office = Office::open();
    let form = "amount=100&date=2015-06-01";
    let first = draft(&office, form);
    assert_eq!(office.post(&format!("{first}/record"), "").status, 303);
    let second = draft(&office, form);
    shows(&office.get(&second), &["Already recorded", "This is a further payment"]);
    assert_eq!(office.post(&second, &format!("{form}&again=yes")).status, 303);
    shows(&office.get(&second), &["Record payment"]);
    assert_eq!(office.post(&format!("{second}/record"), "").status, 303);
    assert_eq!(office.records(), office.records_at_start + 2);
}

#[test]
fn what_is_wrong_is_shown_at_its_field_and_what_was_typed_stays() {
    let office = Office::open();
    for (form, field, text) in [
        ("amount=1.234%2C56&date=2015-06-01&reference=R+1", "amount", "not a valid amount"),
        ("amount=&date=2015-06-01&reference=R+1", "amount", "The amount is missing"),
        ("amount=0&date=2015-06-01&reference=R+1", "amount", "greater than zero"),
        ("amount=100&date=2015-02-30&reference=R+1", "date", "not a valid date"),
        ("amount=1000.01&date=2015-06-01&reference=R+1", "amount", "1,000.00"),
    ] {
        let draft = draft(&office, form);
        let answer = office.get(&draft);
        assert_eq!(answer.status, 422, "{form}");
        let link = format!("href=\"#field-{field}\"");
        shows(&answer, &["role=\"alert\"", &link, text, "value=\"R 1\"", "aria-invalid=\"true\""]);
        assert_eq!(office.post(&format!("{draft}/record"), "").header("location"), Some(draft.as_str()));
    }
    assert_eq!(office.records(), office.records_at_start);
}

#[test]
fn a_payment_before_the_decision_wants_a_reason() {
    let office = Office::open();
    let draft = draft(&office, "amount=100&date=2015-04-01");
    shows(&office.get(&draft), &["Reason for payment before the decision"]);
    assert_eq!(office.post(&draft, "amount=100&date=2015-04-01&reason=Urgent+need").status, 303);
    shows(&office.get(&draft), &["Urgent need", "Record payment"]);
}

#[test]
fn what_was_typed_is_there_after_the_pages_were_ended() {
    let office = Office::open();
    let typed = draft(&office, "amount=400&date=1+June+2015&reference=BACS+7");
    let wrong = draft(&office, "amount=5000&date=2+June+2015");
    let done = draft(&office, "amount=30&date=3+June+2015");
    assert_eq!(office.post(&format!("{done}/record"), "").status, 303);
    let records = office.records();
    let office = office.again();
    let check = office.get(&typed);
    shows(&check, &["Nothing is recorded yet", "£400.00", "BACS 7", "Record payment"]);
    let refused = office.get(&wrong);
    assert_eq!(refused.status, 422);
    shows(&refused, &["value=\"5000\""]);
    // What was recorded before is not recorded again.
    assert_eq!(office.get(&done).header("location"), Some(format!("{done}/done").as_str()));
    assert_eq!(office.post(&format!("{done}/record"), "").status, 303);
    assert_eq!(office.records(), records);
    assert_eq!(office.post(&format!("{typed}/record"), "").status, 303);
    assert_eq!(office.records(), records + 1);
    let office = office.again();
    assert_eq!(office.get(&typed).header("location"), Some(format!("{typed}/done").as_str()));
    assert_eq!(office.records(), records + 1);
}

#[test]
fn a_long_form_is_taken_whole() {
    let office = Office::open();
    let limit = 1024 * 1024;
    let head = "amount=1.00&date=2015-06-01&reference=";
    for (length, is_taken) in [(70_000, true), (900 * 1024, true), (limit + 1, false)] {
        let typed = "x".repeat(length - 10);
        let answer = office.post("/grants/1-2015/pay", &format!("{head}{typed}+%C2%A3%26"));
        assert_eq!(answer.status, if is_taken { 303 } else { 400 }, "{length}: {}", answer.head);
        if let Some(draft) = answer.header("location") {
            let form = office.get(draft);
            assert_eq!(form.status, 422, "{length}");
            assert!(form.body.contains(&format!("value=\"{typed} £&amp;\"")), "{length}");
        }
    }
    assert_eq!(office.records(), office.records_at_start);
}
