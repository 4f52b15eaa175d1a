//! The context of a command: ledger, user, clock and terminal.
//!
//! No other module reads the environment, the clock or the terminal.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use almoner_app::actor::{Actor, Timestamp};
use almoner_app::error::Error;
use almoner_app::office::Office;
use almoner_app::profiles::Profiles;
use almoner_app::requested::Requested;
use almoner_ledger::calendar::{CalendarError, Date};
use almoner_ledger::hash::Hash;
use almoner_ledger::text::Text;
use almoner_papers::render::Terminal;
use almoner_store::folder::lock::Turn;
use almoner_store::folder::{Access, Ledger};

use crate::output::stream;
use crate::problem::Problem;
use crate::progress::Screen;
use crate::terminal::{is_screen, notify, on_screen, quoted};

/// Width in columns where the terminal does not give one.
const WIDTH: usize = 100;

/// The context of a command.
#[derive(Clone, Debug)]
pub struct Context {
    /// The office: where its ledger is.
    pub office: Office,
    /// Who acts, and when.
    pub actor: Actor,
    /// Width and colour of stdout.
    pub terminal: Terminal,
    /// True if the command is to be proposed instead of recorded.
    pub proposing: bool,
    /// The command with what was given.
    pub requested: Requested,
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
    /// True if the clock of this computer is confirmed to be right.
    pub confirm_clock: bool,
}

impl Context {
    /// Returns the context of this run.
    pub fn new(given: Overrides) -> Result<Context, Problem> {
        let today = today().map_err(|_| wrong_clock())?;
        let at = now().ok_or_else(wrong_clock)?;
        let user = match given.user {
            Some(user) => Some(user),
            None => user_variable()?.or_else(login_name),
        };
        let wait = given.wait.map_or_else(wait_variable, |seconds| Ok(seconds_of(seconds)))?;
        let location = given.ledger.unwrap_or_else(default_ledger);
        Ok(Context {
            office: Office { location, notes: notes_folder(), wait, observer: Arc::new(Screen) },
            actor: Actor { user, at, today, is_clock_confirmed: given.confirm_clock },
            terminal: terminal(),
            proposing: false,
            requested: Requested::default(),
        })
    }

    /// Returns the context for proposing another command, whose own global arguments take precedence.
    pub fn proposing_as(mut self, given: Overrides, requested: Requested) -> Context {
        self.proposing = true;
        self.requested = Requested { command: format!("propose {}", requested.command), ..requested };
        let Office { location, notes, wait, observer } = self.office;
        self.office = Office {
            location: given.ledger.unwrap_or(location),
            notes,
            wait: given.wait.map_or(wait, seconds_of),
            observer,
        };
        self.actor.user = given.user.or(self.actor.user);
        self.actor.is_clock_confirmed |= given.confirm_clock;
        self
    }

    /// Returns the context with the content of a file in place of its name in the request.
    pub fn with_content(mut self, name: &str, content: &[u8]) -> Context {
        self.requested = self.requested.replacing(&[name], "content", Hash::of(content).to_string());
        self
    }

    /// Opens the ledger for reading. Refuses a damaged one.
    pub fn open_read(&self) -> Result<Ledger, Error> {
        self.open_undamaged(Access::Read)
    }

    /// Opens the ledger. Refuses a damaged one: figures from part of a journal are shown on request only.
    pub fn open_undamaged(&self, access: Access) -> Result<Ledger, Error> {
        self.office.open_undamaged(&self.actor, access)
    }

    /// Opens the ledger, or the readable part of a damaged one with a note on stderr.
    pub fn open_readable_part(&self, access: Access) -> Result<Ledger, Error> {
        self.office.open_readable_part(&self.actor, access)
    }

    /// Returns how long, and for whom, this program waits for the ledger.
    pub fn turn(&self) -> Turn<'_> {
        Turn { who: self.actor.name(), patience: self.office.wait, tell: &notify }
    }

    /// Prints data on stdout. A closed pipe is not an error.
    pub fn print(&self, text: &str) -> Result<(), Problem> {
        self.print_bytes(text.as_bytes())
    }

    /// Prints bytes on stdout.
    pub fn print_bytes(&self, bytes: &[u8]) -> Result<(), Problem> {
        stream(None, false, &mut |stdout| stdout.write_all(bytes))
    }

    /// Returns a command line for the user to type, with the ledger if it is not the default one.
    pub fn to_type(&self, command: &str) -> String {
        if self.office.location == default_ledger() {
            return format!("almoner {command}");
        }
        format!("almoner -L {} {command}", on_screen(&quoted(&self.office.location.to_string_lossy())))
    }
}

/// Returns the present moment; `None` where the clock is wrong.
pub fn now() -> Option<Timestamp> {
    Timestamp::parse(&chrono::Utc::now().format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// Returns 256 random bits.
#[cfg(feature = "web")]
pub fn random() -> Result<[u8; 32], Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        Error::unavailable("no-randomness", format!("this computer cannot supply random numbers: {error}"))
    })?;
    Ok(bytes)
}

/// Returns the user's private folder for files of programs that run.
#[cfg(feature = "web")]
pub fn runtime_folder() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let folder = if cfg!(windows) { set("LOCALAPPDATA") } else { set("XDG_RUNTIME_DIR") };
    let user = whoami::username().unwrap_or_default();
    let own: String = user.chars().filter(char::is_ascii_alphanumeric).collect();
    folder
        .map_or_else(|| std::env::temp_dir().join(format!("almoner-{own}")), |folder| folder.join("almoner"))
}

