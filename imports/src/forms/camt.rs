//! CAMT.053, the bank-to-customer statement of ISO 20022, in its versions from 2 on.
//!
//! An entry is a line. What the bank lists within an entry (a run of payments booked in one sum) gives the line its text, and
//! its parts where they come to the sum.

use almoner_ledger::calendar::Date;
use almoner_ledger::money::Money;
use almoner_ledger::text::Text;

use super::nodes::{Elements, Node, Step};
use super::pieces::{Pieces, stated, text};
use super::{EXPORT_AGAIN, Fault, FormFile, FormRow, IN_POUNDS, pounds};
use crate::request::{BalanceRow, LinePart, RowRequest, StatedAt, StatementRow};
use crate::source::{Detected, Layout, ROWS_LIMIT, Unreadable, decode};

/// Messages of ISO 20022 that are no statements, by the element of each, and what they are.
const OTHERS: [(&str, &str); 4] = [
    ("BkToCstmrAcctRpt", "an intraday report (CAMT.052)"),
    ("BkToCstmrDbtCdtNtfctn", "a notification of entries (CAMT.054)"),
    ("CstmrPmtStsRpt", "a payment status report (pain.002)"),
    ("CstmrCdtTrfInitn", "a payment instruction (pain.001)"),
];

/// True for the beginning of a file in this form, or of a message related to it.
pub(super) fn is_one(sample: &str) -> bool {
    let start = sample.trim_start_matches('\u{feff}').trim_start();
    let is_message =
        |name: &str| sample.contains(&format!("{name}>")) || sample.contains(&format!("{name} "));
    start.starts_with('<')
        && (sample.contains(":xsd:camt.05")
            || is_message("BkToCstmrStmt")
            || OTHERS.iter().any(|(name, _)| is_message(name)))
}

/// Reads a file.
pub(super) fn read(bytes: Vec<u8>, layout: &Layout) -> Result<FormFile, Unreadable> {
    let decoded = decode(bytes, layout.encoding)?;
    let mut elements = Elements::new(&decoded.text);
    let mut reading = Reading::default();
    let (mut open, mut version, mut is_one) = (Vec::new(), None, false);
    loop {
        match elements.step()? {
            Step::Begin(name, space) => {
                version = version.or_else(|| version_in(&space?));
                if let Some((_, what)) = OTHERS.iter().find(|(other, _)| *other == name) {
                    let message = format!("the file is {what}, not a statement");
                    let hint = "ask the bank for the end-of-day statement (CAMT.053)";
                    return Err(Unreadable::new("not-a-statement", message, hint));
                }
                is_one |= name == "BkToCstmrStmt";
                let is_in_statement = open.last().is_some_and(|parent| parent == "Stmt");
                match name.as_str() {
                    "Stmt" => reading.begin(),
                    "Acct" | "Bal" | "Ntry" if is_in_statement => {
                        let node = elements.take(name)?;
                        reading.add(node).map_err(|why| elements.wrong(&why))?;
                        continue;
                    }
                    // Interest, summaries and the account's owner are no entries.
                    _ if is_in_statement => {
                        elements.take(name)?;
                        continue;
                    }
                    _ => {}
                }
                open.push(name);
            }
            Step::End => {
                if open.pop().is_some_and(|name| name == "Stmt") {
                    reading.end();
                }
            }
            Step::Eof => break,
        }
    }
    if !is_one || reading.statement == 0 {
        let message = "the file has no statement (BkToCstmrStmt)";
        return Err(Unreadable::new(
            "not-a-statement",
            message,
            "ask the bank for a statement in CAMT.053 format",
        ));
    }
    let form = version.map_or("CAMT.053".to_owned(), |version| format!("CAMT.053 version {version}"));
    let statements = match reading.statement {
        1 => String::new(),
        count => format!(", statements: {count}"),
    };
    let detected = Detected::of_form(format!("{form}{statements}"), decoded.encoding, decoded.note);
    Ok(FormFile { detected, rows: reading.rows, skipped: reading.skipped })
}

/// Returns the version in a name space: `urn:iso:std:iso:20022:tech:xsd:camt.053.001.08`.
fn version_in(space: &str) -> Option<u32> {
    space.rsplit_once("camt.053.001.")?.1.parse().ok()
}

/// The state of reading a file.
#[derive(Default)]
struct Reading {
    /// Number of the statement within the file.
    statement: u32,
    account: Option<Node>,
    balances: Vec<Node>,
    entries: Vec<Entry>,
    /// Entries of all statements.
    count: u64,
    rows: Vec<FormRow>,
    skipped: Vec<(u64, &'static str, Option<Money>)>,
    last_row: u64,
}

/// An entry of a statement.
enum Entry {
    Line(Result<StatementRow, Fault>),
    Skipped(&'static str, Option<Money>),
}

impl Reading {
    fn begin(&mut self) {
        self.statement += 1;
        (self.account, self.balances, self.entries) = (None, Vec::new(), Vec::new());
    }

