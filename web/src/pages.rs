//! The pages, one file for each.

pub mod budgets;
pub mod decisions;
pub mod figures;
pub mod grant;
pub mod grants;
pub mod help;
pub mod home;
mod links;
pub mod log;
pub mod monitoring;
pub mod papers;
pub mod pay;
pub mod recipients;
pub mod reports;
pub mod search;
