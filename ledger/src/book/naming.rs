//! Names of themes and funds in place of their ids.
//!
//! What people type or files contain becomes an id first (`Domestic abuse`: `domestic-abuse`). Where no theme or fund
//! has that id, the one whose name makes the same id is meant. This is done once, when a command is decided.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Books;
use crate::command::{AwardCommand, Command};
use crate::funds::FundId;
use crate::rejection::Rejection;
use crate::text::{plain, slug};
use crate::themes::{Split, ThemeId};

/// The ids that match a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameMatch<'a, Id> {
    /// Nothing has this id or name.
    None,
    /// One has this id or name.
    One(&'a Id),
    /// At least two have this name.
    OneOf(Vec<&'a Id>),
}

/// Finds an id by itself, otherwise by the name; capitals and punctuation make no difference.
pub fn by_name<'a, Id>(
    given: &str,
    known: impl Iterator<Item = (&'a Id, &'a str, &'a str)>,
) -> NameMatch<'a, Id> {
    let wanted = slug(&plain(given));
    let mut named = Vec::new();
    for (it, id, name) in known {
        if id == wanted {
            return NameMatch::One(it);
        }
        if !wanted.is_empty() && slug(name) == wanted {
            named.push(it);
        }
    }
    match named.as_slice() {
        [] => NameMatch::None,
        [one] => NameMatch::One(*one),
        _ => NameMatch::OneOf(named),
    }
}

/// Returns the theme that is meant: the id itself, unless only a name makes it.
pub fn theme_meant(books: &dyn Books, id: &ThemeId) -> Result<ThemeId, Rejection> {
    let themes = &books.reference().themes;
    if id.is_unallocated() || themes.contains_key(id) {
        return Ok(id.clone());
    }
    meant("theme", id, id.as_str(), themes.values().map(|it| (&it.id, it.id.as_str(), it.name.as_str())))
}

/// Returns the fund that is meant: the id itself, unless only a name makes it.
pub fn fund_meant(books: &dyn Books, id: &FundId) -> Result<FundId, Rejection> {
    let funds = &books.reference().funds;
    if id.is_unstated() || funds.contains_key(id) {
        return Ok(id.clone());
    }
    meant("fund", id, id.as_str(), funds.values().map(|it| (&it.id, it.id.as_str(), it.name.as_str())))
}

fn meant<'a, Id: Clone + ToString + 'a>(
    what: &'static str,
    id: &Id,
    given: &str,
    known: impl Iterator<Item = (&'a Id, &'a str, &'a str)>,
) -> Result<Id, Rejection> {
    match by_name(given, known) {
        NameMatch::None => Ok(id.clone()),
        NameMatch::One(found) => Ok(found.clone()),
        NameMatch::OneOf(ids) => {
            let ids = ids.into_iter().map(Id::to_string).collect();
            Err(Rejection::AmbiguousName { what, given: given.to_owned(), ids })
        }
    }
}

/// Returns the split with the themes that are meant.
fn split_meant(books: &dyn Books, split: &Split) -> Result<Split, Rejection> {
    let mut meant = BTreeMap::new();
    for id in split.themes() {
        meant.insert(id.clone(), theme_meant(books, id)?);
    }
    split
        .with_themes(|id| meant.get(id).unwrap_or(id).clone())
        .map_err(|error| Rejection::Split(Box::new(error)))
}

/// Returns the command with the ids of the themes and funds that it names.
pub fn with_ids<'c>(books: &dyn Books, command: &'c Command) -> Result<Cow<'c, Command>, Rejection> {
    let reference = books.reference();
    let is_theme = |id: &ThemeId| id.is_unallocated() || reference.themes.contains_key(id);
    let is_fund = |id: &FundId| id.is_unstated() || reference.funds.contains_key(id);
    // Nearly all commands name ids.
    let has_ids = match command {
        Command::Award(award) => {
            award.purpose.split.themes().all(is_theme) && award.fund.as_ref().is_none_or(is_fund)
        }
        Command::Repurpose { purpose, .. } => purpose.split.themes().all(is_theme),
        Command::Receive { receipt, .. } => is_fund(&receipt.fund),
        Command::SetBudget { budget, .. } => is_theme(&budget.theme) && is_fund(&budget.fund),
        Command::SetIndicator { indicator, .. } => is_theme(&indicator.theme),
        Command::AddTheme { .. }
        | Command::AddFund { .. }
        | Command::AddRecipient { .. }
        | Command::RenameRecipient { .. }
        | Command::IdentifyRecipient { .. }
        | Command::AliasRecipient { .. }
        | Command::RecordDecision(_)
        | Command::Vary { .. }
        | Command::Extend { .. }
        | Command::Withdraw { .. }
        | Command::State { .. }
        | Command::Schedule { .. }
        | Command::Pay { .. }
        | Command::Refund { .. }
        | Command::Return { .. }
        | Command::Expect { .. }
        | Command::Submit { .. }
        | Command::Waive { .. }
        | Command::RecordPaper(_)
        | Command::Reconcile { .. }
        | Command::Reverse { .. }
        | Command::Close { .. }
        | Command::Reopen { .. }
        | Command::SetUsers(_)
        | Command::SetPolicy(_)
        | Command::Reject { .. } => true,
    };
    if has_ids {
        return Ok(Cow::Borrowed(command));
    }
    let mut command = command.clone();
    if let Command::Award(award) = &mut command {
        let AwardCommand { purpose, fund, .. } = &mut **award;
        purpose.split = split_meant(books, &purpose.split)?;
        if let Some(fund) = fund {
            *fund = fund_meant(books, fund)?;
        }
    } else if let Command::Repurpose { purpose, .. } = &mut command {
        purpose.split = split_meant(books, &purpose.split)?;
    } else if let Command::Receive { receipt, .. } = &mut command {
        receipt.fund = fund_meant(books, &receipt.fund)?;
    } else if let Command::SetBudget { budget, .. } = &mut command {
        budget.theme = theme_meant(books, &budget.theme)?;
        budget.fund = fund_meant(books, &budget.fund)?;
    } else if let Command::SetIndicator { indicator, .. } = &mut command {
        indicator.theme = theme_meant(books, &indicator.theme)?;
    }
    Ok(Cow::Owned(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_before_names_and_equal_names_are_ambiguous() {
        let known = [
            ("abuse", "Domestic abuse"),
            ("domestic-abuse-2", "Domestic Abuse"),
            ("youth", "Abuse"),
            ("safer", "Safer Streets – Fund"),
        ];
        for (given, expected) in [
            ("abuse", "abuse"),
            ("Abuse", "abuse"),
            ("safer streets fund", "safer"),
            ("Safer\u{a0}Streets - Fund", "safer"),
            ("domestic abuse", "abuse or domestic-abuse-2"),
            ("roads", "none"),
            ("–", "none"),
        ] {
            let found = match by_name(given, known.iter().map(|(id, name)| (id, *id, *name))) {
                NameMatch::None => "none".to_owned(),
                NameMatch::One(id) => (*id).to_owned(),
                NameMatch::OneOf(ids) => ids.into_iter().copied().collect::<Vec<_>>().join(" or "),
            };
            assert_eq!(found, expected, "{given}");
        }
    }
}
