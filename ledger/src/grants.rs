//! Grants: what was promised to whom and for what, and everything that happened to it since.
//!
//! A grant is its facts. What it posts is a function of them ([`timeline`]), so a fact recorded
//! late or reversed changes the books to what they would have been. This module decides nothing:
//! it only answers questions about the facts.

pub mod monitoring;
pub mod timeline;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calendar::{Date, Period};
use crate::decisions::DecisionId;
use crate::entry::Entries;
use crate::funds::FundId;
use crate::grants::monitoring::{Due, DueKind, Submission, Waiver};
use crate::money::{Money, Overflow};
use crate::recipients::RecipientId;
use crate::reconciliation::Reconciled;
use crate::text::{Text, id_type, is_outside_reference, read_shared};
use crate::themes::Split;

id_type!(
    /// A grant's id: the number of the decision, `14-2015`, or `14-2015/2`, or the officer's own.
    GrantId, is_outside_reference
);

/// The law that an award is made under.
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

impl Power {
    /// All powers, *not stated* last.
    pub const ALL: [Power; 4] = [Power::S9, Power::S143, Power::Other, Power::NotStated];

    /// The word in files and flags.
    pub const fn word(self) -> &'static str {
        match self {
            Power::S9 => "s9",
            Power::S143 => "s143",
            Power::Other => "other",
            Power::NotStated => "not-stated",
        }
    }

    /// The power in words.
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

impl std::fmt::Display for Power {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

/// How an award is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Spread evenly over whole months.
    ByMonth,
    /// Spread evenly over days.
    ByDay,
    /// Charged when paid, no period being stated.
    WhenPaid,
}

impl Basis {
    /// Whole-month periods are spread by month, others by day, and an award without a period is
    /// charged when it is paid.
    pub fn of(period: Option<Period>) -> Basis {
        match period {
            None => Basis::WhenPaid,
            Some(period) if period.days().is_whole_months() => Basis::ByMonth,
            Some(_) => Basis::ByDay,
        }
    }

    /// The basis in words.
    pub const fn words(self) -> &'static str {
        match self {
            Basis::ByMonth => "by month",
            Basis::ByDay => "by day",
            Basis::WhenPaid => "when paid",
        }
    }
}

/// What the money is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// In words.
    pub text: Text,
    /// Over which themes.
    pub split: Split,
}

/// The act of awarding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Award {
    /// The decision; `None` is *not stated*.
    pub decision: Option<DecisionId>,
    /// When it was decided.
    pub decided: Date,
    /// True when `decided` is an assumption, the day not being stated.
    #[serde(default)]
    pub date_assumed: bool,
    /// To whom.
    pub recipient: RecipientId,
    /// How much.
    pub amount: Money,
    /// From which fund.
    pub fund: FundId,
    /// Under which power.
    pub power: Power,
    /// For what.
    pub purpose: Purpose,
    /// For which period; `None` is *not stated*.
    pub period: Option<Period>,
    /// How it is charged, which follows from the period.
    pub basis: Basis,
    /// Conditions of the grant.
    pub conditions: Option<Text>,
    /// The reasons why it will secure crime and disorder reduction, or value for money.
    pub reasons: Option<Text>,
}

/// A change of amount or period, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variation {
    /// The decision; `None` is *not stated*.
    pub decision: Option<DecisionId>,
    /// From when.
    pub date: Date,
    /// More, or less when negative.
    pub change: Money,
    /// The new period, where it changes.
    pub period: Option<Period>,
    /// True when this is an extension: a later end, and no change of amount.
    #[serde(default)]
    pub extension: bool,
}

/// The end of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// The decision; `None` is *not stated*.
    pub decision: Option<DecisionId>,
    /// From when.
    pub date: Date,
    /// The outstanding commitment that is reversed: all that is neither paid nor owed.
    pub withdrawn: Money,
}

/// A change of purpose. No money moves in total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repurpose {
    /// The decision; `None` is *not stated*.
    pub decision: Option<DecisionId>,
    /// From when.
    pub date: Date,
    /// The new purpose.
    pub purpose: Purpose,
    /// True when what is already charged moves too.
    #[serde(default)]
    pub include_charged: bool,
}

/// A scheduled payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instalment {
    /// When it falls due.
    pub due: Date,
    /// How much.
    pub amount: Money,
}

/// Money out to the recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// When.
    pub date: Date,
    /// How much, above nothing.
    pub amount: Money,
    /// The finance system's or the bank's reference.
    pub reference: Option<Text>,
}

