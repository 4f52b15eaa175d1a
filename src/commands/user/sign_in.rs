//! `almoner user password`, `almoner user invite` and `almoner user totp`: how users sign in to the pages of an office.

use std::path::PathBuf;

use almoner_app::intents;
use almoner_ledger::book::Books;
use almoner_ledger::text::Text;
use almoner_store::folder::Access;
use almoner_web::accounts::{Accounts, INVITATION_DAYS, check_strength};
use almoner_web::codes::{SealingKey, Secret};
use clap::Args;

use crate::context::{Context, key_file, random};
use crate::passphrase;
use crate::problem::Problem;

/// Set a user's password for signing in to the office's web pages
#[derive(Debug, Args)]
#[command(
    after_help = "The password is typed twice, or taken from $ALMONER_PASSWORD. It is saved beside the ledger, as a hash, in \
    a folder that only you can read, and never in the ledger, a backup or an export. The user is signed out everywhere.\n\n\
    With `almoner user invite`, users set passwords that nobody else knows."
)]
pub struct PasswordArgs {
    /// User name
    id: Text,
}

/// Invite a user to set a password, with a link that can be used once
#[derive(Debug, Args)]
#[command(
    after_help = "Run this command on the computer that serves the pages, signed in to that computer as the user that \
        runs `almoner serve`. Approvers can \
    also invite users on the pages. An existing password continues to work until the new one is set."
)]
pub struct InviteArgs {
    /// User name
    id: Text,
}

/// Set up one-time codes for a user who signs in, or turn them off
#[derive(Debug, Args)]
#[command(
    after_help = "Users set up their own codes in their account on the pages. Run this command on the computer that \
        serves the pages, signed in to that computer as the user that runs `almoner serve`. Use --off for a user who \
        has lost both the device and the recovery codes, if there are not two approvers who can reset that user's \
        codes on the pages.\n\n\
    The secret and the recovery codes are printed once. The secret is saved beside the ledger, sealed under the key \
    in --key-file, which must be the same key file that `almoner serve` uses. The user is signed out everywhere."
)]
pub struct TotpArgs {
    /// User name
    id: Text,

    /// File with the key for one-time codes [default: the systemd credential `almoner-key`]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,

    /// Turn the codes off
    #[arg(long, conflicts_with = "key_file")]
    off: bool,
}

/// Refuses a user who is none of the ledger's or may see nothing. Returns the name of the body.
fn check_user(id: &Text, context: &Context) -> Result<String, Problem> {
    let ledger = context.office.open_undamaged(&context.actor, Access::Totals)?;
    let user = intents::user(&ledger, id)?;
    if user.sees().is_none() {
        let message = format!("{id} has left or has no role, and so cannot sign in");
        return Err(Problem::refused("no-role", message).hint("assign a role with `almoner user roles`"));
    }
    Ok(ledger.reference().body_name().to_owned())
}

/// Sets the password of a user.
pub fn set_password(args: &PasswordArgs, context: &Context) -> Result<(), Problem> {
    let body = check_user(&args.id, context)?;
    let password = passphrase::new_password()?;
    check_strength(&password, args.id.as_str(), &body)?;
    let accounts = Accounts::beside(&context.office.location);
    accounts.set_password(&args.id, &password, &random()?)?;
    context.print(&format!("Password set for {}.\n", args.id))
}

/// Invites a user.
pub fn invite(args: &InviteArgs, context: &Context) -> Result<(), Problem> {
    check_user(&args.id, context)?;
    let accounts = Accounts::beside(&context.office.location);
    let link = accounts.invite(&args.id, &random()?, &context.actor.at)?;
    context.print(&format!(
        "{link}\n\n\
         Give this link to {} in person or by a message that only they can read. It can be used once,\n\
         for {INVITATION_DAYS} days.\n",
        args.id
    ))
}

/// Sets up the one-time codes of a user, or turns them off.
pub fn set_up_codes(args: &TotpArgs, context: &Context) -> Result<(), Problem> {
    let accounts = Accounts::beside(&context.office.location);
    if args.off {
        // Codes of a user who has left are turned off, too.
        let ledger = context.office.open_undamaged(&context.actor, Access::Totals)?;
        intents::user(&ledger, &args.id)?;
        let were_on = accounts.remove_codes(&args.id)?;
        let words = if were_on { "turned off" } else { "were off already" };
        return context.print(&format!("One-time codes of {} {words}.\n", args.id));
    }
    let body = check_user(&args.id, context)?;
    let path = key_file(args.key_file.clone()).ok_or_else(|| {
        Problem::refused("no-key", "no key is given to encrypt the secret with")
            .hint("give the key file with --key-file; `almoner help serve` explains how to make one")
    })?;
    let (key, secret) = (SealingKey::read(&path)?, Secret::of(&random()?));
    let recovery = accounts.set_up_codes(&args.id, &secret, 0, &key, [&random()?, &random()?])?;
    let recovery: Vec<String> = recovery.iter().map(|code| format!("  {code}\n")).collect();
    context.print(&format!(
        "One-time codes are now on for {}. Enter this secret in an authenticator app, or open the link:\n\n  \
         {}\n  {}\n\n\
         Recovery codes, each of which can be used once in place of a code:\n\n\
         {}\n\
         Give them to {} in person or by a message that only they can read. They will not be shown again.\n",
        args.id,
        secret.text(),
        secret.link(&body, args.id.as_str()),
        recovery.concat(),
        args.id
    ))
}
