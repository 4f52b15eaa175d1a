//! The commands, one file each, with its arguments and what it does side by side.

pub mod audience;
pub mod award;
pub mod backup;
pub mod budget;
pub mod checkpoint;
pub mod close;
pub mod completions;
pub mod decision;
pub mod demo;
pub mod diff;
pub mod explain;
pub mod export;
pub mod extend;
pub mod fund;
pub mod import;
pub mod indicator;
pub mod init;
pub mod instalment;
mod list;
pub mod log;
pub mod man;
pub mod milestone;
pub mod monitor;
pub mod paper;
pub mod pay;
pub mod rebuild;
pub mod receive;
pub mod received;
pub mod recipient;
pub mod reconcile;
pub mod refund;
pub mod reopen;
pub mod report;
pub mod repurpose;
pub mod restore;
pub mod reverse;
pub mod show;
pub mod state;
pub mod status;
pub mod theme;
pub mod vary;
pub mod verify;
pub mod waive;
pub mod withdraw;

use almoner_ledger::book::{Books, BooksError, registered};
use almoner_ledger::calendar::Date;
use almoner_ledger::command::{Command as Act, Options};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::{Fact, GrantId};
use almoner_ledger::store::folder::Access;
use almoner_ledger::text::Text;
use clap::Subcommand;

use crate::cli::RecordingArgs;
use crate::context::{Context, Request};
use crate::problem::Problem;
use crate::receipt::receipt;

