//! The books as transactions: every entry of every record, with its party and subject.
//!
//! **Guarantee.** Every posting of every known record is in exactly one transaction, and each transaction
//! balances in total and within each fund. Records are read one by one; memory holds one short line a
//! grant.

use std::collections::BTreeMap;
use std::rc::Rc;

use almoner_ledger::accounts::Account;
use almoner_ledger::book::{Books, BooksError};
use almoner_ledger::calendar::Date;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::entry::{Entries, Line};
use almoner_ledger::events::{Event, FundsReceived, GrantFact, Record, RecordReversed, Reversible};
use almoner_ledger::funders::FundingReceipt;
use almoner_ledger::grants::{Fact, GrantId};
use almoner_ledger::recipients::{Recipient, RecipientId};
use almoner_ledger::text::Text;

/// The details that all transactions of a record share.
#[derive(Debug)]
pub struct Source {
    pub record: u64,
    /// The time of recording, UTC.
    pub at: String,
    pub by: String,
    /// The kind of record in words.
    pub what: String,
    pub grant: Option<GrantId>,
    /// The decision of the record, else that of the award.
    pub decision: Option<DecisionId>,
    pub recipient: Option<Rc<Recipient>>,
    /// The funder of a receipt.
    pub funder: Option<Text>,
    /// The reference of the bank or the finance system.
    pub reference: Option<Text>,
    /// The bank account that money was paid from or into, where it is stated.
    pub account: Option<Text>,
}

/// A balanced set of lines on one day.
#[derive(Debug)]
pub struct Transaction<'a> {
    pub source: &'a Source,
    /// Its number among the record's transactions, from 1; `None` when it is the only one.
    pub part: Option<usize>,
    /// True for the recognition of a month.
    pub is_recognition: bool,
    pub booked: Date,
    pub effective: Date,
    pub lines: Vec<Line>,
}

impl Transaction<'_> {
    /// Returns its number in the books: `9`, or `9.2` for the second transaction of record 9.
    pub fn number(&self) -> String {
        match self.part {
            Some(part) => format!("{}.{part}", self.source.record),
            None => self.source.record.to_string(),
        }
    }

    /// Returns the party under its name on that day, or the kind of record where there is none.
    pub fn payee(&self) -> &str {
        let source = self.source;
        match (&source.recipient, &source.funder) {
            (Some(recipient), _) => recipient.name_on(self.effective),
            (None, Some(funder)) => funder.as_str(),
            (None, None) => &source.what,
        }
    }

    /// Returns the kind of transaction with its reference.
    pub fn words(&self) -> String {
        let what = if self.is_recognition { "monthly recognition" } else { self.source.what.as_str() };
        match &self.source.reference {
            Some(reference) if !self.is_recognition => format!("{what}, {reference}"),
            _ => what.to_owned(),
        }
    }
}

/// The transactions of records, visited one record after the other.
pub struct Transactions<'a> {
    books: &'a dyn Books,
    /// The grants read so far, with their decisions and recipients.
    grants: BTreeMap<GrantId, (Option<DecisionId>, Option<Rc<Recipient>>)>,
    recipients: BTreeMap<RecipientId, Rc<Recipient>>,
}

impl<'a> Transactions<'a> {
    /// Returns the transactions of the records that these books are made of.
    pub fn new(books: &'a dyn Books) -> Transactions<'a> {
        Transactions { books, grants: BTreeMap::new(), recipients: BTreeMap::new() }
    }

    /// Visits the transactions of the next record. Records come in the order of recording.
    pub fn visit<E: From<BooksError>>(
        &mut self,
        record: &Record,
        visit: &mut dyn FnMut(&Transaction<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let source = self.source(record)?;
        let Some(posted) = record.event.posted() else { return Ok(()) };
        transactions(&source, posted).iter().try_for_each(visit)
    }

    fn source(&mut self, record: &Record) -> Result<Source, BooksError> {
        let mut source = Source {
            record: record.number,
            at: record.at.to_string(),
            by: record.by.to_string(),
            what: record.event.words().to_owned(),
            grant: None,
            decision: None,
            recipient: None,
            funder: None,
            reference: None,
            account: None,
        };
        let of_receipt = |source: &mut Source, receipt: &FundingReceipt| {
            source.funder = receipt.from.clone();
            source.reference = receipt.reference.clone();
            source.account = receipt.account.clone();
        };
        if let Event::Grant(GrantFact { id, fact, .. }) = &record.event {
            if let Fact::Awarded(award) = &**fact {
                let recipient = self.recipient(&award.recipient)?;
                self.grants.insert(id.clone(), (award.decision.clone(), recipient));
            }
            let (decision, recipient) = self.grants.get(id).cloned().unwrap_or_default();
            source.grant = Some(id.clone());
            source.decision = fact.decision().cloned().or(decision);
            source.recipient = recipient;
            source.reference = fact.reference().cloned();
            source.account = fact.account().cloned();
            if let Fact::Reversed { record, .. } = &**fact {
                source.what = format!("reversal of record {record}");
            }
        }
        if let Event::Received(FundsReceived { receipt, .. }) = &record.event {
            of_receipt(&mut source, receipt);
        }
        if let Event::Reversed(RecordReversed { record, of, .. }) = &record.event {
            source.what = format!("reversal of record {record}");
            let receipts = &self.books.reference().receipts;
            if let (Reversible::Receipt, Some(reversed)) =
                (&**of, receipts.iter().find(|it| it.record == *record))
            {
                of_receipt(&mut source, &reversed.receipt);
            }
        }
        Ok(source)
    }

    fn recipient(&mut self, id: &RecipientId) -> Result<Option<Rc<Recipient>>, BooksError> {
        if let Some(known) = self.recipients.get(id) {
            return Ok(Some(Rc::clone(known)));
        }
        let Some(found) = self.books.recipient(id)? else { return Ok(None) };
        let found = Rc::new(found.into_owned());
        self.recipients.insert(id.clone(), Rc::clone(&found));
        Ok(Some(found))
    }
}

/// Returns the transactions of a record: one an entry, and one for all recognition of a day.
fn transactions<'a>(source: &'a Source, posted: &Entries) -> Vec<Transaction<'a>> {
    let whole = |is_recognition, booked, effective, lines| Transaction {
        source,
        part: None,
        is_recognition,
        booked,
        effective,
        lines,
    };
    let mut transactions: Vec<Transaction<'_>> = (posted.entries.iter())
        .map(|entry| whole(false, entry.booked(), entry.effective(), entry.lines().collect()))
        .collect();
    let mut charges: BTreeMap<(Date, Date), Vec<Line>> = BTreeMap::new();
    for run in &posted.monthly {
        for (date, amount) in run.dated().filter(|(_, amount)| !amount.is_zero()) {
            let line = |account, amount| Line {
                account,
                fund: run.fund.clone(),
                theme: Some(run.theme.clone()),
                amount,
            };
            charges.entry((run.booked.unwrap_or(date), date)).or_default().extend([
                line(Account::GrantExpenditure, amount),
                line(Account::GrantControl, amount.negated()),
            ]);
        }
    }
    let of_months = charges.into_iter();
    transactions.extend(of_months.map(|((booked, date), lines)| whole(true, booked, date, lines)));
    if transactions.len() > 1 {
        for (position, transaction) in transactions.iter_mut().enumerate() {
            transaction.part = Some(position + 1);
        }
    }
    transactions
}
