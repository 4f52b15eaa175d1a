//! Files read, planned and recorded in a store in memory.

#![allow(clippy::unwrap_used, clippy::panic)]

mod bad_files;
mod bank;
mod bank_year;
mod documents;
mod extracts;
mod forms;
mod good_files;
mod guess;
mod large;
mod numbers;
mod order;
mod planning;
mod profiles;
mod recipients;
mod statements;
mod support;
mod tables;
mod torture;
mod workbooks;
mod worked_example;
