//! The list of grants, each with its position at a day.

mod listed;

use std::collections::BTreeMap;

use serde::Serialize;

pub use self::listed::grants_page;
use crate::book::{Books, BooksError};
use crate::calendar::{Date, StatedDate};
use crate::decisions::DecisionId;
use crate::grants::{Award, Fact, Grant, GrantId, Power, Recorded};
pub use crate::listing::numbered;
use crate::money::Overflow;
use crate::recipients::{Recipient, RecipientId};
use crate::reports::measures::Standing;
use crate::reports::{Filter, Query, ReportError, Stamp};
use crate::text::Text;

/// The line of one grant. Where the report is filtered by theme, the figures are those of the part
/// of the grant under that theme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GrantsRow {
    pub grant: GrantId,
    pub decision: Option<DecisionId>,
    pub decided: Date,
    pub recipient: RecipientId,
    /// The recipient's name on the day reported.
    pub recipient_name: String,
    /// The purpose on the day reported.
    pub purpose: Text,
    pub theme: String,
    /// The funds in force at the reporting date: `cdr; victims`.
    pub fund: String,
    pub power: Power,
    /// The first day or month of the period; `None` is *not stated*.
    pub from: Option<StatedDate>,
    /// The last day or month of the period; `None` is *not stated*.
    pub to: Option<StatedDate>,
    pub withdrawn: bool,
    #[serde(flatten)]
    pub standing: Standing,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GrantsReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The grants by decision and id.
    pub rows: Vec<GrantsRow>,
    pub total: Standing,
}

impl GrantsReport {
    /// Returns the grants with a text in their id, their decision's number, or the recipient's id or name, and their
    /// total.
    pub fn named(mut self, text: &str) -> Result<GrantsReport, Overflow> {
        let wanted = text.trim().to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&wanted);
        self.rows.retain(|row| {
            let decision = row.decision.as_ref().map(DecisionId::as_str);
            has(row.grant.as_str())
                || has(&row.recipient_name)
                || has(row.recipient.as_str())
                || decision.is_some_and(has)
        });
        self.total = total(&self.rows)?;
        Ok(self)
    }
}

pub fn grants(books: &dyn Books, query: &Query) -> Result<GrantsReport, ReportError> {
    let mut rows = Vec::new();
    books.each_grant(&mut |grant| {
        rows.extend(row(query, grant)?);
        Ok(())
    })?;
    name_recipients(books, &mut rows, query.as_at())?;
    sort(&mut rows);
    let total = total(&rows)?;
    Ok(GrantsReport { stamp: Stamp::of_range(books, "almoner.report.grants/2", query), rows, total })
}

pub(super) fn total(rows: &[GrantsRow]) -> Result<Standing, Overflow> {
    Standing::sum(rows.iter().map(|row| &row.standing))
}

/// Sorts by date of decision, then by id in numerical order.
pub(super) fn sort(rows: &mut [GrantsRow]) {
    rows.sort_by_cached_key(|row| (row.decided, numbered(row.grant.as_str())));
}

/// Returns a grant's line without the recipient's name; `None` for a grant that the query excludes. A grant whose
/// award was reversed or decided later is listed only if it has figures by that day: postings in a closed month
/// remain, and the list must agree with other reports.
pub(super) fn row(query: &Query, grant: &Grant) -> Result<Option<GrantsRow>, BooksError> {
    let as_at = query.as_at();
    let Some((award, standing)) = position(query, grant)? else { return Ok(None) };
    let purpose = grant.purpose_on(as_at).unwrap_or(&award.purpose);
    let period = grant.period();
    Ok(Some(GrantsRow {
        grant: grant.id.clone(),
        decision: grant.decision().cloned(),
        decided: award.decided,
        recipient: query.filter.recipient.as_ref().unwrap_or(&award.recipient).clone(),
        recipient_name: String::new(),
        purpose: purpose.text.clone(),
        theme: grant.split_on(as_at).unwrap_or_else(|| purpose.split.clone()).to_string(),
        fund: grant.funds_on(as_at),
        power: grant.terms().power,
        from: period.map(|period| period.from()),
        to: period.map(|period| period.to()),
        withdrawn: withdrawn_by(grant, as_at),
        standing,
    }))
}

