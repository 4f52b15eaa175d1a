//! How the reversal of a record changes the books: what it said has never been said.

use super::{BooksError, Draft, Versioned};
use crate::event::{Record, Reversible};
use crate::recipients::{NameKey, RecipientId};

impl Draft<'_> {
    /// Undoes a record other than a grant's fact.
    pub(super) fn apply_reversal(
        &mut self,
        record: &Record,
        reversed: u64,
        of: &Reversible,
    ) -> Result<(), BooksError> {
        let reference = &mut self.changed.reference;
        let was_there = match of {
            Reversible::Receipt => {
                let receipts = &mut reference.receipts;
                let undone = receipts.iter_mut().find(|it| it.record == reversed && it.reversed_by.is_none());
                undone.map(|it| it.reversed_by = Some(record.number)).is_some()
            }
            Reversible::Theme(id) => Versioned::undo(&mut reference.themes, id, reversed),
            Reversible::Fund(id) => Versioned::undo(&mut reference.funds, id, reversed),
            Reversible::Budget { budget, .. } => Versioned::undo(&mut reference.budgets, budget, reversed),
            Reversible::Indicator(key) => Versioned::undo(&mut reference.indicators, key, reversed),
            Reversible::Paper(id) => Versioned::undo(&mut reference.papers, id, reversed),
            Reversible::Decision(id) => {
                let undone = self.decision_mut(id)?.filter(|it| it.record == reversed && !it.reversed);
                undone.map(|it| it.reverse()).is_some()
            }
            Reversible::DecisionStatement(id) => {
                let undone = self.decision_mut(id)?.filter(|it| it.record == reversed && !it.reversed);
                undone.is_some_and(|it| it.restore_previous())
            }
            Reversible::Reconciliation { line, records } => {
                self.undo_reconciliation(record.number, reversed, line, records)?
            }
            Reversible::Recipient(id) => self.undo_recipient(id, reversed)?,
            Reversible::RecipientName { id, name, from } => {
                self.undo_statement(id, reversed, NameKey::of_name(name.as_str()), |it| {
                    it.names.retain(|dated| dated.from != Some(*from));
                })?
            }
            Reversible::RecipientIdentifier { id, identifier } => {
                self.undo_statement(id, reversed, NameKey::of_identifier(identifier), |it| {
                    it.identifiers.remove(identifier);
                })?
            }
            Reversible::RecipientAlias { id, alias } => {
                self.undo_statement(id, reversed, NameKey::of_name(alias.as_str()), |it| {
                    it.aliases.remove(alias);
                })?
            }
        };
        if !was_there {
            let why = format!("record {reversed} does not hold, so it cannot be reversed");
            return Err(BooksError::does_not_fit(record.number, why));
        }
        self.changed.reference.reversed.insert(reversed, record.number);
        Ok(())
    }

    /// The recipient is found by nothing any more; it keeps its name for what was reversed with it.
    fn undo_recipient(&mut self, id: &RecipientId, reversed: u64) -> Result<bool, BooksError> {
        let Some(recipient) = self.recipient_mut(id)? else { return Ok(false) };
        if !recipient.stated_by.remove(&reversed) {
            return Ok(false);
        }
        let keys: Vec<NameKey> = recipient.keys().collect();
        keys.into_iter().try_for_each(|key| self.unfile(key, id))?;
        Ok(true)
    }

    /// Undoes one thing that was said of a recipient, which is then no longer found by it, unless
    /// something else has the same key.
    fn undo_statement(
        &mut self,
        id: &RecipientId,
        reversed: u64,
        key: NameKey,
        undo: impl FnOnce(&mut crate::recipients::Recipient),
    ) -> Result<bool, BooksError> {
        let Some(recipient) = self.recipient_mut(id)? else { return Ok(false) };
        if !recipient.stated_by.remove(&reversed) {
            return Ok(false);
        }
        undo(recipient);
        if !recipient.keys().any(|left| left == key) {
            self.unfile(key, id)?;
        }
        Ok(true)
    }
}
