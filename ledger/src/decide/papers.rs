//! The index of public papers.

use super::reference::different;
use super::{Already, Decided, Decider, Refusal};
use crate::book::registered;
use crate::events::Event;
use crate::papers::PublicPaper;
use crate::rejection::{Difference, Rejection};

impl Decider<'_> {
    pub(super) fn record_paper(&self, paper: &PublicPaper) -> Result<Decided, Refusal> {
        for decision in &paper.decisions {
            if registered(self.books, decision)?.is_none() {
                return Err(Rejection::UnknownDecision(decision.to_string()).into());
            }
        }
        for grant in &paper.grants {
            self.grant(grant)?;
        }
        let Some(there) = self.books.reference().papers.get(&paper.id) else {
            return Ok(Decided::Events(vec![Event::PaperRecorded(Box::new(paper.clone()))]));
        };
        let differences = differences(there, paper);
        if !differences.is_empty() {
            return Err(Rejection::Different { what: "paper", id: paper.id.to_string(), differences }.into());
        }
        let merged = there.with(paper);
        if merged == **there {
            let (record, reversed_by) = (Some(there.record()), None);
            return Ok(Decided::Already(Already { record, reversed_by }));
        }
        Ok(Decided::Events(vec![Event::PaperRecorded(Box::new(merged))]))
    }
}

/// Returns what both state, differently.
fn differences(there: &PublicPaper, here: &PublicPaper) -> Vec<Difference> {
    fn both<T: ToString>(there: Option<T>, here: Option<T>) -> Option<(String, String)> {
        Some((there?.to_string(), here?.to_string()))
    }
    let fields =
        [("title", both(there.title.as_ref(), here.title.as_ref())), ("date", both(there.date, here.date))];
    let stated = fields.iter().filter_map(|(field, both)| Some((*field, both.as_ref()?)));
    stated.flat_map(|(field, (there, here))| different(field, there, here)).collect()
}
