//! The header row: maps the cells of a row to canonical columns.

use almoner_ledger::rejection::nearest;
use csv::StringRecord;

use crate::diagnostic::{Diagnostic, Place};
use crate::profile::{ColumnRef, ColumnRule, Profile};

/// Columns read from a single source column throughout a file.
const OF_ONE_COLUMN: [&str; 7] = ["amount", "balance", "date", "decided", "from", "to", "year"];

/// A canonical column requested of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column(usize);

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

    /// True if the file has it, or the profile sets a value.
    pub(crate) fn is_there(&self) -> bool {
        self.rule.value.is_some() || self.all_positions().next().is_some()
    }
}

/// The columns of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    /// Canonical columns, in the order requested.
    pub(crate) bound: Vec<Bound>,
    /// Names in the header; empty for a file without one.
    pub(crate) names: Vec<String>,
    /// True if the file is in canonical columns, without a profile.
    pub(crate) are_canonical: bool,
    /// Positions of unnamed columns in a file in canonical columns, which must be blank.
    pub(crate) unnamed: Vec<usize>,
}

impl Columns {
    pub(crate) fn get(&self, column: Column) -> Option<&Bound> {
        self.bound.get(column.0)
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
        match self.names.get(position) {
            Some(name) if !name.trim().is_empty() => name.trim().to_owned(),
            _ => format!("{}", position + 1),
        }
    }

    /// Returns the positions of columns that are not read.
    pub(crate) fn unread(&self) -> Vec<usize> {
        let is_read =
            |position| self.bound.iter().any(|bound| bound.all_positions().any(|it| it == position));
        (0..self.names.len()).filter(|position| !is_read(*position)).collect()
    }
}

/// A header row from which columns are requested. Missing and unknown columns are known once all
/// were requested.
pub(crate) struct Header<'p> {
    keys: Vec<String>,
    profile: Option<&'p Profile>,
    columns: Columns,
    missing: Vec<Missing>,
    ignored: Vec<&'static str>,
}

/// A required column that is missing.
struct Missing {
    name: &'static str,
    /// Source columns in the profile.
    source: Option<String>,
}

