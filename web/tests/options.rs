//! The options of lists, reports and papers, which are in the address: what is wrong is said at its field.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests say what is wrong by panicking")]

mod common;

use common::{Office, lacks, shows};

#[test]
fn options_that_cannot_be_read_are_answered_with_the_form_and_what_was_typed() {
    let office = Office::open();
    // The page, its fields in order, and the fields at which something is wrong.
    for (address, typed, wrong) in [
        ("/reports/themes?theme=domestic-abuse&from=31+Feb+2015&to=x", "31 Feb 2015", "from to"),
        ("/reports/themes?quarter=2015-16Q9", "2015-16Q9", "quarter"),
        ("/reports/themes?fy=2015-16&month=Apr+2015", "Apr 2015", "month"),
        ("/reports/themes?from=1+May+2015&to=1+Apr+2015", "1 May 2015", "to"),
        ("/reports/themes?as_at=yesterday", "yesterday", "as_at"),
        ("/reports/themes?recipient=Nobody+Here", "Nobody Here", "recipient"),
        ("/reports/themes?fy=2014-15&as_at=1+May+2015", "1 May 2015", "as_at"),
        ("/reports/themes?known_at=once", "once", "known_at"),
        ("/reports/themes?known_at=99999", "99999", "known_at"),
        ("/reports/monitoring?on=x&format=csv", "x", "on"),
        ("/grants?name=door&from=x", "door", "from"),
        ("/compare?earlier=x&later=y", "x", "earlier later"),
        ("/compare?earlier=8&later=2", "8", "earlier"),
        ("/papers/panel?as_at=x&ending=9", "9", "as_at"),
        ("/papers/disclosure?month=x", "x", "month"),
        ("/?as_at=x", "x", "as_at"),
        ("/recipients?from=x", "x", "from"),
        ("/decisions?from=x", "x", "from"),
        ("/monitoring?to=x", "x", "to"),
        ("/budgets?as_at=x", "x", "as_at"),
    ] {
        let answer = office.get(address);
        assert_eq!(answer.status, 422, "{address}: {}", answer.body);
        shows(&answer, &["There is a problem", &format!("value=\"{typed}\"")]);
        let (_, page) = answer.body.split_once("<main").unwrap();
        let named = page.split("class=\"error\" id=\"field-").skip(1);
        let mut named: Vec<&str> = named.map(|it| it.split("-error\"").next().unwrap()).collect();
        named.sort_by_key(|name| wrong.find(name));
        assert_eq!(named.join(" "), wrong, "{address}: {page}");
        for name in named {
            shows(&answer, &[&format!("<a href=\"#field-{name}\">")]);
        }
    }
}

#[test]
fn a_time_that_cannot_be_used_does_not_stay_in_the_links_of_a_page() {
    let office = Office::open();
    for address in
        ["/reports/themes?known_at=once", "/reports/themes?known_at=99999", "/search?known_at=99999"]
    {
        let answer = office.get(address);
        assert_eq!(answer.status, 422, "{address}");
        shows(&answer, &["<a href=\"/grants\">Grants</a>"]);
    }
    shows(&office.get("/reports/themes?known_at=5"), &["<a href=\"/grants?known_at=5\">Grants</a>"]);
}

#[test]
fn options_that_are_refused_show_other_audiences_nothing_more() {
    let office = Office::open();
    for address in
        ["/reports/themes?from=x", "/reports/themes?known_at=5", "/?as_at=x", "/papers/panel?as_at=x"]
    {
        let sign = if address.contains('?') { '&' } else { '?' };
        let answer = office.get(&format!("{address}{sign}audience=public"));
        assert_eq!(answer.status, 422, "{address}: {}", answer.body);
        lacks(&answer, &["As known at record", "Audit log", "Quiet House", "jane"]);
    }
    for address in ["/compare?earlier=x&audience=public", "/papers/cfo?as_at=x&audience=public"] {
        assert_eq!(office.get(address).status, 404, "{address}");
    }
}
