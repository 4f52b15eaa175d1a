//! The lists of a month's grants and payments that must be published.
//!
//! The Elected Local Policing Bodies (Specified Information) Order 2011 (SI 2011/3050) requires two lists
//! each month. Schedule paragraph 3(f): every crime and disorder reduction grant, which is one made under
//! power `s9`, whatever its amount, with recipient, purpose, conditions and the reasons why it will secure
//! crime and disorder reduction. Paragraph 3(g): each other item of expenditure over £500, with recipient,
//! purpose and the reasons for value for money; for grants under other powers, that is each payment.
//!
//! - A grant is *made* on the day it is decided. An increase by a later variation is a grant made on the
//!   variation's day. A reduction, a withdrawal and a change of purpose make none.
//! - A payment belongs to the day on which it was made, whenever it was recorded and posted. A payment of
//!   £500.00 is not over £500; several are not added up; a refund is no expenditure.
//! - A returned payment is a line of its own with a negative amount, on the day on which it came back, if the payment
//!   that came back is over £500: whatever part of it came back.
//! - The power decides the list. Where it is not stated, a grant that could belong to either list is in
//!   neither and is listed as missing, as are reasons or conditions that are not stated.
//! - The recipient is the one under whom the books show the item: a recipient corrected after the month was closed does not
//!   change what the month shows, and is stated beside it. An amount corrected counts from the decision on.
//! - That a decision is confidential is no exemption. What is withheld is counted, by the [`Ground`] of its decision; an item
//!   without a recorded ground is listed by its decision, and so is one of which the power is not stated.

use std::collections::{BTreeMap, BTreeSet};

use crate::book::{Books, BooksError};
use crate::calendar::{Date, Month};
use crate::decisions::{DecisionId, Ground};
use crate::grants::{Fact, Grant, GrantId, Power, Recorded, Terms, Variation};
use crate::money::Money;
use crate::recipients::RecipientId;
use crate::reports::grants::{RecipientNames, numbered};
use crate::reports::{Published, Query, ReportError, Stamp};
use crate::text::Text;

/// £500: expenditure over this amount is published.
const THRESHOLD: Money = Money::from_pence(50_000);

/// A grant that was made, or a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub grant: GrantId,
    /// The decision by which the grant was made, or that of the award paid; `None` is *not stated*.
    pub decision: Option<DecisionId>,
    pub date: Date,
    pub amount: Money,
    /// True for an increase of an earlier grant.
    pub is_increase: bool,
    /// True for a payment that came back, of which the amount is negative.
    pub is_returned: bool,
    /// The name on that day of the recipient under whom the books show it.
    pub recipient_name: String,
    /// The name of the recipient to whom it was corrected after the month was closed.
    pub corrected_recipient: Option<String>,
    /// The purpose on that day; for a payment that came back, on the day on which it was made.
    pub purpose: Text,
    pub power: Power,
    pub conditions: Option<Text>,
    pub reasons: Option<Text>,
}

/// The details that a grant lacks for publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    pub grant: GrantId,
    pub recipient_name: String,
    /// The purpose on the day of the grant or payment.
    pub purpose: Text,
    /// True when the power is not stated, on which the other details depend.
    pub power: bool,
    pub conditions: bool,
    pub reasons: bool,
}

impl Missing {
    /// Returns the words for the missing details, in the order in which they are stated.
    pub fn words(&self) -> Vec<&'static str> {
        let words = [(self.power, "power"), (self.conditions, "conditions"), (self.reasons, "reasons")];
        words.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, word)| word).collect()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisclosureReport {
    pub stamp: Stamp,
    pub month: Month,
    /// Crime and disorder reduction grants made, by day and id.
    pub grants: Vec<Item>,
    /// Other payments over £500, by day and id.
    pub payments: Vec<Item>,
    /// Grants that lack details, by id.
    pub missing: Vec<Missing>,
    /// What is withheld from this audience.
    pub withheld: WithheldItems,
}

