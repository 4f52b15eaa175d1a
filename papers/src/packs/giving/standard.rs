//! Grants in the fields of the 360Giving standard, version 1.4.
//!
//! **Guarantee.** A grant and an organisation have the same identifier in every file made with the same
//! prefix, and no two grants share one. Fields that the ledger does not know are left out.

use std::collections::BTreeSet;
use std::fmt;

use almoner_ledger::calendar::Date;
use almoner_ledger::money::Money;
use almoner_ledger::recipients::Identifier;
use almoner_ledger::reports::GivingReport;
use almoner_ledger::reports::giving::GivenGrant;
use almoner_ledger::text::slug;
use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::GivingError;

/// The maximum length of a title in the standard.
const TITLE_LIMIT: usize = 140;
/// The beginning of the standard's own identifiers.
const OWN: &str = "360G-";
/// The registers of charities of the United Kingdom.
const CHARITIES: [&str; 3] = ["GB-CHC-", "GB-SC-", "GB-NIC-"];
const COMPANIES: &str = "GB-COH-";
/// The length of a company number.
const COMPANY_NUMBER: usize = 8;
/// The vocabulary of themes as classifications.
const VOCABULARY: &str = "Themes of the Police and Crime Plan";

/// A publisher's prefix: `360G-suffolkpcc`.
#[derive(Debug)]
pub struct Prefix(String);

impl Prefix {
    pub fn parse(text: &str) -> Result<Prefix, GivingError> {
        let own = text.get(..OWN.len()).is_some_and(|start| start.eq_ignore_ascii_case(OWN));
        let name = text.get(OWN.len()..).filter(|_| own).unwrap_or_default();
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
            return Err(GivingError::NotAPrefix(text.to_owned()));
        }
        Ok(Prefix(format!("{OWN}{name}")))
    }

    /// Returns an identifier with the prefix. One already published under the standard is unchanged.
    fn before(&self, id: &str) -> String {
        if id.starts_with(OWN) { id.to_owned() } else { format!("{}-{id}", self.0) }
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The publisher, which is the funder of every grant.
#[derive(Debug, Serialize)]
pub struct Publisher {
    #[serde(skip)]
    prefix: Prefix,
    #[serde(rename = "identifier")]
    pub(super) id: String,
    pub(super) name: String,
}

impl Publisher {
    /// Returns the publisher of a body's grants, by its registered identifier or one with its own prefix.
    pub fn new(prefix: Prefix, id: Option<&Identifier>, body: &str) -> Result<Publisher, GivingError> {
        if body.is_empty() {
            return Err(GivingError::NoBody);
        }
        let id = id.map_or_else(|| prefix.before(&slug(body)), ToString::to_string);
        Ok(Publisher { prefix, id, name: body.to_owned() })
    }
}

/// A grant in the standard, whose JSON has the fields of this struct.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) currency: &'static str,
    #[serde(serialize_with = "number")]
    pub(super) amount_awarded: Money,
    /// Payments less refunds.
    #[serde(serialize_with = "number")]
    pub(super) amount_disbursed: Money,
    pub(super) award_date: Date,
    /// The period, where stated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) planned_dates: Vec<Planned>,
    pub(super) recipient_organization: [Organisation; 1],
    pub(super) funding_organization: [Organisation; 1],
    /// The fund, where stated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) grant_programme: Vec<Code>,
    /// The themes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) classifications: Vec<Code>,
    /// The time of the last record about the grant.
    pub(super) date_modified: String,
}

/// A period, with dates as precise as they were stated.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Planned {
    pub(super) start_date: String,
    pub(super) end_date: String,
    /// The number of months of a period of whole months.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Organisation {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) charity_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) company_number: Option<String>,
}

/// A code with its title and, for classifications, its vocabulary.
#[derive(Debug, Serialize)]
pub(super) struct Code {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) vocabulary: Option<&'static str>,
    pub(super) code: String,
    pub(super) title: String,
}

/// Writes an amount as a JSON number from its exact text, as the standard requires.
fn number<S: Serializer>(amount: &Money, serializer: S) -> Result<S::Ok, S::Error> {
    RawValue::from_string(digits(*amount)).map_err(S::Error::custom)?.serialize(serializer)
}

/// Returns `1234.56`, or `1234` for whole pounds.
pub(super) fn digits(amount: Money) -> String {
    let text = amount.to_string();
    text.strip_suffix(".00").map(str::to_owned).unwrap_or(text)
}

/// Returns the grants of a list, after checking that their identifiers are unique.
pub fn listed(report: &GivingReport, publisher: &Publisher) -> Result<Vec<Listed>, GivingError> {
    let grants: Vec<Listed> = report.grants.iter().map(|grant| one(grant, publisher)).collect();
    let mut ids = BTreeSet::new();
    match grants.iter().find(|grant| !ids.insert(grant.id.as_str())) {
        Some(twice) => Err(GivingError::SameIdentifier(twice.id.clone())),
        None => Ok(grants),
    }
}

