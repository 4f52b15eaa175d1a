//! Enums whose variants have a word each, by which people and files name them.

/// Lists the variants of an enum in order, each with its word. Each is named once, so that one that is forgotten
/// does not compile. With `displayed`, the word is also how a variant is written.
///
/// ```
/// # use almoner_ledger::worded;
/// #[derive(Clone, Copy)]
/// enum Answer {
///     Yes,
///     No,
/// }
/// worded!(Answer::word, displayed { Yes = "yes", No = "no" });
/// assert_eq!(Answer::ALL.map(|answer| answer.to_string()), ["yes", "no"]);
/// ```
#[macro_export]
macro_rules! worded {
    ($kind:ident::$word:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        impl $kind {
            /// All of them, in order.
            pub const ALL: [$kind; [$($text),+].len()] = [$($kind::$variant),+];

            /// Returns its word.
            pub const fn $word(self) -> &'static str {
                match self {
                    $($kind::$variant => $text),+
                }
            }
        }
    };
    ($kind:ident::$word:ident, displayed { $($list:tt)+ }) => {
        $crate::worded!($kind::$word { $($list)+ });

        impl std::fmt::Display for $kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.$word())
            }
        }
    };
}
