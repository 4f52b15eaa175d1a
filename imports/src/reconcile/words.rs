//! The words of a bank's text, and where names, numbers and references are among them.

use std::collections::HashMap;
use std::ops::Range;

use crate::words::has;

/// A run of letters or of digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Lower case; digits without leading zeros.
    pub(super) text: String,
    /// What separates it from the word before it; `None` in `BACS|0417`.
    pub(super) after: Option<char>,
}

impl Word {
    pub(super) fn is_number(&self) -> bool {
        self.text.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// True for `2015`.
    pub(super) fn is_year(&self) -> bool {
        self.text.len() == 4
            && self.is_number()
            && (self.text.starts_with("19") || self.text.starts_with("20"))
    }
}

/// Words of banks and of payments, which name nobody.
const NOISE: &str = "a account ach and at auto automated bac bacs bbp bgc bill bp by card ch chaps charity \
    cheque cic cio co company cr credit date dd debit direct donation dpc dr ebp end exp faster fast fp fpi \
    fpo for from ft fund funding giro grant grants ibn ibp in inc instalment into inv invoice its ltd llp \
    mandate mbl mobile nat no number obp of on online our out paid pay payment payments plc pmt pymt r ref \
    reference refund rejected return returned run s sent so standing sto tfr to transfer trf trn txn unpaid \
    via with your award decision pcc opcc police crime commissioner office";

/// Words before a number that say which month, quarter or part it is.
const PERIODS: &str = "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july \
    august september october november december q qtr quarter fy year yr wk week day h part phase tranche inst \
    instalment st nd rd th month mth";

/// True for the apostrophe in its spellings.
const fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | '‘' | 'ʼ' | '`')
}

/// Returns the words of a text. Spellings of a name have the same words.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut after = Some(' ');
    let mut last_kind = None;
    let mut characters = text.chars().peekable();
    let mut last = ' ';
    while let Some(character) = characters.next() {
        let before = std::mem::replace(&mut last, character);
        let is_within = match character {
            '.' => !before.is_ascii_digit() || !characters.peek().is_some_and(char::is_ascii_digit),
            other => is_apostrophe(other),
        };
        if is_within {
            continue;
        }
        if character == '&' {
            words.push(Word { text: "and".to_owned(), after: Some(' ') });
            (after, last_kind) = (Some(' '), None);
            continue;
        }
        if !character.is_alphanumeric() {
            // Of several signs, the one that is no blank.
            after = match after {
                Some(sign) if last_kind.is_none() && sign != ' ' => Some(sign),
                _ => Some(if character.is_whitespace() { ' ' } else { character }),
            };
            last_kind = None;
            continue;
        }
        let is_digit = character.is_ascii_digit();
        let lower: String = character.to_lowercase().collect();
        match words.last_mut() {
            Some(word) if last_kind == Some(is_digit) => word.text.push_str(&lower),
            _ => {
                let glue = if last_kind.is_none() { after } else { None };
                words.push(Word { text: lower, after: glue });
            }
        }
        last_kind = Some(is_digit);
        after = None;
    }
    for word in &mut words {
        let plain = match word.text.as_str() {
            "chq" | "chqs" | "cheques" | "cq" | "chk" => Some("cheque"),
            "limited" => Some("ltd"),
            _ => None,
        };
        if let Some(plain) = plain {
            word.text = plain.to_owned();
        }
        if word.is_number() {
            let digits = word.text.trim_start_matches('0');
            word.text = if digits.is_empty() { "0".to_owned() } else { digits.to_owned() };
        }
    }
    words.retain(|word| word.text != "the");
    words
}

/// True for words that name nobody: those of banks, numbers, months, and those of the body itself.
pub(super) fn is_noise(word: &Word, body: &[Word]) -> bool {
    word.is_number()
        || has(NOISE, &word.text)
        || has(PERIODS, &word.text)
        || body.iter().any(|it| it.text == word.text)
}

/// True if a reference differs from other texts: `BACS-0417`, `RUN1` and `100017` do, `GRANT`, `May 2015` and `17`
/// do not.
pub(super) fn is_distinctive(reference: &[Word]) -> bool {
    let has_number = reference.iter().enumerate().any(|(place, word)| {
        if !word.is_number() || word.is_year() {
            return false;
        }
        let before = place.checked_sub(1).and_then(|at| reference.get(at));
        match before {
            _ if word.text.len() >= 4 => true,
            Some(before) => !before.is_number() && !has(PERIODS, &before.text),
            None => false,
        }
    });
    let letters: usize =
        reference.iter().filter(|word| !is_noise(word, &[])).map(|word| word.text.chars().count()).sum();
    has_number || letters >= 6
}

/// True if the reference is the number of a cheque.
pub(super) fn is_cheque(reference: &[Word]) -> bool {
    matches!(reference, [word, number] if word.text == "cheque" && number.is_number())
}