    fn add(&mut self, node: Node) -> Result<(), String> {
        self.count += 1;
        if self.count > ROWS_LIMIT {
            return Err(format!("it has more than {ROWS_LIMIT} entries"));
        }
        match node.name() {
            "Acct" => self.account = Some(node),
            "Bal" => self.balances.push(node),
            _ => {
                let entry = entry(self.statement, &node);
                self.entries.push(entry);
            }
        }
        Ok(())
    }

    /// Makes rows of the statement: the balance before it, its lines, the balance after it.
    fn end(&mut self) {
        let (account, balances) = (self.account.take(), std::mem::take(&mut self.balances));
        let account = match account.as_ref().map(account_of).transpose() {
            Ok(account) => account.flatten(),
            Err(fault) => {
                self.row(Err(fault));
                None
            }
        };
        self.balance(&balances, &["OPBD", "PRCD", "ITBD"], StatedAt::Opening, account.as_ref());
        for entry in std::mem::take(&mut self.entries) {
            match entry {
                Entry::Line(line) => {
                    let line = line.map(|line| StatementRow { account: account.clone(), ..line });
                    self.row(line.map(RowRequest::Line));
                }
                Entry::Skipped(why, amount) => {
                    self.last_row += 1;
                    self.skipped.push((self.last_row, why, amount));
                }
            }
        }
        self.balance(&balances, &["CLBD", "ITBD"], StatedAt::Closing, account.as_ref());
    }

    /// Makes a row of the first of these balances that the statement has.
    fn balance(&mut self, balances: &[Node], codes: &[&str], which: StatedAt, account: Option<&Text>) {
        let found = codes.iter().find_map(|code| {
            let mut of_code = balances.iter().filter(|it| it.text_at("Tp/CdOrPrtry/Cd") == Some(code));
            // Of several pages of one day, the first opens and the last closes.
            if which == StatedAt::Opening { of_code.next() } else { of_code.next_back() }
        });
        if let Some(node) = found {
            let row = balance_of(node, which, self.statement);
            let row = row.map(|row| BalanceRow { account: account.cloned(), ..row });
            self.row(row.map(RowRequest::Balance));
        }
    }

