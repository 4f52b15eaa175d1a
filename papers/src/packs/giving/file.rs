//! The two files of the 360Giving standard.
//!
//! Amounts are written from their exact text, in JSON as numbers, as the standard requires. Dates keep the
//! precision with which they were stated.

use almoner_ledger::guarded::guarded;
use almoner_ledger::money::Money;
use serde::Serialize;
use serde_json::value::RawValue;

use super::standard::{Listed, Publisher};

/// The version of the standard.
const VERSION: &str = "1.4";
const CURRENCY: &str = "GBP";
/// The vocabulary of themes as classifications.
const VOCABULARY: &str = "Themes of the Police and Crime Plan";

#[derive(Serialize)]
struct Package<'a> {
    version: &'static str,
    title: String,
    description: &'a str,
    modified: &'a str,
    publisher: PublishedBy<'a>,
    grants: Vec<Grant<'a>>,
}

#[derive(Serialize)]
struct PublishedBy<'a> {
    identifier: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Grant<'a> {
    id: &'a str,
    title: &'a str,
    description: &'a str,
    currency: &'static str,
    amount_awarded: Box<RawValue>,
    amount_disbursed: Box<RawValue>,
    award_date: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    planned_dates: Vec<Planned>,
    recipient_organization: [Organisation<'a>; 1],
    funding_organization: [Organisation<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    grant_programme: Vec<Named<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    classifications: Vec<Named<'a>>,
    date_modified: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Planned {
    start_date: String,
    end_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<usize>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Organisation<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    charity_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    company_number: Option<&'a str>,
}

#[derive(Serialize)]
struct Named<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    vocabulary: Option<&'static str>,
    code: &'a str,
    title: &'a str,
}

/// Returns the package as JSON. `known` describes the last record known, and `modified` is its time.
pub fn json(
    grants: &[Listed],
    publisher: &Publisher,
    known: &str,
    modified: &str,
) -> Result<Vec<u8>, String> {
    let package = Package {
        version: VERSION,
        title: format!("Grants of {}", publisher.name),
        description: known,
        modified,
        publisher: PublishedBy { identifier: &publisher.id, name: &publisher.name },
        grants: grants.iter().map(grant).collect::<Result<_, _>>()?,
    };
    let mut bytes = serde_json::to_vec_pretty(&package).map_err(|error| error.to_string())?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn grant(listed: &Listed) -> Result<Grant<'_>, String> {
    let planned = listed.planned.map(|period| Planned {
        start_date: period.from().to_string(),
        end_date: period.to().to_string(),
        duration: listed.months(),
    });
    let recipient = &listed.recipient;
    let programmes = listed.programme.iter();
    let themes = listed.classifications.iter();
    Ok(Grant {
        id: &listed.id,
        title: &listed.title,
        description: &listed.description,
        currency: CURRENCY,
        amount_awarded: number(listed.amount_awarded)?,
        amount_disbursed: number(listed.amount_disbursed)?,
        award_date: listed.award_date.to_string(),
        planned_dates: planned.into_iter().collect(),
        recipient_organization: [Organisation {
            id: &recipient.id,
            name: &recipient.name,
            charity_number: recipient.charity_number.as_deref(),
            company_number: recipient.company_number.as_deref(),
        }],
        funding_organization: [Organisation {
            id: &listed.funder_id,
            name: &listed.funder_name,
            ..Organisation::default()
        }],
        grant_programme: programmes.map(|(code, title)| Named { vocabulary: None, code, title }).collect(),
        classifications: themes
            .map(|(code, title)| Named { vocabulary: Some(VOCABULARY), code, title })
            .collect(),
        date_modified: &listed.modified,
    })
}

/// Returns an amount as a JSON number.
fn number(amount: Money) -> Result<Box<RawValue>, String> {
    RawValue::from_string(digits(amount)).map_err(|error| error.to_string())
}

/// Returns `1234.56`, or `1234` for whole pounds.
fn digits(amount: Money) -> String {
    let text = amount.to_string();
    text.strip_suffix(".00").map(str::to_owned).unwrap_or(text)
}

/// The standard's titles of the columns before the classifications.
const TITLES: [&str; 19] = [
    "Identifier",
    "Title",
    "Description",
    "Currency",
    "Amount Awarded",
    "Amount Disbursed",
    "Award Date",
    "Planned Dates:Start Date",
    "Planned Dates:End Date",
    "Planned Dates:Duration (months)",
    "Recipient Org:Identifier",
    "Recipient Org:Name",
    "Recipient Org:Charity Number",
    "Recipient Org:Company Number",
    "Funding Org:Identifier",
    "Funding Org:Name",
    "Grant Programme:Code",
    "Grant Programme:Title",
    "Last Modified",
];

/// Returns the grants as CSV, one a row, with columns for the largest number of themes.
pub fn csv(grants: &[Listed]) -> Result<Vec<u8>, String> {
    let themes = grants.iter().map(|grant| grant.classifications.len()).max().unwrap_or_default();
    let mut titles: Vec<String> = TITLES.map(str::to_owned).to_vec();
    for theme in 0..themes {
        let of_theme = ["Vocabulary", "Code", "Title"];
        titles.extend(of_theme.map(|title| format!("Classifications:{theme}:{title}")));
    }
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(&titles).map_err(|error| error.to_string())?;
    for grant in grants {
        let mut row = row(grant);
        row.resize(titles.len(), String::new());
        let row = row.iter().map(|text| guarded(text).into_owned());
        writer.write_record(row).map_err(|error| error.to_string())?;
    }
    writer.into_inner().map_err(|error| error.to_string())
}

/// Returns the cells of a grant. Amounts are never negative, so none could be taken for a formula.
fn row(grant: &Listed) -> Vec<String> {
    let given = |text: Option<String>| text.unwrap_or_default();
    let (code, programme) = grant.programme.clone().unwrap_or_default();
    let mut row = vec![
        grant.id.clone(),
        grant.title.clone(),
        grant.description.clone(),
        CURRENCY.to_owned(),
        digits(grant.amount_awarded),
        digits(grant.amount_disbursed),
        grant.award_date.to_string(),
        given(grant.planned.map(|period| period.from().to_string())),
        given(grant.planned.map(|period| period.to().to_string())),
        given(grant.months().map(|months| months.to_string())),
        grant.recipient.id.clone(),
        grant.recipient.name.clone(),
        given(grant.recipient.charity_number.clone()),
        given(grant.recipient.company_number.clone()),
        grant.funder_id.clone(),
        grant.funder_name.clone(),
        code,
        programme,
        grant.modified.clone(),
    ];
    for (code, title) in &grant.classifications {
        row.extend([VOCABULARY.to_owned(), code.clone(), title.clone()]);
    }
    row
}
