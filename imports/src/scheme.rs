//! The file of a scheme of delegation: what needs approval.

use almoner_ledger::money::Money;
use almoner_ledger::policy::{Act, Policy, Rule};
use serde::{Deserialize, Serialize};

/// The content of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct SchemeFile {
    #[serde(default = "default_days")]
    days: u16,
    #[serde(default)]
    recipient_recorder_apart: bool,
    #[serde(default)]
    checklist: bool,
    #[serde(default)]
    signed_approvals: bool,
    #[serde(default, rename = "rule")]
    rules: Vec<RuleInFile>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RuleInFile {
    act: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    over: Option<String>,
}

fn default_days() -> u16 {
    Policy::USUAL_DAYS
}

/// Why a text is no scheme of delegation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAScheme(String);

/// Reads a scheme of delegation. Whether its limits can be authorisation limits is not decided here.
///
/// # Errors
/// [`NotAScheme`], with the cause.
pub fn scheme(text: &str) -> Result<Policy, NotAScheme> {
    let file: SchemeFile = toml::from_str(text).map_err(|error| NotAScheme(error.to_string()))?;
    let rules = file.rules.into_iter().map(|RuleInFile { act: word, over }| {
        let act = Act::parse(&word).ok_or_else(|| {
            let words = Act::ALL.map(Act::word).join(", ");
            NotAScheme(format!("`{word}` is not a known action; the actions are {words}"))
        })?;
        let over = over.map(|over| Money::parse(&over)).transpose();
        over.map(|over| Rule { act, over }).map_err(|error| NotAScheme(error.to_string()))
    });
    Ok(Policy {
        rules: rules.collect::<Result<_, _>>()?,
        days: file.days,
        recipient_recorder_apart: file.recipient_recorder_apart,
        checklist: file.checklist,
        signed_approvals: file.signed_approvals,
    })
}

/// Writes a scheme of delegation as [`scheme`] reads it.
///
/// # Errors
/// [`NotAScheme`] if it cannot be written.
pub fn scheme_text(policy: &Policy) -> Result<String, NotAScheme> {
    let rule = |rule: &Rule| RuleInFile {
        act: rule.act.word().to_owned(),
        over: rule.over.map(|over| over.to_string()),
    };
    let file = SchemeFile {
        days: policy.days,
        recipient_recorder_apart: policy.recipient_recorder_apart,
        checklist: policy.checklist,
        signed_approvals: policy.signed_approvals,
        rules: policy.rules.iter().map(rule).collect(),
    };
    toml::to_string(&file).map_err(|error| NotAScheme(error.to_string()))
}
