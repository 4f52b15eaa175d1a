//! Reconciling a line of a bank statement with payments, refunds and receipts.
//!
//! The records must add up to the line to the penny, and each is on one line only. The bank's date may
//! differ from the record's.

use super::{Already, Decided, Decider, Refusal};
use crate::events::{Event, LineReconciled};
use crate::money::Money;
use crate::reconciliation::{BankRecord, Reconciled, StatementLine};
use crate::rejection::Rejection;

impl Decider<'_> {
    pub(super) fn reconcile(&self, line: &StatementLine, records: &[BankRecord]) -> Result<Decided, Refusal> {
        let mut records = records.to_vec();
        records.sort();
        records.dedup_by_key(|it| it.record);
        let numbers: Vec<u64> = records.iter().map(|it| it.record).collect();
        if let Some(there) = self.books.reconciled_line(&line.key())? {
            if there.records == numbers && self.counts(there.reversed_by) {
                let (record, reversed_by) = (Some(there.record), there.reversed_by);
                return Ok(Decided::Already(Already { record, reversed_by }));
            }
            if there.reversed_by.is_none() {
                let (by, records) = (there.record, there.records.clone());
                return Err(Rejection::LineReconciled { by, records }.into());
            }
        }
        if records.is_empty() {
            return Err(Rejection::NothingToReconcile.into());
        }
        let mut moved = Money::ZERO;
        for bank_record in &records {
            moved = moved.plus(self.open_at_bank(bank_record)?)?;
        }
        if moved != line.amount {
            return Err(Rejection::LineDoesNotAddUp { line: line.amount, records: moved }.into());
        }
        Ok(Decided::Events(vec![Event::Reconciled(LineReconciled { line: line.clone(), records })]))
    }

    /// Returns the bank amount of a record that is neither reversed nor reconciled.
    fn open_at_bank(&self, bank_record: &BankRecord) -> Result<Money, Refusal> {
        let record = bank_record.record;
        let (moved, what, reversed_by, reconciled) = match &bank_record.grant {
            Some(id) => {
                let grant = self.books.grant(id)?;
                let found =
                    grant.as_ref().and_then(|grant| grant.history.iter().find(|it| it.record == record));
                let found = found.ok_or(Rejection::UnknownRecord(record))?;
                (found.fact.at_bank(), found.fact.words(), found.reversed_by, found.reconciled)
            }
            None => {
                let receipts = &self.books.reference().receipts;
                let found = receipts.iter().find(|it| it.record == record);
                let found = found.ok_or(Rejection::UnknownRecord(record))?;
                (found.receipt.at_bank(), "opening balance", found.reversed_by, found.reconciled)
            }
        };
        let moved = moved.ok_or(Rejection::NotAtTheBank { record, what })?;
        if let Some(by) = reversed_by {
            return Err(Rejection::AlreadyReversed { record, by }.into());
        }
        if let Some(Reconciled { record: by, date }) = reconciled {
            return Err(Rejection::AlreadyReconciled { record, by, date }.into());
        }
        Ok(moved)
    }
}
