//! `almoner user`: users, their roles and keys.

#[cfg(feature = "web")]
mod sign_in;
#[cfg(feature = "web")]
mod token;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::PathBuf;

use almoner_app::intents;
use almoner_app::people::{USERS, USERS_SCHEMA, only_signer, users};
use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::command::Command;
use almoner_ledger::signing::PublicKey;
use almoner_ledger::text::Text;
use almoner_ledger::users::{Role, User};
use clap::{Args, Subcommand};

use super::cli::RecordingArgs;
use super::list::List;
use super::{Recording, record};
use crate::context::Context;
use crate::keys::Key;
use crate::output::TableArgs;
use crate::problem::Problem;
use crate::terminal::{notify, on_screen};
use crate::words::words;

#[derive(Debug, Args)]
#[command(
    after_help = "Users record under their own user names (--user, ALMONER_USER). Roles: payer (payments, refunds, \
    receipts, reconciliation), approver (approves proposals, maintains users and the scheme of delegation), closer \
    (closes months, decides on prior period adjustments), recorder (everything else), auditor and reader (record nothing). Until users are added, anyone \
    can record anything. At least one user must be an approver; whoever adds the first user also becomes an approver. \
    While a scheme of delegation is in force (`almoner help policy`), every change to users needs approval. If no \
    scheme is in force, approval is needed only where the user whose details are changed, or the user making the \
    change, has a key.\n\n\
    Examples:\n  \
    almoner user add al --name \"Al Green\" --role approver\n  \
    almoner user add jane --name \"Jane Smith\" --role recorder,payer\n  \
    almoner propose user roles jane --role recorder\n  \
    almoner user key al --make al.key\n  \
    almoner user add cllr --name \"Cllr Brown\" --role reader --audience panel"
)]
pub struct UserArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Add(AddArgs),
    Roles(RolesArgs),
    Key(KeyArgs),
    Leave(LeaveArgs),
    #[cfg(feature = "web")]
    Password(sign_in::PasswordArgs),
    #[cfg(feature = "web")]
    Invite(sign_in::InviteArgs),
    #[cfg(feature = "web")]
    Totp(sign_in::TotpArgs),
    #[cfg(feature = "web")]
    Token(token::TokenArgs),
    /// List the users
    List(TableArgs),
}

/// Add a user
#[derive(Debug, Args)]
struct AddArgs {
    /// User name
    id: Text,

    /// Full name [default: the user name]
    #[arg(long, value_name = "NAME")]
    name: Option<Text>,

    /// Roles, separated by commas
    #[arg(long = "role", value_name = "ROLE", value_delimiter = ',', required = true, value_parser = words(Role::ALL, Role::word))]
    roles: Vec<Role>,

    /// Audience whose view of the pages a user with the reader role gets [default: public]
    #[arg(long, value_name = "AUDIENCE", value_parser = words(Audience::ALL, Audience::word))]
    audience: Option<Audience>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Assign roles to a user
#[derive(Debug, Args)]
struct RolesArgs {
    /// User name
    id: Text,

    /// Roles, separated by commas; these replace the user's current roles
    #[arg(long = "role", value_name = "ROLE", value_delimiter = ',', required = true, value_parser = words(Role::ALL, Role::word))]
    roles: Vec<Role>,

    /// Audience whose view of the pages a user with the reader role gets [default: public]
    #[arg(long, value_name = "AUDIENCE", value_parser = words(Audience::ALL, Audience::word))]
    audience: Option<Audience>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Set the key with which a user signs approvals
#[derive(Debug, Args)]
#[command(
    after_help = "--make writes the secret key to a file that only you can read, and records the public key. A user \
    who has a key must sign approvals with it. While no scheme of delegation is in force, users can set their own \
    first key. Every later change to a user who has a key, and every change that such a user makes to users or to the \
    scheme, is proposed: `almoner propose user key NAME --make FILE`. A new key is approved by another user, or by its owner with \
    the old key (`almoner approve RECORD --key-file FILE`)."
)]
struct KeyArgs {
    /// User name
    id: Text,

    /// Create a key in this file, which must not already exist
    #[arg(long, value_name = "FILE", required_unless_present = "public")]
    make: Option<PathBuf>,

    /// Protect the new key with a passphrase (from $ALMONER_PASSPHRASE, otherwise prompted for)
    #[arg(long, requires = "make")]
    passphrase: bool,

