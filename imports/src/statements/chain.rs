//! The chain of balances: each line leads from one balance to the next.

use almoner_ledger::calendar::Date;
use almoner_ledger::money::Money;

use super::{BankLine, StatedBalance, WithRow};
use crate::read::Row;
use crate::request::{BalanceRow, RowRequest, StatedAt, StatementRow};

/// A row of a statement.
pub(super) enum Item<'r> {
    Line(&'r Row, &'r StatementRow),
    Balance(&'r Row, &'r BalanceRow),
}

/// A balance that does not follow from those before it.
pub(super) struct Break<'r> {
    pub(super) row: &'r Row,
    /// `None` if it is larger than the ledger can hold.
    pub(super) expected: Option<Money>,
    /// The balance, if it has a row of its own.
    pub(super) stated: Option<(StatedAt, Money)>,
}

/// A statement whose balances were checked.
#[derive(Default)]
pub(super) struct Checked<'r> {
    pub(super) opening: Option<StatedBalance>,
    pub(super) closing: Option<StatedBalance>,
    pub(super) lines: Vec<BankLine>,
    pub(super) breaks: Vec<Break<'r>>,
}

impl<'r> Item<'r> {
    pub(super) fn of(row: &'r Row) -> Option<Item<'r>> {
        match row.request.as_ref()? {
            RowRequest::Line(line) => Some(Item::Line(row, line)),
            RowRequest::Balance(balance) => Some(Item::Balance(row, balance)),
            RowRequest::Command(_)
            | RowRequest::Payment(_)
            | RowRequest::Variation(_)
            | RowRequest::Nothing(_) => None,
        }
    }

    fn date(&self) -> Option<Date> {
        match self {
            Item::Line(_, line) => Some(line.date),
            Item::Balance(_, balance) => balance.date,
        }
    }
}

/// Checks the rows of a statement, with the oldest or the newest first: as its opening and closing balances say; else
/// whichever agrees better; where both do, as the dates run.
pub(super) fn check(mut items: Vec<Item<'_>>) -> Checked<'_> {
    let as_given = (are_at_wrong_ends(&items), walk(&items));
    let ends = (items.iter().find_map(Item::date), items.iter().rev().find_map(Item::date));
    items.reverse();
    let reversed = (are_at_wrong_ends(&items), walk(&items));
    let wrong = |(wrong_ends, walked): &(bool, Checked<'_>)| (*wrong_ends, walked.breaks.len());
    let is_newest_first = match wrong(&as_given).cmp(&wrong(&reversed)) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => ends.0 > ends.1,
    };
    let (_, mut checked) = if is_newest_first { reversed } else { as_given };
    checked.breaks.sort_by_key(|it| it.row.number);
    checked
}

/// True if a closing balance comes first, or an opening one last: then the order of time is the other one.
fn are_at_wrong_ends(items: &[Item<'_>]) -> bool {
    let is = |item: Option<&Item<'_>>, at: StatedAt| matches!(item, Some(Item::Balance(_, balance)) if balance.which == at);
    is(items.first(), StatedAt::Closing) || is(items.last(), StatedAt::Opening)
}

/// Walks along rows in the order of time.
fn walk<'r>(items: &[Item<'r>]) -> Checked<'r> {
    let mut walked = Checked::default();
    // The balance so far, if one was stated, and the sum of the lines before the first that was.
    let (mut running, mut before) = (None, Some(Money::ZERO));
    for item in items {
        let (row, stated, expected) = match item {
            Item::Line(row, line) => {
                before = before.and_then(|sum| sum.plus(line.amount).ok());
                walked.lines.push(line_of(row, line));
                let expected = running.map(|running: Money| running.plus(line.amount).ok());
                let Some(balance) = line.balance else {
                    running = expected.flatten();
                    continue;
                };
                (row, StatedBalance { date: Some(line.date), amount: balance }, expected)
            }
            Item::Balance(row, balance) => {
                (row, StatedBalance { date: balance.date, amount: balance.amount }, running.map(Some))
            }
        };
        if expected.is_some_and(|expected| expected != Some(stated.amount)) {
            let which = match item {
                Item::Line(..) => None,
                Item::Balance(_, balance) => Some((balance.which, balance.amount)),
            };
            walked.breaks.push(Break { row, expected: expected.flatten(), stated: which });
        }
        if walked.opening.is_none() {
            let is_first = walked.lines.is_empty();
            walked.opening = before
                .and_then(|sum| stated.amount.minus(sum).ok())
                .map(|amount| StatedBalance { date: stated.date.filter(|_| is_first), amount });
        }
        running = Some(stated.amount);
        walked.closing = Some(stated);
    }
    // Lines after the last balance that is stated.
    let last = walked.lines.last().map(|line| line.date);
    walked.closing = walked.closing.and(running).map(|amount| match walked.closing {
        Some(stated) if stated.amount == amount => stated,
        _ => StatedBalance { date: last, amount },
    });
    walked
}

fn line_of(row: &Row, line: &StatementRow) -> BankLine {
    BankLine {
        row: row.number,
        date: line.date,
        text: line.text.clone(),
        amount: line.amount,
        balance: line.balance,
        reference: line.reference.clone(),
        parts: line.parts.clone(),
    }
}

/// Puts the statements of one account into the order of time, by their balances. Returns the row of each that does not
/// begin with the balance with which the one before ends, and both balances.
pub(super) fn in_order_of_time(statements: &mut [WithRow]) -> Vec<(u64, Money, Money)> {
    let as_given = gaps(statements);
    statements.reverse();
    let reversed = gaps(statements);
    if reversed.len() < as_given.len() {
        return reversed;
    }
    statements.reverse();
    as_given
}

fn gaps(statements: &[WithRow]) -> Vec<(u64, Money, Money)> {
    let pairs = statements.iter().zip(statements.iter().skip(1));
    pairs
        .filter_map(|((before, _), (after, row))| {
            let (before, after) = (before.closing?.amount, after.opening?.amount);
            (before != after).then_some((*row, before, after))
        })
        .collect()
}
