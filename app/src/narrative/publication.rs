//! What is marked confidential or public, in words.

use almoner_ledger::publication::{Publication, Subject};

use super::{Naming, budget_name};

/// Returns what is marked, as in the middle of a sentence.
pub(super) fn subject(naming: Naming<'_>, of: &Subject) -> String {
    match of {
        Subject::Theme(id) => format!("theme {}", naming.theme(id)),
        Subject::Fund(id) => naming.fund(id),
        Subject::Budget(key) => format!("budget {}", budget_name(naming, key)),
        Subject::Indicator(key) => {
            format!("indicator {} ({}, {})", key.name, naming.theme(&key.theme), key.period)
        }
        Subject::Receipt(record) => format!("receipt in record {record}"),
    }
}

/// Returns what the mark does.
pub(super) const fn effect(of: &Subject, publication: Publication) -> &'static str {
    match (publication, of) {
        (Publication::Confidential, Subject::Theme(_) | Subject::Fund(_)) => {
            "Withheld from the public and the panel, with every grant under it"
        }
        (Publication::Confidential, Subject::Budget(_) | Subject::Indicator(_) | Subject::Receipt(_)) => {
            "Withheld from the public and the panel"
        }
        (Publication::Public, Subject::Theme(_) | Subject::Fund(_)) => {
            "Shown to the public and the panel, even if they can see no grant under it"
        }
        (Publication::Public, Subject::Budget(_) | Subject::Indicator(_) | Subject::Receipt(_)) => {
            "Shown to the public and the panel where its theme and fund are shown"
        }
    }
}
