//! Schemes of delegation: a file is refused with a cause, or read and written as the same scheme.
#![no_main]

use almoner_imports::{scheme, scheme_text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match scheme(text) {
        Ok(policy) => {
            let written = scheme_text(&policy).expect("a scheme can be written");
            assert_eq!(scheme(&written), Ok(policy), "{written}");
        }
        Err(refused) => assert!(!refused.to_string().is_empty()),
    }
});
