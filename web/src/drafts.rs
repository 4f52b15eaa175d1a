//! Drafts of forms: what was typed, until it is recorded or a day has passed.
//!
//! A form posts to a draft, which has a page of its own. The draft's id is the key under which it is recorded, so that
//! recording again, reloading and going back all meet what was recorded, even after the pages were ended in between.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use almoner_ledger::head::Head;

use crate::fields::Fields;

/// The time that a draft stays.
const DAY: Duration = Duration::from_secs(24 * 3_600);
/// The maximum number of drafts; the oldest goes first.
const MOST: usize = 200;

/// What was typed in a form.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The label of its form.
    pub form: &'static str,
    /// The id of the grant or the number of the record that it is about; blank if it is about neither.
    pub about: String,
    /// What was typed.
    pub fields: Fields,
    /// True once somebody has tried to record it.
    pub is_tried: bool,
    /// The head after what was recorded of it, as far as this program knows.
    pub recorded: Option<Head>,
    begun: Instant,
}

/// All drafts, by id.
#[derive(Debug, Default)]
pub struct Drafts(pub(crate) BTreeMap<String, Draft>);

/// Returns the key under which a draft is recorded.
pub fn key(id: &str) -> String {
    format!("page {id}")
}

impl Drafts {
    /// Adds a draft.
    pub fn add(&mut self, id: String, form: &'static str, about: &str, fields: Fields) {
        self.0.retain(|_, draft| draft.begun.elapsed() < DAY);
        while self.0.len() >= MOST {
            let oldest = self.0.iter().min_by_key(|(_, draft)| draft.begun);
            let Some(oldest) = oldest.map(|(id, _)| id.clone()) else { break };
            self.0.remove(&oldest);
        }
        self.0.insert(
            id,
            Draft {
                form,
                about: about.to_owned(),
                fields,
                is_tried: false,
                recorded: None,
                begun: Instant::now(),
            },
        );
    }

    /// Returns a draft.
    pub fn get(&self, id: &str) -> Option<Draft> {
        self.0.get(id).cloned()
    }

    /// Notes that a draft is being recorded.
    pub fn note_tried(&mut self, id: &str) {
        if let Some(draft) = self.0.get_mut(id) {
            draft.is_tried = true;
        }
    }

    /// Notes what was recorded of a draft.
    pub fn note_recorded(&mut self, id: &str, head: Head) {
        if let Some(draft) = self.0.get_mut(id) {
            draft.recorded = Some(head);
        }
    }

    /// Replaces what was typed.
    pub fn retype(&mut self, id: &str, fields: Fields) {
        if let Some(draft) = self.0.get_mut(id) {
            draft.fields = fields;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_draft_goes_first() {
        let mut drafts = Drafts::default();
        for number in 0..=MOST {
            drafts.add(format!("{number:04}"), "pay", "1-2015", Fields::default());
        }
        assert!(drafts.get("0000").is_none());
        assert!(drafts.get("0001").is_some());
    }
}
