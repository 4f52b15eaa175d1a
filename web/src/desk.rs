//! The own desk: the name and port under which the pages answer, and the private file from which they are opened.
//!
//! A link in a browser's arguments can be read by other users of the machine. So the browser opens a file that only
//! its user can read, whose form posts a token that is used once.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use almoner_ledger::hash::hex_of_bytes;
use almoner_store::private;
use maud::{DOCTYPE, html};
use sha2::{Digest, Sha256};

/// The first of the ports that are tried, and how many there are: below those that systems hand out by themselves.
const FIRST_PORT: u16 = 20_000;
const PORTS: u16 = 10_000;

/// The name of a desk: the same for the same ledger and user, so that bookmarks stay good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskName {
    digest: Vec<u8>,
}

impl DeskName {
    /// Returns the name for a ledger's id and a user.
    pub fn new(ledger: &str, user: &str) -> DeskName {
        DeskName { digest: Sha256::digest(format!("{ledger}\n{user}").as_bytes()).to_vec() }
    }

    /// Returns the host: `almoner-` and eight hexadecimal digits, under `localhost`.
    pub fn host(&self) -> String {
        let digits: String = hex_of_bytes(&self.digest).chars().take(8).collect();
        format!("almoner-{digits}.localhost")
    }

    /// Returns the name of a folder for what is of this ledger and user.
    pub fn folder(&self) -> String {
        hex_of_bytes(&self.digest).chars().take(32).collect()
    }

    /// Returns the port that is tried first.
    pub fn port(&self) -> u16 {
        let number = match self.digest.as_slice() {
            [.., high, low] => u16::from_be_bytes([*high, *low]),
            _ => 0,
        };
        FIRST_PORT + number % PORTS
    }
}

/// The address under which a desk answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The host and port, as the `Host` header must have them.
    pub host: String,
    /// The origin, as the `Origin` header must have it.
    pub origin: String,
    /// The port.
    pub port: u16,
    /// True if browsers reach the pages by https.
    pub is_secure: bool,
}

impl Address {
    /// Returns the address of a host and port.
    pub fn new(host: &str, port: u16) -> Address {
        let host = format!("{host}:{port}");
        Address { origin: format!("http://{host}"), host, port, is_secure: false }
    }

    /// Returns the name of the session's cookie. Cookies know no ports, so the name has it; under https a browser takes
    /// one with the prefix `__Host-` from this host alone.
    pub fn cookie(&self) -> String {
        if self.is_secure { "__Host-almoner".to_owned() } else { format!("almoner-{}", self.port) }
    }
}

/// A private file that opens the pages, removed at the end.
#[derive(Debug)]
pub struct StartFile {
    path: PathBuf,
}

impl StartFile {
    /// Writes the file into a private folder, which is made if it is missing.
    pub fn write(folder: &Path, address: &Address, token: &str) -> io::Result<StartFile> {
        private_folder(folder)?;
        let path = folder.join(format!("almoner-{}.html", address.port));
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut file = private::create_new(&path)?;
        file.write_all(page(address, token).as_bytes())?;
        Ok(StartFile { path })
    }

    /// Returns where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for StartFile {
    fn drop(&mut self) {
        // A file that is gone already needs no removing.
        drop(fs::remove_file(&self.path));
    }
}

/// Makes a folder that is private to the user.
#[cfg(unix)]
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let found = fs::symlink_metadata(folder)?;
    let is_ours = found.is_dir() && found.mode() & 0o077 == 0 && Some(found.uid()) == crate::peer::own_user();
    match is_ours || crate::peer::own_user().is_none() && found.is_dir() {
        true => Ok(()),
        false => {
            let message = format!("the folder `{}` is not private to you", folder.display());
            Err(io::Error::new(io::ErrorKind::PermissionDenied, message))
        }
    }
}

/// Makes a folder that is private to the user.
#[cfg(not(unix))]
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    // The runtime folder of a user of Windows is private to that user.
    fs::create_dir_all(folder)
}

/// Returns the page of the start file: a form that is sent by itself where scripts run, else by its button.
fn page(address: &Address, token: &str) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Open the grants ledger" }
            }
            body {
                form method="post" action={ (address.origin) "/start" } {
                    input type="hidden" name="start" value=(token);
                    p { button { "Open the grants ledger" } }
                }
                script { "document.forms[0].submit()" }
            }
        }
    };
    page.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_depends_on_ledger_and_user() {
        let name = DeskName::new("ledger", "jane");
        assert_eq!(name, DeskName::new("ledger", "jane"));
        for other in [DeskName::new("ledger", "al"), DeskName::new("other", "jane")] {
            assert_ne!(name.host(), other.host());
        }
        let host = name.host();
        let digits = host.strip_prefix("almoner-").and_then(|it| it.strip_suffix(".localhost")).unwrap();
        assert!(digits.len() == 8 && digits.chars().all(|it| it.is_ascii_hexdigit()), "{host}");
        assert!((FIRST_PORT..FIRST_PORT + PORTS).contains(&name.port()));
    }

    #[cfg(unix)]
    #[test]
    fn the_start_file_is_private_and_is_removed() {
        use std::os::unix::fs::MetadataExt;
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("almoner");
        let address = Address::new("almoner-0123abcd.localhost", 20_001);
        let start = StartFile::write(&folder, &address, "secret").unwrap();
        let path = start.path().to_owned();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("action=\"http://almoner-0123abcd.localhost:20001/start\""), "{text}");
        drop(start);
        assert!(!path.exists());
        fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        assert!(StartFile::write(&folder, &address, "secret").is_err());
    }
}
