//! Drafts a profile for a file in unknown columns, to be corrected by a person.
//!
//! The draft states its reasons, marks doubtful points with `check:` and is tested on the file. The
//! same file gives the same text. Values of columns that may hold bank accounts or personal data are
//! never shown.

mod canonical;
mod forms;
mod mapping;
mod matched;
mod private;
mod sample;
mod text;

#[cfg(test)]
mod tests;

pub use mapping::{FileColumn, MappedColumn, Mapping, draft_as_mapped, mapping};
pub use text::checks;

use std::io::Read;

use almoner_ledger::text::slug;

use crate::control::ControlTotal;
use crate::diagnostic::{NextStep, Say, printable};
use crate::kind::Kind;
use crate::profile::Profile;
use crate::read::{ReadFile, read, take};
use crate::source::{Layout, Source, Unreadable};
use crate::tally::Tally;
use matched::Matched;
use sample::Sample;

/// A drafted profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The kind of rows, detected or given.
    pub kind: Kind,
    /// The profile, a text that [`Profile::parse`] takes.
    pub profile: String,
    /// Number of doubtful points, each marked `check:`.
    pub checks: usize,
    /// True if it reads every row of the file.
    pub reads_all: bool,
}

/// The reason for which no profile can be drafted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
#[allow(missing_docs)] // The names say it.
pub struct NotGuessed {
    /// A stable code for scripts and tests.
    pub code: &'static str,
    pub message: String,
    pub next: NextStep,
}

impl NotGuessed {
    fn new(message: impl Into<String>, next: impl Into<NextStep>) -> NotGuessed {
        NotGuessed { code: "nothing-to-guess", message: message.into(), next: next.into() }
    }
}

impl From<Unreadable> for NotGuessed {
    fn from(error: Unreadable) -> NotGuessed {
        let row = error.row.map(|row| format!("row {row}: ")).unwrap_or_default();
        NotGuessed { code: error.code, message: format!("{row}{}", error.message), next: error.next }
    }
}

/// Drafts a profile. `kind` and `layout` are detected unless given; `file_name` is named in the draft,
/// and `say` says there what to do next.
pub fn guess(
    file_name: &str,
    input: impl Read,
    kind: Option<Kind>,
    layout: &Layout,
    say: Say<'_>,
) -> Result<Guess, NotGuessed> {
    let bytes = take(input)?;
    let source = Source::open(bytes.clone(), layout)?;
    let sample = Sample::take(&source, &matched::all_names()).ok_or_else(nothing)?;
    let (matched, why) = likeliest(kind, &sample, say)?;
    drafted((file_name, &bytes), &source, (&sample, &matched), &why, layout, say)
}

/// Returns the reason that nothing looks like a list.
fn nothing() -> NotGuessed {
    NotGuessed::new(
        "no row in the file looks like a header, a payment or an award",
        "check that this is the right file; a list needs a row of column names",
    )
}

/// Drafts a profile for the columns that were matched, and tests it on the file.
fn drafted(
    (file_name, bytes): (&str, &[u8]),
    source: &Source,
    (sample, matched): (&Sample, &Matched),
    why: &Why,
    layout: &Layout,
    say: Say<'_>,
) -> Result<Guess, NotGuessed> {
    let mut body = String::new();
    text::half_periods(&mut body, matched, sample);
    text::layout(&mut body, layout, sample.header_row.is_some());
    text::columns(&mut body, matched, sample);
    let short_name = short_name(file_name);
    let name =
        Some(slug(&short_name)).filter(|name| !name.is_empty()).unwrap_or_else(|| "guessed".to_owned());
    let about = format!("Files like {}; draft, to be checked", printable(&short_name, 80));
    let content = format!(
        "name = {}\nabout = {}\nkind = {}\n{body}",
        text::quoted(&name),
        text::quoted(&about),
        text::quoted(matched.kind.word())
    );
    let profile = Profile::parse(&content).map_err(|error| {
        let hint = "write the profile by hand, starting from one of the shipped profiles";
        NotGuessed::new(format!("no valid profile could be drafted: {error}"), hint)
    })?;
    let file = read(matched.kind, file_name, bytes, Some(&profile), layout);
    let mut head = String::new();
    let detected = source.detected.to_string();
    text::comment(
        &mut head,
        &format!(
            "Draft profile for {}. Correct it, then {}. Points to check are marked `check:`.",
            printable(&short_name, 80),
            say(&NextStep::TestProfile(matched.kind))
        ),
    );
    head.push_str("#\n");
    text::comment(&mut head, &format!("File: {detected}. {}", looked_at(sample)));
    text::comment(&mut head, &why.reason);
    why.doubt.iter().for_each(|doubt| text::check(&mut head, doubt));
    report_test(&mut head, &file);
    let profile = format!("{head}{content}");
    let reads_all = file.is_whole() && file.diagnostics.is_empty();
    let checks = checks(&profile).len();
    Ok(Guess { kind: matched.kind, profile, checks, reads_all })
}

