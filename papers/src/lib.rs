//! What goes on paper: sheets of typed cells, papers made of them, and the writers that turn a paper into a
//! table, CSV, JSON, Markdown, HTML, XLSX, DOCX or PDF.
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
