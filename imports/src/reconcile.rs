//! Matches lines of a bank statement to payments, refunds and receipts in the books.
//!
//! A line is matched only if the match is unambiguous: the amount agrees exactly, and its text names
//! the payment or the recipient, or nothing else of that amount is near its date. Each match has its
//! basis. Ambiguous lines are left to the user.

#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

use std::collections::{BTreeMap, BTreeSet};

use almoner_ledger::book::{Books, BooksError};
use almoner_ledger::calendar::Date;
use almoner_ledger::money::Money;
use almoner_ledger::recipients::NameKey;
use almoner_ledger::reconciliation::{BankRecord, StatementLine};
use almoner_ledger::text::Text;
use almoner_ledger::worded;

/// A payment, refund or receipt that is not reconciled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub struct Open {
    pub at: BankRecord,
    pub date: Date,
    /// Negative for money out.
    pub amount: Money,
    /// The award id, or the funder.
    pub what: String,
    /// Texts that the bank may show: the reference and the names of the recipient.
    reference: String,
    names: Vec<String>,
}

/// The basis of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Specified by the user.
    Specified,
    /// The line contains the reference or the award number.
    Reference,
    /// The line contains the name of the recipient or funder.
    Name,
    /// No other item has this amount near this date.
    AmountAndDate,
    /// The payments of one day add up to the line.
    Run,
}

worded!(Basis::words {
    Specified = "as specified", Reference = "by reference", Name = "by name",
    AmountAndDate = "by amount and date only", Run = "as the sum of a day's payments",
});

/// The result of matching a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Reconciled earlier.
    AlreadyReconciled,
    /// Matched to these open items, by position.
    Matched(Vec<usize>, Basis),
    /// Not matched; possible items, by position.
    Unmatched(Vec<usize>),
}

/// Default for the longest time from the date of a payment to that of the bank, in days.
pub const DAYS: i64 = 10;
/// Number of letters and digits from which a reference is found within a word too, since banks run
/// words together.
const REFERENCE_LENGTH: usize = 6;
/// Minimum length of a name: shorter ones occur in too many lines.
const NAME_LENGTH: usize = 5;

/// Returns every unreconciled payment, refund and receipt that is not reversed, by date.
pub fn open_at_bank(books: &dyn Books) -> Result<Vec<Open>, BooksError> {
    let mut recipients: BTreeMap<_, Vec<String>> = BTreeMap::new();
    books.each_recipient(&mut |recipient| {
        let names = recipient.known_as().map(|name| NameKey::of_name(name).as_str().to_owned());
        recipients.insert(recipient.id.clone(), names.collect());
        Ok(())
    })?;
    let mut open = Vec::new();
    books.each_grant(&mut |grant| {
        let award = grant.last_award();
        for recorded in grant.live().filter(|it| it.reconciled.is_none()) {
            let (Some(amount), Some(date)) = (recorded.fact.at_bank(), recorded.fact.date()) else {
                continue;
            };
            let names = award.and_then(|award| recipients.get(&award.recipient)).cloned().unwrap_or_default();
            open.push(Open {
                at: BankRecord { record: recorded.record, grant: Some(grant.id.clone()) },
                date,
                amount,
                what: grant.id.to_string(),
                reference: recorded.fact.reference().map(Text::to_string).unwrap_or_default(),
                names,
            });
        }
        Ok(())
    })?;
    for received in &books.reference().receipts {
        let is_open = received.reversed_by.is_none() && received.reconciled.is_none();
        if let Some(amount) = received.receipt.at_bank().filter(|_| is_open) {
            let from = received.receipt.from.as_ref().map(Text::to_string).unwrap_or_default();
            open.push(Open {
                at: BankRecord { record: received.record, grant: None },
                date: received.receipt.date,
                amount,
                names: vec![NameKey::of_name(&from).as_str().to_owned()],
                reference: received.receipt.reference.as_ref().map(Text::to_string).unwrap_or_default(),
                what: from,
            });
        }
    }
    open.sort_by_key(|item| (item.date, item.at.record));
    Ok(open)
}

