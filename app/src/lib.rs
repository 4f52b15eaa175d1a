//! Use cases: what the office does with its ledger, whichever front end asks.
//!
//! A front end reads the clock, the user and the randomness of a request once and hands them in as an
//! [`Actor`](actor::Actor). Here they become commands, recordings and their confirmations, as data and in the
//! words of no front end: no flag, no command line, no terminal.

pub mod actor;
pub mod approvals;
pub mod attention;
pub mod bank;
pub mod confirmation;
pub mod error;
pub mod exports;
pub mod figures;
pub mod importing;
pub mod intents;
pub mod log;
pub mod narrative;
pub mod office;
pub mod people;
pub mod profiles;
pub mod reconciling;
pub mod recording;
pub mod requested;
pub mod search;
#[cfg(test)]
mod testing;
pub mod verified;
