//! Remedies as pages say them: a few words, and a link where there is a page for it.

mod programs;
mod rows;

use almoner_app::error::Remedy;
use almoner_ledger::remedy;
use maud::{Markup, html};

use crate::fields::encoded;
use crate::forms::{About, POST_TO_CLOSED, PRIOR_PERIOD, Typed, WITHHOLDING};
use crate::look::Look;

pub use programs::{Advice, advice};
pub use rows::{ADD_MISSING, CONFIRM_NAMES, LATE, NEW_ACCOUNT, of_file};

/// What to do next.
struct Step {
    /// What to do, in words.
    text: String,
    /// Where it is done.
    place: Option<Place>,
    /// The buttons of a form that do it.
    buttons: Vec<Button>,
}

/// Where something is done.
enum Place {
    /// On the page of this path.
    Page(String),
    /// In a field of the form that was refused.
    Field(&'static str),
}

/// A button of a form.
struct Button {
    words: String,
    does: Does,
}

/// What a button does.
enum Does {
    /// Sends the form with what is confirmed.
    Confirm(&'static str),
    /// Sends the form with this recipient in place of the one typed.
    Choose(String),
    /// Leaves the form for another page.
    Go(String),
}

impl Step {
    fn said(text: impl Into<String>) -> Step {
        Step { text: text.into(), place: None, buttons: Vec::new() }
    }

    fn to(text: impl Into<String>, path: impl Into<String>) -> Step {
        Step { place: Some(Place::Page(path.into())), ..Step::said(text) }
    }

    fn in_field(text: impl Into<String>, field: &'static str) -> Step {
        Step { place: Some(Place::Field(field)), ..Step::said(text) }
    }

    fn button(mut self, words: impl Into<String>, does: Does) -> Step {
        self.buttons.push(Button { words: words.into(), does });
        self
    }
}

/// Returns a text with what the books put between backticks in quotation marks, as people write them.
fn quoted(text: &str) -> String {
    if !text.matches('`').count().is_multiple_of(2) {
        return text.to_owned();
    }
    let parts = text.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 0 { part.to_owned() } else { format!("“{part}”") }).collect()
}

/// Returns a text that begins with a capital.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}

/// Returns a message as a sentence: with a capital, a full stop and quotation marks.
pub fn sentence(message: &str) -> String {
    let text = capital(&quoted(message));
    if text.ends_with(['.', '?', '!']) { text } else { format!("{text}.") }
}

/// Returns remedies as a list; nothing if there are none. `of_form` is true beside the form that was refused.
pub fn list(look: &Look<'_>, remedies: &[Remedy], of_form: bool) -> Markup {
    let steps: Vec<Step> = remedies.iter().map(|remedy| step(remedy, None)).collect();
    let address = |place: &Place| match place {
        Place::Page(path) => Some(look.link(path)),
        Place::Field(name) => of_form.then(|| format!("#field-{name}")),
    };
    html! {
        @if !steps.is_empty() {
            ul.remedies {
                @for Step { text, place, .. } in &steps {
                    li {
                        @match place.as_ref().and_then(address) {
                            Some(address) => a href=(address) { (sentence(text)) },
                            None => (sentence(text)),
                        }
                    }
                }
            }
        }
    }
}

/// Returns the buttons and links of remedies that a form can take itself.
pub fn buttons<'a>(look: &Look<'_>, typed: &Typed<'_>, remedies: impl Iterator<Item = &'a Remedy>) -> Markup {
    let confirmed = |what: &str| {
        let all = typed.confirmed().filter(|it| *it != what).chain([what]);
        all.collect::<Vec<_>>().join(" ")
    };
    let all: Vec<Button> = remedies.flat_map(|remedy| step(remedy, Some(typed)).buttons).collect();
    html! {
        @for Button { words, does } in &all {
            @match does {
                Does::Choose(recipient) => button.quiet name="use_recipient" value=(recipient) { (words) },
                Does::Confirm(what) => button.quiet name="confirm" value=(confirmed(what)) { (words) },
                Does::Go(path) => a.button.quiet href=(look.link(path)) { (words) },
            }
        }
    }
}

