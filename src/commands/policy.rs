//! `almoner policy`: the scheme of delegation.

use std::path::PathBuf;

use almoner_app::intents;
use almoner_imports::{scheme, scheme_text};
use almoner_ledger::book::Books;
use almoner_ledger::command::Command;
use almoner_ledger::policy::Policy;
use clap::{Args, Subcommand};

use super::cli::RecordingArgs;
use super::{Recording, record_command};
use crate::context::Context;
use crate::input;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "A scheme of delegation sets out which records a user may make alone and which need approval. The scheme is a \
    small file; `almoner policy example` prints an example with comments. A scheme needs at least two users, one of \
    them an approver (`almoner help user`). While it is in force, changes to the scheme and to users need \
    approval.\n\n\
    Whether a record counts as a payment or an award depends on its effect: for example, a reversal that takes money out of the \
    bank is a payment. Amounts for the same recipient recorded without approval within the number of days set by the \
    scheme are added together. This does not cover amounts split between several recipients that are really one \
    organisation, or records made before the scheme came into force.\n\n\
    Examples:\n  \
    almoner policy example > policy.toml\n  \
    almoner policy set policy.toml\n  \
    almoner propose policy off"
)]
pub struct PolicyArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Set(SetArgs),
    /// Show the scheme in force, in the format of a scheme file
    Show,
    /// Print an example scheme of delegation, with comments
    Example,
    Off(OffArgs),
}

/// Bring a scheme of delegation into force
#[derive(Debug, Args)]
struct SetArgs {
    /// File containing the scheme
    file: PathBuf,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// End the scheme in force, so that nothing needs approval
#[derive(Debug, Args)]
struct OffArgs {
    #[command(flatten)]
    recording: RecordingArgs,
}

const EXAMPLE: &str = r#"# Scheme of delegation. Bring it into force with: almoner policy set FILE

# Amounts recorded without approval for the same recipient within this number
# of days count together, so that an amount cannot be split to avoid a limit.
days = 31

# A user who recorded the names or numbers of a recipient may neither pay it
# without approval nor approve payments to it.
recipient-recorder-apart = true

# An award needs a decision whose originator's checklist is complete
# (almoner decision checklist).
checklist = false

# Approvals must be signed with a key (almoner user key).
signed-approvals = false

# Each rule names an act that needs approval and, optionally, an authorisation
# limit up to which no approval is needed. Acts: award (also increases), reduction,
# purpose, terms, payment, refund, receipt, budget, recipient, decision,
# reconciliation, closing, prior-period, reversal, reference.
[[rule]]
act = "payment"
over = "10,000"

[[rule]]
act = "award"
over = "25,000"

[[rule]]
act = "recipient"
"#;

/// Sets, ends or shows the policy.
pub fn run(args: PolicyArgs, context: Context) -> Result<(), Problem> {
    match args.what {
        What::Set(args) => {
            let name = args.file.display().to_string();
            let text = input::text(&args.file, &name)?;
            let policy = parse(&name, &text)?;
            let command = intents::set_scheme(policy)?;
            let context = context.with_content("file", text.as_bytes());
            record_command(context, &args.recording, Recording::of("policy set"), &command)
        }
        What::Off(args) => {
            record_command(context, &args.recording, Recording::of("policy off"), &Command::SetPolicy(None))
        }
        What::Example => context.print(EXAMPLE),
        What::Show => {
            let ledger = context.open_read()?;
            match &ledger.reference().authority.policy {
                None => context.print("# No scheme of delegation is in force: nothing needs approval.\n"),
                Some(policy) => context.print(&written(policy)?),
            }
        }
    }
}

fn parse(name: &str, text: &str) -> Result<Policy, Problem> {
    let wrong = |what: String| {
        Problem::refused("not-a-policy", format!("{name}: {what}"))
            .hint("see the example printed by `almoner policy example`")
    };
    let policy = scheme(text).map_err(|error| wrong(error.to_string()))?;
    for over in policy.rules.iter().filter_map(|rule| rule.over) {
        intents::authorisation_limit(over).map_err(|error| wrong(error.message))?;
    }
    Ok(policy)
}

fn written(policy: &Policy) -> Result<String, Problem> {
    scheme_text(policy).map_err(|error| Problem::refused("not-a-policy", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_a_valid_policy_and_survives_a_round_trip() {
        let policy = parse("example", EXAMPLE).unwrap();
        assert_eq!(policy.rules.len(), 3);
        assert!(policy.recipient_recorder_apart && !policy.signed_approvals);
        assert_eq!(parse("shown", &written(&policy).unwrap()).unwrap(), policy);
    }

    #[test]
    fn an_invalid_policy_is_refused_with_the_cause() {
        for (text, expected) in [
            ("[[rule]]\nact = \"paying\"\n", "`paying` is not a known act"),
            ("[[rule]]\nact = \"payment\"\nover = \"1.234,56\"\n", "`1.234,56` is not a valid amount"),
            ("[[rule]]\nact = \"payment\"\nover = \"-1\"\n", "must not be negative"),
            ("[[rule]]\nact = \"payment\"\nup-to = \"1\"\n", "unknown field `up-to`"),
            ("dayz = 3\n", "unknown field `dayz`"),
            ("days = -3\n", "days"),
        ] {
            let problem = parse("policy.toml", text).unwrap_err().text();
            assert!(problem.contains(expected), "{text}: {problem}");
        }
    }
}
