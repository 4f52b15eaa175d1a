//! The steps about the bank: statements, their balances and lines, and what is on none.

use almoner_ledger::book::bank::{BankAccount, accounts};
use almoner_ledger::calendar::{Date, DateRange, Month};
use almoner_ledger::reports::{PaymentState, Query, payments};

use super::{Check, Step, StepKind, not_checked};
use crate::error::Error;
use crate::steps::{Case, State};

/// What is said of the first step where no statement is recorded, and of the others.
const NO_STATEMENT: [&str; 2] = [
    "No bank statement is recorded, so nothing can be checked against the bank",
    "Nothing to check without a bank statement",
];

impl Check<'_> {
    pub(super) fn bank(&self) -> Result<Vec<Step>, Error> {
        let accounts = accounts(self.books)?;
        if accounts.is_empty() {
            let kinds = [
                StepKind::Statements,
                StepKind::Balances,
                StepKind::StatementLines,
                StepKind::NotOnStatement,
            ];
            let note = |kind| if kind == StepKind::Statements { NO_STATEMENT[0] } else { NO_STATEMENT[1] };
            return Ok(kinds.map(|kind| not_checked(kind, note(kind))).into());
        }
        Ok(vec![
            self.statements(&accounts),
            self.balances(&accounts),
            self.lines(&accounts),
            self.not_on_statement()?,
        ])
    }

    /// Returns the accounts whose statements do not reach the end of the year.
    fn statements(&self, accounts: &[BankAccount]) -> Step {
        let mut cases = Vec::new();
        for account in accounts {
            let last = account.statements.iter().map(|it| it.to).max();
            if last.is_none_or(|last| last < self.ends) {
                let to =
                    last.map_or_else(|| "no statement".to_owned(), |day| format!("to {}", day.in_words()));
                cases.push(Case::of_account(&account.account, format!("{} {to}", account.account)));
            }
        }
        let step = self.of_cases(StepKind::Statements, cases);
        match (step.state, self.is_over) {
            // The last one cannot be there yet.
            (State::Open, false) => {
                let note = format!("The year ends on {}", self.ends.in_words());
                Step { state: State::Blocked, note: Some(note), ..step }
            }
            _ => step,
        }
    }

    fn balances(&self, accounts: &[BankAccount]) -> Step {
        let mut cases = Vec::new();
        for account in accounts {
            for it in account.breaks.iter().filter(|it| it.from <= self.as_at) {
                let words = format!(
                    "{}: the statement from {} opens with {}, not with {}",
                    account.account,
                    it.from.in_words(),
                    it.stated.grouped(),
                    it.expected.grouped()
                );
                cases.push(Case::of_account(&account.account, words));
            }
        }
        self.of_cases(StepKind::Balances, cases)
    }

    fn lines(&self, accounts: &[BankAccount]) -> Step {
        let mut cases = Vec::new();
        for account in accounts {
            for line in account.lines.iter().filter(|it| it.is_open() && it.line.date <= self.as_at) {
                let line = &line.line;
                let words = format!("{} {} {}", line.date.in_words(), line.amount.grouped(), line.text);
                cases.push(Case::of_account(&account.account, words));
            }
        }
        self.of_cases(StepKind::StatementLines, cases)
    }

    /// Returns the payments, refunds and receipts of months that are not closed, and that are on no statement: of closed
    /// months they were explained.
    fn not_on_statement(&self) -> Result<Step, Error> {
        let closed = &self.books.reference().closed;
        let is_open = |month: Month| closed.closing(month).is_none();
        let mut cases: Vec<(Date, u64, Case)> = Vec::new();
        let first = self.books.totals().iter().map(|(_, month, _)| month.first_day()).min();
        let from = first.unwrap_or(self.as_at).min(self.year.range().from());
        if let Ok(range) = DateRange::new(from, self.as_at) {
            let query = Query::of(range).on(self.as_at);
            let report = payments(self.books, &query, Some(PaymentState::Unpresented))?;
            for row in report.rows.iter().filter(|row| is_open(row.booked.month())) {
                let words = format!(
                    "{} {} of {}, {}",
                    row.grant,
                    row.amount.grouped(),
                    row.date.in_words(),
                    row.event
                );
                let case = Case { record: Some(row.record), ..Case::of_grant(&row.grant, words) };
                cases.push((row.date, row.record, case));
            }
        }
        for received in self.books.reference().live_receipts() {
            let (receipt, record) = (&received.receipt, received.record);
            let Some(amount) = receipt.at_bank().filter(|_| received.reconciled.is_none()) else { continue };
            if receipt.date <= self.as_at && is_open(receipt.date.month()) {
                let words =
                    format!("record {record} {} of {}, receipt", amount.grouped(), receipt.date.in_words());
                cases.push((receipt.date, record, Case { record: Some(record), ..Case::said(words) }));
            }
        }
        cases.sort_by_key(|(date, record, _)| (*date, *record));
        let step =
            self.of_cases(StepKind::NotOnStatement, cases.into_iter().map(|(.., case)| case).collect());
        let note = "Items not on a statement at the month end are explained when the month is closed";
        Ok(Step { note: (step.state == State::Open).then(|| note.to_owned()), ..step })
    }
}
