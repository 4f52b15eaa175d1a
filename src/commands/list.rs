//! Lists: rows with columns declared as data, in every output format.

use almoner_app::listing::Listed;
use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use serde::Serialize;

use crate::context::Context;
use crate::output::TableArgs;
use crate::problem::Problem;
use almoner_papers::render::{Format, paper_rendered};
use almoner_papers::sheet::{Field, Sheet};

/// A list with its title and the notes below it.
#[derive(Debug)]
pub struct List<Line> {
    listed: Listed<Line>,
    title: &'static str,
    notes: Vec<String>,
}

impl<Line: Serialize> List<Line> {
    /// Returns a list of these rows.
    pub fn new(books: &dyn Books, schema: &'static str, title: &'static str, rows: Vec<Line>) -> List<Line> {
        List { listed: Listed::of(books, schema, rows), title, notes: Vec::new() }
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
            Format::Json => self.listed.json()?,
            _ => {
                let title = format!("{}, {}", self.title, self.listed.body);
                let sheet = Sheet { title, notes: self.notes, ..Sheet::of(fields, &self.listed.rows) };
                paper_rendered(&args.choose(sheet)?.into(), format, terminal, None)?
            }
        };
        args.write(text, Audience::Officer)
    }
}
