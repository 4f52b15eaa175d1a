//! Writes the text of a drafted profile, with the reasons above each column.

use std::collections::BTreeSet;
use std::fmt::Write;

use almoner_ledger::funds::FundId;
use almoner_ledger::themes::{Split, ThemeId};

use super::canonical::{CanonicalColumn, Holds, Need};
use super::forms::{self, Cell, Signs, Written};
use super::matched::{self, Found, How, Matched};
use super::private;
use super::sample::{Sample, SourceColumn};
use crate::header::{column_key, numbered};
use crate::kind::Kind;
use crate::source::Layout;
use crate::words::capitalised;

const WIDTH: usize = 100;

/// Adds comment lines, wrapped.
pub(super) fn comment(out: &mut String, text: &str) {
    let mut line = "#".to_owned();
    for word in text.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > WIDTH && line != "#" {
            line.push('\n');
            out.push_str(&line);
            line = "#  ".to_owned();
        }
        line.push(' ');
        line.push_str(word);
    }
    out.push_str(&line);
    out.push('\n');
}

/// Adds a doubtful point, marked so that it can be searched for.
pub(super) fn check(out: &mut String, text: &str) {
    let stop = if text.ends_with('?') { "" } else { "." };
    comment(out, &format!("check: {text}{stop}"));
}

/// Returns the points of a drafted profile that a person must look at, each with the column that it is about.
pub fn checks(profile: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    // The points above the column that they are about.
    let (mut above, mut is_open) = (Vec::new(), false);
    for line in profile.lines() {
        if let Some(point) = line.strip_prefix("# check: ") {
            above.push(point.to_owned());
            is_open = true;
        } else if let (Some(more), true, Some(last)) = (line.strip_prefix("#   "), is_open, above.last_mut())
        {
            last.push(' ');
            last.push_str(more);
        } else {
            is_open = false;
            let column = line.strip_prefix("[columns.").and_then(|rest| rest.strip_suffix(']'));
            if !line.starts_with('#') {
                let about = column.map(|column| format!("{column}: ")).unwrap_or_default();
                found.extend(above.drain(..).map(|point| format!("{about}{point}")));
            }
        }
    }
    found.extend(above);
    found
}

/// Quotes a text for TOML.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Adds the layout, if it was given or there is no header.
pub(super) fn layout(out: &mut String, layout: &Layout, has_header: bool) {
    let mut lines = Vec::new();
    lines.extend(layout.encoding.map(|it| format!("encoding = {}", quoted(it.word()))));
    lines.extend(layout.delimiter.map(|it| format!("delimiter = {}", quoted(it.word()))));
    lines.extend(layout.sheet.as_ref().map(|it| format!("sheet = {}", quoted(it))));
    if !has_header {
        lines.push("no-header = true".to_owned());
    }
    if lines.is_empty() {
        return;
    }
    out.push('\n');
    if !has_header {
        check(out, "no row looks like a header, so columns are given by position, from 1");
    }
    out.push_str(&format!("[file]\n{}\n", lines.join("\n")));
}

/// Adds the rule for periods with one end only, if the sample has any.
pub(super) fn half_periods(out: &mut String, matched: &Matched, sample: &Sample) {
    let filled = |name: &str| -> BTreeSet<u64> {
        let found = matched.found.iter().find(|found| found.canonical.name == name);
        let column = found.and_then(|found| sample.columns.get(*found.positions.first()?));
        column.into_iter().flat_map(|column| &column.cells).map(|cell| cell.row).collect()
    };
    let (from, to) = (filled("from"), filled("to"));
    let halves = from.symmetric_difference(&to).count();
    if halves == 0 || from.is_empty() || to.is_empty() {
        return;
    }
    let rows = if halves == 1 { "row has" } else { "rows have" };
    check(out, &format!("{halves} {rows} only a start or an end; the period is then not stated"));
    out.push_str("half-periods-are-not-stated = true\n");
}

