//! Suggestions for an unknown id or name.

use super::Suggestion;
use crate::remedy::Remedy;

/// Returns the candidate most similar to what was given, if any is similar enough.
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let given = given.to_lowercase();
    let distance = |candidate: &str| strsim::damerau_levenshtein(&given, &candidate.to_lowercase());
    let (distance, best) =
        candidates.into_iter().map(|it| (distance(it), it)).min_by_key(|(distance, _)| *distance)?;
    // Two slips in five letters are still a slip; more is another word.
    (distance * 5 <= given.chars().count() * 2).then(|| best.to_owned())
}

/// Maximum number of recipients suggested.
const SUGGESTED: usize = 3;
/// Names less similar than this are other names (0: nothing in common, 1: the same).
const SIMILAR: f64 = 0.8;

/// Returns the recipients, given with all their names, whose names are most similar to `name`, the
/// most similar first.
pub fn suggested(name: &str, known: Vec<(Suggestion, Vec<String>)>) -> Vec<Suggestion> {
    let similarity =
        |names: &[String]| names.iter().map(|it| strsim::jaro_winkler(name, it)).fold(0.0, f64::max);
    let mut ranked: Vec<(f64, Suggestion)> =
        known.into_iter().map(|(suggestion, names)| (similarity(&names), suggestion)).collect();
    ranked.retain(|(similarity, _)| *similarity >= SIMILAR);
    ranked.sort_by(|(a, first), (b, second)| b.total_cmp(a).then_with(|| first.id.cmp(&second.id)));
    ranked.into_iter().take(SUGGESTED).map(|(_, suggestion)| suggestion).collect()
}

/// A similar name is confirmed once, by a user, as an alias; files with that name are then accepted.
pub(super) fn unknown_recipient(given: &str, suggestions: &[Suggestion]) -> Remedy {
    let [first, others @ ..] = suggestions else { return Remedy::AddRecipient };
    let others = others.iter().map(|it| (it.id.clone(), it.name.clone())).collect();
    Remedy::ConfirmAlias { given: given.to_owned(), id: first.id.clone(), name: first.name.clone(), others }
}
