//! Awards: `decision, decided, recipient, amount, purpose, theme, fund?, power?, from?, to?, id?,
//! recipient_id?, conditions?, reasons?, confidential?`.

use std::collections::HashMap;

use almoner_ledger::calendar::{Date, Period, StatedDate};
use almoner_ledger::command::{AwardCommand, Command};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{GrantId, Power, Purpose};
use almoner_ledger::money::Money;
use almoner_ledger::recipients::RecipientId;
use almoner_ledger::text::Text;
use almoner_ledger::themes::Split;

use crate::cells::{Cells, NotAWord, Reason, Refused};
use crate::header::{Column, Header};
use crate::read::Mapping;

/// Rows of awards.
pub(crate) struct Awards {
    decision: Column,
    decided: Column,
    recipient: Column,
    amount: Column,
    purpose: Column,
    theme: Column,
    fund: Column,
    power: Column,
    from: Column,
    to: Column,
    id: Column,
    recipient_id: Column,
    conditions: Column,
    reasons: Column,
    confidential: Column,
    /// How many rows so far are of each decision.
    rows_of: HashMap<DecisionId, u32>,
}

impl Awards {
    pub(crate) fn new(header: &mut Header) -> Awards {
        Awards {
            decision: header.required("decision"),
            decided: header.required("decided"),
            recipient: header.required("recipient"),
            amount: header.required("amount"),
            purpose: header.required("purpose"),
            theme: header.required("theme"),
            fund: header.optional("fund"),
            power: header.optional("power"),
            from: header.optional("from"),
            to: header.optional("to"),
            id: header.optional("id"),
            recipient_id: header.optional("recipient_id"),
            conditions: header.optional("conditions"),
            reasons: header.optional("reasons"),
            confidential: header.optional("confidential"),
            rows_of: HashMap::new(),
        }
    }

    /// The id given, or for the first row of a decision its number, for the second `14-2015/2`.
    fn id(
        &mut self,
        cells: &mut Cells<'_>,
        decision: Option<&DecisionId>,
    ) -> Result<Option<GrantId>, Refused> {
        let given = cells.optional(self.id, GrantId::new);
        let Some(decision) = decision else { return given };
        // A row that has an id, or is wrong, counts too: the ids of those after it stay the same
        // when it is put right.
        let row = self.rows_of.entry(decision.clone()).or_default();
        *row += 1;
        if let Some(given) = given? {
            return Ok(Some(given));
        }
        let id = if *row == 1 { decision.to_string() } else { format!("{decision}/{row}") };
        match GrantId::new(&id) {
            Ok(id) => Ok(Some(id)),
            Err(error) => {
                let message = format!("the id that the award would take, `{id}`, is not one: {error}");
                Err(cells.problem(self.id, error.code(), &message, "give the award an id of its own"))
            }
        }
    }

    /// Both ends of the period, or neither.
    fn period(&self, cells: &mut Cells<'_>) -> Result<Option<Period>, Refused> {
        let from = cells.optional(self.from, StatedDate::parse);
        let to = cells.optional(self.to, StatedDate::parse);
        match (from?, to?) {
            (None, None) => Ok(None),
            (Some(from), Some(to)) => Period::new(from, to).map(Some).map_err(|error| {
                cells.problem(self.to, "end-before-start", &error.to_string(), error.hint())
            }),
            (Some(_), None) => Err(half(cells, self.to, "from")),
            (None, Some(_)) => Err(half(cells, self.from, "to")),
        }
    }
}

fn half(cells: &mut Cells<'_>, blank: Column, given: &str) -> Refused {
    let message = format!("the period has a `{given}` and no `{}`", blank.name);
    cells.problem(blank, "half-a-period", &message, "fill in both, or leave both blank: not stated")
}

impl Mapping for Awards {
    fn command(&mut self, cells: &mut Cells<'_>) -> Result<Command, Refused> {
        let decision = cells.required(self.decision, DecisionId::new);
        let id = self.id(cells, decision.as_ref().ok());
        let decided = cells.required(self.decided, Date::parse);
        let recipient = cells.required(self.recipient, Text::new);
        let recipient_id = cells.optional(self.recipient_id, RecipientId::new);
        let amount = cells.required(self.amount, Money::parse);
        let text = cells.required(self.purpose, Text::new);
        let split = cells.required(self.theme, Split::parse);
        let fund = cells.optional(self.fund, FundId::new);
        let power = cells.optional(self.power, power);
        let period = self.period(cells);
        let conditions = cells.optional(self.conditions, Text::new);
        let reasons = cells.optional(self.reasons, Text::new);
        let confidential = cells.yes_or_no(self.confidential);
        Ok(Command::Award(Box::new(AwardCommand {
            id: id?,
            decision: Some(decision?),
            decided: decided?,
            date_assumed: false,
            confidential: confidential?,
            recipient_id: recipient_id?,
            identifiers: Vec::new(),
            recipient: Some(recipient?),
            amount: amount?,
            purpose: Purpose { text: text?, split: split? },
            fund: fund?,
            power: power?.unwrap_or_default(),
            period: period?,
            conditions: conditions?,
            reasons: reasons?,
        })))
    }
}

fn power(text: &str) -> Result<Power, NotAWord> {
    let words = || Power::ALL.map(Power::word).join(", ");
    Power::parse(text).ok_or_else(|| NotAWord { words: format!("one of {}, or leave it blank", words()) })
}
