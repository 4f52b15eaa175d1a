//! What is against the rules of who may do what, in words, each with what to do about it.

use crate::money::{Money, Overflow};
use crate::policy::Act;
use crate::users::Role;

/// Why somebody may not record something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Nobody could approve.
    #[error("no people are set in this ledger, so there is nobody to approve")]
    NoUsers,
    /// Not one of the ledger's people, or no longer.
    #[error("{0} is not one of the people of this ledger")]
    NotAUser(String),
    /// Somebody without the role for it.
    #[error("{by} may not record this ({what}): it needs the role {role}")]
    RoleMissing {
        /// Who.
        by: String,
        /// The role that it needs.
        role: Role,
        /// What it is.
        what: &'static str,
    },
    /// Something that the policy lets nobody do alone.
    #[error("{} needs a second person{}", act_words(*act), because(*amount, *over, *before))]
    SecondPersonNeeded {
        /// What it does.
        act: Act,
        /// How much.
        amount: Option<Money>,
        /// The rule's amount.
        over: Option<Money>,
        /// What was recorded alone in the days before and counts with it.
        before: Money,
    },
    /// People and policy are changed by two people once there is a policy.
    #[error("who may do what is changed by two people together while a policy is in force")]
    SecondPersonForAuthority,
    /// Who recorded a recipient's details pays it.
    #[error("{by} recorded details of recipient {recipient}, so somebody else must approve its payment")]
    RecorderPays {
        /// Who.
        by: String,
        /// The recipient.
        recipient: String,
    },
    /// Who recorded a recipient's details approves its payment.
    #[error("{by} recorded details of recipient {recipient} and may not approve its payments")]
    RecorderApproves {
        /// Who.
        by: String,
        /// The recipient.
        recipient: String,
    },
    /// The checklist of an award's decision is not answered in full.
    #[error("the originator's checklist of decision {decision} does not answer: {}", missing.join(", "))]
    ChecklistIncomplete {
        /// Its number.
        decision: String,
        /// The words of the questions that are not answered.
        missing: Vec<&'static str>,
    },
    /// An award without a decision, where the policy asks for the decision's checklist.
    #[error("the award names no decision, of which the originator's checklist could be answered")]
    NoDecision,
    /// Nothing of this number waits for approval.
    #[error("no proposal of record {0} waits for approval")]
    NotPending(u64),
    /// Somebody who would approve their own proposal.
    #[error("{by} proposed this (record {proposal}) and may not approve it")]
    OwnProposal {
        /// Who.
        by: String,
        /// The proposal's record.
        proposal: u64,
    },
    /// The records are not those that were proposed.
    #[error("what would be recorded is not what was proposed in record {proposal}: the approval is void")]
    ProposalChanged {
        /// The proposal's record.
        proposal: u64,
    },
    /// A proposal that holds what cannot be proposed, or whose hash is not that of what it holds.
    #[error("this cannot be proposed: {0}")]
    NotProposable(&'static str),
    /// An approval that must be signed and is not.
    #[error("{0} has a key, so the approval must be signed with it")]
    SignatureNeeded(String),
    /// An approval by somebody without a key, where it must be signed.
    #[error("approvals must be signed, and {0} has no key in this ledger")]
    KeyNeeded(String),
    /// A signature that the person's key did not make over this approval.
    #[error("the signature is not that of {0}'s key over this approval")]
    SignatureWrong(String),
    /// A change that would leave too few people.
    #[error("{0}")]
    TooFew(&'static str),
    /// Two people whom nobody could tell apart.
    #[error("`{given}` would be hard to tell from `{there}`, who is there already")]
    Alike {
        /// As given.
        given: String,
        /// The one who is there.
        there: String,
    },
    /// An auditor who records.
    #[error("{0} cannot be auditor and record as well")]
    AuditorRecords(String),
    /// Sums too large.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl Denied {
    /// A word that stays the same from version to version, for scripts and tests.
    pub const fn code(&self) -> &'static str {
        match self {
            Denied::NoUsers => "no-people",
            Denied::NotAUser(_) => "not-a-person",
            Denied::RoleMissing { .. } => "role-missing",
            Denied::SecondPersonNeeded { .. }
            | Denied::SecondPersonForAuthority
            | Denied::RecorderPays { .. } => "second-person-needed",
            Denied::RecorderApproves { .. } => "recorder-of-recipient",
            Denied::ChecklistIncomplete { .. } | Denied::NoDecision => "checklist-incomplete",
            Denied::NotPending(_) => "not-pending",
            Denied::OwnProposal { .. } => "own-proposal",
            Denied::ProposalChanged { .. } => "proposal-changed",
            Denied::NotProposable(_) => "not-proposable",
            Denied::SignatureNeeded(_) => "signature-needed",
            Denied::KeyNeeded(_) => "key-needed",
            Denied::SignatureWrong(_) => "signature-wrong",
            Denied::TooFew(_) => "too-few-people",
            Denied::Alike { .. } => "people-alike",
            Denied::AuditorRecords(_) => "auditor-records",
            Denied::Overflow(_) => "sum-too-large",
        }
    }

    /// What to do next.
    pub fn hint(&self) -> String {
        match self {
            Denied::NoUsers => "add those who may approve with `almoner user add`".into(),
            Denied::NotAUser(_) => {
                "give your own name with --user; an approver adds people with `almoner user add`".into()
            }
            Denied::ChecklistIncomplete { decision, missing } => {
                let flags: Vec<String> = missing.iter().map(|it| format!("--{it} yes \"REASON\"")).collect();
                format!(
                    "answer each, yes or no, with `almoner decision checklist {decision} {}`",
                    flags.join(" ")
                )
            }
            Denied::NoDecision => "give the decision's number with --decision".into(),
            Denied::RoleMissing { role, .. } => {
                format!("ask somebody who is {role}; `almoner user list` tells who is")
            }
            Denied::SecondPersonNeeded { .. }
            | Denied::SecondPersonForAuthority
            | Denied::RecorderPays { .. } => {
                "propose it, for an approver to approve: write `propose` before the command, as in `almoner propose pay …`".into()
            }
            Denied::RecorderApproves { .. } | Denied::OwnProposal { .. } => {
                "ask another approver; `almoner user list` tells who is".into()
            }
            Denied::NotPending(_) => "`almoner pending` lists what waits".into(),
            Denied::ProposalChanged { proposal } => {
                format!("reject it with `almoner reject {proposal} --reason TEXT`, and propose it anew")
            }
            Denied::NotProposable(_) => "propose in smaller parts, and only what records something".into(),
            Denied::SignatureNeeded(_) => "name the file of your key with --key-file".into(),
            Denied::KeyNeeded(by) => format!("make a key with `almoner user key {by} --make FILE`"),
            Denied::SignatureWrong(by) => {
                format!("name the file of {by}'s own key with --key-file; `almoner user list` tells its fingerprint")
            }
            Denied::TooFew(_) => "add another person first with `almoner user add`".into(),
            Denied::Alike { there, .. } => format!("use `{there}`, or choose another name"),
            Denied::AuditorRecords(_) => "give one or the other role".into(),
            Denied::Overflow(_) => "check the amounts for extra digits".into(),
        }
    }
}

fn act_words(act: Act) -> &'static str {
    match act {
        Act::Award => "an award",
        Act::Reduction => "a reduction",
        Act::Purpose => "a change of purpose",
        Act::Terms => "a change of terms",
        Act::Payment => "a payment",
        Act::Refund => "a refund",
        Act::Receipt => "a receipt",
        Act::Budget => "a budget",
        Act::Recipient => "a recipient's details",
        Act::Decision => "a decision",
        Act::Reconciliation => "a reconciliation",
        Act::Closing => "closing or opening a month",
        Act::Reversal => "a reversal",
        Act::Reference => "reference data",
    }
}

fn because(amount: Option<Money>, over: Option<Money>, before: Money) -> String {
    let (Some(amount), Some(over)) = (amount, over) else { return " by the policy".to_owned() };
    let with = match before.is_zero() {
        true => String::new(),
        false => format!(", with {} recorded alone in the days before,", before.grouped()),
    };
    format!(": {}{with} is over {}", amount.grouped(), over.grouped())
}
