//! The reconciliation of lines, as it is recorded.

use serde::{Deserialize, Serialize};

use super::{BankRecord, Explanation, Remainder, StatementLine};

/// The match of a bank statement line, or of several together, to records, or the reason why it is not in these
/// books. Posts nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineReconciled {
    pub line: StatementLine,
    /// Other lines that are reconciled together with it.
    #[serde(default)]
    pub with: Vec<StatementLine>,
    /// The payments, refunds and receipts that, with the remainder, add up to the lines, in order of record number.
    #[serde(default)]
    pub records: Vec<BankRecord>,
    /// The part that is not in these books.
    pub remainder: Option<Remainder>,
    /// Why the whole line is not in these books; then it has no records.
    pub explanation: Option<Explanation>,
}

impl LineReconciled {
    /// Returns the match of a line to records that are the whole of it.
    pub fn exactly(line: StatementLine, records: Vec<BankRecord>) -> LineReconciled {
        LineReconciled { line, with: Vec::new(), records, remainder: None, explanation: None }
    }

    /// Returns a line that is not in these books, with the reason.
    pub fn explained(line: StatementLine, explanation: Explanation) -> LineReconciled {
        let explanation = Some(explanation);
        LineReconciled { explanation, ..LineReconciled::exactly(line, Vec::new()) }
    }

    /// Returns all its lines.
    pub fn lines(&self) -> impl Iterator<Item = &StatementLine> {
        std::iter::once(&self.line).chain(&self.with)
    }
}
