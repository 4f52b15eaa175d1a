//! The core on its stores. One program of all these tests is built and linked once.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests say what is wrong by panicking"
)]

mod audience;
mod clocks;
mod closing;
mod common;
mod correcting;
mod earlier_rules;
mod faulty;
mod format;
mod indexes;
mod monitoring;
mod naming;
mod parts;
#[cfg(all(feature = "postgres", unix))]
#[path = "postgres/main.rs"]
mod postgres;
mod prior_period;
mod publishing;
mod readers;
mod recipients;
mod reconciling;
#[path = "reports/main.rs"]
mod reports;
mod scans;
mod statements;
mod stating;
mod stores;
#[path = "common/tally.rs"]
mod tally;
mod undoing;
mod withholding;
