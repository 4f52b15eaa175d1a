//! Files for others that are no papers: grants in the 360Giving standard, whole books for an auditor's tool, the journal
//! for a finance system, and the entire ledger.

use std::io;

use almoner_app::error::{Error, Remedy};
use almoner_app::exports::{
    Exported, FinanceExport, GivingFile, GivingFormat, GivingMade, Issued, JournalExport, LedgerExport,
    WholeBooks,
};
use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::grants::GrantId;
use almoner_ledger::recipients::Identifier;
use almoner_papers::invocation::Invocation;
use almoner_papers::tool::Tool;
use almoner_store::folder::Access;
use almoner_store::text_up_to;
use maud::{Markup, html};

use super::allowed::{self, Allowed};
use super::options::years;
use crate::drafts::Draft;
use crate::fields::Fields;
use crate::frame::{Page, Section, same_view};
use crate::look::{Look, Trouble};
use crate::machine::JSON;
use crate::reply::{File, Reply};
use crate::site::locked;
use crate::write::form::{Field, FieldError, Input, field, summary, token};
use almoner_ledger::hash::hex_of_bytes;

/// A file for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "names that say it all have no doc")]
pub enum Export {
    Giving,
    Journal,
    Finance,
    Ledger,
}

impl Export {
    /// Returns the file whose page is at this path, if the audience may have it.
    pub fn at(look: &Look<'_>) -> Option<Export> {
        Some(match look.path.strip_prefix("/papers/")? {
            "360giving" => Export::Giving,
            "journal" if look.sees_office() => Export::Journal,
            "finance" if look.sees_office() => Export::Finance,
            "ledger" if look.sees_office() => Export::Ledger,
            _ => return None,
        })
    }

    /// Returns the heading of its page.
    pub fn title(self) -> &'static str {
        match self {
            Export::Giving => "Grants in the 360Giving standard",
            Export::Journal => "Books for an auditor’s tool",
            Export::Finance => "Journal for a finance system",
            Export::Ledger => "Entire ledger",
        }
    }

    fn lead(self) -> &'static str {
        match self {
            Export::Giving => {
                "A grant is included in the file for the year in which it was decided. Grants reduced to zero are left out."
            }
            Export::Journal => {
                "Every entry by its posting date, with the trial balance, against which the accounting program checks the entries. The file contains \
                 confidential awards and names users."
            }
            Export::Finance => {
                "Payments, refunds and receipts for a period, line by line, with prepayments and \
                 accruals on its last day, grant by grant."
            }
            Export::Ledger => {
                "Every record with its hashes, as JSON Lines. An identical ledger can be created from it. It names users and contains \
                 confidential records."
            }
        }
    }

    /// Returns the options in the address of its page.
    pub fn allowed(self) -> &'static [&'static [Allowed]] {
        match self {
            Export::Giving => &[allowed::OF_GIVING, allowed::RANGE],
            Export::Journal => &[allowed::OF_JOURNAL],
            Export::Finance => &[allowed::OF_FINANCE],
            Export::Ledger => &[allowed::OF_LEDGER],
        }
    }

    fn fields(self, look: &Look<'_>, books: &dyn Books) -> Vec<Field<'static>> {
        let years = |first: &str| {
            let first = std::iter::once((String::new(), first.to_owned()));
            Input::Choice(first.chain(years(books, look.actor.today)).collect())
        };
        let audience = || Field::new("for", "Audience", Input::Choice(audiences_of_books())).hint(OF_BOOKS);
        match self {
            Export::Giving => {
                // The file is for publication, so it shows no more than the public may see, unless the office says
                // otherwise.
                let audiences = Audience::ALL.into_iter().filter(|it| *it <= look.view.audience);
                let audiences = audiences.map(|it| (it.word().to_owned(), it.word().to_owned())).collect();
                vec![
                    Field::new("prefix", "Publisher prefix", Input::Text)
                        .hint("Assigned by 360Giving: 360G-suffolkpcc"),
                    Field::new("funder", "Registered identifier of the funder", Input::Text)
                        .hint("GB-LAE-…; without one, the funder is identified by the prefix and its name"),
                    Field::new("fy", "Financial year", years("All years"))
                        .hint("Year in which the grants were decided; they are published in their current state"),
                    Field::new("for", "Audience", Input::Choice(audiences)).value(Audience::Public.word()),
                ]
            }
            Export::Journal => {
                let tools = Tool::ALL.into_iter();
                let tools = tools.map(|tool| (tool.word().to_owned(), tool.summary().to_owned()));
                vec![Field::new("tool", "Tool", Input::Choice(tools.collect())), audience()]
            }
            Export::Finance => vec![
                Field::new("mapping", "Mapping", Input::Long)
                    .hint(
                        "The columns and codes of your finance system: start from the example, and save your own version in a separate file",
                    )
                    .value(FinanceExport::EXAMPLE),
                Field::new("month", "Month", Input::Date).hint("Jun 2015; blank for the whole year"),
                Field::new("fy", "Financial year", years("Current")),
                Field::new(
                    "reverse",
                    "Reverse prepayments and accruals on the following day",
                    Input::Tick,
                ),
                audience(),
            ],
            Export::Ledger => vec![audience()],
        }
    }

    fn buttons(self, look: &Look<'_>) -> Markup {
        match self {
            Export::Giving => html! {
                button name="format" value="json" { "Download JSON" }
                button.quiet name="format" value="csv" { "Download CSV" }
                button.quiet { "Preview contents" }
            },
            Export::Journal => html! { button { "Download" } },
            Export::Finance => html! {
                button { "Download CSV" }
                a.button.quiet href=(look.link_with(&look.path, &[("format", "example")])) { "Download the example mapping" }
            },
            Export::Ledger => html! { button name="format" value="jsonl" { "Download" } },
        }
    }
}

