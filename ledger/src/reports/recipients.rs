//! The list of recipients, each with what its grants came to as at a day.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::book::Books;
use crate::recipients::{Identifier, Recipient, RecipientId};
use crate::reports::collect::grant_as_at;
use crate::reports::measures::Standing;
use crate::reports::{Query, ReportError, Stamp};
use crate::text::folded;

/// One recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecipientsRow {
    /// Its id.
    pub recipient: RecipientId,
    /// Its name on the day reported.
    pub name: String,
    /// What others know it by.
    pub identifiers: Vec<Identifier>,
    /// How many grants it was awarded that hold.
    pub grants: u64,
    /// The figures of all its grants.
    #[serde(flatten)]
    pub standing: Standing,
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecipientsReport {
    /// What every report begins with.
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The recipients by name. Those without grants are left out when the report is narrowed.
    pub rows: Vec<RecipientsRow>,
    /// Their sum.
    pub total: Standing,
}

/// Draws the report.
pub fn recipients(books: &dyn Books, query: &Query) -> Result<RecipientsReport, ReportError> {
    let mut given: BTreeMap<RecipientId, (u64, Standing)> = BTreeMap::new();
    books.each_grant(&mut |grant| {
        let Some(award) = grant.last_award() else { return Ok(()) };
        let standing = Standing::of(&grant_as_at(grant, query)?)?;
        let counts = grant.award().is_some_and(|award| award.decided <= query.as_at())
            && (!standing.is_zero() || query.filter.is_empty());
        if counts || !standing.is_zero() {
            let (grants, sum) = given.entry(award.recipient.clone()).or_default();
            *grants += u64::from(counts);
            sum.add(&standing)?;
        }
        Ok(())
    })?;
    let mut rows = Vec::new();
    books.each_recipient(&mut |recipient| {
        let found = given.get(&recipient.id).copied();
        if found.is_some() || (recipient.is_known() && query.filter.is_empty()) {
            let (grants, standing) = found.unwrap_or_default();
            rows.push(row(recipient, query, grants, standing));
        }
        Ok(())
    })?;
    rows.sort_by_key(|row| (folded(&row.name), row.recipient.clone()));
    let mut total = Standing::default();
    rows.iter().try_for_each(|row| total.add(&row.standing))?;
    Ok(RecipientsReport { stamp: Stamp::of_day(books, "almoner.report.recipients/2", query), rows, total })
}

fn row(recipient: &Recipient, query: &Query, grants: u64, standing: Standing) -> RecipientsRow {
    RecipientsRow {
        recipient: recipient.id.clone(),
        name: recipient.name_on(query.as_at()).to_owned(),
        identifiers: recipient.identifiers.iter().cloned().collect(),
        grants,
        standing,
    }
}
