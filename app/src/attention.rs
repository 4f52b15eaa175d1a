//! What needs attention: each kind of matter with its cases and where to look, as data.

use std::collections::BTreeMap;

use almoner_ledger::allocation::Division;
use almoner_ledger::book::{Books, BooksError};
use almoner_ledger::calendar::Date;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::monitoring::DueState;
use almoner_ledger::grants::{Fact, Grant, Power};
use almoner_ledger::money::{Money, Overflow};
use almoner_ledger::reports::decisions::decisions;
use almoner_ledger::reports::{Measure, ThemesReport};

use crate::error::Error;

/// Sorts cases by year and number of their decision, other ids last.
type CaseOrder = (bool, Option<(u16, String, u32)>);

/// A kind of matter that needs attention, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // The names say it.
pub enum MatterKind {
    ProposalPending,
    FundOverBudget,
    RecoveryDue,
    InstalmentOverdue,
    MonitoringOverdue,
    PaidBeforeAward,
    PowerNotStated,
    FundNotStated,
    ThemeNotStated,
    PeriodNotStated,
    DecisionNotStated,
    DateAssumed,
    DecisionNumberMissing,
}

impl MatterKind {
    /// Returns the description of one case, and that of several.
    const fn one_and_several(self) -> (&'static str, &'static str) {
        match self {
            MatterKind::ProposalPending => ("proposal pending approval", "proposals pending approval"),
            MatterKind::FundOverBudget => {
                ("fund committed beyond its budget", "funds committed beyond their budgets")
            }
            MatterKind::RecoveryDue => ("award with a recovery due", "awards with a recovery due"),
            MatterKind::InstalmentOverdue => ("instalment overdue", "instalments overdue"),
            MatterKind::MonitoringOverdue => {
                ("monitoring report or milestone overdue", "monitoring reports or milestones overdue")
            }
            MatterKind::PaidBeforeAward => {
                ("payment dated before its award", "payments dated before their awards")
            }
            MatterKind::PowerNotStated => ("award without a stated power", "awards without a stated power"),
            MatterKind::FundNotStated => ("award without a stated fund", "awards without a stated fund"),
            MatterKind::ThemeNotStated => ("award without a stated theme", "awards without a stated theme"),
            MatterKind::PeriodNotStated => {
                ("award without a stated period", "awards without a stated period")
            }
            MatterKind::DecisionNotStated => {
                ("award without a stated decision", "awards without a stated decision")
            }
            MatterKind::DateAssumed => ("award with an assumed date", "awards with an assumed date"),
            MatterKind::DecisionNumberMissing => {
                ("gap in the numbers of decisions", "gaps in the numbers of decisions")
            }
        }
    }
}

/// A kind of matter with its cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// What the cases are.
    pub kind: MatterKind,
    /// The cases in words, in the order of their decisions.
    pub cases: Vec<String>,
}

impl Matter {
    /// Returns the description of the cases.
    pub fn words(&self) -> &'static str {
        let (one, several) = self.kind.one_and_several();
        if self.cases.len() == 1 { one } else { several }
    }
}

/// The cases of each kind while they are collected.
#[derive(Default)]
struct Cases(BTreeMap<MatterKind, Vec<(CaseOrder, String)>>);

impl Cases {
    fn add(&mut self, kind: MatterKind, case: impl ToString) {
        let case = case.to_string();
        let id = case.split([' ', '/']).next().and_then(|id| DecisionId::new(id).ok());
        let place =
            id.and_then(|id| id.in_series()).map(|(series, number)| (series.year, series.prefix, number));
        self.0.entry(kind).or_default().push(((place.is_none(), place), case));
    }

    /// Adds the cases of a grant.
    fn add_grant(&mut self, grant: &Grant, today: Date) -> Result<(), BooksError> {
        let Some(award) = grant.award() else { return Ok(()) };
        let id = &grant.id;
        let recovery = grant.standing()?.recovery_due()?;
        if recovery.is_positive() {
            self.add(MatterKind::RecoveryDue, format!("{id} {}", recovery.grouped()));
        }
        for (due, unpaid) in overdue_instalments(grant, today)? {
            let case = format!("{id} {} since {}", unpaid.grouped(), due.in_words());
            self.add(MatterKind::InstalmentOverdue, case);
        }
        for item in grant.due_items().iter().filter(|item| item.state(today) == DueState::Overdue) {
            let case = format!("{id} {} since {}", item.due.name, item.due.due.in_words());
            self.add(MatterKind::MonitoringOverdue, case);
        }
        for fact in grant.facts() {
            if let Fact::Paid(payment) = fact
                && payment.date < award.decided
            {
                self.add(MatterKind::PaidBeforeAward, format!("{id} on {}", payment.date.in_words()));
            }
        }
        let division = grant.division();
        let places = || division.iter().flat_map(Division::places);
        for (kind, is_stated) in [
            (MatterKind::PowerNotStated, grant.terms().power != Power::NotStated),
            (MatterKind::FundNotStated, places().all(|place| !place.fund.is_unstated())),
            (MatterKind::ThemeNotStated, places().all(|place| !place.theme.is_unallocated())),
            (MatterKind::PeriodNotStated, grant.period().is_some()),
            (MatterKind::DecisionNotStated, grant.decision().is_some()),
            (MatterKind::DateAssumed, !award.date_assumed),
        ] {
            if !is_stated {
                self.add(kind, id);
            }
        }
        Ok(())
    }
}

