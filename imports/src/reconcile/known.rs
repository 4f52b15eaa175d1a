//! What a statement line may name: awards, references and names in the books.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use almoner_ledger::book::{Books, BooksError};
use almoner_ledger::calendar::Date;
use almoner_ledger::grants::GrantId;
use almoner_ledger::money::Money;
use almoner_ledger::recipients::NameKey;
use almoner_ledger::reconciliation::{AccountKey, BankRecord, RecordedLine};
use almoner_ledger::text::Text;

use super::words::{Phrases, Word, is_cheque, is_distinctive, is_noise, words, written};
use crate::words::has;

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
    /// The recipient or funder.
    pub name: String,
    pub reference: Option<Text>,
    /// The bank account that it names: it is on no line of another.
    pub account: Option<Text>,
    pub(super) account_key: Option<AccountKey>,
    /// The words of the reference, if it differs from other texts.
    pub(super) reference_words: Vec<Word>,
    /// These words as one text; empty if there are none.
    pub(super) reference_key: String,
    pub(super) party: Party,
}

impl Open {
    /// Returns what moved at the bank, of an award or a funder and of a party, each with its name.
    fn of(
        at: BankRecord,
        (date, amount): (Date, Money),
        (what, name): (String, String),
        (reference, account): (Option<&Text>, Option<&Text>),
        party: Party,
    ) -> Open {
        let account_key = account.map(|account| AccountKey::of(account.as_str()));
        let (reference, account) = (reference.cloned(), account.cloned());
        let (reference_words, reference_key) = (Vec::new(), String::new());
        Open {
            at,
            date,
            amount,
            what,
            name,
            reference,
            account,
            account_key,
            reference_words,
            reference_key,
            party,
        }
    }

    /// True unless it names another bank account than that of a line.
    pub fn may_be_of(&self, account: &Text) -> bool {
        self.may_be_of_key(&AccountKey::of(account.as_str()))
    }

    pub(super) fn may_be_of_key(&self, account: &AccountKey) -> bool {
        self.account_key.as_ref().is_none_or(|key| key.is_same(account))
    }

    pub(super) fn grant(&self) -> Option<&GrantId> {
        self.at.grant.as_ref()
    }
}

/// A recipient or a funder, by its place among the names in the books.
pub(super) type Party = usize;

/// The payments, refunds and receipts that are not reconciled, and what else the books know that a statement line may
/// name.
pub struct BankItems {
    /// By date.
    pub open: Vec<Open>,
    body: Vec<Word>,
    names: Phrases<Party>,
    awards: Phrases<GrantId>,
    /// By the words of the reference.
    references: Phrases<String>,
    /// Who is paid under a reference.
    paid_under: HashMap<String, BTreeSet<Party>>,
    party_of_grant: BTreeMap<GrantId, Party>,
}

/// What a line names.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    pub(super) words: Vec<Word>,
    pub(super) awards: BTreeSet<GrantId>,
    /// Awards of which the number is as likely a month: it is no evidence for them, but it is against others.
    perhaps_awards: BTreeSet<GrantId>,
    /// References in the books, by their words.
    pub(super) references: BTreeSet<String>,
    /// Recipients and funders, if nothing else is named.
    pub(super) parties: BTreeSet<Party>,
    /// Those whose names are among other words, which may be those of somebody else.
    pub(super) among_others: BTreeSet<Party>,
    /// Whom the awards and references are of.
    awarded: BTreeSet<Party>,
    paid: BTreeSet<Party>,
}

