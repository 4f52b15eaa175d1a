//! `almoner serve`: the pages of the office at its own desk, in a browser.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};
use std::sync::{Arc, OnceLock};

use almoner_app::actor::Actor;
use almoner_app::error::Error;
use almoner_app::profiles::Profiles;
use almoner_imports::DocumentText;
use almoner_ledger::text::Text;
use almoner_papers::invocation::Invocation;
use almoner_web::accounts::folder_beside;
use almoner_web::place::{IpNet, Listen, OfficePlace};
use almoner_web::provider::ProviderSettings;
use almoner_web::tls::Certificate;
use almoner_web::{HelpPage, Limits, Program, Settings};
use clap::Args;

use super::{cli, demo, export};
use crate::context::{
    Context, drafts_folder, has_windows, key_file, now, oidc_secret_file, profiles, random, runtime_folder,
    today,
};
use crate::documents;
use crate::problem::Problem;
use crate::terminal::notify;

#[derive(Debug, Args)]
#[command(
    after_help = "Opens the pages in your browser and prints the address to start from. Only you can use them, and only \
    on this computer. They stop after 30 minutes without use, or when you press Ctrl-C.\n\n\
    With --listen, the pages are shared by all users of an office: each user signs in (`almoner user password`, \
    `almoner user invite`), and can see and record only what their roles allow.\n\n\
    One-time codes (`almoner user totp`, or the user's account on the pages) need a key: a file outside \
    the ledger's folder that only the service account can read, made with `openssl rand -out FILE 32` under `umask 077`. Keep a copy of it \
    in a safe: without it, nobody who has codes can sign in.\n\n\
    With --oidc-issuer and --oidc-client-id, users sign in with their organisation's accounts (OpenID Connect): an \
    invitation connects the account with the user. docs/office.md says what to enter at the provider.\n\n\
    The address works only once, but bookmarks to pages work until the command is stopped.\n\n\
    Examples:\n  \
    almoner serve\n  \
    almoner serve --demo\n  \
    almoner serve --read-only --no-open --port 20300\n  \
    almoner serve --listen 127.0.0.1:8080 --origin https://grants.example.gov.uk --behind-proxy 127.0.0.1\n  \
    almoner serve --listen 0.0.0.0:443 --origin https://grants.example.gov.uk --tls-cert fullchain.pem --tls-key privkey.pem"
)]
pub struct ServeArgs {
    /// Port [default: derived from the ledger's id]
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,

    /// Print the address without opening a browser
    #[arg(long)]
    no_open: bool,

    /// Show an example ledger, which is deleted when the command is stopped
    #[arg(long)]
    demo: bool,

    /// Show the pages without recording anything
    #[arg(long)]
    read_only: bool,

    /// Serve all users of an office, each of whom signs in, on this address and port, or behind a proxy on a socket
    /// (`unix:` and its path)
    #[arg(long, value_name = "ADDRESS:PORT", requires = "origin", conflicts_with_all = ["port", "no_open", "demo"])]
    listen: Option<Listen>,

    /// Address that users type in their browsers, as in `https://grants.example.gov.uk`
    #[arg(long, value_name = "ADDRESS", requires = "listen")]
    origin: Option<String>,

    /// Accept connections only from this proxy (address or network); may be repeated
    #[arg(long, value_name = "NETWORK", requires = "listen", value_parser = network)]
    behind_proxy: Vec<IpNet>,

    /// TLS certificate followed by its certificate chain (PEM), to encrypt connections without a proxy
    #[arg(long, value_name = "FILE", requires_all = ["listen", "tls_key"])]
    tls_cert: Option<PathBuf>,

    /// Private key of the certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,

    /// File with the key for one-time codes, 32 random bytes or more [default: the systemd credential `almoner-key`]
    #[arg(long, value_name = "FILE", requires = "listen")]
    key_file: Option<PathBuf>,

