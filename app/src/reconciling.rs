//! Reconciling the bank: statements are recorded, their lines matched by what they say or as somebody decided, and
//! what is left is open, with suggestions. All of it as data, for every front end.

use std::collections::{BTreeMap, BTreeSet};

use almoner_imports::{
    BankItems, BankStatement as ReadStatement, Basis, Found, LineDecision, LineName, LineOutcome, Open,
    Suggestion, matched,
};
use almoner_ledger::book::bank::{BankAccount, account_meant, accounts, known_account, nearest_account};
use almoner_ledger::book::{Books, BooksError, Draft};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Already, Outcome, Refusal, carry_out};
use almoner_ledger::reconciliation::{
    BankRecord, BankStatement, LineKey, LineReconciled, ReconciledLine, RecordedLine, Remainder,
    StatementEntry, StatementLine,
};
use almoner_ledger::text::Text;

use crate::error::{Error, Remedy};

/// What is to be reconciled.
#[derive(Clone, Debug, Default)]
pub struct Reconciling {
    /// The statements of a file; without any, the lines that are open in the books.
    pub statements: Vec<ReadStatement>,
    /// The account, where the statements do not name it, or the only one whose open lines are wanted.
    pub account: Option<Text>,
    /// What somebody decided of lines.
    pub decisions: Vec<LineDecision>,
    /// The longest time from the date of a payment to that of the bank, in days.
    pub days: i64,
    /// True if an account that is written much like a known one is confirmed to be a new one.
    pub is_new_account: bool,
    /// The number of open lines of the file, and of earlier statements, for which suggestions are made: those that are
    /// shown. `None` is all.
    pub suggested: Option<usize>,
    /// True if nothing is matched but what somebody decided: certain matches are suggestions then.
    pub only_decided: bool,
}

/// What became of it.
#[derive(Debug)]
pub struct Reconciliation {
    /// The statements given, as they are recorded.
    pub statements: Vec<StatementOutcome>,
    /// The lines of the statements given, and then those that were open before.
    pub lines: Vec<LineResult>,
    /// The payments, refunds and receipts that were not reconciled before the lines were matched.
    pub items: Vec<Open>,
    /// The accounts of the statements and lines, as they are now.
    pub accounts: Vec<BankAccount>,
}

/// A statement that was given.
#[derive(Debug)]
pub struct StatementOutcome {
    /// As it is recorded.
    pub statement: BankStatement,
    /// The record that already has it, if there is one.
    pub already: Option<u64>,
    /// The known account that is written most like this one, where this one is new beside others.
    pub new_beside: Option<Text>,
}

/// A line with what became of it.
#[derive(Debug)]
pub struct LineResult {
    /// The row of the file; `None` for a line of an earlier statement.
    pub row: Option<u64>,
    /// The line as it is in the books.
    pub line: RecordedLine,
    /// What became of it.
    pub state: LineResultState,
}

/// What became of a line.
#[derive(Debug)]
pub enum LineResultState {
    /// It was reconciled before.
    Before(ReconciledLine),
    /// Somebody decided it now.
    Decided(ReconciledLine),
    /// It was matched now, to items by position.
    Matched(Vec<usize>, Basis),
    /// It is open; suggestions, the best first, with items by position.
    Open(Vec<Suggestion>),
}

