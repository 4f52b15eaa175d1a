//! Drafts of forms: what was typed, until it is recorded or a day has passed.
//!
//! A form posts to a draft, which has a page of its own. The draft's id is the key under which it is recorded, so that
//! recording again, reloading and going back all meet what was recorded, even after the pages were ended in between.
//! Drafts are saved in the user's own folder as they are typed, so that pages that are killed lose none.

use std::collections::BTreeMap;
use std::path::Path;

use almoner_app::actor::Timestamp;
use almoner_ledger::calendar::Date;
use almoner_ledger::head::Head;
use almoner_store::scratch::{Scratch, ScratchError};
use serde::{Deserialize, Serialize};

use crate::fields::Fields;

/// The maximum number of drafts of a user; the oldest goes first.
const MOST: usize = 200;

/// The maximum size of all drafts, in bytes: a file that was read is part of one. The oldest goes first.
const ROOM: usize = 96 * 1024 * 1024;

/// What was typed in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The label of its form.
    pub form: String,
    /// The id of the grant or the number of the record that it is about; blank if it is about neither.
    pub about: String,
    /// The user whose draft it is; blank at a desk.
    pub owner: String,
    /// What was typed.
    pub fields: Fields,
    /// True once somebody has tried to record it.
    pub is_tried: bool,
    /// The head after what was recorded of it, as far as this program knows.
    pub recorded: Option<Head>,
    /// True if the program was ended while it was being recorded.
    pub is_interrupted: bool,
    is_recording: bool,
    begun: String,
}

/// A draft as it is saved.
#[derive(Serialize, Deserialize)]
struct Saved {
    form: String,
    about: String,
    #[serde(default)]
    owner: String,
    fields: Fields,
    begun: String,
    /// True from before its recording until that has ended.
    #[serde(default)]
    is_recording: bool,
}

/// All drafts, by id.
#[derive(Debug, Default)]
pub struct Drafts {
    by_id: BTreeMap<String, Draft>,
    saved: Option<Scratch>,
}

/// Returns the key under which a draft is recorded.
pub fn key(id: &str) -> String {
    format!("page {id}")
}

/// Returns the moment a day before; drafts begun earlier are over.
fn day_before(now: &Timestamp) -> Option<String> {
    let (day, time) = now.as_str().split_once('T')?;
    Some(format!("{}T{time}", Date::parse(day).ok()?.previous_day()))
}

impl Drafts {
    /// Returns the drafts saved in a folder.
    ///
    /// # Errors
    ///
    /// If they cannot be opened, or another program has them open.
    pub fn saved_in(folder: &Path) -> Result<Drafts, ScratchError> {
        let saved = Scratch::open(folder)?;
        let mut by_id = BTreeMap::new();
        for (id, value) in saved.all()? {
            // What another version of the program saved is left out.
            let Ok(Saved { form, about, owner, fields, begun, is_recording }) =
                serde_json::from_slice(&value)
            else {
                continue;
            };
            // The journal knows whether it was recorded.
            let (is_tried, recorded, is_interrupted) = (true, None, is_recording);
            let draft =
                Draft { form, about, owner, fields, is_tried, recorded, is_interrupted, is_recording, begun };
            by_id.insert(id, draft);
        }
        Ok(Drafts { by_id, saved: Some(saved) })
    }

    /// Adds a draft, and returns the ids of those that were removed to make room for it.
    ///
    /// # Errors
    ///
    /// The second is an error if it cannot be saved; it is there as long as this program runs.
    pub fn add(
        &mut self,
        id: String,
        (form, about): (&str, &str),
        owner: &str,
        fields: Fields,
        now: &Timestamp,
    ) -> (Vec<String>, Result<(), ScratchError>) {
        let old = self.remove_old(owner, now, fields.size());
        let draft = Draft {
            form: form.to_owned(),
            about: about.to_owned(),
            owner: owner.to_owned(),
            fields,
            is_tried: false,
            recorded: None,
            is_interrupted: false,
            is_recording: false,
            begun: now.to_string(),
        };
        let removing = match &self.saved {
            Some(saved) if !old.is_empty() => saved.remove(old.iter().map(String::as_str)),
            Some(_) | None => Ok(()),
        };
        let saving = self.save(&id, &draft);
        self.by_id.insert(id, draft);
        (old, removing.and(saving))
    }

