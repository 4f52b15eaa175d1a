//! What is behind a lock.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Returns what is behind a lock. What a thread that failed left there is whole: each change is one step.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
