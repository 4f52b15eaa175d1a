//! Where a command runs: the ledger, the person, the clock and the terminal.
//!
//! The only place that asks the environment, the clock or the terminal for anything. Everything
//! else is told.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use almoner_ledger::book::{Books, Draft, ReadModels};
use almoner_ledger::calendar::Date;
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Outcome, carry_out};
use almoner_ledger::event::Record;
use almoner_ledger::head::Head;
use almoner_ledger::store::folder::{Access, Ledger};
use almoner_ledger::store::lock::Turn;
use almoner_ledger::store::memory::MemoryStore;
use almoner_ledger::store::{Appended, BatchLabel, Store, StoreError};
use almoner_ledger::text::Text;

use crate::before::Before;
use crate::cli::GlobalArgs;
use crate::problem::{Problem, on_screen};
use crate::progress::with_progress;
use crate::render::Terminal;

/// How often a command is decided again when others record at the same time.
const ATTEMPTS: usize = 5;

/// The width when nothing says how wide the screen is.
const WIDTH: usize = 100;

/// Where a command runs.
#[derive(Clone, Debug)]
pub struct Context {
    /// The ledger's folder.
    pub ledger: PathBuf,
    /// Name of the user recording; empty when none is known.
    pub user: String,
    /// The time, UTC: `2026-11-21T10:03:03Z`.
    pub now: String,
    /// The day here.
    pub today: Date,
    /// How long to wait while another program works on the ledger.
    pub wait: Duration,
    /// What stdout is.
    pub terminal: Terminal,
    /// True when what would be recorded is only to be proposed.
    pub proposing: bool,
}

/// What is to be recorded, beside the commands themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// What the batch is called in the journal.
    pub label: &'a str,
    /// How the commands are to be taken.
    pub options: Options,
    /// Why what belongs in softly closed months is posted there, where it is to be.
    pub post_to_closed: Option<&'a Text>,
    /// Decide all, record nothing.
    pub dry_run: bool,
    /// The caller's own key, with which nothing is recorded twice.
    pub key: Option<&'a str>,
}

/// Commands, made from the books as they are.
pub type Commands<'a> = dyn Fn(&dyn Books) -> Result<Vec<Command>, Problem> + 'a;

/// Adds records to a draft on the books, which are those of the ledger or, where a recording is
/// repeated, what they were before it.
pub type Drafting<'a> = dyn Fn(&Ledger, &dyn Books, &mut Draft<'_>) -> Result<Vec<Outcome>, Problem> + 'a;

/// What came of a request.
#[derive(Debug)]
pub struct Recorded {
    /// The ledger.
    pub ledger: Ledger,
    /// The books before it, where it was recorded earlier and this is its receipt once more.
    pub earlier: Option<MemoryStore>,
    /// What became of each command, in order.
    pub outcomes: Vec<Outcome>,
    /// The records, those that followed by themselves included.
    pub records: Vec<Record>,
    /// The read models that they change.
    pub changed: ReadModels,
    /// How far the journal goes now.
    pub head: Head,
    /// True when nothing was recorded in truth.
    pub dry_run: bool,
}

impl Context {
    /// The context of this run.
    pub fn new(globals: GlobalArgs) -> Result<Context, Problem> {
        let today = Date::new(chrono::Local::now().date_naive()).map_err(|_| {
            Problem::refused("clock", "the computer's clock is far off").hint("set the date of this computer")
        })?;
        let user = match globals.user {
            Some(user) => Some(user.to_string()),
            None => user_variable()?.or_else(login_name),
        };
        Ok(Context {
            ledger: globals.ledger.unwrap_or_else(default_ledger),
            user: user.unwrap_or_default(),
            now: chrono::Utc::now().format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            today,
            wait: globals.wait.map_or_else(wait_variable, |seconds| Ok(seconds_of(seconds)))?,
            terminal: terminal(),
            proposing: false,
        })
    }

    /// Returns the context for proposing another command, whose own global arguments take precedence.
    pub fn proposing_as(mut self, globals: GlobalArgs) -> Context {
        self.proposing = true;
        self.ledger = globals.ledger.unwrap_or(self.ledger);
        self.wait = globals.wait.map_or(self.wait, seconds_of);
        self.user = globals.user.map_or(self.user, |user| user.to_string());
        self
    }

