//! The ledger's lock: one program at a time records. Reading needs none.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::{StoreError, plain, private};

/// The name of the file in the ledger folder.
pub(super) const FILE: &str = "lock";
/// The most bytes read of who holds the lock.
const LONGEST_HOLDER: u64 = 4 << 10;

/// The time after which a waiting program reports who has the lock.
const QUIET_WAIT: Duration = Duration::from_secs(1);

/// How a program takes its turn at a ledger.
#[derive(Clone, Copy)]
pub struct Turn<'a> {
    /// The user, shown to others who wait: `jane`. May be empty.
    pub who: &'a str,
    /// The longest wait for another program to finish.
    pub patience: Duration,
    /// Called once with a message when the wait is long.
    pub tell: &'a dyn Fn(&str),
}

impl Turn<'_> {
    /// The default of `patience`.
    pub const PATIENCE: Duration = Duration::from_secs(20);
}

impl Default for Turn<'_> {
    fn default() -> Self {
        Turn { who: "", patience: Turn::PATIENCE, tell: &|_| {} }
    }
}

/// The lock, released when dropped. The operating system releases it however the program ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the lock of the ledger in `folder` and takes it.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another program still holds it after the wait;
    /// [`StoreError::Unavailable`].
    pub fn take(folder: &Path, turn: &Turn<'_>) -> Result<Lock, StoreError> {
        let path = folder.join(FILE);
        let failed = |error: std::io::Error| {
            StoreError::Unavailable(format!("the lock {} cannot be taken: {error}", path.display()))
        };
        let mut options = private::options();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = plain::open_with(&mut options, &path).map_err(failed)?;
        let start = Instant::now();
        let mut pause = Duration::from_millis(1);
        let mut has_reported = false;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Err(TryLockError::WouldBlock) if start.elapsed() >= turn.patience => {
                    return Err(StoreError::InUse { holder: holder(&path), waited: turn.patience });
                }
                Err(TryLockError::WouldBlock) => {
                    if start.elapsed() >= QUIET_WAIT && !has_reported {
                        has_reported = true;
                        let seconds = turn.patience.as_secs();
                        (turn.tell)(&format!(
                            "the ledger is in use by {}; waiting for up to {seconds} seconds",
                            holder(&path)
                        ));
                    }
                    std::thread::sleep(pause.min(turn.patience.saturating_sub(start.elapsed())));
                    pause = (pause * 2).min(Duration::from_millis(50));
                }
            }
        }
        // The name is only a help to those who wait, so that a failure to write it is ignored.
        let _ = note_holder(&mut file, turn.who);
        Ok(Lock { _file: file })
    }

    /// Returns true while another program records.
    pub(crate) fn is_held(folder: &Path) -> bool {
        let held = |file: File| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
        plain::open(&folder.join(FILE)).is_ok_and(held)
    }

    /// Takes the lock if that is possible at once.
    pub(crate) fn take_if_free(folder: &Path, who: &str) -> Option<Lock> {
        Lock::take(folder, &Turn { who, patience: Duration::ZERO, tell: &|_| {} }).ok()
    }
}

/// Returns who holds the lock, as far as is known.
fn holder(path: &Path) -> String {
    match plain::text(path, LONGEST_HOLDER) {
        Ok(holder) if !holder.trim().is_empty() => holder.trim().to_owned(),
        _ => "another program".to_owned(),
    }
}

fn note_holder(file: &mut File, who: &str) -> std::io::Result<()> {
    let process = std::process::id();
    let holder = match who {
        "" => format!("process {process}\n"),
        who => format!("{who} (process {process})\n"),
    };
    let mut noted = String::new();
    file.read_to_string(&mut noted)?;
    if noted != holder {
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(holder.as_bytes())?;
    }
    Ok(())
}
