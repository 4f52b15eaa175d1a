//! Performance indicators, by theme.

use super::reference::check_same;
use super::{Already, Decided, Decider, Refusal};
use crate::events::{Event, IndicatorSet};
use crate::indicators::{Indicator, IndicatorKey};
use crate::themes::Split;

impl Decider<'_> {
    pub(super) fn set_indicator(
        &self,
        key: &IndicatorKey,
        stated: &Indicator,
        revise: bool,
    ) -> Result<Decided, Refusal> {
        let mut events = self.missing_themes(&Split::whole(key.theme.clone()))?;
        match self.books.reference().indicators.get(key) {
            Some(there) if **there == *stated => {
                let (record, reversed_by) = (Some(there.record()), None);
                return Ok(Decided::Already(Already { record, reversed_by }));
            }
            Some(there) if !revise => check_same("indicator", key, fields(there, stated))?,
            _ => {}
        }
        events.push(Event::IndicatorSet(IndicatorSet {
            indicator: key.clone(),
            stated: Box::new(stated.clone()),
        }));
        Ok(Decided::Events(events))
    }
}

fn fields(there: &Indicator, here: &Indicator) -> [(&'static str, String, String); 4] {
    let unit = |it: &Indicator| it.unit.as_ref().map(ToString::to_string).unwrap_or_default();
    let baseline = |it: &Indicator| {
        it.baseline.as_ref().map(|it| format!("{} in {}", it.value, it.period)).unwrap_or_default()
    };
    [
        ("value", there.value.to_string(), here.value.to_string()),
        ("unit", unit(there), unit(here)),
        ("baseline", baseline(there), baseline(here)),
        ("source", there.source.to_string(), here.source.to_string()),
    ]
}
