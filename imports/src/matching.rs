//! Finds the grant of a payment, if the file does not name it.
//!
//! Only the number of an award, or of a decision that made one, in the text of the row decides. A
//! match by recipient, amount and date is only suggested.

#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

use std::collections::BTreeSet;

use almoner_ledger::book::matching::{RecipientMatch, identified, named, suggestions};
use almoner_ledger::book::{Books, BooksError, registered};
use almoner_ledger::calendar::Date;
use almoner_ledger::command::Options;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::{Fact, Grant, GrantId};
use almoner_ledger::money::Money;
use almoner_ledger::recipients::{Identifier, RecipientId};
use almoner_ledger::rejection::Rejection;
use almoner_ledger::text::{Text, plain};

use crate::diagnostic::NextStep;
use crate::request::UnmatchedPayment;
use crate::words;

/// The reason for which the grant of a payment is not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotFound {
    pub(crate) message: String,
    pub(crate) hint: NextStep,
    pub(crate) column: &'static str,
}

/// Maximum number of grants suggested.
const SUGGESTED: usize = 3;

/// Finds the grants of payments in books.
pub(crate) struct Matching<'b> {
    books: &'b dyn Books,
    /// Suggest likely grants, which takes longer.
    pub(crate) suggest: bool,
    /// A new name of a known identifier is confirmed.
    pub(crate) confirm_names: bool,
}

