//! The double-entry core of almoner: grants, their posting rules, and reports as data.
//!
//! It is pure: no clock, no user, no files, no terminal.
//!
//! ```
//! use almoner_ledger::calendar::{FinancialYear, Period, StatedDate};
//! use almoner_ledger::money::Money;
//!
//! // £18,467 for 1 November 2014 to 31 October 2015: five months of twelve fall into 2014-15.
//! let award = Money::parse("£18,467.00")?;
//! let period = Period::new(StatedDate::parse("2014-11-01")?, StatedDate::parse("2015-10-31")?)?;
//! let year = FinancialYear::parse("2014-15")?;
//! let months = period.days().months().filter(|month| month.financial_year() == year).count();
//! assert_eq!(award.fraction(months as u64, 12).grouped(), "7,694.58");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// A new kind of event, fact, account or command must be handled everywhere.
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

pub mod accounts;
pub mod allocation;
pub mod attention;
pub mod audience;
pub mod authority;
pub mod book;
pub mod budgets;
pub mod calendar;
pub mod checklist;
pub mod clock;
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
pub mod listing;
pub mod marks;
pub mod money;
pub mod papers;
pub mod policy;
pub mod publication;
pub mod recipients;
pub mod reconciliation;
pub mod rejection;
pub mod remedy;
pub mod reports;
pub mod signing;
pub mod split;
pub mod text;
pub mod themes;
pub mod totals;
pub mod users;
pub mod withholding;
mod worded;
pub mod written;
