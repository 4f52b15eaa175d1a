//! Failures to order.

use std::cell::Cell;
use std::io;

/// Which of the coming operations fail.
#[derive(Debug, Default)]
pub(in super::super) struct Faults {
    /// How many operations succeed before one fails; `None` when none is to fail.
    left: Cell<Option<u32>>,
    for_good: Cell<bool>,
    happened: Cell<bool>,
}

impl Faults {
    /// The next `succeed` operations succeed and the one after fails; those after it too if `for_good`,
    /// as if the process had died there.
    pub(in super::super) fn fail_after(&self, succeed: u32, for_good: bool) {
        self.left.set(Some(succeed));
        self.for_good.set(for_good);
    }

    /// Whether a failure has happened.
    pub(in super::super) fn happened(&self) -> bool {
        self.happened.get()
    }

    pub(super) fn step(&self) -> io::Result<()> {
        match self.left.get() {
            None => return Ok(()),
            Some(0) if self.for_good.get() => {}
            Some(0) => self.left.set(None),
            Some(left) => {
                self.left.set(Some(left - 1));
                return Ok(());
            }
        }
        self.happened.set(true);
        Err(io::Error::other("failure ordered by a test"))
    }
}
