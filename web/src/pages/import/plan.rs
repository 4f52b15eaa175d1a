//! The plan of an import: rows and amounts that add up, what is wrong, how the file is read, and the button that
//! records it.

use almoner_app::importing::{Line, Refused, Summary, Verdict, counted, earlier, kind_title};
use almoner_app::recording::digest;
use almoner_imports::{Diagnostic, Fault, Kind, Plan, checks, faults, sheets};
use almoner_ledger::book::{Batch, Books, BooksError, Overlay};
use almoner_ledger::calendar::moment_in_words;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::given::{CANONICAL, DRAFTED};
use super::rows::tick;
use super::{Opened, Tried, framed, kinds, rows};
use crate::confidential;
use crate::fields::Fields;
use crate::forms::WITHHOLDING;
use crate::look::{Look, Trouble};
use crate::remedies::{self, ADD_MISSING, CONFIRM_NAMES, LATE, NEW_ACCOUNT};
use crate::reply::Reply;
use crate::write::form::{Field, FieldError, Input, field, summary, token};
use crate::write::pounds;

/// The maximum number of kinds of faults in the summary.
const FAULTS: usize = 8;
/// The maximum number of new names listed.
const NAMED: usize = 20;

/// Shows the plan.
pub fn page(look: &Look<'_>, opened: &Opened, tried: Tried, errors: &[FieldError]) -> Result<Reply, Trouble> {
    let Tried { plan, batch, hidden, proposing } = tried;
    let is_new = !batch.records.is_empty();
    let seen = digest(&batch.records, hidden.as_ref());
    let confidential = look.read(Access::Read, |books, _| Ok(confidential_of(look, books, &batch)?))?;
    drop(batch);
    let import = opened.import();
    let verdict =
        if opened.given.kind.is_some() { import.verdict(&plan) } else { Verdict::Refused(Refused::Faults) };
    let found = Summary::of(&opened.file, opened.profile.as_ref(), &plan);
    let address = look.link(&format!("/imports/{}", opened.id));
    let kind = opened.given.kind;
    let duplicates: Vec<&Diagnostic> = match plan.unconfirmed {
        Some(_) => plan.diagnostics.iter().filter(|it| it.is_possible_duplicate()).collect(),
        None => plan.possible_duplicates_found().collect(),
    };
    let is_nothing_new = !is_new && matches!(verdict, Verdict::Recorded { .. });
    let earlier = match is_nothing_new {
        true => earlier(look.ledger(Access::Read)?, import.content().as_deref())?,
        false => None,
    };
    let to_record = matches!(verdict, Verdict::Recorded { .. }) && is_new;
    let body = html! {
        (summary(look, errors))
        @if look.fields.has("stale") {
            div.notice.warn role="status" { p { "Nothing was recorded: somebody else has recorded something in the meantime. This is the new plan." } }
        }
        @if opened.is_interrupted {
            div.notice.warn role="status" { p { "Nothing was recorded: the program stopped before the file was recorded. This is the current plan." } }
        }
        (refusal(opened, &plan, verdict))
        @if is_nothing_new {
            div.notice role="status" {
                p { "Nothing new: every valid row of the file is already recorded." }
                @if let Some(first) = &earlier {
                    p {
                        "The file was recorded on " (moment_in_words(&first.at)) " by " (first.by) ", as "
                        a href=(look.link_to("records", &first.numbers.first.to_string())) { (first.numbers) } "."
                    }
                }
            }
            (awards_of_list(look, opened))
        } @else if to_record {
            div.notice role="status" {
                p { "Nothing is recorded yet." @if let Verdict::Recorded { left_out: 1.. } = verdict { " Rows with errors are left out." } }
            }
        }
        (to_check(look, opened))
        (sheet_found(opened))
        (list(opened))
        @if kind.is_some() { (totals(&found)) (remarks(&found, &plan, &confidential)) }
        @if to_record {
            (confidential::hidden(hidden.as_ref()))
            form method="post" action=(look.link(&format!("/imports/{}/record", opened.id))) {
                (token(look))
                input type="hidden" name="seen" value=(seen);
                @if proposing { input type="hidden" name="proposing" value="yes"; }
                @if hidden.is_some() { input type="hidden" name="confirm" value=(WITHHOLDING); }
                div.buttons {
                    button {
                        (button_words(&plan, found.has_amounts, proposing))
                        @if hidden.is_some() { ", and withhold the details listed above" }
                    }
                    @if plan.bad_rows() > 0 { (rejects(look, opened)) }
                }
                @if proposing { p.hint { "A second user must approve this before it is recorded." } }
                @else { p.hint { "It will be recorded under the name " (look.actor.name()) ", in full or not at all." } }
            }
        }
        form.plan method="post" action=(address) {
            (token(look))
            (rows::choices(look.ledger(Access::Read)?))
            (rows::with_faults(opened, &plan))
            (rows::duplicates(opened, &duplicates, plan.unconfirmed.is_none()))
            (rows::left_out(opened))
            (rows::others(opened, &plan))
            (options(opened, &found))
            (reading(look, opened, &found, errors))
            div.buttons {
                button.quiet[to_record] { "Make the plan again" }
                @if !to_record && plan.bad_rows() > 0 { (rejects(look, opened)) }
            }
        }
        form.inline method="post" action=(look.link(&format!("/imports/{}/discard", opened.id))) {
            (token(look))
            button.quiet.small { "Discard this file" }
        }
    };
    let title = match kind {
        Some(kind) => format!("Import {}", kind_title(kind).to_lowercase()),
        None => "Import a file".to_owned(),
    };
    let page = framed(look, title, &opened.name, body).lead(html! { (found.how) });
    Ok(match verdict {
        Verdict::Recorded { .. } if errors.is_empty() => Reply::Page(page),
        Verdict::Recorded { .. } | Verdict::Refused(_) => Reply::Refused(page),
    })
}

