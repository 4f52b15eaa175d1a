//! The month's disclosure, by the real program: stopped, drafted, put right and published.

use crate::office::Office;

const MONTH: [&str; 4] = ["export", "disclosure", "--month", "2015-03"];

fn names(office: &Office, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(office.path(folder)).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn read(office: &Office, file: &str) -> String {
    std::fs::read_to_string(office.path(file)).unwrap()
}

fn demo() -> Office {
    let office = Office::new();
    office.ok(&["demo", "demo.ledger"]);
    std::fs::remove_dir_all(office.path("almoner.ledger")).unwrap();
    std::fs::rename(office.path("demo.ledger"), office.path("almoner.ledger")).unwrap();
    office
}

#[test]
fn a_month_with_missing_details_is_refused_drafted_completed_and_published() {
    let office = demo();
    let said = office.refused(1, &MONTH);
    assert!(
        said.starts_with("error[not-stated]: March 2015 cannot be published: 3 awards have missing details"),
        "{said}"
    );
    for line in ["26-2015, Catch 22: power", "almoner state 26-2015 --power s9|s143|other"] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(!office.path("disclosure-2015-03").exists());

    office.ok(&[&MONTH[..], &["--draft"]].concat());
    let draft = names(&office, "disclosure-2015-03-DRAFT");
    assert_eq!(draft.len(), 6);
    for name in &draft {
        let text = read(&office, &format!("disclosure-2015-03-DRAFT/{name}"));
        assert!(name.contains("DRAFT") && text.to_lowercase().contains("draft"), "{name}: {text}");
        // Nothing lands in a list silently.
        assert!(name.starts_with("missing") || !text.contains("Catch 22"), "{name}: {text}");
    }

    // The power is stated first, and tells what else is needed.
    for (award, power) in [("22-2015", "s143"), ("24-2015", "s9"), ("26-2015", "s9")] {
        office.ok(&["state", award, "--power", power]);
    }
    let said = office.refused(1, &MONTH);
    assert!(said.contains("almoner state 26-2015 --conditions TEXT --reasons TEXT"), "{said}");
    assert!(!said.contains("22-2015"), "nothing was paid on it: {said}");
    for award in ["24-2015", "26-2015"] {
        office.ok(&["state", award, "--conditions", "None", "--reasons", "Fewer = better"]);
    }
    assert!(office.ok(&["state", "26-2015", "--power", "s9"]).contains("Already recorded"));
    let said = office.refused(1, &["state", "26-2015", "--power", "s143"]);
    assert!(
        said.contains("error[different-content]") && said.contains("power is `s9`, not `s143`"),
        "{said}"
    );
    office.ok(&["pay", "22-2015", "500", "--date", "2015-03-30"]);
    office.ok(&["pay", "22-2015", "500.01", "--date", "2015-03-31"]);
    let said = office.refused(1, &MONTH);
    assert!(said.contains("22-2015") && said.contains("--reasons TEXT"), "{said}");
    office.ok(&["state", "22-2015", "--reasons", "=SUM(A1)"]);

    office.ok(&MONTH);
    let published = names(&office, "disclosure-2015-03");
    assert_eq!(
        published,
        [
            "crime-and-disorder-reduction-grants-2015-03.csv",
            "crime-and-disorder-reduction-grants-2015-03.html",
            "expenditure-over-500-2015-03.csv",
            "expenditure-over-500-2015-03.html",
        ]
    );
    let grants = read(&office, "disclosure-2015-03/crime-and-disorder-reduction-grants-2015-03.csv");
    assert_eq!(
        grants.lines().collect::<Vec<_>>(),
        [
            "recipient,date,amount,made_by,purpose,conditions,reasons,decision,award",
            "New Orford Town Trust,2015-03-20,2660.00,award,Better cameras at Orford Quay,None,Fewer = better,24-2015,24-2015",
            "Catch 22,2015-03-26,7000.00,award,Mediation in neighbourhoods,None,Fewer = better,26-2015,26-2015",
        ]
    );
    let payments = read(&office, "disclosure-2015-03/expenditure-over-500-2015-03.csv");
    assert_eq!(payments.lines().count(), 2, "{payments}");
    assert!(payments.contains(",2015-03-31,500.01,") && payments.contains(",'=SUM(A1),"), "{payments}");
    let page = read(&office, "disclosure-2015-03/crime-and-disorder-reduction-grants-2015-03.html");
    for words in [
        "SI 2011/3050",
        "9,660.00",
        "almoner export disclosure --month 2015-03 --audience public --known-at ",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("DRAFT"), "{page}");

    // Never overwritten unasked, and made again to the byte.
    assert!(office.refused(1, &MONTH).contains("error[file-exists]"));
    office.ok(&[&MONTH[..], &["--force"]].concat());
    assert_eq!(read(&office, "disclosure-2015-03/crime-and-disorder-reduction-grants-2015-03.html"), page);
    assert_eq!(read(&office, "disclosure-2015-03/expenditure-over-500-2015-03.csv"), payments);
}

#[test]
fn a_month_without_anything_says_so() {
    let office = Office::new();
    office.ok(&[&MONTH[..], &["-o", "march"]].concat());
    let page = read(&office, "march/expenditure-over-500-2015-03.html");
    assert!(page.contains("No payment over £500 was made on other grants in this month."), "{page}");
    let csv = read(&office, "march/expenditure-over-500-2015-03.csv");
    assert_eq!(csv.lines().count(), 1, "{csv}");
}

/// An award, in confidence if its decision is, with a payment of March 2015, as typed.
fn award_in_confidence(office: &Office, decision: &str, recipient: &str, power: &str) {
    office.ok(&[
        "award",
        "--decision",
        decision,
        "--decided",
        "2015-03-02",
        "--recipient",
        recipient,
        "--amount",
        "900",
        "--purpose",
        "A safe house",
        "--theme",
        "abuse",
        "--fund",
        "victims",
        "--power",
        power,
        "--add-missing",
    ]);
    let id = office.json(&["report", "grants", "--fy", "2014-15"])["rows"].as_array().unwrap().clone();
    let id = id.iter().find(|row| row["recipient_name"] == recipient).unwrap()["grant"]
        .as_str()
        .unwrap()
        .to_owned();
    office.ok(&["pay", &id, "600", "--date", "2015-03-10"]);
}

#[test]
fn what_is_withheld_needs_a_ground_and_is_counted_by_it() {
    let office = Office::new();
    let pages = |office: &Office| {
        office.ok(&[&MONTH[..], &["--force"]].concat());
        let page = |name: &str| read(office, &format!("disclosure-2015-03/{name}-2015-03.html"));
        (page("crime-and-disorder-reduction-grants"), page("expenditure-over-500"))
    };
    let (grants, payments) = pages(&office);
    for (page, every) in [(&grants, "Every crime and disorder"), (&payments, "Every payment over £500")] {
        assert!(
            page.contains(every) && page.contains("as amended by SI 2012/2479, SI 2013/1816 and SI 2021/547")
        );
    }
    award_in_confidence(&office, "C1-2015", "Quiet House", "s9");
    award_in_confidence(&office, "C2-2015", "Hidden Refuge", "s143");
    award_in_confidence(&office, "C3-2015", "Still Waters", "s143");
    award_in_confidence(&office, "C4-2015", "Far Shore", "not-stated");
    let refused = office.refused(1, &[&MONTH[..], &["--force"]].concat());
    for words in [
        "error[not-stated]: March 2015 cannot be published: items are withheld under 4 decisions for which no ground is recorded",
        "Decision C1-2015: ground",
        "almoner decision ground C4-2015 national-security|safety|justice --view DATE",
    ] {
        assert!(refused.contains(words), "{words}: {refused}");
    }
    // A draft neither says that it is whole, nor drops anything in silence.
    let output = office.run(&[&MONTH[..], &["--draft", "-o", "draft"]].concat());
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "note: March 2015: 1 grant made (withheld); 2 payments over £500 on other grants (all withheld); \
         2 items with no stated power are withheld\n"
    );
    for (name, said) in [
        ("crime-and-disorder-reduction-grants", "1 grant is withheld: no ground is recorded."),
        ("crime-and-disorder-reduction-grants", "2 items are withheld that may belong in this list"),
        ("expenditure-over-500", "2 payments are withheld: no ground is recorded."),
        ("expenditure-over-500", "2 items are withheld that may belong in this list"),
    ] {
        let page = read(&office, &format!("draft/{name}-2015-03-DRAFT.html"));
        assert!(page.contains(said), "{said}: {page}");
        for absent in ["Every", "No payment", "No crime", "No other", "Quiet House", "Far Shore"] {
            assert!(!page.contains(absent), "{absent}: {page}");
        }
    }
    let missing = read(&office, "draft/missing-2015-03-DRAFT.csv");
    assert_eq!(
        missing.lines().collect::<Vec<_>>(),
        [
            "draft,award,recipient,purpose,missing,decision",
            "DRAFT,,,,ground,C1-2015",
            "DRAFT,,,,ground,C2-2015",
            "DRAFT,,,,ground,C3-2015",
            "DRAFT,,,,ground,C4-2015",
            "DRAFT,,,,power,C4-2015",
        ]
    );

    office.ok(&["decision", "ground", "C1-2015", "national-security", "--view", "2015-03-03"]);
    office.ok(&["decision", "ground", "C2-2015", "safety", "--view", "2015-03-04"]);
    office.ok(&[
        "decision",
        "ground",
        "C3-2015",
        "enactment",
        "--name",
        "Sexual Offences (Amendment) Act 1992",
    ]);
    office.ok(&["decision", "ground", "C4-2015", "safety", "--view", "2015-03-05"]);
    let again = office.refused(1, &["decision", "ground", "C1-2015", "safety", "--view", "2015-03-03"]);
    assert!(again.contains("error[different-content]"), "{again}");
    let refused = office.refused(1, &[&MONTH[..], &["--force"]].concat());
    assert!(refused.contains("Decision C4-2015: power of its awards"), "{refused}");
    assert!(!refused.contains("C1-2015"), "{refused}");
    let far = office.json(&["report", "grants", "--fy", "2014-15"]);
    let far =
        far["rows"].as_array().unwrap().iter().find(|row| row["recipient_name"] == "Far Shore").unwrap();
    office.ok(&["state", far["grant"].as_str().unwrap(), "--power", "s143"]);

    let (grants, payments) = pages(&office);
    for (page, words, absent) in [
        (
            &grants,
            "1 grant is withheld: in the view of the chief officer, publication would be against",
            "Every",
        ),
        (&grants, "No other crime and disorder reduction grant was made in this month.", "2015-03-03"),
        (
            &payments,
            "2 payments are withheld: in the view of the chief officer, publication would be likely",
            "Every",
        ),
        (&payments, "1 payment is withheld: publication is prohibited by the Sexual Offences", "5 Mar 2015"),
        (&payments, "Payments over £500 on grants other than", "Hidden Refuge"),
    ] {
        assert!(page.contains(words) && !page.contains(absent), "{words}, {absent}: {page}");
    }
    let output = office.run(&[&MONTH[..], &["--force"]].concat());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        said,
        "note: March 2015: 1 grant made (withheld); 3 payments over £500 on other grants (all withheld)\n"
    );
    // The office and the auditor see them.
    let shown = office.ok(&[&MONTH[..], &["--audience", "auditor", "--draft", "-o", "auditor"]].concat());
    assert!(shown.contains("auditor"), "{shown}");
    assert!(read(&office, "auditor/expenditure-over-500-2015-03-DRAFT.csv").contains("Hidden Refuge"));
}

