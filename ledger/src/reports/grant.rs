//! The statement of one grant: what was posted in a period up to the reporting date, with running balances, and the
//! records of it with their entries.

use serde::Serialize;

use crate::accounts::Account;
use crate::allocation::{Division, Place};
use crate::book::Books;
use crate::calendar::{Date, Period};
use crate::decisions::DecisionId;
use crate::entry::Posting;
use crate::funds::FundId;
use crate::grants::{Basis, Fact, Grant, GrantId, Power, Recorded};
use crate::money::{Money, Overflow};
use crate::recipients::RecipientId;
use crate::rejection::nearest;
use crate::reports::collect::{Cuts, figures_to, of_grant};
use crate::reports::grants::{recipient_name, withdrawn_by};
use crate::reports::measures::{Standing, control_moved, moved};
use crate::reports::{Filter, Query, ReportError, Stamp};
use crate::text::Text;
use crate::themes::ThemeId;
use crate::totals::{Figure, Figures, PurposeView};

/// The purpose of the grant from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PurposeVersion {
    pub from: Date,
    pub text: Text,
    pub theme: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatementPosting {
    pub date: Date,
    /// The posting date; `None` is the same day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booked: Option<Date>,
    pub account: Account,
    pub fund: FundId,
    pub theme: Option<ThemeId>,
    /// The amount where it is positive, else zero.
    pub debit: Money,
    /// The amount without its sign where it is negative, else zero.
    pub credit: Money,
}

/// A record about the grant, in the order of recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatementEvent {
    pub record: u64,
    /// The time of recording, UTC.
    pub recorded_at: String,
    pub recorded_by: String,
    /// The kind of record: `award`, `payment`, …
    pub event: &'static str,
    /// The effective date; `None` for a reversal, which has no date of its own.
    pub date: Option<Date>,
    pub decision: Option<DecisionId>,
    /// The amount, negative for a reduction; `None` for changes of purpose and reversals.
    pub amount: Option<Money>,
    /// Other details: a purpose, a reference, a reason.
    pub detail: Option<String>,
    pub reverses: Option<u64>,
    pub reversed_by: Option<u64>,
    /// Why what it posts of earlier years is a prior period adjustment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prior_period: Option<Text>,
    /// The date of the bank statement with which it was reconciled.
    pub reconciled: Option<Date>,
    pub postings: Vec<StatementPosting>,
}

/// The movements of one record on one day, with the balances after them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatementRow {
    pub date: Date,
    /// The posting date, by which the statement is sorted.
    pub booked: Date,
    pub record: u64,
    /// The kind of movement: `award`, `payment`, … and `recognition` for scheduled expenditure.
    pub event: &'static str,
    /// True when the record was reversed, or reverses another.
    pub reversed: bool,
    pub awarded: Money,
    /// Refunds that reduce the award, in this movement.
    pub reduced: Money,
    /// Payments less refunds in this movement.
    pub paid: Money,
    pub expenditure: Money,
    /// The prior period adjustment of this movement, which is no expenditure. Absent when zero.
    #[serde(skip_serializing_if = "crate::reports::periods::is_zero")]
    pub prior_period: Money,
    /// The outstanding commitment after it.
    pub committed: Money,
    /// The prepayment after it.
    pub prepayments: Money,
    /// The accrual after it.
    pub accruals: Money,
    /// The change of what is due back.
    #[serde(skip)]
    due_back: Money,
}

