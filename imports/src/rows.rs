//! Rows of the kinds whose columns say all. Awards and payments have files of their own.
//!
//! Every cell is read before the first problem ends a row, so that all of its problems are noted.

use almoner_ledger::budgets::BudgetKey;
use almoner_ledger::calendar::FinancialYear;
use almoner_ledger::command::Command;
use almoner_ledger::decisions::{Decision, DecisionId, DecisionKind};
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{GrantId, Purpose};
use almoner_ledger::recipients::{Identifier, RecipientId, is_outside, is_placeholder};
use almoner_ledger::text::{Text, TextError};
use almoner_ledger::themes::{Split, ThemeId};

use crate::cells::{Cells, Refused};
use crate::reason::NotAWord;
use crate::request::VariationRow;

pub(crate) fn repurpose(cells: &mut Cells<'_>) -> Result<Command, Refused> {
    let award = cells.required_reference("award", GrantId::stated);
    let decision = cells.required_reference("decision", DecisionId::stated);
    let date = cells.required_day("date");
    let purpose = purpose(cells);
    let include_past = cells.yes_or_no("include_past");
    Ok(Command::Repurpose {
        award: award?,
        decision: Some(decision?),
        date: date?,
        purpose: purpose?,
        include_past: include_past?,
    })
}

pub(crate) fn variation(cells: &mut Cells<'_>) -> Result<VariationRow, Refused> {
    let award = cells.required_reference("award", GrantId::stated);
    let decision = cells.reference("decision", DecisionId::stated);
    let date = cells.required_day("date");
    let change = cells.amount("amount").map(Option::unwrap_or_default);
    // A row that changes the period alone changes the amount by zero: totals count it so.
    cells.amount = change.ok();
    let from = cells.stated_date("from");
    let to = cells.stated_date("to");
    Ok(VariationRow {
        award: award?,
        decision: decision?,
        date: date?,
        change: change?,
        from: from?,
        to: to?,
    })
}

pub(crate) fn instalment(cells: &mut Cells<'_>) -> Result<Command, Refused> {
    let award = cells.required_reference("award", GrantId::stated);
    let due = cells.required_day("due");
    let amount = cells.required_amount("amount");
    Ok(Command::Schedule { award: award?, due: due?, amount: amount?, occurrence: 1 })
}

pub(crate) fn purpose(cells: &mut Cells<'_>) -> Result<Purpose, Refused> {
    let text = cells.required("purpose", Text::new);
    let split = cells.required("theme", Split::parse);
    Ok(Purpose { text: text?, split: split? })
}

pub(crate) fn decision(cells: &mut Cells<'_>) -> Result<Command, Refused> {
    let id = cells.required_reference("decision", DecisionId::stated);
    let date = cells.day("date");
    let title = cells.required("title", Text::new);
    let summary = cells.optional("summary", Text::new);
    let kind = cells.optional("kind", kind_of_decision);
    let confidential = cells.yes_or_no("confidential");
    checked(cells)?;
    Ok(Command::RecordDecision(Decision {
        date: date?,
        title: Some(title?),
        summary: summary?,
        kind: kind?,
        confidential: confidential?,
        ..Decision::numbered(id?)
    }))
}

/// What begins a point of the evidence that a person must check.
pub const TO_CHECK: &str = "check:";

/// What separates the points of the evidence.
pub(crate) const BETWEEN_POINTS: &str = "; ";

/// Returns the evidence of a row without the points that a person must check, as a person leaves it who has checked them.
pub fn as_checked(evidence: &str) -> String {
    let points = evidence.split(BETWEEN_POINTS).filter(|point| to_check(point).is_none());
    points.collect::<Vec<_>>().join(BETWEEN_POINTS)
}

/// Refuses a row of a draft of which a point is still to be checked.
pub(crate) fn checked(cells: &mut Cells<'_>) -> Result<(), Refused> {
    let evidence = cells.optional("evidence", as_it_is)?.unwrap_or_default();
    let open: Vec<&str> = evidence.split(BETWEEN_POINTS).filter_map(to_check).collect();
    if open.is_empty() {
        return Ok(());
    }
    let message = format!("not checked yet: {}", open.join(BETWEEN_POINTS));
    let hint = "compare the row with the decision, correct it, and delete the text that begins with `check:`";
    Err(cells.problem("evidence", &message, hint))
}

/// Returns what is still to be checked of a point, however a person or a spreadsheet has spelt its mark.
fn to_check(point: &str) -> Option<&str> {
    fn marked(text: &str) -> Option<&str> {
        let (mark, what) = text.split_once(':')?;
        mark.trim().eq_ignore_ascii_case(TO_CHECK.trim_end_matches(':')).then_some(what.trim())
    }
    marked(point).or_else(|| point.split(';').find_map(marked))
}

