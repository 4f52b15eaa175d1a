//! What a record would withhold of what the public and the panel can see, and its wording.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::fmt;

use super::Rejection;
use crate::calendar::{Date, FinancialYear};
use crate::money::Money;

/// Maximum number of items of a kind that a message lists.
const LISTED: usize = 8;

/// A grant that would be withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiddenGrant {
    pub id: String,
    pub recipient: String,
    pub awarded: Money,
}

/// A budget that would be withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiddenBudget {
    pub fund: String,
    pub theme: String,
    pub year: FinancialYear,
    pub amount: Money,
}

/// Money from a funder that would be withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiddenReceipt {
    pub fund: String,
    pub date: Date,
    pub amount: Money,
}

/// What the public and the panel can see now and could see no longer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    pub grants: Vec<HiddenGrant>,
    /// The decisions of which only number and title would still be shown.
    pub decisions: Vec<String>,
    /// The names of themes and funds.
    pub themes: Vec<String>,
    pub funds: Vec<String>,
    pub budgets: Vec<HiddenBudget>,
    pub receipts: Vec<HiddenReceipt>,
    /// The number of performance indicators.
    pub indicators: usize,
    /// The first and last financial year whose figures would change.
    pub years: Option<(FinancialYear, FinancialYear)>,
    /// The public papers that have already named the grants and decisions.
    pub papers: Vec<String>,
}

impl Hidden {
    pub fn is_empty(&self) -> bool {
        let Hidden { grants, decisions, themes, funds, budgets, receipts, indicators, years: _, papers: _ } =
            self;
        let has_names = !decisions.is_empty() || !themes.is_empty() || !funds.is_empty();
        let has_amounts = !grants.is_empty() || !budgets.is_empty() || !receipts.is_empty();
        !has_names && !has_amounts && *indicators == 0
    }

    /// Refuses a record that would withhold something, unless that is confirmed.
    ///
    /// # Errors
    /// [`Rejection::HidesPublished`].
    pub fn unless_confirmed(hidden: Option<&Hidden>, is_confirmed: bool) -> Result<(), Rejection> {
        match hidden {
            Some(hidden) if !is_confirmed => Err(Rejection::HidesPublished(Box::new(hidden.clone()))),
            Some(_) | None => Ok(()),
        }
    }

    /// Returns each thing that would be withheld, in words.
    pub fn items(&self) -> Vec<String> {
        let grant = |it: &HiddenGrant| format!("{} ({}, {})", it.id, it.recipient, it.awarded.grouped());
        let budget =
            |it: &HiddenBudget| format!("{}, {}, {}: {}", it.fund, it.theme, it.year, it.amount.grouped());
        let mut items = Vec::new();
        items.extend(several(("grant", "grants"), self.grants.iter().map(grant).collect()));
        if let Some(decisions) = several(("decision", "decisions"), self.decisions.clone()) {
            items.push(format!("{decisions}, apart from number and title"));
        }
        items.extend(several(("theme", "themes"), self.themes.clone()));
        items.extend(several(("fund", "funds"), self.funds.clone()));
        items.extend(several(("budget", "budgets"), self.budgets.iter().map(budget).collect()));
        let receipt =
            |it: &HiddenReceipt| format!("{} for {} on {}", it.amount.grouped(), it.fund, it.date.in_words());
        items.extend(several(("receipt", "receipts"), self.receipts.iter().map(receipt).collect()));
        match self.indicators {
            0 => {}
            1 => items.push("1 performance indicator".to_owned()),
            many => items.push(format!("{many} performance indicators")),
        }
        items
    }

    /// Returns which reports would change, in words.
    pub fn reports(&self) -> String {
        let years = match self.years {
            Some((first, last)) if first == last => format!(" for {first}"),
            Some((first, last)) => format!(" for {first} to {last}"),
            None => String::new(),
        };
        let mut text = format!(
            "public and panel reports, exports and pages{years} would change, including those as known at an earlier date"
        );
        if let Some(papers) = several(("public paper", "public papers"), self.papers.clone()) {
            let verb = if self.papers.len() == 1 { "names" } else { "name" };
            text.push_str(&format!("; {papers} already {verb} details that would be withheld"));
        }
        text
    }
}

/// Returns a list with what it is of: `themes Youth, Refuges`; `None` if it is empty.
fn several((one, many): (&str, &str), items: Vec<String>) -> Option<String> {
    let word = if items.len() == 1 { one } else { many };
    let more = items.len().checked_sub(LISTED).filter(|more| *more > 0);
    let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
    let listed = items.iter().take(LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
    (!items.is_empty()).then(|| format!("{word} {listed}{more}"))
}

impl fmt::Display for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "this would withhold details that the public and the panel can see now: {}; {}",
            self.items().join("; "),
            self.reports()
        )
    }
}
