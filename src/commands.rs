//! The commands, one file each, with its arguments and what it does side by side.

pub mod approve;
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
pub mod rebuild;
pub mod recipient;
pub mod reconcile;
pub mod refund;
pub mod reject;
pub mod reopen;
pub mod report;
pub mod repurpose;
pub mod restore;
pub mod reverse;
pub mod show;
pub mod state;
pub mod status;
pub mod theme;
pub mod user;
pub mod vary;
pub mod verify;
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
use crate::confirmation::confirmation;
use crate::context::{Context, Request};
use crate::problem::Problem;

/// What almoner can be asked to do. The groups of the help are in [`crate::cli`].
///
/// A command's arguments are made only when it is the one asked for (`defer`): making those of all took longer than
/// most reports do.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Make a ledger
    Init(init::InitArgs),
    /// Make a ledger to play with, and show what it can tell
    Demo(demo::DemoArgs),
    /// Show the office at a glance, and what needs attention
    Status(status::StatusArgs),
    /// Award a grant
    Award(award::AwardArgs),
    /// Change a grant's amount or period
    Vary(vary::VaryArgs),
    /// Give a grant a later end
    Extend(extend::ExtendArgs),
    /// End a grant
    Withdraw(withdraw::WithdrawArgs),
    /// Change what a grant is for
    Repurpose(repurpose::RepurposeArgs),
    /// Record monitoring reports and milestones of a grant
    Monitoring(monitoring::MonitoringArgs),
    /// State what an award did not state: its power, conditions or reasons
    State(state::StateArgs),
    /// Schedule a payment of a grant
    Instalment(instalment::InstalmentArgs),
    /// Record a payment of a grant
    Pay(pay::PayArgs),
    /// Record unspent money that a recipient gave back
    Refund(refund::RefundArgs),
    /// Record money from funders
    Funding(funding::FundingArgs),
    /// Set, revise or list annual budgets
    Budget(budget::BudgetArgs),
    /// Enter decisions in the register, or list it
    Decision(decision::DecisionArgs),
    /// Add, rename, identify or list recipients, or say what else they are called
    Recipient(recipient::RecipientArgs),
    /// Add funds, or list them
    Fund(fund::FundArgs),
    /// Add themes, or list them
    Theme(theme::ThemeArgs),
    /// State figures from outside for a theme, or list them
    Indicator(indicator::IndicatorArgs),
    /// Say which decision or grant appeared in which public paper, or list the papers
    Paper(paper::PaperArgs),
    /// Draw a report: spending by theme or period, grants, budgets, the year's end …
    Report(report::ReportArgs),
    /// List the records that make a figure, down to decision and person
    Explain(explain::ExplainArgs),
    /// Say which records moved which figure between two times at which a paper was made
    Diff(diff::DiffArgs),
    /// Write papers and files for others: the panel, the public, funders, auditors, the finance system
    Export(export::ExportArgs),
    /// Show a grant, a decision, a recipient or a record with its whole history
    Show(show::ShowArgs),
    /// List what was recorded, when and by whom
    Log(log::LogArgs),
    /// Record what is in a file from elsewhere: all of it, or nothing if anything is wrong with it
    ///
    /// Files are CSV and other delimited text, XLSX, ODS, or JSON of the 360Giving standard. Without a
    /// profile a file has almoner's own columns, in any order; those with ? may be absent, or blank: not
    /// stated. A profile says where they come from in files of others. The same file may be imported again:
    /// what is recorded already is not recorded twice.
    Import(import::ImportArgs),
    /// Find the lines of a bank statement in the books, and what of the books is not on it
    ///
    /// A line is matched when its amount agrees to the penny and one reading only is left: by the payment's
    /// reference or the award's number, by the recipient's name, by amount and date alone, or as the sum of
    /// all payments of a day. What has two readings is left to you: --match says which is meant. What was
    /// reconciled stays so, and a statement that overlaps an earlier one adds nothing twice.
    Reconcile(reconcile::ReconcileArgs),
    /// Say who works with the ledger and what they may do, or list them
    User(user::UserArgs),
    /// Say what needs a second person, or show it
    Policy(policy::PolicyArgs),
    /// Propose what a command would record, for another person to approve
    Propose(propose::ProposeArgs),
    /// List what waits for approval
    Pending(pending::PendingArgs),
    /// Approve what another person proposed, and so record it
    Approve(approve::ApproveArgs),
    /// Turn down what was proposed, or withdraw it yourself
    Reject(reject::RejectArgs),
    /// Undo a record, or all records of a batch, by new ones that name them
    #[command(visible_alias = "undo")]
    Reverse(reverse::ReverseArgs),
    /// Close a month, so that nothing more is posted in it
    Close(close::CloseArgs),
    /// Open a softly closed month again
    Reopen(reopen::ReopenArgs),
    /// Check the journal's hashes, every rule of the books, and the index
    Verify(verify::VerifyArgs),
    /// Write a small signed file that proves later how far the books went
    Checkpoint(checkpoint::CheckpointArgs),
    /// Write the whole ledger to one file, with its checkpoint
    Backup(backup::BackupArgs),
    /// Make a ledger of a backup, which is verified first
    Restore(restore::RestoreArgs),
    /// Remake the index from the journal
    Rebuild(rebuild::RebuildArgs),
    /// Print what a shell needs to complete commands
    Completions(completions::CompletionsArgs),
    /// Print the manual page, or that of a command
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
        Command::Monitoring(args) => monitoring::run(args, context),
        Command::State(args) => state::run(args, context),
        Command::Instalment(args) => instalment::run(args, context),
        Command::Pay(args) => pay::run(args, context),
        Command::Refund(args) => refund::run(args, context),
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
        Command::Rebuild(args) => rebuild::run(args, &context),
        Command::Completions(args) => completions::run(args, &context),
        Command::Man(args) => man::run(args, &context),
    }
}

/// Draws a report from the books as they are, or as they were known at an earlier time.
fn run_report(args: &report::ReportArgs, context: &Context) -> Result<(), Problem> {
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
    how_again: &'a str,
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
    let request = Request {
        label: recording.label,
        options: Options {
            no_suggestions: false,
            add_missing: recording.add_missing,
            late: args.late,
            anew: false,
        },
        post_to_closed: args.post_to_closed.as_ref(),
        dry_run: args.dry_run,
        key: args.key.as_ref().map(Text::as_str),
    };
    let recorded = context.record(request, make)?;
    context.print(&confirmation(&context, &recorded, recording.how_again)?)
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
    let alike = grant.iter().flat_map(|grant| &grant.history).filter(|recorded| *recorded.fact == *fact);
    Ok(u32::try_from(alike.count()).unwrap_or(u32::MAX).saturating_add(1))
}
