//! What needs attention: each kind of matter with its cases and where to look, as data.

use almoner_ledger::book::{Books, BooksError};
use almoner_ledger::calendar::{Date, FinancialYear};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::monitoring::DueState;
use almoner_ledger::grants::{Fact, Grant, Power};
use almoner_ledger::money::{Money, Overflow};
use almoner_ledger::reports::ThemesReport;
use almoner_ledger::reports::decisions::decisions;

use crate::error::Error;
use almoner_papers::dates::day;

/// Sorts cases by year and number of their decision, other ids last.
type CaseOrder = (bool, Option<(u16, String, u32)>);

/// A kind of matter that needs attention, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    PeriodNotStated,
    DecisionNotStated,
    DateAssumed,
    DecisionNumberMissing,
}

/// Where the cases of a matter are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// The proposals that await approval.
    Pending,
    /// The report of budgets of a year.
    Budget(FinancialYear),
    /// The report of grants.
    Grants,
    /// The report of grants whose power is not stated.
    GrantsWithoutPower,
    /// The report of grants whose fund is not stated.
    GrantsWithoutFund,
    /// The report of outstanding commitments.
    Commitments,
    /// The report of monitoring.
    Monitoring,
    /// The register of decisions.
    Decisions,
}

impl MatterKind {
    /// Returns the description of one case.
    pub const fn one(self) -> &'static str {
        match self {
            MatterKind::ProposalPending => "proposal pending approval",
            MatterKind::FundOverBudget => "fund committed beyond its budget",
            MatterKind::RecoveryDue => "award with a recovery due",
            MatterKind::InstalmentOverdue => "instalment overdue",
            MatterKind::MonitoringOverdue => "monitoring report or milestone overdue",
            MatterKind::PaidBeforeAward => "payment dated before its award",
            MatterKind::PowerNotStated => "award without a stated power",
            MatterKind::FundNotStated => "award without a stated fund",
            MatterKind::PeriodNotStated => "award without a stated period",
            MatterKind::DecisionNotStated => "award without a stated decision",
            MatterKind::DateAssumed => "award with an assumed date",
            MatterKind::DecisionNumberMissing => "gap in the numbers of decisions",
        }
    }

    /// Returns the description of several cases.
    pub const fn several(self) -> &'static str {
        match self {
            MatterKind::ProposalPending => "proposals pending approval",
            MatterKind::FundOverBudget => "funds committed beyond their budgets",
            MatterKind::RecoveryDue => "awards with a recovery due",
            MatterKind::InstalmentOverdue => "instalments overdue",
            MatterKind::MonitoringOverdue => "monitoring reports or milestones overdue",
            MatterKind::PaidBeforeAward => "payments dated before their awards",
            MatterKind::PowerNotStated => "awards without a stated power",
            MatterKind::FundNotStated => "awards without a stated fund",
            MatterKind::PeriodNotStated => "awards without a stated period",
            MatterKind::DecisionNotStated => "awards without a stated decision",
            MatterKind::DateAssumed => "awards with an assumed date",
            MatterKind::DecisionNumberMissing => "gaps in the numbers of decisions",
        }
    }

    const fn listed(self, year: FinancialYear) -> Where {
        match self {
            MatterKind::ProposalPending => Where::Pending,
            MatterKind::FundOverBudget => Where::Budget(year),
            MatterKind::InstalmentOverdue => Where::Commitments,
            MatterKind::MonitoringOverdue => Where::Monitoring,
            MatterKind::PowerNotStated => Where::GrantsWithoutPower,
            MatterKind::FundNotStated => Where::GrantsWithoutFund,
            MatterKind::RecoveryDue
            | MatterKind::PaidBeforeAward
            | MatterKind::PeriodNotStated
            | MatterKind::DecisionNotStated
            | MatterKind::DateAssumed => Where::Grants,
            MatterKind::DecisionNumberMissing => Where::Decisions,
        }
    }
}

/// A kind of matter with its cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// What the cases are.
    pub kind: MatterKind,
    /// Where the cases are listed.
    pub see: Where,
    /// The cases in words, in the order of their decisions.
    pub cases: Vec<String>,
}

/// The cases of a kind while they are collected.
struct Cases {
    kind: MatterKind,
    cases: Vec<(CaseOrder, String)>,
}

impl Cases {
    fn of(kind: MatterKind) -> Cases {
        Cases { kind, cases: Vec::new() }
    }

    fn add(&mut self, case: impl ToString) {
        let case = case.to_string();
        let id = case.split([' ', '/']).next().and_then(|id| DecisionId::new(id).ok());
        let place =
            id.and_then(|id| id.in_series()).map(|(series, number)| (series.year, series.prefix, number));
        self.cases.push(((place.is_none(), place), case));
    }

