//! Merging of sorted values: those of runs and later changes, of which the latest count.

use crate::folder::index_error::IndexError;
use crate::folder::sorted_run::Value;

/// Values in the order of their keys.
pub(super) type Layer<'a> = Box<dyn Iterator<Item = Result<Value, IndexError>> + 'a>;

/// The values of several layers in the order of their keys; of a key that is in several, that of the first layer.
pub(super) struct Merged<'a> {
    layers: Vec<Ahead<'a>>,
}

/// A layer and its next value.
struct Ahead<'a> {
    rest: Layer<'a>,
    next: Option<Value>,
}

impl<'a> Merged<'a> {
    /// Merges layers, of which the first is the latest.
    pub(super) fn new(layers: Vec<Layer<'a>>) -> Result<Merged<'a>, IndexError> {
        let mut merged =
            Merged { layers: layers.into_iter().map(|rest| Ahead { rest, next: None }).collect() };
        merged.layers.iter_mut().try_for_each(|layer| layer.advance().map(|_| ()))?;
        Ok(merged)
    }

    fn take_next(&mut self) -> Result<Option<Value>, IndexError> {
        let keys =
            self.layers.iter().enumerate().filter_map(|(at, layer)| Some((at, &layer.next.as_ref()?.0)));
        // Of equal keys, the minimum is the first.
        let Some(at) = keys.min_by_key(|(_, key)| *key).map(|(at, _)| at) else { return Ok(None) };
        let Some(taken) = self.layers.get_mut(at).map(Ahead::advance).transpose()?.flatten() else {
            return Ok(None);
        };
        for later in self.layers.iter_mut().skip(at + 1) {
            if later.next.as_ref().is_some_and(|(key, _)| *key == taken.0) {
                later.advance()?;
            }
        }
        Ok(Some(taken))
    }
}

impl Ahead<'_> {
    /// Returns the next value and reads the one after it.
    fn advance(&mut self) -> Result<Option<Value>, IndexError> {
        let after = self.rest.next().transpose()?;
        Ok(std::mem::replace(&mut self.next, after))
    }
}

impl Iterator for Merged<'_> {
    type Item = Result<Value, IndexError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.take_next().transpose();
        if matches!(next, Some(Err(_))) {
            self.layers.clear();
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_latest_value_of_a_key_counts(
            layers in prop::collection::vec(
                prop::collection::btree_map(prop::collection::vec(0_u8..3, 0..3), any::<[u8; 2]>(), 0..9),
                0..4,
            ),
        ) {
            let mut expected: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
            for layer in layers.iter().rev() {
                expected.extend(layer.iter().map(|(key, value)| (key.clone(), value.to_vec())));
            }
            let layers = layers.iter().map(|layer| -> Layer<'_> {
                Box::new(layer.iter().map(|(key, value)| Ok((key.clone(), value.to_vec()))))
            });
            let merged: Result<BTreeMap<_, _>, _> = Merged::new(layers.collect()).unwrap().collect();
            prop_assert_eq!(merged.unwrap(), expected);
        }
    }
}
