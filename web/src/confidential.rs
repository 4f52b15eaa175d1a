//! Which grants are confidential, said in a word wherever the office sees one.
//!
//! Audiences that may not see confidential grants have none of them on their pages, so nothing is marked there.

use std::collections::BTreeSet;

use almoner_ledger::book::{Books, BooksError};
use almoner_ledger::grants::GrantId;
use almoner_ledger::rejection::Hidden;
use almoner_ledger::withholding::withheld_among;
use maud::{Markup, html};

use crate::look::Look;
use crate::remedies::{capital, sentence};

/// The word beside a confidential grant, with its colour.
pub const TAG: (&str, &str) = ("warn", "confidential");
/// What it means.
pub const MEANING: &str = "Confidential: withheld from the public and the panel";

/// Returns those of some grants that are confidential.
pub fn among(
    look: &Look<'_>,
    books: &dyn Books,
    ids: impl IntoIterator<Item = GrantId>,
) -> Result<BTreeSet<GrantId>, BooksError> {
    let ids: BTreeSet<GrantId> = ids.into_iter().collect();
    match look.sees_office() && !ids.is_empty() {
        true => withheld_among(books, &ids.into_iter().collect::<Vec<_>>()),
        false => Ok(BTreeSet::new()),
    }
}

/// Returns the word beside a confidential grant.
pub fn tag() -> Markup {
    let (class, word) = TAG;
    html! { " " span class={ "tag " (class) } { (word) } }
}

/// Returns what the public and the panel can see and would see no longer; nothing if there is nothing.
pub fn hidden(hidden: Option<&Hidden>) -> Markup {
    html! {
        @if let Some(hidden) = hidden {
            div.notice.warn {
                p { strong { "This withholds details that the public and the panel can see now." } }
                ul.plain { @for item in &hidden.items() { li { (capital(item)) } } }
                p { (sentence(&hidden.reports())) }
            }
        }
    }
}

/// Returns a note that grants are confidential; nothing if none is.
pub fn notice(grants: &BTreeSet<GrantId>) -> Markup {
    let names = grants.iter().map(GrantId::as_str).collect::<Vec<_>>().join(", ");
    html! {
        @if !grants.is_empty() {
            div.notice.warn {
                p {
                    strong { "Confidential." }
                    @if grants.len() == 1 { " Grant " (names) " is" } @else { " Grants " (names) " are" }
                    " withheld from the public and the panel."
                }
            }
        }
    }
}