impl BankItems {
    /// Reads the payments, refunds and receipts of the books that are not reversed.
    ///
    /// # Errors
    /// Unreadable books.
    pub fn of(books: &dyn Books) -> Result<BankItems, BooksError> {
        let mut items = BankItems {
            open: Vec::new(),
            body: words(books.reference().body_name()),
            names: Phrases::default(),
            awards: Phrases::default(),
            references: Phrases::default(),
            paid_under: HashMap::new(),
            party_of_grant: BTreeMap::new(),
        };
        let mut recipients = BTreeMap::new();
        let mut names: Vec<(String, Vec<String>)> = Vec::new();
        books.each_recipient(&mut |recipient| {
            recipients.insert(recipient.id.clone(), names.len());
            let known = recipient.known_as().map(ToString::to_string).collect();
            names.push((recipient.name().to_owned(), known));
            Ok(())
        })?;
        books.each_grant(&mut |grant| {
            let award = grant.last_award();
            let party = award.and_then(|award| recipients.get(&award.recipient)).copied();
            let Some(party) = party else { return Ok(()) };
            items.party_of_grant.insert(grant.id.clone(), party);
            items.add_award(grant.id.as_str(), &grant.id);
            let decisions: BTreeSet<String> =
                grant.facts().filter_map(|fact| fact.decision()).map(ToString::to_string).collect();
            for decision in decisions.iter().filter(|it| it.as_str() != grant.id.as_str()) {
                items.add_award(decision, &grant.id);
            }
            let name = names.get(party).map(|(name, _)| name.clone()).unwrap_or_default();
            for recorded in grant.live() {
                let (Some(amount), Some(date)) = (recorded.fact.at_bank(), recorded.fact.date()) else {
                    continue;
                };
                let at = BankRecord { record: recorded.record, grant: Some(grant.id.clone()) };
                let named = (grant.id.to_string(), name.clone());
                let stated = (recorded.fact.reference(), recorded.fact.account());
                let open = Open::of(at, (date, amount), named, stated, party);
                items.add(open, recorded.reconciled.is_none());
            }
            Ok(())
        })?;
        let mut funders: BTreeMap<NameKey, Party> = BTreeMap::new();
        for received in books.reference().live_receipts() {
            let Some(amount) = received.receipt.at_bank() else { continue };
            let from = received.receipt.from.as_ref().map(Text::to_string).unwrap_or_default();
            let party = *funders.entry(NameKey::of_name(&from)).or_insert_with(|| {
                names.push((from.clone(), vec![from.clone()]));
                names.len() - 1
            });
            let at = BankRecord { record: received.record, grant: None };
            let receipt = &received.receipt;
            let stated = (receipt.reference.as_ref(), receipt.account.as_ref());
            let open = Open::of(at, (receipt.date, amount), (from.clone(), from), stated, party);
            items.add(open, received.reconciled.is_none());
        }
        for (party, (_, known)) in names.iter().enumerate() {
            let mut ways: Vec<Vec<Word>> = known.iter().flat_map(|name| written(name)).collect();
            ways.sort_by_key(|words| key_of(words));
            ways.dedup_by_key(|words| key_of(words));
            ways.into_iter().for_each(|words| items.names.add(words, party));
        }
        items.open.sort_by_key(|item| (item.date, item.at.record));
        Ok(items)
    }

    /// Adds the number of an award or a decision, if it differs from other numbers.
    fn add_award(&mut self, number: &str, grant: &GrantId) {
        let phrase = words(number);
        if is_dated_number(&phrase) || is_distinctive(&phrase) {
            self.awards.add(phrase, grant.clone());
        }
    }

    fn add(&mut self, mut item: Open, is_open: bool) {
        let phrase = item.reference.as_ref().map(|it| words(it.as_str())).unwrap_or_default();
        if is_distinctive(&phrase) {
            let key = key_of(&phrase);
            let parties = self.paid_under.entry(key.clone()).or_default();
            // The first item of a reference adds it.
            if parties.is_empty() {
                if is_cheque(&phrase)
                    && let Some(number) = phrase.last().filter(|number| number.text.len() >= CHEQUE_DIGITS)
                {
                    // The column of a cheque's number has no word.
                    self.references.add(vec![number.clone()], key.clone());
                }
                self.references.add(phrase.clone(), key.clone());
            }
            parties.insert(item.party);
            (item.reference_words, item.reference_key) = (phrase, key);
        }
        if is_open {
            self.open.push(item);
        }
    }

