//! `almoner init`: makes a ledger folder.

use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;

use almoner_ledger::book::Books;
use almoner_ledger::decide::opening;
use almoner_ledger::event::Event;
use almoner_ledger::hash::Hash;
use almoner_ledger::store::folder::Ledger;
use almoner_ledger::store::settings::set_key;
use almoner_ledger::text::Text;
use almoner_ledger::users::User;
use clap::Args;

use super::user;
use crate::confirmation::line;
use crate::context::Context;
use crate::keys::Key;
use crate::problem::Problem;

/// The body's name when none is given.
const BODY: &str = "Office of the Police and Crime Commissioner";

#[derive(Debug, Args)]
#[command(
    after_help = "Makes the ledger's folder (./almoner.ledger, or the one that --ledger names), with the \
    funds `cdr` and `victims` that every office has, and beside it the \
    key that checkpoints are signed with. Nothing is asked, but with --passphrase the passphrase that \
    the key is to be put under, unless ALMONER_PASSPHRASE gives it.\n\n\
    Examples:\n  \
    almoner init --body \"Suffolk Police and Crime Commissioner\"\n  \
    almoner init --first-user al=approver --first-user jane=recorder,payer\n  \
    almoner --ledger S:\\Finance\\grants.ledger init"
)]
pub struct InitArgs {
    /// Whose books these are, as papers are to name it
    #[arg(long, value_name = "NAME", default_value = BODY)]
    body: Text,

    /// Where the key goes that checkpoints are signed with [default: beside the ledger]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,

    /// Put a key that is made under a passphrase: $ALMONER_PASSPHRASE, or asked for
    #[arg(long)]
    passphrase: bool,
    /// A person and what they may do, as in jane=recorder,payer; may be given several times. Without any,
    /// anybody may do anything
    #[arg(long = "first-user", value_name = "NAME=ROLE,…", value_parser = user::parse_first_user)]
    users: Vec<User>,
}

/// Makes a ledger and says what to do next.
pub fn run(args: InitArgs, context: Context) -> Result<(), Problem> {
    let key = Key::load_or_create(&context, args.key_file.as_deref(), args.passphrase)?;
    let ledger = create(&context, args.body.clone(), args.users).inspect_err(|_| key.forget())?;
    let public = key.secret.public();
    set_key(&context.ledger, &public)?;
    let funds: Vec<&str> = ledger.reference().funds.keys().map(|id| id.as_str()).collect();
    context.print(&format!(
        "Made a ledger for {} in {}, with the funds {}.\n{}{}\nNext:\n  {}\n  {}\n  {}\n",
        args.body,
        context.ledger.display(),
        funds.join(" and "),
        key.summary_text(),
        line(&ledger, ledger.head()),
        context.to_type("theme add domestic-abuse --name \"Domestic abuse\""),
        context.to_type("help award"),
        context.to_type("status"),
    ))
}

/// Makes a ledger where the context says.
pub fn create(context: &Context, body: Text, users: Vec<User>) -> Result<Ledger, Problem> {
    let by = context.recorder()?.to_owned();
    let path = &context.ledger;
    let is_taken = path.is_file() || path.read_dir().is_ok_and(|mut files| files.next().is_some());
    if is_taken && !path.join("ledger.toml").exists() {
        let message = format!("{} is there already and is not a ledger", path.display());
        return Err(Problem::refused("not-empty", message).hint("name another place with --ledger"));
    }
    let mut events = opening(ledger_id(context), body);
    if !users.is_empty() {
        events.push(Event::UsersSet(users));
    }
    Ok(Ledger::create(path, events, context.now.clone(), by)?)
}

/// An id that no other ledger has.
fn ledger_id(context: &Context) -> String {
    // The hasher's keys are random in each run of the program.
    let random = RandomState::new().hash_one(std::process::id());
    let unique = format!("{random} {} {}", context.now, context.ledger.display());
    Hash::of(unique.as_bytes()).to_string().chars().take(32).collect()
}
