//! A PostgreSQL that the tests start themselves, from the system's packages, in a temporary folder with a Unix socket.
//!
//! It ends with the tests, however they end. Where no PostgreSQL is installed, tests are skipped with a message, unless
//! `ALMONER_POSTGRES` is set.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The user who may do everything.
pub const ADMIN: &str = "admin";
/// The name of the server's socket in its folder.
pub const SOCKET: &str = ".s.PGSQL.5432";

/// Runs the server until its standard input ends, then removes the folder.
const WATCH: &str = "folder=$1; shift
\"$@\" </dev/null >\"$folder/log\" 2>&1 &
server=$!
read -r _
kill -INT $server
wait $server
[ -e \"$folder/keep\" ] || rm -rf \"$folder\"";

/// A server.
pub struct Server {
    folder: PathBuf,
    programs: PathBuf,
    /// The system's user that it runs as, if not the one of the tests: it refuses to be run by root.
    user: Option<(u32, u32)>,
    watch: Child,
    settings: Vec<String>,
    port: u16,
}

/// The server that most tests share; `None` where none is installed.
pub fn shared() -> Option<&'static Server> {
    static SHARED: OnceLock<Option<Server>> = OnceLock::new();
    SHARED.get_or_init(|| Server::start(&[])).as_ref()
}

/// Names of databases and users that no other test has.
pub fn fresh(name: &str) -> String {
    static LAST: AtomicU32 = AtomicU32::new(0);
    format!("{name}_{}", LAST.fetch_add(1, Ordering::Relaxed))
}

/// The folder of the programs: the latest version of the system's.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|version| {
            let number = version.file_name().to_str()?.parse().ok()?;
            Some((number, version.path().join("bin"))).filter(|(_, it)| it.join("initdb").is_file())
        })
        .collect();
    found.sort();
    found.pop().map(|(_, programs)| programs)
}

/// The user and group of the packages, if the tests are run by root.
fn user() -> Option<(u32, u32)> {
    let id = |args: &[&str]| -> Option<u32> {
        let output = Command::new("id").args(args).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    if id(&["-u"])? != 0 {
        return None;
    }
    Some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?))
}

impl Server {
    /// Starts a server with further settings.
    pub fn start(settings: &[&str]) -> Option<Server> {
        Server::start_with(settings, &|_| ())
    }