/// True if a text has the kind of number that a reference has, but another number: `CHEQUE 100018` for `CHQ 100017`.
pub(super) fn has_other_number(text: &[Word], reference: &[Word]) -> bool {
    let [kind, number] = reference else { return false };
    if kind.is_number() || !number.is_number() || contains(text, reference) {
        return false;
    }
    let pairs = text.iter().zip(text.iter().skip(1));
    pairs.into_iter().any(|(word, next)| {
        word.text == kind.text && next.is_number() && next.text != number.text && !next.is_year()
    })
}

fn contains(text: &[Word], phrase: &[Word]) -> bool {
    !phrase.is_empty() && text.windows(phrase.len()).any(|part| is_same(part, phrase))
}

fn is_same(part: &[Word], phrase: &[Word]) -> bool {
    part.iter().zip(phrase).all(|(a, b)| a.text == b.text)
}

/// Phrases to look for, each with what it names.
pub(super) struct Phrases<Named> {
    phrases: Vec<(Vec<Word>, Named)>,
    by_first: HashMap<String, Vec<usize>>,
    /// Those of a word and a number, by the number: banks run the word together with others.
    by_number: HashMap<String, Vec<usize>>,
}

impl<Named> Default for Phrases<Named> {
    fn default() -> Phrases<Named> {
        Phrases { phrases: Vec::new(), by_first: HashMap::new(), by_number: HashMap::new() }
    }
}

/// A phrase that was found.
pub(super) struct Occurrence<'p, Named> {
    pub(super) at: Range<usize>,
    pub(super) named: &'p Named,
}

/// Letters from which a word is found at the end of another.
const WITHIN: usize = 3;

impl<Named> Phrases<Named> {
    pub(super) fn add(&mut self, phrase: Vec<Word>, named: Named) {
        let Some(first) = phrase.first() else { return };
        let place = self.phrases.len();
        self.by_first.entry(first.text.clone()).or_default().push(place);
        if let [word, number, ..] = phrase.as_slice()
            && !word.is_number()
            && number.is_number()
            && number.after.is_none_or(|sign| !sign.is_whitespace())
            && word.text.len() >= WITHIN
        {
            self.by_number.entry(number.text.clone()).or_default().push(place);
        }
        self.phrases.push((phrase, named));
    }

    /// Returns where phrases are in a text, without those that are within longer ones.
    pub(super) fn find(&self, text: &[Word]) -> Vec<Occurrence<'_, Named>> {
        let mut found: Vec<Occurrence<'_, Named>> = Vec::new();
        for (start, word) in text.iter().enumerate() {
            for place in self.by_first.get(&word.text).into_iter().flatten() {
                let Some((phrase, named)) = self.phrases.get(*place) else { continue };
                let end = start + phrase.len();
                if text.get(start..end).is_some_and(|part| is_same(part, phrase)) {
                    found.push(Occurrence { at: start..end, named });
                }
            }
            let Some(before) = start.checked_sub(1).and_then(|at| text.get(at)) else { continue };
            for place in self.by_number.get(&word.text).into_iter().flatten() {
                let Some((phrase, named)) = self.phrases.get(*place) else { continue };
                let Some((first, rest)) = phrase.split_first() else { continue };
                let end = start + rest.len();
                let is_end_of_word = before.text != first.text && before.text.ends_with(&first.text);
                if is_end_of_word && text.get(start..end).is_some_and(|part| is_same(part, rest)) {
                    found.push(Occurrence { at: start.saturating_sub(1)..end, named });
                }
            }
        }
        let spans: Vec<Range<usize>> = found.iter().map(|it| it.at.clone()).collect();
        let is_within = |it: &Range<usize>| {
            spans.iter().any(|other| other.start <= it.start && it.end <= other.end && other.len() > it.len())
        };
        found.retain(|it| !is_within(&it.at));
        found
    }
}

/// Characters of a name in payments between banks.
const CUT: usize = 18;

/// Returns the ways in which a bank writes a name: whole, and cut at 18 characters. Some may be the same.
pub(super) fn written(name: &str) -> Vec<Vec<Word>> {
    let plain = |text: &str| -> String { text.split_whitespace().collect::<Vec<_>>().join(" ") };
    let signs_out: String = name.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace()).collect();
    let to_blanks: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let spellings = [
        plain(name),
        plain(&name.replace(is_apostrophe, "")),
        plain(&name.replace('&', "and")),
        plain(&signs_out),
        plain(&to_blanks),
    ];
    let mut all = Vec::new();
    for spelling in spellings {
        let whole = words(&spelling);
        let is_cut = spelling.chars().count() > CUT;
        if is_cut {
            let cut: String = spelling.chars().take(CUT).collect();
            all.push(words(&cut));
        }
        let without_form = without_legal_form(&whole);
        all.extend([whole, without_form]);
    }
    all.retain(|words| words.iter().map(|word| word.text.chars().count()).sum::<usize>() >= NAME_LENGTH);
    all.retain(|words| words.iter().any(|word| !is_noise(word, &[])));
    all
}

