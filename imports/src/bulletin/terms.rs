//! An award's fund, power, period and purpose, where the text states them.

use almoner_ledger::calendar::Period;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::Power;

use super::Stated;
use super::dates::{half_stated, ranges};
use super::pattern::patterns;
use crate::words;

patterns! {
    CDR = r"(?i)\bcrime\s+(?:and|&)\s+disorder(?:\s+reduction)?\s+(?:\w+\s+)?(?:grants?|funds?|funding|budget|monies|money|allocation)\b|\bC\s?&?\s?DR\s?F?\s+(?:grants?|funds?|funding|budget)\b|\bCDRF\b";
    VICTIMS = r"(?i)\bvictims?'?s?(?:\s+(?:and\s+witness(?:es)?'?\s+)?(?:services?|support|care|commissioning))*\s+(?:grants?|funds?|funding|budget|monies|money|allocation)\b|\b(?:ministry\s+of\s+justice|moj)\b[^.;]{0,50}\bvictims?\b|\b(?:fund|funds|funding|grant|budget|monies|money|allocation)\s+(?:provided\s+|received\s+|available\s+)?(?:by\s+the\s+ministry\s+of\s+justice\s+|from\s+the\s+ministry\s+of\s+justice\s+)?(?:for|to\s+commission|for\s+commissioning)\s+(?:victims?'?s?\s+services|services\s+for\s+victims)\b";
    OTHER_FUND = r"\b(?:[Ff]rom|[Tt]hrough|[Uu]nder|[Uu]sing|out of|[Vv]ia)\s+(?:the\s+|his\s+|her\s+|its\s+|a\s+)?((?:[A-Z][\w'-]*\s+(?:(?:and|of|for|in|&)\s+)?)*(?:Fund|Grant|Budget|Reserve|Scheme|Programme|Act Fund)s?)\b";
    SECTION_9 = r"(?i)\b(?:section|sec\.?|s\.?)\s?9\b(?:\s*\(\d\))?(?P<act>\s+of\s+the\s+[A-Z][^.;]{0,80}?Act)?";
    SECTION_143 = r"(?i)\b(?:section|sec\.?|s\.?)\s?143\b(?:\s*\(\d\))?(?P<act>\s+of\s+the\s+[A-Z][^.;]{0,80}?Act)?";
    NOT_ITS_PERIOD = r"(?i)(?:\b(?:strategy|plan|policy|review|meeting|previous|previously|original|originally|earlier|last|first|contract|pilot|since|figures|data|between|held|budget|settlement|crimes?|offences|incidents|carry|underspend)\b[^.;,]{0,30})$";
    ITS_PERIOD = r"(?i)(?:\bperiod(?:\s+(?:of|from|between|covering))?|\bfor|\bfrom|\bbetween|\bduring|\bcovering|\bcovers|\bover|\brun(?:s|ning)?(?:\s+from)?|\(|,|–|:|\bof|\bproject|\bservice|\bprogramme)\s*$";
    ABOUT_THE_GRANT = r"(?i)\b(?:the|this)\s+(?:grant|funding|award|project|service|money|sum|agreement)\b|^(?:it|this|period)\b";
    PURPOSE_MARK = r"(?i)(?:^|[\s,])(?:in\s+order\s+to|to|towards|for)\s+";
    TO_SOMEBODY = r"^(?:the|a|an|each|all|both|its|their|this|these|several)\s";
    NO_PURPOSE = r"(?i)^(?:the\s+)?(?:period\b|(?:financial\s+|calendar\s+)?years?\b|(?:a\s+)?(?:further\s+)?(?:period|term)\b|(?:one|two|three|four|five|six|twelve|\d+)(?:\s+(?:further|more))?[\s-]+(?:years?|months?|weeks?)|20\d\d|\d|january|february|march|april|may\s|june|july|august|september|october|november|december|£|them\b|it\b)";
    PURPOSE_ENDS = r"(?i)[.;]\s*$|[.;](?:\s|$)|,?\s+(?:for|over|during|covering|in)\s+(?:the\s+)?(?:period\b|financial\s+year|20\d\d)|,?\s+(?:from|between)\s+(?:the\s+)?(?:\d|january|february|march|april|may\s|june|july|august|september|october|november|december)|,?\s+(?:from|out\s+of|using|under)\s+(?:the\s+|his\s+|her\s+)?(?:[\w'&]+\s+){0,7}(?:fund|grant|budget|reserve)s?\b|\s+for\s+(?:one|two|three|\d+|a\s+further)\s+(?:years?|months?|twelve)|,?\s+subject\s+to\b|,?\s+(?:and\s+)?£|\s+\((?:for|from|period|\d|january|february|march|april|may\s|june|july|august|september|october|november|december)|,?\s+(?:in\s+addition|alongside|matched|match\s+funded|on\s+condition|on\s+the\s+basis|provided\s+that)\b|,?\s+for\s+(?:a|the)\s+period\b|,?\s+with\s+effect\b|\s+(?:at\s+a\s+cost|and\s+agreed|and\s+(?:has\s+)?approved)\b";
}

