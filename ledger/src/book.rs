//! The books: what the records add up to, and how each record changes them.
//!
//! [`Books`] is what deciding and reporting read; [`Draft`] is a set of books with records that
//! are not yet in the journal. This module does no I/O.

#![allow(missing_docs, reason = "names that say it all have no doc")]

pub mod authority;
pub mod bank;
mod draft;
mod keyed_map;
mod listed;
pub mod matching;
pub mod names;
pub mod naming;
mod overlay;
pub(crate) mod receipts;
mod reconcile;
mod versioned;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::draft::in_two_threads;
pub use self::draft::{Batch, ClockError, Draft, Sign};
pub use self::keyed_map::KeyedMap;
pub use self::overlay::Overlay;
pub use self::versioned::Versioned;
use crate::attention::Attention;
use crate::authority::{Authority, Denied};
use crate::budgets::{Budget, BudgetChanges, BudgetKey};
use crate::calendar::{Date, FinancialYear, Month};
use crate::clock::ClockCorrections;
use crate::closed::ClosedMonths;
use crate::decisions::{DecisionId, DecisionNumbers, RegisteredDecision};
use crate::entry::EntryError;
use crate::events::Record;
use crate::funders::{Advance, RecordedReceipt};
use crate::funds::{Fund, FundId};
use crate::grants::{Grant, GrantId, RulesHeld};
use crate::head::Head;
use crate::indicators::{Indicator, IndicatorKey};
use crate::listing::{ListedDecision, ListedGrant, ListedRecipient, Wanted};
use crate::money::{Money, Overflow};
use crate::papers::{PaperId, PublicPaper};
use crate::publication::{Publication, Subject};
use crate::recipients::{NameKey, Recipient, RecipientId};
use crate::reconciliation::{LineKey, RecordedLine, RecordedStatement};
use crate::text::Text;
use crate::themes::{Theme, ThemeId};
use crate::totals::Totals;

/// Why books cannot be read or a record cannot be applied to them.
#[derive(Debug, thiserror::Error)]
pub enum BooksError {
    #[error("{0}")]
    Unreadable(String),
    #[error("record {record} does not fit the books: {why}")]
    DoesNotFit { record: u64, why: String },
    #[error(transparent)]
    NotAllowed(Box<Denied>),
    #[error(transparent)]
    Overflow(#[from] Overflow),
    #[error(transparent)]
    Entry(#[from] EntryError),
}

/// The small things that nearly every command and report needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceData {
    /// The ledger's own id; empty before the books are opened.
    pub ledger: String,
    pub body: Option<Text>,
    pub records: u64,
    pub last_recorded: Arc<str>,
    /// What became of records that were dated too late.
    pub clock: ClockCorrections,
    pub funds: BTreeMap<FundId, Versioned<Fund>>,
    pub themes: BTreeMap<ThemeId, Versioned<Theme>>,
    /// The first days of new names of themes and funds, by the records of these names.
    pub renamed: BTreeMap<u64, Date>,
    pub budgets: BTreeMap<BudgetKey, Versioned<Budget>>,
    pub budget_changes: BudgetChanges,
    pub receipts: Vec<RecordedReceipt>,
    /// What each fund received in advance, month by month as booked.
    pub in_advance: BTreeMap<FundId, BTreeMap<Month, Money>>,
    /// What of that, and of expenditure and income released, is of an earlier financial year than it is booked in.
    pub late_advances: BTreeMap<FundId, BTreeMap<(FinancialYear, Month), Advance>>,
    pub closed: ClosedMonths,
    pub rules: RulesHeld,
    pub indicators: BTreeMap<IndicatorKey, Versioned<Indicator>>,
    pub papers: BTreeMap<PaperId, Versioned<PublicPaper>>,
    /// What the office has said of the publication of reference data.
    pub publications: BTreeMap<Subject, Versioned<Publication>>,
    /// The bank statements, reversed ones too, in the order in which they were recorded.
    pub statements: Vec<RecordedStatement>,
    /// The records that were reversed, other than those of grants' facts, with those that did it.
    pub reversed: BTreeMap<u64, u64>,
    pub authority: Authority,
}

impl BooksError {
    fn does_not_fit(record: u64, why: impl Into<String>) -> BooksError {
        BooksError::DoesNotFit { record, why: why.into() }
    }
}

impl From<Denied> for BooksError {
    fn from(breach: Denied) -> BooksError {
        BooksError::NotAllowed(Box::new(breach))
    }
}

impl ReferenceData {
    /// Returns the name of a theme on a day; `None` if there is no such theme.
    pub fn theme_name_on(&self, id: &ThemeId, day: Date) -> Option<&Text> {
        self.themes.get(id).map(|theme| self.name_on(theme, |theme| &theme.name, day))
    }

