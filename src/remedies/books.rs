//! Remedies of rejections, with the commands and flags of this command line.

use almoner_ledger::recipients::RecipientId;
use almoner_ledger::remedy::Remedy;

/// Returns what to do next: starts with a verb, without a full stop.
pub fn text(remedy: &Remedy) -> String {
    let fixed = match remedy {
        Remedy::Advice(advice) => return advice.clone(),
        Remedy::UseNearestOrAdd { nearest, can_be_added } => {
            let or_with = if *can_be_added { ", or use --add-missing" } else { "" };
            return format!(
                "use `{nearest}` if that is what you mean; otherwise first add the one you entered{or_with}"
            );
        }
        Remedy::UseNearestAward { nearest } => {
            return format!(
                "use `{nearest}` if that is the award you mean, or list the awards with `almoner report grants`"
            );
        }
        Remedy::ConfirmAlias { given, id, name, others, can_be_added } => {
            return confirm_alias(given, (id, name), others, *can_be_added);
        }
        Remedy::RenameMisspelt { given, id, name, from } => {
            let given = given.replace('"', "\\\"");
            return format!(
                "if only the name of `{name}` is misspelt, correct it with `almoner recipient rename {id} \"{given}\" --from {from}`; if it is another recipient, add it first with `almoner recipient add`"
            );
        }
        Remedy::CheckIdentifier { owner } => {
            return format!(
                "check the identifier; if both names refer to the same organisation, use `{owner}` and add the other name with `almoner recipient alias`"
            );
        }
        Remedy::ConfirmName { owner, name } => {
            return format!(
                "check the identifier; if this is the same organisation, confirm the name with `almoner recipient \
                 alias {owner} \"{name}\"`, or for all rows of a file with --confirm-names"
            );
        }
        Remedy::AddNamesakeOrIdentifier { name, identifier } => {
            return format!(
                "if this is a different organisation, use --add-missing; if it is the same one, add the identifier with `almoner recipient identify \"{name}\" {identifier}`"
            );
        }
        Remedy::ShowRecipient { id } => {
            return format!(
                "check which recipient is meant; `almoner show {id}` shows the recipient that already has this name"
            );
        }
        Remedy::ConfirmNamesake { owner } => {
            return format!(
                "`almoner show {owner}` shows that recipient; if you mean a different organisation with the same name, add --namesake (--add-missing when importing)"
            );
        }
        Remedy::MatchOrExplainLines { line, .. } => {
            let line = line.map_or_else(|| "LINE".to_owned(), |line| line.to_string());
            return format!(
                "match each line, beginning with `almoner reconcile --match {line}=RECORD`, or explain it with `almoner reconcile --explain {line}=KIND:REASON`"
            );
        }
        Remedy::ConfirmNewAccount => "check the account; if it is a new one, add --new-account",
        Remedy::EnterAgain => {
            "a reversal cannot itself be reversed; if the reversed entry was right, enter it again, adding --again if the command has that option"
        }
        Remedy::ListKnown { what } => return format!("list the {what}s with `almoner {what} list`"),
        Remedy::AddDecision { decision } => {
            return format!("check the number, or add the decision with `almoner decision add {decision}`");
        }
        Remedy::MarkConfidential { decision } => {
            return format!(
                "check the number; if the decision is confidential, mark it first with `almoner decision add {decision} --confidential`"
            );
        }
        Remedy::ConfirmWithholding => {
            "check that this is intended, and repeat the command with --confirm-withholding"
        }
        Remedy::RecordAgain { what, record } => {
            let shown = record.map(|it| format!(" (`almoner show {it}`)")).unwrap_or_default();
            return format!("compare the two{shown}; if this is a separate {what}, add --again");
        }
        Remedy::ConfirmDuplicates { what } => {
            return format!(
                "delete the row or, if it is a separate {what}, include it in --confirm-duplicates NUMBER"
            );
        }
        Remedy::PostLateOrToClosed { first_open, may_reopen, may_adjust } => {
            let to_closed = match may_reopen {
                true => ", use --post-to-closed REASON to post to the closed month, or reopen the month",
                false => ", or use --post-to-closed REASON to post on the transaction date",
            };
            return format!(
                "use --late to post on {} and keep the transaction date{to_closed}{}",
                first_open.in_words(),
                or_adjusted(*may_adjust)
            );
        }
        Remedy::PostLate { first_open, may_adjust } => {
            return format!(
                "use --late to post on {} and keep the transaction date{}",
                first_open.in_words(),
                or_adjusted(*may_adjust)
            );
        }
        Remedy::PostAsUsual => {
            "leave out --prior-period; in an open month the entry is posted on its own date, and expenditure of this year is not a prior period adjustment"
        }
        Remedy::ReverseAndRecord { record, adjusted } => {
            let record = record.map_or_else(|| "N".to_owned(), |it| it.to_string());
            let option = if *adjusted { "--late" } else { "--prior-period" };
            return format!(
                "leave out {option}, or reverse that record with `almoner reverse {record}` and record the entry \
                 again with {option}"
            );
        }
        Remedy::PostLateInstead { month } => {
            return format!(
                "use --late to post {} transactions on the first open day and keep the transaction date",
                month.in_words_full()
            );
        }
        Remedy::ReceiveOrWaive { award } => {
            return format!(
                "record the report or milestone with `almoner monitoring received {award} --due DATE --on DATE --result TEXT`, or release payments with `almoner monitoring waive {award} --due DATE --reason TEXT`"
            );
        }
        Remedy::Schedule { award } => {
            return format!(
                "add it with `almoner monitoring schedule {award}` or `almoner monitoring milestone {award}`"
            );
        }
        Remedy::CheckRecord { record } => {
            return format!(
                "check it with `almoner show {record}`; if it is wrong, reverse it with `almoner reverse {record}`"
            );
        }
        Remedy::ReopenFirst { month } => {
            return format!("start with `almoner reopen {month} --reason REASON`");
        }
        Remedy::CloseFirst { month } => return format!("start with `almoner close {month}`"),
        Remedy::CloseFinally { month } => return format!("start with `almoner close {month} --final`"),
        Remedy::ReplaceProposal { proposal } => {
            return format!(
                "check it with `almoner show {proposal}`, reject it with `almoner reject {proposal} --reason TEXT`, and make a new proposal for whatever is still needed"
            );
        }
        Remedy::DecideProposal { proposal } => {
            return format!(
                "approve it with `almoner approve {proposal}`, or reject it with `almoner reject {proposal} --reason TEXT`"
            );
        }
        Remedy::AnswerChecklist { decision, missing } => {
            let flags: Vec<String> = missing.iter().map(|it| format!("--{it} yes \"REASON\"")).collect();
            return format!(
                "answer each item, yes or no, with `almoner decision checklist {decision} {}`",
                flags.join(" ")
            );
        }
        Remedy::AskRole { role } => {
            return format!(
                "ask a user with the {role} role to do this; `almoner user list` shows who has it"
            );
        }
        Remedy::ProposeToCloser { acting, may_propose } => {
            let acting: Vec<String> = acting.iter().map(ToString::to_string).collect();
            let acting = acting.join(" and ");
            let propose = match may_propose {
                true => "propose it, with `propose` before the command,".to_owned(),
                false => format!("ask a user with the {acting} role to propose it"),
            };
            return format!(
                "{propose} for approval by a user with the approver and closer roles, or ask a user with the {acting} and closer roles to do this; `almoner user list` shows who has them"
            );
        }
        Remedy::ProposeAgain { proposal } => {
            return format!("reject it with `almoner reject {proposal} --reason TEXT`, and propose it again");
        }
        Remedy::CreateKey { user } => {
            return format!("create a key with `almoner user key {user} --make FILE`");
        }
        Remedy::SignWithKeyOf { user } => {
            return format!(
                "give {user}'s own key file with --key-file; `almoner user list` shows the fingerprint of the key"
            );
        }
        Remedy::AddTheme { can_be_added: true } => "add it with `almoner theme add`, or use --add-missing",
        Remedy::AddTheme { can_be_added: false } => "add it first with `almoner theme add`",
        Remedy::AddFund { can_be_added: true } => "add it with `almoner fund add`, or use --add-missing",
        Remedy::AddFund { can_be_added: false } => "add it first with `almoner fund add`",
        Remedy::AddRecipient { can_be_added: true } => {
            "add it with `almoner recipient add`, or use --add-missing"
        }
        Remedy::AddRecipient { can_be_added: false } => "add it first with `almoner recipient add`",
        Remedy::ListAwards => "list the awards with `almoner report grants`",
        Remedy::ListObjectives => "list the themes and their objectives with `almoner theme list`",
        Remedy::ListRecords => "list the records with `almoner log`",
        Remedy::ChangeAward => {
            "use `almoner vary` to change the award, `almoner state` to add terms that were not stated, or an id such as 14-2015/2 for a further award under the same decision; if the record is wrong, reverse it"
        }
        Remedy::FindStatement => {
            "use `almoner show` to find the record that stated these terms, and reverse that record if it is wrong"
        }
        Remedy::ReviseBudget => "to change it, use `almoner budget revise`",
        Remedy::ReviseIndicator => "use --revise if the source has corrected the figure",
        Remedy::RenameRecipient => "record a change of name with `almoner recipient rename`",
        Remedy::GiveReasonBeforeDecision => {
            "check the date; a payment that was made before the decision needs --before-decision REASON"
        }
        Remedy::StateParts => {
            "state each part with its fund, theme and amount: --allocation \"cdr/youth:10000;victims/women:5000\""
        }
        Remedy::StateDivision => {
            "state the corrected amounts too, with --allocation \"cdr/youth:10000;victims/women:5000\", --fund or --theme"
        }
        Remedy::RaiseAward => "check the amount and the award; to increase the award, use `almoner vary`",
        Remedy::NameItem => "give the name of the item with --name",
        Remedy::StatePeriod => "state the period with `almoner state --period \"FROM to TO\"`",
        Remedy::FindCommand => "see `almoner help` for a command that makes the change you need",
        Remedy::ListClosedMonths => "list the closed months with `almoner status`",
        Remedy::ListPending => "list the pending proposals with `almoner pending`",
        Remedy::VerifyLedger => "run `almoner verify` and correct what it reports",
        Remedy::ReconcileOrExplain => {
            "reconcile the statement with `almoner reconcile FILE`, or close with --explain TEXT to explain the \
             transactions"
        }
        Remedy::RecordStatementOrExplain => {
            "record the missing statement with `almoner reconcile FILE`, or close with --explain TEXT to say why \
             there is none"
        }
        Remedy::AddApprovers => "add approvers with `almoner user add`",
        Remedy::NameUser => {
            "give your own user name with --user; approvers add users with `almoner user add`"
        }
        Remedy::NameDecision => "give the decision number with --decision",
        Remedy::Propose => {
            "propose it for approval: write `propose` before the command, as in `almoner propose pay …`"
        }
        Remedy::AskAnotherApprover => {
            "ask another approver to approve it; `almoner user list` shows who can approve"
        }
        Remedy::SignWithKey => "give your key file with --key-file",
        Remedy::AddUser => "add another user first with `almoner user add`",
        Remedy::ReviseBudgetApart => "delete the row; to change a budget, use `almoner budget revise`",
        Remedy::ProposeFile => {
            "propose the whole file with `almoner propose import`, or propose only this row and record the others with --accept-good-rows"
        }
    };
    fixed.to_owned()
}