/// Matches each line. `specified` has the matches given by the user, by position of line and item;
/// `days` is the longest time from the date of a payment to that of the bank.
pub fn matched(
    books: &dyn Books,
    lines: &[StatementLine],
    open: &[Open],
    specified: &BTreeMap<usize, Vec<usize>>,
    days: i64,
) -> Result<Vec<Found>, BooksError> {
    let mut matching = Matching::new(books, lines, open, days)?;
    for (line, records) in specified {
        matching.take(*line, records.clone(), Basis::Specified);
    }
    matching.one_for_one(Basis::Reference, &|line, open| line.has_reference(open));
    matching.one_for_one(Basis::Name, &|line, open| line.has_name(open));
    matching.one_for_one(Basis::AmountAndDate, &|_, _| true);
    matching.runs();
    Ok(matching.found())
}

/// The text of a line, normalised.
struct Words {
    /// Letters and digits only.
    run: String,
    /// The letters and digits of each word.
    words: BTreeSet<String>,
    /// Key for comparing names.
    key: String,
}

impl Words {
    fn of(text: &str) -> Words {
        let words = text.split_whitespace().map(run).filter(|word| !word.is_empty());
        Words { run: run(text), words: words.collect(), key: NameKey::of_name(text).as_str().to_owned() }
    }

    /// True if the text contains the reference or the award number.
    fn has_reference(&self, open: &Open) -> bool {
        let is_word = |text: &str| {
            let word = run(text);
            word.bytes().any(|byte| byte.is_ascii_digit()) && self.words.contains(&word)
        };
        let reference = run(&open.reference);
        let is_within = reference.len() >= REFERENCE_LENGTH && self.run.contains(&reference);
        is_within || is_word(&open.reference) || is_word(&open.what)
    }

    fn has_name(&self, open: &Open) -> bool {
        open.names.iter().any(|name| name.len() >= NAME_LENGTH && self.key.contains(name.as_str()))
    }
}

/// The letters and digits of a text.
fn run(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

struct Matching<'a> {
    lines: &'a [StatementLine],
    open: &'a [Open],
    words: Vec<Words>,
    days: i64,
    by_amount: BTreeMap<Money, Vec<usize>>,
    found: Vec<Option<Found>>,
    taken: BTreeSet<usize>,
}

