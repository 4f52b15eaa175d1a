//! Reference data: themes, funds, recipients and the register of decisions.

use super::{Already, Decided, Desk, Refusal};
use crate::book::registered;
use crate::calendar::Date;
use crate::decisions::{Decision, DecisionId, DecisionKind};
use crate::event::Event;
use crate::funds::{Fund, FundId};
use crate::recipients::{Identifier, Recipient, RecipientId};
use crate::rejection::{Difference, Rejection, nearest};
use crate::text::{Text, folded, slug};
use crate::themes::{Theme, ThemeId};

/// Words that reports use for what is not stated or not held by a heading.
const RESERVED: [&str; 5] = ["unallocated", "unstated", "not-stated", "not-by-recipient", "not-by-power"];

impl Desk<'_> {
    pub(super) fn add_theme(
        &self,
        id: &ThemeId,
        name: &Text,
        objective: Option<&Text>,
    ) -> Result<Decided, Refusal> {
        check_not_reserved(id.as_str())?;
        let theme = Theme { id: id.clone(), name: name.clone(), objective: objective.cloned() };
        let Some(there) = self.books.reference().themes.get(id) else {
            return Ok(Decided::Events(vec![Event::ThemeAdded(theme)]));
        };
        let text = |objective: &Option<Text>| objective.as_ref().map(Text::to_string).unwrap_or_default();
        let mut differences = different("name", there.name.as_str(), name.as_str());
        // An objective that was not stated when the theme was added may be stated now.
        if there.objective.is_some() {
            differences.extend(different("objective", &text(&there.objective), &text(&theme.objective)));
        }
        if !differences.is_empty() {
            return Err(Rejection::Different { what: "theme", id: id.to_string(), differences }.into());
        }
        if *there == theme {
            return Ok(Decided::Already(Already::default()));
        }
        Ok(Decided::Events(vec![Event::ThemeAdded(theme)]))
    }

    pub(super) fn add_fund(&self, id: &FundId, name: &Text) -> Result<Decided, Refusal> {
        check_not_reserved(id.as_str())?;
        match self.books.reference().funds.get(id) {
            None => Ok(Decided::Events(vec![Event::FundAdded(Fund { id: id.clone(), name: name.clone() })])),
            Some(there) if there.name == *name => Ok(Decided::Already(Already::default())),
            Some(there) => {
                let differences = different("name", there.name.as_str(), name.as_str());
                Err(Rejection::Different { what: "fund", id: id.to_string(), differences }.into())
            }
        }
    }

    pub(super) fn add_recipient(
        &self,
        id: Option<&RecipientId>,
        name: &Text,
        identifiers: &[Identifier],
    ) -> Result<Decided, Refusal> {
        let found = match id {
            Some(id) => self.books.recipient(id)?.map(|_| id.clone()),
            None => self.find_recipient(name.as_str())?,
        };
        let Some(found) = found else {
            let id = match id {
                Some(id) => id.clone(),
                None => self.new_recipient_id(name)?,
            };
            let (name, identifiers) = (name.clone(), identifiers.to_vec());
            return Ok(Decided::Events(vec![Event::RecipientAdded { id, name, identifiers }]));
        };
        let mut events = Vec::new();
        if let Some(recipient) = self.books.recipient(&found)? {
            self.check_name(&recipient, Some(name))?;
            for identifier in identifiers.iter().filter(|it| !recipient.identifiers.contains(it)) {
                let (id, identifier) = (found.clone(), identifier.clone());
                events.push(Event::RecipientIdentified { id, identifier });
            }
        }
        if events.is_empty() {
            return Ok(Decided::Already(Already::default()));
        }
        Ok(Decided::Events(events))
    }

    pub(super) fn rename_recipient(&self, given: &str, name: &Text, from: Date) -> Result<Decided, Refusal> {
        let id = self.existing_recipient(given)?;
        let recipient = self.books.recipient(&id)?;
        let newest = recipient.as_ref().and_then(|recipient| recipient.names.last());
        if newest.is_some_and(|newest| newest.name == *name && newest.from == Some(from)) {
            return Ok(Decided::Already(Already::default()));
        }
        if let Some(start) = newest.and_then(|newest| newest.from)
            && from <= start
        {
            return Err(Rejection::NameNotLater(start).into());
        }
        Ok(Decided::Events(vec![Event::RecipientRenamed { id, name: name.clone(), from }]))
    }

    pub(super) fn identify_recipient(
        &self,
        given: &str,
        identifier: &Identifier,
    ) -> Result<Decided, Refusal> {
        let id = self.existing_recipient(given)?;
        if self.books.recipient(&id)?.is_some_and(|recipient| recipient.identifiers.contains(identifier)) {
            return Ok(Decided::Already(Already::default()));
        }
        let identifier = identifier.clone();
        Ok(Decided::Events(vec![Event::RecipientIdentified { id, identifier }]))
    }

    pub(super) fn record_decision(&self, decision: &Decision) -> Result<Decided, Refusal> {
        let decision = &Decision {
            confidential: decision.confidential || decision.id.is_of_confidential_series(),
            ..decision.clone()
        };
        let there = registered(self.books, &decision.id)?;
        let Some(there) = there else {
            return Ok(Decided::Events(vec![Event::DecisionRecorded(decision.clone())]));
        };
        let merged = merge(&there.decision, decision)?;
        if merged == there.decision {
            let record = Some(there.record);
            return Ok(Decided::Already(Already { record, reversed_by: None }));
        }
        Ok(Decided::Events(vec![Event::DecisionRecorded(merged)]))
    }

    /// The event that enters in the register what an award or a change says of its decision.
    pub(super) fn decision_named_by(
        &self,
        id: &DecisionId,
        date: Option<Date>,
        kind: DecisionKind,
        confidential: bool,
    ) -> Result<Option<Event>, Refusal> {
        let there = registered(self.books, id)?;
        let known = there.as_ref().map(|registered| &registered.decision);
        if let (Some(registered), Some(given)) = (known.and_then(|decision| decision.date), date)
            && registered != given
        {
            let decision = id.to_string();
            return Err(Rejection::DecisionDateDiffers { decision, registered, given }.into());
        }
        let mut decision = known.cloned().unwrap_or_else(|| Decision::numbered(id.clone()));
        decision.date = decision.date.or(date);
        decision.kind = decision.kind.or(Some(kind));
        decision.confidential |= confidential || id.is_of_confidential_series();
        Ok((known != Some(&decision)).then_some(Event::DecisionRecorded(decision)))
    }

    /// A recipient by name, now or earlier, or by id.
    pub(super) fn find_recipient(&self, given: &str) -> Result<Option<RecipientId>, Refusal> {
        let named = self.books.recipients_named(&folded(given))?;
        if named.len() > 1 {
            let ids = named.iter().map(RecipientId::to_string).collect();
            return Err(Rejection::AmbiguousRecipient { name: given.to_owned(), ids }.into());
        }
        if let Some(id) = named.into_iter().next() {
            return Ok(Some(id));
        }
        match RecipientId::new(given) {
            Ok(id) => Ok(self.books.recipient(&id)?.map(|_| id)),
            Err(_) => Ok(None),
        }
    }

    fn existing_recipient(&self, given: &str) -> Result<RecipientId, Refusal> {
        match self.find_recipient(given)? {
            Some(id) => Ok(id),
            None => Err(self.unknown_recipient(given)?.into()),
        }
    }

    pub(super) fn unknown_recipient(&self, given: &str) -> Result<Rejection, Refusal> {
        let mut names = Vec::new();
        if !self.options.no_suggestions {
            self.books.each_recipient(&mut |recipient| {
                names.extend(recipient.names.iter().map(|dated| dated.name.to_string()));
                Ok(())
            })?;
        }
        let nearest = nearest(given, names.iter().map(String::as_str));
        Ok(Rejection::UnknownRecipient { given: given.to_owned(), nearest })
    }

    /// An id for a new recipient, made of its name.
    pub(super) fn new_recipient_id(&self, name: &Text) -> Result<RecipientId, Refusal> {
        let stem = match slug(name.as_str()) {
            slug if slug.is_empty() => "recipient".to_owned(),
            slug => slug,
        };
        let mut number = 1_u32;
        loop {
            let text = if number == 1 { stem.clone() } else { format!("{stem}-{number}") };
            let id = RecipientId::new(&text).map_err(|_| Rejection::ReservedId(text))?;
            if self.books.recipient(&id)?.is_none() {
                return Ok(id);
            }
            number += 1;
        }
    }

    /// A name given beside an id must be one of the recipient's names.
    pub(super) fn check_name(&self, recipient: &Recipient, given: Option<&Text>) -> Result<(), Rejection> {
        let Some(given) = given else { return Ok(()) };
        let known = recipient.names.iter().any(|dated| folded(dated.name.as_str()) == folded(given.as_str()));
        if known {
            return Ok(());
        }
        let differences = different("recipient", recipient.name(), given.as_str());
        Err(Rejection::Different { what: "recipient", id: recipient.id.to_string(), differences })
    }
}

