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
use super::names::{Witness, name_at};
use super::pattern::patterns;
use super::{DraftAward, Stated, terms};
use crate::amounts::Amounts;
use crate::control::is_total;
use crate::units::unit_in;

patterns! {
    RECIPIENT = r"(?i)\b(?:recipient|grantee|beneficiary|payee|organisation|organization|provider|applicant|supplier|awarded\s+to|paid\s+to)s?\b";
    AMOUNT = r"(?i)\b(?:amounts?|value|sum)\b|£|^(?:grant|award|funding)s?(?:\s+(?:awarded|agreed|approved|given))?$";
    NO_AMOUNT = r"(?i)\b(?:estimate[ds]?|budget|costs?|totals?|match(?:ed)?|requested|applied|asked|previous|earlier|balance|spent|paid|vat|per\s+(?:year|annum|month))\b";
    GRANT = r"(?i)\b(?:grants?|awards?|awarded|fund|funds|funding|grantee)\b";
    CONTRACT = r"(?i)\b(?:contract(?:s|ed)?|purchase[ds]?|lease|sale|tender|procure\w*|licen[cs]es?|invoice)\b";
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
        let unused = (0..row.len()).filter(|column| !is_used(column) && row[*column].contains('£'));
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
        is_any.then_some(AwardCells { recipient, amount, amount_name, is_called_a_grant, unused })
    }
}

impl AwardCells {
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
        match name_at(name, 0, witness) {
            Some(found) if found.end == name.len() && found.name.is_ok() => {}
            _ if SEVERAL.is_match(name) => return doubtful("may be several"),
            _ if !name.starts_with(char::is_uppercase) || name.contains('£') => {
                return doubtful("may be no name");
            }
            _ => {}
        }
        Stated::Stated { value: name.to_owned(), words: name.to_owned() }
    }

    fn amount_words(&self) -> String {
        format!("{} in the column {}", self.amount, self.amount_name)
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
    match kind {
        Some(kind) if reading.awards.len() < 2 => {
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
    let is_contract = CONTRACT.is_match(witness.title) || CONTRACT.is_match(witness.text);
    let is_refused = kinds::refuses(witness.text) || kinds::refuses(witness.title);
    match reading.kind {
        Some(DecisionKind::Award) => Some(Kind::Award),
        Some(DecisionKind::Other)
            if reading.checks.is_empty() && is_filled && !has_amounts && !is_refused =>
        {
            Some(if says_grant && !is_contract { Kind::Award } else { Kind::Unclear })
        }
        None if is_filled
            && says_grant
            && !is_contract
            && reading.checks.iter().all(|it| is_of_blank(it)) =>
        {
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

/// The doubt about a field that neither the text nor a cell states.
pub(super) const NOT_STATED: &str = "not stated";

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
        checks.push(format!("amount: \"{words}\" is neither of a row nor their sum"));
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
