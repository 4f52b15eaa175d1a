//! The fields that rejections concern.

use crate::worded;

/// A field of a form, which in files is a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub enum Field {
    /// A bank account.
    Account,
    Amount,
    Award,
    Baseline,
    BeforePayment,
    Conditions,
    Date,
    /// The date of the award's decision.
    Decided,
    Decision,
    From,
    Fund,
    Identifiers,
    IncludePast,
    Name,
    Objective,
    Paper,
    Part,
    Period,
    Power,
    Purpose,
    Reason,
    Reasons,
    Received,
    Recipient,
    Result,
    Source,
    Summary,
    Theme,
    Title,
    To,
    Unit,
    Value,
    What,
}

// By the canonical names of their columns.
worded!(Field::column {
    Account = "account", Amount = "amount", Award = "award", Baseline = "baseline", BeforePayment = "before_payment",
    Conditions = "conditions", Date = "date", Decided = "decided", Decision = "decision", From = "from",
    Fund = "fund", Identifiers = "identifiers", IncludePast = "include_past", Name = "name",
    Objective = "objective", Paper = "paper", Part = "part", Period = "period", Power = "power", Purpose = "purpose",
    Reason = "reason", Reasons = "reasons", Received = "received", Recipient = "recipient", Result = "result",
    Source = "source", Summary = "summary", Theme = "theme", Title = "title", To = "to", Unit = "unit",
    Value = "value", What = "what",
});

impl Field {
    /// Returns the field of a column. The checklist's questions, which are columns too, are of no field.
    pub(crate) fn of_column(column: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.column() == column)
    }
}
