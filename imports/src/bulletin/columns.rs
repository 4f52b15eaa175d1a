//! The columns of recipients and amounts in a table of decisions.
//!
//! A cell says what it is by its heading, so that it is taken where the text of the decision says nothing else. Where
//! the two differ, the field stays blank. A cell with an amount that is used for nothing is marked.

use almoner_ledger::decisions::DecisionKind;
use almoner_ledger::money::Money;
use almoner_ledger::recipients::NameKey;

use super::amounts::mentions;
use super::award::Reading;
use super::kinds;
use super::names::{Witness, is_body, name_at};
use super::pattern::patterns;
use super::terms::NOT_STATED;
use super::{DraftAward, Stated, terms};
use crate::amounts::Amounts;
use crate::control::is_total;
use crate::units::unit_in;

patterns! {
    RECIPIENT = r"(?i)\b(?:recipient|grantee|beneficiary|payee|organisation|organization|provider|applicant|supplier|awarded\s+to|paid\s+to)s?\b|^(?:group|charity|club|body)(?:\s+name)?s?$";
    AMOUNT = r"(?i)\b(?:amounts?|value|sum)\b|£|^(?:grant|award|funding)s?(?:\s+(?:awarded|agreed|approved|given))?$";
    NO_AMOUNT = r"(?i)\b(?:estimate[ds]?|budget|costs?|totals?|match(?:ed)?|requested|applied|asked|previous|earlier|balance|spent|paid|vat|per\s+(?:year|annum|month))\b";
    GRANT = r"(?i)\b(?:grants?|awards?|awarded|funding|grantee)\b";
    NO_GRANT = r"(?i)\b(?:contract(?:s|ed)?|purchase[ds]?|lease|sale|tender|procure\w*|licen[cs]es?|invoices?|budgets?|precept|expenditure|costs?|savings?|income|charges?|fees?|settlements?|damages|compensation|pensions?|salar(?:y|ies)|allowances?|expenses)\b";
    /// An item of a list: a name with capitals, then one amount and nothing more.
    LIST_ITEM = r"^(?:[•▪●\x{f0b7}*–-]\s*|\d{1,2}[.)]\s+|\([a-z\d]{1,2}\)\s+)?(?P<name>[A-Z][^£:;(]{2,80}?)\s*[–:(-]*\s*(?P<amount>£\s?[\d,]*\d(?:\.\d\d)?)\)?\s*[.;]?(?:\s*and)?$";
    /// The words of a name: with capitals, or small words between such.
    CAPITALS = r"^(?:(?:[A-Z(\d&'][\w'’&.)-]*|of|and|the|for|in|on|&|at|with)\s+)*[A-Z(\d'][\w'’&.)-]*$";
    NO_NAME = r"(?i)^(?:year|phase|stage|quarter|month|instalments?|tranche|balance|costs?|staff\w*|equipment|overheads?|contingency|vat|training|travel|rent|printing|grant|award|funding|contribution|sum|amount|item|option)\b";
    SUCCESSFUL = r"(?i)^(?:the\s+)?(?:successful|awarded|funded)\s+(?:applicants?|applications?|organisations?|projects?|groups?|recipients?)\s*:$";
    OF_ORGANISATIONS = r"(?i)\b(?:applicants|organisations|recipients|grantees)\s*:$|\b(?:made|awarded|given|paid)\s+to\s*:$|\b(?:to|for)\s+the\s+following\b|\bfollowing\s+(?:\w+\s+){0,2}?(?:organisations|groups|charities|bodies|recipients|providers|applicants)\b";
    PLAIN = r"^£?\s?\d[\d,]*(?:\.\d{1,2})?$";
    SEVERAL = r"[;/\n•]|,?\s(?:and|&)\s+(?:the\s+)?[A-Z]|,\s+[A-Z]";
}

/// Where a table has its recipients and amounts.
#[derive(Clone, Debug, Default)]
pub(super) struct AwardColumns {
    recipient: Option<usize>,
    amount: Option<usize>,
    /// The headings, as they are.
    names: Vec<String>,
    /// Columns that are read as something else.
    taken: Vec<usize>,
}

