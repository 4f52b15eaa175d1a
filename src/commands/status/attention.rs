//! Matters that need attention: each kind with its number, some cases and the command that lists them.

use almoner_ledger::book::{Books, BooksError};
use almoner_ledger::calendar::{Date, FinancialYear};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::monitoring::DueState;
use almoner_ledger::grants::{Fact, Grant, Power};
use almoner_ledger::money::{Money, Overflow};
use almoner_ledger::reports::ThemesReport;
use almoner_ledger::reports::decisions::decisions;

use crate::confirmation::recovery_due;
use crate::problem::Problem;
use almoner_papers::dates::day;

/// The number of cases named.
const NAMED: usize = 4;

/// Sorts cases by year and number of their decision, other ids last.
type CaseOrder = (bool, Option<(u16, String, u32)>);

/// A kind of matter that needs attention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// The description of one case and of several.
    what: (&'static str, &'static str),
    /// The cases, each with its sort key.
    cases: Vec<(CaseOrder, String)>,
    /// The command that lists the cases.
    pub see: String,
}

impl Matter {
    fn new(one: &'static str, several: &'static str, see: impl Into<String>) -> Matter {
        Matter { what: (one, several), cases: Vec::new(), see: see.into() }
    }

    fn add(&mut self, case: impl ToString) {
        let case = case.to_string();
        let id = case.split([' ', '/']).next().and_then(|id| DecisionId::new(id).ok());
        let place =
            id.and_then(|id| id.in_series()).map(|(series, number)| (series.year, series.prefix, number));
        self.cases.push(((place.is_none(), place), case));
    }

    /// Returns the number of cases.
    pub fn count(&self) -> usize {
        self.cases.len()
    }

    /// Returns the description with the first cases.
    pub fn words(&self) -> String {
        let what = if self.count() == 1 { self.what.0 } else { self.what.1 };
        let mut cases: Vec<&(CaseOrder, String)> = self.cases.iter().collect();
        cases.sort();
        let named: Vec<&str> = cases.into_iter().take(NAMED).map(|(_, case)| case.as_str()).collect();
        let more = if self.count() > NAMED { ", …" } else { "" };
        format!("{what}: {}{more}", named.join(", "))
    }
}

/// Returns all matters that need attention, the most urgent first.
pub fn matters(
    books: &dyn Books,
    funds: &ThemesReport,
    year: FinancialYear,
    today: Date,
) -> Result<Vec<Matter>, Problem> {
    let mut over = Matter::new(
        "fund committed beyond its budget",
        "funds committed beyond their budgets",
        format!("report budget --fy {year}"),
    );
    for row in &funds.rows {
        if row.measures.budget.is_positive() && row.measures.remaining.is_negative() {
            over.add(format!("{} by {}", row.key.id, row.measures.remaining.size().grouped()));
        }
    }
    let mut gaps =
        Matter::new("gap in the numbers of decisions", "gaps in the numbers of decisions", "decision list");
    for gap in decisions(books, None, false)?.gaps {
        gaps.add(if gap.count == 1 { gap.first } else { format!("{} to {}", gap.first, gap.last) });
    }
    let mut of_grants = OfGrants::new();
    books.each_grant(&mut |grant| of_grants.check(grant, today))?;
    let mut pending = Matter::new("proposal pending approval", "proposals pending approval", "pending");
    for (record, proposal) in &books.reference().authority.pending {
        pending.add(format!("record {record} by {}", proposal.by));
    }
    let mut matters = vec![pending, over];
    matters.extend(of_grants.matters());
    matters.push(gaps);
    matters.retain(|matter| matter.count() > 0);
    Ok(matters)
}

/// The matters that are checked for each grant.
struct OfGrants {
    recoveries: Matter,
    overdue: Matter,
    monitoring: Matter,
    paid_before: Matter,
    no_power: Matter,
    no_fund: Matter,
    no_period: Matter,
    no_decision: Matter,
    assumed: Matter,
}

impl OfGrants {
    fn new() -> OfGrants {
        let grants = "report grants";
        OfGrants {
            recoveries: Matter::new(
                "withdrawn grant with a recovery due",
                "withdrawn grants with recoveries due",
                grants,
            ),
            overdue: Matter::new("instalment overdue", "instalments overdue", "report commitments"),
            monitoring: Matter::new(
                "monitoring report or milestone overdue",
                "monitoring reports or milestones overdue",
                "report monitoring",
            ),
            paid_before: Matter::new(
                "payment dated before its award",
                "payments dated before their awards",
                grants,
            ),
            no_power: Matter::new(
                "award without a stated power",
                "awards without a stated power",
                "report grants --power not-stated",
            ),
            no_fund: Matter::new(
                "award without a stated fund",
                "awards without a stated fund",
                "report grants --fund unstated",
            ),
            no_period: Matter::new("award without a stated period", "awards without a stated period", grants),
            no_decision: Matter::new(
                "award without a stated decision",
                "awards without a stated decision",
                grants,
            ),
            assumed: Matter::new("award with an assumed date", "awards with an assumed date", grants),
        }
    }

    fn check(&mut self, grant: &Grant, today: Date) -> Result<(), BooksError> {
        let Some(award) = grant.award() else { return Ok(()) };
        let id = &grant.id;
        let recovery = recovery_due(grant)?;
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

    fn matters(self) -> [Matter; 9] {
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
    let mut paid = standing.paid.minus(standing.refunded)?;
    let mut overdue = Vec::new();
    for (day, amount) in due {
        let covered = amount.min(paid);
        paid = paid.minus(covered)?;
        if covered < amount {
            overdue.push((day, amount.minus(covered)?));
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
        let found: Vec<String> =
            found.iter().map(|matter| format!("{} {}", matter.count(), matter.words())).collect();
        assert_eq!(
            found,
            [
                "1 fund committed beyond its budget: victims by 400.00",
                "1 withdrawn grant with a recovery due: 3-2015 600.00",
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