impl<'b> Matching<'b> {
    pub(crate) fn new(books: &'b dyn Books, options: &Options) -> Matching<'b> {
        Matching { books, suggest: !options.no_suggestions, confirm_names: options.confirm_names }
    }

    /// Returns the recipient that a payment's identifier belongs to and its name, if that is a new one.
    pub(crate) fn new_name(
        &self,
        payment: &UnmatchedPayment,
    ) -> Result<Option<(RecipientId, Text)>, BooksError> {
        let Some(name) = &payment.recipient else { return Ok(None) };
        Ok(match identified(self.books, &payment.identifiers)? {
            RecipientMatch::One(owner) if named(self.books, name.as_str())? == RecipientMatch::None => {
                Some((owner, name.clone()))
            }
            RecipientMatch::One(_) | RecipientMatch::None | RecipientMatch::OneOf(_) => None,
        })
    }

    pub(crate) fn grant_of(
        &self,
        payment: &UnmatchedPayment,
    ) -> Result<Result<GrantId, NotFound>, BooksError> {
        let recipient = match self.recipient_of(payment)? {
            Ok(recipient) => recipient,
            Err(differs) => return Ok(Err(differs)),
        };
        if let Some(award) = &payment.award {
            let grant = self.books.grant(award)?;
            let of = grant.as_deref().and_then(Grant::award).map(|award| &award.recipient);
            return Ok(match (&recipient, of) {
                (RecipientMatch::One(paid), Some(of)) if paid != of => Err(paid_to_another(of, paid)),
                // Of an award that is not there, the decision names the nearest.
                (RecipientMatch::One(_) | RecipientMatch::None | RecipientMatch::OneOf(_), _) => {
                    Ok(award.clone())
                }
            });
        }
        let mut found = self.numbered(payment)?;
        if found.len() > 1
            && let RecipientMatch::One(recipient) = &recipient
        {
            // A decision may have made awards to several recipients.
            found.retain(|(_, of)| of == recipient);
        }
        let mut in_order = found.iter();
        match (in_order.next(), in_order.next()) {
            (Some((grant, of)), None) => Ok(match &recipient {
                RecipientMatch::One(paid) if paid != of => Err(paid_to_another(of, paid)),
                RecipientMatch::One(_) | RecipientMatch::None | RecipientMatch::OneOf(_) => Ok(grant.clone()),
            }),
            (Some(_), Some(_)) => {
                let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
                Ok(Err(NotFound {
                    message: "the row contains the numbers of several awards".to_owned(),
                    hint: format!("enter the award's id: one of {}", ids.join(", ")).into(),
                    column: "words",
                }))
            }
            (None, _) => self.not_numbered(payment, &recipient).map(Err),
        }
    }

    /// Finds the recipient paid. An identifier and a name that are of different recipients are refused.
    fn recipient_of(
        &self,
        payment: &UnmatchedPayment,
    ) -> Result<Result<RecipientMatch, NotFound>, BooksError> {
        let by_identifier = identified(self.books, &payment.identifiers)?;
        let Some(name) = &payment.recipient else { return Ok(Ok(by_identifier)) };
        let by_name = named(self.books, name.as_str())?;
        if let (RecipientMatch::One(owner), RecipientMatch::None, false) =
            (&by_identifier, &by_name, self.confirm_names)
        {
            let (identifier, owner, name) =
                (listed(&payment.identifiers), owner.to_string(), name.to_string());
            let rejection = Rejection::UnknownNameOfIdentifier { identifier, owner, name };
            return Ok(Err(NotFound {
                message: rejection.to_string(),
                hint: NextStep::Books(rejection.remedies()),
                column: "recipient",
            }));
        }
        Ok(match (&by_identifier, &by_name) {
            (RecipientMatch::None, _) => Ok(by_name),
            (RecipientMatch::One(one), RecipientMatch::One(two)) if one != two => Err(NotFound {
                message: format!("the identifier in the row belongs to `{one}`, but the name to `{two}`"),
                hint: "check which of the two recipients is meant, and correct the identifier or the name"
                    .into(),
                column: "recipient",
            }),
            _ => Ok(by_identifier),
        })
    }

    /// Returns the grants whose number, or decision number, is in the text, each with its recipient.
    fn numbered(&self, payment: &UnmatchedPayment) -> Result<BTreeSet<(GrantId, RecipientId)>, BooksError> {
        let reference = payment.reference.as_ref().map_or("", |text| text.as_str());
        let mut found = BTreeSet::new();
        let is_apart = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
        let words = plain(&payment.words);
        let mut before = "";
        for word in words.split(is_apart).chain(reference.split(is_apart)) {
            let word = word.trim_matches(['-', '_', '.', '/']);
            let before = std::mem::replace(&mut before, word);
            // A bare number is as likely an invoice, an amount or a cost centre.
            let is_bare = word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            if is_bare || !word.bytes().any(|byte| byte.is_ascii_digit()) {
                continue;
            }
            for (grant, decision) in numbers(word, before) {
                // A decision number may mean any of the awards made by that decision.
                let mut ids: BTreeSet<GrantId> = grant.into_iter().collect();
                if let Some(decision) = decision
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

    fn not_numbered(
        &self,
        payment: &UnmatchedPayment,
        recipient: &RecipientMatch,
    ) -> Result<NotFound, BooksError> {
        let not_found = |message: &str, hint: String| NotFound {
            message: message.to_owned(),
            hint: hint.into(),
            column: "award",
        };
        let message = "the row contains no known award or decision number";
        let write_it = "enter the award's id in a column that the profile reads as `award`";
        if !self.suggest {
            return Ok(not_found(message, write_it.to_owned()));
        }
        let mut hints = vec![write_it.to_owned()];
        if let RecipientMatch::One(recipient) = recipient {
            let likely = self.likely(payment, recipient)?;
            hints.push(match likely.is_empty() {
                true => format!("no award to `{recipient}` has a sufficient balance"),
                false => format!("likely awards to `{recipient}`: {}", likely.join(", ")),
            });
            return Ok(not_found(message, hints.join("; ")));
        }
        if let (Some(name), RecipientMatch::None) = (&payment.recipient, recipient) {
            let similar = suggestions(self.books, name.as_str())?;
            let similar: Vec<String> =
                similar.iter().map(|it| format!("`{}` ({})", it.name, it.id)).collect();
            if !similar.is_empty() {
                hints.push(format!("most similar recipients: {}", similar.join(", ")));
            }
        }
        let by_amount = self.likely_by_amount(payment)?;
        if !by_amount.is_empty() {
            hints.push(format!("possible awards by amount and date: {}", by_amount.join(", ")));
        }
        Ok(not_found(message, hints.join("; ")))
    }

    /// Returns the grants of the recipient that the payment may be for, best first.
    fn likely(&self, payment: &UnmatchedPayment, recipient: &RecipientId) -> Result<Vec<String>, BooksError> {
        let Some(recipient) = self.books.recipient(recipient)? else { return Ok(Vec::new()) };
        let mut ranked = BTreeSet::new();
        for id in &recipient.grants {
            let Some(grant) = self.books.grant(id)? else { continue };
            ranked.extend(Fit::of(&grant, payment)?);
        }
        let shown = |fit: &Fit| format!("`{}` (balance {})", fit.grant, fit.left.grouped());
        Ok(ranked.iter().take(SUGGESTED).map(shown).collect())
    }

    /// Returns grants decided by that day whose balance or instalment is exactly this amount.
    fn likely_by_amount(&self, payment: &UnmatchedPayment) -> Result<Vec<String>, BooksError> {
        let mut ranked = BTreeSet::new();
        self.books.each_grant(&mut |grant| {
            let is_decided = grant.award().is_some_and(|award| award.decided <= payment.date);
            ranked.extend(Fit::of(grant, payment)?.filter(|fit| is_decided && !fit.is_part));
            Ok(())
        })?;
        let shown = |fit: &Fit| format!("`{}` to `{}`", fit.grant, fit.recipient);
        Ok(ranked.iter().take(SUGGESTED).map(shown).collect())
    }
}

/// Returns the reason that the payee is not whom the award is to.
fn paid_to_another(of: &RecipientId, paid: &RecipientId) -> NotFound {
    NotFound {
        message: format!("the number in the row belongs to an award to `{of}`, but `{paid}` was paid"),
        hint: "check which is wrong, and enter the award's id".into(),
        column: "recipient",
    }
}

fn listed(identifiers: &[Identifier]) -> String {
    identifiers.iter().map(Identifier::as_str).collect::<Vec<_>>().join(", ")
}

/// Words before a number that say what it is.
const LEADS: &str = "decision decisions dec no nos number ref reference award grant";

/// Returns the numbers of awards and decisions that a word may be, given the word before it. In a text `5/2015` is as
/// often a month, so that it is a number only where the text says so.
fn numbers(word: &str, before: &str) -> BTreeSet<(Option<GrantId>, Option<DecisionId>)> {
    let upper = word.to_uppercase();
    let exact = [word, &upper].map(|word| (GrantId::new(word).ok(), DecisionId::new(word).ok()));
    let mut found = BTreeSet::from(exact);
    let mut stated = |text: &str| {
        found.insert((GrantId::stated(text).ok(), DecisionId::stated(text).ok()));
    };
    if word.starts_with(|c: char| c.is_ascii_alphabetic()) || words::has(LEADS, &before.to_lowercase()) {
        stated(word);
    }
    // `PCD 2031/014`
    if (2..=8).contains(&before.len()) && before.bytes().all(|byte| byte.is_ascii_uppercase()) {
        stated(&format!("{before} {word}"));
    }
    found
}

/// The fit of a grant to a payment or refund; lower is better.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    /// True if the amount is neither the balance nor an instalment.
    is_part: bool,
    /// Days between the due date, or else the decision, and the payment.
    days: u64,
    grant: GrantId,
    recipient: RecipientId,
    left: Money,
}

impl Fit {
    /// Returns `None` if the balance, or the amount to refund, is not sufficient.
    fn of(grant: &Grant, payment: &UnmatchedPayment) -> Result<Option<Fit>, BooksError> {
        let Some(award) = grant.award() else { return Ok(None) };
        let standing = grant.standing()?;
        let left = match payment.amount.is_negative() {
            true => standing.paid.minus(standing.refunded)?,
            false => standing.balance()?,
        };
        let amount = payment.amount.size();
        if amount > left {
            return Ok(None);
        }
        let days_to = |day: Date| payment.date.days_since(day).unsigned_abs();
        let same = grant.facts().filter_map(Fact::instalment).filter(|it| it.amount == amount);
        let due = same.map(|instalment| days_to(instalment.due));
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
