//! What fits a terminal of 80 columns: every page of help, and every report and list, without a broken word.

use crate::console;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn pages_of(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

/// The commands in the pages of a folder: `docs/commands` has the help, `tests/answers` the reports and lists on
/// the office's ledger.
fn commands(folder: &str, is_wanted: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let files = std::fs::read_dir(pages_of(folder)).unwrap().map(|it| it.unwrap().path());
    let pages = files.filter(|it| it.extension().is_some_and(|it| it == "md"));
    let steps = pages.flat_map(|it| console::steps(&std::fs::read_to_string(it).unwrap()));
    steps.map(|step| step.command).filter(|command| is_wanted(command)).collect()
}

/// What a command prints at a width of so many columns.
fn printed(command: &str, folder: &Path, columns: usize) -> (i32, String) {
    let command = command.trim_start_matches("COLUMNS=80 ");
    console::run(&format!("COLUMNS={columns}; export COLUMNS; {command}"), folder, &[])
}

/// Returns the words of a text, without quotation marks: a note quotes headings that a wide table has in full.
fn words(text: &str) -> BTreeSet<&str> {
    text.split_whitespace().map(|word| word.trim_matches('"')).collect()
}

#[test]
fn every_page_of_help_fits_80_columns_without_a_broken_word() {
    let folder = tempfile::tempdir().unwrap();
    let pages = commands("docs/commands", |it| it.contains("almoner help"));
    assert!(pages.len() > 100, "the pages are not found: {pages:?}");
    let mut wrong = Vec::new();
    for command in pages {
        let (narrow, wide) =
            (printed(&command, folder.path(), 80).1, printed(&command, folder.path(), 100).1);
        wrong.extend(
            narrow
                .lines()
                .filter(|it| it.chars().count() > 80)
                .map(|it| format!("{command}: too wide: {it}")),
        );
        wrong.extend(words(&narrow).difference(&words(&wide)).map(|it| format!("{command}: broken: {it}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_table_fits_80_columns_without_a_broken_word() {
    let office = tempfile::tempdir().unwrap();
    let script = pages_of("tests/answers").join("office.sh");
    let (code, output) = console::run(&format!("sh '{}'", script.display()), office.path(), &[]);
    assert_eq!(code, 0, "{output}");
    let is_table = |it: &str| {
        let begins = ["almoner report ", "almoner explain", "almoner diff", "almoner log", "almoner show"];
        let is_list = it.starts_with("almoner ")
            && (it.ends_with(" list") || it == "almoner pending")
            && !it.contains(" man ");
        (is_list || begins.iter().any(|begin| it.starts_with(begin)))
            && !it.contains(['>', '|', ';'])
            && !["--format", "COLUMNS", " -o", "--wide"].iter().any(|other| it.contains(other))
    };
    let tables = commands("tests/answers", is_table);
    assert!(tables.len() > 40, "the tables are not found: {tables:?}");
    let mut wrong = Vec::new();
    for command in tables {
        let (code, narrow) = printed(&command, office.path(), 80);
        // Messages are not tables.
        if code != 0 {
            continue;
        }
        let (_, wide) = printed(&command, office.path(), 400);
        wrong.extend(
            narrow
                .lines()
                .filter(|it| it.chars().count() > 80)
                .map(|it| format!("{command}: too wide: {it}")),
        );
        let note = |it: &&&str| narrow.contains("Columns omitted") && it.ends_with([',', '.']);
        let known = words(&wide);
        let known: BTreeSet<&str> = known
            .into_iter()
            .chain([
                "Columns", "omitted", "for", "lack", "of", "space:", "CSV", "and", "JSON", "have", "all",
                "columns.",
            ])
            .collect();
        let is_rule = |it: &&&str| !it.chars().all(|c| c == '─' || c == '█');
        wrong.extend(
            words(&narrow)
                .difference(&known)
                .filter(|it| !note(it) && is_rule(it))
                .map(|it| format!("{command}: broken: {it}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
