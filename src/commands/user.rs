//! `almoner user`: who works with the ledger, and what they may do.

use std::collections::BTreeSet;
use std::path::PathBuf;

use almoner_ledger::book::Books;
use almoner_ledger::command::Command;
use almoner_ledger::signing::PublicKey;
use almoner_ledger::text::Text;
use almoner_ledger::users::{Role, User};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::list::List;
use super::{Recording, record};
use crate::cli::RecordingArgs;
use crate::context::{Context, notify};
use crate::keys::Key;
use crate::problem::{Problem, on_screen};
use crate::render::output::OutputArgs;
use crate::sheet::{Cell, Field, Kind};

#[derive(Debug, Args)]
#[command(
    after_help = "A user is known by the name that they record with (--user, ALMONER_USER). Roles: recorder (anything \
    but what follows), payer (payments, refunds, receipts, reconciliation), approver (approves what others propose, \
    and sets users and policy), closer (closes months), auditor and reader (record nothing). As long as nobody is \
    set, anybody may do anything. The first user must be an approver. Once there is a policy (`almoner help \
    policy`), users are changed by two together: one proposes, another approves.\n\n\
    Examples:\n  \
    almoner user add al --name \"Al Green\" --role approver\n  \
    almoner user add jane --name \"Jane Smith\" --role recorder,payer\n  \
    almoner propose user roles jane --role recorder\n  \
    almoner user key al --make al.key"
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
    /// List the people
    List(OutputArgs),
}

/// Add a person
#[derive(Debug, Args)]
struct AddArgs {
    /// The name that they record with
    id: Text,

    /// The name as people write it [default: the same]
    #[arg(long, value_name = "NAME")]
    name: Option<Text>,

    /// What they may do; several with commas between
    #[arg(long = "role", value_name = "ROLE", value_delimiter = ',', required = true, value_parser = role())]
    roles: Vec<Role>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Say anew what a person may do
#[derive(Debug, Args)]
struct RolesArgs {
    /// Who
    id: Text,

    /// All that they may do from now on; several with commas between
    #[arg(long = "role", value_name = "ROLE", value_delimiter = ',', required = true, value_parser = role())]
    roles: Vec<Role>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Say with which key a person signs approvals
#[derive(Debug, Args)]
#[command(
    after_help = "--make writes the secret key to a file that only you may read; the ledger gets the public half. \
    Who has a key must sign approvals with it. While no policy is in force, anybody may set a first key of their own."
)]
struct KeyArgs {
    /// Who
    id: Text,

    /// Make a key, in a file that must not exist yet
    #[arg(long, value_name = "FILE", required_unless_present = "public")]
    make: Option<PathBuf>,

    /// Put the key under a passphrase: $ALMONER_PASSPHRASE, or asked for
    #[arg(long, requires = "make")]
    passphrase: bool,

    /// The public half of a key made elsewhere: its 64 digits
    #[arg(long, value_name = "DIGITS", conflicts_with = "make")]
    public: Option<PublicKey>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Say that a person has left and may do nothing any more
#[derive(Debug, Args)]
struct LeaveArgs {
    /// Who
    id: Text,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Reads a role.
fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::word)).try_map(|word| Role::parse(&word).ok_or(word))
}

/// A person in the list.
#[derive(Clone, Debug, Serialize)]
struct Line {
    id: String,
    name: String,
    roles: String,
    key: Option<String>,
    left: bool,
}

const FIELDS: &[Field<Line>] = &[
    Field::new("id", "Records as", Kind::Text, 0, |line| Cell::Text(line.id.clone())),
    Field::new("name", "Name", Kind::Text, 1, |line| Cell::Text(line.name.clone())),
    Field::new("roles", "Roles", Kind::Text, 0, |line| {
        Cell::Text(if line.left { "has left".to_owned() } else { line.roles.clone() })
    }),
    Field::new("key", "Fingerprint of the key", Kind::Text, 2, |line| {
        line.key.as_ref().map_or(Cell::Empty, |key| Cell::Text(key.clone()))
    }),
];

