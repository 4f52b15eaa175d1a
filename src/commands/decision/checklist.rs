//! `almoner decision checklist`: the originator's checklist of a decision.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use almoner_app::intents::answer_checklist;
use almoner_ledger::checklist::{Answer, Checklist, Question};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::text::Text;
use clap::Args;
use serde::Deserialize;

use crate::commands::cli::RecordingArgs;
use crate::commands::{Recording, record_command};
use crate::context::Context;
use crate::problem::Problem;

/// Record answers to the originator's checklist for a decision
#[derive(Debug, Args)]
#[command(
    after_help = "Each answer is yes or no, with a reason. Answers can be given a few at a time; a recorded answer \
    cannot be changed. `almoner show` shows the answers; papers for the public or the panel do not.\n\n\
    The file has one line for each answer:\n  \
    legal = { answer = \"yes\", reason = \"Counsel, 3 February 2015\" }\n  \
    human-resources = { answer = \"no\", reason = \"No post depends on it\" }\n\n\
    Example:\n  \
    almoner decision checklist 14-2015 --cfo yes \"Minuted\" \\\n    \
      --legal yes \"Counsel, 3 February 2015\""
)]
pub(super) struct ChecklistArgs {
    /// Decision number: 26-2015, C7-2015
    #[arg(value_name = "NUMBER")]
    id: DecisionId,

    /// File containing the answers; see below
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,

    /// Legal advice taken
    #[arg(long, num_args = 2, value_names = ["yes|no", "REASON"])]
    legal: Vec<String>,

    /// Chief Finance Officer consulted
    #[arg(long, num_args = 2, value_names = ["yes|no", "REASON"])]
    cfo: Vec<String>,

    /// Equality considered
    #[arg(long, num_args = 2, value_names = ["yes|no", "REASON"])]
    equality: Vec<String>,

    /// Human resources considered
    #[arg(long, num_args = 2, value_names = ["yes|no", "REASON"])]
    human_resources: Vec<String>,

    /// Objective of the Police and Crime Plan served
    #[arg(long, num_args = 2, value_names = ["yes|no", "REASON"])]
    plan_objective: Vec<String>,

    /// Consultation carried out
    #[arg(long, num_args = 2, value_names = ["yes|no", "REASON"])]
    consultation: Vec<String>,

    /// Communications agreed
    #[arg(long, num_args = 2, value_names = ["yes|no", "REASON"])]
    communications: Vec<String>,

    /// Ethics considered
    #[arg(long, num_args = 2, value_names = ["yes|no", "REASON"])]
    ethics: Vec<String>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the answers.
pub(super) fn run(args: ChecklistArgs, context: Context) -> Result<(), Problem> {
    let from = args
        .from
        .as_deref()
        .map(|path| Ok::<_, Problem>((path, crate::input::text(path, path.display())?)))
        .transpose()?;
    let checklist = given(&args, from.as_ref().map(|(path, text)| (*path, text.as_str())))?;
    if checklist.is_empty() {
        return Err(Problem::refused("nothing-answered", "no answer given").hint(
            "give an answer, such as --legal yes \"Counsel, 3 February 2015\", or a file with --from",
        ));
    }
    let context = match &from {
        Some((_, text)) => context.with_content("from", text.as_bytes()),
        None => context,
    };
    let command = answer_checklist(args.id, checklist);
    record_command(context, &args.recording, Recording::of("decision checklist"), &command)
}

fn given(args: &ChecklistArgs, from: Option<(&Path, &str)>) -> Result<Checklist, Problem> {
    let flags = [
        (Question::Legal, &args.legal),
        (Question::Cfo, &args.cfo),
        (Question::Equality, &args.equality),
        (Question::HumanResources, &args.human_resources),
        (Question::PlanObjective, &args.plan_objective),
        (Question::Consultation, &args.consultation),
        (Question::Communications, &args.communications),
        (Question::Ethics, &args.ethics),
    ];
    let mut answers = BTreeMap::new();
    if let Some((path, text)) = from {
        let name = path.display().to_string();
        for (question, written) in in_file(&name, text)? {
            answers.insert(question, answer(question, &written.answer, &written.reason, &name)?);
        }
    }
    for (question, words) in flags {
        if let [yes_or_no, reason] = words.as_slice() {
            let place = format!("--{}", question.word());
            answers.insert(question, answer(question, yes_or_no, reason, &place)?);
        }
    }
    Ok(answers.into_iter().collect())
}

fn answer(question: Question, yes_or_no: &str, reason: &str, place: &str) -> Result<Answer, Problem> {
    let yes = match yes_or_no.trim().to_lowercase().as_str() {
        "yes" | "y" => true,
        "no" | "n" => false,
        _ => {
            let message =
                format!("{place}: `{yes_or_no}` is not a valid answer for the item `{}`", question.word());
            return Err(Problem::refused("no-answer", message).hint("give yes or no, then the reason"));
        }
    };
    let reason = Text::new(reason)
        .map_err(|error| Problem::refused("invalid-value", format!("{place}: {error}")).hint(error.hint()))?;
    Ok(Answer { yes, reason })
}

/// An answer in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    answer: String,
    reason: String,
}

fn in_file(name: &str, text: &str) -> Result<BTreeMap<Question, Written>, Problem> {
    let wrong = |why: &str| {
        Problem::refused("not-a-checklist", format!("{name}: {why}"))
            .hint("see the example in `almoner help decision checklist`")
    };
    let written: BTreeMap<String, toml::Value> =
        toml::from_str(text).map_err(|error| wrong(error.message()))?;
    let of_item = |(item, value): (String, toml::Value)| {
        let question = Question::ALL.into_iter().find(|question| question.word() == item);
        let items = || Question::ALL.map(|question| format!("`{}`", question.word())).join(", ");
        let unknown = || wrong(&format!("unknown item `{item}`; expected one of {}", items()));
        let question = question.ok_or_else(unknown)?;
        let unanswered =
            |_| wrong(&format!("the item `{item}` must have an answer and a reason, and nothing else"));
        Ok((question, value.try_into().map_err(unanswered)?))
    };
    written.into_iter().map(of_item).collect()
}
