//! Detects the formats of dates and amounts from all values of a column.
//!
//! Every format is tested with the reader that a profile uses, so that detection and reading agree.

use almoner_ledger::calendar::StatedDate;

use crate::amounts::{Amounts, DecimalMark, Sign, Unit};
use crate::dates::{DateForm, Dates};
use crate::source::CellKind;
use crate::units::unit_in;

/// A cell of the sample that is filled in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// Row number as shown by a spreadsheet.
    pub(super) row: u64,
    pub(super) text: String,
    pub(super) kind: CellKind,
}

/// A line of a profile on dates or amounts, with reasons and doubts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    /// The line of the profile; blank when none is needed.
    pub(super) line: String,
    pub(super) reasons: Vec<String>,
    pub(super) doubts: Vec<String>,
}

/// Unambiguous formats.
const PLAIN: [DateForm; 3] = [DateForm::YearMonthDay, DateForm::Named, DateForm::YearMonth];
/// Day-first and month-first formats, with a long year and a short one.
const ORDERS: [(DateForm, DateForm); 2] =
    [(DateForm::DayMonthYear, DateForm::MonthDayYear), (DateForm::DayMonthShort, DateForm::MonthDayShort)];
/// Formats that look like other numbers.
const NUMBERS: [DateForm; 2] = [DateForm::Run, DateForm::Serial];

fn reads(form: DateForm, text: &str) -> bool {
    Dates::only(form).read(text).is_ok()
}

/// True for a date, whatever the name of its column.
pub(super) fn is_date(cell: &Cell) -> bool {
    cell.kind == CellKind::Date
        || PLAIN.iter().any(|form| reads(*form, &cell.text))
        || ORDERS.iter().any(|(day, month)| reads(*day, &cell.text) || reads(*month, &cell.text))
}

/// True for a possible date in a column named as one.
pub(super) fn may_be_date(cell: &Cell) -> bool {
    is_date(cell) || NUMBERS.iter().any(|form| reads(*form, &cell.text))
}

/// True for a month without a day.
pub(super) fn is_month(cell: &Cell) -> bool {
    let found = Dates::only(DateForm::YearMonth).read(&cell.text);
    cell.kind != CellKind::Date && matches!(found, Ok(StatedDate::Month(_)))
}

/// Detects the formats of dates.
pub(super) fn dates(cells: &[Cell]) -> Written {
    let texts: Vec<&str> =
        cells.iter().filter(|cell| cell.kind != CellKind::Date).map(|cell| cell.text.as_str()).collect();
    let mut written = Written::default();
    if texts.is_empty() && !cells.is_empty() {
        written.reasons.push("stored as dates in the workbook".to_owned());
        return written;
    }
    let count = |form: &DateForm| texts.iter().filter(|text| reads(*form, text)).count();
    let mut words: Vec<&str> = PLAIN.iter().filter(|form| count(form) > 0).map(|form| form.word()).collect();
    if !words.is_empty() {
        written.reasons.push(format!("format {}", words.join(" or ")));
    }
    let decided = |one: &DateForm, two: &DateForm| {
        texts.iter().filter(|text| reads(*one, text) && !reads(*two, text)).count()
    };
    let day_first: usize = ORDERS.iter().map(|(day, month)| decided(day, month)).sum();
    let month_first: usize = ORDERS.iter().map(|(day, month)| decided(month, day)).sum();
    let is_month_first = month_first > day_first;
    let seen: Vec<&str> = ORDERS
        .iter()
        .filter(|(day, month)| count(day) + count(month) > 0)
        .map(|(day, month)| if is_month_first { month.word() } else { day.word() })
        .collect();
    if !seen.is_empty() {
        let has = |count: usize| if count == 1 { "has" } else { "have" };
        let above =
            |count: usize, place: &str| format!("{count} {} a number above 12 in {place} place", has(count));
        match (day_first, month_first) {
            (0, 0) => written.doubts.push(
                "no number is above 12, so day and month cannot be distinguished; dd/mm is assumed. If the month \
                 comes first, correct the format"
                    .to_owned(),
            ),
            (_, 0) => {
                written.reasons.push(format!("{}, so {}", above(day_first, "first"), seen.join(" and ")));
            }
            (0, _) => {
                written.reasons.push(format!("{}, so {}", above(month_first, "second"), seen.join(" and ")));
                written.doubts.push("the month comes first, which is unusual in the UK; check some dates".to_owned());
            }
            _ => written.doubts.push(format!(
                "{} and {}: the file mixes day first and month first, so no format suits all",
                above(day_first, "first"),
                above(month_first, "second"),
            )),
        }
        words.extend(seen);
    }
    for form in NUMBERS.iter().filter(|form| count(form) > 0) {
        let what = match form {
            DateForm::Serial => "spreadsheet day numbers",
            _ => "year, month and day without separators",
        };
        written.doubts.push(format!("{} cells are numbers, read as {what}", count(form)));
        words.push(form.word());
    }
    if !words.is_empty() {
        let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        written.line = format!("dates = [{}]", quoted.join(", "));
    }
    written
}