/// Sets a person or lists them.
pub fn run(args: UserArgs, context: Context) -> Result<(), Problem> {
    match args.what {
        What::Add(args) => {
            let name = args.name.unwrap_or_else(|| args.id.clone());
            let roles: BTreeSet<Role> = args.roles.into_iter().collect();
            let user = User { id: args.id, name, roles, key: None, left: false };
            set(context, &args.recording, "person add", &|books| match books
                .reference()
                .authority
                .users
                .get(user.id.as_str())
            {
                Some(there) if *there != user => Err(Problem::refused(
                    "different-content",
                    format!("{} is there already, with another name or other roles", user.id),
                )
                .hint("change the roles with `almoner user roles`")),
                _ => Ok(user.clone()),
            })
        }
        What::Roles(args) => set(context, &args.recording, "person roles", &|books| {
            let roles = args.roles.iter().copied().collect();
            Ok(User { roles, left: false, ..there(books, &args.id)? })
        }),
        What::Key(args) => set_key(&args, context),
        What::Leave(args) => set(context, &args.recording, "person leave", &|books| {
            Ok(User { roles: BTreeSet::new(), key: None, left: true, ..there(books, &args.id)? })
        }),
        What::List(args) => {
            let ledger = context.open_read()?;
            let authority = &ledger.reference().authority;
            let lines = authority.users.values().map(|user| Line {
                id: user.id.to_string(),
                name: user.name.to_string(),
                roles: user.roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(", "),
                key: user.key.map(|key| key.fingerprint()),
                left: user.left,
            });
            let note = match (authority.is_open(), &authority.policy) {
                (true, _) => "Nobody is set: anybody may do anything.",
                (false, None) => "No policy is set: nothing needs a second person.",
                (false, Some(_)) => "A policy is in force: `almoner policy show`.",
            };
            List::new(&ledger, "almoner.users/1", "Users", lines.collect())
                .notes(vec![note.to_owned()])
                .write(FIELDS, &args, &context)
        }
    }
}

fn set(
    context: Context,
    args: &RecordingArgs,
    label: &str,
    make: &dyn Fn(&dyn Books) -> Result<User, Problem>,
) -> Result<(), Problem> {
    let recording = Recording { label, ..Recording::default() };
    record(context, args, recording, &|books| Ok(Command::SetUsers(vec![make(books)?])))
}

fn set_key(args: &KeyArgs, context: Context) -> Result<(), Problem> {
    let made = match &args.make {
        Some(_) if args.recording.dry_run => {
            return Err(Problem::refused("dry-run", "a key is made or it is not; nothing was done")
                .hint("leave out --dry-run"));
        }
        Some(file) => Some(Key::new(&context, Some(file), args.passphrase)?),
        None => None,
    };
    let Some(public) = made.as_ref().map(|key| key.secret.public()).or(args.public) else {
        return Err(Problem::refused("no-key", "no key is given").hint("say --make FILE or --public DIGITS"));
    };
    set(context, &args.recording, "person key", &|books| {
        Ok(User { key: Some(public), ..there(books, &args.id)? })
    })
    .inspect_err(|_| made.iter().for_each(Key::forget))?;
    if let Some(file) = &args.make {
        let file = on_screen(&file.to_string_lossy());
        notify(&format!("the key is in {file}: keep it to yourself, and a copy of it in a safe"));
    }
    Ok(())
}

fn there(books: &dyn Books, id: &Text) -> Result<User, Problem> {
    books.reference().authority.users.get(id.as_str()).cloned().ok_or_else(|| {
        Problem::refused("not-a-person", format!("{id} is not one of the people of this ledger"))
            .hint("add them with `almoner user add`; `almoner user list` tells who is there")
    })
}

/// Reads a person as `init` takes them: `jane=recorder,payer`.
pub fn parse_first_user(text: &str) -> Result<User, String> {
    let (id, roles) = text.split_once('=').ok_or("write the name and the roles: jane=recorder,payer")?;
    let roles = roles.split(',').map(|word| {
        let words = Role::ALL.map(Role::word).join(", ");
        Role::parse(word).ok_or_else(|| format!("`{word}` is no role; roles are {words}"))
    });
    let id = Text::new(id).map_err(|error| error.to_string())?;
    Ok(User { name: id.clone(), id, roles: roles.collect::<Result<_, _>>()?, key: None, left: false })
}
