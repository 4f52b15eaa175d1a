//! Which recipient is meant by what is given: an id, an outside identifier or a name.
//!
//! Never by likeness: a name that is only like another is [`suggestions`]' business, and a person's.

use std::collections::BTreeSet;

use super::{Books, BooksError, known_recipient};
use crate::recipients::{Identifier, NameKey, Recipient, RecipientId};
use crate::rejection::{Suggestion, suggested};
use crate::text::folded;

/// The recipients that something given may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// No recipient.
    Nobody,
    /// This one.
    One(RecipientId),
    /// One of several, at least two.
    OneOf(BTreeSet<RecipientId>),
}

impl Meant {
    /// What it is to mean one of these.
    pub fn of(ids: BTreeSet<RecipientId>) -> Meant {
        let mut in_order = ids.iter();
        match (in_order.next(), in_order.next()) {
            (None, _) => Meant::Nobody,
            (Some(id), None) => Meant::One(id.clone()),
            (Some(_), Some(_)) => Meant::OneOf(ids),
        }
    }
}

/// By our own id, else by an outside identifier, else by a name or alias.
pub fn meant_by(books: &dyn Books, given: &str) -> Result<Meant, BooksError> {
    if let Ok(id) = RecipientId::new(given)
        && known_recipient(books, &id)?.is_some()
    {
        return Ok(Meant::One(id));
    }
    if let Ok(identifier) = Identifier::new(given) {
        let found = identified(books, std::slice::from_ref(&identifier))?;
        if found != Meant::Nobody {
            return Ok(found);
        }
    }
    named(books, given)
}

/// By outside identifiers, any of which is enough.
pub fn identified(books: &dyn Books, identifiers: &[Identifier]) -> Result<Meant, BooksError> {
    let mut found = BTreeSet::new();
    for identifier in identifiers {
        found.extend(books.recipients_known_by(&NameKey::of_identifier(identifier))?);
    }
    Ok(Meant::of(found))
}

/// By a name or alias, present or former. Of several whose names are written differently, the one
/// that is written just so is meant, or just so but for capitals.
pub fn named(books: &dyn Books, name: &str) -> Result<Meant, BooksError> {
    let found = books.recipients_known_by(&NameKey::of_name(name))?;
    if found.len() < 2 {
        return Ok(Meant::of(found));
    }
    let given = folded(name);
    let (mut exact, mut but_for_capitals) = (BTreeSet::new(), BTreeSet::new());
    for id in &found {
        let Some(recipient) = books.recipient(id)? else { continue };
        // A text has no runs of white space, and what is given may.
        let is_exact = |it: &str| it.split(' ').eq(name.split_whitespace());
        exact.extend(recipient.known_as().any(is_exact).then(|| id.clone()));
        but_for_capitals.extend(recipient.known_as().any(|it| folded(it) == given).then(|| id.clone()));
    }
    let nearest = [exact, but_for_capitals].into_iter().map(Meant::of).find(|it| matches!(it, Meant::One(_)));
    Ok(nearest.unwrap_or(Meant::OneOf(found)))
}

/// The recipients, up to three, whose names are most like a name that none has.
pub fn suggestions(books: &dyn Books, given: &str) -> Result<Vec<Suggestion>, BooksError> {
    let mut known = Vec::new();
    books.each_recipient(&mut |recipient: &Recipient| {
        if !recipient.is_known() {
            return Ok(());
        }
        let names = recipient.known_as().map(|name| NameKey::of_name(name).as_str().to_owned()).collect();
        known.push((Suggestion { id: recipient.id.clone(), name: recipient.name().to_owned() }, names));
        Ok(())
    })?;
    Ok(suggested(NameKey::of_name(given).as_str(), known))
}
