//! The index of public papers: which decision or grant appeared in which.
//!
//! A paper is there because it was entered, or because a monitoring report is said to have been
//! reported in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::book::{Books, Versioned};
use crate::calendar::{Date, DateRange};
use crate::decisions::DecisionId;
use crate::grants::{Fact, Grant, GrantId};
use crate::papers::{PaperId, PublicPaper};
use crate::reports::grants::by_number;
use crate::reports::{ReportError, Stamp};
use crate::text::Text;

/// One paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PapersRow {
    /// Its reference.
    pub paper: PaperId,
    /// Its date; `None` is *not stated*.
    pub date: Option<Date>,
    /// Its title; `None` is *not stated*.
    pub title: Option<Text>,
    /// The decisions that appeared in it.
    pub decisions: Vec<DecisionId>,
    /// The grants that appeared in it.
    pub grants: Vec<GrantId>,
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PapersReport {
    /// What every report begins with.
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The papers by date, those without one last, then by reference.
    pub rows: Vec<PapersRow>,
}

/// Draws the report: of all papers, or of those dated in a range, with those that have no date.
pub fn papers(books: &dyn Books, range: Option<DateRange>) -> Result<PapersReport, ReportError> {
    let is_in = |paper: &PublicPaper| match (range, paper.date) {
        (Some(range), Some(date)) => range.contains(date),
        _ => true,
    };
    let mut index = entered(books);
    books.each_grant(&mut |grant| {
        add_reported(&mut index, grant);
        Ok(())
    })?;
    let mut rows: Vec<PapersRow> = index.into_values().filter(is_in).map(row).collect();
    rows.sort_by(|a, b| {
        let day = |row: &PapersRow| (row.date.is_none(), row.date);
        day(a).cmp(&day(b)).then_with(|| by_number(a.paper.as_str(), b.paper.as_str()))
    });
    let stamp = Stamp { range, ..Stamp::plain(books, "almoner.report.papers/2") };
    Ok(PapersReport { stamp, rows })
}

fn row(paper: PublicPaper) -> PapersRow {
    let PublicPaper { id: paper, title, date, decisions, grants } = paper;
    let mut decisions = Vec::from_iter(decisions);
    let mut grants = Vec::from_iter(grants);
    decisions.sort_by(|a, b| by_number(a.as_str(), b.as_str()));
    grants.sort_by(|a, b| by_number(a.as_str(), b.as_str()));
    PapersRow { paper, date, title, decisions, grants }
}

/// The papers of the index, by reference.
pub type Index = BTreeMap<PaperId, PublicPaper>;

/// The papers that were entered.
pub fn entered(books: &dyn Books) -> Index {
    let papers = books.reference().papers.iter();
    papers.map(|(id, paper)| (id.clone(), (**paper).clone())).collect()
}

/// Adds the papers in which monitoring reports of a grant were reported.
pub fn add_reported(papers: &mut Index, grant: &Grant) {
    for fact in grant.award().iter().flat_map(|_| grant.facts()) {
        if let Fact::Received(submission) = fact
            && let Some(id) = &submission.paper
        {
            let paper = papers.entry(id.clone()).or_insert_with(|| PublicPaper::named(id.clone()));
            paper.grants.insert(grant.id.clone());
        }
    }
}

/// The papers that may be told of to those who may not see what is confidential: with what each
/// record said of them, but for records that brought nothing else than something confidential.
pub(super) fn told(
    papers: &BTreeMap<PaperId, Versioned<PublicPaper>>,
    confidential: &BTreeSet<DecisionId>,
    withheld: &BTreeSet<GrantId>,
) -> BTreeMap<PaperId, Versioned<PublicPaper>> {
    let mut told = BTreeMap::new();
    for (id, stated) in papers {
        let mut before = PublicPaper::named(id.clone());
        let mut so_far: Option<PublicPaper> = None;
        for statement in stated.each().map(|(it, _)| it) {
            let decisions = statement.decisions.difference(&before.decisions);
            let grants = statement.grants.difference(&before.grants);
            let (decisions, grants): (BTreeSet<&DecisionId>, BTreeSet<&GrantId>) =
                (decisions.collect(), grants.collect());
            let open_decisions: BTreeSet<DecisionId> =
                decisions.iter().filter(|it| !confidential.contains(**it)).map(|it| (*it).clone()).collect();
            let open_grants: BTreeSet<GrantId> =
                grants.iter().filter(|it| !withheld.contains(**it)).map(|it| (*it).clone()).collect();
            let names_nothing = decisions.is_empty() && grants.is_empty();
            if names_nothing || !open_decisions.is_empty() || !open_grants.is_empty() {
                let said = PublicPaper {
                    title: statement.title.clone().filter(|_| before.title.is_none()),
                    date: statement.date.filter(|_| before.date.is_none()),
                    decisions: open_decisions,
                    grants: open_grants,
                    ..PublicPaper::named(id.clone())
                };
                so_far = Some(so_far.map_or(said.clone(), |paper| paper.with(&said)));
            }
            before = statement.clone();
        }
        if let Some(paper) = so_far {
            Versioned::state(&mut told, id.clone(), paper, stated.record());
        }
    }
    told
}
