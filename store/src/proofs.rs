//! Evidence of a journal's history that is held outside it: proofs, signed checkpoints, and the keys that sign.

pub mod checkpoint;
pub mod key;
mod proof;

pub use self::proof::{NotAProof, Proof};
