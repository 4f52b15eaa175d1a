//! The kind of a decision and the awards it makes, as far as its text is unambiguous.
//!
//! An amount is taken only if no other can be meant, or if each of several has its own recipient
//! and together they add up to any total named.

mod several;

use almoner_ledger::decisions::DecisionKind;
use almoner_ledger::money::Money;

use super::amounts::{EARLIER_GRANT, Mention, Role, mentions};
use super::kinds::{self, Cue, cue};
use super::names::{Witness, name_at};
use super::recipient::{Found, Spot, possibly, titled};
use super::sentences::sentences;
use super::terms::{self, NOT_STATED};
use super::{DraftAward, Stated};
use crate::words;
use several::{parts, whole};

/// The result of reading a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// `None` if it cannot be determined.
    pub(super) kind: Option<DecisionKind>,
    pub(super) awards: Vec<DraftAward>,
    pub(super) checks: Vec<String>,
}

impl Reading {
    fn of(kind: DecisionKind) -> Reading {
        Reading { kind: Some(kind), ..Reading::default() }
    }

    fn of_awards(awards: Vec<DraftAward>) -> Reading {
        Reading { awards, ..Reading::of(DecisionKind::Award) }
    }

    fn unclear(check: String) -> Reading {
        Reading { kind: None, awards: Vec::new(), checks: vec![format!("kind: {check}")] }
    }

    fn check(mut self, check: Option<String>) -> Reading {
        self.checks.extend(check);
        self
    }
}

/// A sentence with its amounts.
struct Sentence<'a> {
    text: &'a str,
    mentions: Vec<Mention>,
    cue: Cue,
    witness: Witness<'a>,
}

impl<'a> Sentence<'a> {
    fn plain(&self) -> impl Iterator<Item = (&Mention, Money)> {
        self.mentions.iter().filter_map(|mention| match mention.role {
            Role::Plain(amount) => Some((mention, amount)),
            Role::Doubtful(_) | Role::Other(_) => None,
        })
    }

    fn doubtful(&self) -> Option<(&Mention, &'static str)> {
        self.mentions.iter().find_map(|mention| match mention.role {
            Role::Doubtful(why) => Some((mention, why)),
            Role::Plain(_) | Role::Other(_) => None,
        })
    }

    /// The amounts that are sure, with the places where they stand.
    fn spots(&self) -> impl Iterator<Item = Spot<'a>> {
        self.plain().map(|(mention, _)| self.spot(mention))
    }

    fn spot(&self, mention: &Mention) -> Spot<'a> {
        let (start, end) = (mention.start, mention.end);
        Spot { sentence: self.text, start, end, witness: self.witness }
    }

    /// Finds the recipient of an amount, in the sentence or elsewhere.
    fn recipient(&self, mention: &Mention) -> Option<Found> {
        let spot = self.spot(mention);
        spot.recipient().or_else(|| spot.recipient_elsewhere())
    }

    /// Where the next amount after a position begins, if there is one.
    fn next_after(&self, position: usize) -> Option<usize> {
        self.mentions.iter().map(|other| other.start).find(|start| *start >= position)
    }

    fn words(&self, mention: &Mention) -> &str {
        self.text.get(mention.start..mention.end).unwrap_or_default()
    }
}

/// Maximum number of amounts in a decision; more are a table, not prose.
const MOST_AMOUNTS: usize = 40;

/// Reads a decision. Without a summary its title is read.
pub(super) fn read(title: &str, summary: &str) -> Reading {
    let text = if summary.is_empty() { title } else { summary };
    let all = format!("{title}. {summary}");
    let witness = Witness { title, text };
    let mut lead = Cue::None;
    let read: Vec<Sentence<'_>> = sentences(text)
        .into_iter()
        .map(|text| {
            // The items of a list belong to the words that introduce them.
            let cue = Some(cue(text, title)).filter(|cue| *cue != Cue::None).unwrap_or(lead);
            if text.ends_with(':') {
                lead = cue;
            }
            Sentence { text, mentions: mentions(text), cue, witness }
        })
        .collect();
    let read = without_requested_amounts(read);
    let amounts: Vec<String> = read
        .iter()
        .flat_map(|sentence| sentence.plain().map(|(mention, _)| sentence.words(mention).to_owned()))
        .collect();
    if amounts.len() > MOST_AMOUNTS {
        return Reading::unclear(format!("{} amounts", amounts.len()));
    }
    let mentioned = mentioned(&read);
    let is_new = || read.iter().any(gives);
    if kinds::changes_purpose(&all) || (kinds::uses_an_earlier_grant(&all) && !is_new()) {
        return Reading::of(DecisionKind::ChangeOfPurpose).check(mentioned);
    }
    let refused = kinds::refuses(text);
    if refused {
        let is_award = read.iter().any(|sentence| {
            sentence.cue == Cue::Grant && !kinds::refuses(sentence.text) && sentence.plain().next().is_some()
        });
        return match is_award {
            true => Reading::unclear("partly refused or deferred, perhaps partly awarded".to_owned()),
            false => Reading::of(DecisionKind::Other)
                .check((!amounts.is_empty()).then(|| "apparently refused or deferred".to_owned())),
        };
    }
    // A change of an earlier grant, unless it plainly gives a new one.
    if let Some(kind) = kinds::changes(&all).next() {
        let withdraws = |text: &str| kinds::changes(text).next() == Some(DecisionKind::Withdrawal);
        let gives = match kind {
            DecisionKind::Extension => read.iter().any(gives_a_grant),
            DecisionKind::Withdrawal => read.iter().any(|it| gives_a_grant(it) && !withdraws(it.text)),
            _ => false,
        };
        if !gives {
            return Reading::of(kind).check(mentioned);
        }
        let kind = kind.word().replace('-', " ");
        return Reading::unclear(format!("an award, or a change to one ({kind})"));
    }
    awards(&read, witness)
}

