//! `almoner man`: the manual page.

use clap::Args;
use clap_mangen::Man;

use super::cli::program;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  almoner man > almoner.1\n  almoner man theme add | man -l -")]
pub struct ManArgs {
    /// Command [default: almoner itself]
    command: Vec<String>,
}

/// Prints the page in roff.
pub fn run(args: ManArgs, context: &Context) -> Result<(), Problem> {
    let mut program = program();
    program.build();
    let mut command = &program;
    for word in &args.command {
        command = command.find_subcommand(word).ok_or_else(|| {
            Problem::refused("unknown-command", format!("there is no command `{}`", args.command.join(" ")))
                .hint("list the commands with `almoner help`")
        })?;
    }
    let mut page = Vec::new();
    Man::new(command.clone())
        .render(&mut page)
        .map_err(|error| Problem::file("the manual page cannot be written", &error))?;
    context.print(&String::from_utf8_lossy(&page))
}
