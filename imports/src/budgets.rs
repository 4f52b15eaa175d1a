//! Budgets: `fund, theme, year, amount`.

use almoner_ledger::calendar::FinancialYear;
use almoner_ledger::command::Command;
use almoner_ledger::events::BudgetKey;
use almoner_ledger::funds::FundId;
use almoner_ledger::themes::ThemeId;

use crate::cells::{Cells, Refused};
use crate::header::{Column, Header};
use crate::request::{Mapping, RowRequest};

/// Rows of budgets.
pub(crate) struct Budgets {
    fund: Column,
    theme: Column,
    year: Column,
    amount: Column,
}

impl Budgets {
    pub(crate) fn new(header: &mut Header<'_>) -> Budgets {
        Budgets {
            fund: header.required("fund"),
            theme: header.required("theme"),
            year: header.required("year"),
            amount: header.required("amount"),
        }
    }
}

impl Mapping for Budgets {
    fn interpret(&mut self, cells: &mut Cells<'_>) -> Result<RowRequest, Refused> {
        let fund = cells.required(self.fund, FundId::named);
        let theme = cells.required(self.theme, ThemeId::named);
        let year = cells.required(self.year, FinancialYear::parse);
        let amount = cells.required_amount(self.amount);
        let budget = BudgetKey { fund: fund?, theme: theme?, year: year? };
        // A file never replaces a budget already set to a different amount.
        Ok(RowRequest::Command(Command::SetBudget { budget, amount: amount?, revise: false }))
    }
}