    /// Returns what a line names.
    pub(super) fn read(&self, line: &RecordedLine) -> Reading {
        let mut text = line.line.text.to_string();
        if let Some(reference) = &line.reference
            && !text.contains(reference.as_str())
        {
            text.push(' ');
            text.push_str(reference.as_str());
        }
        let words = words(&text);
        let mut reading = Reading::default();
        let mut is_named = vec![false; words.len()];
        let mut mark = |at: std::ops::Range<usize>| {
            is_named.iter_mut().take(at.end).skip(at.start).for_each(|it| *it = true);
        };
        for found in self.awards.find(&words) {
            match number_of_award(&words, &found.at) {
                NumberOfAward::Yes => {
                    reading.awards.insert(found.named.clone());
                    mark(found.at);
                }
                NumberOfAward::Perhaps => {
                    reading.perhaps_awards.insert(found.named.clone());
                }
                NumberOfAward::No => {}
            }
        }
        for found in self.references.find(&words) {
            reading.references.insert(found.named.clone());
            mark(found.at);
        }
        let mut parties = BTreeSet::new();
        for found in self.names.find(&words) {
            parties.insert(*found.named);
            mark(found.at);
        }
        let is_all = words.iter().zip(&is_named).all(|(word, named)| *named || is_noise(word, &self.body));
        match is_all {
            true => reading.parties = parties,
            false => reading.among_others = parties,
        }
        reading.awarded = reading
            .awards
            .iter()
            .chain(&reading.perhaps_awards)
            .filter_map(|it| self.party_of_grant.get(it))
            .copied()
            .collect();
        let paid = reading.references.iter().filter_map(|it| self.paid_under.get(it));
        reading.paid = paid.flatten().copied().collect();
        reading.words = words;
        reading
    }
}

/// Digits of a cheque's number.
const CHEQUE_DIGITS: usize = 5;

fn key_of(words: &[Word]) -> String {
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// True for `22-2015`, which may be a date elsewhere.
fn is_dated_number(phrase: &[Word]) -> bool {
    matches!(phrase, [number, year] if number.is_number() && year.is_year())
}

/// Words before a number of an award.
const LEADS: &str = "decision decisions dec no nos number ref reference award grant pcc opcc";

/// Words before a number of something else.
const OTHER_NUMBERS: &str = "inv invoice order po policy mandate account acc acct contract claim";

/// What reads like the number of an award.
enum NumberOfAward {
    Yes,
    /// `3-2015`, which is as likely a month.
    Perhaps,
    /// A part of a date, a month, or another number: `INV 22-2015`.
    No,
}

fn number_of_award(words: &[Word], at: &std::ops::Range<usize>) -> NumberOfAward {
    let yes_if = |is: bool| if is { NumberOfAward::Yes } else { NumberOfAward::No };
    let Some(phrase) = words.get(at.clone()) else { return NumberOfAward::No };
    let before = at.start.checked_sub(1).and_then(|it| words.get(it));
    let is_date_sign = |sign: Option<char>| matches!(sign, Some('-' | '/' | '.'));
    if before.is_some_and(|it| has(OTHER_NUMBERS, &it.text)) {
        return NumberOfAward::No;
    }
    let is_led = before.is_some_and(|it| has(LEADS, &it.text));
    if let [number] = phrase {
        return yes_if(!number.is_number() || number.text.len() > 4 || is_led);
    }
    if !is_dated_number(phrase) {
        return NumberOfAward::Yes;
    }
    let follows =
        phrase.first().is_some_and(|it| is_date_sign(it.after)) && before.is_some_and(Word::is_number);
    let goes_on = words.get(at.end).is_some_and(|it| it.is_number() && is_date_sign(it.after));
    let [number, year] = phrase else { return NumberOfAward::No };
    let is_month = number.text.parse::<u32>().is_ok_and(|number| number <= 12);
    let is_only_a_month = is_month && !is_led;
    if follows || goes_on {
        return NumberOfAward::No;
    }
    if is_only_a_month && year.after == Some('-') {
        return NumberOfAward::Perhaps;
    }
    yes_if(!is_only_a_month)
}

impl Reading {
    /// True if a line has the reference of an item.
    pub(super) fn has_reference_of(&self, item: &Open) -> bool {
        !item.reference_key.is_empty() && self.references.contains(&item.reference_key)
    }

    /// True unless a line names something else in the books than an item.
    pub(super) fn is_consistent(&self, item: &Open) -> bool {
        let is_none = self.awards.is_empty() && self.perhaps_awards.is_empty();
        let names = |grant| self.awards.contains(grant) || self.perhaps_awards.contains(grant);
        let is_award = is_none || item.grant().is_some_and(names) || self.awarded.contains(&item.party);
        let is_reference = self.references.is_empty()
            || self.has_reference_of(item)
            || item.reference_words.is_empty() && self.paid.contains(&item.party);
        let is_party = self.parties.is_empty() || self.parties.contains(&item.party);
        is_award && is_reference && is_party
    }
}
