//! The two files of the 360Giving standard.

use almoner_ledger::guarded::guarded;
use almoner_ledger::hash::Hash;
use serde::Serialize;

use super::standard::{Listed, Publisher, digits};

const VERSION: &str = "1.4";

#[derive(Serialize)]
struct Package<'a> {
    version: &'static str,
    title: String,
    description: &'a str,
    modified: &'a str,
    publisher: &'a Publisher,
    grants: &'a [Listed],
}

/// Returns the package as JSON. `known` describes the time of knowledge. The package was modified when the last of its
/// grants was, so that nothing else that is recorded moves it.
pub fn json(grants: &[Listed], publisher: &Publisher, known: &str) -> Result<Vec<u8>, String> {
    let package = Package {
        version: VERSION,
        title: format!("Grants of {}", publisher.name),
        description: known,
        modified: grants.iter().map(|grant| grant.date_modified.as_str()).max().unwrap_or_default(),
        publisher,
        grants,
    };
    let mut bytes = serde_json::to_vec_pretty(&package).map_err(|error| error.to_string())?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Returns the hash of all that the package says but the time of knowledge.
pub fn content(grants: &[Listed], publisher: &Publisher) -> Result<Hash, String> {
    json(grants, publisher, "").map(|bytes| Hash::of(&bytes))
}

/// A column of the CSV file: its title in the standard, and its cell.
type Column = (&'static str, fn(&Listed) -> Option<String>);

/// The columns before the classifications. Amounts are never negative, so none could be taken for a formula.
const COLUMNS: [Column; 19] = [
    ("Identifier", |it| Some(it.id.clone())),
    ("Title", |it| Some(it.title.clone())),
    ("Description", |it| Some(it.description.clone())),
    ("Currency", |it| Some(it.currency.to_owned())),
    ("Amount Awarded", |it| Some(digits(it.amount_awarded))),
    ("Amount Disbursed", |it| Some(digits(it.amount_disbursed))),
    ("Award Date", |it| Some(it.award_date.to_string())),
    ("Planned Dates:Start Date", |it| Some(it.planned_dates.first()?.start_date.clone())),
    ("Planned Dates:End Date", |it| Some(it.planned_dates.first()?.end_date.clone())),
    ("Planned Dates:Duration (months)", |it| Some(it.planned_dates.first()?.duration?.to_string())),
    ("Recipient Org:Identifier", |it| Some(it.recipient_organization[0].id.clone())),
    ("Recipient Org:Name", |it| Some(it.recipient_organization[0].name.clone())),
    ("Recipient Org:Charity Number", |it| it.recipient_organization[0].charity_number.clone()),
    ("Recipient Org:Company Number", |it| it.recipient_organization[0].company_number.clone()),
    ("Funding Org:Identifier", |it| Some(it.funding_organization[0].id.clone())),
    ("Funding Org:Name", |it| Some(it.funding_organization[0].name.clone())),
    ("Grant Programme:Code", |it| Some(it.grant_programme.first()?.code.clone())),
    ("Grant Programme:Title", |it| Some(it.grant_programme.first()?.title.clone())),
    ("Last Modified", |it| Some(it.date_modified.clone())),
];

/// Returns the grants as CSV, one a row, with columns for the largest number of themes.
pub fn csv(grants: &[Listed]) -> Result<Vec<u8>, String> {
    let themes = grants.iter().map(|grant| grant.classifications.len()).max().unwrap_or_default();
    let mut titles: Vec<String> = COLUMNS.iter().map(|(title, _)| (*title).to_owned()).collect();
    for theme in 0..themes {
        let of_theme = ["Vocabulary", "Code", "Title"];
        titles.extend(of_theme.map(|title| format!("Classifications:{theme}:{title}")));
    }
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(&titles).map_err(|error| error.to_string())?;
    for grant in grants {
        let mut row: Vec<String> = COLUMNS.iter().map(|(_, cell)| cell(grant).unwrap_or_default()).collect();
        for theme in &grant.classifications {
            let vocabulary = theme.vocabulary.unwrap_or_default().to_owned();
            row.extend([vocabulary, theme.code.clone(), theme.title.clone()]);
        }
        row.resize(titles.len(), String::new());
        let row = row.iter().map(|text| guarded(text).into_owned());
        writer.write_record(row).map_err(|error| error.to_string())?;
    }
    writer.into_inner().map_err(|error| error.to_string())
}
