//! The index of public papers, with the decisions and grants that appeared in each.
//!
//! A paper is listed because it was recorded, or because a monitoring report names it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::book::{Books, Versioned};
use crate::calendar::{Date, DateRange};
use crate::decisions::DecisionId;
use crate::grants::{Fact, Grant, GrantId};
use crate::listing::Wanted;
use crate::papers::{PaperId, PublicPaper};
use crate::reports::grants::numbered;
use crate::reports::{ReportError, Stamp};
use crate::text::Text;
use crate::withholding::Confidential;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PapersRow {
    pub paper: PaperId,
    pub date: Option<Date>,
    pub title: Option<Text>,
    pub decisions: Vec<DecisionId>,
    pub grants: Vec<GrantId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PapersReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The papers by date, those without a date last, then by reference.
    pub rows: Vec<PapersRow>,
}

/// Produces the report of all papers, or of those dated in a range and those without a date.
pub fn papers(books: &dyn Books, range: Option<DateRange>) -> Result<PapersReport, ReportError> {
    let is_in = |paper: &PublicPaper| match (range, paper.date) {
        (Some(range), Some(date)) => range.contains(date),
        _ => true,
    };
    let mut index = recorded(books);
    books.each_grant_wanted(Wanted::WithItems, &mut |grant| {
        add_reported(&mut index, grant);
        Ok(())
    })?;
    let mut rows: Vec<PapersRow> = index.into_values().filter(is_in).map(row).collect();
    rows.sort_by_cached_key(|row| (row.date.is_none(), row.date, numbered(row.paper.as_str())));
    let stamp = Stamp { range, ..Stamp::plain(books, "almoner.report.papers/2") };
    Ok(PapersReport { stamp, rows })
}

fn row(paper: PublicPaper) -> PapersRow {
    let PublicPaper { id: paper, title, date, decisions, grants } = paper;
    let mut decisions = Vec::from_iter(decisions);
    let mut grants = Vec::from_iter(grants);
    decisions.sort_by_cached_key(|id| numbered(id.as_str()));
    grants.sort_by_cached_key(|id| numbered(id.as_str()));
    PapersRow { paper, date, title, decisions, grants }
}

pub type Index = BTreeMap<PaperId, PublicPaper>;

pub fn recorded(books: &dyn Books) -> Index {
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

/// Returns the papers that may be shown to audiences that may not see confidential matter: each with its
/// statements, without those that added nothing but confidential decisions and grants.
pub(super) fn shown(
    papers: &BTreeMap<PaperId, Versioned<PublicPaper>>,
    confidential: &Confidential,
    withheld: &BTreeSet<GrantId>,
) -> BTreeMap<PaperId, Versioned<PublicPaper>> {
    let mut shown = BTreeMap::new();
    for (id, stated) in papers {
        let mut before = PublicPaper::named(id.clone());
        let mut so_far: Option<PublicPaper> = None;
        for statement in stated.each().map(|(it, _)| it) {
            let decisions = statement.decisions.difference(&before.decisions);
            let grants = statement.grants.difference(&before.grants);
            let (decisions, grants): (BTreeSet<&DecisionId>, BTreeSet<&GrantId>) =
                (decisions.collect(), grants.collect());
            let open_decisions: BTreeSet<DecisionId> =
                decisions.iter().filter(|it| !confidential.contains(it)).map(|it| (*it).clone()).collect();
            let open_grants: BTreeSet<GrantId> =
                grants.iter().filter(|it| !withheld.contains(**it)).map(|it| (*it).clone()).collect();
            let names_nothing = decisions.is_empty() && grants.is_empty();
            if names_nothing || !open_decisions.is_empty() || !open_grants.is_empty() {
                let open = PublicPaper {
                    title: statement.title.clone().filter(|_| before.title.is_none()),
                    date: statement.date.filter(|_| before.date.is_none()),
                    decisions: open_decisions,
                    grants: open_grants,
                    ..PublicPaper::named(id.clone())
                };
                so_far = Some(so_far.map_or(open.clone(), |paper| paper.with(&open)));
            }
            before = statement.clone();
        }
        if let Some(paper) = so_far {
            Versioned::state(&mut shown, id.clone(), paper, stated.record());
        }
    }
    shown
}