/// The doubt about a field that nothing states.
pub(super) const NOT_STATED: &str = "not stated";

/// Reads the fund, if it is one that every body has.
pub(super) fn fund(text: &str, title: &str) -> Stated<FundId> {
    let cdr = CDR.find(text).or_else(|| CDR.find(title));
    let victims = VICTIMS.find(text).or_else(|| VICTIMS.find(title));
    match (cdr, victims) {
        (Some(cdr), Some(victims)) => {
            Stated::Doubtful(format!("two funds: \"{}\" and \"{}\"", cdr.as_str(), victims.as_str()))
        }
        (Some(words), None) => known("cdr", words.as_str()),
        (None, Some(words)) => known("victims", words.as_str()),
        (None, None) => match OTHER_FUND.captures(text) {
            Some(found) => Stated::Doubtful(format!("\"{}\" is not a known fund", &found[1])),
            None => Stated::Not,
        },
    }
}

fn known(id: &str, words: &str) -> Stated<FundId> {
    FundId::new(id).map_or(Stated::Not, |value| Stated::Stated { value, words: words.to_owned() })
}

/// Reads the power from its section number.
pub(super) fn power(text: &str) -> Stated<Power> {
    let of = |section: &regex::Regex, acts: &[&str], value: Power| {
        let found = section.captures(text)?;
        let words = found[0].to_owned();
        let act = found.name("act").map(|act| act.as_str().to_lowercase());
        let fits = act.is_none_or(|act| acts.iter().any(|own| act.contains(own)));
        Some(match fits {
            true => Stated::Stated { value, words },
            false => Stated::Doubtful(format!("\"{words}\" belongs to another Act")),
        })
    };
    let s9 = of(&SECTION_9, &["police reform"], Power::S9);
    let s143 = of(&SECTION_143, &["anti-social", "antisocial"], Power::S143);
    match (s9, s143) {
        (Some(_), Some(_)) => Stated::Doubtful("two powers".to_owned()),
        (Some(power), None) | (None, Some(power)) => power,
        (None, None) => Stated::Not,
    }
}

/// Reads the period of an award, in its own sentence or one about it.
pub(super) fn period(sentence: &str, others: &[&str]) -> Stated<Period> {
    let about = others.iter().copied().filter(|other| ABOUT_THE_GRANT.is_match(other));
    let mut stated: Vec<(Option<Period>, String)> = Vec::new();
    let mut ignored = None;
    for text in std::iter::once(sentence).chain(about) {
        for range in ranges(text) {
            let before = &text[..range.start];
            let words = text[range.start..range.end].to_owned();
            // `between` and a financial year bring their own word.
            let brings = words.starts_with(|c: char| c.is_ascii_lowercase());
            if NOT_ITS_PERIOD.is_match(before) || !(brings || ITS_PERIOD.is_match(before)) {
                ignored = Some(words);
            } else if !stated.iter().any(|(period, _)| *period == range.period) {
                stated.push((range.period, words));
            }
        }
    }
    match stated.as_slice() {
        [(Some(period), words)] => Stated::Stated { value: *period, words: words.clone() },
        [(None, words)] => Stated::Doubtful(format!("\"{words}\" is not a valid period")),
        [_, _, ..] => {
            let all: Vec<String> = stated.iter().map(|(_, words)| format!("\"{words}\"")).collect();
            Stated::Doubtful(format!("several periods: {}", all.join(" and ")))
        }
        [] => match ignored.or_else(|| half_stated(sentence).map(str::to_owned)) {
            Some(words) => Stated::Doubtful(format!("\"{words}\" may refer to the period")),
            None => Stated::Not,
        },
    }
}

/// Reads the purpose of an award, after the amount and the recipient.
pub(super) fn purpose(sentence: &str, from: usize) -> Stated<String> {
    let Some(rest) = sentence.get(from..) else { return Stated::Not };
    let whose = VICTIMS.find(rest).or_else(|| CDR.find(rest)).map(|words| words.range());
    for mark in PURPOSE_MARK.find_iter(rest) {
        let words = &rest[mark.end()..];
        // `funding for victims' services` is whose money it is.
        if whose.as_ref().is_some_and(|whose| whose.contains(&mark.start()))
            || NO_PURPOSE.is_match(words)
            || mark.as_str().trim() == "to" && TO_SOMEBODY.is_match(words)
            || rest[..mark.start()].ends_with("subject")
            || words.starts_with(|c: char| c.is_uppercase()) && mark.as_str().contains("to")
        {
            continue;
        }
        let end = PURPOSE_ENDS.find(words).map_or(words.len(), |end| end.start());
        let words = words[..end].trim_matches([' ', ',', ';', '.', ':']);
        let words = words.strip_suffix(" and").unwrap_or(words);
        if words.len() < 5 {
            return Stated::Not;
        }
        return Stated::Stated { value: words::capitalised(words), words: words.to_owned() };
    }
    Stated::Not
}
