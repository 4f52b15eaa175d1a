//! Small files of the user: profiles, mappings, templates, policies and answers. They may be links and pipes, and are
//! never read beyond a limit.

use std::fs::File;
use std::path::Path;

use almoner_store::plain;

use crate::problem::Problem;

/// The longest of these files in bytes.
const LONGEST: u64 = 1 << 20;

/// Reads a text file, which is read once, since it may be a pipe. `what` names it in messages.
pub fn text(path: &Path, what: impl std::fmt::Display) -> Result<String, Problem> {
    File::open(path)
        .and_then(|file| plain::text_at_most(file, LONGEST))
        .map_err(|error| Problem::unreadable(what, &error))
}