    fn row(&mut self, request: Result<RowRequest, Fault>) {
        self.last_row += 1;
        self.rows.push(FormRow { number: self.last_row, request });
    }
}

/// Names the line of the file in a fault.
fn in_line(node: &Node) -> impl Fn(Fault) -> Fault + '_ {
    |fault| Fault { message: format!("{} (line {} of the file)", fault.message, node.line), ..fault }
}

/// Returns the account as the file writes it.
fn account_of(node: &Node) -> Result<Option<Text>, Fault> {
    if let Some(currency) = node.text_at("Ccy").filter(|currency| *currency != "GBP") {
        let fault = Fault::new(format!("the account is in {currency}, not in pounds"), IN_POUNDS);
        return Err(in_line(node)(fault));
    }
    let id = node.text_at("Id/IBAN").or_else(|| node.text_at("Id/Othr/Id"));
    id.map(text).transpose().map_err(in_line(node))
}

fn balance_of(node: &Node, which: StatedAt, statement: u32) -> Result<BalanceRow, Fault> {
    let read = || -> Result<BalanceRow, Fault> {
        let amount = signed(node, node.at("Amt"))?;
        let date = day(node, "Dt")?;
        Ok(BalanceRow { statement, which, amount, date, account: None })
    };
    read().map_err(in_line(node))
}

/// Reads an amount with the side that the element above it says.
fn signed(above: &Node, amount: Option<&Node>) -> Result<Money, Fault> {
    let Some(amount) = amount else { return Err(Fault::new("the amount is missing", EXPORT_AGAIN)) };
    match amount.currency.as_deref() {
        Some("GBP") => {}
        Some(other) => return Err(Fault::new(format!("the amount is in {other}, not in pounds"), IN_POUNDS)),
        None => return Err(Fault::new("the amount has no currency", EXPORT_AGAIN)),
    }
    let money = pounds(amount.text(), '.')?;
    match above.text_at("CdtDbtInd") {
        Some("CRDT") => Ok(money),
        Some("DBIT") => Ok(money.negated()),
        _ => Err(Fault::new(
            "the file does not state whether the amount is money in (CRDT) or out (DBIT)",
            EXPORT_AGAIN,
        )),
    }
}

/// Reads a day, which may have a time or a time zone after it: the bank's own day is meant.
fn day(node: &Node, path: &str) -> Result<Option<Date>, Fault> {
    let Some(at) = node.at(path) else { return Ok(None) };
    let Some(written) = at.text_at("Dt").or_else(|| at.text_at("DtTm")) else { return Ok(None) };
    let day = written.get(..10).unwrap_or(written);
    Date::parse(day).map(Some).map_err(|error| Fault::new(error.to_string(), EXPORT_AGAIN))
}

fn entry(statement: u32, node: &Node) -> Entry {
    let amount = signed(node, node.at("Amt"));
    let status = node.text_at("Sts/Cd").or_else(|| node.text_at("Sts"));
    match status {
        Some("BOOK") | None => {}
        Some("PDNG") => return Entry::Skipped("not booked yet", amount.ok()),
        Some("INFO") => return Entry::Skipped("for information only", amount.ok()),
        Some("FUTR") => return Entry::Skipped("to be booked on a later day", amount.ok()),
        Some(other) => {
            let message = format!("the entry has the status `{other}`, which may be booked or not");
            let hint = "ask the bank for a statement of booked entries (BOOK) only";
            return Entry::Line(Err(in_line(node)(Fault::new(message, hint))));
        }
    }
    Entry::Line(amount.and_then(|amount| line(statement, node, amount)).map_err(in_line(node)))
}

fn line(statement: u32, node: &Node, amount: Money) -> Result<StatementRow, Fault> {
    let date = match day(node, "BookgDt")? {
        Some(date) => Some(date),
        None => day(node, "ValDt")?,
    };
    let date = date.ok_or_else(|| Fault::new("the entry has no date", EXPORT_AGAIN))?;
    let is_reversal = node.text_at("RvslInd").is_some_and(|it| it == "true" || it == "1");
    let mut words = Pieces::default();
    if is_reversal {
        words.add("REVERSAL");
    }
    words.add(node.text_at("AddtlNtryInf").unwrap_or_default());
    let mut parts = Vec::new();
    for details in node.all("NtryDtls") {
        if let Some(batch) = details.at("Btch") {
            ["PmtInfId", "MsgId"]
                .iter()
                .for_each(|it| words.add_reference(batch.text_at(it).unwrap_or_default()));
        }
        for transaction in details.all("TxDtls") {
            let mut of_part = Pieces::default();
            describe(transaction, amount.is_negative(), is_reversal, &mut |piece| {
                words.add(piece);
                of_part.add(piece);
            });
            parts.push(part(node, transaction, of_part));
        }
    }
    let code = node.text_at("BkTxCd/Prtry/Cd").or_else(|| node.text_at("BkTxCd/Domn/Fmly/Cd"));
    let reference = node.text_at("AcctSvcrRef").or_else(|| node.text_at("NtryRef")).and_then(stated);
    Ok(StatementRow {
        statement,
        date,
        text: words.finished(code.unwrap_or("(no text)"))?,
        amount,
        balance: None,
        account: None,
        reference: reference.map(text).transpose()?,
        parts: parts_of(amount, parts),
    })
}

/// Returns the parts, if each has an amount in pounds and they come to the entry's.
fn parts_of(amount: Money, parts: Vec<Option<LinePart>>) -> Vec<LinePart> {
    let parts: Option<Vec<LinePart>> = parts.into_iter().collect();
    let parts = parts.filter(|parts| parts.len() > 1).unwrap_or_default();
    match Money::sum(parts.iter().map(|part| part.amount)) {
        Ok(sum) if sum == amount => parts,
        _ => Vec::new(),
    }
}

fn part(entry: &Node, transaction: &Node, words: Pieces) -> Option<LinePart> {
    let amount = transaction.at("Amt").or_else(|| transaction.at("AmtDtls/TxAmt/Amt"));
    let side = if transaction.at("CdtDbtInd").is_some() { transaction } else { entry };
    Some(LinePart { amount: signed(side, amount).ok()?, text: words.finished("(no text)").ok()? })
}

/// Says the texts at these paths, where a node has them.
fn say_at(node: &Node, paths: &[&str], say: &mut dyn FnMut(&str)) {
    paths.iter().filter_map(|path| node.text_at(path)).for_each(say);
}

/// Says all that a transaction says of itself: the other party, what was written for it, its references.
fn describe(transaction: &Node, is_out: bool, is_reversal: bool, say: &mut dyn FnMut(&str)) {
    let returned = transaction.at("RtrInf");
    let (payee, payer) =
        (["RltdPties/Cdtr/Pty/Nm", "RltdPties/Cdtr/Nm"], ["RltdPties/Dbtr/Pty/Nm", "RltdPties/Dbtr/Nm"]);
    // What comes back has the parties of the payment that it was.
    match (is_reversal || returned.is_some(), is_out) {
        (true, _) => {
            say_at(transaction, &payee, say);
            say_at(transaction, &payer, say);
        }
        (false, true) => say_at(transaction, &payee, say),
        (false, false) => say_at(transaction, &payer, say),
    }
    if let Some(returned) = returned {
        say("RETURN");
        say_at(returned, &["Rsn/Cd", "Rsn/Prtry", "AddtlInf"], say);
    }
    if let Some(remittance) = transaction.at("RmtInf") {
        remittance.all("Ustrd").for_each(|it| say(it.text()));
        for structured in remittance.all("Strd") {
            say_at(structured, &["CdtrRefInf/Ref", "RfrdDocInf/Nb", "AddtlRmtInf"], say);
        }
    }
    say_at(transaction, &["AddtlTxInf"], say);
    if let Some(cheque) = transaction.text_at("Refs/ChqNb") {
        say(&format!("CHQ {cheque}"));
    }
    for path in ["Refs/EndToEndId", "Refs/InstrId", "Refs/PmtInfId"] {
        if let Some(reference) = transaction.text_at(path).and_then(stated) {
            say(reference);
        }
    }
}