    /// Let users sign in with their organisation's accounts: the issuer of the OpenID Connect provider
    #[arg(long, value_name = "ADDRESS", requires_all = ["listen", "oidc_client_id"])]
    oidc_issuer: Option<String>,

    /// Client ID issued by the provider
    #[arg(long, value_name = "ID", requires = "oidc_issuer")]
    oidc_client_id: Option<String>,

    /// File with the client secret that the provider gave to the pages [default: the systemd credential `almoner-oidc`]
    #[arg(long, value_name = "FILE", requires = "oidc_issuer")]
    oidc_secret_file: Option<PathBuf>,

    /// Do not allow passwords: users must sign in with their organisation's accounts
    #[arg(long, requires = "oidc_issuer")]
    no_passwords: bool,
}

/// Reads an address or a network: `192.0.2.1`, `192.0.2.0/24`.
fn network(text: &str) -> Result<IpNet, String> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    address
        .or_else(|_| text.parse())
        .map_err(|_| "give an address or a network, as in 192.0.2.0/24".to_owned())
}

/// Serves the pages until they are ended.
pub fn run(args: &ServeArgs, mut context: Context) -> Result<(), Problem> {
    let example = args.demo.then(tempfile::tempdir).transpose();
    let example = example.map_err(|error| Problem::file("the example ledger cannot be created", &error))?;
    if let Some(folder) = &example {
        context.office.location = folder.path().join("demo.ledger");
        if context.actor.user.is_none() {
            context.actor.user = Some(Text::new("demo")?);
        }
        demo::fill(&context)?;
    }
    let certificate = match (&args.tls_cert, &args.tls_key) {
        (Some(certificate), Some(key)) => Some(Certificate::read(certificate, key)?),
        _ => None,
    };
    let office = match (&args.listen, &args.origin) {
        (Some(listen), Some(origin)) => {
            Some(OfficePlace::new(listen.clone(), certificate, origin, args.behind_proxy.clone())?)
        }
        _ => None,
    };
    let drafts = match (&office, args.demo) {
        (Some(_), _) => Some(folder_beside(&context.office.location).join("drafts")),
        (None, true) => None,
        (None, false) => drafts_folder(),
    };
    let settings = Settings {
        port: args.port,
        no_open: args.no_open || !has_windows(),
        is_read_only: args.read_only,
        is_demo: args.demo,
        runtime_folder: runtime_folder(),
        drafts,
        profiles: if args.demo { Profiles::default() } else { profiles() },
        limits: limits(),
        key_file: office.is_some().then(|| key_file(args.key_file.clone())).flatten(),
        provider: provider(args),
        office,
    };
    // The users of an office are those who sign in.
    let user = context.actor.user.clone().filter(|_| settings.office.is_none());
    let program = Arc::new(Desk { user, help: OnceLock::new() });
    let announce = |address: &str| {
        context
            .print(&format!("{address}\n"))
            .map_err(|problem| Error::refused("not-written", problem.text()))
    };
    Ok(almoner_web::serve(context.office.clone(), program, &settings, announce)?)
}

/// Returns the provider of the organisation's accounts, if one is given.
fn provider(args: &ServeArgs) -> Option<ProviderSettings> {
    Some(ProviderSettings {
        issuer: args.oidc_issuer.clone()?,
        client_id: args.oidc_client_id.clone()?,
        secret_file: oidc_secret_file(args.oidc_secret_file.clone()),
        no_passwords: args.no_passwords,
        patience: None,
    })
}

/// The number of files that the ledger, drafts and imports have open, with room to spare.
#[cfg(unix)]
const FILES: u64 = 128;

