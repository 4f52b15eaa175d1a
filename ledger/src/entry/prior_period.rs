//! Prior period adjustments: what a record posts that belongs to earlier financial years goes to reserves, not to
//! expenditure (IAS 8.42).
//!
//! What belongs to an earlier year is decided by the date of the service and the day on which it is booked; a credit
//! also by where the debit is booked (see `decide`). Everything else that the record posts, such as the payment and the
//! commitment, stays as it is.

use std::collections::BTreeMap;

use super::{Entries, Entry, EntryError, Line, LineTemplate, MonthlyExpenditure, Posting};
use crate::accounts::Account;
use crate::calendar::{Date, FinancialYear};
use crate::money::{Money, Overflow};

impl Entries {
    /// True if something is posted as a prior period adjustment.
    pub fn adjusts_prior_period(&self) -> bool {
        let parts = self.entries.iter().flat_map(|entry| &entry.parts);
        parts.into_iter().any(|part| part.lines == LineTemplate::Single(Account::PriorPeriod))
    }

    /// Returns the last financial year of which something is posted as a prior period adjustment.
    pub(crate) fn last_year_adjusted(&self) -> Option<FinancialYear> {
        let adjusted = self.entries.iter().flat_map(Entry::postings);
        let adjusted = adjusted.filter(|it| it.account == Account::PriorPeriod);
        adjusted.map(|it| it.effective.financial_year()).max()
    }

    /// Returns the amount posted as prior period adjustments, whatever its sign: where it only moves between funds or
    /// themes, what moves.
    pub(crate) fn size_of_adjustment(&self) -> Result<Money, Overflow> {
        let adjusted =
            || self.entries.iter().flat_map(Entry::postings).filter(|it| it.account == Account::PriorPeriod);
        let debits = Money::sum(adjusted().map(|it| it.amount.max(Money::ZERO)))?;
        let credits = Money::sum(adjusted().map(|it| it.amount.min(Money::ZERO).size()))?;
        Ok(debits.max(credits))
    }

    /// Returns what is posted as expenditure of the year, in the order in which
    /// [`with_shares`](Self::with_shares) takes the shares.
    pub(crate) fn of_the_year(&self) -> impl Iterator<Item = Posting<'_>> {
        self.postings().filter(|it| is_of_the_year(it.account))
    }

    /// Returns the same with these shares of [`of_the_year`](Self::of_the_year) as prior period adjustments.
    pub(crate) fn with_shares(&self, shares: Vec<Money>) -> Result<Entries, EntryError> {
        let mut adjusted = Entries::none();
        let mut shares = shares.into_iter();
        let mut next = || shares.next().unwrap_or_default();
        for entry in &self.entries {
            let mut lines = Vec::new();
            for line in entry.lines() {
                let share = if is_of_the_year(line.account) { next() } else { Money::ZERO };
                let rest = line.amount.minus(share)?;
                let parts = [(Account::PriorPeriod, share), (line.account, rest)];
                let parts = parts.into_iter().filter(|(_, amount)| !amount.is_zero());
                lines.extend(parts.map(|(account, amount)| Line { account, amount, ..line.clone() }));
            }
            adjusted.entries.push(Entry::new(entry.effective(), Some(entry.booked()), lines)?);
        }
        // By date and booking date.
        let mut days: BTreeMap<(Date, Date), Vec<Line>> = BTreeMap::new();
        for run in &self.monthly {
            let mut rest: Option<MonthlyExpenditure> = None;
            for (date, amount) in run.dated() {
                let (booked, share) = (run.booked.unwrap_or(date), next());
                if !share.is_zero() {
                    let line = |account, amount| {
                        let (fund, theme) = (run.fund.clone(), Some(run.theme.clone()));
                        Line { account, fund, theme, amount }
                    };
                    let lines = [(Account::PriorPeriod, share), (Account::GrantControl, share.negated())];
                    let lines = lines.map(|(account, amount)| line(account, amount));
                    days.entry((date, booked)).or_default().extend(lines);
                }
                let left = amount.minus(share)?;
                if left.is_zero() && !share.is_zero() {
                    adjusted.monthly.extend(rest.take());
                } else {
                    let empty = || MonthlyExpenditure { from: date, amounts: Vec::new(), ..run.clone() };
                    rest.get_or_insert_with(empty).amounts.push(left);
                }
            }
            adjusted.monthly.extend(rest);
        }
        for ((date, booked), lines) in days {
            adjusted.entries.push(Entry::new(date, Some(booked), lines)?);
        }
        Ok(adjusted)
    }
}

