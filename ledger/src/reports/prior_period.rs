//! Prior period adjustments: which expenditure of earlier years was posted to reserves, why, by whom and by which decision.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::accounts::Account;
use crate::book::{Books, BooksError};
use crate::calendar::{Date, DateRange, FinancialYear};
use crate::decisions::DecisionId;
use crate::funds::FundId;
use crate::grants::{Fact, Grant, GrantId, Recorded};
use crate::money::{Money, Overflow};
use crate::recipients::RecipientId;
use crate::reports::Filter;
use crate::reports::grants::{RecipientNames, numbered};
use crate::reports::parts::award_by;

/// What one record adjusted of one year in one fund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AdjustmentRow {
    /// The posting date.
    pub booked: Date,
    /// The year of which it is expenditure.
    pub year: FinancialYear,
    pub grant: GrantId,
    pub recipient: Option<RecipientId>,
    /// The recipient's name on the posting date.
    pub recipient_name: Option<String>,
    pub fund: FundId,
    /// The kind of record: `payment`, `correction`, `reversal`, …
    pub event: &'static str,
    pub record: u64,
    /// The time of recording, UTC.
    pub recorded_at: String,
    pub recorded_by: String,
    /// The decision that the record refers to, or else that of the grant's award.
    pub decision: Option<DecisionId>,
    pub reason: String,
    /// What was taken from the fund's reserve, or given back to it if negative.
    pub amount: Money,
}

/// The adjustments posted in a range of days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Adjustments {
    /// By posting date, year, grant and record.
    pub rows: Vec<AdjustmentRow>,
    pub total: Money,
}

impl Adjustments {
    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds what the records of a grant adjusted in a range of days, as far as a filter takes them.
    pub(super) fn add(&mut self, grant: &Grant, filter: &Filter, range: DateRange) -> Result<(), Overflow> {
        for recorded in grant.history.iter().filter(|it| it.prior_period.is_some()) {
            self.rows.extend(of_record(grant, recorded, filter, range)?);
        }
        Ok(())
    }

    /// Names the recipients, sorts the rows and adds them up.
    pub(super) fn finish(&mut self, books: &dyn Books) -> Result<(), BooksError> {
        let recipients = self.rows.iter().filter_map(|row| row.recipient.as_ref());
        let names = RecipientNames::read(books, recipients)?;
        for row in &mut self.rows {
            row.recipient_name = row.recipient.as_ref().map(|id| names.on(id, row.booked));
        }
        self.rows.sort_by_cached_key(|row| {
            (
                row.booked,
                row.year,
                numbered(row.grant.as_str()),
                row.record,
                row.fund.is_unstated(),
                row.fund.clone(),
            )
        });
        self.total = Money::sum(self.rows.iter().map(|row| row.amount))?;
        Ok(())
    }
}

fn of_record(
    grant: &Grant,
    recorded: &Recorded,
    filter: &Filter,
    range: DateRange,
) -> Result<Vec<AdjustmentRow>, Overflow> {
    let recipient = award_by(grant, recorded.record).map(|award| &award.recipient);
    let takes_grant = filter.takes_power(grant.terms().power)
        && recipient.is_none_or(|recipient| filter.takes_recipient(recipient));
    let mut sums: BTreeMap<(Date, FinancialYear, &FundId), Money> = BTreeMap::new();
    for posting in recorded.entries.postings().filter(|it| it.account == Account::PriorPeriod) {
        let takes_theme = posting.theme.is_none_or(|theme| filter.takes_theme(theme));
        if takes_grant && takes_theme && filter.takes_fund(posting.fund) && range.contains(posting.booked) {
            // What came back is of the year of its payment.
            let of = if let Fact::Returned(it) = &*recorded.fact { it.paid } else { posting.effective };
            let year = of.financial_year();
            sums.entry((posting.booked, year, posting.fund)).or_default().add(posting.amount)?;
        }
    }
    let row = |((booked, year, fund), amount): ((Date, FinancialYear, &FundId), Money)| AdjustmentRow {
        booked,
        year,
        grant: grant.id.clone(),
        recipient: recipient.cloned(),
        recipient_name: None,
        fund: fund.clone(),
        event: recorded.fact.words(),
        record: recorded.record,
        recorded_at: recorded.at.to_string(),
        recorded_by: recorded.by.to_string(),
        decision: recorded.fact.decision().or(grant.decision()).cloned(),
        reason: recorded.prior_period.as_ref().map_or_else(String::new, ToString::to_string),
        amount,
    };
    Ok(sums.into_iter().map(row).collect())
}
