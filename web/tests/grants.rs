//! What the pages say of grants: which are confidential, what awaits approval, and what is counted.

use crate::common::{Office, lacks, pay, shows};
use almoner_ledger::command::Command;
use almoner_ledger::text::Text;
use almoner_ledger::users::{Role, User};

/// The word beside a confidential grant.
const MARK: &str = "<span class=\"tag warn\">confidential</span>";

#[test]
fn confidential_grants_are_marked_wherever_the_office_sees_them() {
    let office = Office::open();
    let done = office.recorded("/grants/C1-2015/pay", "amount=100&date=15+Jun+2015");
    shows(&done, &["Grant C1-2015 is withheld from the public and the panel."]);
    let check = office.get(&office.draft("/grants/C1-2015/pay", "amount=50&date=15+Jul+2015"));
    shows(&check, &["Grant C1-2015 is withheld from the public and the panel."]);
    shows(&office.get("/grants/C1-2015/pay"), &["Confidential: withheld"]);
    shows(&office.get("/grants/C1-2015"), &[MARK, "Confidential: withheld from the public and the panel"]);
    let (beside, other) = (format!("C1-2015</a> {MARK}"), format!("1-2015</a> {MARK}"));
    for path in [
        "/grants",
        "/search?q=house",
        "/recipients/quiet-house",
        "/reports/payments?from=2015-04-01&to=2015-09-30",
        "/reports/grants",
    ] {
        let page = office.get(path);
        shows(&page, &[&beside]);
        assert_eq!(page.body.matches(&other).count(), page.body.matches(&beside).count(), "{path}");
    }
    for path in ["/grants/1-2015", "/grants/1-2015/pay", "/search?q=door"] {
        lacks(&office.get(path), &[MARK, "Confidential: withheld"]);
    }
    let done = office.recorded("/grants/1-2015/pay", "amount=100&date=15+Jun+2015");
    lacks(&done, &["withheld"]);
}

#[test]
fn a_grant_that_a_later_confidential_decision_changes_is_confidential() {
    let office = Office::open();
    lacks(&office.get("/grants/1-2015"), &[MARK]);
    let typed = "amount=900&decision=C2-2015&date=1+May+2015";
    let refused = office.get(&office.draft("/grants/1-2015/vary", typed));
    assert_eq!(refused.status, 422);
    let button = "name=\"confirm\" value=\"withholding\">Withhold it from the public and the panel</button>";
    shows(&refused, &["that the public and the panel can see now: grant 1-2015 (Open Door, ", button]);
    // Without the button, nothing is recorded.
    let draft = office.draft("/grants/1-2015/vary", typed);
    assert_eq!(office.post(&format!("{draft}/record"), "").status, 303);
    lacks(&office.get("/grants/1-2015"), &[MARK]);
    let confirmed = format!("{typed}&confirm=withholding");
    let check = office.get(&office.draft("/grants/1-2015/vary", &confirmed));
    shows(
        &check,
        &[
            "This withholds details that the public and the panel can see now.",
            "Grant 1-2015 (Open Door, ",
            "Grant 1-2015 is withheld from the public and the panel.",
        ],
    );
    office.recorded("/grants/1-2015/vary", &confirmed);
    shows(&office.get("/grants/1-2015"), &[MARK]);
    assert_eq!(office.get("/grants/1-2015?audience=public").status, 404);
}

