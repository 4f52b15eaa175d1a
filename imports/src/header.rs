//! The header row: maps the cells of a row to canonical columns.

use almoner_ledger::rejection::nearest;
use csv::StringRecord;

use crate::amounts::Unit;
use crate::diagnostic::Diagnostic;
use crate::kind::Kind;
use crate::profile::{ColumnRef, ColumnRule, Profile};
use crate::units::{unit_in, without_unit};

/// Columns read from a single source column throughout a file.
const OF_ONE_COLUMN: [&str; 7] = ["amount", "balance", "date", "decided", "from", "to", "year"];

/// Columns of amounts.
const AMOUNTS: [&str; 2] = ["amount", "balance"];

/// A canonical column with its source columns in a file.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    pub(crate) name: &'static str,
    pub(crate) rule: ColumnRule,
    /// Positions of the columns in `from` or `joined`.
    pub(crate) positions: Vec<usize>,
    pub(crate) plus: Vec<usize>,
    pub(crate) minus: Vec<usize>,
}

impl Bound {
    /// Returns the positions of all cells it is read from.
    pub(crate) fn all_positions(&self) -> impl Iterator<Item = usize> {
        self.positions.iter().chain(&self.plus).chain(&self.minus).copied()
    }

    fn is_read_from(&self, position: usize) -> bool {
        self.all_positions().any(|it| it == position)
    }

    /// True if the file has it, or the profile sets a value.
    pub(crate) fn is_there(&self) -> bool {
        self.rule.value.is_some() || self.all_positions().next().is_some()
    }
}

/// The columns of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    /// Canonical columns, in the order of [`Kind::columns`].
    pub(crate) bound: Vec<Bound>,
    /// Names in the header; empty for a file without one.
    pub(crate) names: Vec<String>,
    /// The name of a column that a correction has added after the others.
    pub(crate) added: Option<String>,
    /// True if the file is in canonical columns, without a profile.
    pub(crate) are_canonical: bool,
    /// True if a period with one end only is treated as not stated.
    pub(crate) half_periods_are_not_stated: bool,
    /// The unit of the amounts, if a heading states one that is not pounds.
    pub(crate) amounts_in: Option<&'static str>,
    /// Positions of unnamed columns in a file in canonical columns, which must be blank.
    pub(crate) unnamed: Vec<usize>,
}

impl Columns {
    /// Returns a canonical column by name, whether the file has it or not.
    pub(crate) fn get(&self, name: &str) -> Option<&Bound> {
        let found = self.bound.iter().find(|bound| bound.name == name);
        debug_assert!(found.is_some(), "{name} is not a column of this kind of file");
        found
    }

    /// Returns a canonical column by name, if the file has it.
    pub(crate) fn named(&self, name: &str) -> Option<&Bound> {
        self.bound.iter().find(|bound| bound.name == name && bound.is_there())
    }

    /// True for a repeated header, with or without trailing blank cells.
    pub(crate) fn is_header(&self, cells: &StringRecord) -> bool {
        let length = cells.len().max(self.names.len());
        let is_same = |position: usize| {
            let name = self.names.get(position).map(|name| name.trim()).unwrap_or_default();
            cells.get(position).unwrap_or_default().trim().eq_ignore_ascii_case(name)
        };
        !self.names.is_empty() && (0..length).all(is_same)
    }

    /// Returns the label of a column in the file: its name, or else its number.
    pub(crate) fn label(&self, position: usize) -> String {
        let added = self.added.as_ref().filter(|_| position == self.names.len());
        match self.names.get(position).or(added) {
            Some(name) if !name.trim().is_empty() => name.trim().to_owned(),
            _ => (position + 1).to_string(),
        }
    }

    /// Returns the positions of columns that are not read.
    pub(crate) fn unread(&self) -> Vec<usize> {
        (0..self.names.len()).filter(|position| !self.is_read(*position)).collect()
    }

    /// True if a column is read.
    fn is_read(&self, position: usize) -> bool {
        self.bound.iter().any(|bound| bound.is_read_from(position))
    }
}

/// A header row, with the columns of a kind of file in it.
pub(crate) struct Header<'p> {
    pub(crate) kind: Kind,
    keys: Vec<String>,
    profile: Option<&'p Profile>,
    pub(crate) columns: Columns,
    /// Required columns that are missing.
    pub(crate) missing: Vec<&'static str>,
    /// Columns of amounts whose source columns have different units.
    in_two_units: Vec<&'static str>,
}

