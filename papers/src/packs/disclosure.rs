//! The two lists that must be published each month.
//!
//! [`mod@almoner_ledger::reports::disclosure`] decides what belongs in which list. A draft is marked in
//! every title and line.

use std::collections::{BTreeMap, BTreeSet};

use almoner_ledger::calendar::{CalendarError, DateRange};
use almoner_ledger::decisions::{DecisionId, Ground};
use almoner_ledger::money::{Money, Overflow};
use almoner_ledger::reports::disclosure::{Item, Missing};
use almoner_ledger::reports::{DisclosureReport, Published};

use super::Pack;
use crate::paper::Paper;
use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, cells, columns};

/// The law, with the instruments by which it was amended.
const ORDER: &str = "the Elected Local Policing Bodies (Specified Information) Order 2011 (SI 2011/3050), as amended by SI 2012/2479, SI 2013/1816 and SI 2021/547";

/// Whether the lists are a draft, and of a month that is over.
#[derive(Clone, Copy, Debug)]
pub struct State {
    pub is_draft: bool,
    pub is_over: bool,
}

/// Returns the papers with their file names. `command` makes them again.
pub fn papers(
    report: &DisclosureReport,
    books: &Published<'_>,
    state: State,
    command: &str,
) -> Result<Vec<(&'static str, Paper)>, CalendarError> {
    let month = report.month.in_words_full();
    let grants = List {
        name: "crime-and-disorder-reduction-grants",
        title: format!("Crime and disorder reduction grants made in {month}"),
        all: "Every crime and disorder reduction grant made in the month",
        shown: "Crime and disorder reduction grants made in the month",
        law: format!(", of any amount, as required by paragraph 3(f) of the Schedule to {ORDER}."),
        none: "crime and disorder reduction grant was made in this month.",
        item: ("grant is", "grants are"),
        withheld: &report.withheld.grants,
        groundless: report.withheld.groundless_grants,
        is_open: is_open(report),
        fields: GRANT_FIELDS,
    };
    let payments = List {
        name: "expenditure-over-500",
        title: format!("Expenditure over £500 on other grants in {month}"),
        all: "Every payment over £500 on grants other than crime and disorder reduction grants",
        shown: "Payments over £500 on grants other than crime and disorder reduction grants",
        law: format!(
            ", as required by paragraph 3(g) of the Schedule to {ORDER}. Expenditure other than on grants is not in this ledger."
        ),
        none: "payment over £500 was made on other grants in this month.",
        item: ("payment is", "payments are"),
        withheld: &report.withheld.payments,
        groundless: report.withheld.groundless_payments,
        is_open: is_open(report),
        fields: PAYMENT_FIELDS,
    };
    let is_draft = state.is_draft;
    let mut sheets =
        vec![grants.sheet(report, &report.grants, state), payments.sheet(report, &report.payments, state)];
    sheets.extend(is_draft.then(|| missing_sheet(report, state)));
    let range = DateRange::new(report.month.first_day(), report.month.last_day())?;
    let paper = |sheet: Sheet| {
        let (name, title) = (sheet.key, sheet.title.clone());
        (
            name,
            Pack { title, range, as_at: range.to(), sheets: vec![sheet] }.finished(books, command.to_owned()),
        )
    };
    Ok(sheets.into_iter().map(paper).collect())
}