    /// Returns the name of a fund on a day; `None` if there is no such fund.
    pub fn fund_name_on(&self, id: &FundId, day: Date) -> Option<&Text> {
        self.funds.get(id).map(|fund| self.name_on(fund, |fund| &fund.name, day))
    }

    fn name_on<'t, T>(
        &self,
        versions: &'t Versioned<T>,
        name: impl Fn(&'t T) -> &'t Text,
        day: Date,
    ) -> &'t Text {
        let applies = |record| self.renamed.get(&record).is_none_or(|from| *from <= day);
        let (mut on_the_day, mut last) = (None, None);
        for (version, record) in versions.each() {
            // A version that states something else has the name of the version before it.
            if last != Some(name(version)) && applies(record) {
                on_the_day = Some(name(version));
            }
            last = Some(name(version));
        }
        on_the_day.unwrap_or_else(|| name(versions))
    }

    /// Returns the first day of the present name of a theme or fund; `None` if it was never renamed.
    pub(crate) fn named_since<T>(&self, versions: &Versioned<T>) -> Option<Date> {
        versions.each().filter_map(|(_, record)| self.renamed.get(&record).copied()).last()
    }

    /// Returns the themes by all their names, present and former.
    pub fn names_of_themes(&self) -> impl Iterator<Item = (&ThemeId, &str, &str)> {
        self.themes
            .values()
            .flat_map(Versioned::each)
            .map(|(it, _)| (&it.id, it.id.as_str(), it.name.as_str()))
    }

    /// Returns the funds by all their names, present and former.
    pub fn names_of_funds(&self) -> impl Iterator<Item = (&FundId, &str, &str)> {
        self.funds
            .values()
            .flat_map(Versioned::each)
            .map(|(it, _)| (&it.id, it.id.as_str(), it.name.as_str()))
    }

    pub fn body_name(&self) -> &str {
        self.body.as_ref().map_or("", Text::as_str)
    }
}

/// A decision that is in the register.
pub fn registered<'a>(
    books: &'a dyn Books,
    id: &DecisionId,
) -> Result<Option<Cow<'a, RegisteredDecision>>, BooksError> {
    Ok(books.decision(id)?.filter(|it| !it.reversed))
}

/// A recipient that was added and whose addition was not reversed.
pub(crate) fn known_recipient<'a>(
    books: &'a dyn Books,
    id: &RecipientId,
) -> Result<Option<Cow<'a, Recipient>>, BooksError> {
    Ok(books.recipient(id)?.filter(|it| it.is_known()))
}

/// A function that is called with each thing.
pub type Visit<'v, Thing> = &'v mut dyn FnMut(&Thing) -> Result<(), BooksError>;

/// The lines of a list that are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListLines<'a> {
    /// From this key on.
    pub from: &'a str,
    /// If there are any, lines that have none of these texts may be left out.
    pub texts: &'a [&'a str],
}

impl<'a> ListLines<'a> {
    pub fn from(from: &'a str) -> ListLines<'a> {
        ListLines { from, texts: &[] }
    }

    pub fn with(texts: &'a [&'a str]) -> ListLines<'a> {
        ListLines { from: "", texts }
    }
}

