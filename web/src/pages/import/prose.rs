//! Lists of decisions in prose: a register is drafted from the words, and imported as decisions and then as awards. What a
//! person must check is marked, and a row with a mark is refused.

use almoner_app::error::Error;
use almoner_app::importing::{ImportOptions, drafts};
use almoner_imports::bulletin::bulletin;
use almoner_imports::{Document, Kind, ReadFile, read};
use almoner_papers::render::csv::csv;

use super::given::{CANONICAL, Given, NotTaken};
use super::{FORM, Opened};
use crate::look::Look;
use crate::site::locked;
use almoner_ledger::hash::hex_of_bytes;

/// True if a file that is no table may be prose.
pub fn may_be(why: &NotTaken, bytes: &[u8]) -> bool {
    match why {
        NotTaken::Decisions => true,
        NotTaken::Statement => false,
        NotTaken::Unreadable(_) => matches!(Document::of(bytes), Ok(Document::Word | Document::WebPage)),
    }
}

/// Returns the draft of a register, as a file in our own columns.
pub fn drafted(look: &Look<'_>, name: &str, bytes: Vec<u8>) -> Result<(Given, Vec<u8>), Error> {
    let document = look.site.program.document_text(name, bytes)?;
    let found = bulletin(&document.text).map_err(|error| {
        Error::refused("too-long", format!("`{name}`: {error}")).advice("split it into several files")
    })?;
    if found.decisions.is_empty() {
        return Err(Error::refused("no-decisions", format!("`{name}` contains no decisions"))
            .advice("check that each decision begins with its number, such as `6-2015` or `PCD 2015/012`"));
    }
    let mut notes = drafts::summary(&found)?;
    if !document.lost.is_empty() {
        notes.push(format!("Not read from the document: {}", document.lost.join("; ")));
    }
    let draft = csv(&drafts::draft(&found))?;
    let kind = Some(Kind::Decisions);
    let given = Given { kind, profile: CANONICAL.to_owned(), is_drafted: true, notes, ..Given::default() };
    Ok((given, draft.into_bytes()))
}

/// Takes back what was ticked in a list: what was checked were rows of another kind.
fn bind_again(given: &mut Given, file: &ReadFile) {
    if let Some(evidence) = file.rows.first().and_then(|row| file.evidence(row)) {
        given.corrections.restore_column(evidence.column);
    }
}

/// Makes the marks of a list bind again after the kind of its rows has changed.
pub fn retyped(given: &mut Given, name: &str, bytes: &[u8]) {
    let file = read(given.kind.unwrap_or(Kind::Decisions), name, bytes, None, &given.layout());
    bind_again(given, &file);
}

/// Makes a draft of the awards of a list whose decisions are recorded.
pub fn go_on_with_awards(look: &Look<'_>, opened: &Opened) -> Result<(), Error> {
    let id = hex_of_bytes(&look.site.program.random()?);
    let mut given =
        Given { kind: Some(Kind::Awards), options: ImportOptions::default(), ..opened.given.clone() };
    bind_again(&mut given, &opened.file);
    let of = (FORM, opened.name.as_str());
    look.site.add_draft(id.clone(), of, look.session.owner(), given.fields(), &look.actor.at);
    locked(&look.site.files).rename(&opened.id, &id);
    Ok(())
}
