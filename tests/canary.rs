//! Unmistakable words and amounts in every confidential field, looked for in all that is written for
//! the public and the panel: papers of every kind and format, errors and notes.

mod two_ledgers;

use crate::office::{Model, Office, is_written, pdf, unpacked};

/// What stands in every word that is confidential.
const WORD: &str = "zqx";

/// The amounts and the days that are confidential, as they might be written.
const FIGURES: [&str; 15] = [
    "777777.77",
    "777,777.77",
    "666666.66",
    "666,666.66",
    "444444.44",
    "444,444.44",
    "333333.33",
    "333,333.33",
    "222222.22",
    "222,222.22",
    "111111.11",
    "111,111.11",
    "2015-07-19",
    "19 Jul 2015",
    "19 July 2015",
];

const FORMATS: [&str; 8] = ["table", "csv", "json", "md", "html", "xlsx", "pdf", "docx"];

const REPORTS: &[&[&str]] = &[
    &["themes", "--fy", "2015-16"],
    &["themes", "--from", "2014-04-01", "--to", "2017-03-31", "--by", "fund"],
    &["themes", "--fy", "2015-16", "--by", "objective"],
    &["themes", "--fy", "2015-16", "--by", "recipient"],
    &["themes", "--fy", "2015-16", "--by", "power", "--purpose", "current"],
    &["themes", "--month", "2015-07", "--chart"],
    &["periods", "--fy", "2015-16", "--every", "month", "--chart"],
    &["periods", "--from", "2015-07-03", "--to", "2015-08-10", "--every", "quarter"],
    &["grants", "--fy", "2015-16"],
    &["grant", "1-2015", "--fy", "2015-16"],
    &["recipients", "--fy", "2015-16"],
    &["recipient", "Open Door", "--fy", "2015-16"],
    &["changes", "--fy", "2015-16"],
    &["late", "--fy", "2015-16"],
    &["late", "--fy", "2015-16", "--by-month"],
    &["not-stated", "--fy", "2015-16"],
    &["decisions"],
    &["decisions", "--internal"],
    &["decisions", "--fy", "2015-16"],
    &["budget", "--fy", "2015-16"],
    &["commitments", "--fy", "2015-16"],
    &["payments", "--fy", "2015-16"],
    &["bank-reconciliation"],
    &["trial-balance", "--fy", "2015-16"],
    &["year-end", "--fy", "2015-16"],
    &["monitoring", "--fy", "2015-16", "--on", "2015-12-31"],
    &["indicators", "--fy", "2015-16"],
    &["papers"],
];

/// Every export that there is, with arguments and its formats; a new one is added here before it is
/// shipped. What has one format alone takes no argument for it.
const EXPORTS: &[(&[&str], &[&str])] = &[
    (&["panel", "--fy", "2015-16"], &FORMATS),
    (&["panel", "--fy", "2015-16", "--only", "awards"], &["csv"]),
    (&["panel", "--fy", "2015-16", "--only", "decisions"], &["csv"]),
    (&["panel", "--quarter", "2015-16Q1", "--known-at", "today"], &["html"]),
    (&["cfo", "--fy", "2015-16"], &FORMATS),
    (&["cfo", "--quarter", "2015-16Q2", "--only", "expenditure"], &["csv"]),
    (&["journal", "--for", "hledger"], &[]),
    (&["journal", "--for", "ledger"], &[]),
    (&["journal", "--for", "beancount"], &[]),
    (&["finance", "--mapping", "example", "--fy", "2015-16"], &[]),
    (&["ledger"], &[]),
    (&["360giving", "--prefix", "360G-test"], &["json", "csv", "html"]),
    (&["funder", "--fund", "cdr", "--fy", "2015-16"], &FORMATS),
    (&["funder", "--fund", "qxfund", "--fy", "2015-16"], &["table"]),
];

