//! Which grant a payment is for, where the file does not say outright.
//!
//! The number of an award, or of a decision that made one, in the row's words decides. Nothing
//! else does: what a payment's recipient, amount and date make likely is suggested to a person.

use std::collections::BTreeSet;

use almoner_ledger::book::matching::{Meant, identified, named, suggestions};
use almoner_ledger::book::{Books, BooksError, registered};
use almoner_ledger::calendar::Date;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::{Fact, Grant, GrantId};
use almoner_ledger::money::Money;
use almoner_ledger::recipients::RecipientId;

use crate::request::UnmatchedPayment;

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
    pub(crate) fn grant_of(
        &self,
        sought: &UnmatchedPayment,
    ) -> Result<Result<GrantId, NotFound>, BooksError> {
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
                    message: format!("the number in the row is of an award to `{of}`, but `{paid}` was paid"),
                    hint: "check which is wrong, and enter the award's id".to_owned(),
                    column: "recipient",
                }),
                _ => Ok(grant.clone()),
            }),
            (Some(_), Some(_)) => {
                let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
                Ok(Err(NotFound {
                    code: "several-awards",
                    message: "the row contains the numbers of several awards".to_owned(),
                    hint: format!("enter the award's id: one of {}", ids.join(", ")),
                    column: "words",
                }))
            }
            (None, _) => self.not_numbered(sought, &recipient).map(Err),
        }
    }

    fn recipient_of(&self, sought: &UnmatchedPayment) -> Result<Meant, BooksError> {
        let by_identifier = identified(self.books, &sought.identifiers)?;
        match &sought.recipient {
            Some(name) if by_identifier == Meant::Nobody => named(self.books, name.as_str()),
            _ => Ok(by_identifier),
        }
    }

    /// The grants whose number, or whose decision's, is among the words, each with its recipient.
    fn numbered(&self, sought: &UnmatchedPayment) -> Result<BTreeSet<(GrantId, RecipientId)>, BooksError> {
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

    fn not_numbered(&self, sought: &UnmatchedPayment, recipient: &Meant) -> Result<NotFound, BooksError> {
        let not_found = |message: &str, hint: String| NotFound {
            code: "award-not-stated",
            message: message.to_owned(),
            hint,
            column: "award",
        };
        let message = "the row contains no known award or decision number";
        let write_it = "enter the award's id in a column that the profile reads as `award`";
        if !self.suggest {
            return Ok(not_found(message, write_it.to_owned()));
        }
        let mut hints = vec![write_it.to_owned()];
        if let Meant::One(recipient) = recipient {
            let likely = self.likely(sought, recipient)?;
            hints.push(match likely.is_empty() {
                true => format!("no award to `{recipient}` has a sufficient balance"),
                false => format!("likely awards to `{recipient}`: {}", likely.join(", ")),
            });
            return Ok(not_found(message, hints.join("; ")));
        }
        if let (Some(name), Meant::Nobody) = (&sought.recipient, recipient) {
            let alike = suggestions(self.books, name.as_str())?;
            let alike: Vec<String> = alike.iter().map(|it| format!("`{}` ({})", it.name, it.id)).collect();
            if !alike.is_empty() {
                let alike = alike.join(", ");
                hints.push(format!("most similar recipients: {alike}"));
            }
        }
        let by_amount = self.likely_by_amount(sought)?;
        if !by_amount.is_empty() {
            hints.push(format!("possible awards by amount and date: {}", by_amount.join(", ")));
        }
        Ok(not_found(message, hints.join("; ")))
    }

    /// The recipient's grants that the payment can be for, those that fit best first.
    fn likely(&self, sought: &UnmatchedPayment, recipient: &RecipientId) -> Result<Vec<String>, BooksError> {
        let Some(recipient) = self.books.recipient(recipient)? else { return Ok(Vec::new()) };
        let mut ranked = BTreeSet::new();
        for id in &recipient.grants {
            let Some(grant) = self.books.grant(id)? else { continue };
            ranked.extend(Fit::of(&grant, sought)?);
        }
        let shown = |fit: &Fit| format!("`{}` (balance {})", fit.grant, fit.left.grouped());
        Ok(ranked.iter().take(SUGGESTED).map(shown).collect())
    }

    /// Grants to whomever, already decided on that day, of which just this amount is left or scheduled.
    fn likely_by_amount(&self, sought: &UnmatchedPayment) -> Result<Vec<String>, BooksError> {
        let mut ranked = BTreeSet::new();
        self.books.each_grant(&mut |grant| {
            let is_decided = grant.award().is_some_and(|award| award.decided <= sought.date);
            ranked.extend(Fit::of(grant, sought)?.filter(|fit| is_decided && !fit.is_part));
            Ok(())
        })?;
        let shown = |fit: &Fit| format!("`{}` to `{}`", fit.grant, fit.recipient);
        Ok(ranked.iter().take(SUGGESTED).map(shown).collect())
    }
}

/// How well a grant fits a payment or refund; less is better.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    /// The amount is neither all that is left nor that of an instalment.
    is_part: bool,
    /// From the day on which it was scheduled or decided, to that on which it was paid.
    days: u64,
    grant: GrantId,
    recipient: RecipientId,
    left: Money,
}

impl Fit {
    /// `None` if the grant has not that much left to pay, or to pay back.
    fn of(grant: &Grant, sought: &UnmatchedPayment) -> Result<Option<Fit>, BooksError> {
        let Some(award) = grant.award() else { return Ok(None) };
        let standing = grant.standing()?;
        let left = match sought.amount.is_negative() {
            true => standing.paid.minus(standing.refunded)?,
            false => standing.left()?,
        };
        let amount = sought.amount.size();
        if amount > left {
            return Ok(None);
        }
        let days_to = |day: Date| sought.date.days_since(day).unsigned_abs();
        let due = grant.facts().filter_map(|fact| match fact {
            Fact::Scheduled(instalment) if instalment.amount == amount => Some(days_to(instalment.due)),
            _ => None,
        });
        let due = due.min();
        Ok(Some(Fit {
            is_part: due.is_none() && amount != left,
            days: due.unwrap_or(days_to(award.decided)),
            grant: grant.id.clone(),
            recipient: award.recipient.clone(),
            left,
        }))
    }
}