/// Returns the limits of connections. As each is an open file, many idle ones must leave those that the ledger needs.
fn limits() -> Limits {
    #[cfg_attr(not(unix), allow(unused_mut, reason = "elsewhere connections are no files"))]
    let mut limits = Limits::default();
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let (before, needed) = (getrlimit(Resource::Nofile), limits.connections as u64 + FILES);
        let allowed = before.maximum.map_or(needed, |most| most.min(needed));
        if before.current.is_some_and(|now| now < allowed) {
            // Where more are not allowed after all, fewer connections are.
            let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(allowed), ..before });
        }
        limits.connections = connections(limits.connections, getrlimit(Resource::Nofile).current);
    }
    limits
}

/// Returns how many connections there may be at the same time where so many files may be open.
#[cfg(unix)]
fn connections(most: usize, files: Option<u64>) -> usize {
    let left = files.map_or(usize::MAX, |files| usize::try_from(files.saturating_sub(FILES)).unwrap_or(most));
    most.min(left.max(16))
}

/// This program, around the pages.
#[derive(Debug)]
struct Desk {
    user: Option<Text>,
    help: OnceLock<Vec<HelpPage>>,
}

impl Program for Desk {
    fn actor(&self) -> Result<Actor, Error> {
        let at = now().ok_or_else(|| {
            Error::refused("clock", "this computer's clock is wrong").advice("set its date and time")
        })?;
        Ok(Actor { user: self.user.clone(), at, today: today()?, is_clock_confirmed: false })
    }

    fn random(&self) -> Result<[u8; 32], Error> {
        random()
    }

    fn typed(&self, invocation: &Invocation) -> String {
        export::typed(invocation)
    }

    fn help(&self) -> &[HelpPage] {
        self.help.get_or_init(help_pages)
    }

    fn document_text(&self, name: &str, bytes: Vec<u8>) -> Result<DocumentText, Error> {
        documents::text_of(name, bytes).map_err(Problem::for_pages)
    }

    fn open(&self, file: &Path) {
        let mut opener = if cfg!(windows) {
            Process::new("explorer")
        } else if cfg!(target_os = "macos") {
            Process::new("open")
        } else {
            Process::new("xdg-open")
        };
        let opened =
            opener.arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        if opened.is_err() {
            notify("no browser could be opened: open the printed address in your browser");
        }
    }
}

/// Returns the help of each command, and of each command below it.
fn help_pages() -> Vec<HelpPage> {
    let mut program = cli::program();
    program.build();
    let mut pages = Vec::new();
    for command in program.get_subcommands().filter(|it| it.get_name() != "help") {
        pages.push(help_page(command, command.get_name().to_owned()));
        let below = command.get_subcommands().filter(|it| it.get_name() != "help");
        pages.extend(below.map(|it| help_page(it, format!("{} {}", command.get_name(), it.get_name()))));
    }
    pages
}

fn help_page(command: &clap::Command, name: String) -> HelpPage {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    HelpPage { name, about, text: command.clone().render_long_help().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn connections_leave_files_for_the_ledger() {
        for (files, expected) in [(None, 2000), (Some(20_000), 2000), (Some(1024), 896), (Some(100), 16)] {
            assert_eq!(connections(2000, files), expected, "{files:?}");
        }
    }

    #[test]
    fn the_docs_say_of_every_command_where_its_page_is() {
        let pages = include_str!("../../docs/pages.md");
        let (_, table) = pages.split_once("## Commands and their pages").unwrap();
        let (table, _) = table.split_once("\n## ").unwrap();
        let first = table.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
        let named: Vec<&str> = first.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
        let mut program = cli::program();
        program.build();
        for command in program.get_subcommands() {
            let count = named.iter().filter(|name| **name == command.get_name()).count();
            assert_eq!(count, 1, "{}", command.get_name());
        }
    }

    #[test]
    fn every_command_has_a_page_of_help() {
        let pages = help_pages();
        for name in ["pay", "report themes", "serve", "export panel"] {
            let page = pages.iter().find(|page| page.name == name).unwrap();
            assert!(!page.about.is_empty() && page.text.contains(&page.about), "{page:?}");
        }
    }
}
