//! The context of a command: ledger, user, clock and terminal.
//!
//! No other module reads the environment, the clock or the terminal.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use almoner_ledger::book::{Books, Draft, ReadModels};
use almoner_ledger::calendar::{CalendarError, Date};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Outcome, carry_out};
use almoner_ledger::events::Record;
use almoner_ledger::head::Head;
use almoner_ledger::text::Text;
use almoner_store::folder::{Access, Ledger};
use almoner_store::lock::Turn;
use almoner_store::memory::MemoryStore;
use almoner_store::{Appended, BatchLabel, Store, StoreError};

use crate::before::Before;
use crate::problem::Problem;
use crate::progress::with_progress;
use crate::terminal::{is_screen, notify, on_screen, quoted};
use almoner_papers::render::Terminal;

/// Maximum number of times a command is decided when other programs record at the same time.
const ATTEMPTS: usize = 5;

/// Width in columns where the terminal does not give one.
const WIDTH: usize = 100;

/// The context of a command.
#[derive(Clone, Debug)]
pub struct Context {
    /// Folder of the ledger.
    pub ledger: PathBuf,
    /// Name of the user recording; empty when none is known.
    pub user: String,
    /// Present time in UTC: `2026-11-21T10:03:03Z`.
    pub now: String,
    /// Present day, local time.
    pub today: Date,
    /// Time to wait while another program uses the ledger.
    pub wait: Duration,
    /// Width and colour of stdout.
    pub terminal: Terminal,
    /// True if the command is to be proposed instead of recorded.
    pub proposing: bool,
}

/// Values given in place of those of the environment.
#[derive(Debug, Default)]
pub struct Overrides {
    /// Folder of the ledger.
    pub ledger: Option<PathBuf>,
    /// Seconds to wait while another program uses the ledger.
    pub wait: Option<u32>,
    /// Name of the user recording.
    pub user: Option<Text>,
}

/// How commands are recorded.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// Label of the batch in the journal.
    pub label: &'a str,
    pub options: Options,
    /// Reason for posting to provisionally closed months, if that is requested.
    pub post_to_closed: Option<&'a Text>,
    /// True if everything is decided and nothing recorded.
    pub dry_run: bool,
    /// The caller's own key: a batch with the same key is not recorded twice.
    pub key: Option<&'a str>,
}

/// Makes commands from the current books.
pub type Commands<'a> = dyn Fn(&dyn Books) -> Result<Vec<Command>, Problem> + 'a;

/// Adds records to a draft on the books: those of the ledger or, for a repeated recording, those before it.
pub type Drafting<'a> = dyn Fn(&Ledger, &dyn Books, &mut Draft<'_>) -> Result<Vec<Outcome>, Problem> + 'a;

/// The result of a request.
#[derive(Debug)]
pub struct Recorded {
    pub ledger: Ledger,
    /// The books before it, if it was recorded earlier and its confirmation is repeated.
    pub earlier: Option<MemoryStore>,
    /// The outcome of each command, in order.
    pub outcomes: Vec<Outcome>,
    /// The records, including those that were added automatically.
    pub records: Vec<Record>,
    /// The read models that they changed.
    pub changed: ReadModels,
    /// Head of the journal afterwards.
    pub head: Head,
    /// True if nothing was written.
    pub dry_run: bool,
}

impl Context {
    /// Returns the context of this run.
    pub fn new(given: Overrides) -> Result<Context, Problem> {
        let today = today().map_err(|_| {
            Problem::refused("clock", "the clock of this computer is wrong").hint("set its date and time")
        })?;
        let user = match given.user {
            Some(user) => Some(user.to_string()),
            None => user_variable()?.or_else(login_name),
        };
        Ok(Context {
            ledger: given.ledger.unwrap_or_else(default_ledger),
            user: user.unwrap_or_default(),
            now: chrono::Utc::now().format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            today,
            wait: given.wait.map_or_else(wait_variable, |seconds| Ok(seconds_of(seconds)))?,
            terminal: terminal(),
            proposing: false,
        })
    }

    /// Returns the context for proposing another command, whose own global arguments take precedence.
    pub fn proposing_as(mut self, given: Overrides) -> Context {
        self.proposing = true;
        self.ledger = given.ledger.unwrap_or(self.ledger);
        self.wait = given.wait.map_or(self.wait, seconds_of);
        self.user = given.user.map_or(self.user, |user| user.to_string());
        self
    }

