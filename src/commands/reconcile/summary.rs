//! What a reconciliation did, on the terminal.

use std::collections::BTreeSet;

use almoner_app::reconciling::{LineResult, LineResultState, Reconciliation, StatementOutcome};
use almoner_imports::{Open, Suggestion};
use almoner_ledger::money::Money;
use almoner_ledger::reconciliation::{ReconciledLine, RecordedLine};
use almoner_papers::layout::{Align, Columns, wrapped};

use crate::terminal::on_screen;

/// Maximum number of lines listed of each kind.
pub const LISTED: usize = 200;
/// Maximum number of suggestions shown for a line.
const SUGGESTED: usize = 3;

/// Returns the summary. `file` is the file of the statements, if there is one.
pub fn text(file: Option<&str>, are_balances_trusted: bool, of: &Reconciliation, width: usize) -> String {
    let mut text = match file {
        Some(file) => wrapped("", &format!("Bank statement {}", on_screen(file)), width),
        None => "Open statement lines\n".to_owned(),
    };
    for statement in &of.statements {
        text.push_str(&wrapped("  ", &statement_words(statement, are_balances_trusted), width));
    }
    for account in &of.accounts {
        for it in &account.breaks {
            let words = format!(
                "{}: opening balance does not agree: the statement in record {} begins on {} with {}, but the \
                 previous closing balance is {}",
                account.account,
                it.statement,
                it.from.in_words(),
                it.stated.grouped(),
                it.expected.grouped()
            );
            text.push_str(&wrapped("  ", &words, width));
        }
    }
    text.push_str(&table(file.is_some(), &of.lines, width));
    let items = &of.items;
    let of_state = |wanted: fn(&LineResultState) -> bool| of.lines.iter().filter(move |it| wanted(&it.state));
    text.push_str(&listed(
        "Matched",
        of_state(|it| matches!(it, LineResultState::Matched(..))).map(|it| matched_words(it, items)),
        width,
    ));
    text.push_str(&listed(
        "Matched or explained by you",
        of_state(|it| matches!(it, LineResultState::Decided(_))).map(decided_words),
        width,
    ));
    let is_open = |it: &&LineResult| matches!(it.state, LineResultState::Open(_));
    let of_file = of.lines.iter().filter(|it| it.row.is_some()).filter(is_open);
    text.push_str(&listed("Open", of_file.map(|it| open_words(it, items)), width));
    let earlier = of.lines.iter().filter(|it| it.row.is_none()).filter(is_open);
    let heading = if file.is_some() { "Open on earlier statements" } else { "Open" };
    text.push_str(&listed(heading, earlier.map(|it| open_words(it, items)), width));
    text.push_str(&listed("In the books for these dates but not on the statement", not_presented(of), width));
    text
}

fn statement_words(of: &StatementOutcome, are_trusted: bool) -> String {
    let StatementOutcome { statement, already, new_beside } = of;
    let balances = match (statement.opening, statement.closing) {
        _ if !are_trusted => "running balance does not agree".to_owned(),
        (Some(opening), Some(closing)) => {
            format!("balance from {} to {}", opening.grouped(), closing.grouped())
        }
        (Some(opening), None) => format!("opening balance {}", opening.grouped()),
        (None, Some(closing)) => format!("closing balance {}", closing.grouped()),
        (None, None) => "no balances to check".to_owned(),
    };
    let already = already.map(|record| format!("; already recorded as record {record}"));
    let beside = new_beside.as_ref().map(|nearest| {
        format!("; a new bank account: the most similar known one is {}", on_screen(nearest.as_str()))
    });
    format!(
        "{}, {} to {}: {balances}{}{}",
        on_screen(statement.account.as_str()),
        statement.from.in_words(),
        statement.to.in_words(),
        already.unwrap_or_default(),
        beside.unwrap_or_default()
    )
}

/// The states of lines, with how many there are and what they come to.
fn table(is_of_file: bool, lines: &[LineResult], width: usize) -> String {
    let mut columns =
        Columns::new(vec![("", Align::Left), ("lines", Align::Right), ("amount", Align::Right)]);
    let sum = |lines: &[&LineResult]| {
        let amounts = lines.iter().map(|it| it.line.line.amount);
        Money::sum(amounts).map_or("too large".to_owned(), Money::grouped)
    };
    let of_file: Vec<&LineResult> = lines.iter().filter(|it| it.row.is_some() || !is_of_file).collect();
    let mut line = |name: &str, is_wanted: &dyn Fn(&LineResult) -> bool| {
        let lines: Vec<&LineResult> = of_file.iter().copied().filter(|it| is_wanted(it)).collect();
        columns.row(vec![name.to_owned(), lines.len().to_string(), sum(&lines)]);
    };
    let reconciled = |it: &LineResult, wanted: fn(&ReconciledLine) -> bool| {
        let is_now = matches!(it.state, LineResultState::Matched(..) | LineResultState::Decided(_));
        is_now && it.line.reconciliation().is_some_and(wanted)
    };
    line("already reconciled", &|it| matches!(it.state, LineResultState::Before(_)));
    line("matched", &|it| reconciled(it, |of| of.explanation.is_none() && of.remainder.is_none()));
    line("partly in these books", &|it| reconciled(it, |of| of.remainder.is_some()));
    line("explained", &|it| reconciled(it, |of| of.explanation.is_some()));
    line("open", &|it| matches!(it.state, LineResultState::Open(_)));
    let all = if is_of_file { "on the statement" } else { "total" };
    columns.totals(vec![all.to_owned(), of_file.len().to_string(), sum(&of_file)]);
    columns.render("  ", width)
}

