//! The month's disclosure, by the real program: stopped, drafted, put right and published.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod office;

use office::Office;

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
        said.contains("error[different-content]") && said.contains("power: recorded `s9`, given `s143`"),
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
