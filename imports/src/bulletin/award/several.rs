//! Several amounts of one decision: awards each to its own recipient, or the parts of one award.

use almoner_ledger::money::Money;

use super::{Reading, Sentence, around, draft};
use crate::bulletin::Stated;
use crate::bulletin::amounts::{Mention, Role, SHARED_OUT};
use crate::bulletin::kinds::{self, Cue};
use crate::bulletin::recipient::{Found, Spot};

/// Reads several awards, if every amount but a total has its own recipient.
pub(super) fn parts(awarding: &[&Sentence<'_>], read: &[Sentence<'_>]) -> Option<Reading> {
    let all: Vec<(&Sentence<'_>, &Mention, Money)> = awarding
        .iter()
        .flat_map(|sentence| sentence.plain().map(|(mention, amount)| (*sentence, mention, amount)))
        .collect();
    // An amount that is in no awarding sentence, or not exact, may change what the others mean.
    let everywhere = read.iter().flat_map(Sentence::plain).count();
    let is_list = |sentence: &Sentence<'_>| sentence.cue != Cue::Grant && sentence.cue != Cue::Funding;
    if all.len() < 2 || read.iter().any(|sentence| sentence.doubtful().is_some()) {
        return None;
    }
    if everywhere != all.len() && !read.iter().any(is_list) {
        return None;
    }
    let found: Vec<Option<Found>> = all
        .iter()
        .map(|(sentence, mention, _)| {
            let ends = sentence.mentions.iter().map(|other| other.end);
            let from = ends.filter(|end| *end <= mention.start).max().unwrap_or(0);
            own(sentence, from, mention)
        })
        .collect();
    let mut total = None;
    let mut awards: Vec<(usize, String)> = Vec::new();
    for (at, found) in found.iter().enumerate() {
        match found.as_ref().map(|found| found.name.clone()) {
            Some(Ok(name)) if !awards.iter().any(|(_, other)| *other == name) => awards.push((at, name)),
            Some(_) => return None,
            None if total.is_none() => total = Some(all[at].2),
            None => return None,
        }
    }
    let sum = Money::sum(awards.iter().map(|(at, _)| all[*at].2)).ok()?;
    if awards.len() < 2 || total.is_some_and(|total| total != sum) || everywhere != all.len() {
        return None;
    }
    let drafts = awards.into_iter().map(|(at, _)| {
        let (sentence, mention, amount) = all[at];
        let amount = Stated::Stated { value: amount, words: around(sentence, mention) };
        draft(sentence, (mention.start, mention.end), true, amount, found[at].clone(), read)
    });
    Some(Reading::of_awards(drafts.collect()))
}

/// Reads one award whose amount comes first, if the others have no recipient of their own and add up
/// to it exactly.
pub(super) fn whole(sentence: &Sentence<'_>, read: &[Sentence<'_>]) -> Option<Reading> {
    let in_order: Vec<(&Sentence<'_>, &Mention)> = read
        .iter()
        .flat_map(|sentence| sentence.mentions.iter().map(move |mention| (sentence, mention)))
        .filter(|(_, mention)| !matches!(mention.role, Role::Other(_)))
        .collect();
    let ((first, total), parts) = in_order.split_first()?;
    let part = |(sentence, mention): &(&Sentence<'_>, &Mention)| match mention.role {
        Role::Plain(amount) => {
            let is_last = sentence.next_after(mention.end).is_none();
            let own = own(sentence, mention.start, mention);
            (own.is_none() || is_last && sentence.text == first.text).then_some(amount)
        }
        Role::Doubtful(_) | Role::Other(_) => None,
    };
    let amounts: Vec<Money> = parts.iter().map(part).collect::<Option<_>>()?;
    let amount = Money::parse(first.words(total).trim_end_matches([',', '.'])).ok()?;
    let is_whole = matches!(total.role, Role::Plain(_) | Role::Doubtful(SHARED_OUT));
    if !is_whole
        || first.text != sentence.text
        || amounts.len() < 2
        || Money::sum(amounts.iter().copied()).ok()? != amount
    {
        return None;
    }
    let last = sentence.mentions.last().filter(|last| last.end > total.end);
    let spot = sentence.spot(total);
    let found = spot
        .recipient()
        .or_else(|| last.and_then(|last| sentence.spot(last).recipient()))
        .or_else(|| spot.recipient_elsewhere());
    if kinds::is_of_several(sentence.text) && found.as_ref().is_none_or(|found| found.name.is_err()) {
        return None;
    }
    let amount = Stated::Stated { value: amount, words: around(sentence, total) };
    let at = (total.start, total.end);
    Some(Reading::of_awards(vec![draft(sentence, at, false, amount, found, read)]))
}

/// Finds the recipient of one of several amounts, from a position up to the next amount only.
fn own(sentence: &Sentence<'_>, from: usize, mention: &Mention) -> Option<Found> {
    let to = sentence.next_after(mention.end).unwrap_or(sentence.text.len());
    let (start, end) = (mention.start - from, mention.end - from);
    let part = Spot { sentence: sentence.text.get(from..to)?, start, end, witness: sentence.witness };
    let found = part.recipient().or_else(|| part.in_series())?;
    Some(Found { end: found.end + from, ..found })
}
