//! The commands, one file each with arguments and implementation.

pub mod approve;
pub mod audience;
pub mod award;
pub mod backup;
pub mod budget;
mod change;
pub mod checkpoint;
pub mod cli;
pub mod close;
pub mod completions;
pub mod correct;
mod dates;
pub mod decision;
pub mod demo;
pub mod diff;
pub mod explain;
pub mod export;
pub mod extend;
pub mod fund;
pub mod funding;
pub mod import;
pub mod indicator;
pub mod init;
pub mod instalment;
mod list;
pub mod log;
pub mod man;
pub mod monitoring;
pub mod paper;
pub mod pay;
pub mod pending;
pub mod policy;
pub mod propose;
mod publication;
pub mod rebuild;
pub mod recipient;
pub mod reconcile;
pub mod recover;
pub mod refund;
pub mod reject;
pub mod reopen;
pub mod report;
pub mod repurpose;
pub mod restore;
pub mod returned;
pub mod reverse;
#[cfg(feature = "web")]
pub mod serve;
pub mod show;
pub mod state;
pub mod status;
mod suggest;
pub mod theme;
pub mod user;
pub mod vary;
pub mod verify;
mod which_kind;
pub mod withdraw;

use almoner_app::recording::{Key, Request};
use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::command::{Command as Act, Options};
use almoner_store::folder::Access;
use clap::Subcommand;

use crate::confirmation::confirmation;
use crate::context::Context;
use crate::problem::Problem;
use cli::{HowToRecord, RecordingArgs};

/// The commands. Their groups on the first page of help are in [`cli`].
///
/// The arguments of a command are built only when it is used (`defer`): building all of them took longer than most
/// reports do.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Create a ledger
    Init(init::InitArgs),
    /// Create an example ledger and show its reports
    Demo(demo::DemoArgs),
    /// Show the position at a glance, and what needs attention
    Status(status::StatusArgs),
    /// Record the award of a grant
    Award(award::AwardArgs),
    /// Change the amount or period of a grant
    Vary(vary::VaryArgs),
    /// Extend the period of a grant
    Extend(extend::ExtendArgs),
    /// Withdraw a grant
    Withdraw(withdraw::WithdrawArgs),
    /// Change the purpose of a grant
    Repurpose(repurpose::RepurposeArgs),
    /// Record monitoring reports and milestones for a grant
    Monitoring(monitoring::MonitoringArgs),
    /// Correct a mistyped recipient, amount or purpose of an award
    Correct(correct::CorrectArgs),
    /// Add missing details to an existing award
    State(state::StateArgs),
    /// Schedule an instalment of a grant
    Instalment(instalment::InstalmentArgs),
    /// Record a grant payment
    Pay(pay::PayArgs),
    /// Record a refund of unspent grant from a recipient
    Refund(refund::RefundArgs),
    /// Record a payment that came back and can be made again
    Returned(returned::ReturnedArgs),
    /// Record money received from funders
    Funding(funding::FundingArgs),
    /// Set, revise or list annual budgets
    Budget(budget::BudgetArgs),
    /// Register decisions and checklists, or list decisions
    Decision(decision::DecisionArgs),
    /// Add or list recipients; maintain names and identifiers
    Recipient(recipient::RecipientArgs),
    /// Add or rename funds, or list them
    Fund(fund::FundArgs),
    /// Add or rename themes, or list them
    Theme(theme::ThemeArgs),
    /// Record performance indicators, or list them
    Indicator(indicator::IndicatorArgs),
    /// Register public papers, or list them
    Paper(paper::PaperArgs),
    /// Run a report: expenditure, grants, budgets, year end …
    Report(report::ReportArgs),
    /// List the records that make up a figure
    Explain(explain::ExplainArgs),
    /// List the records that changed figures between two dates
    Diff(diff::DiffArgs),
    /// Export files for the panel, the public, funders and auditors
    Export(export::ExportArgs),
    /// Show the ledger in a browser, on this computer only
    #[cfg(feature = "web")]
    Serve(serve::ServeArgs),
    /// Show a grant, decision, recipient or record in full
    Show(show::ShowArgs),
    /// List the records, with date and user
    Log(log::LogArgs),
    /// Import awards, payments, decisions and more from a file
    ///
    /// Reads CSV and other delimited text, XLSX, ODS, and JSON in the 360Giving standard. Columns may be in any
    /// order;
    /// those marked ? may be absent or blank, meaning not stated. Files with other columns need a profile. A file is
    /// imported in full or, if any row is wrong, not at all. Rows that are already recorded are skipped, so a file
    /// can be imported again.
    Import(import::ImportArgs),
    /// Reconcile a bank statement with the books
    ///
    /// Matches a line if the amount agrees to the penny and only one match is possible: by payment reference or award
    /// number, by recipient name, by amount and date alone, or as the total of all payments on one day. Where several
    /// matches are possible, choose one with --match. Lines already reconciled
    /// stay reconciled, so statements may overlap.
    Reconcile(reconcile::ReconcileArgs),
    /// Add users, assign roles and keys, or list users
    User(user::UserArgs),
    /// Set or show the scheme of delegation
    Policy(policy::PolicyArgs),
    /// Propose a command for approval by another user
    Propose(propose::ProposeArgs),
    /// List proposals awaiting approval
    Pending(pending::PendingArgs),
    /// Approve and record another user's proposal
    Approve(approve::ApproveArgs),
    /// Reject a proposal, or withdraw your own
    Reject(reject::RejectArgs),
    /// Reverse a record, or all records in a batch
    #[command(visible_alias = "undo")]
    Reverse(reverse::ReverseArgs),
    /// Close a month
    Close(close::CloseArgs),
    /// Reopen a provisionally closed month
    Reopen(reopen::ReopenArgs),
    /// Verify the journal, its entries and the index
    Verify(verify::VerifyArgs),
    /// Write a signed checkpoint for verifying the ledger later
    Checkpoint(checkpoint::CheckpointArgs),
    /// Back up the ledger, with a signed checkpoint, to one file
    Backup(backup::BackupArgs),
    /// Verify a backup and restore it as a ledger
    Restore(restore::RestoreArgs),
    /// Rebuild the index from the journal
    Rebuild(rebuild::RebuildArgs),
    /// Recover a ledger whose head file is lost
    Recover(recover::RecoverArgs),
    /// Print the completion script for a shell
    Completions(completions::CompletionsArgs),
    /// Print the manual page for almoner or for a command
    Man(man::ManArgs),
}