/// Returns all matters that need attention, the most urgent first.
pub fn matters(books: &dyn Books, funds: &ThemesReport, today: Date) -> Result<Vec<Matter>, Error> {
    let mut cases = Cases::default();
    for row in &funds.rows {
        if row.measures.budget.is_positive() && row.measures.get(Measure::Remaining).is_negative() {
            let case = format!("{} by {}", row.key.id, row.measures.get(Measure::Remaining).size().grouped());
            cases.add(MatterKind::FundOverBudget, case);
        }
    }
    for gap in decisions(books, None, false)?.gaps {
        let case = if gap.count == 1 { gap.first } else { format!("{} to {}", gap.first, gap.last) };
        cases.add(MatterKind::DecisionNumberMissing, case);
    }
    books.each_grant(&mut |grant| cases.add_grant(grant, today))?;
    for (record, proposal) in &books.reference().authority.pending {
        cases.add(MatterKind::ProposalPending, format!("record {record} by {}", proposal.by));
    }
    let matters = cases.0.into_iter().map(|(kind, mut cases)| {
        cases.sort();
        Matter { kind, cases: cases.into_iter().map(|(_, case)| case).collect() }
    });
    Ok(matters.collect())
}

/// Returns the instalments due before today that are not covered by payments, which settle the earliest
/// first.
fn overdue_instalments(grant: &Grant, today: Date) -> Result<Vec<(Date, Money)>, Overflow> {
    if grant.is_withdrawn() {
        return Ok(Vec::new());
    }
    let mut due: Vec<(Date, Money)> = grant
        .facts()
        .filter_map(Fact::instalment)
        .filter(|instalment| instalment.due < today)
        .map(|instalment| (instalment.due, instalment.amount))
        .collect();
    due.sort_by_key(|(day, _)| *day);
    let standing = grant.standing()?;
    // No more is overdue than is left of the award.
    let (mut paid, mut left) = (standing.net_paid()?, standing.balance()?);
    let mut overdue = Vec::new();
    for (day, amount) in due {
        let covered = amount.min(paid);
        paid = paid.minus(covered)?;
        let unpaid = amount.minus(covered)?.min(left);
        left = left.minus(unpaid)?;
        if unpaid.is_positive() {
            overdue.push((day, unpaid));
        }
    }
    Ok(overdue)
}

#[cfg(test)]
mod tests {
    use almoner_ledger::calendar::{FinancialYear, Period};
    use almoner_ledger::command::Command;
    use almoner_ledger::events::BudgetKey;
    use almoner_ledger::funds::FundId;
    use almoner_ledger::grants::monitoring::{Due, DueKind};
    use almoner_ledger::reports::{By, Query, themes};
    use almoner_ledger::themes::ThemeId;

    use super::*;
    use crate::testing::{award, books, day, grant, money, pay};

    fn instalment(award: &str, due: &str, amount: &str) -> Command {
        Command::Schedule { award: grant(award), due: day(due), amount: money(amount), occurrence: 1 }
    }

    fn report_due(award: &str, due: &str) -> Command {
        let (what, name) = (DueKind::MonitoringReport, "Report".parse().unwrap());
        let due = Due { what, name, due: day(due), before_payment: false };
        Command::Expect { award: grant(award), due }
    }

    #[test]
    fn matters_that_need_attention_are_found() {
        let mut withdrawn = award("3-2015", "2015-04-01", "1,200");
        if let Command::Award(award) = &mut withdrawn {
            let month = |text| almoner_ledger::calendar::StatedDate::parse(text).unwrap();
            award.period = Some(Period::new(month("2015-04"), month("2015-06")).unwrap());
            award.power = Power::S143;
        }
        let budget = BudgetKey {
            fund: FundId::new("victims").unwrap(),
            theme: ThemeId::new("domestic-abuse").unwrap(),
            year: FinancialYear::parse("2015-16").unwrap(),
        };
        let books = books(&[
            award("1-2015", "2015-04-10", "1,000"),
            pay("1-2015", "2015-04-02", "300"),
            instalment("1-2015", "2015-05-01", "400"),
            instalment("1-2015", "2015-06-01", "200"),
            report_due("1-2015", "2015-05-14"),
            report_due("1-2015", "2015-05-15"),
            withdrawn,
            pay("3-2015", "2015-04-02", "1,000"),
            Command::Withdraw { award: grant("3-2015"), decision: None, date: day("2015-05-01") },
            Command::SetBudget { budget, amount: money("1,000"), revise: false },
        ]);
        let year = FinancialYear::parse("2015-16").unwrap();
        let funds = themes(&books, &Query::of(year.range()).on(day("2015-05-15")), By::Fund).unwrap();
        let found = matters(&books, &funds, day("2015-05-15")).unwrap();
        let words = |it: &Matter| format!("{} {}: {}", it.cases.len(), it.words(), it.cases.join(", "));
        let found: Vec<String> = found.iter().map(words).collect();
        assert_eq!(
            found,
            [
                "1 fund committed beyond its budget: victims by 412.90",
                "1 award with a recovery due: 3-2015 587.10",
                "1 instalment overdue: 1-2015 100.00 since 1 May 2015",
                "1 monitoring report or milestone overdue: 1-2015 Report since 14 May 2015",
                "1 payment dated before its award: 1-2015 on 2 Apr 2015",
                "1 award without a stated power: 1-2015",
                "1 award without a stated period: 1-2015",
                "1 gap in the numbers of decisions: 2-2015",
            ]
        );
    }
}
