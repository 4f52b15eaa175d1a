//! Recognises bank statements: which form a file is in, or which of the shipped profiles reads it whole.

use std::sync::LazyLock;

use crate::header::{Columns, column_key};
use crate::kind::Kind;
use crate::profile::{ColumnRef, Profile};
use crate::read::{ReadFile, read};
use crate::shipped::{SHIPPED, shipped};
use crate::source::Layout;
use crate::statements::{BankStatements, bank_statements};

/// A file that was recognised as a bank statement.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// The form or the bank, in words.
    pub form: String,
    /// The profile that reads it; `None` if it needs none.
    pub profile: Option<String>,
    /// What is in it.
    pub statements: BankStatements,
}

/// The maximum size of a statement: a larger file is no statement of a month.
pub const STATEMENT_LIMIT: usize = 64 * 1024 * 1024;

/// The shipped profiles of statements, by name.
static PROFILES: LazyLock<Vec<(&str, Profile)>> = LazyLock::new(|| {
    let profiles = SHIPPED.iter().filter_map(|(name, _)| Some((*name, shipped(name)?.ok()?)));
    profiles.filter(|(_, profile)| profile.kind == Kind::Statements).collect()
});

/// Recognises a bank statement. A form is recognised with its faults, a profile only if it reads every row.
pub fn recognised(file_name: &str, bytes: &[u8], layout: &Layout) -> Option<Recognised> {
    if bytes.len() > STATEMENT_LIMIT {
        return None;
    }
    let plain = read(Kind::Statements, file_name, bytes, None, layout);
    if let Some(form) = plain.detected().filter(|it| it.is_form()) {
        let (form, statements) = (form.to_string(), bank_statements(&plain));
        return Some(Recognised { form, profile: None, statements });
    }
    let mut best: Option<(usize, Recognised)> = None;
    for (name, profile) in &*PROFILES {
        let Some((file, found)) = whole((name, profile), file_name, bytes, layout) else { continue };
        if is_of_payees(file.columns()) {
            continue;
        }
        let fit = fit(file.columns(), profile);
        if best.as_ref().is_none_or(|(best, _)| fit > *best) {
            best = Some((fit, found));
        }
    }
    Some(best?.1)
}

/// Recognises a bank statement by a profile of this name, if it reads every row.
pub fn recognised_by(
    profile: (&str, &Profile),
    file_name: &str,
    bytes: &[u8],
    layout: &Layout,
) -> Option<Recognised> {
    let is_statement = profile.1.kind == Kind::Statements && bytes.len() <= STATEMENT_LIMIT;
    is_statement.then(|| whole(profile, file_name, bytes, layout)).flatten().map(|(_, found)| found)
}

/// Reads a file by a profile, if every row was read and one is a transaction.
fn whole(
    (name, profile): (&str, &Profile),
    file_name: &str,
    bytes: &[u8],
    layout: &Layout,
) -> Option<(ReadFile, Recognised)> {
    let file = read(Kind::Statements, file_name, bytes, Some(profile), layout);
    let statements = whole_statements(&file)?;
    let found = Recognised { form: profile.about.clone(), profile: Some(name.to_owned()), statements };
    Some((file, found))
}

/// The names of columns of payees in lists of payments.
static PAYEES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let list = shipped("spend-over-500").and_then(Result::ok);
    let payees = list.as_ref().and_then(|profile| profile.columns.get("recipient"));
    let names = payees.into_iter().flat_map(|rule| rule.sources());
    names
        .filter_map(|it| if let ColumnRef::Name(name) = it { Some(column_key(name)) } else { None })
        .collect()
});

/// True for a list of payments in the columns of a statement: it has a column of payees that is not read, and no balance.
fn is_of_payees(columns: &Columns) -> bool {
    let is_payee = |position: &usize| PAYEES.contains(&column_key(&columns.label(*position)));
    columns.named("balance").is_none() && columns.unread().iter().any(is_payee)
}

/// Returns the statements of a file, if every row was read and one is a transaction.
pub fn whole_statements(file: &ReadFile) -> Option<BankStatements> {
    let statements = file.is_whole().then(|| bank_statements(file))?;
    (statements.diagnostics.is_empty() && statements.has_lines()).then_some(statements)
}

/// Returns how closely a file fits a profile: by the columns that it has, and those of a joined text that it lacks. A file
/// without a header fits any profile with a header better.
fn fit(columns: &Columns, profile: &Profile) -> usize {
    let found: usize = columns.bound.iter().map(|bound| bound.all_positions().count()).sum();
    let missing: usize =
        columns.bound.iter().map(|bound| bound.rule.joined.len().saturating_sub(bound.positions.len())).sum();
    let by_name = if profile.file.no_header { 0 } else { 100 };
    (by_name + found).saturating_sub(missing)
}
