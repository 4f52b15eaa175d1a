//! Entries in accounting form: dated, with debits, credits and totals.
//!
//! Memorandum lines are separate from real ones, with their own totals. A long series of entries, such as
//! a year of recognition, is shown by its first entry, its last entry and its sums.

use std::collections::{BTreeMap, BTreeSet};

use almoner_app::confirmation::PostedEntries;
use almoner_app::narrative::paper;
use almoner_ledger::accounts::Account;
use almoner_ledger::calendar::{Date, FinancialYear};
use almoner_ledger::entry::{Entries, Posting};
use almoner_ledger::funds::FundId;
use almoner_ledger::money::{Money, Overflow};
use almoner_ledger::themes::ThemeId;

use almoner_papers::layout::{Align, Columns, wrapped};

/// The maximum number of days on which entries are shown in full.
const DAYS_IN_FULL: usize = 3;
/// The maximum number of days on which recognition is shown in full.
const CHARGES_IN_FULL: usize = 1;

/// The effective and the posting date of an entry.
type Days = (Date, Date);

/// Returns the entries of a record; for a proposal, those that it would post.
pub fn posted(posted: &PostedEntries<'_>, width: usize) -> Result<String, Overflow> {
    let shown: String = posted.shown.iter().map(|it| entries(it, width)).collect::<Result<_, _>>()?;
    Ok(match posted.omitted {
        0 => shown,
        more => format!("{shown}\nEntries of {more} more records omitted\n"),
    })
}