/// Returns the confidential ones of the grants of which something would be recorded.
fn confidential_of(look: &Look<'_>, books: &dyn Books, batch: &Batch) -> Result<Vec<String>, BooksError> {
    let after = Overlay::bare(books, books).with(&batch.changed, &batch.records, books.head());
    let grants = batch.records.iter().filter_map(|record| record.event.grant().cloned());
    let found = confidential::among(look, &after, grants)?;
    Ok(found.iter().map(ToString::to_string).collect())
}

/// Says how many rows the button records, and their sum.
fn button_words(plan: &Plan, has_amounts: bool, proposing: bool) -> String {
    let taken = plan.new.plus(plan.possible_duplicates);
    let rows = if taken.rows == 1 { "1 row".to_owned() } else { format!("{} rows", counted(taken.rows)) };
    let sum =
        taken.amount.filter(|_| has_amounts).map(|sum| format!(", {}", pounds(sum))).unwrap_or_default();
    if proposing { format!("Send {rows} for approval{sum}") } else { format!("Record {rows}{sum}") }
}

fn rejects(look: &Look<'_>, opened: &Opened) -> Markup {
    html! {
        a.button.quiet href=(look.link(&format!("/imports/{}/rejects", opened.id))) { "Download rejected rows (Excel)" }
    }
}

/// Says why the plan is not recorded, with what is wrong.
fn refusal(opened: &Opened, plan: &Plan, verdict: Verdict) -> Markup {
    let Verdict::Refused(why) = verdict else { return html! {} };
    let all = faults(&plan.diagnostics);
    let is_unchecked =
        |it: &Fault<'_>| opened.given.is_drafted && it.first.column.as_deref() == Some("evidence");
    let unchecked: Vec<u64> =
        all.iter().filter(|it| is_unchecked(it)).flat_map(|it| it.rows.clone()).collect();
    let listed = all.iter().filter(|it| !it.first.is_possible_duplicate() && !is_unchecked(it));
    let listed: Vec<_> = listed.collect();
    let place = |row: u64| if plan.bad_rows() > 0 { format!("#row-{row}") } else { "#reading".to_owned() };
    html! {
        div.summary role="alert" tabindex="-1" autofocus {
            h2 { (refused_words(opened, plan, why)) }
            ul {
                @if let Some(first) = unchecked.iter().min() {
                    li {
                        a href=(place(*first)) { (rows_have(unchecked.len() as u64)) " points to check." }
                        " Compare each with its source text, correct it if necessary, and tick it."
                    }
                }
                @for fault in listed.iter().take(FAULTS) {
                    li {
                        a href=(place(fault.first.row)) { (remedies::sentence(&fault.in_its_file())) }
                        " " (remedies::sentence(&fault.first.hint(&remedies::of_file)))
                    }
                }
                @if listed.len() > FAULTS { li { "and " (listed.len() - FAULTS) " other kinds of error" } }
                @if let Some(found) = plan.unconfirmed {
                    li { a href="#duplicates" { (duplicate_words(found)) } " Leave out the duplicates, or confirm that there are none." }
                }
            }
        }
    }
}

