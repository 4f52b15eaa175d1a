//! Matches the columns of a file to canonical columns, by name first, then by content.

use std::collections::{BTreeMap, BTreeSet};

use almoner_ledger::calendar::FinancialYear;
use almoner_ledger::decisions::{DecisionId, DecisionKind};
use almoner_ledger::grants::{GrantId, Power};
use almoner_ledger::recipients::Identifier;
use almoner_ledger::text::slug;

use super::canonical::{self, CanonicalColumn, Holds, Need};
use super::forms::{self, Cell};
use super::private::is_private_name;
use super::sample::{Sample, SourceColumn};
use crate::header::column_key;
use crate::kind::Kind;
use crate::units::without_unit;

/// How a canonical column was matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// By a person.
    Chosen,
    /// By a known name.
    Name,
    /// By the words of a known name.
    Like,
    /// By its content.
    Content,
}

/// A canonical column with its positions in the file, from 0.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) canonical: &'static CanonicalColumn,
    /// Its source columns, best first; of a pair the one that is added.
    pub(super) positions: Vec<usize>,
    /// The column subtracted, of a pair.
    pub(super) minus: Option<usize>,
    pub(super) how: How,
    pub(super) rivals: Vec<usize>,
}

/// A file matched to a kind.
#[derive(Debug)]
pub(super) struct Matched {
    pub(super) kind: Kind,
    /// In canonical order.
    pub(super) found: Vec<Found>,
    pub(super) missing: Vec<&'static CanonicalColumn>,
    /// Values in rows where the column of this name is blank, or of all rows.
    pub(super) values: BTreeMap<String, String>,
}

/// A possible match of a column.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    how: How,
    /// Rank of its name; lower is better.
    rank: usize,
    canonical: usize,
    position: usize,
}

/// Returns the keys of all known column names.
pub(super) fn all_names() -> BTreeSet<String> {
    let of_kind =
        |kind: Kind| canonical::of(kind).iter().flat_map(move |canonical| canonical.known_names(kind));
    let sides = ["debit", "credit"].into_iter().flat_map(canonical::list).cloned();
    canonical::kinds().flat_map(of_kind).chain(sides).map(|name| column_key(&name)).collect()
}

impl Matched {
    pub(super) fn of(kind: Kind, sample: &Sample) -> Matched {
        let table = canonical::of(kind);
        let mut candidates = candidates(kind, table, sample);
        candidates.sort();
        let mut places: BTreeMap<usize, Found> = BTreeMap::new();
        let mut taken = BTreeSet::new();
        if let Some(found) = two_sides(kind, table, sample) {
            taken.extend(found.1.positions.iter().chain(&found.1.minus).copied());
            places.insert(found.0, found.1);
        }
        for Candidate { how, canonical: index, position, .. } in &candidates {
            let Some(canonical) = table.get(*index).filter(|_| !taken.contains(position)) else { continue };
            match places.get_mut(index) {
                None => {
                    let (positions, minus, rivals) = (vec![*position], None, Vec::new());
                    places.insert(*index, Found { canonical, positions, minus, how: *how, rivals });
                    taken.insert(*position);
                }
                Some(found) if canonical.takes_several() && found.how == *how && *how != How::Like => {
                    found.positions.push(*position);
                    taken.insert(*position);
                }
                Some(_) => {}
            }
        }
        for Candidate { how, canonical: index, position, .. } in candidates {
            let Some(found) = places.get_mut(&index).filter(|_| !taken.contains(&position)) else { continue };
            if !found.rivals.contains(&position) && how <= found.how {
                found.rivals.push(position);
            }
        }
        let missing = table.iter().enumerate().filter(|(index, _)| !places.contains_key(index));
        Matched {
            kind,
            missing: missing.map(|(_, canonical)| canonical).collect(),
            found: places.into_values().collect(),
            values: BTreeMap::new(),
        }
    }

