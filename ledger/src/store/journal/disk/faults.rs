//! Failures to order.

use std::io;
use std::sync::{Mutex, PoisonError};

/// Which of the coming operations fail.
#[derive(Debug, Default)]
pub(in super::super) struct Faults(Mutex<Order>);

#[derive(Debug, Default)]
struct Order {
    /// How many operations succeed before one fails; `None` when none is to fail.
    left: Option<u32>,
    permanently: bool,
    happened: bool,
}

impl Faults {
    /// The next `succeed` operations succeed and the one after fails; those after it too if `permanently`,
    /// as if the process had died there.
    pub(in super::super) fn fail_after(&self, succeed: u32, permanently: bool) {
        let mut order = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (order.left, order.permanently) = (Some(succeed), permanently);
    }

    /// Whether a failure has happened.
    pub(in super::super) fn happened(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).happened
    }

    pub(super) fn step(&self) -> io::Result<()> {
        let mut order = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match order.left {
            None => return Ok(()),
            Some(0) if order.permanently => {}
            Some(0) => order.left = None,
            Some(left) => {
                order.left = Some(left - 1);
                return Ok(());
            }
        }
        order.happened = true;
        Err(io::Error::other("failure ordered by a test"))
    }
}
