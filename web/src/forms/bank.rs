//! The forms of the bank: a statement that was sent, and what somebody decided of its lines.

use almoner_app::error::Error;
use almoner_app::reconciling::{Reconciling, reconcile};
use almoner_imports::{
    BankStatement, DAYS, LineDecision, LineOutcome, NextStep, NotADecision, decisions, explanation,
    line_names, records_and_rest,
};
use almoner_ledger::money::Money;
use almoner_ledger::reconciliation::Remainder;
use almoner_ledger::text::Text;

use super::{About, Act, Choices, Field, Form, Kind, Typed};
use crate::frame::Section;

/// The name of the form of a statement that was sent.
pub const STATEMENT: &str = "statement";
/// The name of the form of what was decided of lines.
pub const LINES: &str = "lines";

/// What a line may be that is not in these books: the words of files, and what people read.
pub const EXPLANATIONS: &[(&str, &str)] =
    &[("", "Choose"), ("charge", "Bank charge"), ("interest", "Interest"), ("not-a-grant", "Not a grant")];

pub const FORMS: &[Form] = &[
    Form {
        command: "reconcile",
        label: "reconcile statement",
        title: "Bank statement",
        button: "Record statement",
        done: "Statement recorded",
        ..Form::of_office(
            STATEMENT,
            Section::Bank,
            &[
                Field::new("account", "Bank account", Kind::Text)
                    .hint("Only if the statement does not name it: 20-00-00 12345678")
                    .codes(&["no-account", "new-account"]),
                Field::new("days", "Maximum days from payment to statement", Kind::Days)
                    .hint("10 days if blank"),
                Field::new("file", "File", Kind::Text).carried(),
                Field::new("form", "Form", Kind::Text).carried(),
                Field::new("breaks", "Balances", Kind::Content).carried(),
                Field::new("statements", "Content", Kind::Content).carried(),
            ],
            statement,
        )
    },
    Form {
        command: "reconcile",
        label: "reconcile lines",
        title: "Reconciliation",
        button: "Record",
        done: "Reconciliation recorded",
        about: About::Account,
        ..Form::of_office(
            LINES,
            Section::Bank,
            &[
                Field::new("match", "Suggestions accepted", Kind::Text),
                Field::new("on", "Page of the line", Kind::Text),
                Field::new("of", "Line", Kind::Text),
                Field::new("with", "Further lines", Kind::Text),
                Field::new("record", "Records", Kind::Text).codes(&[
                    "nothing-to-reconcile",
                    "line-does-not-add-up",
                    "not-open",
                    "already-reconciled",
                ]),
                Field::new("rest", "Not in these books", Kind::Money).codes(&["remainder-not-part"]),
                Field::new("rest_reason", "Description", Kind::Text),
                Field::new("line", "Lines explained", Kind::Text).codes(&["no-line"]),
                Field::new("kind", "Kind", Kind::Choice(Choices::Of(EXPLANATIONS))).codes(&["no-kind"]),
                Field::new("reason", "Reason", Kind::Text).codes(&["no-reason"]),
                Field::new("certain", "Certain matches", Kind::Tick),
                Field::new("statement", "Statement", Kind::Record).carried(),
                Field::new("decisions", "Decisions", Kind::Content)
                    .codes(&["not-a-decision", "not-decisions", "unknown-line", "several-lines"])
                    .carried(),
            ],
            lines,
        )
    },
];

/// Returns what reconciles what was typed in a form of the bank; `None` if it cannot be read.
///
/// # Errors
/// What is missing, or is no decision.
pub fn reconciling(typed: &Typed<'_>) -> Option<Result<Reconciling, Error>> {
    match typed.form.word {
        STATEMENT => Some(Ok(of_statement(typed)?)),
        LINES => Some(of_lines(typed)),
        _ => None,
    }
}

fn of_statement(typed: &Typed<'_>) -> Option<Reconciling> {
    let statements: Vec<BankStatement> = serde_json::from_str(typed.fields.get("statements")?).ok()?;
    Some(Reconciling {
        statements,
        account: typed.text("account"),
        days: typed.get::<u16>("days").map_or(DAYS, i64::from),
        is_new_account: typed.has("new_account"),
        ..Reconciling::default()
    })
}

fn of_lines(typed: &Typed<'_>) -> Result<Reconciling, Error> {
    let decided = decided(typed)?;
    let is_certain = typed.has("certain");
    if decided.is_empty() && !is_certain {
        return Err(Error::refused("nothing-chosen", "nothing is chosen")
            .advice("tick a suggestion, or a line to explain"));
    }
    Ok(Reconciling {
        account: Text::new(typed.about).ok(),
        decisions: decided,
        days: typed.get::<u16>("days").map_or(DAYS, i64::from),
        only_decided: !is_certain,
        ..Reconciling::default()
    })
}

