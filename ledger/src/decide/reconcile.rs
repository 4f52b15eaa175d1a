//! Recording bank statements, and reconciling their lines with payments, refunds and receipts.
//!
//! The records must add up to the lines to the penny, but for a stated remainder that is not in these books, and each
//! record is reconciled once. The bank's date may differ from the record's.

use std::collections::{BTreeMap, BTreeSet};

use super::{Already, Decided, Decider, Refusal};
use crate::book::bank::{accounts, known_account, line_or_new, months_of};
use crate::calendar::Month;
use crate::events::{Event, Reversible};
use crate::money::Money;
use crate::reconciliation::{
    AccountKey, BankRecord, BankStatement, Covered, LineKey, LineReconciled, Reconciled, RecordedLine,
    RecordedStatement, StatementLine, is_same_account,
};
use crate::rejection::{BankRejection, Rejection};
use crate::text::Text;

impl Decider<'_> {
    /// Records a statement. Lines that are on another statement of the account add nothing. An account that may be a known
    /// one mistyped is confirmed first.
    pub(super) fn record_statement(&self, given: &BankStatement) -> Result<Decided, Refusal> {
        self.check_account(Some(&given.account))?;
        if let Some(fault) = given.fault()? {
            return Err(Rejection::StatementFault(fault).into());
        }
        let mut statement = given.clone();
        if let Some(account) = known_account(self.books, given.account.as_str()) {
            statement.account = account;
        }
        let lines = statement.identified();
        let keys: BTreeSet<LineKey> = lines.iter().map(StatementLine::key).collect();
        let of_account: Vec<&RecordedStatement> = self.statements_of(&statement);
        self.check_overlap(&statement, &lines, &of_account)?;
        if let Some(record) = self.already_recorded(&statement, &keys, &of_account)? {
            return Ok(Decided::Already(Already { record: Some(record), reversed_by: None }));
        }
        Ok(Decided::Events(vec![Event::StatementRecorded(Box::new(statement))]))
    }

    fn statements_of(&self, statement: &BankStatement) -> Vec<&RecordedStatement> {
        let live = self.books.reference().live_statements();
        let key = AccountKey::of(statement.account.as_str());
        live.filter(|it| it.key() == key).collect()
    }

    /// Returns the record of a statement that says all that this one says, if there is one.
    fn already_recorded(
        &self,
        statement: &BankStatement,
        keys: &BTreeSet<LineKey>,
        of_account: &[&RecordedStatement],
    ) -> Result<Option<u64>, Refusal> {
        let covers = |it: &&&RecordedStatement| it.from <= statement.from && statement.to <= it.to;
        let mut covering: BTreeSet<u64> = of_account.iter().filter(covers).map(|it| it.record).collect();
        for key in keys {
            let Some(line) = self.books.bank_line(key)? else { return Ok(None) };
            covering.retain(|record| line.places.iter().any(|place| place.statement == *record));
        }
        if covering.is_empty() {
            return Ok(None);
        }
        // Balances that were not stated before, or that do not chain, are news.
        let accounts = accounts(self.books)?;
        let account = accounts.iter().find(|it| it.is_called(statement.account.as_str()));
        let is_known = account.map_or(Ok(true), |account| account.may_open_with(statement))?;
        Ok(covering.into_iter().next().filter(|_| is_known))
    }

    /// Refuses a statement that has other lines than another one on a day that both cover whole.
    fn check_overlap(
        &self,
        statement: &BankStatement,
        lines: &[StatementLine],
        of_account: &[&RecordedStatement],
    ) -> Result<(), Refusal> {
        let overlapping = of_account.iter().filter(|it| it.from <= statement.to && statement.from <= it.to);
        let mut overlapping: BTreeMap<u64, Covered> =
            overlapping.map(|it| (it.record, Covered::of(it))).collect();
        if overlapping.is_empty() {
            return Ok(());
        }
        self.books.each_bank_line(&mut |line| {
            for place in &line.places {
                if let Some(other) = overlapping.get_mut(&place.statement) {
                    other.lines.insert(line.key(), (line.line.date, line.line.amount));
                }
            }
            Ok(())
        })?;
        let mut ours = Covered::of(&RecordedStatement::of(0, statement));
        ours.lines.extend(lines.iter().map(|line| (line.key(), (line.date, line.amount))));
        for (record, other) in &overlapping {
            for day in ours.only_there(other).union(&other.only_there(&ours)).copied() {
                if ours.both_cover_whole(other, day)? {
                    return Err(Rejection::StatementDiffers { by: *record, day }.into());
                }
            }
        }
        Ok(())
    }

    pub(super) fn reconcile(&self, given: &LineReconciled) -> Result<Decided, Refusal> {
        let mut records = given.records.clone();
        records.sort();
        records.dedup_by_key(|it| it.record);
        let lines = self.lines_of(given)?;
        let keys: BTreeSet<LineKey> = lines.iter().map(RecordedLine::key).collect();
        let numbers: Vec<u64> = records.iter().map(|it| it.record).collect();
        let given = LineReconciled { records, ..given.clone() };
        for line in &lines {
            let Some(there) = &line.reconciled else { continue };
            let is_same = there.records == numbers
                && there.lines == keys
                && there.remainder == given.remainder
                && there.explanation == given.explanation;
            if is_same && self.counts(there.reversed_by) {
                let (record, reversed_by) = (Some(there.record), there.reversed_by);
                return Ok(Decided::Already(Already { record, reversed_by }));
            }
            if there.reversed_by.is_none() {
                let (by, records) = (there.record, there.records.clone());
                return Err(Rejection::LineReconciled { by, records }.into());
            }
        }
        let mut lines = lines.into_iter().map(|it| it.line);
        let line = lines.next().unwrap_or(given.line);
        let reconciled = LineReconciled { line, with: lines.collect(), ..given };
        self.check_whole(&reconciled)?;
        Ok(Decided::Events(vec![Event::Reconciled(Box::new(reconciled))]))
    }

    /// Returns the lines as they are in the books, each once.
    fn lines_of(&self, given: &LineReconciled) -> Result<Vec<RecordedLine>, Refusal> {
        let mut lines: Vec<RecordedLine> = Vec::new();
        for line in given.lines() {
            let line = line_or_new(self.books, line.clone())?;
            if lines.iter().any(|it| it.key() == line.key()) {
                continue;
            }
            if let Some(first) = lines.first()
                && first.line.account != line.line.account
            {
                let (one, other) = (first.line.account.to_string(), line.line.account.to_string());
                return Err(Rejection::LinesOfTwoAccounts { one, other }.into());
            }
            lines.push(line);
        }
        Ok(lines)
    }

    /// Checks that the records, with the remainder, are the whole of the lines.
    fn check_whole(&self, given: &LineReconciled) -> Result<(), Refusal> {
        let LineReconciled { records, remainder, explanation, .. } = given;
        let line = Money::sum(given.lines().map(|line| line.amount))?;
        if explanation.is_some() {
            return match records.is_empty() && remainder.is_none() {
                true => Ok(()),
                false => Err(Rejection::ExplainedWithRecords.into()),
            };
        }
        if records.is_empty() {
            return Err(Rejection::NothingToReconcile.into());
        }
        let mut moved = Money::ZERO;
        for bank_record in records {
            moved = moved.plus(self.open_at_bank(bank_record, &given.line.account)?)?;
        }
        if let Some(remainder) = remainder {
            let remainder = remainder.amount;
            // Otherwise any records could be made to fit any line.
            let is_part = !remainder.is_zero()
                && remainder.is_negative() == line.is_negative()
                && remainder.size() < line.size();
            if !is_part {
                return Err(Rejection::RemainderNotPart { line, remainder }.into());
            }
            moved = moved.plus(remainder)?;
        }
        if moved != line {
            return Err(Rejection::LineDoesNotAddUp { line, records: moved }.into());
        }
        Ok(())
    }

    /// Returns the bank amount of a record that is neither reversed nor reconciled, and not of another account.
    fn open_at_bank(&self, bank_record: &BankRecord, line: &Text) -> Result<Money, Refusal> {
        let record = bank_record.record;
        let (moved, account, what, reversed_by, reconciled) = match &bank_record.grant {
            Some(id) => {
                let grant = self.books.grant(id)?;
                let found =
                    grant.as_ref().and_then(|grant| grant.history.iter().find(|it| it.record == record));
                let found = found.ok_or(Rejection::UnknownRecord(record))?;
                let account = found.fact.account().cloned();
                (found.fact.at_bank(), account, found.fact.words(), found.reversed_by, found.reconciled)
            }
            None => {
                let receipts = &self.books.reference().receipts;
                let found = receipts.iter().find(|it| it.record == record);
                let found = found.ok_or(Rejection::UnknownRecord(record))?;
                let account = found.receipt.account.clone();
                (found.receipt.at_bank(), account, "opening balance", found.reversed_by, found.reconciled)
            }
        };
        let moved = moved.ok_or(Rejection::NotAtTheBank { record, what })?;
        if let Some(by) = reversed_by {
            return Err(Rejection::AlreadyReversed { record, by }.into());
        }
        if let Some(Reconciled { record: by, date }) = reconciled {
            return Err(Rejection::AlreadyReconciled { record, by, date }.into());
        }
        if let Some(account) = account.filter(|it| !is_same_account(Some(it), Some(line))) {
            let (account, line) = (account.to_string(), line.to_string());
            return Err(Rejection::from(BankRejection::OfAnotherAccount { record, account, line }).into());
        }
        Ok(moved)
    }

    /// Reverses a reconciliation, unless it is of a finally closed month.
    pub(super) fn reverse_reconciliation(&self, reconciled: &LineReconciled) -> Result<Reversible, Refusal> {
        let closed = &self.books.reference().closed;
        let mut months: BTreeSet<Month> = reconciled.lines().map(|line| line.date.month()).collect();
        months.extend(months_of(self.books, &reconciled.records)?);
        let is_final = |month: &Month| closed.closing(*month).is_some_and(|closing| closing.is_final);
        if let Some(month) = months.into_iter().find(is_final) {
            return Err(Rejection::ReconciliationOfClosed(month).into());
        }
        let (line, records) = (reconciled.line.key(), reconciled.records.clone());
        let with = reconciled.with.iter().map(StatementLine::key).collect();
        Ok(Reversible::Reconciliation { line, records, with })
    }

    /// Reverses a statement, unless one of its lines that is on no other statement is reconciled, or is in a finally
    /// closed month.
    pub(super) fn reverse_statement(
        &self,
        record: u64,
        statement: &BankStatement,
    ) -> Result<Reversible, Refusal> {
        let mut by = Vec::new();
        let closed = &self.books.reference().closed;
        for line in statement.identified() {
            let Some(there) = self.books.bank_line(&line.key())? else { continue };
            if there.places.iter().any(|place| place.statement != record) {
                continue;
            }
            by.extend(there.reconciliation().map(|it| it.record));
            let month = line.date.month();
            if closed.closing(month).is_some_and(|closing| closing.is_final) {
                return Err(Rejection::ReconciliationOfClosed(month).into());
            }
        }
        by.sort_unstable();
        by.dedup();
        super::reverse::check_nothing_rests(record, by)?;
        Ok(Reversible::Statement { account: statement.account.clone() })
    }
}
