//! Remedies as programs take them: the option or the field of a command that does what the words say.

use almoner_app::error::Remedy;
use almoner_ledger::remedy;

use super::step;
use crate::forms::{POST_TO_CLOSED, PRIOR_PERIOD, WITHHOLDING};

/// What does what a remedy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// An option beside the command.
    Option(&'static str),
    /// A field of the command.
    Field(&'static str),
}

/// Advice for programs.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Advice {
    /// What to do, in words.
    pub text: String,
    /// The option beside the command that does it.
    pub option: Option<&'static str>,
    /// The field of the command that does it.
    pub field: Option<&'static str>,
}

impl Advice {
    /// Returns advice that no option and no field of the same command follows.
    pub fn said(text: impl Into<String>) -> Advice {
        Advice { text: text.into(), option: None, field: None }
    }

    fn of(remedy: &Remedy) -> Advice {
        let said = Advice::said(step(remedy, None).text);
        match by(remedy) {
            Some(By::Option(name)) => Advice { option: Some(name), ..said },
            Some(By::Field(name)) => Advice { field: Some(name), ..said },
            None => said,
        }
    }
}

/// Returns remedies as advice for programs. Where there is another way, it is advice of its own.
pub fn advice(remedies: &[Remedy]) -> Vec<Advice> {
    let all = remedies.iter().flat_map(|remedy| {
        let books = if let Remedy::Books(books) = remedy { Some(books) } else { None };
        let to_closed = books.is_some_and(remedy::Remedy::offers_closed_month).then(|| Advice {
            option: Some(POST_TO_CLOSED.name),
            ..Advice::said("give a reason for posting to the closed month")
        });
        let adjusted = books.is_some_and(remedy::Remedy::offers_adjustment).then(|| Advice {
            option: Some(PRIOR_PERIOD.name),
            ..Advice::said("give a reason for a prior period adjustment")
        });
        [Some(Advice::of(remedy)), to_closed, adjusted]
    });
    all.flatten().collect()
}

/// Returns what does what a remedy says, if the same command does it when it is sent again.
fn by(remedy: &Remedy) -> Option<By> {
    match remedy {
        Remedy::Books(remedy) => of_books(remedy),
        Remedy::ConfirmClock => Some(By::Option("clock")),
        Remedy::Advice(_)
        | Remedy::NameUser
        | Remedy::NameAccount
        | Remedy::AcceptBalance
        | Remedy::RestoreBackup { .. }
        | Remedy::InstallLatest
        | Remedy::ChooseKey { .. }
        | Remedy::RecoverHead
        | Remedy::CorrectClock
        | Remedy::AcceptLostHistory
        | Remedy::FindUnlawful
        | Remedy::ListRecords
        | Remedy::ShowLedger
        | Remedy::CreateLedger
        | Remedy::RebuildIndex
        | Remedy::WaitLonger
        | Remedy::ListFindings
        | Remedy::VerifyAndRebuild
        | Remedy::ChooseKeyFile
        | Remedy::ChooseNewKeyFile
        | Remedy::ChooseCreatedKeyFile
        | Remedy::GivePassphrase
        | Remedy::CorrectPassphrase
        | Remedy::DateDecision
        | Remedy::AssignRoles
        | Remedy::ListUsers
        | Remedy::StateWholePeriod
        | Remedy::ShowToThoseWhoSeeAll
        | Remedy::ShowToAuditor
        | Remedy::GivePrefix
        | Remedy::NameBody
        | Remedy::GiveOtherId
        | Remedy::ReportToOffice
        | Remedy::PrintHtml
        | Remedy::BeginWithExample
        | Remedy::KnowAt(_) => None,
    }
}

fn of_books(remedy: &remedy::Remedy) -> Option<By> {
    use remedy::Remedy as Of;
    match remedy {
        Of::UseNearestOrAdd { can_be_added: true, .. }
        | Of::AddTheme { can_be_added: true }
        | Of::AddFund { can_be_added: true }
        | Of::AddRecipient { can_be_added: true }
        | Of::ConfirmAlias { can_be_added: true, .. }
        | Of::AddNamesakeOrIdentifier { .. } => Some(By::Option("add_missing")),
        Of::ConfirmNamesake { .. } | Of::RecordAgain { .. } => Some(By::Option("again")),
        Of::ConfirmNewAccount => Some(By::Option("new_account")),
        Of::ConfirmWithholding => Some(By::Option(WITHHOLDING)),
        Of::PostLateOrToClosed { .. } | Of::PostLate { .. } => Some(By::Option("late")),
        Of::ReviseBudget | Of::ReviseIndicator => Some(By::Field("revise")),
        Of::GiveReasonBeforeDecision => Some(By::Field("before_decision")),
        Of::NameItem => Some(By::Field("name")),
        Of::ReconcileOrExplain | Of::RecordStatementOrExplain => Some(By::Field("explanation")),
        Of::UseNearestOrAdd { can_be_added: false, .. }
        | Of::AddTheme { can_be_added: false }
        | Of::AddFund { can_be_added: false }
        | Of::AddRecipient { can_be_added: false }
        | Of::ConfirmAlias { can_be_added: false, .. }
        | Of::Advice(_)
        | Of::UseNearestAward { .. }
        | Of::RenameMisspelt { .. }
        | Of::CheckIdentifier { .. }
        | Of::ConfirmName { .. }
        | Of::ShowRecipient { .. }
        | Of::ListAwards
        | Of::ListObjectives
        | Of::ListKnown { .. }
        | Of::AddDecision { .. }
        | Of::MarkConfidential { .. }
        | Of::ListRecords
        | Of::ChangeAward
        | Of::FindStatement
        | Of::RenameRecipient
        | Of::PostAsUsual
        | Of::ReverseAndRecord { .. }
        | Of::PostLateInstead { .. }
        | Of::ConfirmDuplicates { .. }
        | Of::RaiseAward
        | Of::StateParts
        | Of::StateDivision
        | Of::ReceiveOrWaive { .. }
        | Of::Schedule { .. }
        | Of::StatePeriod
        | Of::CheckRecord { .. }
        | Of::FindCommand
        | Of::EnterAgain
        | Of::ListClosedMonths
        | Of::ReopenFirst { .. }
        | Of::CloseFirst { .. }
        | Of::CloseFinally { .. }
        | Of::ListPending
        | Of::ReplaceProposal { .. }
        | Of::VerifyLedger
        | Of::DecideProposal { .. }
        | Of::MatchOrExplainLines { .. }
        | Of::AddApprovers
        | Of::NameUser
        | Of::AnswerChecklist { .. }
        | Of::NameDecision
        | Of::AskRole { .. }
        | Of::ProposeToCloser { .. }
        | Of::Propose
        | Of::AskAnotherApprover
        | Of::ProposeAgain { .. }
        | Of::SignWithKey
        | Of::CreateKey { .. }
        | Of::SignWithKeyOf { .. }
        | Of::AddUser
        | Of::ReviseBudgetApart
        | Of::ProposeFile => None,
    }
}