/// The cells of a row that are of an award.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AwardCells {
    recipient: String,
    amount: String,
    /// The heading of the amount.
    amount_name: String,
    /// True if a heading calls it a grant or an award.
    is_called_a_grant: bool,
    /// Cells with a pound sign that no field is read from, with their headings.
    unused: Vec<String>,
    /// True for an item of a list that may be of things as well as of organisations.
    may_be_no_name: bool,
}

impl AwardColumns {
    /// Finds the columns by their headings.
    pub(super) fn of(names: &[String], taken: &[Option<usize>]) -> AwardColumns {
        let mut taken: Vec<usize> = taken.iter().flatten().copied().collect();
        let find = |taken: &[usize], fits: &dyn Fn(&str) -> bool| {
            let mut found = (0..names.len()).filter(|at| !taken.contains(at) && fits(&names[*at]));
            // Of two columns of amounts, which one is awarded is not certain.
            found.next().filter(|_| found.next().is_none())
        };
        let recipient = find(&taken, &|name| RECIPIENT.is_match(name));
        taken.extend(recipient);
        let amount = find(&taken, &|name| AMOUNT.is_match(name) && !NO_AMOUNT.is_match(name));
        taken.extend(amount);
        AwardColumns { recipient, amount, names: names.to_vec(), taken }
    }

    /// True for the heading of recipients, which is no title.
    pub(super) fn is_recipient(name: &str) -> bool {
        RECIPIENT.is_match(name)
    }

    /// True if a column is of an award.
    pub(super) fn has(&self, column: usize) -> bool {
        self.recipient == Some(column) || self.amount == Some(column)
    }

    /// Returns the cells of a row; `None` if it has none.
    pub(super) fn cells(&self, row: &[String]) -> Option<AwardCells> {
        let cell =
            |column: Option<usize>| column.and_then(|column| row.get(column)).cloned().unwrap_or_default();
        let is_used = |column: &usize| self.taken.contains(column);
        let is_of_money = |column: &usize| {
            row[*column].contains('£')
                || self.names.get(*column).is_some_and(|name| name.contains('£'))
                    && PLAIN.is_match(&row[*column])
        };
        let unused = (0..row.len()).filter(|column| !is_used(column) && is_of_money(column));
        let name = |column: Option<usize>| {
            column.and_then(|column| self.names.get(column)).cloned().unwrap_or_default()
        };
        let unused: Vec<String> = unused
            .map(|column| format!("\"{}\" in the column {}", row[column], name(Some(column))))
            .collect();
        let (recipient, amount) = (cell(self.recipient), cell(self.amount));
        let is_called_a_grant =
            [self.recipient, self.amount].into_iter().any(|column| GRANT.is_match(&name(column)));
        let amount_name = name(self.amount);
        let is_any = !recipient.is_empty() || !amount.is_empty() || !unused.is_empty();
        is_any.then_some(AwardCells {
            recipient,
            amount,
            amount_name,
            is_called_a_grant,
            unused,
            ..AwardCells::default()
        })
    }
}

impl AwardColumns {
    /// Finds the columns of a table of awards below a decision: it has both, and no numbers.
    pub(super) fn below(row: &[String]) -> Option<AwardColumns> {
        let is_heading = row.len() > 1
            && row.iter().all(|cell| cell.len() <= 40 && !cell.contains(|c: char| c.is_ascii_digit()));
        let columns = AwardColumns::of(row, &[]);
        (is_heading && columns.recipient.is_some() && columns.amount.is_some()).then_some(columns)
    }

    /// True for a row that may be of the table.
    pub(super) fn fits(&self, row: &[String]) -> bool {
        row.len() <= self.names.len() && row.iter().filter(|cell| !cell.is_empty()).count() > 1
    }
}

