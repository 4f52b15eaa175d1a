//! Names of organisations in prose: where one begins and ends.
//!
//! A name is a run of words with capitals, held together by small words. Where a small word may be
//! in the name or after it (`Survivors in Transition`, `Catch 22 in Ipswich`), another place of the
//! text of the decision must decide, or the name stays open.

use super::dates::MONTH;
use super::pattern::patterns;
use crate::words;

/// A name in a text, with its position in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// `Err` has the possible readings.
    pub(super) name: Result<String, Vec<String>>,
    /// Where the longest reading begins.
    pub(super) start: usize,
    /// Where the longest reading ends.
    pub(super) end: usize,
}

patterns! {
    /// Before a name, and no part of it.
    LEADING = r"^\s*(?:(?:[Tt]he|a|an|its|our|his|her|their)\s+)?(?:(?:local|national|county|countywide|regional|community|voluntary|youth|specialist|registered|women's|children's|sports|small|victims'|domestic|abuse|counselling)\s+)*(?:(?:charity|charities|organisation|group|club|provider|agency|enterprise|company)\s*,?\s+)?";
    IS_MONTH = &format!(r"(?i)^{MONTH}$");
    /// A word that refers back to a name.
    STANDS_FOR_ONE = r"(?i)^(?:trust|charity|forum|group|organisation|club|association|council|project|scheme|partnership|service|centre|provider|applicant|company|foundation|cic|society|board|school|college|church|fund|approval|agreement|funding|grant|grants|permission|authority|support|award|awards|money|consent|following|having|total)$";
    /// Words that are no recipient, whoever they are of.
    NO_RECIPIENT = r"(?i)\b(?:pcc|pccs|opcc|commissioner|commissioners|panel|home\s+office|ministry|government|reserves?|budgets?|precept|plan|section|decision|appendix|annex|report)\b|(?-i:\bAct\b)|\bfunds?$|^(?:crime\s+and\s+disorder|victims'?\s+(?:services?\s+)?(?:fund|grant)|financial|year|band|vat|suffolk|norfolk|cctv|asb)$";
    /// Lower-case words before which a name ends.
    FUNCTION_WORD = r"^(?:for|to|from|towards?|in|into|which|who|whose|under|over|as|and|or|on|with|within|between|during|through|throughout|by|at|that|if|is|was|are|were|be|being|been|will|would|has|have|had|per|via|so|until|against|using|out|covering|subject|totalling|amounting|of|upon|following|where|when|because|to:|should|shall|can|may|enabling|each|both|plus|then|also|receive[sd]?|receiving|awarded|granted|allocated|based|working|running|operating|delivering|providing|£.*)$";
    /// Words that end an organisation's name and nothing else.
    BODY = r"(?i)^(?:trust|forum|council|aid|cic|cio|association|club|charity|foundation|society|partnership|ltd|limited|uk|federation|institute|academy|university|college|church|fellowship|bureau|network|alliance|consortium|collective|co-?operative|refuge|hostel|shelter|scouts|guides|cadets)$";
    ORGANISATION = r"(?i)\b(?:trust|forum|council|aid|cic|association|club|charity|centre|services?|project|foundation|society|partnership|ltd|limited|uk|group|network|fund|support|advice|care|church|school|college|university|company|help|line|helpline|house|hostel|shelter|alliance|federation|institute|league|union|academy|initiative|scheme|cio|clinic|refuge|crisis|counselling|scouts|guides|cadets|watch|team|board|collective|cooperative|co-operative|consortium|agency|hub|outreach|mission|ministries|mediation|community|gateway|bureau|homes|housing|concern)\b";
}

/// The text of a decision, used to resolve ambiguous names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Witness<'a> {
    pub(super) title: &'a str,
    pub(super) text: &'a str,
}

/// Reads the name that begins at a position.
pub(super) fn name_at(text: &str, at: usize, witness: Witness<'_>) -> Option<Name> {
    let rest = text.get(at..)?;
    let start = at + LEADING.find(rest).map_or(0, |leading| leading.end());
    let run = Run::read(text.get(start..)?)?;
    if run.after_no_name() {
        return None;
    }
    let readings = run.readings();
    let longest = readings.last()?;
    if !is_name(longest) {
        return None;
    }
    let end = start + run.end;
    let name = if run.goes_on_as_list {
        Err(vec![longest.clone(), "possibly several".to_owned()])
    } else {
        decided(readings, run.acronym.as_deref(), witness)
    };
    Some(Name { name, start, end })
}

