//! Units of amounts in the names of columns: `Amount (£000s)`, `£m`, `in pence`.

use crate::amounts::Unit;

/// A unit as a heading states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) unit: Unit,
    /// The word of a profile.
    pub(crate) word: &'static str,
}

const THOUSANDS: Named = Named { unit: Unit::Thousands, word: "thousands" };
const MILLIONS: Named = Named { unit: Unit::Millions, word: "millions" };
const PENCE: Named = Named { unit: Unit::Pence, word: "pence" };

/// Returns the unit that the name of a column states.
pub(crate) fn unit_in(name: &str) -> Option<Named> {
    words(name).find_map(|word| unit_of(&word))
}

/// Returns the unit that a line above a table states for all of it. Words without a pound sign must follow `in`: a title
/// may be of thousands of people.
pub(crate) fn unit_of_all(line: &str) -> Option<Named> {
    let found: Vec<Word> = words(line).collect();
    found.iter().enumerate().find_map(|(at, word)| {
        let is_led =
            || at.checked_sub(1).and_then(|before| found.get(before)).is_some_and(|it| it.text == "in");
        unit_of(word).filter(|_| word.sign == Some('£') || is_led())
    })
}

/// Removes the unit from the name of a column.
pub(crate) fn without_unit(name: &str) -> String {
    if unit_in(name).is_none() {
        return name.to_owned();
    }
    let rest = words(name).filter(|word| unit_of(word).is_none() && word.text != "in");
    rest.map(|word| word.text).collect::<Vec<_>>().join(" ")
}

/// A word of a name in small letters, with the sign directly before it.
struct Word {
    sign: Option<char>,
    text: String,
}

fn words(name: &str) -> impl Iterator<Item = Word> {
    let name = name.replace("Â£", "£").to_lowercase();
    let mut all = Vec::new();
    let (mut sign, mut text) = (None, String::new());
    for character in name.chars().chain([' ']) {
        if character.is_alphanumeric() {
            text.push(character);
            continue;
        }
        if !text.is_empty() {
            all.push(Word { sign: sign.take(), text: std::mem::take(&mut text) });
        }
        match character {
            '£' | '(' => sign = Some(if sign == Some('£') { '£' } else { character }),
            // `£'000`, `£ 000`
            '\'' | '’' | ' ' => {}
            _ => sign = None,
        }
    }
    all.into_iter()
}

fn unit_of(word: &Word) -> Option<Named> {
    match (word.text.as_str(), word.sign) {
        ("000" | "000s" | "thousand" | "thousands", _) | ("k" | "ks", Some(_)) => Some(THOUSANDS),
        ("million" | "millions", _) | ("m" | "mn" | "ms", Some(_)) => Some(MILLIONS),
        ("pence", _) | ("p", Some('(')) => Some(PENCE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_state_their_unit() {
        for (name, expected, rest) in [
            ("Amount", "", "Amount"),
            ("Amount (£)", "", "Amount (£)"),
            ("Amount (£000)", "thousands", "amount"),
            ("Amount £000s", "thousands", "amount"),
            ("Amount £'000", "thousands", "amount"),
            ("Amount (£’000s)", "thousands", "amount"),
            ("Amount (Â£000)", "thousands", "amount"),
            ("Amount (£k)", "thousands", "amount"),
            ("Amount £k", "thousands", "amount"),
            ("£k", "thousands", ""),
            ("Amount in thousands", "thousands", "amount"),
            ("Amount (000s)", "thousands", "amount"),
            ("Amount (£m)", "millions", "amount"),
            ("Amount £ m", "millions", "amount"),
            ("Amount (£ million)", "millions", "amount"),
            ("Amount in millions", "millions", "amount"),
            ("Amount (m)", "millions", "amount"),
            ("Amount (pence)", "pence", "amount"),
            ("Amount (p)", "pence", "amount"),
            ("Amount in March", "", "Amount in March"),
            ("Amount (March)", "", "Amount (March)"),
            ("Payments over £500", "", "Payments over £500"),
            ("Payments over £25k", "", "Payments over £25k"),
            ("Amount (£) m", "", "Amount (£) m"),
        ] {
            assert_eq!(unit_in(name).map_or("", |it| it.word), expected, "{name}");
            assert_eq!(without_unit(name), rest, "{name}");
        }
        for (line, expected) in [
            ("All figures in £000", "thousands"),
            ("£m", "millions"),
            ("Amounts in thousands", "thousands"),
            ("Thousands of people helped", ""),
            ("Payments over £500", ""),
        ] {
            assert_eq!(unit_of_all(line).map_or("", |it| it.word), expected, "{line}");
        }
    }
}
