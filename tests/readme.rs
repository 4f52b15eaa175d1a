//! The pages that people read: every command of the README and of `docs/` is run, in order, each page in a folder of
//! its own, and prints what the page shows; every link leads to a file. The tables of columns in `docs/reports/` are
//! what the program says of its columns.
//!
//! `SNAPSHOTS=overwrite cargo test --test readme` writes into the pages what the program prints now, for the commands
//! that print something else than the page shows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod console;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use almoner_ledger::audience::Audience;
use almoner_papers::reports::catalogue;
use almoner_papers::sheet::Column;
use console::Step;
use regex::{Captures, Regex};

/// Pages that are worked through at the same time.
const AT_ONCE: usize = 4;

/// At most one command in this many may show nothing of what it prints.
const ONE_IN: usize = 10;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Markdown files of a folder and of the folders in it.
fn pages_in(folder: &Path) -> Vec<PathBuf> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages.extend(pages_in(&path));
        } else if path.extension().is_some_and(|it| it == "md") {
            pages.push(path);
        }
    }
    pages
}

/// The README and the pages of `docs/`.
fn pages() -> Vec<PathBuf> {
    let mut pages = pages_in(&root().join("docs"));
    pages.sort();
    pages.insert(0, root().join("README.md"));
    assert!(pages.len() > 10, "the pages are not found: {pages:?}");
    pages
}

fn name(page: &Path) -> String {
    page.strip_prefix(root()).unwrap().display().to_string()
}

/// The commands of a page, but for the one that runs this test.
fn is_run(step: &Step) -> bool {
    !step.command.starts_with("cargo test")
}

/// The table of a report's columns.
fn table_of(columns: &[Column]) -> String {
    let mut table = "| column | heading | meaning | shown to |\n| --- | --- | --- | --- |\n".to_owned();
    for column in columns {
        let heading = if column.is_on_paper() { column.heading } else { "(CSV and JSON only)" };
        let audience = match column.audience {
            Audience::Public => "all",
            Audience::Panel => "panel, office",
            Audience::Officer | Audience::Auditor => "office",
        };
        writeln!(table, "| `{}` | {heading} | {} | {audience} |", column.key, column.meaning).unwrap();
    }
    table
}

/// The page with the tables of columns that the program has, each below a line `<!-- columns of REPORT -->`.
fn with_tables(page: &str) -> String {
    let marked = Regex::new(r"(?m)^<!-- columns of (.+) -->\n\n((?:\|.*\n)*)").unwrap();
    let reports: BTreeMap<&str, Vec<Column>> = catalogue::reports().into_iter().collect();
    let table = |it: &Captures<'_>| {
        let columns = reports.get(&it[1]).unwrap_or_else(|| panic!("there is no report `{}`", &it[1]));
        format!("<!-- columns of {} -->\n\n{}", &it[1], table_of(columns))
    };
    marked.replace_all(page, table).into_owned()
}

/// Runs the commands of a page and returns what differs from it, or writes what was printed into the page.
fn work_through(page: &Path) -> Option<String> {
    let read = fs::read_to_string(page).unwrap();
    let text = with_tables(&read);
    let folder = tempfile::tempdir().unwrap();
    let patterns = console::patterns();
    let (mut answers, mut differing) = (Vec::new(), String::new());
    if read != text {
        let differs = read.lines().zip(text.lines()).find(|(shown, expected)| shown != expected);
        writeln!(differing, "{}: the tables of columns differ from the program: {differs:?}", name(page))
            .unwrap();
    }
    for step in console::steps(&text) {
        if !is_run(&step) {
            answers.push((step.code, step.output));
            continue;
        }
        // What cargo would build and run is what this test was built with.
        let command = step.command.replace("cargo run --", "almoner");
        let (code, output) = console::run(&command, folder.path(), &[]);
        let output = console::redacted(&output, folder.path(), &patterns);
        let place = format!("{}:{}: {}", name(page), step.line + 1, step.command);
        let shown: snapbox::Data = (&step.output).into();
        let matched =
            snapbox::Assert::new().normalize_paths(false).try_eq(Some(&place), (&output).into(), shown);
        if let Err(error) = &matched {
            differing.push_str(&format!("{place}\n{error}\n"));
        }
        if code != step.code {
            differing.push_str(&format!("{place}\nexit code {code}, not {}\n", step.code));
        }
        answers.push((code, if matched.is_ok() { step.output } else { output }));
    }
    let is_overwriting = std::env::var("SNAPSHOTS").is_ok_and(|it| it == "overwrite");
    if !differing.is_empty() && is_overwriting {
        fs::write(page, console::with_answers(&text, &answers)).unwrap();
        return None;
    }
    (!differing.is_empty()).then_some(differing)
}

#[test]
fn commands_of_the_pages_print_what_they_show() {
    let (pages, differing) = (Mutex::new(pages().into_iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(page) = pages.lock().unwrap().next() else { return };
                    let differs = work_through(&page);
                    differing.lock().unwrap().extend(differs);
                }
            });
        }
    });
    let differing = differing.into_inner().unwrap();
    assert!(
        differing.is_empty(),
        "{}\nIf that is meant: SNAPSHOTS=overwrite cargo test --test readme",
        differing.join("\n")
    );
}