    /// True if all core columns are matched, at least one of them by name if columns have names.
    pub(super) fn is_likely(&self, sample: &Sample) -> bool {
        let lacks_core =
            self.missing.iter().any(|canonical| matches!(canonical.need, Need::Core | Need::Telling));
        !lacks_core
            && (sample.header_row.is_none() || self.found.iter().any(|found| found.how < How::Content))
    }

    /// Returns the weight of evidence for the kind.
    pub(super) fn weight(&self) -> usize {
        let of = |found: &Found| match (found.how, found.canonical.need) {
            (How::Chosen | How::Name, Need::Optional) => 2,
            (How::Chosen | How::Name, _) => 3,
            (How::Like, _) => 1,
            (How::Content, _) => 0,
        };
        self.found.iter().map(of).sum()
    }

    /// True if a column of the file is read.
    pub(super) fn reads(&self, position: usize) -> bool {
        self.found.iter().any(|it| it.positions.contains(&position) || it.minus == Some(position))
    }
}

fn candidates(kind: Kind, table: &'static [CanonicalColumn], sample: &Sample) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (index, canonical) in table.iter().enumerate() {
        let names = canonical.known_names(kind);
        let keys: Vec<String> = names.iter().map(|name| column_key(name)).collect();
        for (position, column) in sample.columns.iter().enumerate() {
            let Some((how, rank)) = place(canonical, column, &names, &keys) else { continue };
            candidates.push(Candidate { how, rank, canonical: index, position });
        }
    }
    candidates
}

/// Returns how a column of the file matches a canonical one, and its rank.
fn place(
    canonical: &CanonicalColumn,
    column: &SourceColumn,
    names: &[String],
    keys: &[String],
) -> Option<(How, usize)> {
    let name = without_unit(&column.name);
    let key = column_key(&name);
    let rank = keys.iter().position(|known| *known == key);
    // A column named confidential is read whatever its content: unknown values are then refused, and
    // nothing confidential passes for public.
    let least = if canonical.name == "confidential" { 0 } else { 50 };
    if let Some(rank) = rank.filter(|_| fits(canonical.holds, column, least)) {
        return Some((How::Name, rank));
    }
    if column.cells.is_empty() {
        return None;
    }
    let words = words_of(&name);
    let is_other = is_private_name(&column.name)
        || (canonical.holds == Holds::Amount
            && canonical::list("other-amounts").iter().any(|other| words.contains(other)));
    if is_other || matches!(canonical.holds, Holds::Power | Holds::DecisionKind | Holds::YesNo) {
        return None;
    }
    let like = names
        .iter()
        .filter(|known| words_of(known).is_subset(&words))
        .map(|known| words_of(known).len())
        .max();
    if let Some(like) = like.filter(|_| fits(canonical.holds, column, 80)) {
        return Some((How::Like, usize::MAX - like));
    }
    is_by_content(canonical, column).then_some((How::Content, 0))
}

