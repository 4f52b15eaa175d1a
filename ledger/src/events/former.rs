//! The words of the journal's format 1, which is read by them.
//!
//! The table is all there is of that format: a text of it is read with its words replaced, and a text of the present
//! words can be turned back, as the hash of a proposal is of its text as recorded.

use std::borrow::Cow;

/// A word of format 1 with the present one: the name of a field or a variant, or a text, below a path.
///
/// The path is of format 1, from an event on; `*` is any name, or any place in a list.
struct Word {
    path: &'static [&'static str],
    former: &'static str,
    present: &'static str,
}

const fn word(path: &'static [&'static str], former: &'static str, present: &'static str) -> Word {
    Word { path, former, present }
}

const FACT: &[&str] = &["grant", "1"];
const COMMAND: &[&str] = &["proposed", "steps", "*", "command", "command"];

const WORDS: [Word; 25] = [
    word(&[], "people-set", "users-set"),
    word(&[], "received", "funding-received"),
    word(&[], "closed-months-entered", "posting-to-closed-began"),
    word(&[], "closed-months-left", "posting-to-closed-ended"),
    word(&["month-closed"], "hard", "final"),
    word(&["reversed", "of"], "decision-statement", "decision-details"),
    word(&["reconciled", "line"], "nth", "occurrence"),
    word(FACT, "due", "monitoring-due"),
    word(FACT, "received", "monitoring-received"),
    word(FACT, "waived", "monitoring-waived"),
    word(FACT, "stated", "terms-stated"),
    word(&["grant", "1", "repurposed"], "include_charged", "include_past"),
    word(&["grant", "1", "withdrawn"], "withdrawn", "amount"),
    // The first text of a posting.
    word(&["grant", "2", "*", "0"], "promised", "committed"),
    word(&["grant", "2", "*", "0"], "charged", "expenditure"),
    word(&["*", "posted", "*", "0"], "promised", "committed"),
    word(&["*", "posted", "*", "0"], "charged", "expenditure"),
    // What a proposal was decided from.
    word(&["proposed", "steps", "*"], "enter-closed-months", "post-to-closed"),
    word(&["proposed", "steps", "*", "command", "options"], "anew", "record_reversed"),
    word(COMMAND, "set-people", "set-users"),
    word(&["proposed", "steps", "*", "command", "command", "state"], "statement", "terms"),
    word(&["proposed", "steps", "*", "command", "command", "close"], "hard", "final"),
    word(&["proposed", "steps", "*", "command", "command", "close"], "explained", "explanation"),
    word(&["proposed", "steps", "*", "command", "command", "repurpose"], "include_charged", "include_past"),
    word(&["proposed", "steps", "*", "command", "command", "reconcile", "line"], "nth", "occurrence"),
];

/// The deepest nesting that is followed, far deeper than any event.
const DEEPEST: usize = 32;

/// Returns the text of an event of format 1 in the present words. What is not JSON is returned as it is.
pub fn in_present_words(event: &[u8]) -> Cow<'_, [u8]> {
    rewritten(event, |word| (word.former, word.present))
}

/// Returns the text of an event in the words of format 1.
pub(crate) fn in_former_words(event: &[u8]) -> Cow<'_, [u8]> {
    rewritten(event, |word| (word.present, word.former))
}

fn rewritten(text: &[u8], direction: fn(&Word) -> (&'static str, &'static str)) -> Cow<'_, [u8]> {
    let mut rewriting = Rewriting { text, at: 0, path: Vec::new(), direction, out: Vec::new(), copied: 0 };
    match rewriting.value() {
        Some(()) if rewriting.at == text.len() && rewriting.copied > 0 => {
            rewriting.out.extend_from_slice(&text[rewriting.copied..]);
            Cow::Owned(rewriting.out)
        }
        _ => Cow::Borrowed(text),
    }
}

/// A name of an object, in the words of format 1, or a place in a list.
#[derive(Clone, Copy)]
enum Step<'t> {
    Name(&'t [u8]),
    Place(usize),
}

impl Step<'_> {
    fn is(self, step: &str) -> bool {
        step == "*"
            || match self {
                Step::Name(name) => name == step.as_bytes(),
                Step::Place(place) => step.parse() == Ok(place),
            }
    }
}

/// Follows a text and copies it, with words replaced.
struct Rewriting<'t> {
    text: &'t [u8],
    at: usize,
    path: Vec<Step<'t>>,
    /// Returns the word to be replaced, and the other one.
    direction: fn(&Word) -> (&'static str, &'static str),
    out: Vec<u8>,
    /// Up to where the text was copied; 0 as long as no word was replaced.
    copied: usize,
}

