//! The header row: which cells of each row belong to which of our columns.

use almoner_ledger::rejection::nearest;
use csv::StringRecord;

use crate::diagnostic::{Diagnostic, Place};
use crate::profile::{ColumnRef, ColumnRule, Profile};

/// The columns that all rows of a file read from one and the same of theirs.
const OF_ONE_COLUMN: [&str; 7] = ["amount", "balance", "date", "decided", "from", "to", "year"];

/// One of our columns, among those that the header was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column(usize);

/// One of our columns with where it comes from in this file.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    /// Our name for it.
    pub(crate) name: &'static str,
    /// How its cells are read.
    pub(crate) rule: ColumnRule,
    /// The positions of the columns that `from` or `joined` name.
    pub(crate) positions: Vec<usize>,
    /// Those of `plus`.
    pub(crate) plus: Vec<usize>,
    /// Those of `minus`.
    pub(crate) minus: Vec<usize>,
}

impl Bound {
    /// The positions of all cells that it is read from.
    pub(crate) fn all_positions(&self) -> impl Iterator<Item = usize> {
        self.positions.iter().chain(&self.plus).chain(&self.minus).copied()
    }

    /// True when the file has it, or the profile says what stands in its place.
    pub(crate) fn is_there(&self) -> bool {
        self.rule.value.is_some() || self.all_positions().next().is_some()
    }
}

/// The columns of a file, once the header is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    /// Ours, in the order in which they were asked.
    pub(crate) bound: Vec<Bound>,
    /// Theirs, as the header names them; none in a file without header.
    pub(crate) names: Vec<String>,
    /// The file is in our own columns, no profile saying otherwise.
    pub(crate) are_ours: bool,
    /// The positions of columns in a file in our own that have no name, in which nothing may stand.
    pub(crate) unnamed: Vec<usize>,
}

impl Columns {
    pub(crate) fn get(&self, column: Column) -> Option<&Bound> {
        self.bound.get(column.0)
    }

    /// One of our columns by its name, if the file has it.
    pub(crate) fn named(&self, name: &str) -> Option<&Bound> {
        self.bound.iter().find(|bound| bound.name == name && bound.is_there())
    }

    /// True for a row that is the header again, with blank cells after it or without.
    pub(crate) fn is_header(&self, cells: &StringRecord) -> bool {
        let length = cells.len().max(self.names.len());
        let is_same = |position: usize| {
            let name = self.names.get(position).map(|name| name.trim()).unwrap_or_default();
            cells.get(position).unwrap_or_default().trim().eq_ignore_ascii_case(name)
        };
        !self.names.is_empty() && (0..length).all(is_same)
    }

    /// What the file calls a column; where the header is ours, our own name.
    pub(crate) fn label(&self, position: usize) -> String {
        match self.names.get(position) {
            Some(name) if !name.trim().is_empty() => name.trim().to_owned(),
            _ => format!("{}", position + 1),
        }
    }

    /// The positions of columns that are read for none of ours.
    pub(crate) fn unread(&self) -> Vec<usize> {
        let is_read =
            |position| self.bound.iter().any(|bound| bound.all_positions().any(|it| it == position));
        (0..self.names.len()).filter(|position| !is_read(*position)).collect()
    }
}

/// A header row of which columns are asked. What the file has beyond them, or has not, is found
/// when all were asked.
pub(crate) struct Header<'p> {
    keys: Vec<String>,
    profile: Option<&'p Profile>,
    columns: Columns,
    missing: Vec<Missing>,
    ignored: Vec<&'static str>,
}

/// A column that is needed and not there.
struct Missing {
    name: &'static str,
    /// What a profile would have it made of.
    theirs: Option<String>,
}

