//! `almoner import bulletin`: drafts a register from a published list of decisions. Records nothing.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use almoner_app::importing::drafts;
use almoner_imports::bulletin::{Bulletin, bulletin};
use almoner_imports::{DOCUMENT_LIMIT, DocumentText};
use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_papers::layout::wrapped;
use almoner_papers::render::{Format, csv, paper_rendered, table};
use almoner_papers::workbook::{self, Draft};

use crate::context::Context;
use crate::documents;
use crate::output::OutputArgs;
use crate::problem::Problem;
use crate::terminal::on_screen;

/// Drafts the decisions of a file, on the screen or in a file to correct and import.
pub fn run(path: &Path, output: &OutputArgs, context: &Context) -> Result<(), Problem> {
    let name = if path == Path::new("-") { "standard input".into() } else { path.to_string_lossy() };
    // Refuses an output that cannot be written before anything is read.
    let (format, terminal) = output.prepared(context.terminal).map_err(|problem| {
        problem.hint_for("no-format", || "end the file name in .csv or .xlsx".to_owned())
    })?;
    let document = text(path, &name)?;
    let mut found = bulletin(&document.text).map_err(|error| {
        Problem::refused("too-long", format!("{name}: {error}")).hint("split it into several files")
    })?;
    if !document.lost.is_empty() {
        found.notes.push(format!("Not read from the document: {}", document.lost.join("; ")));
    }
    if found.decisions.is_empty() {
        return Err(Problem::refused("no-decisions", format!("{name} contains no decisions"))
            .hint("check that each decision begins with its number, such as `6-2015` or `PCD 2015/012`"));
    }
    let summary = summary_text(&found, &name, context.terminal.width)?;
    let rendered = match format {
        Format::Xlsx => {
            let draft = Draft {
                sheet: drafts::draft(&found),
                marked: drafts::to_check(&found),
                choices: choices(context),
            };
            workbook::draft(&draft).map_err(|why| Problem::unwritable("the draft", why))?
        }
        Format::Csv => csv::csv(&drafts::draft(&found))?.into_bytes(),
        Format::Table => {
            format!("{}\n{summary}", table::table(&drafts::overview(&found, &name)?, terminal)).into_bytes()
        }
        Format::Markdown | Format::Html | Format::Pdf | Format::Docx => {
            paper_rendered(&drafts::overview(&found, &name)?.into(), format, terminal, None)?
        }
        Format::Json => {
            return Err(Problem::refused("no-json", "a draft cannot be written as JSON")
                .hint("write the file as .csv or .xlsx"));
        }
    };
    output.write(rendered, Audience::Officer)?;
    match &output.output {
        Some(path) => context.print(&format!("{summary}{}", next_steps(path, context.terminal.width))),
        None => Ok(()),
    }
}

/// Returns the themes and funds of the ledger, if there is one, to choose from in the workbook.
fn choices(context: &Context) -> Vec<(&'static str, Vec<String>)> {
    let Ok(ledger) = context.open_read() else { return Vec::new() };
    let reference = ledger.reference();
    let themes = reference.themes.keys().map(ToString::to_string).collect();
    let funds = reference.funds.keys().map(ToString::to_string).collect();
    vec![("theme", themes), ("fund", funds)]
}

/// Reads the text of the file.
fn text(path: &Path, name: &str) -> Result<DocumentText, Problem> {
    let mut bytes = Vec::new();
    let limit = DOCUMENT_LIMIT as u64 + 1;
    let read = match path == Path::new("-") {
        true => std::io::stdin().lock().take(limit).read_to_end(&mut bytes),
        false => File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)),
    };
    read.map_err(|error| Problem::unreadable(name, &error))?;
    documents::text_of(name, bytes)
}

/// Returns the summary of the draft.
fn summary_text(found: &Bulletin, name: &str, width: usize) -> Result<String, Problem> {
    let mut lines = drafts::summary(found)?;
    if let Some(first) = lines.first_mut() {
        *first = format!("{}: {first}", on_screen(name));
    }
    Ok(lines.iter().map(|line| wrapped("", line, width)).collect())
}

fn next_steps(path: &Path, width: usize) -> String {
    let path = on_screen(&path.display().to_string());
    let words = format!(
        "Nothing recorded. Draft written to {path}. Rows to check come first, and cannot be imported until you have deleted their `check:` marks. Correct them, fill in blank cells and themes, then run `almoner import decisions {path}` and `almoner import awards {path}`"
    );
    wrapped("", &words, width)
}