/// Lists the amounts in a change to an earlier grant, which belong to that grant.
fn mentioned(read: &[Sentence<'_>]) -> Option<String> {
    let mut amounts: Vec<&str> = Vec::new();
    for sentence in read {
        for mention in &sentence.mentions {
            let words = sentence.words(mention);
            let is_grant = matches!(mention.role, Role::Plain(_) | Role::Other(EARLIER_GRANT));
            if is_grant && !amounts.contains(&words) {
                amounts.push(words);
            }
        }
    }
    (!amounts.is_empty()).then(|| format!("amounts mentioned: {}", amounts.join(", ")))
}

/// Returns the sentences, ignoring amounts requested where another amount is awarded after them.
fn without_requested_amounts(mut read: Vec<Sentence<'_>>) -> Vec<Sentence<'_>> {
    let mut is_awarded_after = false;
    for sentence in read.iter_mut().rev() {
        let awards = matches!(sentence.cue, Cue::Grant | Cue::Funding | Cue::Not(kinds::A_CONTRIBUTION));
        let text = sentence.text;
        for mention in sentence.mentions.iter_mut().rev() {
            if !matches!(mention.role, Role::Plain(_)) {
                continue;
            }
            let is_requested = text.get(..mention.start).is_some_and(kinds::is_requested_amount);
            if is_requested && is_awarded_after {
                mention.role = Role::Other("the amount requested");
            }
            is_awarded_after |= awards && !is_requested;
        }
    }
    read
}

/// True for a sentence that gives an amount to a recipient, or calls it a grant.
fn gives(sentence: &Sentence<'_>) -> bool {
    let names_one = || sentence.spots().any(|spot| spot.recipient().is_some());
    gives_a_grant(sentence) || matches!(sentence.cue, Cue::Grant | Cue::Funding) && names_one()
}

/// True for a sentence that gives an amount and calls it a grant.
fn gives_a_grant(sentence: &Sentence<'_>) -> bool {
    sentence.cue == Cue::Grant && sentence.spots().any(Spot::is_called_a_grant)
}

fn awards(read: &[Sentence<'_>], witness: Witness<'_>) -> Reading {
    let awarding = |sentence: &&Sentence<'_>| match sentence.cue {
        Cue::Grant => true,
        Cue::Funding => sentence.plain().any(|(mention, _)| {
            let found = sentence.recipient(mention);
            found.is_some_and(|found| !found.name.is_ok_and(|name| kinds::is_official(&name)))
        }),
        // An amount requested and granted is not the office's share of a cost.
        Cue::Not(kinds::A_CONTRIBUTION) => {
            kinds::has_request(witness.text)
                && sentence.spots().any(|spot| is_for_a_grantee(spot.recipient_elsewhere()))
        }
        Cue::Unclear(_) | Cue::Not(_) | Cue::None => false,
    };
    let with_amount: Vec<&Sentence<'_>> =
        read.iter().filter(awarding).filter(|sentence| sentence.plain().next().is_some()).collect();
    if let [sentence] = with_amount.as_slice() {
        return of_sentence(sentence, read);
    }
    if with_amount.len() > 1 {
        return of_several(&with_amount, read);
    }
    without_amount(read, witness)
}

/// Reads a text with awarded amounts in one sentence.
fn of_sentence(sentence: &Sentence<'_>, read: &[Sentence<'_>]) -> Reading {
    if let Some(parts) = parts(&[sentence], read) {
        return parts;
    }
    if let Some(whole) = whole(sentence, read) {
        return whole;
    }
    let mut amounts: Vec<Money> = read.iter().flat_map(Sentence::plain).map(|(_, amount)| amount).collect();
    // A title that is the text itself says nothing more.
    let title =
        Some(sentence.witness.title).filter(|title| *title != sentence.witness.text).unwrap_or_default();
    amounts.extend(mentions(title).iter().filter_map(|mention| match mention.role {
        Role::Plain(amount) => Some(amount),
        Role::Doubtful(_) | Role::Other(_) => None,
    }));
    amounts.sort();
    amounts.dedup();
    let Some((mention, amount)) = sentence.plain().next() else { return Reading::of(DecisionKind::Other) };
    let found = sentence.recipient(mention);
    let is_sure =
        found.as_ref().is_some_and(|found| found.name.is_ok()) || sentence.spot(mention).is_called_a_grant();
    let amount = if amounts.len() > 1 {
        let all: Vec<String> = amounts.iter().map(|amount| pounds(*amount)).collect();
        Stated::Doubtful(format!("several amounts: {}", all.join(" and ")))
    } else if let Some((doubtful, why)) = sentence.doubtful() {
        Stated::Doubtful(format!("\"{}\" in the same sentence: {why}", sentence.words(doubtful)))
    } else if !is_sure {
        Stated::Doubtful(format!("the meaning of {} is not clear", pounds(amount)))
    } else if kinds::is_of_several(sentence.text) && found.as_ref().is_none_or(|found| found.name.is_err()) {
        Stated::Doubtful(format!("{} may cover several awards", pounds(amount)))
    } else {
        Stated::Stated { value: amount, words: around(sentence, mention) }
    };
    Reading::of_awards(vec![draft(sentence, (mention.start, mention.end), false, amount, found, read)])
}

/// Reads a text with awarded amounts in several sentences.
fn of_several(with_amount: &[&Sentence<'_>], read: &[Sentence<'_>]) -> Reading {
    if let Some(parts) = parts(with_amount, read) {
        return parts;
    }
    // A repeated amount is one award.
    let mut amounts: Vec<Money> =
        with_amount.iter().flat_map(|sentence| sentence.plain()).map(|(_, amount)| amount).collect();
    amounts.sort();
    amounts.dedup();
    match with_amount {
        [first, ..] if amounts.len() == 1 => {
            let is_named = |sentence: &Sentence<'_>| sentence.spots().any(|spot| spot.recipient().is_some());
            let named = with_amount.iter().find(|sentence| is_named(sentence));
            of_sentence(named.unwrap_or(first), read)
        }
        [first, ..] => of_sentence(first, read),
        [] => Reading::of(DecisionKind::Other),
    }
}

/// Drafts an award. Terms that several awards may share are marked to be checked.
fn draft(
    sentence: &Sentence<'_>,
    (start, end): (usize, usize),
    is_of_several: bool,
    amount: Stated<Money>,
    found: Option<Found>,
    read: &[Sentence<'_>],
) -> DraftAward {
    let witness = sentence.witness;
    let others: Vec<&str> =
        read.iter().map(|other| other.text).filter(|text| *text != sentence.text).collect();
    let from = found.as_ref().map_or(end, |found| found.end.max(end));
    let until = sentence.next_after(end).filter(|_| is_of_several).unwrap_or(sentence.text.len());
    let purpose = terms::purpose(sentence.text.get(..until).unwrap_or_default(), from);
    let mut fund = terms::fund(witness.text, witness.title);
    let mut period = terms::period(sentence.text, &others);
    let power = terms::power(witness.text);
    if is_of_several {
        let shared = |words: &str| format!("\"{words}\" may apply to all awards or to one");
        if let Stated::Stated { words, .. } = &fund
            && !sentence.text.get(..start).is_some_and(|before| before.contains(words.as_str()))
        {
            fund = Stated::Doubtful(shared(words));
        }
        if let Stated::Stated { words, .. } = &period {
            period = Stated::Doubtful(shared(words));
        }
    }
    let mut checks = Vec::new();
    if let Some(words) = kinds::further(sentence.text) {
        checks.push(format!("\"{words}\" may add to an earlier grant"));
    }
    let recipient = match found {
        Some(Found { name: Ok(value), words, .. }) => Stated::Stated { value, words },
        Some(Found { name: Err(why), .. }) => Stated::Doubtful(why),
        None => Stated::Doubtful("none named with the amount".to_owned()),
    };
    DraftAward { recipient, amount, purpose, fund, power, period, checks }
}

/// Words before an amount that belong to its evidence.
const LEADING_WORDS: &str = "a an the grant grants award awards award: funding sum total of in";

/// Returns the amount with the words directly before it, as evidence.
fn around(sentence: &Sentence<'_>, mention: &Mention) -> String {
    let before = sentence.text.get(..mention.start).unwrap_or_default();
    let words = before.trim_end().rsplit(' ');
    let mut all: Vec<&str> =
        words.take(5).take_while(|word| words::has(LEADING_WORDS, &word.to_lowercase())).collect();
    all.reverse();
    all.push(sentence.words(mention));
    all.join(" ")
}

fn pounds(amount: Money) -> String {
    let text = amount.grouped();
    format!("£{}", text.strip_suffix(".00").unwrap_or(&text))
}

/// True for a recipient that receives money only as a grant.
fn is_for_a_grantee(found: Option<Found>) -> bool {
    found.is_some_and(|found| found.name.is_ok_and(|name| !kinds::is_official(&name)))
}

/// Reads a decision without an amount that could be awarded.
fn without_amount(read: &[Sentence<'_>], witness: Witness<'_>) -> Reading {
    for sentence in read {
        // An award whose amount is a limit, an estimate or a rate.
        if matches!(sentence.cue, Cue::Grant | Cue::Funding)
            && let Some((mention, why)) = sentence.doubtful()
        {
            let found = sentence.recipient(mention);
            let is_official =
                found.as_ref().is_none_or(|found| found.name.as_deref().is_ok_and(kinds::is_official));
            if sentence.cue == Cue::Funding && is_official {
                continue;
            }
            let why = format!("\"{}\": {why}", sentence.words(mention));
            if found.is_none() && !sentence.spot(mention).is_called_a_grant() {
                return Reading::unclear(why);
            }
            let (at, amount) = ((mention.start, mention.end), Stated::Doubtful(why));
            return Reading::of_awards(vec![draft(sentence, at, false, amount, found, read)]);
        }
    }
    for sentence in read {
        let amounts =
            || sentence.plain().map(|(mention, _)| sentence.words(mention)).collect::<Vec<_>>().join(", ");
        match sentence.cue {
            Cue::Unclear(why) => return Reading::unclear(format!("possibly an award: {why}")),
            Cue::Not(kinds::A_CONTRIBUTION)
                if sentence.spots().any(|spot| is_for_a_grantee(spot.recipient())) =>
            {
                return Reading::unclear(format!(
                    "possibly an award: {} is {}",
                    amounts(),
                    kinds::A_CONTRIBUTION
                ));
            }
            Cue::Funding if sentence.plain().next().is_some() && !kinds::is_official(sentence.text) => {
                return Reading::unclear(format!("possibly an award: no recipient named with {}", amounts()));
            }
            Cue::Not(why) if sentence.plain().next().is_some() => {
                return Reading::of(DecisionKind::Other)
                    .check(Some(format!("{} not drafted as an award: {why}", amounts())));
            }
            _ => {}
        }
    }
    // A grant without an amount.
    let named = |sentence: &Sentence<'_>| {
        let mut blanks = sentence.text.match_indices(' ').map(|(at, _)| at);
        blanks.find_map(|at| {
            kinds::makes_a_grant(&sentence.text[..=at])
                .then(|| name_at(sentence.text, at + 1, witness))
                .flatten()
        })
    };
    let without = read.iter().filter(|it| it.cue == Cue::Grant && it.mentions.is_empty());
    if let Some((sentence, name)) = without.filter_map(|it| Some((it, named(it)?))).next() {
        let found = Found {
            words: sentence.text.get(name.start..name.end).unwrap_or_default().to_owned(),
            end: name.end,
            name: name.name.map_err(|readings| possibly(&readings)),
        };
        let amount = Stated::Doubtful(NOT_STATED.to_owned());
        let award = draft(sentence, (0, name.end), false, amount, Some(found), read);
        return Reading::of_awards(vec![award]);
    }
    if let Some(name) =
        titled(witness.title).filter(|_| read.iter().any(|sentence| sentence.cue == Cue::Grant))
    {
        return Reading::unclear(format!("possibly an award to {name}: no amount stated"));
    }
    // An amount with a recipient that is not called a grant.
    let given = read.iter().find_map(|sentence| {
        let (mention, _) = sentence.plain().next()?;
        let words = sentence.words(mention);
        sentence
            .spot(mention)
            .recipient()
            .map(|_| format!("{words} not drafted as an award: not called a grant"))
    });
    Reading::of(DecisionKind::Other).check(given.or_else(|| cut_amount(witness.title)))
}

/// Says that a title ends within an amount, whose rest is in the next line: `a grant of £9,`.
fn cut_amount(title: &str) -> Option<String> {
    let last = mentions(title).pop()?;
    let is_cut = matches!(last.role, Role::Doubtful(_)) && title.get(last.end..)?.trim() == ",";
    let words = title.get(last.start..last.end).filter(|_| is_cut)?;
    Some(format!("possibly an award: the title ends within the amount {words},"))
}
