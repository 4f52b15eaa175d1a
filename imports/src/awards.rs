//! Rows of awards.
//!
//! A register of decisions with the same columns and `kind, title, summary, evidence` is accepted
//! too: only its rows that make an award are read.

use almoner_ledger::allocation::Funds;
use almoner_ledger::calendar::Period;
use almoner_ledger::command::{AwardCommand, Command};
use almoner_ledger::decisions::{DecisionId, DecisionKind};
use almoner_ledger::grants::{GrantId, Power, Purpose};
use almoner_ledger::text::Text;

use crate::cells::{Cells, Refused};
use crate::reason::NotAWord;
use crate::request::RowRequest;
use crate::rows::{checked, identifiers, kind_of_decision, outside_id, purpose, recipient_id};

pub(crate) fn interpret(cells: &mut Cells<'_>) -> Result<RowRequest, Refused> {
    let kind = cells.optional("kind", kind_of_decision)?;
    if kind.is_some_and(|kind| kind != DecisionKind::Award) {
        return Ok(RowRequest::Nothing("no award made"));
    }
    // A row of a register states neither a kind of decision nor an award.
    if ["kind", "recipient", "amount", "purpose", "theme"].iter().all(|column| cells.is_blank(column)) {
        if cells.yes_or_no("confidential")? {
            return Ok(RowRequest::Nothing("confidential, no award stated"));
        }
        let hint = "enter `award` and fill in the award, or another kind such as `other`";
        return Err(cells.problem("kind", "the kind of decision is not stated", hint));
    }
    let checked = checked(cells);
    let decision = cells.reference_if_canonical("decision", DecisionId::stated);
    let id = id(cells, decision.as_ref().ok().and_then(Option::as_ref));
    let decided = cells.required_day("decided");
    let recipient = cells.required("recipient", Text::new);
    let (recipient_id, outside) = match outside_id(cells, "recipient_id") {
        Ok(Some(outside)) => (Ok(None), Some(outside)),
        Ok(None) => (recipient_id(cells, "recipient_id"), None),
        Err(refused) => (Err(refused), None),
    };
    let identifiers = identifiers(cells);
    let amount = cells.required_amount("amount");
    let fund = cells.optional("fund", Funds::parse);
    let purpose = match &fund {
        Ok(Some(funds)) if cells.is_blank("theme") => purpose_of(cells, funds),
        _ => purpose(cells),
    };
    let power = cells.optional("power", power);
    let period = period(cells);
    let conditions = cells.optional("conditions", Text::new);
    let reasons = cells.optional("reasons", Text::new);
    let confidential = cells.yes_or_no("confidential");
    checked?;
    Ok(RowRequest::Command(Command::Award(Box::new(AwardCommand {
        id: id?,
        decision: decision?,
        decided: decided?,
        date_assumed: false,
        confidential: confidential?,
        recipient_id: recipient_id?,
        recipient: Some(recipient?),
        identifiers: identifiers?.into_iter().chain(outside).collect(),
        amount: amount?,
        purpose: purpose?,
        fund: fund?,
        power: power?.unwrap_or_default(),
        period: period?,
        conditions: conditions?,
        reasons: reasons?,
    }))))
}

/// Returns the id given, else the decision number, or `14-2015/2` for its second row.
fn id(cells: &mut Cells<'_>, decision: Option<&DecisionId>) -> Result<Option<GrantId>, Refused> {
    let given = cells.reference("id", GrantId::stated);
    let Some(decision) = decision else { return given };
    // Rows with their own id or with errors count too, so that later ids do not change when a row
    // is corrected.
    let row = cells.awards_of.entry(decision.clone()).or_default();
    *row += 1;
    let id = if *row == 1 { decision.to_string() } else { format!("{decision}/{row}") };
    if let Some(given) = given? {
        return Ok(Some(given));
    }
    GrantId::new(&id).map(Some).map_err(|error| {
        let message = format!("the award would have the id `{id}`, which is not valid: {error}");
        cells.problem("id", &message, "enter an id for the award")
    })
}

/// Reads a purpose whose themes are those of the parts in the column of funds.
fn purpose_of(cells: &mut Cells<'_>, funds: &Funds) -> Result<Purpose, Refused> {
    let Some(themes) = funds.themes() else { return purpose(cells) };
    let text = cells.required("purpose", Text::new);
    let split = themes.map_err(|error| cells.problem("fund", &error.to_string(), error.hint()));
    Ok(Purpose { text: text?, split: split? })
}

fn power(text: &str) -> Result<Power, NotAWord> {
    Power::parse(text).ok_or_else(|| NotAWord::none_of(&Power::ALL.map(Power::word)))
}

/// Reads the period, which must have both ends or neither.
fn period(cells: &mut Cells<'_>) -> Result<Option<Period>, Refused> {
    let from = cells.stated_date("from");
    let to = cells.stated_date("to");
    let (blank, which) = match (from?, to?) {
        (None, None) => return Ok(None),
        (Some(from), Some(to)) => {
            return Period::new(from, to)
                .map(Some)
                .map_err(|error| cells.problem("to", &error.to_string(), error.hint()));
        }
        (Some(_), None) => ("to", "`from` but no `to`"),
        (None, Some(_)) => ("from", "`to` but no `from`"),
    };
    if cells.columns.half_periods_are_not_stated {
        cells.remark("Period not stated, as only one end is given");
        return Ok(None);
    }
    let hint = "fill in both dates, or leave both blank if the period is not stated";
    Err(cells.problem(blank, &format!("the period has a {which}"), hint))
}
