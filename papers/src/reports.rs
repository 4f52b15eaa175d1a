//! Reports as sheets, one file each: its columns, and the function that makes its sheet.

#![allow(missing_docs, reason = "a module says which report its `sheet` shows")]

pub mod bank_reconciliation;
pub mod budget;
pub mod catalogue;
pub mod changes;
pub mod commitments;
pub mod decisions;
pub mod diff;
pub mod explain;
pub mod fields;
pub mod grant;
pub mod grants;
pub mod headings;
pub mod indicators;
pub mod late;
pub mod monitoring;
pub mod not_stated;
pub mod papers;
pub mod payments;
pub mod periods;
pub mod prior_period;
pub mod recipient;
pub mod recipients;
pub mod themes;
pub mod trial_balance;
pub mod year_end;
