//! Decodes text.
//!
//! UTF-8 and UTF-16 are recognised with near certainty. Other text is read as Windows-1252, the default
//! of Excel in Britain, unless it has bytes undefined there, the pound signs of DOS, or signs that only a Mac writes so. No
//! byte is ever replaced or left out.

use std::fmt;

use almoner_ledger::worded;
use encoding_rs::{MACINTOSH, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::delimited::row_reached;
use super::{Delimiter, Unreadable};

/// How the characters of a text are written as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a mark at its beginning.
    Utf8,
    /// UTF-16, low byte first: Excel's "Unicode text".
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Windows-1252: Excel's "CSV".
    Windows1252,
    /// Code page 850 of DOS: Excel's "CSV (MS-DOS)".
    Dos850,
    /// Mac Roman: Excel's "CSV (Macintosh)".
    MacRoman,
}

worded!(Encoding::word {
    Utf8 = "utf-8", Utf16Le = "utf-16le", Utf16Be = "utf-16be", Windows1252 = "windows-1252",
    Dos850 = "cp850", MacRoman = "mac-roman",
});

impl Encoding {
    /// Parses [`Encoding::word`].
    pub fn parse(word: &str) -> Option<Encoding> {
        Encoding::ALL.into_iter().find(|encoding| encoding.word() == word)
    }

    /// Returns the byte order mark.
    const fn mark(self) -> &'static [u8] {
        match self {
            Encoding::Utf8 => b"\xEF\xBB\xBF",
            Encoding::Utf16Le => b"\xFF\xFE",
            Encoding::Utf16Be => b"\xFE\xFF",
            Encoding::Windows1252 | Encoding::Dos850 | Encoding::MacRoman => b"",
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf16Le | Encoding::Utf16Be => "UTF-16",
            Encoding::Windows1252 => "Windows-1252",
            Encoding::Dos850 => "DOS code page 850",
            Encoding::MacRoman => "Mac Roman",
        })
    }
}

/// A decoded text with its encoding.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) encoding: Encoding,
    pub(crate) note: Option<String>,
}

/// The bytes undefined in Windows-1252.
const UNDEFINED: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];

/// Number of bytes searched for the zeros of UTF-16.
const SAMPLE: usize = 4096;

/// Decodes a text in the encoding given, or else detected.
pub(crate) fn decode(mut bytes: Vec<u8>, set: Option<Encoding>) -> Result<Decoded, Unreadable> {
    let has_mark = |encoding: &Encoding| !encoding.mark().is_empty() && bytes.starts_with(encoding.mark());
    let marked = Encoding::ALL.into_iter().find(has_mark);
    if let (Some(set), Some(marked)) = (set, marked)
        && set != marked
    {
        let message = format!(
            "the encoding is set to {}, but the file begins with the byte order mark of {}",
            set.word(),
            marked.word()
        );
        return Err(Unreadable::new("bad-encoding", message, "leave out the encoding"));
    }
    // Programs that add to a file may write the mark once more.
    while let Some(mark) = marked.map(Encoding::mark).filter(|mark| bytes.starts_with(mark)) {
        bytes.drain(..mark.len());
    }
    let decoded = match set.or(marked).or_else(|| utf16_by_zeros(&bytes)) {
        Some(encoding @ (Encoding::Utf16Le | Encoding::Utf16Be)) => utf16(&bytes, encoding)?,
        Some(Encoding::Utf8) => String::from_utf8(bytes)
            .map(|text| Decoded { text, encoding: Encoding::Utf8, note: None })
            .map_err(|error| {
                let row = row_of_byte(error.as_bytes(), error.utf8_error().valid_up_to());
                let hint = "save it as CSV UTF-8, or state its encoding";
                Unreadable::new("bad-encoding", "the text is not UTF-8", hint).at(row)
            })?,
        Some(Encoding::Windows1252) => windows_1252(&bytes, None)?,
        Some(Encoding::Dos850) => dos_850(&bytes),
        Some(Encoding::MacRoman) => mac_roman(&bytes),
        None => match String::from_utf8(bytes) {
            Ok(text) => Decoded { text, encoding: Encoding::Utf8, note: None },
            Err(error) => {
                let stray = error.utf8_error().valid_up_to();
                let bytes = error.into_bytes();
                let note = note_of_mixture(&bytes, stray);
                if has_pounds_of_dos(&bytes) {
                    dos_850(&bytes)
                } else if note.is_none() && is_of_mac(&bytes) {
                    mac_roman(&bytes)
                } else {
                    windows_1252(&bytes, note)?
                }
            }
        },
    };
    match decoded.text.find('\0') {
        None => Ok(decoded),
        Some(at) => {
            let before = decoded.text.get(..at).unwrap_or_default();
            let hint = "check that this is the right file, or export it again as CSV UTF-8";
            let message = "the file contains zero bytes, so it is not a text file";
            Err(Unreadable::new("not-a-text", message, hint)
                .at(row_reached(before, Delimiter::detect(before))))
        }
    }
}

