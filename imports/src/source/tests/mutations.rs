//! Files with bytes changed at random are read or refused, and never end the program.

use super::*;

/// Numbers that look random and are the same each time (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

/// What breaks readers more often than any byte.
const PIECES: [&str; 16] = [
    "\"",
    ",",
    "\r",
    "\n\n",
    "<",
    "</c>",
    "&#x0;",
    "99999999999999999999",
    "-1",
    "XFD1048576",
    "{",
    "]",
    "\0",
    "\u{feff}",
    "]]>",
    "E+308",
];

fn changed(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len());
        let to = bytes.len().min(at + 1 + numbers.below(8));
        match numbers.below(5) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..to)),
            2 => drop(bytes.splice(at..at, PIECES[numbers.below(PIECES.len())].bytes())),
            3 => bytes.extend_from_within(at..to),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = u8::try_from(numbers.below(256)).unwrap();
                }
            }
        }
    }
    bytes
}

#[test]
fn no_file_ends_the_program() {
    let sheet = r#"<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>42089.5</v></c></row>
        <row r="3"><c r="A3" t="inlineStr"><is><t>x</t></is></c><c r="C3"><f>A1</f><v>1.5</v></c></row></sheetData>
        <mergeCells><mergeCell ref="A3:B4"/></mergeCells>"#;
    let table = r#"<table:table table:name="S"><table:table-row table:number-rows-repeated="2"><table:table-cell
        office:value-type="float" office:value="1.5" table:number-columns-spanned="2"/><table:covered-table-cell/>
        <table:table-cell office:value-type="date" office:date-value="2015-03-26"/></table:table-row></table:table>"#;
    let texts: [&[u8]; 4] = [
        b"award,date,amount\r\nA1,2015-04-01,\"1,000.00\"\r\n\r\n\"A2\nb\",2015-04-02,2\r\n",
        b"award;amount\n\xA3;1,50\n\xE9\x93;\"2\"\n",
        b"\xFF\xFEa\0,\0b\0\n\x001\0,\x002\0\n\0",
        br#"{"grants": [{"id": "1", "amountAwarded": 1.50, "recipientOrganization": [{"name": "x"}]}]}"#,
    ];
    let mut numbers = Numbers(0x5eed_0fa1_0e75);
    for bytes in texts {
        for _ in 0..600 {
            content(changed(bytes, &mut numbers));
        }
    }
    for workbook in [xlsx(&[("P", "visible", sheet)]), ods(table)] {
        for _ in 0..400 {
            content(changed(&workbook, &mut numbers));
        }
    }
    // A change to a packed part is found by its checksum; here the part is packed after the change.
    for _ in 0..400 {
        let sheet = String::from_utf8_lossy(&changed(sheet.as_bytes(), &mut numbers)).into_owned();
        content(xlsx(&[("P", "visible", &sheet)]));
        let table = String::from_utf8_lossy(&changed(table.as_bytes(), &mut numbers)).into_owned();
        content(ods(&table));
    }
}