    /// Removes the drafts of more than a day ago, and the oldest of too many of a user or beside one of this size: the
    /// user's own before those of others. Returns their ids.
    fn remove_old(&mut self, owner: &str, now: &Timestamp, size: usize) -> Vec<String> {
        let day_before = day_before(now).unwrap_or_default();
        let mut all: Vec<(bool, &str, &str)> = self
            .by_id
            .iter()
            .map(|(id, draft)| (draft.owner != owner, draft.begun.as_str(), id.as_str()))
            .collect();
        all.sort_unstable();
        let own = all.iter().filter(|(is_of_others, ..)| !is_of_others).count();
        let mut beyond = (own + 1).saturating_sub(MOST);
        let mut room = ROOM.saturating_sub(size);
        for (place, (_, _, id)) in all.iter().enumerate().rev() {
            let own = self.by_id.get(*id).map_or(0, |draft| draft.fields.size());
            match room.checked_sub(own) {
                Some(rest) => room = rest,
                None => {
                    beyond = beyond.max(place + 1);
                    break;
                }
            }
        }
        let is_old =
            |(place, (_, begun, _)): &(usize, &(bool, &str, &str))| *place < beyond || **begun < *day_before;
        let old: Vec<String> =
            all.iter().enumerate().filter(is_old).map(|(_, (_, _, id))| (*id).to_owned()).collect();
        self.by_id.retain(|id, _| !old.contains(id));
        old
    }

    fn save(&self, id: &str, draft: &Draft) -> Result<(), ScratchError> {
        let Some(saved) = &self.saved else { return Ok(()) };
        let value = Saved {
            form: draft.form.clone(),
            about: draft.about.clone(),
            owner: draft.owner.clone(),
            fields: draft.fields.but(&["token"]),
            begun: draft.begun.clone(),
            is_recording: draft.is_recording,
        };
        let value = serde_json::to_vec(&value).map_err(|error| ScratchError::Failed(error.to_string()))?;
        saved.put(id, &value)
    }

    /// Returns a draft of the last day.
    pub fn get(&self, id: &str, now: &Timestamp) -> Option<Draft> {
        let day_before = day_before(now).unwrap_or_default();
        self.by_id.get(id).filter(|draft| draft.begun >= day_before).cloned()
    }