fn is_of_the_year(account: Account) -> bool {
    account.is_recognised() && account != Account::PriorPeriod
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::funds::FundId;
    use crate::themes::ThemeId;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn line(account: Account, pence: i64) -> Line {
        let (fund, theme) = (FundId::new("cdr").unwrap(), Some(ThemeId::new("youth").unwrap()));
        Line { account, fund, theme, amount: Money::from_pence(pence) }
    }

    fn monthly(from: &str, booked: Option<&str>, pence: &[i64]) -> Entries {
        let amounts = pence.iter().map(|it| Money::from_pence(*it)).collect();
        let (fund, theme) = (FundId::new("cdr").unwrap(), ThemeId::new("youth").unwrap());
        let run = MonthlyExpenditure { from: day(from), booked: booked.map(day), fund, theme, amounts };
        Entries { entries: Vec::new(), monthly: vec![run] }
    }

    fn entry(date: &str, booked: &str, lines: Vec<Line>) -> Entries {
        Entries::one(Entry::new(day(date), Some(day(booked)), lines).unwrap())
    }

    /// Each posting that is no memorandum: date, booking date, account and pence.
    fn shown(entries: &Entries) -> Vec<String> {
        let real = entries.postings().filter(|it| !it.account.is_memorandum());
        real.map(|it| format!("{}/{} {} {}", it.effective, it.booked, it.account, it.amount.pence()))
            .collect()
    }

    /// What is booked in a later financial year than its own.
    fn booked_later(entries: &Entries) -> Vec<Money> {
        let is_late = |it: &Posting<'_>| it.effective.financial_year() < it.booked.financial_year();
        entries.of_the_year().map(|it| if is_late(&it) { it.amount } else { Money::ZERO }).collect()
    }

    #[test]
    fn what_belongs_to_earlier_years_goes_to_reserves() {
        use Account::{Bank, EarlierYears, GrantControl, GrantExpenditure, PriorPeriod};
        let table: [(Entries, &[&str]); 7] = [
            // February to April 2015, booked on 1 May: February and March are of 2014-15.
            (
                monthly("2015-02-28", Some("2015-05-01"), &[10, 10, 7]),
                &[
                    "2015-02-28/2015-05-01 reserves:prior-period 10",
                    "2015-02-28/2015-05-01 assets:grant-control -10",
                    "2015-03-31/2015-05-01 reserves:prior-period 10",
                    "2015-03-31/2015-05-01 assets:grant-control -10",
                    "2015-04-30/2015-05-01 expenditure:grants 7",
                    "2015-04-30/2015-05-01 assets:grant-control -7",
                ],
            ),
            // Booked in its own year.
            (
                monthly("2015-02-28", Some("2015-03-01"), &[10]),
                &[
                    "2015-02-28/2015-03-01 expenditure:grants 10",
                    "2015-02-28/2015-03-01 assets:grant-control -10",
                ],
            ),
            // On its own day, in whichever year.
            (
                monthly("2015-03-31", None, &[10, 10]),
                &[
                    "2015-03-31/2015-03-31 expenditure:grants 10",
                    "2015-03-31/2015-03-31 assets:grant-control -10",
                    "2015-04-30/2015-04-30 expenditure:grants 10",
                    "2015-04-30/2015-04-30 assets:grant-control -10",
                ],
            ),
            // A payment that is recognised when paid: the bank is the bank.
            (
                entry(
                    "2015-03-31",
                    "2015-04-01",
                    vec![
                        line(GrantControl, 50),
                        line(Bank, -50),
                        line(GrantExpenditure, 50),
                        line(GrantControl, -50),
                    ],
                ),
                &[
                    "2015-03-31/2015-04-01 assets:grant-control 50",
                    "2015-03-31/2015-04-01 assets:bank -50",
                    "2015-03-31/2015-04-01 reserves:prior-period 50",
                    "2015-03-31/2015-04-01 assets:grant-control -50",
                ],
            ),
            // A payment alone is no expenditure.
            (
                entry("2015-03-31", "2015-04-01", vec![line(GrantControl, 50), line(Bank, -50)]),
                &["2015-03-31/2015-04-01 assets:grant-control 50", "2015-03-31/2015-04-01 assets:bank -50"],
            ),
            // What moved between places is no expenditure of the year either.
            (
                entry("2014-12-31", "2015-04-01", vec![line(EarlierYears, 50), line(GrantControl, -50)]),
                &[
                    "2014-12-31/2015-04-01 reserves:prior-period 50",
                    "2014-12-31/2015-04-01 assets:grant-control -50",
                ],
            ),
            (
                entry("2015-04-01", "2015-04-01", vec![line(EarlierYears, 50), line(GrantControl, -50)]),
                &[
                    "2015-04-01/2015-04-01 expenditure:earlier-years 50",
                    "2015-04-01/2015-04-01 assets:grant-control -50",
                ],
            ),
        ];
        for (entries, expected) in table {
            let adjusted = entries.with_shares(booked_later(&entries)).unwrap();
            assert_eq!(shown(&adjusted), expected, "{entries:?}");
            assert_eq!(
                adjusted.adjusts_prior_period(),
                expected.iter().any(|it| it.contains(PriorPeriod.code()))
            );
        }
    }

    #[test]
    fn the_size_of_an_adjustment_is_what_moves() {
        use Account::{Bank, PriorPeriod};
        for (amounts, size) in [(vec![10, -10], 10), (vec![10, 5], 15), (vec![-10], 10), (vec![], 0)] {
            let mut entries = Entries::none();
            for pence in amounts {
                let lines = vec![line(PriorPeriod, pence), line(Bank, -pence)];
                entries.entries.push(Entry::new(day("2015-03-31"), None, lines).unwrap());
            }
            assert_eq!(entries.size_of_adjustment().unwrap().pence(), size);
        }
    }
}
