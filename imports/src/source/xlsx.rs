//! Workbooks of Excel and what is like it (XLSX; ECMA-376, transitional and strict).
//!
//! A cell has the value calculated by the program that saved the workbook; formulas are not calculated
//! here, and one without a result is an error.
//!
//! The sheets are not read by a library: those available give amounts in binary only, allocate memory
//! as the workbook claims, and refuse a whole sheet for one unknown error value.

mod formats;
mod sheet;
mod strings;

use std::collections::HashMap;

use quick_xml::events::Event;

use super::Unreadable;
use super::archive::Archive;
use super::damaged;
use super::dates::{Epoch, Shown};
use super::grid::Grid;
use super::limits::{LIST_LIMIT, SHEETS_LIMIT, UNPACKED_LIMIT};
use super::workbook::{SheetName, Workbook, too_many_sheets};
use super::xml::attribute;
use strings::Strings;

/// A workbook, its sheets not read yet.
pub(super) struct Xlsx<'b> {
    archive: Archive<'b>,
    sheets: Vec<(SheetName, String)>,
    strings: Strings,
    formats: Vec<Shown>,
    epoch: Epoch,
}

/// The relations of a part: by id, the last word of the type and the name of the target.
type Relations = HashMap<String, (String, String)>;

/// The name of the main part of a workbook, if the zip file is one of Office.
pub(crate) fn main_part(archive: &mut Archive<'_>) -> Result<Option<String>, Unreadable> {
    let relations = relations(archive, "_rels/.rels", "")?;
    Ok(relations.into_values().find(|(kind, _)| kind == "officeDocument").map(|(_, part)| part))
}

impl<'b> Xlsx<'b> {
    pub(super) fn open(mut archive: Archive<'b>, main: &str) -> Result<Xlsx<'b>, Unreadable> {
        let (folder, file) = main.rsplit_once('/').unwrap_or(("", main));
        let relations = relations(&mut archive, &format!("{folder}/_rels/{file}.rels"), folder)?;
        let part = |kind: &str| relations.values().find(|(it, _)| it == kind).map(|(_, part)| part.clone());
        let strings = match part("sharedStrings") {
            Some(part) => Strings::read(&mut archive, &part)?,
            None => Strings::default(),
        };
        let formats = match part("styles") {
            Some(part) => formats::read(&mut archive, &part)?,
            None => Vec::new(),
        };
        let (mut sheets, mut epoch) = (Vec::new(), Epoch::Of1900);
        let mut xml =
            archive.xml(main, LIST_LIMIT)?.ok_or_else(|| damaged("its list of sheets is missing"))?;
        loop {
            match xml.next()? {
                Event::Start(start) if start.local_name().as_ref() == "workbookPr" => {
                    if matches!(attribute(&start, "date1904")?.as_deref(), Some("1" | "true")) {
                        epoch = Epoch::Of1904;
                    }
                }
                Event::Start(start) if start.local_name().as_ref() == "sheet" => {
                    if sheets.len() >= SHEETS_LIMIT {
                        return Err(too_many_sheets());
                    }
                    let name = attribute(&start, "name")?.unwrap_or_default();
                    let hidden = attribute(&start, "state")?.is_some_and(|state| state != "visible");
                    let id =
                        start.attributes().filter_map(Result::ok).find(|it| it.key.as_ref().ends_with(":id"));
                    let target = id.and_then(|id| relations.get(id.value.as_ref()));
                    // A sheet that is a chart has no cells.
                    if let Some((_, part)) = target.filter(|(kind, _)| kind == "worksheet") {
                        sheets.push((SheetName { name, hidden }, part.clone()));
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        drop(xml);
        Ok(Xlsx { archive, sheets, strings, formats, epoch })
    }
}

impl Workbook for Xlsx<'_> {
    fn kind(&self) -> &'static str {
        "an XLSX workbook"
    }

    fn sheets(&self) -> Vec<SheetName> {
        self.sheets.iter().map(|(name, _)| name.clone()).collect()
    }

    fn holds_data(&mut self, index: usize) -> Result<bool, Unreadable> {
        Ok(self.read(index, false)?.holds_data())
    }

    fn sheet(&mut self, index: usize) -> Result<Grid, Unreadable> {
        self.read(index, true)
    }
}

impl Xlsx<'_> {
    /// Reads a sheet, or, unless all of it is needed, up to its first value.
    fn read(&mut self, index: usize, whole: bool) -> Result<Grid, Unreadable> {
        let missing = || damaged("one of its sheets is missing");
        let (_, part) = self.sheets.get(index).ok_or_else(missing)?;
        let xml = self.archive.xml(part, UNPACKED_LIMIT)?.ok_or_else(missing)?;
        let look_up = sheet::LookUp { strings: &self.strings, formats: &self.formats, epoch: self.epoch };
        sheet::read(xml, &look_up, whole)
    }
}

fn relations(archive: &mut Archive<'_>, part: &str, folder: &str) -> Result<Relations, Unreadable> {
    let mut relations = Relations::new();
    let Some(mut xml) = archive.xml(part, LIST_LIMIT)? else { return Ok(relations) };
    loop {
        match xml.next()? {
            Event::Start(start) if start.local_name().as_ref() == "Relationship" => {
                let id = attribute(&start, "Id")?.unwrap_or_default();
                let kind = attribute(&start, "Type")?.unwrap_or_default();
                let target = attribute(&start, "Target")?.unwrap_or_default();
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                let target = match target.strip_prefix('/') {
                    Some(absolute) => absolute.to_owned(),
                    None if folder.is_empty() => target,
                    None => format!("{folder}/{target}"),
                };
                relations.insert(id, (kind, target));
            }
            Event::Eof => return Ok(relations),
            _ => {}
        }
    }
}