impl<'t> Rewriting<'t> {
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.text.get(self.at) == Some(&byte)).then(|| self.at += 1)
    }

    fn value(&mut self) -> Option<()> {
        match self.text.get(self.at)? {
            b'{' => self.object(),
            b'[' => self.list(),
            b'"' => {
                let text = self.string()?;
                self.replace(text);
                Some(())
            }
            _ => {
                let rest = self.text.get(self.at..)?;
                let length = rest.iter().position(|it| matches!(it, b',' | b']' | b'}'));
                self.at += length.unwrap_or(rest.len());
                Some(())
            }
        }
    }

    /// Follows a value at a further step of the path.
    fn step(&mut self, step: Step<'t>) -> Option<()> {
        if self.path.len() == DEEPEST {
            return None;
        }
        self.path.push(step);
        let is_event = matches!(self.path.as_slice(), [Step::Name(b"proposed"), Step::Name(b"events"), _]);
        let around = if is_event { std::mem::take(&mut self.path) } else { Vec::new() };
        self.value()?;
        if is_event {
            self.path = around;
        }
        self.path.pop().map(|_| ())
    }

    fn object(&mut self) -> Option<()> {
        self.take(b'{')?;
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            let name = self.string()?;
            let former = self.replace(name);
            self.take(b':')?;
            self.step(Step::Name(former))?;
            if self.take(b',').is_none() {
                return self.take(b'}');
            }
        }
    }

    fn list(&mut self) -> Option<()> {
        self.take(b'[')?;
        if self.take(b']').is_some() {
            return Some(());
        }
        for place in 0.. {
            self.step(Step::Place(place))?;
            if self.take(b',').is_none() {
                break;
            }
        }
        self.take(b']')
    }

    /// Reads a string and returns what is between its quotation marks.
    fn string(&mut self) -> Option<&'t [u8]> {
        self.take(b'"')?;
        let start = self.at;
        loop {
            match self.text.get(self.at)? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        let string = self.text.get(start..self.at)?;
        self.at += 1;
        Some(string)
    }

    /// Replaces a string that was just read, if it is a word of the table, and returns it in the words of format 1.
    fn replace(&mut self, string: &'t [u8]) -> &'t [u8] {
        let found = WORDS.iter().find(|word| {
            let (from, _) = (self.direction)(word);
            from.as_bytes() == string
                && word.path.len() == self.path.len()
                && self.path.iter().zip(word.path).all(|(step, expected)| step.is(expected))
        });
        let Some(word) = found else { return string };
        let (_, to) = (self.direction)(word);
        let start = self.at - 1 - string.len();
        self.out.extend_from_slice(&self.text[self.copied..start]);
        self.out.extend_from_slice(to.as_bytes());
        self.copied = self.at - 1;
        word.former.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_replaced_where_they_are_words() {
        for (former, present) in [
            (r#"{"people-set":[{"id":"people-set"}]}"#, r#"{"users-set":[{"id":"people-set"}]}"#),
            (
                r#"{"month-closed":{"month":"2015-04","hard":true}}"#,
                r#"{"month-closed":{"month":"2015-04","final":true}}"#,
            ),
            (r#"{"closed-months-left":null}"#, r#"{"posting-to-closed-ended":null}"#),
            (
                r#"{"grant":["due",{"due":{"what":"milestone","name":"hard","due":"2015-05-31"}},[]]}"#,
                r#"{"grant":["due",{"monitoring-due":{"what":"milestone","name":"hard","due":"2015-05-31"}},[]]}"#,
            ),
            (
                r#"{"grant":["1-2015",{"paid":{"reference":"a\"promised\""}},[["promised","charged","promised","1.00"],["charged","cdr",null,"2015-02-28 1.00"],["on","2015-01-01"]]]}"#,
                r#"{"grant":["1-2015",{"paid":{"reference":"a\"promised\""}},[["committed","charged","promised","1.00"],["expenditure","cdr",null,"2015-02-28 1.00"],["on","2015-01-01"]]]}"#,
            ),
            (
                r#"{"proposed":{"steps":[{"command":{"command":{"close":{"hard":true}},"options":{"anew":true}}}],"events":[{"received":{"posted":[["on","x"],["promised","a","b","c"]]}},{"grant":["1",{"received":{}},[]]}],"hash":"received"}}"#,
                r#"{"proposed":{"steps":[{"command":{"command":{"close":{"final":true}},"options":{"record_reversed":true}}}],"events":[{"funding-received":{"posted":[["on","x"],["committed","a","b","c"]]}},{"grant":["1",{"monitoring-received":{}},[]]}],"hash":"received"}}"#,
            ),
            // Neither words nor places of the table.
            (
                r#"{"theme-added":{"id":"hard","name":"promised"}}"#,
                r#"{"theme-added":{"id":"hard","name":"promised"}}"#,
            ),
            (r#"{"month-closed":{"hard":tr"#, r#"{"month-closed":{"hard":tr"#),
            (r#"{"month-closed": {"hard":true}}"#, r#"{"month-closed": {"hard":true}}"#),
            ("", ""),
        ] {
            let text = |bytes: Cow<'_, [u8]>| String::from_utf8(bytes.into_owned()).unwrap();
            assert_eq!(text(in_present_words(former.as_bytes())), present);
            assert_eq!(text(in_former_words(present.as_bytes())), former);
        }
    }

    #[test]
    fn nesting_of_any_depth_is_survived() {
        let deep = "[".repeat(100_000);
        assert_eq!(in_present_words(deep.as_bytes()), deep.as_bytes());
    }

    /// Each word has one counterpart at its place, so that a text can be turned back.
    #[test]
    fn no_word_is_twice_at_one_place() {
        for (place, word) in WORDS.iter().enumerate() {
            for other in WORDS.iter().skip(place + 1).filter(|other| other.path == word.path) {
                assert!(word.former != other.former && word.present != other.present, "{}", word.former);
            }
        }
    }
}
