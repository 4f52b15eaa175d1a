//! The words of a PDF file as our writer makes them: whatever is drawn, by the fonts' own tables of what
//! their letters mean, and whatever is said of it.

#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::Read;

/// What is read of a file.
#[derive(Debug, Default)]
pub struct Words {
    /// What is read aloud, in the order in which it is drawn, as it stands: no line's end is marked.
    pub read: String,
    /// All that is drawn, with what belongs to pages: their foot and repeated headings.
    pub drawn: String,
    /// All else that is said in it: titles, descriptions, dates.
    pub said: String,
}

/// An object of the file: its dictionary, and its stream unpacked.
struct Object {
    text: String,
    stream: Vec<u8>,
}

/// Reads a file.
pub fn words(file: &[u8]) -> Words {
    let objects = objects(file);
    let mut words = Words::default();
    for page in objects.values().filter(|it| it.text.contains("/Type /Page\n")) {
        let letters: BTreeMap<String, BTreeMap<u16, String>> = (page.text.split("/f").skip(1))
            .filter(|it| it.starts_with(|first: char| first.is_ascii_digit()))
            .map(|it| {
                let (name, rest) = it.split_once(' ').unwrap();
                let font = &objects[&number(rest)];
                (format!("f{name}"), meanings(&objects[&after(&font.text, "/ToUnicode ")].stream))
            })
            .collect();
        drawn(&objects[&after(&page.text, "/Contents ")].stream, &letters, &mut words);
    }
    for object in objects.values() {
        words.said.push_str(&object.text);
        for hex in object.text.split("<FEFF").skip(1) {
            let hex = hex.split('>').next().unwrap();
            let units = hex.as_bytes().chunks_exact(4);
            let units: Vec<u16> =
                units.map(|it| u16::from_str_radix(str::from_utf8(it).unwrap(), 16).unwrap()).collect();
            words.said.push_str(&String::from_utf16_lossy(&units));
        }
        if !object.text.contains("/FlateDecode") {
            words.said.push_str(&String::from_utf8_lossy(&object.stream));
        }
    }
    words
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|it| it == what)
}

fn number(text: &str) -> u32 {
    text.split(|it: char| !it.is_ascii_digit()).next().unwrap().parse().unwrap()
}

fn after(text: &str, key: &str) -> u32 {
    number(text.split_once(key).unwrap_or_else(|| panic!("no {key} in {text}")).1)
}

fn objects(file: &[u8]) -> BTreeMap<u32, Object> {
    let mut objects = BTreeMap::new();
    let mut rest = file;
    while let Some(at) = find(rest, b" 0 obj\n") {
        let name = rest[..at].rsplit(|it| *it == b'\n').next().unwrap();
        let name = number(str::from_utf8(name).unwrap());
        rest = &rest[at + 7..];
        let end = find(rest, b"endobj").unwrap();
        let start = find(&rest[..end], b"\nstream\n");
        let text = String::from_utf8_lossy(&rest[..start.unwrap_or(end)]).into_owned();
        let mut stream = Vec::new();
        if let Some(start) = start {
            let length = after(&text, "/Length ") as usize;
            let packed = &rest[start + 8..start + 8 + length];
            match text.contains("/FlateDecode") {
                true => drop(flate2::read::ZlibDecoder::new(packed).read_to_end(&mut stream).unwrap()),
                false => stream = packed.to_vec(),
            }
            rest = &rest[start + 8 + length..];
        } else {
            rest = &rest[end..];
        }
        objects.insert(name, Object { text, stream });
    }
    objects
}

/// What a font's letters mean.
fn meanings(table: &[u8]) -> BTreeMap<u16, String> {
    let table = str::from_utf8(table).unwrap();
    assert!(!table.contains("beginbfrange"), "{table}");
    let pairs = table.lines().filter_map(|line| line.strip_prefix('<')?.strip_suffix('>')?.split_once("> <"));
    let meaning = |hex: &str| {
        let units = hex.as_bytes().chunks_exact(4).map(|it| str::from_utf8(it).unwrap());
        String::from_utf16(&units.map(|it| u16::from_str_radix(it, 16).unwrap()).collect::<Vec<_>>()).unwrap()
    };
    let single = pairs.filter(|(letter, _)| letter.len() == 4);
    single.map(|(letter, hex)| (u16::from_str_radix(letter, 16).unwrap(), meaning(hex))).collect()
}

/// Follows what a page draws.
fn drawn(page: &[u8], fonts: &BTreeMap<String, BTreeMap<u16, String>>, words: &mut Words) {
    let (mut names, mut strings, mut is_of_page) = (Vec::new(), Vec::new(), Vec::new());
    let mut font = String::new();
    let mut at = 0;
    while at < page.len() {
        match page[at] {
            b'(' => strings.extend(string(page, &mut at)),
            b'[' | b']' => at += 1,
            it if it.is_ascii_whitespace() => at += 1,
            _ => {
                let end = page[at + 1..].iter().position(|it| b" \n\r\t([])/".contains(it));
                let word = str::from_utf8(&page[at..end.map_or(page.len(), |end| at + 1 + end)]).unwrap();
                at += word.len();
                match word {
                    "Tf" => font = names.first().cloned().unwrap(),
                    "BMC" | "BDC" => is_of_page.push(names.first().map(String::as_str) == Some("Artifact")),
                    "EMC" => drop(is_of_page.pop()),
                    "Tj" | "TJ" => {
                        let letters = strings.chunks_exact(2).map(|it| u16::from_be_bytes([it[0], it[1]]));
                        let text: String = letters.map(|it| fonts[&font][&it].as_str()).collect();
                        words.drawn.push_str(&text);
                        if !is_of_page.contains(&true) {
                            words.read.push_str(&text);
                        }
                    }
                    _ => {}
                }
                match word.strip_prefix('/') {
                    Some(name) => names.push(name.to_owned()),
                    None if word.starts_with(|it: char| it.is_ascii_alphabetic()) => {
                        names.clear();
                        strings.clear();
                    }
                    None => {}
                }
            }
        }
    }
}

/// The bytes of a string in brackets.
fn string(page: &[u8], at: &mut usize) -> Vec<u8> {
    let (mut bytes, mut depth) = (Vec::new(), 0);
    loop {
        let it = page[*at];
        *at += 1;
        match it {
            b'(' => {
                depth += 1;
                if depth == 1 {
                    continue;
                }
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return bytes;
                }
            }
            b'\\' => {
                let escaped = page[*at];
                *at += 1;
                let digits =
                    page[*at - 1..].iter().take(3).take_while(|it| (b'0'..=b'7').contains(*it)).count();
                bytes.push(match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'f' => 12,
                    _ if digits > 0 => {
                        let octal = str::from_utf8(&page[*at - 1..*at - 1 + digits]).unwrap();
                        *at += digits - 1;
                        u8::from_str_radix(octal, 8).unwrap()
                    }
                    other => other,
                });
                continue;
            }
            _ => {}
        }
        bytes.push(it);
    }
}
