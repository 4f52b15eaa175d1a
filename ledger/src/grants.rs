//! Grants: awards and everything that happened to them.
//!
//! A grant is a list of facts, and what it posts is a function of them ([`timeline`]): a fact recorded late or
//! reversed changes the books to what they would have been. This module decides nothing: it only answers
//! questions about the facts. A decision, period or detail that is `None` is *not stated*.

#![allow(missing_docs, reason = "names that say it all have no doc")]

pub mod correction;
pub(crate) mod divisions;
mod duplicates;
mod instalments;
pub mod monitoring;
mod payments;
pub mod rules;
mod terms;
pub mod timeline;
mod varied;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::allocation::{Funds, Part};
use crate::calendar::{Date, Period};
use crate::closed::ClosedMonths;
use crate::entry::Entries;
use crate::funds::FundId;
pub use crate::grants::correction::Correction;
use crate::grants::correction::RecipientMove;
use crate::grants::divisions::StatedLater;
use crate::grants::monitoring::{Due, DueKind, Submission, Waiver};
pub use crate::grants::payments::{Payment, Refund, Returned};
pub use crate::grants::rules::{Rules, RulesHeld};
pub use crate::grants::terms::{Terms, TermsAddendum};
pub use crate::grants::varied::NewPeriodError;
pub use crate::ids::GrantId;
use crate::ids::{DecisionId, RecipientId};
use crate::money::{Money, Overflow};
use crate::reconciliation::Reconciled;
use crate::text::{Text, read_shared};
use crate::themes::{Split, ThemeId};
use crate::worded;

/// The statutory power under which an award is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Power {
    /// Crime and disorder reduction grant: Police Reform and Social Responsibility Act 2011 s.9.
    S9,
    /// Victims' services: Anti-social Behaviour, Crime and Policing Act 2014 s.143.
    S143,
    /// Another power.
    Other,
    /// The decision does not state one.
    #[default]
    NotStated,
}

worded!(Power::word, displayed { S9 = "s9", S143 = "s143", Other = "other", NotStated = "not-stated" });

impl Power {
    pub const fn name(self) -> &'static str {
        match self {
            Power::S9 => "Crime and disorder reduction (2011 Act s.9)",
            Power::S143 => "Victims' services (2014 Act s.143)",
            Power::Other => "Other power",
            Power::NotStated => "Power not stated",
        }
    }

    /// Reads a power's word.
    pub fn parse(text: &str) -> Option<Power> {
        let word = text.trim().to_lowercase();
        Power::ALL.into_iter().find(|power| power.word() == word)
    }
}

/// How the expenditure of an award is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Spread evenly over whole months.
    ByMonth,
    /// Spread evenly over days.
    ByDay,
    /// Recognised when paid, as no period is stated.
    WhenPaid,
}

impl Basis {
    /// Returns the basis for a period: by month for whole months, otherwise by day; when paid without a
    /// period.
    pub fn of(period: Option<Period>) -> Basis {
        match period {
            None => Basis::WhenPaid,
            Some(period) if period.days().is_whole_months() => Basis::ByMonth,
            Some(_) => Basis::ByDay,
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Basis::ByMonth => "monthly",
            Basis::ByDay => "daily",
            Basis::WhenPaid => "when paid",
        }
    }
}

/// What the money is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    pub text: Text,
    pub split: Split,
}

/// An award.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Award {
    pub decision: Option<DecisionId>,
    pub decided: Date,
    /// True if `decided` is an assumption because no date is stated.
    #[serde(default)]
    pub date_assumed: bool,
    pub recipient: RecipientId,
    pub amount: Money,
    pub fund: Funds,
    pub power: Power,
    pub purpose: Purpose,
    pub period: Option<Period>,
    /// How expenditure is recognised, which follows from the period.
    pub basis: Basis,
    pub conditions: Option<Text>,
    /// The reasons why it will secure crime and disorder reduction, or value for money.
    pub reasons: Option<Text>,
}

/// A change of amount or period, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variation {
    pub decision: Option<DecisionId>,
    pub date: Date,
    /// The increase, or decrease if negative.
    pub change: Money,
    /// The new period, if it changes.
    pub period: Option<Period>,
    /// True for an extension: a later end without a change of amount.
    #[serde(default)]
    pub extension: bool,
    /// The part whose amount changes; otherwise the change is shared over all.
    #[serde(default)]
    pub part: Option<Part>,
}