/// Reads an item of a list of awards: `Lantern CIC – £2,000`. `lead` is the text that introduces the list.
pub(super) fn list_item(item: &str, lead: &str) -> Option<AwardCells> {
    let found = LIST_ITEM.captures(item.trim())?;
    let (name, amount) = (found["name"].trim().to_owned(), found["amount"].to_owned());
    if !CAPITALS.is_match(&name) || NO_NAME.is_match(&name) {
        return None;
    }
    let is_of_names = OF_ORGANISATIONS.is_match(lead) || is_body(&name);
    Some(AwardCells {
        recipient: name,
        amount,
        is_called_a_grant: GRANT.is_match(lead)
            || SUCCESSFUL.is_match(lead.rsplit(". ").next().unwrap_or(lead)),
        may_be_no_name: !is_of_names,
        ..AwardCells::default()
    })
}

impl AwardCells {
    /// Adds what may be the rest of its amount, which is then no plain amount.
    pub(super) fn go_on(&mut self, rest: &str) {
        self.amount.push(' ');
        self.amount.push_str(rest);
    }

    /// Returns it as what is read for nothing, since it is in a list of what was not awarded.
    pub(super) fn refused(self, heading: &str) -> AwardCells {
        let unused = vec![format!("{} below \"{heading}\"", self.amount)];
        AwardCells { unused, ..AwardCells::default() }
    }

    fn amount(&self) -> Stated<Money> {
        if self.amount.is_empty() {
            return Stated::Not;
        }
        let amounts =
            Amounts { unit: unit_in(&self.amount_name).map(|named| named.unit), ..Amounts::default() };
        let plain = Some(self.amount.trim()).filter(|text| PLAIN.is_match(text));
        let value = plain.and_then(|text| amounts.read(text).ok()).filter(|amount| amount.is_positive());
        match value {
            Some(value) => Stated::Stated { value, words: self.amount_words() },
            None => Stated::Doubtful(format!("{} is not a plain amount", self.amount_words())),
        }
    }

    fn recipient(&self, witness: Witness<'_>) -> Stated<String> {
        let name = self.recipient.trim_matches([' ', '.', ',']);
        if name.is_empty() {
            return Stated::Not;
        }
        let doubtful = |why: &str| Stated::Doubtful(format!("\"{name}\" {why}"));
        if self.may_be_no_name {
            return doubtful("may not be an organisation");
        }
        match name_at(name, 0, witness) {
            Some(found) if found.end == name.len() && found.name.is_ok() => {}
            _ if SEVERAL.is_match(name) => return doubtful("may be several"),
            _ if !name.starts_with(char::is_uppercase) || name.contains('£') => {
                return doubtful("may not be a name");
            }
            _ => {}
        }
        Stated::Stated { value: name.to_owned(), words: name.to_owned() }
    }

    fn amount_words(&self) -> String {
        match self.amount_name.as_str() {
            "" => self.amount.clone(),
            name => format!("{} in the column {name}", self.amount),
        }
    }

    fn is_filled(&self) -> bool {
        !self.recipient.is_empty() || !self.amount.is_empty()
    }
}