/// Returns the decisions that were typed or ticked.
fn decided(typed: &Typed<'_>) -> Result<Vec<LineDecision>, Error> {
    let fields = typed.fields;
    let mut all = Vec::new();
    for accepted in fields.all("match") {
        let (lines, records) = accepted.split_once('=').unwrap_or((accepted, ""));
        all.push(LineDecision {
            lines: line_names(lines).map_err(not_a_decision)?,
            outcome: records_and_rest(records).map_err(not_a_decision)?,
        });
    }
    if let Some(line) = fields.get("of") {
        let names: Vec<&str> = [line].into_iter().chain(fields.all("with")).collect();
        let records: Vec<&str> = fields.all("record").collect();
        if records.is_empty() {
            return Err(Error::refused("nothing-to-reconcile", "no payment, refund or receipt is ticked")
                .advice("tick the entries that the line covers, or explain it"));
        }
        let LineOutcome::Records(records, _) =
            records_and_rest(&records.join("+")).map_err(not_a_decision)?
        else {
            return Ok(all);
        };
        let remainder =
            typed.get::<Money>("rest").map(|amount| Remainder { amount, reason: typed.text("rest_reason") });
        let lines = line_names(&names.join("+")).map_err(not_a_decision)?;
        all.push(LineDecision { lines, outcome: LineOutcome::Records(records, remainder) });
    }
    all.extend(explained(typed)?);
    if let Some(text) = fields.get("decisions") {
        let unread = |error: almoner_imports::Unreadable| {
            Error::refused("not-decisions", error.message).advice(advised(&error.next))
        };
        for (nth, decision) in (1..).zip(decisions(text.as_bytes()).map_err(unread)?) {
            all.push(decision.map_err(|error| {
                Error::refused("not-a-decision", format!("decision {nth}: {error}")).advice(error.hint)
            })?);
        }
    }
    Ok(all)
}

/// Returns the lines that are not in these books, each explained by itself.
fn explained(typed: &Typed<'_>) -> Result<Vec<LineDecision>, Error> {
    let fields = typed.fields;
    let lines: Vec<&str> = fields.all("line").collect();
    let (kind, reason) = (fields.get("kind"), fields.get("reason"));
    let missing = |code, what| Err(Error::refused(code, what));
    let (kind, reason) = match (lines.is_empty(), kind, reason) {
        (true, None, None) => return Ok(Vec::new()),
        (true, _, _) => return missing("no-line", "no line is ticked for the explanation"),
        (false, None, _) => return missing("no-kind", "the kind of explanation is missing"),
        (false, Some(_), None) => return missing("no-reason", "the reason for the explanation is missing"),
        (false, Some(kind), Some(reason)) => (kind, reason),
    };
    let outcome = explanation(&format!("{kind}:{reason}")).map_err(not_a_decision)?;
    let decided = |line: &&str| {
        let lines = line_names(line).map_err(not_a_decision)?;
        Ok(LineDecision { lines, outcome: outcome.clone() })
    };
    lines.iter().map(decided).collect()
}

/// Returns what to do about a file of decisions: always advice.
fn advised(next: &NextStep) -> String {
    match next {
        NextStep::Advice(advice) => advice.clone(),
        NextStep::Books(_)
        | NextStep::NameSheet
        | NextStep::NameKind
        | NextStep::DraftAs(_)
        | NextStep::Reconcile
        | NextStep::TestProfile(_) => "check that this is the right file".to_owned(),
    }
}

fn not_a_decision(error: NotADecision) -> Error {
    Error::refused("not-a-decision", error.to_string()).advice(error.hint)
}

fn statement(typed: &Typed<'_>) -> Option<Act> {
    let given = reconciling(typed)?;
    let breaks = typed.fields.owned("breaks").filter(|_| !typed.has("ignore_balance"));
    act(given, breaks)
}

fn lines(typed: &Typed<'_>) -> Option<Act> {
    act(reconciling(typed)?, None)
}

/// Returns what records a reconciliation, unless its balances do not agree.
fn act(given: Result<Reconciling, Error>, breaks: Option<String>) -> Option<Act> {
    // What is recorded needs no suggestions.
    let given = given.map(|given| Reconciling { suggested: Some(0), ..given });
    Some(Box::new(move |_, draft, _| {
        if let Some(breaks) = &breaks {
            let message = breaks.lines().next().unwrap_or_default().to_owned();
            return Err(
                Error::refused("balance-broken", message).remedy(almoner_app::error::Remedy::AcceptBalance)
            );
        }
        reconcile(draft, given.as_ref().map_err(Clone::clone)?)?;
        Ok(Vec::new())
    }))
}