/// Returns a grant's award and its position; `None` for a grant that has no line.
pub(super) fn position<'g>(
    query: &Query,
    grant: &'g Grant,
) -> Result<Option<(&'g Award, Standing)>, BooksError> {
    let Some(award) = grant.last_award().filter(|award| takes(&query.filter, grant, award)) else {
        return Ok(None);
    };
    let standing = Standing::of_grant(grant, query)?;
    let in_list = grant.award().is_some_and(|award| award.decided <= query.as_at())
        && had_place(&query.filter, grant)
        && query.filter.takes_recipient(&award.recipient);
    Ok((!standing.is_zero() || in_list).then_some((award, standing)))
}

/// Returns true when a filter by fund, power and recipient includes a grant.
fn takes(filter: &Filter, grant: &Grant, award: &Award) -> bool {
    filter
        .fund
        .as_ref()
        .is_none_or(|fund| grant.had_place(|place| place.fund == fund) || grant.has_postings_in(fund))
        && filter.takes_power(grant.terms().power)
        // A recipient corrected later stays in the closed months in which it was shown.
        && (filter.takes_recipient(&award.recipient)
            || grant.recipients().any(|recipient| filter.takes_recipient(recipient)))
}

/// Returns true when a filter includes a grant, for its theme if it ever had it.
pub(super) fn ever_takes(filter: &Filter, grant: &Grant, award: &Award) -> bool {
    takes(filter, grant, award) && grant.had_place(|place| filter.takes_theme(place.theme))
}

/// Returns true if a part of a grant was ever in both the fund and the theme of a filter.
fn had_place(filter: &Filter, grant: &Grant) -> bool {
    grant.had_place(|place| filter.takes_fund(place.fund) && filter.takes_theme(place.theme))
}

/// Returns true if the books show a grant as withdrawn on a day: a withdrawal or its reversal recorded after the months up
/// to then were closed is shown later.
pub(super) fn withdrawn_by(grant: &Grant, day: Date) -> bool {
    let is_shown = |recorded: &Recorded| grant.shown_from(recorded).is_some_and(|from| from <= day);
    let is_reversed = |recorded: &Recorded| {
        grant.history.iter().any(|it| Some(it.record) == recorded.reversed_by && is_shown(it))
    };
    let mut withdrawals = grant.history.iter().filter(|it| matches!(&*it.fact, Fact::Withdrawn(_)));
    withdrawals.any(|it| is_shown(it) && !is_reversed(it))
}

/// Returns a recipient's name on a day, or the id where the recipient is not known.
pub(super) fn recipient_name(books: &dyn Books, id: &RecipientId, day: Date) -> Result<String, BooksError> {
    let recipient = books.recipient(id)?;
    Ok(recipient.map_or_else(|| id.to_string(), |recipient| recipient.name_on(day).to_owned()))
}

/// Puts the recipients' names on a day in the lines.
pub(super) fn name_recipients(
    books: &dyn Books,
    rows: &mut [GrantsRow],
    day: Date,
) -> Result<(), BooksError> {
    let names = RecipientNames::read(books, rows.iter().map(|row| &row.recipient))?;
    rows.iter_mut().for_each(|row| row.recipient_name = names.on(&row.recipient, day));
    Ok(())
}

/// The recipients of a report, read at once.
pub(super) struct RecipientNames(BTreeMap<RecipientId, Recipient>);

impl RecipientNames {
    pub(super) fn read<'a>(
        books: &dyn Books,
        ids: impl Iterator<Item = &'a RecipientId>,
    ) -> Result<RecipientNames, BooksError> {
        let found = books.recipients(&ids.cloned().collect())?;
        Ok(RecipientNames(found.into_iter().map(|it| (it.id.clone(), it)).collect()))
    }

    /// Returns a recipient's name on a day, or the id where the recipient is not known.
    pub(super) fn on(&self, id: &RecipientId, day: Date) -> String {
        self.0.get(id).map_or_else(|| id.to_string(), |recipient| recipient.name_on(day).to_owned())
    }
}
