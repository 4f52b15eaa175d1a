//! Calls of sled, whose panics on damaged files become errors.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Once;
use std::time::{Duration, Instant};

use crate::plain;

/// sled reads and writes whole segments, and holds few values here.
const SEGMENT_BYTES: usize = 256 << 10;

thread_local! {
    /// True while this thread is calling sled.
    static IN_SLED: Cell<bool> = const { Cell::new(false) };
}

/// Calls sled and turns its panics into `failed`. Whatever state sled is left in, what is in it can be made again or
/// done without.
pub fn guarded<Value, Failure>(
    call: impl FnOnce() -> Result<Value, Failure>,
    failed: impl FnOnce(&str) -> Failure,
) -> Result<Value, Failure> {
    quieten_sled();
    let was_in_sled = IN_SLED.replace(true);
    let called = catch_unwind(AssertUnwindSafe(call));
    IN_SLED.set(was_in_sled);
    called.unwrap_or_else(|_| Err(failed("its database stopped because its files are damaged")))
}

/// Hides the messages of panics in sled, which are caught. All other panics are reported as usual.
fn quieten_sled() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let is_sled_thread = std::thread::current().name().is_some_and(|name| name.starts_with("sled"));
            if !IN_SLED.get() && !is_sled_thread {
                report(panic);
            }
        }));
    });
}

/// Returns true if another handle has the lock of a database.
pub fn is_locked(error: &sled::Error) -> bool {
    matches!(error, sled::Error::Io(error) if error.to_string().contains("could not acquire lock"))
}

/// Opens the database in a folder. sled's threads release its lock a little after the last handle is dropped, so that what
/// is reopened at once may still be locked, for which `patience` waits.
pub fn open(folder: &Path, cache_bytes: u64, patience: Duration) -> Result<sled::Db, sled::Error> {
    plain::check_folder(folder)?;
    let config = sled::Config::new()
        .path(folder)
        .cache_capacity(cache_bytes)
        .segment_size(SEGMENT_BYTES)
        .flush_every_ms(None)
        .print_profile_on_drop(false);
    let started = Instant::now();
    loop {
        match config.open() {
            Err(error) if is_locked(&error) && started.elapsed() < patience => {
                std::thread::sleep(Duration::from_millis(5));
            }
            opened => return opened,
        }
    }
}
