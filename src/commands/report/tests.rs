//! Arguments to files: what every report writes, over a small set of books.

use std::collections::BTreeSet;

use almoner_ledger::audience::Audience;
use almoner_ledger::book::Draft;
use almoner_ledger::calendar::Date;
use almoner_ledger::command::{AwardCommand, Command, Options};
use almoner_ledger::decide::{carry_out, opening};
use almoner_ledger::events::BudgetKey;
use almoner_ledger::grants::{Power, Purpose};
use almoner_ledger::text::Text;
use almoner_papers::reports::catalogue;
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, KnownAt, Lines, Store};
use clap::Parser;
use serde_json::Value;

use super::*;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    report: ReportArgs,
}

fn books() -> MemoryStore {
    let award = AwardCommand {
        id: None,
        decision: Some("10-2015".parse().unwrap()),
        decided: Date::parse("2015-02-16").unwrap(),
        date_assumed: false,
        confidential: false,
        recipient_id: None,
        identifiers: Vec::new(),
        recipient: Some(Text::new("Survivors in Transition").unwrap()),
        amount: "15000".parse().unwrap(),
        purpose: Purpose {
            text: Text::new("=adult victims").unwrap(),
            split: almoner_ledger::themes::Split::parse("child-sexual-abuse").unwrap(),
        },
        fund: Some(almoner_ledger::allocation::Funds::parse("victims").unwrap()),
        power: Power::NotStated,
        period: None,
        conditions: None,
        reasons: None,
    };
    let commands = [
        Command::Award(Box::new(award)),
        Command::Pay {
            account: None,
            award: "10-2015".parse().unwrap(),
            date: Date::parse("2015-03-15").unwrap(),
            amount: "5000.01".parse().unwrap(),
            reference: None,
            before_decision: None,
            part: None,
            occurrence: 1,
        },
        Command::SetBudget {
            budget: BudgetKey {
                fund: "victims".parse().unwrap(),
                theme: "child-sexual-abuse".parse().unwrap(),
                year: "2014-15".parse().unwrap(),
            },
            amount: "40000".parse().unwrap(),
            date: None,
            decision: None,
            revise: false,
        },
    ];
    let mut store = MemoryStore::default();
    let mut draft = Draft::new(&store, "2015-04-01T09:00:00Z".into(), "Ann".into());
    for event in opening("test".into(), Text::new("An office").unwrap()) {
        draft.add(event).unwrap();
    }
    for command in &commands {
        carry_out(&mut draft, command, Options { add_missing: true, again: true, ..Options::default() })
            .unwrap();
    }
    let batch = draft.finish().unwrap();
    store.append(store.health().head, BatchLabel::default(), batch).unwrap();
    store
}

/// What `almoner report WORDS -o FILE` writes, by the file's extension.
fn written(words: &str, extension: &str) -> Result<String, Problem> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("paper.{extension}"));
    let file = path.to_str().unwrap().to_owned();
    let arguments = ["report"].into_iter().chain(words.split_whitespace()).chain(["-o", &file]);
    let cli = Cli::try_parse_from(arguments).unwrap();
    let today = Date::parse("2015-03-20").unwrap();
    let books = books();
    let books = Published::new(&books, cli.report.view.audience.or(Audience::Officer))
        .map_err(almoner_app::error::Error::from)?;
    run(&cli.report, &books, today, &Terminal { width: 80, colour: true })?;
    Ok(std::fs::read_to_string(path).unwrap())
}

