//! `almoner user token`: access tokens, with which other programs use the pages of an office.

use almoner_ledger::book::Books;
use almoner_ledger::calendar::Date;
use almoner_ledger::text::Text;
use almoner_store::folder::Access;
use almoner_web::tokens::{NewToken, Scope, TOKENS, TOKENS_SCHEMA, Tokens, usual_last_day};
use clap::{Args, Subcommand};

use super::super::dates;
use super::super::list::List;
use crate::context::{Context, random};
use crate::output::TableArgs;
use crate::problem::Problem;
use crate::words::words;

/// Access tokens, which let other programs read and record through the office's web pages
#[derive(Debug, Args)]
#[command(
    after_help = "Run these commands on the computer that serves the pages, signed in to that computer as the user \
        that runs `almoner serve`. Users can also \
    create and revoke their own tokens on the pages. A token expires after its last day, and stops working earlier if \
    it is revoked, if the user's roles or audience change, or if the user leaves. Only its hash is saved, beside the \
    ledger.\n\n\
    Examples:\n  \
    almoner user token add jane --name \"finance system\" --scope record\n  \
    almoner user token list\n  \
    almoner user token revoke 3"
)]
pub struct TokenArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Create a token and print it, once
    Add(AddArgs),
    /// List the tokens
    List(TableArgs),
    /// Revoke a token
    Revoke {
        /// Number of the token, as listed
        #[arg(value_name = "TOKEN")]
        number: u64,
    },
}

#[derive(Debug, Args)]
struct AddArgs {
    /// User name
    id: Text,

    /// Name of the program that will use the token
    #[arg(long, value_name = "NAME")]
    name: Text,

    /// Scope: reading, or reading and recording
    #[arg(long, value_name = "SCOPE", default_value = Scope::Read.word(), value_parser = words(Scope::ALL, Scope::word))]
    scope: Scope,

    /// Last day, at most a year from today [default: 90 days from today]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    until: Option<Date>,
}

/// Creates, lists or revokes access tokens.
pub fn run(args: TokenArgs, context: &Context) -> Result<(), Problem> {
    let tokens = Tokens::beside(&context.office.location);
    let today = context.actor.today;
    match args.what {
        What::Add(AddArgs { id, name, scope, until }) => {
            let ledger = context.open_undamaged(Access::Totals)?;
            let user = almoner_app::intents::user(&ledger, &id)?;
            let new = NewToken { name, scope, until: until.unwrap_or_else(|| usual_last_day(today)) };
            let (number, secret) = tokens.add(&user, &new, &random()?, today)?;
            let until = new.until.in_words();
            context.print(&format!(
                "{secret}\n\n\
                 Token {number} of {id} for {}, valid until {until}. The token above will not be shown again.\n",
                new.name
            ))
        }
        What::List(args) => {
            let ledger = context.open_undamaged(Access::Totals)?;
            let lines = tokens.lines(&ledger.reference().authority.users, today)?;
            let note = if lines.is_empty() { vec!["There are no tokens.".to_owned()] } else { Vec::new() };
            List::new(&ledger, TOKENS_SCHEMA, "Access tokens", lines)
                .notes(note)
                .write(TOKENS, &args, context)
        }
        What::Revoke { number } => {
            // Beside what is no ledger there are no tokens.
            context.open_undamaged(Access::Totals)?;
            match tokens.revoke(number, |_| true)? {
                Some(token) => {
                    context.print(&format!("Token {number} of {} for {} revoked.\n", token.user, token.name))
                }
                None => Err(Problem::refused("unknown-token", format!("there is no token {number}"))
                    .hint("list the tokens with `almoner user token list`")),
            }
        }
    }
}
