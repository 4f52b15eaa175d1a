//! Instalments, and what payments settle of them.

use super::{Fact, Grant};
use crate::calendar::Date;
use crate::money::{Money, Overflow};

impl Grant {
    /// Returns what is unpaid of each instalment by the payments up to a day, or by all, which settle the earliest first.
    /// Empty when none are scheduled; all zero when all are paid.
    ///
    /// Money that came back and stays available makes its instalment unpaid again; a refund that reduces the award does
    /// not.
    pub(crate) fn unpaid_instalments(&self, by: Option<Date>) -> Result<Vec<(Date, Money)>, Overflow> {
        let mut instalments = Vec::new();
        let mut paid = Money::ZERO;
        for fact in self.facts() {
            if let Fact::Scheduled(instalment) = fact {
                instalments.push((instalment.due, instalment.amount));
            }
            let reduces = matches!(fact, Fact::Refunded(refund) if refund.reduces());
            if let (Some(at_bank), Some(date)) = (fact.at_bank(), fact.date())
                && by.is_none_or(|day| date <= day)
                && !reduces
            {
                paid = paid.minus(at_bank)?;
            }
        }
        instalments.sort_by_key(|(due, _)| *due);
        for (_, amount) in &mut instalments {
            let settled = (*amount).min(paid);
            paid = paid.minus(settled)?;
            *amount = amount.minus(settled)?;
        }
        Ok(instalments)
    }
}
