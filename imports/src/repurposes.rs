//! Changes of purpose: `award, decision, date, purpose, theme, include_past?`.

use almoner_ledger::command::Command;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::{GrantId, Purpose};
use almoner_ledger::text::Text;
use almoner_ledger::themes::Split;

use crate::cells::{Cells, Refused};
use crate::header::{Column, Header};
use crate::request::{Mapping, RowRequest};

/// Rows of changes of purpose.
pub(crate) struct Repurposes {
    award: Column,
    decision: Column,
    date: Column,
    purpose: Column,
    theme: Column,
    include_past: Column,
}

impl Repurposes {
    pub(crate) fn new(header: &mut Header<'_>) -> Repurposes {
        Repurposes {
            award: header.required("award"),
            decision: header.required("decision"),
            date: header.required("date"),
            purpose: header.required("purpose"),
            theme: header.required("theme"),
            include_past: header.optional("include_past"),
        }
    }
}

impl Mapping for Repurposes {
    fn interpret(&mut self, cells: &mut Cells<'_>) -> Result<RowRequest, Refused> {
        let award = cells.required_reference(self.award, GrantId::new);
        let decision = cells.required_reference(self.decision, DecisionId::new);
        let date = cells.required_day(self.date);
        let text = cells.required(self.purpose, Text::new);
        let split = cells.required(self.theme, Split::parse);
        let include_past = cells.yes_or_no(self.include_past);
        Ok(RowRequest::Command(Command::Repurpose {
            award: award?,
            decision: Some(decision?),
            date: date?,
            purpose: Purpose { text: text?, split: split? },
            include_past: include_past?,
        }))
    }
}
