//! Files that were sent and are not recorded yet, each of a draft.
//!
//! A file is saved in the user's own folder under the draft's id, which is ours, and is removed with the draft. Where
//! there is no folder, it is there as long as the pages, and has no name on this machine.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use almoner_store::private;

use crate::desk::private_folder;
use crate::upload::Upload;

/// Files by the ids of their drafts.
#[derive(Debug, Default)]
pub struct Files {
    folder: Option<PathBuf>,
    unsaved: BTreeMap<String, Upload>,
}

impl Files {
    /// Returns the files saved in a folder, which is made if it is missing. Those that are not needed are removed.
    ///
    /// # Errors
    ///
    /// If the folder cannot be used, or is not private to the user.
    pub fn saved_in(folder: &Path, is_needed: impl Fn(&str) -> bool) -> io::Result<Files> {
        private_folder(folder)?;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if !entry.file_name().to_str().is_some_and(&is_needed) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(Files { folder: Some(folder.to_owned()), unsaved: BTreeMap::new() })
    }

    /// Adds the file of a draft. Where it cannot be saved, it is there as long as the pages.
    pub fn add(&mut self, id: &str, mut upload: Upload) {
        if self.save(id, &mut upload).is_err() {
            self.unsaved.insert(id.to_owned(), upload);
        }
    }

    fn save(&self, id: &str, upload: &mut Upload) -> io::Result<()> {
        let path = self.path(id).ok_or(io::ErrorKind::NotFound)?;
        let mut file = private::create_new(&path)?;
        let written = upload.content().and_then(|mut content| io::copy(&mut content, &mut file));
        written.and_then(|_| file.sync_all()).inspect_err(|_| drop(fs::remove_file(&path)))
    }

    /// Returns where the file of an id is saved. Only what we make as an id names anything.
    fn path(&self, id: &str) -> Option<PathBuf> {
        let is_ours = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        self.folder.as_ref().filter(|_| is_ours).map(|folder| folder.join(id))
    }

    /// Returns the content of the file of a draft; `None` if it is no longer there.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn content(&mut self, id: &str) -> io::Result<Option<Vec<u8>>> {
        if let Some(upload) = self.unsaved.get_mut(id) {
            return upload.bytes().map(Some);
        }
        let Some(path) = self.path(id) else { return Ok(None) };
        match fs::read(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// True if the file of a draft is there.
    pub fn has(&self, id: &str) -> bool {
        self.unsaved.contains_key(id) || self.path(id).is_some_and(|path| path.is_file())
    }

    /// Gives the file of a draft to another.
    pub fn rename(&mut self, id: &str, new: &str) {
        if let Some(upload) = self.unsaved.remove(id) {
            self.unsaved.insert(new.to_owned(), upload);
        } else if let (Some(path), Some(new)) = (self.path(id), self.path(new)) {
            // A file that is gone already is sent again.
            drop(fs::rename(path, new));
        }
    }

    /// Removes the file of a draft.
    pub fn remove(&mut self, id: &str) {
        self.unsaved.remove(id);
        if let Some(path) = self.path(id) {
            // A file that is gone already needs no removing.
            drop(fs::remove_file(path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_until_its_draft_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("files");
        for is_saved in [true, false] {
            let mut files = match is_saved {
                true => Files::saved_in(&folder, |_| true).unwrap(),
                false => Files::default(),
            };
            files.add("a1", Upload::of("a.csv", b"award").unwrap());
            files.add("b2", Upload::of("b.csv", b"paid").unwrap());
            assert_eq!(files.content("a1").unwrap().as_deref(), Some(b"award".as_slice()));
            assert!(files.has("a1") && !files.has("c3"));
            files.rename("a1", "c3");
            assert!(files.has("c3") && !files.has("a1"));
            files.rename("c3", "a1");
            files.remove("a1");
            for gone in ["a1", "", "..", "../b2", "b2/"] {
                assert_eq!(files.content(gone).unwrap(), None, "{gone}");
            }
            assert_eq!(files.content("b2").unwrap().as_deref(), Some(b"paid".as_slice()));
        }
        let mut again = Files::saved_in(&folder, |id| id == "b2").unwrap();
        assert!(again.content("b2").unwrap().is_some());
        let mut again = Files::saved_in(&folder, |_| false).unwrap();
        assert_eq!(again.content("b2").unwrap(), None);
    }
}
