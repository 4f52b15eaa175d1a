//! The return to a funder: a line for each grant, in the columns of a template.

pub mod template;

use almoner_ledger::reports::{FunderReport, Query};

use self::template::Template;
use super::Pack;
use crate::sheet::{Row, Sheet, Style};

pub fn pack(report: &FunderReport, template: &Template, query: &Query) -> Pack {
    let period = query.range.in_words();
    let filled = |text: &String| {
        let known = [("{fund}", &report.fund_name), ("{period}", &period), ("{body}", &report.stamp.body)];
        known.into_iter().fold(text.clone(), |text, (place, value)| text.replace(place, value))
    };
    let line = |row| Row { cells: template.cells(row), style: Style::Normal };
    let mut rows: Vec<Row> = report.rows.iter().map(line).collect();
    if !rows.is_empty() {
        rows.push(Row { cells: template.total(&report.total), style: Style::Total });
    }
    let title = filled(&template.title);
    let sheet = Sheet {
        lead: template.above.iter().map(filled).collect(),
        columns: template.columns(),
        rows,
        notes: template.below.iter().map(filled).collect(),
        ..Sheet::default()
    };
    Pack {
        title: title.clone(),
        range: query.range,
        as_at: query.as_at(),
        sheets: vec![sheet.part("return", title)],
    }
}
