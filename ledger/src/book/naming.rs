//! Names of themes and funds in place of their ids.
//!
//! What people type or files contain becomes an id first (`Domestic abuse`: `domestic-abuse`). Where no theme or fund
//! has that id, the one whose name makes the same id is meant. This is done once, when a command is decided.

use std::collections::BTreeMap;

use super::Books;
use super::bank::known_account;
use crate::allocation::{Funds, Part};
use crate::command::{AwardCommand, Command};
use crate::funds::FundId;
use crate::grants::TermsAddendum;
use crate::publication::Subject;
use crate::rejection::Rejection;
use crate::split::SplitId;
use crate::text::{Text, plain, slug};
use crate::themes::{Split, ThemeId};

/// The ids that match a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameMatch<'a, Id> {
    None,
    One(&'a Id),
    OneOf(Vec<&'a Id>),
}

/// Finds an id by itself, otherwise by a name, of which one may have several; capitals and punctuation make no difference.
pub fn by_name<'a, Id>(
    given: &str,
    known: impl Iterator<Item = (&'a Id, &'a str, &'a str)>,
) -> NameMatch<'a, Id> {
    let wanted = slug(&plain(given));
    // By their ids, since one may have several names.
    let mut named = BTreeMap::new();
    for (it, id, name) in known {
        if id == wanted {
            return NameMatch::One(it);
        }
        if !wanted.is_empty() && slug(name) == wanted {
            named.insert(id, it);
        }
    }
    let named: Vec<&Id> = named.into_values().collect();
    match named.as_slice() {
        [] => NameMatch::None,
        [one] => NameMatch::One(*one),
        _ => NameMatch::OneOf(named),
    }
}

/// Returns the theme that is meant: the id itself, unless only a name makes it.
pub(crate) fn theme_meant(books: &dyn Books, id: &ThemeId) -> Result<ThemeId, Rejection> {
    let themes = &books.reference().themes;
    if id.is_unallocated() || themes.contains_key(id) {
        return Ok(id.clone());
    }
    meant("theme", id, id.as_str(), books.reference().names_of_themes())
}

/// Returns the fund that is meant: the id itself, unless only a name makes it.
pub fn fund_meant(books: &dyn Books, id: &FundId) -> Result<FundId, Rejection> {
    let funds = &books.reference().funds;
    if id.is_unstated() || funds.contains_key(id) {
        return Ok(id.clone());
    }
    meant("fund", id, id.as_str(), books.reference().names_of_funds())
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
    let is_known = |id: &ThemeId| id.is_unallocated() || books.reference().themes.contains_key(id);
    // Nearly all splits name ids.
    if split.themes().all(is_known) {
        return Ok(split.clone());
    }
    meant_in(split, |id| theme_meant(books, id))
}

/// Writes a bank account as the books write it, if they know it.
fn as_known(books: &dyn Books, account: &mut Option<Text>) {
    let known = account.as_ref().and_then(|account| known_account(books, account.as_str()));
    *account = known.or(account.take());
}

fn part_meant(books: &dyn Books, part: &Part) -> Result<Part, Rejection> {
    Ok(Part { fund: fund_meant(books, &part.fund)?, theme: theme_meant(books, &part.theme)? })
}

/// Returns the funds, and the themes of parts, that are meant.
fn funds_meant(books: &dyn Books, funds: &Funds) -> Result<Funds, Rejection> {
    Ok(match funds {
        Funds::Split(split) => Funds::Split(meant_in(split, |fund| fund_meant(books, fund))?),
        Funds::Parts(parts) => Funds::Parts(meant_in(parts, |part| part_meant(books, part))?),
    })
}

fn meant_in<Id: SplitId + Ord>(
    split: &Split<Id>,
    meant: impl Fn(&Id) -> Result<Id, Rejection>,
) -> Result<Split<Id>, Rejection> {
    let mut ids = BTreeMap::new();
    for id in split.ids() {
        ids.insert(id.clone(), meant(id)?);
    }
    split.with_ids(|id| ids.get(id).unwrap_or(id).clone()).map_err(|error| Rejection::Split(Box::new(error)))
}

/// Returns the command with the ids of the themes and funds that it names.
pub(crate) fn with_ids(books: &dyn Books, command: &Command) -> Result<Command, Rejection> {
    let mut command = command.clone();
    match &mut command {
        Command::Award(award) => {
            let AwardCommand { purpose, fund, .. } = &mut **award;
            purpose.split = split_meant(books, &purpose.split)?;
            if let Some(funds) = fund {
                *funds = funds_meant(books, funds)?;
            }
        }
        Command::Repurpose { purpose, .. } => purpose.split = split_meant(books, &purpose.split)?,
        Command::ChangeFund { fund, .. } => *fund = funds_meant(books, fund)?,
        Command::State { statement: TermsAddendum { fund, theme, .. }, .. }
        | Command::Correct { fund, theme, .. } => {
            if let Some(funds) = fund {
                *funds = funds_meant(books, funds)?;
            }
            if let Some(split) = theme {
                *split = split_meant(books, split)?;
            }
        }
        Command::Vary { part: Some(part), .. } => *part = part_meant(books, part)?,
        Command::Pay { part, account, .. } | Command::Refund { part, account, .. } => {
            if let Some(part) = part {
                *part = part_meant(books, part)?;
            }
            as_known(books, account);
        }
        Command::Return { account, .. } => as_known(books, account),
        Command::Receive { receipt, .. } => {
            receipt.fund = fund_meant(books, &receipt.fund)?;
            as_known(books, &mut receipt.account);
        }
        Command::SetBudget { budget, .. } => {
            budget.theme = theme_meant(books, &budget.theme)?;
            budget.fund = fund_meant(books, &budget.fund)?;
        }
        Command::SetPublication { of, .. } => match of {
            Subject::Theme(id) => *id = theme_meant(books, id)?,
            Subject::Fund(id) => *id = fund_meant(books, id)?,
            Subject::Budget(key) => {
                key.theme = theme_meant(books, &key.theme)?;
                key.fund = fund_meant(books, &key.fund)?;
            }
            Subject::Indicator(key) => key.theme = theme_meant(books, &key.theme)?,
            Subject::Receipt(_) => {}
        },
        Command::RenameTheme { theme, .. } => *theme = theme_meant(books, theme)?,
        Command::RenameFund { fund, .. } => *fund = fund_meant(books, fund)?,
        Command::SetIndicator { indicator, .. } => indicator.theme = theme_meant(books, &indicator.theme)?,
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
        | Command::Schedule { .. }
        | Command::Expect { .. }
        | Command::Submit { .. }
        | Command::Waive { .. }
        | Command::RecordPaper(_)
        | Command::RecordStatement(_)
        | Command::Reconcile(_)
        | Command::Reverse { .. }
        | Command::Close { .. }
        | Command::Reopen { .. }
        | Command::SetUsers(_)
        | Command::SetPolicy(_)
        | Command::Reject { .. } => {}
    }
    Ok(command)
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
            ("safer", "Streets"),
            ("safer", "STREETS"),
        ];
        for (given, expected) in [
            ("abuse", "abuse"),
            ("Abuse", "abuse"),
            ("safer streets fund", "safer"),
            ("Safer\u{a0}Streets - Fund", "safer"),
            ("streets", "safer"),
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