pub(super) fn check_not_reserved(id: &str) -> Result<(), Rejection> {
    if RESERVED.contains(&id) { Err(Rejection::ReservedId(id.to_owned())) } else { Ok(()) }
}

fn different(field: &'static str, recorded: &str, given: &str) -> Vec<Difference> {
    if recorded == given {
        return Vec::new();
    }
    vec![Difference { field, recorded: recorded.to_owned(), given: given.to_owned() }]
}

/// What is known of a decision with what is given now: given once it stands, and what was not
/// stated may be stated later. A kind may be corrected; confidentiality is never taken away.
fn merge(there: &Decision, given: &Decision) -> Result<Decision, Rejection> {
    fn text(value: Option<impl ToString>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    let fields = [
        ("date", text(there.date), text(given.date)),
        ("title", text(there.title.as_ref()), text(given.title.as_ref())),
        ("summary", text(there.summary.as_ref()), text(given.summary.as_ref())),
    ];
    let stated = fields.iter().filter(|(_, recorded, given)| !recorded.is_empty() && !given.is_empty());
    let differences: Vec<Difference> =
        stated.flat_map(|(field, recorded, given)| different(field, recorded, given)).collect();
    if !differences.is_empty() {
        return Err(Rejection::Different { what: "decision", id: there.id.to_string(), differences });
    }
    Ok(Decision {
        id: there.id.clone(),
        date: there.date.or(given.date),
        title: there.title.clone().or_else(|| given.title.clone()),
        summary: there.summary.clone().or_else(|| given.summary.clone()),
        kind: given.kind.or(there.kind),
        confidential: there.confidential || given.confidential,
    })
}
