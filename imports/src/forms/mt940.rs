//! MT940, the customer statement message of SWIFT.
//!
//! A message is a page: pages with intermediate balances (`:60M:`, `:62M:`) are one statement with those before them. A row has
//! the number of its line in the file.

use almoner_ledger::calendar::{Date, year_in_full};
use almoner_ledger::money::Money;
use almoner_ledger::text::Text;
use chrono::Datelike;

use super::pieces::{Pieces, stated, text};
use super::{EXPORT_AGAIN, Fault, FormFile, FormRow, IN_POUNDS, pounds};
use crate::request::{BalanceRow, RowRequest, StatedAt, StatementRow};
use crate::source::{Detected, Layout, ROWS_LIMIT, Unreadable, decode};
use crate::words::has;

/// The longest field, in bytes.
const FIELD_LIMIT: usize = 64 * 1024;

/// True for the beginning of a file in this form.
pub(super) fn is_one(sample: &str) -> bool {
    let has = |tag: &str| sample.lines().any(|line| beginning(line).starts_with(tag));
    has(":20:") && [":25", ":28", ":60"].into_iter().any(has)
}

/// Returns a line without the blocks of the envelope before the first field.
fn beginning(line: &str) -> &str {
    let line = line.trim_start_matches('\u{feff}').trim();
    match line.split_once("{4:") {
        Some((_, rest)) if line.starts_with('{') => rest.trim(),
        _ => line,
    }
}

/// A field with its lines.
struct Field<'t> {
    tag: &'t str,
    lines: Vec<&'t str>,
    /// The number of its first line.
    number: u64,
}

/// Reads a file.
pub(super) fn read(bytes: Vec<u8>, layout: &Layout) -> Result<FormFile, Unreadable> {
    let decoded = decode(bytes, layout.encoding)?;
    let mut reading = Reading::default();
    let mut field: Option<Field<'_>> = None;
    let mut last = 0;
    for (number, line) in (1_u64..).zip(decoded.text.lines()) {
        last = number;
        let line = beginning(line);
        if line.starts_with('{') || line.is_empty() {
            continue;
        }
        if line == "-" || line.starts_with("-}") {
            reading.take(field.take())?;
            reading.end(number);
            continue;
        }
        if let Some((tag, rest)) = tagged(line) {
            reading.take(field.take())?;
            field = Some(Field { tag, lines: vec![rest], number });
        } else if let Some(field) = &mut field {
            field.lines.push(line);
            if field.lines.iter().map(|line| line.len()).sum::<usize>() > FIELD_LIMIT {
                let message = format!("the field :{}: is longer than {} KiB", field.tag, FIELD_LIMIT >> 10);
                return Err(Unreadable::new("damaged-statement", message, EXPORT_AGAIN).at(field.number));
            }
        }
        // Lines before the first field are not of the form.
    }
    reading.take(field)?;
    reading.end(last);
    let detected = Detected::of_form("MT940".to_owned(), decoded.encoding, decoded.note);
    Ok(FormFile { detected, rows: reading.rows, skipped: Vec::new() })
}

/// Returns the tag of a line, `61` of `:61:…`, and the rest.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.strip_prefix(':')?.split_once(':')?;
    let is_tag = matches!(tag.len(), 2 | 3)
        && tag.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    is_tag.then_some((tag, rest.trim()))
}

/// The state of reading a file.
#[derive(Default)]
struct Reading {
    /// Number of the statement within the file.
    statement: u32,
    message: Message,
    /// The account of the page before, if that ended with an intermediate balance.
    continued: Option<Option<Text>>,
    rows: Vec<FormRow>,
}

/// The message that is being read.
#[derive(Default)]
struct Message {
    is_open: bool,
    begins_in: u64,
    account: Option<Text>,
    opening: Option<u64>,
    is_closed: bool,
    line: Option<Line>,
}

