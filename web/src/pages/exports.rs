//! Files for others that are no papers: grants in the 360Giving standard, whole books for an auditor's tool, the journal
//! for a finance system, and the entire ledger.

use std::io;

use almoner_app::error::{Error, Remedy};
use almoner_app::exports::{
    Exported, FinanceExport, GivingFile, GivingFormat, GivingMade, Issued, JournalExport, LedgerExport,
    WholeBooks,
};
use almoner_ledger::audience::Audience;
use almoner_ledger::grants::GrantId;
use almoner_ledger::recipients::Identifier;
use almoner_papers::invocation::Invocation;
use almoner_papers::tool::Tool;
use almoner_store::folder::Access;
use almoner_store::text_up_to;
use maud::{Markup, html};

use super::options::years;
use crate::frame::{Page, Section, same_view};
use crate::look::{Look, Trouble};
use crate::reply::{File, Reply};
use crate::write::form::{Field, FieldError, Input, field, summary};

/// Returns the page of a file: its options, what it would hold, and the errors of it.
fn page(
    look: &Look<'_>,
    (title, lead): (&str, &str),
    fields: &[Field<'_>],
    buttons: &Markup,
    error: Option<FieldError>,
    body: &Markup,
) -> Reply {
    let errors: Vec<FieldError> = error.into_iter().collect();
    let content = html! {
        (summary(look, &errors))
        form.stack method="get" action=(look.path) {
            (same_view(look))
            @for it in fields { (field(it, &look.fields, &errors)) }
            div.buttons { (buttons) }
        }
        (body)
    };
    let page = Page::new(Section::Papers, title, content).below("Papers", look.link("/papers"));
    let page = page.lead(html! { (lead) });
    if errors.is_empty() { page.into() } else { Reply::Refused(page) }
}

/// Shows the options of the file of grants, or sends it.
pub fn giving(look: &Look<'_>) -> Result<Reply, Trouble> {
    let fields = &look.fields;
    let wanted = match fields.get("format") {
        None => None,
        Some("json") => Some((GivingFormat::Json, "grants.json", "application/json")),
        Some("csv") => Some((GivingFormat::Csv, "grants.csv", "text/csv; charset=utf-8")),
        Some(other) => {
            return Err(Error::refused("no-format", format!("there is no format `{other}` here")).into());
        }
    };
    let is_asked = wanted.is_some() || fields.has("prefix");
    let made = if is_asked {
        Some(given(look, wanted.map_or(GivingFormat::Json, |it| it.0), wanted.map(|it| it.1))?)
    } else {
        None
    };
    let made = match (wanted, made) {
        (Some((_, name, kind)), Some(Ok(made))) => {
            return Ok(Reply::File(File { name: name.to_owned(), kind, bytes: made.bytes }));
        }
        (_, made) => made,
    };
    look.read(Access::Read, |books, _| {
        let years = std::iter::once((String::new(), "All years".to_owned())).chain(years(books, look.actor.today));
        // The file is for publication, so it shows no more than the public may see, unless the office says otherwise.
        let audiences = Audience::ALL.into_iter().filter(|it| *it <= look.view.audience);
        let audiences = audiences.map(|it| (it.word().to_owned(), it.word().to_owned())).collect();
        let all = [
            Field::new("prefix", "Publisher prefix", Input::Text).hint("Assigned by 360Giving: 360G-suffolkpcc"),
            Field::new("funder", "Registered identifier of the body", Input::Text)
                .hint("GB-LAE-…; without one, the funder is identified by the prefix and its name"),
            Field::new("fy", "Financial year", Input::Choice(years.collect()))
                .hint("Year in which the grants were decided; they are published as they are now"),
            Field::new("for", "Audience", Input::Choice(audiences)).value(Audience::Public.word()),
        ];
        let buttons = html! {
            button name="format" value="json" { "Download JSON" }
            button.quiet name="format" value="csv" { "Download CSV" }
            button.quiet { "Preview contents" }
        };
        let (error, body) = match &made {
            None => (None, html! {}),
            Some(Ok(made)) => (None, held(look, made)),
            Some(Err(error)) => {
                let name = match error.code {
                    "no-prefix" | "not-a-prefix" => "prefix",
                    "no-grants" => "fy",
                    "not-an-identifier" => "funder",
                    _ => "",
                };
                (Some(FieldError { name: name.to_owned(), error: error.clone() }), html! {})
            }
        };
        let words = (
            "Grants in the 360Giving standard",
            "A grant is in the file of the year in which it was decided. Grants reduced to zero are left out.",
        );
        Ok(page(look, words, &all, &buttons, error, &body))
    })
}

/// Makes the file of grants; what is wrong with its options is a value.
fn given(
    look: &Look<'_>,
    format: GivingFormat,
    name: Option<&str>,
) -> Result<Result<GivingMade, Error>, Trouble> {
    let fields = &look.fields;
    let audience = fields.word("for", &Audience::ALL, Audience::word)?.unwrap_or(Audience::Public);
    let view = almoner_app::figures::View { audience: audience.min(look.view.audience), ..look.view };
    let funder = fields.get("funder").map(str::parse::<Identifier>).transpose();
    let funder = match funder {
        Ok(funder) => funder,
        Err(error) => return Ok(Err(Error { code: "not-an-identifier", ..Error::from(error) })),
    };
    let period = fields.period(look.actor.today)?;
    let file = GivingFile { prefix: fields.get("prefix"), funder: funder.as_ref(), period, format };
    look.read_of(look.ledger(Access::Read)?, view, Access::Read, |books, _| {
        let typed = |invocation: &Invocation| look.site.program.typed(invocation);
        let made = file.run(books, &typed);
        if let (Ok(made), Some(name)) = (&made, name) {
            let exported = Exported {
                mark: made.mark.as_ref(),
                command: &made.command,
                file: Some(name),
                bytes: &made.bytes,
            };
            look.site.office.note_exported(&look.actor, &Issued::of(books), exported);
        }
        Ok(made)
    })
}

/// Returns what is in the file of grants.
fn held(look: &Look<'_>, made: &GivingMade) -> Markup {
    let grant = |id: &GrantId| html! { a href=(look.link_to("grants", id.as_str())) { (id) } };
    html! {
        div.notice {
            p { "The file holds " (made.grants) (if made.grants == 1 { " grant." } else { " grants." }) }
            @if !made.reduced_to_zero.is_empty() {
                p {
                    "Reduced to zero and left out: "
                    @for (number, id) in made.reduced_to_zero.iter().enumerate() { @if number > 0 { ", " } (grant(id)) }
                    "."
                }
            }
        }
    }
}

/// Shows the options of whole books, or sends them.
pub fn journal(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let whole = whole(look)?;
    let tool = look.fields.word("tool", &Tool::ALL, Tool::word)?;
    let made = tool.map(|tool| (tool, exported(look, tool, whole)));
    let error = match made {
        Some((tool, Ok(bytes))) => {
            let name = format!("books.{}", if tool == Tool::Hledger { "journal" } else { tool.word() });
            return Ok(Reply::File(File { name, kind: "text/plain; charset=utf-8", bytes }));
        }
        Some((_, Err(Trouble::Error(error)))) => {
            let of_audience = matches!(error.code, "not-for-audience" | "confidential-inside");
            Some(FieldError { name: if of_audience { "for" } else { "" }.to_owned(), error })
        }
        Some((_, Err(Trouble::Missing))) => return Err(Trouble::Missing),
        None => None,
    };
    look.read(Access::Read, |_, _| {
        let tools = Tool::ALL.into_iter().map(|tool| (tool.word().to_owned(), tool.summary().to_owned()));
        let all = [
            Field::new("tool", "Tool", Input::Choice(tools.collect())),
            Field::new("for", "Audience", Input::Choice(audiences_of_books())).hint(OF_BOOKS),
        ];
        let lead = "Every entry by its posting date, with the balances of the trial balance, \
                    which the tool checks. The file contains confidential awards and names users.";
        let buttons = html! { button { "Download" } };
        Ok(page(look, ("Books for an auditor’s tool", lead), &all, &buttons, error, &html! {}))
    })
}

/// The audiences of whole books, and that none is stated.
fn audiences_of_books() -> Vec<(String, String)> {
    let all = [("", "Not yet chosen"), ("officer", "The office"), ("auditor", "The auditor")];
    all.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec()
}

/// The hint of that choice.
const OF_BOOKS: &str = "For books that contain confidential awards, an audience must be stated";

/// Returns the name of the field that an error of whole books is about.
fn field_of(look: &Look<'_>, error: &Error) -> &'static str {
    let unread = look.fields.mistakes(look.actor.today).into_iter().next();
    match (error.code, unread) {
        ("not-a-mapping" | "unmapped" | "not-stated", _) => "mapping",
        ("not-for-audience" | "confidential-inside", _) => "for",
        (_, Some((name, _))) => name,
        _ => "",
    }
}

/// Returns the file, or the error with its field.
fn or_error(look: &Look<'_>, made: Result<File, Trouble>) -> Result<Result<Reply, FieldError>, Trouble> {
    match made {
        Ok(file) => Ok(Ok(Reply::File(file))),
        Err(Trouble::Error(error)) => Ok(Err(FieldError { name: field_of(look, &error).to_owned(), error })),
        Err(Trouble::Missing) => Err(Trouble::Missing),
    }
}

/// Shows the options of the journal for a finance system, or sends it.
pub fn finance(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    if look.fields.text("format") == "example" {
        let bytes = FinanceExport::EXAMPLE.as_bytes().to_vec();
        return Ok(Reply::File(File { name: "codes.toml".to_owned(), kind: TOML, bytes }));
    }
    let error = match look.fields.has("format") {
        true => match or_error(look, for_finance(look))? {
            Ok(file) => return Ok(file),
            Err(error) => Some(error),
        },
        false => None,
    };
    look.read(Access::Read, |books, _| {
        let years = std::iter::once((String::new(), "Current".to_owned())).chain(years(books, look.actor.today));
        let all = [
            Field::new("mapping", "Mapping", Input::Long)
                .hint("The columns of your finance system and its codes: begin with the example, and save your own in a separate file")
                .value(FinanceExport::EXAMPLE),
            Field::new("month", "Month", Input::Date).hint("Jun 2015; blank for the whole year"),
            Field::new("fy", "Financial year", Input::Choice(years.collect())),
            Field::new("reverse", "Reverse prepayments and accruals on the following day", Input::Tick),
            Field::new("for", "Audience", Input::Choice(audiences_of_books())).hint(OF_BOOKS),
        ];
        let lead = "Payments, refunds and receipts of a period line by line; on its last day prepayments and accruals, grant \
                    by grant.";
        let buttons = html! {
            button name="format" value="csv" { "Download CSV" }
            button.quiet name="format" value="example" { "Download the example mapping" }
        };
        Ok(page(look, ("Journal for a finance system", lead), &all, &buttons, error, &html! {}))
    })
}

const TOML: &str = "text/plain; charset=utf-8";

fn for_finance(look: &Look<'_>) -> Result<File, Trouble> {
    let fields = &look.fields;
    let missing = || Error::refused("not-stated", "the mapping is missing").remedy(Remedy::BeginWithExample);
    let mapping = fields.get("mapping").ok_or_else(missing)?;
    let whole = whole(look)?;
    let period = fields.period(look.actor.today)?;
    let export = FinanceExport { mapping, name: "mapping", period, reverse: fields.has("reverse") };
    export.check()?;
    let ledger = look.opened(|| whole.open(&look.site.office, &look.actor))?;
    let made = export.run(whole, &whole.of(ledger)?, look.actor.today)?;
    let name = format!("finance-{}-to-{}.csv", made.range.from(), made.range.to());
    Ok(File { name, kind: "text/csv; charset=utf-8", bytes: made.bytes })
}

/// Returns which books are exported.
fn whole(look: &Look<'_>) -> Result<WholeBooks, Error> {
    let stated = look.fields.word("for", &Audience::ALL, Audience::word)?;
    Ok(WholeBooks { known_at: look.view.known_at, stated })
}

/// The most bytes of a ledger that pages send.
const MOST: usize = 64 << 20;

/// Shows the options of the entire ledger, or sends it.
pub fn ledger(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let error = match look.fields.has("format") {
        true => match or_error(look, entire(look))? {
            Ok(file) => return Ok(file),
            Err(error) => Some(error),
        },
        false => None,
    };
    look.read(Access::Read, |_, _| {
        let all = [Field::new("for", "Audience", Input::Choice(audiences_of_books())).hint(OF_BOOKS)];
        let lead = "Every record with its hashes, as JSON Lines. An identical ledger can be \
                    created from it. It names users and contains confidential records.";
        let buttons = html! { button name="format" value="jsonl" { "Download" } };
        Ok(page(look, ("Entire ledger", lead), &all, &buttons, error, &html! {}))
    })
}

fn entire(look: &Look<'_>) -> Result<File, Trouble> {
    let whole = whole(look)?;
    let ledger = look.opened(|| whole.open(&look.site.office, &look.actor))?;
    let export = LedgerExport::of(&whole.of(ledger)?, ledger, &look.site.office.location)?;
    let mut bytes = format!("{}\n", export.first).into_bytes();
    let mut is_too_large = false;
    let written = text_up_to(ledger, export.head.record, &mut |lines| {
        is_too_large = bytes.len() + lines.len() > MOST;
        if is_too_large {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        bytes.extend_from_slice(lines);
        Ok(())
    });
    if is_too_large {
        let error = Error::refused("too-large", "this ledger is too large to download from a page");
        return Err(error.advice("export it on the command line").into());
    }
    written?;
    let name = format!("ledger-{}.jsonl", export.head.record);
    Ok(File { name, kind: "application/jsonl", bytes })
}

fn exported(look: &Look<'_>, tool: Tool, whole: WholeBooks) -> Result<Vec<u8>, Trouble> {
    let ledger = look.opened(|| whole.open(&look.site.office, &look.actor))?;
    let typed = |invocation: &Invocation| look.site.program.typed(invocation);
    let made = JournalExport { tool }.run(&whole.of(ledger)?, &typed)?;
    Ok(made.parts().collect::<String>().into_bytes())
}
