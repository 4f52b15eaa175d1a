//! The address of a ledger in PostgreSQL: `postgres://jane@books.example.org/almoner`.
//!
//! Guarantees that no address holds a password, so that none is in a list of programs, a message or a paper, and that
//! nothing is sent over a network unencrypted, or to a server that was not recognised, unless the address says so.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use postgres::Config;
use postgres::config::{Host, SslMode};

/// How addresses begin.
const BEGINNINGS: [&str; 2] = ["postgres://", "postgresql://"];
/// The folder of the server's socket if the address names no host.
const SOCKETS: &str = "/var/run/postgresql";
/// The schema of the tables unless the address names another one.
const SCHEMA: &str = "almoner";
/// Time after which a server that does not answer is given up.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Why an address cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is not of the form of an address.
    #[error("the address of the database cannot be read: {0}")]
    Unreadable(String),
    /// It has a password.
    #[error("the address of the database has a password, which other users of this computer could see")]
    Password,
    /// The schema is not a plain name.
    #[error(
        "`{0}` is not a name for a schema: it begins with a letter, has only a-z, 0-9 and _, and at most 63 of them"
    )]
    Schema(String),
}

/// A ledger's place in PostgreSQL: the database, and the schema of the tables in it.
#[derive(Clone)]
pub struct Address {
    pub(super) config: Config,
    pub(super) schema: String,
    /// The file of the authorities whose certificates are accepted; `None` for those of the system.
    pub(super) authorities: Option<PathBuf>,
    shown: String,
}

impl Address {
    /// Returns whether a text is meant to be an address, and not the name of a folder.
    pub fn is_meant(text: &str) -> bool {
        BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
    }

    /// Sets the password of the user.
    pub fn set_password(&mut self, password: &str) {
        self.config.password(password);
    }

    /// Returns whether connections are encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.config.get_ssl_mode() == SslMode::Require
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Address, AddressError> {
        let (place, options) = text.split_once('?').unwrap_or((text, ""));
        let (mut schema, mut authorities, mut encrypts) = (SCHEMA.to_owned(), None, None);
        let mut others = Vec::new();
        for option in options.split('&').filter(|option| !option.is_empty()) {
            match option.split_once('=') {
                Some(("schema", name)) => schema = name.to_owned(),
                Some(("sslrootcert", file)) => authorities = Some(PathBuf::from(plain(file)?)),
                Some(("sslmode", "disable")) => encrypts = Some(false),
                // A certificate is always checked as a whole.
                Some(("sslmode", "require" | "verify-ca" | "verify-full")) => encrypts = Some(true),
                Some(("sslmode", other)) => {
                    let why = format!(
                        "`sslmode` is `disable`, `require`, `verify-ca` or `verify-full`, not `{other}`"
                    );
                    return Err(AddressError::Unreadable(why));
                }
                Some(("password", _)) => return Err(AddressError::Password),
                _ => others.push(option),
            }
        }
        let starts = schema.starts_with(|first: char| first.is_ascii_lowercase() || first == '_');
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !starts || schema.len() > 63 || !schema.chars().all(is_plain) || schema.starts_with("pg_") {
            return Err(AddressError::Schema(schema));
        }
        let options = if others.is_empty() { String::new() } else { format!("?{}", others.join("&")) };
        let mut config = match format!("{place}{options}").parse::<Config>() {
            Ok(config) if Address::is_meant(text) => config,
            Ok(_) => return Err(AddressError::Unreadable("it does not begin with postgres://".to_owned())),
            Err(error) => return Err(AddressError::Unreadable(words(&error))),
        };
        if config.get_password().is_some() {
            return Err(AddressError::Password);
        }
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            match cfg!(unix) {
                true => config.host(SOCKETS),
                false => config.host("localhost"),
            };
        }
        let is_here = config.get_hosts().iter().all(is_of_this_computer)
            && config.get_hostaddrs().iter().all(|address| address.is_loopback());
        let encrypts = encrypts.unwrap_or(!is_here);
        config.ssl_mode(if encrypts { SslMode::Require } else { SslMode::Disable });
        config.application_name("almoner");
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_WITHIN);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(ANSWER_WITHIN);
        }
        Ok(Address { config, schema, authorities, shown: text.to_owned() })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Address").field(&self.shown).finish()
    }
}