/// The position of one part of a grant: of one fund and theme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GrantPart {
    pub fund: FundId,
    pub theme: ThemeId,
    /// The award, with variations and withdrawals.
    pub awarded: Money,
    /// Refunds that reduce the award.
    pub reduced: Money,
    /// Payments less refunds.
    pub paid: Money,
    pub expenditure: Money,
    /// What is paid of the part and not yet expenditure, whatever is accrued of others.
    pub prepayments: Money,
    pub accruals: Money,
    /// The outstanding commitment: what is left to pay.
    pub committed: Money,
    pub recoveries_due: Money,
    /// Commitments and, between funds, payments that moved to it from other parts, less those that moved from it.
    pub moved: Money,
    /// Prepayments less accruals that moved to it from other parts, less those that moved from it.
    pub control_moved: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GrantReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    pub grant: GrantId,
    pub decision: Option<DecisionId>,
    pub decided: Date,
    /// True when that date is an assumption.
    pub date_assumed: bool,
    pub recipient: RecipientId,
    /// The recipient's name on the day reported.
    pub recipient_name: String,
    /// The funds in force at the reporting date: `cdr; victims`.
    pub fund: String,
    pub power: Power,
    pub period: Option<Period>,
    pub basis: Basis,
    /// The purposes from the award on.
    pub purposes: Vec<PurposeVersion>,
    pub conditions: Option<Text>,
    pub reasons: Option<Text>,
    /// True when the award was reversed and is no longer in force.
    pub award_reversed: bool,
    /// True when the grant was withdrawn by the day reported.
    pub withdrawn: bool,
    /// The position when the period begins; `None` where the statement begins with the grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opening: Option<Standing>,
    /// The position at the reporting date.
    pub total: Standing,
    /// The parts with their positions at the reporting date, which add up to the grant's. Absent where there is only one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<GrantPart>,
    /// The movements posted in the period, up to the reporting date.
    pub rows: Vec<StatementRow>,
    /// The records of these movements, with their postings in the period.
    pub events: Vec<StatementEvent>,
}

/// Produces the statement of a grant for the period of a query, with opening and closing balances.
pub fn grant(books: &dyn Books, query: &Query, given: &str) -> Result<GrantReport, ReportError> {
    statement_of(books, query, given, true)
}

/// Produces the statement of a grant from its beginning to the reporting date.
pub fn grant_to_date(books: &dyn Books, query: &Query, given: &str) -> Result<GrantReport, ReportError> {
    statement_of(books, query, given, false)
}

fn statement_of(
    books: &dyn Books,
    query: &Query,
    given: &str,
    is_of_period: bool,
) -> Result<GrantReport, ReportError> {
    let id = GrantId::stated(given).ok();
    let grant = match &id {
        Some(id) => books.grant(id)?,
        None => None,
    };
    let Some((grant, award)) = grant.as_deref().and_then(|grant| Some((grant, grant.last_award()?))) else {
        return Err(unknown(books, given)?);
    };
    let query = Query { filter: Filter::default(), purpose: PurposeView::Dated, ..query.clone() };
    let purposes = grant.purposes().into_iter().map(|(from, purpose)| PurposeVersion {
        from,
        text: purpose.text.clone(),
        theme: grant.split_on(from).unwrap_or_else(|| purpose.split.clone()).to_string(),
    });
    let terms = grant.terms();
    let schema = "almoner.report.grant/2";
    let day_before = query.range.from().previous_day();
    let shows = |booked: Date| booked <= query.as_at() && (!is_of_period || booked > day_before);
    let mut rows = statement(grant)?;
    rows.retain(|row| shows(row.booked));
    let is_listed = |recorded: &&Recorded| rows.iter().any(|row| row.record == recorded.record);
    let events = grant.history.iter().filter(is_listed).map(|recorded| event(recorded, &shows)).collect();
    let total = Standing::of_grant(grant, &query)?;
    let (stamp, opening, total) = match is_of_period {
        true => {
            let before = figures_to(grant, &query, day_before)?;
            (Stamp::of_range(books, schema, &query), Some(Standing::of(&before)?), total)
        }
        false => (Stamp::of_day(books, schema, &query), None, total.to_date()),
    };
    Ok(GrantReport {
        stamp,
        grant: grant.id.clone(),
        decision: grant.decision().cloned(),
        decided: award.decided,
        date_assumed: award.date_assumed,
        recipient: award.recipient.clone(),
        recipient_name: recipient_name(books, &award.recipient, query.as_at())?,
        fund: grant.funds_on(query.as_at()),
        power: terms.power,
        period: grant.period(),
        basis: Basis::of(grant.period()),
        purposes: purposes.collect(),
        conditions: terms.conditions.cloned(),
        reasons: terms.reasons.cloned(),
        award_reversed: grant.award().is_none(),
        withdrawn: withdrawn_by(grant, query.as_at()),
        opening,
        total,
        parts: parts(grant, &query)?,
        rows,
        events,
    })
}

