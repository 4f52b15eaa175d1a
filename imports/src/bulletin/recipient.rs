//! Finds the recipient of an amount by the words directly before and after it.

use super::names::{Name, Witness, is_body, is_month, is_organisation, name_at, name_ending_at, spelt_out};
use super::pattern::patterns;

/// A recipient found in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// `Err` has the reason for doubt.
    pub(super) name: Result<String, String>,
    pub(super) words: String,
    /// Where the award ends in the sentence: after the amount and the recipient.
    pub(super) end: usize,
}

patterns! {
    /// `£5,000 (grant) (from the … fund) to`.
    TO = r"(?i)^\s*(?:(?:one-off\s+)?(?:grant|award|(?:of|in|as)\s+(?:a\s+)?(?:grant\s+)?(?:funding|grant)|funding|in\s+total)\b\s*)?(?:,?\s*(?:from|out\s+of|under|through|using)\s+(?:the\s+|his\s+|her\s+|its\s+)?[^.;:£]{3,110}?(?:fund|grant|budget|reserve|funding|money|monies|allocation|scheme|programme|act\s+\d{4})s?,?\s+)?(?:(?:(?:is|be|was|has\s+been|will\s+be|should\s+be|to\s+be)\s+)?(?:awarded|granted|given|allocated|approved|agreed|paid|provided|made(?:\s+available)?|made)\s+)?to(?:wards)?\s+";
    /// `£5,000 for NAME to do`.
    FOR = r"(?i)^\s*(?:(?:grant|award|(?:of|in)\s+(?:grant\s+)?funding|funding)\b\s*)?(?:(?:has\s+been|have\s+been|was|is|be)\s+(?:approved|agreed|awarded|allocated)\s+)?for\s+";
    TO_DO = r"^(?:,\s+(?:an?|the|which|who)\s[^.;:£,]{2,80})?,?\s+to\s+[a-z]";
    /// Between two amounts of a series, before the name of the second.
    SERIES = r"^(?:[,;]|[,;]?\s+and)\s*(?:the\s+)?$|:\s*(?:the\s+)?$";
    ENDS = r"^\s*(?:[.;]|$|,?\s+(?:for|towards|from)\s)";
    TO_ANOTHER = r"(?i)^\s*,?\s*(?:on\s+behalf\s+of|via|c/o|acting\s+for|as\s+host)\b";
    TO_MORE = r"^\s*(?:\([^)]*\))?,?\s*(?:and|or|plus|as well as)\s+(?:also\s+)?(?:to\s+)?(?:the\s+)?[A-Z]";
    THROUGH_ANOTHER = r"(?i)\bon\s+behalf\s+of\b|\bvia\s+[A-Z]";
    /// After an applicant.
    ASKS = r"^,?\s+(?:(?:has|have|had|recently|also|therefore|is|now)\s+)*(?:applied|asked|requested|approached|sought|submitted|bid|seeking|asking|requesting|put\s+forward)\b";
    /// Before an applicant.
    SENTENCE_BEGINS = r"(?:^|[.!?;•]\s+)(?:(?:The|Following|Since\s+then|In\s+addition),?\s+)?";
    /// `a grant agreement with NAME`, `this decision awards a grant to NAME`.
    AGREEMENT_WITH = r"(?i)\bgrant\s+(?:funding\s+)?agreement\s+with\s+(?:the\s+)?|\bawards?\s+(?:of\s+)?(?:an?\s+)?grant\s+to\s+(?:the\s+)?";
    PRONOUN = r"(?i)^(?:the|this|that)\s+(?:trust|charity|forum|group|organisation|club|association|council|partnership|centre|provider|applicant|company|foundation|cic)\s*(?:$|[.,;]|(?:for|to|towards|from|in\s+order)\b)|^(?:them|it)\b";
    /// After a name that is awarded something.
    PASSIVE = r"(?i)(?:,?\s+(?:should|to|will|would|shall|can|may|has|have|had|is|was|are|were|be|been|being|who|which))*\s+(?:awarded|granted|given|allocated|receives?|received|receiving|offered|provided\s+with|funded|paid)$";
    /// Between an award's verb and the name.
    ACTIVE = r"(?i)\b(?:award(?:ed|ing|s)?|grant(?:ed|ing|s)?|giv(?:e|es|ing|en)|gave|allocat(?:e|ed|es|ing)|provid(?:e|es|ed|ing)|fund(?:ed|s|ing)?|pay(?:s|ing)?|paid|offer(?:ed)?|support(?:ed|s|ing)?)\s+(?:the\s+)?$";
    /// `grant to NAME of £5,000`.
    NOUN_TO = r"(?i)\b(?:grants?|awards?|funding|sums?|allocations?|payments?|donations?|support|money)(?:\s+(?:funding|award|made|awarded|(?:has\s+been|have\s+been|was|is|be)\s+(?:made|awarded|paid|given|agreed|approved)|from\s+the\s+[^.;:£]{3,80}?(?:fund|grant|budget)))?\s+(?:to|for)\s+(?:the\s+)?$";
    /// `a Crime and Disorder Reduction Grant`.
    NAMED_GRANT = r"\s+an?\s+(?:(?:[A-Z][\w'-]*|and|&)\s+)+(?:Grant|Award)$";
    /// `approved an application from NAME for £5,000`.
    APPLICATION = r"(?i)\b(?:application|request|bid|proposal|submission)s?\b(?:\s+(?:for|to)\s+[^.;:£]{2,80}?)?,?\s+(?:received\s+|submitted\s+|made\s+|put\s+forward\s+)?(?:from|by|of)\s+(?:the\s+)?";
    APPROVED_BEFORE = r"(?i)\b(?:approv\w+|agree[ds]?|agreeing|grant(?:ed|s)?|accept(?:ed|s)?|support(?:ed|s)?)\b[^.;£]{0,30}$";
    CALLED_BEFORE = r"(?i)\b(?:grants?|awards?|grant\s+funding|funding|sponsorship|donation)(?:\s+(?:funding|award))?(?:\s+(?:of|totalling|amounting\s+to|worth|in\s+the\s+sum\s+of|to\s+the\s+value\s+of|for))?(?:\s+(?:a|the))?(?:\s+(?:total|sum|amount))?(?:\s+of)?[:\s]*$|\b(?:award(?:ed|ing|s)?|grant(?:ed|s)?|allocat(?:e|ed|es|ing)|fund(?:ed)?)(?:\s+(?:a|the|total|sum|amount|further|additional|of|one-off))*\s*$";
    CALLED_AFTER = r"(?i)^\s*(?:one-off\s+)?(?:(?:of|in|as)\s+)?(?:a\s+)?(?:grant|award|funding|grant\s+funding)\b|^\s+(?:(?:is|be|was|has\s+been|will\s+be|should\s+be|to\s+be)\s+)?(?:awarded|granted)\b";
    /// A recipient in a title.
    TITLE_GRANT_TO = r"(?i)^(?:(?:approval\s+of|award\s+of|small|community|safety|crime\s+and\s+disorder(?:\s+reduction)?|victims'?|services?|one-off|further|new|additional|pcc|commissioner's)\s+)*(?:a\s+)?(?:grants?|funding|awards?)(?:\s+(?:agreement|award|funding|grant|allocation|application))?(?:\s+of\s+£[\d,.]+)?\s*(?:to|for|from|with|[-–:])\s+(?:the\s+)?";
    /// A title that ends with the word grant or award.
    TITLE_OF_GRANT = r"(?i)\b(?:grant|award)$";
    TITLE_TAIL = r"(?i)^(?:\s*[-–:,(].*|\s+(?:grant|funding|award)\b.*|\s*)$";
    TITLE_BREAK = r"\s+[-–]\s+|:\s+|,\s+|\s+\(";
}

