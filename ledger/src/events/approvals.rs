//! Users, the policy, and the proposal, approval and rejection of records.

use serde::{Deserialize, Serialize};

use super::proposals::Proposal;
use super::{About, Kind, Needs, Reversal};
use crate::hash::Hash;
use crate::policy::Policy;
use crate::signing::Signature;
use crate::text::Text;
use crate::users::User;

/// The approval of a proposal. The proposed records follow it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalApproved {
    pub proposal: u64,
    pub hash: Hash,
    /// The approver's signature over [`approval_text`](crate::events::proposals::approval_text).
    pub signature: Option<Box<Signature>>,
    /// Why it is not signed though the approver has a key: the key is lost, and the proposal replaces it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_lost: Option<Text>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalRejected {
    pub proposal: u64,
    pub reason: Text,
}

impl Kind for Vec<User> {
    fn about(&self) -> About<'_> {
        About::posting_nothing("users", Needs::Users(self), Reversal::Never)
    }
}

impl Kind for Option<Policy> {
    fn about(&self) -> About<'_> {
        About::posting_nothing("policy", Needs::Policy(self.as_ref()), Reversal::Never)
    }
}

impl Kind for Proposal {
    fn about(&self) -> About<'_> {
        About::posting_nothing("proposal", Needs::Proposal(self), Reversal::Never)
    }
}

impl Kind for ProposalApproved {
    fn about(&self) -> About<'_> {
        About::posting_nothing("approval", Needs::Approval(self), Reversal::StaysInBatch)
    }
}

impl Kind for ProposalRejected {
    fn about(&self) -> About<'_> {
        About::posting_nothing("rejection", Needs::Rejection(self), Reversal::Never)
    }
}
