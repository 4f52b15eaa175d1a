//! Filters of reports.

use serde::Serialize;

use crate::book::Books;
use crate::book::matching::{RecipientMatch, meant_by, suggestions};
use crate::book::names::{UNALLOCATED, UNSTATED};
use crate::book::naming::{NameMatch, by_name};
use crate::funds::FundId;
use crate::grants::Power;
use crate::recipients::RecipientId;
use crate::rejection::nearest;
use crate::reports::ReportError;
use crate::text::folded;
use crate::themes::ThemeId;

/// A filter of reports; each `None` includes everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Filter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<ThemeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fund: Option<FundId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<RecipientId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub power: Option<Power>,
}

/// A filter as entered: ids or names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FilterWords<'a> {
    pub theme: Option<&'a str>,
    pub fund: Option<&'a str>,
    /// A recipient's id or one of its names.
    pub recipient: Option<&'a str>,
    /// A power's word.
    pub power: Option<&'a str>,
}

impl Filter {
    pub fn is_empty(&self) -> bool {
        *self == Filter::default()
    }

    pub(crate) fn takes_fund(&self, fund: &FundId) -> bool {
        self.fund.as_ref().is_none_or(|only| only == fund)
    }

    pub(crate) fn takes_theme(&self, theme: &ThemeId) -> bool {
        self.theme.as_ref().is_none_or(|only| only == theme)
    }

    pub(crate) fn takes_power(&self, power: Power) -> bool {
        self.power.is_none_or(|only| only == power)
    }

    pub(crate) fn takes_recipient(&self, recipient: &RecipientId) -> bool {
        self.recipient.as_ref().is_none_or(|only| only == recipient)
    }
}

impl FilterWords<'_> {
    /// Returns the filter with ids. Names that are not in the books are refused, so that a typing error
    /// never looks like an empty report.
    pub fn resolve(self, books: &dyn Books) -> Result<Filter, ReportError> {
        Ok(Filter {
            theme: self.theme.map(|given| theme(books, given)).transpose()?,
            fund: self.fund.map(|given| fund(books, given)).transpose()?,
            recipient: self.recipient.map(|given| recipient(books, given)).transpose()?,
            power: self.power.map(power).transpose()?,
        })
    }
}

fn theme(books: &dyn Books, given: &str) -> Result<ThemeId, ReportError> {
    let unallocated = ThemeId::unallocated();
    let themes = books.reference().names_of_themes();
    named("theme", given, themes.chain([(&unallocated, ThemeId::UNALLOCATED, UNALLOCATED)]))
}

fn fund(books: &dyn Books, given: &str) -> Result<FundId, ReportError> {
    let unstated = FundId::unstated();
    let funds = books.reference().names_of_funds();
    named("fund", given, funds.chain([(&unstated, FundId::UNSTATED, UNSTATED)]))
}

/// Returns the id that matches by id or else by name.
fn named<'a, Id: Clone + ToString + 'a>(
    what: &'static str,
    given: &str,
    known: impl Iterator<Item = (&'a Id, &'a str, &'a str)>,
) -> Result<Id, ReportError> {
    let known: Vec<(&Id, &str, &str)> = known.collect();
    match by_name(given, known.iter().copied()) {
        NameMatch::One(id) => Ok(id.clone()),
        NameMatch::OneOf(ids) => {
            let ids = ids.into_iter().map(Id::to_string).collect();
            Err(ReportError::Ambiguous { what, name: given.to_owned(), ids })
        }
        NameMatch::None => {
            let nearest = nearest(&folded(given), known.iter().map(|(_, id, _)| *id));
            Err(ReportError::Unknown { what, given: given.to_owned(), nearest })
        }
    }
}

/// Returns the power of this name.
pub fn power(given: &str) -> Result<Power, ReportError> {
    Power::parse(given).ok_or_else(|| ReportError::Unknown {
        what: "power",
        given: given.to_owned(),
        nearest: nearest(given, Power::ALL.map(Power::word)),
    })
}

/// Returns the recipient with this id, identifier or name.
pub(super) fn recipient(books: &dyn Books, given: &str) -> Result<RecipientId, ReportError> {
    match meant_by(books, given)? {
        RecipientMatch::One(id) => Ok(id),
        RecipientMatch::OneOf(ids) => {
            let ids = ids.iter().map(RecipientId::to_string).collect();
            Err(ReportError::Ambiguous { what: "recipient", name: given.to_owned(), ids })
        }
        RecipientMatch::None => {
            let nearest = suggestions(books, given)?.into_iter().next().map(|it| it.name);
            Err(ReportError::Unknown { what: "recipient", given: given.to_owned(), nearest })
        }
    }
}
