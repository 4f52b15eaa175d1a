//! A page is of one moment: the ledger is opened once for it.

use crate::common::Office;

#[test]
fn the_ledger_is_opened_once_for_a_page() {
    let office = Office::open();
    office.recorded("/grants/1-2015/pay", "amount=100&date=1+Jun+2015");
    let draft = office.draft("/grants/1-2015/pay", "amount=250&date=2+Jun+2015&reference=B");
    for path in [
        "/",
        "/?audience=panel",
        "/grants",
        "/grants?name=open",
        "/grants/1-2015",
        "/grants/1-2015?format=csv",
        "/grants/1-2015/pay",
        "/grants/1-2015?known_at=8",
        "/recipients",
        "/recipients/open-door",
        "/decisions",
        "/decisions/1-2015",
        "/budgets",
        "/monitoring",
        "/reports",
        "/reports/themes",
        "/reports/themes?format=xlsx",
        "/figures?column=paid",
        "/compare?earlier=8",
        "/papers",
        "/papers/panel",
        "/papers/panel?format=docx",
        "/papers/disclosure?month=2015-06",
        "/papers/360giving?prefix=360G-test",
        "/papers/journal",
        "/papers/journal?tool=hledger&for=auditor",
        "/year-end",
        "/publication",
        "/settings",
        "/approvals",
        "/users",
        "/record/policy",
        "/log",
        "/records/9",
        "/search?q=open",
        "/help",
        draft.as_str(),
    ] {
        let mut status = 0;
        let opens = office.opens(|| status = office.get(path).status);
        assert_eq!((status, opens), (200, 1), "{path}");
    }
    // What is refused, too.
    let draft = office.draft("/grants/1-2015/pay", "amount=5000&date=2+Jun+2015");
    let mut status = 0;
    assert_eq!(office.opens(|| status = office.get(&draft).status), 1);
    assert_eq!(status, 422);
}
