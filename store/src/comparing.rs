//! Comparison of the books that a store shows with those that its journal comes to.

use std::collections::BTreeMap;
use std::fmt::Display;

use almoner_ledger::attention::Attention;
use almoner_ledger::book::{Books, BooksError, ReadModels};
use almoner_ledger::decisions::DecisionNumbers;

pub(crate) const MISSING: &str = "is missing";
pub(crate) const DIFFERS: &str = "differs from the journal's";
pub(crate) const UNKNOWN: &str = "is not in the journal";
pub(crate) const OTHER_REFERENCE: &str = "the reference data differ from the journal's";
pub(crate) const OTHER_TOTALS: &str = "the totals differ from the journal's";
pub(crate) const OTHER_NUMBERS: &str = "the numbers of the decisions differ from the journal's";

/// Returns how the books that are shown differ from the journal's.
pub(crate) fn differences_of(shown: &dyn Books, books: &ReadModels) -> Result<Vec<String>, BooksError> {
    let mut found = Vec::new();
    let mut grants = Things::of("grant", books.grants.iter(), &mut found);
    shown.each_grant(&mut |grant| grants.see(&grant.id, grant))?;
    grants.end();
    let mut recipients = Things::of("recipient", books.recipients.iter(), &mut found);
    shown.each_recipient(&mut |recipient| recipients.see(&recipient.id, recipient))?;
    recipients.end();
    let mut decisions = Things::of("decision", books.decisions.iter(), &mut found);
    shown.each_decision(&mut |decision| decisions.see(&decision.decision.id, decision))?;
    decisions.end();
    for (key, ids) in books.names.iter() {
        let differs = shown.recipients_known_by(key)? != *ids;
        found.extend(differs.then(|| format!("name {} {DIFFERS}", key.as_str())));
    }
    let mut lines = Things::of("statement line", books.lines.iter(), &mut found);
    shown.each_bank_line(&mut |line| lines.see(&line.key(), line))?;
    lines.end();
    let mut open = BTreeMap::new();
    for grant in books.grants.values() {
        open.extend(Attention::of(grant)?.map(|attention| (&grant.id, attention)));
    }
    let mut attention =
        Things::of("what needs attention of grant", open.iter().map(|(id, it)| (*id, it)), &mut found);
    shown.each_attention(&mut |it| attention.see(&it.grant, it))?;
    attention.end();
    let mut numbers = DecisionNumbers::default();
    numbers.add_all(books.decisions.in_any_order());
    found.extend((shown.decision_numbers()? != numbers).then(|| OTHER_NUMBERS.to_owned()));
    found.extend((*shown.reference() != books.reference).then(|| OTHER_REFERENCE.to_owned()));
    found.extend((*shown.totals() != books.totals).then(|| OTHER_TOTALS.to_owned()));
    Ok(found)
}

/// The things of one kind that there are, without those that were shown, which come in no particular order.
struct Things<'a, Key, Value> {
    name: &'static str,
    left: BTreeMap<&'a Key, &'a Value>,
    found: &'a mut Vec<String>,
}

impl<'a, Key: Ord + Display, Value: PartialEq> Things<'a, Key, Value> {
    fn of(
        name: &'static str,
        things: impl Iterator<Item = (&'a Key, &'a Value)>,
        found: &'a mut Vec<String>,
    ) -> Self {
        Things { name, left: things.collect(), found }
    }

    fn see(&mut self, key: &Key, shown: &Value) -> Result<(), BooksError> {
        let how = match self.left.remove(key) {
            None => Some(UNKNOWN),
            Some(value) => (value != shown).then_some(DIFFERS),
        };
        self.found.extend(how.map(|how| format!("{} {key} {how}", self.name)));
        Ok(())
    }

    /// Finds those that were not shown.
    fn end(self) {
        let Things { name, left, found } = self;
        found.extend(left.keys().map(|key| format!("{name} {key} {MISSING}")));
    }
}