/// Minimum number of letters and digits of a name: shorter ones occur in too many texts.
const NAME_LENGTH: usize = 5;

/// Returns a name without `Ltd`, `CIC` and the like at its end.
fn without_legal_form(name: &[Word]) -> Vec<Word> {
    let is_form = |word: &Word| matches!(word.text.as_str(), "ltd" | "cic" | "cio" | "plc" | "llp");
    let end = name.iter().rposition(|word| !is_form(word)).map_or(0, |last| last + 1);
    name.get(..end).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        words(text).iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_are_runs_of_letters_or_digits() {
        for (text, expected) in [
            ("PCC GRANT 1-2015 BACS0417", "pcc grant 1 2015 bacs 417"),
            ("CHQ 100017", "cheque 100017"),
            ("CHEQUE 000100017", "cheque 100017"),
            ("Lighthouse Women's Aid", "lighthouse womens aid"),
            ("The Smith&Sons Limited", "smith and sons ltd"),
            ("C.I.C. 12.2015", "cic 12 2015"),
            ("CATCH22", "catch 22"),
            ("", ""),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn a_reference_is_distinctive_by_a_number_or_a_rare_word() {
        for (reference, expected) in [
            ("BACS-0417", true),
            ("RUN1", true),
            ("100017", true),
            ("CHQ 100017", true),
            ("LIGHTHOUSE", true),
            ("GRANT", false),
            ("Grant payment", false),
            ("May 2015", false),
            ("2015", false),
            ("Q1", false),
            ("Q1 2015", false),
            ("17", false),
            ("", false),
        ] {
            assert_eq!(is_distinctive(&words(reference)), expected, "{reference}");
        }
    }

    #[test]
    fn phrases_are_found_whole_and_the_longest_of_them() {
        let mut phrases = Phrases::default();
        for phrase in ["BACS-0001", "RUN1", "Compassion", "Compassion in World Farming", "100017"] {
            phrases.add(words(phrase), phrase);
        }
        for (text, expected) in [
            ("SUPPLIERS BACS-0001", vec!["BACS-0001"]),
            ("SUPPLIERS BACS0001", vec!["BACS-0001"]),
            ("PAYMENTBACS0001", vec!["BACS-0001"]),
            ("BACS 1", vec!["BACS-0001"]),
            ("BACS-00012", vec![]),
            ("BACS-10001", vec![]),
            ("RUN12", vec![]),
            ("PRUN1", vec!["RUN1"]),
            ("COMPASSION IN WORLD FARMING", vec!["Compassion in World Farming"]),
            ("COMPASSION RUN1", vec!["Compassion", "RUN1"]),
            ("CHEQUE 100017", vec!["100017"]),
            ("CHEQUE 1000170", vec![]),
        ] {
            let found = words(text);
            let found: Vec<&str> = phrases.find(&found).iter().map(|it| *it.named).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_name_is_written_whole_or_cut_at_18_characters() {
        let is_written = |name: &str, text: &str| {
            let text = words(text);
            written(name).iter().any(|it| it.len() == text.len() && is_same(it, &text))
        };
        for (name, text, expected) in [
            ("Lighthouse Women's Aid", "LIGHTHOUSE WOMEN'S AID", true),
            ("Lighthouse Women's Aid", "LIGHTHOUSE WOMEN'S", true),
            ("Lighthouse Women's Aid", "LIGHTHOUSE WOMENS", true),
            ("Lighthouse Women's Aid", "LIGHTHOUSE WOMEN S", true),
            ("Lighthouse Women's Aid", "LIGHTHOUSE", false),
            ("Suffolk Coastal and Waveney Forum", "SUFFOLK COASTAL AN", true),
            ("Suffolk Coastal and Waveney Forum", "SUFFOLK COASTAL", false),
            ("Anglia Care Trust Ltd", "ANGLIA CARE TRUST", true),
            ("Butterfly CIC", "BUTTERFLY", true),
            ("Compassion", "COMPASSION", true),
            ("Compassion", "COMPASSION IN WORL", false),
            ("Age", "AGE", false),
        ] {
            assert_eq!(is_written(name, text), expected, "{name}: {text}");
        }
    }

    #[test]
    fn another_number_of_the_same_kind_is_seen() {
        for (text, reference, expected) in [
            ("CHEQUE 100018", "CHQ 100017", true),
            ("CHEQUE 100017", "CHQ 100017", false),
            ("COMPASSION BACS-0099", "BACS-0001", true),
            ("COMPASSION BACS 2015", "BACS-0001", false),
            ("COMPASSION", "BACS-0001", false),
            ("COMPASSION BACS", "BACS-0001", false),
        ] {
            assert_eq!(has_other_number(&words(text), &words(reference)), expected, "{text}, {reference}");
        }
    }
}
