//! The sheets of words: links to all sheets, paragraphs, and what the paper says of itself; and the
//! margins of the printed page.

use rust_xlsxwriter::{Url, Worksheet, XlsxError};

use super::names::{CONTENTS, NOTES, Names};
use super::styles::Styles;
use crate::paper::Paper;
use crate::sheet::Sheet;

/// How wide the columns of words are, in characters: names of facts, and what they say.
const NAMES: u16 = 18;
const SAID: u16 = 90;
/// The size of paper, A4, by its number in workbooks.
const A4: u8 = 9;
/// The most characters of a title that stand over a printed page.
const HEADER: usize = 90;

/// A page on which words are written from the top down.
struct Writing<'a> {
    page: &'a mut Worksheet,
    styles: &'a Styles,
    row: u32,
}

impl Writing<'_> {
    fn title(&mut self, title: &str) -> Result<(), XlsxError> {
        self.page.write_string_with_format(self.row, 0, title, &self.styles.title)?;
        self.row += 2;
        Ok(())
    }

    fn facts(&mut self, facts: &[(&'static str, String)]) -> Result<(), XlsxError> {
        for (word, said) in facts {
            self.page.write_string_with_format(self.row, 0, *word, &self.styles.dim)?;
            self.page.write_string_with_format(self.row, 1, said, &self.styles.words)?;
            self.row += 1;
        }
        self.row += u32::from(!facts.is_empty());
        Ok(())
    }

    fn paragraphs(&mut self, paragraphs: &[String]) -> Result<(), XlsxError> {
        for paragraph in paragraphs {
            self.page.write_string_with_format(self.row, 1, paragraph, &self.styles.words)?;
            self.row += 1;
        }
        self.row += u32::from(!paragraphs.is_empty());
        Ok(())
    }
}

fn writing<'a>(page: &'a mut Worksheet, styles: &'a Styles) -> Result<Writing<'a>, XlsxError> {
    page.set_column_width(0, NAMES)?;
    page.set_column_width(1, SAID)?;
    page.set_screen_gridlines(false);
    Ok(Writing { page, styles, row: 0 })
}

/// Writes the list of all sheets, with links.
pub(super) fn contents(
    page: &mut Worksheet,
    paper: &Paper,
    names: &Names,
    styles: &Styles,
) -> Result<(), XlsxError> {
    page.set_name(CONTENTS)?;
    let mut writing = writing(page, styles)?;
    writing.title(&paper.title)?;
    writing.facts(&paper.facts)?;
    let links = paper.sheets.iter().zip(names.sheets()).map(|(sheet, name)| (&*sheet.title, &*name.sheet));
    for (title, name) in links.chain([("Notes and definitions", NOTES)]) {
        let link = Url::new(format!("internal:'{}'!A1", name.replace('\'', "''"))).set_text(title);
        writing.page.write_url(writing.row, 1, link)?;
        writing.row += 1;
    }
    margins(page, paper)
}

/// Writes a sheet that is its words alone.
pub(super) fn sheet(page: &mut Worksheet, sheet: &Sheet, styles: &Styles) -> Result<(), XlsxError> {
    let mut writing = writing(page, styles)?;
    writing.title(&sheet.title)?;
    writing.facts(&sheet.facts)?;
    writing.paragraphs(&sheet.lead)?;
    writing.paragraphs(&sheet.notes)
}

/// Writes what the paper says of itself and of its tables.
pub(super) fn notes(page: &mut Worksheet, paper: &Paper, styles: &Styles) -> Result<(), XlsxError> {
    page.set_name(NOTES)?;
    let mut writing = writing(page, styles)?;
    writing.title(&paper.title)?;
    writing.facts(&paper.facts)?;
    for sheet in paper.sheets.iter().filter(|sheet| !sheet.columns.is_empty()) {
        if paper.sheets.len() > 1 {
            writing.page.write_string_with_format(writing.row, 0, &sheet.title, &styles.heading)?;
            writing.row += 1;
        }
        writing.facts(&sheet.facts)?;
        writing.paragraphs(&sheet.lead)?;
        writing.paragraphs(&sheet.notes)?;
    }
    writing.paragraphs(&[
        "Amounts are in pounds. Those in brackets are below nothing, and – is nothing.".to_owned()
    ])?;
    margins(page, paper)
}

/// How a page is printed: A4, lying, as wide as the paper, with the title above and its number below.
pub(super) fn margins(page: &mut Worksheet, paper: &Paper) -> Result<(), XlsxError> {
    let title: String = paper.title.chars().take(HEADER).collect();
    // A single one would begin a code.
    let title = title.replace('&', "&&");
    page.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    page.set_header(format!("&L{title}&R&A")).set_footer("&RPage &P of &N");
    Ok(())
}
