//! Remedies that several rejections have in common.

use super::{Field, Rejection};
use crate::remedy::Remedy;

/// Use the nearest known one, or add the one named.
pub(super) fn use_or_add(nearest: &Option<String>, can_be_added: bool, add: Remedy) -> Remedy {
    nearest.clone().map_or(add, |nearest| Remedy::UseNearestOrAdd { nearest, can_be_added })
}

/// Reverse what rests on a record before the record itself.
pub(super) fn reverse_first(by: &[u64]) -> Remedy {
    match by {
        [only] => Remedy::Advice(format!("reverse record {only} first")),
        _ => "reverse those records first, starting with the latest".into(),
    }
}

/// What is recorded already is changed in its own way.
pub(super) fn different(what: &str) -> Remedy {
    match what {
        "award" => Remedy::ChangeAward,
        "details of award" => Remedy::FindStatement,
        "budget" => Remedy::ReviseBudget,
        "indicator" => Remedy::ReviseIndicator,
        "recipient" => Remedy::RenameRecipient,
        "theme" | "fund" => "choose another id, or keep the recorded name".into(),
        _ => "reverse the earlier record if it was wrong".into(),
    }
}

impl Rejection {
    /// The stable code of the rejection, for scripts and tests.
    pub fn code(&self) -> &'static str {
        self.about().0
    }

    /// Returns the field of a form, or the column of a file, that caused it; `None` where no single one did.
    pub fn field(&self) -> Option<Field> {
        self.about().1
    }

    /// Returns what to do next, everything in order.
    pub fn remedies(&self) -> Vec<Remedy> {
        if let Rejection::NotReadyToClose { findings, .. } = self {
            return findings.iter().map(|it| it.remedy.clone()).collect();
        }
        vec![self.about().2]
    }
}
