//! Remedies as pages say them: a few words, and a link where there is a page for it.

use almoner_app::error::Remedy;
use almoner_ledger::remedy;
use maud::{Markup, html};

use crate::fields::encoded;
use crate::look::Look;

/// What to do next, and the path of the page where it is done, if there is one.
type Step = (String, Option<String>);

/// Returns a message as a sentence: with a capital and a full stop.
pub fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let text = format!("{first}{}", letters.as_str());
    if text.ends_with(['.', '?', '!']) { text } else { format!("{text}.") }
}

/// Returns remedies as a list; nothing if there are none.
pub fn list(look: &Look<'_>, remedies: &[Remedy]) -> Markup {
    let steps: Vec<Step> = remedies.iter().map(step).collect();
    html! {
        @if !steps.is_empty() {
            ul.remedies {
                @for (text, path) in &steps {
                    li {
                        @match path {
                            Some(path) => a href=(look.link(path)) { (sentence(text)) },
                            None => (sentence(text)),
                        }
                    }
                }
            }
        }
    }
}

fn to(text: impl Into<String>, path: impl Into<String>) -> Step {
    (text.into(), Some(path.into()))
}

fn step(remedy: &Remedy) -> Step {
    let text = match remedy {
        Remedy::Advice(advice) => return (advice.clone(), None),
        Remedy::Books(remedy) => return of_books(remedy),
        Remedy::ChooseKey { record } => {
            return to("look at what this key was used for", record_path(*record));
        }
        Remedy::ListRecords => return to("list the records", "/log"),
        Remedy::RestoreBackup { last } => {
            return (
                format!("restore the ledger from a backup; records 1 to {last} can still be read"),
                None,
            );
        }
        Remedy::NameAccount => "name the bank account",
        Remedy::NameUser => "end the pages, and start them again under a user name",
        Remedy::ShowLedger => "choose another folder",
        Remedy::CreateLedger => "create a ledger, or start the pages for the folder of an existing one",
        Remedy::RebuildIndex => "record nothing again; rebuild the index",
        Remedy::WaitLonger => "try again in a moment; nothing was recorded",
        Remedy::ListFindings => "verify the ledger, which lists all findings",
        Remedy::VerifyAndRebuild => "verify the ledger to see the damage, and rebuild the index",
        Remedy::AcceptLostHistory => {
            "find the newest copy or backup of the ledger; if the missing records cannot be recovered, an administrator records that \
             the ledger continues without them"
        }
        Remedy::FindUnlawful => {
            "verify the ledger to list all such records, and restore it from a backup made before them"
        }
        Remedy::ChooseKeyFile | Remedy::ChooseCreatedKeyFile => "choose the file of the key",
        Remedy::ChooseNewKeyFile => "choose another file: a key is never overwritten",
        Remedy::GivePassphrase | Remedy::CorrectPassphrase => "give the passphrase of the key",
        Remedy::DateDecision => "give the date of the decision, or say that it is assumed",
        Remedy::AssignRoles => "assign the roles of the user instead",
        Remedy::ListUsers => "check the name of the user",
        Remedy::StateWholePeriod => "give both ends of the period",
        Remedy::ReportToOffice => "look at it as the office, and do not release it outside the office",
        Remedy::PrintHtml => "print the page instead: this program was built without PDF",
    };
    (text.to_owned(), None)
}

fn record_path(record: u64) -> String {
    format!("/records/{record}")
}