/// Adds the columns found, those missing, and those not read.
pub(super) fn columns(out: &mut String, matched: &Matched, sample: &Sample) {
    matched.found.iter().for_each(|found| section(out, found, matched, sample));
    for need in [Need::Core, Need::Required, Need::Telling, Need::Optional] {
        for canonical in matched.missing.iter().filter(|canonical| canonical.need == need) {
            match matched.values.get(&canonical.name) {
                Some(value) => {
                    let _ = writeln!(out, "\n[columns.{}]\nvalue = {}", canonical.name, quoted(value));
                }
                None => not_found(out, canonical, matched, sample),
            }
        }
    }
    currency(out, sample);
    unused(out, matched, sample);
}

fn section(out: &mut String, found: &Found, matched: &Matched, sample: &Sample) {
    let at = |position: &usize| sample.columns.get(*position);
    let column: Vec<&SourceColumn> = found.positions.iter().chain(&found.minus).filter_map(at).collect();
    let Some(first) = column.first().copied() else { return };
    let (holds, name) = (found.canonical.holds, &found.canonical.name);
    let how = match (found.how, column.len()) {
        (How::Chosen, _) => "as chosen",
        (How::Name, 1) => "found by its name",
        (How::Name, _) => "found by their names",
        (How::Like, _) => "found by words in its name",
        (How::Content, _) => "found by its content",
    };
    let mut written = Written::default();
    let several = column.len() > 1;
    for column in &column {
        let counted = counted(holds, column, sample.rows);
        written.reasons.push(if several { format!("column {}: {counted}", column.number) } else { counted });
    }
    let more = match holds {
        Holds::Day | Holds::DayOrMonth => forms::dates(&first.cells),
        Holds::Amount => {
            let signs = match matched.kind {
                _ if found.positions.is_empty() => Signs::Reversed,
                Kind::Payments => Signs::OfMost,
                _ => Signs::Ours,
            };
            forms::amounts(&first.cells, &first.name, signs)
        }
        _ => Written::default(),
    };
    written.line = more.line;
    written.reasons.extend(more.reasons);
    written.doubts.extend(more.doubts);
    if holds == Holds::Words {
        let rows = column.iter().map(|it| it.count(matched::has_number)).max().unwrap_or_default();
        written.reasons.push(format!("decision numbers in up to {rows} rows"));
    }
    doubts(&mut written, found, &column, matched.kind, sample);
    let is_slug = needs_slug(holds, &column);
    if is_slug {
        written.reasons.push("names become ids: `Safer Streets` becomes safer-streets".to_owned());
        written.doubts.push(
            "compare with the ids in the ledger; where they differ, replace slug with \
             map = { \"their name\" = \"our-id\" }"
                .to_owned(),
        );
    }
    out.push('\n');
    let labels: Vec<String> = column.iter().map(|it| it.label()).collect();
    let labels = capitalised(&labels.join(" and "));
    comment(out, &format!("{labels}, {how}: {}.", written.reasons.join("; ")));
    written.doubts.iter().for_each(|doubt| check(out, doubt));
    // Writing to a text cannot fail.
    let _ = writeln!(out, "[columns.{name}]");
    let reference = |column: &SourceColumn| match (column_key(&column.name).as_str(), column.among_same) {
        ("", _) => column.number.to_string(),
        (_, Some(place)) => {
            let name = numbered(&column.name, place);
            // Unless a column is really called so.
            match sample.columns.iter().any(|it| column_key(&it.name) == column_key(&name)) {
                true => column.number.to_string(),
                false => quoted(&name),
            }
        }
        (_, None) => quoted(&column.name),
    };
    let references = |columns: &[&SourceColumn]| {
        let all: Vec<String> = columns.iter().map(|it| reference(it)).collect();
        match all.as_slice() {
            [one] => one.clone(),
            many => format!("[{}]", many.join(", ")),
        }
    };
    match (column.split_last(), found.minus) {
        (Some((minus, plus)), Some(_)) if !plus.is_empty() => {
            let _ = writeln!(out, "plus = {}\nminus = {}", references(plus), reference(minus));
            if minus.count(is_negative) * 2 > minus.cells.len() {
                out.push_str("signed = true\n");
            }
        }
        (_, _) => {
            let key = if holds == Holds::Words { "joined" } else { "from" };
            let _ = writeln!(out, "{key} = {}", references(&column));
        }
    }
    if is_slug {
        out.push_str("slug = true\n");
    }
    if !written.line.is_empty() {
        let _ = writeln!(out, "{}", written.line);
    }
    if let Some(value) = matched.values.get(name) {
        let _ = writeln!(out, "value = {}", quoted(value));
    }
}

