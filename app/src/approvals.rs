//! Proposals that await approval: what each would record, and what a user may do about it.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::collections::BTreeSet;

use almoner_ledger::authority::Denied;
use almoner_ledger::book::authority::{may, pending};
use almoner_ledger::book::{Books, BooksError};
use almoner_ledger::events::{Event, ProposalApproved};
use almoner_ledger::grants::GrantId;
use almoner_ledger::money::Money;
use almoner_papers::sheet::{Cell, Field, Kind};
use serde::Serialize;

use crate::actor::Actor;
use crate::error::Error;
use crate::narrative::{self, pounds};

/// A proposal that awaits approval.
#[derive(Clone, Debug, Serialize)]
pub struct Waiting {
    pub record: u64,
    pub proposed_at: String,
    pub proposed_by: String,
    pub what: &'static str,
    pub subject: String,
    pub amount: Option<Money>,
    pub records: u64,
    pub hash: String,
    /// The grants that it would change, or make.
    #[serde(skip)]
    pub grants: BTreeSet<GrantId>,
}

impl Waiting {
    /// Returns the proposal in a few words.
    pub fn words(&self) -> String {
        let amount = self.amount.map(|amount| format!(", {}", pounds(amount))).unwrap_or_default();
        let subject = if self.subject.is_empty() { String::new() } else { format!(" {}", self.subject) };
        format!("Proposal {} by {}: {}{subject}{amount}", self.record, self.proposed_by, self.what)
    }
}

/// The schema of the list of proposals, with its version.
pub const WAITING_SCHEMA: &str = "almoner.pending/1";

/// The columns of a list of proposals.
pub const WAITING: &[Field<Waiting>] = &[
    Field::new("record", "Record", Kind::Count, 0, |line| Cell::Count(line.record)),
    Field::new("proposed_at", "Proposed at (UTC)", Kind::Date, 2, |line| Cell::moment(&line.proposed_at)),
    Field::new("proposed_by", "Proposed by", Kind::Text, 0, |line| Cell::Text(line.proposed_by.clone())),
    Field::new("what", "Event", Kind::Text, 0, |line| Cell::Text(line.what.to_owned())),
    Field::new("subject", "Subject", Kind::Text, 0, |line| Cell::Text(line.subject.clone())),
    Field::new("amount", "Amount", Kind::Money, 0, |line| line.amount.map_or(Cell::Empty, Cell::Money)),
    Field::new("records", "Records", Kind::Count, 3, |line| Cell::Count(line.records)),
    Field::new("hash", "Hash", Kind::Text, 4, |line| Cell::Text(line.hash.clone())),
];

/// Returns the proposals that await approval, the oldest first.
pub fn waiting(books: &dyn Books) -> Result<Vec<Waiting>, Error> {
    let mut lines = Vec::new();
    for (record, proposal) in pending(books)? {
        // The last event is the one requested; those before it are what it needs.
        let pending_entry = books.reference().authority.pending.get(&record);
        let (Some(main), Some(pending_entry)) = (proposal.events.last(), pending_entry) else { continue };
        let (subject, _) = narrative::subject_and_amount(main);
        let amounts = proposal.events.iter().filter_map(|event| narrative::subject_and_amount(event).1);
        let amounts: Vec<Money> = amounts.collect();
        lines.push(Waiting {
            record,
            proposed_at: pending_entry.at.to_string(),
            proposed_by: pending_entry.by.to_string(),
            what: main.words(),
            subject,
            amount: if amounts.is_empty() { None } else { Some(Money::sum(amounts)?) },
            records: proposal.events.len() as u64,
            hash: pending_entry.hash.to_string(),
            grants: proposal.events.iter().filter_map(|event| event.grant().cloned()).collect(),
        });
    }
    Ok(lines)
}

/// Returns the pending proposals that would change a grant, the oldest first.
pub fn waiting_for(books: &dyn Books, grant: &GrantId) -> Result<Vec<Waiting>, Error> {
    let mut lines = waiting(books)?;
    lines.retain(|line| line.grants.contains(grant));
    Ok(lines)
}

/// What a user may do about a proposal.
#[derive(Clone, Debug)]
pub enum Choice {
    /// Approve or reject it.
    Decide,
    /// Approve it with a signature only, or reject it.
    Sign(Error),
    /// Withdraw it, because it is the user's own.
    Withdraw,
    /// Nothing, and why.
    Nothing(Error),
}

impl Choice {
    /// Returns true if the user may reject or withdraw the proposal.
    pub const fn rejects(&self) -> bool {
        matches!(self, Choice::Decide | Choice::Sign(_) | Choice::Withdraw)
    }
}

