//! Terminal output other than data: notes, and outside text made safe to display.

use std::io::{IsTerminal, Write};

use almoner_ledger::text::{Text, TextError};

/// Prints a note on stderr.
pub fn notify(notice: &str) {
    drop(writeln!(std::io::stderr().lock(), "note: {}", on_screen(notice)));
}

/// Returns a text with characters that could disturb a terminal escaped (`\u{1b}`) and lines indented.
pub fn on_screen(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => {
                shown.truncate(shown.trim_end().len());
                shown.push_str("\n  ");
            }
            // The rule of the ledger for what can be shown safely.
            _ if matches!(Text::new(character.encode_utf8(&mut [0; 4])), Err(TextError::Unsafe(_))) => {
                shown.extend(character.escape_default());
            }
            _ => shown.push(character),
        }
    }
    shown
}

/// Returns whether stdout is a terminal.
pub fn is_screen() -> bool {
    std::io::stdout().is_terminal()
}

/// Quotes an argument for a shell where needed.
pub fn quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '\\' | ':');
    if !argument.is_empty() && argument.chars().all(is_plain) {
        return argument.to_owned();
    }
    format!("\"{argument}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_text_are_set_in() {
        assert_eq!(on_screen("£1 – “café”\nnext"), "£1 – “café”\n  next");
    }
}
