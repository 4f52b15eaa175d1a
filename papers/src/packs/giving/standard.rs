//! Grants in the fields of the 360Giving standard, version 1.4.
//!
//! **Guarantee.** A grant and an organisation have the same identifier in every file made with the same
//! prefix, and no two grants share one. Fields that the ledger does not know are left out.

use std::collections::BTreeSet;

use almoner_ledger::calendar::{Date, Period};
use almoner_ledger::money::Money;
use almoner_ledger::recipients::Identifier;
use almoner_ledger::reports::GivingReport;
use almoner_ledger::reports::giving::GivenGrant;
use almoner_ledger::text::slug;

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

/// A publisher's prefix: `360G-suffolkpcc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(String);

impl Prefix {
    /// Parses a prefix.
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

/// The publisher, which is the funder of every grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publisher {
    prefix: Prefix,
    /// The publisher's identifier.
    pub id: String,
    /// The publisher's name.
    pub name: String,
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

/// An organisation in the standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// The identifier of the organisation.
    pub id: String,
    /// The name of the organisation.
    pub name: String,
    /// The number in a register of charities.
    pub charity_number: Option<String>,
    /// The number in the register of companies.
    pub company_number: Option<String>,
}

/// A grant in the standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The identifier of the grant.
    pub id: String,
    /// The title, within the limit of the standard.
    pub title: String,
    /// The purpose of the grant.
    pub description: String,
    /// The amount awarded, with variations.
    pub amount_awarded: Money,
    /// Payments less refunds.
    pub amount_disbursed: Money,
    /// The date of the decision.
    pub award_date: Date,
    /// The period, where stated.
    pub planned: Option<Period>,
    /// The recipient of the grant.
    pub recipient: Organisation,
    /// The funder's identifier.
    pub funder_id: String,
    /// The funder's name.
    pub funder_name: String,
    /// Code and title of the fund, where stated.
    pub programme: Option<(String, String)>,
    /// Codes and titles of the themes.
    pub classifications: Vec<(String, String)>,
    /// The time of the last record about the grant.
    pub modified: String,
}

impl Listed {
    /// Returns the number of months of a period of whole months.
    pub fn months(&self) -> Option<usize> {
        let days = self.planned?.days();
        days.is_whole_months().then(|| days.months().count())
    }
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
    Listed {
        id: publisher.prefix.before(grant.grant.as_str()),
        title: title(grant),
        description: grant.purpose.to_string(),
        amount_awarded: grant.awarded,
        amount_disbursed: grant.paid,
        award_date: grant.decided,
        planned: grant.period,
        recipient: recipient(grant, &publisher.prefix),
        funder_id: publisher.id.clone(),
        funder_name: publisher.name.clone(),
        programme: grant.fund.as_ref().map(|(id, name)| (id.to_string(), name.clone())),
        classifications: grant.themes.iter().map(|(id, name)| (id.to_string(), name.clone())).collect(),
        modified: grant.modified.to_string(),
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
