//! Awards: `decision, decided, recipient, amount, purpose, theme, fund?, power?, from?, to?, id?,
//! recipient_id?, conditions?, reasons?, confidential?`.
//!
//! A register of decisions with the same columns and `kind, title, summary, evidence` is accepted
//! too: only its rows that make an award are read.

use std::collections::HashMap;

use almoner_ledger::calendar::Period;
use almoner_ledger::command::{AwardCommand, Command};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::decisions::DecisionKind;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{GrantId, Power, Purpose};
use almoner_ledger::recipients::RecipientId;
use almoner_ledger::text::Text;
use almoner_ledger::themes::Split;

use crate::cells::{Cells, Refused};
use crate::decisions::kind_of_decision;
use crate::header::{Column, Header};
use crate::reason::{NotAWord, Reason};
use crate::recipients::identifiers;
use crate::request::{Mapping, RowRequest};

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
    identifiers: Column,
    kind: Column,
    half_periods_are_not_stated: bool,
    /// Number of rows so far by decision.
    rows_of: HashMap<DecisionId, u32>,
}

impl Awards {
    pub(crate) fn new(header: &mut Header<'_>) -> Awards {
        header.ignore(&["title", "summary", "evidence"]);
        Awards {
            // Other bodies publish grants under their own ids, without decision numbers.
            decision: header.required_if_canonical("decision"),
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
            identifiers: header.of_profiles("identifiers"),
            kind: header.optional("kind"),
            half_periods_are_not_stated: header.profile().is_some_and(|it| it.half_periods_are_not_stated),
            rows_of: HashMap::new(),
        }
    }

    /// Returns the id given, else the decision number, or `14-2015/2` for its second row.
    fn id(
        &mut self,
        cells: &mut Cells<'_>,
        decision: Option<&DecisionId>,
    ) -> Result<Option<GrantId>, Refused> {
        let given = cells.reference(self.id, GrantId::new);
        let Some(decision) = decision else { return given };
        // Rows with their own id or with errors count too, so that later ids do not change when a row
        // is corrected.
        let row = self.rows_of.entry(decision.clone()).or_default();
        *row += 1;
        if let Some(given) = given? {
            return Ok(Some(given));
        }
        let id = if *row == 1 { decision.to_string() } else { format!("{decision}/{row}") };
        match GrantId::new(&id) {
            Ok(id) => Ok(Some(id)),
            Err(error) => {
                let message = format!("the award would have the id `{id}`, which is not valid: {error}");
                Err(cells.problem(self.id, error.code(), &message, "enter an id for the award"))
            }
        }
    }

    /// True for a row of a register that states neither a kind of decision nor an award.
    fn states_no_award(&self, cells: &Cells<'_>) -> bool {
        [self.kind, self.recipient, self.amount, self.purpose, self.theme]
            .into_iter()
            .all(|column| cells.is_blank(column))
    }

    /// Reads the period, which must have both ends or neither.
    fn period(&self, cells: &mut Cells<'_>) -> Result<Option<Period>, Refused> {
        let from = cells.stated_date(self.from);
        let to = cells.stated_date(self.to);
        match (from?, to?) {
            (None, None) => Ok(None),
            (Some(from), Some(to)) => Period::new(from, to).map(Some).map_err(|error| {
                cells.problem(self.to, "end-before-start", &error.to_string(), error.hint())
            }),
            (Some(_), None) | (None, Some(_)) if self.half_periods_are_not_stated => {
                cells.remark("Period not stated, as only one end is given");
                Ok(None)
            }
            (Some(_), None) => Err(half(cells, self.to, "`from` but no `to`")),
            (None, Some(_)) => Err(half(cells, self.from, "`to` but no `from`")),
        }
    }
}

fn half(cells: &mut Cells<'_>, blank: Column, which: &str) -> Refused {
    let message = format!("the period has a {which}");
    cells.problem(blank, "half-a-period", &message, "fill in both, or leave both blank if not stated")
}

impl Mapping for Awards {
    fn interpret(&mut self, cells: &mut Cells<'_>) -> Result<RowRequest, Refused> {
        let kind = cells.optional(self.kind, kind_of_decision)?;
        if kind.is_some_and(|kind| kind != DecisionKind::Award) {
            return Ok(RowRequest::Nothing("no award made"));
        }
        if self.states_no_award(cells) {
            if cells.yes_or_no(self.confidential)? {
                return Ok(RowRequest::Nothing("confidential, no award stated"));
            }
            let hint = "enter `award` and fill in the award, or another kind such as `other`";
            return Err(cells.problem(self.kind, "no-kind", "the kind of decision is not stated", hint));
        }
        let decision = match cells.is_canonical() {
            true => cells.required_reference(self.decision, DecisionId::new).map(Some),
            false => cells.reference(self.decision, DecisionId::new),
        };
        let id = self.id(cells, decision.as_ref().ok().and_then(Option::as_ref));
        let decided = cells.required_day(self.decided);
        let recipient = cells.required(self.recipient, Text::new);
        let recipient_id = cells.reference(self.recipient_id, RecipientId::new);
        let identifiers = cells.optional(self.identifiers, identifiers);
        let amount = cells.required_amount(self.amount);
        let text = cells.required(self.purpose, Text::new);
        let split = cells.required(self.theme, Split::parse);
        let fund = cells.optional(self.fund, FundId::named);
        let power = cells.optional(self.power, power);
        let period = self.period(cells);
        let conditions = cells.optional(self.conditions, Text::new);
        let reasons = cells.optional(self.reasons, Text::new);
        let confidential = cells.yes_or_no(self.confidential);
        Ok(RowRequest::Command(Command::Award(Box::new(AwardCommand {
            id: id?,
            decision: decision?,
            decided: decided?,
            date_assumed: false,
            confidential: confidential?,
            recipient_id: recipient_id?,
            recipient: Some(recipient?),
            identifiers: identifiers?.unwrap_or_default(),
            amount: amount?,
            purpose: Purpose { text: text?, split: split? },
            fund: fund?,
            power: power?.unwrap_or_default(),
            period: period?,
            conditions: conditions?,
            reasons: reasons?,
        }))))
    }
}

fn power(text: &str) -> Result<Power, NotAWord> {
    let words = || Power::ALL.map(Power::word).join(", ");
    Power::parse(text).ok_or_else(|| NotAWord { words: format!("one of {}, or leave it blank", words()) })
}
