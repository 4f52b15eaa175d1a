//! Enums whose variants have a word each, by which people and files name them.

/// Lists the variants of an enum in order, each with its word. Each is named once, so that one that is forgotten
/// does not compile. With `displayed`, the word is also how a variant is written; with `parsed`, variants are read
/// by their words, in which capitals, spaces, hyphens and underscores make no difference.
///
/// ```
/// # use almoner_ledger::worded;
/// #[derive(Clone, Copy)]
/// enum Answer {
///     Yes,
///     No,
/// }
/// worded!(Answer::word, displayed parsed { Yes = "yes", No = "no" });
/// assert_eq!(Answer::ALL.map(|answer| answer.to_string()), ["yes", "no"]);
/// assert!(matches!(Answer::parse(" Yes"), Some(Answer::Yes)));
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
    ($kind:ident::$word:ident, parsed { $($list:tt)+ }) => {
        $crate::worded!($kind::$word { $($list)+ });

        impl $kind {
            /// Reads its word.
            pub fn parse(text: &str) -> Option<$kind> {
                let plain = |text: &str| text.trim().to_lowercase().replace([' ', '_'], "-");
                let wanted = plain(text);
                $kind::ALL.into_iter().find(|it| plain(it.$word()) == wanted)
            }
        }
    };
    ($kind:ident::$word:ident, displayed $($parsed:ident)? { $($list:tt)+ }) => {
        $crate::worded!($kind::$word $(, $parsed)? { $($list)+ });

        impl std::fmt::Display for $kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.$word())
            }
        }
    };
}
