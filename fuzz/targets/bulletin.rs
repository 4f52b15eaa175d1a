//! Published lists of decisions.
#![no_main]

use std::collections::BTreeSet;

use almoner_imports::bulletin::{Stated, bulletin};
use almoner_imports::decoded;
use almoner_ledger::decisions::DecisionKind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = decoded(bytes.to_vec()) else { return };
    let Ok(found) = bulletin(&text) else { return };
    let ids: BTreeSet<_> = found.decisions.iter().map(|it| &it.id).collect();
    assert_eq!(ids.len(), found.decisions.len(), "no decision is drafted twice");
    for decision in &found.decisions {
        if decision.confidential {
            assert!(decision.awards.is_empty() && decision.summary.is_none() && decision.kind.is_none());
        }
        let is_award = decision.kind == Some(DecisionKind::Award);
        assert!(decision.awards.is_empty() || is_award, "only an award decision has awards: {decision:?}");
        for award in &decision.awards {
            if let Stated::Stated { value, words } = &award.amount {
                assert!(value.is_positive() && words.contains(|it: char| it.is_ascii_digit()), "{award:?}");
            }
        }
    }
    let rows: usize = found.decisions.iter().map(|it| it.awards.len().max(1)).sum();
    assert_eq!(found.rows().count(), rows, "a decision has a row for each award, or one row without");
    assert_eq!(bulletin(&text).as_ref(), Ok(&found), "the same text gives the same draft");
});
