//! The options of lists, reports and papers, which are in the address: what is wrong is said at its field.

use crate::common::{Office, lacks, shows};
use almoner_papers::reports::catalogue;

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
        ("/publication?month=x", "x", "month"),
        ("/verify?proof=x", "x", "proof"),
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

/// The pages whose options are in their address, each with a form of them or links that state them.
/// Reports that are pages of a grant and of a recipient.
const OF_ONE: [&str; 2] = ["grant", "recipient"];

const PAGES: &[&str] = &[
    "/",
    "/grants",
    "/recipients",
    "/decisions",
    "/budgets",
    "/monitoring",
    "/compare",
    "/papers/panel",
    "/papers/cfo",
    "/papers/funder",
    "/papers/disclosure",
    "/papers/360giving",
    "/papers/journal",
    "/papers/ledger",
    "/grants/1-2015",
    "/recipients/open-door",
    "/figures",
    "/log",
    "/search",
];

/// Returns the names of the options that the form of a page asks for, but for those that may be any text.
fn asked(page: &str) -> Vec<String> {
    let (_, main) = page.split_once("<main").unwrap();
    let forms = main.split("<form").skip(1).filter_map(|form| form.split("</form>").next());
    let mut names = Vec::new();
    for form in forms.filter(|form| form.contains("method=\"get\"")) {
        let fields = form.split("id=\"field-").skip(1);
        let fields = fields.filter(|field| field.split('>').next().unwrap().contains(" name=\""));
        names.extend(fields.map(|field| field.split('"').next().unwrap().to_owned()));
    }
    names.retain(|name| !["name", "account", "funder"].contains(&name.as_str()));
    names
}

#[test]
fn every_option_of_every_page_with_a_wrong_value_is_refused_at_its_field() {
    let office = Office::open();
    let mut tried = 0;
    let reports = catalogue::names().into_iter().filter(|name| !OF_ONE.contains(name));
    let reports: Vec<String> = reports.map(|name| format!("/reports/{name}")).collect();
    for path in PAGES.iter().copied().chain(reports.iter().map(String::as_str)) {
        let page = office.get(path);
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        for name in asked(&page.body) {
            let refused = office.get(&format!("{path}?{name}=zz+9"));
            assert_eq!(refused.status, 422, "{path} {name}: {}", refused.body);
            let remedies = refused.body.contains("<ul class=\"remedies\"") || name == "prefix";
            assert!(remedies, "{path} {name}: no remedy: {}", refused.body);
            shows(&refused, &["There is a problem", &format!("href=\"#field-{name}\""), "zz 9"]);
            lacks(&refused, &["This cannot be shown"]);
            tried += 1;
        }
    }
    assert!(tried > 120, "{tried}");
}

