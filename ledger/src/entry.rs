//! Entries: balanced sets of lines on one day.
//!
//! **Guarantee.** An [`Entry`] whose lines do not sum to nothing, in total and within each fund,
//! real and memorandum accounts each for themselves, cannot be constructed, read or decoded.

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
    /// The account.
    pub account: Account,
    /// The fund.
    pub fund: FundId,
    /// The theme, where one applies.
    pub theme: Option<ThemeId>,
    /// The amount: debit positive, credit negative.
    pub amount: Money,
}

/// Lines that always go together, or a line by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum LineTemplate {
    /// Money goes to a recipient, and the promise of it with it.
    Paid,
    /// Money is promised.
    Promised,
    /// A line on this account, by itself.
    Single(Account),
}

impl LineTemplate {
    /// Those that are more than one line, each with its name in the journal.
    pub(crate) const NAMED: [(&str, LineTemplate); 2] =
        [("paid", LineTemplate::Paid), ("promised", LineTemplate::Promised)];

    /// The accounts that a positive amount debits (`true`) and credits (`false`), in order.
    pub(crate) fn accounts(self) -> impl Iterator<Item = (Account, bool)> {
        let (named, alone): (&'static [(Account, bool)], _) = match self {
            LineTemplate::Paid => (
                &[
                    (Account::GrantControl, true),
                    (Account::Bank, false),
                    (Account::AwardsOutstanding, true),
                    (Account::Commitments, false),
                ],
                None,
            ),
            LineTemplate::Promised => {
                (&[(Account::Commitments, true), (Account::AwardsOutstanding, false)], None)
            }
            LineTemplate::Single(account) => (&[], Some((account, true))),
        };
        named.iter().copied().chain(alone)
    }
}

/// Lines that go together under one fund and theme. Entries are very many, and mostly one of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LineGroup {
    pub(crate) lines: LineTemplate,
    pub(crate) fund: FundId,
    pub(crate) theme: Option<ThemeId>,
    pub(crate) amount: Money,
}

impl LineGroup {
    /// The accounts with what they are debited; negative for what they are credited.
    fn amounts(&self) -> impl Iterator<Item = (Account, Money)> {
        let signed = |debit| if debit { self.amount } else { self.amount.negated() };
        self.lines.accounts().map(move |(account, debit)| (account, signed(debit)))
    }

    fn to_lines(&self) -> impl Iterator<Item = Line> {
        let line =
            |(account, amount)| Line { account, fund: self.fund.clone(), theme: self.theme.clone(), amount };
        self.amounts().map(line)
    }

    /// The first of these lines with those that go together with it, and how many they are.
    fn first_of(lines: &[Line]) -> Option<(LineGroup, usize)> {
        let first = lines.first()?;
        let part = |lines| LineGroup {
            lines,
            fund: first.fund.clone(),
            theme: first.theme.clone(),
            amount: first.amount,
        };
        let fits = |together: LineTemplate| {
            let fit = |(line, (account, debit)): (&Line, (Account, bool))| {
                let amount = if debit { first.amount } else { first.amount.negated() };
                line.account == account
                    && line.amount == amount
                    && line.theme == first.theme
                    && line.fund == first.fund
            };
            let count = together.accounts().count();
            (lines.len() >= count && lines.iter().zip(together.accounts()).all(fit)).then_some(count)
        };
        let named = LineTemplate::NAMED.iter().find_map(|(_, together)| Some((*together, fits(*together)?)));
        let (together, count) = named.unwrap_or((LineTemplate::Single(first.account), 1));
        Some((part(together), count))
    }
}

/// Why lines do not make an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// No lines, or a line of nothing.
    #[error("an entry has no lines, or a line of nothing")]
    Empty,
    /// Debits and credits differ.
    #[error("an entry dated {date} does not balance in fund {fund}: it is out by {by}")]
    Unbalanced {
        /// The entry's effective date.
        date: Date,
        /// The fund that is out.
        fund: FundId,
        /// Debits less credits.
        by: Money,
    },
    /// Sums too large.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// A balanced entry on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "EntryFields")]
pub struct Entry {
    date: Date,
    booked: Option<Date>,
    /// What goes together stands together, so that entries of the same lines are equal.
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
    /// The entry of these lines, if they balance. `date` is the effective date; `booked` the day
    /// whose month takes the posting when the effective month is closed.
    pub fn new(date: Date, booked: Option<Date>, lines: Vec<Line>) -> Result<Entry, EntryError> {
        let mut parts = Vec::with_capacity(1);
        let mut lines = lines.as_slice();
        while let Some((part, count)) = LineGroup::first_of(lines) {
            parts.push(part);
            lines = lines.get(count..).unwrap_or_default();
        }
        Entry::balanced(date, booked, parts)
    }

