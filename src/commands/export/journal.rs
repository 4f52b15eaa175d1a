//! `almoner export journal`: the books for an auditor's own tool.
//!
//! **Guarantee.** The file contains every posting of the books, one transaction an entry, by posting date.
//! It ends with balance assertions for each account of each fund from the trial balance, so the tool
//! refuses a file in which an amount or an account was altered. The transactions come from the journal's
//! records and the balances from the totals; where the two differ, no file is written.

mod beancount;
mod plain_text;
mod spool;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use almoner_ledger::accounts::Account;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, DateRange};
use almoner_ledger::funds::FundId;
use almoner_ledger::money::Money;
use almoner_ledger::reports::{Query, trial_balance};
use clap::{Args, ValueEnum};

use self::spool::Spool;
use super::BooksArgs;
use super::transactions::{Transaction, each_transaction};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    almoner export journal --for hledger -o books.journal\n  \
    hledger -f books.journal check --strict ordereddates payees\n  \
    almoner export journal --for ledger --audience auditor -o books.ledger\n  \
    ledger -f books.ledger --strict --pedantic --explicit balance\n  \
    almoner export journal --for beancount --known-at 120 -o books.beancount\n  \
    bean-check books.beancount\n\n\
    Accounts are divided by fund (assets:bank:cdr). Record, grant, decision, recipient, fund and theme are tags \
    (beancount: metadata). Late postings have their posting date, with the effective date as secondary date \
    (beancount: `effective`).\n\
    For hledger and ledger, special characters in names and references are replaced: ; by a comma, | by a \
    slash, [ ] by ( ), \" by '. Ids are never changed.")]
pub struct JournalArgs {
    /// Tool that will read the file
    #[arg(long = "for", value_enum, value_name = "TOOL")]
    tool: Tool,

    #[command(flatten)]
    books: BooksArgs,
}

/// A tool that reads the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Tool {
    /// hledger (hledger.org)
    Hledger,
    /// ledger (ledger-cli.org)
    Ledger,
    /// beancount (beancount.github.io)
    Beancount,
}

impl Tool {
    fn word(self) -> &'static str {
        match self {
            Tool::Hledger => "hledger",
            Tool::Ledger => "ledger",
            Tool::Beancount => "beancount",
        }
    }
}

/// An account of a fund.
type FundAccount = (Account, FundId);

/// The facts about the transactions that are declared and asserted.
#[derive(Debug, Default)]
struct Seen {
    /// The sum posted to each account of each fund.
    balances: BTreeMap<FundAccount, Money>,
    /// The payees named.
    payees: BTreeSet<String>,
    /// The first and the last day with a transaction.
    days: Option<(Date, Date)>,
}

/// The content of the head and the end of the file.
#[derive(Debug)]
struct Frame {
    /// The description of the file, line by line.
    facts: Vec<String>,
    /// The body that keeps the books.
    body: String,
    /// The payees in order.
    payees: BTreeSet<String>,
    /// The first day with a transaction, and the day of the balances, which ends a month.
    days: Option<(Date, Date)>,
    /// The balance of each account of each fund.
    balances: BTreeMap<FundAccount, Money>,
}

/// Writes the books.
pub fn run(args: &JournalArgs, context: &Context) -> Result<(), Problem> {
    let open = args.books.open(context)?;
    let books = open.books();
    let unwritable = |error: io::Error| Problem::file("the transactions cannot be sorted", &error);
    let mut spool = Spool::new().map_err(unwritable)?;
    let mut seen = Seen::default();
    let mut text = String::new();
    each_transaction(&open.ledger, books, &mut |transaction| {
        text.clear();
        let payee = match args.tool {
            Tool::Beancount => {
                beancount::write(transaction, &mut text);
                None
            }
            tool => Some(plain_text::write(transaction, tool, &mut text)),
        };
        seen.add(transaction, payee)?;
        spool.push(transaction.booked, &text).map_err(unwritable)
    })?;
    let frame = frame(args, books, seen)?;
    let (head, end) = match args.tool {
        Tool::Beancount => (beancount::head(&frame), beancount::end(&frame)),
        _ => (plain_text::head(&frame), plain_text::end(&frame)),
    };
    args.books.write(&mut |file: &mut dyn Write| {
        file.write_all(head.as_bytes())?;
        spool.write(file)?;
        file.write_all(end.as_bytes())
    })
}

impl Seen {
    fn add(&mut self, transaction: &Transaction<'_>, payee: Option<String>) -> Result<(), Problem> {
        for line in &transaction.lines {
            let balance = self.balances.entry((line.account, line.fund.clone())).or_default();
            *balance = balance.plus(line.amount)?;
        }
        self.payees.extend(payee);
        let day = transaction.booked;
        let (first, last) = self.days.unwrap_or((day, day));
        self.days = Some((first.min(day), last.max(day)));
        Ok(())
    }
}

/// Returns the head and the end of the file, after checking that the postings agree with the trial balance.
fn frame(args: &JournalArgs, books: &dyn Books, seen: Seen) -> Result<Frame, Problem> {
    let head = books.head();
    let days = seen.days.map(|(first, last)| (first, last.month().last_day()));
    let mut facts = vec![
        format!("The books of {}", books.reference().body_name()),
        format!("Known at: record {}, recorded {}", head.record, books.reference().last_recorded),
        format!("Head: {}", head.hash),
        format!("Made by: {}", args.books.command(books, &format!("journal --for {}", args.tool.word()))),
    ];
    if let Some((first, as_at)) = days {
        facts.insert(1, format!("From {first}, balances as at {as_at}"));
        let query = Query::of(DateRange::new(first, as_at)?);
        for fund in trial_balance(books, &query)?.funds {
            for balance in fund.real.accounts.iter().chain(&fund.memorandum.accounts) {
                let posted = seen.balances.get(&(balance.account, fund.fund.clone()));
                let expected = balance.sides.debit.minus(balance.sides.credit)?;
                let by = posted.copied().unwrap_or_default().minus(expected)?;
                if !by.is_zero() {
                    let (account, fund) = (balance.account, &fund.fund);
                    let message =
                        format!("the postings of {account} in fund {fund} differ from its balance by {by}");
                    return Err(Problem::unavailable("out-of-balance", message).hint("run `almoner verify`"));
                }
            }
        }
    }
    let body = books.reference().body_name().to_owned();
    Ok(Frame { facts, body, payees: seen.payees, days, balances: seen.balances })
}

/// Returns the tags of a transaction.
fn tags(transaction: &Transaction<'_>) -> Vec<(&'static str, String)> {
    let source = transaction.source;
    let mut tags = vec![("record", source.record.to_string())];
    let ids = [
        ("grant", source.grant.as_ref().map(ToString::to_string)),
        ("decision", source.decision.as_ref().map(ToString::to_string)),
        ("recipient", source.recipient.as_ref().map(|it| it.id.to_string())),
    ];
    tags.extend(ids.into_iter().filter_map(|(tag, id)| Some((tag, id?))));
    tags.push(("recorded", source.at.clone()));
    if !source.by.is_empty() {
        tags.push(("by", source.by.clone()));
    }
    tags
}

/// The names of all tags.
const TAGS: [&str; 8] = ["record", "grant", "decision", "recipient", "recorded", "by", "fund", "theme"];
