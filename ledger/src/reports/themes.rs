//! Spending by theme, fund, objective, recipient or power.

use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::allocation::Division;
use crate::book::Books;
use crate::book::names::{UNALLOCATED, UNSTATED, fund_name_on, theme_name_on};
use crate::calendar::Date;
use crate::events::BudgetKey;
use crate::funds::FundId;
use crate::grants::{Grant, Power};
use crate::recipients::RecipientId;
use crate::rejection::nearest;
use crate::reports::budgets::budgets;
use crate::reports::collect::{self, Cuts, Place, collect};
use crate::reports::grants::RecipientNames;
use crate::reports::measures::is_netted;
use crate::reports::{Measure, Measures, Query, ReportError, Stamp};
use crate::text::{Text, folded};
use crate::themes::{Split, ThemeId};
use crate::totals::PurposeView;
use crate::worded;

/// The grouping of a report's lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    #[default]
    Theme,
    Fund,
    /// By objective of the Police and Crime Plan.
    Objective,
    Recipient,
    Power,
}

// The word is also the name of the key in each line.
worded!(By::word, parsed {
    Theme = "theme", Fund = "fund", Objective = "objective", Recipient = "recipient", Power = "power",
});

impl By {
    /// Returns the key of the line of budgets that cannot be grouped this way.
    fn not_by(self) -> String {
        format!("not-by-{}", self.word())
    }

    /// Returns key and name of the line for what is not stated.
    pub(super) const fn not_stated(self) -> (&'static str, &'static str) {
        match self {
            By::Theme => (ThemeId::UNALLOCATED, UNALLOCATED),
            By::Fund => (FundId::UNSTATED, UNSTATED),
            By::Objective => ("not-stated", "Objective not stated"),
            By::Recipient => ("not-stated", "Recipient not stated"),
            By::Power => ("not-stated", Power::NotStated.name()),
        }
    }
}

/// The key of a line. Serialised as one field, named by the grouping: `"theme": "…"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub by: By,
    /// The id, the objective's text, or the word for what is not stated.
    pub id: String,
}

