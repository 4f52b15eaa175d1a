//! Comparison of what the index shows with the journal's books.

use almoner_ledger::book::{Books, ReadModels};
use almoner_ledger::decisions::DecisionNumbers;

use crate::comparing::{DIFFERS, MISSING, OTHER_NUMBERS, OTHER_REFERENCE, OTHER_TOTALS, UNKNOWN};
use crate::folder::index_error::IndexError;
use crate::folder::index_table::{Change, IndexTable};
use crate::folder::snapshot::Snapshot;

/// Returns the differences of what a snapshot shows from the journal's books.
pub(crate) fn differences_of(snapshot: &Snapshot, books: &ReadModels) -> Result<Vec<String>, IndexError> {
    let mut found = Vec::new();
    for table in IndexTable::ALL {
        compare(snapshot, table, books, &mut found)?;
    }
    let mut numbers = DecisionNumbers::default();
    numbers.add_all(books.decisions.in_any_order());
    if !snapshot.decision_numbers().is_ok_and(|it| it == numbers) {
        found.push(OTHER_NUMBERS.to_owned());
    }
    found.extend((*snapshot.reference() != books.reference).then(|| OTHER_REFERENCE.to_owned()));
    found.extend((*snapshot.totals() != books.totals).then(|| OTHER_TOTALS.to_owned()));
    Ok(found)
}

/// Finds the differences of one table. Equal values have equal encodings.
fn compare(
    snapshot: &Snapshot,
    table: IndexTable,
    books: &ReadModels,
    found: &mut Vec<String>,
) -> Result<(), IndexError> {
    let mut find = |key: &str, how: &str| {
        found.push(format!("{} {} {how}", table.item_name(), table.id_in(key)));
    };
    let is_value = |(_, value): &Change<'_>| !value.as_ref().is_ok_and(Vec::is_empty);
    let mut expected = table.changed(books).filter(is_value).peekable();
    snapshot.each_value(table, &mut |key, theirs| {
        while let Some((missing, _)) = expected.next_if(|(it, _)| it.as_bytes() < key) {
            find(&missing, MISSING);
        }
        match expected.next_if(|(it, _)| it.as_bytes() == key) {
            Some((id, value)) => {
                if value? != theirs {
                    find(&id, DIFFERS);
                }
            }
            None => find(&String::from_utf8_lossy(key), UNKNOWN),
        }
        Ok::<(), IndexError>(())
    })?;
    expected.for_each(|(missing, _)| find(&missing, MISSING));
    Ok(())
}