#[test]
fn csv_has_the_names_and_the_figures_of_json() {
    for words in [
        "themes",
        "themes --by fund",
        "themes --by objective",
        "themes --by recipient",
        "themes --by power",
        "periods",
        "periods --every quarter --from 2015-01-02",
        "grants",
        "recipients",
        "recipient survivors-in-transition",
        "decisions",
        "budget",
        "commitments",
        "payments",
    ] {
        let json: Value = serde_json::from_str(&written(words, "json").unwrap()).unwrap();
        let csv = written(words, "csv").unwrap();
        let mut reader = ::csv::Reader::from_reader(csv.as_bytes());
        let header = reader.headers().unwrap().clone();
        let rows = json["rows"].as_array().unwrap();
        let records: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!((rows.len(), rows.is_empty()), (records.len(), false), "{words}");
        for (row, record) in rows.iter().zip(&records) {
            let mut keys: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
            let mut columns: Vec<&str> = header.iter().collect();
            keys.sort_unstable();
            columns.sort_unstable();
            assert_eq!(keys, columns, "{words}");
            for (key, field) in header.iter().zip(record) {
                match &row[key] {
                    Value::String(text) if text.starts_with('=') => assert_eq!(field, format!("'{text}")),
                    Value::String(text) => assert_eq!(field, text, "{words} {key}"),
                    Value::Null => assert_eq!(field, "", "{words} {key}"),
                    Value::Number(number) => assert_eq!(field, number.to_string(), "{words} {key}"),
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn every_report_is_written_in_every_format() {
    let others = ["grant 10-2015 --postings", "grant 10-2015 --parts", "late --by-month"];
    let named = catalogue::names().into_iter().map(|name| match name {
        "grant" => "grant 10-2015",
        "recipient" => "recipient survivors-in-transition",
        name => name,
    });
    for words in named.chain(others) {
        for extension in ["csv", "html", "json", "md", "txt"] {
            let text = written(words, extension).unwrap();
            assert!(text.ends_with('\n') && !text.contains('\u{1b}'), "{words} {extension}");
        }
        let known: Value = serde_json::from_str(&written(words, "json").unwrap()).unwrap();
        assert_eq!(known["known_at"]["at"], "2015-04-01T09:00:00Z", "{words}");
        assert_eq!(known["currency"], "GBP", "{words}");
    }
}

/// Adds the paths of all keys of a value: `rows/theme`.
fn paths(value: &Value, before: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| paths(item, before, found)),
        Value::Object(entries) => {
            for (key, value) in entries {
                let path = format!("{before}/{key}");
                paths(value, &path, found);
                found.insert(path);
            }
        }
        _ => {}
    }
}

#[test]
fn json_has_one_schema_for_all_audiences_without_what_is_withheld() {
    let of_grant = "/events/detail /events/postings /events/postings/account /events/postings/credit \
        /events/postings/date /events/postings/debit /events/postings/fund /events/postings/theme \
        /events/reconciled /events/record /events/recorded_at /events/recorded_by /events/reversed_by \
        /events/reverses /rows/record";
    for (words, withheld) in [
        ("themes", ""),
        ("themes --by fund --theme child-sexual-abuse", ""),
        ("themes --by recipient", ""),
        ("periods", ""),
        ("periods --every year --purpose current", ""),
        ("grants", ""),
        ("grant 10-2015", of_grant),
        ("recipients", ""),
        ("recipient survivors-in-transition", ""),
        ("decisions", ""),
        ("changes", "/awards/rows/record"),
        ("not-stated", ""),
        ("budget", ""),
    ] {
        let [officer, public] = ["officer", "public"].map(|audience| -> Value {
            let written = written(&format!("{words} --audience {audience}"), "json").unwrap();
            serde_json::from_str(&written).unwrap()
        });
        let keys = |report| {
            let mut found = BTreeSet::new();
            paths(report, "", &mut found);
            found
        };
        let (all, shown) = (keys(&officer), keys(&public));
        let added: Vec<&str> = shown.difference(&all).map(String::as_str).collect();
        assert_eq!((added, &public["audience"]), (vec!["/audience"], &"public".into()), "{words}");
        // Number and hash of the last record move with what is confidential.
        let (of_records, missing): (Vec<&str>, Vec<&str>) = all
            .difference(&shown)
            .map(String::as_str)
            .partition(|key| ["/head", "/known_at/record"].contains(key));
        assert_eq!(of_records, ["/head", "/known_at/record"], "{words}");
        assert_eq!(missing.join(" "), withheld, "{words}");
        for key in ["schema", "body", "currency"] {
            assert_eq!(public[key], officer[key], "{words} {key}");
        }
    }
}

#[test]
fn unknown_names_are_refused_with_a_suggestion() {
    for (words, expected) in [
        (
            "themes --theme child-sexual-abus",
            "there is no theme `child-sexual-abus`\n  hint: did you mean `child-sexual-abuse`?",
        ),
        ("grant 10-2016", "there is no grant `10-2016`\n  hint: did you mean `10-2015`?"),
        // Another number is no slip.
        ("grant 11-2015", "there is no grant `11-2015`\n  hint: list the awards"),
        (
            "themes --from 2015-04-02 --to 2015-04-01",
            "the end date, 1 Apr 2015, is before the start date, 2 Apr 2015",
        ),
    ] {
        let message = written(words, "csv").unwrap_err().text();
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn reports_without_recipients_days_or_views_read_totals_first() {
    let today = Date::parse("2015-03-20").unwrap();
    for (words, expected) in [
        ("themes", true),
        ("themes --fy 2013-14", true),
        ("themes --as-at 2015-02-28", true),
        ("themes --known-at 2015-03-01", false),
        ("themes --fy 2013-14 --as-at 2014-03-30 --known-at 2015-03-01", false),
        ("themes --fy 2014-15 --as-at 2015-03-31", true),
        ("themes --fy 2013-14 --known-at 2015-03-01", true),
        ("themes --fy 2013-14 --known-at 57", false),
        ("themes --fy 2013-14 --by power --fund cdr", true),
        ("themes --by recipient", false),
        ("themes --recipient someone", false),
        ("themes --purpose current", false),
        ("themes --from 2015-01-02", false),
        ("periods --month 2015-01 --theme a", true),
        ("budget --quarter 2014-15Q3", true),
        ("budget --quarter 2014-15Q4", true),
        ("trial-balance", true),
        ("trial-balance --as-at 2015-01-15", true),
        ("trial-balance --as-at 2015-01-15 --known-at 2015-02-01", false),
        ("trial-balance --as-at 2015-01-31 --known-at 2015-02-01", true),
        ("trial-balance --from 2015-01-02 --to 2015-01-31 --known-at 2015-02-01", false),
        ("grants", false),
        ("commitments", false),
        ("payments", false),
        ("bank-reconciliation", false),
    ] {
        let cli = Cli::try_parse_from(["report"].into_iter().chain(words.split_whitespace())).unwrap();
        assert_eq!(cli.report.reads_totals_first(today), expected, "{words}");
    }
}

#[test]
fn known_at_takes_a_day_or_a_record() {
    for (text, expected) in [
        ("57", Some(KnownAt::Record(57))),
        ("2015-04-01", Date::parse("2015-04-01").ok().map(KnownAt::Date)),
        ("01/04/2015", Date::parse("2015-04-01").ok().map(KnownAt::Date)),
        ("April", None),
    ] {
        assert_eq!(dates::known_at(text).ok(), expected, "{text}");
    }
}
