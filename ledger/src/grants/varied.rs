//! The period of a variation that states one end of it, or both.

use thiserror::Error;

use super::{Fact, Grant, GrantId};
use crate::calendar::{CalendarError, Date, Period, StatedDate};
use crate::decisions::DecisionId;

/// Reason for which the period of a variation is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NewPeriodError {
    /// One end is stated of an award without a period.
    #[error("award {0} has no period yet")]
    NoPeriod(GrantId),
    /// Its end is before its start.
    #[error(transparent)]
    Period(#[from] CalendarError),
}

impl Grant {
    /// Returns the period of a variation: an end that is not stated is unchanged. `None` if none is stated.
    ///
    /// A variation that is recorded already, by the same decision with the same date, has the period that it had then,
    /// although another may have changed the end that it does not state since.
    ///
    /// # Errors
    /// Fails if only one end is stated and the award has no period, or if the end is before the start.
    pub fn new_period(
        &self,
        (decision, date): (Option<&DecisionId>, Date),
        from: Option<StatedDate>,
        to: Option<StatedDate>,
    ) -> Result<Option<Period>, NewPeriodError> {
        if from.is_none() && to.is_none() {
            return Ok(None);
        }
        let recorded = self.facts().filter_map(|fact| {
            let Fact::Varied(it) = fact else { return None };
            let is_same = it.decision.as_ref() == decision && it.date == date && !it.extension;
            it.period.filter(|_| is_same)
        });
        let is_stated = |period: &Period| {
            from.is_none_or(|from| from == period.from()) && to.is_none_or(|to| to == period.to())
        };
        if let Some(period) = recorded.filter(is_stated).last() {
            return Ok(Some(period));
        }
        let now = self.period();
        match (from.or(now.map(Period::from)), to.or(now.map(Period::to))) {
            (Some(from), Some(to)) => Ok(Some(Period::new(from, to)?)),
            _ => Err(NewPeriodError::NoPeriod(self.id.clone())),
        }
    }
}
