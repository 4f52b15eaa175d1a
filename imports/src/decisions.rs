//! A file of decisions on lines of bank statements: which records they are, what remains, or why they are not in the
//! books. Reading the same file again gives the same decisions.

use std::io::Read;

use almoner_ledger::calendar::Date;
use almoner_ledger::money::Money;
use almoner_ledger::reconciliation::{Explanation, ExplanationKind, LinePlace, Remainder};
use almoner_ledger::text::Text;

use crate::read::take;
use crate::source::{Layout, Unreadable, cells};

/// A decision on a line, or on several together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub struct LineDecision {
    pub lines: Vec<LineName>,
    pub outcome: LineOutcome,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineOutcome {
    /// The lines are these records, and what remains is not in the books. The sign of a remainder is that of the line.
    Records(Vec<u64>, Option<Remainder>),
    /// The line is not in the books.
    Explained(Explanation),
}

/// How a line is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineName {
    /// By its row in the file of the statement.
    Row(u64),
    /// By the record of its statement and its number there.
    Place(LinePlace),
    /// By what it says.
    Content {
        /// The date on the statement.
        date: Date,
        /// Negative for money out.
        amount: Money,
        /// The bank's description.
        text: Text,
    },
}

impl std::fmt::Display for LineName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LineName::Row(row) => write!(f, "row {row}"),
            LineName::Place(place) => write!(f, "line {place}"),
            LineName::Content { date, amount, text } => {
                write!(f, "the line of {} {} {text}", date.in_words(), amount.grouped())
            }
        }
    }
}

/// Why a decision cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct NotADecision {
    what: String,
    /// What to do, beginning with a verb.
    pub hint: &'static str,
}

fn wrong(what: impl Into<String>, hint: &'static str) -> NotADecision {
    NotADecision { what: what.into(), hint }
}

/// Reads the names of lines: `12`, `12+13`, `40.3`.
///
/// # Errors
/// [`NotADecision`] if one is neither a row nor a line of a recorded statement.
pub fn line_names(text: &str) -> Result<Vec<LineName>, NotADecision> {
    let name = |text: &str| -> Option<LineName> {
        let text = text.trim();
        match text.split_once('.') {
            Some((statement, line)) => {
                let (statement, line) = (statement.parse().ok()?, line.parse().ok()?);
                Some(LineName::Place(LinePlace { statement, line }))
            }
            None => text.parse().ok().map(LineName::Row),
        }
    };
    let names: Option<Vec<LineName>> = text.split('+').map(name).collect();
    names.ok_or_else(|| {
        wrong(
            format!("`{text}` is neither a row number nor a statement line"),
            "give a row number in the file, such as 12, or a recorded line, such as 40.3 (line 3 of record 40)",
        )
    })
}

/// Reads what lines are: `345`, `345+346`, `345+rest:76812.50`, `345+rest:76812.50:Suppliers`.
///
/// # Errors
/// [`NotADecision`] if one is neither the number of a record nor a remainder.
pub fn records_and_rest(text: &str) -> Result<LineOutcome, NotADecision> {
    let (mut records, mut remainder) = (Vec::new(), None);
    for part in text.split('+').map(str::trim) {
        match part.split_once(':') {
            Some(("rest", rest)) if remainder.is_none() => remainder = Some(rest_of(rest)?),
            _ => records.push(record(part)?),
        }
    }
    Ok(LineOutcome::Records(records, remainder))
}

fn record(text: &str) -> Result<u64, NotADecision> {
    let hint = "enter records as 345 or 345+346, and any amount that is not in these books as rest:AMOUNT";
    text.parse().map_err(|_| wrong(format!("`{text}` is not the number of a record"), hint))
}

fn rest_of(text: &str) -> Result<Remainder, NotADecision> {
    let (amount, reason) = text.split_once(':').map_or((text, None), |(amount, why)| (amount, Some(why)));
    let amount = amount_of(amount)?;
    let reason = reason.filter(|it| !it.trim().is_empty()).map(text_of).transpose()?;
    Ok(Remainder { amount, reason })
}

