//! Applying bank statements and their reconciliation to the books: it marks records and lines, and posts nothing.

use super::bank::line_or_new;
use super::{Books, BooksError, Draft};
use crate::money::Money;
use crate::reconciliation::{
    BankRecord, BankStatement, LineKey, LinePlace, LineReconciled, Reconciled, ReconciledLine, RecordedLine,
    RecordedStatement, StatementLine, is_same_account,
};
use crate::text::Text;

impl Draft<'_> {
    /// Adds a statement, and those of its lines that are not on another statement.
    pub(super) fn apply_statement(
        &mut self,
        number: u64,
        statement: &BankStatement,
    ) -> Result<(), BooksError> {
        if let Some(fault) = statement.fault()? {
            return Err(BooksError::does_not_fit(number, fault.to_string()));
        }
        for ((nth, line), entry) in (1..).zip(statement.identified()).zip(&statement.lines) {
            let mut recorded = line_or_new(self, line)?;
            recorded.places.push(LinePlace { statement: number, line: nth });
            recorded.reference = recorded.reference.or_else(|| entry.reference.clone());
            self.changed.lines.insert(recorded.key(), recorded);
        }
        self.changed.reference.statements.push(RecordedStatement::of(number, statement));
        Ok(())
    }

    /// Undoes a statement; false if it was not recorded, or if one of its lines would be lost that is reconciled.
    pub(super) fn undo_statement_record(&mut self, number: u64, reversed: u64) -> Result<bool, BooksError> {
        let statements = &mut self.changed.reference.statements;
        let found = statements.iter_mut().find(|it| it.record == reversed && it.reversed_by.is_none());
        let Some(found) = found else { return Ok(false) };
        found.reversed_by = Some(number);
        let mut lines = Vec::new();
        self.each_bank_line(&mut |line| {
            if line.places.iter().any(|place| place.statement == reversed) {
                lines.push(line.clone());
            }
            Ok(())
        })?;
        for mut line in lines {
            line.places.retain(|place| place.statement != reversed);
            if line.places.is_empty() && !line.is_open() {
                return Ok(false);
            }
            self.changed.lines.insert(line.key(), line);
        }
        Ok(true)
    }

    /// Marks records as being on statement lines. They must not be reversed or reconciled, and must with the remainder
    /// add up to the lines.
    pub(super) fn apply_reconciliation(
        &mut self,
        number: u64,
        given: &LineReconciled,
    ) -> Result<(), BooksError> {
        let does_not_fit = |why: String| BooksError::does_not_fit(number, why);
        let LineReconciled { line, records, remainder, explanation, .. } = given;
        if explanation.is_some() != records.is_empty() || (records.is_empty() && remainder.is_some()) {
            return Err(does_not_fit(
                "a line must have either records or an explanation, not both".to_owned(),
            ));
        }
        let mark = Reconciled { record: number, date: line.date };
        let mut moved = remainder.as_ref().map(|it| it.amount).unwrap_or_default();
        for bank_record in records {
            let marked = self.mark(bank_record, None, Some(mark), Some(&line.account))?;
            let amount = marked
                .ok_or_else(|| does_not_fit(format!("record {} cannot be reconciled", bank_record.record)))?;
            moved = moved.plus(amount)?;
        }
        let amount = Money::sum(given.lines().map(|line| line.amount))?;
        if explanation.is_none() && moved != amount {
            return Err(does_not_fit(format!("its records add up to {moved}, not to {amount}")));
        }
        let reconciled = ReconciledLine {
            record: number,
            lines: given.lines().map(StatementLine::key).collect(),
            records: records.iter().map(|it| it.record).collect(),
            remainder: remainder.clone(),
            explanation: explanation.clone(),
            reversed_by: None,
        };
        for line in given.lines() {
            let recorded = line_or_new(self, line.clone())?;
            let reconciled = Some(reconciled.clone());
            self.changed.lines.insert(line.key(), RecordedLine { reconciled, ..recorded });
        }
        Ok(())
    }

    /// Undoes the reconciliation of lines; false if they were not reconciled by that record.
    pub(super) fn undo_reconciliation(
        &mut self,
        number: u64,
        reversed: u64,
        keys: &[LineKey],
        records: &[BankRecord],
    ) -> Result<bool, BooksError> {
        let mut lines = Vec::new();
        for key in keys {
            match self.bank_line(key)? {
                Some(line) => lines.push(line.into_owned()),
                None => lines.extend(self.line_reconciled_by(reversed)?),
            }
        }
        for line in &mut lines {
            match &mut line.reconciled {
                Some(it) if it.record == reversed && it.reversed_by.is_none() => {
                    it.reversed_by = Some(number);
                }
                _ => return Ok(false),
            }
        }
        for bank_record in records {
            if self.mark(bank_record, Some(reversed), None, None)?.is_none() {
                return Ok(false);
            }
        }
        let is_any = !lines.is_empty();
        lines.into_iter().for_each(|line| self.changed.lines.insert(line.key(), line));
        Ok(is_any)
    }

    /// Finds a line by its reconciliation. Earlier reversals name lines by keys that depended on how their account was
    /// written.
    fn line_reconciled_by(&self, record: u64) -> Result<Option<RecordedLine>, BooksError> {
        let mut found = None;
        self.each_bank_line(&mut |line| {
            if line.reconciliation().is_some_and(|it| it.record == record) {
                found = Some(line.clone());
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Replaces the mark of a record that is not reversed and was marked by `by`; returns the record's bank
    /// amount, or `None` if there is no such record, or it names another account than `of`.
    fn mark(
        &mut self,
        bank_record: &BankRecord,
        by: Option<u64>,
        mark: Option<Reconciled>,
        of: Option<&Text>,
    ) -> Result<Option<Money>, BooksError> {
        let number = bank_record.record;
        let (moved, account, place) = match &bank_record.grant {
            Some(grant) => {
                let history = &mut self.grant_mut(grant)?.history;
                let found = history.iter_mut().find(|it| it.record == number && it.reversed_by.is_none());
                let Some(found) = found else { return Ok(None) };
                (found.fact.at_bank(), found.fact.account(), &mut found.reconciled)
            }
            None => {
                let receipts = &mut self.changed.reference.receipts;
                let found = receipts.iter_mut().find(|it| it.record == number && it.reversed_by.is_none());
                let Some(found) = found else { return Ok(None) };
                (found.receipt.at_bank(), found.receipt.account.as_ref(), &mut found.reconciled)
            }
        };
        let is_of_another = account.is_some() && of.is_some() && !is_same_account(account, of);
        if is_of_another || place.map(|mark| mark.record) != by {
            return Ok(None);
        }
        *place = mark;
        Ok(moved)
    }
}
