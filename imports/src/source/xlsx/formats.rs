//! The number formats of a workbook.

use std::collections::HashMap;

use quick_xml::events::Event;

use crate::source::Unreadable;
use crate::source::archive::Archive;
use crate::source::dates::Shown;
use crate::source::limits::PART_LIMIT;
use crate::source::xml::attribute;

pub(super) fn read(archive: &mut Archive<'_>, part: &str) -> Result<Vec<Shown>, Unreadable> {
    let (mut named, mut formats) = (HashMap::new(), Vec::new());
    let Some(mut xml) = archive.xml(part, PART_LIMIT)? else { return Ok(formats) };
    // The same elements occur in other lists, which cells do not use.
    let mut list = String::new();
    loop {
        match xml.next()? {
            Event::Start(start) => match start.local_name().as_ref() {
                name @ ("numFmts" | "cellXfs" | "cellStyleXfs" | "dxfs") => name.clone_into(&mut list),
                "numFmt" if list == "numFmts" => {
                    let text = attribute(&start, "formatCode")?.unwrap_or_default();
                    named.insert(attribute(&start, "numFmtId")?.unwrap_or_default(), Shown::of_text(&text));
                }
                "xf" if list == "cellXfs" => {
                    let id = attribute(&start, "numFmtId")?.unwrap_or_default();
                    let shown = named.get(&id).copied();
                    formats.push(shown.unwrap_or_else(|| Shown::of_number(id.parse().unwrap_or_default())));
                }
                _ => {}
            },
            Event::Eof => return Ok(formats),
            _ => {}
        }
    }
}