fn one(grant: &GivenGrant, publisher: &Publisher) -> Listed {
    let planned = grant.period.map(|period| Planned {
        start_date: period.from().to_string(),
        end_date: period.to().to_string(),
        duration: period.days().is_whole_months().then(|| period.days().months().count()),
    });
    let code = |vocabulary, code: String, title: &String| Code { vocabulary, code, title: title.clone() };
    let themes = grant.themes.iter();
    Listed {
        id: publisher.prefix.before(grant.grant.as_str()),
        title: title(grant),
        description: grant.purpose.to_string(),
        currency: "GBP",
        amount_awarded: grant.awarded,
        amount_disbursed: grant.paid,
        award_date: grant.decided,
        planned_dates: planned.into_iter().collect(),
        recipient_organization: [recipient(grant, &publisher.prefix)],
        funding_organization: [Organisation {
            id: publisher.id.clone(),
            name: publisher.name.clone(),
            charity_number: None,
            company_number: None,
        }],
        grant_programme: grant.funds.iter().map(|(id, name)| code(None, id.to_string(), name)).collect(),
        classifications: themes.map(|(id, name)| code(Some(VOCABULARY), id.to_string(), name)).collect(),
        date_modified: grant.modified.to_string(),
    }
}

/// Returns the decision's title where it fits and differs from the description, else the recipient with
/// the themes.
fn title(grant: &GivenGrant) -> String {
    let given = grant.title.as_ref().map(|title| title.as_str());
    let fits = |title: &&str| *title != grant.purpose.as_str() && title.chars().count() <= TITLE_LIMIT;
    let names: Vec<&str> = grant.themes.iter().map(|(_, name)| name.as_str()).collect();
    let made = match names.is_empty() {
        true => format!("Grant to {}", grant.recipient_name),
        false => format!("Grant to {}: {}", grant.recipient_name, names.join(", ")),
    };
    given.filter(fits).map_or_else(|| shortened(&made), str::to_owned)
}

/// Returns a text within the limit, cut between words.
fn shortened(text: &str) -> String {
    if text.chars().count() <= TITLE_LIMIT {
        return text.to_owned();
    }
    let mut short = String::new();
    for word in text.split_inclusive(' ') {
        if short.chars().count() + word.chars().count() >= TITLE_LIMIT {
            break;
        }
        short.push_str(word);
    }
    if short.is_empty() {
        short = text.chars().take(TITLE_LIMIT - 1).collect();
    }
    format!("{}…", short.trim_end())
}

fn recipient(grant: &GivenGrant, prefix: &Prefix) -> Organisation {
    let identifiers: Vec<String> = grant.identifiers.iter().filter_map(organisation_id).collect();
    let with = |start: &str| identifiers.iter().find(|id| id.starts_with(start));
    let charity = CHARITIES.iter().find_map(|register| with(register));
    let company = with(COMPANIES);
    let found = charity.or(company).or(with("GB-")).or(with(OWN));
    Organisation {
        id: found.cloned().unwrap_or_else(|| prefix.before(grant.recipient.as_str())),
        name: grant.recipient_name.clone(),
        charity_number: charity.and_then(|id| id.rsplit('-').next()).map(str::to_owned),
        company_number: company.and_then(|id| id.strip_prefix(COMPANIES)).map(str::to_owned),
    }
}

/// Returns an identifier in the form of its register; `None` where it is not a registered identifier.
fn organisation_id(identifier: &Identifier) -> Option<String> {
    let text = identifier.as_str();
    if text.starts_with(OWN) {
        return Some(text.to_owned());
    }
    let register = identifier.register()?;
    let number = text.get(register.len()..)?.strip_prefix('-').filter(|number| !number.is_empty())?;
    let register = format!("{}-", register.to_uppercase());
    let is_digits = number.bytes().all(|byte| byte.is_ascii_digit());
    match register.as_str() {
        // Spreadsheets remove leading zeros.
        COMPANIES if is_digits => Some(format!("{number:0>COMPANY_NUMBER$}")),
        COMPANIES => Some(number.to_uppercase()),
        "GB-CHC-" => is_digits.then(|| number.to_owned()),
        _ => Some(number.to_uppercase()),
    }
    .filter(|number| register != COMPANIES || number.len() == COMPANY_NUMBER)
    .map(|number| format!("{register}{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_read_or_refused() {
        for (text, expected) in [
            ("360G-suffolkpcc", Some("360G-suffolkpcc")),
            ("360g-suffolkpcc", Some("360G-suffolkpcc")),
            ("suffolkpcc", None),
            ("360G-", None),
            ("360G-a b", None),
            ("", None),
            ("£60G", None),
        ] {
            assert_eq!(Prefix::parse(text).ok().map(|it| it.0).as_deref(), expected, "{text}");
        }
        let prefix = Prefix::parse("360G-a").unwrap();
        assert_eq!(prefix.before("14-2015/2"), "360G-a-14-2015/2");
        assert_eq!(prefix.before("360G-b-14"), "360G-b-14");
    }

    #[test]
    fn numbers_are_written_as_their_registers_do() {
        for (text, expected) in [
            ("GB-CHC-1087198", Some("GB-CHC-1087198")),
            ("gb-coh-01234567", Some("GB-COH-01234567")),
            ("GB-COH-1234567", Some("GB-COH-01234567")),
            ("GB-COH-ni012345", Some("GB-COH-NI012345")),
            ("GB-COH-123456789", None),
            ("GB-CHC-unknown", None),
            ("GB-SC-SC012345", Some("GB-SC-SC012345")),
            ("SUPPLIER00017", None),
            ("360G-anyshire-org:12", Some("360G-anyshire-org:12")),
        ] {
            let found = organisation_id(&Identifier::new(text).unwrap());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn titles_stay_within_the_limit() {
        assert_eq!(shortened("Grant to A"), "Grant to A");
        let long = shortened(&"word ".repeat(60));
        assert!(long.ends_with("word…") && long.chars().count() <= TITLE_LIMIT, "{long}");
        assert_eq!(shortened(&"x".repeat(200)).chars().count(), TITLE_LIMIT);
    }
}
