//! Remedies as this command line says them: with its commands and flags.

mod books;

use almoner_app::error::Remedy;
use almoner_imports::{Kind, NextStep};
use almoner_ledger::remedy;

/// What to do about records of a later version.
pub const INSTALL_LATEST: &str = "install the latest version of almoner, and run the command again";

/// Returns all of these remedies, on one line.
pub fn all(remedies: &[Remedy]) -> String {
    remedies.iter().map(text).collect::<Vec<_>>().join("; ")
}

/// Returns all of these remedies of a rejection, on one line.
pub fn all_of_books(remedies: &[remedy::Remedy]) -> String {
    remedies.iter().map(books::text).collect::<Vec<_>>().join("; ")
}

/// Returns what to do next about a file.
pub fn of_file(next: &NextStep) -> String {
    let fixed = match next {
        NextStep::Advice(advice) => return advice.clone(),
        NextStep::Books(remedies) => return all_of_books(remedies),
        NextStep::DraftAs(kind) => return format!("draft the profile again with --kind {}", kind.word()),
        NextStep::TestProfile(kind) => {
            return format!("test it with `{} FILE --profile PROFILE --dry-run`", command_of(*kind));
        }
        NextStep::Reconcile => "reconcile it with `almoner reconcile FILE`",
        NextStep::NameSheet => "give the sheet with --sheet NAME",
        NextStep::NameKind => {
            "check that this is the right file, or give the kind with --kind to see which columns are missing"
        }
    };
    fixed.to_owned()
}

/// Returns the command for files of a kind.
pub fn command_of(kind: Kind) -> String {
    match kind {
        Kind::Statements => "almoner reconcile".to_owned(),
        kind => format!("almoner import {}", kind.word()),
    }
}

/// Returns what to do next: starts with a verb, without a full stop.
fn text(remedy: &Remedy) -> String {
    let fixed = match remedy {
        Remedy::Advice(advice) => return advice.clone(),
        Remedy::Books(remedy) => return books::text(remedy),
        Remedy::RestoreBackup { last } => {
            return format!(
                "restore the ledger from a backup; records 1 to {last} can still be read with `almoner log`, `almoner show` and `almoner report … --known-at {last}`"
            );
        }
        Remedy::ChooseKey { record } => {
            return format!(
                "use a different --key for this entry; `almoner show {record}` shows the entry that has this key"
            );
        }
        Remedy::NameAccount => "give the account with --account \"20-00-00 12345678\"",
        Remedy::KnowAt(record) => return format!("use --known-at {record}"),
        Remedy::BeginWithExample => {
            "start from the annotated example written by `almoner export finance --example`"
        }
        Remedy::AcceptBalance => "export the statement again, or add --ignore-balance",
        Remedy::NameUser => "give the user name with --user, or set ALMONER_USER",
        Remedy::ListRecords => "list the records with `almoner log`",
        Remedy::ShowLedger => "show it with `almoner status`, or give another folder with --ledger",
        Remedy::CreateLedger => {
            "create a ledger with `almoner init`, or give the folder of an existing ledger with --ledger"
        }
        Remedy::RebuildIndex => "do not record it again; rebuild the index with `almoner rebuild`",
        Remedy::WaitLonger => "try again later, or wait longer with --wait SECONDS; nothing was recorded",
        Remedy::InstallLatest => INSTALL_LATEST,
        Remedy::RecoverHead => {
            "restore the `head` file from the newest copy of the ledger; if there is no copy, `almoner recover` finds \
             the end of the journal and states what confirms that end"
        }
        Remedy::ConfirmClock => {
            "if the clock is wrong, set it; if it is right, repeat the command with --confirm-clock"
        }
        Remedy::CorrectClock => {
            "if the clock is wrong, correct it; if it is right, but was fast when earlier records were made, record the reason with `almoner rebuild --correct-clock REASON`"
        }
        Remedy::AcceptLostHistory => {
            "find the newest copy or backup of the ledger; if the missing records cannot be recovered, `almoner rebuild --accept-shorter-history REASON` records that the ledger continues without them"
        }
        Remedy::FindUnlawful => {
            "list all such records with `almoner verify`, and restore the ledger from a backup made before them"
        }
        Remedy::ListFindings => "run `almoner verify` to list all findings",
        Remedy::VerifyAndRebuild => {
            "run `almoner verify` to see the damage, and `almoner rebuild` to rebuild the index"
        }
        Remedy::ChooseKeyFile => {
            "give the key file with --key-file; if it is lost, create a new key with `almoner checkpoint --new-key`"
        }
        Remedy::ChooseNewKeyFile => "give another file with --key-file: a key is never overwritten",
        Remedy::ChooseCreatedKeyFile => "use --key-file to give the file that `almoner init` created",
        Remedy::GivePassphrase => {
            "set ALMONER_PASSPHRASE, or run the command at a terminal and type the passphrase"
        }
        Remedy::CorrectPassphrase => {
            "enter the passphrase set when the key was created; if it has been forgotten, create a new key with `almoner checkpoint --new-key`"
        }
        Remedy::DateDecision => {
            "give the date of the decision with --decided; if it is assumed, add --date-assumed"
        }
        Remedy::AssignRoles => "change the roles with `almoner user roles`",
        Remedy::ListUsers => "list the users with `almoner user list`, or add one with `almoner user add`",
        Remedy::ShowToThoseWhoSeeAll => {
            "use --audience officer or auditor: without confidential grants the books would not balance"
        }
        Remedy::ShowToAuditor => "use --audience auditor to export the complete books, for the auditor only",
        Remedy::GivePrefix => "add --prefix 360G-… (360Giving assigns a prefix to each registered publisher)",
        Remedy::NameBody => "set it when the ledger is created: `almoner init --body NAME`",
        Remedy::GiveOtherId => "reverse one of the awards and record it with another --id",
        Remedy::StateWholePeriod => "give both --from and --to",
        Remedy::ReportToOffice => "add --audience officer, and do not release the output outside the office",
        Remedy::PrintHtml => {
            "build it with `cargo install --path . --features pdf`, or print the HTML from a browser"
        }
    };
    fixed.to_owned()
}
