//! The register of decisions: `decision, date?, title, summary?, kind?, confidential?`.
//!
//! A register with the columns of awards is accepted too: those columns are ignored, and the date may
//! be in `decided`.

use almoner_ledger::command::Command;
use almoner_ledger::decisions::{Decision, DecisionId, DecisionKind};
use almoner_ledger::text::Text;

use crate::cells::{Cells, Refused};
use crate::header::{Column, Header};
use crate::reason::NotAWord;
use crate::request::{Mapping, RowRequest};

/// Rows of decisions.
pub(crate) struct Decisions {
    decision: Column,
    date: Column,
    title: Column,
    summary: Column,
    kind: Column,
    confidential: Column,
}

/// Columns of awards in a register.
const OF_AWARDS: [&str; 12] = [
    "recipient",
    "amount",
    "purpose",
    "theme",
    "fund",
    "power",
    "from",
    "to",
    "recipient_id",
    "conditions",
    "reasons",
    "evidence",
];

impl Decisions {
    pub(crate) fn new(header: &mut Header<'_>) -> Decisions {
        header.ignore(&OF_AWARDS);
        header.ignore(&["id"]);
        Decisions {
            decision: header.required("decision"),
            date: header.optional_under("date", "decided"),
            title: header.required("title"),
            summary: header.optional("summary"),
            kind: header.optional("kind"),
            confidential: header.optional("confidential"),
        }
    }
}

impl Mapping for Decisions {
    fn interpret(&mut self, cells: &mut Cells<'_>) -> Result<RowRequest, Refused> {
        let id = cells.required_reference(self.decision, DecisionId::new);
        let date = cells.day(self.date);
        let title = cells.required(self.title, Text::new);
        let summary = cells.optional(self.summary, Text::new);
        let kind = cells.optional(self.kind, kind_of_decision);
        let confidential = cells.yes_or_no(self.confidential);
        Ok(RowRequest::Command(Command::RecordDecision(Decision {
            date: date?,
            title: Some(title?),
            summary: summary?,
            kind: kind?,
            confidential: confidential?,
            ..Decision::numbered(id?)
        })))
    }
}

/// Reads a kind of decision: `change-of-purpose`.
pub(crate) fn kind_of_decision(text: &str) -> Result<DecisionKind, NotAWord> {
    let words = || DecisionKind::ALL.map(DecisionKind::word).join(", ");
    DecisionKind::parse(text)
        .ok_or_else(|| NotAWord { words: format!("one of {}, or leave it blank", words()) })
}