/// Adds doubts about a column.
fn doubts(written: &mut Written, found: &Found, column: &[&SourceColumn], kind: Kind, sample: &Sample) {
    let doubts = &mut written.doubts;
    if found.how > How::Name {
        doubts.push(format!("is this {}?", found.canonical.about));
    }
    if let (Some(_), [plus, minus]) = (found.minus, column) {
        let (added, taken) = match kind {
            Kind::Statements => ("money in", "money out"),
            _ => ("money paid", "money back"),
        };
        doubts.push(format!(
            "{} is read as {added}, {} as {taken}. If it is the reverse, swap plus and minus",
            plus.label(),
            minus.label()
        ));
    }
    let rivals: Vec<String> =
        found.rivals.iter().filter_map(|it| sample.columns.get(*it)).map(SourceColumn::label).collect();
    if !rivals.is_empty() {
        doubts.push(format!("or should it be {}?", rivals.join(", or ")));
    }
    for column in column {
        let is_right = |cell: &_| matched::has(found.canonical.holds, cell);
        if let Some(wrong) = column.cells.iter().find(|cell| !is_right(cell)) {
            let wrong_in_all = column.cells.len() - column.count(is_right);
            let beginning = if wrong_in_all == 1 { "one cell does" } else { "some cells do" };
            doubts.push(format!("{beginning} not fit, the first in row {}", wrong.row));
        }
        if let Some(place) = column.among_same {
            let name = &column.name;
            doubts.push(format!(
                "several columns are called `{name}`; `{}` is column {}. Is it the right one?",
                numbered(name, place),
                column.number
            ));
        }
        if column.cells.is_empty() {
            doubts.push(format!("{} is blank in every row", column.label()));
        }
    }
    let blank = column.iter().map(|it| sample.rows.saturating_sub(it.cells.len())).min().unwrap_or_default();
    if found.canonical.is_needed() && blank > 0 && found.minus.is_none() && blank < sample.rows {
        doubts.push(format!("it is blank in {blank} of {} rows, which will be refused", sample.rows));
    }
    if kind == Kind::Payments && found.canonical.name == "award" && blank > 0 {
        doubts.push(format!("it is blank in {blank} rows; their awards are then found by `words`"));
    }
}

/// True if an amount has a minus or is in brackets.
fn is_negative(cell: &Cell) -> bool {
    cell.text.contains(['-', '\u{2212}', '(']) && cell.text.contains(|letter: char| letter.is_ascii_digit())
}

fn counted(holds: Holds, column: &SourceColumn, rows: usize) -> String {
    let what = match holds {
        Holds::Day | Holds::DayOrMonth => "dates",
        Holds::Amount => "amounts",
        Holds::Decision => "decision numbers",
        Holds::Identifiers => "identifiers",
        Holds::Year => "financial years",
        Holds::Power | Holds::DecisionKind | Holds::YesNo => "allowed values",
        Holds::Reference | Holds::Name | Holds::Text | Holds::Words | Holds::Fund | Holds::Theme => {
            return format!("filled in for {} of {rows} rows", column.cells.len());
        }
    };
    let count = column.count(|cell| matched::has(holds, cell));
    format!("{count} of {} cells are {what}", column.cells.len())
}

