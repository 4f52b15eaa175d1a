//! Spending by theme, fund, objective, recipient or power.

use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::book::{Books, BooksError};
use crate::event::BudgetKey;
use crate::funds::FundId;
use crate::grants::Power;
use crate::recipients::RecipientId;
use crate::reports::budgets::budgets;
use crate::reports::collect::{self, Cuts, Place, collect};
use crate::reports::filter::{UNALLOCATED, UNSTATED};
use crate::reports::{Measures, Query, ReportError, Stamp};
use crate::text::{Text, folded};
use crate::themes::{Split, ThemeId};
use crate::totals::Figures;

/// What lines stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// A theme each.
    #[default]
    Theme,
    /// A fund each.
    Fund,
    /// An objective of the plan each.
    Objective,
    /// A recipient each.
    Recipient,
    /// A power each.
    Power,
}

impl By {
    /// All groupings.
    pub const ALL: [By; 5] = [By::Theme, By::Fund, By::Objective, By::Recipient, By::Power];

    /// The word in flags; also the name of the key in each line.
    pub const fn word(self) -> &'static str {
        match self {
            By::Theme => "theme",
            By::Fund => "fund",
            By::Objective => "objective",
            By::Recipient => "recipient",
            By::Power => "power",
        }
    }

    /// Reads a grouping's word.
    pub fn parse(text: &str) -> Option<By> {
        By::ALL.into_iter().find(|by| by.word() == text.trim())
    }

    /// The line of budgets that are not held by this.
    fn not_by(self) -> String {
        format!("not-by-{}", self.word())
    }

    /// The line of what is not stated: its key and its name.
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

/// What a line stands for. Serialised as one field, named by the grouping: `"theme": "…"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The grouping.
    pub by: By,
    /// The id, the objective's text, or the word of what is not stated.
    pub id: String,
}

