//! Salts: random bits in each line that closes records, so that nobody can guess records from a hash that is given
//! away as a proof, and equal batches have different hashes.

use std::io;

use almoner_ledger::hash::{bytes_of_hex, hex_of_bytes};

/// 128 random bits. Written as 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salt([u8; 16]);

/// Draws the salt of a batch. Anything but [`Salt::random`] is for tests.
pub type DrawSalt = fn() -> io::Result<Salt>;

impl Salt {
    /// Number of digits in the written form.
    pub(super) const DIGITS: usize = 32;

    /// Draws a salt from the randomness of the system.
    ///
    /// # Errors
    /// The system gives none.
    pub fn random() -> io::Result<Salt> {
        let mut bits = [0; 16];
        getrandom::fill(&mut bits).map_err(io::Error::other)?;
        Ok(Salt(bits))
    }

    /// Makes a salt of these bits, for tests.
    pub const fn of(bits: [u8; 16]) -> Salt {
        Salt(bits)
    }

    pub(crate) fn hex(self) -> String {
        hex_of_bytes(&self.0)
    }

    /// Reads the written form; `None` unless it is exactly 32 lower-case hexadecimal digits.
    pub(super) fn from_hex(digits: &str) -> Option<Salt> {
        bytes_of_hex(digits.as_bytes()).map(Salt)
    }
}