/// A line that may still get its text.
struct Line {
    number: u64,
    fields: Result<Entry, Fault>,
    words: Vec<String>,
}

/// The fields of `:61:`.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    date: Date,
    amount: Money,
    is_reversal: bool,
    /// `NTRF`
    kind: String,
    reference: Option<String>,
    banks_reference: Option<String>,
    supplement: String,
}

impl Reading {
    /// Takes a field that has been read to its end.
    fn take(&mut self, field: Option<Field<'_>>) -> Result<(), Unreadable> {
        let Some(field) = field else { return Ok(()) };
        let number = field.number;
        let first = field.lines.first().copied().unwrap_or_default();
        if self.rows.len() as u64 > ROWS_LIMIT {
            let message = format!("the file has more than {ROWS_LIMIT} lines and balances");
            return Err(Unreadable::new("too-many-rows", message, "split it into several files").at(number));
        }
        match field.tag {
            "20" => {
                self.end(number);
                self.message = Message { is_open: true, begins_in: number, ..Message::default() };
            }
            "34F" | "90C" | "90D" if self.message.opening.is_none() => {
                let message = "the file is an intraday report (MT942), not a statement";
                let hint = "ask the bank for the end-of-day statement (MT940)";
                return Err(Unreadable::new("not-a-statement", message, hint).at(number));
            }
            "25" | "25P" => match text(first) {
                Ok(account) => self.message.account = Some(account),
                Err(fault) => self.row(number, Err(fault)),
            },
            "60F" | "60M" => {
                self.message.opening = Some(number);
                let is_continued =
                    self.continued.take().is_some_and(|account| account == self.message.account);
                if !(field.tag == "60M" && is_continued) {
                    self.statement += 1;
                }
                self.balance(number, first, StatedAt::Opening);
            }
            "61" => {
                self.flush();
                let fields = match self.message.opening {
                    Some(_) => entry(&field.lines),
                    None => {
                        Err(Fault::new("the line does not follow an opening balance (:60F:)", EXPORT_AGAIN))
                    }
                };
                self.message.line = Some(Line { number, fields, words: Vec::new() });
            }
            // Below the closing balance it is about the whole statement.
            "86" => {
                if let Some(line) = &mut self.message.line {
                    line.words.extend(information(&field.lines));
                }
            }
            "62F" | "62M" => {
                self.flush();
                self.message.is_closed = true;
                self.balance(number, first, StatedAt::Closing);
                self.continued = (field.tag == "62M").then(|| self.message.account.clone());
            }
            _ => self.flush(),
        }
        Ok(())
    }

    /// Ends a message. One without both balances may be cut off.
    fn end(&mut self, number: u64) {
        self.flush();
        let message = std::mem::take(&mut self.message);
        let missing = match (message.opening, message.is_closed) {
            _ if !message.is_open => return,
            (Some(_), true) => return,
            (None, _) => "opening balance (:60F:)",
            (Some(_), false) => "closing balance (:62F:)",
        };
        let what = format!("the message that begins in line {} has no {missing}", message.begins_in);
        let number = number.max(self.rows.last().map_or(0, |row| row.number) + 1);
        self.row(number, Err(Fault::new(what, EXPORT_AGAIN)));
    }

    fn row(&mut self, number: u64, request: Result<RowRequest, Fault>) {
        self.rows.push(FormRow { number, request });
    }

    fn balance(&mut self, number: u64, written: &str, which: StatedAt) {
        let (statement, account) = (self.statement, self.message.account.clone());
        let row = balance(written).map(|(amount, date)| {
            RowRequest::Balance(BalanceRow { statement, which, amount, date: Some(date), account })
        });
        self.row(number, row);
    }