/// What almoner can be asked to do. The groups of the help are in [`crate::cli`].
#[derive(Debug, Subcommand)]
pub enum Command {
    Init(init::InitArgs),
    Demo(demo::DemoArgs),
    Status(status::StatusArgs),
    Award(award::AwardArgs),
    Vary(vary::VaryArgs),
    Extend(extend::ExtendArgs),
    Withdraw(withdraw::WithdrawArgs),
    Repurpose(repurpose::RepurposeArgs),
    Monitor(monitor::MonitorArgs),
    Milestone(milestone::MilestoneArgs),
    Received(received::ReceivedArgs),
    Waive(waive::WaiveArgs),
    State(state::StateArgs),
    Instalment(instalment::InstalmentArgs),
    Pay(pay::PayArgs),
    Refund(refund::RefundArgs),
    Receive(receive::ReceiveArgs),
    Budget(budget::BudgetArgs),
    Decision(decision::DecisionArgs),
    Recipient(recipient::RecipientArgs),
    Fund(fund::FundArgs),
    Theme(theme::ThemeArgs),
    Indicator(indicator::IndicatorArgs),
    Paper(paper::PaperArgs),
    /// Draw a report: spending by theme or period, grants, budgets, the year's end …
    Report(report::ReportArgs),
    Explain(explain::ExplainArgs),
    Diff(diff::DiffArgs),
    /// Write papers and files for others: the panel, the public, funders, auditors, the finance system
    Export(export::ExportArgs),
    Show(show::ShowArgs),
    Log(log::LogArgs),
    Import(import::ImportArgs),
    Reconcile(reconcile::ReconcileArgs),
    Reverse(reverse::ReverseArgs),
    Close(close::CloseArgs),
    Reopen(reopen::ReopenArgs),
    Verify(verify::VerifyArgs),
    Checkpoint(checkpoint::CheckpointArgs),
    Backup(backup::BackupArgs),
    Restore(restore::RestoreArgs),
    Rebuild(rebuild::RebuildArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// Does a command.
pub fn run(command: Command, context: Context) -> Result<(), Problem> {
    match command {
        Command::Init(args) => init::run(args, context),
        Command::Demo(args) => demo::run(args, context),
        Command::Status(args) => status::run(args, &context),
        Command::Award(args) => award::run(args, context),
        Command::Vary(args) => vary::run(args, context),
        Command::Extend(args) => extend::run(args, context),
        Command::Withdraw(args) => withdraw::run(args, context),
        Command::Repurpose(args) => repurpose::run(args, context),
        Command::Monitor(args) => monitor::run(args, context),
        Command::Milestone(args) => milestone::run(args, context),
        Command::Received(args) => received::run(args, context),
        Command::Waive(args) => waive::run(args, context),
        Command::State(args) => state::run(args, context),
        Command::Instalment(args) => instalment::run(args, context),
        Command::Pay(args) => pay::run(args, context),
        Command::Refund(args) => refund::run(args, context),
        Command::Receive(args) => receive::run(args, context),
        Command::Budget(args) => budget::run(args, context),
        Command::Decision(args) => decision::run(args, context),
        Command::Recipient(args) => recipient::run(args, context),
        Command::Fund(args) => fund::run(args, context),
        Command::Theme(args) => theme::run(args, context),
        Command::Indicator(args) => indicator::run(args, context),
        Command::Paper(args) => paper::run(args, context),
        Command::Report(args) => draw(&args, &context),
        Command::Explain(args) => explain::run(&args, &context),
        Command::Diff(args) => diff::run(&args, &context),
        Command::Export(args) => export::run(&args, &context),
        Command::Show(args) => show::run(args, &context),
        Command::Log(args) => log::run(args, &context),
        Command::Import(args) => import::run(args, context),
        Command::Reconcile(args) => reconcile::run(args, context),
        Command::Reverse(args) => reverse::run(args, context),
        Command::Close(args) => close::run(args, context),
        Command::Reopen(args) => reopen::run(args, context),
        Command::Verify(args) => verify::run(&args, &context),
        Command::Checkpoint(args) => checkpoint::run(&args, &context),
        Command::Backup(args) => backup::run(&args, &context),
        Command::Restore(args) => restore::run(&args, &context),
        Command::Rebuild(args) => rebuild::run(args, &context),
        Command::Completions(args) => completions::run(args, &context),
        Command::Man(args) => man::run(args, &context),
    }
}

/// Draws a report from the books as they are, or as they were known at an earlier time.
fn draw(args: &report::ReportArgs, context: &Context) -> Result<(), Problem> {
    let (today, terminal) = (context.today, &context.terminal);
    let access = if args.needs_only_totals(today) { Access::Totals } else { Access::Read };
    audience::published(context, args.known_at(), args.audience(), access, |books| {
        Ok(report::run(args, books, today, terminal)?)
    })
}

/// How a command is recorded.
#[derive(Clone, Copy, Debug, Default)]
struct Recording<'a> {
    /// What the batch is called in the journal.
    label: &'a str,
    /// Add recipients, themes and funds that the ledger does not know yet.
    add_missing: bool,
    /// How what is recorded already, and was reversed since, is recorded anew.
    anew: &'a str,
}

/// Records one command, made from the books as they are, and prints the receipt.
fn record(
    context: Context,
    args: &RecordingArgs,
    recording: Recording<'_>,
    make: &dyn Fn(&dyn Books) -> Result<Act, Problem>,
) -> Result<(), Problem> {
    record_all(context, args, recording, &|books| Ok(vec![make(books)?]))
}

/// Records several commands together, all of them or none, and prints one receipt.
fn record_all<Make>(
    context: Context,
    args: &RecordingArgs,
    recording: Recording<'_>,
    make: &Make,
) -> Result<(), Problem>
where
    Make: Fn(&dyn Books) -> Result<Vec<Act>, Problem>,
{
    let context = context.recorded_by(args.by.as_ref());
    let request = Request {
        label: recording.label,
        options: Options {
            no_suggestions: false,
            add_missing: recording.add_missing,
            late: args.late,
            anew: false,
        },
        dry_run: args.dry_run,
        key: args.key.as_ref().map(Text::as_str),
    };
    let recorded = context.record(request, make)?;
    context.print(&receipt(&context, &recorded, recording.anew)?)
}

/// The day of a change: as given, else the decision's if the register has it, else today.
fn day_of_change(
    books: &dyn Books,
    given: Option<Date>,
    decision: Option<&DecisionId>,
    today: Date,
) -> Result<Date, BooksError> {
    Ok(given.or(decision_date(books, decision)?).unwrap_or(today))
}

/// The date of a decision, if it is in the register with one.
fn decision_date(books: &dyn Books, decision: Option<&DecisionId>) -> Result<Option<Date>, BooksError> {
    let Some(id) = decision else { return Ok(None) };
    Ok(registered(books, id)?.and_then(|registered| registered.decision.date))
}

/// Which of several facts alike is meant: the first, or with `again` the one after those that are
/// recorded, reversed ones too.
fn occurrence(books: &dyn Books, award: &GrantId, again: bool, fact: &Fact) -> Result<u32, BooksError> {
    let grant = if again { books.grant(award)? } else { None };
    let alike = grant.iter().flat_map(|grant| &grant.history).filter(|recorded| recorded.fact == *fact);
    Ok(u32::try_from(alike.count()).unwrap_or(u32::MAX).saturating_add(1))
}
