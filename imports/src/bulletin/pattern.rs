//! Patterns as data. They run in time proportional to the text, whatever the text is.

use regex::Regex;

/// A pattern written in the program, compiled once.
#[expect(clippy::expect_used, reason = "patterns are constants, and a test compiles each of them")]
pub(super) fn compiled(source: &str) -> Regex {
    Regex::new(source).expect("a pattern of this program")
}

/// Declares patterns, and a test that each of them compiles.
macro_rules! patterns {
    ($($(#[$doc:meta])* $name:ident = $source:expr;)+) => {
        $(
            $(#[$doc])*
            static $name: std::sync::LazyLock<regex::Regex> =
                std::sync::LazyLock::new(|| $crate::bulletin::pattern::compiled($source));
        )+

        #[cfg(test)]
        #[test]
        fn patterns_compile() {
            $(std::sync::LazyLock::force(&$name);)+
        }
    };
}
pub(super) use patterns;
