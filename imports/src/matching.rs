//! Which grant a payment is for, where the file does not say outright.
//!
//! The number of an award, or of a decision that made one, in the row's words decides. Nothing
//! else does: what a payment's recipient, amount and date make likely is suggested to a person.

use std::collections::BTreeSet;

use almoner_ledger::book::matching::{Meant, identified, named, suggestions};
use almoner_ledger::book::{Books, BooksError, registered};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::{Grant, GrantId};
use almoner_ledger::money::Money;
use almoner_ledger::recipients::RecipientId;

use crate::asked::Sought;

/// Why the grant of a payment is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotFound {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) hint: String,
    /// Where it shows.
    pub(crate) column: &'static str,
}

/// How many grants are suggested.
const SUGGESTED: usize = 3;

/// Finds the grants of payments in books.
pub(crate) struct Matching<'b> {
    books: &'b dyn Books,
    /// Say what is likely, which takes longer.
    pub(crate) suggest: bool,
}

impl<'b> Matching<'b> {
    pub(crate) fn new(books: &'b dyn Books, suggest: bool) -> Matching<'b> {
        Matching { books, suggest }
    }

    /// The grant that a payment is for.
    pub(crate) fn grant_of(&self, sought: &Sought) -> Result<Result<GrantId, NotFound>, BooksError> {
        let recipient = self.recipient_of(sought)?;
        let mut found = self.numbered(sought)?;
        if found.len() > 1
            && let Meant::One(recipient) = &recipient
        {
            // A decision may have made awards to several.
            found.retain(|(_, of)| of == recipient);
        }
        let mut in_order = found.iter();
        match (in_order.next(), in_order.next()) {
            (Some((grant, of)), None) => Ok(match &recipient {
                Meant::One(paid) if paid != of => Err(NotFound {
                    code: "another-recipient",
                    message: format!(
                        "the number in the row is that of a grant to `{of}`, and `{paid}` was paid"
                    ),
                    hint: "find out which of the two is wrong, and write the award's id".to_owned(),
                    column: "recipient",
                }),
                _ => Ok(grant.clone()),
            }),
            (Some(_), Some(_)) => {
                let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
                Ok(Err(NotFound {
                    code: "several-awards",
                    message: "the row's words have the numbers of several awards".to_owned(),
                    hint: format!("write the award's id: one of {}", ids.join(", ")),
                    column: "words",
                }))
            }
            (None, _) => self.not_numbered(sought, &recipient).map(Err),
        }
    }

    fn recipient_of(&self, sought: &Sought) -> Result<Meant, BooksError> {
        let by_identifier = identified(self.books, &sought.identifiers)?;
        match &sought.recipient {
            Some(name) if by_identifier == Meant::Nobody => named(self.books, name.as_str()),
            _ => Ok(by_identifier),
        }
    }

    /// The grants whose number, or whose decision's, is among the words, each with its recipient.
    fn numbered(&self, sought: &Sought) -> Result<BTreeSet<(GrantId, RecipientId)>, BooksError> {
        let reference = sought.reference.as_ref().map_or("", |text| text.as_str());
        let mut found = BTreeSet::new();
        let is_apart = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
        for word in sought.words.split(is_apart).chain(reference.split(is_apart)) {
            let word = word.trim_matches(['-', '_', '.', '/']);
            // A bare number is as likely an invoice, an amount or a cost centre.
            let is_bare = word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            if is_bare || !word.bytes().any(|byte| byte.is_ascii_digit()) {
                continue;
            }
            for word in BTreeSet::from([word.to_owned(), word.to_uppercase()]) {
                // An award has its decision's number unless the decision made several: what is
                // written may mean any of them.
                let mut ids: BTreeSet<GrantId> = GrantId::new(&word).into_iter().collect();
                if let Ok(decision) = DecisionId::new(&word)
                    && let Some(decision) = registered(self.books, &decision)?
                {
                    ids.extend(decision.grants.iter().cloned());
                }
                for id in ids {
                    let grant = self.books.grant(&id)?;
                    if let Some(award) = grant.as_deref().and_then(Grant::award) {
                        found.insert((id, award.recipient.clone()));
                    }
                }
            }
        }
        Ok(found)
    }

    fn not_numbered(&self, sought: &Sought, recipient: &Meant) -> Result<NotFound, BooksError> {
        let not_found = |message: &str, hint: String| NotFound {
            code: "award-not-stated",
            message: message.to_owned(),
            hint,
            column: "award",
        };
        let message = "no number of an award or decision that the ledger knows is in the row";
        let write_it = "write the award's id in a column that the profile reads as `award`";
        if !self.suggest {
            return Ok(not_found(message, write_it.to_owned()));
        }
        let Meant::One(recipient) = recipient else {
            let mut hint = write_it.to_owned();
            if let (Some(name), Meant::Nobody) = (&sought.recipient, recipient) {
                let alike = suggestions(self.books, name.as_str())?;
                let alike: Vec<String> =
                    alike.iter().map(|it| format!("`{}` ({})", it.name, it.id)).collect();
                if !alike.is_empty() {
                    hint = format!(
                        "{hint}; of the recipients that the ledger knows, the name is most like {}",
                        alike.join(", ")
                    );
                }
            }
            return Ok(not_found(message, hint));
        };
        let likely = self.likely(sought, recipient)?;
        let hint = match likely.is_empty() {
            true => format!("{write_it}; `{recipient}` has no grant with that much left to pay"),
            false => format!("{write_it}; of the grants to `{recipient}`, likely: {}", likely.join(", ")),
        };
        Ok(not_found(message, hint))
    }

    /// The recipient's grants that the payment can be for: first those that it would pay out in
    /// full, or for which it is scheduled, then the newest.
    fn likely(&self, sought: &Sought, recipient: &RecipientId) -> Result<Vec<String>, BooksError> {
        let Some(recipient) = self.books.recipient(recipient)? else { return Ok(Vec::new()) };
        let mut ranked = Vec::new();
        for id in &recipient.grants {
            let Some(grant) = self.books.grant(id)? else { continue };
            let Some(award) = grant.award() else { continue };
            let standing = grant.standing()?;
            let left = if sought.amount.is_negative() {
                standing.paid.minus(standing.refunded)?
            } else {
                standing.left()?
            };
            if sought.amount.size() > left {
                continue;
            }
            let is_exact = sought.amount.size() == left || is_scheduled(&grant, sought.amount);
            ranked.push((!is_exact, std::cmp::Reverse(award.decided), id.clone(), left));
        }
        ranked.sort();
        let shown = |(.., id, left): &(_, _, GrantId, Money)| format!("`{id}` ({} left)", left.grouped());
        Ok(ranked.iter().take(SUGGESTED).map(shown).collect())
    }
}

fn is_scheduled(grant: &Grant, amount: Money) -> bool {
    use almoner_ledger::grants::Fact;
    grant.facts().any(|fact| matches!(fact, Fact::Scheduled(instalment) if instalment.amount == amount))
}
