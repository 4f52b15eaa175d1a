//! Recognises files that are not supported.

use super::Unreadable;

const AS_WORKBOOK: &str =
    "open the file in a spreadsheet program, save it as an Excel workbook (.xlsx) and import that";
const ITS_SOURCE: &str = "ask for the workbook or CSV file from which the PDF was made";
const OF_PDF: &str = "ask for the workbook or CSV file from which the PDF was made; for a list of decisions, copy the text into a text file";
const AS_TABLE: &str = "copy its table into a spreadsheet, save that as a workbook and import it";

/// The bytes with which files of other formats begin, what they are, and what to do with them.
const FORMATS: &[(&[&[u8]], &str, &str)] = &[
    (&[OLD_OFFICE], "the file is an old Excel workbook (.xls)", AS_WORKBOOK),
    (&[b"%PDF"], "the file is a PDF", OF_PDF),
    (&[b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"II*\0", b"MM\0*"], "the file is a picture", ITS_SOURCE),
    (&[b"{\\rtf"], "the file is a document", AS_TABLE),
    (
        &[b"\x1F\x8B", b"7z\xBC\xAF\x27\x1C", b"Rar!", b"BZh"],
        "the file is an archive",
        "unpack it and import the file inside",
    ),
    (&[b"OFXHEADER", b"<OFX", b"<ofx"], OFX, OTHER_STATEMENT),
    (
        &[b"!Type:", b"!TYPE:", b"!type:", b"!Account", b"!Option:", b"!Clear:"],
        "the file is in QIF (Quicken) format, in which dates are ambiguous and no balance is stated",
        OTHER_STATEMENT,
    ),
];

const OFX: &str = "the file is in OFX (Money, QuickBooks) format, which states no opening balance";
const OTHER_STATEMENT: &str = "ask the bank for the statement as CSV with balances, as CAMT.053 or as MT940; most banks offer CSV for download";

/// The beginning of an old Office file, and of any under a password.
const OLD_OFFICE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Refuses a file that is neither text nor a supported workbook, naming its format.
pub(super) fn check(bytes: &[u8]) -> Result<(), Unreadable> {
    let is_encrypted = || contains(bytes, b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0");
    if bytes.starts_with(OLD_OFFICE) && is_encrypted() {
        let hint = "remove the password, save the workbook and import it again";
        return Err(Unreadable::new("password", "the workbook is protected by a password", hint));
    }
    // A blank line or a mark at the beginning of a text.
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let known = FORMATS
        .iter()
        .find(|(starts, ..)| starts.iter().any(|start| bytes.starts_with(start) || text.starts_with(start)));
    let (message, hint) = match known {
        Some((_, message, hint)) => (*message, *hint),
        None if is_markup(bytes) && beginning(bytes).contains("<?ofx") => (OFX, OTHER_STATEMENT),
        None if is_markup(bytes) => ("the file is a web page or XML, whatever its name says", AS_WORKBOOK),
        None => return Ok(()),
    };
    Err(Unreadable::new("unreadable-format", message, hint))
}

/// Web pages that are named `.xls`, and spreadsheets in one XML file.
fn is_markup(bytes: &[u8]) -> bool {
    let start = beginning(bytes);
    let start = start.trim_start();
    ["<!doctype", "<html", "<?xml", "<head", "<body", "<table", "<meta", "<!--"]
        .iter()
        .any(|it| start.starts_with(it))
}

/// Returns the first characters of a text, in small letters.
fn beginning(bytes: &[u8]) -> String {
    let start = bytes.get(..512).unwrap_or(bytes);
    String::from_utf8_lossy(start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start)).to_lowercase()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_is_named() {
        let cfb = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
        let encrypted: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, expected) in [
            (cfb.clone(), "the file is an old Excel workbook (.xls)"),
            ([cfb, encrypted].concat(), "the workbook is protected by a password"),
            (b"%PDF-1.7".to_vec(), "the file is a PDF"),
            (b"\x89PNG\r\n".to_vec(), "the file is a picture"),
            (b"\x1F\x8B\x08".to_vec(), "the file is an archive"),
            (b"{\\rtf1".to_vec(), "the file is a document"),
            (b"\xEF\xBB\xBF\n<HTML>".to_vec(), "the file is a web page or XML, whatever its name says"),
            (b"OFXHEADER:100\r\nDATA:OFXSGML".to_vec(), OFX),
            (b"\n<OFX><SIGNONMSGSRSV1>".to_vec(), OFX),
            (b"<?xml version=\"1.0\"?>\n<?OFX OFXHEADER=\"200\"?><OFX>".to_vec(), OFX),
            (
                b"\xEF\xBB\xBF!Type:Bank\nD03/04/2015\nT-5.00\n^\n".to_vec(),
                "the file is in QIF (Quicken) format, in which dates are ambiguous and no balance is stated",
            ),
            (b"<?xml version=\"1.0\"?>".to_vec(), "the file is a web page or XML, whatever its name says"),
        ] {
            assert_eq!(check(&bytes).unwrap_err().message, expected);
        }
        for text in ["", "award,date", "<none>,1", "{\"grants\": []}"] {
            assert_eq!(check(text.as_bytes()), Ok(()));
        }
    }
}