/// Returns the form of a file with what was typed, and what is wrong of it. Account codes of an office's finance system are
/// in no address, so that form is sent.
pub fn form(
    look: &Look<'_>,
    books: &dyn Books,
    export: Export,
    sent: &Fields,
    errors: &[FieldError],
) -> Markup {
    let (is_sent, fields) = (export == Export::Finance, export.fields(look, books));
    let action = if is_sent { look.link(&look.path) } else { look.path.clone() };
    html! {
        form.stack method=(if is_sent { "post" } else { "get" }) action=(action) {
            @if is_sent { (token(look)) } @else { (same_view(look)) }
            @for it in &fields { (field(it, sent, errors)) }
            div.buttons { (export.buttons(look)) }
        }
    }
}

/// Returns the page of a file, refused where something is wrong.
fn page(
    look: &Look<'_>,
    export: Export,
    sent: &Fields,
    error: Option<Error>,
    body: &Markup,
) -> Result<Reply, Trouble> {
    let named = |error: Error| FieldError { name: field_of(&error).to_owned(), error };
    shown(look, export, sent, &error.map(named).into_iter().collect::<Vec<_>>(), body)
}

fn shown(
    look: &Look<'_>,
    export: Export,
    sent: &Fields,
    errors: &[FieldError],
    body: &Markup,
) -> Result<Reply, Trouble> {
    look.read(Access::Read, |books, _| {
        let content = html! { (summary(look, errors)) (form(look, books, export, sent, errors)) (body) };
        let page = Page::new(Section::Papers, export.title(), content).below("Papers", look.link("/papers"));
        let page = page.lead(html! { (export.lead()) });
        Ok(Reply::of(page, !errors.is_empty()))
    })
}

/// Returns the name of the field that an error of a file is about.
fn field_of(error: &Error) -> &'static str {
    match error.code {
        "no-prefix" | "not-a-prefix" => "prefix",
        "no-grants" => "fy",
        "not-a-mapping" | "unmapped" | "not-stated" => "mapping",
        "not-for-audience" | "confidential-inside" => "for",
        "given-twice" => "month",
        _ => "",
    }
}

/// Returns what was made, or the error that a form shows.
fn or_error<T>(made: Result<T, Trouble>) -> Result<Result<T, Error>, Trouble> {
    match made {
        Ok(made) => Ok(Ok(made)),
        Err(Trouble::Error(error)) => Ok(Err(error)),
        Err(Trouble::Missing) => Err(Trouble::Missing),
    }
}

/// Shows the options of the file of grants, or sends it.
pub fn giving(look: &Look<'_>) -> Result<Reply, Trouble> {
    let fields = &look.fields;
    let wanted = match fields.text("format") {
        _ if look.is_json => Some((GivingFormat::Json, "grants.json", JSON)),
        "json" => Some((GivingFormat::Json, "grants.json", JSON)),
        "csv" => Some((GivingFormat::Csv, "grants.csv", "text/csv; charset=utf-8")),
        _ => None,
    };
    let is_asked = wanted.is_some() || fields.has("prefix");
    let made = if is_asked {
        Some(given(look, wanted.map_or(GivingFormat::Json, |it| it.0), wanted.map(|it| it.1))?)
    } else {
        None
    };
    match (wanted, made) {
        (Some((_, name, kind)), Some(Ok(made))) => {
            Ok(Reply::File(File { name: name.to_owned(), kind, bytes: made.bytes }))
        }
        (_, Some(Err(error))) if look.is_json => Err(error.into()),
        (_, Some(Err(error))) => page(look, Export::Giving, fields, Some(error), &html! {}),
        (_, Some(Ok(made))) => page(look, Export::Giving, fields, None, &held(look, &made)),
        (_, None) => page(look, Export::Giving, fields, None, &html! {}),
    }
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
    let funder = fields.parsed("funder", str::parse::<Identifier>)?;
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
            p { "The file contains " (made.grants) (if made.grants == 1 { " grant." } else { " grants." }) }
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
    let whole = whole(look, &look.fields)?;
    let Some(tool) = look.fields.word("tool", &Tool::ALL, Tool::word)? else {
        return page(look, Export::Journal, &look.fields, None, &html! {});
    };
    match or_error(exported(look, tool, whole))? {
        Ok(bytes) => {
            let name = format!("books.{}", if tool == Tool::Hledger { "journal" } else { tool.word() });
            Ok(Reply::File(File { name, kind: "text/plain; charset=utf-8", bytes }))
        }
        Err(error) => page(look, Export::Journal, &look.fields, Some(error), &html! {}),
    }
}