    fn into_matter(mut self, year: FinancialYear) -> Matter {
        self.cases.sort();
        let cases = self.cases.into_iter().map(|(_, case)| case).collect();
        Matter { kind: self.kind, see: self.kind.listed(year), cases }
    }
}

/// Returns all matters that need attention, the most urgent first.
pub fn matters(
    books: &dyn Books,
    funds: &ThemesReport,
    year: FinancialYear,
    today: Date,
) -> Result<Vec<Matter>, Error> {
    let mut over = Cases::of(MatterKind::FundOverBudget);
    for row in &funds.rows {
        if row.measures.budget.is_positive() && row.measures.remaining.is_negative() {
            over.add(format!("{} by {}", row.key.id, row.measures.remaining.size().grouped()));
        }
    }
    let mut gaps = Cases::of(MatterKind::DecisionNumberMissing);
    for gap in decisions(books, None, false)?.gaps {
        gaps.add(if gap.count == 1 { gap.first } else { format!("{} to {}", gap.first, gap.last) });
    }
    let mut of_grants = OfGrants::new();
    books.each_grant(&mut |grant| of_grants.check(grant, today))?;
    let mut pending = Cases::of(MatterKind::ProposalPending);
    for (record, proposal) in &books.reference().authority.pending {
        pending.add(format!("record {record} by {}", proposal.by));
    }
    let all = [pending, over].into_iter().chain(of_grants.all()).chain([gaps]);
    Ok(all.filter(|it| !it.cases.is_empty()).map(|it| it.into_matter(year)).collect())
}

/// The matters that are checked for each grant.
struct OfGrants {
    recoveries: Cases,
    overdue: Cases,
    monitoring: Cases,
    paid_before: Cases,
    no_power: Cases,
    no_fund: Cases,
    no_period: Cases,
    no_decision: Cases,
    assumed: Cases,
}

impl OfGrants {
    fn new() -> OfGrants {
        OfGrants {
            recoveries: Cases::of(MatterKind::RecoveryDue),
            overdue: Cases::of(MatterKind::InstalmentOverdue),
            monitoring: Cases::of(MatterKind::MonitoringOverdue),
            paid_before: Cases::of(MatterKind::PaidBeforeAward),
            no_power: Cases::of(MatterKind::PowerNotStated),
            no_fund: Cases::of(MatterKind::FundNotStated),
            no_period: Cases::of(MatterKind::PeriodNotStated),
            no_decision: Cases::of(MatterKind::DecisionNotStated),
            assumed: Cases::of(MatterKind::DateAssumed),
        }
    }

    fn check(&mut self, grant: &Grant, today: Date) -> Result<(), BooksError> {
        let Some(award) = grant.award() else { return Ok(()) };
        let id = &grant.id;
        let recovery = grant.standing()?.recovery_due()?;
        if recovery.is_positive() {
            self.recoveries.add(format!("{id} {}", recovery.grouped()));
        }
        for (due, unpaid) in overdue_instalments(grant, today)? {
            self.overdue.add(format!("{id} {} since {}", unpaid.grouped(), day(due)));
        }
        for item in grant.due_items().iter().filter(|item| item.state(today) == DueState::Overdue) {
            self.monitoring.add(format!("{id} {} since {}", item.due.name, day(item.due.due)));
        }
        for fact in grant.facts() {
            if let Fact::Paid(payment) = fact
                && payment.date < award.decided
            {
                self.paid_before.add(format!("{id} on {}", day(payment.date)));
            }
        }
        let stated = [
            (&mut self.no_power, grant.terms().power != Power::NotStated),
            (&mut self.no_fund, !award.fund.is_unstated()),
            (&mut self.no_period, grant.period().is_some()),
            (&mut self.no_decision, award.decision.is_some()),
            (&mut self.assumed, !award.date_assumed),
        ];
        for (matter, is_stated) in stated {
            if !is_stated {
                matter.add(id);
            }
        }
        Ok(())
    }

    fn all(self) -> [Cases; 9] {
        [
            self.recoveries,
            self.overdue,
            self.monitoring,
            self.paid_before,
            self.no_power,
            self.no_fund,
            self.no_period,
            self.no_decision,
            self.assumed,
        ]
    }
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
    use almoner_ledger::calendar::Period;
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
        let funds = themes(&books, &Query::of(year.range()), By::Fund).unwrap();
        let found = matters(&books, &funds, year, day("2015-05-15")).unwrap();
        let words = |it: &Matter| {
            let kind = if it.cases.len() == 1 { it.kind.one() } else { it.kind.several() };
            format!("{} {kind}: {}", it.cases.len(), it.cases.join(", "))
        };
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
