//! Files for others that are no papers: grants in the 360Giving standard, and whole books for an auditor's tool.

use almoner_app::error::Error;
use almoner_app::exports::{
    Exported, GivingFile, GivingFormat, GivingMade, Issued, JournalExport, WholeBooks,
};
use almoner_ledger::audience::Audience;
use almoner_ledger::grants::GrantId;
use almoner_ledger::recipients::Identifier;
use almoner_papers::invocation::Invocation;
use almoner_papers::tool::Tool;
use almoner_store::folder::Access;
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
                .hint("In which the grants were decided; they are published as they are now"),
            Field::new("for", "Audience", Input::Choice(audiences)).value(Audience::Public.word()),
        ];
        let buttons = html! {
            button name="format" value="json" { "Download JSON" }
            button.quiet name="format" value="csv" { "Download CSV" }
            button.quiet { "Show what it holds" }
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
    let stated = look.fields.word("for", &Audience::ALL, Audience::word)?;
    let tool = look.fields.word("tool", &Tool::ALL, Tool::word)?;
    let made = tool.map(|tool| (tool, exported(look, tool, stated)));
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
        let audiences = [("", "Nobody outside the office yet"), ("officer", "The office"), ("auditor", "The auditor")];
        let audiences = audiences.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
        let all = [
            Field::new("tool", "Tool", Input::Choice(tools.collect())),
            Field::new("for", "Audience", Input::Choice(audiences))
                .hint("Books that hold confidential awards are made for a stated audience only"),
        ];
        let lead = "Every entry by its posting date, with the balances of the trial balance, which the tool checks. It holds \
                    confidential awards and names users.";
        let buttons = html! { button { "Download" } };
        Ok(page(look, ("Books for an auditor’s tool", lead), &all, &buttons, error, &html! {}))
    })
}

fn exported(look: &Look<'_>, tool: Tool, stated: Option<Audience>) -> Result<Vec<u8>, Trouble> {
    let whole = WholeBooks { known_at: look.view.known_at, stated };
    let ledger = look.opened(|| whole.open(&look.site.office, &look.actor))?;
    let typed = |invocation: &Invocation| look.site.program.typed(invocation);
    let made = JournalExport { tool }.run(&whole.of(ledger)?, &typed)?;
    Ok(made.parts().collect::<String>().into_bytes())
}
