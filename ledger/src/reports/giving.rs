//! The present state of each grant, for publication.
//!
//! All details are current, whatever their date: the amount with variations, less withdrawals and refunds
//! that reduce the award; the purpose after its last change; the newest name. This module does not know
//! the standard in which grants are published.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::allocation::Division;
use crate::book::names::{fund_name, theme_name};
use crate::book::{Books, BooksError};
use crate::calendar::{Date, DateRange, Period};
use crate::decisions::DecisionId;
use crate::funds::FundId;
use crate::grants::{Grant, GrantId};
use crate::money::Money;
use crate::recipients::{Identifier, Recipient, RecipientId};
use crate::reports::grants::numbered;
use crate::reports::{Query, ReportError, Stamp};
use crate::text::Text;
use crate::themes::ThemeId;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenGrant {
    pub grant: GrantId,
    pub title: Option<Text>,
    pub decided: Date,
    pub recipient: RecipientId,
    /// The recipient's newest name.
    pub recipient_name: String,
    pub identifiers: Vec<Identifier>,
    pub purpose: Text,
    /// The themes with their names; none for what is not allocated.
    pub themes: Vec<(ThemeId, String)>,
    pub funds: Vec<(FundId, String)>,
    pub period: Option<Period>,
    /// The amount awarded, greater than zero.
    pub awarded: Money,
    /// Payments less refunds.
    pub paid: Money,
    /// The time of the last record about the grant, UTC: `2015-03-31T16:20:00Z`.
    pub modified: Arc<str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivingReport {
    pub stamp: Stamp,
    /// The grants by date of decision and id.
    pub grants: Vec<GivenGrant>,
    /// Grants withdrawn or refunded in full, which are not published.
    pub reduced_to_zero: Vec<GrantId>,
}

/// Lists the grants decided in a range, or all grants.
pub fn giving(books: &dyn Books, decided_in: Option<DateRange>) -> Result<GivingReport, ReportError> {
    let (mut grants, mut reduced_to_zero) = (Vec::new(), Vec::new());
    books.each_grant(&mut |grant| {
        let Some(award) = grant.award() else { return Ok(()) };
        if decided_in.is_some_and(|range| !range.contains(award.decided)) {
            return Ok(());
        }
        match grant.standing()?.awarded.is_positive() {
            true => grants.extend(given(books, grant)?.map(|it| (grant.decision().cloned(), it))),
            false => reduced_to_zero.push(grant.id.clone()),
        }
        Ok(())
    })?;
    let mut grants = titled_and_named(books, grants)?;
    grants.sort_by_cached_key(|it| (it.decided, numbered(it.grant.as_str())));
    reduced_to_zero.sort_by_cached_key(|id: &GrantId| numbered(id.as_str()));
    let stamp = match decided_in {
        Some(range) => Stamp::of_range(books, "almoner.giving/2", &Query::of(range)),
        None => Stamp::plain(books, "almoner.giving/2"),
    };
    Ok(GivingReport { stamp, grants, reduced_to_zero })
}

/// Adds the titles of the decisions, and the names and identifiers of the recipients.
fn titled_and_named(
    books: &dyn Books,
    grants: Vec<(Option<DecisionId>, GivenGrant)>,
) -> Result<Vec<GivenGrant>, BooksError> {
    let decisions = books.decisions(&grants.iter().filter_map(|(decision, _)| decision.clone()).collect())?;
    let registered = decisions.into_iter().filter(|it| !it.reversed);
    let titles: BTreeMap<DecisionId, Option<Text>> =
        registered.map(|it| (it.decision.id, it.decision.title)).collect();
    let recipients = books.recipients(&grants.iter().map(|(_, it)| it.recipient.clone()).collect())?;
    let recipients: BTreeMap<&RecipientId, &Recipient> = recipients.iter().map(|it| (&it.id, it)).collect();
    let completed = grants.into_iter().map(|(decision, it)| {
        let recipient = recipients.get(&it.recipient);
        GivenGrant {
            title: decision.and_then(|id| titles.get(&id).cloned().flatten()),
            recipient_name: recipient.map_or_else(|| it.recipient.to_string(), |it| it.name().to_owned()),
            identifiers: recipient.map(|it| it.identifiers.iter().cloned().collect()).unwrap_or_default(),
            ..it
        }
    });
    Ok(completed.collect())
}

/// Returns what the grant itself says.
fn given(books: &dyn Books, grant: &Grant) -> Result<Option<GivenGrant>, BooksError> {
    let (Some(award), Some(purpose), Some(last)) = (grant.award(), grant.purpose(), grant.history.last())
    else {
        return Ok(None);
    };
    let division = grant.division();
    let themes = division.iter().flat_map(Division::themes).filter(|id| !id.is_unallocated());
    let funds = division.iter().flat_map(Division::funds).filter(|id| !id.is_unstated());
    let standing = grant.standing()?;
    Ok(Some(GivenGrant {
        grant: grant.id.clone(),
        title: None,
        decided: award.decided,
        recipient: award.recipient.clone(),
        recipient_name: String::new(),
        identifiers: Vec::new(),
        purpose: purpose.text.clone(),
        themes: themes.map(|id| (id.clone(), theme_name(books, id.as_str()))).collect(),
        funds: funds.map(|id| (id.clone(), fund_name(books, id.as_str()))).collect(),
        period: grant.period(),
        awarded: standing.awarded,
        paid: standing.paid.minus(standing.refunded)?,
        modified: books.reference().clock.time_of(last.record, &last.at).into(),
    }))
}