fn confirm_alias(
    given: &str,
    (id, name): (&RecipientId, &str),
    others: &[(RecipientId, String)],
    can_be_added: bool,
) -> String {
    let mut hint = format!(
        "if `{name}` is the recipient you mean, add the alias with `almoner recipient alias {id} \"{}\"`",
        given.replace('"', "\\\"")
    );
    if !others.is_empty() {
        let others: Vec<String> = others.iter().map(|(id, name)| format!("`{name}` ({id})")).collect();
        hint.push_str(&format!("; also similar: {}", others.join(", ")));
    }
    hint + match can_be_added {
        true => "; if this is a new recipient, add it first or use --add-missing",
        false => "; if this is a new recipient, add it first with `almoner recipient add`",
    }
}

/// Returns what to do about a material error of an earlier year, as the end of a hint.
fn or_adjusted(may_adjust: bool) -> &'static str {
    match may_adjust {
        true => "; for a material error of an earlier year, use --prior-period REASON",
        false => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_similar_name_is_added_as_an_alias_by_a_command() {
        let id = |text| RecipientId::new(text).unwrap();
        let alias = |given: &str, others, can_be_added| Remedy::ConfirmAlias {
            given: given.to_owned(),
            id: id("act"),
            name: "Anglia Care Trust".to_owned(),
            others,
            can_be_added,
        };
        for (remedy, expected) in [
            (
                alias("Anglia \"Care\" Turst", Vec::new(), true),
                "if `Anglia Care Trust` is the recipient you mean, add the alias with `almoner recipient alias act \"Anglia \\\"Care\\\" Turst\"`; if this is a new recipient, add it first or use --add-missing",
            ),
            (
                alias("Anglia", vec![(id("act-uk"), "The Trust".to_owned())], true),
                "if `Anglia Care Trust` is the recipient you mean, add the alias with `almoner recipient alias act \"Anglia\"`; also similar: `The Trust` (act-uk); if this is a new recipient, add it first or use --add-missing",
            ),
            (
                alias("Anglia", Vec::new(), false),
                "if `Anglia Care Trust` is the recipient you mean, add the alias with `almoner recipient alias act \"Anglia\"`; if this is a new recipient, add it first with `almoner recipient add`",
            ),
            (
                Remedy::AddRecipient { can_be_added: true },
                "add it with `almoner recipient add`, or use --add-missing",
            ),
            (Remedy::AddRecipient { can_be_added: false }, "add it first with `almoner recipient add`"),
        ] {
            assert_eq!(text(&remedy), expected);
        }
    }
}
