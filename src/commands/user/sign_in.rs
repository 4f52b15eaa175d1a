//! `almoner user password` and `almoner user invite`: how users sign in to the pages of an office.

use almoner_app::intents;
use almoner_ledger::book::Books;
use almoner_ledger::text::Text;
use almoner_store::folder::Access;
use almoner_web::accounts::{Accounts, INVITATION_DAYS, check_strength};
use clap::Args;

use crate::context::{Context, random};
use crate::passphrase;
use crate::problem::Problem;

/// Set a user's password for signing in to the pages of an office
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