/// Reads the longest name that ends at a position.
pub(super) fn name_ending_at(text: &str, end: usize, witness: Witness<'_>) -> Option<Name> {
    let before = text.get(..end)?.trim_end_matches([' ', ',', ':', '–', '-', '(']);
    let mut start = None;
    let mut at = before.len();
    for word in before.rsplit(' ').take(LONGEST) {
        at = before[..at].rfind(word)?;
        let core = word.trim_matches(['"', '\'', '(', ')']);
        if has_capital(core) && !word.ends_with(['.', ';', ':', ','])
            || (start.is_none() && has_capital(core))
        {
            start = Some(at);
        } else if !(is_inner(core) || is_joint(core)) || word.is_empty() || start.is_none() {
            break;
        }
    }
    let mut start = start?;
    // A sentence begins with a capital whether it begins with a name or not.
    for opening in ["The ", "That ", "Agreed ", "Approved ", "To ", "For ", "Award ", "Funding "] {
        if before[start..].starts_with(opening) {
            start += opening.len();
        }
    }
    let name = name_at(before, start, witness)?;
    (name.end == before.trim_end().len() && name.start == start).then_some(name)
}

/// Maximum number of words in a name.
const LONGEST: usize = 14;

/// A run of words that may be a name.
struct Run<'a> {
    text: &'a str,
    /// Ends of the readings, the shortest first.
    ends: Vec<usize>,
    /// An acronym in brackets after the name.
    acronym: Option<String>,
    /// True when a comma and another name follow.
    goes_on_as_list: bool,
    /// The next word.
    next: &'a str,
    /// End of the name, including brackets.
    end: usize,
}

