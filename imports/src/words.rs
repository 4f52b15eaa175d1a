//! Lists of words, written with blanks between them.

/// True if a list has a word.
pub(crate) fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|it| it == word)
}
