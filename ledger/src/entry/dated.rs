//! Postings summed by effective date, whichever entries they are of and whenever they were booked.

use super::{Entries, Entry, EntryError, Line};
use crate::accounts::Account;
use crate::calendar::Date;
use crate::closed::ClosedMonths;
use crate::funds::FundId;
use crate::money::{Money, Overflow};
use crate::themes::ThemeId;

type Key<'a> = (Date, &'a FundId, Option<&'a ThemeId>, Account);

/// Most grants have fewer postings.
const POSTINGS: usize = 256;

/// The sums of postings by effective date, fund, theme and account, without those of zero.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Dated<'a>(Vec<(Key<'a>, Money)>);

impl<'a> Dated<'a> {
    /// Sums postings.
    pub(crate) fn of(entries: impl IntoIterator<Item = &'a Entries>) -> Result<Dated<'a>, Overflow> {
        let mut postings = Vec::with_capacity(POSTINGS);
        entries.into_iter().flat_map(Entries::postings).for_each(|posting| {
            // Whether expenditure is of an earlier year depends on where it was booked.
            let account =
                if posting.account.is_recognised() { Account::GrantExpenditure } else { posting.account };
            let key = (posting.effective, posting.fund, posting.theme, account);
            postings.push((key, posting.amount));
        });
        Dated::summed(postings)
    }

    fn summed(mut postings: Vec<(Key<'a>, Money)>) -> Result<Dated<'a>, Overflow> {
        postings.sort_unstable();
        let mut sums: Vec<(Key<'a>, Money)> = Vec::with_capacity(postings.len());
        for (key, amount) in postings {
            match sums.last_mut() {
                Some((last, sum)) if *last == key => *sum = sum.plus(amount)?,
                _ => sums.push((key, amount)),
            }
        }
        sums.retain(|(_, sum)| !sum.is_zero());
        Ok(Dated(sums))
    }

    /// Returns the entries that lead from these sums to others, booked on the first open day where the month is
    /// closed.
    pub(crate) fn entries_to(&self, other: &Dated<'a>, closed: &ClosedMonths) -> Result<Entries, EntryError> {
        let undone = self.0.iter().map(|(key, amount)| (*key, amount.negated()));
        let changes = Dated::summed(undone.chain(other.0.iter().copied()).collect())?;
        let mut entries = Entries::none();
        for day in changes.0.chunk_by(|a, b| a.0.0 == b.0.0) {
            let Some(((date, ..), _)) = day.first() else { continue };
            let line = |((_, fund, theme, account), amount): &(Key<'_>, Money)| Line {
                account: *account,
                fund: (*fund).clone(),
                theme: theme.cloned(),
                amount: *amount,
            };
            let lines = day.iter().map(line).collect();
            entries.entries.push(Entry::new(*date, Some(closed.booking_day(*date)), lines)?);
        }
        Ok(entries)
    }
}
