//! Entries: balanced sets of lines on one day.
//!
//! **Guarantee.** An [`Entry`] whose lines do not sum to zero within each fund, separately for real and
//! memorandum accounts, cannot be constructed, read or decoded.

#![allow(missing_docs, reason = "names that say it all have no doc")]

pub(crate) mod dated;
pub(crate) mod prior_period;
pub(crate) mod written;

use serde::{Deserialize, Serialize};

use crate::accounts::Account;
use crate::calendar::{Date, Month};
use crate::funds::FundId;
use crate::money::{Money, Overflow};
use crate::themes::ThemeId;

/// One line of an entry. Debit is positive, credit negative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub account: Account,
    pub fund: FundId,
    pub theme: Option<ThemeId>,
    pub amount: Money,
}

/// Lines that always occur together, or a single line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum LineTemplate {
    /// A payment to a recipient, which reduces the commitment.
    Payment,
    Commitment,
    /// A single line on this account.
    Single(Account),
}

impl LineTemplate {
    /// The templates of several lines, each with its name in the journal.
    pub(crate) const NAMED: [(&str, LineTemplate); 2] =
        [("paid", LineTemplate::Payment), ("committed", LineTemplate::Commitment)];

    pub(crate) const PAYMENT: [(Account, bool); 4] = [
        (Account::GrantControl, true),
        (Account::Bank, false),
        (Account::AwardsOutstanding, true),
        (Account::Commitments, false),
    ];

    pub(crate) const COMMITMENT: [(Account, bool); 2] =
        [(Account::Commitments, true), (Account::AwardsOutstanding, false)];

    /// Returns the accounts that a positive amount debits (`true`) and credits (`false`), in order.
    pub(crate) fn accounts(self) -> impl Iterator<Item = (Account, bool)> {
        let (named, single): (&'static [(Account, bool)], _) = match self {
            LineTemplate::Payment => (&LineTemplate::PAYMENT, None),
            LineTemplate::Commitment => (&LineTemplate::COMMITMENT, None),
            LineTemplate::Single(account) => (&[], Some((account, true))),
        };
        named.iter().copied().chain(single)
    }
}

/// Lines of one template under one fund and theme. There are very many entries, and most are one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LineGroup {
    pub(crate) lines: LineTemplate,
    pub(crate) fund: FundId,
    pub(crate) theme: Option<ThemeId>,
    pub(crate) amount: Money,
}

impl LineGroup {
    /// Returns the accounts with their amounts: debit positive, credit negative.
    fn amounts(&self) -> impl Iterator<Item = (Account, Money)> {
        let signed = |debit| if debit { self.amount } else { self.amount.negated() };
        self.lines.accounts().map(move |(account, debit)| (account, signed(debit)))
    }

    fn to_lines(&self) -> impl Iterator<Item = Line> {
        let line =
            |(account, amount)| Line { account, fund: self.fund.clone(), theme: self.theme.clone(), amount };
        self.amounts().map(line)
    }

    /// Returns the group that the first lines form, and how many they are.
    fn first_of(lines: &[Line]) -> Option<(LineGroup, usize)> {
        let first = lines.first()?;
        let group = |lines| LineGroup {
            lines,
            fund: first.fund.clone(),
            theme: first.theme.clone(),
            amount: first.amount,
        };
        let fits = |template: LineTemplate| {
            let fit = |(line, (account, debit)): (&Line, (Account, bool))| {
                let amount = if debit { first.amount } else { first.amount.negated() };
                line.account == account
                    && line.amount == amount
                    && line.theme == first.theme
                    && line.fund == first.fund
            };
            let count = template.accounts().count();
            (lines.len() >= count && lines.iter().zip(template.accounts()).all(fit)).then_some(count)
        };
        let named = LineTemplate::NAMED.iter().find_map(|(_, template)| Some((*template, fits(*template)?)));
        let (template, count) = named.unwrap_or((LineTemplate::Single(first.account), 1));
        Some((group(template), count))
    }
}