fn rows_have(count: u64) -> String {
    if count == 1 { "1 row has".to_owned() } else { format!("{} rows have", counted(count)) }
}

fn duplicate_words(found: u64) -> String {
    match found {
        1 => "1 row may be a duplicate.".to_owned(),
        _ => format!("{} rows may be duplicates.", counted(found)),
    }
}

/// Returns why the plan is not recorded, in words.
fn refused_words(opened: &Opened, plan: &Plan, why: Refused) -> String {
    match (why, opened.given.kind) {
        (_, None) => "Choose the kind of rows in the file".to_owned(),
        (Refused::NothingValid, _) => "No row of the file is valid".to_owned(),
        (Refused::Unconfirmed { .. }, _) => "The file may contain duplicates".to_owned(),
        (Refused::Miscounted { found, confirmed }, _) => {
            format!(
                "There are {} possible duplicates now, not {} as confirmed",
                counted(found),
                counted(confirmed)
            )
        }
        (Refused::Faults, Some(kind)) => match plan.bad_rows() {
            0 if plan.rows_read().rows == 0 => format!("No {} can be read from the file", kind.word()),
            0 => "The file does not agree with its own totals, or rows are missing".to_owned(),
            count => format!("{} errors", rows_have(count)),
        },
    }
}

/// Returns the lines that add up.
fn totals(found: &Summary) -> Markup {
    let amount = |line: &Line| line.tally.amount.map_or("too large".to_owned(), pounds);
    let row = |line: &Line| {
        html! {
            th scope="row" { (remedies::capital(line.label)) }
            td.num { (counted(line.tally.rows)) }
            @if found.has_amounts { td.num { (amount(line)) } }
        }
    };
    html! {
        div.scroll tabindex="0" role="region" aria-label="Rows of the file" {
            table.entry.plan {
                caption { "Rows of the file" }
                thead {
                    tr {
                        td {}
                        th.num scope="col" { "Rows" }
                        @if found.has_amounts { th.num scope="col" { "Amount" } }
                    }
                }
                tbody {
                    @for line in &found.lines { tr { (row(line)) } }
                    tr.total { (row(&found.total)) }
                }
            }
        }
    }
}

/// Returns what is remarkable, and the names that would be added.
fn remarks(found: &Summary, plan: &Plan, confidential: &[String]) -> Markup {
    let unread = (!found.unread.is_empty()).then(|| format!("Columns not read: {}", found.unread.join(", ")));
    let lists = [
        ("Confidential grants, withheld from the public and the panel", confidential),
        ("New recipients", &plan.added.recipients),
        ("Names confirmed as aliases", &plan.added.aliases),
        ("New themes", &plan.added.themes),
        ("New funds", &plan.added.funds),
        ("Recorded and since reversed, so not recorded again", &found.reversed),
    ];
    let lists = lists.into_iter().filter(|(_, names)| !names.is_empty()).map(|(what, names)| {
        let more = names.len().saturating_sub(NAMED);
        let named = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        let more = if more > 0 { format!(" and {} more", counted(more as u64)) } else { String::new() };
        format!("{what} ({}): {named}{more}", counted(names.len() as u64))
    });
    let all: Vec<String> = found.remarks.iter().cloned().chain(unread).chain(lists).collect();
    html! { @if !all.is_empty() { ul.plain { @for it in &all { li { (it) } } } } }
}

/// Returns how the rows are recorded, as boxes to tick.
fn options(opened: &Opened, found: &Summary) -> Markup {
    let options = opened.given.options;
    html! {
        fieldset.options {
            legend { "Recording" }
            (tick("add_missing", ADD_MISSING, options.add_missing))
            (tick("confirm_names", CONFIRM_NAMES, options.confirm_names))
            @if opened.given.kind == Some(Kind::Payments) || options.new_account {
                (tick("new_account", NEW_ACCOUNT, options.new_account))
            }
            (tick("accept_good_rows", "Record the valid rows and leave out those with errors", options.accept_good_rows))
            @if !found.reversed.is_empty() || options.again {
                (tick("again", "Record rows again if their earlier records were reversed", options.again))
            }
            (tick("late", LATE, options.late))
        }
    }
}