impl<'p> Header<'p> {
    /// Creates a header; `cells` is `None` for a file without one.
    pub(crate) fn new(kind: Kind, cells: Option<&StringRecord>, profile: Option<&'p Profile>) -> Header<'p> {
        let names: Vec<String> = cells.into_iter().flatten().map(str::to_owned).collect();
        let keys = names.iter().map(|name| column_key(name)).collect();
        let unnamed =
            names.iter().enumerate().filter(|(_, name)| profile.is_none() && name.trim().is_empty());
        let columns = Columns {
            bound: Vec::new(),
            unnamed: unnamed.map(|(position, _)| position).collect(),
            names,
            added: None,
            are_canonical: profile.is_none(),
            amounts_in: None,
            half_periods_are_not_stated: profile.is_some_and(|it| it.half_periods_are_not_stated),
        };
        let mut header =
            Header { kind, keys, profile, columns, missing: Vec::new(), in_two_units: Vec::new() };
        kind.columns().split(' ').for_each(|column| header.bind(column));
        header
    }

    /// Finds a column of [`Kind::columns`]. If `from` of its rule names several, each row takes the
    /// first that is not blank; for amounts and dates the whole file takes the first present, since net
    /// and gross amounts must not be mixed.
    fn bind(&mut self, column: &'static str) {
        let bare = column.trim_end_matches(['?', '*', '+']);
        let (name, other) = bare.split_once('|').map_or((bare, None), |(name, other)| (name, Some(other)));
        let mut rule = match self.profile {
            Some(profile) => profile.columns.get(name).cloned().unwrap_or_default(),
            None if column.ends_with('+') => ColumnRule::default(),
            None => ColumnRule::same(name),
        };
        let is_amount = AMOUNTS.contains(&name);
        let found = |columns: &[ColumnRef]| {
            let of = |it| self.position(it).or_else(|| self.position_but_for_unit(it).filter(|_| is_amount));
            columns.iter().filter_map(of).collect::<Vec<_>>()
        };
        let mut positions = found(if rule.joined.is_empty() { &rule.from } else { &rule.joined });
        if OF_ONE_COLUMN.contains(&name) {
            positions.truncate(1);
        }
        if let Some(other) = other.filter(|_| self.profile.is_none()) {
            positions.extend(self.position(&ColumnRef::Name(other.to_owned())));
        }
        let (plus, minus) = (found(&rule.plus), found(&rule.minus));
        if is_amount && rule.amounts.unit.is_none() {
            rule.amounts.unit = self.unit_of(name, positions.iter().chain(&plus).chain(&minus));
        }
        let bound = Bound { name, rule, positions, plus, minus };
        let may_be_absent = column.ends_with(['?', '+']) || column.ends_with('*') && self.profile.is_some();
        if !may_be_absent && !bound.is_there() {
            self.missing.push(name);
        }
        self.columns.bound.push(bound);
    }

    /// Returns the unit of amounts by the headings of their columns. Columns in several units are noted.
    fn unit_of<'a>(&mut self, name: &'static str, mut all: impl Iterator<Item = &'a usize>) -> Option<Unit> {
        let unit = |position: &usize| self.columns.names.get(*position).and_then(|name| unit_in(name));
        let first = all.next().map(unit)?;
        if all.any(|position| unit(position) != first) {
            self.in_two_units.push(name);
        }
        self.columns.amounts_in = self.columns.amounts_in.or(first.map(|named| named.word));
        first.map(|named| named.unit)
    }

    /// Finds a column whose name has a unit besides: `Amount (£000)`.
    fn position_but_for_unit(&self, column: &ColumnRef) -> Option<usize> {
        let ColumnRef::Name(name) = column else { return None };
        let key = column_key(name);
        let is_it = |found: &String| {
            !key.is_empty() && unit_in(found).is_some() && column_key(&without_unit(found)) == key
        };
        self.columns.names.iter().position(is_it)
    }

    pub(crate) fn position(&self, column: &ColumnRef) -> Option<usize> {
        match column {
            ColumnRef::Position(number) => number.checked_sub(1),
            ColumnRef::Name(name) => {
                let key = column_key(name);
                if key.is_empty() {
                    // A name without letters is only itself: `#`.
                    let is_it = |found: &String| !name.trim().is_empty() && found.trim() == name.trim();
                    return self.columns.names.iter().position(is_it);
                }
                let found = self.keys.iter().position(|found| *found == key);
                found.or_else(|| {
                    let (key, place) = without_number(name)?;
                    let mut same = self.keys.iter().enumerate().filter(|(_, found)| **found == key);
                    same.nth(place - 1).map(|(position, _)| position)
                })
            }
        }
    }

    /// True if a column is read by its name alone, so that a second one of that name could be meant as well.
    fn is_read_by_name(&self, position: usize) -> bool {
        let key = self.keys.get(position);
        let names_it = |column: &ColumnRef| match column {
            ColumnRef::Name(name) => {
                let of_unit = || self.position_but_for_unit(column) == Some(position);
                Some(&column_key(name)) == key || of_unit()
            }
            ColumnRef::Position(_) => false,
        };
        self.columns
            .bound
            .iter()
            .any(|bound| bound.is_read_from(position) && bound.rule.sources().any(names_it))
    }

    /// Returns the number of columns found.
    pub(crate) fn found(&self) -> usize {
        self.columns.bound.iter().filter(|bound| bound.all_positions().next().is_some()).count()
    }

