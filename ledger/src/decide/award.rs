//! Awarding a grant.

use super::allocation::{check_allocated, check_divisible};
use super::recipient::check_name;
use super::reference::check_not_reserved;
use super::{Already, Decided, Decider, Refusal, already, check_positive, kind_of};
use crate::allocation::Funds;
use crate::book::{BooksError, known_recipient};
use crate::command::AwardCommand;
use crate::decisions::DecisionId;
use crate::events::{Event, RecipientAdded};
use crate::funds::{Fund, FundId};
use crate::grants::divisions::StatedLater;
use crate::grants::{Award, Basis, Fact, Grant, GrantId, Power, Purpose, Recorded};
use crate::money::Money;
use crate::recipients::{Identifier, RecipientId, is_outside};
use crate::rejection::{Difference, Rejection, nearest};
use crate::text::Text;
use crate::themes::{Split, Theme, ThemeId};
use crate::written::WrittenNames;

impl Decider<'_> {
    pub(super) fn award(&self, command: &AwardCommand) -> Result<Decided, Refusal> {
        check_confidential(command.confidential, command.decision.as_ref())?;
        let fund = command.fund.clone().unwrap_or_else(Funds::unstated);
        let purpose = command.purpose.clone();
        if let Some(themes) = fund.themes() {
            let themes = themes.map_err(|error| Rejection::Split(Box::new(error)))?;
            if purpose.split != themes {
                let (given, of_parts) = (purpose.split.to_string(), themes.to_string());
                return Err(Rejection::ThemesNotOfParts { given, of_parts }.into());
            }
        }
        let mut events = match fund {
            Funds::Split(_) => self.missing_themes(&purpose.split)?,
            // Their themes are those of the purpose.
            Funds::Parts(_) => Vec::new(),
        };
        events.extend(self.missing_of_funds(&fund)?);
        let (recipient, added) = self.recipient_of(command)?;
        events.extend(added);
        let id = grant_id(command)?;
        let award = Award {
            decision: command.decision.clone(),
            decided: command.decided,
            date_assumed: command.date_assumed,
            recipient,
            amount: command.amount,
            fund,
            power: command.power,
            purpose,
            period: command.period,
            basis: Basis::of(command.period),
            conditions: command.conditions.clone(),
            reasons: command.reasons.clone(),
        };
        let grant = self.books.grant(&id)?;
        let known = grant.as_deref().and_then(|grant| recorded_award(self.counted(grant), grant, &award));
        if let Some(known) = known {
            return self.known_award(command, &id, known);
        }
        check_positive(award.amount)?;
        check_allocated(&award.fund, award.amount)?;
        check_split(&award.purpose.split, award.amount)?;
        check_divisible(&award.fund, &award.purpose.split)?;
        let fact = Fact::Awarded(Box::new(award));
        if let Some(decision) = &command.decision {
            let stated = (!command.date_assumed).then_some(command.decided);
            events.extend(self.decision_named_by(decision, stated, kind_of(&fact), command.confidential)?);
        }
        self.check_open(command.decided, true)?;
        if let Fact::Awarded(award) = &fact {
            let grant = grant.map_or_else(|| Grant::new(id), |grant| grant.into_owned());
            events.extend(self.rules_applied(&grant)?);
            events.push(self.grant_event(&grant, award, fact.clone())?);
        }
        Ok(Decided::Events(events))
    }

    /// Decides an award that is already recorded.
    fn known_award(&self, command: &AwardCommand, id: &GrantId, known: Known) -> Result<Decided, Refusal> {
        match known {
            Known::Different(differences) => {
                Err(Rejection::Different { what: "award", id: id.to_string(), differences }.into())
            }
            Known::Identical(already) => {
                // Confidentiality that becomes known later is always recorded.
                let hides = command.decision.as_ref().filter(|_| command.confidential);
                let kind = crate::decisions::DecisionKind::Award;
                let event = match hides {
                    Some(decision) => self.decision_named_by(decision, None, kind, true)?,
                    None => None,
                };
                Ok(event.map_or(Decided::Already(already), |event| Decided::Events(vec![event])))
            }
        }
    }

    /// Returns the events that add the missing themes of a split, or rejects a missing theme.
    pub(super) fn missing_themes(&self, split: &Split) -> Result<Vec<Event>, Refusal> {
        let themes = &self.books.reference().themes;
        let mut events = Vec::new();
        for id in split.themes().filter(|id| !id.is_unallocated() && !themes.contains_key(id)) {
            if !self.options.add_missing {
                return Err(self.unknown_theme(id).into());
            }
            check_not_reserved(id.as_str())?;
            let name = self.names().theme(id).map_err(unreadable)?;
            events.push(Event::ThemeAdded(Theme { id: id.clone(), name, objective: None }));
        }
        Ok(events)
    }

    fn names(&self) -> &WrittenNames {
        self.options.names.as_deref().unwrap_or(WrittenNames::NONE)
    }

    pub(super) fn unknown_theme(&self, id: &ThemeId) -> Rejection {
        let themes = self.books.reference().themes.keys().map(ThemeId::as_str);
        let (given, nearest) = (id.to_string(), nearest(id.as_str(), themes));
        Rejection::UnknownTheme { given, nearest, can_be_added: self.can_add_missing }
    }

    pub(super) fn unknown_fund(&self, id: &FundId) -> Rejection {
        let funds = self.books.reference().funds.keys().map(FundId::as_str);
        let (given, nearest) = (id.to_string(), nearest(id.as_str(), funds));
        Rejection::UnknownFund { given, nearest, can_be_added: self.can_add_missing }
    }

    /// Returns the event that adds a missing fund, or rejects it.
    pub(super) fn missing_fund(&self, id: &FundId) -> Result<Option<Event>, Refusal> {
        let funds = &self.books.reference().funds;
        if id.is_unstated() || funds.contains_key(id) {
            return Ok(None);
        }
        if !self.options.add_missing {
            return Err(self.unknown_fund(id).into());
        }
        check_not_reserved(id.as_str())?;
        Ok(Some(Event::FundAdded(Fund { id: id.clone(), name: self.names().fund(id).map_err(unreadable)? })))
    }

    /// Returns the recipient of an award, with the events that add it or its new identifiers. The own id
    /// takes precedence over an outside identifier; a name given with either must be one of its recipient.
    fn recipient_of(&self, command: &AwardCommand) -> Result<(RecipientId, Vec<Event>), Refusal> {
        let (given_id, identifiers) = self.own_id(command.recipient_id.as_ref(), &command.identifiers)?;
        let (given_id, name) = (given_id.as_ref(), command.recipient.as_ref());
        let mut confirmed = None;
        let found = match given_id {
            Some(id) => {
                let recipient = known_recipient(self.books, id)?;
                if let Some(recipient) = &recipient {
                    check_name(recipient, name)?;
                }
                match recipient {
                    Some(_) => Some(id.clone()),
                    None => self.numbered(id, name)?,
                }
            }
            None => match (self.identified(&identifiers)?, name) {
                (Some(id), Some(name)) => {
                    if !self.is_awarded_to(command, &id)? {
                        confirmed = self.check_identified(&id, name, &identifiers)?;
                    }
                    Some(id)
                }
                (Some(id), None) => Some(id),
                (None, Some(name)) => self.named_unless_contradicted(name, &identifiers)?,
                (None, None) => None,
            },
        };
        if let Some(id) = found {
            let identified = self.missing_identifiers(&id, &identifiers)?;
            return Ok((id, confirmed.into_iter().chain(identified).collect()));
        }
        // A number alone does not say who it is.
        let new_name = name.filter(|name| !is_outside(name.as_str()));
        if let (Some(name), true) = (new_name, self.options.add_missing) {
            let added = self.new_recipient(given_id, name, &identifiers)?;
            let Event::RecipientAdded(RecipientAdded { id, .. }) = &added else {
                return Err(Rejection::NoRecipient.into());
            };
            return Ok((id.clone(), vec![added]));
        }
        let given = name
            .map(Text::to_string)
            .or_else(|| given_id.map(RecipientId::to_string))
            .or_else(|| identifiers.first().map(Identifier::to_string));
        match given {
            Some(given) => Err(self.unknown_recipient(&given, true)?.into()),
            None => Err(Rejection::NoRecipient.into()),
        }
    }
}

