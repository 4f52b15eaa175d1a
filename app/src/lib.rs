//! Use cases: what the office does with its ledger, whichever front end asks.
//!
//! A front end reads the clock, the user and the randomness of a request once and hands them in as an
//! [`Actor`](actor::Actor). Here they become commands, recordings and their confirmations, as data and in the
//! words of no front end: no flag, no command line, no terminal.
//!
//! ```
//! use std::{sync::Arc, time::Duration};
//!
//! use almoner_app::actor::{Actor, Timestamp};
//! use almoner_app::intents::add_theme;
//! use almoner_app::office::{Observer, Office, Progress};
//! use almoner_app::recording::Request;
//! use almoner_ledger::calendar::Date;
//! use almoner_ledger::command::Options;
//! use almoner_ledger::decide::opening;
//! use almoner_store::folder::Ledger;
//!
//! #[derive(Debug)]
//! struct Quiet;
//! impl Observer for Quiet {
//!     fn note(&self, _: &str) {}
//!     fn progress(&self, _: &'static str) -> Progress<'_> {
//!         Box::new(|_, _| {})
//!     }
//! }
//!
//! # let folder = tempfile::tempdir()?;
//! # let (notes, location) = (folder.path().join("notes"), folder.path().join("almoner.ledger"));
//! let at = Timestamp::parse("2015-04-01T09:00:00Z").ok_or("no moment")?;
//! let events = opening("0123456789abcdef0123456789abcdef".to_owned(), "Example office".parse()?);
//! Ledger::create(&location, events, at.to_string(), "jane".to_owned())?;
//!
//! let office = Office { location, notes, wait: Duration::ZERO, observer: Arc::new(Quiet) };
//! let today = Date::parse("2015-04-01")?;
//! let actor = Actor { user: Some("jane".parse()?), at, is_clock_confirmed: true, today };
//! let theme = add_theme("Anti-social behaviour".parse()?, None, None)?;
//! let request = Request { label: "theme add", ..Request::default() };
//! let recorded = office.record(&actor, request, Options::default(), |_| Ok(vec![theme.clone()]));
//! let recorded = recorded.map_err(|error: almoner_app::error::Error| error.message)?;
//! assert_eq!(recorded.numbers.map(|numbers| numbers.first), Some(4));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod actor;
pub mod approvals;
pub mod attention;
pub mod bank;
pub mod commanded;
pub mod confirmation;
pub mod error;
pub mod exports;
pub mod figures;
pub mod importing;
pub mod intents;
pub mod listing;
pub mod log;
pub mod narrative;
pub mod office;
pub mod people;
pub mod profiles;
pub mod publication;
pub mod reconciling;
pub mod recording;
pub mod requested;
pub mod search;
pub mod shown;
pub mod steps;
#[cfg(test)]
mod testing;
pub mod verified;
pub mod year_end;
