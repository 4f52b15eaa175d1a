//! Books in memory and commands for tests.

use almoner_ledger::allocation::Funds;
use almoner_ledger::book::Draft;
use almoner_ledger::calendar::Date;
use almoner_ledger::command::{AwardCommand, Command, Options};
use almoner_ledger::decide::{carry_out, opening};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::{GrantId, Power, Purpose};
use almoner_ledger::money::Money;
use almoner_ledger::text::Text;
use almoner_ledger::themes::Split;
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, Lines, Store};

/// Returns books in memory with these commands recorded.
pub fn books(commands: &[Command]) -> MemoryStore {
    let mut store = MemoryStore::default();
    let mut draft = Draft::new(&store, "2026-11-21T10:03:03Z".to_owned(), "jane".to_owned());
    for event in opening("test".to_owned(), Text::new("Office").unwrap()) {
        draft.add(event).unwrap();
    }
    let options = Options { add_missing: true, again: true, ..Options::default() };
    for command in commands {
        carry_out(&mut draft, command, options.clone()).unwrap();
    }
    let batch = draft.finish().unwrap();
    store.append(store.health().head, BatchLabel::default(), batch).unwrap();
    store
}

pub fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

pub fn grant(id: &str) -> GrantId {
    GrantId::new(id).unwrap()
}

pub fn money(text: &str) -> Money {
    Money::parse(text).unwrap()
}

/// Returns an award to Compassion from fund `victims`, without a period.
pub fn award(decision: &str, decided: &str, amount: &str) -> Command {
    Command::Award(Box::new(AwardCommand {
        id: None,
        decision: Some(DecisionId::new(decision).unwrap()),
        decided: day(decided),
        date_assumed: false,
        confidential: false,
        recipient_id: None,
        identifiers: Vec::new(),
        recipient: Some(Text::new("Compassion").unwrap()),
        amount: money(amount),
        purpose: Purpose {
            text: Text::new("Help for people harmed by domestic abuse").unwrap(),
            split: Split::parse("domestic-abuse").unwrap(),
        },
        fund: Some(Funds::parse("victims").unwrap()),
        power: Power::NotStated,
        period: None,
        conditions: None,
        reasons: None,
    }))
}

pub fn pay(award: &str, date: &str, amount: &str) -> Command {
    Command::Pay {
        account: None,
        award: grant(award),
        date: day(date),
        amount: money(amount),
        reference: None,
        before_decision: Some("Urgent".parse().unwrap()),
        part: None,
        occurrence: 1,
    }
}
