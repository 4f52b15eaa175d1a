//! The steps about the records of a year, and those after its end.

use almoner_ledger::book::authority::pending;
use almoner_ledger::events::Event;
use almoner_ledger::listing::numbered;
use almoner_ledger::reports::not_stated::{NotStatedRow, Unknown};
use almoner_ledger::reports::themes::ThemesRow;
use almoner_ledger::reports::year_end::{Section, YearEndRow};
use almoner_ledger::reports::{By, Measure, Query, not_stated, themes, year_end};

use super::{Check, Step, StepKind, new, not_checked};
use crate::error::Error;
use crate::publication::reference_of;
use crate::steps::{Case, State};

impl Check<'_> {
    pub(super) fn records(&self) -> Result<Vec<Step>, Error> {
        let query = Query::of(self.year.range()).on(self.as_at);
        let schedule = year_end(self.books, &query, self.year)?;
        let of_section = |step, section: &Section| {
            let case = |row: &YearEndRow| {
                Case::of_grant(&row.grant, format!("{} {}", row.grant, row.amount.grouped()))
            };
            self.of_cases(step, section.rows.iter().map(case).collect())
        };
        let (instalments, monitoring) = self.overdue()?;
        Ok(vec![
            self.proposals()?,
            self.not_stated(&query)?,
            of_section(StepKind::NoPeriod, &schedule.no_period),
            self.of_cases(StepKind::Instalments, instalments),
            self.of_cases(StepKind::Monitoring, monitoring),
            of_section(StepKind::Recoveries, &schedule.recoveries_due),
            self.budgets(&query)?,
        ])
    }

    /// Returns the proposals with a date up to the end of the year.
    fn proposals(&self) -> Result<Step, Error> {
        let is_of_year = |event: &Event| {
            let mut days = event.postings().map(|posting| posting.effective).chain(event.day());
            days.any(|day| day <= self.ends)
        };
        let mut all = pending(self.books)?;
        all.retain(|(_, proposal)| proposal.events.iter().any(is_of_year));
        let by = |record: &u64| {
            let of = self.books.reference().authority.pending.get(record);
            of.map(|it| format!(" by {}", it.by)).unwrap_or_default()
        };
        let case = |record: u64| Case {
            record: Some(record),
            ..Case::said(format!("record {record}{}", by(&record)))
        };
        Ok(self.of_cases(StepKind::Proposals, all.into_iter().map(|(record, _)| case(record)).collect()))
    }

    /// Returns what awards do not state, but for their periods, which are a step of their own, and what only the
    /// monthly disclosure needs.
    fn not_stated(&self, query: &Query) -> Result<Step, Error> {
        let report = not_stated(self.books, query)?;
        let is_of_accounts = |what| match what {
            Unknown::Fund | Unknown::Theme | Unknown::Power | Unknown::Decision | Unknown::Day => true,
            Unknown::Period | Unknown::Conditions | Unknown::Reasons => false,
        };
        let rows = report.rows.iter().filter(|row| row.grants > 0 && is_of_accounts(row.what));
        let case = |row: &NotStatedRow| {
            let awards = if row.grants == 1 { "award" } else { "awards" };
            Case::said(format!("{}: {} {awards}", row.what.words(), row.grants))
        };
        Ok(self.of_cases(StepKind::NotStated, rows.map(case).collect()))
    }

    /// Returns the instalments, and the monitoring reports and milestones, that are due by the end of the year and
    /// overdue.
    fn overdue(&self) -> Result<(Vec<Case>, Vec<Case>), Error> {
        // What is due on the last day of the year is overdue once the year is over.
        let day = if self.is_over { self.ends.month().next().first_day() } else { self.as_at };
        let (mut instalments, mut monitoring) = (Vec::new(), Vec::new());
        self.books.each_attention(&mut |open| {
            let id = &open.grant;
            for (due, unpaid) in open.overdue_instalments(day) {
                let words = format!("{id} {} since {}", unpaid.grouped(), due.in_words());
                instalments.push((due, Case::of_grant(id, words)));
            }
            for item in open.overdue_items(day) {
                let words = format!("{id} {} since {}", item.name, item.due.in_words());
                monitoring.push((item.due, Case::of_grant(id, words)));
            }
            Ok(())
        })?;
        let in_order = |mut cases: Vec<_>| {
            cases.sort_by_cached_key(|(due, case): &(_, Case)| {
                (*due, case.grant.as_ref().map(|id| numbered(id.as_str())))
            });
            cases.into_iter().map(|(_, case)| case).collect()
        };
        Ok((in_order(instalments), in_order(monitoring)))
    }

    fn budgets(&self, query: &Query) -> Result<Step, Error> {
        let report = themes(self.books, query, By::Fund)?;
        let over = report.rows.iter().filter(|row| {
            row.measures.budget.is_positive() && row.measures.get(Measure::Remaining).is_negative()
        });
        let case = |row: &ThemesRow| {
            let by = row.measures.get(Measure::Remaining).size().grouped();
            Case::said(format!("{} committed beyond its budget by {by}", row.name))
        };
        Ok(self.of_cases(StepKind::Budgets, over.map(case).collect()))
    }

    /// Returns the months that are over and whose disclosure is not in the register of public papers.
    fn disclosures(&self) -> Step {
        let papers = &self.books.reference().papers;
        let first = self.books.totals().iter().map(|(_, month, _)| month).min();
        let months = (0..12).map(|at| self.year.range().from().month().plus(at));
        let over = months.filter(|month| {
            let is_over = if self.is_over { true } else { month.last_day() < self.as_at };
            is_over && first.is_some_and(|first| first <= *month)
        });
        let missing = over.filter(|month| {
            reference_of(*month).is_none_or(|id| papers.get(&id).is_none_or(|paper| paper.date.is_none()))
        });
        self.of_cases(StepKind::Disclosures, missing.map(|month| Case::said(month.in_words())).collect())
    }

    /// Returns the steps that follow the closing of the months.
    pub(super) fn papers(&self) -> Vec<Step> {
        let next = self.year.next();
        let has_budgets = self.books.reference().budgets.keys().any(|key| key.year == next);
        let budgets = match has_budgets {
            true => new(StepKind::NextBudgets, State::Done, None),
            false => new(StepKind::NextBudgets, State::Open, Some(format!("No budget is set for {next}"))),
        };
        vec![
            self.disclosures(),
            not_checked(
                StepKind::Schedule,
                "Agree prepayments, accruals and recoveries due with the office's accounts",
            ),
            not_checked(
                StepKind::Pack,
                "Produce them once the months are closed, so that their figures do not change",
            ),
            not_checked(
                StepKind::FinanceJournal,
                "Export the journal of the year with its prepayments and accruals",
            ),
            not_checked(StepKind::Checkpoint, "Keep both where no user of the ledger can change them"),
            budgets,
        ]
    }
}
