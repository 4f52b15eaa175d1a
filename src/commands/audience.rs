//! The audience of a command: the argument, and the books as that audience may see them.

use almoner_app::figures::View;
use almoner_ledger::audience::Audience;
use almoner_ledger::reports::Published;
use almoner_store::KnownAt;
use almoner_store::folder::Access;
use clap::Args;

use super::dates;
use crate::context::Context;
use crate::problem::Problem;
use crate::words::words;

// A doc comment here would take the place of the command's own in the help.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct AudienceArgs {
    /// Audience; details it may not see are omitted [default: officer for reports, public for papers]
    #[arg(long, global = true, value_name = "AUDIENCE", value_parser = words(Audience::ALL, Audience::word))]
    pub audience: Option<Audience>,
}

impl AudienceArgs {
    /// Returns the audience stated, or a default.
    pub fn or(self, default: Audience) -> Audience {
        self.audience.unwrap_or(default)
    }
}

// The books as known at a time, and as an audience may see them.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct ViewArgs {
    /// As known at the end of a day, or after a record [default: now]
    #[arg(long, global = true, value_name = "DATE|RECORD", value_parser = dates::known_at)]
    pub known_at: Option<KnownAt>,

    #[command(flatten)]
    pub audience: AudienceArgs,
}

impl ViewArgs {
    /// Returns the view chosen. `default` is the audience where none is stated.
    pub fn view(self, default: Audience) -> View {
        View { known_at: self.known_at, audience: self.audience.or(default) }
    }

    /// Reads the books. `default` is the audience where none is stated.
    pub fn read<T>(
        self,
        context: &Context,
        default: Audience,
        access: Access,
        read: impl FnOnce(&Published<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.view(default).read(&context.office, &context.actor, access, read)
    }
}
