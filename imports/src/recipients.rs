//! Recipients: `recipient, id?, identifiers?`, several identifiers separated by semicolons.

use almoner_ledger::command::Command;
use almoner_ledger::recipients::{Identifier, RecipientId};
use almoner_ledger::text::{Text, TextError};

use crate::cells::{Cells, Refused};
use crate::header::{Column, Header};
use crate::read::Mapping;

/// Rows of recipients.
pub(crate) struct Recipients {
    recipient: Column,
    id: Column,
    identifiers: Column,
}

impl Recipients {
    pub(crate) fn new(header: &mut Header) -> Recipients {
        Recipients {
            recipient: header.required("recipient"),
            id: header.optional("id"),
            identifiers: header.optional("identifiers"),
        }
    }
}

impl Mapping for Recipients {
    fn command(&mut self, cells: &mut Cells<'_>) -> Result<Command, Refused> {
        let name = cells.required(self.recipient, Text::new);
        let id = cells.optional(self.id, RecipientId::new);
        let identifiers = cells.optional(self.identifiers, identifiers);
        Ok(Command::AddRecipient { id: id?, name: name?, identifiers: identifiers?.unwrap_or_default() })
    }
}

/// Each identifier once. A semicolon too many is no identifier.
fn identifiers(text: &str) -> Result<Vec<Identifier>, TextError> {
    let mut identifiers = Vec::new();
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let identifier = Identifier::new(part)?;
        if !identifiers.contains(&identifier) {
            identifiers.push(identifier);
        }
    }
    Ok(identifiers)
}