/// Completes what was read of a text by the cells of its row, and of the rows below that belong to it.
pub(super) fn with_cells(mut reading: Reading, cells: &[AwardCells], witness: Witness<'_>) -> Reading {
    let (totals, awarded): (Vec<&AwardCells>, Vec<&AwardCells>) =
        cells.iter().filter(|cells| cells.is_filled()).partition(|cells| is_total(&cells.recipient));
    let kind = if awarded.is_empty() { None } else { kind(&reading, &awarded, witness) };
    let not_used = |cells: &AwardCells| format!("amount: {} is not used", cells.amount_words());
    let mut checks: Vec<String> = cells
        .iter()
        .flat_map(|cells| cells.unused.iter().map(|cell| format!("amount: {cell} is not used")))
        .collect();
    let beside = text_award(&reading, &awarded, witness);
    match kind {
        Some(_) if beside == Some(Rows::Parts) => {}
        Some(kind) if reading.awards.len() < 2 && beside.is_none() => {
            let text = reading.awards.pop();
            let is_one = awarded.len() == 1;
            reading.awards =
                awarded.iter().map(|cells| drafted(cells, text.as_ref(), is_one, witness)).collect();
            checks.extend(disagreement(&reading.awards, &totals, text.as_ref().filter(|_| !is_one)));
            match kind {
                Kind::Award => {
                    reading.kind = Some(DecisionKind::Award);
                    reading.checks.retain(|check| !is_of_blank(check));
                }
                Kind::Unclear if reading.checks.is_empty() => {
                    reading.kind = None;
                    checks.push(
                        "kind: a recipient and an amount, but nothing says that it is a grant".to_owned(),
                    );
                }
                Kind::Unclear => reading.kind = None,
            }
        }
        _ => {
            let of_text: Vec<Money> =
                reading.awards.iter().filter_map(|award| award.amount.value().copied()).collect();
            let total = Money::sum(of_text.iter().copied()).ok();
            let is_known = |amount: &Money| of_text.contains(amount) || total == Some(*amount);
            let unused = awarded
                .iter()
                .filter(|cells| !cells.amount.is_empty() && !cells.amount().value().is_some_and(is_known));
            checks.extend(unused.map(|cells| not_used(cells)));
        }
    }
    reading.checks.extend(checks);
    reading
}

/// What several rows are beside the one award that the text states.
#[derive(PartialEq, Eq)]
enum Rows {
    /// The parts of it.
    Parts,
    /// Something else.
    Others,
}

/// Returns what several rows are beside an award that the text states with its amount; `None` if they are the awards.
fn text_award(reading: &Reading, cells: &[&AwardCells], witness: Witness<'_>) -> Option<Rows> {
    let [award] = reading.awards.as_slice() else { return None };
    let amount = award.amount.value().filter(|_| cells.len() > 1)?;
    let sum = Money::sum(cells.iter().filter_map(|cells| cells.amount().value().copied())).ok();
    let is_it = |cells: &&AwardCells| {
        let is_named = match (award.recipient.value(), cells.recipient(witness).value()) {
            (Some(one), Some(two)) => NameKey::of_name(one) == NameKey::of_name(two),
            _ => true,
        };
        is_named && cells.amount().value() == Some(amount)
    };
    if cells.iter().any(is_it) {
        return None;
    }
    match (sum == Some(*amount), award.recipient.value()) {
        (true, Some(_)) => Some(Rows::Parts),
        (true, None) => None,
        (false, _) => Some(Rows::Others),
    }
}

/// What a row with a recipient and an amount is.
enum Kind {
    Award,
    Unclear,
}

/// Returns what the row is; `None` if its text says that it is something other than an award.
fn kind(reading: &Reading, cells: &[&AwardCells], witness: Witness<'_>) -> Option<Kind> {
    let is_filled = cells.iter().all(|cells| !cells.recipient.is_empty() && !cells.amount.is_empty());
    let has_amounts = !mentions(witness.text).is_empty() || !mentions(witness.title).is_empty();
    let says_grant = cells.iter().any(|cells| cells.is_called_a_grant)
        || GRANT.is_match(witness.title)
        || GRANT.is_match(witness.text);
    let is_no_grant = NO_GRANT.is_match(witness.title) || NO_GRANT.is_match(witness.text);
    let is_refused = kinds::refuses(witness.text) || kinds::refuses(witness.title);
    match reading.kind {
        Some(DecisionKind::Award) => Some(Kind::Award),
        Some(DecisionKind::Other) | None if is_no_grant => None,
        Some(DecisionKind::Other)
            if reading.checks.is_empty() && is_filled && !has_amounts && !is_refused =>
        {
            Some(if says_grant { Kind::Award } else { Kind::Unclear })
        }
        None if is_filled && says_grant && reading.checks.iter().all(|it| is_of_blank(it)) => {
            Some(Kind::Award)
        }
        None => Some(Kind::Unclear),
        Some(_) => None,
    }
}

/// True for a check that only says that a field is missing, which a cell states.
fn is_of_blank(check: &str) -> bool {
    check.starts_with("kind: possibly an award") && check.ends_with("no amount stated")
}

