//! Closing months, provisionally or finally, and reopening them.
//!
//! Months are closed in order: the figures of a month depend on what is brought forward from the months before it.

use super::{Already, Decided, Decider, Refusal};
use crate::accounts::Account;
use crate::book::{Books, BooksError, authority};
use crate::calendar::{Date, Month};
use crate::closed::{BankAtClose, Closing};
use crate::events::{Event, MonthReopened};
use crate::invariants;
use crate::rejection::{ClosingFinding, Rejection};
use crate::remedy::Remedy;
use crate::text::Text;
use crate::totals::Figure;

/// Maximum number of cases listed in a finding.
const LISTED: usize = 5;

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
        let (bank, unreconciled) = bank_at_close(self.books, month, explained)?;
        findings.extend(unreconciled);
        if !findings.is_empty() {
            return Err(Rejection::NotReadyToClose { month, findings }.into());
        }
        Ok(Decided::Events(vec![Event::MonthClosed(Closing { month, is_final, bank })]))
    }

    pub(super) fn reopen(&self, month: Month, reason: &Text) -> Result<Decided, Refusal> {
        match self.books.reference().closed.closing(month) {
            None => Err(Rejection::NotClosed(month).into()),
            Some(closing) if closing.is_final => Err(Rejection::FinallyClosed(month).into()),
            Some(_) => Ok(Decided::Events(vec![Event::MonthReopened(MonthReopened {
                month,
                reason: reason.clone(),
            })])),
        }
    }

    /// Returns the months before one that are not closed as is meant, in order. The first that counts is the first of the
    /// books, or the first closed month where that is earlier.
    fn not_closed_before(&self, month: Month, is_meant: impl Fn(&Closing) -> bool) -> Vec<Month> {
        let closed = &self.books.reference().closed;
        let first_closed = closed.iter().map(|closing| closing.month).next();
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

/// Returns how the month's bank transactions are reconciled, and the finding that prevents closing, if any.
fn bank_at_close(
    books: &dyn Books,
    month: Month,
    explained: Option<&Text>,
) -> Result<(BankAtClose, Option<ClosingFinding>), BooksError> {
    let (mut open, mut any_reconciled, mut any_moved) = (Vec::new(), false, false);
    let mut look = |record: u64, day: Option<Date>, is_reconciled: bool, what: String| {
        any_reconciled |= is_reconciled;
        let is_of_month = day.is_some_and(|day| day.month() == month);
        any_moved |= is_of_month;
        if !is_reconciled && is_of_month {
            open.push((record, what));
        }
    };
    books.each_grant(&mut |grant| {
        for recorded in grant.live() {
            if let Some(moved) = recorded.fact.at_bank() {
                let what = format!("record {} of award {} ({})", recorded.record, grant.id, moved.grouped());
                look(recorded.record, recorded.shown_from(), recorded.reconciled.is_some(), what);
            }
        }
        Ok(())
    })?;
    for received in books.reference().receipts.iter().filter(|it| it.reversed_by.is_none()) {
        if let Some(moved) = received.receipt.at_bank() {
            let what = format!("record {}, a receipt ({})", received.record, moved.grouped());
            look(received.record, Some(received.receipt.date), received.reconciled.is_some(), what);
        }
    }
    if open.is_empty() {
        let bank = if any_moved { BankAtClose::Reconciled } else { BankAtClose::NoMovements };
        return Ok((bank, None));
    }
    // The explanation of the provisional close still applies while no more transactions are open.
    let explained = explained.or(match books.reference().closed.closing(month).map(|it| &it.bank) {
        Some(BankAtClose::Explained { open: before, reason }) if open.len() as u64 <= *before => Some(reason),
        _ => None,
    });
    if let Some(reason) = explained {
        return Ok((BankAtClose::Explained { open: open.len() as u64, reason: reason.clone() }, None));
    }
    if !any_reconciled {
        return Ok((BankAtClose::NeverReconciled, None));
    }
    open.sort();
    let count = open.len();
    let listed: Vec<String> = open.into_iter().take(LISTED).map(|(_, what)| what).collect();
    let more = if count > LISTED { ", …" } else { "" };
    let subject = if count == 1 { "transaction is" } else { "transactions are" };
    let finding = ClosingFinding {
        code: "unreconciled",
        what: format!("{count} bank {subject} not on a reconciled statement: {}{more}", listed.join(", ")),
        remedy: Remedy::ReconcileOrExplain,
    };
    Ok((BankAtClose::NeverReconciled, Some(finding)))
}