    /// A draft on these books of what somebody records now, or proposes.
    pub fn draft<'a>(&self, books: &'a dyn Books, by: String) -> Draft<'a> {
        let draft = Draft::new(books, self.now.clone(), by);
        if self.proposing { draft.proposing() } else { draft }
    }

    /// Who is recording, or the problem that nobody is known.
    pub fn recorder(&self) -> Result<&str, Problem> {
        if self.user.is_empty() {
            return Err(Problem::refused("no-recorder", "it is not known who is recording")
                .hint("give your name with --user, or set ALMONER_USER"));
        }
        Ok(&self.user)
    }

    /// The ledger, for reading; refused when it is damaged.
    pub fn open_read(&self) -> Result<Ledger, Problem> {
        self.open_undamaged(Access::Read)
    }

    /// The ledger, if it is whole: figures that rest on a part of it are never shown unasked.
    pub fn open_undamaged(&self, access: Access) -> Result<Ledger, Problem> {
        let ledger = self.open(access)?;
        let Some(damage) = ledger.damage() else { return Ok(ledger) };
        let last = ledger.head().record;
        Err(Problem::unavailable("damaged", format!("the journal is damaged: {damage}")).hint(format!(
            "records 1 to {last} can be read: `almoner log`, `almoner show`, `almoner report … --known-at {last}`; restore the rest from a copy"
        )))
    }

    /// The ledger, or what can be read of a damaged one, which is said on stderr.
    pub fn open_readable_part(&self) -> Result<Ledger, Problem> {
        let ledger = self.open(Access::Read)?;
        if let Some(damage) = ledger.damage() {
            let last = ledger.head().record;
            notify(&format!("the journal is damaged: {damage}. Only records 1 to {last} can be read"));
        }
        Ok(ledger)
    }

    /// The ledger. What had to be mended on the way is said on stderr.
    pub fn open(&self, access: Access) -> Result<Ledger, Problem> {
        let (ledger, notices) = with_progress("Reading the journal", |progress| {
            Ledger::open_in_turn(&self.ledger, access, &self.turn(), progress)
        })?;
        for notice in notices {
            notify(&notice);
        }
        Ok(ledger)
    }

    /// How this program takes its turn at the ledger.
    pub fn turn(&self) -> Turn<'_> {
        Turn { who: &self.user, patience: self.wait, tell: &notify }
    }

    /// Decides commands and records what they come to: all of it or nothing. The commands are
    /// asked for again when others have recorded something meanwhile.
    pub fn record(&self, request: Request<'_>, commands: &Commands<'_>) -> Result<Recorded, Problem> {
        self.record_drafted(request, &|_, books, draft| {
            let mut outcomes = Vec::new();
            for command in commands(books)? {
                outcomes.push(carry_out(draft, &command, request.options)?);
            }
            Ok(outcomes)
        })
    }

    /// Records what is drafted: all of it or nothing. It is drafted again when others have recorded
    /// something meanwhile.
    pub fn record_drafted(&self, request: Request<'_>, drafting: &Drafting<'_>) -> Result<Recorded, Problem> {
        let by = if request.dry_run { self.user.clone() } else { self.recorder()?.to_owned() };
        let access = if request.dry_run { Access::Read } else { Access::Write };
        let mut attempts = 0;
        loop {
            attempts += 1;
            let mut ledger = self.open(access)?;
            let key = request.key.filter(|_| !request.dry_run);
            if let Some(key) = key
                && let Some(head) = ledger.batch_with_key(key)?
            {
                return self.repeated(ledger, head, key, request.post_to_closed, drafting);
            }
            let mut draft = self.draft(&ledger, by.clone());
            draft.enter_closed_months(request.post_to_closed);
            let outcomes = drafting(&ledger, &ledger, &mut draft)?;
            let batch = draft.finish()?;
            let (records, changed) = (batch.records.clone(), batch.changed.clone());
            let mut head = ledger.head();
            if !request.dry_run && !records.is_empty() {
                match ledger.append(BatchLabel { label: request.label, key }, batch) {
                    Ok(Appended::Recorded(now) | Appended::AlreadyRecorded(now)) => head = now,
                    Err(StoreError::Recorded { head: now }) => {
                        notify(&StoreError::Recorded { head: now }.to_string());
                        head = now;
                    }
                    Err(StoreError::HeadMoved { .. }) if attempts < ATTEMPTS => continue,
                    Err(error) => return Err(error.into()),
                }
            }
            let dry_run = request.dry_run;
            return Ok(Recorded { ledger, earlier: None, outcomes, records, changed, head, dry_run });
        }
    }

    /// The receipt of what was recorded before with a key, if that was the same.
    fn repeated(
        &self,
        ledger: Ledger,
        head: Head,
        key: &str,
        post_to_closed: Option<&Text>,
        drafting: &Drafting<'_>,
    ) -> Result<Recorded, Problem> {
        let before = Before::batch_up_to(&ledger, head)?;
        let (outcomes, batch) = {
            let mut draft = before.draft(self.proposing);
            draft.enter_closed_months(post_to_closed);
            let outcomes = drafting(&ledger, &before, &mut draft).map_err(|_| before.is_another(key))?;
            (outcomes, draft.finish()?)
        };
        before.check_same(&batch, key)?;
        let (earlier, records) = before.into_parts();
        let (changed, earlier) = (batch.changed, Some(earlier));
        Ok(Recorded { ledger, earlier, outcomes, records, changed, head, dry_run: false })
    }

    /// Prints data on stdout. A reader that has gone away is no problem.
    pub fn print(&self, text: &str) -> Result<(), Problem> {
        let mut stdout = std::io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Problem::file("the output cannot be written", &error))
            }
            _ => Ok(()),
        }
    }

    /// A command to type, with the ledger named where it must be.
    pub fn to_type(&self, command: &str) -> String {
        if self.ledger == default_ledger() {
            return format!("almoner {command}");
        }
        format!("almoner -L {} {command}", on_screen(&quoted(&self.ledger.to_string_lossy())))
    }
}