/// The withdrawal of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    pub decision: Option<DecisionId>,
    pub date: Date,
    /// What was withdrawn as known when it was recorded: what is not recognised to the end of the day.
    #[serde(rename = "amount")]
    pub withdrawn: Money,
}

/// A change of purpose. Totals over all themes do not change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repurpose {
    pub decision: Option<DecisionId>,
    pub date: Date,
    pub purpose: Purpose,
    /// True if expenditure already recognised moves to the new themes, too.
    #[serde(default)]
    pub include_past: bool,
}

/// A change of fund, or of the whole allocation. Totals over all funds do not change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundChange {
    pub decision: Option<DecisionId>,
    pub date: Date,
    pub fund: Funds,
    /// True if expenditure already recognised moves to the new funds, too.
    #[serde(default)]
    pub include_past: bool,
}

/// An instalment: a scheduled payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instalment {
    pub due: Date,
    pub amount: Money,
}

/// Something that happened to a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fact {
    /// Always the first fact that is not reversed.
    Awarded(Box<Award>),
    Varied(Variation),
    Withdrawn(Withdrawal),
    Repurposed(Repurpose),
    FundChanged(FundChange),
    Scheduled(Instalment),
    Paid(Payment),
    Refunded(Refund),
    Returned(Returned),
    /// `record` is the reversed record.
    Reversed {
        record: u64,
        reason: Option<Text>,
    },
    /// A milestone or a monitoring report became due.
    #[serde(rename = "monitoring-due")]
    Due(Due),
    /// A milestone was reached, or a monitoring report received.
    #[serde(rename = "monitoring-received")]
    Received(Submission),
    /// A due item no longer holds payments.
    #[serde(rename = "monitoring-waived")]
    Waived(Waiver),
    /// Adding the power, conditions, reasons or decision posts nothing.
    #[serde(rename = "terms-stated")]
    Stated(TermsAddendum),
    #[serde(rename = "award-corrected")]
    Corrected(Box<Correction>),
    /// The entries recorded under earlier rules are brought to these rules.
    RulesApplied {
        rules: Rules,
    },
}

impl Fact {
    /// Returns its date; reversals, terms stated later and rules applied have none.
    pub fn date(&self) -> Option<Date> {
        match self {
            Fact::Awarded(award) => Some(award.decided),
            Fact::Varied(variation) => Some(variation.date),
            Fact::Withdrawn(withdrawal) => Some(withdrawal.date),
            Fact::Repurposed(repurpose) => Some(repurpose.date),
            Fact::FundChanged(change) => Some(change.date),
            Fact::Scheduled(instalment) => Some(instalment.due),
            Fact::Paid(payment) => Some(payment.date),
            Fact::Refunded(refund) => Some(refund.date),
            Fact::Returned(returned) => Some(returned.date),
            Fact::Due(due) => Some(due.due),
            Fact::Received(submission) => Some(submission.received),
            Fact::Waived(waiver) => Some(waiver.date),
            Fact::Corrected(correction) => Some(correction.date),
            Fact::Reversed { .. } | Fact::Stated(_) | Fact::RulesApplied { .. } => None,
        }
    }

    /// Returns the decision that it refers to, if stated.
    pub fn decision(&self) -> Option<&DecisionId> {
        match self {
            Fact::Awarded(award) => award.decision.as_ref(),
            Fact::Varied(variation) => variation.decision.as_ref(),
            Fact::Withdrawn(withdrawal) => withdrawal.decision.as_ref(),
            Fact::Repurposed(repurpose) => repurpose.decision.as_ref(),
            Fact::FundChanged(change) => change.decision.as_ref(),
            Fact::Stated(stated) => stated.decision.as_ref(),
            Fact::Corrected(correction) => correction.award()?.decision.as_ref(),
            Fact::Scheduled(_)
            | Fact::Paid(_)
            | Fact::Refunded(_)
            | Fact::Returned(_)
            | Fact::Reversed { .. }
            | Fact::Due(_)
            | Fact::Received(_)
            | Fact::Waived(_)
            | Fact::RulesApplied { .. } => None,
        }
    }

