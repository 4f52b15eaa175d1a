//! The forms of answers, from the columns of the reports and lists that are sent.
//!
//! A line has the columns of its report under their keys, at whatever depth: some reports group their lines. What an
//! audience may not see is absent, so that no column is required.

use almoner_app::approvals::WAITING;
use almoner_app::log::LOG;
use almoner_app::people::USERS;
use almoner_ledger::closed::Closing;
use almoner_papers::reports::catalogue;
use almoner_papers::sheet::{Column, Kind, columns};
use serde_json::{Map, Value, json};

use super::trace::schema_of;

/// The form of an amount.
const AMOUNT: &str = r"^-?[0-9]+\.[0-9]{2}$";

/// Columns of which JSON has no key: it groups lines by them, or has them under another name.
const NO_KEYS: &[(&str, &str)] =
    &[("trial-balance", "books"), ("year-end", "section"), ("indicators", "indicator"), ("diff", "line")];

/// What an address answers.
enum Answer {
    /// A report of this name, with its columns.
    Report(&'static str, Vec<Column>),
    /// A list with its columns and further keys of its lines.
    List(Vec<Column>, Value),
    /// Something with a form of its own.
    Other(Value),
}

/// Returns the name of the form of what an address answers: `ThemesReport`.
pub fn name(path: &str) -> String {
    let words = |text: &str| {
        let capital = |word: &str| {
            let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
            format!("{}{rest}", first.to_ascii_uppercase())
        };
        text.split('-').map(capital).collect::<String>()
    };
    if let Some(name) = report_of(path) {
        return format!("{}Report", words(name));
    }
    match path {
        "/home" => "Status",
        "/log" => "Log",
        "/users" => "Users",
        "/users/{id}" => "User",
        "/approvals" => "Proposals",
        "/records/{number}" => "Record",
        "/decisions/{id}" => "Decision",
        "/search" => "Found",
        "/settings" => "Settings",
        "/verify" => "Verification",
        "/year-end" => "YearEndSteps",
        "/publication" => "PublicationSteps",
        "/papers/360giving" => "Grants360Giving",
        "/api/openapi" => "Description",
        _ => "Paper",
    }
    .to_owned()
}

/// Returns the name of the report that an address answers.
fn report_of(path: &str) -> Option<&str> {
    match path {
        "/grants/{id}" => Some("grant"),
        "/recipients/{id}" => Some("recipient"),
        "/bank/{id}" => Some("bank-reconciliation"),
        "/budgets" => Some("budget"),
        "/figures" => Some("explain"),
        "/compare" => Some("diff"),
        "/grants" | "/recipients" | "/decisions" | "/monitoring" => path.strip_prefix('/'),
        path => path.strip_prefix("/reports/"),
    }
}

/// Returns every form of an answer by its name.
pub fn all(entries: &Value) -> Map<String, Value> {
    let mut all = Map::new();
    let tables = catalogue::reports().into_iter().chain(catalogue::of_figures());
    let mut reports: Vec<(&'static str, Vec<Column>)> = Vec::new();
    for (table, columns) in tables {
        // A further table of a report has its name and a comma.
        let report = table.split(',').next().unwrap_or(table);
        match reports.iter_mut().find(|(name, _)| *name == report) {
            Some((_, known)) => known.extend(columns),
            None => reports.push((report, columns)),
        }
    }
    let reports = reports.into_iter().map(|(report, columns)| {
        let path = format!("/reports/{report}");
        (name(&path), Answer::Report(report, columns))
    });
    let lists = [
        ("/log", Answer::List(columns(LOG).collect(), json!({}))),
        ("/users", Answer::List(columns(USERS).collect(), json!({"left": {"type": "boolean"}}))),
        ("/approvals", Answer::List(columns(WAITING).collect(), json!({}))),
        ("/home", Answer::Other(status())),
        ("/users/{id}", Answer::Other(user())),
        ("/records/{number}", Answer::Other(record(entries))),
        ("/decisions/{id}", Answer::Other(decision())),
        ("/search", Answer::Other(found())),
        ("/settings", Answer::Other(of_keys(&["body", "currency", "ledger", "origin", "version"]))),
        ("/verify", Answer::Other(of_keys(&["body", "proof"]))),
        ("/year-end", Answer::Other(with_steps(&["as_at", "body", "ends", "head"]))),
        ("/publication", Answer::Other(with_steps(&["body", "head", "month"]))),
        ("/papers/{name}", Answer::Other(paper())),
        (
            "/papers/360giving",
            Answer::Other(json!({
                "type": "object", "description": "Grants in the 360Giving Data Standard",
                "required": ["grants"],
                "properties": {"grants": {"type": "array", "items": {"type": "object", "additionalProperties": true}}},
                "additionalProperties": true
            })),
        ),
        (
            "/api/openapi",
            Answer::Other(json!({
                "type": "object", "description": "A description in OpenAPI 3.1", "additionalProperties": true
            })),
        ),
    ];
    for (name, answer) in reports.chain(lists.map(|(path, answer)| (self::name(path), answer))) {
        match answer {
            Answer::Other(schema) => {
                all.insert(name, schema);
            }
            Answer::List(columns, others) => {
                all.insert(name, list(&columns, &others));
            }
            Answer::Report(report, columns) => {
                let [line, part] = ["Line", "Part"].map(|what| name.replacen("Report", what, 1));
                all.insert(line.clone(), lines(report, &columns, &part));
                all.insert(part.clone(), parts(&line, &part));
                all.insert(name, stamped(&line, &part));
            }
        }
    }
    all
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Returns the schema of what a column shows.
fn property(column: &Column) -> Value {
    let mut schema = match column.kind {
        Kind::Money => json!({"type": ["string", "null"], "pattern": AMOUNT}),
        // A period is an object with its ends.
        Kind::Date => json!({"type": ["string", "object", "null"]}),
        // Figures of indicators have decimals of their own, and are texts.
        Kind::Count => json!({"type": ["integer", "string", "null"]}),
        // Several names are a list, and yes and no are true and false.
        Kind::Text => json!({
            "type": ["string", "boolean", "integer", "array", "null"], "items": {"type": "string"}
        }),
    };
    let about = match column.meaning {
        "" => column.heading.to_owned(),
        meaning => format!("{}. {meaning}", column.heading),
    };
    schema["description"] = json!(about);
    schema
}

fn properties<'c>(columns: impl IntoIterator<Item = &'c Column>) -> Map<String, Value> {
    let mut all = Map::new();
    for column in columns {
        let schema = property(column);
        let schema = match all.remove(column.key) {
            // Tables of one report may have columns of the same name.
            Some(other) if other != schema => json!({"anyOf": [other, schema]}),
            _ => schema,
        };
        all.insert(column.key.to_owned(), schema);
    }
    all
}

/// Returns the schema of the lines of a report.
fn lines(report: &str, columns: &[Column], part: &str) -> Value {
    let has_key = |column: &&Column| !NO_KEYS.contains(&(report, column.key));
    json!({
        "type": "object", "properties": properties(columns.iter().filter(has_key)),
        "additionalProperties": reference(part)
    })
}

/// Returns the schema of whatever else a report has: lines of the same form, by themselves or in lists.
fn parts(line: &str, part: &str) -> Value {
    json!({"anyOf": [
        {"type": ["string", "integer", "boolean", "null"]},
        {"type": "array", "items": reference(part)},
        reference(line)
    ]})
}

/// Returns the schema of a report: its stamp, its lines and their sum.
fn stamped(line: &str, part: &str) -> Value {
    let day = || json!({"type": ["string", "null"], "description": "A day"});
    json!({
        "type": "object",
        "required": ["schema", "body"],
        "properties": {
            "schema": {"type": "string", "description": "The schema, with its version"},
            "body": {"type": "string", "description": "The name of the body"},
            "audience": {"type": "string", "description": "The audience; absent for the office"},
            "from": day(), "to": day(), "as_at": day(),
            "known_at": {
                "type": ["object", "string", "null"], "description": "The last record taken into account",
                "additionalProperties": {"type": ["string", "integer", "null"]}
            },
            "mark": {"type": "string", "description": "The mark that identifies a paper"},
            "head": {"type": ["string", "null"], "description": "The hash of the last record taken into account"},
            "currency": {"type": "string"},
            "narrowed_to": {
                "type": ["object", "null"], "description": "The filters",
                "additionalProperties": {"type": ["string", "null"]}
            },
            "purpose": {"type": "string", "description": "The purpose under which amounts are shown"},
            "rows": {"type": "array", "items": reference(line)},
            "total": reference(part)
        },
        "additionalProperties": reference(part)
    })
}

/// Returns the schema of a list.
fn list(columns: &[Column], others: &Value) -> Value {
    let mut line = properties(columns);
    line.extend(others.as_object().cloned().unwrap_or_default());
    object(
        &[],
        json!({
            "schema": text(), "body": text(), "head": text(),
            "rows": {"type": "array", "items": {"type": "object", "properties": line}}
        }),
    )
}

fn text() -> Value {
    json!({"type": "string"})
}

fn maybe() -> Value {
    json!({"type": ["string", "null"]})
}

fn amount() -> Value {
    json!({"type": "string", "pattern": AMOUNT})
}

/// Returns the schema of an object that has all of these properties but some that may be absent.
fn object(absent: &[&str], properties: Value) -> Value {
    let names = properties.as_object().into_iter().flat_map(Map::keys);
    let required: Vec<&String> = names.filter(|name| !absent.contains(&name.as_str())).collect();
    json!({"type": "object", "required": required, "properties": properties})
}

fn list_of(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

fn status() -> Value {
    let matter = json!({"kind": text(), "count": {"type": "integer"}, "first": list_of(text())});
    object(
        &[],
        json!({
            "schema": text(), "body": text(), "records": {"type": "integer"}, "head": text(),
            "last_recorded": text(), "year": text(), "as_at": text(),
            "closed_months": list_of(schema_of::<Closing>()),
            "funds": list_of(reference("ThemesLine")),
            "attention": list_of(object(&[], matter))
        }),
    )
}

fn user() -> Value {
    object(
        &[],
        json!({
            "schema": text(), "body": text(), "id": text(), "name": text(), "roles": text(), "audience": maybe(),
            "key": maybe(), "left": {"type": "boolean"}
        }),
    )
}

fn record(entries: &Value) -> Value {
    object(
        &[],
        json!({
            "schema": text(), "body": text(), "record": {"type": "integer"}, "recorded_at": text(),
            "recorded_by": text(), "what": text(), "sentence": text(), "details": list_of(text()),
            "grant": maybe(), "batch": maybe(), "reversed_by": {"type": ["integer", "null"]},
            "pending": {"type": "boolean"}, "hash": text(), "entries": entries,
            "event": {"description": "The event, as in the journal"}
        }),
    )
}

fn decision() -> Value {
    let checked = json!({"question": text(), "yes": {"type": "boolean"}, "reason": text()});
    object(
        &["date", "kind", "summary", "grants", "confidential", "ground", "checklist", "record"],
        json!({
            "schema": text(), "body": text(), "decision": text(), "title": maybe(), "date": maybe(),
            "kind": maybe(), "summary": maybe(),
            "grants": list_of(object(&[], json!({"grant": text(), "sentence": text()}))),
            "confidential": {"type": "boolean"}, "ground": maybe(),
            "checklist": list_of(object(&[], checked)), "record": {"type": "integer"}
        }),
    )
}

fn found() -> Value {
    let movement = json!({"what": text(), "date": maybe(), "amount": amount(), "reference": maybe()});
    let movement = json!({"anyOf": [object(&[], movement), {"type": "null"}]});
    let grant = json!({
        "grant": text(), "recipient": text(), "recipient_name": text(), "awarded": amount(), "purpose": text(),
        "by": movement
    });
    object(
        &[],
        json!({
            "schema": text(), "body": text(), "sought": text(),
            "grants": list_of(object(&[], grant)),
            "recipients": list_of(object(&[], json!({"recipient": text(), "name": text()}))),
            "decisions": list_of(object(&[], json!({"decision": text(), "title": maybe()}))),
            "more": {"type": "boolean", "description": "True if not all matches are listed"}
        }),
    )
}

fn paper() -> Value {
    let facts = || list_of(object(&[], json!({"name": text(), "value": text()})));
    let line = || {
        json!({
            "type": "object", "description": "A cell for each column, by its key",
            "additionalProperties": {"type": ["string", "integer", "boolean", "null"]}
        })
    };
    let sheet = json!({
        "key": text(), "title": text(), "facts": facts(), "lead": list_of(text()),
        "columns": list_of(object(&[], json!({"key": text(), "heading": text()}))),
        "rows": list_of(line()), "subtotals": list_of(line()), "total": line(), "notes": list_of(text())
    });
    let sheet = object(&["facts", "lead", "subtotals", "total", "notes"], sheet);
    object(&[], json!({"schema": text(), "title": text(), "facts": facts(), "sheets": list_of(sheet)}))
}

/// Returns the form of an answer that always has these texts, beside others.
fn of_keys(keys: &[&str]) -> Value {
    let mut form = object(&[], json!({"schema": text()}));
    for key in keys {
        form["properties"][key] = text();
    }
    form["required"] = keys.iter().copied().chain(["schema"]).collect();
    form["additionalProperties"] = true.into();
    form
}

/// Returns the same with steps: what each waits for, and whether it is done.
fn with_steps(keys: &[&str]) -> Value {
    let mut form = of_keys(keys);
    let step = json!({
        "step": text(), "title": text(), "state": text(), "count": {"type": "integer"},
        "first": list_of(json!({"type": "object"})), "note": {"type": ["string", "null"]}
    });
    form["properties"]["steps"] = list_of(object(&[], step));
    form
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::refused::described;

    #[test]
    fn every_address_has_a_form_of_answer() {
        let all = all(&json!({}));
        for page in described() {
            let name = name(&page.path);
            assert!(all.contains_key(&name), "{}: {name}", page.path);
            let is_paper = page.path.starts_with("/papers/");
            assert_eq!(name == "Paper", is_paper && page.path != "/papers/360giving", "{}", page.path);
        }
        let paid = &all["ThemesLine"]["properties"]["paid"];
        assert_eq!((&paid["pattern"], &paid["type"][1]), (&json!(AMOUNT), &json!("null")));
    }
}