impl<'p> Header<'p> {
    /// Creates a header; `cells` is `None` for a file without one.
    pub(crate) fn new(cells: Option<&StringRecord>, profile: Option<&'p Profile>) -> Header<'p> {
        let names: Vec<String> = cells.into_iter().flatten().map(str::to_owned).collect();
        let keys = names.iter().map(|name| column_key(name)).collect();
        let unnamed =
            names.iter().enumerate().filter(|(_, name)| profile.is_none() && name.trim().is_empty());
        let unnamed = unnamed.map(|(position, _)| position).collect();
        let columns = Columns { bound: Vec::new(), names, are_canonical: profile.is_none(), unnamed };
        Header { keys, profile, columns, missing: Vec::new(), ignored: Vec::new() }
    }

    pub(crate) fn profile(&self) -> Option<&Profile> {
        self.profile
    }

    /// Requests a column that the file must have.
    pub(crate) fn required(&mut self, name: &'static str) -> Column {
        let column = self.optional(name);
        if self.columns.get(column).is_none_or(|bound| !bound.is_there()) {
            let rule = self.profile.and_then(|profile| profile.columns.get(name));
            let source = rule.map(|rule| some_of(rule.sources().map(named).collect()));
            self.missing.push(Missing { name, source });
        }
        column
    }

    /// Requests a column that is required in canonical files, and optional with a profile.
    pub(crate) fn required_if_canonical(&mut self, name: &'static str) -> Column {
        if self.profile.is_none() { self.required(name) } else { self.optional(name) }
    }

    /// Requests an optional column. If `from` names several, each row takes the first that is not
    /// blank; for amounts and dates the whole file takes the first present, since net and gross
    /// amounts must not be mixed.
    pub(crate) fn optional(&mut self, name: &'static str) -> Column {
        let rule = match self.profile {
            Some(profile) => profile.columns.get(name).cloned().unwrap_or_default(),
            None => ColumnRule::same(name),
        };
        let found =
            |columns: &[ColumnRef]| columns.iter().filter_map(|it| self.position(it)).collect::<Vec<_>>();
        let mut positions: Vec<usize> = match rule.joined.is_empty() {
            true => found(&rule.from),
            false => found(&rule.joined),
        };
        if OF_ONE_COLUMN.contains(&name) {
            positions.truncate(1);
        }
        let (plus, minus) = (found(&rule.plus), found(&rule.minus));
        self.columns.bound.push(Bound { name, rule, positions, plus, minus });
        Column(self.columns.bound.len() - 1)
    }

    /// Requests an optional column that may have another name in canonical files.
    pub(crate) fn optional_under(&mut self, name: &'static str, other: &str) -> Column {
        let column = self.optional(name);
        let other = ColumnRef::Name(other.to_owned());
        if let Some(position) = self.position(&other).filter(|_| self.profile.is_none())
            && let Some(bound) = self.columns.bound.get_mut(column.0)
        {
            bound.positions.push(position);
        }
        column
    }

    /// Requests a column that is available only with a profile.
    pub(crate) fn of_profiles(&mut self, name: &'static str) -> Column {
        if self.profile.is_some() {
            return self.optional(name);
        }
        self.columns.bound.push(Bound {
            name,
            rule: ColumnRule::default(),
            positions: Vec::new(),
            plus: Vec::new(),
            minus: Vec::new(),
        });
        Column(self.columns.bound.len() - 1)
    }

    /// Ignores columns of canonical files that belong to another kind of rows in the same file.
    pub(crate) fn ignore(&mut self, names: &[&'static str]) {
        self.ignored.extend(names);
    }

    pub(crate) fn position(&self, column: &ColumnRef) -> Option<usize> {
        match column {
            ColumnRef::Position(number) => number.checked_sub(1),
            ColumnRef::Name(name) => {
                let key = column_key(name);
                self.keys.iter().position(|found| *found == key)
            }
        }
    }

    /// True if no required column is missing.
    pub(crate) fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// Returns the number of requested columns found.
    pub(crate) fn found(&self) -> usize {
        self.columns.bound.iter().filter(|bound| bound.all_positions().next().is_some()).count()
    }

    /// Returns the columns requested so far.
    pub(crate) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Returns the problems of the header, once every column was requested.
    pub(crate) fn problems(&self, place: Place<'_>) -> Vec<Diagnostic> {
        let mut problems = self.unclear_columns(place);
        for missing in &self.missing {
            let place = Place { column: Some(missing.name), ..place };
            let hint = match &missing.source {
                Some(source) => format!("correct the file, or the profile, which looks for {source}"),
                None if self.profile.is_some() => {
                    format!("state its source in the profile: [columns.{}]", missing.name)
                }
                None => format!("add the column; {}", self.all()),
            };
            problems.push(Diagnostic::new(place, "", "missing-column", "the column is missing", &hint));
        }
        problems
    }

    /// Returns unknown and duplicate columns. With a profile, unread columns do not matter, unless one
    /// has the same name as a column read.
    fn unclear_columns(&self, place: Place<'_>) -> Vec<Diagnostic> {
        let names = self.canonical_names();
        let is_read =
            |position| self.columns.bound.iter().any(|bound| bound.all_positions().any(|it| it == position));
        let mut problems = Vec::new();
        for (position, key) in self.keys.iter().enumerate() {
            let label = self.columns.label(position);
            let place = Place { column: Some(&label), ..place };
            let earlier = self.keys.iter().take(position).position(|earlier| earlier == key);
            if let Some(earlier) = earlier.filter(|earlier| !key.is_empty() && is_read(*earlier)) {
                let label = self.columns.label(earlier);
                let message = "appears twice in the header";
                let place = Place { column: Some(&label), ..place };
                let hint = "delete one of the two";
                problems.push(Diagnostic::new(place, "", "duplicate-column", message, hint));
            } else if self.profile.is_none() && !key.is_empty() && !is_read(position) && !self.is_ignored(key)
            {
                let hint = match nearest(key, names.iter().copied()) {
                    Some(nearest) => format!("did you mean `{nearest}`? Rename the column, or delete it"),
                    None => format!("rename or delete the column; {}", self.all()),
                };
                problems.push(Diagnostic::new(place, "", "unknown-column", "unknown column", &hint));
            }
        }
        problems
    }

    fn is_ignored(&self, key: &str) -> bool {
        key.starts_with(column_key(REASON_COLUMN).as_str())
            || self.ignored.iter().any(|ignored| column_key(ignored) == key)
    }

    /// Returns the canonical columns, without those available only with a profile.
    fn canonical_names(&self) -> Vec<&'static str> {
        let offered = self.columns.bound.iter().filter(|bound| bound.rule != ColumnRule::default());
        offered.map(|bound| bound.name).collect()
    }

    fn all(&self) -> String {
        format!("the columns are {}", self.canonical_names().join(", "))
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
