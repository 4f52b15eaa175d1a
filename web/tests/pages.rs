//! The pages over real connections. One program of all these tests is built and linked once.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests say what is wrong by panicking"
)]

mod addresses;
mod bank;
mod codes;
mod common;
mod exports;
mod figures;
mod forms;
mod grants;
mod imports;
#[cfg(unix)]
mod listening;
mod load;
mod machine;
mod office;
mod options;
mod organisation;
mod people;
mod progress;
mod recording;
mod safety;
mod snapshots;