fn words_of(name: &str) -> BTreeSet<String> {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// True if enough of the cells have the type; true for a blank column.
fn fits(holds: Holds, column: &SourceColumn, per_cent: usize) -> bool {
    column.count(|cell| has(holds, cell)) * 100 >= column.cells.len() * per_cent
}

/// True if the content of a column alone identifies it.
fn is_by_content(canonical: &CanonicalColumn, column: &SourceColumn) -> bool {
    let all_but_few = |is: &dyn Fn(&Cell) -> bool| column.count(is) * 100 >= column.cells.len() * 90;
    match (canonical.holds, canonical.need) {
        (Holds::Day, Need::Core | Need::Required) => all_but_few(&forms::is_date),
        (Holds::Amount, _) => {
            all_but_few(&forms::is_amount) && column.count(forms::is_money) * 2 >= column.cells.len()
        }
        (Holds::Decision, _) => all_but_few(&|cell| is_numbered(&cell.text)),
        (Holds::Words, _) => column.count(has_number) > 0 && fits(Holds::Text, column, 50),
        (Holds::Text, Need::Core) => all_but_few(&|cell| has(Holds::Words, cell)),
        // Words are common; only in payments can they be recognised as names.
        (Holds::Name, Need::Core | Need::Optional) => {
            let is_name =
                |cell: &Cell| has(Holds::Name, cell) && cell.text.contains(' ') && cell.text.len() <= 80;
            let distinct: BTreeSet<&str> = column.cells.iter().map(|cell| cell.text.as_str()).collect();
            column.count(is_name) * 100 >= column.cells.len() * 60
                && distinct.len() >= 2
                && column.count(has_number) == 0
        }
        _ => false,
    }
}

/// True if a cell has the type of a canonical column.
pub(super) fn has(holds: Holds, cell: &Cell) -> bool {
    let text = cell.text.as_str();
    let has_letters = || text.contains(char::is_alphabetic);
    let is_figure = || forms::is_date(cell) || forms::is_amount(cell);
    match holds {
        Holds::Day => forms::may_be_date(cell) && !forms::is_month(cell),
        Holds::DayOrMonth => forms::may_be_date(cell),
        Holds::Amount => forms::is_amount(cell),
        // A bare number is a row number, or one of a register.
        Holds::Decision => {
            let is_bare = text.chars().all(|c| c.is_ascii_digit());
            DecisionId::new(text).is_ok() && text.contains(|c: char| c.is_ascii_digit()) && !is_bare
        }
        Holds::Reference => GrantId::new(text).is_ok() && !forms::is_date(cell),
        Holds::Name => has_letters() && !is_figure() && !is_numbered(text),
        Holds::Text => true,
        Holds::Words => has_letters() && !is_figure(),
        Holds::Fund | Holds::Theme => has_letters() && !is_figure() && !slug(text).is_empty(),
        Holds::Identifiers => {
            text.split(';').all(|part| part.contains('-') && Identifier::new(part.trim()).is_ok())
        }
        Holds::Year => FinancialYear::parse(text).is_ok(),
        Holds::Power => Power::parse(text).is_some(),
        Holds::DecisionKind => DecisionKind::parse(text).is_some(),
        Holds::YesNo => {
            matches!(text.to_lowercase().as_str(), "yes" | "no" | "y" | "n" | "true" | "false" | "0" | "1")
        }
    }
}

/// True for a decision number in a series: `26-2015`.
fn is_numbered(text: &str) -> bool {
    DecisionId::new(text).is_ok_and(|id| id.in_series().is_some())
}

/// True if a cell contains a decision number.
pub(super) fn has_number(cell: &Cell) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '-';
    cell.text.split(|c: char| !is_part(c)).any(is_numbered)
}

/// Matches money out and money in in separate columns. Payments count money out as positive,
/// statements money in.
fn two_sides(kind: Kind, table: &'static [CanonicalColumn], sample: &Sample) -> Option<(usize, Found)> {
    let (index, canonical) = table.iter().enumerate().find(|(_, canonical)| canonical.name == "amount")?;
    let is_amount = |names: &[String], column: &SourceColumn| {
        names.iter().any(|known| column_key(known) == column_key(&column.name))
            && fits(Holds::Amount, column, 80)
    };
    if !matches!(kind, Kind::Payments | Kind::Statements)
        || sample.columns.iter().any(|it| is_amount(&canonical.known_names(kind), it))
    {
        return None;
    }
    let side = |list: &str| sample.columns.iter().position(|it| is_amount(canonical::list(list), it));
    let (out, back) = (side("debit")?, side("credit")?);
    let (plus, minus) = if kind == Kind::Payments { (out, back) } else { (back, out) };
    let found =
        Found { canonical, positions: vec![plus], minus: Some(minus), how: How::Name, rivals: Vec::new() };
    Some((index, found))
}