#[test]
fn a_month_that_is_not_over_is_written_as_a_draft_only() {
    let office = Office::new();
    let month = office.json(&["report", "themes"])["known_at"]["at"].as_str().unwrap()[..7].to_owned();
    let words = ["export", "disclosure", "--month", &month];
    let refused = office.refused(1, &words);
    assert!(refused.contains("error[month-not-over]") && refused.contains(" has not ended"), "{refused}");
    let refused = office.refused(1, &[&MONTH[..], &["--known-at", "2015-03-30"]].concat());
    assert!(refused.contains("March 2015 had not ended on 30 Mar 2015"), "{refused}");
    office.ok(&[&MONTH[..], &["--known-at", "2015-03-31"]].concat());
    office.ok(&[&words[..], &["--draft", "-o", "draft"]].concat());
    let page = read(&office, &format!("draft/expenditure-over-500-{month}-DRAFT.html"));
    assert!(page.contains("DRAFT, not for publication. The month has not ended."), "{page}");
}

#[test]
fn a_ground_is_refused_where_nothing_is_withheld_or_no_view_is_given() {
    let office = Office::new();
    office.ok(&["decision", "add", "7-2015", "--title", "Precept"]);
    office.ok(&["decision", "add", "8-2015", "--title", "A refuge", "--confidential"]);
    office.ok(&["decision", "add", "C1-2015"]);
    let view: &[&str] = &["safety", "--view", "2015-03-04"];
    for (code, decision, given, said) in [
        (
            1,
            "7-2015",
            view,
            "error[not-confidential]: decision 7-2015 is not confidential: its grants are published",
        ),
        (1, "7-2015", view, "almoner decision add 7-2015 --confidential"),
        (1, "7-2015", &["enactment", "--name", "An Act"], "error[not-confidential]"),
        (1, "9-2015", view, "error[unknown-decision]: decision `9-2015` is not in the register"),
        (1, "C9-2015", view, "add the decision with `almoner decision add C9-2015`"),
        (
            1,
            "C1-2015",
            &["safety", "--view", "2199-01-01"],
            "the chief officer's view is dated 1 Jan 2199, which is after today",
        ),
        (2, "C1-2015", &["enactment"], "give --name TEXT; --view does not apply to this ground"),
        (
            2,
            "C1-2015",
            &["enactment", "--view", "2015-03-04"],
            "give --name TEXT; --view does not apply to this ground",
        ),
        (2, "C1-2015", &["justice"], "give --view DATE; --name does not apply to this ground"),
        (
            2,
            "C1-2015",
            &["justice", "--name", "An Act"],
            "give --view DATE; --name does not apply to this ground",
        ),
    ] {
        let refused = office.refused(code, &[&["decision", "ground", decision], given].concat());
        assert!(refused.contains(said), "{said}: {refused}");
    }
    for decision in ["8-2015", "C1-2015"] {
        office.ok(&[&["decision", "ground", decision], view].concat());
    }
}