/// Returns what a user may do about a pending proposal, by the rule under which it is recorded.
pub fn choice(books: &dyn Books, actor: &Actor, proposal: u64) -> Result<Choice, Error> {
    let by = match actor.recorder() {
        Ok(by) => by.as_str(),
        Err(error) => return Ok(Choice::Nothing(error)),
    };
    let Some(pending) = books.reference().authority.pending.get(&proposal) else {
        return Ok(Choice::Nothing(BooksError::from(Denied::NotPending(proposal)).into()));
    };
    let approval =
        Event::Approved(ProposalApproved { proposal, hash: pending.hash, signature: None, key_lost: None });
    let denied = match may(books, by, actor.at.as_str(), &approval, 0) {
        Ok(()) => return Ok(Choice::Decide),
        Err(BooksError::NotAllowed(denied)) => denied,
        Err(error) => return Err(error.into()),
    };
    Ok(match *denied {
        Denied::OwnProposal { .. } => Choice::Withdraw,
        Denied::SignatureNeeded(_) | Denied::KeyNeeded(_) => {
            Choice::Sign(BooksError::NotAllowed(denied).into())
        }
        _ => Choice::Nothing(BooksError::NotAllowed(denied).into()),
    })
}

#[cfg(test)]
mod tests {
    use almoner_ledger::book::Draft;
    use almoner_ledger::command::{Command, Options};
    use almoner_ledger::decide::carry_out;
    use almoner_ledger::text::Text;
    use almoner_ledger::users::{Role, User};
    use almoner_store::memory::MemoryStore;
    use almoner_store::{BatchLabel, Lines, Store};

    use super::*;
    use crate::actor::Timestamp;
    use crate::testing::{award, books, day, pay};

    /// Records commands as a user, or proposes them, and returns the last record.
    fn record_as(store: &mut MemoryStore, by: &str, proposing: bool, commands: &[Command]) -> u64 {
        let draft = Draft::new(store, "2026-11-21T10:03:03Z".to_owned(), by.to_owned());
        let mut draft = if proposing { draft.proposing() } else { draft };
        for command in commands {
            carry_out(&mut draft, command, Options::default()).unwrap();
        }
        let batch = draft.finish().unwrap();
        store.append(store.health().head, BatchLabel::default(), batch).unwrap();
        store.health().head.record
    }

    const PUBLIC: &str = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29";

    #[test]
    fn an_amount_that_falls_is_in_brackets() {
        let line = Waiting {
            record: 8,
            proposed_at: String::new(),
            proposed_by: "jane".to_owned(),
            what: "variation",
            subject: "1-2015".to_owned(),
            amount: Some("-300".parse().unwrap()),
            records: 1,
            hash: String::new(),
            grants: BTreeSet::new(),
        };
        assert_eq!(line.words(), "Proposal 8 by jane: variation 1-2015, (£300.00)");
    }

    #[test]
    fn who_may_decide_a_proposal_is_decided_by_the_books() {
        let user = |id: &str, roles: &[Role], key: Option<&str>| User {
            id: Text::new(id).unwrap(),
            name: Text::new(id).unwrap(),
            roles: roles.iter().copied().collect::<BTreeSet<_>>(),
            key: key.map(|key| key.parse().unwrap()),
            left: false,
            audience: None,
        };
        let mut books = books(&[award("1-2015", "2015-04-10", "1,000")]);
        let users = vec![
            user("jane", &[Role::Approver, Role::Payer], None),
            user("al", &[Role::Approver], None),
            user("kim", &[Role::Approver], Some(PUBLIC)),
            user("rita", &[Role::Recorder], None),
        ];
        record_as(&mut books, "jane", false, &[Command::SetUsers(users)]);
        let proposal = record_as(&mut books, "jane", true, &[pay("1-2015", "2015-06-01", "300")]);
        let lines = waiting(&books).unwrap();
        let line = lines.first().map(|it| (it.record, it.what, it.subject.as_str(), it.amount.unwrap()));
        assert_eq!(line, Some((proposal, "payment", "1-2015", "300".parse().unwrap())));
        let words = lines.first().map(Waiting::words).unwrap();
        assert_eq!(words, format!("Proposal {proposal} by jane: payment 1-2015, £300.00"));
        for (grant, expected) in [("1-2015", 1), ("2-2015", 0)] {
            assert_eq!(waiting_for(&books, &grant.parse().unwrap()).unwrap().len(), expected, "{grant}");
        }
        for (by, number, expected) in [
            (Some("al"), proposal, "decide"),
            (Some("kim"), proposal, "sign"),
            (Some("jane"), proposal, "withdraw"),
            (Some("rita"), proposal, "role-missing"),
            (Some("nobody"), proposal, "unknown-user"),
            (None, proposal, "no-recorder"),
            (Some("al"), proposal - 1, "not-pending"),
        ] {
            let actor = Actor {
                user: by.map(|by| Text::new(by).unwrap()),
                at: Timestamp::parse("2026-11-21T10:03:03Z").unwrap(),
                is_clock_confirmed: false,
                today: day("2026-11-21"),
            };
            let choice = choice(&books, &actor, number).unwrap();
            let got = match &choice {
                Choice::Decide => "decide",
                Choice::Sign(_) => "sign",
                Choice::Withdraw => "withdraw",
                Choice::Nothing(error) => error.code,
            };
            assert_eq!(got, expected, "{by:?}, {number}");
        }
    }
}
