//! What a row of a file asks for.

use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::money::Money;
use almoner_ledger::recipients::Identifier;
use almoner_ledger::text::Text;

use crate::cells::{Cells, Refused};
use crate::statements::StatementRow;

/// What a row asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowRequest {
    /// Something to record.
    Command(Command),
    /// A payment of which the file does not say outright for which grant it is.
    Payment(UnmatchedPayment),
    /// A line of a bank statement to be found in the books.
    Line(StatementRow),
    /// Nothing, and why rows like it are passed over.
    Nothing(&'static str),
}

/// A payment, or when below nothing a refund, whose grant is still to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmatchedPayment {
    /// When.
    pub date: Date,
    /// How much.
    pub amount: Money,
    /// The finance system's reference.
    pub reference: Option<Text>,
    /// Who was paid.
    pub recipient: Option<Text>,
    /// What others know the recipient by.
    pub identifiers: Vec<Identifier>,
    /// Where the number of the award or of its decision may stand.
    pub words: String,
}

/// How the rows of one kind of file are understood.
pub(crate) trait Mapping {
    /// What a row asks for; what is wrong with it is noted in the cells.
    fn interpret(&mut self, cells: &mut Cells<'_>) -> Result<RowRequest, Refused>;
}