    /// Returns the award as recorded, without later corrections.
    pub fn award(&self) -> Option<&Award> {
        if let Fact::Awarded(award) = self { Some(award) } else { None }
    }

    pub fn instalment(&self) -> Option<&Instalment> {
        if let Fact::Scheduled(instalment) = self { Some(instalment) } else { None }
    }

    /// Returns the purpose that the fact gives to the grant, if any.
    pub fn purpose(&self) -> Option<&Purpose> {
        match self {
            Fact::Awarded(award) => Some(&award.purpose),
            Fact::Repurposed(repurpose) => Some(&repurpose.purpose),
            Fact::Varied(_)
            | Fact::Withdrawn(_)
            | Fact::FundChanged(_)
            | Fact::Scheduled(_)
            | Fact::Paid(_)
            | Fact::Refunded(_)
            | Fact::Returned(_)
            | Fact::Reversed { .. }
            | Fact::Due(_)
            | Fact::Received(_)
            | Fact::Waived(_)
            | Fact::Stated(_)
            | Fact::Corrected(_)
            | Fact::RulesApplied { .. } => None,
        }
    }

    /// Returns the kind of fact in words.
    pub fn words(&self) -> &'static str {
        match self {
            Fact::Awarded(_) => "award",
            Fact::Varied(variation) if variation.extension => "extension",
            Fact::Varied(_) => "variation",
            Fact::Withdrawn(_) => "withdrawal",
            Fact::Repurposed(_) => "change of purpose",
            Fact::FundChanged(_) => "change of fund",
            Fact::Scheduled(_) => "instalment",
            Fact::Paid(_) => "payment",
            Fact::Refunded(_) => "refund",
            Fact::Returned(_) => "returned payment",
            Fact::Reversed { .. } => "reversal",
            Fact::Due(due) => match due.what {
                DueKind::Milestone => "milestone",
                DueKind::MonitoringReport => "monitoring report due",
            },
            Fact::Received(submission) => match submission.what {
                DueKind::Milestone => "milestone reached",
                DueKind::MonitoringReport => "monitoring report received",
            },
            Fact::Waived(_) => "monitoring waived",
            Fact::Stated(_) => "statement",
            Fact::Corrected(_) => "correction",
            Fact::RulesApplied { .. } => "correction of earlier rules",
        }
    }
}

/// A fact as recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub record: u64,
    /// When it was recorded, UTC: `2015-03-31T16:20:00Z`.
    #[serde(deserialize_with = "read_shared")]
    pub at: Arc<str>,
    #[serde(deserialize_with = "read_shared")]
    pub by: Arc<str>,
    pub fact: Arc<Fact>,
    /// The booking date, if the month of its date was closed; that month stays unchanged.
    pub booked: Option<Date>,
    pub entries: Arc<Entries>,
    /// Why what it posts of earlier years is a prior period adjustment; only where it posts one.
    pub prior_period: Option<Text>,
    /// By how much it changes what refunds reduce the entitlement by.
    pub reductions: Box<[Reduction]>,
    /// What it moves from one recipient to another.
    pub moved: Option<Box<RecipientMove>>,
    pub reversed_by: Option<u64>,
    /// The reconciliation with a bank statement, if any.
    pub reconciled: Option<Reconciled>,
}

/// A reduction of the entitlement by refunds, under one theme. Entries do not tell it from a reduction by a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reduction {
    pub date: Date,
    /// The booking date: the date itself, unless its month was closed.
    pub booked: Date,
    pub fund: FundId,
    pub theme: ThemeId,
    /// Greater than zero; less than zero where a reduction falls away.
    pub amount: Money,
}

impl Recorded {
    /// Returns the day from which the books show it.
    pub(crate) fn shown_from(&self) -> Option<Date> {
        self.booked.or(self.fact.effective())
    }
}

/// A grant with its history, in the order of recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub id: GrantId,
    /// Everything recorded, including reversed facts and their reversals.
    pub history: Vec<Recorded>,
}

/// A grant's position from everything recorded, whatever its date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The entitlement: the award with variations, less withdrawals and refunds that reduce it.
    pub awarded: Money,
    /// Payments less returned payments.
    pub paid: Money,
    pub refunded: Money,
}

