//! Lists of books that keep none: made of all that is in them.

use super::{Books, BooksError, ListDecisions, ListGrants};
use crate::listing::{ListedDecision, ListedGrant, decision_key, keys_of_grant};

/// Lists the grants of books that keep no list, from a place in their order on.
pub(super) fn each_grant(
    books: &(impl Books + ?Sized),
    from: &str,
    visit: ListGrants<'_>,
) -> Result<(), BooksError> {
    let mut all = Vec::new();
    books.each_grant(&mut |grant| {
        if let (Some(key), _) = keys_of_grant(grant) {
            all.extend(ListedGrant::of(grant).filter(|_| *key >= *from).map(|listed| (key, listed)));
        }
        Ok(())
    })?;
    in_order(all, visit)
}

/// Lists the decisions of books that keep no list, from a place in their order on.
pub(super) fn each_decision(
    books: &(impl Books + ?Sized),
    from: &str,
    visit: ListDecisions<'_>,
) -> Result<(), BooksError> {
    let mut all = Vec::new();
    books.each_decision(&mut |decision| {
        let key = decision_key(&decision.decision.id);
        all.extend(ListedDecision::of(decision).filter(|_| *key >= *from).map(|listed| (key, listed)));
        Ok(())
    })?;
    in_order(all, visit)
}

fn in_order<Listed>(
    mut all: Vec<(String, Listed)>,
    mut visit: impl FnMut(&Listed) -> Result<bool, BooksError>,
) -> Result<(), BooksError> {
    all.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    for (_, listed) in &all {
        if !visit(listed)? {
            break;
        }
    }
    Ok(())
}