/// Runs a command.
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
        Command::Monitoring(args) => monitoring::run(args, context),
        Command::Correct(args) => correct::run(args, context),
        Command::State(args) => state::run(args, context),
        Command::Instalment(args) => instalment::run(args, context),
        Command::Pay(args) => pay::run(args, context),
        Command::Refund(args) => refund::run(args, context),
        Command::Returned(args) => returned::run(args, context),
        Command::Funding(args) => funding::run(args, context),
        Command::Budget(args) => budget::run(args, context),
        Command::Decision(args) => decision::run(args, context),
        Command::Recipient(args) => recipient::run(args, context),
        Command::Fund(args) => fund::run(args, context),
        Command::Theme(args) => theme::run(args, context),
        Command::Indicator(args) => indicator::run(args, context),
        Command::Paper(args) => paper::run(args, context),
        Command::Report(args) => run_report(&args, &context),
        Command::Explain(args) => explain::run(&args, &context),
        Command::Diff(args) => diff::run(&args, &context),
        Command::Export(args) => export::run(&args, &context),
        #[cfg(feature = "web")]
        Command::Serve(args) => serve::run(&args, context),
        Command::Show(args) => show::run(args, &context),
        Command::Log(args) => log::run(args, &context),
        Command::Import(args) => import::run(args, context),
        Command::Reconcile(args) => reconcile::run(args, context),
        Command::User(args) => user::run(args, context),
        Command::Policy(args) => policy::run(args, context),
        Command::Propose(args) => propose::run(args, context),
        Command::Pending(args) => pending::run(args, &context),
        Command::Approve(args) => approve::run(args, context),
        Command::Reject(args) => reject::run(args, context),
        Command::Reverse(args) => reverse::run(args, context),
        Command::Close(args) => close::run(args, context),
        Command::Reopen(args) => reopen::run(args, context),
        Command::Verify(args) => verify::run(&args, &context),
        Command::Checkpoint(args) => checkpoint::run(&args, &context),
        Command::Backup(args) => backup::run(&args, &context),
        Command::Restore(args) => restore::run(&args, &context),
        Command::Recover(args) => recover::run(&args, &context),
        Command::Rebuild(args) => rebuild::run(args, &context),
        Command::Completions(args) => completions::run(args, &context),
        Command::Man(args) => man::run(args, &context),
    }
}

