//! Lists of grants in the JSON of the 360Giving Data Standard (1.4), as the rows that the standard's
//! spreadsheets have.
//!
//! From a list with a single column, such as the recipients of a grant, only the first entry is read, and
//! others are noted. Numbers keep every digit that they can
//! have: sums in binary are rounded as those of workbooks are.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::grid::Grid;
use super::limits::{MEMBERS_LIMIT, ROWS_LIMIT};
use super::number::decimal;
use super::{CellKind, Unreadable};

/// Paths of values in a grant, with the titles of their columns.
const COLUMNS: &[(&[&str], &str)] = &[
    (&["id"], "Identifier"),
    (&["title"], "Title"),
    (&["description"], "Description"),
    (&["currency"], "Currency"),
    (&["amountAppliedFor"], "Amount Applied For"),
    (&["amountAwarded"], "Amount Awarded"),
    (&["amountDisbursed"], "Amount Disbursed"),
    (&["awardDate"], "Award Date"),
    (&["url"], "URL"),
    (&["plannedDates", "startDate"], "Planned Dates:Start Date"),
    (&["plannedDates", "endDate"], "Planned Dates:End Date"),
    (&["plannedDates", "duration"], "Planned Dates:Duration (months)"),
    (&["recipientOrganization", "id"], "Recipient Org:Identifier"),
    (&["recipientOrganization", "name"], "Recipient Org:Name"),
    (&["recipientOrganization", "charityNumber"], "Recipient Org:Charity Number"),
    (&["recipientOrganization", "companyNumber"], "Recipient Org:Company Number"),
    (&["recipientOrganization", "postalCode"], "Recipient Org:Postal Code"),
    (&["recipientIndividual", "id"], "Recipient Ind:Identifier"),
    (&["recipientIndividual", "name"], "Recipient Ind:Name"),
    (&["fundingOrganization", "id"], "Funding Org:Identifier"),
    (&["fundingOrganization", "name"], "Funding Org:Name"),
    (&["grantProgramme", "code"], "Grant Programme:Code"),
    (&["grantProgramme", "title"], "Grant Programme:Title"),
    (&["classifications", "code"], "Classifications:Code"),
    (&["classifications", "title"], "Classifications:Title"),
    (&["dataSource"], "Data Source"),
    (&["dateModified"], "Last Modified"),
];

/// True if a text begins like JSON.
pub(super) fn is_one(text: &str) -> bool {
    let mut start = text.chars().filter(|it| !it.is_whitespace());
    matches!((start.next(), start.next()), (Some('{'), Some('"' | '}')) | (Some('['), Some('{' | ']')))
}

/// Returns the grants as rows below the titles, their number and a remark.
pub(super) fn read(text: &str) -> Result<(Grid, usize, Option<String>), Unreadable> {
    let text = text.trim_start();
    let List(grants) = if text.starts_with('[') {
        parsed(text)?
    } else {
        let Some(grants) = parsed::<Object<'_>>(text)?.get("grants") else {
            let message = "the file contains no list of grants";
            return Err(Unreadable::new(
                "no-grants",
                message,
                "check that the file follows the 360Giving standard",
            ));
        };
        parsed(grants.get())?
    };
    let (mut grid, mut several) = (Grid::default(), None);
    grid.row(1)?;
    for (column, (_, title)) in COLUMNS.iter().enumerate() {
        grid.cell(column, CellKind::Text, title)?;
    }
    for (row, grant) in (2_u64..).zip(&grants) {
        let grant: Object<'_> = parsed(grant.get()).map_err(|error| error.at(row))?;
        grid.row(row)?;
        for (column, (path, _)) in COLUMNS.iter().enumerate() {
            let (value, is_first_of_several) = find(&grant, path).map_err(|error| error.at(row))?;
            let Some((kind, text)) = value else { continue };
            grid.cell(column, kind, &text)?;
            if is_first_of_several && several.is_none() {
                several = Some(format!(
                    "row {row}, and perhaps others, has more than one {}: only the first is read",
                    path[0]
                ));
            }
        }
    }
    Ok((grid.finished()?, grants.len(), several))
}

