//! Imports: files from other systems in, commands out.
//!
//! [`read()`] turns each row of a file into a `Command` of the ledger, or into diagnostics that name
//! the cell, the problem and the next step. [`plan()`] decides those commands on a draft and totals
//! them. Nothing is inferred while reading, and the caller appends the whole batch or none of it.
//!
//! ```
//! use almoner_imports::{Kind, Layout, read};
//!
//! let file = "award,date,amount\n14-2015,31/03/2015,\"£1,250.00\"\n14-2015,31/03/2015,£1.234\n";
//! let read = read(Kind::Payments, "march.csv", file.as_bytes(), None, &Layout::default());
//! // Is £1.234 a pound and a bit, or more than a thousand? It is refused, never guessed.
//! let wrong: Vec<String> = read.diagnostics.iter().map(ToString::to_string).collect();
//! assert_eq!((read.rows.len(), wrong.len()), (2, 1), "{wrong:?}");
//! ```
//!
//! **Architecture invariant.** This crate knows the ledger's commands, types, drafts and `decide`;
//! it knows no store, no report, no clock, no terminal and no paths.

mod amounts;
mod awards;
pub mod bulletin;
mod cells;
mod control;
mod corrections;
mod dates;
mod decisions;
mod diagnostic;
mod documents;
mod forms;
mod guess;
mod header;
mod kind;
mod matching;
mod payments;
mod plan;
mod profile;
mod read;
mod reason;
mod recognised;
mod reconcile;
mod rejects;
mod request;
mod row_fields;
mod rows;
mod scheme;
mod shipped;
mod source;
mod statement_rows;
mod statements;
mod tally;
mod units;
mod words;

pub use cells::Remark;
pub use control::ControlTotal;
pub use corrections::Corrections;
pub use decisions::{
    LineDecision, LineName, LineOutcome, NotADecision, decisions, explanation, line_names, records_and_rest,
};
pub use diagnostic::{Diagnostic, Fault, NextStep, Say, faults};
pub use documents::{DOCUMENT_LIMIT, Document, DocumentText};
pub use guess::{
    FileColumn, Guess, MappedColumn, Mapping, NotGuessed, checks, draft_as_mapped, guess, mapping,
};
pub use kind::Kind;
pub use plan::{Added, Change, Plan, Reversed, plan};
pub use profile::{FileRule, Profile, ProfileError};
pub use read::{ReadFile, Row, Skipped, read, read_corrected, read_with_progress};
pub use recognised::{Recognised, STATEMENT_LIMIT, recognised, recognised_by, whole_statements};
pub use reconcile::{BankItems, Basis, DAYS, Found, MOST_DAYS, Open, Suggestion, matched};
pub use rejects::{Rejects, rejects};
pub use request::{BalanceRow, LinePart, RowRequest, StatedAt, StatementRow, UnmatchedPayment, VariationRow};
pub use row_fields::{Evidence, RowField};
pub use rows::{TO_CHECK, as_checked};
pub use scheme::{NotAScheme, scheme, scheme_text};
pub use shipped::{SHIPPED, shipped};
pub use source::{Delimiter, Detected, Encoding, FILE_LIMIT, Layout, Unreadable, cells, decoded, sheets};
pub use statements::{BankLine, BankStatement, BankStatements, StatedBalance, bank_statements};
pub use tally::Tally;