    /// Returns a draft on these books for recording or proposing at the present time.
    pub fn draft<'a>(&self, books: &'a dyn Books, by: String) -> Draft<'a> {
        let draft = Draft::new(books, self.now.clone(), by);
        if self.proposing { draft.proposing() } else { draft }
    }

    /// Returns the user recording.
    ///
    /// # Errors
    ///
    /// If no user is known.
    pub fn recorder(&self) -> Result<&str, Problem> {
        if self.user.is_empty() {
            return Err(Problem::refused("no-recorder", "the user recording is not known")
                .hint("name the user with --user, or set ALMONER_USER"));
        }
        Ok(&self.user)
    }

    /// Opens the ledger for reading. Refuses a damaged one.
    pub fn open_read(&self) -> Result<Ledger, Problem> {
        self.open_undamaged(Access::Read)
    }

    /// Opens the ledger. Refuses a damaged one: figures from part of a journal are shown on request only.
    pub fn open_undamaged(&self, access: Access) -> Result<Ledger, Problem> {
        let ledger = self.open(access)?;
        let Some(damage) = ledger.damage() else { return Ok(ledger) };
        let last = ledger.head().record;
        Err(Problem::unavailable("damaged", format!("the journal is damaged: {damage}")).hint(format!(
            "restore the ledger from a backup; records 1 to {last} can still be read with `almoner log`, `almoner show` and `almoner report … --known-at {last}`"
        )))
    }

    /// Opens the ledger, or the readable part of a damaged one with a note on stderr.
    pub fn open_readable_part(&self) -> Result<Ledger, Problem> {
        let ledger = self.open(Access::Read)?;
        if let Some(damage) = ledger.damage() {
            let last = ledger.head().record;
            notify(&format!("the journal is damaged: {damage}. Records 1 to {last} only can be read"));
        }
        Ok(ledger)
    }

    /// Opens the ledger, with notes on stderr about what was repaired.
    pub fn open(&self, access: Access) -> Result<Ledger, Problem> {
        let (ledger, notices) = with_progress("Reading the journal", |progress| {
            Ledger::open_in_turn(&self.ledger, access, &self.turn(), progress)
        })?;
        for notice in notices {
            notify(&notice);
        }
        Ok(ledger)
    }

    /// Returns how long, and for whom, this program waits for the ledger.
    pub fn turn(&self) -> Turn<'_> {
        Turn { who: &self.user, patience: self.wait, tell: &notify }
    }

    /// Decides commands and records the result, in full or not at all. The commands are made again if
    /// another program has recorded in the meantime.
    pub fn record(&self, request: Request<'_>, commands: &Commands<'_>) -> Result<Recorded, Problem> {
        self.record_drafted(request, &|_, books, draft| {
            let mut outcomes = Vec::new();
            for command in commands(books)? {
                outcomes.push(carry_out(draft, &command, request.options)?);
            }
            Ok(outcomes)
        })
    }

    /// Records a draft, in full or not at all. It is drafted again if another program has recorded in
    /// the meantime.
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

    /// Returns what was recorded earlier with the key, provided that it was the same.
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

    /// Prints data on stdout. A closed pipe is not an error.
    pub fn print(&self, text: &str) -> Result<(), Problem> {
        let mut stdout = std::io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Problem::file("the output cannot be written", &error))
            }
            _ => Ok(()),
        }
    }

    /// Returns a command line for the user to type, with the ledger if it is not the default one.
    pub fn to_type(&self, command: &str) -> String {
        if self.ledger == default_ledger() {
            return format!("almoner {command}");
        }
        format!("almoner -L {} {command}", on_screen(&quoted(&self.ledger.to_string_lossy())))
    }
}

/// Returns the present day, local time.
pub fn today() -> Result<Date, CalendarError> {
    Date::new(chrono::Local::now().date_naive())
}

/// Returns the ledger folder if the arguments name none.
fn default_ledger() -> PathBuf {
    let set = std::env::var_os("ALMONER_LEDGER").filter(|path| !path.is_empty());
    PathBuf::from(set.unwrap_or_else(|| "almoner.ledger".into()))
}

/// Returns the user named by the environment.
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

/// Returns the passphrase given by the environment.
pub fn passphrase_variable() -> Result<Option<String>, Problem> {
    match std::env::var("ALMONER_PASSPHRASE") {
        Ok(given) if !given.is_empty() => Ok(Some(given)),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Problem::refused("no-passphrase", "ALMONER_PASSPHRASE is not valid text")
                .hint("set it to the passphrase that the key was created with"))
        }
        _ => Ok(None),
    }
}

/// Returns the time to wait given by the environment, else the default.
fn wait_variable() -> Result<Duration, Problem> {
    match std::env::var("ALMONER_WAIT") {
        Ok(seconds) if !seconds.is_empty() => seconds.trim().parse().map(seconds_of).map_err(|_| {
            Problem::refused("not-seconds", format!("ALMONER_WAIT: `{seconds}` is not a number of seconds"))
                .hint("set it to a whole number such as 60, or unset it")
        }),
        _ => Ok(Turn::PATIENCE),
    }
}

fn seconds_of(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}

/// Returns the login name, if the journal accepts it.
fn login_name() -> Option<String> {
    whoami::username().ok().and_then(|name| Text::new(&name).ok()).map(|name| name.to_string())
}

fn terminal() -> Terminal {
    let colour = is_screen() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let of_screen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let width = columns.or_else(of_screen).filter(|width| (20..=1_000).contains(width)).unwrap_or(WIDTH);
    Terminal { width, colour }
}