impl<'a> Run<'a> {
    fn read(text: &'a str) -> Option<Run<'a>> {
        let mut run = Run { text, ends: Vec::new(), acronym: None, goes_on_as_list: false, next: "", end: 0 };
        let mut last_end = 0;
        let mut words = 0;
        let mut at = 0;
        loop {
            let word = word_at(text, at);
            let end = at + word.len();
            let core = word.trim_end_matches([',', '.', ';', ':', ')', '"', '?', '!']);
            if word.is_empty() || words == LONGEST {
                break;
            }
            if word.starts_with('(') && words > 0 {
                last_end = run.bracket(at, last_end);
                break;
            }
            if has_capital(core.trim_start_matches('"')) {
                last_end = at + core.len();
                words += 1;
                if core.len() < word.len() && !is_abbreviation(word) {
                    run.goes_on_as_list = word.ends_with(',') && run.another_follows(end);
                    break;
                }
            } else if words > 0 && core == word && is_joint(core) && leads_to_a_name(text, end + 1) {
                if !(core == "and"
                    && is_harm(last_word(&text[..last_end]))
                    && is_harm(word_at(text, end + 1)))
                {
                    run.ends.push(last_end);
                }
            } else if words == 0 || core != word || !is_inner(core) || !leads_to_a_name(text, end + 1) {
                run.next = word;
                break;
            }
            at = end + 1;
        }
        if words == 0 {
            return None;
        }
        run.ends.push(last_end);
        run.ends.dedup();
        run.end = run.end.max(last_end);
        Some(run)
    }

    /// Reads brackets after a name: another name is part of it, a single word is an acronym.
    fn bracket(&mut self, at: usize, last_end: usize) -> usize {
        let Some(close) = self.text[at..].find(')').filter(|close| *close < 60) else { return last_end };
        let inside = self.text[at + 1..at + close].trim_matches([' ', '"', '\'']);
        self.end = at + close + 1;
        self.next = word_at(self.text, (self.end + 1).min(self.text.len()));
        let capitals = inside.split(' ').filter(|word| has_capital(word)).count();
        let is_name =
            capitals > 1 && !inside.contains(['£', ':']) && !inside.chars().any(|c| c.is_ascii_digit());
        if is_name && !inside.to_lowercase().starts_with("the ") {
            return self.end;
        }
        if capitals == 1 && !inside.contains(' ') {
            self.acronym = Some(inside.to_owned());
        }
        last_end
    }

    /// True when a comma is followed by what looks like another name.
    fn another_follows(&self, end: usize) -> bool {
        let rest = self.text.get(end..).unwrap_or_default().trim_start();
        let rest = rest.strip_prefix("and ").unwrap_or(rest);
        has_capital(word_at(rest, 0)) && !rest.starts_with('£')
    }

    /// True when the word after the run shows that it is no name: `CCTV improvements`.
    fn after_no_name(&self) -> bool {
        let word = self.next.trim_end_matches([',', '.', ';', ':', ')']);
        !word.is_empty()
            && word.starts_with(|c: char| c.is_lowercase())
            && !FUNCTION_WORD.is_match(word)
            && self.acronym.is_none()
    }

    fn readings(&self) -> Vec<String> {
        let tidy = |end: &usize| self.text[..*end].trim_matches([' ', '"', ',']).to_owned();
        self.ends.iter().map(tidy).collect()
    }
}

/// Picks the reading that the rest of the text supports, if there are several.
fn decided(
    readings: Vec<String>,
    acronym: Option<&str>,
    witness: Witness<'_>,
) -> Result<String, Vec<String>> {
    if let [only] = readings.as_slice() {
        return Ok(only.clone());
    }
    if let Some(acronym) = acronym
        && let Some(spelt) = readings.iter().find(|reading| spells(acronym, reading))
    {
        return Ok(spelt.clone());
    }
    // The longest reading that is alone in the title, unless it is two names or the text continues
    // with another.
    if let Some(found) = readings.iter().rev().find(|reading| stands_alone(reading, witness.title)) {
        let is_pair = found.match_indices(" and ").any(|(at, _)| ends_as_organisation(&found[..at]));
        let another = readings
            .iter()
            .any(|longer| longer.strip_prefix(found.as_str()).is_some_and(|rest| rest.starts_with(" and ")));
        return if is_pair || another { Err(readings) } else { Ok(found.clone()) };
    }
    let times = |reading: &String| witness.text.matches(reading.as_str()).count();
    if let (Some(shortest), Some(longest)) = (readings.first(), readings.last())
        && times(longest) > 1
        && times(longest) == times(shortest)
        && !longest.contains(" and ")
    {
        return Ok(longest.clone());
    }
    Err(readings)
}

/// True when letters are the initials of a name, its small words counted or not.
fn spells(acronym: &str, name: &str) -> bool {
    let letters = |all: bool| -> String {
        let words = name.split([' ', '-']).filter(|word| all || has_capital(word));
        words.filter_map(|word| word.chars().next()).filter(|c| c.is_alphanumeric()).collect()
    };
    acronym.len() > 1 && [true, false].iter().any(|all| letters(*all).eq_ignore_ascii_case(acronym))
}

/// True if the title has the name, and not as part of a longer one.
fn stands_alone(name: &str, title: &str) -> bool {
    const MONEY: [&str; 3] = ["grant", "funding", "award"];
    let (name, title) = (name.to_lowercase(), title.to_lowercase());
    title.match_indices(&name).any(|(at, _)| {
        let after = title[at + name.len()..].trim_start();
        let before = title[..at].trim_end();
        let open_before = before.is_empty()
            || before.ends_with(['–', '-', ':', ',', '(', '"', '/'])
            || [" to", " for", " the", " from"].iter().chain(&MONEY).any(|word| before.ends_with(word));
        let open_after = after.is_empty()
            || after.starts_with(['–', '-', ':', ',', '(', ')', '"', ';', '.', '/'])
            || MONEY.iter().any(|word| after.starts_with(word));
        open_before && open_after
    })
}

pub(super) fn is_month(word: &str) -> bool {
    IS_MONTH.is_match(word)
}

/// True if a name can only be that of an organisation. `Mediation Service` may also be an activity.
pub(super) fn is_body(name: &str) -> bool {
    let bare = name.split(" (").next().unwrap_or(name);
    bare.rsplit(' ').next().is_some_and(|word| BODY.is_match(word)) && bare.contains(' ') && is_name(name)
}

/// The name that a text spells out before letters in brackets: `Anglia Care Trust (ACT)`.
pub(super) fn spelt_out(letters: &str, witness: Witness<'_>) -> Option<String> {
    if letters.len() < 2 || !letters.bytes().all(|b| b.is_ascii_uppercase()) {
        return None;
    }
    let bracket = format!("({letters})");
    [witness.title, witness.text].into_iter().find_map(|text| {
        let before = text[..text.find(&bracket)?].trim_end();
        let words: Vec<&str> = before.split(' ').collect();
        let first = (0..words.len()).rev().find(|first| spells(letters, &words[*first..].join(" ")))?;
        Some(words[first..].join(" ")).filter(|name| has_capital(name) && is_name(name))
    })
}

fn ends_as_organisation(name: &str) -> bool {
    name.rsplit(' ').next().is_some_and(|word| ORGANISATION.is_match(word))
}

/// True if a name alone, as at the start of a title, can only be that of an organisation.
pub(super) fn is_organisation(name: &str) -> bool {
    ends_as_organisation(name.split(" (").next().unwrap_or(name)) && is_name(name)
}

fn is_name(name: &str) -> bool {
    let mut words = name.split(' ');
    let first = words.next().unwrap_or_default();
    name.chars().any(char::is_alphabetic)
        && name.len() > 1
        && !NO_RECIPIENT.is_match(name)
        && !STANDS_FOR_ONE.is_match(name)
        && !name.split(' ').any(|word| IS_MONTH.is_match(word) && word != "May")
        && !first.bytes().all(|b| b.is_ascii_digit())
        && !matches!(
            first,
            "The" | "This" | "That" | "It" | "In" | "For" | "From" | "May" | "PC" | "PCSO" | "Police"
        )
}

/// True if a capitalised word follows, skipping small words of names.
fn leads_to_a_name(text: &str, at: usize) -> bool {
    let words = text.get(at..).unwrap_or_default().split(' ');
    let mut words = words.take(3).skip_while(|word| is_inner(word));
    words.next().is_some_and(|word| {
        let core = word.trim_end_matches([',', '.', ';', ':']);
        has_capital(word)
            && !word.starts_with(|c: char| c.is_ascii_digit())
            && !IS_MONTH.is_match(core)
            && !words::has(THINGS, core)
    })
}

/// What money is for, and no name goes on with.
const THINGS: &str = "ANPR ASB CCTV IDVA IDVAs ISVA ISVAs PPE VAWG";

fn word_at(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    rest.split(' ').next().unwrap_or_default()
}

/// A capital or a digit in front: `Trust`, `4YP`, `22`.
fn has_capital(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '"', '\'']);
    word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
}

