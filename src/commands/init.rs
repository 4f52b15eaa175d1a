//! `almoner init`: creates a ledger.

use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;

use almoner_ledger::book::Books;
use almoner_ledger::decide::opening;
use almoner_ledger::events::Event;
use almoner_ledger::hash::Hash;
use almoner_ledger::text::Text;
use almoner_ledger::users::User;
use almoner_store::folder::Ledger;
use almoner_store::folder::settings::set_key;
use clap::Args;

use super::user;
use crate::confirmation::line;
use crate::context::Context;
use crate::keys::Key;
use crate::output::check_outside;
use crate::place;
use crate::problem::Problem;

/// Default name of the body.
const BODY: &str = "Office of the Police and Crime Commissioner";

#[derive(Debug, Args)]
#[command(
    after_help = "Creates the ledger folder (./almoner.ledger, or the one given with --ledger) with the funds `cdr` \
    and `victims`, and next to it the key that signs checkpoints. Until users are added, now with --first-user or \
    later with `almoner user add`, anyone can record anything.\n\n\
    Examples:\n  \
    almoner init --body \"Suffolk Police and Crime Commissioner\"\n  \
    almoner init --first-user al=approver --first-user jane=recorder,payer\n  \
    almoner --ledger S:\\Finance\\grants.ledger init"
)]
pub struct InitArgs {
    /// Name of the body, as shown on papers
    #[arg(long, value_name = "NAME", default_value = BODY)]
    body: Text,

    /// File containing the key that signs checkpoints [default: next to the ledger]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,

    /// Protect the new key with a passphrase (from $ALMONER_PASSPHRASE, otherwise prompted for)
    #[arg(long)]
    passphrase: bool,

    /// First user, with roles: jane=recorder,payer; repeat for several
    #[arg(long = "first-user", value_name = "NAME=ROLE,…", value_parser = user::parse_first_user)]
    users: Vec<User>,
}

/// Creates a ledger and suggests the next steps.
pub fn run(args: InitArgs, context: Context) -> Result<(), Problem> {
    check_outside(&context.office.location)?;
    let key = Key::load_or_create(&context, args.key_file.as_deref(), args.passphrase)?;
    let ledger = create(&context, args.body.clone(), args.users).inspect_err(|_| key.forget())?;
    let public = key.secret.public();
    set_key(&context.office.location, &public)?;
    place::note(&context.office.location);
    let funds: Vec<&str> = ledger.reference().funds.keys().map(|id| id.as_str()).collect();
    context.print(&format!(
        "Ledger for {} created in {}, with funds {}.\n{}{}\nNext:\n  {}\n  {}\n  {}\n",
        args.body,
        context.office.location.display(),
        funds.join(" and "),
        key.summary_text(),
        line(&ledger, ledger.head()),
        context.to_type("theme add domestic-abuse --name \"Domestic abuse\""),
        context.to_type("help award"),
        context.to_type("status"),
    ))
}

/// Creates a ledger in the folder of the context.
pub fn create(context: &Context, body: Text, users: Vec<User>) -> Result<Ledger, Problem> {
    let by = context.actor.recorder()?.to_string();
    let path = &context.office.location;
    let is_taken = path.is_file() || path.read_dir().is_ok_and(|mut files| files.next().is_some());
    if is_taken && !path.join("ledger.toml").exists() {
        let message = format!("`{}` already exists and is not a ledger", path.display());
        return Err(Problem::refused("not-empty", message).hint("give another folder with --ledger"));
    }
    let mut events = opening(ledger_id(context), body);
    if !users.is_empty() {
        events.push(Event::UsersSet(users));
    }
    Ok(Ledger::create(path, events, context.actor.at.to_string(), by)?)
}

/// Returns a unique ledger id.
fn ledger_id(context: &Context) -> String {
    // The keys of the hasher are random in each run.
    let random = RandomState::new().hash_one(std::process::id());
    let unique = format!("{random} {} {}", context.actor.at, context.office.location.display());
    Hash::of(unique.as_bytes()).to_string().chars().take(32).collect()
}