/// Returns these entries in accounting form.
pub fn entries(entries: &Entries, width: usize) -> Result<String, Overflow> {
    let lines_of_charges: usize = entries.monthly.iter().map(|run| run.amounts.len() * 2).sum();
    let all: Vec<Posting<'_>> = entries.postings().collect();
    // Charges come after the entries; see `Entries::postings`.
    let (plain, charges) = all.split_at(all.len().saturating_sub(lines_of_charges));
    let (memorandum, real) = plain.iter().copied().partition(|it: &Posting<'_>| it.account.is_memorandum());
    let (mut real, mut charges) = (by_days(real), by_days(charges.to_vec()));
    if charges.len() <= CHARGES_IN_FULL {
        for (days, postings) in std::mem::take(&mut charges) {
            real.entry(days).or_default().extend(postings);
        }
    }
    let mut text = String::new();
    let kinds = [
        ("Entries", DAYS_IN_FULL, real),
        ("Expenditure", CHARGES_IN_FULL, charges),
        ("Memorandum", DAYS_IN_FULL, by_days(memorandum)),
    ];
    for (what, days_in_full, groups) in kinds {
        if groups.len() > days_in_full {
            text.push_str(&in_sums(what, &groups, width)?);
            continue;
        }
        for (days, postings) in groups {
            let what = if what == "Memorandum" { "Memorandum, dated" } else { "Dated" };
            let mut lines: Vec<Line<'_>> = postings.iter().map(Line::of).collect();
            debits_first(&mut lines);
            text.push_str(&format!("\n  {what} {}\n", dates(days)));
            text.push_str(&table(&lines, width)?);
        }
    }
    Ok(text)
}

fn by_days(postings: Vec<Posting<'_>>) -> BTreeMap<Days, Vec<Posting<'_>>> {
    let mut groups: BTreeMap<Days, Vec<Posting<'_>>> = BTreeMap::new();
    for posting in postings {
        groups.entry((posting.effective, posting.booked)).or_default().push(posting);
    }
    groups
}

fn dates((effective, booked): Days) -> String {
    if effective == booked {
        effective.in_words()
    } else {
        format!("{} (posted {})", effective.in_words(), booked.in_words())
    }
}

/// A line of one or more entries.
struct Line<'a> {
    account: Account,
    fund: &'a FundId,
    theme: Option<&'a ThemeId>,
    debit: Money,
    credit: Money,
}

impl<'a> Line<'a> {
    fn of(posting: &Posting<'a>) -> Line<'a> {
        Line {
            account: posting.account,
            fund: posting.fund,
            theme: posting.theme,
            debit: posting.amount.max(Money::ZERO),
            credit: posting.amount.negated().max(Money::ZERO),
        }
    }
}

/// Swaps pairs of a credit and its debit, since debits are written first.
fn debits_first(lines: &mut [Line<'_>]) {
    for pair in lines.chunks_mut(2) {
        if let [first, second] = pair
            && first.debit.is_zero()
            && second.credit.is_zero()
            && first.credit == second.debit
        {
            pair.swap(0, 1);
        }
    }
}

fn table(lines: &[Line<'_>], width: usize) -> Result<String, Overflow> {
    let mut columns = Columns::new(vec![
        ("Account", Align::Whole),
        ("Fund", Align::Whole),
        ("Theme", Align::Left),
        ("Debit", Align::Right),
        ("Credit", Align::Right),
    ]);
    let shown = |amount: Money| if amount.is_zero() { String::new() } else { amount.grouped() };
    for line in lines {
        let theme = line.theme.map(ToString::to_string).unwrap_or_default();
        let (account, fund) = (line.account.to_string(), line.fund.to_string());
        columns.row(vec![account, fund, theme, shown(line.debit), shown(line.credit)]);
    }
    let debit = Money::sum(lines.iter().map(|line| line.debit))?;
    let credit = Money::sum(lines.iter().map(|line| line.credit))?;
    let blank = String::new;
    columns.totals(vec!["Total".to_owned(), blank(), blank(), debit.grouped(), credit.grouped()]);
    Ok(columns.render("  ", width))
}

/// Returns a series of entries by its sums, with the first, the last and the sum of each financial year.
fn in_sums(what: &str, groups: &BTreeMap<Days, Vec<Posting<'_>>>, width: usize) -> Result<String, Overflow> {
    let (Some(first), Some(last)) = (groups.first_key_value(), groups.last_key_value()) else {
        return Ok(String::new());
    };
    let mut lines: Vec<Line<'_>> = Vec::new();
    for posting in groups.values().flatten() {
        let new = Line::of(posting);
        let same = |line: &&mut Line<'_>| {
            (line.account, line.fund, line.theme) == (new.account, new.fund, new.theme)
                && line.debit.is_zero() == new.debit.is_zero()
        };
        match lines.iter_mut().find(same) {
            Some(line) => {
                line.debit = line.debit.plus(new.debit)?;
                line.credit = line.credit.plus(new.credit)?;
            }
            None => lines.push(new),
        }
    }
    let measured = measured_by(groups);
    let amount = |postings: &[Posting<'_>]| {
        Money::sum(postings.iter().filter(|it| it.account == measured).map(|it| it.amount))
    };
    let mut years: BTreeMap<FinancialYear, Money> = BTreeMap::new();
    for ((_, booked), postings) in groups {
        let sum = years.entry(booked.financial_year()).or_default();
        *sum = sum.plus(amount(postings)?)?;
    }
    debits_first(&mut lines);
    let count = groups.len();
    let mut text =
        format!("\n  {what} on {count} days, {} to {}\n", first.0.0.in_words(), last.0.0.in_words());
    text.push_str(&table(&lines, width)?);
    let by_day: Vec<Money> = groups.values().map(|postings| amount(postings)).collect::<Result<_, _>>()?;
    if by_day.iter().all(|amount| amount.is_zero()) {
        let fund = lines.windows(2).any(|two| matches!(two, [one, other] if one.fund != other.fund));
        let theme = lines.windows(2).any(|two| matches!(two, [one, other] if one.theme != other.theme));
        let what = match (fund, theme) {
            (true, false) => "only the fund changes",
            (true, true) => "only funds and themes change",
            (false, _) => "only the theme changes",
        };
        text.push_str(&format!("  Each day's changes to expenditure net to zero: {what}.\n"));
        return Ok(text);
    }
    let mut ends = Vec::new();
    for (which, (days, postings)) in [("First", first), ("Last", last)] {
        ends.push(format!("{which} entry, {}: {}.", dates(*days), paper(amount(postings)?)));
    }
    text.push_str(&wrapped("  ", &ends.join(" "), width));
    let mut sums: Vec<String> =
        years.iter().map(|(year, sum)| format!("In {year}: {}.", paper(*sum))).collect();
    sums.push(format!("Total: {}.", paper(Money::sum(years.into_values())?)));
    text.push_str(&wrapped("  ", &sums.join(" "), width));
    Ok(text)
}

/// Returns the account whose change is the amount of these entries.
fn measured_by(groups: &BTreeMap<Days, Vec<Posting<'_>>>) -> Account {
    let accounts: BTreeSet<Account> = groups.values().flatten().map(|posting| posting.account).collect();
    let by_precedence = [
        Account::GrantExpenditure,
        Account::PriorPeriod,
        Account::ReceiptsInAdvance,
        Account::Commitments,
        Account::Bank,
        Account::Budget,
    ];
    by_precedence.into_iter().find(|account| accounts.contains(account)).unwrap_or(Account::Bank)
}

#[cfg(test)]
mod tests {
    use super::*;
    use almoner_ledger::entry::{Entry, Line as EntryLine, MonthlyExpenditure};

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn line(account: Account, pence: i64) -> EntryLine {
        let theme = Some(ThemeId::new("domestic-abuse").unwrap());
        EntryLine { account, fund: FundId::new("victims").unwrap(), theme, amount: Money::from_pence(pence) }
    }

    fn charges(from: &str, booked: Option<&str>, amounts: &[i64]) -> MonthlyExpenditure {
        MonthlyExpenditure {
            from: day(from),
            booked: booked.map(day),
            fund: FundId::new("victims").unwrap(),
            theme: ThemeId::new("domestic-abuse").unwrap(),
            amounts: amounts.iter().map(|pence| Money::from_pence(*pence)).collect(),
        }
    }

    #[test]
    fn a_payment_is_shown_with_its_expenditure_and_separate_memorandum() {
        let lines = vec![
            line(Account::GrantControl, 1_000_000),
            line(Account::Bank, -1_000_000),
            line(Account::AwardsOutstanding, 1_000_000),
            line(Account::Commitments, -1_000_000),
        ];
        let entry = Entry::new(day("2015-03-02"), Some(day("2015-04-01")), lines).unwrap();
        let charges = vec![charges("2015-03-02", Some("2015-04-01"), &[1_000_000])];
        let shown = entries(&Entries { entries: vec![entry], monthly: charges }, 80).unwrap();
        let expected = "
  Dated 2 Mar 2015 (posted 1 Apr 2015)
  Account               Fund     Theme               Debit     Credit
  assets:grant-control  victims  domestic-abuse  10,000.00
  assets:bank           victims  domestic-abuse             10,000.00
  expenditure:grants    victims  domestic-abuse  10,000.00
  assets:grant-control  victims  domestic-abuse             10,000.00
                                                 ---------  ---------
  Total                                          20,000.00  20,000.00

  Memorandum, dated 2 Mar 2015 (posted 1 Apr 2015)
  Account                  Fund     Theme               Debit     Credit
  memo:awards-outstanding  victims  domestic-abuse  10,000.00
  memo:commitments         victims  domestic-abuse             10,000.00
                                                    ---------  ---------
  Total                                             10,000.00  10,000.00
";
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_long_series_of_expenditure_is_shown_in_sums() {
        let charges = vec![charges("2015-01-22", None, &[300]), charges("2015-01-31", None, &[100; 5])];
        let shown = entries(&Entries { entries: Vec::new(), monthly: charges }, 80).unwrap();
        let expected = "
  Expenditure on 6 days, 22 Jan 2015 to 31 May 2015
  Account               Fund     Theme           Debit  Credit
  expenditure:grants    victims  domestic-abuse   8.00
  assets:grant-control  victims  domestic-abuse           8.00
                                                 -----  ------
  Total                                           8.00    8.00
  First entry, 22 Jan 2015: 3.00. Last entry, 31 May 2015: 1.00.
  In 2014-15: 6.00. In 2015-16: 2.00. Total: 8.00.
";
        assert_eq!(shown, expected);
    }
}
