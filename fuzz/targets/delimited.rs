//! Delimited text, with canonical columns and as a published list of payments.
#![no_main]

use std::sync::LazyLock;

use almoner_fuzz::{check, shipped_profile};
use almoner_imports::{Kind, Profile};
use libfuzzer_sys::fuzz_target;

static SPENDING: LazyLock<Profile> = LazyLock::new(|| shipped_profile("spend-over-500"));

fuzz_target!(|bytes: &[u8]| {
    check(Kind::Payments, bytes, None);
    check(Kind::Awards, bytes, None);
    check(Kind::Payments, bytes, Some(&SPENDING));
});