/// Returns what to do about an error; `form` is the form that was refused.
fn step(remedy: &Remedy, form: Option<&Typed<'_>>) -> Step {
    let text = match remedy {
        Remedy::Advice(advice) => return Step::said(advice.clone()),
        Remedy::Books(remedy) => return of_books(remedy, form),
        Remedy::ChooseKey { record } => {
            return Step::to("see which entry this key was used for", record_path(*record));
        }
        Remedy::ListRecords => return Step::to("list the records", "/log"),
        Remedy::RestoreBackup { last } => {
            return Step::said(format!(
                "restore the ledger from a backup; records 1 to {last} can still be read"
            ));
        }
        Remedy::KnowAt(record) => {
            return Step::said(format!("choose the books as known at record {record}"));
        }
        Remedy::BeginWithExample => "begin with the annotated example",
        Remedy::NameAccount => "give the bank account",
        Remedy::AcceptBalance => {
            return Step::said("export the statement again, or accept that its balances do not agree")
                .button("Accept the balances", Does::Confirm("ignore_balance"));
        }
        Remedy::NameUser => "stop the pages, and start them again under a user name",
        Remedy::ShowLedger => "choose another folder",
        Remedy::CreateLedger => "create a ledger, or start the pages for the folder of an existing one",
        Remedy::RebuildIndex => "do not record it again; rebuild the index",
        Remedy::WaitLonger => "try again in a moment; nothing was recorded",
        Remedy::ListFindings => "verify the ledger to list all findings",
        Remedy::VerifyAndRebuild => "verify the ledger to see the damage, and rebuild the index",
        Remedy::InstallLatest => {
            "nothing is wrong with the ledger: install the latest version of almoner, and start the pages again"
        }
        Remedy::RecoverHead => {
            "restore the “head” file from the newest copy of the ledger; if there is no copy, an administrator can recover the end of the journal"
        }
        Remedy::ConfirmClock => {
            let text = "if this computer's clock is wrong, correct it; if it is right, confirm that";
            return Step::said(text).button("The clock is right", Does::Confirm("clock"));
        }
        Remedy::CorrectClock => {
            "if this computer's clock is wrong, correct it; if it is right, but was fast when earlier records were made, an administrator must record that"
        }
        Remedy::AcceptLostHistory => {
            "find the newest copy or backup of the ledger; if the missing records cannot be recovered, an \
             administrator must record that the ledger continues without them"
        }
        Remedy::FindUnlawful => {
            "verify the ledger to list all such records, and restore it from a backup made before them"
        }
        Remedy::ChooseKeyFile | Remedy::ChooseCreatedKeyFile => "choose the key file",
        Remedy::ChooseNewKeyFile => "choose another file: a key is never overwritten",
        Remedy::GivePassphrase | Remedy::CorrectPassphrase => "enter the passphrase for the key",
        Remedy::DateDecision => "give the date of the decision, or mark it as assumed",
        Remedy::AssignRoles => return Step::to("assign roles to the user instead", "/users"),
        Remedy::ListUsers => return Step::to("check the user name", "/users"),
        Remedy::ShowToThoseWhoSeeAll => {
            "choose the officer or the auditor: without confidential grants the books would not balance"
        }
        Remedy::ShowToAuditor => "choose the auditor as the audience, and give the file to the auditor only",
        Remedy::GivePrefix => "enter the prefix that 360Giving has assigned to the publisher",
        Remedy::NameBody => "the name of the body is set when the ledger is created",
        Remedy::GiveOtherId => "reverse one of the awards and record it with another id",
        Remedy::StateWholePeriod => "give both the start and the end of the period",
        Remedy::ReportToOffice => "view it as the office, and do not release it outside the office",
        Remedy::PrintHtml => "print the page instead: this copy of the program cannot make PDF files",
    };
    Step::said(text)
}

