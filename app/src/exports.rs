//! Files for others, from their options: the monthly disclosure, grants in the 360Giving standard, whole books for an
//! auditor's tool.
//!
//! A front end chooses the options and writes the file. What may be in it, for which audience, is decided here.

#![allow(missing_docs, reason = "names that say it all have no doc")]

mod disclosure;
mod giving;
mod journal;
mod whole;

pub use self::disclosure::{Disclosed, Disclosure};
pub use self::giving::{GivingFile, GivingFormat, GivingMade};
pub use self::journal::{JournalExport, JournalMade};
pub use self::whole::{OpenBooks, WholeBooks, each_transaction};
