//! Recipients: `recipient, id?, identifiers?`, several identifiers separated by semicolons.

use almoner_ledger::command::Command;
use almoner_ledger::recipients::{Identifier, RecipientId};
use almoner_ledger::text::{Text, TextError};

use crate::cells::{Cells, Refused};
use crate::header::{Column, Header};
use crate::request::{Mapping, RowRequest};

/// Rows of recipients.
pub(crate) struct Recipients {
    recipient: Column,
    id: Column,
    identifiers: Column,
}

impl Recipients {
    pub(crate) fn new(header: &mut Header<'_>) -> Recipients {
        Recipients {
            recipient: header.required("recipient"),
            id: header.optional("id"),
            identifiers: header.optional("identifiers"),
        }
    }
}

impl Mapping for Recipients {
    fn interpret(&mut self, cells: &mut Cells<'_>) -> Result<RowRequest, Refused> {
        let name = cells.required(self.recipient, Text::new);
        let id = cells.reference(self.id, RecipientId::new);
        let identifiers = cells.optional(self.identifiers, identifiers);
        let identifiers = identifiers?.unwrap_or_default();
        Ok(RowRequest::Command(Command::AddRecipient { id: id?, name: name?, identifiers }))
    }
}

/// Reads identifiers without duplicates. Superfluous semicolons are ignored.
pub(crate) fn identifiers(text: &str) -> Result<Vec<Identifier>, TextError> {
    let mut identifiers = Vec::new();
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let identifier = Identifier::new(part)?;
        if !identifiers.contains(&identifier) {
            identifiers.push(identifier);
        }
    }
    Ok(identifiers)
}
