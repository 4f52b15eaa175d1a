//! What of JSON schemas the description of addresses uses, and whether a value fits one.

use std::collections::BTreeSet;

use serde_json::Value;

/// The forms that a description names, and the properties that values were found to have.
pub struct Schemas<'a> {
    description: &'a Value,
    /// Each property that a value had, as the name of its form and its key.
    pub found: BTreeSet<(String, String)>,
}

impl<'a> Schemas<'a> {
    pub fn of(description: &'a Value) -> Schemas<'a> {
        Schemas { description, found: BTreeSet::new() }
    }

    /// Returns why a value does not fit the form of a name.
    pub fn fit(&mut self, name: &str, value: &Value) -> Result<(), String> {
        let schema = &self.description["components"]["schemas"][name];
        assert!(schema.is_object(), "no schema {name}");
        self.fits(schema, name, value, name)
    }

    fn fits(&mut self, schema: &'a Value, name: &str, value: &Value, at: &str) -> Result<(), String> {
        let schema = schema.as_object().unwrap_or_else(|| panic!("{at}: {schema}"));
        for (word, given) in schema {
            match word.as_str() {
                "$ref" => {
                    let name = given.as_str().unwrap().strip_prefix("#/components/schemas/").unwrap();
                    let schema = &self.description["components"]["schemas"][name];
                    self.fits(schema, name, value, at)?;
                }
                "anyOf" | "oneOf" => {
                    let all = given.as_array().unwrap();
                    let fit = all.iter().any(|one| self.fits(one, name, value, at).is_ok());
                    fit.then_some(()).ok_or_else(|| format!("{at}: {value} fits none of {given}"))?;
                }
                "type" => {
                    let all = given.as_array().cloned().unwrap_or_else(|| vec![given.clone()]);
                    let fit = all.iter().any(|one| is_of(one.as_str().unwrap(), value));
                    fit.then_some(()).ok_or_else(|| format!("{at}: {value} is not of {given}"))?;
                }
                "pattern" => {
                    assert_eq!(given, r"^-?[0-9]+\.[0-9]{2}$", "{at}");
                    if let Some(text) = value.as_str() {
                        let (pounds, pence) =
                            text.trim_start_matches('-').split_once('.').unwrap_or_default();
                        let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
                        let fit = digits(pounds) && digits(pence) && pence.len() == 2;
                        fit.then_some(()).ok_or_else(|| format!("{at}: {text} is no amount"))?;
                    }
                }
                "enum" => {
                    let fit = given.as_array().unwrap().contains(value);
                    fit.then_some(()).ok_or_else(|| format!("{at}: {value} is none of {given}"))?;
                }
                "required" => {
                    for key in given.as_array().unwrap().iter().filter(|_| value.is_object()) {
                        let has = value.get(key.as_str().unwrap()).is_some();
                        has.then_some(()).ok_or_else(|| format!("{at}: {key} is missing in {value}"))?;
                    }
                }
                "items" => {
                    for (place, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.fits(given, name, item, &format!("{at}/{place}"))?;
                    }
                }
                "properties" | "additionalProperties" | "minimum" => {}
                "description" | "title" | "examples" => {}
                other => panic!("{at}: {other} is not looked at"),
            }
        }
        let Some(fields) = value.as_object() else { return Ok(()) };
        let is_closed = schema.contains_key("properties") || schema.contains_key("additionalProperties");
        for (key, value) in fields.iter().filter(|_| is_closed) {
            let at = format!("{at}/{key}");
            let of_key = schema.get("properties").and_then(|all| all.get(key));
            match (of_key, schema.get("additionalProperties")) {
                (Some(of_key), _) => {
                    self.found.insert((name.to_owned(), key.clone()));
                    self.fits(of_key, name, value, &at)?;
                }
                (None, Some(Value::Bool(true))) => {}
                (None, Some(others @ Value::Object(_))) => self.fits(others, name, value, &at)?,
                (None, _) => return Err(format!("{at}: is not described")),
            }
        }
        Ok(())
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("{other} is not looked at"),
    }
}
