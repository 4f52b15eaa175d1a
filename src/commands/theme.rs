//! `almoner theme`: the themes that expenditure is reported by.

use almoner_app::intents::{add_theme, marked};
use almoner_ledger::book::{Books, Versioned};
use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::publication::{Publication, Subject};
use almoner_ledger::text::Text;
use almoner_ledger::themes::{Theme, ThemeId};
use clap::{Args, Subcommand};

use super::cli::RecordingArgs;
use super::dates;
use super::list::List;
use super::publication::{ConfidentialArgs, Marked, record_publication};
use super::{Recording, record_all, record_command};
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
    /// Withhold a theme from the public and the panel
    #[command(
        after_help = "Its budgets and indicators and every grant under it are also withheld. What would disappear is \
            listed first; confirm it with --confirm-withholding.\n\n\
        Example:\n  almoner theme withhold domestic-abuse --confirm-withholding"
    )]
    Withhold(IdArgs),
    /// Show a theme to the public and the panel
    #[command(
        after_help = "The public and the panel normally see a theme only once they can see a grant under it. This command shows the theme \
        before then, and even if every grant under it is confidential. The confidential grants themselves stay withheld.\n\n\
        Example:\n  almoner theme publish domestic-abuse"
    )]
    Publish(IdArgs),
    Rename(RenameArgs),
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

    /// Name shown on papers [default: the id as entered, if it is a name; otherwise derived from it]
    #[arg(long, value_name = "NAME")]
    name: Option<Text>,

    /// Objective of the Police and Crime Plan
    #[arg(long, value_name = "TEXT")]
    objective: Option<Text>,

    #[command(flatten)]
    confidential: ConfidentialArgs,

    #[command(flatten)]
    recording: RecordingArgs,
}

#[derive(Debug, Args)]
struct IdArgs {
    /// Theme
    id: ThemeId,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Record a theme's new name from a given date
#[derive(Debug, Args)]
#[command(
    after_help = "Each paper shows the name in use at the paper's date, so earlier papers keep the old name. The theme id \
    stays the same, and the theme can still be found by its old name.\n\n\
    Example:\n  almoner theme rename domestic-abuse \"Violence against women and girls\" \\\n    --from 2016-04-01"
)]
struct RenameArgs {
    /// Theme: id or name
    theme: ThemeId,

    /// New name
    name: Text,

    /// First day on which the new name applies [default: today]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    from: Option<Date>,

    #[command(flatten)]
    recording: RecordingArgs,
}

const FIELDS: &[Field<Marked<Theme>>] = &[
    Field::new("id", "Theme", Kind::Text, 0, |it| Cell::Text(it.what.id.to_string())),
    Field::new("name", "Name", Kind::Text, 0, |it| Cell::Text(it.what.name.to_string())),
    Field::new("objective", "Objective", Kind::Text, 1, |it| Cell::stated(it.what.objective.as_ref())),
    Field::new("publication", "Publication", Kind::Text, 2, Marked::cell),
];

/// Adds or renames a theme, or lists them.
pub fn run(args: ThemeArgs, context: Context) -> Result<(), Problem> {
    match args.what {
        What::Add(args) => {
            let command = add_theme(args.id, args.name, args.objective)?;
            let commands = marked(command, args.confidential.confidential);
            record_all(context, &args.recording, Recording::of("theme add"), &|_| Ok(commands.clone()))
        }
        What::Withhold(IdArgs { id, recording }) => {
            record_publication(context, &recording, Subject::Theme(id), Publication::Confidential)
        }
        What::Publish(IdArgs { id, recording }) => {
            record_publication(context, &recording, Subject::Theme(id), Publication::Public)
        }
        What::Rename(RenameArgs { theme, name, from, recording }) => {
            let from = from.unwrap_or(context.actor.today);
            let command = Command::RenameTheme { theme, name, from };
            record_command(context, &recording, Recording::of("theme rename"), &command)
        }
        What::List(args) => {
            let ledger = context.open_read()?;
            let marked = |(theme, it): (&ThemeId, &Versioned<Theme>)| {
                Marked::of(&ledger, &Subject::Theme(theme.clone()), (**it).clone())
            };
            let themes = ledger.reference().themes.iter().map(marked).collect();
            List::new(&ledger, "almoner.themes/1", "Themes", themes).write(FIELDS, &args, &context)
        }
    }
}