    /// Makes a row of the line that has been read, with its text.
    fn flush(&mut self) {
        let Some(Line { number, fields, words }) = self.message.line.take() else { return };
        let (statement, account) = (self.statement, self.message.account.clone());
        let row = fields.and_then(|entry| {
            let mut pieces = Pieces::default();
            if entry.is_reversal {
                pieces.add("REVERSAL");
            }
            words.iter().for_each(|word| pieces.add(word));
            pieces.add_reference(entry.reference.as_deref().unwrap_or_default());
            pieces.add(&entry.supplement);
            Ok(RowRequest::Line(StatementRow {
                statement,
                date: entry.date,
                text: pieces.finished(&entry.kind)?,
                amount: entry.amount,
                balance: None,
                account,
                reference: entry.banks_reference.as_deref().and_then(stated).map(text).transpose()?,
                parts: Vec::new(),
            }))
        });
        self.row(number, row);
    }
}

/// Takes a number of characters off the front of a text.
fn split(text: &str, at: usize) -> Option<(&str, &str)> {
    Some((text.get(..at)?, text.get(at..)?))
}

fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// Reads `YYMMDD`.
fn day(written: &str) -> Result<Date, Fault> {
    let read = || {
        let (year, rest) = split(written, 2)?;
        let (month, day) = split(rest, 2)?;
        number(year)?;
        let year = i32::try_from(year_in_full(year)?).ok()?;
        Date::from_ymd(year, number(month)?, number(day)?)
    };
    read().ok_or_else(|| Fault::new(format!("`{written}` is not a date (YYMMDD)"), EXPORT_AGAIN))
}

/// Reads a balance: `C150331GBP1250,00`.
fn balance(written: &str) -> Result<(Money, Date), Fault> {
    let wrong = || {
        let message = format!("`{written}` is not a balance, such as C150331GBP1250,00");
        Fault::new(message, EXPORT_AGAIN)
    };
    let (side, rest) = split(written, 1).ok_or_else(wrong)?;
    let (date, rest) = split(rest, 6).ok_or_else(wrong)?;
    let (currency, amount) = split(rest, 3).ok_or_else(wrong)?;
    if currency != "GBP" {
        let what =
            if currency.bytes().all(|it| it.is_ascii_uppercase()) { currency } else { "an unknown currency" };
        return Err(Fault::new(format!("the account is in {what}, not in pounds"), IN_POUNDS));
    }
    let amount = pounds(amount, ',')?;
    let amount = match side {
        "C" => amount,
        "D" => amount.negated(),
        _ => return Err(wrong()),
    };
    Ok((amount, day(date)?))
}

/// Reads a line: `1503300331D1250,00NTRFBACS-0622//BANK1`, and its supplement below.
fn entry(lines: &[&str]) -> Result<Entry, Fault> {
    let written = lines.first().copied().unwrap_or_default();
    let wrong = |what: &str| {
        let message = format!("`{written}` has no {what}, as in 1503310331D1250,00NTRFBACS-0622//BANK1");
        Fault::new(message, EXPORT_AGAIN)
    };
    let (value, rest) = split(written, 6).ok_or_else(|| wrong("date"))?;
    let value = day(value)?;
    let (date, rest) = match split(rest, 4) {
        Some((booked, rest)) if number(booked).is_some() => (booking_day(value, booked)?, rest),
        // Some banks leave four blanks where the day is the same.
        Some(("    ", rest)) => (value, rest),
        _ => (value, rest),
    };
    let (is_in, is_reversal, rest) = side(rest).ok_or_else(|| wrong("mark C, D, RC or RD"))?;
    // The third letter of the currency.
    let rest = rest.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(rest);
    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | '.')).unwrap_or(rest.len());
    let (amount, rest) = split(rest, end).ok_or_else(|| wrong("amount"))?;
    if amount.is_empty() {
        return Err(wrong("amount"));
    }
    let amount = pounds(amount, ',')?;
    let kind_ends = rest.char_indices().nth(4).map_or(rest.len(), |(at, _)| at);
    let (kind, rest) = split(rest, kind_ends).ok_or_else(|| wrong("kind"))?;
    if kind.is_empty() {
        return Err(wrong("kind"));
    }
    let (reference, banks) = rest.split_once("//").unwrap_or((rest, ""));
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Ok(Entry {
        date,
        amount: if is_in { amount } else { amount.negated() },
        is_reversal,
        kind: kind.to_owned(),
        reference: some(reference),
        banks_reference: some(banks),
        supplement: lines.get(1..).unwrap_or_default().join(" "),
    })
}

