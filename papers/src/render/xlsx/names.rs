//! The names of sheets and tables of a workbook, within the rules of spreadsheets.

use crate::paper::Paper;

pub(super) const CONTENTS: &str = "Contents";
pub(super) const NOTES: &str = "Notes";
/// The maximum length of a sheet's name.
const LONGEST: usize = 31;

/// The names of one sheet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// The name of the sheet, from its title.
    pub(super) sheet: String,
    /// The name of its table, from the sheet's key.
    pub(super) table: String,
}

/// Returns the names of all sheets, in their order.
pub(super) fn names(paper: &Paper) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    for sheet in &paper.sheets {
        let is_own = |name: &str| [CONTENTS, NOTES, "History"].iter().any(|it| it.eq_ignore_ascii_case(name));
        let is_taken = |name: &str| {
            is_own(name) || names.iter().any(|it| it.sheet.to_lowercase() == name.to_lowercase())
        };
        let table_is_taken = |name: &str| names.iter().any(|it| it.table == name);
        let table = free(&table_name(sheet.key), 200, table_is_taken);
        let sheet = free(&sheet_name(&sheet.title), LONGEST, is_taken);
        names.push(Name { sheet, table });
    }
    names
}

/// Returns the name, with a number where it is already used.
fn free(name: &str, longest: usize, taken: impl Fn(&str) -> bool) -> String {
    let numbered = |number: u32| {
        let number = format!("_{number}");
        format!("{}{number}", cut(name, longest.saturating_sub(number.len())))
    };
    let mut names = std::iter::once(cut(name, longest)).chain((2..).map(numbered));
    names.find(|name| !taken(name)).unwrap_or_default()
}

/// Returns the beginning of a text, counted in UTF-16 units as spreadsheets do.
fn cut(text: &str, longest: usize) -> String {
    let mut long = 0;
    let fits = text.chars().take_while(|character| {
        long += character.len_utf16();
        long <= longest
    });
    fits.collect::<String>().trim_matches([' ', '\'']).to_owned()
}

fn sheet_name(title: &str) -> String {
    let name: String =
        title.chars().filter(|it| !it.is_control() && !['*', '?', ':', '[', ']'].contains(it)).collect();
    let name = name.replace(['/', '\\'], "-");
    let name = name.trim_matches([' ', '\'']);
    if name.is_empty() { "Sheet".to_owned() } else { name.to_owned() }
}

/// Returns the name of a table. The prefix prevents keys such as `q1` from being read as cells.
fn table_name(key: &str) -> String {
    let key: String = key.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' }).collect();
    format!("table_{key}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Sheet;

    #[test]
    fn sheets_and_tables_have_unique_names() {
        let titles = [
            ("Spending by theme", "themes"),
            ("Notes", "notes"),
            ("Grant 14/2015: Compassion [all of it], to the last penny", "grant-14-2015"),
            ("Grant 14/2015: Compassion [all of it], to the first penny", "grant-14-2015"),
            ("spending by THEME", "q1"),
            ("'???'", ""),
        ];
        let sheets = titles.map(|(title, key)| Sheet { key, title: title.to_owned(), ..Sheet::default() });
        let names = names(&Paper { sheets: sheets.to_vec(), ..Paper::default() });
        let names: Vec<(&str, &str)> = names.iter().map(|it| (&*it.sheet, &*it.table)).collect();
        assert_eq!(
            names,
            [
                ("Spending by theme", "table_themes"),
                ("Notes_2", "table_notes"),
                ("Grant 14-2015 Compassion all of", "table_grant_14_2015"),
                ("Grant 14-2015 Compassion all_2", "table_grant_14_2015_2"),
                ("spending by THEME_2", "table_q1"),
                ("Sheet", "table_"),
            ]
        );
    }
}
