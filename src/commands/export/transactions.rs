//! The transactions of the journal's records.

use almoner_ledger::book::Books;
use almoner_papers::packs::transactions::{Transaction, Transactions};
use almoner_store::{Logged, Store};

use crate::problem::Problem;

/// Visits every transaction of the records that the books are made of, in the order of recording.
pub fn each_transaction(
    journal: &dyn Store,
    books: &dyn Books,
    visit: &mut dyn FnMut(&Transaction<'_>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let last = books.head().record;
    let mut transactions = Transactions::new(books);
    let mut stopped = None;
    journal.lines(1, &mut |logged| {
        let Logged::Record(record, _) = logged else { return Ok(true) };
        if record.number > last {
            return Ok(false);
        }
        stopped = transactions.visit(&record, visit).err();
        Ok(stopped.is_none())
    })?;
    stopped.map_or(Ok(()), Err)
}