/// Returns the value at the end of a path, and whether a list on the way has more than one entry.
fn find(grant: &Object<'_>, path: &[&str]) -> Result<(Option<(CellKind, String)>, bool), Unreadable> {
    let (Some((last, way)), mut several) = (path.split_last(), false) else { return Ok((None, false)) };
    let mut inner = None;
    for name in way {
        let Some(value) = inner.as_ref().unwrap_or(grant).get(name) else { return Ok((None, false)) };
        let value = if value.get().starts_with('[') {
            let List(list) = parsed(value.get())?;
            several |= list.len() > 1;
            let Some(first) = list.first() else { return Ok((None, false)) };
            *first
        } else {
            value
        };
        if value.get() == "null" {
            return Ok((None, false));
        }
        inner = Some(parsed::<Object<'_>>(value.get())?);
    }
    let value = inner.as_ref().unwrap_or(grant).get(last);
    Ok((value.map(cell).transpose()?, several))
}

fn cell(value: &RawValue) -> Result<(CellKind, String), Unreadable> {
    let text = value.get();
    Ok(match text.bytes().next() {
        Some(b'"') => (CellKind::Text, parsed::<Cow<'_, str>>(text)?.into_owned()),
        Some(b'n') => (CellKind::Text, String::new()),
        Some(b't' | b'f') => (CellKind::Boolean, text.to_uppercase()),
        Some(b'{' | b'[') => (CellKind::Error, "several values where one is expected".to_owned()),
        // Other programs write sums in binary: `41133.770000000004`.
        _ if text.split_once('.').is_some_and(|(_, decimals)| decimals.len() > 2) => {
            (CellKind::Number, decimal(text).unwrap_or_else(|| text.to_owned()))
        }
        _ => (CellKind::Number, text.to_owned()),
    })
}

fn parsed<'j, T: Deserialize<'j>>(text: &'j str) -> Result<T, Unreadable> {
    serde_json::from_str(text).map_err(|error| {
        let message = format!("the JSON cannot be read: {error}");
        Unreadable::new(
            "bad-json",
            message,
            "check that the file follows the 360Giving standard, and that it is complete",
        )
    })
}

/// A list with no more entries than a file may have rows.
struct List<'j>(Vec<&'j RawValue>);

impl<'j> Deserialize<'j> for List<'j> {
    fn deserialize<D: Deserializer<'j>>(deserializer: D) -> Result<List<'j>, D::Error> {
        deserializer.deserialize_seq(ListVisitor)
    }
}

struct ListVisitor;

impl<'j> Visitor<'j> for ListVisitor {
    type Value = List<'j>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list in square brackets")
    }

    fn visit_seq<A: SeqAccess<'j>>(self, mut seq: A) -> Result<List<'j>, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element()? {
            if list.len() as u64 >= ROWS_LIMIT {
                return Err(de::Error::custom(format_args!("a list has more than {ROWS_LIMIT} entries")));
            }
            list.push(value);
        }
        Ok(List(list))
    }
}

/// An object with unique names.
struct Object<'j>(Vec<(Cow<'j, str>, &'j RawValue)>);

impl<'j> Object<'j> {
    fn get(&self, name: &str) -> Option<&'j RawValue> {
        self.0.iter().find(|(it, _)| it == name).map(|(_, value)| *value)
    }
}

impl<'j> Deserialize<'j> for Object<'j> {
    fn deserialize<D: Deserializer<'j>>(deserializer: D) -> Result<Object<'j>, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'j> Visitor<'j> for ObjectVisitor {
    type Value = Object<'j>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object in braces")
    }

    fn visit_map<A: MapAccess<'j>>(self, mut map: A) -> Result<Object<'j>, A::Error> {
        let mut members: Vec<(Cow<'j, str>, &'j RawValue)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<Cow<'j, str>, &'j RawValue>()? {
            if members.len() >= MEMBERS_LIMIT {
                return Err(de::Error::custom(format_args!("an object has more than {MEMBERS_LIMIT} names")));
            }
            members.push((name, value));
        }
        let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_ref()).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(twice) => Err(de::Error::custom(format_args!("`{}` appears twice in one object", twice[0]))),
            None => Ok(Object(members)),
        }
    }
}
