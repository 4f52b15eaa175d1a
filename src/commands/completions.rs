//! `almoner completions`: the completion script of a shell.

use clap::Args;
use clap_complete::Shell;

use super::cli::program;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    almoner completions bash > ~/.local/share/bash-completion/completions/almoner\n  \
    almoner completions powershell >> $PROFILE")]
pub struct CompletionsArgs {
    /// Shell
    shell: Shell,
}

/// Prints the completion script.
pub fn run(args: CompletionsArgs, context: &Context) -> Result<(), Problem> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program(), "almoner", &mut script);
    context.print(&String::from_utf8_lossy(&script))
}
