//! The JSON of a report without what its reader may not see.
//!
//! **Guarantee.** Every key that remains is allowed by name: the stamp of the report, `rows` and `total`, the
//! columns of its sheet, and the keys that the sheet names. A key that is new in a report is withheld until a
//! column or the sheet has it. Shape, names and order are those of the whole report.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::provenance::Provenance;
use crate::sheet::Sheet;

/// The keys of a report's stamp, shown with all that they contain.
const STAMP: [&str; 10] =
    ["schema", "body", "from", "to", "as_at", "known_at", "head", "currency", "narrowed_to", "purpose"];

/// The keys of a report's lines and their sum.
const LINES: [&str; 2] = ["rows", "total"];

/// A JSON value with the order of its keys. It has no fractions, since no report has: amounts are texts.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Json {
    Null(()),
    Flag(bool),
    Count(u64),
    Negative(i64),
    Text(String),
    List(Vec<Json>),
    #[serde(serialize_with = "in_order", deserialize_with = "entries")]
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Returns a report without the keys that are in neither its stamp nor its sheet, and with audience and mark in
    /// the stamp.
    pub(super) fn visible(self, sheet: &Sheet) -> Json {
        let Json::Object(entries) = self else { return self };
        let is_column = |key: &str| sheet.columns.iter().any(|column| column.key == key);
        let is_open = |key: &str| LINES.contains(&key) || is_column(key) || sheet.open_keys.contains(&key);
        let (mut shown, mut of_sheet) = (Vec::new(), false);
        let audience = sheet.provenance.as_ref().and_then(|provenance| provenance.audience);
        let mark = sheet.provenance.as_ref().and_then(Provenance::mark);
        for (key, value) in entries {
            of_sheet |= LINES.contains(&key.as_str());
            let is_body = key == "body" && !of_sheet;
            if STAMP.contains(&key.as_str()) && !of_sheet {
                let is_known = key == "known_at";
                shown.push((key, value));
                shown.extend(
                    mark.filter(|_| is_known).map(|mark| ("mark".to_owned(), Json::Text(mark.to_string()))),
                );
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
            Json::Null(()) | Json::Flag(_) | Json::Count(_) | Json::Negative(_) | Json::Text(_) => self,
        }
    }
}

fn in_order<S: Serializer>(entries: &[(String, Json)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(entries.iter().map(|(key, value)| (key, value)))
}

fn entries<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, Json)>, D::Error> {
    struct Entries;

    impl<'de> Visitor<'de> for Entries {
        type Value = Vec<(String, Json)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            std::iter::from_fn(|| map.next_entry().transpose()).collect()
        }
    }

    deserializer.deserialize_map(Entries)
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
