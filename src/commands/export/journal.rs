//! `almoner export journal`: the books for an auditor's own tool.

use std::collections::BTreeMap;
use std::io::Write;

use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::Date;
use almoner_papers::invocation::{Export, Invocation, Known};
use almoner_papers::packs::journal::{JournalError, Seen, frame};
use almoner_papers::tool::Tool;
use clap::Args;

use super::typed::typed;
use super::{BooksArgs, counted, each_transaction, note_head};
use crate::context::Context;
use crate::problem::Problem;
use crate::words::described;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    almoner export journal --for hledger -o books.journal\n  \
    hledger -f books.journal check --strict ordereddates payees\n  \
    almoner export journal --for ledger --audience auditor -o books.ledger\n  \
    ledger -f books.ledger --strict --pedantic --explicit balance\n  \
    almoner export journal --for beancount --known-at 120 -o books.beancount\n  \
    bean-check books.beancount\n\n\
    Accounts are divided by fund (assets:bank:cdr). The surplus or deficit of each year except the most recent is transferred to reserves:general on 31 March, by an entry with the tag `closing` and the year as its value. To see a closed year as the trial balance \
    shows it, leave out that year's closing entry: in hledger, with not:tag:closing=2015-16. Record, grant, decision, recipient, fund and theme are tags \
    (beancount: metadata). Late postings carry their posting date, with the effective date as the secondary date \
    (beancount: `effective`).\n\
    For hledger and ledger, special characters in names and references are replaced: ; by a comma, | by a slash, [ ] \
    by ( ), \" by '. Ids are never changed.")]
pub struct JournalArgs {
    /// Tool that will read the file
    #[arg(long = "for", value_name = "TOOL", value_parser = described(Tool::ALL, Tool::word, Tool::summary))]
    tool: Tool,

    #[command(flatten)]
    books: BooksArgs,
}

/// Writes the books.
pub fn run(args: &JournalArgs, context: &Context) -> Result<(), Problem> {
    let open = args.books.open(context)?;
    let books = open.books();
    // By day, and within a day in the order of recording.
    let mut days: BTreeMap<Date, String> = BTreeMap::new();
    let mut seen = Seen::default();
    let mut transactions = 0;
    each_transaction(&open.ledger, books, &mut |transaction| {
        transactions += 1;
        let payee = args.tool.transaction(transaction, days.entry(transaction.booked).or_default());
        Ok(seen.add(transaction, payee)?)
    })?;
    // After every other entry of its day.
    for closing in seen.close_years()? {
        args.tool.closing(&closing, days.entry(closing.day()).or_default());
    }
    let (audience, known_at) = (args.books.view.audience.audience, Some(Known::Record(books.head().record)));
    let command = typed(&Invocation::Export { export: Export::Journal(args.tool), audience, known_at });
    let (head, end) = args.tool.head_and_end(&frame(books, seen, &command)?);
    args.books.file.write(&mut |file: &mut dyn Write| {
        file.write_all(head.as_bytes())?;
        days.values().try_for_each(|day| file.write_all(day.as_bytes()))?;
        file.write_all(end.as_bytes())
    })?;
    let (path, what) =
        (args.books.file.output.as_deref(), counted(transactions, "transaction", "transactions"));
    note_head(path, audience.unwrap_or(Audience::Officer), &what, books.head());
    Ok(())
}

impl From<JournalError> for Problem {
    fn from(error: JournalError) -> Problem {
        match error {
            JournalError::OutOfBalance { .. } => {
                Problem::unavailable("out-of-balance", error.to_string()).hint("run `almoner verify`")
            }
            JournalError::Report(error) => error.into(),
            JournalError::Range(error) => error.into(),
            JournalError::Overflow(error) => error.into(),
        }
    }
}