/// Reads a kind of decision: `change-of-purpose`.
pub(crate) fn kind_of_decision(text: &str) -> Result<DecisionKind, NotAWord> {
    DecisionKind::parse(text).ok_or_else(|| NotAWord::none_of(&DecisionKind::ALL.map(DecisionKind::word)))
}

pub(crate) fn budget(cells: &mut Cells<'_>) -> Result<Command, Refused> {
    let fund = cells.required("fund", FundId::named);
    let theme = cells.optional("theme", ThemeId::named);
    let year = cells.required("year", FinancialYear::parse);
    let amount = cells.required_amount("amount");
    let decision = cells.reference("decision", DecisionId::stated);
    let theme = theme?.unwrap_or_else(ThemeId::unallocated);
    let budget = BudgetKey { fund: fund?, theme, year: year? };
    // A file never replaces a budget already set to a different amount.
    Ok(Command::SetBudget { budget, amount: amount?, date: None, decision: decision?, revise: false })
}

pub(crate) fn recipient(cells: &mut Cells<'_>) -> Result<Command, Refused> {
    let name = cells.required("recipient", Text::new);
    let id = recipient_id(cells, "id");
    let identifiers = identifiers(cells);
    Ok(Command::AddRecipient { id: id?, name: name?, identifiers: identifiers? })
}

/// Reads identifiers between semicolons, without duplicates. Superfluous semicolons and placeholders are ignored.
pub(crate) fn identifiers(cells: &mut Cells<'_>) -> Result<Vec<Identifier>, Refused> {
    let read = |text: &str| -> Result<(Vec<Identifier>, bool), TextError> {
        let mut identifiers = Vec::new();
        let mut is_completed = false;
        for part in text.split(';').map(str::trim).filter(|part| !is_placeholder(part)) {
            let identifier = Identifier::stated(part)?;
            is_completed |= identifier.as_str().len() > part.len();
            if !identifiers.contains(&identifier) {
                identifiers.push(identifier);
            }
        }
        Ok((identifiers, is_completed))
    };
    let (identifiers, is_completed) = cells.optional("identifiers", read)?.unwrap_or_default();
    if is_completed {
        cells.remark(COMPLETED);
    }
    Ok(identifiers)
}

/// The remark on a company number without its leading zeros.
const COMPLETED: &str = "Company number completed with leading zeros";

/// Reads the id of a recipient, which may be an outside identifier.
pub(crate) fn recipient_id(cells: &mut Cells<'_>, column: &str) -> Result<Option<RecipientId>, Refused> {
    let read = |text: &str| RecipientId::stated(text).map(|id| (id.as_str().len() > text.len(), id));
    let Some((is_completed, id)) = cells.reference(column, read)? else { return Ok(None) };
    if is_completed {
        cells.remark(COMPLETED);
    }
    Ok(Some(id))
}

/// Reads an outside identifier in the place of an id, if it has characters that no id has.
pub(crate) fn outside_id(cells: &mut Cells<'_>, column: &str) -> Result<Option<Identifier>, Refused> {
    let Some(text) = cells.optional(column, as_it_is)?.filter(|text| is_outside(text)) else {
        return Ok(None);
    };
    Ok(Identifier::stated(&text).ok().filter(|it| RecipientId::new(it.as_str()).is_err()))
}

pub(crate) fn alias(cells: &mut Cells<'_>) -> Result<Command, Refused> {
    let recipient = cells.required("recipient", as_it_is);
    let alias = cells.required("alias", Text::new);
    Ok(Command::AliasRecipient { recipient: recipient?, alias: alias? })
}

pub(crate) fn as_it_is(text: &str) -> Result<String, TextError> {
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_known_however_it_is_spelt() {
        for (evidence, open, left) in [
            ("amount: \"£5\"", "", "amount: \"£5\""),
            ("check: title: not found; amount: \"£5\"", "title: not found", "amount: \"£5\""),
            ("amount: \"£5\"; CHECK: title", "title", "amount: \"£5\""),
            ("Check : title", "title", ""),
            ("amount: \"£5\";check: title", "title", ""),
            ("check: \"A; B\" may be several", "\"A", "B\" may be several"),
            ("recipient: \"Double check: a trust\"", "", "recipient: \"Double check: a trust\""),
        ] {
            let found: Vec<&str> = evidence.split(BETWEEN_POINTS).filter_map(to_check).collect();
            assert_eq!(
                (found.join("; ").as_str(), as_checked(evidence).as_str()),
                (open, left),
                "{evidence}"
            );
        }
    }
}