/// Returns what the lists contain and what is withheld from them, in a sentence.
pub fn summary(report: &DisclosureReport) -> Result<String, Overflow> {
    let part = |items: &[Item], withheld: usize, one, several| {
        let total = Money::sum(items.iter().map(|item| item.amount))?;
        let returned = items.iter().filter(|item| item.is_returned).count();
        match (items.is_empty(), withheld) {
            (true, 1) => return Ok(format!("1 {one} (withheld)")),
            (true, 2..) => return Ok(format!("{withheld} {several} (all withheld)")),
            (true | false, _) => {}
        }
        let counted = match items.len().saturating_sub(returned) {
            0 => format!("no {several}"),
            count => self::counted(count, one, several),
        };
        let total = if items.is_empty() { String::new() } else { format!(", totalling {}", total.grouped()) };
        let besides: Vec<String> = [(returned, "returned"), (withheld, "more withheld")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let besides = if besides.is_empty() { String::new() } else { format!(" ({})", besides.join(", ")) };
        Ok(format!("{counted}{total}{besides}"))
    };
    let all = &report.withheld;
    let withheld = |by: &BTreeMap<Ground, usize>, groundless| by.values().sum::<usize>() + groundless;
    let grants =
        part(&report.grants, withheld(&all.grants, all.groundless_grants), "grant made", "grants made")?;
    let (one, several) = ("payment over £500 on other grants", "payments over £500 on other grants");
    let payments = part(&report.payments, withheld(&all.payments, all.groundless_payments), one, several)?;
    let powerless = match all.powerless {
        0 => String::new(),
        1 => "; 1 item with no stated power is withheld".to_owned(),
        count => format!("; {count} items with no stated power are withheld"),
    };
    let month = report.month.in_words_full();
    Ok(format!("{month}: {grants}; {payments}{powerless}"))
}

/// Returns true where items are in neither list because their power is not stated.
fn is_open(report: &DisclosureReport) -> bool {
    report.withheld.powerless > 0 || report.missing.iter().any(|it| it.power)
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// One of the two lists.
struct List<'a> {
    name: &'static str,
    title: String,
    /// What it contains where nothing is withheld.
    all: &'static str,
    /// What it contains otherwise.
    shown: &'static str,
    law: String,
    none: &'static str,
    /// What is withheld, in the singular and the plural.
    item: (&'static str, &'static str),
    withheld: &'a BTreeMap<Ground, usize>,
    /// The number of items withheld without a ground, as in a draft only.
    groundless: usize,
    /// True where items belong here or in the other list, because their power is not stated.
    is_open: bool,
    fields: &'static [Field<Item>],
}

const RECIPIENT: Field<Item> =
    Field::public("recipient", "Recipient", Kind::Text, 0, |it| Cell::text(&it.recipient_name));
const DATE: Field<Item> = Field::public("date", "Date", Kind::Date, 0, |it| Cell::Date(it.date));
const AMOUNT: Field<Item> = Field::public("amount", "Amount", Kind::Money, 0, |it| Cell::Money(it.amount));
const PURPOSE: Field<Item> = Field::public("purpose", "Purpose", Kind::Text, 0, |it| Cell::text(&it.purpose));
/// On paper, the decision identifies the award.
const GRANT: Field<Item> =
    Field::public("award", "Award", Kind::Text, Column::FILES_ONLY, |it| Cell::text(&it.grant));
const DECISION: Field<Item> =
    Field::public("decision", "Decision", Kind::Text, 1, |it| Cell::stated(it.decision.as_ref()));

/// The details required by paragraph 3(f), with references.
const GRANT_FIELDS: &[Field<Item>] = &[
    RECIPIENT,
    DATE,
    AMOUNT,
    Field::public("made_by", "Made by", Kind::Text, 2, |it| {
        Cell::Text(if it.is_increase { "variation" } else { "award" }.to_owned())
    }),
    PURPOSE,
    Field::public("conditions", "Conditions", Kind::Text, 0, |it| Cell::stated(it.conditions.as_ref())),
    Field::public("reasons", "Why it will secure crime and disorder reduction", Kind::Text, 0, |it| {
        Cell::stated(it.reasons.as_ref())
    }),
    DECISION,
    GRANT,
];

/// The details required by paragraph 3(g), with references.
const PAYMENT_FIELDS: &[Field<Item>] = &[
    RECIPIENT,
    DATE,
    AMOUNT,
    PURPOSE,
    Field::public("reasons", "Why it is value for money", Kind::Text, 0, |it| {
        Cell::stated(it.reasons.as_ref())
    }),
    Field::public("power", "Power", Kind::Text, 2, |it| Cell::text(it.power.name())),
    DECISION,
    GRANT,
];

/// The column that marks every line of a draft.
const DRAFT: Field<Item> = Field::public("draft", "Draft", Kind::Text, 0, |_| Cell::Text("DRAFT".to_owned()));

/// The column of recipients that were corrected after their month was closed.
const CORRECTED: Field<Item> =
    Field::public("corrected_recipient", "Recipient as later corrected", Kind::Text, 0, |it| {
        Cell::given(it.corrected_recipient.as_ref())
    });

impl List<'_> {
    /// Returns what the list contains, and how many items are withheld on which grounds.
    fn lead(&self, items: &[Item], powerless: usize) -> Vec<String> {
        let is_whole = self.withheld.is_empty() && self.groundless == 0 && !self.is_open;
        let what = if is_whole { self.all } else { self.shown };
        // Views of several dates are one reason.
        let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
        for (ground, count) in self.withheld {
            *reasons.entry(ground.in_public()).or_default() += count;
        }
        let (one, several) = self.item;
        let withheld = reasons
            .into_iter()
            .map(|(reason, count)| format!("{} withheld: {reason}.", counted(count, one, several)));
        let groundless = (self.groundless > 0)
            .then(|| format!("{} withheld: no ground is recorded.", counted(self.groundless, one, several)));
        let powerless = (powerless > 0).then(|| {
            let count = counted(powerless, "item is", "items are");
            format!("{count} withheld that may belong in this list: the power is not stated.")
        });
        let returned = items
            .iter()
            .any(|item| item.is_returned)
            .then(|| "A returned payment is shown on a line of its own, with a negative amount.".to_owned());
        let corrected = items.iter().any(|item| item.corrected_recipient.is_some()).then(|| {
            "Recipients are as recorded when the month was closed; if a recipient has since been corrected, the correct one is also shown."
                .to_owned()
        });
        std::iter::once(format!("{what}{}", self.law))
            .chain(withheld)
            .chain([groundless, powerless, returned, corrected].into_iter().flatten())
            .collect()
    }

    fn none(&self) -> String {
        if self.is_open {
            return "Items whose power is not stated may belong in this list.".to_owned();
        }
        let is_whole = self.withheld.is_empty() && self.groundless == 0;
        format!("{} {}", if is_whole { "No" } else { "No other" }, self.none)
    }

    fn sheet(&self, report: &DisclosureReport, items: &[Item], state: State) -> Sheet {
        let is_draft = state.is_draft;
        let draft: &[Field<Item>] = if is_draft { &[DRAFT] } else { &[] };
        let is_corrected = items.iter().any(|item| item.corrected_recipient.is_some());
        let corrected: &[Field<Item>] = if is_corrected { &[CORRECTED] } else { &[] };
        let columns: Vec<Column> =
            columns(draft).chain(columns(self.fields)).chain(columns(corrected)).collect();
        let line = |item| Row {
            cells: cells(draft, item).chain(cells(self.fields, item)).chain(cells(corrected, item)).collect(),
            style: Style::Normal,
        };
        let mut rows: Vec<Row> = items.iter().map(line).collect();
        if let Ok(total) = Money::sum(items.iter().map(|item| item.amount))
            && !items.is_empty()
        {
            let amount = [(AMOUNT.column.key, Cell::Money(total))];
            rows.push(Row::sum(Style::Total, &columns, (RECIPIENT.column.key, "Total"), &amount));
        }
        Sheet {
            lead: is_draft
                .then(|| draft_note(report, state))
                .into_iter()
                .chain(self.lead(items, report.withheld.powerless))
                .collect(),
            columns,
            notes: if rows.is_empty() { vec![self.none()] } else { Vec::new() },
            rows,
            ..Sheet::default()
        }
        .part(self.name, marked(&self.title, is_draft))
    }
}