/// Words of an award in small letters between a name and an amount.
const GRANT_WORDS: &[&str] = &[
    "a",
    "an",
    "the",
    "with",
    "of",
    "in",
    "one-off",
    "single",
    "total",
    "totalling",
    "further",
    "additional",
    "small",
    "new",
    "grant",
    "grants",
    "award",
    "funding",
    "sum",
    "contribution",
    "allocation",
    "donation",
    "amount",
    "amounting",
    "payment",
    "financial",
    "support",
    "value",
    "worth",
    "for",
    "to",
    "at",
    "be",
    "as",
    "capital",
    "revenue",
    "non-recurring",
    "non-recurrent",
    "annual",
    "their",
    "its",
    "making",
    "is",
];

/// Removes the words of an award from the end of a text: `… Trust a grant of` gives `… Trust`.
fn before_grant_words(text: &str) -> &str {
    let mut rest = text.trim_end();
    loop {
        let bare = rest.trim_end_matches([' ', ',', ':']);
        let word = bare.rsplit(' ').next().unwrap_or_default();
        if !GRANT_WORDS.contains(&word) {
            return bare;
        }
        rest = bare.get(..bare.len() - word.len()).unwrap_or_default();
        if rest.is_empty() {
            return "";
        }
    }
}

/// Finds the recipient of the amount at `start..end` of a sentence, if the words around it name one.
pub(super) fn recipient(sentence: &str, start: usize, end: usize, witness: Witness<'_>) -> Option<Found> {
    let found = [
        after(sentence, start, end, witness),
        listed(sentence, start, end, witness),
        passive(sentence, start, end, witness),
        before(sentence, start, end, witness),
        applicant(sentence, start, end, witness),
    ];
    let mut found = found.into_iter().flatten();
    let first = found.next()?;
    let another = found.find(|other| match (&first.name, &other.name) {
        (Ok(one), Ok(two)) => one != two,
        _ => false,
    });
    Some(match another {
        Some(other) => Found {
            name: Err(format!("two names: {} and {}", quoted(&first.words), quoted(&other.words))),
            ..first
        },
        None => first,
    })
}

