//! The lines of a journal for a finance system: money in and out, and the accruals that turn it
//! into charges.
//!
//! Our control account of grants is no account of theirs. In the lines of the period it counts as
//! expenditure, so that a payment is expenditure and a charge alone is nothing; its balance on the
//! last day, grant by grant, is then taken out of expenditure as prepaid, or put to it as owed.

use std::collections::BTreeMap;

use almoner_ledger::accounts::Account;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, DateRange};
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::GrantId;
use almoner_ledger::money::Money;
use almoner_ledger::store::Store;
use almoner_ledger::themes::ThemeId;

use super::super::transactions::{Transaction, each_transaction};
use super::mapping::Place;
use crate::problem::Problem;

/// An account of the finance system, before it has its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// An account of ours, other than the control account.
    Of(Account),
    /// What is paid and not yet charged.
    Prepayments,
    /// What is charged and not yet paid.
    Accruals,
}

impl Side {
    /// The word in mappings.
    pub const fn word(self) -> &'static str {
        match self {
            Side::Of(account) => account.code(),
            Side::Prepayments => "prepayments",
            Side::Accruals => "accruals",
        }
    }
}

/// A line of the journal. Debit is positive, credit negative.
#[derive(Clone, Debug)]
pub struct JournalLine {
    /// The day it is posted on.
    pub date: Date,
    /// When it happened.
    pub effective: Date,
    /// What it is: `payment`, `accrual`, `accrual reversed` …
    pub what: String,
    /// The account.
    pub side: Side,
    /// The fund.
    pub fund: FundId,
    /// The theme, where there is one.
    pub theme: Option<ThemeId>,
    /// The amount, not nothing.
    pub amount: Money,
    /// The number of the transaction in our books; none for accruals, which rest on many.
    pub number: Option<String>,
    /// The grant.
    pub grant: Option<String>,
    /// The decision.
    pub decision: Option<String>,
    /// To or from whom.
    pub party: String,
    /// The bank's or the finance system's reference.
    pub reference: Option<String>,
}

impl JournalLine {
    /// What its code goes by.
    pub fn place(&self) -> Place<'_> {
        Place { side: self.side, fund: &self.fund, theme: self.theme.as_ref() }
    }
}

/// What an accrual is made of: the control account of one grant in one fund.
#[derive(Debug, Default)]
struct Control {
    decision: Option<String>,
    party: String,
    themes: BTreeMap<Option<ThemeId>, Money>,
}

/// The lines of a period, in the order of their days; the accruals on its last day and, if asked
/// for, their reversal on the next.
pub fn journal_lines(
    journal: &dyn Store,
    books: &dyn Books,
    range: DateRange,
    reverse: bool,
) -> Result<Vec<JournalLine>, Problem> {
    let mut lines = Vec::new();
    let mut controls: BTreeMap<(Option<GrantId>, FundId), Control> = BTreeMap::new();
    each_transaction(journal, books, &mut |transaction| {
        if transaction.booked > range.to() {
            return Ok(());
        }
        for line in transaction.lines.iter().filter(|line| line.account == Account::GrantControl) {
            let key = (transaction.source.grant.clone(), line.fund.clone());
            let control = controls.entry(key).or_default();
            control.decision = transaction.source.decision.as_ref().map(ToString::to_string);
            control.party = transaction.payee().to_owned();
            let balance = control.themes.entry(line.theme.clone()).or_default();
            *balance = balance.plus(line.amount)?;
        }
        if range.contains(transaction.booked) {
            lines.extend(moved(transaction)?);
        }
        Ok(())
    })?;
    lines.sort_by_key(|line| line.date);
    let accruals = accruals(controls, range.to())?;
    let next = range.to().next_day();
    let reversed = accruals.iter().filter(|_| reverse).map(|line| JournalLine {
        date: next,
        effective: next,
        what: "accrual reversed".to_owned(),
        amount: line.amount.negated(),
        ..line.clone()
    });
    let reversed: Vec<JournalLine> = reversed.collect();
    lines.extend(accruals);
    lines.extend(reversed);
    Ok(lines)
}

/// What a transaction moves when the control account is expenditure.
fn moved(transaction: &Transaction<'_>) -> Result<Vec<JournalLine>, Problem> {
    let mut sums: BTreeMap<(Account, &FundId, Option<&ThemeId>), Money> = BTreeMap::new();
    for line in transaction.lines.iter().filter(|line| !line.account.is_memorandum()) {
        let account = match line.account {
            Account::GrantControl => Account::GrantExpenditure,
            account => account,
        };
        let sum = sums.entry((account, &line.fund, line.theme.as_ref())).or_default();
        *sum = sum.plus(line.amount)?;
    }
    let source = transaction.source;
    let lines = sums.into_iter().filter(|(_, amount)| !amount.is_zero());
    Ok(lines
        .map(|((account, fund, theme), amount)| JournalLine {
            date: transaction.booked,
            effective: transaction.effective,
            what: source.what.clone(),
            side: Side::Of(account),
            fund: fund.clone(),
            theme: theme.cloned(),
            amount,
            number: Some(transaction.number()),
            grant: source.grant.as_ref().map(ToString::to_string),
            decision: source.decision.as_ref().map(ToString::to_string),
            party: transaction.payee().to_owned(),
            reference: source.reference.as_ref().map(ToString::to_string),
        })
        .collect())
}

fn accruals(
    controls: BTreeMap<(Option<GrantId>, FundId), Control>,
    day: Date,
) -> Result<Vec<JournalLine>, Problem> {
    let mut lines = Vec::new();
    for ((grant, fund), control) in controls {
        // A grant is prepaid or owed as a whole, whichever themes its money stands under.
        let balance = Money::sum(control.themes.values().copied())?;
        let side = if balance.is_negative() { Side::Accruals } else { Side::Prepayments };
        for (theme, amount) in control.themes.into_iter().filter(|(_, amount)| !amount.is_zero()) {
            let accrual = JournalLine {
                date: day,
                effective: day,
                what: "accrual".to_owned(),
                side,
                fund: fund.clone(),
                theme,
                amount,
                number: None,
                grant: grant.as_ref().map(ToString::to_string),
                decision: control.decision.clone(),
                party: control.party.clone(),
                reference: None,
            };
            let expenditure = Side::Of(Account::GrantExpenditure);
            let contra = JournalLine { side: expenditure, amount: amount.negated(), ..accrual.clone() };
            lines.extend([accrual, contra]);
        }
    }
    Ok(lines)
}