/// Functions that are called with what lists read; false ends a list that is in order.
pub type ListGrants<'v> = &'v mut dyn FnMut(&ListedGrant<'_>) -> Result<bool, BooksError>;
pub type ListDecisions<'v> = &'v mut dyn FnMut(&ListedDecision<'_>) -> Result<bool, BooksError>;
pub type ListRecipients<'v> = &'v mut dyn FnMut(&ListedRecipient<'_>) -> Result<(), BooksError>;

/// Books that can be read: those of a store, or those of a draft.
pub trait Books: Sync {
    /// How far the journal goes that these books are made of.
    fn head(&self) -> Head;
    fn reference(&self) -> &ReferenceData;
    /// The totals. Those of an unfinished draft do not tell yet of what became of grants in it.
    fn totals(&self) -> &Totals;
    fn grant(&self, id: &GrantId) -> Result<Option<Cow<'_, Grant>>, BooksError>;
    /// Returns those of these grants that exist. In the order of their ids they take a fraction of the
    /// time that each takes by itself.
    fn grants(&self, ids: &[GrantId]) -> Result<Vec<Grant>, BooksError> {
        let found = ids.iter().filter_map(|id| self.grant(id).transpose());
        found.map(|grant| grant.map(Cow::into_owned)).collect()
    }
    /// Returns those of these recipients that exist, by id. Reports that need many ask for all at once, and never
    /// for one within a scan: a store may have to ask a server.
    fn recipients(&self, ids: &BTreeSet<RecipientId>) -> Result<Vec<Recipient>, BooksError> {
        let found = ids.iter().filter_map(|id| self.recipient(id).transpose());
        found.map(|recipient| recipient.map(Cow::into_owned)).collect()
    }
    /// One recipient, even if its addition was reversed (`known_recipient` leaves those out).
    fn recipient(&self, id: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError>;
    /// The recipients that are filed under a key: of a name, an alias or an outside identifier.
    fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError>;
    /// One decision, even if it was reversed ([`registered`] leaves those out).
    fn decision(&self, id: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError>;
    /// Returns those of these decisions that exist, reversed ones too, by id.
    fn decisions(&self, ids: &BTreeSet<DecisionId>) -> Result<Vec<RegisteredDecision>, BooksError> {
        let found = ids.iter().filter_map(|id| self.decision(id).transpose());
        found.map(|decision| decision.map(Cow::into_owned)).collect()
    }
    /// One line of a bank statement, even if its statements were reversed.
    fn bank_line(&self, key: &LineKey) -> Result<Option<Cow<'_, RecordedLine>>, BooksError>;
    fn record(&self, number: u64) -> Result<Option<Record>, BooksError>;
    /// Every grant, in no particular order.
    fn each_grant(&self, visit: Visit<'_, Grant>) -> Result<(), BooksError>;
    /// The id of every grant, those whose award was reversed too, in no particular order.
    fn each_grant_id(&self, visit: &mut dyn FnMut(&str)) -> Result<(), BooksError> {
        self.each_grant(&mut |grant| {
            visit(grant.id.as_str());
            Ok(())
        })
    }
    /// Every recipient, those whose addition was reversed too, in no particular order.
    fn each_recipient(&self, visit: Visit<'_, Recipient>) -> Result<(), BooksError>;
    /// Every decision, reversed ones too, in no particular order.
    fn each_decision(&self, visit: Visit<'_, RegisteredDecision>) -> Result<(), BooksError>;
    /// Every line of a bank statement, those whose statements were reversed too, in no particular order.
    fn each_bank_line(&self, visit: Visit<'_, RecordedLine>) -> Result<(), BooksError>;
    /// What is open of each grant that has something open, today or later, in no particular order. Stores that have
    /// very many grants keep it, and do not visit them.
    fn each_attention(&self, visit: Visit<'_, Attention>) -> Result<(), BooksError> {
        self.each_grant(&mut |grant| Attention::of(grant)?.as_ref().map_or(Ok(()), &mut *visit))
    }
    /// Lists the grants whose award is in force, in the order of their keys. Stores that have very many keep the list, and
    /// read no more of it than is visited.
    fn each_listed_grant(&self, lines: ListLines<'_>, visit: ListGrants<'_>) -> Result<(), BooksError> {
        listed::each_grant(self, lines.from, visit)
    }
    /// The grants that are wanted, and perhaps others, in no particular order. Stores that keep the list do not visit all.
    fn each_grant_wanted(&self, _wanted: Wanted, visit: Visit<'_, Grant>) -> Result<(), BooksError> {
        self.each_grant(visit)
    }
    /// Lists the recipients, those whose addition was reversed too, in no particular order.
    fn each_listed_recipient(&self, visit: ListRecipients<'_>) -> Result<(), BooksError> {
        self.each_recipient(&mut |recipient| visit(&ListedRecipient::of(recipient)))
    }
    /// Lists the decisions in the register, in the order of their keys.
    fn each_listed_decision(&self, lines: ListLines<'_>, visit: ListDecisions<'_>) -> Result<(), BooksError> {
        listed::each_decision(self, lines.from, visit)
    }
    /// The numbers of the decisions in the register. Stores that have very many keep these, too.
    fn decision_numbers(&self) -> Result<DecisionNumbers, BooksError> {
        let mut numbers = DecisionNumbers::default();
        self.each_decision(&mut |decision| {
            numbers.add_all([decision]);
            Ok(())
        })?;
        Ok(numbers)
    }
}

/// Read models in memory: all of them, or just those that a batch changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadModels {
    pub reference: ReferenceData,
    pub totals: Totals,
    pub grants: KeyedMap<GrantId, Grant>,
    pub recipients: KeyedMap<RecipientId, Recipient>,
    /// Recipients' ids by what they are found by.
    pub names: KeyedMap<NameKey, BTreeSet<RecipientId>>,
    pub decisions: KeyedMap<DecisionId, RegisteredDecision>,
    pub lines: KeyedMap<LineKey, RecordedLine>,
}

impl ReadModels {
    pub fn absorb(&mut self, changed: ReadModels) {
        self.reference = changed.reference;
        self.totals = changed.totals;
        self.grants.absorb(changed.grants);
        self.recipients.absorb(changed.recipients);
        self.names.absorb(changed.names);
        self.decisions.absorb(changed.decisions);
        self.lines.absorb(changed.lines);
    }
}
