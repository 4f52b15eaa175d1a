//! Lists: rows with columns declared as data, in every output format.

use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use serde::Serialize;

use crate::context::Context;
use crate::output::TableArgs;
use crate::problem::Problem;
use almoner_papers::render::{Format, json, paper_rendered};
use almoner_papers::sheet::{Field, Sheet};

/// A list with its schema, body and head.
#[derive(Debug, Serialize)]
pub struct List<Line> {
    schema: &'static str,
    body: String,
    head: String,
    rows: Vec<Line>,
    #[serde(skip)]
    title: &'static str,
    #[serde(skip)]
    notes: Vec<String>,
}

impl<Line: Serialize> List<Line> {
    /// Returns a list of these rows.
    pub fn new(books: &dyn Books, schema: &'static str, title: &'static str, rows: Vec<Line>) -> List<Line> {
        let (body, head) = (books.reference().body_name().to_owned(), books.head().hash.to_string());
        List { schema, body, head, rows, title, notes: Vec::new() }
    }

    /// Adds notes below the rows.
    pub fn notes(mut self, notes: Vec<String>) -> List<Line> {
        self.notes = notes;
        self
    }

    /// Writes the list in the format and to the file requested.
    pub fn write(self, fields: &[Field<Line>], args: &TableArgs, context: &Context) -> Result<(), Problem> {
        let (format, terminal) = args.prepared(context.terminal)?;
        let text = match format {
            Format::Json => json::text(&self)?,
            _ => {
                let title = format!("{}, {}", self.title, self.body);
                let sheet = Sheet { title, notes: self.notes, ..Sheet::of(fields, &self.rows) };
                paper_rendered(&args.choose(sheet)?.into(), format, terminal, None)?
            }
        };
        args.write(text, Audience::Officer)
    }
}