/// Returns the payments and receipts of the statements' days that are on no line, but those of other accounts.
fn not_presented(of: &Reconciliation) -> impl Iterator<Item = String> {
    let taken: BTreeSet<u64> = of
        .lines
        .iter()
        .filter_map(|it| it.line.reconciliation())
        .flat_map(|it| it.records.iter().copied())
        .collect();
    let from = of.statements.iter().map(|it| it.statement.from).min();
    let to = of.statements.iter().map(|it| it.statement.to).max();
    let is_within = move |item: &&Open| from <= Some(item.date) && Some(item.date) <= to;
    let may_be_of_any = |item: &&Open| of.statements.iter().any(|it| item.may_be_of(&it.statement.account));
    let open = of.items.iter().filter(move |item| !taken.contains(&item.at.record));
    open.filter(is_within).filter(may_be_of_any).map(item_words)
}

fn item_words(item: &Open) -> String {
    let name = if item.what == item.name { String::new() } else { format!(" {}", on_screen(&item.name)) };
    format!(
        "record {} of {}: {} {}{name}",
        item.at.record,
        item.date.in_words(),
        item.amount.grouped(),
        on_screen(&item.what)
    )
}

/// Returns how options name a line.
fn name_of(it: &LineResult) -> String {
    match (it.row, it.line.place()) {
        (Some(row), _) => row.to_string(),
        (None, place) => place.map_or_else(|| "?".to_owned(), |place| place.to_string()),
    }
}

fn line_words(it: &LineResult) -> String {
    let what = if it.row.is_some() { "row" } else { "line" };
    let RecordedLine { line, .. } = &it.line;
    format!(
        "{what} {} of {}: {} {}",
        name_of(it),
        line.date.in_words(),
        line.amount.grouped(),
        on_screen(line.text.as_str())
    )
}

fn matched_words(it: &LineResult, items: &[Open]) -> String {
    let LineResultState::Matched(places, basis) = &it.state else { return String::new() };
    let items: Vec<String> = places.iter().filter_map(|place| items.get(*place)).map(item_words).collect();
    format!("{} = {} ({})", line_words(it), items.join(" + "), basis.words())
}

fn decided_words(it: &LineResult) -> String {
    let LineResultState::Decided(of) = &it.state else { return String::new() };
    if let Some(explanation) = &of.explanation {
        let (kind, reason) = (explanation.kind.words(), on_screen(explanation.reason.as_str()));
        return format!("{}: {kind} ({reason})", line_words(it));
    }
    let records: Vec<String> = of.records.iter().map(|record| format!("record {record}")).collect();
    let with = match of.lines.len() {
        1 => String::new(),
        lines => format!(", with {} other {}", lines - 1, if lines == 2 { "line" } else { "lines" }),
    };
    let rest = of.remainder.as_ref().map(|rest| {
        let why = rest.reason.as_ref().map(|it| format!(" ({})", on_screen(it.as_str()))).unwrap_or_default();
        format!("; not in these books: {}{why}", rest.amount.grouped())
    });
    format!("{}{with} = {}{}", line_words(it), records.join(" + "), rest.unwrap_or_default())
}

fn open_words(it: &LineResult, items: &[Open]) -> String {
    let LineResultState::Open(suggestions) = &it.state else { return String::new() };
    if suggestions.is_empty() {
        return line_words(it);
    }
    let possible: Vec<String> =
        suggestions.iter().take(SUGGESTED).map(|suggestion| suggested_words(suggestion, items)).collect();
    format!(
        "{}; possibly {}: confirm with --match {}={}",
        line_words(it),
        possible.join(", or "),
        name_of(it),
        confirmation(suggestions, items)
    )
}

/// Returns what confirms the only suggestion, as an option has it.
fn confirmation(suggestions: &[Suggestion], items: &[Open]) -> String {
    let [only] = suggestions else { return "RECORD".to_owned() };
    let items = only.items.iter().filter_map(|place| items.get(*place));
    let records: Vec<String> = items.map(|item| item.at.record.to_string()).collect();
    let rest = only.remainder.map(|rest| format!("+rest:{}", rest.size())).unwrap_or_default();
    format!("{}{rest}", records.join("+"))
}

fn suggested_words(suggestion: &Suggestion, items: &[Open]) -> String {
    let found: Vec<String> =
        suggestion.items.iter().filter_map(|place| items.get(*place)).map(item_words).collect();
    let rest = suggestion.remainder.map(|rest| format!(", {} not in these books", rest.grouped()));
    format!("{} ({}{})", found.join(" + "), suggestion.basis.words(), rest.unwrap_or_default())
}

/// Returns a heading with lines, or nothing if there are none.
fn listed(what: &str, lines: impl Iterator<Item = String>, width: usize) -> String {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return String::new();
    }
    let mut text = format!("{what} ({}):\n", lines.len());
    lines.iter().take(LISTED).for_each(|line| text.push_str(&wrapped("  ", line, width)));
    if lines.len() > LISTED {
        text.push_str(&format!("  and {} more\n", lines.len() - LISTED));
    }
    text
}
