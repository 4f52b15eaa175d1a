//! Bank statements: `date, text, amount, balance?, account?`. Money in is positive.

use almoner_ledger::text::Text;

use crate::cells::{Cells, Refused};
use crate::header::{Column, Header};
use crate::request::{Mapping, RowRequest, StatementRow};

/// Rows of a bank statement.
pub(crate) struct Statements {
    date: Column,
    text: Column,
    amount: Column,
    balance: Column,
    account: Column,
}

impl Statements {
    pub(crate) fn new(header: &mut Header<'_>) -> Statements {
        Statements {
            date: header.required("date"),
            text: header.required("text"),
            amount: header.required("amount"),
            balance: header.optional("balance"),
            account: header.optional("account"),
        }
    }
}

impl Mapping for Statements {
    fn interpret(&mut self, cells: &mut Cells<'_>) -> Result<RowRequest, Refused> {
        let date = cells.required_day(self.date);
        let text = cells.required(self.text, Text::new);
        let amount = cells.required_amount(self.amount);
        let balance = cells.amount(self.balance);
        let account = cells.optional(self.account, Text::new);
        Ok(RowRequest::Line(StatementRow {
            date: date?,
            text: text?,
            amount: amount?,
            balance: balance?,
            account: account?,
        }))
    }
}