fn drafted(cells: &AwardCells, text: Option<&DraftAward>, is_one: bool, witness: Witness<'_>) -> DraftAward {
    let mut award = text.cloned().unwrap_or_else(|| DraftAward {
        recipient: Stated::Not,
        amount: Stated::Not,
        purpose: Stated::Not,
        fund: terms::fund(witness.text, witness.title),
        power: terms::power(witness.text),
        period: terms::period(witness.text, &[]),
        checks: Vec::new(),
    });
    if !is_one {
        (award.amount, award.recipient, award.purpose) = (Stated::Not, Stated::Not, Stated::Not);
        award.fund = shared(award.fund);
        award.period = shared(award.period);
    }
    award.amount = merged(cells.amount(), award.amount, |one, two| one == two);
    let is_same = |one: &String, two: &String| NameKey::of_name(one) == NameKey::of_name(two);
    award.recipient = match (cells.recipient(witness), award.recipient) {
        // The column says who it is, where the text does not say it plainly.
        (given @ Stated::Stated { .. }, Stated::Doubtful(_)) => given,
        (given, of_text) => merged(given, of_text, is_same),
    };
    award
}

/// What the text states of all awards may be of one.
fn shared<T>(stated: Stated<T>) -> Stated<T> {
    match stated {
        Stated::Stated { words, .. } => {
            Stated::Doubtful(format!("\"{words}\" may apply to all awards or to one"))
        }
        other => other,
    }
}

/// Returns what a cell and the text state together.
fn merged<T>(cell: Stated<T>, text: Stated<T>, is_same: impl Fn(&T, &T) -> bool) -> Stated<T> {
    match (cell, text) {
        (Stated::Stated { value, words }, Stated::Stated { value: other, words: others }) => {
            if is_same(&value, &other) {
                Stated::Stated { value: other, words: others }
            } else {
                Stated::Doubtful(format!("\"{words}\" and \"{others}\""))
            }
        }
        (given @ Stated::Stated { .. }, Stated::Not) => given,
        (given @ Stated::Stated { .. }, Stated::Doubtful(why)) => {
            if why == NOT_STATED {
                given
            } else {
                Stated::Doubtful(why)
            }
        }
        (Stated::Doubtful(why), _) => Stated::Doubtful(why),
        (Stated::Not, Stated::Not) => Stated::Doubtful(NOT_STATED.to_owned()),
        (Stated::Not, of_text) => of_text,
    }
}

/// Checks the awards of several rows against a row of their total and an amount in the text.
fn disagreement(awards: &[DraftAward], totals: &[&AwardCells], text: Option<&DraftAward>) -> Vec<String> {
    let amounts: Vec<Money> = awards.iter().filter_map(|award| award.amount.value().copied()).collect();
    let sum = Money::sum(amounts.iter().copied()).ok();
    let mut checks = Vec::new();
    for total in totals.iter().filter(|total| total.amount().value().copied() != sum) {
        checks.push(format!("amount: {} is not the sum of the rows", total.amount_words()));
    }
    if let Some(Stated::Stated { value, words }) = text.map(|award| &award.amount)
        && !amounts.contains(value)
        && sum != Some(*value)
    {
        checks.push(format!("amount: \"{words}\" is neither a row's amount nor their sum"));
    }
    checks
}

#[cfg(test)]
mod tests {
    use crate::bulletin::{Stated, bulletin};

    /// What is drafted of a table: kind, then recipient and amount of each award; `?` is for a person.
    fn drafted(table: &str) -> String {
        let found = bulletin(table).map(|found| found.decisions).unwrap_or_default();
        let rows = found.iter().map(|decision| {
            fn shown<T: ToString>(stated: &Stated<T>) -> String {
                stated.value().map_or("?".to_owned(), T::to_string)
            }
            let mut text = decision.kind.map_or("?", |kind| kind.word()).to_owned();
            for award in &decision.awards {
                text.push_str(&format!("; {} {}", shown(&award.recipient), shown(&award.amount)));
            }
            let checks: Vec<String> = decision.checks.iter().map(|check| format!(" [{check}]")).collect();
            text + &checks.concat()
        });
        rows.collect::<Vec<_>>().join(" / ")
    }