/// What is withheld from the lists, without anything that is confidential.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WithheldItems {
    /// The number of grants made that are withheld, by ground.
    pub grants: BTreeMap<Ground, usize>,
    /// The number of other payments that are withheld, by ground.
    pub payments: BTreeMap<Ground, usize>,
    /// The number of grants made that are withheld without a ground.
    pub groundless_grants: usize,
    /// The number of other payments that are withheld without a ground.
    pub groundless_payments: usize,
    /// The number of items withheld that could belong to either list, because the power is not stated.
    pub powerless: usize,
    /// Decisions on which items of the month are based and for which no ground is recorded.
    pub without_ground: BTreeSet<DecisionId>,
    /// Grants whose items of the month are withheld without a decision for which a ground or a power could be recorded.
    pub without_decision: BTreeSet<GrantId>,
    /// Decisions whose items of the month could belong to either list, because the power is not stated.
    pub without_power: BTreeSet<DecisionId>,
}

impl WithheldItems {
    /// Returns true when nothing prevents publication.
    pub fn is_complete(&self) -> bool {
        self.without_ground.is_empty() && self.without_power.is_empty() && self.without_decision.is_empty()
    }

    fn of(books: &Published<'_>, month: Month) -> Result<WithheldItems, BooksError> {
        let mut all = WithheldItems::default();
        for (grant, decisions) in books.withheld_grants()? {
            let (made, paid) = (items(&grant, month, made).len(), items(&grant, month, paid).len());
            let power = grant.terms().power;
            let count = match power {
                Power::NotStated => made + paid,
                Power::S9 => made,
                Power::S143 | Power::Other => paid,
            };
            if count == 0 {
                continue;
            }
            let ids = || decisions.iter().map(|it| it.decision.id.clone());
            let ground = decisions.iter().find_map(|it| it.decision.ground.clone());
            if decisions.is_empty() {
                all.without_decision.insert(grant.id.clone());
            }
            if ground.is_none() {
                all.without_ground.extend(ids());
            }
            let counted = match (power, ground) {
                (Power::NotStated, _) => {
                    all.without_power.extend(ids());
                    &mut all.powerless
                }
                (Power::S9, Some(ground)) => all.grants.entry(ground).or_default(),
                (Power::S9, None) => &mut all.groundless_grants,
                (Power::S143 | Power::Other, Some(ground)) => all.payments.entry(ground).or_default(),
                (Power::S143 | Power::Other, None) => &mut all.groundless_payments,
            };
            *counted += count;
        }
        Ok(all)
    }
}

pub fn disclosure(books: &Published<'_>, month: Month) -> Result<DisclosureReport, ReportError> {
    let (mut grants, mut payments, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    books.each_grant(&mut |grant| {
        let (made, paid) = (items(grant, month, made), items(grant, month, paid));
        let terms = grant.terms();
        let (power, listed) = match terms.power {
            Power::NotStated => (true, made.first().or(paid.first())),
            Power::S9 => (false, made.first()),
            Power::S143 | Power::Other => (false, paid.first()),
        };
        let conditions = terms.power == Power::S9 && terms.conditions.is_none();
        let reasons = !power && terms.reasons.is_none();
        if let Some((Recipients { shown: recipient, .. }, item)) =
            listed.filter(|_| power || conditions || reasons)
        {
            let lacking = Missing {
                grant: grant.id.clone(),
                recipient_name: String::new(),
                purpose: item.purpose.clone(),
                power,
                conditions,
                reasons,
            };
            missing.push((recipient.clone(), item.date, lacking));
        }
        match terms.power {
            Power::NotStated => {}
            Power::S9 => grants.extend(made),
            Power::S143 | Power::Other => payments.extend(paid),
        }
        Ok(())
    })?;
    let of_items = grants
        .iter()
        .chain(&payments)
        .flat_map(|(of, _): &(Recipients, Item)| std::iter::once(&of.shown).chain(&of.corrected));
    let of_missing = missing.iter().map(|(recipient, ..)| recipient);
    let names = RecipientNames::read(books, of_items.chain(of_missing))?;
    let [mut grants, mut payments] = [grants, payments].map(|items| {
        let named = |(of, item): (Recipients, Item)| Item {
            recipient_name: names.on(&of.shown, item.date),
            corrected_recipient: of.corrected.map(|corrected| names.on(&corrected, item.date)),
            ..item
        };
        items.into_iter().map(named).collect::<Vec<Item>>()
    });
    let named = |(recipient, day, lacking): (RecipientId, Date, Missing)| Missing {
        recipient_name: names.on(&recipient, day),
        ..lacking
    };
    let mut missing: Vec<Missing> = missing.into_iter().map(named).collect();
    for items in [&mut grants, &mut payments] {
        items.sort_by_cached_key(|item| (item.date, numbered(item.grant.as_str())));
    }
    missing.sort_by_cached_key(|it| numbered(it.grant.as_str()));
    let stamp = Stamp::of_range(books, "almoner.disclosure/2", &Query::of(month.range()));
    let withheld = WithheldItems::of(books, month)?;
    Ok(DisclosureReport { stamp, month, grants, payments, missing, withheld })
}

/// The content of an item.
struct Act<'a> {
    decision: Option<&'a DecisionId>,
    date: Date,
    amount: Money,
    is_increase: bool,
    /// The day on which the payment was made that came back.
    returned: Option<Date>,
}