fn quoted(words: &str) -> String {
    format!("\"{words}\"")
}

fn found(sentence: &str, name: Name, words: (usize, usize), end: usize, witness: Witness<'_>) -> Found {
    let words = sentence.get(words.0..words.1).unwrap_or_default().trim().to_owned();
    let behind = sentence.get(name.end..).unwrap_or_default();
    let name = match name.name.map(|name| spelt_out(&name, witness).unwrap_or(name)) {
        _ if TO_ANOTHER.is_match(behind) || THROUGH_ANOTHER.is_match(&words) => {
            Err(format!("{} and another body", quoted(&words)))
        }
        _ if TO_MORE.is_match(behind) => Err(format!("{} and possibly others", quoted(&words))),
        Ok(name) => Ok(name),
        Err(readings) => Err(format!("possibly {}", readings.join(" or "))),
    };
    Found { name, words, end }
}

/// `£5,000 to NAME`, `£5,000 for NAME to do`, `£5,000 to the Trust`.
fn after(sentence: &str, start: usize, end: usize, witness: Witness<'_>) -> Option<Found> {
    let rest = sentence.get(end..)?;
    if let Some(to) = TO.find(rest) {
        let at = end + to.end();
        // `towards` is followed by a purpose, not a recipient.
        if !to.as_str().trim_end().ends_with("towards")
            && let Some(name) = name_at(sentence, at, witness)
        {
            let name_end = name.end;
            let from = end + to.as_str().trim_end().rfind("to").unwrap_or(0);
            return Some(found(sentence, name, (from, name_end), name_end, witness));
        }
    }
    let for_whom = FOR.find(rest)?;
    let name = name_at(sentence, end + for_whom.end(), witness)?;
    let name_end = name.end;
    let behind = sentence.get(name_end..)?;
    // Followed by an activity, or certainly an organisation.
    let is_somebody = TO_DO.is_match(behind)
        || ENDS.is_match(behind)
            && name.name.as_deref().is_ok_and(|name| is_body(name) || name == witness.title);
    is_somebody.then(|| found(sentence, name, (start, name_end), name_end, witness))
}

