//! A recipient with its names and grants.

use almoner_ledger::book::Books;
use almoner_ledger::recipients::{Identifier, Recipient};
use almoner_papers::dates;

use super::{facts, or_not_stated};
use crate::problem::Problem;
use almoner_papers::layout::{Align, Columns};

/// Returns the recipient as text.
pub fn shown(books: &dyn Books, recipient: &Recipient, width: usize) -> Result<String, Problem> {
    let mut text = format!("Recipient {}\n", recipient.id);
    let mut stated = Vec::new();
    for (place, dated) in recipient.names.iter().rev().enumerate() {
        let since = dated.from.map(|from| format!(" (from {})", dates::day(from))).unwrap_or_default();
        let word = if place == 0 { "Name" } else { "Former name" };
        stated.push((word, format!("{}{since}", dated.name)));
    }
    stated.extend(recipient.aliases.iter().map(|alias| ("Also known as", alias.to_string())));
    let known: Vec<&str> = recipient.identifiers.iter().map(Identifier::as_str).collect();
    stated.push(("Identifiers", or_not_stated((!known.is_empty()).then(|| known.join(", ")))));
    text.push_str(&facts(&stated, width));
    text.push_str("\nGrants\n");
    if recipient.grants.is_empty() {
        text.push_str("  none\n");
        return Ok(text);
    }
    let mut columns = Columns::new(vec![
        ("Grant", Align::Left),
        ("Decided", Align::Left),
        ("Awarded", Align::Right),
        ("Paid", Align::Right),
        ("Balance", Align::Right),
        ("Purpose", Align::Left),
    ]);
    for id in &recipient.grants {
        let Some(grant) = books.grant(id)? else { continue };
        let (Some(award), standing) = (grant.award(), grant.standing()?) else { continue };
        columns.row(vec![
            id.to_string(),
            dates::day(award.decided),
            standing.awarded.grouped(),
            standing.paid.minus(standing.refunded)?.grouped(),
            standing.balance()?.grouped(),
            grant.purpose().map(|purpose| purpose.text.to_string()).unwrap_or_default(),
        ]);
    }
    text.push_str(&columns.render("  ", width));
    Ok(text)
}
