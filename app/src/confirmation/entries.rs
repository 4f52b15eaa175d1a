//! The entries of a record in accounting form: by date, with debits, credits and totals, for front ends that draw them.

use std::collections::BTreeMap;

use almoner_ledger::book::Books;
use almoner_ledger::book::names::{fund_name, theme_name};
use almoner_ledger::calendar::Date;
use almoner_ledger::entry::Posting;
use almoner_ledger::money::{Money, Overflow};
use serde::Serialize;

use super::PostedEntries;

/// The entries of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DatedEntries {
    /// Those of real accounts, by date.
    pub real: Vec<DatedEntry>,
    /// Those of memorandum accounts, by date.
    pub memorandum: Vec<DatedEntry>,
    /// The number of further records of a proposal whose entries are left out.
    pub omitted: usize,
}

/// An entry of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DatedEntry {
    /// The effective date.
    pub effective: Date,
    /// The posting date.
    pub booked: Date,
    /// The lines, debits first.
    pub lines: Vec<EntryLine>,
    /// The sum of the debits.
    pub debit: Money,
    /// The sum of the credits.
    pub credit: Money,
}

/// A line of an entry, with the names of what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryLine {
    /// The name of the account.
    pub account: &'static str,
    /// The name of the fund.
    pub fund: String,
    /// The name of the theme, if it has one.
    pub theme: Option<String>,
    /// The amount, if it is a debit.
    pub debit: Option<Money>,
    /// The amount, if it is a credit.
    pub credit: Option<Money>,
}

impl DatedEntries {
    /// Returns entries that have everything, for the description of their form.
    pub(crate) fn example() -> DatedEntries {
        let line =
            |theme, debit, credit| EntryLine { account: "", fund: String::new(), theme, debit, credit };
        let zero = Money::ZERO;
        let entry = |day| DatedEntry {
            effective: day,
            booked: day,
            lines: vec![line(Some(String::new()), Some(zero), None), line(None, None, Some(zero))],
            debit: zero,
            credit: zero,
        };
        let all = || Date::from_ymd(2015, 4, 1).into_iter().map(entry).collect();
        DatedEntries { real: all(), memorandum: all(), omitted: 0 }
    }
}

impl PostedEntries<'_> {
    /// Returns the entries by date, with the names that these books have.
    pub fn dated(&self, books: &dyn Books) -> Result<DatedEntries, Overflow> {
        let mut groups: [BTreeMap<(Date, Date), Vec<Posting<'_>>>; 2] = Default::default();
        for posting in self.shown.iter().flat_map(|it| it.postings()) {
            let [real, memorandum] = &mut groups;
            let group = if posting.account.is_memorandum() { memorandum } else { real };
            group.entry((posting.effective, posting.booked)).or_default().push(posting);
        }
        let [real, memorandum] = groups.map(|group| -> Result<Vec<DatedEntry>, Overflow> {
            group.into_iter().map(|(days, postings)| dated(books, days, postings)).collect()
        });
        Ok(DatedEntries { real: real?, memorandum: memorandum?, omitted: self.omitted })
    }
}

fn dated(
    books: &dyn Books,
    (effective, booked): (Date, Date),
    mut postings: Vec<Posting<'_>>,
) -> Result<DatedEntry, Overflow> {
    postings.sort_by_key(|it| it.amount.is_negative());
    let debit = Money::sum(postings.iter().map(|it| it.amount.max(Money::ZERO)))?;
    let credit = Money::sum(postings.iter().map(|it| it.amount.negated().max(Money::ZERO)))?;
    let lines = postings.iter().map(|posting| line(books, posting)).collect();
    Ok(DatedEntry { effective, booked, lines, debit, credit })
}

fn line(books: &dyn Books, posting: &Posting<'_>) -> EntryLine {
    let fund = fund_name(books, posting.fund.as_str());
    let theme = posting.theme.map(|id| theme_name(books, id.as_str()));
    EntryLine {
        account: posting.account.name(),
        fund,
        theme,
        debit: posting.amount.is_positive().then_some(posting.amount),
        credit: posting.amount.is_negative().then(|| posting.amount.negated()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{award, books, day, money, pay};

    #[test]
    fn an_entry_has_its_debits_first_and_its_totals() {
        let books = books(&[award("1-2015", "2015-04-10", "1,000"), pay("1-2015", "2015-06-01", "300")]);
        let record = books.record(books.head().record).unwrap().unwrap();
        let entries = PostedEntries::of(&record.event).dated(&books).unwrap();
        let entry = entries.real.first().unwrap();
        assert_eq!(
            (entry.effective, entry.debit, entry.credit),
            (day("2015-06-01"), money("600"), money("600"))
        );
        let lines: Vec<_> = entry.lines.iter().map(|it| (it.account, it.debit, it.credit)).collect();
        let (debit, credit) = ((Some(money("300")), None), (None, Some(money("300"))));
        assert_eq!(
            lines,
            [
                ("Grant control", debit.0, debit.1),
                ("Expenditure on grants", debit.0, debit.1),
                ("Bank", credit.0, credit.1),
                ("Grant control", credit.0, credit.1),
            ]
        );
        assert_eq!(entry.lines.first().map(|it| it.theme.as_deref()), Some(Some("Domestic abuse")));
        assert_eq!(entries.memorandum.len(), 1);
    }
}
