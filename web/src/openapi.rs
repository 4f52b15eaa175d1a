//! The description of all addresses for programs, in OpenAPI 3.1: made from the tables of the pages and the types that are
//! read, so that it cannot differ from what is served.

mod answers;
mod trace;

use almoner_app::commanded::{self, Confirmed, GivenOptions};
use almoner_ledger::calendar::Date;
use almoner_ledger::events::proposals::Step;
use serde_json::{Map, Value, json};

use self::trace::schema_of;
use crate::look::{Look, Trouble};
use crate::machine::{JSON, Problem, made, unwritten};
use crate::pages::refused::{Described, described};
use crate::reply::Reply;

/// The version of the description.
const VERSION: &str = "1";

/// Returns the description.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    if !look.is_json {
        return Err(Trouble::Missing);
    }
    let text = description(&look.site.address.origin, look.actor.today);
    let mut text = serde_json::to_vec_pretty(&text).map_err(unwritten)?;
    text.push(b'\n');
    Ok(made(text))
}

fn content(schema: &str) -> Value {
    json!({JSON: {"schema": {"$ref": format!("#/components/schemas/{schema}")}}})
}

fn answer(description: &str, schema: &str) -> Value {
    json!({"description": description, "content": content(schema)})
}

/// Returns the answers that every address may give.
fn refusals(others: &[(&str, &str)]) -> Map<String, Value> {
    let usual = [
        ("400", "The request cannot be read, or contains both a token and a cookie"),
        ("401", "The access token is missing, unknown, expired or revoked"),
        ("403", "The access token does not allow this"),
        ("421", "The request is for another host"),
        ("422", "Refused, with each option or field that is wrong"),
        ("429", "Too many access tokens from this address were refused"),
        ("500", "The response could not be produced"),
        ("503", "The ledger cannot be read at the moment"),
    ];
    let all = usual.iter().chain(others);
    all.map(|(status, about)| ((*status).to_owned(), answer(about, "Errors"))).collect()
}

/// Returns the name of an operation: `getReportsThemes`.
fn operation(path: &str) -> String {
    let words = path.split(|it: char| !it.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        format!("{}{rest}", first.to_ascii_uppercase())
    };
    words.map(capital).fold("get".to_owned(), |name, word| name + &word)
}

fn of_page(page: &Described, today: Date) -> Value {
    let mut parameters: Vec<Value> = Vec::new();
    if let Some((_, part)) = page.path.split_once('{') {
        let name = part.trim_end_matches('}');
        parameters.push(json!({
            "name": name, "in": "path", "required": true, "description": format!("{}: {name}", page.title),
            "schema": {"type": "string", "minLength": 1}
        }));
    }
    for option in &page.options {
        let mut schema = json!({"type": "string"});
        if let Some(sample) = option.sample(today) {
            schema["examples"] = json!([sample]);
        }
        parameters.push(json!({
            "name": option.name, "in": "query", "required": false, "description": option.label, "schema": schema
        }));
    }
    let mut responses =
        refusals(&[("404", "There is nothing at this address, or nothing that the user may see")]);
    responses.insert("200".to_owned(), answer(page.title, &answers::name(&page.path)));
    json!({
        "operationId": operation(&page.path), "summary": page.title, "parameters": parameters, "responses": responses
    })
}

fn of_recording() -> Value {
    let mut responses = refusals(&[
        ("409", "The key has already been used for a different command; both are named"),
        ("413", "The command is too large"),
        ("415", "The request is not JSON"),
    ]);
    for (status, about) in [
        ("200", "The records that the command would make, or that were made earlier or with this key"),
        ("201", "Recorded"),
        ("202", "Proposed: a second user must approve it"),
    ] {
        responses.insert(status.to_owned(), answer(about, "Confirmation"));
    }
    json!({
        "operationId": "record",
        "summary": "Record a command, once for each key",
        "parameters": [
            {
                "name": "Idempotency-Key", "in": "header", "required": false,
                "description": "A key chosen by the sender for each command, and sent again if the \
                                command is repeated; required unless the command is only checked",
                "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"}
            },
            {
                "name": "check", "in": "query", "required": false,
                "description": "1 to check the command and record nothing",
                "schema": {"type": "string", "enum": ["1"]}
            }
        ],
        "requestBody": {"required": true, "content": content("Command")},
        "responses": responses
    })
}

/// Returns the schema of a command as it is sent.
fn command() -> Value {
    let step = schema_of::<Step>();
    let of_step = |name: &str| step["oneOf"].as_array().into_iter().flatten().find(|it| it["title"] == name);
    let command = of_step("command").map(|it| it["properties"]["command"]["properties"]["command"].clone());
    let mut command = command.unwrap_or_default();
    // People change these.
    if let Some(all) = command["oneOf"].as_array_mut() {
        all.retain(|it| it["title"] != "set-users" && it["title"] != "set-policy");
    }
    json!({
        "type": "object", "required": ["schema", "command"], "additionalProperties": false,
        "properties": {
            "schema": {"const": commanded::SCHEMA},
            "command": command,
            "options": schema_of::<GivenOptions>()
        }
    })
}

