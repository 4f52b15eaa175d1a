//! Lists of grants in the JSON of the 360Giving standard.
#![no_main]

use std::sync::LazyLock;

use almoner_fuzz::{check, shipped_profile};
use almoner_imports::{Kind, Profile};
use libfuzzer_sys::fuzz_target;

static GRANTS: LazyLock<Profile> = LazyLock::new(|| shipped_profile("360giving"));

fuzz_target!(|bytes: &[u8]| {
    check(Kind::Awards, bytes, Some(&GRANTS));
    check(Kind::Decisions, bytes, None);
});