/// Says something on stderr that is neither data nor a problem.
pub fn notify(notice: &str) {
    drop(writeln!(std::io::stderr().lock(), "note: {}", on_screen(notice)));
}

/// The ledger's folder when the arguments name none.
fn default_ledger() -> PathBuf {
    let set = std::env::var_os("ALMONER_LEDGER").filter(|path| !path.is_empty());
    PathBuf::from(set.unwrap_or_else(|| "almoner.ledger".into()))
}

/// Who is recording, as the environment says.
fn user_variable() -> Result<Option<String>, Problem> {
    let Ok(name) = std::env::var("ALMONER_USER") else { return Ok(None) };
    if name.is_empty() {
        return Ok(None);
    }
    let name = Text::new(&name).map_err(|error| {
        Problem::refused("not-a-text", format!("ALMONER_USER: {error}")).hint(error.hint())
    })?;
    Ok(Some(name.to_string()))
}

/// The passphrase of a key, as the environment says.
pub fn passphrase_variable() -> Result<Option<String>, Problem> {
    match std::env::var("ALMONER_PASSPHRASE") {
        Ok(given) if !given.is_empty() => Ok(Some(given)),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Problem::refused("no-passphrase", "ALMONER_PASSPHRASE is not text")
                .hint("set it to the passphrase as it was when the key was made"))
        }
        _ => Ok(None),
    }
}

/// How long to wait, as the environment says.
fn wait_variable() -> Result<Duration, Problem> {
    match std::env::var("ALMONER_WAIT") {
        Ok(seconds) if !seconds.is_empty() => seconds.trim().parse().map(seconds_of).map_err(|_| {
            Problem::refused("not-seconds", format!("ALMONER_WAIT: `{seconds}` is not a number of seconds"))
                .hint("set it to a whole number such as 60, or not at all")
        }),
        _ => Ok(Turn::PATIENCE),
    }
}

fn seconds_of(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}

/// The login name, if it can stand in the journal.
fn login_name() -> Option<String> {
    whoami::username().ok().and_then(|name| Text::new(&name).ok()).map(|name| name.to_string())
}

/// True when stdout is a terminal that somebody looks at.
pub fn is_screen() -> bool {
    std::io::stdout().is_terminal()
}

fn terminal() -> Terminal {
    let colour = is_screen() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let of_screen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let width = columns.or_else(of_screen).filter(|width| (20..=1_000).contains(width)).unwrap_or(WIDTH);
    Terminal { width, colour }
}

/// An argument as a shell reads it.
pub fn quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '\\' | ':');
    if !argument.is_empty() && argument.chars().all(is_plain) {
        return argument.to_owned();
    }
    format!("\"{argument}\"")
}
