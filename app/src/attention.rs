//! What needs attention: each kind of matter with its cases and where to look, as data.

use std::collections::BTreeMap;

use almoner_ledger::attention::{Attention, NotStated};
use almoner_ledger::book::Books;
use almoner_ledger::book::bank::{BankAccount, accounts};
use almoner_ledger::calendar::Date;
use almoner_ledger::clock::ClockCorrections;
use almoner_ledger::decisions::Spelled;
use almoner_ledger::reconciliation::StatementLine;
use almoner_ledger::reports::{Measure, ThemesReport};
use serde::Serialize;

use crate::error::Error;

/// A kind of matter that needs attention, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // The names say it.
pub enum MatterKind {
    ProposalPending,
    FundOverBudget,
    RecoveryDue,
    InstalmentOverdue,
    BalanceNotChained,
    StatementLineOpen,
    MonitoringOverdue,
    PaidBeforeAward,
    DuplicateConfirmed,
    PowerNotStated,
    FundNotStated,
    ThemeNotStated,
    PeriodNotStated,
    DecisionNotStated,
    DateAssumed,
    DecisionNumberMissing,
    DecisionDateNotStated,
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
            MatterKind::BalanceNotChained => (
                "bank statement whose opening balance is not the previous closing balance",
                "bank statements whose opening balance is not the previous closing balance",
            ),
            MatterKind::StatementLineOpen => ("bank statement line open", "bank statement lines open"),
            MatterKind::MonitoringOverdue => {
                ("monitoring report or milestone overdue", "monitoring reports or milestones overdue")
            }
            MatterKind::PaidBeforeAward => {
                ("payment dated before its award", "payments dated before their awards")
            }
            MatterKind::DuplicateConfirmed => (
                "transaction recently confirmed as not a duplicate",
                "transactions recently confirmed as not duplicates",
            ),
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
                ("gap in the decision numbers", "gaps in the decision numbers")
            }
            MatterKind::DecisionDateNotStated => {
                ("decision without a stated date", "decisions without a stated date")
            }
        }
    }
}

/// A kind of matter with its cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Matter {
    /// What the cases are.
    pub kind: MatterKind,
    /// How many cases there are.
    pub count: usize,
    /// The first of them in words, in the order of their decisions.
    pub first: Vec<String>,
}

impl Matter {
    /// Returns the description of the cases.
    pub fn words(&self) -> &'static str {
        let (one, several) = self.kind.one_and_several();
        if self.count == 1 { one } else { several }
    }
}

/// Sorts cases by year and number of their decision, other ids last, then by id and within it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Order<Words> {
    is_outside: bool,
    place: Option<(u16, Words, u32)>,
    id: Words,
    within: u64,
}

impl<'a> Order<&'a str> {
    /// Returns the place of a case by the id of its grant, fund or decision.
    fn of(id: &'a str) -> Order<&'a str> {
        let spelled = Spelled::read(id.split('/').next().unwrap_or(id));
        let place = spelled.map(|it| (it.year, it.prefix, it.number));
        Order { is_outside: place.is_none(), place, id, within: 0 }
    }

    fn owned(&self) -> Order<String> {
        let place = self.place.map(|(year, prefix, number)| (year, prefix.to_owned(), number));
        Order { is_outside: self.is_outside, place, id: self.id.to_owned(), within: self.within }
    }
}

impl Order<String> {
    fn borrowed(&self) -> Order<&str> {
        let place = self.place.as_ref().map(|(year, prefix, number)| (*year, prefix.as_str(), *number));
        Order { is_outside: self.is_outside, place, id: &self.id, within: self.within }
    }
}

/// The cases of a kind while they are collected.
#[derive(Default)]
struct OfKind {
    count: usize,
    /// The first so far, in order.
    first: Vec<(Order<String>, String)>,
}

/// The cases of each kind while they are collected.
struct Cases {
    /// How many of each kind are put in words.
    named: usize,
    of_kinds: BTreeMap<MatterKind, OfKind>,
}

impl Cases {
    fn add(&mut self, kind: MatterKind, order: &Order<&str>, words: impl FnOnce() -> String) {
        let of_kind = self.of_kinds.entry(kind).or_default();
        of_kind.count += 1;
        let at = of_kind.first.partition_point(|(it, _)| it.borrowed() < *order);
        if at < self.named {
            of_kind.first.insert(at, (order.owned(), words()));
            of_kind.first.truncate(self.named);
        }
    }

    /// Adds the cases of bank accounts, by date.
    fn add_bank(&mut self, accounts: &[BankAccount]) {
        for account in accounts {
            for it in &account.breaks {
                let order = Order { within: it.from.number().into(), ..Order::of("") };
                let words =
                    || format!("{} record {} of {}", account.account, it.statement, it.from.in_words());
                self.add(MatterKind::BalanceNotChained, &order, words);
            }
            for line in account.lines.iter().filter(|line| line.is_open()) {
                let StatementLine { date, amount, text, .. } = &line.line;
                let order = Order { within: date.number().into(), ..Order::of("") };
                let words = || format!("{} {} {text}", date.in_words(), amount.grouped());
                self.add(MatterKind::StatementLineOpen, &order, words);
            }
        }
    }

