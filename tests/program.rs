//! The program as its users have it. One program of all these tests is built and linked once.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests say what is wrong by panicking"
)]

mod benchmarks;
#[cfg(all(feature = "web", unix))]
mod browser;
mod bulletin;
mod canary;
mod closing;
mod console;
mod explaining;
mod exporting;
mod exports_disclosure;
mod exports_funder;
mod exports_giving;
mod formats;
#[cfg(unix)]
mod full;
mod guess;
#[cfg(target_os = "linux")]
mod hostile;
mod independent;
mod keys;
mod kill;
#[cfg(all(feature = "web", unix))]
mod machine;
mod marks;
mod monitoring;
mod moving;
mod office;
mod people;
mod reconciling;
mod recording;
mod samples;
mod several;
#[path = "../store/tests/common/tally.rs"]
mod tally;
mod tampering;
mod undoing;
mod widths;
mod worked_example;
