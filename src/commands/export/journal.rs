//! `almoner export journal`: the books for an auditor's own tool.

use std::io::Write;

use almoner_app::exports::JournalExport;
use almoner_ledger::audience::Audience;
use almoner_papers::tool::Tool;
use clap::Args;

use super::typed::typed;
use super::{BooksArgs, counted, note_head};
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
    let ledger = args.books.open(context)?;
    let open = args.books.whole().of(&ledger)?;
    let made = JournalExport { tool: args.tool }.run(&open, &typed)?;
    let audience = args.books.view.audience.audience;
    args.books.file.write(&mut |file: &mut dyn Write| {
        made.parts().try_for_each(|part| file.write_all(part.as_bytes()))
    })?;
    let (path, what) =
        (args.books.file.output.as_deref(), counted(made.transactions, "transaction", "transactions"));
    note_head(path, audience.unwrap_or(Audience::Officer), &what, made.head);
    Ok(())
}