/// Every export that writes a folder, in formats of its own.
const FOLDERS: &[&[&str]] = &[
    &["disclosure", "--month", "2015-05", "--draft"],
    &["disclosure", "--month", "2015-07", "--draft"],
    &["disclosure", "--month", "2015-07"],
    &["disclosure", "--month", "2015-09", "--draft"],
];

/// Exports that are for the office where no audience is stated.
const FOR_THE_OFFICE: &[&str] = &["cfo"];

/// What else shows figures for an audience.
const EXPLANATIONS: &[&[&str]] = &[
    &["explain", "all/expenditure@2015-16"],
    &["explain", "all/committed@2015-16"],
    &["explain", "themes/youth/remaining@2015-16"],
    &["explain", "funds/cdr/prepayments@2015-07"],
    &["explain", "recipients/Open Door/paid@2015-16"],
    &["explain", "objectives/not-stated/accruals@2015-16"],
    &["explain", "powers/not-stated/awarded@2015-16", "--purpose", "current"],
    &["explain", "periods/2015-07/moved"],
    &["explain", "themes/qxtheme/expenditure@2015-16"],
    &["explain", "funds/qxfund/expenditure@2015-16"],
    &["explain", "recipients/qxname refuge/expenditure@2015-16"],
    &["explain", "objectives/qx/expenditure@2015-16"],
    &["diff", "--known-at", "3", "--fy", "2015-16"],
    &["diff", "--known-at", "9", "--known-at", "20", "--fy", "2015-16", "--by", "recipient"],
];

/// What is asked for nearly by its name must not be offered by its name.
const SLIPS: &[&[&str]] = &[
    &["themes", "--theme", "qxtheme"],
    &["themes", "--fund", "qxfund"],
    &["themes", "--recipient", "qxname refuge"],
    &["grants", "--recipient", "qxalias lake"],
    &["recipient", "qx name refuge"],
    &["recipient", "qxrenamed"],
    &["recipient", "GB-CHC-7654321"],
    &["grant", "qxid"],
    &["grant", "C1-2015"],
    &["grant", "2-2015"],
    &["grant", "1-2015", "--postings"],
];

/// A performance indicator of the first quarter.
const fn indicator<'w>(name: &'w str, theme: &'w str, value: &'w str, source: &'w str) -> [&'w str; 11] {
    [
        "indicator",
        "add",
        name,
        "--theme",
        theme,
        "--period",
        "2015-16Q1",
        "--value",
        value,
        "--source",
        source,
    ]
}

/// What only the theme and the fund of a confidential award have, and what a confidential decision set.
const OF_ITS_THEME_AND_FUND: &[&[&str]] = &[
    &["budget", "set", "zqxfund", "zqxtheme", "2015-16", "666,666.66"],
    &["budget", "set", "cdr", "zqxtheme", "2015-16", "444,444.44"],
    &["budget", "set", "cdr", "2015-16", "666,666.66", "--decision", "C1-2015"],
    &["funding", "receive", "zqxfund", "444,444.44", "--date", "2015-07-19", "--from", "zqxfunder"],
    &indicator("zqxindicator", "zqxtheme", "12", "zqxsource"),
];

fn office() -> Office {
    static MODEL: Model = Model::new();
    MODEL.office(made)
}

