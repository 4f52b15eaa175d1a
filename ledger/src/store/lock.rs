//! The ledger's lock: one program at a time works on its files.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::store::{StoreError, private};

/// How long a program waits for another to finish.
const PATIENCE: Duration = Duration::from_secs(20);

/// The lock, held until it is dropped. The operating system frees it when the program ends,
/// however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the lock of the ledger in `folder` and takes it.
    pub fn take(folder: &Path) -> Result<Lock, StoreError> {
        let path = folder.join("lock");
        let failed = |error: std::io::Error| {
            StoreError::Unavailable(format!("the lock {} cannot be taken: {error}", path.display()))
        };
        let mut options = private::options();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(failed)?;
        let start = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Err(TryLockError::WouldBlock) if start.elapsed() > PATIENCE => {
                    let holder = std::fs::read_to_string(&path).unwrap_or_default();
                    return Err(StoreError::Unavailable(format!(
                        "the ledger is in use by {}; waited {} seconds",
                        if holder.is_empty() { "another program" } else { holder.trim_end() },
                        PATIENCE.as_secs(),
                    )));
                }
                Err(TryLockError::WouldBlock) => {
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(Duration::from_millis(50));
                }
            }
        }
        // Who holds it is only ever read by someone who waits: what cannot be written is not missed.
        let _ = note_holder(&mut file);
        Ok(Lock { _file: file })
    }
}

fn note_holder(file: &mut File) -> std::io::Result<()> {
    let holder = format!("process {}\n", std::process::id());
    let mut held = String::new();
    file.read_to_string(&mut held)?;
    if held != holder {
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(holder.as_bytes())?;
    }
    Ok(())
}
