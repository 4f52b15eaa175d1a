//! What goes on paper: sheets of typed cells, papers made of them, and the writers that turn a paper into a
//! table, CSV, JSON, Markdown, HTML, XLSX, DOCX or PDF.
//!
//! ```
//! use almoner_ledger::money::Money;
//! use almoner_papers::render::csv::csv;
//! use almoner_papers::sheet::{Cell, Field, Kind, Sheet};
//!
//! let fields = [
//!     Field::public("theme", "Theme", Kind::Text, 0, |line: &(&str, i64)| Cell::Text(line.0.to_owned())),
//!     Field::public("paid", "Paid", Kind::Money, 0, |line| Cell::Money(Money::from_pence(line.1))),
//! ];
//! let sheet = Sheet::of(&fields, &[("Domestic abuse", 9_233_50), ("Youth diversion", 220_50)]);
//! assert_eq!(csv(&sheet)?, "theme,paid\nDomestic abuse,9233.50\nYouth diversion,220.50\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The crate knows reports, and no store, no terminal, no clock and no command line. The same paper gives the
//! same bytes on every machine.

pub mod invocation;
pub mod layout;
pub mod packs;
pub mod paper;
pub mod provenance;
pub mod render;
pub mod reports;
pub mod sheet;
pub mod tool;
pub mod workbook;