fn made() -> Office {
    let office = Office::new();
    let typed: &[&[&str]] = &[
        &[
            "award",
            "--decision",
            "1-2015",
            "--decided",
            "2015-05-05",
            "--recipient",
            "Open Door",
            "--amount",
            "1000",
            "--purpose",
            "Youth work",
            "--theme",
            "youth",
            "--fund",
            "cdr",
            "--power",
            "s9",
            "--from",
            "2015-05-01",
            "--to",
            "2016-04-30",
            "--add-missing",
        ],
        &[
            "pay",
            "1-2015",
            "500",
            "--date",
            "2015-06-01",
            "--reference",
            "zqxreference-open",
            "--account",
            "zqxaccount-open 12345678",
            "--user",
            "zqxclerk",
        ],
        &["budget", "set", "cdr", "youth", "2015-16", "5000"],
        &["state", "1-2015", "--conditions", "None", "--reasons", "Fewer crimes"],
        // A confidential award, with everything that may be said of one.
        &["recipient", "add", "Zqxname Refuge", "--identifier", "GB-CHC-7654321"],
        &[
            "decision",
            "add",
            "C1-2015",
            "--title",
            "Confidential decision",
            "--summary",
            "zqxsummary",
            "--date",
            "2015-07-19",
            "--kind",
            "award",
            "--user",
            "zqxclerk",
        ],
        &[
            "award",
            "--decision",
            "C1-2015",
            "--recipient",
            "Zqxname Refuge",
            "--amount",
            "777,777.77",
            "--purpose",
            "zqxpurpose",
            "--theme",
            "zqxtheme:90%;youth:10%",
            "--fund",
            "zqxfund",
            "--conditions",
            "zqxconditions",
            "--reasons",
            "zqxreasons",
            "--id",
            "zqxid",
            "--from",
            "2015-07-01",
            "--to",
            "2016-06-30",
            "--add-missing",
        ],
        &["state", "zqxid", "--power", "s143"],
        &["recipient", "alias", "GB-CHC-7654321", "Zqxalias Lake"],
        &["recipient", "alias", "Open Door", "Zqxalias Door"],
        &["recipient", "rename", "GB-CHC-7654321", "Zqxrenamed", "--from", "2015-08-01"],
        &["instalment", "zqxid", "111,111.11", "--due", "2015-11-19"],
        &[
            "pay",
            "zqxid",
            "333,333.33",
            "--date",
            "2015-07-20",
            "--reference",
            "zqxreference",
            "--account",
            "zqxaccount 87654321",
        ],
        &[
            "refund",
            "zqxid",
            "111,111.11",
            "--date",
            "2015-09-01",
            "--reference",
            "zqxrefund",
            "--account",
            "zqxaccount 87654321",
        ],
        // What is due of it, and the papers that it appeared in, some of which open grants did, too.
        &[
            "monitoring",
            "milestone",
            "zqxid",
            "--due",
            "2015-12-31",
            "--name",
            "zqxmilestone",
            "--holds-payment",
        ],
        &["monitoring", "waive", "zqxid", "--due", "2015-12-31", "--reason", "zqxwaived"],
        &["monitoring", "schedule", "zqxid", "--from", "2015-10-15", "--name", "zqxdue"],
        &[
            "monitoring",
            "received",
            "zqxid",
            "--due",
            "2015-10-15",
            "--on",
            "2015-10-14",
            "--paper",
            "zqxpaper/1",
            "--result",
            "zqxresult",
        ],
        &["paper", "add", "zqxpaper/2", "--title", "zqxtitle", "--grant", "zqxid", "--decision", "C1-2015"],
        &["monitoring", "schedule", "1-2015", "--from", "2015-10-15", "--holds-payment"],
        &["monitoring", "waive", "1-2015", "--due", "2015-10-15", "--reason", "zqxwaived-open"],
        &[
            "monitoring",
            "received",
            "1-2015",
            "--due",
            "2015-10-15",
            "--on",
            "2015-10-14",
            "--paper",
            "AP15/1",
            "--result",
            "On course",
        ],
        &["paper", "add", "AP15/1", "--title", "Grants", "--grant", "1-2015"],
        &["paper", "add", "AP15/1", "--date", "2015-07-19", "--grant", "zqxid"],
        &indicator("Incidents", "youth", "12", "Police"),
    ];
    let others: &[&[&str]] = &[
        // A second one, to a recipient that has an open grant, of no confidential series.
        &[
            "award",
            "--decision",
            "5-2015",
            "--decided",
            "2015-07-19",
            "--confidential",
            "--recipient",
            "Open Door",
            "--amount",
            "222,222.22",
            "--purpose",
            "zqxother",
            "--theme",
            "youth",
            "--fund",
            "cdr",
        ],
        // An open award that a confidential decision changes.
        &[
            "award",
            "--decision",
            "2-2015",
            "--decided",
            "2015-05-06",
            "--recipient",
            "Zqxlater House",
            "--amount",
            "2,000",
            "--purpose",
            "zqxfirst",
            "--theme",
            "youth",
            "--add-missing",
        ],
        &[
            "repurpose",
            "2-2015",
            "--decision",
            "C2-2015",
            "--date",
            "2015-07-19",
            "--purpose",
            "zqxchanged",
            "--theme",
            "zqxtheme",
            "--confirm-withholding",
        ],
        &["decision", "checklist", "C2-2015", "--legal", "yes", "zqxlegal"],
        // Of an open decision, too, the checklist is for the office alone.
        &["decision", "checklist", "1-2015", "--cfo", "no", "zqxcfo"],
        // People, and what waits for their approval.
        &["user", "add", "jane", "--role", "approver,recorder,payer"],
        &["user", "add", "zqxperson", "--role", "recorder,payer"],
        &["propose", "pay", "zqxid", "222,222.22", "--date", "2015-07-19", "--user", "zqxperson"],
        &["propose", "paper", "add", "zqxpaper/3", "--title", "zqxproposed", "--decision", "C1-2015"],
    ];
    for words in typed.iter().chain(OF_ITS_THEME_AND_FUND).chain(others) {
        office.ok(words);
    }
    let turned_down = office.json(&["pending"])["rows"][0]["record"].to_string();
    office.ok(&["reject", &turned_down, "--reason", "zqxreason"]);
    office
}

