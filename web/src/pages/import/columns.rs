//! The columns of a file: which of them each column of an import is read from, with examples, and saving that as a
//! profile.

use almoner_app::error::Error;
use almoner_imports::{FileColumn, Kind, MappedColumn, Mapping, NotGuessed, draft_as_mapped, mapping};
use maud::{Markup, html};

use super::given::DRAFTED;
use super::rows::tick;
use super::{Opened, framed, framed_statement, opened};
use crate::fields::Fields;
use crate::look::{Look, Trouble};
use crate::remedies;
use crate::reply::Reply;
use crate::site::locked;
use crate::write::form::{Field, FieldError, Input, field, summary, token};

fn not_mapped(error: &NotGuessed) -> Error {
    Error::refused(error.code, error.message.clone()).advice(remedies::of_file(&error.next))
}

/// Returns the columns of the file of a draft.
fn mapped(opened: &Opened) -> Result<Mapping, Error> {
    mapping(&opened.file, &opened.bytes, &opened.given.layout()).map_err(|error| not_mapped(&error))
}

/// Shows which columns are read.
pub fn columns(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let opened = match opened(look)? {
        Ok(opened) => opened,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let mapping = mapped(&opened)?;
    page(look, &opened, &mapping, &[], "")
}

/// Returns where a column is read from as a field has it: `3`, or `3+4` joined or one after the other.
fn word(positions: &[usize]) -> String {
    positions.iter().map(ToString::to_string).collect::<Vec<_>>().join("+")
}

/// Reads what [`word`] writes.
fn positions(word: &str) -> Vec<usize> {
    word.split('+').filter_map(|position| position.parse().ok()).collect()
}

/// Drafts a profile for the columns that were chosen.
pub fn match_columns(look: &Look<'_>, sent: Fields) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let mut opened = match opened(look)? {
        Ok(opened) => opened,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let mut mapping = mapped(&opened)?;
    for it in &mut mapping.mapped {
        it.positions = positions(sent.text(&column_name(&it.name)));
        it.minus = sent.text(&less_name(&it.name)).parse().ok().filter(|_| it.is_amount);
        it.value = sent.owned(&value_name(&it.name));
    }
    let missing = missing(&mapping);
    if !missing.is_empty() {
        return page(look, &opened, &mapping, &missing, "");
    }
    let layout = opened.given.layout();
    let say = &remedies::of_file;
    let drafted =
        draft_as_mapped(&opened.name, &opened.bytes, opened.file.kind, &layout, &mapping.mapped, say);
    let guess = match drafted {
        Ok(guess) => guess,
        Err(error) => {
            let error = FieldError { name: String::new(), error: not_mapped(&error) };
            return page(look, &opened, &mapping, &[error], "");
        }
    };
    (opened.given.profile, opened.given.profile_text) = (DRAFTED.to_owned(), guess.profile);
    let saving = locked(&look.site.drafts).retype(&opened.id, opened.given.fields());
    look.site.note_unsaved(saving);
    Ok(Reply::See(look.link(&format!("/imports/{}", opened.id))))
}

/// Returns the errors of the columns without which no row can be read.
fn missing(mapping: &Mapping) -> Vec<FieldError> {
    let is_missing = |it: &&MappedColumn| {
        it.is_needed && it.positions.is_empty() && it.minus.is_none() && it.value.is_none()
    };
    let missing = mapping.mapped.iter().filter(is_missing).map(|it| FieldError {
        name: column_name(&it.name),
        error: Error::refused("not-stated", format!("the column for {} is missing", it.name)),
    });
    missing.collect()
}

/// Saves the profile of a draft under a name.
pub fn save(look: &Look<'_>, sent: Fields) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let mut opened = match opened(look)? {
        Ok(opened) => opened,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let name = sent.text("name").to_owned();
    let saved = look.site.profiles.save(&name, &opened.given.profile_text, sent.text("replace") == "yes");
    if let Err(error) = saved {
        let mapping = mapped(&opened)?;
        return page(look, &opened, &mapping, &[FieldError { name: "name".to_owned(), error }], &name);
    }
    opened.given.profile = name;
    let saving = locked(&look.site.drafts).retype(&opened.id, opened.given.fields());
    look.site.note_unsaved(saving);
    Ok(Reply::See(look.link(&format!("/imports/{}", opened.id))))
}

fn column_name(name: &str) -> String {
    format!("m-{name}")
}

fn less_name(name: &str) -> String {
    format!("l-{name}")
}

fn value_name(name: &str) -> String {
    format!("v-{name}")
}

fn page(
    look: &Look<'_>,
    opened: &Opened,
    mapping: &Mapping,
    errors: &[FieldError],
    name: &str,
) -> Result<Reply, Trouble> {
    look.read(almoner_store::folder::Access::Totals, |_, _| Ok(()))?;
    let is_ours = opened.profile.is_none() || opened.given.profile == DRAFTED;
    let is_statement = opened.file.kind == Kind::Statements;
    let address = look.link(&format!("/imports/{}/columns", opened.id));
    let body = html! {
        (summary(look, errors))
        @if let Some(profile) = opened.profile.as_ref().filter(|_| !is_ours) {
            div.notice.warn {
                p {
                    "The file is read with the profile " (profile.name) ". If you choose other columns, a profile is drafted for this "
                    "file, without the rules of " (profile.name) " that skip or refuse rows."
                }
            }
        }
        form.columns method="post" action=(address) {
            (token(look))
            @for it in &mapping.mapped { (column(it, &mapping.columns, errors)) }
            div.buttons {
                button { "Read these columns" }
                a.button.quiet href=(look.link(&format!("/imports/{}", opened.id))) { (if is_statement { "Back to the statement" } else { "Back to the plan" }) }
            }
        }
        @if look.site.profiles.can_save() && (opened.given.profile == DRAFTED || !name.is_empty()) { (saving(look, opened, errors, name)) }
    };
    let (title, here) = ("Columns".to_owned(), "Columns");
    let page = match is_statement {
        true => framed_statement(look, title, here, body),
        false => framed(look, title, here, body),
    };
    let of_what = if is_statement { "statement" } else { "import" };
    let page = page.lead(html! {
        "For each column of the " (of_what) ": the column of " (opened.name) " that it is read from, with the first values."
    });
    Ok(Reply::of(page, !errors.is_empty()))
}

/// Returns a column of the import with the choice of columns of the file.
fn column(mapped: &MappedColumn, columns: &[FileColumn], errors: &[FieldError]) -> Markup {
    let (name, less, value) = (column_name(&mapped.name), less_name(&mapped.name), value_name(&mapped.name));
    let label = |position: &usize| columns.get(*position).map_or_else(String::new, |it| it.label.clone());
    let joined = (mapped.positions.len() > 1).then(|| {
        let labels: Vec<String> = mapped.positions.iter().map(label).collect();
        (word(&mapped.positions), labels.join(" and "))
    });
    let chosen = |position: Option<usize>| position.map(|it| it.to_string()).unwrap_or_default();
    let error = errors.iter().find(|it| it.name == name);
    html! {
        fieldset.column {
            legend { (mapped.name) @if mapped.is_needed { " " span.tag { "needed" } } }
            p.hint id={ "field-" (name) "-hint" } { (remedies::sentence(&mapped.about)) }
            @if let Some(error) = error { p.error { (remedies::sentence(&error.error.message)) } }
            div.cells {
                (choice(mapped, (&name, "Column", "Not in the file"), columns, joined.as_ref(), &chosen(mapped.positions.first().copied())))
                @if mapped.is_amount {
                    (choice(mapped, (&less, "Column to subtract", "None"), columns, None, &chosen(mapped.minus)))
                }
                div.field {
                    label for={ "field-" (value) } { "If blank" span.unseen { ", the value of " (mapped.name) } }
                    input.text id={ "field-" (value) } name=(value) value=[mapped.value.as_ref()] autocomplete="off";
                }
            }
        }
    }
}

/// Returns the choice of a column of the file, or of those that are `joined` now.
fn choice(
    mapped: &MappedColumn,
    (name, label, none): (&str, &str, &str),
    columns: &[FileColumn],
    joined: Option<&(String, String)>,
    chosen: &str,
) -> Markup {
    html! {
        div.field {
            label for={ "field-" (name) } { (label) span.unseen { " for " (mapped.name) } }
            select id={ "field-" (name) } name=(name) aria-describedby={ "field-" (column_name(&mapped.name)) "-hint" } {
                option value="" selected[chosen.is_empty()] { (none) }
                @if let Some((word, labels)) = joined { option value=(word) selected { (labels) } }
                @for it in columns {
                    option value=(it.position) selected[joined.is_none() && chosen == it.position.to_string()] { (with_examples(it)) }
                }
            }
        }
    }
}

/// Returns a column of the file with its first values.
fn with_examples(column: &FileColumn) -> String {
    match column.examples.is_empty() {
        true => format!("{} (blank)", column.label),
        false => format!("{}: {}", column.label, column.examples.join(" · ")),
    }
}

/// Returns the form that saves the columns as a profile.
pub fn saving(look: &Look<'_>, opened: &Opened, errors: &[FieldError], name: &str) -> Markup {
    let is_taken = errors.iter().any(|it| it.name == "name" && it.error.code == "name-taken");
    let named = Field::new("name", "Name", Input::Text).value(name).hint(
        "The profile can be used for the next file from this source, here and on the command line. Lower-case letters, digits and hyphens: \
         finance-system",
    );
    html! {
        h2 { "Save as a profile" }
        form.stack method="post" action=(look.link(&format!("/imports/{}/profile", opened.id))) {
            (token(look))
            (field(&named, &Fields::default(), errors))
            @if is_taken { (tick("replace", "Replace the profile that has this name", false)) }
            div.buttons { button.quiet { "Save the profile" } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_columns_are_fields_of_a_form() {
        for (text, expected) in
            [("", vec![]), ("3", vec![3]), ("3+4", vec![3, 4]), ("x", vec![]), ("-1", vec![])]
        {
            assert_eq!(positions(text), expected, "{text}");
            assert_eq!(positions(&word(&expected)), expected, "{text}");
        }
    }
}
