//! The index of public papers.

use super::reference::check_same;
use super::{Already, Decided, Decider, Refusal};
use crate::book::registered;
use crate::events::Event;
use crate::papers::PublicPaper;
use crate::rejection::Rejection;

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
        check_same("paper", &paper.id, stated_by_both(there, paper))?;
        let merged = there.with(paper);
        if merged == **there {
            let (record, reversed_by) = (Some(there.record()), None);
            return Ok(Decided::Already(Already { record, reversed_by }));
        }
        Ok(Decided::Events(vec![Event::PaperRecorded(Box::new(merged))]))
    }
}

/// Returns the fields that both state.
fn stated_by_both(there: &PublicPaper, here: &PublicPaper) -> Vec<(&'static str, String, String)> {
    let title = there.title.as_ref().zip(here.title.as_ref());
    let date = there.date.zip(here.date);
    let title = title.map(|(there, here)| ("title", there.to_string(), here.to_string()));
    let date = date.map(|(there, here)| ("date", there.to_string(), here.to_string()));
    title.into_iter().chain(date).collect()
}