/// Runs a report on the current books, or on those known at an earlier time.
fn run_report(args: &report::ReportArgs, context: &Context) -> Result<(), Problem> {
    let (today, terminal) = (context.actor.today, &context.terminal);
    let access = if args.reads_totals_first(today) { Access::Totals } else { Access::Read };
    args.view.read(context, Audience::Officer, access, |books| report::run(args, books, today, terminal))
}

/// How a command is recorded.
#[derive(Clone, Copy, Debug, Default)]
struct Recording<'a> {
    /// Label of the batch in the journal.
    label: &'a str,
    /// Add recipients, themes and funds that the ledger does not have.
    add_missing: bool,
    /// Record what may be a duplicate.
    again: bool,
    /// Record what was recorded and reversed.
    record_reversed: bool,
    /// Take a bank account that is much like a known one for another.
    new_account: bool,
    /// How to record again what was recorded and reversed, as in "record it again …".
    how_again: &'a str,
}

impl<'a> Recording<'a> {
    fn of(label: &'a str) -> Recording<'a> {
        Recording { label, ..Recording::default() }
    }
}

/// Returns how something is recorded with these options.
fn request<'a>(context: &'a Context, label: &'a str, args: &'a RecordingArgs) -> Request<'a> {
    Request {
        label,
        post_to_closed: args.post_to_closed.as_ref(),
        dry_run: args.dry_run,
        proposing: context.proposing,
        confirms_withholding: args.confirm_withholding,
        shown: None,
        key: Key::given(args.key.as_ref()),
        requested: Some(&context.requested),
    }
}

/// Records a command, made from the current books, and prints the confirmation.
fn record<'a>(
    context: Context,
    args: impl Into<HowToRecord<'a>>,
    recording: Recording<'_>,
    make: &dyn Fn(&dyn Books) -> Result<Act, Problem>,
) -> Result<(), Problem> {
    record_all(context, args, recording, &|books| Ok(vec![make(books)?]))
}

/// Records a command that does not depend on the books, and prints the confirmation.
fn record_command<'a>(
    context: Context,
    args: impl Into<HowToRecord<'a>>,
    recording: Recording<'_>,
    command: &Act,
) -> Result<(), Problem> {
    record_all(context, args, recording, &|_| Ok(vec![command.clone()]))
}

/// Records several commands in one batch and prints one confirmation.
fn record_all<'a, Make>(
    context: Context,
    args: impl Into<HowToRecord<'a>>,
    recording: Recording<'_>,
    make: &Make,
) -> Result<(), Problem>
where
    Make: Fn(&dyn Books) -> Result<Vec<Act>, Problem>,
{
    let HowToRecord { args, prior_period } = args.into();
    let options = Options {
        no_suggestions: false,
        add_missing: recording.add_missing,
        names: context.requested.names().shared(),
        confirm_names: false,
        late: args.late,
        prior_period: prior_period.cloned(),
        record_reversed: recording.record_reversed,
        again: recording.again,
        new_account: recording.new_account,
        today: Some(context.actor.today),
    };
    let request = request(&context, recording.label, args);
    let recorded = context.office.record(&context.actor, request, options, make)?;
    context.print(&confirmation(&context, &recorded, recording.how_again)?)
}