    /// Adds the cases of a grant.
    fn add_grant(&mut self, open: &Attention, today: Date, clock: &ClockCorrections) {
        let id = open.grant.as_str();
        let mut order = Order::of(id);
        if open.recovery_due.is_positive() {
            self.add(MatterKind::RecoveryDue, &order, || format!("{id} {}", open.recovery_due.grouped()));
        }
        for what in &open.not_stated {
            let kind = match what {
                NotStated::Power => MatterKind::PowerNotStated,
                NotStated::Fund => MatterKind::FundNotStated,
                NotStated::Theme => MatterKind::ThemeNotStated,
                NotStated::Period => MatterKind::PeriodNotStated,
                NotStated::Decision => MatterKind::DecisionNotStated,
                NotStated::Date => MatterKind::DateAssumed,
            };
            self.add(kind, &order, || id.to_owned());
        }
        for (due, unpaid) in open.overdue_instalments(today) {
            let words = || format!("{id} {} since {}", unpaid.grouped(), due.in_words());
            self.add(MatterKind::InstalmentOverdue, &order, words);
            order.within += 1;
        }
        for item in open.overdue_items(today) {
            let words = || format!("{id} {} since {}", item.name, item.due.in_words());
            self.add(MatterKind::MonitoringOverdue, &order, words);
            order.within += 1;
        }
        for day in &open.paid_before_award {
            self.add(MatterKind::PaidBeforeAward, &order, || format!("{id} on {}", day.in_words()));
            order.within += 1;
        }
        for confirmed in open.recently_confirmed(today, clock) {
            let words = || format!("{id} record {}", confirmed.record);
            self.add(MatterKind::DuplicateConfirmed, &order, words);
            order.within += 1;
        }
    }
}

/// Returns all matters that need attention, the most urgent first, with so many cases of each in words.
pub fn matters(
    books: &dyn Books,
    funds: &ThemesReport,
    today: Date,
    named: usize,
) -> Result<Vec<Matter>, Error> {
    let mut cases = Cases { named, of_kinds: BTreeMap::new() };
    for row in &funds.rows {
        if row.measures.budget.is_positive() && row.measures.get(Measure::Remaining).is_negative() {
            let by = row.measures.get(Measure::Remaining).size().grouped();
            let words = || format!("{} by {by}", row.key.id);
            cases.add(MatterKind::FundOverBudget, &Order::of(&row.key.id), words);
        }
    }
    let register = books.decision_numbers()?;
    for undated in register.undated() {
        cases.add(MatterKind::DecisionDateNotStated, &Order::of(undated.as_str()), || undated.to_string());
    }
    for gap in register.gaps() {
        let first = gap.series.write(gap.first);
        cases.add(MatterKind::DecisionNumberMissing, &Order::of(&first), || gap.to_string());
    }
    books.each_attention(&mut |open| {
        cases.add_grant(open, today, &books.reference().clock);
        Ok(())
    })?;
    cases.add_bank(&accounts(books)?);
    for (record, proposal) in &books.reference().authority.pending {
        let order = Order { within: *record, ..Order::of("") };
        cases.add(MatterKind::ProposalPending, &order, || format!("record {record} by {}", proposal.by));
    }
    let matters = cases.of_kinds.into_iter().map(|(kind, OfKind { count, first })| Matter {
        kind,
        count,
        first: first.into_iter().map(|(_, words)| words).collect(),
    });
    Ok(matters.collect())
}

#[cfg(test)]
mod tests {
    use almoner_ledger::calendar::{FinancialYear, Period};
    use almoner_ledger::command::Command;
    use almoner_ledger::events::BudgetKey;
    use almoner_ledger::funds::FundId;
    use almoner_ledger::grants::Power;
    use almoner_ledger::grants::monitoring::{Due, DueKind};
    use almoner_ledger::reconciliation::{BankStatement, StatementEntry};
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

    /// A statement of one line that begins with a balance of 100.
    fn statement(date: &str, amount: &str, text: &str) -> Command {
        let entry = StatementEntry {
            date: day(date),
            amount: money(amount),
            text: text.parse().unwrap(),
            reference: None,
            balance: None,
        };
        Command::RecordStatement(Box::new(BankStatement {
            account: "20-00-00 1".parse().unwrap(),
            from: day(date),
            to: day(date),
            opening: Some(money("100")),
            closing: None,
            lines: vec![entry],
        }))
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
            Command::SetBudget { budget, amount: money("1,000"), date: None, decision: None, revise: false },
            statement("2015-05-02", "10", "FEE"),
            statement("2015-05-09", "-5", "CHARGE"),
        ]);
        let year = FinancialYear::parse("2015-16").unwrap();
        let funds = themes(&books, &Query::of(year.range()).on(day("2015-05-15")), By::Fund).unwrap();
        let found = matters(&books, &funds, day("2015-05-15"), 4).unwrap();
        let words = |it: &Matter| format!("{} {}: {}", it.count, it.words(), it.first.join(", "));
        let found: Vec<String> = found.iter().map(words).collect();
        assert_eq!(
            found,
            [
                "1 fund committed beyond its budget: victims by 412.90",
                "1 award with a recovery due: 3-2015 587.10",
                "1 instalment overdue: 1-2015 100.00 since 1 May 2015",
                "1 bank statement whose opening balance is not the previous closing balance: 20-00-00 1 record 19 of 9 May 2015",
                "2 bank statement lines open: 2 May 2015 10.00 FEE, 9 May 2015 -5.00 CHARGE",
                "1 monitoring report or milestone overdue: 1-2015 Report since 14 May 2015",
                "1 payment dated before its award: 1-2015 on 2 Apr 2015",
                "1 award without a stated power: 1-2015",
                "1 award without a stated period: 1-2015",
                "1 gap in the decision numbers: 2-2015",
            ]
        );
    }
}