#[test]
fn options_without_a_field_are_refused_by_their_names() {
    let office = Office::open();
    for path in PAGES {
        for (option, words) in [
            ("audience=zz", "Audience: “zz” is not one of the choices"),
            ("nothing=1", "This page has no option “nothing”"),
        ] {
            let refused = office.get(&format!("{path}?{option}"));
            assert_eq!(refused.status, 422, "{path} {option}: {}", refused.body);
            shows(&refused, &["There is a problem", words]);
        }
    }
    for (address, words) in [
        ("/grants?page=x", "Page: “x” is not a number from 1"),
        ("/grants?page=0", "Enter a whole number from 1"),
        ("/grants?format=exe", "Format: “exe” is not one of the choices"),
        ("/grants?columns=colour", "Columns: there is no column “colour”"),
        ("/grants?theme=a&theme=b", "given more than once"),
        ("/grants?themes=a", "Did you mean “theme”?"),
        ("/grants/1-2015?postings=perhaps", "Postings: “perhaps” is not one of the choices"),
        ("/grants/1-2015?fy=abc", "Financial year:"),
        ("/grants/9-2099?fy=abc", "Financial year:"),
        ("/recipients/open-door?format=exe", "Format: “exe”"),
        ("/figures?figure=abc", "does not identify a figure"),
        ("/figures?column=abc", "Column: “abc” is not one of the choices"),
        ("/log?to=abc", "Last record: “abc”"),
        ("/reports/bank-reconciliation?account=nonsense", "There is no bank account “nonsense”"),
        ("/reports/themes?known_at=9999-99-99", "9999-99-99"),
        ("/papers/journal?tool=zz", "“zz” is not one of the choices"),
        ("/papers/360giving?fy=abc", "abc"),
        ("/papers/360giving?format=exe", "Format: “exe” is not one of the choices"),
        ("/papers/ledger?format=csv", "Format: “csv” is not one of the choices"),
        ("/papers/finance?format=csv", "Format: “csv” is not one of the choices"),
        ("/papers/finance?mapping=secret", "This page has no option “mapping”"),
        ("/papers/finance?draft=none", "Fill in the form again"),
        ("/papers/panel?ending=0", "is not a number from 1"),
        ("/papers/cfo?largest=1001", "Enter a whole number from 1 to 1000"),
        ("/papers/cfo?for=panel", "not available to the audience “panel”"),
        ("/papers/disclosure?month=2015-06&draft=no", "“no” is not one of the choices"),
        ("/papers/disclosure?fy=2015-16", "This page has no option “fy”"),
    ] {
        let refused = office.get(address);
        assert_eq!(refused.status, 422, "{address}: {}", refused.body);
        shows(&refused, &["There is a problem", words]);
        lacks(&refused, &["This cannot be shown"]);
    }
    // What every page takes is named on those without options, too, and does not stay in their links.
    for path in ["/bank", "/help", "/users", "/record/award", "/grants/1-2015/pay", "/import"] {
        for (option, words) in [("audience=zz", "Audience: “zz”"), ("known_at=zz", "As known at: “zz”")]
        {
            let refused = office.get(&format!("{path}?{option}"));
            assert_eq!(refused.status, 422, "{path} {option}: {}", refused.body);
            shows(&refused, &["There is a problem", words, "<a href=\"/grants\">Grants</a>"]);
        }
    }
    // What there is nothing of, or nothing that the audience may see, is the same whatever is asked of it.
    for address in ["/reports/nothing?fy=abc", "/papers/nothing?fy=abc", "/log?to=x&audience=public"] {
        assert_eq!(office.get(address).status, 404, "{address}");
    }
    let (there, none) = (office.get("/grants/1-2015?fy=abc"), office.get("/grants/9-2099?fy=abc"));
    assert_eq!(there.body.replace("1-2015", ""), none.body.replace("9-2099", ""));
}

#[test]
fn what_pages_link_to_takes_the_options_that_they_state() {
    let office = Office::open();
    office.recorded("/grants/1-2015/pay", "amount=250&date=15+Jun+2015");
    let mut seen = std::collections::BTreeSet::new();
    for path in PAGES.iter().copied().chain([
        "/figures?column=paid&fy=2015-16",
        "/search?q=door",
        "/reports/themes?purpose=original&fy=2015-16",
        "/reports/themes?purpose=current&by=recipient&chart=yes",
        "/reports/recipients?theme=domestic-abuse&power=s143&fund=victims",
        "/compare?earlier=5",
        "/log?to=5",
    ]) {
        for sign in ["", "audience=panel", "known_at=10"] {
            let glue = if path.contains('?') { '&' } else { '?' };
            let page = office.get(&format!("{path}{glue}{sign}"));
            for link in page.body.split("href=\"").skip(1).filter_map(|it| it.split('"').next()) {
                let link = link.replace("&amp;", "&");
                if link.starts_with('/') && link.contains('?') && !link.contains("format=") {
                    seen.insert(link);
                }
            }
        }
    }
    assert!(seen.len() > 100, "{}", seen.len());
    for link in seen {
        let page = office.get(&link);
        for refused in ["This page has no option", "given more than once", "is not one of the choices"] {
            assert!(!page.body.contains(refused), "{link}: {refused}");
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