/// UTF-16 without a mark: in a text in English nearly every second byte is zero.
fn utf16_by_zeros(bytes: &[u8]) -> Option<Encoding> {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let zeros = |from| sample.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (high_first, low_first) = (zeros(0), zeros(1));
    let most = |zeros: usize, others: usize| zeros * 4 > sample.len() && others * 10 < zeros;
    if most(low_first, high_first) {
        Some(Encoding::Utf16Le)
    } else if most(high_first, low_first) {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

fn utf16(bytes: &[u8], encoding: Encoding) -> Result<Decoded, Unreadable> {
    let decoder = if encoding == Encoding::Utf16Le { UTF_16LE } else { UTF_16BE };
    match decoder.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(Decoded { text: text.into_owned(), encoding, note: None }),
        None => {
            let message = "the text is damaged UTF-16: characters are incomplete";
            Err(Unreadable::new("bad-encoding", message, "export it again as CSV UTF-8"))
        }
    }
}

fn windows_1252(bytes: &[u8], note: Option<String>) -> Result<Decoded, Unreadable> {
    if let Some(at) = bytes.iter().position(|byte| UNDEFINED.contains(byte)) {
        let byte = bytes.get(at).copied().unwrap_or_default();
        let message = format!("the text is neither UTF-8 nor Windows-1252: the byte {byte:02X} is undefined");
        let hint =
            "save it as CSV UTF-8, or state its encoding: `mac-roman`, if it was saved on an older Mac";
        return Err(Unreadable::new("bad-encoding", message, hint).at(row_of_byte(bytes, at)));
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Ok(Decoded { text: text.into_owned(), encoding: Encoding::Windows1252, note })
}

/// The characters of code page 850 from byte 80 on.
const DOS_850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└\
    ┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// True if amounts have the pound sign of DOS, and none that of Windows. In Windows-1252 the byte is `œ`, which comes
/// before no number.
fn has_pounds_of_dos(bytes: &[u8]) -> bool {
    let has = |pound: u8| {
        let starts = |rest: &[u8]| match rest {
            [first, b' ' | b'-' | b'(', next, ..] | [first, next, ..] => {
                *first == pound && next.is_ascii_digit()
            }
            _ => false,
        };
        (0..bytes.len()).any(|at| bytes.get(at..).is_some_and(starts))
    };
    has(0x9C) && !has(0xA3)
}

/// True if a text has signs as only Mac Roman writes them, and none as only Windows-1252 does. The pound sign is the same
/// in both; in Windows-1252 the blank of a Mac (CA) is `Ê`, its apostrophe (D5) `Õ` and its `é` (8E) `Ž`.
fn is_of_mac(bytes: &[u8]) -> bool {
    let mut has_signs = false;
    for (at, byte) in bytes.iter().enumerate().filter(|(_, byte)| !byte.is_ascii()) {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
        let after = bytes.get(at + 1).copied().unwrap_or(b' ');
        match byte {
            0xCA => has_signs |= after.is_ascii() && !after.is_ascii_alphabetic(),
            0xD5 | 0x8E => has_signs |= before.is_ascii_lowercase(),
            0xD0 | 0xD1 => has_signs |= before == b' ' && after == b' ',
            // The euro, points, quotation marks, dashes and the blank of Windows.
            0x80 | 0x85 | 0x91..=0x94 | 0x96 | 0x97 | 0xA0 => return false,
            // The small letters with accents of Windows.
            0xE0..=0xFF if before.is_ascii_lowercase() || after.is_ascii_lowercase() => return false,
            _ => {}
        }
    }
    has_signs
}

fn mac_roman(bytes: &[u8]) -> Decoded {
    let (text, _) = MACINTOSH.decode_without_bom_handling(bytes);
    Decoded { text: text.into_owned(), encoding: Encoding::MacRoman, note: None }
}

fn dos_850(bytes: &[u8]) -> Decoded {
    let high: Vec<char> = DOS_850.chars().collect();
    let of = |byte: &u8| {
        byte.checked_sub(0x80).and_then(|at| high.get(usize::from(at)).copied()).unwrap_or(char::from(*byte))
    };
    Decoded { text: bytes.iter().map(of).collect(), encoding: Encoding::Dos850, note: None }
}

/// Remarks on a text assembled from two files: partly UTF-8, partly not.
fn note_of_mixture(bytes: &[u8], first_stray: usize) -> Option<String> {
    let has_utf8 = bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii());
    has_utf8.then(|| {
        let row = row_of_byte(bytes, first_stray);
        format!("some characters are UTF-8, but not those of row {row}: check accents and pound signs")
    })
}

/// Returns the row of a byte. Delimiters, quotation marks and line breaks are the same in all
/// single-byte encodings.
fn row_of_byte(bytes: &[u8], at: usize) -> u64 {
    let (before, _) = WINDOWS_1252.decode_without_bom_handling(bytes.get(..at).unwrap_or_default());
    row_reached(&before, Delimiter::detect(&before))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_bytes(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    /// The text, or the code, row and message; with the encoding and note found.
    fn decoded_text(bytes: &[u8], set: Option<Encoding>) -> String {
        match decode(bytes.to_vec(), set) {
            Ok(found) => {
                let note = found.note.map(|note| format!(" ({note})")).unwrap_or_default();
                format!("{}: {}{note}", found.encoding.word(), found.text)
            }
            Err(error) => format!("{:?}: {}", error.row, error.message),
        }
    }

    #[test]
    fn encodings_are_found() {
        let little = utf16_bytes("a,£ é\n1,“2”\n", u16::to_le_bytes);
        let big = utf16_bytes("a,£ é\n1,“2”\n", u16::to_be_bytes);
        let with_mark = |mark: &[u8], text: &[u8]| [mark, text].concat();
        for (bytes, expected) in [
            (b"".to_vec(), "utf-8: "),
            (b"a,b".to_vec(), "utf-8: a,b"),
            ("a,£ “é”".as_bytes().to_vec(), "utf-8: a,£ “é”"),
            (with_mark(b"\xEF\xBB\xBF", "a,£".as_bytes()), "utf-8: a,£"),
            (with_mark(b"\xEF\xBB\xBF\xEF\xBB\xBF", b"a"), "utf-8: a"),
            (with_mark(b"\xFF\xFE", &little), "utf-16le: a,£ é\n1,“2”\n"),
            (with_mark(b"\xFE\xFF", &big), "utf-16be: a,£ é\n1,“2”\n"),
            (little, "utf-16le: a,£ é\n1,“2”\n"),
            (big, "utf-16be: a,£ é\n1,“2”\n"),
            (b"a,\xA3 \x93\xE9\x94 \x80".to_vec(), "windows-1252: a,£ “é” €"),
            (b"Caf\x82,\x9C1,234.50".to_vec(), "cp850: Café,£1,234.50"),
            (b"a,\x9C 5,\x9C-5".to_vec(), "cp850: a,£ 5,£-5"),
            (b"man\x9Cuvre,\xA35".to_vec(), "windows-1252: manœuvre,£5"),
            (b"Caf\x8E,\xA31,000\xCA".to_vec(), "mac-roman: Café,£1,000\u{a0}"),
            (b"Beta\xD5s,\xA35\rSt \xD0 x".to_vec(), "mac-roman: Beta’s,£5\rSt – x"),
            (b"\xA3\xCA5,a".to_vec(), "mac-roman: £\u{a0}5,a"),
            // Signs of both, capitals of Windows, and letters that only Windows has.
            (b"\xA35\xCA,\x93a\x94".to_vec(), "windows-1252: £5Ê,“a”"),
            (b"\xCATRE,\xD5ES \x8Ei\x9Eek".to_vec(), "windows-1252: ÊTRE,ÕES Žižek"),
            (b"Caf\xE9,5\xCA".to_vec(), "windows-1252: Café,5Ê"),
            (b"man\x9Cuvre,5".to_vec(), "windows-1252: manœuvre,5"),
            (
                b"a\n\xC3\xA9,1\n\n\xA3,2".to_vec(),
                "windows-1252: a\nÃ©,1\n\n£,2 (some characters are UTF-8, but not those of row 4: check accents and pound signs)",
            ),
            (
                b"a\n\xA3,1\n\xC3\xA9,2".to_vec(),
                "windows-1252: a\n£,1\nÃ©,2 (some characters are UTF-8, but not those of row 2: check accents and pound signs)",
            ),
        ] {
            assert_eq!(decoded_text(&bytes, None), expected);
        }
    }

    #[test]
    fn files_that_are_not_text_are_refused() {
        let undefined =
            |byte: &str| format!("the text is neither UTF-8 nor Windows-1252: the byte {byte} is undefined");
        let zeros = "the file contains zero bytes, so it is not a text file";
        let broken = "the text is damaged UTF-16: characters are incomplete";
        for (bytes, expected) in [
            (b"a,b\n1,\x81".to_vec(), format!("Some(2): {}", undefined("81"))),
            (b"\"a\n\",\xA3\n\n\x9D".to_vec(), format!("Some(3): {}", undefined("9D"))),
            (b"\x90".to_vec(), format!("Some(1): {}", undefined("90"))),
            (b"award,amount\nA1,1\nA\x002,3\n".to_vec(), format!("Some(3): {zeros}")),
            (b"\xA3,1,\x00".to_vec(), format!("Some(1): {zeros}")),
            (b"\xFF\xFE\x00\x00a\0\0\0".to_vec(), format!("Some(1): {zeros}")),
            (b"\xFF\xFEa\0b".to_vec(), format!("None: {broken}")),
            (b"\xFF\xFE\x00\xD8a\0".to_vec(), format!("None: {broken}")),
        ] {
            assert_eq!(decoded_text(&bytes, None), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_given_encoding_is_used() {
        use Encoding::{MacRoman, Utf8, Utf16Be, Utf16Le, Windows1252};
        for (bytes, set, expected) in [
            ("é".as_bytes(), Windows1252, "windows-1252: Ã©"),
            ("é".as_bytes(), Utf8, "utf-8: é"),
            (b"a\n\xE9", Utf8, "Some(2): the text is not UTF-8"),
            (b"a\0b\0", Utf16Le, "utf-16le: ab"),
            (b"Fran\x8Dois", MacRoman, "mac-roman: François"),
            (b"\0a", Utf16Be, "utf-16be: a"),
            (b"\xEF\xBB\xBFa", Utf8, "utf-8: a"),
            (
                b"\xEF\xBB\xBFa",
                Windows1252,
                "None: the encoding is set to windows-1252, but the file begins with the byte order mark of utf-8",
            ),
        ] {
            assert_eq!(decoded_text(bytes, Some(set)), expected);
        }
        for encoding in Encoding::ALL {
            assert_eq!(Encoding::parse(encoding.word()), Some(encoding));
        }
    }
}