/// Each table of columns, and the report that has them.
const REPORTS: &[(&str, &str)] = &[
    ("themes", "themes --fy 2014-15"),
    ("themes", "themes --month 2015-03"),
    ("periods", "periods --fy 2014-15"),
    ("grants", "grants --fy 2014-15"),
    ("grant", "grant 6-2015"),
    ("grant, postings", "grant 6-2015 --postings"),
    ("grant, parts", "grant 6-2015 --parts"),
    ("recipients", "recipients --fy 2014-15"),
    ("recipient", "recipient lighthouse-womens-aid"),
    ("changes", "changes --fy 2014-15"),
    ("late", "late --fy 2014-15"),
    ("late, by month", "late --by-month --fy 2014-15"),
    ("not-stated", "not-stated"),
    ("decisions", "decisions"),
    ("monitoring", "monitoring"),
    ("indicators", "indicators --fy 2014-15"),
    ("papers", "papers"),
    ("budget", "budget --fy 2014-15"),
    ("budget", "budget --month 2015-03"),
    ("commitments", "commitments"),
    ("payments", "payments --fy 2014-15"),
    ("bank-reconciliation", "bank-reconciliation"),
    ("trial-balance", "trial-balance --fy 2014-15"),
    ("year-end", "year-end --fy 2014-15"),
];

#[test]
fn pages_of_reports_have_every_report_with_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    let printed = |command: &str| {
        let (code, output) = console::run(command, folder.path(), &[]);
        assert_eq!(code, 0, "{command}: {output}");
        output
    };
    printed("almoner demo demo.ledger");

    let catalogue = catalogue::reports();
    for (name, report) in REPORTS {
        let (_, columns) = catalogue.iter().find(|(it, _)| it == name).unwrap();
        let csv = printed(&format!("almoner -L demo.ledger report {report} --format csv"));
        let mut described = columns.iter().map(|column| column.key);
        for column in csv.lines().next().unwrap().split(',') {
            // In the same order.
            assert!(
                described.any(|it| it == column),
                "`{column}` of `report {report}` is not described there"
            );
        }
    }

    let pages = pages_in(&root().join("docs/reports")).into_iter();
    let text: String = pages.map(|page| fs::read_to_string(page).unwrap()).collect();
    for (name, _) in &catalogue {
        let marker = format!("<!-- columns of {name} -->");
        assert_eq!(text.matches(&marker).count(), 1, "pages of docs/reports with the line {marker}");
        assert!(
            REPORTS.iter().any(|(it, _)| it == name),
            "add {name} to REPORTS, with a command that runs it"
        );
    }
    let help = printed("almoner help report");
    let list = help.lines().skip_while(|it| *it != "Reports:").skip(1).take_while(|it| !it.is_empty());
    let reports: Vec<&str> =
        list.filter_map(|it| it.split_whitespace().next()).filter(|it| *it != "help").collect();
    assert!(reports.len() > 10, "{help}");
    for report in reports {
        assert!(
            catalogue.iter().any(|(it, _)| *it == report),
            "add {report} to papers/src/reports/catalogue.rs"
        );
        assert!(text.contains(&format!("\n## `{report}`\n")), "{report} has no section in docs/reports");
    }
}

#[test]
fn most_commands_show_what_they_print() {
    let pages = pages().into_iter().map(|page| fs::read_to_string(page).unwrap());
    let steps: Vec<Step> = pages.flat_map(|page| console::steps(&page)).filter(is_run).collect();
    // Commands that prepare a page say nothing on purpose.
    let steps: Vec<Step> = steps.into_iter().filter(|step| !step.command.ends_with("> /dev/null")).collect();
    let silent = steps.iter().filter(|step| step.output.trim() == "...").count();
    assert!(steps.len() > 100, "the pages have lost their commands: {}", steps.len());
    assert!(
        silent * ONE_IN <= steps.len(),
        "{silent} of {} commands show nothing of what they print",
        steps.len()
    );
}

#[test]
fn the_readme_has_at_most_200_lines() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.lines().count() <= 200, "move something to docs/");
}

#[test]
fn links_of_the_pages_lead_somewhere() {
    let mut all = pages();
    all.extend(["CONTRIBUTING.md", "CHANGELOG.md"].map(|file| root().join(file)));
    let link = Regex::new(r"\]\(([^)#\s]+)(#[^)]*)?\)").unwrap();
    let mut broken = Vec::new();
    for page in all {
        let text = fs::read_to_string(&page).unwrap();
        let links = link.captures_iter(&text).map(|it| it[1].to_owned());
        let files = links.filter(|it| !it.starts_with("https://"));
        let missing = files.filter(|it| !page.parent().unwrap().join(it).exists());
        broken.extend(missing.map(|it| format!("{}: {it}", name(&page))));
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn paths_named_for_contributors_exist() {
    let path =
        Regex::new(r"`((?:src|app|imports|papers|store|ledger|tests|benches|fuzz|docs|\.ci)/[\w./-]*)`")
            .unwrap();
    let mut all = pages_in(&root().join("docs/contributing"));
    all.push(root().join("CONTRIBUTING.md"));
    let mut missing = Vec::new();
    for page in all {
        let text = fs::read_to_string(&page).unwrap();
        let paths = path.captures_iter(&text).map(|it| it[1].to_owned());
        let paths = paths.filter(|it| !root().join(it).exists());
        missing.extend(paths.map(|it| format!("{}: {it}", name(&page))));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
