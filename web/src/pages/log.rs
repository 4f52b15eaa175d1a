//! The audit log, and each record with its entries. For the office only.

use almoner_app::approvals::{Choice, choice};
use almoner_app::confirmation::PostedEntries;
use almoner_app::error::Error;
use almoner_app::listing::Listed;
use almoner_app::log::{LOG, LOG_SCHEMA, lines};
use almoner_app::narrative;
use almoner_app::shown::{ShownRecord, found};
use almoner_ledger::book::Books;
use almoner_ledger::calendar::moment_in_words;
use almoner_ledger::decide::reversed_by;
use almoner_ledger::withholding::subject_of;
use almoner_papers::render::{Format, paper_rendered};
use almoner_papers::sheet::Sheet;
use almoner_store::Store;
use almoner_store::folder::{Access, Ledger};
use maud::html;

use super::actions::actions;
use super::approvals::{approvers, signed};
use super::entries::entries;
use super::reports::{TEXT, format};
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::machine::made;
use crate::remedies;
use crate::reply::{File, Reply};
use crate::write::facts;
use crate::write::form::FieldError;
use crate::write::table::{self, LINES, Shown};

/// The number of records in JSON unless the address says otherwise, as on the command line.
const LAST: u64 = 20;
/// The maximum number of records in JSON.
pub const MOST: usize = 10_000;

/// Returns the last of `records` records as JSON, or those from one on.
fn json(look: &Look<'_>, ledger: &Ledger, records: u64) -> Result<Reply, Trouble> {
    let number = |name| look.fields.text(name).parse::<u64>().ok();
    let from = match (number("from"), number("last")) {
        (Some(_), Some(_)) => {
            let error =
                Error::refused("given-twice", "the first record and the number of records are both given");
            let error = error.advice("give one of them");
            return Ok(Reply::Errors(vec![FieldError { name: "last".to_owned(), error }]));
        }
        (Some(from), None) => from,
        (None, last) => records.saturating_sub(last.unwrap_or(LAST)) + 1,
    };
    // What is damaged after the last record is reported, unless the books are wanted as they were before.
    let most = match look.view.known_at {
        None => MOST,
        Some(_) => usize::try_from((records + 1).saturating_sub(from)).map_or(MOST, |count| count.min(MOST)),
    };
    let (all, read) = lines(ledger, from, most);
    read?;
    Ok(made(Listed::of(ledger, LOG_SCHEMA, all).json()?))
}

/// The formats of files of the log.
const FILES: &[(Format, &str)] = &[(Format::Xlsx, "Excel"), (Format::Csv, "CSV")];

/// Returns the file of the records up to one, if the address asks for a file: at most as many as in JSON.
fn file(look: &Look<'_>, ledger: &Ledger, last: u64) -> Result<Option<Reply>, Trouble> {
    let Some((format, ending, kind)) = format(look)? else { return Ok(None) };
    let (mut all, read) = lines(ledger, last.saturating_sub(MOST as u64 - 1).max(1), MOST);
    read?;
    all.retain(|line| line.record <= last);
    let sheet = Sheet { title: "Audit log".to_owned(), ..Sheet::of(LOG, &all) };
    let bytes = paper_rendered(&sheet.into(), format, TEXT, None)?;
    Ok(Some(Reply::File(File { name: format!("log.{ending}"), kind, bytes })))
}

/// Lists a hundred records, the latest first.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let ledger = look.readable_part()?;
    let records = look.read(Access::Read, |books, _| Ok(books.head().record))?;
    if look.is_json {
        return json(look, ledger, records);
    }
    let size = LINES as u64;
    let last = look.fields.text("to").parse().unwrap_or(records).clamp(1, records.max(1));
    let first = last.saturating_sub(size - 1).max(1);
    if let Some(file) = file(look, ledger, last)? {
        return Ok(file);
    }
    let count = usize::try_from(last - first + 1).unwrap_or(LINES);
    let (mut all, read) = lines(ledger, first, count);
    all.reverse();
    let sheet = Sheet { title: "Audit log".to_owned(), ..Sheet::of(LOG, &all) };
    let to = |record: u64| look.link_with("/log", &[("to", &record.to_string())]);
    let body = html! {
        @if let Err(error) = &read { p.notice.warn { (remedies::sentence(&error.to_string())) } }
        p.files {
            "Download: "
            @for (number, (format, label)) in FILES.iter().enumerate() {
                @if number > 0 { ", " }
                a href=(look.again_with("format", format.word())) { (label) }
            }
            ". " a href=(look.link("/verify")) { "Verify the ledger" }
        }
        (table::sheet(look, &sheet, Shown::default()))
        nav.pages aria-label="Pages" {
            span { "Records " (first) " to " (last) " of " (records) }
            @if last < records { a href=(to((last + size).min(records))) rel="prev" { "Later" } }
            @if first > 1 { a href=(to(first - 1)) rel="next" { "Earlier" } }
        }
    };
    Ok(Page::new(Section::Log, "Audit log", body).into())
}