/// Returns the item of a fact by which a grant is made.
fn made<'a>(_: &'a Grant, fact: &'a Fact) -> Option<Act<'a>> {
    let act = |decision: &'a Option<DecisionId>, date, amount, is_increase| Act {
        decision: decision.as_ref(),
        date,
        amount,
        is_increase,
        returned: None,
    };
    if let Fact::Awarded(award) = fact {
        return Some(act(&award.decision, award.decided, award.amount, false));
    }
    let Fact::Varied(Variation { decision, date, change, .. }) = fact else { return None };
    change.is_positive().then(|| act(decision, *date, *change, true))
}

/// Returns the item of a payment over the threshold, or of one that came back.
fn paid<'a>(grant: &'a Grant, fact: &'a Fact) -> Option<Act<'a>> {
    let act = |date, amount, returned| Act { decision: None, date, amount, is_increase: false, returned };
    if let Fact::Paid(payment) = fact {
        return (payment.amount > THRESHOLD).then(|| act(payment.date, payment.amount, None));
    }
    let Fact::Returned(returned) = fact else { return None };
    let was_listed = |it: &Recorded| {
        it.record == returned.payment && matches!(&*it.fact, Fact::Paid(paid) if paid.amount > THRESHOLD)
    };
    let act = || act(returned.date, returned.amount.negated(), Some(returned.paid));
    grant.history.iter().any(was_listed).then(act)
}

/// Returns the item of a fact, if it is of the kind.
type Kind = for<'a> fn(&'a Grant, &'a Fact) -> Option<Act<'a>>;

/// The recipient under whom the books show an item, and the one to whom it was corrected since.
struct Recipients {
    shown: RecipientId,
    corrected: Option<RecipientId>,
}

/// Returns a grant's items of one kind in a month, in the order of recording, with the recipients and not yet their names.
fn items(grant: &Grant, month: Month, kind: Kind) -> Vec<(Recipients, Item)> {
    let Some(award) = grant.award() else { return Vec::new() };
    let Terms { power, conditions, reasons } = grant.terms();
    let mut items = Vec::new();
    let acts = grant.facts_recorded().filter_map(|(recorded, fact)| Some((recorded, kind(grant, fact)?)));
    for (recorded, act) in acts {
        let Act { decision, date, amount, is_increase, returned } = act;
        if date.month() != month {
            continue;
        }
        let item = Item {
            grant: grant.id.clone(),
            decision: decision.or(grant.decision()).cloned(),
            date,
            amount,
            is_increase,
            is_returned: returned.is_some(),
            recipient_name: String::new(),
            corrected_recipient: None,
            purpose: grant.purpose_on(returned.unwrap_or(date)).unwrap_or(&award.purpose).text.clone(),
            power,
            conditions: conditions.cloned(),
            reasons: reasons.cloned(),
        };
        let booked = recorded.shown_from().unwrap_or(date);
        let shown = grant.recipient_shown(recorded.record, booked).unwrap_or(&award.recipient).clone();
        let corrected = Some(award.recipient.clone()).filter(|corrected| *corrected != shown);
        items.push((Recipients { shown, corrected }, item));
    }
    items
}
