//! Applying a bank reconciliation to the books: it marks the reconciled records and posts nothing.

use super::{Books, BooksError, Draft};
use crate::money::Money;
use crate::reconciliation::{BankRecord, LineKey, Reconciled, ReconciledLine, StatementLine};

impl Draft<'_> {
    /// Marks records as being on a statement line. They must not be reversed or reconciled, and must add up
    /// to the line.
    pub(super) fn apply_reconciliation(
        &mut self,
        number: u64,
        line: &StatementLine,
        records: &[BankRecord],
    ) -> Result<(), BooksError> {
        let does_not_fit = |why: String| BooksError::does_not_fit(number, why);
        let mark = Reconciled { record: number, date: line.date };
        let mut moved = Money::ZERO;
        for bank_record in records {
            let marked = self.mark(bank_record, None, Some(mark))?;
            let amount = marked
                .ok_or_else(|| does_not_fit(format!("record {} cannot be reconciled", bank_record.record)))?;
            moved = moved.plus(amount)?;
        }
        if moved != line.amount {
            return Err(does_not_fit(format!("its records add up to {moved}, not to {}", line.amount)));
        }
        let records = records.iter().map(|it| it.record).collect();
        let reconciled = ReconciledLine { record: number, records, reversed_by: None };
        self.changed.lines.insert(line.key(), reconciled);
        Ok(())
    }

    /// Undoes the reconciliation of a line; false if it was not reconciled by that record.
    pub(super) fn undo_reconciliation(
        &mut self,
        number: u64,
        reversed: u64,
        key: &LineKey,
        records: &[BankRecord],
    ) -> Result<bool, BooksError> {
        let Some(line) = self.reconciled_line(key)?.map(|line| line.into_owned()) else { return Ok(false) };
        if line.record != reversed || line.reversed_by.is_some() {
            return Ok(false);
        }
        for bank_record in records {
            if self.mark(bank_record, Some(reversed), None)?.is_none() {
                return Ok(false);
            }
        }
        self.changed.lines.insert(*key, ReconciledLine { reversed_by: Some(number), ..line });
        Ok(true)
    }

    /// Replaces the mark of a record that is not reversed and was marked by `by`; returns the record's bank
    /// amount, or `None` if there is no such record.
    fn mark(
        &mut self,
        bank_record: &BankRecord,
        by: Option<u64>,
        mark: Option<Reconciled>,
    ) -> Result<Option<Money>, BooksError> {
        let number = bank_record.record;
        let (moved, place) = match &bank_record.grant {
            Some(grant) => {
                let history = &mut self.grant_mut(grant)?.history;
                let found = history.iter_mut().find(|it| it.record == number && it.reversed_by.is_none());
                let Some(found) = found else { return Ok(None) };
                (found.fact.at_bank(), &mut found.reconciled)
            }
            None => {
                let receipts = &mut self.changed.reference.receipts;
                let found = receipts.iter_mut().find(|it| it.record == number && it.reversed_by.is_none());
                let Some(found) = found else { return Ok(None) };
                (found.receipt.at_bank(), &mut found.reconciled)
            }
        };
        if place.map(|mark| mark.record) != by {
            return Ok(None);
        }
        *place = mark;
        Ok(moved)
    }
}