impl Key {
    pub(super) fn objective_of(books: &dyn Books, theme: &ThemeId) -> String {
        let (fund, power) = (&FundId::unstated(), Power::NotStated);
        line_of(books, By::Objective, &Place { fund, theme, power, recipient: None })
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.by.word(), &self.id)?;
        map.end()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ThemeDetails {
    pub objective: Option<Text>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ThemesRow {
    /// The theme, fund, recipient … of the line.
    #[serde(flatten)]
    pub key: Key,
    pub name: String,
    /// The objective, for themes only.
    #[serde(flatten)]
    pub theme: Option<ThemeDetails>,
    #[serde(flatten)]
    pub measures: Measures,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ThemesReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The grouping, which names the key of every line.
    #[serde(skip)]
    pub by: By,
    /// The lines by name; what is not stated last, followed by budgets that no line can have.
    pub rows: Vec<ThemesRow>,
    pub total: Measures,
    /// True if prepayments of a line were reduced by accruals of another, or the other way round: of one grant and fund,
    /// the balance is one or the other, whatever its themes.
    #[serde(skip)]
    pub nets_themes: bool,
}

/// Returns true when the report may be made from the totals: if `has_grants`, with those grants that have something
/// dated later.
pub fn may_be_of_totals(query: &Query, by: By, has_grants: bool) -> bool {
    collect::totals_may_answer(query, &Cuts::of(query), by == By::Recipient, has_grants)
}

pub fn themes(books: &dyn Books, query: &Query, by: By) -> Result<ThemesReport, ReportError> {
    let mut lines: BTreeMap<Option<String>, Measures> = BTreeMap::new();
    let mut nets_themes = false;
    let key_of = |place: &Place<'_>| key_of(books, by, place);
    for (key, changes) in collect(books, query, &Cuts::of(query), by == By::Recipient, key_of)? {
        nets_themes |= is_netted(&changes)?;
        lines.insert(key, Measures::of(&changes, query)?);
    }
    let mut ungrouped = Measures::zero(query);
    for (budget, amount) in budgets(books, query)? {
        let line = match budget_key(books, by, budget) {
            Some(key) => lines.entry(key).or_insert_with(|| Measures::zero(query)),
            None => &mut ungrouped,
        };
        line.add_budget(amount)?;
    }
    lines.retain(|_, measures| !measures.is_zero());
    let keys = lines.keys().flatten().filter(|_| by == By::Recipient);
    let recipients: Vec<RecipientId> = keys.filter_map(|key| RecipientId::new(key).ok()).collect();
    let names = RecipientNames::read(books, recipients.iter())?;
    let mut rows = Vec::new();
    for (key, measures) in lines {
        let stated = key.is_some();
        rows.push((stated, row(books, query, by, key, measures, &names)));
    }
    rows.sort_by_key(|(stated, row)| (!stated, folded(&row.name), row.key.id.clone()));
    let mut rows: Vec<ThemesRow> = rows.into_iter().map(|(_, row)| row).collect();
    if !ungrouped.is_zero() {
        rows.push(ThemesRow {
            key: Key { by, id: by.not_by() },
            name: "Budget (set by fund and theme)".to_owned(),
            theme: None,
            measures: ungrouped,
        });
    }
    let has_moves = query.purpose == PurposeView::Dated && rows.iter().any(|row| row.measures.has_moves());
    rows.iter_mut().for_each(|row| row.measures.show_moves(has_moves));
    let has_adjustments = rows.iter().any(|row| !row.measures.get(Measure::PriorPeriod).is_zero());
    rows.iter_mut().for_each(|row| row.measures.show_adjustments(has_adjustments));
    let mut total = Measures::zero(query);
    rows.iter().try_for_each(|row| total.add(&row.measures))?;
    let stamp = Stamp::of_range(books, "almoner.report.themes/2", query);
    Ok(ThemesReport { stamp, by, rows, total, nets_themes })
}

/// Returns the key of a figure's line; `None` is the line of what is not stated.
fn key_of(books: &dyn Books, by: By, place: &Place<'_>) -> Option<String> {
    match by {
        By::Theme => (!place.theme.is_unallocated()).then(|| place.theme.to_string()),
        By::Fund => (!place.fund.is_unstated()).then(|| place.fund.to_string()),
        By::Objective => {
            let theme = books.reference().themes.get(place.theme)?;
            theme.objective.as_ref().map(Text::to_string)
        }
        By::Recipient => place.recipient.map(RecipientId::to_string),
        By::Power => (place.power != Power::NotStated).then(|| place.power.to_string()),
    }
}

pub(super) fn line_of(books: &dyn Books, by: By, place: &Place<'_>) -> String {
    key_of(books, by, place).unwrap_or_else(|| by.not_stated().0.to_owned())
}

pub(super) fn budget_line(books: &dyn Books, by: By, budget: &BudgetKey) -> String {
    match budget_key(books, by, budget) {
        Some(key) => key.unwrap_or_else(|| by.not_stated().0.to_owned()),
        None => by.not_by(),
    }
}

/// Returns the key of a budget's line; `None` where the grouping has no line for budgets.
fn budget_key(books: &dyn Books, by: By, budget: &BudgetKey) -> Option<Option<String>> {
    match by {
        By::Theme | By::Fund | By::Objective => {
            let (fund, theme, power) = (&budget.fund, &budget.theme, Power::NotStated);
            Some(key_of(books, by, &Place { fund, theme, power, recipient: None }))
        }
        By::Recipient | By::Power => None,
    }
}

/// Returns the key of an objective's line, by its text; `not-stated` is the line of themes without one.
pub fn objective(books: &dyn Books, given: &str) -> Result<Key, ReportError> {
    let by = By::Objective;
    let wanted = folded(given);
    let themes = books.reference().themes.values();
    let stated: Vec<&str> = themes.filter_map(|it| it.objective.as_ref()).map(Text::as_str).collect();
    let ids = || stated.iter().copied().chain([by.not_stated().0]);
    match ids().find(|id| folded(id) == wanted) {
        Some(id) => Ok(Key { by, id: id.to_owned() }),
        None => {
            let nearest = nearest(&wanted, ids());
            Err(ReportError::Unknown { what: "objective", given: given.to_owned(), nearest })
        }
    }
}

fn row(
    books: &dyn Books,
    query: &Query,
    by: By,
    key: Option<String>,
    measures: Measures,
    names: &RecipientNames,
) -> ThemesRow {
    let (id, name) = match key {
        None => (by.not_stated().0.to_owned(), by.not_stated().1.to_owned()),
        Some(id) => {
            let name = name_of(books, query, by, &id, names);
            (id, name)
        }
    };
    let theme = (by == By::Theme).then(|| {
        let theme = ThemeId::new(&id).ok().and_then(|id| books.reference().themes.get(&id));
        ThemeDetails { objective: theme.and_then(|theme| theme.objective.clone()) }
    });
    ThemesRow { key: Key { by, id }, name, theme, measures }
}

/// Returns the name of a theme, fund, recipient …, or its id where it has none.
fn name_of(books: &dyn Books, query: &Query, by: By, id: &str, names: &RecipientNames) -> String {
    let name = match by {
        By::Theme => return theme_name_on(books, id, query.as_at()),
        By::Fund => return fund_name_on(books, id, query.as_at()),
        By::Objective => None,
        By::Recipient => RecipientId::new(id).ok().map(|id| names.on(&id, query.as_at())),
        By::Power => Power::parse(id).map(|power| power.name().to_owned()),
    };
    name.unwrap_or_else(|| id.to_owned())
}

/// Returns the names of themes on a day.
pub(super) fn theme_names(books: &dyn Books, split: &Split, day: Date) -> String {
    let names: Vec<String> = split.themes().map(|id| theme_name_on(books, id.as_str(), day)).collect();
    names.join("; ")
}

/// Returns the names, on `named_on`, of the funds of a grant that are in force on a day.
pub(super) fn fund_names(books: &dyn Books, grant: &Grant, day: Date, named_on: Date) -> String {
    let division = grant.division_on(day);
    let funds = division.iter().flat_map(Division::funds);
    funds.map(|id| fund_name_on(books, id.as_str(), named_on)).collect::<Vec<_>>().join("; ")
}
