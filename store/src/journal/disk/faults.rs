//! Injected failures of file operations.

use std::io;
use std::sync::{Mutex, PoisonError};

/// The failure to inject, if any.
#[derive(Debug, Default)]
pub(in super::super) struct Faults(Mutex<Plan>);

#[derive(Debug, Default)]
struct Plan {
    /// Number of operations that succeed before one fails; `None` for no failure.
    left: Option<u32>,
    permanently: bool,
    happened: bool,
}

impl Faults {
    /// Lets the next `succeed` operations succeed and the one after fail; later ones too if `permanently`, as if
    /// the process had died there.
    pub(in super::super) fn fail_after(&self, succeed: u32, permanently: bool) {
        let mut plan = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (plan.left, plan.permanently) = (Some(succeed), permanently);
    }

    /// Returns whether a failure has happened.
    pub(in super::super) fn happened(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).happened
    }

    pub(super) fn step(&self) -> io::Result<()> {
        let mut plan = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match plan.left {
            None => return Ok(()),
            Some(0) if plan.permanently => {}
            Some(0) => plan.left = None,
            Some(left) => {
                plan.left = Some(left - 1);
                return Ok(());
            }
        }
        plan.happened = true;
        Err(io::Error::other("failure injected by a test"))
    }
}