/// The audiences of whole books, and that none is stated.
fn audiences_of_books() -> Vec<(String, String)> {
    let all = [("", "Not yet chosen"), ("officer", "The office"), ("auditor", "The auditor")];
    all.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec()
}

/// The hint of that choice.
const OF_BOOKS: &str = "For books that contain confidential awards, an audience must be stated";

/// The form of the drafts that hold what is typed for a finance system.
const FINANCE: &str = "export finance";

/// Shows the options of the journal for a finance system, or sends it as a draft of them says.
pub fn finance(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    if look.fields.text("format") == "example" {
        let bytes = FinanceExport::EXAMPLE.as_bytes().to_vec();
        return Ok(Reply::File(File { name: "codes.toml".to_owned(), kind: TOML, bytes }));
    }
    let Some(id) = look.fields.get("draft") else {
        return page(look, Export::Finance, &Fields::default(), None, &html! {});
    };
    let is_own = |draft: &Draft| draft.form == FINANCE && draft.owner == look.session.owner();
    let draft = locked(&look.site.drafts).get(id, &look.actor.at).filter(is_own);
    let Some(draft) = draft else {
        let error = Error::refused(
            "no-draft",
            "your entries are no longer available: entries are saved for one day only",
        );
        let error = error.advice("fill in the form again");
        return page(look, Export::Finance, &Fields::default(), Some(error), &html! {});
    };
    let errors = allowed::mistakes(&draft.fields, look.actor.today, &[allowed::TYPED_FOR_FINANCE], false);
    if !errors.is_empty() {
        return shown(look, Export::Finance, &draft.fields, &errors, &html! {});
    }
    match or_error(for_finance(look, &draft.fields))? {
        Ok(file) => Ok(Reply::File(file)),
        Err(error) => page(look, Export::Finance, &draft.fields, Some(error), &html! {}),
    }
}

/// Makes a draft of what was typed for a finance system.
pub fn begin_finance(look: &Look<'_>, sent: Fields) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let draft = hex_of_bytes(&look.site.program.random()?);
    look.site.add_draft(
        draft.clone(),
        (FINANCE, ""),
        look.session.owner(),
        sent.but(&["token"]),
        &look.actor.at,
    );
    Ok(Reply::See(look.link_with(&look.path, &[("draft", &draft)])))
}

const TOML: &str = "text/plain; charset=utf-8";

fn for_finance(look: &Look<'_>, fields: &Fields) -> Result<File, Trouble> {
    let missing = || Error::refused("not-stated", "the mapping is missing").remedy(Remedy::BeginWithExample);
    let mapping = fields.get("mapping").ok_or_else(missing)?;
    let whole = whole(look, fields)?;
    let period = fields.period(look.actor.today)?;
    let export = FinanceExport { mapping, name: "mapping", period, reverse: fields.has("reverse") };
    export.check()?;
    let ledger = look.opened(|| whole.open(&look.site.office, &look.actor))?;
    let made = export.run(whole, &whole.of(ledger)?, look.actor.today)?;
    let name = format!("finance-{}-to-{}.csv", made.range.from(), made.range.to());
    Ok(File { name, kind: "text/csv; charset=utf-8", bytes: made.bytes })
}

/// Returns which books are exported.
fn whole(look: &Look<'_>, fields: &Fields) -> Result<WholeBooks, Error> {
    let stated = fields.word("for", &Audience::ALL, Audience::word)?;
    Ok(WholeBooks { known_at: look.view.known_at, stated })
}

/// The most bytes of a ledger that pages send.
const MOST: usize = 64 << 20;

/// Shows the options of the entire ledger, or sends it.
pub fn ledger(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    if !look.fields.has("format") {
        return page(look, Export::Ledger, &look.fields, None, &html! {});
    }
    match or_error(entire(look))? {
        Ok(file) => Ok(Reply::File(file)),
        Err(error) => page(look, Export::Ledger, &look.fields, Some(error), &html! {}),
    }
}

fn entire(look: &Look<'_>) -> Result<File, Trouble> {
    let whole = whole(look, &look.fields)?;
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
