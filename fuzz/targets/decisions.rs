//! Files of decisions on statement lines: a row is refused, or names lines and what they are.
#![no_main]

use almoner_imports::{LineOutcome, decisions};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(read) = decisions(bytes) else { return };
    for decision in read.iter().flatten() {
        assert!(!decision.lines.is_empty(), "{decision:?}");
        match &decision.outcome {
            LineOutcome::Records(records, _) => assert!(!records.is_empty(), "{decision:?}"),
            LineOutcome::Explained(explanation) => assert!(!explanation.reason.as_str().is_empty()),
        }
    }
    // Reading is the same each time.
    assert_eq!(format!("{read:?}"), format!("{:?}", decisions(bytes).ok().unwrap_or_default()));
});