    #[test]
    fn cells_of_recipients_and_amounts_are_read() {
        let heading = "Number\tDate\tTitle\tRecipient\tAmount\tCost\tSummary\n";
        for (row, expected) in [
            ("Youth grant\tDunes Youth Club\t£5,000\t\t", "award; Dunes Youth Club 5000.00"),
            ("Youth grant\tDunes Youth Club\t5,000.00\t\t", "award; Dunes Youth Club 5000.00"),
            (
                "Youth grant\tDunes Youth Club\t£5,000\t\tA grant was agreed for evening sport.",
                "award; Dunes Youth Club 5000.00",
            ),
            (
                "Youth\tDunes Youth Club\t£5,000\t\tThe PCC agreed a grant of £5,000 to Dunes Youth Club.",
                "award; Dunes Youth Club 5000.00",
            ),
            // Text and cell differ.
            (
                "Youth\tDunes Youth Club\t£5,500\t\tThe PCC agreed a grant of £5,000 to Dunes Youth Club.",
                "award; Dunes Youth Club ?",
            ),
            (
                "Youth\tLantern CIC\t£5,000\t\tThe PCC agreed a grant of £5,000 to Dunes Youth Club.",
                "award; ? 5000.00",
            ),
            (
                "Youth\tDunes Youth Club\t£5,000\t\tThe PCC agreed a grant of up to £5,000 to Dunes Youth Club.",
                "award; Dunes Youth Club ?",
            ),
            ("Youth grant\tDunes Youth Club\tup to £5,000\t\t", "award; Dunes Youth Club ?"),
            ("Youth grant\tDunes Youth Club\t£9, 500\t\t", "award; Dunes Youth Club ?"),
            ("Youth grant\tDunes Youth Club\tTBC\t\t", "award; Dunes Youth Club ?"),
            ("Youth grants\tDunes Youth Club; Lantern CIC\t£5,000\t\t", "award; ? 5000.00"),
            // Nothing says that it is a grant, or something says that it is none.
            (
                "Vans\tQuick Vans Ltd\t£60,000\t\t",
                "?; Quick Vans Ltd 60000.00 [kind: a recipient and an amount, but nothing says that it is a grant]",
            ),
            (
                "Vans\tQuick Vans Ltd\t£60,000\t\tThe PCC agreed to award a contract worth £60,000 to Quick Vans Ltd.",
                "other [amount: £60,000 in the column Amount is not used]",
            ),
            (
                "Youth grant\tDunes Youth Club\t£5,000\t£8,000\t",
                "award; Dunes Youth Club 5000.00 [amount: \"£8,000\" in the column Cost is not used]",
            ),
            (
                "Youth grant\tDunes Youth Club\t£5,000\t\t\n\t\t\tLantern CIC\t£3,000\t\t",
                "award; Dunes Youth Club 5000.00; Lantern CIC 3000.00",
            ),
            (
                "Youth grant\tDunes Youth Club\t£5,000\t\t\n5-2015\t1 May 2015\tYouth grant\tLantern CIC\t£3,000\t\t",
                "award; Dunes Youth Club 5000.00; Lantern CIC 3000.00",
            ),
            (
                "Youth grant\tDunes Youth Club\t£5,000\t\t\n\t\t\tLantern CIC\t£3,000\t\t\n\t\t\tTotal\t£8,001\t\t",
                "award; Dunes Youth Club 5000.00; Lantern CIC 3000.00 [amount: £8,001 in the column Amount is not the sum of the rows]",
            ),
        ] {
            let table = format!("{heading}5-2015\t1 May 2015\t{row}\n");
            assert_eq!(drafted(&table), expected, "{row}");
        }
    }

