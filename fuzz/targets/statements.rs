//! Bank statements: CAMT.053, MT940, text with labels, and delimited text in canonical columns.
#![no_main]

use almoner_imports::{Kind, Layout, bank_statements, read, recognised};
use almoner_ledger::money::Money;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let file = read(Kind::Statements, "file", bytes, None, &Layout::default());
    let found = bank_statements(&file);
    assert!(file.detected().is_some() || !file.diagnostics.is_empty(), "a file is refused without a reason");
    for row in &file.rows {
        let is_wrong = file.diagnostics.iter().any(|it| it.row == row.number);
        assert_eq!(row.request.is_none(), is_wrong, "row {}", row.number);
    }
    if found.diagnostics.is_empty() && found.breaks.is_empty() {
        for statement in &found.statements {
            let sum = Money::sum(statement.lines.iter().map(|line| line.amount));
            let (Some(opening), Some(closing), Ok(sum)) = (statement.opening, statement.closing, sum) else { continue };
            assert_eq!(opening.amount.plus(sum).ok(), Some(closing.amount), "the lines lead from one balance to the other");
            for line in statement.lines.iter().filter(|line| !line.parts.is_empty()) {
                assert_eq!(Money::sum(line.parts.iter().map(|part| part.amount)).ok(), Some(line.amount));
            }
        }
    }
    for diagnostic in found.diagnostics.iter().chain(&found.breaks) {
        assert!(!diagnostic.to_string().contains(['\0', '\u{1b}', '\n', '\u{202e}']), "{diagnostic}");
    }
    recognised("file", bytes, &Layout::default());
});
