//! How often something was tried: numbers at random, how many rounds there are, and a line for the table that
//! `.ci/run` prints at its end.

#![allow(dead_code, clippy::unwrap_used, reason = "no test uses all of them")]

use std::fs::OpenOptions;
use std::io::Write;

/// Pseudo-random numbers, the same for the same seed.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_add(0x9e37_79b9_7f4a_7c15))
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// True in the soak tier (`ALMONER_TIER=soak`), in which harm is tried many rounds.
pub fn is_soak() -> bool {
    std::env::var("ALMONER_TIER").is_ok_and(|tier| tier == "soak")
}

/// The number of rounds: what the variable says, else many in the soak tier, else few.
pub fn rounds(variable: &str, few: u64, many: u64) -> u64 {
    let stated = std::env::var(variable).ok().and_then(|rounds| rounds.parse().ok());
    stated.unwrap_or(if is_soak() { many } else { few })
}

/// Notes down that something held this many times. Called at a test's end: one that fails notes nothing.
pub fn tally(what: &str, times: u64) {
    let Some(file) = std::env::var_os("ALMONER_TALLY") else { return };
    let line = format!("{what}\t{times}\n");
    let noted = OpenOptions::new().append(true).create(true).open(file);
    noted.and_then(|mut file| file.write_all(line.as_bytes())).unwrap();
}