fn marked(title: &str, is_draft: bool) -> String {
    if is_draft { format!("DRAFT – {title}") } else { title.to_owned() }
}

fn draft_note(report: &DisclosureReport, state: State) -> String {
    let missing = match report.missing.len() {
        0 => None,
        1 => {
            Some("1 award has missing details; if its power is not stated, it is in neither list.".to_owned())
        }
        several => Some(format!(
            "{several} awards have missing details; those whose power is not stated are in neither list."
        )),
    };
    let not_over = (!state.is_over).then(|| "The month has not ended.".to_owned());
    let groundless = (!report.withheld.is_complete())
        .then(|| "Some items are withheld without a recorded ground or power.".to_owned());
    let all: Vec<String> = [not_over, missing, groundless].into_iter().flatten().collect();
    let found = if all.is_empty() { "Nothing is missing.".to_owned() } else { all.join(" ") };
    format!("DRAFT, not for publication. {found}")
}

/// What an award, or what is withheld by a decision, lacks for publication.
struct Lack {
    decision: Option<String>,
    award: Option<String>,
    recipient: Option<String>,
    purpose: Option<String>,
    what: String,
}

impl Lack {
    fn of_award(missing: &Missing) -> Lack {
        Lack {
            decision: None,
            award: Some(missing.grant.to_string()),
            recipient: Some(missing.recipient_name.clone()),
            purpose: Some(missing.purpose.to_string()),
            what: missing.words().join(", "),
        }
    }

    /// Of what is withheld, only the decision is named.
    fn of_withheld(decision: &DecisionId, what: &str) -> Lack {
        let decision = Some(decision.to_string());
        Lack { decision, award: None, recipient: None, purpose: None, what: what.to_owned() }
    }
}

const MISSING_FIELDS: &[Field<Lack>] = &[
    Field::public("draft", "Draft", Kind::Text, 0, |_| Cell::Text("DRAFT".to_owned())),
    Field::public("award", "Award", Kind::Text, 0, |it| Cell::given(it.award.as_ref())),
    Field::public("recipient", "Recipient", Kind::Text, 0, |it| Cell::given(it.recipient.as_ref())),
    Field::public("purpose", "Purpose", Kind::Text, 1, |it| Cell::given(it.purpose.as_ref())),
    Field::public("missing", "Not stated", Kind::Text, 0, |it| Cell::text(&it.what)),
    Field::public("decision", "Decision withheld", Kind::Text, 0, |it| Cell::given(it.decision.as_ref())),
];

fn missing_sheet(report: &DisclosureReport, state: State) -> Sheet {
    let title = format!("Missing details of grants in {}", report.month.in_words_full());
    let all = &report.withheld;
    let without = |ids: &BTreeSet<DecisionId>, what| -> Vec<Lack> {
        ids.iter().map(|id| Lack::of_withheld(id, what)).collect()
    };
    let mut lacks: Vec<Lack> = report.missing.iter().map(Lack::of_award).collect();
    lacks.extend(without(&all.without_ground, "ground"));
    lacks.extend(without(&all.without_power, "power"));
    Sheet { lead: vec![draft_note(report, state)], ..Sheet::of(MISSING_FIELDS, &lacks) }
        .part("missing", marked(&title, true))
}
