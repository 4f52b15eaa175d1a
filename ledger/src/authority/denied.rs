//! Why a user may not record something, each reason with what to do about it.

use crate::money::{Money, Overflow};
use crate::policy::Act;
use crate::remedy::Remedy;
use crate::users::Role;

/// Why a user may not record something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // The messages say it.
pub enum Denied {
    #[error("no users are set up, so nobody can approve")]
    NoUsers,
    /// Not a user, or one who has left.
    #[error("{0} is not a user of this ledger")]
    NotAUser(String),
    #[error("{by} does not have the role `{role}`, which is required for this kind of record ({what})")]
    RoleMissing { by: String, role: Role, what: &'static str },
    /// `roles` are all that it needs.
    #[error("{by} does not have the role{} {}, which a prior period adjustment needs", if missing.len() == 1 { "" } else { "s" }, names(missing))]
    MayNotAdjust { by: String, missing: Vec<Role>, roles: Vec<Role> },
    #[error("neither {0} nor the proposer has the role `closer`, which a prior period adjustment needs")]
    AdjustmentUndecided(String),
    /// `before` is what was recorded without approval in the days before and counts with the amount.
    #[error("{} needs approval{}", act_words(*act, *amount), because(*amount, *over, *before))]
    SecondPersonNeeded { act: Act, amount: Option<Money>, over: Option<Money>, before: Money },
    #[error("changes to users or to the scheme of delegation need approval while a scheme is in force")]
    SecondPersonForAuthority,
    /// The user could sign it, and has not.
    #[error(
        "{0} has a signing key, so changes by {0} to users or to the scheme of delegation need a proposal and a signed approval"
    )]
    SignatureForAuthority(String),
    #[error(
        "{0} has a signing key, so changes to this user must be proposed, then approved either by another user or with the key of {0}"
    )]
    KeyHeld(String),
    #[error("this is the key of the user {0}: each user must have a key of their own")]
    KeyInUse(String),
    #[error("{by} recorded details of the recipient `{recipient}`, so another user must approve the payment")]
    RecorderPays { by: String, recipient: String },
    #[error(
        "{by} recorded details of the recipient `{recipient}`, and so may not approve payments to that recipient"
    )]
    RecorderApproves { by: String, recipient: String },
    #[error("the originator's checklist of decision {decision} is incomplete; not answered: {}", missing.join(", "))]
    ChecklistIncomplete { decision: String, missing: Vec<&'static str> },
    #[error(
        "the award has no decision; the scheme of delegation requires a decision with a completed originator's checklist"
    )]
    NoDecision,
    #[error("record {0} is not a pending proposal")]
    NotPending(u64),
    #[error("{by} made this proposal (record {proposal}), and so may not approve it")]
    OwnProposal { by: String, proposal: u64 },
    #[error(
        "the proposal in record {proposal} would now be recorded differently, so the approval is no longer valid"
    )]
    ProposalChanged { proposal: u64 },
    /// The same records are pending approval.
    #[error("the same command was proposed by {by} in record {proposal} and is pending approval")]
    AlreadyProposed { by: String, proposal: u64 },
    #[error("this cannot be proposed: {0}")]
    NotProposable(&'static str),
    #[error("{0} has a signing key, so this must be signed with it")]
    SignatureNeeded(String),
    #[error("the scheme of delegation requires a signature, but {0} has no key in this ledger")]
    KeyNeeded(String),
    #[error("the signature was not made with {0}'s key")]
    SignatureWrong(String),
    #[error("{by} cannot approve this without signing with the old key: {why}")]
    KeyNotReplaced { by: String, why: String },
    /// A change that would leave too few users, or none with a key.
    #[error("{0}")]
    TooFew(&'static str),
    #[error("the user name `{given}` is too similar to the existing user `{existing}`")]
    Similar { given: String, existing: String },
    #[error("{0} cannot have both the auditor role and a role that allows recording")]
    AuditorRecords(String),
    #[error("only a user whose sole role is `reader` can have an audience; {0} would have other roles")]
    NotOnlyReader(String),
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl Denied {
    /// Returns the stable code, for scripts and tests, and what to do next. The only place that lists every reason.
    fn about(&self) -> (&'static str, Remedy) {
        match self {
            Denied::NoUsers => ("no-users", Remedy::AddApprovers),
            Denied::NotAUser(_) => ("unknown-user", Remedy::NameUser),
            Denied::RoleMissing { role, .. } => ("role-missing", Remedy::AskRole { role: *role }),
            Denied::MayNotAdjust { missing, roles, .. } => {
                let acting = roles.iter().copied().filter(|role| *role != Role::Closer).collect();
                let may_propose = missing.iter().all(|role| *role == Role::Closer);
                ("role-missing", Remedy::ProposeToCloser { acting, may_propose })
            }
            Denied::AdjustmentUndecided(_) => {
                let remedy = "ask a user with the approver and closer roles to approve it";
                ("role-missing", remedy.into())
            }
            Denied::SecondPersonNeeded { .. }
            | Denied::SecondPersonForAuthority
            | Denied::SignatureForAuthority(_)
            | Denied::KeyHeld(_)
            | Denied::RecorderPays { .. } => ("approval-needed", Remedy::Propose),
            Denied::RecorderApproves { .. } => ("recorder-of-recipient", Remedy::AskAnotherApprover),
            Denied::ChecklistIncomplete { decision, missing } => {
                let (decision, missing) = (decision.clone(), missing.clone());
                ("checklist-incomplete", Remedy::AnswerChecklist { decision, missing })
            }
            Denied::NoDecision => ("checklist-incomplete", Remedy::NameDecision),
            Denied::NotPending(_) => ("not-pending", Remedy::ListPending),
            Denied::OwnProposal { .. } => ("own-proposal", Remedy::AskAnotherApprover),
            Denied::ProposalChanged { proposal } => {
                ("proposal-changed", Remedy::ProposeAgain { proposal: *proposal })
            }
            Denied::AlreadyProposed { proposal, .. } => {
                ("already-proposed", Remedy::DecideProposal { proposal: *proposal })
            }
            Denied::NotProposable(_) => {
                let remedy =
                    "propose fewer records at a time; a command that records nothing cannot be proposed";
                ("not-proposable", remedy.into())
            }
            Denied::SignatureNeeded(_) => ("signature-needed", Remedy::SignWithKey),
            Denied::KeyNeeded(by) => ("key-needed", Remedy::CreateKey { user: by.clone() }),
            Denied::SignatureWrong(by) => ("signature-wrong", Remedy::SignWithKeyOf { user: by.clone() }),
            Denied::KeyNotReplaced { .. } => {
                ("key-not-replaced", "sign with the key, or ask another approver".into())
            }
            Denied::TooFew(_) => ("too-few-users", Remedy::AddUser),
            Denied::Similar { existing, .. } => {
                ("similar-user", Remedy::Advice(format!("use `{existing}`, or choose another name")))
            }
            Denied::KeyInUse(_) => ("key-in-use", "create another key".into()),
            Denied::AuditorRecords(_) => ("auditor-records", "assign one role or the other".into()),
            Denied::NotOnlyReader(_) => {
                ("not-only-reader", "assign the reader role alone, or leave the audience out".into())
            }
            Denied::Overflow(_) => ("sum-too-large", "check the amounts for extra digits".into()),
        }
    }

    /// Returns the stable code of the reason, for scripts and tests.
    pub fn code(&self) -> &'static str {
        self.about().0
    }

    /// Returns what to do next.
    pub fn remedy(&self) -> Remedy {
        self.about().1
    }
}

fn names(roles: &[Role]) -> String {
    let names: Vec<String> = roles.iter().map(|role| format!("`{role}`")).collect();
    names.join(" and ")
}

fn act_words(act: Act, amount: Option<Money>) -> String {
    let words = match act {
        Act::Award => "an award",
        Act::Reduction => "a reduction",
        Act::Purpose => "a change of purpose",
        Act::Terms => "a change of terms",
        Act::Payment => "a payment",
        Act::Refund => "a refund",
        Act::Receipt => "a receipt",
        Act::Budget => "a budget change",
        Act::Recipient => "a change to a recipient's details",
        Act::Decision => "an entry in the decision register",
        Act::Reconciliation => "a reconciliation",
        Act::Closing => "closing or reopening a month",
        Act::PriorPeriod => "a prior period adjustment",
        Act::Reversal => "a reversal",
        Act::Reference => "a change to reference data",
    };
    amount.map_or(words.to_owned(), |amount| format!("{words} of {}", amount.grouped()))
}

fn because(amount: Option<Money>, over: Option<Money>, before: Money) -> String {
    let (Some(_), Some(over)) = (amount, over) else { return " under the scheme of delegation".to_owned() };
    let with = match before.is_zero() {
        true => String::new(),
        false => format!(" when added to the {} already recorded without approval", before.grouped()),
    };
    format!(": it exceeds the authorisation limit of {}{with}", over.grouped())
}