/// `NAME (£5,000)`, `NAME – £5,000`, `NAME: £5,000`.
fn listed(sentence: &str, start: usize, end: usize, witness: Witness<'_>) -> Option<Found> {
    let before = sentence.get(..start)?.trim_end();
    if !before.ends_with(['(', '–', '-', ':']) {
        return None;
    }
    let name = name_ending_at(sentence, before.len(), witness)?;
    let words = (name.start, end);
    Some(found(sentence, name, words, end, witness))
}

/// `, NAME £5,000 and` in a part of a sentence after the previous amount.
pub(super) fn in_series(part: &str, start: usize, end: usize, witness: Witness<'_>) -> Option<Found> {
    let before = before_grant_words(part.get(..start)?);
    let name = name_ending_at(part, before.len(), witness)?;
    SERIES
        .is_match(part.get(..name.start)?)
        .then(|| found(part, name.clone(), (name.start, end), end, witness))
}

/// `NAME be awarded a grant of £5,000`.
fn passive(sentence: &str, start: usize, end: usize, witness: Witness<'_>) -> Option<Found> {
    let before = before_grant_words(sentence.get(..start)?);
    let verb = PASSIVE.find(before)?;
    let name = name_ending_at(sentence, verb.start(), witness)?;
    let words = (name.start, end);
    Some(found(sentence, name, words, end, witness))
}

/// `award NAME a grant of £5,000`, `a grant to NAME of £5,000`.
fn before(sentence: &str, start: usize, end: usize, witness: Witness<'_>) -> Option<Found> {
    let before = before_grant_words(sentence.get(..start)?);
    let before = NAMED_GRANT.find(before).map_or(before, |grant| &before[..grant.start()]);
    let name = name_ending_at(sentence, before.len(), witness)?;
    let ahead = sentence.get(..name.start)?;
    if !ACTIVE.is_match(ahead) && !NOUN_TO.is_match(ahead) {
        return None;
    }
    let words = (name.start, end);
    Some(found(sentence, name, words, end, witness))
}

/// `approved the application from NAME for £5,000`.
fn applicant(sentence: &str, start: usize, end: usize, witness: Witness<'_>) -> Option<Found> {
    let ahead = sentence.get(..start)?;
    let application = APPLICATION.find(ahead)?;
    if !APPROVED_BEFORE.is_match(&ahead[..application.start()]) {
        return None;
    }
    let name = name_at(sentence, application.end(), witness)?;
    let between = sentence.get(name.end..start)?;
    let words = (application.start(), name.end);
    between
        .split_whitespace()
        .all(|word| GRANT_WORDS.contains(&word.trim_end_matches(',')))
        .then(|| found(sentence, name, words, end, witness))
}

/// Finds the applicant, or the recipient in the title, if the sentence with the amount names none.
pub(super) fn recipient_elsewhere(sentence: &str, end: usize, witness: Witness<'_>) -> Option<Found> {
    let rest = sentence.get(end..)?;
    let to_somebody = TO.find(rest).and_then(|to| rest.get(to.end()..));
    // A recipient in lower case must still be clear from elsewhere.
    let by_pronoun = to_somebody.is_none_or(|somebody| PRONOUN.is_match(somebody) || is_purpose(somebody));
    if !by_pronoun {
        return None;
    }
    let mut applicants = applicants(witness).into_iter();
    let titled = titled(witness.title)
        .filter(|(name, _)| !gives_to_another(rest, name))
        .map(|(name, words)| Found { name: Ok(name), words, end });
    let Some(first) = applicants.next() else { return titled };
    let differs = |other: &Found| match (&first.name, &other.name) {
        (Ok(one), Ok(two)) => !one.contains(two.as_str()) && !two.contains(one.as_str()),
        _ => false,
    };
    let other = applicants.chain(titled).find(differs);
    Some(match other {
        Some(other) => {
            let why = format!("two names: {} and {}", quoted(&first.words), quoted(&other.words));
            Found { name: Err(why), end, ..first }
        }
        None => Found { end, ..first },
    })
}