    /// Starts a server with further settings, after `prepare` has put files into its folder.
    pub fn start_with(settings: &[&str], prepare: &dyn Fn(&Path)) -> Option<Server> {
        let Some(programs) = programs() else {
            let is_required = std::env::var_os("ALMONER_POSTGRES").is_some();
            assert!(!is_required, "PostgreSQL is not installed");
            println!("skipped: PostgreSQL is not installed");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("almoner-pg-").tempdir_in("/tmp").unwrap().keep();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        let user = user();
        if let Some((user, group)) = user {
            chown(&folder, Some(user), Some(group)).unwrap();
        }
        let mut initdb = as_user(Command::new(programs.join("initdb")), user, &folder);
        initdb.args(["--no-sync", "--encoding=UTF8", "--locale=C", "--auth=trust", "--username", ADMIN]);
        initdb.arg("--pgdata").arg(folder.join("data"));
        let output = initdb.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        prepare(&folder);
        for file in fs::read_dir(&folder).unwrap().flatten() {
            if let Some((user, group)) = user {
                chown(file.path(), Some(user), Some(group)).unwrap();
            }
        }
        let settings: Vec<String> = settings.iter().map(|it| (*it).to_owned()).collect();
        let port = settings.iter().find_map(|it| it.strip_prefix("port=")).unwrap_or("5432").parse().unwrap();
        let watch = watch(&programs, &folder, user, &settings);
        let server = Server { folder, programs, user, watch, settings, port };
        server.wait_until_ready();
        Some(server)
    }

    /// The folder of the server's socket.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn wait_until_ready(&self) {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let mut ready = Command::new(self.programs.join("pg_isready"));
            ready
                .arg("--host")
                .arg(&self.folder)
                .arg("--port")
                .arg(self.port.to_string())
                .stdout(Stdio::null());
            if ready.status().unwrap().success() {
                return;
            }
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(Instant::now() < until, "the server does not start: {log}");
            sleep(Duration::from_millis(20));
        }
    }

    /// Kills the server at once, as a power cut would, and starts it again.
    pub fn crash(&mut self) {
        self.kill();
        self.watch = watch(&self.programs, &self.folder, self.user, &self.settings);
        self.wait_until_ready();
    }

    /// Kills the server at once.
    pub fn kill(&mut self) {
        fs::write(self.folder.join("keep"), "").unwrap();
        let number = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        let server = number.lines().next().unwrap().to_owned();
        let mut all = children(&server);
        all.insert(0, server);
        // One that has ended by itself meanwhile is as good.
        let _ = Command::new("kill").arg("-9").args(&all).stderr(Stdio::null()).status().unwrap();
        while all.iter().any(|number| is_running(number)) {
            sleep(Duration::from_millis(5));
        }
        self.stop();
        let _ = fs::remove_file(self.folder.join("keep"));
    }

    fn stop(&mut self) {
        drop(self.watch.stdin.take());
        let _ = self.watch.wait();
    }

    /// Makes a database, and returns its name.
    pub fn database(&self) -> String {
        let name = fresh("books");
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        name
    }

    /// The address of a database for a user.
    pub fn address(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}@/{database}?host={}", self.folder.display())
    }

    /// Carries out statements as the administrator, and returns what they show.
    pub fn sql(&self, database: &str, statements: &str) -> String {
        self.sql_as(ADMIN, database, statements).unwrap_or_else(|error| panic!("{statements}: {error}"))
    }

    /// Carries out statements as a user; returns what they show, or why they are refused.
    pub fn sql_as(&self, user: &str, database: &str, statements: &str) -> Result<String, String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]);
        psql.arg("--host").arg(&self.folder).arg("--port").arg(self.port.to_string());
        psql.args(["--username", user, "--dbname", database, "--file=-"]);
        psql.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = psql.spawn().unwrap();
        running.stdin.take().unwrap().write_all(statements.as_bytes()).unwrap();
        let output = running.wait_with_output().unwrap();
        match output.status.success() {
            true => Ok(String::from_utf8(output.stdout).unwrap()),
            false => Err(String::from_utf8(output.stderr).unwrap()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
        // What another user's programs have left.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The parent of a process and whether it runs, from `/proc`: `4711 (name) S 1 …`.
fn process(number: &str) -> Option<(String, bool)> {
    let stat = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    let mut rest = stat.rsplit_once(") ")?.1.split(' ');
    let state = rest.next()?;
    Some((rest.next()?.to_owned(), !matches!(state, "Z" | "X")))
}

fn is_running(number: &str) -> bool {
    process(number).is_some_and(|(_, is_running)| is_running)
}

fn children(parent: &str) -> Vec<String> {
    let all = fs::read_dir("/proc").unwrap().flatten();
    let numbers = all.filter_map(|it| it.file_name().into_string().ok());
    numbers.filter(|number| process(number).is_some_and(|(it, _)| it == parent)).collect()
}

fn as_user(mut command: Command, user: Option<(u32, u32)>, folder: &Path) -> Command {
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    command.current_dir(folder);
    command
}

fn watch(programs: &Path, folder: &Path, user: Option<(u32, u32)>, settings: &Vec<String>) -> Child {
    let mut watch = as_user(Command::new("sh"), user, folder);
    watch.args(["-c", WATCH, "sh"]).arg(folder).arg(programs.join("postgres"));
    watch.arg("-D").arg(folder.join("data")).arg("-k").arg(folder).args(["-c", "listen_addresses="]);
    for setting in settings {
        watch.args(["-c", setting]);
    }
    watch.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}
