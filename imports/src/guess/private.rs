//! Decides which values may be shown in a draft profile, which may be passed on.
//!
//! A value is shown only if it is very unlikely to be personal data; otherwise only its pattern.

use super::forms::{self, Cell};
use super::sample::SourceColumn;
use crate::diagnostic::printable;
use crate::words;

/// Words in the names of columns with bank accounts or personal data.
const PRIVATE: &str = "account acct sort iban bic swift bank card ni nino insurance dob birth email mail phone \
     telephone tel mobile fax address street town postcode post contact person surname forename first \
     last name officer employee staff payroll passport victim client gender age ethnicity by user \
     initials";

/// True if a column holds bank accounts or personal data, by its name.
pub(super) fn is_private_name(name: &str) -> bool {
    const OF_ORGANISATIONS: &str =
        "supplier vendor payee creditor recipient organisation merchant beneficiary fund charity";
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |list: &str| words.iter().any(|word| words::has(list, word));
    let is_only_a_name = words.iter().filter(|word| words::has(PRIVATE, word)).all(|word| *word == "name");
    has(PRIVATE) && !(is_only_a_name && has(OF_ORGANISATIONS))
}

/// Returns the first value of a column, or only its pattern.
pub(super) fn example(column: &SourceColumn) -> Option<String> {
    let cell = column.cells.first()?;
    let shown = if may_be_shown(column, cell) { cell.text.clone() } else { form(&cell.text) };
    Some(printable(&shown, 40))
}

fn may_be_shown(column: &SourceColumn, cell: &Cell) -> bool {
    if is_private_name(&column.name) {
        return false;
    }
    let is_amount = |cell: &Cell| forms::is_money(cell) || cell.text == "0";
    let is_figure = |cell: &Cell| forms::is_date(cell) || is_amount(cell);
    // Digits in a row can be an account, a telephone or a staff number.
    let is_word = |cell: &Cell| cell.text.len() <= 20 && cell.text.chars().all(char::is_alphabetic);
    let is_repeated = column.count(|it| it.text == cell.text) >= 2;
    let looks_like_birthdays = column.count(|it| is_amount(it)) == 0 && column.name.is_empty();
    (column.count(is_figure) == column.cells.len() && !looks_like_birthdays) || (is_word(cell) && is_repeated)
}

/// Returns the pattern of a text: `AB12 3456` is `AA99 9999`.
pub(super) fn form(text: &str) -> String {
    let shape = |character: char| match character {
        _ if character.is_numeric() => '9',
        _ if character.is_uppercase() => 'A',
        _ if character.is_alphabetic() => 'a',
        _ => character,
    };
    text.chars().map(shape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::CellKind;

    #[test]
    fn values_that_may_be_personal_are_shown_as_patterns() {
        for (name, values, expected) in [
            ("VAT", vec!["1,204.10", "0.00"], "1,204.10"),
            ("Due date", vec!["2015-03-31"], "2015-03-31"),
            ("Department", vec!["Grants", "Grants"], "Grants"),
            ("Department", vec!["Grants", "Estates"], "Aaaaaa"),
            ("Bank account", vec!["12345678"], "99999999"),
            ("Number", vec!["12345678"], "99999999"),
            ("Sort code", vec!["12-34-56"], "99-99-99"),
            ("Date of birth", vec!["1980-03-31"], "9999-99-99"),
            ("", vec!["1980-03-31"], "9999-99-99"),
            ("Approved by", vec!["Jane", "Jane"], "Aaaa"),
            ("Notes", vec!["Paid to Jane Doe", "Paid to Jane Doe"], "Aaaa aa Aaaa Aaa"),
            ("E-mail", vec!["jane@x.org"], "aaaa@a.aaa"),
            ("NI number", vec!["QQ123456C"], "AA999999A"),
        ] {
            let cell = |text: &&str| Cell { row: 1, text: (*text).to_owned(), kind: CellKind::Text };
            let cells = values.iter().map(cell).collect();
            let column = SourceColumn { name: name.to_owned(), cells, ..SourceColumn::default() };
            assert_eq!(example(&column).as_deref(), Some(expected), "{name}");
        }
        assert!(!is_private_name("Supplier name"));
        assert!(!is_private_name("Recipient Org Name") && is_private_name("Contact name"));
        assert!(is_private_name("Supplier bank account name"));
    }
}