/// Unspent money back from the recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refund {
    /// When.
    pub date: Date,
    /// How much, above nothing.
    pub amount: Money,
    /// The finance system's or the bank's reference.
    pub reference: Option<Text>,
    /// True when the recipient may still be paid it; otherwise the award is reduced by it.
    #[serde(default)]
    pub stays_available: bool,
}

/// What an award did not state, and is known of it now. It holds from the award on, in months that were
/// closed before it became known, too: it says more of what was posted there, and moves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsAddendum {
    /// The power; *not stated* where the award stated one, or still does not.
    pub power: Power,
    /// Conditions of the grant.
    pub conditions: Option<Text>,
    /// The reasons for it.
    pub reasons: Option<Text>,
}

/// Something that happened to a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fact {
    /// It was awarded. Always the first fact that is not reversed.
    Awarded(Box<Award>),
    /// Its amount or period changed.
    Varied(Variation),
    /// It was withdrawn.
    Withdrawn(Withdrawal),
    /// Its purpose changed.
    Repurposed(Repurpose),
    /// A payment was scheduled.
    Scheduled(Instalment),
    /// It was paid, in whole or part.
    Paid(Payment),
    /// Some of it came back.
    Refunded(Refund),
    /// An earlier fact was undone.
    Reversed {
        /// The record undone.
        record: u64,
        /// Why.
        reason: Option<Text>,
    },
    /// A milestone or a monitoring report falls due.
    Due(Due),
    /// A milestone was reached, or a monitoring report received.
    Received(Submission),
    /// Payments wait for a due item no longer.
    Waived(Waiver),
    /// What the award did not state was stated. Posts nothing.
    Stated(TermsAddendum),
}

impl Fact {
    /// When it happened; a reversal has no date of its own, nor has a statement of what always held.
    pub fn date(&self) -> Option<Date> {
        match self {
            Fact::Awarded(award) => Some(award.decided),
            Fact::Varied(variation) => Some(variation.date),
            Fact::Withdrawn(withdrawal) => Some(withdrawal.date),
            Fact::Repurposed(repurpose) => Some(repurpose.date),
            Fact::Scheduled(instalment) => Some(instalment.due),
            Fact::Paid(payment) => Some(payment.date),
            Fact::Refunded(refund) => Some(refund.date),
            Fact::Due(due) => Some(due.due),
            Fact::Received(submission) => Some(submission.received),
            Fact::Waived(waiver) => Some(waiver.date),
            Fact::Reversed { .. } | Fact::Stated(_) => None,
        }
    }

    /// The decision that it rests on, where one is stated.
    pub fn decision(&self) -> Option<&DecisionId> {
        match self {
            Fact::Awarded(award) => award.decision.as_ref(),
            Fact::Varied(variation) => variation.decision.as_ref(),
            Fact::Withdrawn(withdrawal) => withdrawal.decision.as_ref(),
            Fact::Repurposed(repurpose) => repurpose.decision.as_ref(),
            _ => None,
        }
    }

    /// What it moves at the bank, negative for money out; `None` when it moves none.
    pub fn at_bank(&self) -> Option<Money> {
        match self {
            Fact::Paid(payment) => Some(payment.amount.negated()),
            Fact::Refunded(refund) => Some(refund.amount),
            _ => None,
        }
    }

    /// What happened, in a few words.
    pub fn words(&self) -> &'static str {
        match self {
            Fact::Awarded(_) => "award",
            Fact::Varied(variation) if variation.extension => "extension",
            Fact::Varied(_) => "variation",
            Fact::Withdrawn(_) => "withdrawal",
            Fact::Repurposed(_) => "change of purpose",
            Fact::Scheduled(_) => "instalment",
            Fact::Paid(_) => "payment",
            Fact::Refunded(_) => "refund",
            Fact::Reversed { .. } => "reversal",
            Fact::Due(due) => match due.what {
                DueKind::Milestone => "milestone",
                DueKind::MonitoringReport => "monitoring report due",
            },
            Fact::Received(submission) => match submission.what {
                DueKind::Milestone => "milestone reached",
                DueKind::MonitoringReport => "monitoring report received",
            },
            Fact::Waived(_) => "wait waived",
            Fact::Stated(_) => "statement",
        }
    }
}

