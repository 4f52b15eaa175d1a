//! What may be meant by a word or a name that is not known.

use super::Suggestion;

/// The candidate most like what was given, if any is alike enough to be meant.
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let given = given.to_lowercase();
    let apart = |candidate: &str| strsim::damerau_levenshtein(&given, &candidate.to_lowercase());
    let (distance, best) =
        candidates.into_iter().map(|it| (apart(it), it)).min_by_key(|(apart, _)| *apart)?;
    // Two slips in five letters are still a slip; more is another word.
    (distance * 5 <= given.chars().count() * 2).then(|| best.to_owned())
}

/// How many recipients are suggested.
const SUGGESTED: usize = 3;
/// Names less alike than this are other names (0: nothing in common, 1: the same).
const ALIKE: f64 = 0.8;

/// Those of the recipients, given with all their names, that are most like a name, the most alike
/// first.
pub fn suggested(name: &str, known: Vec<(Suggestion, Vec<String>)>) -> Vec<Suggestion> {
    let likeness =
        |names: &[String]| names.iter().map(|it| strsim::jaro_winkler(name, it)).fold(0.0, f64::max);
    let mut ranked: Vec<(f64, Suggestion)> =
        known.into_iter().map(|(suggestion, names)| (likeness(&names), suggestion)).collect();
    ranked.retain(|(likeness, _)| *likeness >= ALIKE);
    ranked.sort_by(|(a, first), (b, second)| b.total_cmp(a).then_with(|| first.id.cmp(&second.id)));
    ranked.into_iter().take(SUGGESTED).map(|(_, suggestion)| suggestion).collect()
}

/// A name that may be meant is confirmed once, by a person; then files are taken with it.
pub(super) fn unknown_recipient_hint(given: &str, suggestions: &[Suggestion]) -> String {
    let [first, others @ ..] = suggestions else {
        return "add it with `almoner recipient add`, or say --add-missing".to_owned();
    };
    let mut hint = format!(
        "if `{}` is meant, confirm it with `almoner recipient alias {} \"{}\"`",
        first.name,
        first.id,
        given.replace('"', "\\\"")
    );
    if !others.is_empty() {
        let others: Vec<String> = others.iter().map(|it| format!("`{}` ({})", it.name, it.id)).collect();
        hint.push_str(&format!(", or likewise {}", others.join(" or ")));
    }
    hint + "; if it is new, add it first or say --add-missing"
}