    /// Returns the user whose draft has an id; `None` if there is none.
    pub fn owner(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).map(|draft| draft.owner.as_str())
    }

    /// Returns a user's drafts of a form of the last day, by id.
    pub fn of_form(&self, form: &str, owner: &str, now: &Timestamp) -> Vec<(String, Draft)> {
        let of = self.by_id.iter().filter(|(_, draft)| draft.form == form && draft.owner == owner);
        of.filter_map(|(id, _)| Some((id.clone(), self.get(id, now)?))).collect()
    }

    /// Removes a draft.
    ///
    /// # Errors
    ///
    /// If it cannot be removed from the folder; it is gone as long as this program runs.
    pub fn remove(&mut self, id: &str) -> Result<(), ScratchError> {
        self.by_id.remove(id);
        self.saved.as_ref().map_or(Ok(()), |saved| saved.remove([id]))
    }

    /// Notes that a draft is being recorded.
    pub fn note_tried(&mut self, id: &str) {
        if let Some(draft) = self.by_id.get_mut(id) {
            draft.is_tried = true;
        }
    }

    /// Notes whether a long recording of a draft is under way, also for the case that the program is ended meanwhile.
    ///
    /// # Errors
    ///
    /// If it cannot be saved.
    pub fn note_recording(&mut self, id: &str, is_recording: bool) -> Result<(), ScratchError> {
        let Some(draft) = self.by_id.get_mut(id) else { return Ok(()) };
        (draft.is_tried, draft.is_recording, draft.is_interrupted) = (true, is_recording, false);
        let draft = draft.clone();
        self.save(id, &draft)
    }

    /// Notes what was recorded of a draft.
    pub fn note_recorded(&mut self, id: &str, head: Head) {
        if let Some(draft) = self.by_id.get_mut(id) {
            draft.recorded = Some(head);
        }
    }

    /// Replaces what was typed.
    ///
    /// # Errors
    ///
    /// If it cannot be saved; it is there as long as this program runs.
    pub fn retype(&mut self, id: &str, fields: Fields) -> Result<(), ScratchError> {
        let Some(draft) = self.by_id.get_mut(id) else { return Ok(()) };
        draft.fields = fields;
        let draft = draft.clone();
        self.save(id, &draft)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn typed(amount: &str) -> Fields {
        vec![("token".to_owned(), "secret".to_owned()), ("amount".to_owned(), amount.to_owned())].into()
    }

    #[test]
    fn the_oldest_draft_goes_first() {
        let mut drafts = Drafts::default();
        let now = at("2015-09-30T10:00:00Z");
        for number in 0..=MOST {
            drafts.add(format!("{number:04}"), ("pay", "1-2015"), "", Fields::default(), &now).1.unwrap();
        }
        assert!(drafts.get("0000", &now).is_none());
        assert!(drafts.get("0001", &now).is_some());
    }

    #[test]
    fn the_drafts_of_a_user_take_no_place_of_others() {
        let mut drafts = Drafts::default();
        let now = at("2015-09-30T10:00:00Z");
        drafts.add("al".to_owned(), ("pay", "1-2015"), "al", Fields::default(), &now).1.unwrap();
        for number in 0..=MOST {
            drafts.add(format!("{number:04}"), ("pay", "1-2015"), "jane", Fields::default(), &now).1.unwrap();
        }
        assert!(drafts.get("0000", &now).is_none() && drafts.get("0001", &now).is_some());
        assert_eq!(
            (drafts.owner("al"), drafts.owner("0001"), drafts.owner("x")),
            (Some("al"), Some("jane"), None)
        );
        assert_eq!(drafts.of_form("pay", "al", &now).len(), 1);
    }

    #[test]
    fn large_drafts_make_room_for_each_other() {
        let mut drafts = Drafts::default();
        let now = at("2015-09-30T10:00:00Z");
        let large = || Fields::from(vec![("statements".to_owned(), "x".repeat(ROOM / 2 - 100))]);
        for id in ["a", "b"] {
            drafts.add(id.to_owned(), ("reconcile statement", ""), "", large(), &now).1.unwrap();
        }
        drafts.add("c".to_owned(), ("pay", "1-2015"), "", typed("5"), &now).1.unwrap();
        assert_eq!(drafts.by_id.keys().collect::<Vec<_>>(), ["a", "b", "c"]);
        drafts.add("d".to_owned(), ("reconcile statement", ""), "", large(), &now).1.unwrap();
        assert_eq!(drafts.by_id.keys().collect::<Vec<_>>(), ["b", "c", "d"]);
    }

    #[test]
    fn a_draft_lasts_a_day() {
        let mut drafts = Drafts::default();
        drafts.add("a".to_owned(), ("pay", "1-2015"), "", typed("5"), &at("2015-02-28T10:00:00Z")).1.unwrap();
        for (now, expected) in [
            ("2015-02-28T10:00:01Z", true),
            ("2015-03-01T10:00:00Z", true),
            ("2015-03-01T10:00:01Z", false),
            ("2016-01-01T00:00:00Z", false),
        ] {
            assert_eq!(drafts.get("a", &at(now)).is_some(), expected, "{now}");
        }
    }

    #[test]
    fn what_was_typed_is_there_again_without_the_token() {
        let folder = tempfile::tempdir().unwrap();
        let now = at("2015-09-30T10:00:00Z");
        let mut drafts = Drafts::saved_in(folder.path()).unwrap();
        drafts.add("a".to_owned(), ("pay", "1-2015"), "", typed("5"), &now).1.unwrap();
        drafts.retype("a", typed("6")).unwrap();
        drafts.add("b".to_owned(), ("award", ""), "", typed("7"), &now).1.unwrap();
        drop(drafts);
        let mut drafts = Drafts::saved_in(folder.path()).unwrap();
        let found = drafts.get("a", &now).unwrap();
        assert_eq!(
            (found.form.as_str(), found.about.as_str(), found.fields.get("amount")),
            ("pay", "1-2015", Some("6"))
        );
        assert_eq!(found.fields.get("token"), None);
        // Whether it was recorded is for the journal to say.
        assert!(found.is_tried && !found.is_interrupted);
        for (ended, is_interrupted) in [(false, true), (true, false)] {
            drafts.note_recording("a", true).unwrap();
            assert!(!drafts.get("a", &now).unwrap().is_interrupted);
            if ended {
                drafts.note_recording("a", false).unwrap();
            }
            drop(drafts);
            drafts = Drafts::saved_in(folder.path()).unwrap();
            assert_eq!(drafts.get("a", &now).unwrap().is_interrupted, is_interrupted);
        }
        // What is over is removed from the folder, too.
        drafts.add("c".to_owned(), ("award", ""), "", typed("8"), &at("2015-10-02T10:00:00Z")).1.unwrap();
        drop(drafts);
        let drafts = Drafts::saved_in(folder.path()).unwrap();
        assert_eq!(drafts.by_id.keys().collect::<Vec<_>>(), ["c"]);
    }
}