#[test]
fn a_theme_is_withheld_and_shown_again_on_the_page_of_its_record() {
    let office = Office::open();
    let budgets = office.get("/budgets").body;
    let (_, of_theme) =
        budgets.split_once("Theme Domestic abuse: public once a public grant uses it").unwrap();
    let path = of_theme.split_once("href=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let record = path.trim_end_matches("/publication").to_owned();
    shows(&office.get(&record), &["Withhold or publish"]);
    assert_eq!(office.get("/grants/1-2015?audience=public").status, 200);
    let refused = office.get(&office.draft(&path, "publication=confidential"));
    shows(&refused, &["can see now: grant 1-2015 (Open Door, "]);
    let done = office.recorded(&path, "publication=confidential&confirm=withholding");
    shows(&done, &["Publication recorded", "Theme Domestic abuse marked confidential"]);
    assert_eq!(office.get("/grants/1-2015?audience=public").status, 404);
    shows(&office.get("/grants/1-2015"), &[MARK]);
    shows(&office.get("/budgets"), &["Theme Domestic abuse: confidential, with every grant under it"]);
    for page in
        ["/budgets?audience=public", "/search?q=abuse&audience=public", "/reports/themes?audience=panel"]
    {
        lacks(&office.get(page), &["Domestic abuse", "domestic-abuse"]);
    }
    // What is hidden and what is not there get the same answer.
    let filtered = |theme: &str| {
        let page = office.get(&format!("/reports/themes?audience=public&theme={theme}"));
        // The mark is of the address, too.
        (page.status, page.body.split(", mark ").next().unwrap().replace(theme, "THEME"))
    };
    assert_eq!(filtered("domestic-abuse"), filtered("domestic-abusf"));
    office.recorded(&path, "publication=public");
    assert_eq!(office.get("/grants/1-2015?audience=public").status, 200);
    // What is added can be marked at once.
    let done = office.recorded("/record/theme", "name=Safe+houses&confidential=yes");
    shows(&done, &["Theme Safe houses marked confidential"]);
    for (path, form) in [
        ("/record/fund", "name=Shelter&confidential=yes"),
        (
            "/record/budget",
            "fund=victims&theme=domestic-abuse&year=2015-16&amount=180%2C000&confidential=yes",
        ),
        (
            "/record/indicator",
            "name=Places&theme=domestic-abuse&period=2015-16Q1&value=7&source=Survey&confidential=yes",
        ),
    ] {
        shows(&office.recorded(path, form), &["marked confidential"]);
    }
    assert_eq!(office.get("/records/1/publication").status, 200);
    let refused = office.get(&office.draft("/records/1/publication", "publication=public"));
    shows(&refused, &["This record is not for a theme, fund, budget, indicator or receipt"]);
}

#[test]
fn what_awaits_approval_is_shown_on_its_grant_and_its_forms() {
    let office = Office::open();
    let text = |id: &str| Text::new(id).unwrap();
    let user = |id: &str, roles: &[Role]| User::new(text(id), text(id), roles.iter().copied().collect());
    let roles = [Role::Recorder, Role::Approver, Role::Payer];
    office.record_as("al", false, &[Command::SetUsers(vec![user("jane", &roles), user("al", &roles)])]);
    let proposal = office.record_as("al", true, &[pay("1-2015", "2015-06-15", "250")]);
    let words = format!("/records/{proposal}\">Proposal {proposal} by al: payment 1-2015, £250.00");
    shows(&office.get("/grants/1-2015"), &[&words, "awaits approval"]);
    shows(&office.get("/grants/1-2015/vary"), &[&words]);
    shows(&office.get(&office.draft("/grants/1-2015/pay", "amount=50&date=15+Jul+2015")), &[&words]);
    for path in ["/grants/C1-2015", "/grants/C1-2015/pay", "/grants/1-2015?audience=panel"] {
        lacks(&office.get(path), &["Proposal", "awaits approval"]);
    }
}

#[test]
fn payments_that_were_returned_are_counted_apart() {
    let office = Office::open();
    let page = |expected: &str| shows(&office.get("/grants/1-2015"), &[expected]);
    page("no payment<");
    office.recorded("/grants/1-2015/pay", "amount=100&date=15+Jun+2015");
    page(">1 payment, 15 Jun 2015<");
    office.recorded("/grants/1-2015/pay", "amount=200&date=1+Jul+2015");
    page(">2 payments, last 1 Jul 2015<");
    office.recorded("/grants/1-2015/returned", "amount=200&date=6+Jul+2015");
    page(">1 payment, 15 Jun 2015; 1 more returned<");
    office.recorded("/grants/1-2015/returned", "amount=100&date=7+Jul+2015");
    page(">no payment; 2 more returned<");
    // On a day before they were returned, they were paid.
    shows(&office.get("/grants/1-2015?as_at=2015-07-02"), &[">2 payments, last 1 Jul 2015<"]);
}

#[test]
fn a_series_of_monitoring_reports_is_scheduled_together() {
    let office = Office::open();
    let before = office.records();
    let done = office.recorded(
        "/grants/1-2015/schedule",
        "from=15+Jul+2015&every=quarter&to=15+Jan+2016&holds_payment=yes",
    );
    assert_eq!(office.records() - before, 3);
    shows(&done, &["Monitoring reports scheduled"]);
    shows(&office.get("/grants/1-2015"), &["15 Jul 2015", "15 Oct 2015", "15 Jan 2016"]);
    for (fields, field, text) in [
        ("from=15+Jul+2015&every=month", "every", "The series is not complete"),
        ("from=15+Jul+2015&to=15+Jan+2016", "every", "The series is not complete"),
        ("from=15+Jul+2015&every=month&to=15+Jan+2015", "to", "The schedule has 0 reports"),
        ("every=month&to=15+Jan+2015", "from", "First due date"),
    ] {
        let refused = office.get(&office.draft("/grants/1-2015/schedule", fields));
        assert_eq!(refused.status, 422, "{fields}");
        shows(&refused, &[&format!("href=\"#field-{field}\""), text]);
    }
}