/// Why lines do not make an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // The messages say it.
pub enum EntryError {
    #[error("an entry has no lines, or a line of zero")]
    Empty,
    /// `by` is debits less credits.
    #[error("an entry dated {} {} by {by} in fund {fund}", date.in_words(), EntryError::OUT_OF_BALANCE)]
    Unbalanced { date: Date, fund: FundId, by: Money },
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl EntryError {
    /// The words by which verification knows that an entry could not be read since it does not balance: a
    /// reader of JSON passes on the text of an error alone.
    pub const OUT_OF_BALANCE: &str = "is out of balance";
}

/// A balanced entry on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "EntryFields")]
pub struct Entry {
    date: Date,
    booked: Option<Date>,
    /// Grouped as far as possible, so that entries of the same lines are equal.
    parts: Vec<LineGroup>,
}

#[derive(Deserialize)]
struct EntryFields {
    date: Date,
    booked: Option<Date>,
    parts: Vec<LineGroup>,
}

impl TryFrom<EntryFields> for Entry {
    type Error = EntryError;
    fn try_from(fields: EntryFields) -> Result<Entry, EntryError> {
        Entry::of_parts(fields.date, fields.booked, fields.parts)
    }
}

impl Entry {
    /// Creates an entry. `date` is the effective date; `booked` is the day on which it is booked when the
    /// effective month is closed.
    ///
    /// # Errors
    /// Fails if the lines do not balance, or there are none, or one is zero.
    pub fn new(date: Date, booked: Option<Date>, lines: Vec<Line>) -> Result<Entry, EntryError> {
        let mut parts = Vec::with_capacity(1);
        let mut lines = lines.as_slice();
        while let Some((part, count)) = LineGroup::first_of(lines) {
            parts.push(part);
            lines = lines.get(count..).unwrap_or_default();
        }
        Entry::balanced(date, booked, parts)
    }

    /// Creates an entry of lines that are partly grouped.
    pub(crate) fn of_parts(
        date: Date,
        booked: Option<Date>,
        parts: Vec<LineGroup>,
    ) -> Result<Entry, EntryError> {
        match parts.iter().any(|part| matches!(part.lines, LineTemplate::Single(_))) {
            // Single lines may form a group.
            true => Entry::new(date, booked, parts.iter().flat_map(LineGroup::to_lines).collect()),
            false => Entry::balanced(date, booked, parts),
        }
    }

    fn balanced(date: Date, booked: Option<Date>, parts: Vec<LineGroup>) -> Result<Entry, EntryError> {
        if parts.is_empty() || parts.iter().any(|part| part.amount.is_zero()) {
            return Err(EntryError::Empty);
        }
        // Groups balance by construction, provided that the negated amount exists.
        parts.iter().try_for_each(|part| Money::ZERO.minus(part.amount).map(drop))?;
        let singles = || {
            parts.iter().filter_map(|part| match part.lines {
                LineTemplate::Single(account) => Some((&part.fund, account.is_memorandum(), part.amount)),
                LineTemplate::Payment | LineTemplate::Commitment => None,
            })
        };
        // Entries have few lines and mostly one fund: summing again at each fund's first line is quicker
        // than any table.
        for (position, (fund, is_memorandum, _)) in singles().enumerate() {
            let same_books = |other: &(&FundId, bool, Money)| (other.0, other.1) == (fund, is_memorandum);
            if singles().take(position).any(|earlier| same_books(&earlier)) {
                continue;
            }
            let by = Money::sum(singles().filter(same_books).map(|(_, _, amount)| amount))?;
            if !by.is_zero() {
                return Err(EntryError::Unbalanced { date, fund: fund.clone(), by });
            }
        }
        Ok(Entry { date, booked: booked.filter(|booked| *booked != date), parts })
    }

    /// Returns the date of the transaction.
    pub fn effective(&self) -> Date {
        self.date
    }

    /// Returns the booking date: the effective date, unless its month was closed.
    pub fn booked(&self) -> Date {
        self.booked.unwrap_or(self.date)
    }

    /// Returns the lines; none is zero.
    pub fn lines(&self) -> impl Iterator<Item = Line> + '_ {
        self.parts.iter().flat_map(LineGroup::to_lines)
    }

    /// Returns the lines with the entry's dates.
    pub fn postings(&self) -> impl Iterator<Item = Posting<'_>> {
        let (effective, booked) = (self.date, self.booked());
        self.parts.iter().flat_map(move |part| {
            part.amounts().map(move |(account, amount)| Posting {
                account,
                fund: &part.fund,
                theme: part.theme.as_ref(),
                amount,
                effective,
                booked,
            })
        })
    }
}

/// A run of monthly expenditure (Dr expenditure / Cr grant control), stored compactly. The first amount is
/// dated `from`, each further one the last day of the following month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthlyExpenditure {
    /// The date of the first amount.
    pub from: Date,
    /// The booking date of all of them, when their months were closed.
    pub booked: Option<Date>,
    pub fund: FundId,
    pub theme: ThemeId,
    /// One amount a month; negative amounts credit expenditure recognised earlier.
    pub amounts: Vec<Money>,
}

