//! Aliases of recipients, confirmed by a person: `recipient, alias`.

use almoner_ledger::command::Command;
use almoner_ledger::text::{Text, TextError};

use crate::cells::{Cells, Refused};
use crate::header::{Column, Header};
use crate::request::{Mapping, RowRequest};

/// Rows of aliases.
pub(crate) struct Aliases {
    recipient: Column,
    alias: Column,
}

impl Aliases {
    pub(crate) fn new(header: &mut Header<'_>) -> Aliases {
        Aliases { recipient: header.required("recipient"), alias: header.required("alias") }
    }
}

impl Mapping for Aliases {
    fn interpret(&mut self, cells: &mut Cells<'_>) -> Result<RowRequest, Refused> {
        let recipient = cells.required(self.recipient, |text| Ok::<_, TextError>(text.to_owned()));
        let alias = cells.required(self.alias, Text::new);
        Ok(RowRequest::Command(Command::AliasRecipient { recipient: recipient?, alias: alias? }))
    }
}
