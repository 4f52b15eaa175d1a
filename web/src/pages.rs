//! The pages, one file for each.

pub mod account;
mod actions;
mod allowed;
pub mod approvals;
pub mod bank;
pub mod budgets;
pub mod decisions;
mod entries;
pub mod exports;
pub mod figures;
pub mod grant;
pub mod grants;
pub mod help;
pub mod home;
pub mod import;
mod links;
pub mod log;
pub mod monitoring;
pub mod options;
pub mod papers;
pub mod progress;
pub mod recipients;
pub mod recording;
pub mod refused;
pub mod reports;
pub mod search;
pub mod users;
