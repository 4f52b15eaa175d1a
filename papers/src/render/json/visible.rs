//! The JSON of a report without what its reader may not see.
//!
//! **Guarantee.** Every key that remains is allowed by name: the stamp of the report, `rows` and `total`, the
//! columns of its sheet, and the keys that the sheet names. A key that is new in a report is withheld until a
//! column or the sheet has it. Shape, names and order are those of the whole report.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::sheet::Sheet;

/// The keys of a report's stamp, shown with all that they contain.
const STAMP: [&str; 10] =
    ["schema", "body", "from", "to", "as_at", "known_at", "head", "currency", "narrowed_to", "purpose"];

/// The keys of a report's lines and their sum.
const LINES: [&str; 2] = ["rows", "total"];

/// A JSON value with the order of its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Json {
    Null,
    Flag(bool),
    Count(u64),
    Negative(i64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Returns a report without the keys that are in neither its stamp nor its sheet, and with the audience in the
    /// stamp.
    pub(super) fn visible(self, sheet: &Sheet) -> Json {
        let Json::Object(entries) = self else { return self };
        let is_column = |key: &str| sheet.columns.iter().any(|column| column.key == key);
        let is_open = |key: &str| LINES.contains(&key) || is_column(key) || sheet.open_keys.contains(&key);
        let (mut shown, mut of_sheet) = (Vec::new(), false);
        let audience = sheet.provenance.as_ref().and_then(|provenance| provenance.audience);
        for (key, value) in entries {
            of_sheet |= LINES.contains(&key.as_str());
            let is_body = key == "body" && !of_sheet;
            if STAMP.contains(&key.as_str()) && !of_sheet {
                shown.push((key, value));
            } else if is_open(&key) {
                shown.push((key, value.only(&is_open)));
            }
            if let Some(audience) = audience.filter(|_| is_body) {
                shown.push(("audience".to_owned(), Json::Text(audience.to_string())));
            }
        }
        Json::Object(shown)
    }

    /// Returns the value with only the keys allowed, at any depth.
    fn only(self, is_open: &dyn Fn(&str) -> bool) -> Json {
        match self {
            Json::List(items) => Json::List(items.into_iter().map(|item| item.only(is_open)).collect()),
            Json::Object(entries) => {
                let open = entries.into_iter().filter(|(key, _)| is_open(key));
                Json::Object(open.map(|(key, value)| (key, value.only(is_open))).collect())
            }
            Json::Null | Json::Flag(_) | Json::Count(_) | Json::Negative(_) | Json::Text(_) => self,
        }
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Flag(flag) => serializer.serialize_bool(*flag),
            Json::Count(count) => serializer.serialize_u64(*count),
            Json::Negative(number) => serializer.serialize_i64(*number),
            Json::Text(text) => serializer.serialize_str(text),
            Json::List(items) => serializer.collect_seq(items),
            Json::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

/// Reads any value but fractions, which no report has: amounts are texts.
struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value without fractions")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json, E> {
        Ok(Json::Flag(flag))
    }

    fn visit_u64<E>(self, count: u64) -> Result<Json, E> {
        Ok(Json::Count(count))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Negative(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Json::Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Column, Kind};

    #[test]
    fn keys_are_withheld_unless_the_sheet_has_them() {
        let sheet = Sheet {
            columns: vec![Column::public("grant", "Grant", Kind::Text, 0)],
            open_keys: &["events"],
            ..Sheet::default()
        };
        for (report, expected) in [
            (
                r#"{"schema":"s/2","known_at":{"record":9},"new":1}"#,
                r#"{"schema":"s/2","known_at":{"record":9}}"#,
            ),
            (r#"{"rows":[{"record":9,"grant":"a","by":{"grant":1}}]}"#, r#"{"rows":[{"grant":"a"}]}"#),
            (
                r#"{"events":[{"head":"h","grant":null}],"grant":true}"#,
                r#"{"events":[{"grant":null}],"grant":true}"#,
            ),
            (r#"{"total":{"grant":-1,"paid":"2.00"},"rows":[]}"#, r#"{"total":{"grant":-1},"rows":[]}"#),
            (r#"{"rows":[],"head":"of no stamp"}"#, r#"{"rows":[]}"#),
        ] {
            let json: Json = serde_json::from_str(report).unwrap();
            assert_eq!(serde_json::to_string(&json).unwrap(), report);
            assert_eq!(serde_json::to_string(&json.visible(&sheet)).unwrap(), expected, "{report}");
        }
    }
}
