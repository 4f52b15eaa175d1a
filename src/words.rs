//! The words of an enum as the values of an argument.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// Returns a parser that takes the word of one of these.
pub fn words<T: Copy + Send + Sync + 'static, const COUNT: usize>(
    all: [T; COUNT],
    word: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    one_of(all, word, all.map(|it| PossibleValue::new(word(it))))
}

/// Returns a parser that takes the word of one of these, with a description of each in the help.
pub fn described<T: Copy + Send + Sync + 'static, const COUNT: usize>(
    all: [T; COUNT],
    word: fn(T) -> &'static str,
    summary: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    one_of(all, word, all.map(|it| PossibleValue::new(word(it)).help(summary(it))))
}

fn one_of<T: Copy + Send + Sync + 'static, const COUNT: usize>(
    all: [T; COUNT],
    word: fn(T) -> &'static str,
    values: [PossibleValue; COUNT],
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(values)
        .try_map(move |given| all.into_iter().find(|it| word(*it) == given).ok_or(given))
}
