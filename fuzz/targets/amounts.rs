//! Amounts and dates: a cell is refused, or its value is read exactly.
#![no_main]

use almoner_imports::{RowRequest, Kind, Layout, read};
use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::money::Money;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // Text with zero bytes is refused for another reason.
    if text.contains('\0') {
        return;
    }
    if let Some((amount, _)) = payment(text, "2015-04-01") {
        assert_eq!(digits(text), digits(&amount.to_string()), "{text:?} read as {amount}");
        assert_eq!(amount.is_negative(), text.contains(['-', '(', '\u{2212}']), "{text:?} read as {amount}");
        let size = amount.size();
        for again in [amount.to_string(), amount.grouped()] {
            assert_eq!(payment(&again, "2015-04-01").map(|it| it.0), Some(amount), "{again}");
        }
        if amount.is_negative() {
            assert_eq!(payment(&format!("(£{})", size.grouped()), "2015-04-01").map(|it| it.0), Some(amount));
        }
    }
    if let Some((_, date)) = payment("1", text) {
        let number = |part: &str| part.parse::<u32>().unwrap_or_default();
        let is_there = |it: u32| text.split(|c: char| !c.is_ascii_digit()).any(|part| number(part) == it);
        let [year, .., day] = date.to_string().split('-').map(number).collect::<Vec<_>>()[..] else { return };
        assert!(is_there(day) && (is_there(year) || is_there(year % 100)), "{text:?} read as {date}");
        assert_eq!(payment("1", &date.to_string()).map(|it| it.1), Some(date));
    }
});

/// Returns the amount and date of a file with one payment, if it is accepted.
fn payment(amount: &str, date: &str) -> Option<(Money, Date)> {
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let text = format!("award,date,amount\nA1,{},{}\n", quoted(date), quoted(amount));
    let file = read(Kind::Payments, "file", text.as_bytes(), None, &Layout::default());
    assert!(file.rows.len() + file.skipped.len() == 1 || file.diagnostics.len() == 1, "{file:?}");
    let row = file.rows.first()?;
    let (found, date) = match row.request.as_ref()? {
        RowRequest::Command(Command::Pay { amount, date, .. }) => (*amount, *date),
        RowRequest::Command(Command::Return { amount, date, .. }) => (amount.negated(), *date),
        other => panic!("{other:?}"),
    };
    assert_eq!(row.amount, Some(found), "the row's amount is that of its payment");
    Some((found, date))
}

/// Returns the significant digits, without zeros around them.
fn digits(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').to_owned()
}