#[test]
fn a_closed_month_names_the_recipient_under_whom_it_was_closed() {
    let office = Office::new();
    for (decision, decided, recipient, power) in
        [("1-2015", "2015-03-02", "Lantern House", "s9"), ("2-2015", "2015-03-03", "Moor View CIC", "s143")]
    {
        let terms = ["--purpose", "Refuge", "--theme", "a", "--fund", "f", "--conditions", "None"];
        let who = ["award", "--decision", decision, "--decided", decided, "--recipient", recipient];
        let rest = ["--amount", "1,000", "--power", power, "--reasons", "Less crime", "--add-missing"];
        office.ok(&[&who[..], &terms, &rest].concat());
    }
    office.ok(&["pay", "2-2015", "900", "--date", "2015-03-20"]);
    for name in ["Lantern Homes", "Moor End CIC"] {
        office.ok(&["recipient", "add", name]);
    }
    let lists = |folder: &str| {
        office.ok(&[&MONTH[..], &["-o", folder]].concat());
        names(&office, folder)
            .iter()
            .filter(|name| name.ends_with(".csv"))
            .map(|name| read(&office, &format!("{folder}/{name}")).lines().nth(1).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let grant = ",2015-03-02,1000.00,award,Refuge,None,Less crime,1-2015,1-2015";
    let payment = ",2015-03-20,900.00,Refuge,Less crime,Victims' services (2014 Act s.143),2-2015,2-2015";
    let as_known = |one: &str, two: &str| vec![format!("{one}{grant}"), format!("{two}{payment}")];
    assert_eq!(lists("first"), as_known("Lantern House", "Moor View CIC"));
    // Corrected while the month is open: its books show the right recipient.
    office.ok(&["correct", "1-2015", "--recipient", "Lantern Homes", "--reason", "Mistyped"]);
    assert_eq!(lists("second"), as_known("Lantern Homes", "Moor View CIC"));
    office.ok(&["close", "2015-03"]);
    office.ok(&["correct", "2-2015", "--recipient", "Moor End CIC", "--reason", "Mistyped"]);
    let corrected = vec![format!("Lantern Homes{grant}"), format!("Moor View CIC{payment},Moor End CIC")];
    assert_eq!(lists("third"), corrected);
    let page = read(&office, "third/expenditure-over-500-2015-03.html");
    assert!(
        page.contains("if a recipient has since been corrected, the correct one is also shown"),
        "{page}"
    );
    // Both changed their month as much as the books did.
    office.ok(&["correct", "1-2015", "--recipient", "Lantern House", "--reason", "It was right"]);
    assert_eq!(lists("fourth")[0], format!("Lantern Homes{grant},Lantern House"));
}

#[test]
fn a_payment_that_came_back_is_a_line_of_its_own() {
    let office = Office::new();
    award_in_confidence(&office, "5-2015", "Open Door", "s143");
    office.ok(&["state", "5-2015", "--reasons", "The cheapest of three"]);
    office.ok(&["returned", "5-2015", "600", "--date", "2015-03-12"]);
    office.ok(&["pay", "5-2015", "600", "--date", "2015-03-16"]);
    let said = String::from_utf8(office.run(&MONTH).stderr).unwrap();
    assert_eq!(
        said,
        "note: March 2015: no grants made; 2 payments over £500 on other grants, totalling 600.00 (1 returned)\n"
    );
    let payments = read(&office, "disclosure-2015-03/expenditure-over-500-2015-03.csv");
    let amounts: Vec<&str> = payments.lines().skip(1).map(|line| &line[..28]).collect();
    assert_eq!(
        amounts,
        ["Open Door,2015-03-10,600.00,", "Open Door,2015-03-12,-600.00", "Open Door,2015-03-16,600.00,"]
    );
    let page = read(&office, "disclosure-2015-03/expenditure-over-500-2015-03.html");
    assert!(page.contains("A returned payment is shown on a line of its own"), "{page}");
}

#[test]
fn what_a_confidential_theme_withholds_needs_a_ground_for_its_decision() {
    let office = Office::new();
    let award = "award --decided 2015-03-05 --recipient Shelter --amount 900 --purpose Beds --theme refuges \
                 --fund cdr --power s9 --conditions None --reasons Fewer --add-missing";
    let award: Vec<&str> = award.split_whitespace().collect();
    office.ok(&[&award[..], &["--decision", "1-2015"]].concat());
    office.ok(&[&award[..], &["--id", "without-decision"]].concat());
    office.ok(&["decision", "add", "2-2015", "--title", "Another"]);
    office.refused(1, &["decision", "ground", "1-2015", "safety", "--view", "2015-03-01"]);
    office.ok(&["theme", "withhold", "refuges", "--confirm-withholding"]);
    let said = office.refused(1, &MONTH);
    for line in [
        "items are withheld under 1 decision for which no ground is recorded; items of awards without a decision are withheld",
        "almoner decision ground 1-2015 national-security|safety|justice --view DATE",
        "almoner state without-decision --decision NUMBER",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    office.ok(&["state", "without-decision", "--decision", "2-2015"]);
    for decision in ["1-2015", "2-2015"] {
        office.ok(&["decision", "ground", decision, "safety", "--view", "2015-03-01"]);
    }
    office.ok(&MONTH);
    for name in names(&office, "disclosure-2015-03").iter().filter(|name| name.ends_with("html")) {
        let text = read(&office, &format!("disclosure-2015-03/{name}"));
        assert!(!text.contains("Shelter") && !text.contains("refuges"), "{name}: {text}");
        assert_eq!(text.contains("withheld"), name.contains("crime"), "{name}: {text}");
    }
}
