//! The text sheets: links to all sheets, paragraphs, facts and notes; and the page setup for printing.

use rust_xlsxwriter::{Url, Worksheet, XlsxError};

use super::names::{CONTENTS, NOTES, Name};
use super::styles::Styles;
use crate::layout::wrapped;
use crate::paper::Paper;
use crate::render::LEGEND;
use crate::sheet::Sheet;

/// The width of the text columns in characters: labels, and values.
const NAMES: u16 = 18;
const VALUES: u16 = 90;
/// The height of a line in points, and the maximum number of lines in a row.
const LINE: u16 = 15;
const HIGHEST: u16 = 27;
/// The number of paper size A4 in workbooks.
const A4: u8 = 9;
/// The maximum length of a title in the page header.
const HEADER: usize = 90;

/// A sheet on which text is written row by row.
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
        for (word, value) in facts {
            self.page.write_string_with_format(self.row, 0, *word, &self.styles.dim)?;
            self.words(value)?;
        }
        self.row += u32::from(!facts.is_empty());
        Ok(())
    }

    /// Writes a row as high as its text needs.
    fn words(&mut self, words: &str) -> Result<(), XlsxError> {
        self.page.write_string_with_format(self.row, 1, words, &self.styles.words)?;
        self.page.set_row_height(self.row, height(words, VALUES))?;
        self.row += 1;
        Ok(())
    }

    fn paragraphs(&mut self, paragraphs: &[String]) -> Result<(), XlsxError> {
        for paragraph in paragraphs {
            self.words(paragraph)?;
        }
        self.row += u32::from(!paragraphs.is_empty());
        Ok(())
    }
}

/// Returns the height of a row in points, so that its text is fully visible. Not every program calculates
/// it.
pub(super) fn height(words: &str, width: u16) -> u16 {
    let width = usize::from(width).max(1);
    // Words longer than a line are broken by the program.
    let least = |line: &str| line.chars().count().div_ceil(width).max(1);
    let lines: usize =
        words.lines().map(|line| wrapped("", line, width).lines().count().max(least(line))).sum();
    u16::try_from(lines.max(1)).unwrap_or(u16::MAX).min(HIGHEST).saturating_mul(LINE)
}

fn writing<'a>(page: &'a mut Worksheet, styles: &'a Styles) -> Result<Writing<'a>, XlsxError> {
    page.set_column_width(0, NAMES)?;
    page.set_column_width(1, VALUES)?;
    page.set_screen_gridlines(false);
    Ok(Writing { page, styles, row: 0 })
}

/// Writes the list of all sheets, with links.
pub(super) fn contents(
    page: &mut Worksheet,
    paper: &Paper,
    names: &[Name],
    styles: &Styles,
) -> Result<(), XlsxError> {
    page.set_name(CONTENTS)?;
    let mut writing = writing(page, styles)?;
    writing.title(&paper.title)?;
    writing.facts(&paper.all_facts())?;
    let links = paper.sheets.iter().zip(names).map(|(sheet, name)| (&*sheet.title, &*name.sheet));
    for (title, name) in links.chain([("Notes and definitions", NOTES)]) {
        let link = Url::new(format!("internal:'{}'!A1", name.replace('\'', "''"))).set_text(title);
        writing.page.write_url(writing.row, 1, link)?;
        writing.row += 1;
    }
    margins(page, paper)
}

/// Writes a sheet that consists of text only.
pub(super) fn sheet(page: &mut Worksheet, sheet: &Sheet, styles: &Styles) -> Result<(), XlsxError> {
    let mut writing = writing(page, styles)?;
    writing.title(&sheet.title)?;
    writing.facts(&sheet.facts)?;
    writing.paragraphs(&sheet.lead)?;
    writing.paragraphs(&sheet.notes_on_paper())
}

/// Writes the facts and notes of the paper and its tables.
pub(super) fn notes(page: &mut Worksheet, paper: &Paper, styles: &Styles) -> Result<(), XlsxError> {
    page.set_name(NOTES)?;
    let mut writing = writing(page, styles)?;
    writing.title(&paper.title)?;
    writing.facts(&paper.all_facts())?;
    let has_text = |sheet: &&Sheet| {
        !sheet.facts.is_empty() || !sheet.lead.is_empty() || !sheet.notes_on_paper().is_empty()
    };
    for sheet in paper.sheets.iter().filter(|sheet| !sheet.columns.is_empty()).filter(has_text) {
        if paper.sheets.len() > 1 {
            writing.page.write_string_with_format(writing.row, 0, &sheet.title, &styles.heading)?;
            writing.row += 1;
        }
        writing.facts(&sheet.facts)?;
        writing.paragraphs(&sheet.lead)?;
        writing.paragraphs(&sheet.notes_on_paper())?;
    }
    writing.words(LEGEND)?;
    margins(page, paper)
}

/// Sets up printing: A4 landscape, fitted to the width, with the title in the header and the page number in
/// the footer.
pub(super) fn margins(page: &mut Worksheet, paper: &Paper) -> Result<(), XlsxError> {
    let title: String = paper.title.chars().take(HEADER).collect();
    // A single `&` would begin a code.
    let title = title.replace('&', "&&");
    page.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    let right = if paper.sheets.len() > 1 { "&R&A" } else { "" };
    page.set_header(format!("&L{title}{right}")).set_footer("&RPage &P of &N");
    Ok(())
}
