//! The audience of a command: the argument, and the books as that audience may see them.

use almoner_ledger::audience::Audience;
use almoner_ledger::reports::Published;
use almoner_store::folder::Access;
use almoner_store::{KnownAt, as_known_at};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::context::Context;
use crate::problem::Problem;

// A doc comment here would take the place of the command's own in the help.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct AudienceArgs {
    /// Audience; what it may not see is omitted [default: officer for reports, public for papers]
    #[arg(long, global = true, value_name = "AUDIENCE")]
    #[arg(value_parser = PossibleValuesParser::new(Audience::ALL.map(Audience::word)).map(|word| Audience::parse(&word).unwrap_or_default()))]
    audience: Option<Audience>,
}

impl AudienceArgs {
    /// Returns the audience stated, if any.
    pub fn stated(self) -> Option<Audience> {
        self.audience
    }

    /// Returns the audience stated, or a default.
    pub fn or(self, default: Audience) -> Audience {
        self.audience.unwrap_or(default)
    }
}

/// Reads the books as known at a time and as the audience may see them.
pub fn published<T>(
    context: &Context,
    known_at: Option<KnownAt>,
    audience: Audience,
    access: Access,
    read: impl FnOnce(&Published<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let Some(known_at) = known_at else {
        // What may be seen depends on every grant.
        let access = if audience.sees_confidential() { access } else { Access::Read };
        return read(&Published::new(&context.open_undamaged(access)?, audience)?);
    };
    let ledger = context.open_readable_part()?;
    if access == Access::Totals
        && audience.sees_confidential()
        && let Some(then) = ledger.totals_as_known_at(known_at)?
    {
        return read(&Published::as_known_then(&then, &ledger, audience)?);
    }
    let then = as_known_at(&ledger, known_at)?;
    read(&Published::as_known_then(&then, &ledger, audience)?)
}
