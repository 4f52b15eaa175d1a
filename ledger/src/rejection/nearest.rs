//! Suggestions for an unknown id or name.

use super::Suggestion;

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
pub(super) fn unknown_recipient_hint(given: &str, suggestions: &[Suggestion]) -> String {
    let [first, others @ ..] = suggestions else {
        return "add it with `almoner recipient add`, or use --add-missing".to_owned();
    };
    let mut hint = format!(
        "if `{}` is meant, add the alias with `almoner recipient alias {} \"{}\"`",
        first.name,
        first.id,
        given.replace('"', "\\\"")
    );
    if !others.is_empty() {
        let others: Vec<String> = others.iter().map(|it| format!("`{}` ({})", it.name, it.id)).collect();
        hint.push_str(&format!("; also similar: {}", others.join(", ")));
    }
    hint + "; if it is new, add it first or use --add-missing"
}
