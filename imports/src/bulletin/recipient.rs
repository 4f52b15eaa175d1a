//! Finds the recipient of an amount by the words directly before and after it.

use super::names::{Name, Witness, is_body, is_month, is_organisation, name_at, name_ending_at, spelt_out};
use super::pattern::patterns;
use crate::words;

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
const GRANT_WORDS: &str = "a an the with of in one-off single total totalling further additional small new grant grants \
     award funding sum contribution allocation donation amount amounting payment financial support \
     value worth for to at be as capital revenue non-recurring non-recurrent annual their its making \
     is";

/// Removes the words of an award from the end of a text: `… Trust a grant of` gives `… Trust`.
fn before_grant_words(text: &str) -> &str {
    let mut rest = text.trim_end();
    loop {
        let bare = rest.trim_end_matches([' ', ',', ':']);
        let word = bare.rsplit(' ').next().unwrap_or_default();
        if !words::has(GRANT_WORDS, word) {
            return bare;
        }
        rest = bare.get(..bare.len() - word.len()).unwrap_or_default();
        if rest.is_empty() {
            return "";
        }
    }
}

/// An amount in a sentence, with the texts of its decision.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'a> {
    pub(super) sentence: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) witness: Witness<'a>,
}

impl Spot<'_> {
    /// Finds the recipient, if the words around the amount name one.
    pub(super) fn recipient(self) -> Option<Found> {
        let found = [self.after(), self.listed(), self.passive(), self.before(), self.applicant()];
        let mut found = found.into_iter().flatten();
        let first = found.next()?;
        let another = found.find(|other| match (&first.name, &other.name) {
            (Ok(one), Ok(two)) => one != two,
            _ => false,
        });
        Some(first.or_doubtful(another))
    }

    /// Returns a name found, with the words from a position to another as evidence.
    fn found(self, name: Name, words: (usize, usize), end: usize) -> Found {
        let words = self.sentence.get(words.0..words.1).unwrap_or_default().trim().to_owned();
        let behind = self.sentence.get(name.end..).unwrap_or_default();
        let name = match name.name.map(|name| spelt_out(&name, self.witness).unwrap_or(name)) {
            _ if TO_ANOTHER.is_match(behind) || THROUGH_ANOTHER.is_match(&words) => {
                Err(format!("{} and another body", quoted(&words)))
            }
            _ if TO_MORE.is_match(behind) => Err(format!("{} and possibly others", quoted(&words))),
            Ok(name) => Ok(name),
            Err(readings) => Err(possibly(&readings)),
        };
        Found { name, words, end }
    }

    /// `£5,000 to NAME`, `£5,000 for NAME to do`, `£5,000 to the Trust`.
    fn after(self) -> Option<Found> {
        let rest = self.sentence.get(self.end..)?;
        if let Some(to) = TO.find(rest) {
            // `towards` is followed by a purpose, not a recipient.
            let words = to.as_str().trim_end();
            if !words.ends_with("towards")
                && let Some(name) = name_at(self.sentence, self.end + to.end(), self.witness)
            {
                let from = self.end + words.rfind("to").unwrap_or(0);
                let end = name.end;
                return Some(self.found(name, (from, end), end));
            }
        }
        let for_whom = FOR.find(rest)?;
        let name = name_at(self.sentence, self.end + for_whom.end(), self.witness)?;
        let end = name.end;
        let behind = self.sentence.get(end..)?;
        // Followed by an activity, or certainly an organisation.
        let is_somebody = TO_DO.is_match(behind)
            || ENDS.is_match(behind)
                && name.name.as_deref().is_ok_and(|name| is_body(name) || name == self.witness.title);
        is_somebody.then(|| self.found(name, (self.start, end), end))
    }

    /// The name that ends where the words before the amount do.
    fn ending(self, before: &str) -> Option<Name> {
        name_ending_at(self.sentence, before.len(), self.witness)
    }

    /// Returns a name before the amount, with all words up to the amount.
    fn ahead(self, name: Name) -> Found {
        let start = name.start;
        self.found(name, (start, self.end), self.end)
    }

    /// `NAME (£5,000)`, `NAME – £5,000`, `NAME: £5,000`.
    fn listed(self) -> Option<Found> {
        let before = self.sentence.get(..self.start)?.trim_end();
        let name = before.ends_with(['(', '–', '-', ':']).then(|| self.ending(before))??;
        Some(self.ahead(name))
    }

    /// `, NAME £5,000 and` in a part of a sentence after the previous amount.
    pub(super) fn in_series(self) -> Option<Found> {
        let name = self.ending(before_grant_words(self.sentence.get(..self.start)?))?;
        SERIES.is_match(self.sentence.get(..name.start)?).then(|| self.ahead(name))
    }

    /// `NAME be awarded a grant of £5,000`.
    fn passive(self) -> Option<Found> {
        let before = before_grant_words(self.sentence.get(..self.start)?);
        let verb = PASSIVE.find(before)?;
        Some(self.ahead(self.ending(&before[..verb.start()])?))
    }

    /// `award NAME a grant of £5,000`, `a grant to NAME of £5,000`.
    fn before(self) -> Option<Found> {
        let before = before_grant_words(self.sentence.get(..self.start)?);
        let before = NAMED_GRANT.find(before).map_or(before, |grant| &before[..grant.start()]);
        let name = self.ending(before)?;
        let ahead = self.sentence.get(..name.start)?;
        (ACTIVE.is_match(ahead) || NOUN_TO.is_match(ahead)).then(|| self.ahead(name))
    }

    /// `approved the application from NAME for £5,000`.
    fn applicant(self) -> Option<Found> {
        let ahead = self.sentence.get(..self.start)?;
        let application = APPLICATION.find(ahead)?;
        if !APPROVED_BEFORE.is_match(&ahead[..application.start()]) {
            return None;
        }
        let name = name_at(self.sentence, application.end(), self.witness)?;
        let mut between = self.sentence.get(name.end..self.start)?.split_whitespace();
        let words = (application.start(), name.end);
        between
            .all(|word| words::has(GRANT_WORDS, word.trim_end_matches(',')))
            .then(|| self.found(name, words, self.end))
    }

    /// Finds the applicant, or the recipient in the title, if the sentence names none.
    pub(super) fn recipient_elsewhere(self) -> Option<Found> {
        let rest = self.sentence.get(self.end..)?;
        let to_somebody = TO.find(rest).and_then(|to| rest.get(to.end()..));
        // A recipient in lower case must still be clear from elsewhere.
        if !to_somebody.is_none_or(|somebody| PRONOUN.is_match(somebody) || is_purpose(somebody)) {
            return None;
        }
        let mut applicants = applicants(self.witness).into_iter();
        let titled = titled(self.witness.title)
            .filter(|name| !gives_to_another(rest, name))
            .map(|name| Found { name: Ok(name), words: self.witness.title.to_owned(), end: self.end });
        let Some(first) = applicants.next() else { return titled };
        let differs = |other: &Found| match (&first.name, &other.name) {
            (Ok(one), Ok(two)) => !one.contains(two.as_str()) && !two.contains(one.as_str()),
            _ => false,
        };
        let other = applicants.chain(titled).find(differs);
        Some(Found { end: self.end, ..first.or_doubtful(other) })
    }

    /// True if the amount is called a grant or follows the verb of an award.
    pub(super) fn is_called_a_grant(self) -> bool {
        self.sentence.get(..self.start).is_some_and(|before| CALLED_BEFORE.is_match(before))
            || self.sentence.get(self.end..).is_some_and(|after| CALLED_AFTER.is_match(after))
    }
}