/// True if the first word after `to` that is not a month begins like a different name.
fn gives_to_another(rest: &str, name: &str) -> bool {
    let mut somebodies = rest.split(" to ").skip(1).map(|somebody| {
        let first = somebody.trim_start_matches("the ").split(' ').next().unwrap_or_default();
        first.trim_end_matches([',', '.', ';', ')'])
    });
    let first = somebodies.find(|word| !is_month(word)).unwrap_or_default();
    first.starts_with(char::is_uppercase) && !name.contains(first)
}

/// Finds the applicants in a text: `an application from NAME`, `NAME has applied for`.
fn applicants(witness: Witness<'_>) -> Vec<Found> {
    let text = witness.text;
    let behind = APPLICATION.find_iter(text).chain(AGREEMENT_WITH.find_iter(text)).filter_map(|lead| {
        let name = name_at(text, lead.end(), witness)?;
        let from = lead.as_str().trim_end().rsplit(' ').find(|word| *word != "the")?;
        let from = lead.start() + lead.as_str().rfind(from)?;
        let words = (from, name.end);
        Some(found(text, name, words, 0, witness))
    });
    let subjects = SENTENCE_BEGINS.find_iter(text).filter_map(|lead| {
        let name = name_at(text, lead.end(), witness)?;
        let asks = ASKS.find(text.get(name.end..)?)?;
        let words = (name.start, name.end + asks.end());
        Some(found(text, name, words, 0, witness))
    });
    behind.chain(subjects).collect()
}

/// True for words that state an activity, not a recipient: `to support victims`.
fn is_purpose(words: &str) -> bool {
    const OF_THINGS: &[&str] = &[
        "the",
        "a",
        "an",
        "its",
        "their",
        "his",
        "her",
        "this",
        "that",
        "these",
        "those",
        "all",
        "each",
        "both",
        "two",
        "three",
        "four",
        "five",
        "six",
        "local",
        "community",
        "various",
        "several",
        "some",
        "any",
        "one",
    ];
    let first = words.split(' ').next().unwrap_or_default();
    words.starts_with(|c: char| c.is_lowercase()) && !OF_THINGS.contains(&first)
}

/// Reads the recipient named in a title: `Grant to NAME`, `NAME – purpose`.
pub(super) fn titled(title: &str) -> Option<(String, String)> {
    let witness = Witness { title, text: "" };
    if let Some(grant) = TITLE_GRANT_TO.find(title) {
        let name = name_at(title, grant.end(), witness)?;
        let tail = title.get(name.end..)?;
        let is_sure = grant.as_str().trim_end().ends_with(" to") || name.name.as_deref().is_ok_and(is_body);
        return match name.name {
            Ok(name) if is_sure && (TITLE_TAIL.is_match(tail) || tail.starts_with(" for ")) => {
                Some((name, title.to_owned()))
            }
            _ => None,
        };
    }
    // Before a dash, or alone, only a certain organisation counts: `Mediation Service` may be an
    // activity, unless the title is called a grant.
    let head = TITLE_BREAK.find(title).map_or(title, |found| &title[..found.start()]);
    let is_grant = TITLE_OF_GRANT.is_match(title);
    let head = head.trim_end_matches(" Grant").trim_end_matches(" Funding").trim_end_matches(" Award");
    let name = name_at(head, 0, witness)?;
    let name_text = name.name.ok()?;
    let is_somebody = is_body(&name_text) || is_grant && is_organisation(&name_text);
    (name.end == head.len() && is_somebody).then(|| (name_text, title.to_owned()))
}

/// True if the amount at `start..end` is called a grant or follows the verb of an award.
pub(super) fn is_called_a_grant(sentence: &str, start: usize, end: usize) -> bool {
    let (Some(before), Some(after)) = (sentence.get(..start), sentence.get(end..)) else { return false };
    CALLED_BEFORE.is_match(before) || CALLED_AFTER.is_match(after)
}