/// Records statements, decisions and certain matches in a draft.
///
/// # Errors
/// A statement or a decision that is refused, with the line that it is about.
pub fn reconcile(draft: &mut Draft<'_>, given: &Reconciling) -> Result<Reconciliation, Error> {
    let before = reconciled_before(draft)?;
    check_known(draft, given)?;
    let mut statements = Vec::new();
    // The lines of the file, each with its row: a line may be on two statements of one file.
    let mut rows: Vec<(u64, LineKey)> = Vec::new();
    for read in &given.statements {
        let Some(statement) = as_recorded(read, given.account.as_ref())? else { continue };
        let new_beside = new_beside(draft, &statement.account);
        let options = Options { new_account: given.is_new_account, ..Options::default() };
        let outcome = carry_out(draft, &Command::RecordStatement(Box::new(statement.clone())), options);
        let outcome = outcome.map_err(|refusal| of_statement(&statement, refusal))?;
        let (statement, already) = match outcome {
            Outcome::Already(Already { record, .. }) => (known(draft, statement), record),
            Outcome::Recorded(_) => (known(draft, statement), None),
        };
        for (line, read) in statement.identified().iter().zip(&read.lines) {
            rows.push((read.row, line.key()));
        }
        statements.push(StatementOutcome { statement, already, new_beside });
    }
    let decided = decide(draft, given, &rows)?;
    let touched = touched(given, &statements);
    let is_wanted =
        |account: &BankAccount| touched.is_empty() || touched.iter().any(|it| account.is_called(it.as_str()));
    let mut open: Vec<RecordedLine> = Vec::new();
    for account in accounts(draft)?.into_iter().filter(is_wanted) {
        open.extend(account.lines.into_iter().filter(RecordedLine::is_open));
    }
    let items = BankItems::of(draft)?;
    let is_shown = shown(&open, &rows, given.suggested);
    let found = matched(&items, &open, given.days, |place| is_shown.get(place) != Some(&false));
    let mut results: BTreeMap<LineKey, LineResultState> = BTreeMap::new();
    for (line, found) in open.iter().zip(found) {
        let state = match (found, given.only_decided) {
            (Found::Matched(items, basis), true) => {
                LineResultState::Open(vec![Suggestion { items, basis, remainder: None }])
            }
            (found, _) => recorded(draft, line, found, &items.open)?,
        };
        results.insert(line.key(), state);
    }
    let mut lines = Vec::new();
    let mut is_listed = BTreeSet::new();
    let named = rows.iter().map(|(row, key)| (Some(*row), *key)).filter(|(_, key)| is_listed.insert(*key));
    let named: Vec<(Option<u64>, LineKey)> = named.collect();
    let others = open.iter().map(RecordedLine::key).chain(decided.iter().copied());
    let others: Vec<(Option<u64>, LineKey)> =
        others.filter(|key| is_listed.insert(*key)).map(|key| (None, key)).collect();
    for (row, key) in named.into_iter().chain(others) {
        let Some(line) = draft.bank_line(&key)?.map(|line| line.into_owned()) else { continue };
        let state = match (results.remove(&key), line.reconciliation()) {
            (Some(state), _) => state,
            (None, Some(now)) if decided.contains(&key) && !before.contains(&key) => {
                LineResultState::Decided(now.clone())
            }
            (None, Some(now)) => LineResultState::Before(now.clone()),
            (None, None) => LineResultState::Open(Vec::new()),
        };
        lines.push(LineResult { row, line, state });
    }
    let accounts = accounts(draft)?.into_iter().filter(is_wanted).collect();
    Ok(Reconciliation { statements, lines, items: items.open, accounts })
}

/// Returns for which of the open lines suggestions are made: the first ones of the file, and of earlier statements.
fn shown(open: &[RecordedLine], rows: &[(u64, LineKey)], most: Option<usize>) -> Vec<bool> {
    let Some(most) = most else { return Vec::new() };
    let of_file: BTreeSet<LineKey> = rows.iter().map(|(_, key)| *key).collect();
    let (mut of_file_left, mut earlier_left) = (most, most);
    let mut is_within = |line: &RecordedLine| {
        let left = if of_file.contains(&line.key()) { &mut of_file_left } else { &mut earlier_left };
        let is_within = *left > 0;
        *left = left.saturating_sub(1);
        is_within
    };
    open.iter().map(&mut is_within).collect()
}

/// Returns the known account that is written most like a new one; `None` if the account is known, or the first.
fn new_beside(books: &dyn Books, account: &Text) -> Option<Text> {
    match known_account(books, account.as_str()) {
        Some(_) => None,
        None => nearest_account(books, account.as_str()).map(|(nearest, _)| nearest),
    }
}

