//! Closing months, provisionally or finally, and reopening them.
//!
//! Months are closed in order, and reopened in the opposite one: the figures of a month depend on what is brought forward
//! from the months before it.

mod bank;

use super::{Already, Decided, Decider, Refusal};
use crate::accounts::Account;
use crate::book::{Books, BooksError, authority};
use crate::calendar::Month;
use crate::closed::Closing;
use crate::events::{Event, MonthReopened};
use crate::invariants;
use crate::rejection::{ClosingFinding, Rejection};
use crate::remedy::Remedy;
use crate::text::Text;
use crate::totals::Figure;

impl Decider<'_> {
    pub(super) fn close(
        &self,
        month: Month,
        is_final: bool,
        explained: Option<&Text>,
    ) -> Result<Decided, Refusal> {
        let closed = &self.books.reference().closed;
        if closed.closing(month).is_some_and(|closing| closing.is_final || !is_final) {
            return Ok(Decided::Already(Already::default()));
        }
        if self.options.today.is_some_and(|today| month.last_day() >= today) {
            return Err(Rejection::MonthNotOver(month).into());
        }
        let earlier = self.not_closed_before(month, |closing| closing.is_final || !is_final);
        if !earlier.is_empty() {
            return Err(match is_final {
                true => Rejection::EarlierNotFinal { month, earlier },
                false => Rejection::EarlierOpen { month, earlier },
            }
            .into());
        }
        let mut findings = out_of_balance(self.books)?;
        findings.extend(proposals_pending(self.books, month)?);
        let (bank, checked, unreconciled) = bank::at_close(self.books, month, explained)?;
        findings.extend(unreconciled);
        if !findings.is_empty() {
            return Err(Rejection::NotReadyToClose { month, findings }.into());
        }
        Ok(Decided::Events(vec![Event::MonthClosed(Closing { month, is_final, bank, checked })]))
    }

    pub(super) fn reopen(&self, month: Month, reason: &Text) -> Result<Decided, Refusal> {
        match self.books.reference().closed.closing(month) {
            None => Err(Rejection::NotClosed(month).into()),
            Some(closing) if closing.is_final => Err(Rejection::FinallyClosed(month).into()),
            Some(_) => {
                let closed = self.books.reference().closed.iter();
                let later: Vec<Month> = closed.map(|it| it.month).filter(|it| *it > month).collect();
                if !later.is_empty() {
                    return Err(Rejection::LaterClosed { month, later }.into());
                }
                let reason = reason.clone();
                Ok(Decided::Events(vec![Event::MonthReopened(MonthReopened { month, reason })]))
            }
        }
    }

    /// Returns the months before one that are not closed as is meant, in order. The first that counts is the first of the
    /// books, or the first closed month where that is earlier.
    fn not_closed_before(&self, month: Month, is_meant: impl Fn(&Closing) -> bool) -> Vec<Month> {
        let closed = &self.books.reference().closed;
        let first_closed = closed.iter().next().map(|closing| closing.month);
        let Some(first) = first_of_books(self.books).into_iter().chain(first_closed).min() else {
            return Vec::new();
        };
        let months = std::iter::successors(Some(first), |it| Some(it.next()));
        let earlier = months.take_while(|it| *it < month);
        earlier.filter(|it| !closed.closing(*it).is_some_and(&is_meant)).collect()
    }
}

/// Returns the first month in which anything is posted but budgets, which are set for whole years.
fn first_of_books(books: &dyn Books) -> Option<Month> {
    let accounts =
        Account::ALL.into_iter().filter(|it| !matches!(it, Account::Budget | Account::BudgetControl));
    let posted: Vec<Figure> = accounts.map(Figure::Posted).collect();
    let totals = books.totals().iter();
    let with_postings = totals.filter(|(_, _, of)| posted.iter().any(|figure| !of.get(*figure).is_zero()));
    with_postings.map(|(_, month, _)| month).min()
}

fn out_of_balance(books: &dyn Books) -> Result<Vec<ClosingFinding>, BooksError> {
    let found = invariants::out_of_balance(books)?;
    let finding = |what| ClosingFinding { code: "out-of-balance", what, remedy: Remedy::VerifyLedger };
    Ok(found.into_iter().map(finding).collect())
}

/// Returns the proposals for the month that are neither approved nor rejected.
fn proposals_pending(books: &dyn Books, month: Month) -> Result<Vec<ClosingFinding>, BooksError> {
    let is_of_month = |event: &Event| {
        event.postings().map(|posting| posting.effective).chain(event.day()).any(|day| day.month() == month)
    };
    let mut pending = authority::pending(books)?;
    pending.retain(|(_, proposal)| proposal.events.iter().any(is_of_month));
    let finding = |record: u64| ClosingFinding {
        code: "unapproved",
        what: format!("the proposal in record {record} is pending"),
        remedy: Remedy::DecideProposal { proposal: record },
    };
    Ok(pending.into_iter().map(|(record, _)| finding(record)).collect())
}
