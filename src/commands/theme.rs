//! `almoner theme`: the themes that expenditure is reported by.

use almoner_app::intents::add_theme;
use almoner_ledger::book::Books;
use almoner_ledger::text::Text;
use almoner_ledger::themes::Theme;
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
    /// Theme id, such as domestic-abuse, or a name from which the id is derived
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
            let command = add_theme(args.id, args.name, args.objective)?;
            record_command(context, &args.recording, Recording::of("theme add"), &command)
        }
        What::List(args) => {
            let ledger = context.open_read()?;
            let themes = ledger.reference().themes.values().map(|theme| (**theme).clone()).collect();
            List::new(&ledger, "almoner.themes/1", "Themes", themes).write(FIELDS, &args, &context)
        }
    }
}
