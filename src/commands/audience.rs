//! The audience of a command: the argument, and the books as that audience may see them.

use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::Date;
use almoner_ledger::reports::{Published, last_day};
use almoner_store::folder::Access;
use almoner_store::{KnownAt, as_known_at};
use clap::Args;

use super::dates::{self, Days};
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
    /// Returns today, and the day up to which the books are known: today, or the day of `--known-at`.
    pub fn days(self, books: &dyn Books, today: Date) -> Days {
        let known = match self.known_at {
            None => today,
            Some(KnownAt::Date(day)) => day.min(today),
            Some(KnownAt::Record(_)) => last_day(books).unwrap_or(today).min(today),
        };
        Days { today, known }
    }

    /// Reads the books. `default` is the audience where none is stated.
    pub fn read<T>(
        self,
        context: &Context,
        default: Audience,
        access: Access,
        read: impl FnOnce(&Published<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let audience = self.audience.or(default);
        let Some(known_at) = self.known_at else {
            // What may be seen depends on every grant.
            let needs_grants = access == Access::Totals && !audience.sees_confidential();
            let access = if needs_grants { Access::Read } else { access };
            return read(&Published::new(&context.open_undamaged(access)?, audience)?);
        };
        let ledger = context.open_readable_part(access)?;
        if access == Access::Totals
            && audience.sees_confidential()
            && let Some(then) = ledger.totals_as_known_at(known_at)?
        {
            return read(&Published::as_known_then(&then, &ledger, audience)?);
        }
        let then = as_known_at(&ledger, known_at)?;
        read(&Published::as_known_then(&then, &ledger, audience)?)
    }
}