impl<'a> Matching<'a> {
    fn new(
        books: &dyn Books,
        lines: &'a [StatementLine],
        open: &'a [Open],
        days: i64,
    ) -> Result<Matching<'a>, BooksError> {
        let mut by_amount: BTreeMap<Money, Vec<usize>> = BTreeMap::new();
        for (place, item) in open.iter().enumerate() {
            by_amount.entry(item.amount).or_default().push(place);
        }
        let mut found = Vec::with_capacity(lines.len());
        for line in lines {
            let before = books.reconciled_line(&line.key())?.is_some_and(|it| it.reversed_by.is_none());
            found.push(before.then_some(Found::AlreadyReconciled));
        }
        let words = lines.iter().map(|line| Words::of(line.text.as_str())).collect();
        Ok(Matching { lines, open, words, days, by_amount, found, taken: BTreeSet::new() })
    }

    fn take(&mut self, line: usize, records: Vec<usize>, basis: Basis) {
        if let Some(found) = self.found.get_mut(line)
            && found.is_none()
        {
            self.taken.extend(&records);
            *found = Some(Found::Matched(records, basis));
        }
    }

    /// Returns the open items that a line may match: same amount, near its date, not yet matched.
    fn candidates(&self, line: &StatementLine) -> Vec<usize> {
        let of_amount = self.by_amount.get(&line.amount).into_iter().flatten().copied();
        of_amount.filter(|place| !self.taken.contains(place) && self.is_near(line, *place)).collect()
    }

    fn is_near(&self, line: &StatementLine, place: usize) -> bool {
        // The bank may be a little earlier than a payment entered by hand.
        self.open.get(place).is_some_and(|open| (-3..=self.days).contains(&line.date.days_since(open.date)))
    }

    /// Matches pairs that agree, where neither agrees with another.
    fn one_for_one(&mut self, basis: Basis, agrees: &dyn Fn(&Words, &Open) -> bool) {
        let mut items_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut lines_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (place, line) in self.lines.iter().enumerate() {
            if self.found.get(place).is_some_and(Option::is_some) {
                continue;
            }
            let Some(words) = self.words.get(place) else { continue };
            for item in self.candidates(line) {
                if self.open.get(item).is_some_and(|open| agrees(words, open)) {
                    items_of.entry(place).or_default().push(item);
                    lines_of.entry(item).or_default().push(place);
                }
            }
        }
        for (line, items) in &items_of {
            let [item] = items.as_slice() else { continue };
            if lines_of.get(item).is_some_and(|lines| lines.len() == 1) {
                self.take(*line, vec![*item], basis);
            }
        }
        // Identical payments of one day and as many identical lines may be matched in any order.
        for (line, items) in &items_of {
            let Some(lines) = items.first().and_then(|item| lines_of.get(item)) else { continue };
            let is_first = lines.first() == Some(line);
            let is_closed = lines.iter().all(|other| items_of.get(other) == Some(items));
            if items.len() > 1
                && is_first
                && is_closed
                && lines.len() == items.len()
                && self.are_identical(items, lines)
            {
                for (line, item) in lines.iter().zip(items) {
                    self.take(*line, vec![*item], basis);
                }
            }
        }
    }

    fn are_identical(&self, items: &[usize], lines: &[usize]) -> bool {
        let mut open = items.iter().filter_map(|item| self.open.get(*item));
        let mut of_statement = lines.iter().filter_map(|line| self.lines.get(*line));
        let (Some(item), Some(line)) = (open.next(), of_statement.next()) else { return false };
        open.all(|it| (it.date, &it.what, &it.reference) == (item.date, &item.what, &item.reference))
            && of_statement.all(|it| (it.date, &it.text) == (line.date, &line.text))
    }

    /// Matches lines that are the sum of the remaining payments of one day: a payment run is one line
    /// at the bank.
    fn runs(&mut self) {
        let mut of_day: BTreeMap<(Date, bool), Vec<usize>> = BTreeMap::new();
        for (place, item) in self.open.iter().enumerate() {
            if !self.taken.contains(&place) {
                of_day.entry((item.date, item.amount.is_negative())).or_default().push(place);
            }
        }
        let sum = |places: &[usize]| {
            Money::sum(places.iter().filter_map(|place| self.open.get(*place)).map(|item| item.amount)).ok()
        };
        let runs: Vec<(Money, Vec<usize>)> = of_day
            .into_values()
            .filter(|places| places.len() > 1)
            .filter_map(|places| Some((sum(&places)?, places)))
            .collect();
        for (place, line) in self.lines.iter().enumerate() {
            if self.found.get(place).is_some_and(Option::is_some) {
                continue;
            }
            let fits = |(amount, places): &&(Money, Vec<usize>)| {
                let is_free = places.iter().all(|it| !self.taken.contains(it) && self.is_near(line, *it));
                *amount == line.amount && is_free
            };
            let mut fitting = runs.iter().filter(fits);
            if let (Some((_, places)), None) = (fitting.next(), fitting.next()) {
                let places = places.clone();
                self.take(place, places, Basis::Run);
            }
        }
    }

    fn found(self) -> Vec<Found> {
        let unmatched = |line: &StatementLine| Found::Unmatched(self.candidates(line));
        self.found
            .iter()
            .zip(self.lines)
            .map(|(found, line)| found.clone().unwrap_or_else(|| unmatched(line)))
            .collect()
    }
}