fn needs_slug(holds: Holds, column: &[&SourceColumn]) -> bool {
    let is_id = |text: &str| match holds {
        Holds::Fund => FundId::new(text).is_ok(),
        Holds::Theme => Split::<ThemeId>::of_ids(text).is_ok(),
        _ => true,
    };
    column.iter().any(|it| it.cells.iter().any(|cell| !is_id(&cell.text)))
}

fn not_found(out: &mut String, canonical: &CanonicalColumn, matched: &Matched, sample: &Sample) {
    let name = &canonical.name;
    out.push('\n');
    if matched.kind == Kind::Awards && name == "theme" {
        check(
            out,
            &format!(
                "no column has {}, so all amounts are unallocated; give a theme if possible",
                canonical.about
            ),
        );
        out.push_str("[columns.theme]\nvalue = \"unallocated\"\n");
        return;
    }
    if name == "confidential" {
        check(
            out,
            "no column states which rows are confidential, so only those in a confidential series are treated as confidential",
        );
    }
    let needed = if !canonical.is_needed() { "Optional, not found" } else { "check: required, not found" };
    comment(out, &format!("{needed}: {}.", canonical.about));
    let keys: Vec<String> = canonical.known_names(matched.kind).iter().map(|name| column_key(name)).collect();
    let called_so = sample.columns.iter().enumerate().filter(|(position, column)| {
        !matched.reads(*position) && !column.name.is_empty() && keys.contains(&column_key(&column.name))
    });
    for (_, column) in called_so {
        let counted = counted(canonical.holds, column, sample.rows);
        let hint = match canonical.holds {
            Holds::Power | Holds::DecisionKind => {
                "; add map = { \"their value\" = \"our-value\" } to translate them"
            }
            Holds::Identifiers => "; add the register to each number, as in GB-CHC-1234567",
            _ => "",
        };
        comment(out, &format!("{} has such a name, but {counted}{hint}.", capitalised(&column.label())));
    }
    let _ = writeln!(out, "# [columns.{name}]\n# from = \"…\"");
    if canonical.is_needed() && matches!(canonical.holds, Holds::Fund | Holds::Theme | Holds::Year) {
        let example = if canonical.holds == Holds::Year { "2015-16" } else { "…" };
        let _ = writeln!(out, "# or, if the same in all rows: value = \"{example}\"");
    }
}

fn is_currency(column: &SourceColumn) -> bool {
    matches!(column_key(&column.name).as_str(), "currency" | "currencycode")
}

/// Adds a rule that refuses other currencies, if the file has a currency column.
fn currency(out: &mut String, sample: &Sample) {
    let Some(column) = sample.columns.iter().find(|it| is_currency(it)) else { return };
    let pounds = column.count(|cell| cell.text.eq_ignore_ascii_case("gbp"));
    out.push('\n');
    comment(
        out,
        &format!("{}: {pounds} of {} cells are GBP.", capitalised(&column.label()), column.cells.len()),
    );
    out.push_str(&format!(
        "[[refuse]]\ncolumn = {}\nis-not = [\"GBP\", \"\"]\nreason = \"the amount is not in pounds\"\n",
        quoted(&column.name)
    ));
}

fn unused(out: &mut String, matched: &Matched, sample: &Sample) {
    let is_unused = |(at, it): &(usize, &SourceColumn)| !matched.reads(*at) && !is_currency(it);
    let unused: Vec<&SourceColumn> =
        sample.columns.iter().enumerate().filter(is_unused).map(|(_, column)| column).collect();
    if unused.is_empty() {
        return;
    }
    out.push('\n');
    comment(
        out,
        "Columns not read, each with its first value (for personal data and bank accounts, only the pattern):",
    );
    for column in unused {
        let example = match private::example(column) {
            Some(example) => format!(": {example}"),
            None => ": blank".to_owned(),
        };
        comment(out, &format!("- {}{example}", column.label()));
        let lower = column.name.to_lowercase();
        if ["confiden", "restrict", "exempt", "publi", "redact"].iter().any(|part| lower.contains(part)) {
            check(out, "this column may state which rows are confidential; if so, it must be read");
        }
    }
}
