//! `almoner recipient`: the organisations that receive grants.

use std::collections::BTreeMap;

use almoner_ledger::book::Books;
use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::recipients::{Identifier, Recipient, RecipientId};
use almoner_ledger::text::Text;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::cli::RecordingArgs;
use super::dates;
use super::list::List;
use super::{Recording, record_command};
use crate::context::Context;
use crate::output::TableArgs;
use crate::problem::Problem;
use almoner_papers::sheet::{Cell, Field, Kind};

#[derive(Debug, Args)]
pub struct RecipientArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Add(AddArgs),
    Rename(RenameArgs),
    Identify(IdentifyArgs),
    Alias(AliasArgs),
    /// List the recipients
    List(TableArgs),
}

/// Add a recipient
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    almoner recipient add \"Anglia Care Trust\" --identifier GB-CHC-1087198\n\n\
    Identifiers: GB-CHC-… for charities, GB-COH-… for companies.")]
struct AddArgs {
    /// Name
    name: Text,

    /// Recipient id, which never changes [default: derived from the name]
    #[arg(long, value_name = "ID")]
    id: Option<RecipientId>,

    /// Identifier; repeat for several
    #[arg(long, value_name = "IDENTIFIER")]
    identifier: Vec<Identifier>,

    /// Confirm that this is another organisation with that name
    #[arg(long, requires = "id")]
    namesake: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Record a recipient's new name from a given date
#[derive(Debug, Args)]
#[command(
    after_help = "Each paper shows the name in use at the paper's date, so earlier papers keep the old name. To correct a misspelt \
    name, give the date of the recipient's first award as the first day.\n\n\
    Example:\n  almoner recipient rename anglia-care-trust \"Anglia Care\" --from 2016-04-01"
)]
struct RenameArgs {
    /// Recipient: id, identifier or name
    recipient: Text,

    /// New name
    name: Text,

    /// First day on which the new name applies [default: today]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    from: Option<Date>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Add an identifier for a recipient
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  almoner recipient identify anglia-care-trust GB-COH-01234567")]
struct IdentifyArgs {
    /// Recipient: id, identifier or name
    recipient: Text,

    /// Charity number GB-CHC-…, company number GB-COH-… or another identifier
    identifier: Identifier,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Add an alias: another name by which a recipient is known
#[derive(Debug, Args)]
#[command(
    after_help = "Imports and commands recognise the recipient by its aliases, which papers do not show. No alias is \
    needed for names that differ only in capitals, punctuation, \"&\" or \"and\", \"Ltd\" or \"Limited\", or the \
    presence of \"The\".\n\n\
    Example:\n  almoner recipient alias anglia-care-trust \"ACT Ipswich\""
)]
struct AliasArgs {
    /// Recipient: id, identifier or name
    recipient: Text,

    /// Alias
    name: Text,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// A line of the list.
#[derive(Debug, Serialize)]
struct Line {
    recipient: RecipientId,
    name: String,
    former_names: Vec<String>,
    also_known_as: Vec<String>,
    identifiers: Vec<String>,
    grants: u64,
}

impl Line {
    fn of(recipient: &Recipient, grants: u64) -> Line {
        let former = recipient.names.iter().rev().skip(1).map(|dated| dated.name.to_string());
        Line {
            recipient: recipient.id.clone(),
            name: recipient.name().to_owned(),
            former_names: former.collect(),
            also_known_as: recipient.aliases.iter().map(ToString::to_string).collect(),
            identifiers: recipient.identifiers.iter().map(ToString::to_string).collect(),
            grants,
        }
    }
}

const FIELDS: &[Field<Line>] = &[
    Field::new("recipient", "Recipient", Kind::Text, 0, |line| Cell::Text(line.recipient.to_string())),
    Field::new("name", "Name", Kind::Text, 0, |line| Cell::Text(line.name.clone())),
    Field::new("former_names", "Former names", Kind::Text, 3, |line| {
        Cell::Text(line.former_names.join("; "))
    }),
    Field::new("also_known_as", "Also known as", Kind::Text, 4, |line| {
        Cell::Text(line.also_known_as.join("; "))
    }),
    Field::new("identifiers", "Identifiers", Kind::Text, 2, |line| Cell::Text(line.identifiers.join("; "))),
    Field::new("grants", "Grants", Kind::Count, 1, |line| Cell::Count(line.grants)),
];

/// Adds, renames, identifies, aliases or lists recipients.
pub fn run(args: RecipientArgs, context: Context) -> Result<(), Problem> {
    let mut again = false;
    let (label, args, command) = match args.what {
        What::Add(AddArgs { id, name, identifier: identifiers, namesake, recording }) => {
            again = namesake;
            ("recipient add", recording, Command::AddRecipient { id, name, identifiers })
        }
        What::Rename(RenameArgs { recipient, name, from, recording }) => {
            let (recipient, from) = (recipient.to_string(), from.unwrap_or(context.actor.today));
            ("recipient rename", recording, Command::RenameRecipient { recipient, name, from })
        }
        What::Identify(IdentifyArgs { recipient, identifier, recording }) => {
            let command = Command::IdentifyRecipient { recipient: recipient.to_string(), identifier };
            ("recipient identify", recording, command)
        }
        What::Alias(AliasArgs { recipient, name: alias, recording }) => {
            let command = Command::AliasRecipient { recipient: recipient.to_string(), alias };
            ("recipient alias", recording, command)
        }
        What::List(args) => return list(&args, &context),
    };
    record_command(context, &args, Recording { again, ..Recording::of(label) }, &command)
}

fn list(args: &TableArgs, context: &Context) -> Result<(), Problem> {
    let ledger = context.open_read()?;
    let mut grants: BTreeMap<RecipientId, u64> = BTreeMap::new();
    ledger.each_grant(&mut |grant| {
        if let Some(award) = grant.award() {
            *grants.entry(award.recipient.clone()).or_default() += 1;
        }
        Ok(())
    })?;
    let mut lines = Vec::new();
    ledger.each_recipient(&mut |recipient| {
        if recipient.is_known() {
            let grants = grants.get(&recipient.id).copied().unwrap_or_default();
            lines.push(Line::of(recipient, grants));
        }
        Ok(())
    })?;
    lines.sort_by(|a, b| a.recipient.cmp(&b.recipient));
    List::new(&ledger, "almoner.recipients/1", "Recipients", lines).write(FIELDS, args, context)
}