impl Standing {
    /// Returns the balance of the award: what can still be paid.
    pub fn balance(self) -> Result<Money, Overflow> {
        Ok(self.awarded.minus(self.net_paid()?)?.max(Money::ZERO))
    }

    /// Returns what is paid beyond the entitlement and due back.
    pub fn recovery_due(self) -> Result<Money, Overflow> {
        Ok(self.net_paid()?.minus(self.awarded)?.max(Money::ZERO))
    }

    /// Returns payments less refunds.
    pub fn net_paid(self) -> Result<Money, Overflow> {
        self.paid.minus(self.refunded)
    }
}

impl Grant {
    /// Maximum number of records of one grant, far more than any needs. Deciding a record takes time in
    /// proportion to those before it, so a file of very many payments to one award must be bounded.
    pub const MOST_RECORDS: usize = 2_000;

    /// Creates a grant without records.
    pub fn new(id: GrantId) -> Grant {
        Grant { id, history: Vec::new() }
    }

    /// Returns the grant as at record number `records`, but with reconciliations since; `None` if it had no
    /// records yet.
    pub fn as_of(&self, records: u64) -> Option<Grant> {
        let known = self.history.partition_point(|recorded| recorded.record <= records);
        let mut history = self.history.get(..known).filter(|history| !history.is_empty())?.to_vec();
        for recorded in &mut history {
            recorded.reversed_by = recorded.reversed_by.filter(|by| *by <= records);
        }
        Some(Grant { id: self.id.clone(), history })
    }

    /// Returns the records of facts that are not reversed.
    pub fn live(&self) -> impl Iterator<Item = &Recorded> + Clone {
        self.history.iter().filter(|recorded| {
            let is_fact = !matches!(*recorded.fact, Fact::Reversed { .. } | Fact::RulesApplied { .. });
            recorded.reversed_by.is_none() && is_fact
        })
    }

    /// Returns the rules by which its entries are recorded: those of its last record.
    pub fn rules(&self, held: &RulesHeld) -> Rules {
        held.at(self.history.last().map_or(u64::MAX, |recorded| recorded.record))
    }

    /// True if a refund that reduces the award was ever recorded.
    pub(crate) fn has_reductions(&self) -> bool {
        self.history.iter().any(|it| matches!(&*it.fact, Fact::Refunded(refund) if refund.reduces()))
    }

    /// Notes in the last record by how much it changes what refunds reduce the entitlement by.
    pub(crate) fn note_reductions(
        &mut self,
        held: &RulesHeld,
        closed: &ClosedMonths,
    ) -> Result<(), Overflow> {
        let Some((last, earlier)) = self.history.split_last() else { return Ok(()) };
        if self.last_award().is_none() {
            return Ok(());
        }
        let rules_before = held.at(earlier.last().map_or(last.record, |recorded| recorded.record));
        let known_before = self.as_of(last.record.saturating_sub(1));
        let facts_before = known_before.iter().flat_map(|grant| grant.facts());
        let before = timeline::reductions(rules_before, facts_before)?;
        let after = timeline::reductions(held.at(last.record), self.facts())?;
        let reductions = timeline::reductions_between(&before, &after, closed)?;
        if let Some(last) = self.history.last_mut() {
            last.reductions = reductions;
        }
        Ok(())
    }

    /// Returns the effective date of a record; for a reversal, that of the record it reverses.
    pub fn day_of(&self, recorded: &Recorded) -> Option<Date> {
        let Fact::Reversed { record, .. } = &*recorded.fact else { return recorded.fact.effective() };
        self.history.iter().find(|it| it.record == *record).and_then(|it| it.fact.effective())
    }

    /// Returns the day from which the books show a record; for a reversal, from that of the record it reverses.
    pub(crate) fn shown_from(&self, recorded: &Recorded) -> Option<Date> {
        recorded.booked.or_else(|| self.day_of(recorded))
    }

    /// Returns the award; `None` once reversed.
    pub fn award(&self) -> Option<&Award> {
        self.facts().find_map(Fact::award)
    }

    /// Returns the last recorded award, even if reversed.
    pub fn last_award(&self) -> Option<&Award> {
        self.award().or_else(|| self.history.iter().rev().find_map(|recorded| recorded.fact.award()))
    }

