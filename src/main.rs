//! The `almoner` command line: the grants ledger of a Police and Crime Commissioner's office.
//!
//! Turns arguments into commands of the core (`almoner_ledger`) and its answers into text. Terminal,
//! clock and environment are read here only ([`context`]).

use std::process::ExitCode;

mod checkpoint_file;
mod commands;
mod confirmation;
mod context;
mod demo;
mod documents;
mod input;
mod keys;
mod output;
mod passphrase;
mod problem;
mod progress;
mod remedies;
mod terminal;
#[cfg(test)]
#[path = "../app/src/testing.rs"]
mod testing;
mod words;

fn main() -> ExitCode {
    if let Some(code) = documents::answer() {
        return code;
    }
    match commands::cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            problem.print();
            problem.exit_code()
        }
    }
}
