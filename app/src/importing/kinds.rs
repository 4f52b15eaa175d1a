//! What a file seems to be: in columns of our own, of a known source, or of a source that a profile is drafted for.

use almoner_imports::bulletin::{TEXT_LIMIT, bulletin};
use almoner_imports::{
    Guess, Kind, Layout, NotGuessed, Profile, Recognised, Say, decoded, guess, read, recognised,
    recognised_by, sheets, whole_statements,
};

use crate::profiles::Profiles;

/// Bank statements in our own columns, in words.
pub const COLUMNS: &str = "columns date, text, amount";

/// What a file seems to be.
#[derive(Clone, Debug)]
pub enum Looks {
    /// It has our own columns of these kinds.
    Columns(Vec<Kind>),
    /// A profile reads it, of this name.
    Profile(Kind, String),
    /// It is a bank statement.
    Statement(Recognised),
    /// A profile was drafted for it.
    Drafted(Guess),
    /// It is a list of decisions in prose.
    Decisions,
    /// Nothing that is known, or it cannot be read.
    Unknown(NotGuessed),
}

/// Returns what a file seems to be; of a kind, if one is given. `say` says in a drafted profile what to do next.
pub fn looks(
    (name, bytes): (&str, &[u8]),
    kind: Option<Kind>,
    layout: &Layout,
    profiles: &Profiles,
    say: Say<'_>,
) -> Looks {
    let has_columns = |kind: &Kind| read(*kind, name, bytes, None, layout).is_whole();
    let asked = |it: &Kind| kind.is_none_or(|kind| kind == *it);
    let mut ours: Vec<Kind> = Kind::ALL.into_iter().filter(asked).filter(has_columns).collect();
    if ours.contains(&Kind::Payments) {
        // Without a decision and a period, amounts of awards are payments, unless they are said to be variations.
        ours.retain(|kind| *kind != Kind::Variations);
    }
    if !ours.is_empty() {
        return Looks::Columns(ours);
    }
    if asked(&Kind::Statements)
        && let Some(found) = statements((name, bytes), layout, profiles).into_iter().next()
    {
        return Looks::Statement(found);
    }
    if let Some((kind, profile)) = profile((name, bytes), kind, layout, profiles) {
        return Looks::Profile(kind, profile);
    }
    match guess(name, bytes, kind, layout, say) {
        Ok(guess) => Looks::Drafted(guess),
        Err(error) if error.code == "nothing-to-guess" && kind.is_none() && is_bulletin(bytes) => {
            Looks::Decisions
        }
        Err(error) => Looks::Unknown(error),
    }
}

/// Maximum number of sheets that are tried for the rows of a workbook.
const SHEETS: usize = 24;

/// Returns the sheet that has the rows of a workbook, of which several have data, and what it seems to be; `None` if no
/// sheet, or more than one, has columns that are known as well.
pub fn sheet_with_rows(
    (name, bytes): (&str, &[u8]),
    kind: Option<Kind>,
    layout: &Layout,
    profiles: &Profiles,
    say: Say<'_>,
) -> Option<(String, Looks)> {
    let clear = |found: &Looks| match found {
        Looks::Columns(_) | Looks::Profile(..) | Looks::Statement(_) => 2,
        Looks::Drafted(guess) if guess.reads_all => 1,
        Looks::Drafted(_) | Looks::Decisions | Looks::Unknown(_) => 0,
    };
    let tried = each_sheet(bytes, layout).map(|(sheet, layout)| {
        let found = looks((name, bytes), kind, &layout, profiles, say);
        (clear(&found), (sheet, found))
    });
    only_clearest(tried.collect())
}

/// Returns the sheet of a workbook that is a bank statement; `None` if no sheet, or more than one, is.
pub fn sheet_with_statement(
    (name, bytes): (&str, &[u8]),
    layout: &Layout,
    profiles: &Profiles,
) -> Option<String> {
    let tried = each_sheet(bytes, layout)
        .map(|(sheet, layout)| (u8::from(!statements((name, bytes), &layout, profiles).is_empty()), sheet));
    only_clearest(tried.collect())
}

