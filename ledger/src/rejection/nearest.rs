//! Suggestions for an unknown id or name.

use super::Suggestion;
use crate::recipients::Recipient;
use crate::remedy::Remedy;

/// Returns the candidate most similar to what was given, if any is similar enough.
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let given = given.to_lowercase();
    // Two slips in five letters are still a slip; more is another word.
    let most = given.chars().count() * 2 / 5;
    let near = candidates.into_iter().filter_map(|candidate| {
        let lower = candidate.to_lowercase();
        let distance = strsim::damerau_levenshtein(&given, &lower);
        (distance <= most && has_similar_numbers(&given, &lower)).then_some((distance, candidate))
    });
    near.min_by_key(|(distance, _)| *distance).map(|(_, best)| best.to_owned())
}

/// False if a number in one text is another number in the other, as `1-2026` for `9-2026`: transposed, missing and
/// additional digits are slips, and so is the year before or after.
fn has_similar_numbers(one: &str, other: &str) -> bool {
    let numbers = |text: &'_ str| -> Vec<String> {
        let runs = text.split(|it: char| !it.is_ascii_digit()).filter(|run| !run.is_empty());
        runs.map(str::to_owned).collect()
    };
    let (one, other) = (numbers(one), numbers(other));
    one.len() != other.len() || one.iter().zip(&other).all(|(one, other)| is_similar_number(one, other))
}

fn is_similar_number(one: &str, other: &str) -> bool {
    let year = |text: &str| text.parse::<u16>().ok().filter(|_| text.len() == 4);
    let sorted = |text: &str| {
        let mut digits: Vec<char> = text.chars().collect();
        digits.sort_unstable();
        digits
    };
    let (fewer, more) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let mut more = sorted(more).into_iter();
    let has_all = sorted(fewer).iter().all(|digit| more.any(|it| it == *digit));
    has_all || year(one).zip(year(other)).is_some_and(|(one, other)| one.abs_diff(other) == 1)
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

impl Suggestion {
    pub(crate) fn of(recipient: &Recipient) -> Suggestion {
        let name = recipient.name().to_owned();
        Suggestion { id: recipient.id.clone(), name, misspelt_from: None }
    }
}

/// A similar name is confirmed once, by a user, as an alias; files with that name are then accepted.
/// Not everything that names a recipient can add one.
pub(super) fn unknown_recipient(given: &str, suggestions: &[Suggestion], can_be_added: bool) -> Remedy {
    let [first, others @ ..] = suggestions else { return Remedy::AddRecipient { can_be_added } };
    if let Some(from) = first.misspelt_from {
        let (id, name) = (first.id.clone(), first.name.clone());
        return Remedy::RenameMisspelt { given: given.to_owned(), id, name, from };
    }
    let others = others.iter().map(|it| (it.id.clone(), it.name.clone())).collect();
    let (id, name) = (first.id.clone(), first.name.clone());
    Remedy::ConfirmAlias { given: given.to_owned(), id, name, others, can_be_added }
}

/// Names the nearest match, if there is one.
pub(super) fn or_nearest(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|nearest| format!("; the nearest match is `{nearest}`")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_suggested_and_other_numbers_are_not() {
        for (given, known, expected) in [
            ("9-2026", "1-2026", false),
            ("14-2015", "15-2015", false),
            ("14-2015", "41-2015", true),
            ("114-2015", "14-2015", true),
            ("1-2015", "11-2015", true),
            ("14-2015", "14-2051", true),
            ("14-201", "14-2015", true),
            ("6-2016", "6-2015", true),
            ("6-2018", "6-2015", false),
            ("14/2015", "14-2015", true),
            ("c7-2015", "C7-2015", true),
            ("youht", "youth", true),
            ("youth", "drugs", false),
            ("abuse1", "abuse", true),
        ] {
            assert_eq!(nearest(given, [known]).is_some(), expected, "{given} for {known}");
        }
        assert_eq!(nearest("9-2026", ["1-2026", "9-2025"]).as_deref(), Some("9-2025"));
    }
}