/// Returns whether programs can show windows to the user.
#[cfg(feature = "web")]
pub fn has_windows() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(windows, target_os = "macos")) || set("DISPLAY") || set("WAYLAND_DISPLAY")
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

/// Returns the folder for notes of what this computer has seen: of the user and not of the ledger. Empty if none is
/// known.
fn notes_folder() -> PathBuf {
    state_folder().map(|folder| folder.join("seen")).unwrap_or_default()
}

/// Returns the folder for drafts of forms, of the user and not of the ledger.
#[cfg(feature = "web")]
pub fn drafts_folder() -> Option<PathBuf> {
    state_folder().map(|folder| folder.join("drafts"))
}

/// Returns the profiles that the user has saved.
pub fn profiles() -> Profiles {
    Profiles::in_folder(state_folder().map(|folder| folder.join("profiles")))
}

/// Returns the folder in which the program keeps what is the user's own and outlasts a run.
fn state_folder() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let usual = || match () {
        () if cfg!(windows) => Some(set("LOCALAPPDATA")?.join("almoner")),
        () if cfg!(target_os = "macos") => Some(set("HOME")?.join("Library/Application Support/almoner")),
        () => Some(match set("XDG_STATE_HOME").filter(|path| path.is_absolute()) {
            Some(state) => state.join("almoner"),
            None => set("HOME")?.join(".local/state/almoner"),
        }),
    };
    set("ALMONER_STATE").or_else(usual)
}

/// Returns the user named by the environment.
fn user_variable() -> Result<Option<Text>, Problem> {
    let Ok(name) = std::env::var("ALMONER_USER") else { return Ok(None) };
    if name.is_empty() {
        return Ok(None);
    }
    let name = Text::new(&name).map_err(|error| {
        Problem::refused("invalid-value", format!("ALMONER_USER: {error}")).hint(error.hint())
    })?;
    Ok(Some(name))
}

/// Returns the passphrase given by the environment.
pub fn passphrase_variable() -> Result<Option<String>, Problem> {
    let hint = "set it to the passphrase with which the key was created";
    secret_variable("ALMONER_PASSPHRASE", "no-passphrase", hint)
}

/// Returns the password given by the environment.
#[cfg(feature = "web")]
pub fn password_variable() -> Result<Option<String>, Problem> {
    secret_variable("ALMONER_PASSWORD", "no-password", "set it to the password that the user will type")
}

/// Returns the file of the key for one-time codes: the one given, else the credential that systemd hands to a service.
#[cfg(feature = "web")]
pub fn key_file(given: Option<PathBuf>) -> Option<PathBuf> {
    given.or_else(|| credential(std::env::var_os("CREDENTIALS_DIRECTORY"), "almoner-key"))
}

/// Returns the file of the client secret of the organisation's sign-in: the one given, else the credential.
#[cfg(feature = "web")]
pub fn oidc_secret_file(given: Option<PathBuf>) -> Option<PathBuf> {
    given.or_else(|| credential(std::env::var_os("CREDENTIALS_DIRECTORY"), "almoner-oidc"))
}

/// Returns the credential of a name in a folder, if there is one. One that cannot be looked at is there: reading it says why it
/// cannot be used.
#[cfg(feature = "web")]
fn credential(folder: Option<std::ffi::OsString>, name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(folder.filter(|it| !it.is_empty())?).join(name);
    path.try_exists().unwrap_or(true).then_some(path)
}

fn secret_variable(name: &str, code: &'static str, hint: &str) -> Result<Option<String>, Problem> {
    match std::env::var(name) {
        Ok(given) if !given.is_empty() => Ok(Some(given)),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Problem::refused(code, format!("{name} is not valid text")).hint(hint))
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

fn wrong_clock() -> Problem {
    Problem::refused("clock", "this computer's clock is wrong").hint("set its date and time")
}

fn seconds_of(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}

/// Returns the login name, if the journal accepts it.
fn login_name() -> Option<Text> {
    whoami::username().ok().and_then(|name| Text::new(&name).ok())
}

fn terminal() -> Terminal {
    let colour = is_screen() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let of_screen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let width = columns.or_else(of_screen).filter(|width| (20..=1_000).contains(width)).unwrap_or(WIDTH);
    Terminal { width, colour }
}

#[cfg(all(test, feature = "web"))]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_in_the_folder_that_is_stated() {
        let folder = tempfile::tempdir().unwrap();
        let [with, without] = ["with", "without"].map(|name| folder.path().join(name));
        for folder in [&with, &without] {
            std::fs::create_dir(folder).unwrap();
        }
        std::fs::write(with.join("almoner-key"), [7; 32]).unwrap();
        std::fs::write(without.join("almoner-oidc"), "another secret").unwrap();
        for (stated, expected) in [
            (None, None),
            (Some("".into()), None),
            (Some(without.into_os_string()), None),
            (Some(folder.path().join("missing").into_os_string()), None),
            (Some(with.clone().into_os_string()), Some(with.join("almoner-key"))),
        ] {
            assert_eq!(credential(stated.clone(), "almoner-key"), expected, "{stated:?}");
        }
        assert_eq!(key_file(Some("given".into())), Some("given".into()));
    }
}
