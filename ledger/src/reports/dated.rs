//! A grant as the books showed it on a day.

use std::borrow::Cow;

use crate::calendar::Date;
use crate::grants::{Fact, Grant, Recorded};

/// Returns a grant without what the books show only after a day. Instalments stay, since their dates are those of
/// payments to come.
pub(super) fn without_later(grant: &Grant, as_at: Date) -> Cow<'_, Grant> {
    let is_later = |recorded: &Recorded| {
        let day = grant.shown_from(recorded);
        !matches!(&*recorded.fact, Fact::Scheduled(_)) && day.is_some_and(|day| day > as_at)
    };
    if !grant.history.iter().any(is_later) {
        return Cow::Borrowed(grant);
    }
    let (later, mut history): (Vec<Recorded>, Vec<Recorded>) =
        grant.history.iter().cloned().partition(is_later);
    for recorded in &mut history {
        let reversal = recorded.reversed_by;
        if later.iter().any(|it| Some(it.record) == reversal) {
            recorded.reversed_by = None;
        }
    }
    Cow::Owned(Grant { id: grant.id.clone(), history })
}