/// Refuses an account of which nothing is recorded, where only the open lines of an account are wanted.
fn check_known(books: &dyn Books, given: &Reconciling) -> Result<(), Error> {
    let Some(account) = given.account.as_ref().filter(|_| given.statements.is_empty()) else { return Ok(()) };
    if accounts(books)?.iter().any(|it| it.is_called(account.as_str())) {
        return Ok(());
    }
    let error = Error::refused("unknown-account", format!("there is no bank account `{account}`"));
    Err(match account_meant(books, account.as_str()) {
        Some(nearest) => error.advice(format!("did you mean `{nearest}`?")),
        None => error.advice("check the account number, or record a bank statement for that account first"),
    })
}

/// Returns the lines that are reconciled.
fn reconciled_before(books: &dyn Books) -> Result<BTreeSet<LineKey>, BooksError> {
    let mut before = BTreeSet::new();
    books.each_bank_line(&mut |line| {
        if !line.is_open() {
            before.insert(line.key());
        }
        Ok(())
    })?;
    Ok(before)
}

/// Returns a statement of a file as it is recorded; `None` if it has neither lines nor the day of a balance.
fn as_recorded(read: &ReadStatement, account: Option<&Text>) -> Result<Option<BankStatement>, Error> {
    let days = || {
        let lines = read.lines.iter().map(|line| line.date);
        lines.chain([read.opening, read.closing].into_iter().flatten().filter_map(|balance| balance.date))
    };
    let (Some(from), Some(to)) = (days().min(), days().max()) else { return Ok(None) };
    let Some(account) = read.account.as_ref().or(account) else {
        let error = Error::refused("no-account", "the statement does not name its account");
        return Err(error.remedy(Remedy::NameAccount));
    };
    let entry = |line: &almoner_imports::BankLine| StatementEntry {
        date: line.date,
        amount: line.amount,
        text: line.text.clone(),
        reference: line.reference.clone(),
        balance: line.balance,
    };
    let mut statement = BankStatement {
        account: account.clone(),
        from,
        to,
        opening: read.opening.map(|balance| balance.amount),
        closing: read.closing.map(|balance| balance.amount),
        lines: read.lines.iter().map(entry).collect(),
    };
    // Balances that are accepted though they do not agree are none to rely on.
    if statement.fault().map_err(BooksError::from)?.is_some() {
        (statement.opening, statement.closing) = (None, None);
    }
    Ok(Some(statement))
}

/// Returns a statement with its account as the books write it.
fn known(books: &dyn Books, statement: BankStatement) -> BankStatement {
    let known = known_account(books, statement.account.as_str());
    BankStatement { account: known.unwrap_or(statement.account.clone()), ..statement }
}

fn of_statement(statement: &BankStatement, refusal: Refusal) -> Error {
    let error = Error::from(refusal);
    // A new account is named by its own message.
    if error.code == "new-account" {
        return error;
    }
    Error { message: format!("account {}: {error}", statement.account), ..error }
}

/// Returns the accounts whose open lines are matched; none stands for all.
fn touched(given: &Reconciling, statements: &[StatementOutcome]) -> Vec<Text> {
    let named = statements.iter().map(|it| it.statement.account.clone());
    match statements.is_empty() {
        true => given.account.iter().cloned().collect(),
        false => named.collect(),
    }
}