/// True for small words found only inside a name.
fn is_inner(word: &str) -> bool {
    matches!(word, "of" | "the" | "de" | "le" | "la" | "&" | "+" | "upon" | "plc" | "'n'")
}

fn last_word(text: &str) -> &str {
    text.rsplit(' ').next().unwrap_or_default()
}

/// True for a harm. A name may have two of them: `Violence and Abuse Forum`.
fn is_harm(word: &str) -> bool {
    const HARMS: &str = "abuse alcohol assault disorder drug drugs exploitation harassment rape sexual stalking \
         trauma violence";
    words::has(HARMS, &word.to_lowercase())
}

/// True for small words found inside a name or after it.
fn is_joint(word: &str) -> bool {
    matches!(word, "and" | "in" | "for" | "at" | "against" | "on" | "–" | "-" | "with" | "to")
}

fn is_abbreviation(word: &str) -> bool {
    matches!(word, "St." | "Ltd." | "Dr." | "Mr." | "Mrs." | "Co.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_where_only_one_reading_lets_them() {
        for (text, title, expected) in [
            ("Lighthouse Women's Aid for the", "", "Lighthouse Women's Aid"),
            ("the New Orford Town Trust towards", "", "New Orford Town Trust"),
            ("Catch 22 to deliver", "", "Catch 22"),
            ("Catch 22 in Ipswich for", "", "?"),
            ("Catch 22 in Ipswich for", "Catch 22 – mediation", "Catch 22"),
            ("Survivors in Transition for", "Grant to Survivors in Transition", "Survivors in Transition"),
            ("Survivors in Transition (SiT) for", "", "Survivors in Transition"),
            ("Friends of the Park, which", "", "Friends of the Park"),
            (
                "Raedan Trust (Phoenix Counselling Practice) for",
                "",
                "Raedan Trust (Phoenix Counselling Practice)",
            ),
            (
                "Fresh Start – New Beginnings to",
                "Fresh Start – New Beginnings",
                "Fresh Start – New Beginnings",
            ),
            ("Fresh Start – New Beginnings to", "", "?"),
            ("Compassion and Lighthouse Women's Aid for", "", "?"),
            ("Anglia Care Trust and Mind for", "Anglia Care Trust and Mind", "?"),
            (
                "Domestic Violence and Abuse Forum",
                "Domestic Violence and Abuse Forum – grant",
                "Domestic Violence and Abuse Forum",
            ),
            ("Age UK, Citizens Advice and Mind for", "", "?"),
            ("Butterfly CIC.", "", "Butterfly CIC"),
            ("local charity Iceni for", "", "Iceni"),
            ("CCTV improvements", "", ""),
            ("March 2016", "", ""),
            ("the PCC", "", ""),
            ("support victims", "", ""),
            ("31 March", "", ""),
        ] {
            let found = name_at(text, 0, Witness { title, text });
            let found = found.map_or(String::new(), |name| name.name.unwrap_or("?".to_owned()));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn names_are_found_backwards_too() {
        for (text, expected) in [
            ("agreed to award Lighthouse Women's Aid", "Lighthouse Women's Aid"),
            ("The Friends of the Park", "Friends of the Park"),
            ("agreed that Butterfly CIC", "Butterfly CIC"),
            ("agreed that it", ""),
        ] {
            let found = name_ending_at(text, text.len(), Witness { title: "", text });
            let found = found.map_or(String::new(), |name| name.name.unwrap_or("?".to_owned()));
            assert_eq!(found, expected, "{text}");
        }
    }
}
