//! ODS workbooks.
#![no_main]

use almoner_fuzz::{check, ods};
use almoner_imports::Kind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| check(Kind::Payments, &ods(bytes), None));