/// Returns the sheets of a workbook, each with the layout that names it; none if there are too many, or one is named.
fn each_sheet<'l>(bytes: &[u8], layout: &'l Layout) -> impl Iterator<Item = (String, Layout)> + use<'l> {
    let all = if layout.sheet.is_none() { sheets(bytes) } else { Vec::new() };
    let few = Some(all).filter(|all| all.len() <= SHEETS).unwrap_or_default();
    few.into_iter().map(|sheet| (sheet.clone(), Layout { sheet: Some(sheet), ..layout.clone() }))
}

/// Returns what is clearer than all else; 0 is not clear.
fn only_clearest<T>(tried: Vec<(u8, T)>) -> Option<T> {
    let most = tried.iter().map(|(clear, _)| *clear).max().filter(|most| *most > 0)?;
    let mut clearest = tried.into_iter().filter(|(clear, _)| *clear == most);
    clearest.next().filter(|_| clearest.next().is_none()).map(|(_, found)| found)
}

/// Recognises a bank statement: by its form, by the profiles that were saved, by those that come with the program, or by
/// our own columns. What reads every row counts, and rather with balances that agree; several are returned only where their
/// figures differ.
pub fn statements((name, bytes): (&str, &[u8]), layout: &Layout, profiles: &Profiles) -> Vec<Recognised> {
    let shipped = recognised(name, bytes, layout);
    if shipped.as_ref().is_some_and(|it| it.profile.is_none()) {
        return shipped.into_iter().collect();
    }
    let saved = profiles.names().into_iter().filter_map(|known| {
        let profile = profiles.load(&known)?.ok()?;
        recognised_by((&known, &profile), name, bytes, layout)
    });
    let mut found: Vec<Recognised> = Vec::new();
    for it in saved.chain(shipped).chain(canonical(name, bytes, layout)) {
        if found.iter().all(|other| other.statements.statements != it.statements.statements) {
            found.push(it);
        }
    }
    // Figures that its own balances contradict are not those of the bank.
    if found.iter().any(|it| it.statements.breaks.is_empty()) {
        found.retain(|it| it.statements.breaks.is_empty());
    }
    found
}

/// Reads a bank statement in our own columns, if every row can be read.
fn canonical(name: &str, bytes: &[u8], layout: &Layout) -> Option<Recognised> {
    let statements = whole_statements(&read(Kind::Statements, name, bytes, None, layout))?;
    Some(Recognised { form: COLUMNS.to_owned(), profile: None, statements })
}

/// Returns the profile that reads the most rows of a file, one that was saved before one that comes with the program;
/// none if it reads fewer than half of them.
fn profile(
    (name, bytes): (&str, &[u8]),
    kind: Option<Kind>,
    layout: &Layout,
    profiles: &Profiles,
) -> Option<(Kind, String)> {
    let fits =
        |profile: &Profile| profile.kind != Kind::Statements && kind.is_none_or(|kind| kind == profile.kind);
    let mut best: Option<(usize, Kind, String)> = None;
    for known in profiles.all_names() {
        let Some(Ok(profile)) = profiles.load(&known) else { continue };
        if !fits(&profile) {
            continue;
        }
        let file = read(profile.kind, name, bytes, Some(&profile), layout);
        let read = file.rows.iter().filter(|row| row.request.is_some()).count();
        let is_better = best.as_ref().is_none_or(|(most, ..)| read > *most);
        if file.is_whole() && read > 0 && read * 2 >= file.rows.len() && is_better {
            best = Some((read, profile.kind, known));
        }
    }
    best.map(|(_, kind, name)| (kind, name))
}

fn is_bulletin(bytes: &[u8]) -> bool {
    let text =
        Some(bytes).filter(|bytes| bytes.len() <= TEXT_LIMIT).and_then(|bytes| decoded(bytes.to_vec()).ok());
    text.and_then(|text| bulletin(&text).ok()).is_some_and(|found| !found.decisions.is_empty())
}