    /// Existing public key: 64 hexadecimal digits
    #[arg(long, value_name = "DIGITS", conflicts_with = "make")]
    public: Option<PublicKey>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Record that a user has left and can record nothing more
#[derive(Debug, Args)]
struct LeaveArgs {
    /// User name
    id: Text,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records a change of a user or lists the users.
pub fn run(args: UserArgs, context: Context) -> Result<(), Problem> {
    match args.what {
        What::Add(args) => {
            let name = args.name.unwrap_or_else(|| args.id.clone());
            let roles: BTreeSet<Role> = args.roles.into_iter().collect();
            let user = User { audience: args.audience, ..User::new(args.id, name, roles) };
            add(&user, &args.recording, context)
        }
        What::Roles(args) => record(context, &args.recording, Recording::of("user roles"), &|books| {
            Ok(intents::assign_roles(books, &args.id, args.roles.iter().copied().collect(), args.audience)?)
        }),
        What::Key(args) => set_key(&args, context),
        What::Leave(args) => record(context, &args.recording, Recording::of("user leave"), &|books| {
            Ok(intents::leave(books, &args.id)?)
        }),
        #[cfg(feature = "web")]
        What::Password(args) => sign_in::set_password(&args, &context),
        #[cfg(feature = "web")]
        What::Invite(args) => sign_in::invite(&args, &context),
        #[cfg(feature = "web")]
        What::Totp(args) => sign_in::set_up_codes(&args, &context),
        #[cfg(feature = "web")]
        What::Token(args) => token::run(args, &context),
        What::List(args) => {
            let ledger = context.open_read()?;
            let authority = &ledger.reference().authority;
            let note = match (authority.is_open(), &authority.policy) {
                (true, _) => "No users: anyone can record anything.",
                (false, None) => "No scheme of delegation is in force: nothing needs approval.",
                (false, Some(_)) => "A scheme of delegation is in force: `almoner policy show`.",
            };
            List::new(&ledger, USERS_SCHEMA, "Users", users(authority))
                .notes(std::iter::once(note.to_owned()).chain(only_signer(authority)).collect())
                .write(USERS, &args, &context)
        }
    }
}

/// Adds a user, and says so if whoever adds the first user is added too.
fn add(user: &User, args: &RecordingArgs, context: Context) -> Result<(), Problem> {
    let by = context.actor.user.clone();
    let is_added = Cell::new(false);
    record(context, args, Recording::of("user add"), &|books| {
        let command = intents::add_user(books, user, by.as_ref())?;
        is_added.set(matches!(&command, Command::SetUsers(users) if users.len() > 1));
        Ok(command)
    })?;
    if let Some(by) = by.filter(|_| is_added.get() && !args.dry_run) {
        notify(&format!(
            "from now on only users of the ledger can record entries, so {by} has also been added, with the approver role; to change the roles of {by}, list every role that {by} should have: `almoner user roles {by} --role ROLES`"
        ));
    }
    Ok(())
}

fn set_key(args: &KeyArgs, context: Context) -> Result<(), Problem> {
    let made = match &args.make {
        Some(_) if args.recording.dry_run => {
            return Err(Problem::refused("dry-run", "a key cannot be created in a dry run")
                .hint("leave out --dry-run"));
        }
        Some(file) => Some(Key::new(&context, Some(file), args.passphrase)?),
        None => None,
    };
    let Some(public) = made.as_ref().map(|key| key.secret.public()).or(args.public) else {
        return Err(Problem::refused("no-key", "no key given").hint("add --make FILE or --public DIGITS"));
    };
    record(context, &args.recording, Recording::of("user key"), &|books| {
        Ok(intents::set_key(books, &args.id, public)?)
    })
    .inspect_err(|_| made.iter().for_each(Key::forget))?;
    if let Some(file) = &args.make {
        let file = on_screen(&file.to_string_lossy());
        notify(&format!(
            "the key is in {file}: do not share it with anyone, and store a copy in a safe place"
        ));
    }
    Ok(())
}

/// Parses a user given to `init`: `jane=recorder,payer`.
pub fn parse_first_user(text: &str) -> Result<User, String> {
    let (id, roles) = text.split_once('=').ok_or("give a user name and roles, as in jane=recorder,payer")?;
    let roles = roles.split(',').map(|word| {
        let words = Role::ALL.map(Role::word).join(", ");
        Role::parse(word)
            .ok_or_else(|| format!("`{word}` is not a recognised role; the recognised roles are {words}"))
    });
    let id = Text::new(id).map_err(|error| error.to_string())?;
    Ok(User::new(id.clone(), id, roles.collect::<Result<_, _>>()?))
}
