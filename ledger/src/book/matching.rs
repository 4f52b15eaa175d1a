//! Finding a recipient by an id, an outside identifier or a name.
//!
//! Similar names never match: they are [`suggestions`], which a user confirms.

use std::collections::BTreeSet;

use super::{Books, BooksError, known_recipient};
use crate::recipients::{Identifier, NameKey, Recipient, RecipientId};
use crate::rejection::{Suggestion, suggested};
use crate::text::folded;

/// The recipients that match what was given.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub enum RecipientMatch {
    None,
    One(RecipientId),
    OneOf(BTreeSet<RecipientId>),
}

impl RecipientMatch {
    pub fn of(ids: BTreeSet<RecipientId>) -> RecipientMatch {
        let mut in_order = ids.iter();
        match (in_order.next(), in_order.next()) {
            (None, _) => RecipientMatch::None,
            (Some(id), None) => RecipientMatch::One(id.clone()),
            (Some(_), Some(_)) => RecipientMatch::OneOf(ids),
        }
    }
}

/// Finds recipients by id, otherwise by outside identifier, otherwise by name or alias.
pub fn meant_by(books: &dyn Books, given: &str) -> Result<RecipientMatch, BooksError> {
    if let Ok(id) = RecipientId::new(given)
        && known_recipient(books, &id)?.is_some()
    {
        return Ok(RecipientMatch::One(id));
    }
    if let Ok(identifier) = Identifier::new(given) {
        let found = identified(books, std::slice::from_ref(&identifier))?;
        if found != RecipientMatch::None {
            return Ok(found);
        }
    }
    named(books, given)
}

/// Finds recipients that have any of these outside identifiers. Placeholders identify nobody.
pub fn identified(books: &dyn Books, identifiers: &[Identifier]) -> Result<RecipientMatch, BooksError> {
    let mut found = BTreeSet::new();
    for identifier in identifiers.iter().filter(|identifier| !identifier.is_placeholder()) {
        found.extend(books.recipients_known_by(&NameKey::of_identifier(identifier))?);
    }
    Ok(RecipientMatch::of(found))
}

/// Finds recipients by a present or former name or an alias. Of several whose names differ only in spelling,
/// the one with exactly this spelling matches, or with this spelling apart from capitals.
pub fn named(books: &dyn Books, name: &str) -> Result<RecipientMatch, BooksError> {
    let found = books.recipients_known_by(&NameKey::of_name(name))?;
    if found.len() < 2 {
        return Ok(RecipientMatch::of(found));
    }
    let given = folded(name);
    let (mut exact, mut but_for_capitals) = (BTreeSet::new(), BTreeSet::new());
    for id in &found {
        let Some(recipient) = books.recipient(id)? else { continue };
        // Recorded names have no runs of white space, but the given one may.
        let is_exact = |it: &str| it.split(' ').eq(name.split_whitespace());
        exact.extend(recipient.known_as().any(is_exact).then(|| id.clone()));
        but_for_capitals.extend(recipient.known_as().any(|it| folded(it) == given).then(|| id.clone()));
    }
    let nearest = [exact, but_for_capitals]
        .into_iter()
        .map(RecipientMatch::of)
        .find(|it| matches!(it, RecipientMatch::One(_)));
    Ok(nearest.unwrap_or(RecipientMatch::OneOf(found)))
}

/// Returns up to three recipients whose names are most similar to a name that no recipient has.
pub fn suggestions(books: &dyn Books, given: &str) -> Result<Vec<Suggestion>, BooksError> {
    let mut known = Vec::new();
    books.each_recipient(&mut |recipient: &Recipient| {
        if !recipient.is_known() {
            return Ok(());
        }
        let names = recipient.known_as().map(|name| NameKey::of_name(name).as_str().to_owned()).collect();
        known.push((Suggestion::of(recipient), names));
        Ok(())
    })?;
    Ok(suggested(NameKey::of_name(given).as_str(), known))
}