/// Returns how the file is read: what its rows are, the profile, the sheet.
fn reading(look: &Look<'_>, opened: &Opened, found: &Summary, errors: &[FieldError]) -> Markup {
    let given = &opened.given;
    let is_open = !errors.is_empty() || given.kind.is_none() || found.total.tally.rows == 0;
    let mut all: Vec<(String, String)> = Vec::new();
    if given.kind.is_none() {
        all.push((String::new(), "Choose".to_owned()));
    }
    all.extend(kinds().map(|kind| (kind.word().to_owned(), kind_title(kind).to_owned())));
    let in_file = sheets(&opened.bytes);
    let all_sheets: Vec<(String, String)> =
        std::iter::once((String::new(), "As found in the file".to_owned()))
            .chain(in_file.iter().map(|sheet| (sheet.clone(), sheet.clone())))
            .collect();
    let choice = |name: &str, label: &str, chosen: &str, all: Vec<(String, String)>| {
        field(&Field::new(name, label, Input::Choice(all)).value(chosen), &Fields::default(), errors)
    };
    html! {
        details #reading open[is_open] {
            summary { "How the file is read" }
            (choice("kind", "Rows", given.kind.map(Kind::word).unwrap_or_default(), all))
            (choice("profile", "Profile", if given.profile.is_empty() { CANONICAL } else { &given.profile }, profiles(look, opened)))
            @if in_file.len() > 1 || errors.iter().any(|it| it.name == "sheet") {
                (choice("sheet", "Sheet", &given.sheet, all_sheets))
            }
            @if given.kind.is_some() {
                p { a href=(look.link(&format!("/imports/{}/columns", opened.id))) { "Choose the columns" } }
            }
        }
    }
}

/// Returns the profiles that the file can be read by.
pub fn profiles(look: &Look<'_>, opened: &Opened) -> Vec<(String, String)> {
    let kind = opened.given.kind;
    let saved = &look.site.profiles;
    let known = saved
        .all_names()
        .into_iter()
        .filter_map(|name| saved.load(&name)?.ok().map(|profile| (name, profile)));
    let mut all = vec![(CANONICAL.to_owned(), "None: the columns have almoner's standard names".to_owned())];
    let fitting = known.filter(|(_, profile)| Some(profile.kind) == kind);
    all.extend(fitting.map(|(name, profile)| {
        let words = format!("{name}: {}", profile.about);
        (name, words)
    }));
    if !opened.given.profile_text.is_empty() {
        all.push((DRAFTED.to_owned(), "Drafted for this file, from its columns".to_owned()));
    }
    all
}

/// Says from which sheet the rows are, where it was found by its columns.
fn sheet_found(opened: &Opened) -> Markup {
    let given = &opened.given;
    html! {
        @if let Some(kind) = given.kind.filter(|_| given.is_sheet_found) {
            div.notice {
                p {
                    "Read from the sheet " strong { (given.sheet) } ", the only one with the columns of " (kind.word())
                    ". Another can be chosen under " a href="#reading" { "How the file is read" } "."
                }
            }
        }
    }
}

/// Says what was drafted from a list of decisions in prose.
fn list(opened: &Opened) -> Markup {
    html! {
        @if opened.given.is_drafted {
            div.notice {
                @for note in &opened.given.notes { p { (remedies::sentence(note)) } }
                @if opened.given.kind == Some(Kind::Decisions) {
                    p { "The decisions are recorded first, then the awards from the same list. Rows with points to check cannot be recorded until these are ticked." }
                }
            }
        }
    }
}

/// Returns the button that goes on with the awards of a list whose decisions are recorded; nothing for other files.
fn awards_of_list(look: &Look<'_>, opened: &Opened) -> Markup {
    html! {
        @if opened.given.is_drafted && opened.given.kind == Some(Kind::Decisions) {
            form method="post" action=(look.link(&format!("/imports/{}", opened.id))) {
                (token(look))
                input type="hidden" name="kind" value=(Kind::Awards.word());
                input type="hidden" name="profile" value=(CANONICAL);
                div.buttons { button { "Import the awards from this list" } }
            }
        }
    }
}

/// Returns the points of a drafted profile that somebody must look at.
pub fn to_check(look: &Look<'_>, opened: &Opened) -> Markup {
    if opened.given.profile != DRAFTED {
        return html! {};
    }
    let points = checks(&opened.given.profile_text);
    html! {
        div.notice.warn[!points.is_empty()] {
            p {
                "How to read the file was inferred from the names and content of its columns. "
                a href=(look.link(&format!("/imports/{}/columns", opened.id))) { "Check the columns" } "."
            }
            @if !points.is_empty() { ul.plain { @for it in &points { li { (remedies::sentence(it)) } } } }
        }
    }
}