    /// The same of lines some of which are known to go together.
    pub(crate) fn of_parts(
        date: Date,
        booked: Option<Date>,
        parts: Vec<LineGroup>,
    ) -> Result<Entry, EntryError> {
        match parts.iter().any(|part| matches!(part.lines, LineTemplate::Single(_))) {
            // Lines by themselves may be such as go together.
            true => Entry::new(date, booked, parts.iter().flat_map(LineGroup::to_lines).collect()),
            false => Entry::balanced(date, booked, parts),
        }
    }

    fn balanced(date: Date, booked: Option<Date>, parts: Vec<LineGroup>) -> Result<Entry, EntryError> {
        if parts.is_empty() || parts.iter().any(|part| part.amount.is_zero()) {
            return Err(EntryError::Empty);
        }
        // Lines that go together balance among themselves, where there is such an amount on the other side.
        parts.iter().try_for_each(|part| Money::ZERO.minus(part.amount).map(drop))?;
        let alone = || {
            parts.iter().filter_map(|part| match part.lines {
                LineTemplate::Single(account) => Some((&part.fund, account.is_memorandum(), part.amount)),
                LineTemplate::Paid | LineTemplate::Promised => None,
            })
        };
        // Entries have few lines and mostly one fund: summing anew at each fund's first line
        // is quicker than any table.
        for (position, (fund, is_memorandum, _)) in alone().enumerate() {
            let same_books = |other: &(&FundId, bool, Money)| (other.0, other.1) == (fund, is_memorandum);
            if alone().take(position).any(|earlier| same_books(&earlier)) {
                continue;
            }
            let by = Money::sum(alone().filter(same_books).map(|(_, _, amount)| amount))?;
            if !by.is_zero() {
                return Err(EntryError::Unbalanced { date, fund: fund.clone(), by });
            }
        }
        Ok(Entry { date, booked: booked.filter(|booked| *booked != date), parts })
    }

    /// When it happened.
    pub fn effective(&self) -> Date {
        self.date
    }

    /// The day it is booked on: the effective date, unless that month was closed.
    pub fn booked(&self) -> Date {
        self.booked.unwrap_or(self.date)
    }

    /// The lines, none of them of nothing.
    pub fn lines(&self) -> impl Iterator<Item = Line> + '_ {
        self.parts.iter().flat_map(LineGroup::to_lines)
    }

    /// The lines with the entry's dates.
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

/// A run of monthly charges, each Dr expenditure / Cr grant control, written compactly. The
/// first is dated `from`; each further one on the last day of the following month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charges {
    /// The date of the first charge.
    pub from: Date,
    /// The day all of them are booked on when their months were closed.
    pub booked: Option<Date>,
    /// The fund.
    pub fund: FundId,
    /// The theme.
    pub theme: ThemeId,
    /// One amount a month; negative ones credit what was charged too much.
    pub amounts: Vec<Money>,
}

impl Charges {
    /// Each charge with its effective date.
    pub fn dated(&self) -> impl Iterator<Item = (Date, Money)> + '_ {
        let first = self.from.month();
        self.amounts.iter().enumerate().map(move |(offset, amount)| {
            let later = i32::try_from(offset).unwrap_or(i32::MAX);
            (if offset == 0 { self.from } else { first.plus(later).last_day() }, *amount)
        })
    }

    /// Each charge with the month it is booked in.
    pub fn by_month(&self) -> impl Iterator<Item = (Month, Money)> + '_ {
        let (first, booked) = (self.from.month(), self.booked.map(Date::month));
        self.amounts
            .iter()
            .zip(0..)
            .map(move |(amount, later)| (booked.unwrap_or(first.plus(later)), *amount))
    }
}

/// All that one event posts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entries {
    /// Entries with their lines.
    pub entries: Vec<Entry>,
    /// Runs of monthly charges.
    pub charges: Vec<Charges>,
}

/// One line with its two dates, borrowed from the entries it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting<'a> {
    /// The account.
    pub account: Account,
    /// The fund.
    pub fund: &'a FundId,
    /// The theme, where one applies.
    pub theme: Option<&'a ThemeId>,
    /// Debit positive, credit negative.
    pub amount: Money,
    /// When it happened.
    pub effective: Date,
    /// The day it is booked on.
    pub booked: Date,
}

impl Entries {
    /// Nothing posted.
    pub fn none() -> Entries {
        Entries::default()
    }

    /// Just one entry.
    pub fn one(entry: Entry) -> Entries {
        Entries { entries: vec![entry], charges: Vec::new() }
    }

    /// True when nothing is posted.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.charges.is_empty()
    }

    /// Every posting, entries first, then the charges, each charge as its two lines.
    pub fn postings(&self) -> impl Iterator<Item = Posting<'_>> {
        let entries = self.entries.iter().flat_map(Entry::postings);
        let charges = self.charges.iter().flat_map(|run| {
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
        entries.chain(charges)
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
        assert!(error.contains("does not balance in fund cdr: it is out by 1.00"), "{error}");
    }
}