/// Shows a record.
pub fn record(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let number: u64 = look.part(0).parse().map_err(|_| Trouble::Missing)?;
    let ledger = look.readable_part()?;
    look.read(Access::Read, |books, _| match number <= books.head().record {
        true => shown(look, ledger, books, number),
        false => Err(Trouble::Missing),
    })
}

/// Shows a record of the ledger with what the books know of it.
fn shown(look: &Look<'_>, ledger: &Ledger, books: &dyn Books, number: u64) -> Result<Reply, Trouble> {
    if look.is_json {
        let shown = ShownRecord::of(ledger, books, number)?.ok_or(Trouble::Missing)?;
        return Ok(made(shown.json()?));
    }
    let (record, hash) = found(ledger, number)?.ok_or(Trouble::Missing)?;
    let (sentence, details) = narrative::event_in_names(books, &record.event)?;
    let batch = ledger.commit_of(number)?.map(|batch| batch.label).filter(|label| !label.is_empty());
    let reversed = reversed_by(books, &record)?;
    let mut stated = vec![("Recorded", html! { (moment_in_words(&record.at)) " by " (record.by) })];
    stated.extend(batch.map(|label| ("Batch", html! { (label) })));
    stated.extend(
        record
            .event
            .grant()
            .map(|id| ("Grant", html! { a href=(look.link_to("grants", id.as_str())) { (id) } })),
    );
    stated.extend(reversed.map(|by| {
        ("Reversed", html! { "by " a href=(look.link_to("records", &by.to_string())) { "record " (by) } })
    }));
    stated.push(("Hash", html! { code { (hash) } }));
    let to = |word: &str| look.link(&format!("/records/{number}/{word}"));
    let is_pending = books.reference().authority.pending.contains_key(&number);
    let choice = if is_pending { Some(choice(books, &look.actor, number)?) } else { None };
    let mut acts = match &choice {
        Some(Choice::Decide) => vec![("Approve", to("approve")), ("Reject", to("reject"))],
        Some(Choice::Sign(_)) => vec![("Reject", to("reject"))],
        Some(Choice::Withdraw) => vec![("Withdraw", to("reject"))],
        None if record.event.is_reversible() && reversed.is_none() => vec![("Reverse", to("reverse"))],
        Some(Choice::Nothing(_)) | None => Vec::new(),
    };
    if subject_of(&record).is_some() && reversed.is_none() {
        acts.push(("Withhold or publish", to("publication")));
    }
    let waits = match &choice {
        None | Some(Choice::Decide) => None,
        Some(Choice::Withdraw) => Some(html! { (approvers(books, number)) }),
        Some(Choice::Nothing(why)) => {
            Some(html! { (remedies::sentence(&why.message)) " " (approvers(books, number)) })
        }
        Some(Choice::Sign(why)) => Some(
            html! { (remedies::sentence(&why.message)) " On the command line: " code { (signed(look, number)) } },
        ),
    };
    let body = html! {
        p.said { (sentence) "." }
        @for detail in &details { p { (detail) } }
        (facts(&stated))
        @if let Some(waits) = waits { div.notice { p { (waits) } } }
        (actions(look, "Actions", &acts))
        (entries(books, &PostedEntries::of(&record.event))?)
    };
    let page =
        Page::new(Section::Log, format!("Record {number}"), body).below("Audit log", look.link("/log"));
    Ok(if is_pending { page.tag("warn", "awaiting approval") } else { page }.into())
}