    /// Returns the terms of the last award, even if reversed. Terms stated later are reversed before their
    /// award.
    pub fn terms(&self) -> Terms<'_> {
        let awarded = self.last_award().map(Terms::of).unwrap_or_default();
        self.facts().fold(awarded, |terms, fact| {
            if let Fact::Stated(statement) = fact { terms.with(statement) } else { terms }
        })
    }

    /// Returns the purposes with their first days, in order: as awarded, then each change.
    pub fn purposes(&self) -> Vec<(Date, &Purpose)> {
        let mut purposes: Vec<(Date, &Purpose)> =
            self.facts().filter_map(|fact| fact.date().zip(fact.purpose())).collect();
        // The sort keeps the order of recording within a day.
        purposes.sort_by_key(|(date, _)| *date);
        purposes
    }

    /// Returns the current purpose.
    pub fn purpose(&self) -> Option<&Purpose> {
        self.purposes().last().map(|(_, purpose)| *purpose)
    }

    /// Returns the purpose in force on a day; before the first, the first.
    pub(crate) fn purpose_on(&self, day: Date) -> Option<&Purpose> {
        let purposes = self.purposes();
        let in_force = purposes.iter().rev().find(|(from, _)| *from <= day);
        in_force.or(purposes.first()).map(|(_, purpose)| *purpose)
    }

    /// Returns the current period; `None` is *not stated*.
    pub fn period(&self) -> Option<Period> {
        let mut period = self.award().and_then(|award| StatedLater::of(self.facts()).period(award));
        let mut varied: Vec<&Variation> = self
            .facts()
            .filter_map(|fact| if let Fact::Varied(variation) = fact { Some(variation) } else { None })
            .collect();
        varied.sort_by_key(|variation| variation.date);
        for variation in varied {
            period = variation.period.or(period);
        }
        period
    }

    pub fn is_withdrawn(&self) -> bool {
        self.facts().any(|fact| matches!(fact, Fact::Withdrawn(_)))
    }

    /// Returns what is awarded, paid and refunded in total.
    pub fn standing(&self) -> Result<Standing, Overflow> {
        standing(Rules::PRESENT, self.facts())
    }
}

/// Returns the place of a fact within its day: changes of purpose and fund, then (with recognition) what moves money, then
/// changes of estimate, each in the order of recording.
pub(crate) fn within_day(fact: &Fact) -> u8 {
    match fact {
        Fact::Awarded(_) | Fact::Repurposed(_) | Fact::FundChanged(_) => 0,
        Fact::Paid(_) | Fact::Refunded(_) | Fact::Returned(_) => 1,
        Fact::Varied(_)
        | Fact::Withdrawn(_)
        | Fact::Scheduled(_)
        | Fact::Reversed { .. }
        | Fact::Due(_)
        | Fact::Received(_)
        | Fact::Waived(_)
        | Fact::Stated(_)
        | Fact::Corrected(_)
        | Fact::RulesApplied { .. } => 2,
    }
}

/// Returns the position of a grant with these facts.
pub fn standing<'a>(
    rules: Rules,
    facts: impl IntoIterator<Item = &'a Fact> + Clone,
) -> Result<Standing, Overflow> {
    let course = timeline::course(rules, facts.clone())?;
    let mut standing =
        Standing { awarded: course.last().map_or(Money::ZERO, |it| it.entitlement), ..Standing::default() };
    for fact in facts {
        match fact {
            Fact::Paid(payment) => standing.paid = standing.paid.plus(payment.amount)?,
            Fact::Refunded(refund) => standing.refunded = standing.refunded.plus(refund.amount)?,
            Fact::Returned(returned) => standing.paid = standing.paid.minus(returned.amount)?,
            Fact::Awarded(_)
            | Fact::Varied(_)
            | Fact::Withdrawn(_)
            | Fact::Repurposed(_)
            | Fact::FundChanged(_)
            | Fact::Scheduled(_)
            | Fact::Reversed { .. }
            | Fact::Due(_)
            | Fact::Received(_)
            | Fact::Waived(_)
            | Fact::Stated(_)
            | Fact::Corrected(_)
            | Fact::RulesApplied { .. } => {}
        }
    }
    Ok(standing)
}