fn record_path(record: u64) -> String {
    format!("/records/{record}")
}

fn of_books(remedy: &remedy::Remedy, form: Option<&Typed<'_>>) -> Step {
    use remedy::Remedy as Of;
    let is = |word: &str| form.is_some_and(|typed| typed.form.word == word);
    let is_award = is("award");
    let new_recipient = || {
        let name = form.map(|typed| typed.fields.text("recipient")).unwrap_or_default();
        format!("Add {name} as a new recipient")
    };
    let of_grant = |step: Step, words: &str| match form.filter(|typed| typed.form.about == About::Grant) {
        Some(typed) => step.button(words, Does::Go(format!("/grants/{}/vary", encoded(typed.about)))),
        None => step,
    };
    let late = |day: &str| format!("Post on {day}, keeping the date");
    let text = match remedy {
        Of::Advice(advice) => return Step::said(advice.clone()),
        Of::UseNearestOrAdd { nearest, .. } => {
            return Step::said(format!(
                "use `{nearest}` if that is what you mean; otherwise first add the one you entered"
            ));
        }
        Of::UseNearestAward { nearest } => {
            return Step::to(
                format!("use {nearest} if that is the award you mean"),
                format!("/grants/{}", encoded(nearest)),
            );
        }
        Of::ConfirmAlias { given, id, name, others, can_be_added: _ } => {
            let mut step = Step::to(
                format!("if `{given}` is {name}, use that name; otherwise add the new recipient"),
                format!("/recipients/{}", encoded(id.as_str())),
            );
            let names = std::iter::once(name).chain(others.iter().map(|(_, name)| name));
            if is_award || is("correct") {
                step = names.fold(step, |step, name| {
                    step.button(format!("It is {name}"), Does::Choose(name.clone()))
                });
            }
            return if is_award { step.button(new_recipient(), Does::Confirm("add_missing")) } else { step };
        }
        Of::RenameMisspelt { given, id, name, from } => {
            let text = format!(
                "if only the name of {name} is misspelt, record a change of name to {given} from {}; otherwise add the \
                 other recipient",
                from.in_words()
            );
            return Step::to(text, format!("/recipients/{}", encoded(id.as_str())));
        }
        Of::CheckIdentifier { owner } => {
            return Step::said(format!("check the identifier; it belongs to `{owner}`"));
        }
        Of::ConfirmName { owner, name } => {
            return Step::to(
                format!(
                    "check the identifier; if this is the same organisation, add {name} as an alias of {owner}"
                ),
                format!("/recipients/{}", encoded(owner)),
            );
        }
        Of::AddNamesakeOrIdentifier { name, identifier } => {
            return Step::said(format!(
                "add a new recipient called {name}, or add the identifier {identifier} to the existing one"
            ));
        }
        Of::ConfirmNamesake { owner } => {
            let step = Step::to(
                "check whether it is the recipient already recorded under this name",
                format!("/recipients/{}", encoded(owner)),
            );
            return step.button("It is another organisation", Does::Confirm("again"));
        }
        Of::RecordAgain { what, record } => {
            let text = format!("compare it with that record; if it is a separate {what}, confirm that");
            let step = Step { place: record.map(record_path).map(Place::Page), ..Step::said(text) };
            return step.button("Record anyway: it is not a duplicate", Does::Confirm("again"));
        }
        Of::ConfirmDuplicates { what } => {
            return Step::said(format!("delete the row, or confirm that it is a separate {what}"));
        }
        Of::MatchOrExplainLines { account, line } => {
            let of = line.map(|line| format!("/statements/{}", line.statement)).unwrap_or_default();
            return Step::to(
                "match each line of the statement with its records, or explain it",
                format!("/bank/{}{of}", encoded(account.as_str())),
            );
        }
        Of::ConfirmNewAccount => {
            return Step::said("check the account, or confirm that it is a new one")
                .button("This is a new account", Does::Confirm("new_account"));
        }
        Of::EnterAgain => {
            let text = "a reversal cannot be reversed; if the reversed entry was right, enter it again";
            return Step::said(text);
        }
        Of::ShowRecipient { id } => {
            return Step::to("check which recipient is meant", format!("/recipients/{}", encoded(id)));
        }
        Of::ListKnown { what } => {
            let path = if *what == "recipient" { "/recipients" } else { "/budgets" };
            return Step::to(format!("list the {what}s"), path);
        }
        Of::AddDecision { decision } => {
            return Step::to(format!("check the number {decision} in the register"), "/decisions");
        }
        Of::MarkConfidential { decision } => {
            return Step::to(
                format!(
                    "check the number {decision}; if the decision is confidential, mark it as confidential first"
                ),
                "/decisions",
            );
        }
        Of::ConfirmWithholding => {
            return Step::said("check that this is intended, and confirm it")
                .button("Withhold it from the public and the panel", Does::Confirm(WITHHOLDING));
        }
        Of::StateParts => return Step::said("state each part with its fund, theme and amount"),
        Of::StateDivision => {
            return Step::said("state the corrected amounts of its parts, funds or themes too");
        }
        Of::PostLateOrToClosed { first_open, may_reopen, may_adjust: _ } => {
            let day = first_open.in_words();
            let where_to = if *may_reopen { "to the closed month" } else { "on the transaction date" };
            let text = format!(
                "post on {day} and keep the transaction date, or give a reason for posting {where_to}"
            );
            return Step::in_field(text, POST_TO_CLOSED.name).button(late(&day), Does::Confirm("late"));
        }
        Of::PostLate { first_open, may_adjust } => {
            let day = first_open.in_words();
            let text = format!("post on {day} and keep the transaction date");
            if *may_adjust {
                let text = format!("{text}, or give a reason for a prior period adjustment");
                return Step::in_field(text, PRIOR_PERIOD.name).button(late(&day), Does::Confirm("late"));
            }
            return Step::said(text).button(late(&day), Does::Confirm("late"));
        }
        Of::PostAsUsual => {
            let text = "leave out the reason for a prior period adjustment: in an open month the \
                        entry is posted on its own date, and expenditure of this year is not a \
                        prior period adjustment";
            return Step::in_field(text, PRIOR_PERIOD.name);
        }
        Of::ReverseAndRecord { record, adjusted } => {
            let text = match adjusted {
                true => {
                    "nothing more needs to be recorded; if it is not a prior period adjustment, reverse the record and record it again"
                }
                false => {
                    "leave out the reason for a prior period adjustment, or reverse the record and record it again"
                }
            };
            return Step { place: record.map(record_path).map(Place::Page), ..Step::said(text) };
        }
        Of::PostLateInstead { month } => {
            return Step::said(format!("post {} transactions on the first open day", month.in_words_full()));
        }
        Of::ReceiveOrWaive { award } | Of::Schedule { award } => {
            return Step::to("check the award's monitoring", format!("/grants/{}", encoded(award)));
        }
        Of::CheckRecord { record } => {
            return Step::to(
                format!("check record {record}, and reverse it if it is wrong"),
                record_path(*record),
            );
        }
        Of::ReopenFirst { month } => {
            return Step::said(format!("reopen {} first", month.in_words_full()));
        }
        Of::CloseFirst { month } => return Step::said(format!("close {} first", month.in_words_full())),
        Of::CloseFinally { month } => {
            return Step::said(format!("close {} finally first", month.in_words_full()));
        }
        Of::ReplaceProposal { proposal }
        | Of::DecideProposal { proposal }
        | Of::ProposeAgain { proposal } => {
            return Step::to(format!("view proposal {proposal}"), record_path(*proposal));
        }
        Of::AnswerChecklist { decision, .. } => {
            return Step::to(
                "answer the checklist of the decision",
                format!("/decisions/{}", encoded(decision)),
            );
        }
        Of::AskRole { role } => {
            return Step::to(format!("ask a user with the {role} role to do this"), "/users");
        }
        Of::ProposeToCloser { acting, may_propose } => {
            let acting: Vec<String> = acting.iter().map(ToString::to_string).collect();
            let acting = acting.join(" and ");
            let propose = match may_propose {
                true => "propose it".to_owned(),
                false => format!("ask a user with the {acting} role to propose it"),
            };
            let text = format!(
                "{propose} for approval by a user with the approver and closer roles, or ask a user with the {acting} and closer roles to do this"
            );
            return Step::to(text, "/users");
        }
        Of::CreateKey { user } => {
            return Step::to(
                format!("create a key for {user} on the command line"),
                format!("/users/{}", encoded(user)),
            );
        }
        Of::SignWithKeyOf { user } => {
            return Step::said(format!("approve it on the command line, signed with the key of {user}"));
        }
        Of::ListAwards => return Step::to("list the awards", "/grants"),
        Of::ListRecords => return Step::to("list the records", "/log"),
        Of::ListPending => return Step::to("list the proposals awaiting approval", "/approvals"),
        Of::ListObjectives => return Step::to("list the themes and their objectives", "/reports/themes"),
        Of::AddTheme { .. } => {
            return Step::said("add the theme first")
                .button("Add a theme", Does::Go("/record/theme".to_owned()));
        }
        Of::AddFund { .. } => {
            return Step::said("add the fund first")
                .button("Add a fund", Does::Go("/record/fund".to_owned()));
        }
        Of::AddRecipient { .. } if is_award => {
            let step = Step::said("add the recipient first");
            return step.button(new_recipient(), Does::Confirm("add_missing"));
        }
        Of::AddRecipient { .. } => {
            let step = Step::said("add the recipient first");
            return step.button("Add a recipient", Does::Go("/record/recipient".to_owned()));
        }
        Of::ChangeAward => "vary the award, add terms that were not stated, or record a further award",
        Of::FindStatement => "find the record that stated these terms, and reverse it if it is wrong",
        Of::ReviseBudget => {
            return Step::said("revise the budget").button("Replace the budget", Does::Confirm("revise"));
        }
        Of::ReviseBudgetApart => "revise the budget",
        Of::ReviseIndicator => {
            let step = Step::said("revise the indicator if the source has corrected the figure");
            return step.button("Replace the figure", Does::Confirm("revise"));
        }
        Of::RenameRecipient => "record a change of name",
        Of::RaiseAward => {
            let step = Step::said("check the amount and the award; to increase the award, vary it");
            return of_grant(step, "Vary the award");
        }
        Of::GiveReasonBeforeDecision => "check the date; a payment made before the decision needs a reason",
        Of::NameItem => "give the name of the item",
        Of::StatePeriod => return of_grant(Step::said("state a period"), "State a period"),
        Of::FindCommand => "choose another change",
        Of::ListClosedMonths => "check which months are closed",
        Of::VerifyLedger => "verify the ledger, and correct what is reported",
        Of::ReconcileOrExplain => "reconcile the statement, or explain the transactions",
        Of::RecordStatementOrExplain => "record the missing statement, or explain why there is none",
        Of::AddApprovers => return Step::to("add approvers first", "/users"),
        Of::NameUser => return Step::to("use your own user name; approvers add users", "/users"),
        Of::NameDecision => "give the decision number",
        Of::Propose | Of::ProposeFile => "send it for approval",
        Of::AskAnotherApprover => return Step::to("ask another approver to approve it", "/users"),
        Of::SignWithKey => "approve it on the command line, signed with your key",
        Of::AddUser => return Step::to("add another user first", "/record/user"),
    };
    Step::said(text)
}
