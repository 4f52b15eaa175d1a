//! Profiles: a text is refused as a profile, or files can be read with it.
#![no_main]

use almoner_fuzz::check;
use almoner_imports::Profile;
use libfuzzer_sys::fuzz_target;

const FILES: [&[u8]; 2] = [
    include_bytes!("../../imports/tests/samples/spend-over-500.csv"),
    include_bytes!("../../imports/tests/samples/360giving.csv"),
];

fuzz_target!(|text: &str| {
    if let Ok(profile) = Profile::parse(text) {
        for file in FILES {
            check(profile.kind, file, Some(&profile));
        }
    }
});
