//! The place of a ledger: folders that another program copies to and fro, and folders of another computer.
//!
//! Such a program may put an older copy of a file back, or two copies of one beside each other, while almoner records; and
//! on a folder of another computer, locks and syncing may not be what they are on a disk.

use std::path::{Component, Path};

use crate::terminal::notify;

/// Names of folders that are synchronised, in lower case, with what does it. A name may go on: `OneDrive - Suffolk`.
const SYNCHRONISED: &[(&str, &str)] = &[
    ("onedrive", "OneDrive"),
    ("sharepoint", "SharePoint"),
    ("dropbox", "Dropbox"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("my drive", "Google Drive"),
    ("icloud", "iCloud"),
    ("mobile documents", "iCloud"),
    ("box sync", "Box"),
    ("nextcloud", "Nextcloud"),
];

/// File systems of other computers, as Linux names them.
const OF_NETWORKS: &[&str] =
    &["nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "afs", "ceph", "fuse.rclone"];

/// Shows a warning about the place of a ledger, if there is something to warn of.
pub fn note(ledger: &Path) {
    if let Some(warning) = warning(ledger) {
        notify(&warning);
    }
}

/// Returns a warning about the place of a ledger, if there is something to warn of.
fn warning(ledger: &Path) -> Option<String> {
    let place = ledger.canonicalize().unwrap_or_else(|_| ledger.to_owned());
    if let Some(by) = synchronised_by(&place) {
        return Some(format!(
            "the ledger is in a {by} folder, and {by} may restore older copies of its files: \
             move it to a folder on this computer, and copy backups to {by} instead"
        ));
    }
    let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    is_of_network(&place, &mounts).then(|| {
        "the ledger is in a folder on another computer, where locks and writes may fail \
         unnoticed: move it to a folder on this computer, and copy backups there instead"
            .to_owned()
    })
}

/// Returns what synchronises a folder.
fn synchronised_by(place: &Path) -> Option<&'static str> {
    place.components().find_map(|component| {
        let Component::Normal(name) = component else { return None };
        let name = name.to_string_lossy().to_lowercase();
        let is_it = |known: &str| {
            let rest = name.strip_prefix(known);
            rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        };
        SYNCHRONISED.iter().find(|(known, _)| is_it(known)).map(|(_, by)| *by)
    })
}

/// Returns whether a folder is of another computer: by its name on Windows, by the mounts on Linux.
fn is_of_network(place: &Path, mounts: &str) -> bool {
    let text = place.to_string_lossy();
    if text.starts_with(r"\\?\UNC\") || (text.starts_with(r"\\") && !text.starts_with(r"\\?\")) {
        return true;
    }
    let mount = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let at = words.next()?.replace(r"\040", " ");
        let kind = words.next()?;
        place.starts_with(&at).then_some((at.len(), kind))
    });
    // Of those that are mounted at the same place, the last counts.
    mount.max_by_key(|(length, _)| *length).is_some_and(|(_, kind)| OF_NETWORKS.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn synchronised_folders_are_known_by_their_names() {
        for (place, expected) in [
            ("/home/jane/OneDrive - Suffolk PCC/books.ledger", Some("OneDrive")),
            ("/home/jane/onedrive/books.ledger", Some("OneDrive")),
            ("/Users/jane/Library/CloudStorage/OneDrive-SuffolkPCC/books.ledger", Some("OneDrive")),
            ("/home/jane/Dropbox/books.ledger", Some("Dropbox")),
            ("/home/jane/Dropbox (Office)/books.ledger", Some("Dropbox")),
            ("/Volumes/GoogleDrive/My Drive/books.ledger", Some("Google Drive")),
            ("/Users/jane/Library/Mobile Documents/books.ledger", Some("iCloud")),
            ("/home/jane/dropboxes/books.ledger", None),
            ("/home/jane/my drives/books.ledger", None),
            ("/srv/books.ledger", None),
        ] {
            assert_eq!(synchronised_by(Path::new(place)), expected, "{place}");
        }
    }

    #[test]
    fn folders_of_other_computers_are_known_by_their_mounts() {
        let mounts = "/dev/sda1 / ext4 rw 0 0\nserver:/office /mnt/office nfs4 rw 0 0\n\
                      //server/grants /mnt/our\\040grants cifs rw 0 0\n/dev/sdb1 /mnt/office/local ext4 rw 0 0\n";
        for (place, expected) in [
            ("/mnt/office/books.ledger", true),
            ("/mnt/our grants/books.ledger", true),
            ("/mnt/office/local/books.ledger", false),
            ("/mnt/officer/books.ledger", false),
            ("/home/jane/books.ledger", false),
            (r"\\server\grants\books.ledger", true),
            (r"\\?\UNC\server\grants\books.ledger", true),
            (r"\\?\C:\grants\books.ledger", false),
        ] {
            assert_eq!(is_of_network(Path::new(place), mounts), expected, "{place}");
        }
    }
}