fn of_books(remedy: &remedy::Remedy) -> Step {
    use remedy::Remedy as Of;
    let text = match remedy {
        Of::Advice(advice) => return (advice.clone(), None),
        Of::UseNearestOrAdd { nearest } => {
            return (
                format!("use `{nearest}` if that is what you mean; otherwise add the new one first"),
                None,
            );
        }
        Of::UseNearestAward { nearest } => {
            return to(
                format!("use {nearest} if that is the award you mean"),
                format!("/grants/{}", encoded(nearest)),
            );
        }
        Of::ConfirmAlias { given, id, name, .. } => {
            return to(
                format!("if `{given}` is {name}, use that name; otherwise add the new recipient"),
                format!("/recipients/{}", encoded(id.as_str())),
            );
        }
        Of::CheckIdentifier { owner } => {
            return (format!("check the identifier; it belongs to `{owner}`"), None);
        }
        Of::ConfirmName { owner, name } => {
            return to(
                format!(
                    "check the identifier; if it is the same organisation, add {name} as an alias of {owner}"
                ),
                format!("/recipients/{}", encoded(owner)),
            );
        }
        Of::AddNamesakeOrIdentifier { name, identifier } => {
            return (
                format!("add another organisation called {name}, or the identifier {identifier} to this one"),
                None,
            );
        }
        Of::ConfirmNamesake { owner } => {
            return to(
                "check whether it is the recipient of this name",
                format!("/recipients/{}", encoded(owner)),
            );
        }
        Of::RecordAgain { what, record } => {
            let text = format!("compare it with that record; if it is a separate {what}, confirm that");
            return (text, record.map(record_path));
        }
        Of::ConfirmDuplicates { what } => {
            return (format!("delete the row, or confirm that it is a separate {what}"), None);
        }
        Of::EnterAgain => {
            let text = "a reversal stays; if what it reversed was right, enter that again";
            return (text.to_owned(), None);
        }
        Of::ShowRecipient { id } => {
            return to("check which recipient is meant", format!("/recipients/{}", encoded(id)));
        }
        Of::ListKnown { what } => {
            let path = if *what == "recipient" { "/recipients" } else { "/budgets" };
            return to(format!("list the {what}s"), path);
        }
        Of::AddDecision { decision } => {
            return to(format!("check the number {decision} in the register"), "/decisions");
        }
        Of::StateParts => return ("state each part with its fund, theme and amount".to_owned(), None),
        Of::PostLateOrToClosed { first_open } => {
            return (
                format!(
                    "post on {} and keep the transaction date, or give a reason for posting to the closed month",
                    first_open.in_words()
                ),
                None,
            );
        }
        Of::PostLate { first_open } => {
            return (format!("post on {} and keep the transaction date", first_open.in_words()), None);
        }
        Of::PostLateInstead { month } => {
            return (format!("post {} transactions on the first open day", month.in_words_full()), None);
        }
        Of::ReceiveOrWaive { award } | Of::Schedule { award } => {
            return to("look at the monitoring of the award", format!("/grants/{}", encoded(award)));
        }
        Of::CheckRecord { record } => {
            return to(format!("check record {record}, and reverse it if it is wrong"), record_path(*record));
        }
        Of::CloseFirst { month } => return (format!("close {} first", month.in_words_full()), None),
        Of::CloseFinally { month } => {
            return (format!("close {} finally first", month.in_words_full()), None);
        }
        Of::ReplaceProposal { proposal }
        | Of::DecideProposal { proposal }
        | Of::ProposeAgain { proposal } => {
            return to(format!("look at proposal {proposal}"), record_path(*proposal));
        }
        Of::AnswerChecklist { decision, .. } => {
            return to("answer the checklist of the decision", format!("/decisions/{}", encoded(decision)));
        }
        Of::AskRole { role } => return (format!("ask a user with the {role} role to do this"), None),
        Of::CreateKey { user } | Of::SignWithKeyOf { user } => {
            return (format!("sign with the key of {user}"), None);
        }
        Of::ListAwards => return to("list the awards", "/grants"),
        Of::ListRecords | Of::ListPending => return to("list the records", "/log"),
        Of::ListObjectives => return to("list the themes and their objectives", "/reports/themes"),
        Of::AddTheme => "add the theme first",
        Of::AddFund => "add the fund first",
        Of::AddRecipient => "add the recipient first",
        Of::ChangeAward => "vary the award, add terms that were not stated, or record a further award",
        Of::FindStatement => "find the record that stated these terms, and reverse it if it is wrong",
        Of::ReviseBudget | Of::ReviseBudgetApart => "revise the budget",
        Of::ReviseIndicator => "revise the indicator if the source has corrected the figure",
        Of::RenameRecipient => "record a change of name",
        Of::RaiseAward => "check the amount and the award; to increase the award, vary it",
        Of::GiveReasonBeforeDecision => "check the date; a payment made before the decision needs a reason",
        Of::NameItem => "give the name of the item",
        Of::StatePeriod => "state a period",
        Of::FindCommand => "choose another change",
        Of::ListClosedMonths => "check which months are closed",
        Of::VerifyLedger => "verify the ledger, and correct what is reported",
        Of::ReconcileOrExplain => "reconcile the statement, or explain the transactions",
        Of::MatchOrExplainLines => "match each line of the statement with its records, or explain it",
        Of::RecordStatementOrExplain => "record the missing statement, or explain why there is none",
        Of::AddApprovers => "add approvers first",
        Of::NameUser => "use your own user name; approvers add users",
        Of::NameDecision => "give the decision number",
        Of::Propose | Of::ProposeFile => "send it for approval",
        Of::AskAnotherApprover => "ask another approver to approve it",
        Of::SignWithKey => "sign with your key",
        Of::AddUser => "add another user first",
    };
    (text.to_owned(), None)
}