/// Records what somebody decided, and returns the lines.
fn decide(
    draft: &mut Draft<'_>,
    given: &Reconciling,
    rows: &[(u64, LineKey)],
) -> Result<BTreeSet<LineKey>, Error> {
    let mut decided = BTreeSet::new();
    for LineDecision { lines: names, outcome } in &given.decisions {
        let named: Vec<String> = names.iter().map(ToString::to_string).collect();
        let named = named.join(" and ");
        let of_lines = |error: Error| Error { message: format!("{named}: {error}"), ..error };
        let mut lines = Vec::new();
        for name in names {
            lines.push(line_named(draft, name, rows)?);
        }
        decided.extend(lines.iter().map(StatementLine::key));
        let mut lines = lines.into_iter();
        let Some(line) = lines.next() else { continue };
        let (records, remainder, explanation) = match outcome {
            LineOutcome::Records(records, remainder) => {
                let records = records.iter().map(|record| bank_record(draft, *record));
                (records.collect::<Result<Vec<_>, _>>()?, remainder.clone(), None)
            }
            LineOutcome::Explained(explanation) => (Vec::new(), None, Some(explanation.clone())),
        };
        // A remainder may be given without the sign that its line has.
        let remainder = remainder.map(|it| {
            let amount =
                if line.amount.is_negative() { it.amount.size().negated() } else { it.amount.size() };
            Remainder { amount, ..it }
        });
        let reconciled = LineReconciled { line, with: lines.collect(), records, remainder, explanation };
        // What somebody decides is recorded again, also where it was reversed.
        let options = Options { record_reversed: true, ..Options::default() };
        carry_out(draft, &Command::Reconcile(Box::new(reconciled)), options)
            .map_err(|refusal| of_lines(refusal.into()))?;
    }
    Ok(decided)
}

fn line_named(books: &dyn Books, name: &LineName, rows: &[(u64, LineKey)]) -> Result<StatementLine, Error> {
    let mut found: Vec<RecordedLine> = Vec::new();
    match name {
        LineName::Row(row) => {
            if let Some((_, key)) = rows.iter().find(|(number, _)| number == row) {
                found.extend(books.bank_line(key)?.map(|line| line.into_owned()));
            }
        }
        LineName::Place(place) => books.each_bank_line(&mut |line| {
            if line.places.contains(place) {
                found.push(line.clone());
            }
            Ok(())
        })?,
        LineName::Content { date, amount, text } => books.each_bank_line(&mut |line| {
            let StatementLine { date: on, amount: of, text: says, .. } = &line.line;
            if line.is_in_books() && (on, of, says) == (date, amount, text) {
                found.push(line.clone());
            }
            Ok(())
        })?,
    }
    let mut found = found.into_iter();
    match (found.next(), found.next(), name) {
        (Some(line), None, _) => Ok(line.line),
        (None, _, LineName::Row(row)) => {
            let message = format!("the statement has no transaction in row {row}");
            Err(Error::refused("unknown-row", message)
                .advice("use the row number shown when the file is opened in a spreadsheet"))
        }
        (None, _, _) => Err(Error::refused("unknown-line", format!("there is no statement line: {name}"))
            .advice("check its date, amount and text, or identify it by its statement and number")),
        (Some(_), Some(_), _) => {
            Err(Error::refused("several-lines", format!("{name} appears more than once"))
                .advice("identify the line by its statement and number"))
        }
    }
}

/// Returns the record of a payment, refund or receipt.
fn bank_record(books: &dyn Books, record: u64) -> Result<BankRecord, Error> {
    let found = books.record(record)?.and_then(|it| it.at_bank());
    found.ok_or_else(|| {
        Error::refused("not-open", format!("record {record} is not a payment, refund or receipt"))
            .advice("check the number of the record")
    })
}

/// Records a certain match, unless it was reversed: then it is a suggestion.
fn recorded(
    draft: &mut Draft<'_>,
    line: &RecordedLine,
    found: Found,
    items: &[Open],
) -> Result<LineResultState, Error> {
    let (places, basis) = match found {
        Found::Open(suggestions) => return Ok(LineResultState::Open(suggestions)),
        Found::Matched(places, basis) => (places, basis),
    };
    let records = places.iter().filter_map(|place| items.get(*place)).map(|item| item.at.clone()).collect();
    let reconciled = LineReconciled::exactly(line.line.clone(), records);
    match carry_out(draft, &Command::Reconcile(Box::new(reconciled)), Options::default())? {
        Outcome::Recorded(_) => Ok(LineResultState::Matched(places, basis)),
        Outcome::Already(_) => {
            let suggestion = Suggestion { items: places, basis, remainder: None };
            Ok(LineResultState::Open(vec![suggestion]))
        }
    }
}