/// Reads the mark of a line. A reversed credit is money out, a reversed debit money in.
fn side(text: &str) -> Option<(bool, bool, &str)> {
    for (mark, is_in, is_reversal) in
        [("RC", false, true), ("RD", true, true), ("C", true, false), ("D", false, false)]
    {
        if let Some(rest) = text.strip_prefix(mark) {
            return Some((is_in, is_reversal, rest));
        }
    }
    None
}

/// Reads the day of booking, `MMDD`: in the year in which it is nearest to the day of value.
fn booking_day(value: Date, booked: &str) -> Result<Date, Fault> {
    let year = value.naive().year();
    let read = |year: i32| {
        let (month, day) = split(booked, 2)?;
        Date::from_ymd(year, number(month)?, number(day)?)
    };
    let days = [year, year - 1, year + 1].into_iter().filter_map(read);
    let nearest = days.min_by_key(|day| day.days_since(value).abs());
    nearest.ok_or_else(|| Fault::new(format!("`{booked}` is not a day (MMDD)"), EXPORT_AGAIN))
}

/// Marks between the parts of a structured `:86:`, each followed by two digits that say what the part is.
const MARKS: [char; 5] = ['?', '<', '>', '^', '~'];
/// The length of a part.
const PART: usize = 27;
/// Words within the text of a structured `:86:` that say what follows.
const SEPA: [&str; 12] = [
    "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "COAM+", "OAMT+", "SVWZ+", "ABWA+", "ABWE+", "IBAN+", "BIC+",
];
/// Words of a `:86:` with parts between slashes that say what the next part is.
const LABELS: &str = "EREF REMI NAME ADDR BIC IBAN MARF CSID TRTP ORDP BENM USTD STRD ID PREF KREF RTRN PURP CDTRREF \
    ULTC ULTD OCMT CHGS SVCL CNTP ACCW ISDT OAMT EXCH TRCD TYPE";

/// Returns the words of `:86:`: the names and texts of a structured one, and any other as it is.
fn information(lines: &[&str]) -> Vec<String> {
    let whole = lines.concat();
    let mark = whole.get(..3).and_then(number).and(whole.get(3..)).and_then(|rest| rest.chars().next());
    if let Some(mark) = mark.filter(|mark| MARKS.contains(mark)) {
        let parts = whole.get(3..).unwrap_or_default().split(mark).filter_map(|part| split(part, 2));
        let of = |from: u32, to: u32| {
            let parts = parts
                .clone()
                .filter(move |(code, _)| number(code).is_some_and(|it| (from..=to).contains(&it)));
            let mut text = String::new();
            let mut is_full = true;
            for (_, part) in parts {
                if !is_full {
                    text.push(' ');
                }
                // A word that does not fit goes on in the next part.
                is_full = part.chars().count() >= PART;
                text.push_str(part);
            }
            SEPA.iter().fold(text, |text, label| text.replace(label, " "))
        };
        // The name, the text, the bank's words.
        return vec![of(32, 33), of(20, 29), of(60, 63), of(0, 0)];
    }
    if whole.starts_with('/') && whole.split('/').nth(1).is_some_and(is_label) {
        let parts = lines.join(" ");
        return parts
            .split('/')
            .filter(|part| !is_label(part))
            .filter_map(stated)
            .map(str::to_owned)
            .collect();
    }
    vec![lines.join(" ")]
}

fn is_label(part: &str) -> bool {
    has(LABELS, part)
}
