//! The double-entry core of almoner: grants, their posting rules, and reports as data.
//!
//! It is pure: no clock, no user, no files, no terminal.

// A new kind of event, fact, account or command must be handled everywhere.
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

pub mod accounts;
pub mod audience;
pub mod authority;
pub mod book;
pub mod calendar;
pub mod checklist;
pub mod closed;
pub mod command;
pub mod decide;
pub mod decisions;
pub mod entry;
pub mod events;
pub mod funders;
pub mod funds;
pub mod grants;
pub mod guarded;
pub mod hash;
pub mod head;
mod ids;
pub mod indicators;
pub mod invariants;
#[doc(hidden)]
pub mod json;
pub mod money;
pub mod papers;
pub mod policy;
pub mod recipients;
pub mod reconciliation;
pub mod rejection;
pub mod remedy;
pub mod reports;
pub mod signing;
pub mod text;
pub mod themes;
pub mod totals;
pub mod users;
mod worded;