impl MonthlyExpenditure {
    /// Returns each amount with its effective date.
    pub fn dated(&self) -> impl Iterator<Item = (Date, Money)> + '_ {
        let first = self.from.month();
        self.amounts.iter().enumerate().map(move |(offset, amount)| {
            let later = i32::try_from(offset).unwrap_or(i32::MAX);
            (if offset == 0 { self.from } else { first.plus(later).last_day() }, *amount)
        })
    }

    /// Returns each amount with the month in which it is booked.
    pub fn by_month(&self) -> impl Iterator<Item = (Month, Money)> + '_ {
        let (first, booked) = (self.from.month(), self.booked.map(Date::month));
        self.amounts
            .iter()
            .zip(0..)
            .map(move |(amount, later)| (booked.unwrap_or(first.plus(later)), *amount))
    }
}

/// Everything that one event posts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entries {
    /// Entries other than monthly expenditure.
    pub entries: Vec<Entry>,
    /// Runs of monthly expenditure.
    pub monthly: Vec<MonthlyExpenditure>,
}

/// One line with its two dates, borrowed from its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting<'a> {
    pub account: Account,
    pub fund: &'a FundId,
    pub theme: Option<&'a ThemeId>,
    /// Debit positive, credit negative.
    pub amount: Money,
    pub effective: Date,
    pub booked: Date,
}

impl Entries {
    /// Returns entries without postings.
    pub fn none() -> Entries {
        Entries::default()
    }

    /// Returns a single entry.
    pub fn one(entry: Entry) -> Entries {
        Entries { entries: vec![entry], monthly: Vec::new() }
    }

    /// True when nothing is posted.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.monthly.is_empty()
    }

    /// Returns every posting: entries first, then monthly expenditure, each amount as two lines.
    pub fn postings(&self) -> impl Iterator<Item = Posting<'_>> {
        let entries = self.entries.iter().flat_map(Entry::postings);
        let monthly = self.monthly.iter().flat_map(|run| {
            run.dated().flat_map(move |(date, amount)| {
                let side = move |account, amount| Posting {
                    account,
                    fund: &run.fund,
                    theme: Some(&run.theme),
                    amount,
                    effective: date,
                    booked: run.booked.unwrap_or(date),
                };
                [side(Account::GrantExpenditure, amount), side(Account::GrantControl, amount.negated())]
            })
        });
        entries.chain(monthly)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(account: Account, fund: &str, pence: i64) -> Line {
        Line { account, fund: FundId::new(fund).unwrap(), theme: None, amount: Money::from_pence(pence) }
    }

    #[test]
    fn only_balanced_entries_exist() {
        let date = Date::parse("2015-03-31").unwrap();
        use Account::{AwardsOutstanding, Bank, Commitments, GrantControl};
        for (lines, balances) in [
            (vec![line(GrantControl, "cdr", 5), line(Bank, "cdr", -5)], true),
            (vec![line(GrantControl, "cdr", 5), line(Bank, "cdr", -4)], false),
            (vec![line(GrantControl, "cdr", 5), line(Bank, "victims", -5)], false),
            (vec![line(Commitments, "cdr", 5), line(Bank, "cdr", -5)], false),
            (vec![line(Commitments, "cdr", 5), line(AwardsOutstanding, "cdr", -5)], true),
            (vec![line(Bank, "cdr", 0)], false),
            (vec![], false),
            (vec![line(GrantControl, "cdr", i64::MAX), line(GrantControl, "cdr", i64::MAX)], false),
            (vec![line(Commitments, "cdr", i64::MAX), line(AwardsOutstanding, "cdr", -i64::MAX)], true),
            (vec![line(Commitments, "cdr", i64::MIN), line(AwardsOutstanding, "cdr", i64::MAX)], false),
        ] {
            assert_eq!(Entry::new(date, None, lines.clone()).is_ok(), balances, "{lines:?}");
        }
    }

    #[test]
    fn an_unbalanced_entry_cannot_be_read() {
        let text = r#"{"date":"2015-03-31","booked":null,"parts":[{"lines":{"Single":"assets:bank"},"fund":"cdr","theme":null,"amount":"1.00"}]}"#;
        let error = serde_json::from_str::<Entry>(text).unwrap_err().to_string();
        assert!(error.contains("is out of balance by 1.00 in fund cdr"), "{error}");
    }
}