    /// Returns the problems of the header, which is in this row of the file.
    pub(crate) fn problems(&self, file: &str, row: u64) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let mut note = |column: &str, message: &str, hint: &str| {
            problems.push(Diagnostic::new(file, row, Some((column, "")), message, hint));
        };
        self.note_unclear_columns(&mut note);
        for name in &self.in_two_units {
            note(name, "its columns are in different units", "state the unit in the profile");
        }
        for name in &self.missing {
            let rule = self.profile.map(|profile| profile.columns.get(*name));
            let hint = match rule {
                Some(Some(rule)) => {
                    let source = some_of(rule.sources().map(named).collect());
                    format!("correct the file, or the profile, which looks for {source}")
                }
                Some(None) => format!("state its source in the profile: [columns.{name}]"),
                None => format!("add the column; {}", self.all()),
            };
            note(name, "the column is missing", &hint);
        }
        problems
    }

    /// Notes unknown and duplicate columns. With a profile, unread columns do not matter, unless one
    /// has the same name as a column read.
    fn note_unclear_columns(&self, note: &mut dyn FnMut(&str, &str, &str)) {
        let names = self.canonical_names();
        for (position, key) in self.keys.iter().enumerate() {
            let earlier = self.keys.iter().take(position).position(|earlier| earlier == key);
            if let Some(earlier) = earlier.filter(|earlier| !key.is_empty() && self.is_read_by_name(*earlier))
            {
                let label = self.columns.label(earlier);
                let hint = match self.profile {
                    None => "delete one of the two columns".to_owned(),
                    Some(_) => format!(
                        "delete one of the two columns, or state in a profile which is meant: `{}` or `{}`",
                        numbered(&label, 1),
                        numbered(&label, 2)
                    ),
                };
                note(&label, "appears twice in the header", &hint);
            } else if self.profile.is_none()
                && !key.is_empty()
                && !self.columns.is_read(position)
                && !self.is_ignored(key)
            {
                let hint = match nearest(key, names.iter().copied()) {
                    Some(nearest) => format!("did you mean `{nearest}`? Rename the column, or delete it"),
                    None => format!("rename or delete the column; {}", self.all()),
                };
                note(&self.columns.label(position), "unknown column", &hint);
            }
        }
    }

    fn is_ignored(&self, key: &str) -> bool {
        key.starts_with(column_key(REASON_COLUMN).as_str())
            || self.kind.ignored().split(' ').any(|ignored| column_key(ignored) == key)
    }

    /// Returns the canonical columns, without those available only with a profile.
    fn canonical_names(&self) -> Vec<&'static str> {
        let offered = self.columns.bound.iter().filter(|bound| bound.rule != ColumnRule::default());
        offered.map(|bound| bound.name).collect()
    }

    fn all(&self) -> String {
        format!("the expected columns are {}", self.canonical_names().join(", "))
    }
}

/// The column for the reasons in a file of rejected rows.
pub(crate) const REASON_COLUMN: &str = "almoner: reason";

/// Lists the first names of a column in a profile, and the number of others.
fn some_of(mut names: Vec<String>) -> String {
    const NAMED: usize = 12;
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let names = names.join(", ");
    if more == 0 { names } else { format!("{names} and {more} other names") }
}

fn named(column: &ColumnRef) -> String {
    match column {
        ColumnRef::Name(name) => format!("`{name}`"),
        ColumnRef::Position(number) => format!("column {number}"),
    }
}

/// Names the column at a place among those of the same name: `Amount (2)`.
pub(crate) fn numbered(name: &str, place: usize) -> String {
    format!("{} ({place})", name.trim())
}

/// Returns the key and the place of what [`numbered`] made.
fn without_number(name: &str) -> Option<(String, usize)> {
    let (name, place) = name.trim().strip_suffix(')')?.rsplit_once(" (")?;
    let place = place.parse().ok().filter(|place| (1..100).contains(place))?;
    let key = column_key(name);
    // A column without letters is found by its position alone.
    (!key.is_empty()).then_some((key, place))
}

/// Normalises the name of a column: letters, digits and signs that change the meaning of amounts.
/// `Amount (£)` is `amount`; `Amount (£000)` is not.
pub(crate) fn column_key(name: &str) -> String {
    let is_kept = |c: &char| c.is_alphanumeric() || matches!(c, '$' | '€' | '%');
    // A pound sign mangled by an encoding.
    name.replace("Â£", "").chars().filter(is_kept).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns_are_normalised() {
        for (one, two, same) in [
            ("Recipient ID", "recipient_id", true),
            (" Amount (£) ", "amount", true),
            ("Amount (Â£)", "amount", true),
            ("Recipient Org:Name", "recipient org name", true),
            ("Amount (£000)", "amount", false),
            ("Amount ($)", "amount", false),
            ("Amount (net)", "amount", false),
        ] {
            assert_eq!(column_key(one) == column_key(two), same, "{one} and {two}");
        }
    }
}