fn is_of_this_computer(host: &Host) -> bool {
    match host {
        Host::Tcp(name) if name == "localhost" => true,
        Host::Tcp(name) => name.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// Returns the text of an option, with characters that were written as `%` and two digits.
fn plain(option: &str) -> Result<String, AddressError> {
    let mut parts = option.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    let unreadable = || AddressError::Unreadable(format!("`{option}` has a % without two digits"));
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).ok_or_else(unreadable)?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| unreadable())?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).map_err(|_| unreadable())
}

/// Returns what the library says of an error, with its cause.
pub(super) fn words(error: &postgres::Error) -> String {
    use std::error::Error;
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_database_and_never_a_password() {
        // The schema and whether connections are encrypted, or words of the refusal.
        type Case<'a> = (&'a str, Result<(&'a str, bool), &'a str>);
        let table: &[Case<'_>] = &[
            ("postgres://jane@127.0.0.1/books", Ok(("almoner", false))),
            ("postgresql://jane@localhost:5433/books", Ok(("almoner", false))),
            ("postgres://jane@[::1]/books", Ok(("almoner", false))),
            ("postgres:///books", Ok(("almoner", false))),
            ("postgres:///books?host=/run/pg&schema=suffolk_2", Ok(("suffolk_2", false))),
            ("postgres://jane@db.example.org/books", Ok(("almoner", true))),
            ("postgres://jane@127.0.0.1,db.example.org/books", Ok(("almoner", true))),
            ("postgres://jane@127.0.0.1/books?sslmode=require", Ok(("almoner", true))),
            (
                "postgres://jane@db/books?sslmode=verify-full&sslrootcert=/etc/a%20b.pem",
                Ok(("almoner", true)),
            ),
            ("postgres://jane@db/books?sslmode=disable", Ok(("almoner", false))),
            ("postgres://a,b/books?target_session_attrs=read-write", Ok(("almoner", true))),
            ("postgres://jane:secret@127.0.0.1/books", Err("has a password")),
            ("postgres://127.0.0.1/books?password=secret", Err("has a password")),
            ("postgres://127.0.0.1/books?schema=Books", Err("not a name for a schema")),
            ("postgres://127.0.0.1/books?schema=a\"b", Err("not a name for a schema")),
            ("postgres://127.0.0.1/books?schema=", Err("not a name for a schema")),
            ("postgres://127.0.0.1/books?schema=pg_almoner", Err("not a name for a schema")),
            ("postgres://127.0.0.1/books?sslmode=prefer", Err("`sslmode` is")),
            ("postgres://127.0.0.1/books?sslrootcert=a%2", Err("without two digits")),
            ("postgres://127.0.0.1/books?nonsense=1", Err("cannot be read")),
            ("postgres://127.0.0.1:port/books", Err("cannot be read")),
            ("host=127.0.0.1 dbname=books", Err("does not begin")),
            ("almoner.ledger", Err("cannot be read")),
        ];
        for (text, expected) in table {
            let read = text.parse::<Address>();
            match expected {
                Ok((schema, is_encrypted)) => {
                    let read = read.unwrap_or_else(|error| panic!("{text}: {error}"));
                    assert_eq!(
                        (read.schema.as_str(), read.is_encrypted()),
                        (*schema, *is_encrypted),
                        "{text}"
                    );
                    assert_eq!(read.to_string(), *text);
                }
                Err(words) => {
                    let error = read.map(|_| ()).expect_err(text).to_string();
                    assert!(error.contains(words) && !error.contains("secret"), "{text}: {error}");
                }
            }
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let mut address: Address = "postgres://jane@127.0.0.1/books".parse().expect("an address");
        address.set_password("secret");
        assert!(!format!("{address} {address:?}").contains("secret"));
        assert_eq!(address.config.get_password(), Some(&b"secret"[..]));
    }
}