/// Returns a schema that all of some values fit.
fn fitting(values: &[&Value]) -> Value {
    let objects: Vec<&Map<String, Value>> = values.iter().filter_map(|it| it.as_object()).collect();
    let lists: Vec<&Vec<Value>> = values.iter().filter_map(|it| it.as_array()).collect();
    let mut all = Vec::new();
    if let Some(first) = objects.first() {
        let names = objects.iter().flat_map(|it| it.keys()).collect::<std::collections::BTreeSet<_>>();
        let of = |name: &str| objects.iter().filter_map(|it| it.get(name)).collect::<Vec<_>>();
        let properties: Map<String, Value> =
            names.iter().map(|name| ((*name).clone(), fitting(&of(name)))).collect();
        let required: Vec<&String> =
            first.keys().filter(|name| objects.iter().all(|it| it.contains_key(*name))).collect();
        all.push(json!({"type": "object", "required": required, "properties": properties}));
    }
    if !lists.is_empty() {
        let items: Vec<&Value> = lists.iter().flat_map(|it| it.iter()).collect();
        let items = if items.is_empty() { json!({}) } else { fitting(&items) };
        all.push(json!({"type": "array", "items": items}));
    }
    let has = |is: fn(&Value) -> bool| values.iter().any(|it| is(it));
    for (is, kind) in [
        (Value::is_string as fn(&Value) -> bool, "string"),
        (Value::is_boolean, "boolean"),
        (Value::is_number, "integer"),
        (Value::is_null, "null"),
    ] {
        if has(is) {
            all.push(json!({"type": kind}));
        }
    }
    if all.len() == 1 { all.remove(0) } else { json!({"anyOf": all}) }
}

/// Returns the description for pages at an origin.
fn description(origin: &str, today: Date) -> Value {
    let mut paths: Map<String, Value> = described()
        .iter()
        .map(|page| (format!("{}.json", page.path), json!({"get": of_page(page, today)})))
        .collect();
    paths.insert("/api/record".to_owned(), json!({"post": of_recording()}));
    paths.insert(
        "/api/openapi.json".to_owned(),
        json!({"get": of_page(&Described {
            path: "/api/openapi".to_owned(), title: "This description", options: Vec::new()
        }, today)}),
    );
    let (examples, errors) = (Confirmed::examples(), Problem::examples());
    let confirmation = fitting(&examples.iter().collect::<Vec<_>>());
    let entries = &confirmation["properties"]["records"]["items"]["properties"]["entries"];
    let mut schemas = answers::all(entries);
    schemas.insert("Command".to_owned(), command());
    schemas.insert("Errors".to_owned(), fitting(&errors.iter().collect::<Vec<_>>()));
    schemas.insert("Confirmation".to_owned(), confirmation);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "almoner",
            "version": VERSION,
            "description": "Figures as JSON, for the same audiences as the pages and identical to the \
                            JSON of the command line, and recording by other programs. Amounts are \
                            strings in pounds with two decimals, days are ISO dates, and details not \
                            stated are null."
        },
        "servers": [{"url": origin}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_fits_all_values_that_it_was_made_of() {
        let (one, other) = (json!({"a": "x", "b": [1], "c": null}), json!({"a": null, "b": [], "d": true}));
        let expected = json!({"type": "object", "required": ["a", "b"], "properties": {
            "a": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "b": {"type": "array", "items": {"type": "integer"}},
            "c": {"type": "null"},
            "d": {"type": "boolean"}
        }});
        assert_eq!(fitting(&[&one, &other]), expected);
    }

    #[test]
    fn the_command_of_a_payment_is_described_as_it_is_read() {
        let described = command();
        let all = described["properties"]["command"]["oneOf"].as_array().unwrap();
        let pay = all.iter().find(|it| it["title"] == "pay").unwrap();
        let pay = &pay["properties"]["pay"];
        assert_eq!(pay["required"], json!(["award", "date", "amount"]), "{pay:#}");
        assert_eq!(pay["properties"]["date"]["description"], "A day, as in 2015-04-01", "{pay:#}");
        assert!(all.len() > 25 && all.iter().all(|it| it["title"] != "set-users"), "{}", all.len());
        let award = all.iter().find(|it| it["title"] == "award").unwrap();
        let required = &award["properties"]["award"]["required"];
        assert_eq!(*required, json!(["decided", "amount", "purpose", "power"]), "{award:#}");
        assert_eq!(described["properties"]["options"].get("required"), None);
        assert!(crate::commands::KEY.eq_ignore_ascii_case("Idempotency-Key"));
    }
}