fn unknown(books: &dyn Books, given: &str) -> Result<ReportError, ReportError> {
    let mut ids = Vec::new();
    books.each_grant(&mut |grant| {
        ids.push(grant.id.to_string());
        Ok(())
    })?;
    let nearest = nearest(given, ids.iter().map(String::as_str));
    Ok(ReportError::Unknown { what: "grant", given: given.to_owned(), nearest })
}

/// Returns the parts that have figures by the reporting date or are in force then; none where there is only one.
fn parts(grant: &Grant, query: &Query) -> Result<Vec<GrantPart>, Overflow> {
    let division = grant.division_on(query.as_at());
    let in_force: Vec<Place<'_>> = division.iter().flat_map(Division::places).collect();
    let mut sums: Vec<(Place<'_>, Figures)> =
        in_force.iter().map(|place| (*place, Figures::default())).collect();
    for (line, changes) in of_grant(grant, query, &Cuts::as_at(query.as_at()))? {
        let mut of_line = Figures::default();
        changes.iter().try_for_each(|figures| of_line.absorb(figures))?;
        let place = Place { fund: line.fund, theme: line.theme };
        match sums.iter_mut().find(|(it, _)| *it == place) {
            Some((_, sum)) => sum.absorb(&of_line)?,
            None => sums.push((place, of_line)),
        }
    }
    sums.retain(|(place, sum)| in_force.contains(place) || *sum != Figures::default());
    if sums.len() < 2 {
        return Ok(Vec::new());
    }
    let part = |(place, sum): (Place<'_>, Figures)| {
        let at = Standing::of(&sum)?;
        let control = sum.get(Figure::Posted(Account::GrantControl));
        Ok(GrantPart {
            fund: place.fund.clone(),
            theme: place.theme.clone(),
            awarded: at.awarded,
            reduced: at.reduced,
            paid: at.paid,
            expenditure: at.expenditure,
            prepayments: control.max(Money::ZERO),
            accruals: control.negated().max(Money::ZERO),
            committed: at.committed,
            recoveries_due: at.recoveries_due,
            moved: moved(&sum)?,
            control_moved: control_moved(&sum)?,
        })
    };
    sums.into_iter().map(part).collect()
}

/// Returns the movements of all records by posting date, with running balances.
fn statement(grant: &Grant) -> Result<Vec<StatementRow>, Overflow> {
    let mut rows: Vec<StatementRow> = Vec::new();
    for recorded in &grant.history {
        rows.extend(rows_of(grant, recorded)?);
    }
    rows.sort_by_key(|row| (row.booked, row.record, row.date));
    let (mut committed, mut control) = (Money::ZERO, Money::ZERO);
    for row in &mut rows {
        committed = committed.plus(row.awarded)?.minus(row.reduced)?.minus(row.paid)?.plus(row.due_back)?;
        control = control.plus(row.paid)?.minus(row.expenditure)?.minus(row.due_back)?;
        control = control.minus(row.prior_period)?;
        row.committed = committed;
        row.prepayments = control.max(Money::ZERO);
        row.accruals = control.negated().max(Money::ZERO);
    }
    Ok(rows)
}

/// Returns the movements of one record, one row a day, and at least one row.
pub(super) fn rows_of(grant: &Grant, recorded: &Recorded) -> Result<Vec<StatementRow>, Overflow> {
    let mut rows: Vec<StatementRow> = Vec::new();
    for posting in recorded.entries.postings() {
        let same_day = |row: &StatementRow| row.date == posting.effective && row.booked == posting.booked;
        let place = match rows.iter().position(same_day) {
            Some(place) => place,
            None => {
                rows.push(row(recorded, posting.effective, posting.booked));
                rows.len() - 1
            }
        };
        if let Some(row) = rows.get_mut(place) {
            row.add(&posting)?;
        }
    }
    for reduction in &recorded.reductions {
        let same_day = |row: &&mut StatementRow| row.date == reduction.date && row.booked == reduction.booked;
        match rows.iter_mut().find(same_day) {
            Some(row) => row.reduce(reduction.amount)?,
            None => {
                let mut row = row(recorded, reduction.date, reduction.booked);
                row.reduce(reduction.amount)?;
                rows.push(row);
            }
        }
    }
    let first = rows.first().cloned().or_else(|| grant.day_of(recorded).map(|day| row(recorded, day, day)));
    // A change of purpose moves nothing in total on the days of later recognition.
    rows.retain(|row| !row.is_zero());
    if rows.is_empty() {
        rows.extend(first);
    }
    Ok(rows)
}

fn row(recorded: &Recorded, date: Date, booked: Date) -> StatementRow {
    // A reversal has no day of its own; the days are those of the postings that it reverses.
    let is_correction = recorded.correction().is_some();
    let own_day = is_correction || recorded.fact.date().is_none_or(|day| day == date);
    StatementRow {
        date,
        booked,
        record: recorded.record,
        event: if own_day { recorded.fact.words() } else { "recognition" },
        reversed: recorded.reversed_by.is_some() || matches!(*recorded.fact, Fact::Reversed { .. }),
        awarded: Money::ZERO,
        reduced: Money::ZERO,
        paid: Money::ZERO,
        expenditure: Money::ZERO,
        prior_period: Money::ZERO,
        committed: Money::ZERO,
        prepayments: Money::ZERO,
        accruals: Money::ZERO,
        due_back: Money::ZERO,
    }
}

impl StatementRow {
    fn is_zero(&self) -> bool {
        let Self { awarded, reduced, paid, expenditure, prior_period, due_back, .. } = self;
        [awarded, reduced, paid, expenditure, prior_period, due_back].iter().all(|amount| amount.is_zero())
    }

    /// Adds a reduction, which the postings have as less awarded.
    fn reduce(&mut self, amount: Money) -> Result<(), Overflow> {
        self.reduced = self.reduced.plus(amount)?;
        self.awarded = self.awarded.plus(amount)?;
        Ok(())
    }

    /// Adds a posting. Paid and awarded follow from bank and awards outstanding, as in
    /// [`measures`](crate::reports::measures).
    fn add(&mut self, posting: &Posting<'_>) -> Result<(), Overflow> {
        match posting.account {
            Account::Bank => {
                self.paid = self.paid.minus(posting.amount)?;
                self.awarded = self.awarded.minus(posting.amount)?;
            }
            Account::AwardsOutstanding => self.awarded = self.awarded.minus(posting.amount)?,
            Account::RecoveriesDue => {
                self.due_back = self.due_back.plus(posting.amount)?;
                self.awarded = self.awarded.minus(posting.amount)?;
            }
            Account::GrantExpenditure | Account::EarlierYears => {
                self.expenditure = self.expenditure.plus(posting.amount)?;
            }
            Account::PriorPeriod => self.prior_period = self.prior_period.plus(posting.amount)?,
            Account::GrantControl
            | Account::ReceiptsInAdvance
            | Account::OpeningReserves
            | Account::GrantsReceivable
            | Account::Commitments
            | Account::AwardsMoved
            | Account::Budget
            | Account::BudgetControl => {}
        }
        Ok(())
    }
}

/// Returns a record with its postings on the booking days that show.
fn event(recorded: &Recorded, shows: &dyn Fn(Date) -> bool) -> StatementEvent {
    let postings = recorded.entries.postings().filter(|posting| shows(posting.booked));
    let (amount, detail) = amount_and_detail(&recorded.fact);
    StatementEvent {
        record: recorded.record,
        recorded_at: recorded.at.to_string(),
        recorded_by: recorded.by.to_string(),
        event: recorded.fact.words(),
        date: recorded.fact.effective(),
        decision: recorded.fact.decision().cloned(),
        amount,
        detail,
        reverses: if let Fact::Reversed { record, .. } = &*recorded.fact { Some(*record) } else { None },
        reversed_by: recorded.reversed_by,
        prior_period: recorded.prior_period.clone(),
        reconciled: recorded.reconciled.map(|it| it.date),
        postings: postings.map(|posting| statement_posting(&posting)).collect(),
    }
}

/// Returns the amount of a fact and its other details in words.
pub(super) fn amount_and_detail(fact: &Fact) -> (Option<Money>, Option<String>) {
    let text = |text: &Option<Text>| text.as_ref().map(Text::to_string);
    match fact {
        Fact::Awarded(award) => (Some(award.amount), Some(award.purpose.text.to_string())),
        Fact::Varied(variation) => {
            let period = variation.period.map(|period| format!("period now {}", period.in_words()));
            ((!variation.extension).then_some(variation.change), period)
        }
        Fact::Withdrawn(withdrawal) => (Some(withdrawal.withdrawn.negated()), None),
        Fact::Repurposed(repurpose) => {
            let moves = if repurpose.include_past {
                "; earlier expenditure is also moved to the new theme"
            } else {
                ""
            };
            (None, Some(format!("{} ({}){moves}", repurpose.purpose.text, repurpose.purpose.split)))
        }
        Fact::FundChanged(change) => {
            let moves = if change.include_past { "; earlier expenditure is also moved" } else { "" };
            (None, Some(format!("{}{moves}", change.fund)))
        }
        Fact::Scheduled(instalment) => (Some(instalment.amount), None),
        Fact::Due(due) => (None, Some(due.name.to_string())),
        Fact::Received(submission) => (None, Some(format!("{}: {}", submission.name, submission.result))),
        Fact::Waived(waiver) => (None, Some(format!("{}: {}", waiver.name, waiver.reason))),
        Fact::Paid(payment) => (Some(payment.amount), text(&payment.reference)),
        Fact::Returned(returned) => (Some(returned.amount.negated()), text(&returned.reference)),
        Fact::Refunded(refund) => {
            let available = refund.stays_available.then(|| "remains available".to_owned());
            (Some(refund.amount.negated()), text(&refund.reference).or(available))
        }
        Fact::Reversed { reason, .. } => (None, text(reason)),
        Fact::RulesApplied { .. } => (None, Some("recorded under earlier rules".to_owned())),
        Fact::Corrected(correction) => (None, Some(correction.reason.to_string())),
        Fact::Stated(statement) => {
            let power = (statement.power != Power::NotStated).then(|| format!("power {}", statement.power));
            let terms = [
                statement.decision.as_ref().map(|decision| format!("decision {decision}")),
                statement.fund.as_ref().map(|fund| format!("fund {fund}")),
                power,
                statement.period.map(|period| format!("period {}", period.in_words())),
                statement.theme.as_ref().map(|theme| format!("theme {theme}")),
                text(&statement.conditions),
                text(&statement.reasons),
            ];
            (None, Some(terms.into_iter().flatten().collect::<Vec<_>>().join("; ")))
        }
    }
}

fn statement_posting(posting: &Posting<'_>) -> StatementPosting {
    StatementPosting {
        date: posting.effective,
        booked: (posting.booked != posting.effective).then_some(posting.booked),
        account: posting.account,
        fund: posting.fund.clone(),
        theme: posting.theme.cloned(),
        debit: posting.amount.max(Money::ZERO),
        credit: posting.amount.negated().max(Money::ZERO),
    }
}
