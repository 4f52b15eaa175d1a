//! The list of recipients, each with the position of its grants at a day.

mod listed;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use self::listed::recipients_page;
use crate::book::{Books, BooksError};
use crate::grants::Grant;
use crate::recipients::{Identifier, Recipient, RecipientId};
use crate::reports::measures::Standing;
use crate::reports::{Filter, Query, ReportError, Stamp};
use crate::text::folded;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecipientsRow {
    pub recipient: RecipientId,
    /// The name on the day reported.
    pub name: String,
    pub identifiers: Vec<Identifier>,
    pub grants: u64,
    #[serde(flatten)]
    pub standing: Standing,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecipientsReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The recipients by name. A filtered report excludes those without grants.
    pub rows: Vec<RecipientsRow>,
    pub total: Standing,
}

pub fn recipients(books: &dyn Books, query: &Query) -> Result<RecipientsReport, ReportError> {
    let mut given = Given::new();
    books.each_grant(&mut |grant| add(&mut given, query, grant))?;
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
    let total = Standing::sum(rows.iter().map(|row| &row.standing))?;
    Ok(RecipientsReport { stamp: Stamp::of_range(books, "almoner.report.recipients/2", query), rows, total })
}

/// What recipients were given: the number of their grants, and the position of these.
type Given = BTreeMap<RecipientId, (u64, Standing)>;

fn add(given: &mut Given, query: &Query, grant: &Grant) -> Result<(), BooksError> {
    let Some(award) = grant.last_award() else { return Ok(()) };
    // A recipient corrected later stays in the closed months in which it was shown.
    let all: BTreeSet<&RecipientId> = grant.recipients().collect();
    for recipient in all {
        let filter = Filter { recipient: Some(recipient.clone()), ..query.filter.clone() };
        if !query.filter.takes_recipient(recipient) {
            continue;
        }
        let standing = Standing::of_grant(grant, &Query { filter, ..query.clone() })?;
        let counts = *recipient == award.recipient
            && grant.award().is_some_and(|award| award.decided <= query.as_at())
            && (!standing.is_zero() || query.filter.is_empty());
        if counts || !standing.is_zero() {
            let (grants, sum) = given.entry(recipient.clone()).or_default();
            *grants += u64::from(counts);
            sum.add(&standing)?;
        }
    }
    Ok(())
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
