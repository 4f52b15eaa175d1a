//! Closing months and opening them again.

use super::{Already, Decided, Desk, Refusal};
use crate::calendar::Month;
use crate::event::Event;
use crate::rejection::Rejection;
use crate::text::Text;

impl Desk<'_> {
    pub(super) fn close(&self, month: Month) -> Result<Decided, Refusal> {
        if self.books.reference().closed.contains(month) {
            return Ok(Decided::Already(Already::default()));
        }
        Ok(Decided::Events(vec![Event::MonthClosed(month)]))
    }

    pub(super) fn reopen(&self, month: Month, reason: &Text) -> Result<Decided, Refusal> {
        if !self.books.reference().closed.contains(month) {
            return Err(Rejection::NotClosed(month).into());
        }
        Ok(Decided::Events(vec![Event::MonthReopened { month, reason: reason.clone() }]))
    }
}
