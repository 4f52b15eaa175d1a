//! The register of decisions: `decision, date?, title, summary?, kind?, confidential?`.

use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::decisions::{Decision, DecisionId, DecisionKind};
use almoner_ledger::text::Text;

use crate::cells::{Cells, NotAWord, Refused};
use crate::header::{Column, Header};
use crate::read::Mapping;

/// Rows of decisions.
pub(crate) struct Decisions {
    decision: Column,
    date: Column,
    title: Column,
    summary: Column,
    kind: Column,
    confidential: Column,
}

impl Decisions {
    pub(crate) fn new(header: &mut Header) -> Decisions {
        Decisions {
            decision: header.required("decision"),
            date: header.optional("date"),
            title: header.required("title"),
            summary: header.optional("summary"),
            kind: header.optional("kind"),
            confidential: header.optional("confidential"),
        }
    }
}

impl Mapping for Decisions {
    fn command(&mut self, cells: &mut Cells<'_>) -> Result<Command, Refused> {
        let id = cells.required(self.decision, DecisionId::new);
        let date = cells.optional(self.date, Date::parse);
        let title = cells.required(self.title, Text::new);
        let summary = cells.optional(self.summary, Text::new);
        let kind = cells.optional(self.kind, kind);
        let confidential = cells.yes_or_no(self.confidential);
        Ok(Command::RecordDecision(Decision {
            id: id?,
            date: date?,
            title: Some(title?),
            summary: summary?,
            kind: kind?,
            confidential: confidential?,
        }))
    }
}

fn kind(text: &str) -> Result<DecisionKind, NotAWord> {
    let words = || DecisionKind::ALL.map(DecisionKind::word).join(", ");
    DecisionKind::parse(text)
        .ok_or_else(|| NotAWord { words: format!("one of {}, or leave it blank", words()) })
}