/// Reads why a line is not in the books: `charge: Fee of July`.
///
/// # Errors
/// [`NotADecision`] if the kind or the reason is missing.
pub fn explanation(text: &str) -> Result<LineOutcome, NotADecision> {
    let hint = "enter charge, interest or not-a-grant, a colon, and the reason";
    let (kind, reason) =
        text.split_once(':').ok_or_else(|| wrong(format!("`{text}` has no reason"), hint))?;
    explained(kind, reason)
}

fn explained(kind: &str, reason: &str) -> Result<LineOutcome, NotADecision> {
    let hint = "enter charge, interest or not-a-grant";
    let parsed = ExplanationKind::parse(kind);
    let kind = parsed.ok_or_else(|| wrong(format!("`{kind}` is not a kind of explanation"), hint))?;
    if reason.trim().is_empty() {
        return Err(wrong(
            "an explained line has no reason",
            "enter the reason why the line is not in these books",
        ));
    }
    Ok(LineOutcome::Explained(Explanation { kind, reason: text_of(reason)? }))
}

fn amount_of(text: &str) -> Result<Money, NotADecision> {
    text.trim().parse::<Money>().map_err(|error| wrong(error.to_string(), "enter an amount such as 76812.50"))
}

fn text_of(text: &str) -> Result<Text, NotADecision> {
    Text::new(text).map_err(|error| wrong(error.to_string(), error.hint()))
}

/// Reads a file of decisions. Its columns are line, or date, amount and text; records and rest, or explained; and
/// reason. A row in which nothing is decided is skipped.
///
/// # Errors
/// [`Unreadable`], and for each row the reason why it is no decision.
pub fn decisions(input: impl Read) -> Result<Vec<Result<LineDecision, NotADecision>>, Unreadable> {
    let rows = cells(take(input)?, &Layout::default())?;
    let mut rows = rows.into_iter();
    let header: Vec<String> =
        rows.next().unwrap_or_default().iter().map(|cell| cell.trim().to_lowercase()).collect();
    let missing = ["records", "explained"].iter().all(|name| !header.iter().any(|it| it == name))
        || !header.iter().any(|it| it == "line" || it == "text");
    if missing {
        let message = "the file needs a column for the statement line, and others for the matching records or the explanation";
        let next = "use these column headings: `line` (or `date`, `amount` and `text`), `records`, `rest`, `explained` and `reason`";
        return Err(Unreadable::new("not-decisions", message, next));
    }
    let decided = rows.filter_map(|row| {
        let cell = |name: &str| {
            let at = header.iter().position(|it| it == name)?;
            row.get(at).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
        };
        decision(&cell).transpose()
    });
    Ok(decided.collect())
}