impl Decider<'_> {
    /// True if the award is already recorded for this recipient, so that its name says nothing new.
    fn is_awarded_to(&self, command: &AwardCommand, recipient: &RecipientId) -> Result<bool, Refusal> {
        let Ok(id) = grant_id(command) else { return Ok(false) };
        let grant = self.books.grant(&id)?;
        Ok(grant.as_deref().and_then(Grant::award).is_some_and(|award| award.recipient == *recipient))
    }
}

/// How an award is already recorded.
enum Known {
    Identical(Already),
    Different(Vec<Difference>),
}

/// Compares an award with the one recorded under its id. A reversed award counts only when it is
/// identical: a corrected award may reuse the id.
fn recorded_award<'g>(
    mut counted: impl Iterator<Item = &'g Recorded>,
    grant: &Grant,
    award: &Award,
) -> Option<Known> {
    let is_identical =
        |fact: &Fact| matches!(fact, Fact::Awarded(there) if differences(there, award).is_empty());
    let identical = counted.find(|recorded| is_identical(&recorded.fact));
    match (identical, grant.award()) {
        (Some(recorded), _) => Some(Known::Identical(already(recorded))),
        // A file completed since then agrees with the award and what was stated of it later.
        (None, Some(there)) if differences(&as_stated(there, grant), award).is_empty() => {
            Some(Known::Identical(Already::default()))
        }
        (None, Some(there)) => Some(Known::Different(differences(there, award))),
        (None, None) => None,
    }
}

