//! What the sheets and tables of a workbook are called, within the rules of spreadsheet programs.

use crate::paper::Paper;

pub(super) const CONTENTS: &str = "Contents";
pub(super) const NOTES: &str = "Notes";
/// How long the name of a sheet may be.
const LONGEST: usize = 31;

/// The names of one sheet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// Of the sheet: its title, as far as it can be.
    pub(super) sheet: String,
    /// Of the table on it, by the sheet's key.
    pub(super) table: String,
}

/// The names of all sheets, in their order.
pub(super) struct Names(Vec<Name>);

impl Names {
    pub(super) fn of(paper: &Paper) -> Names {
        let mut names: Vec<Name> = Vec::new();
        for sheet in &paper.sheets {
            let (title, key) = (sheet_name(&sheet.title), table_name(sheet.key));
            let is_sheet =
                |name: &str| [CONTENTS, NOTES, "History"].iter().any(|it| it.eq_ignore_ascii_case(name));
            let taken = |name: &str| {
                is_sheet(name) || names.iter().any(|it| it.sheet.to_lowercase() == name.to_lowercase())
            };
            let sheet = free(&title, LONGEST, taken);
            let table = free(&key, 200, |name| names.iter().any(|it| it.table == name));
            names.push(Name { sheet, table });
        }
        Names(names)
    }

    pub(super) fn sheets(&self) -> impl Iterator<Item = &Name> {
        self.0.iter()
    }

    /// True when there are so many sheets that a list of them helps.
    pub(super) fn has_contents(&self) -> bool {
        self.0.len() > 1
    }
}

/// The name, or with a number after it when it is taken.
fn free(name: &str, longest: usize, taken: impl Fn(&str) -> bool) -> String {
    let numbered = |number: u32| {
        let number = format!("_{number}");
        format!("{}{number}", cut(name, longest.saturating_sub(number.len())))
    };
    let mut names = std::iter::once(cut(name, longest)).chain((2..).map(numbered));
    names.find(|name| !taken(name)).unwrap_or_default()
}

/// The beginning of a text, in the units by which spreadsheet programs count.
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

/// With words before the key, no key is taken for a cell, as `q1` would be.
fn table_name(key: &str) -> String {
    let key: String = key.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' }).collect();
    format!("table_{key}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Sheet;

    #[test]
    fn sheets_and_tables_have_names_of_their_own() {
        let titles = [
            ("Spending by theme", "themes"),
            ("Notes", "notes"),
            ("Grant 14/2015: Compassion [all of it], to the last penny", "grant-14-2015"),
            ("Grant 14/2015: Compassion [all of it], to the first penny", "grant-14-2015"),
            ("spending by THEME", "q1"),
            ("'???'", ""),
        ];
        let sheets = titles.map(|(title, key)| Sheet { key, title: title.to_owned(), ..Sheet::default() });
        let names = Names::of(&Paper { sheets: sheets.to_vec(), ..Paper::default() });
        let names: Vec<(&str, &str)> = names.sheets().map(|it| (&*it.sheet, &*it.table)).collect();
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