/// A fact as the journal has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The record's number.
    pub record: u64,
    /// When the ledger learned of it, UTC: `2015-03-31T16:20:00Z`.
    #[serde(deserialize_with = "read_shared")]
    pub at: Arc<str>,
    /// Who recorded it.
    #[serde(deserialize_with = "read_shared")]
    pub by: Arc<str>,
    /// What happened.
    pub fact: Arc<Fact>,
    /// The day it is booked on, when the month of its date was closed: what it changes stays out
    /// of that month.
    pub booked: Option<Date>,
    /// What it posted.
    pub entries: Arc<Entries>,
    /// The record that undid it.
    pub reversed_by: Option<u64>,
    /// Where it is on a bank statement, once that is known.
    pub reconciled: Option<Reconciled>,
}

impl Recorded {
    /// The day from which the books show it.
    pub fn shown_from(&self) -> Option<Date> {
        self.booked.or(self.fact.date())
    }
}

/// A grant with its history, in the order of recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// All that was recorded of it, reversed facts and their reversals included.
    pub history: Vec<Recorded>,
}

/// The terms of an award as they are known: as awarded, with what was stated later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms<'a> {
    /// The power.
    pub power: Power,
    /// Conditions of the grant.
    pub conditions: Option<&'a Text>,
    /// The reasons for it.
    pub reasons: Option<&'a Text>,
}

impl<'a> Terms<'a> {
    /// The terms that an award states.
    pub fn of(award: &'a Award) -> Terms<'a> {
        let Award { power, conditions, reasons, .. } = award;
        Terms { power: *power, conditions: conditions.as_ref(), reasons: reasons.as_ref() }
    }

    /// The terms with what a statement adds to them.
    pub(crate) fn with(self, stated: &'a TermsAddendum) -> Terms<'a> {
        let power = if self.power == Power::NotStated { stated.power } else { self.power };
        Terms {
            power,
            conditions: self.conditions.or(stated.conditions.as_ref()),
            reasons: self.reasons.or(stated.reasons.as_ref()),
        }
    }
}

/// Where a grant stands, by everything recorded of it whatever its date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Awarded, with variations and refunds, less what was withdrawn.
    pub awarded: Money,
    /// All payments.
    pub paid: Money,
    /// All refunds.
    pub refunded: Money,
}

impl Standing {
    /// What may still be paid.
    pub fn left(self) -> Result<Money, Overflow> {
        self.awarded.minus(self.paid)?.plus(self.refunded)
    }
}

impl Grant {
    /// How many records one grant can have, far more than any has. Each new one is decided by all those
    /// before it, so without a bound a file of payments that name one award might take days to refuse.
    pub const MOST_RECORDS: usize = 2_000;

    /// A grant of which nothing is recorded yet.
    pub fn new(id: GrantId) -> Grant {
        Grant { id, history: Vec::new() }
    }

    /// The grant as it was when so many records had been recorded, but for what was reconciled with the bank
    /// since; `None` when nothing had been recorded of it.
    pub fn as_of(&self, records: u64) -> Option<Grant> {
        let known = self.history.partition_point(|recorded| recorded.record <= records);
        let mut history = self.history.get(..known).filter(|history| !history.is_empty())?.to_vec();
        for recorded in &mut history {
            recorded.reversed_by = recorded.reversed_by.filter(|by| *by <= records);
        }
        Some(Grant { id: self.id.clone(), history })
    }

    /// The grant with more facts recorded of it.
    pub(crate) fn with(&self, added: &[Recorded]) -> Grant {
        Grant { id: self.id.clone(), history: [&self.history, added].concat() }
    }

    /// What holds: the facts that are neither reversed nor reversals.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.live().map(|recorded| &*recorded.fact)
    }

    /// What holds, as recorded.
    pub fn live(&self) -> impl Iterator<Item = &Recorded> {
        self.history.iter().filter(|recorded| {
            recorded.reversed_by.is_none() && !matches!(*recorded.fact, Fact::Reversed { .. })
        })
    }

    /// The award; `None` once it was reversed.
    pub fn award(&self) -> Option<&Award> {
        self.facts().find_map(|fact| match fact {
            Fact::Awarded(award) => Some(&**award),
            _ => None,
        })
    }

    /// The award that the grant was last recorded with, even if it was reversed since.
    pub fn last_award(&self) -> Option<&Award> {
        self.history.iter().rev().find_map(|recorded| match &*recorded.fact {
            Fact::Awarded(award) => Some(&**award),
            _ => None,
        })
    }