    #[test]
    fn lists_below_a_text_are_awards_or_are_marked() {
        for (text, expected) in [
            (
                "The Commissioner awarded grants to the following:\nDunes Youth Club £1,234\nStep Up – £2,000.",
                "award; Dunes Youth Club 1234.00; Step Up 2000.00",
            ),
            // Nothing says that these are organisations.
            (
                "The Commissioner awarded the following grants:\nDomestic Abuse Support £1,234\nWren Trust £2,000",
                "award; ? 1234.00; Wren Trust 2000.00",
            ),
            // The amount goes on in the next line.
            (
                "The Commissioner awarded grants to the following:\nDunes Youth Club £9,\n500",
                "? [kind: \"£9\": it can be read in more than one way]",
            ),
            (
                "The Commissioner awarded grants to the following:\nDunes Youth Club £334\n,818\nWren Trust £5",
                "award; Dunes Youth Club ?; Wren Trust 5.00",
            ),
            (
                "The Commissioner awarded grants to the following:\nDunes Youth Club £1\n250,000",
                "award; Dunes Youth Club ?",
            ),
            // No names, or several.
            (
                "The Commissioner awarded grants to the following:\nWren Trust and Lantern CIC £5,000\nDunes Youth Club £5",
                "award; ? 5000.00; Dunes Youth Club 5.00",
            ),
            (
                "The Commissioner awarded grants to the following:\nLantern CIC up to £5,000\nDunes Youth Club £5",
                "award; ? ?",
            ),
            ("The Commissioner awarded grants to the following:\nYear 1 £5,000\nYear 2 £6,000", "award; ? ?"),
            // Parts of the one award of the text.
            (
                "The Commissioner agreed to award a grant of £10,000 to Wren Trust, comprising:\nYouth Club £6,000\nVan Project £4,000",
                "award; Wren Trust 10000.00",
            ),
            (
                "The Commissioner agreed to award a grant of £10,000 to Wren Trust as follows:\nYouth Club £6,000\nVan Project £5,000",
                "award; Wren Trust 10000.00 [amount: £6,000 is not used] [amount: £5,000 is not used]",
            ),
            (
                "The Commissioner approved the following contracts:\nQuick Vans Ltd £60,000\nFast Cars Ltd £3,000",
                "other [amount: £60,000 is not used] [amount: £3,000 is not used]",
            ),
            (
                "The Commissioner noted the costs of the following:\nYouth Club £6,000\nVan Project £5,000",
                "other [amount: £6,000 is not used] [amount: £5,000 is not used]",
            ),
            (
                "The Commissioner approved the following:\nYouth Club £6,000\nVan Project £5,000",
                "?; Youth Club 6000.00; ? 5000.00 [kind: a recipient and an amount, but nothing says that it is a grant]",
            ),
            (
                "The Commissioner refused grants to the following:\nYouth Club £6,000\nVan Project £5,000",
                "other [amount: £6,000 is not used] [amount: £5,000 is not used]",
            ),
        ] {
            assert_eq!(drafted(&format!("5-2015\n1 May 2015\nYouth\n{text}\n")), expected, "{text}");
        }
    }

    #[test]
    fn headings_say_what_is_awarded() {
        for (heading, cell, expected) in [
            ("Grant awarded", "£5,000", "award; Lantern CIC 5000.00"),
            ("Amount (£)", "5,000", "award; Lantern CIC 5000.00"),
            ("Amount (£000s)", "5", "award; Lantern CIC 5000.00"),
            ("Value", "£5,000", "award; Lantern CIC 5000.00"),
            (
                "Amount requested",
                "£5,000",
                "other [amount: \"£5,000\" in the column Amount requested is not used]",
            ),
            ("Total cost", "£5,000", "other [amount: \"£5,000\" in the column Total cost is not used]"),
        ] {
            let table = format!(
                "Ref\tDate\tTitle\tGrantee\t{heading}\n5-2015\t1 May 2015\tYouth\tLantern CIC\t{cell}\n"
            );
            assert_eq!(drafted(&table), expected, "{heading}");
        }
    }
}
