//! Recipients: adding them, their names, aliases and identifiers.
//!
//! Similar names are never treated as the same: a user confirms that one is an alias.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::reference::check_same;
use super::{Already, Decided, Decider, Refusal};
use crate::book::known_recipient;
use crate::book::matching::{RecipientMatch, identified, meant_by, named, suggestions};
use crate::calendar::Date;
use crate::events::{Event, RecipientAdded, RecipientAliased, RecipientIdentified, RecipientRenamed};
use crate::hash::Hash;
use crate::recipients::{Identifier, NameKey, Recipient, RecipientId, is_outside};
use crate::rejection::Rejection;
use crate::text::{Text, slug};
use crate::withholding::is_withheld;

/// The number of digits of an opaque id, unless it is taken.
const OPAQUE: usize = 4;

impl Decider<'_> {
    pub(super) fn add_recipient(
        &self,
        id: Option<&RecipientId>,
        name: &Text,
        identifiers: &[Identifier],
    ) -> Result<Decided, Refusal> {
        let (id, identifiers) = self.own_id(id, identifiers)?;
        let (id, identifiers) = (id.as_ref(), identifiers.as_ref());
        let found = match id {
            Some(id) => known_recipient(self.books, id)?.map(|_| id.clone()),
            None => one(name.as_str(), named(self.books, name.as_str())?)?,
        };
        let Some(found) = found else {
            if id.is_some() && !self.options.again && !self.options.add_missing {
                check_no_namesake(name, named(self.books, name.as_str())?)?;
            }
            let added = self.new_recipient(id, name, identifiers)?;
            return Ok(Decided::Events(vec![added]));
        };
        if let Some(recipient) = known_recipient(self.books, &found)? {
            check_name(&recipient, Some(name))?;
        }
        Ok(events_or_already(self.missing_identifiers(&found, identifiers)?))
    }

    pub(super) fn rename_recipient(&self, given: &str, name: &Text, from: Date) -> Result<Decided, Refusal> {
        let id = self.existing_recipient(given)?;
        let recipient = known_recipient(self.books, &id)?;
        let newest = recipient.as_ref().and_then(|recipient| recipient.names.last());
        if newest.is_some_and(|newest| newest.name == *name && newest.from == Some(from)) {
            return Ok(Decided::Already(Already::default()));
        }
        if let Some(start) = newest.and_then(|newest| newest.from)
            && from <= start
        {
            return Err(Rejection::NameNotLater(start).into());
        }
        Ok(Decided::Events(vec![Event::RecipientRenamed(RecipientRenamed { id, name: name.clone(), from })]))
    }

    pub(super) fn identify_recipient(
        &self,
        given: &str,
        identifier: &Identifier,
    ) -> Result<Decided, Refusal> {
        let id = self.existing_recipient(given)?;
        Ok(events_or_already(self.missing_identifiers(&id, std::slice::from_ref(identifier))?))
    }

    /// Records an alias, unless the name already identifies another recipient. A name shared by several
    /// recipients may become an alias.
    pub(super) fn alias_recipient(&self, given: &str, alias: &Text) -> Result<Decided, Refusal> {
        let id = self.existing_recipient(given)?;
        match named(self.books, alias.as_str())? {
            RecipientMatch::One(there) if there == id => Ok(Decided::Already(Already::default())),
            RecipientMatch::One(there) => {
                Err(Rejection::NameOfAnother { name: alias.to_string(), owner: there.to_string() }.into())
            }
            RecipientMatch::None | RecipientMatch::OneOf(_) => {
                Ok(Decided::Events(vec![Event::RecipientAliased(RecipientAliased {
                    id,
                    alias: alias.clone(),
                })]))
            }
        }
    }

    pub(super) fn find_recipient(&self, given: &str) -> Result<Option<RecipientId>, Refusal> {
        one(given, meant_by(self.books, given)?)
    }

    /// Finds a recipient by name, given with identifiers that no recipient has. One with the same name and
    /// another number in the same register is another organisation.
    pub(super) fn named_unless_contradicted(
        &self,
        name: &Text,
        identifiers: &[Identifier],
    ) -> Result<Option<RecipientId>, Refusal> {
        let meant = meant_by(self.books, name.as_str())?;
        let meant = match meant {
            RecipientMatch::One(id) => BTreeSet::from([id]),
            RecipientMatch::OneOf(ids) => ids,
            RecipientMatch::None => return Ok(None),
        };
        let mut agreeing = BTreeSet::new();
        for id in meant {
            if let Some(recipient) = known_recipient(self.books, &id)?
                && !recipient.is_contradicted_by(identifiers)
            {
                agreeing.insert(id);
            }
        }
        if let (true, false, Some(identifier)) =
            (agreeing.is_empty(), self.options.add_missing, identifiers.first())
        {
            let (name, identifier) = (name.to_string(), identifier.to_string());
            return Err(Rejection::NamesakeOrSecondNumber { name, identifier }.into());
        }
        one(name.as_str(), RecipientMatch::of(agreeing))
    }

    pub(super) fn identified(&self, identifiers: &[Identifier]) -> Result<Option<RecipientId>, Refusal> {
        let given: Vec<&str> = identifiers.iter().map(Identifier::as_str).collect();
        one(&given.join(", "), identified(self.books, identifiers)?)
    }

    /// Checks a name given with an identifier that a recipient has: an unknown one must be confirmed, and becomes an
    /// alias; one of another recipient cannot be.
    pub(super) fn check_identified(
        &self,
        owner: &RecipientId,
        name: &Text,
        identifiers: &[Identifier],
    ) -> Result<Option<Event>, Refusal> {
        let Some(recipient) = known_recipient(self.books, owner)? else { return Ok(None) };
        if recipient.is_known_as(name.as_str()) {
            return Ok(None);
        }
        let given = |it: &&Identifier| recipient.identifiers.iter().any(|known| is_same(it, known));
        let identifier = identifiers.iter().find(given).map(Identifier::to_string).unwrap_or_default();
        let found = named(self.books, name.as_str())?;
        if found == RecipientMatch::None && self.options.confirm_names {
            let (id, alias) = (owner.clone(), name.clone());
            return Ok(Some(Event::RecipientAliased(RecipientAliased { id, alias })));
        }
        let (owner, name) = (owner.to_string(), name.to_string());
        Err(match found {
            RecipientMatch::None => Rejection::UnknownNameOfIdentifier { identifier, owner, name },
            RecipientMatch::One(other) => {
                Rejection::IdentifierAndNameDiffer { identifier, owner, name, other: other.to_string() }
            }
            RecipientMatch::OneOf(others) => {
                let other = others.iter().map(RecipientId::as_str).collect::<Vec<_>>().join(", ");
                Rejection::IdentifierAndNameDiffer { identifier, owner, name, other }
            }
        }
        .into())
    }

    /// Returns the id of a recipient, and the outside identifiers, with one that was given in the place of the id.
    /// A recipient that was once recorded with such an id is found by it.
    pub(super) fn own_id<'i>(
        &self,
        given: Option<&RecipientId>,
        identifiers: &'i [Identifier],
    ) -> Result<(Option<RecipientId>, Cow<'i, [Identifier]>), Refusal> {
        let Some(id) = given else { return Ok((None, Cow::Borrowed(identifiers))) };
        let outside = Identifier::new(id.as_str()).ok().filter(|_| is_outside(id.as_str()));
        let Some(outside) = outside else { return Ok((Some(id.clone()), Cow::Borrowed(identifiers))) };
        let has_it = identified(self.books, std::slice::from_ref(&outside))?;
        if known_recipient(self.books, id)?.is_some() {
            return match has_it {
                RecipientMatch::One(other) if other != *id => {
                    let ids = vec![id.to_string(), other.to_string()];
                    Err(Rejection::AmbiguousRecipient { given: id.to_string(), ids }.into())
                }
                RecipientMatch::None | RecipientMatch::One(_) | RecipientMatch::OneOf(_) => {
                    Ok((Some(id.clone()), Cow::Borrowed(identifiers)))
                }
            };
        }
        let mut all = identifiers.to_vec();
        if !all.iter().any(|known| is_same(known, &outside)) {
            all.push(outside);
        }
        Ok((None, Cow::Owned(all)))
    }

    /// Finds a recipient by its name, given with the number of one of its identifiers in place of its id.
    pub(super) fn numbered(
        &self,
        number: &RecipientId,
        name: Option<&Text>,
    ) -> Result<Option<RecipientId>, Refusal> {
        let named = match name.map(|name| named(self.books, name.as_str())).transpose()? {
            Some(RecipientMatch::One(id)) => BTreeSet::from([id]),
            Some(RecipientMatch::OneOf(ids)) => ids,
            Some(RecipientMatch::None) | None => return Ok(None),
        };
        for id in named {
            let recipient = known_recipient(self.books, &id)?;
            let has_number = |it: &Identifier| it.has_number(number.as_str());
            if recipient.is_some_and(|it| it.identifiers.iter().any(has_number)) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    pub(super) fn existing_recipient(&self, given: &str) -> Result<RecipientId, Refusal> {
        match self.find_recipient(given)? {
            Some(id) => Ok(id),
            None => Err(self.unknown_recipient(given, false)?.into()),
        }
    }

    pub(super) fn unknown_recipient(&self, given: &str, can_be_added: bool) -> Result<Rejection, Refusal> {
        let suggestions = match self.options.no_suggestions {
            true => Vec::new(),
            false => suggestions(self.books, given)?,
        };
        Ok(Rejection::UnknownRecipient { given: given.to_owned(), suggestions, can_be_added })
    }

    /// Returns the event that adds a recipient; without an id, one is made from the name.
    pub(super) fn new_recipient(
        &self,
        id: Option<&RecipientId>,
        name: &Text,
        identifiers: &[Identifier],
    ) -> Result<Event, Refusal> {
        let id = match id {
            Some(id) => id.clone(),
            None => self.new_recipient_id(name)?,
        };
        let identifiers = self.new_identifiers(&id, identifiers)?;
        Ok(Event::RecipientAdded(RecipientAdded { id, name: name.clone(), identifiers }))
    }

    /// Returns the events that record the identifiers that a recipient does not have yet.
    pub(super) fn missing_identifiers(
        &self,
        id: &RecipientId,
        identifiers: &[Identifier],
    ) -> Result<Vec<Event>, Refusal> {
        let new = self.new_identifiers(id, identifiers)?.into_iter();
        Ok(new
            .map(|identifier| Event::RecipientIdentified(RecipientIdentified { id: id.clone(), identifier }))
            .collect())
    }

    /// Returns the identifiers that no recipient has, each once; none may belong to another recipient.
    fn new_identifiers(
        &self,
        id: &RecipientId,
        identifiers: &[Identifier],
    ) -> Result<Vec<Identifier>, Refusal> {
        let mut new: Vec<Identifier> = Vec::new();
        for identifier in identifiers.iter().filter(|identifier| !identifier.is_placeholder()) {
            let owners = self.books.recipients_known_by(&NameKey::of_identifier(identifier))?;
            match owners.iter().next() {
                None if new.contains(identifier) => {}
                None => new.push(identifier.clone()),
                Some(_) if owners.contains(id) => {}
                Some(owner) => {
                    let (identifier, owner) = (identifier.to_string(), owner.to_string());
                    return Err(Rejection::IdentifierOfAnother { identifier, owner }.into());
                }
            }
        }
        Ok(new)
    }

    fn new_recipient_id(&self, name: &Text) -> Result<RecipientId, Refusal> {
        let stem = match slug(name.as_str()) {
            slug if slug.is_empty() => "recipient".to_owned(),
            slug => slug,
        };
        let mut number = 1_u32;
        loop {
            let text = if number == 1 { stem.clone() } else { format!("{stem}-{number}") };
            let id = RecipientId::new(&text).map_err(|_| Rejection::ReservedId(text))?;
            match known_recipient(self.books, &id)? {
                None => return Ok(id),
                // A number after the name would reveal one that is not shown.
                Some(owner) if !self.has_open_grant(&owner)? => return self.opaque_id(),
                Some(_) => number += 1,
            }
        }
    }

    /// Returns an id that says nothing of the recipient: `r-7f3a`.
    fn opaque_id(&self) -> Result<RecipientId, Refusal> {
        let reference = self.books.reference();
        let (ledger, records, last) = (&reference.ledger, reference.records, &reference.last_recorded);
        let digits = Hash::of(format!("recipient {ledger} {records} {last}").as_bytes()).to_string();
        for length in OPAQUE..=digits.len() {
            let text = format!("r-{}", digits.get(..length).unwrap_or(&digits));
            let id = RecipientId::new(&text).map_err(|_| Rejection::ReservedId(text))?;
            if known_recipient(self.books, &id)?.is_none() {
                return Ok(id);
            }
        }
        Err(Rejection::NoRecipient.into())
    }

    /// Returns true for a recipient with a grant that is not withheld from the public.
    fn has_open_grant(&self, recipient: &Recipient) -> Result<bool, Refusal> {
        for id in &recipient.grants {
            let Some(grant) = self.books.grant(id)? else { continue };
            if !is_withheld(self.books, &grant)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Refuses a name that other recipients have.
fn check_no_namesake(name: &Text, found: RecipientMatch) -> Result<(), Rejection> {
    let owners: Vec<String> = match found {
        RecipientMatch::None => return Ok(()),
        RecipientMatch::One(owner) => vec![owner.to_string()],
        RecipientMatch::OneOf(owners) => owners.iter().map(ToString::to_string).collect(),
    };
    Err(Rejection::Namesake { name: name.to_string(), owners })
}

/// True for one identifier in two spellings.
fn is_same(one: &Identifier, two: &Identifier) -> bool {
    one.as_str().eq_ignore_ascii_case(two.as_str())
}

/// Checks that a name given with an id is one that the recipient is known by.
pub(super) fn check_name(recipient: &Recipient, given: Option<&Text>) -> Result<(), Rejection> {
    match given.filter(|given| !recipient.is_known_as(given.as_str())) {
        Some(given) => {
            check_same("recipient", &recipient.id, [("recipient", recipient.name(), given.as_str())])
        }
        None => Ok(()),
    }
}

/// Returns the one recipient that matches, if any; several are rejected.
fn one(given: &str, meant: RecipientMatch) -> Result<Option<RecipientId>, Refusal> {
    match meant {
        RecipientMatch::None => Ok(None),
        RecipientMatch::One(id) => Ok(Some(id)),
        RecipientMatch::OneOf(ids) => {
            let ids = ids.iter().map(RecipientId::to_string).collect();
            Err(Rejection::AmbiguousRecipient { given: given.to_owned(), ids }.into())
        }
    }
}

fn events_or_already(events: Vec<Event>) -> Decided {
    if events.is_empty() { Decided::Already(Already::default()) } else { Decided::Events(events) }
}