    /// The terms of the last award, even if it was reversed since. No statement outlives its award:
    /// it must be reversed first.
    pub fn terms(&self) -> Terms<'_> {
        let awarded = self.last_award().map(Terms::of).unwrap_or_default();
        self.facts().fold(awarded, |terms, fact| match fact {
            Fact::Stated(statement) => terms.with(statement),
            _ => terms,
        })
    }

    /// The purposes with their first days, in order: the one awarded, then each change.
    pub fn purposes(&self) -> Vec<(Date, &Purpose)> {
        let mut purposes: Vec<(Date, &Purpose)> = self
            .facts()
            .filter_map(|fact| match fact {
                Fact::Awarded(award) => Some((award.decided, &award.purpose)),
                Fact::Repurposed(repurpose) => Some((repurpose.date, &repurpose.purpose)),
                _ => None,
            })
            .collect();
        // The sort keeps the order of recording within a day.
        purposes.sort_by_key(|(date, _)| *date);
        purposes
    }

    /// The purpose now.
    pub fn purpose(&self) -> Option<&Purpose> {
        self.purposes().last().map(|(_, purpose)| *purpose)
    }

    /// The purpose in force on a day; before the first, the first.
    pub fn purpose_on(&self, day: Date) -> Option<&Purpose> {
        let purposes = self.purposes();
        let in_force = purposes.iter().rev().find(|(from, _)| *from <= day);
        in_force.or(purposes.first()).map(|(_, purpose)| *purpose)
    }

    /// The period as it stands; `None` is *not stated*.
    pub fn period(&self) -> Option<Period> {
        let mut period = self.award().and_then(|award| award.period);
        let mut varied: Vec<&Variation> = self
            .facts()
            .filter_map(|fact| match fact {
                Fact::Varied(variation) => Some(variation),
                _ => None,
            })
            .collect();
        varied.sort_by_key(|variation| variation.date);
        for variation in varied {
            period = variation.period.or(period);
        }
        period
    }

    /// True when the grant was withdrawn.
    pub fn is_withdrawn(&self) -> bool {
        self.facts().any(|fact| matches!(fact, Fact::Withdrawn(_)))
    }

    /// Awarded, paid and refunded, by everything recorded.
    pub fn standing(&self) -> Result<Standing, Overflow> {
        standing(self.facts())
    }
}

/// The first day, from the decision on, at the end of which more is paid than awarded, with what
/// is awarded and paid by then.
pub fn overpaid<'a>(
    facts: impl IntoIterator<Item = &'a Fact>,
) -> Result<Option<(Date, Money, Money)>, Overflow> {
    let mut dated: Vec<(Date, &Fact)> =
        facts.into_iter().filter_map(|fact| fact.date().map(|date| (date, fact))).collect();
    dated.sort_by_key(|(date, _)| *date);
    let (mut awarded, mut paid, mut is_decided) = (Money::ZERO, Money::ZERO, false);
    for day in dated.chunk_by(|a, b| a.0 == b.0) {
        let change = standing(day.iter().map(|(_, fact)| *fact))?;
        awarded = awarded.plus(change.awarded)?;
        paid = paid.plus(change.paid)?.minus(change.refunded)?;
        is_decided |= day.iter().any(|(_, fact)| matches!(fact, Fact::Awarded(_)));
        if let Some((date, _)) = day.first().filter(|_| is_decided && paid > awarded) {
            return Ok(Some((*date, awarded, paid)));
        }
    }
    Ok(None)
}

/// Awarded, paid and refunded by these facts.
pub fn standing<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Result<Standing, Overflow> {
    let mut standing = Standing::default();
    for fact in facts {
        match fact {
            Fact::Awarded(award) => standing.awarded = standing.awarded.plus(award.amount)?,
            Fact::Varied(variation) => standing.awarded = standing.awarded.plus(variation.change)?,
            Fact::Withdrawn(withdrawal) => {
                standing.awarded = standing.awarded.minus(withdrawal.withdrawn)?;
            }
            Fact::Paid(payment) => standing.paid = standing.paid.plus(payment.amount)?,
            Fact::Refunded(refund) => {
                standing.refunded = standing.refunded.plus(refund.amount)?;
                if !refund.stays_available {
                    standing.awarded = standing.awarded.minus(refund.amount)?;
                }
            }
            Fact::Repurposed(_)
            | Fact::Scheduled(_)
            | Fact::Reversed { .. }
            | Fact::Due(_)
            | Fact::Received(_)
            | Fact::Waived(_)
            | Fact::Stated(_) => {}
        }
    }
    Ok(standing)
}