impl<'p> Header<'p> {
    /// The header row with these cells; `None` for a file without one.
    pub(crate) fn new(cells: Option<&StringRecord>, profile: Option<&'p Profile>) -> Header<'p> {
        let names: Vec<String> = cells.into_iter().flatten().map(str::to_owned).collect();
        let keys = names.iter().map(|name| column_key(name)).collect();
        let unnamed =
            names.iter().enumerate().filter(|(_, name)| profile.is_none() && name.trim().is_empty());
        let unnamed = unnamed.map(|(position, _)| position).collect();
        let columns = Columns { bound: Vec::new(), names, are_ours: profile.is_none(), unnamed };
        Header { keys, profile, columns, missing: Vec::new(), ignored: Vec::new() }
    }

    /// The profile that says where the columns come from, if one does.
    pub(crate) fn profile(&self) -> Option<&Profile> {
        self.profile
    }

    /// A column that the file must have.
    pub(crate) fn required(&mut self, name: &'static str) -> Column {
        let column = self.optional(name);
        if self.columns.get(column).is_none_or(|bound| !bound.is_there()) {
            let rule = self.profile.and_then(|profile| profile.columns.get(name));
            let theirs = rule.map(|rule| some_of(rule.sources().map(named).collect()));
            self.missing.push(Missing { name, theirs });
        }
        column
    }

    /// A column that a file in our own columns must have, and that a profile may leave out.
    pub(crate) fn required_of_ours(&mut self, name: &'static str) -> Column {
        if self.profile.is_none() { self.required(name) } else { self.optional(name) }
    }

    /// A column that the file may have. Where `from` names several, a row takes the first that it
    /// fills in; of amounts and days the whole file takes the first that it has, for a sum of net
    /// and gross amounts is the sum of nothing.
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

    /// A column that the file may have, under its own name or, in a file in our own columns,
    /// under another.
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

    /// A column that only a profile gives.
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

    /// Columns that a file in our own columns may have and that are passed over: they are of
    /// another kind of file, for which the same file serves.
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

    /// True when nothing that is needed is missing.
    pub(crate) fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// How many columns were found that were asked for.
    pub(crate) fn found(&self) -> usize {
        self.columns.bound.iter().filter(|bound| bound.all_positions().next().is_some()).count()
    }

    /// The columns asked.
    pub(crate) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// What is wrong with the header, now that every column was asked.
    pub(crate) fn problems(&self, place: Place<'_>) -> Vec<Diagnostic> {
        let mut problems = self.unclear_columns(place);
        for missing in &self.missing {
            let place = Place { column: Some(missing.name), ..place };
            let hint = match &missing.theirs {
                Some(theirs) => format!("correct the file, or the profile, which looks for {theirs}"),
                None if self.profile.is_some() => {
                    format!("state its source in the profile: [columns.{}]", missing.name)
                }
                None => format!("add the column; {}", self.all()),
            };
            problems.push(Diagnostic::new(place, "", "missing-column", "the column is missing", &hint));
        }
        problems
    }

    /// Columns that could mean something and are not understood. Where a profile says what is
    /// read, the others do not matter, unless two have the name of one that is.
    fn unclear_columns(&self, place: Place<'_>) -> Vec<Diagnostic> {
        let names = self.ours();
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

    /// Our columns, without those that only a profile gives.
    fn ours(&self) -> Vec<&'static str> {
        let offered = self.columns.bound.iter().filter(|bound| bound.rule != ColumnRule::default());
        offered.map(|bound| bound.name).collect()
    }

    fn all(&self) -> String {
        format!("the columns are {}", self.ours().join(", "))
    }
}

/// The column in which rows that were written back say what is wrong with them.
pub(crate) const REASON_COLUMN: &str = "almoner: reason";

/// The first of a profile's names for a column, and how many more there are.
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

/// A column's name as it is compared: letters and digits, and the signs that make amounts mean
/// something else. `Amount (£)` is `amount`; `Amount (£000)` is another column.
pub(crate) fn column_key(name: &str) -> String {
    let is_kept = |c: &char| c.is_alphanumeric() || matches!(c, '$' | '€' | '%');
    // What is left of a pound sign that an encoding has mangled.
    name.replace("Â£", "").chars().filter(is_kept).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns_are_compared_by_what_they_say() {
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