impl Found {
    /// Returns this recipient, in doubt if there is another.
    fn or_doubtful(self, another: Option<Found>) -> Found {
        let Some(other) = another else { return self };
        let why = format!("two names: {} and {}", quoted(&self.words), quoted(&other.words));
        Found { name: Err(why), ..self }
    }
}

/// Returns the reason for doubt about a name that can be read in several ways.
pub(super) fn possibly(readings: &[String]) -> String {
    format!("possibly {}", readings.join(" or "))
}

fn quoted(words: &str) -> String {
    format!("\"{words}\"")
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
    let in_text = Spot { sentence: text, start: 0, end: 0, witness };
    let behind = APPLICATION.find_iter(text).chain(AGREEMENT_WITH.find_iter(text)).filter_map(|lead| {
        let name = name_at(text, lead.end(), witness)?;
        let from = lead.as_str().trim_end().rsplit(' ').find(|word| *word != "the")?;
        let from = lead.start() + lead.as_str().rfind(from)?;
        let words = (from, name.end);
        Some(in_text.found(name, words, 0))
    });
    let subjects = SENTENCE_BEGINS.find_iter(text).filter_map(|lead| {
        let name = name_at(text, lead.end(), witness)?;
        let asks = ASKS.find(text.get(name.end..)?)?;
        let words = (name.start, name.end + asks.end());
        Some(in_text.found(name, words, 0))
    });
    behind.chain(subjects).collect()
}

/// True for words that state an activity, not a recipient: `to support victims`.
fn is_purpose(words: &str) -> bool {
    const OF_THINGS: &str = "the a an its their his her this that these those all each both two three four five six local \
         community various several some any one";
    let first = words.split(' ').next().unwrap_or_default();
    words.starts_with(|c: char| c.is_lowercase()) && !words::has(OF_THINGS, first)
}

/// Reads the recipient named in a title: `Grant to NAME`, `NAME – purpose`.
pub(super) fn titled(title: &str) -> Option<String> {
    let witness = Witness { title, text: "" };
    if let Some(grant) = TITLE_GRANT_TO.find(title) {
        let name = name_at(title, grant.end(), witness)?;
        let tail = title.get(name.end..)?;
        let is_sure = grant.as_str().trim_end().ends_with(" to") || name.name.as_deref().is_ok_and(is_body);
        return match name.name {
            Ok(name) if is_sure && (TITLE_TAIL.is_match(tail) || tail.starts_with(" for ")) => Some(name),
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
    (name.end == head.len() && is_somebody).then_some(name_text)
}