/// Returns an award with the terms that were stated later.
fn as_stated(award: &Award, grant: &Grant) -> Award {
    let (terms, stated) = (grant.terms(), StatedLater::of(grant.facts()));
    let fund = stated.fund.filter(|_| award.fund.is_unstated()).unwrap_or(&award.fund);
    let period = stated.period(award);
    Award {
        decision: stated.decision(award).cloned(),
        fund: fund.clone(),
        purpose: Purpose { text: award.purpose.text.clone(), split: stated.split(award) },
        period,
        basis: Basis::of(period),
        power: terms.power,
        conditions: terms.conditions.cloned(),
        reasons: terms.reasons.cloned(),
        ..award.clone()
    }
}

fn differences(there: &Award, here: &Award) -> Vec<Difference> {
    fn text(value: &Option<impl ToString>) -> String {
        value.as_ref().map(ToString::to_string).unwrap_or_default()
    }
    let fields = |award: &Award| {
        [
            ("decision", text(&award.decision)),
            ("decided", award.decided.to_string()),
            ("recipient", award.recipient.to_string()),
            ("amount", award.amount.to_string()),
            ("purpose", award.purpose.text.to_string()),
            ("theme", award.purpose.split.to_string()),
            ("fund", text(&Some(&award.fund).filter(|fund| !fund.is_unstated()))),
            ("power", text(&Some(award.power).filter(|power| *power != Power::NotStated))),
            ("from", text(&award.period.map(|period| period.from()))),
            ("to", text(&award.period.map(|period| period.to()))),
            ("conditions", text(&award.conditions)),
            ("reasons", text(&award.reasons)),
        ]
    };
    let pairs = fields(there).into_iter().zip(fields(here));
    pairs
        .filter(|((_, recorded), (_, given))| recorded != given)
        .map(|((field, recorded), (_, given))| Difference { field, recorded, given })
        .collect()
}

/// Returns the id of an award: the given id, or the decision number.
fn grant_id(command: &AwardCommand) -> Result<GrantId, Rejection> {
    match (&command.id, &command.decision) {
        (Some(id), _) => Ok(id.clone()),
        (None, Some(decision)) => GrantId::new(decision.as_str()).map_err(|_| Rejection::NoId),
        (None, None) => Err(Rejection::NoId),
    }
}

/// Checks that a confidential award states the decision on which it is based.
pub fn check_confidential(is_confidential: bool, decision: Option<&DecisionId>) -> Result<(), Rejection> {
    match decision {
        None if is_confidential => Err(Rejection::ConfidentialWithoutDecision),
        None | Some(_) => Ok(()),
    }
}

/// Checks that the amounts of a split add up to the award.
pub fn check_split(split: &Split, award: Money) -> Result<(), Rejection> {
    match split.stated_total() {
        Some(total) if total != award => Err(Rejection::SplitDoesNotAddUp { split: total, award }),
        _ => Ok(()),
    }
}

fn unreadable(error: crate::text::TextError) -> BooksError {
    BooksError::Unreadable(error.to_string())
}
