//! One recipient with its names, aliases, identifiers and grants.

use serde::Serialize;

use crate::book::Books;
use crate::grants::GrantId;
use crate::recipients::{DatedName, Identifier, RecipientId};
use crate::reports::collect::figures_to;
use crate::reports::filter::{self, Filter};
use crate::reports::grants::{self, GrantsRow};
use crate::reports::measures::Standing;
use crate::reports::{Query, ReportError, Stamp};
use crate::text::Text;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecipientReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    pub recipient: RecipientId,
    /// The name on the day reported.
    pub name: String,
    /// All names, each with its first day; `None` is from the beginning.
    pub names: Vec<DatedName>,
    pub also_known_as: Vec<Text>,
    pub identifiers: Vec<Identifier>,
    /// The grants by decision and id.
    pub rows: Vec<GrantsRow>,
    /// The position when the period begins.
    pub opening: Standing,
    pub total: Standing,
}

/// Produces the report of the recipient with this id or name. A filter by recipient in the query is
/// ignored.
pub fn recipient(books: &dyn Books, query: &Query, given: &str) -> Result<RecipientReport, ReportError> {
    let id = filter::recipient(books, given)?;
    let unknown = || ReportError::Unknown { what: "recipient", given: given.to_owned(), nearest: None };
    let recipient = books.recipient(&id)?.ok_or_else(unknown)?;
    // What was the recipient's in closed months stays, though the award was corrected since.
    let of_recipient = Filter { recipient: Some(id.clone()), ..query.filter.clone() };
    let narrowed = Query { filter: of_recipient, ..query.clone() };
    let query = Query { filter: Filter { recipient: None, ..query.filter.clone() }, ..query.clone() };
    let (mut rows, mut opening) = (Vec::new(), Standing::default());
    let day_before = query.range.from().previous_day();
    let ids: Vec<GrantId> = recipient.grants.iter().cloned().collect();
    for grant in books.grants(&ids)? {
        opening.add(&Standing::of(&figures_to(&grant, &narrowed, day_before)?)?)?;
        rows.extend(grants::row(&narrowed, &grant)?);
    }
    grants::name_recipients(books, &mut rows, query.as_at())?;
    grants::sort(&mut rows);
    let total = grants::total(&rows)?;
    Ok(RecipientReport {
        stamp: Stamp::of_range(books, "almoner.report.recipient/2", &query),
        name: recipient.name_on(query.as_at()).to_owned(),
        names: recipient.names.clone(),
        also_known_as: recipient.aliases.iter().cloned().collect(),
        identifiers: recipient.identifiers.iter().cloned().collect(),
        recipient: id,
        rows,
        opening,
        total,
    })
}