impl Key {
    /// The id of the objective that a theme stands under.
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

/// What is said of a theme beside its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ThemeDetails {
    /// The objective that it stands under; `None` is *not stated*.
    pub objective: Option<Text>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ThemesRow {
    /// What the line stands for.
    #[serde(flatten)]
    pub key: Key,
    /// Its name.
    pub name: String,
    /// For themes: the objective.
    #[serde(flatten)]
    pub theme: Option<ThemeDetails>,
    /// The figures.
    #[serde(flatten)]
    pub measures: Measures,
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ThemesReport {
    /// What every report begins with.
    #[serde(flatten)]
    pub stamp: Stamp,
    /// What the lines stand for, which every line says in the name of its key.
    #[serde(skip)]
    pub by: By,
    /// The lines by name; what is not stated last, and after it budgets that no line can have.
    pub rows: Vec<ThemesRow>,
    /// Their sum.
    pub total: Measures,
}

/// True when the totals can answer, so that no grant need be read.
pub fn needs_only_totals(query: &Query, by: By) -> bool {
    collect::totals_answer(query, &Cuts::range(query.range), by == By::Recipient)
}

/// Draws the report.
pub fn themes(books: &dyn Books, query: &Query, by: By) -> Result<ThemesReport, ReportError> {
    let mut lines: BTreeMap<Option<String>, Measures> = BTreeMap::new();
    let key_of = |place: &Place<'_>| key_of(books, by, place);
    for (key, changes) in collect(books, query, &Cuts::range(query.range), by == By::Recipient, key_of)? {
        lines.insert(key, of_range(&changes)?);
    }
    let mut held_otherwise = Measures::default();
    for (budget, amount) in budgets(books, query)? {
        let line = match budget_key(books, by, budget) {
            Some(key) => lines.entry(key).or_default(),
            None => &mut held_otherwise,
        };
        line.add_budget(amount)?;
    }
    let mut rows = Vec::new();
    for (key, measures) in lines.into_iter().filter(|(_, measures)| !measures.is_zero()) {
        let stated = key.is_some();
        let row = row(books, query, by, key, measures)?;
        rows.push((stated, row));
    }
    rows.sort_by_key(|(stated, row)| (!stated, folded(&row.name), row.key.id.clone()));
    let mut rows: Vec<ThemesRow> = rows.into_iter().map(|(_, row)| row).collect();
    if !held_otherwise.is_zero() {
        rows.push(ThemesRow {
            key: Key { by, id: by.not_by() },
            name: "Budget (held by fund and theme)".to_owned(),
            theme: None,
            measures: held_otherwise,
        });
    }
    let mut total = Measures::default();
    rows.iter().try_for_each(|row| total.add(&row.measures))?;
    Ok(ThemesReport { stamp: Stamp::of_range(books, "almoner.report.themes/2", query), by, rows, total })
}

/// The measures of what was collected before and within a range.
pub(super) fn of_range(changes: &[Figures]) -> Result<Measures, crate::money::Overflow> {
    let mut to_end = Figures::default();
    changes.iter().try_for_each(|figures| collect::add(&mut to_end, figures))?;
    let nothing = Figures::default();
    Measures::of(changes.get(1).unwrap_or(&nothing), &to_end)
}

/// The line of a figure; `None` is the line of what is not stated.
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

/// The id of the line of a figure.
pub(super) fn line_of(books: &dyn Books, by: By, place: &Place<'_>) -> String {
    key_of(books, by, place).unwrap_or_else(|| by.not_stated().0.to_owned())
}

/// The id of the line of a budget.
pub(super) fn budget_line(books: &dyn Books, by: By, budget: &BudgetKey) -> String {
    match budget_key(books, by, budget) {
        Some(key) => key.unwrap_or_else(|| by.not_stated().0.to_owned()),
        None => by.not_by(),
    }
}

/// The line of a budget; `None` where it has none.
fn budget_key(books: &dyn Books, by: By, budget: &BudgetKey) -> Option<Option<String>> {
    match by {
        By::Theme | By::Fund | By::Objective => {
            let (fund, theme, power) = (&budget.fund, &budget.theme, Power::NotStated);
            Some(key_of(books, by, &Place { fund, theme, power, recipient: None }))
        }
        By::Recipient | By::Power => None,
    }
}

fn row(
    books: &dyn Books,
    query: &Query,
    by: By,
    key: Option<String>,
    measures: Measures,
) -> Result<ThemesRow, BooksError> {
    let (id, name) = match key {
        None => (by.not_stated().0.to_owned(), by.not_stated().1.to_owned()),
        Some(id) => {
            let name = name_of(books, query, by, &id)?;
            (id, name)
        }
    };
    let theme = (by == By::Theme).then(|| {
        let theme = ThemeId::new(&id).ok().and_then(|id| books.reference().themes.get(&id));
        ThemeDetails { objective: theme.and_then(|theme| theme.objective.clone()) }
    });
    Ok(ThemesRow { key: Key { by, id }, name, theme, measures })
}

/// The name of a theme, fund, recipient …; its id where it has none.
fn name_of(books: &dyn Books, query: &Query, by: By, id: &str) -> Result<String, BooksError> {
    let name = match by {
        By::Theme => return Ok(theme_name(books, id)),
        By::Fund => return Ok(fund_name(books, id)),
        By::Objective => None,
        By::Recipient => match RecipientId::new(id) {
            Ok(id) => books.recipient(&id)?.map(|it| it.name_on(query.as_at()).to_owned()),
            Err(_) => None,
        },
        By::Power => Power::parse(id).map(|power| power.name().to_owned()),
    };
    Ok(name.unwrap_or_else(|| id.to_owned()))
}

/// A theme's name.
pub(super) fn theme_name(books: &dyn Books, id: &str) -> String {
    let theme = ThemeId::new(id).ok().and_then(|id| books.reference().themes.get(&id));
    match theme {
        Some(theme) => theme.name.to_string(),
        None if id == ThemeId::UNALLOCATED => UNALLOCATED.to_owned(),
        None => id.to_owned(),
    }
}

/// The names of the themes of a split.
pub(super) fn theme_names(books: &dyn Books, split: &Split) -> String {
    let names: Vec<String> = split.themes().map(|id| theme_name(books, id.as_str())).collect();
    names.join("; ")
}

/// A fund's name.
pub(super) fn fund_name(books: &dyn Books, id: &str) -> String {
    let fund = FundId::new(id).ok().and_then(|id| books.reference().funds.get(&id));
    match fund {
        Some(fund) => fund.name.to_string(),
        None if id == FundId::UNSTATED => UNSTATED.to_owned(),
        None => id.to_owned(),
    }
}
