//! Remedies of the rows of a file, as the page of an import says them: with its own boxes to tick.

use almoner_imports::NextStep;
use almoner_ledger::remedy::Remedy;

use super::of_books;

/// The label of the box that adds what is missing.
pub const ADD_MISSING: &str = "Add unknown recipients, themes and funds";
/// The label of the box that confirms names.
pub const CONFIRM_NAMES: &str =
    "Where a file gives a known identifier with a new name, record the name as an alias";
/// The label of the box that confirms bank accounts.
pub const NEW_ACCOUNT: &str = "Accept bank accounts that closely resemble a known one";
/// The label of the box that posts late.
pub const LATE: &str = "Post entries for a closed month on the first open day, keeping their own date";

/// Returns what to do next about a file, on one line.
pub fn of_file(next: &NextStep) -> String {
    match next {
        NextStep::Advice(advice) => advice.replace("delete the row", "leave out the row"),
        NextStep::Books(remedies) => remedies.iter().map(of_row).collect::<Vec<_>>().join("; "),
        NextStep::NameSheet => "choose the sheet".to_owned(),
        NextStep::NameKind => "check that this is the right file, or choose the kind of its rows".to_owned(),
        NextStep::DraftAs(kind) => format!("choose {} as the kind of its rows", kind.word()),
        NextStep::Reconcile => "reconcile it on the Bank page".to_owned(),
        NextStep::TestProfile(kind) => format!("import the file as {}", kind.word()),
    }
}

fn of_row(remedy: &Remedy) -> String {
    let text = of_books(remedy, None).text;
    let ticked = match remedy {
        Remedy::AddTheme { can_be_added: true }
        | Remedy::AddFund { can_be_added: true }
        | Remedy::AddRecipient { can_be_added: true }
        | Remedy::UseNearestOrAdd { can_be_added: true, .. }
        | Remedy::ConfirmAlias { can_be_added: true, .. }
        | Remedy::AddNamesakeOrIdentifier { .. }
        | Remedy::ConfirmNamesake { .. } => ADD_MISSING,
        Remedy::ConfirmName { .. } => CONFIRM_NAMES,
        Remedy::ConfirmNewAccount => {
            return format!("check the account; if it is a new one, tick “{NEW_ACCOUNT}”");
        }
        Remedy::PostLate { .. } | Remedy::PostLateOrToClosed { .. } | Remedy::PostLateInstead { .. } => LATE,
        Remedy::ConfirmDuplicates { what } => {
            return format!("leave out the row or, if it is a separate {what}, confirm that below the rows");
        }
        Remedy::ReviseBudgetApart => return "leave out the row, and revise the budget separately".to_owned(),
        _ => return text,
    };
    format!("{text}, or tick “{ticked}”")
}