fn decision<'r>(cell: &impl Fn(&str) -> Option<&'r str>) -> Result<Option<LineDecision>, NotADecision> {
    let reason = cell("reason").unwrap_or_default();
    let outcome = match (cell("records"), cell("explained"), cell("rest")) {
        (None, None, None) => return Ok(None),
        (Some(records), None, rest) => {
            let numbers = records.split('+').map(|it| record(it.trim())).collect::<Result<_, _>>()?;
            let rest = rest.map(amount_of).transpose()?;
            let reason = if reason.is_empty() { None } else { Some(text_of(reason)?) };
            LineOutcome::Records(numbers, rest.map(|amount| Remainder { amount, reason }))
        }
        (None, Some(kind), None) => explained(kind, reason)?,
        (None, None, Some(_)) => {
            return Err(wrong("a remainder without records", "also enter the records that the line covers"));
        }
        (_, Some(_), _) => {
            return Err(wrong("a line has both records and an explanation", "leave one of them out"));
        }
    };
    let lines = match (cell("line"), cell("date"), cell("amount"), cell("text")) {
        (Some(line), ..) => line_names(line)?,
        (None, Some(date), Some(amount), Some(text)) => {
            let hint = "enter the date shown on the statement in the form 2015-03-31";
            let date = Date::parse(date).map_err(|error| wrong(error.to_string(), hint))?;
            vec![LineName::Content { date, amount: amount_of(amount)?, text: text_of(text)? }]
        }
        _ => {
            return Err(wrong(
                "the row does not identify a statement line",
                "enter the line, or its date, amount and text",
            ));
        }
    };
    Ok(Some(LineDecision { lines, outcome }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(decision: &Result<LineDecision, NotADecision>) -> String {
        let decision = match decision {
            Ok(decision) => decision,
            Err(error) => return error.to_string(),
        };
        let lines: Vec<String> = decision.lines.iter().map(ToString::to_string).collect();
        let outcome = match &decision.outcome {
            LineOutcome::Explained(it) => format!("{} ({})", it.kind.words(), it.reason),
            LineOutcome::Records(records, rest) => {
                let rest = rest.as_ref().map(|it| format!(" rest {} {:?}", it.amount, it.reason));
                format!("{records:?}{}", rest.unwrap_or_default())
            }
        };
        format!("{} = {outcome}", lines.join(" + "))
    }

    #[test]
    fn decisions_are_read_from_a_file() {
        let head = "line,date,amount,text,records,rest,explained,reason\n";
        for (row, expected) in [
            ("12,,,,345,,,", "row 12 = [345]"),
            ("12+13,,,,345+346,,,", "row 12 + row 13 = [345, 346]"),
            ("40.3,,,,345,,,", "line 40.3 = [345]"),
            ("12,,,,345,\"76,812.50\",,Suppliers", "row 12 = [345] rest 76812.50 Some(Text(\"Suppliers\"))"),
            ("12,,,,345,76812.50,,", "row 12 = [345] rest 76812.50 None"),
            ("12,,,,,,charge,Fee of July", "row 12 = charge (Fee of July)"),
            ("12,,,,,,Not a grant,Rent", "row 12 = not a grant (Rent)"),
            (
                ",2015-05-06,-12.40,CHARGES,,,charge,Fee",
                "the line of 6 May 2015 -12.40 CHARGES = charge (Fee)",
            ),
            (",06/05/2015,-12.40,CHARGES,9,,,", "the line of 6 May 2015 -12.40 CHARGES = [9]"),
            ("12,,,,345,,charge,Fee", "a line has both records and an explanation"),
            ("12,,,,,,charge,", "an explained line has no reason"),
            ("12,,,,,,rent,Fee", "`rent` is not a kind of explanation"),
            ("12,,,,,10,,", "a remainder without records"),
            ("x,,,,345,,,", "`x` is neither a row number nor a statement line"),
            (",,,,345,,,", "the row does not identify a statement line"),
            ("12,,,,x,,,", "`x` is not the number of a record"),
        ] {
            let read = decisions(format!("{head}{row}\n").as_bytes()).unwrap();
            assert_eq!(read.iter().map(shown).collect::<Vec<_>>(), [expected], "{row}");
        }
        let undecided = format!("{head}12,,,,,,,\n13,2015-05-06,-1,BT,,,,to ask\n");
        assert_eq!(decisions(undecided.as_bytes()).unwrap(), []);
        assert_eq!(decisions(&b"row,what\n1,2\n"[..]).unwrap_err().code, "not-decisions");
    }

    #[test]
    fn records_and_a_remainder_are_read_from_an_option() {
        for (text, expected) in [
            ("345", "[345]"),
            ("345+346", "[345, 346]"),
            ("345 + rest:76,812.50", "[345] rest 76812.50 None"),
            ("345+rest:76812.50:Suppliers: run 9", "[345] rest 76812.50 Some(Text(\"Suppliers: run 9\"))"),
            ("345+rest", "`rest` is not the number of a record"),
            ("345+", "`` is not the number of a record"),
            ("345+rest:x", "`x` is not a valid amount"),
        ] {
            let decided = records_and_rest(text).map(|outcome| LineDecision { lines: Vec::new(), outcome });
            assert_eq!(shown(&decided).trim_start_matches(" = "), expected, "{text}");
        }
    }
}
