//! `almoner theme`: the themes that expenditure is reported by.

use almoner_ledger::book::Books;
use almoner_ledger::command::Command;
use almoner_ledger::text::{Text, TextError, name_of_id};
use almoner_ledger::themes::{Theme, ThemeId};
use clap::{Args, Subcommand};

use super::cli::RecordingArgs;
use super::list::List;
use super::{Recording, record_command};
use crate::context::Context;
use crate::output::TableArgs;
use crate::problem::Problem;
use almoner_papers::sheet::{Cell, Field, Kind};

#[derive(Debug, Args)]
pub struct ThemeArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Add(AddArgs),
    /// List the themes
    List(TableArgs),
}

/// Add a theme, or state a theme's objective
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    almoner theme add \"Knife crime\"\n  \
    almoner theme add domestic-abuse --name \"Domestic abuse\" \\\n    \
      --objective \"Protecting victims and vulnerable people\"")]
struct AddArgs {
    /// Theme id, such as domestic-abuse, or a name from which the id is made
    id: Text,

    /// Name shown on papers [default: the name, if one is entered as the id; otherwise derived from the id]
    #[arg(long, value_name = "NAME")]
    name: Option<Text>,

    /// Objective of the Police and Crime Plan
    #[arg(long, value_name = "TEXT")]
    objective: Option<Text>,

    #[command(flatten)]
    recording: RecordingArgs,
}

const FIELDS: &[Field<Theme>] = &[
    Field::new("id", "Theme", Kind::Text, 0, |theme| Cell::Text(theme.id.to_string())),
    Field::new("name", "Name", Kind::Text, 0, |theme| Cell::Text(theme.name.to_string())),
    Field::new("objective", "Objective", Kind::Text, 1, |theme| Cell::stated(theme.objective.as_ref())),
];

/// Adds a theme or lists them.
pub fn run(args: ThemeArgs, context: Context) -> Result<(), Problem> {
    match args.what {
        What::Add(args) => {
            let id = ThemeId::named(args.id.as_str())?;
            let name = name_shown(id.as_str(), args.id, args.name)?;
            let command = Command::AddTheme { id, name, objective: args.objective };
            record_command(context, &args.recording, Recording::of("theme add"), &command)
        }
        What::List(args) => {
            let ledger = context.open_read()?;
            let themes = ledger.reference().themes.values().map(|theme| (**theme).clone()).collect();
            List::new(&ledger, "almoner.themes/1", "Themes", themes).write(FIELDS, &args, &context)
        }
    }
}

/// Returns the name that papers show: the one stated, else the name that the id was made from, else one made from
/// the id.
pub(super) fn name_shown(id: &str, given: Text, stated: Option<Text>) -> Result<Text, TextError> {
    match stated {
        Some(name) => Ok(name),
        None if id == given.as_str() => name_of_id(id),
        None => Ok(given),
    }
}