/// Returns the file name without folder and extension.
fn short_name(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}

fn looked_at(sample: &Sample) -> String {
    let header = match sample.header_row {
        Some(row) => format!("Header: row {row}. "),
        None => String::new(),
    };
    match sample.is_all {
        true => format!("{header}Rows sampled: all {}.", sample.rows),
        false => format!("{header}Rows sampled: the first {}.", sample.rows),
    }
}

/// The reason for choosing a kind, and any doubt.
struct Why {
    reason: String,
    doubt: Option<String>,
}

/// Chooses the kind given, or the most likely one.
fn likeliest(kind: Option<Kind>, sample: &Sample, say: Say<'_>) -> Result<(Matched, Why), NotGuessed> {
    let columns = |matched: &Matched| {
        let found: Vec<&str> = matched.found.iter().map(|found| found.canonical.name.as_str()).collect();
        format!("{} ({})", found.len(), found.join(", "))
    };
    if let Some(kind) = kind {
        let matched = Matched::of(kind, sample);
        if matched.found.is_empty() {
            let message = format!("no column in the file looks like one of {}", kind.word());
            let hint = "leave out the kind to have it detected, or check that this is the right file";
            return Err(NotGuessed::new(message, hint));
        }
        let reason = format!("Kind: {}, as specified. Columns found: {}.", kind.word(), columns(&matched));
        return Ok((matched, Why { reason, doubt: None }));
    }
    let mut best: Option<Matched> = None;
    let mut second: Option<Matched> = None;
    for kind in canonical::kinds() {
        let matched = Matched::of(kind, sample);
        if !matched.is_likely(sample) {
            continue;
        }
        let weight = matched.weight();
        if best.as_ref().is_none_or(|best| weight > best.weight()) {
            second = best.replace(matched);
        } else if second.as_ref().is_none_or(|second| weight > second.weight()) {
            second = Some(matched);
        }
    }
    let Some(best) = best else {
        let words = canonical::kinds().map(Kind::word).collect::<Vec<_>>().join(", ");
        let message = format!("the kind of rows cannot be detected: it is not one of {words}");
        return Err(NotGuessed::new(message, NextStep::NameKind));
    };
    let reason = format!("Kind: {}, by its columns. Columns found: {}.", best.kind.word(), columns(&best));
    let near = second.filter(|second| second.weight() * 10 >= best.weight() * 8);
    let doubt = near.map(|near| {
        format!("the rows could also be {}; if so, {}", near.kind.word(), say(&NextStep::DraftAs(near.kind)))
    });
    Ok((best, Why { reason, doubt }))
}

/// Reports the result of reading the file with the profile.
fn report_test(head: &mut String, file: &ReadFile) {
    let mut rows = Tally::default();
    file.rows.iter().filter(|row| row.request.is_some()).for_each(|row| rows.count(row.amount));
    let refused = file.rows.iter().filter(|row| row.request.is_none()).count();
    if !file.is_whole() && file.rows.is_empty() {
        let missing: Vec<String> = file.diagnostics.iter().take(5).map(without_value).collect();
        return text::check(head, &format!("the profile cannot read the file yet: {}", missing.join("; ")));
    }
    let sum = match rows.amount {
        Some(amount) if file.kind.has_amounts() => format!(", total {}", amount.grouped()),
        _ => String::new(),
    };
    let mut results = vec![format!("rows read: {}{sum}", rows.rows)];
    if file.above_header > 0 {
        results.push(format!("rows above the header: {}", file.above_header));
    }
    let mut reasons: Vec<&str> = file.skipped.iter().map(|skipped| skipped.why.as_str()).collect();
    reasons.sort_unstable();
    reasons.dedup();
    for why in reasons {
        let count = file.skipped.iter().filter(|skipped| skipped.why == why).count();
        results.push(format!("skipped, {why}: {count}"));
    }
    let agreeing = file.control_totals.iter().filter(|total| total.agrees()).count();
    if !file.control_totals.is_empty() {
        results.push(format!("control totals agreed: {agreeing} of {}", file.control_totals.len()));
    }
    text::comment(head, &format!("Test run: {}.", results.join("; ")));
    if let Some(first) = file.diagnostics.first() {
        let rows = if refused == 1 { "1 row is".to_owned() } else { format!("{refused} rows are") };
        text::check(head, &format!("{rows} refused; first problem: {}", without_value(first)));
    }
    let differing: Vec<&ControlTotal> = file.control_totals.iter().filter(|total| !total.agrees()).collect();
    if let Some(total) = differing.first() {
        text::check(head, &format!("the total in row {} does not agree with the rows", total.row));
    }
}

/// Describes a problem without its value, which may be private.
fn without_value(diagnostic: &crate::Diagnostic) -> String {
    let column = diagnostic.column.as_ref().map(|column| format!(", column {column}")).unwrap_or_default();
    format!("row {}{column}: {}", diagnostic.row, diagnostic.message)
}