/// Rules under which an amount with CR can be read, as a draft always states the meaning of CR.
const fn rules(decimal: DecimalMark, unit: Unit) -> Amounts {
    Amounts { decimal, unit: Some(unit), invert_sign: false, cr: Some(Sign::Minus) }
}

/// True for an amount in any supported format.
pub(super) fn is_amount(cell: &Cell) -> bool {
    let is_number = matches!(cell.kind, CellKind::Text | CellKind::Number | CellKind::Disguised);
    let readings = [
        rules(DecimalMark::Point, Unit::Pounds),
        rules(DecimalMark::Comma, Unit::Pounds),
        rules(DecimalMark::Point, Unit::Thousands),
    ];
    is_number && readings.iter().any(|reading| reading.read(&cell.text).is_ok())
}

/// True for an amount written like money.
pub(super) fn is_money(cell: &Cell) -> bool {
    is_amount(cell) && cell.text.contains(['.', ',', '£', '('])
}

/// What the signs of amounts say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signs {
    /// What they say in our own columns.
    Ours,
    /// Money back is shown by its sign; where most amounts are negative, by the other one.
    OfMost,
    /// The reverse, as a person has chosen.
    Reversed,
}

/// Detects the format of amounts.
pub(super) fn amounts(cells: &[Cell], name: &str, signs: Signs) -> Written {
    let count = |test: &dyn Fn(&str) -> bool| cells.iter().filter(|cell| test(&cell.text)).count();
    let mut inner: Vec<String> = Vec::new();
    let mut written = Written::default();
    // Whether a point or a comma precedes the pence depends on the unit.
    let (unit, unit_word) = unit_in(name).map_or((Unit::Pounds, ""), |named| (named.unit, named.word));
    let (point, comma) = (rules(DecimalMark::Point, unit), rules(DecimalMark::Comma, unit));
    let is_point_only = |text: &str| point.read(text).is_ok() && comma.read(text).is_err();
    let is_comma_only = |text: &str| comma.read(text).is_ok() && point.read(text).is_err();
    let (point_only, comma_only) = (count(&is_point_only), count(&is_comma_only));
    let is_either = |text: &str| {
        let both = point.read(text).ok().zip(comma.read(text).ok());
        // `30,000` is thirty thousand, as pence never have three digits. `30.000` may be either.
        text.contains('.') && both.is_some_and(|(point, comma)| point != comma)
    };
    let either = count(&is_either);
    let is_comma = point_only == 0 && comma_only > 0;
    if is_comma {
        inner.push("decimal = \"comma\"".to_owned());
        written.reasons.push(format!("{comma_only} can only have a comma before the pence"));
        if count(&|text| text.contains(',')) == 0 {
            written.doubts.push(
                "no amount has a comma: a point with three digits after it is read as a thousands separator"
                    .to_owned(),
            );
        }
    } else if comma_only > 0 {
        written.doubts.push(format!(
            "{point_only} have a point before the pence and {comma_only} have a comma; those with a comma will be refused"
        ));
    } else if point_only == 0 && either > 0 {
        written.doubts.push(format!(
            "{either} are different amounts with a point or a comma before the pence; a point is assumed. If it \
             is a comma, add decimal = \"comma\""
        ));
    }
    if unit != Unit::Pounds {
        inner.push(format!("unit = \"{unit_word}\""));
        written.doubts.push(format!(
            "according to the header, the amounts are in {unit_word}; compare one with the source"
        ));
    }
    let ends = |word: &str| count(&|text| text.to_ascii_uppercase().ends_with(word));
    let (credits, debits) = (ends("CR"), ends("DR"));
    if credits + debits > 0 {
        let sign = if credits * 2 > cells.len() { "plus" } else { "minus" };
        inner.push(format!("cr = \"{sign}\""));
        written.doubts.push(format!(
            "{credits} end in CR and {debits} in DR; CR is read as {}. If it is the reverse, change cr",
            if sign == "plus" { "money paid, as in most rows" } else { "money back" }
        ));
    }
    let reading = if is_comma { &comma } else { &point };
    let unread = count(&|text| reading.read(text).is_err());
    if unread > comma_only || (is_comma && unread > 0) {
        written
            .doubts
            .push(format!("{unread} of {} cannot be read in this format and will be refused", cells.len()));
    }
    let negative = count(&|text| reading.read(text).is_ok_and(|amount| amount.is_negative()));
    if signs == Signs::Reversed {
        inner.push("invert-sign = true".to_owned());
    } else if signs == Signs::OfMost && negative > 0 {
        if negative * 2 > cells.len() && credits + debits == 0 {
            inner.push("invert-sign = true".to_owned());
            written.doubts.push(format!(
                "{negative} of {} are negative: payments seem to be shown as negative, so the signs are inverted",
                cells.len()
            ));
        } else if credits + debits == 0 {
            written.reasons.push(format!("negative, so read as money back: {negative}"));
        }
    }
    let foreign = count(&|text| text.contains(['$', '€', '¥']));
    if foreign > 0 || name.contains(['$', '€', '¥']) {
        written.doubts.push("another currency is stated; only pounds can be recorded".to_owned());
    }
    if !inner.is_empty() {
        written.line = format!("amounts = {{ {} }}", inner.join(", "));
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(texts: &[&str]) -> Vec<Cell> {
        texts.iter().map(|text| Cell { row: 1, text: (*text).to_owned(), kind: CellKind::Text }).collect()
    }

    #[test]
    fn all_dates_together_show_how_they_are_written() {
        for (texts, line, doubt) in [
            (vec!["03/04/2015", "13/04/2015"], r#"dates = ["dd/mm/yyyy"]"#, None),
            (vec!["03/04/2015", "04/13/2015"], r#"dates = ["mm/dd/yyyy"]"#, Some("month comes first")),
            (vec!["03/04/2015", "05/06/2015"], r#"dates = ["dd/mm/yyyy"]"#, Some("no number is above 12")),
            (vec!["03/04/15", "31.12.15"], r#"dates = ["dd/mm/yy"]"#, None),
            (vec!["03/04/15", "31/12/2015"], r#"dates = ["dd/mm/yyyy", "dd/mm/yy"]"#, None),
            (vec!["13/04/2015", "04/13/2015"], r#"dates = ["dd/mm/yyyy"]"#, Some("mixes")),
            (vec!["2015-04-03", "3 Apr 2015"], r#"dates = ["yyyy-mm-dd", "dd mmm yyyy"]"#, None),
            (vec!["2015-04"], r#"dates = ["yyyy-mm"]"#, None),
            (vec!["20150403"], r#"dates = ["yyyymmdd"]"#, Some("numbers")),
            (vec!["42094"], r#"dates = ["excel"]"#, Some("numbers")),
            (vec![], "", None),
        ] {
            let written = dates(&cells(&texts));
            assert_eq!(written.line, line, "{texts:?}");
            match doubt {
                Some(doubt) => assert!(written.doubts.join(" ").contains(doubt), "{texts:?}: {written:?}"),
                None => assert!(written.doubts.is_empty(), "{texts:?}: {written:?}"),
            }
        }
        let date = Cell { row: 1, text: "2015-04-03".to_owned(), kind: CellKind::Date };
        assert_eq!(dates(&[date]).line, "");
    }

    #[test]
    fn all_amounts_together_show_how_they_are_written() {
        for (texts, name, line, doubt) in [
            (vec!["1,234.50", "5"], "Amount", "", None),
            (vec!["£30,000", "15,000"], "Amount", "", None),
            (vec!["1.234,50", "5"], "Amount", r#"amounts = { decimal = "comma" }"#, None),
            (vec!["1 234,50", "1.000"], "Amount", r#"amounts = { decimal = "comma" }"#, None),
            (
                vec!["1.000", "2.000"],
                "Amount",
                r#"amounts = { decimal = "comma" }"#,
                Some("no amount has a comma"),
            ),
            (
                vec!["1.234", "2"],
                "Amount",
                r#"amounts = { decimal = "comma" }"#,
                Some("no amount has a comma"),
            ),
            (vec!["0.441", "30"], "Amount (£000)", r#"amounts = { unit = "thousands" }"#, Some("thousands")),
            (vec!["0.44125", "30"], "Amount", "", Some("cannot be read")),
            (vec!["1,234.50", "1.234,50"], "Amount", "", Some("refused")),
            (vec!["12.5", "3"], "Amount (£000)", r#"amounts = { unit = "thousands" }"#, Some("thousands")),
            (vec!["12.5", "3"], "Amount £'000s", r#"amounts = { unit = "thousands" }"#, Some("thousands")),
            (vec!["1.25", "3"], "Amount (£m)", r#"amounts = { unit = "millions" }"#, Some("millions")),
            (vec!["125", "3"], "Amount £k", r#"amounts = { unit = "thousands" }"#, Some("thousands")),
            (vec!["1250"], "Amount (pence)", r#"amounts = { unit = "pence" }"#, Some("pence")),
            (vec!["5.00 CR", "6.00", "7.00"], "Amount", r#"amounts = { cr = "minus" }"#, Some("CR")),
            (vec!["5.00 CR", "6.00CR", "7.00 DR"], "Amount", r#"amounts = { cr = "plus" }"#, Some("CR")),
            (vec!["(5.00)", "6.00"], "Amount", "", None),
            (vec!["-5.00", "-6.00", "7"], "Amount", "amounts = { invert-sign = true }", Some("inverted")),
            (vec!["€5.00", "6.00"], "Amount", "", Some("currency")),
        ] {
            let written = amounts(&cells(&texts), name, Signs::OfMost);
            assert_eq!(written.line, line, "{texts:?}");
            match doubt {
                Some(doubt) => assert!(written.doubts.join(" ").contains(doubt), "{texts:?}: {written:?}"),
                None => assert!(written.doubts.is_empty(), "{texts:?}: {written:?}"),
            }
        }
        assert_eq!(amounts(&cells(&["-5.00"]), "Award", Signs::Ours).line, "");
        assert_eq!(
            amounts(&cells(&["-5.00", "6"]), "Award", Signs::Reversed).line,
            "amounts = { invert-sign = true }"
        );
    }
}
