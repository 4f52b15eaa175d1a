//! The common parts of papers: audience, time of knowledge, format and facts.

use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::Date;
use almoner_ledger::reports::Published;
use almoner_papers::invocation::Export;
use almoner_papers::packs::Pack;
use almoner_papers::render::paper_rendered;
use almoner_store::folder::Access;
use clap::Args;

use super::typed::made_by;
use crate::commands::audience::ViewArgs;
use crate::context::Context;
use crate::output::OutputArgs;
use crate::problem::Problem;

// The audience, time of knowledge and output of a paper.
#[derive(Clone, Debug, Args)]
pub(super) struct PaperArgs {
    #[command(flatten)]
    view: ViewArgs,

    /// Key of the table to write as CSV, if there are several
    #[arg(long, value_name = "KEY")]
    only: Option<String>,

    #[command(flatten)]
    output: OutputArgs,
}

impl PaperArgs {
    /// Refuses audiences that may not see confidential grants, for a paper that would not agree without them.
    pub(super) fn refuse_public(&self, default: Audience, why: &str) -> Result<(), Problem> {
        let audience = self.view.audience.or(default);
        if audience.sees_confidential() {
            return Ok(());
        }
        let message = format!("this paper is not available to the audience `{audience}`: {why}");
        Err(Problem::refused("not-for-audience", message).hint("use --audience officer, for the office only"))
    }

    /// Makes the paper and writes it. `default` is the audience where none is stated.
    pub(super) fn write(
        &self,
        context: &Context,
        default: Audience,
        make: impl FnOnce(&Published<'_>, Date) -> Result<(Pack, Export), Problem>,
    ) -> Result<(), Problem> {
        let (format, terminal) = self.output.prepared(context.terminal)?;
        self.view.read(context, default, Access::Read, |books| {
            let (pack, export) = make(books, context.actor.today)?;
            let paper = pack.finished(books, made_by(export, books));
            self.output.write(&paper_rendered(&paper, format, terminal, self.only.as_deref())?)
        })
    }
}