/// All that comes of a command: what it prints, what it says, and what it writes to a file.
fn all_of(office: &Office, words: &[&str], format: &str) -> String {
    let binary = ["xlsx", "pdf", "docx"].contains(&format);
    let stated: &[&str] = if format.is_empty() { &[] } else { &["--format", format] };
    let mut arguments = [words, stated].concat();
    if binary {
        arguments.extend(["-o", "paper.out", "--force"]);
    }
    let path = office.path("paper.out");
    drop(std::fs::remove_file(&path));
    let output = office.run(&arguments);
    let mut text = String::from_utf8(output.stdout).unwrap();
    text.push_str(&String::from_utf8(output.stderr).unwrap());
    assert!(matches!(output.status.code(), Some(0 | 1)), "{words:?}: {text}");
    if let Ok(bytes) = std::fs::read(&path) {
        text.push_str(&match format {
            "xlsx" | "docx" => unpacked(&bytes),
            "pdf" => {
                let words = pdf::words(&bytes);
                words.drawn + &words.said
            }
            _ => String::from_utf8(bytes).unwrap(),
        });
    }
    text
}

/// All that comes of a command that writes a folder.
fn all_of_folder(office: &Office, words: &[&str]) -> String {
    let path = office.path("papers");
    drop(std::fs::remove_dir_all(&path));
    let output = office.run(&[words, &["-o", "papers"]].concat());
    let mut text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{words:?}: {text}");
    for entry in std::fs::read_dir(&path).into_iter().flatten() {
        text.push_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    text
}

/// What of the confidential words and figures is in a text.
fn found_in(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    // The id of a PDF is a hash in base64, which may hold three letters by chance.
    let is_hash =
        |text: &str| text.split('<').next().is_some_and(|it| it.ends_with("==") && !it.contains(' '));
    let found = lower.match_indices(WORD).map(|(at, _)| &lower[at..]).filter(|text| !is_hash(text));
    let words = found.map(|text| text.chars().take(24).collect());
    words
        .chain(FIGURES.iter().filter(|it| lower.contains(&it.to_lowercase())).map(|it| it.to_string()))
        .collect()
}

/// The subcommands that a command's help lists under a heading.
fn listed(office: &Office, command: &str, heading: &str) -> Vec<String> {
    let help = String::from_utf8(office.run(&[command, "--help"]).stdout).unwrap();
    let below = help.split_once(heading).map_or("", |(_, below)| below);
    let lines = below.lines().skip(1).take_while(|line| line.starts_with("  "));
    let words = lines.filter_map(|line| line.split_whitespace().next().filter(|_| !line.starts_with("   ")));
    words.filter(|word| *word != "help").map(str::to_owned).collect()
}

#[test]
fn every_report_and_export_is_looked_at() {
    let office = Office::new();
    let reports: Vec<&str> = REPORTS.iter().map(|words| words[0]).collect();
    let folders = FOLDERS.iter().map(|words| words[0]);
    let exports: Vec<&str> = EXPORTS.iter().map(|(words, _)| words[0]).chain(folders).collect();
    for (command, heading, table) in [("report", "Reports:", reports), ("export", "Exports:", exports)] {
        let listed = listed(&office, command, heading);
        assert!(command == "export" || listed.len() > 5, "{listed:?}");
        for name in listed {
            assert!(table.iter().any(|words| *words == name), "add `{command} {name}` to the table");
        }
    }
}

#[test]
fn nothing_confidential_is_in_what_is_written_for_the_public_and_the_panel() {
    let office = office();
    let mut wrong = Vec::new();
    let mut look = |words: &[&str], format: &str| {
        if !is_written(format) {
            return;
        }
        let found = found_in(&all_of(&office, words, format));
        if !found.is_empty() {
            wrong.push(format!("{words:?} as {format}: {found:?}"));
        }
    };
    for (audience, formats) in [("public", &FORMATS[..]), ("panel", &["csv", "html"])] {
        for report in REPORTS {
            for format in formats {
                look(&[&["report"], *report, &["--audience", audience]].concat(), format);
            }
        }
        for slip in SLIPS {
            look(&[&["report"], *slip, &["--audience", audience]].concat(), "table");
        }
        for report in REPORTS {
            look(
                &[&["report"], *report, &["--audience", audience, "--known-at", "2015-01-01"]].concat(),
                "csv",
            );
        }
    }
    for (export, formats) in EXPORTS {
        // Public is what a paper is made for unless it is said otherwise; the books are refused.
        for format in if formats.is_empty() { &[""][..] } else { formats } {
            if !FOR_THE_OFFICE.contains(&export[0]) {
                look(&[&["export"], *export].concat(), format);
            }
            look(&[&["export"], *export, &["--audience", "public"]].concat(), format);
            look(&[&["export"], *export, &["--audience", "panel"]].concat(), format);
        }
    }
    for words in EXPLANATIONS {
        // What is not for them is refused in every format alike, and what names nothing, too.
        for (audience, format) in [("public", "table"), ("public", "json"), ("panel", "csv")] {
            look(&[*words, &["--audience", audience]].concat(), format);
        }
    }
    for export in FOLDERS {
        for more in [&[][..], &["--audience", "panel"], &["--known-at", "today"]] {
            let found = found_in(&all_of_folder(&office, &[&["export"], *export, more].concat()));
            if !found.is_empty() {
                wrong.push(format!("{export:?} {more:?}: {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_office_is_shown_all_of_it() {
    let office = office();
    for (words, expected) in [
        (vec!["report", "grants", "--fy", "2015-16"], "zqxpurpose"),
        (vec!["report", "grants", "--fy", "2015-16"], "777777.77"),
        (vec!["report", "recipients", "--fy", "2015-16"], "zqxrenamed"),
        (vec!["report", "grant", "zqxid", "--fy", "2015-16"], "zqxreference"),
        (vec!["report", "payments", "--fy", "2015-16"], "zqxaccount 87654321"),
        (vec!["report", "payments", "--fy", "2015-16"], "zqxaccount-open 12345678"),
        (vec!["report", "grant", "1-2015", "--fy", "2015-16"], "zqxclerk"),
        (vec!["report", "themes", "--fy", "2015-16", "--audience", "auditor"], "zqxtheme"),
        (vec!["report", "decisions", "--internal"], "zqxsummary"),
        (vec!["report", "monitoring", "--fy", "2015-16"], "zqxresult"),
        (vec!["report", "papers"], "zqxpaper/2"),
        (vec!["explain", "themes/zqxtheme/expenditure@2015-16"], "zqxpurpose"),
        (vec!["explain", "themes/youth/paid@2015-16"], "zqxclerk"),
        (vec!["diff", "--known-at", "3", "--fy", "2015-16"], "zqxpurpose"),
        (vec!["export", "cfo", "--fy", "2015-16", "--only", "expenditure"], "zqxpurpose"),
    ] {
        let text = all_of(&office, &words, "csv").to_lowercase();
        assert!(text.contains(expected), "{words:?}: {text}");
        for format in ["json", "html", "xlsx", "pdf", "docx"].into_iter().filter(|it| is_written(it)) {
            assert!(!found_in(&all_of(&office, &words, format)).is_empty(), "{words:?} as {format}");
        }
    }
}

#[test]
fn what_is_for_the_office_is_refused_to_others() {
    let office = office();
    for words in [&["export", "cfo", "--fy", "2015-16"][..], &["diff", "--known-at", "3", "--fy", "2015-16"]]
    {
        for audience in ["public", "panel"] {
            let refused = office.refused(1, &[words, &["--audience", audience]].concat());
            assert!(refused.contains("error[not-for-audience]"), "{refused}");
        }
        office.ok(words);
        office.ok(&[words, &["--audience", "auditor"]].concat());
    }
    // An explanation for the public says of whom and for what, and not by whom.
    let csv = office.ok(&["explain", "themes/youth/paid@2015-16", "--audience", "public", "--format", "csv"]);
    let heading = "date,event,grant,recipient,recipient_name,decision,amount";
    assert!(
        csv.starts_with(heading) && csv.contains("payment,1-2015,open-door,Open Door,1-2015,500.00"),
        "{csv}"
    );
}

#[test]
fn what_is_withheld_is_told_as_one_sum_of_a_whole_year() {
    let office = office();
    let public = |words: &[&str]| office.ok(&[&["report"], words, &["--audience", "public"]].concat());
    // 777,777.77 and 222,222.22. The refund of 111,111.11 is no part of what was awarded.
    let told = "Excluded from 2015-16 as confidential: at least £999,999.99 awarded";
    for (words, is_told) in [
        (vec!["themes", "--fy", "2015-16"], true),
        (vec!["periods", "--fy", "2015-16"], true),
        (vec!["periods", "--from", "2014-04-01", "--to", "2017-03-31", "--every", "year"], true),
        (vec!["themes", "--quarter", "2015-16Q2"], false),
        (vec!["themes", "--fy", "2015-16", "--theme", "youth"], false),
        (vec!["themes", "--fy", "2014-15"], false),
    ] {
        let text = public(&words).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(text.contains(told), is_told, "{words:?}: {text}");
    }
    let refused = office.refused(1, &["report", "trial-balance", "--fy", "2015-16", "--audience", "panel"]);
    assert!(refused.contains("error[not-for-audience]"), "{refused}");
    let refused = office.refused(
        1,
        &[
            "award",
            "--decided",
            "2015-05-05",
            "--recipient",
            "Open Door",
            "--amount",
            "1",
            "--purpose",
            "x",
            "--theme",
            "youth",
            "--id",
            "x",
            "--confidential",
        ],
    );
    assert!(refused.contains("error[confidential-without-decision]"), "{refused}");
}
