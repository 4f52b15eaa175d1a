//! The paper for the Police and Crime Panel.

use almoner_ledger::calendar::Date;
use almoner_ledger::money::{Money, Overflow};
use almoner_ledger::reports::changes::{ChangesRow, Section};
use almoner_ledger::reports::compared::{Compared, ComparedRow};
use almoner_ledger::reports::ending::{EndingReport, EndingRow};
use almoner_ledger::reports::{
    By, ChangesReport, ComparedReport, Every, Measure, Published, Query, ReportError, changes, compared,
    decisions, ending, indicators, monitoring, not_stated, papers, periods,
};

use super::Pack;
use crate::reports;
use crate::reports::fields::{
    Lines, MEASURES, OF_BUDGET, OF_REFUNDS, STANDING, of_period, of_refunds, withheld_in_words,
};
use crate::sheet::{Cell, Chart, Column, Field, Kind, Row, Shape, Sheet, Style, in_a_sentence};

/// Makes the paper of a period, with grants ending within some months after it.
pub fn pack(books: &Published<'_>, query: &Query, months_ahead: i32) -> Result<Pack, ReportError> {
    let range = query.range;
    let compared = compared(books, query, By::Theme)?;
    let changes = changes(books, query)?;
    let mut headline = headline(&compared, &changes)?;
    headline.notes.extend(withheld_in_words(books, query)?);
    let mut by_month = reports::periods::sheet(&periods(books, query, Every::Month)?);
    by_month.charts.push(Chart {
        title: "Payments and expenditure by month, in pounds".to_owned(),
        shape: Shape::Columns,
        label: "period",
        series: vec!["paid", "expenditure"],
    });
    let reports_due = reports::monitoring::sheet(&monitoring(books, query, query.as_at())?);
    let beside = reports::indicators::sheet(&indicators(books, query)?);
    let papers = reports::papers::sheet(&papers(books, Some(range))?);
    let unknown = reports::not_stated::sheet(&not_stated(books, query)?);
    let sees_confidential = books.audience().sees_confidential();
    let register = reports::decisions::sheet(&decisions(books, Some(range), sees_confidential)?);
    let sheets = [
        Some(headline),
        Some(by_theme(&compared)),
        Some(by_month.part("months", "Spending by month")),
        Some(awards(&changes.awards)),
        Some(changed(&changes.changes)),
        refunds(&changes.reductions),
        Some(soon(&ending(books, query, months_ahead)?, query.as_at())),
        Some(reports_due.part("monitoring", "Milestones and monitoring reports")),
        Some(beside.part("indicators", "Performance indicators")),
        Some(papers.part("papers", "Public papers")),
        Some(unknown.part("not-stated", "Details not stated")),
        Some(register.part("decisions", "Register of decisions")),
        Some(definitions(sees_confidential)),
    ];
    Ok(Pack {
        title: format!("Grants of the Commissioner, {}", range.in_words()),
        range,
        as_at: query.as_at(),
        sheets: sheets.into_iter().flatten().collect(),
    })
}

/// The figures of the period compared with those of the prior year.
fn headline(compared: &ComparedReport, changes: &ChangesReport) -> Result<Sheet, Overflow> {
    let columns = vec![
        Column::public("figure", "Figure", Kind::Text, 0),
        Column::public("now", "This period", Kind::Money, 0),
        Column::public("prior_year", "Prior year", Kind::Money, 0),
    ];
    let has_budget = !(compared.measures.budget.is_zero() && compared.measures_prior_year.budget.is_zero());
    let whole_years = compared.measures.remaining.is_some();
    let applies = |key: &str| Measure::parse(key).is_some_and(|measure| measure.is_of(whole_years));
    let is_zero = |key: &str| {
        [&compared.measures, &compared.measures_prior_year]
            .iter()
            .all(|measures| Measure::parse(key).is_some_and(|measure| measures.get(measure).is_zero()))
    };
    let has_no_refunds = |key: &str| OF_REFUNDS.contains(&key) && is_zero(key);
    let shown = MEASURES
        .iter()
        .filter(|field| !has_no_refunds(field.column.key))
        .filter(|field| applies(field.column.key) && (has_budget || !OF_BUDGET.contains(&field.column.key)));
    let rows = shown.map(|field| Row {
        cells: vec![
            Cell::Text(field.column.heading.to_owned()),
            (field.cell)(&compared.measures),
            (field.cell)(&compared.measures_prior_year),
        ],
        style: Style::Normal,
    });
    let as_at = match compared.stamp.as_at == compared.stamp.range.map(|range| range.to()) {
        true => "",
        false => ", as at one year before the reporting date",
    };
    let no_budget = (!has_budget).then(|| "No budget is set for either period.".to_owned());
    let prior_year = format!("Prior-year figures are for {}{as_at}.", compared.prior_year.in_words());
    let lead = [Some(summary(changes)), net_awarded(changes)?, refunded(changes), Some(prior_year)];
    Ok(Sheet {
        lead: lead.into_iter().flatten().collect(),
        columns,
        rows: rows.collect(),
        notes: no_budget.into_iter().collect(),
        ..Sheet::default()
    }
    .part("headline", "Headline figures"))
}

fn summary(changes: &ChangesReport) -> String {
    let counted = |count: usize, one: &str, more: &str| match count {
        0 => format!("no {more}"),
        1 => format!("1 {one}"),
        _ => format!("{count} {more}"),
    };
    let of = |event: &str| changes.changes.rows.iter().filter(|row| row.event == event).count();
    let awards = counted(changes.awards.rows.len(), "award", "awards");
    let purposes = counted(of("change of purpose"), "change of purpose", "changes of purpose");
    // Few offices have them.
    let funds = match of("change of fund") {
        0 => String::new(),
        count => format!("; {}", counted(count, "change of fund", "changes of fund")),
    };
    let varied = of("variation") + of("extension");
    let varied = counted(varied, "variation or extension", "variations or extensions");
    let withdrawn = counted(of("withdrawal"), "withdrawal", "withdrawals");
    format!("In the period: {awards}; {purposes}{funds}; {varied}; {withdrawn}.")
}

/// Returns the parts of the amount awarded: `awards 11,000.00, variations 500.00, net 11,500.00`.
fn net_awarded(changes: &ChangesReport) -> Result<Option<String>, Overflow> {
    let of = |events: &[&str]| {
        let rows = changes.changes.rows.iter().filter(|row| events.contains(&row.event));
        Money::sum(rows.map(|row| row.amount))
    };
    let (awards, net) = (changes.awards.total, changes.total);
    let (varied, withdrawn) = (of(&["variation", "extension"])?, of(&["withdrawal"])?);
    let others = net.minus(awards)?.minus(varied)?.minus(withdrawn)?;
    let parts = [("variations", varied), ("withdrawals", withdrawn), ("reversals", others)];
    let changed: Vec<String> = parts
        .into_iter()
        .filter(|(_, amount)| !amount.is_zero())
        .map(|(words, amount)| format!(", {words} {}", in_a_sentence(amount)))
        .collect();
    if awards.is_zero() && changed.is_empty() {
        return Ok(None);
    }
    let (awards, net) = (in_a_sentence(awards), in_a_sentence(net));
    Ok(Some(format!("Awarded, in pounds: awards {awards}{}, net {net}.", changed.concat())))
}

/// Returns by how much refunds reduced awards, of whichever year.
fn refunded(changes: &ChangesReport) -> Option<String> {
    let reduced = changes.reductions.total;
    (!reduced.is_zero()).then(|| format!("Refunds that reduce awards: £{}.", in_a_sentence(reduced)))
}

const NAME: &[Field<ComparedRow>] = &[
    Field::public("theme", "Theme id", Kind::Text, Column::FILES_ONLY, |row| Cell::text(&row.key.id)),
    Field::public("name", "Theme", Kind::Text, 0, |row| Cell::text(&row.name)),
];

const COMPARED: &[Field<Compared>] = &[
    Field::public("budget", "Budget", Kind::Money, 2, |it| Cell::Money(it.budget)),
    Field::public("awarded", "Awarded", Kind::Money, 1, |it| Cell::Money(it.awarded)),
    Field::public("awarded_prior_year", "Awarded prior year", Kind::Money, 4, |it| {
        Cell::Money(it.awarded_prior_year)
    }),
    Field::public("expenditure", "Expenditure", Kind::Money, 0, |it| Cell::Money(it.expenditure)),
    Field::public("expenditure_prior_year", "Expenditure prior year", Kind::Money, 1, |it| {
        Cell::Money(it.expenditure_prior_year)
    }),
    Field::public("change", "Change", Kind::Money, 2, |it| Cell::Money(it.change)),
    Field::public("remaining", "Remaining", Kind::Money, 2, |it| Cell::money(it.remaining)),
    Field::public("profiled_budget", "Profiled budget", Kind::Money, 2, |it| Cell::money(it.profiled_budget)),
    Field::public("variance", "Variance", Kind::Money, 2, |it| Cell::money(it.variance)),
];

/// Spending by theme, with the budget and the prior year.
fn by_theme(compared: &ComparedReport) -> Sheet {
    let has_budget = compared.rows.iter().any(|row| !row.compared.budget.is_zero());
    let lines = Lines { words: NAME, figures: COMPARED, of: |row| &row.compared, label_key: "name" };
    let chart = Chart {
        title: "Expenditure by theme, with the prior year, in pounds".to_owned(),
        shape: Shape::Bars,
        label: "name",
        series: vec!["expenditure", "expenditure_prior_year"],
    };
    let sheet = of_period(lines.sheet(&compared.rows, &compared.total), compared.total.remaining.is_some());
    Sheet {
        charts: vec![chart],
        notes: vec!["The change is expenditure less prior-year expenditure.".to_owned()],
        ..sheet
    }
    .part("themes", "Spending by theme")
    .off_paper(if has_budget { &[] } else { OF_BUDGET })
}

const DATE: Field<ChangesRow> = Field::public("date", "Date", Kind::Date, 0, |row| Cell::Date(row.date));
const DECISION: Field<ChangesRow> =
    Field::public("decision", "Decision", Kind::Text, 1, |row| Cell::stated(row.decision.as_ref()));
const GRANT: Field<ChangesRow> =
    Field::public("grant", "Grant", Kind::Text, Column::FILES_ONLY, |row| Cell::text(&row.grant));
const RECIPIENT: Field<ChangesRow> =
    Field::public("recipient_name", "Recipient", Kind::Text, 0, |row| Cell::text(&row.recipient_name));
const PERIOD: Field<ChangesRow> =
    Field::public("period", "Period", Kind::Text, 4, |row| row.period.map_or(Cell::NotStated, Cell::period));
const AMOUNT: Field<ChangesRow> =
    Field::public("amount", "Amount", Kind::Money, 0, |row| Cell::Money(row.amount));

const AWARDS: &[Field<ChangesRow>] = &[
    DATE,
    DECISION,
    GRANT,
    RECIPIENT,
    Field::public("purpose", "Purpose", Kind::Text, 1, |row| Cell::text(&row.purpose)),
    Field::public("theme", "Theme", Kind::Text, 2, |row| Cell::text(&row.theme_names)),
    Field::public("fund", "Fund", Kind::Text, 5, |row| Cell::text(&row.fund_name)),
    Field::public("power", "Power", Kind::Text, Column::FILES_ONLY, |row| Cell::text(row.power)),
    PERIOD,
    AMOUNT,
];

const CHANGED: &[Field<ChangesRow>] = &[
    DATE,
    Field::public("event", "Event", Kind::Text, 0, |row| Cell::text(row.event)),
    DECISION,
    GRANT,
    RECIPIENT,
    Field::public("old_purpose", "Previous purpose", Kind::Text, 2, |row| {
        Cell::given(row.old_purpose.as_ref())
    }),
    Field::public("old_theme", "Previous theme", Kind::Text, 2, |row| {
        Cell::given(row.old_theme_names.as_ref())
    }),
    Field::public("purpose", "New purpose", Kind::Text, 2, |row| Cell::text(&row.purpose)),
    Field::public("theme", "New theme", Kind::Text, 2, |row| Cell::text(&row.theme_names)),
    Field::public("old_fund", "Previous fund", Kind::Text, 1, |row| Cell::given(row.old_fund_name.as_ref())),
    Field::public("new_fund", "New fund", Kind::Text, 1, |row| {
        Cell::given(row.old_fund.as_ref().map(|_| &row.fund_name))
    }),
    Field::public("moved", "Moved between funds", Kind::Money, 1, |row| Cell::money(row.moved)),
    Field::public("old_period", "Previous period", Kind::Text, 4, |row| {
        row.old_period.map_or(Cell::Empty, Cell::period)
    }),
    Field::public("period", "New period", Kind::Text, 4, |row| {
        row.period.map_or(Cell::NotStated, Cell::period)
    }),
    AMOUNT,
];

fn awards(awards: &Section) -> Sheet {
    section(awards, AWARDS, "No award was made in the period.").part("awards", "Awards made")
}

fn changed(changes: &Section) -> Sheet {
    let mut sheet = section(changes, CHANGED, "No grant was changed in the period.");
    if !changes.rows.is_empty() {
        sheet.notes.push("A change of purpose does not change the totals.".to_owned());
    }
    let has = |of: fn(&ChangesRow) -> bool| changes.rows.iter().any(of);
    if !has(|row| row.old_purpose.is_some()) {
        sheet = sheet.off_paper(&["old_purpose", "old_theme"]);
    }
    if has(|row| row.moved.is_some()) {
        sheet
            .notes
            .push("A change of fund moves amounts between funds and adds nothing to the total.".to_owned());
    } else {
        sheet = sheet.off_paper(&["old_fund", "new_fund", "moved"]);
    }
    if !has(|row| row.old_period.is_some()) {
        sheet = sheet.off_paper(&["old_period", "period"]);
    }
    sheet.part("changes", "Changes of purpose and fund, variations and withdrawals")
}

/// The refunds that reduce an award, most of them of an earlier year. No sheet shows them as awarded.
fn refunds(reductions: &Section) -> Option<Sheet> {
    const REFUNDS: &[Field<ChangesRow>] = &[
        DATE,
        Field::public("event", "Event", Kind::Text, 2, |row| Cell::text(row.event)),
        GRANT,
        RECIPIENT,
        Field::public("theme", "Theme", Kind::Text, 2, |row| Cell::text(&row.theme_names)),
        Field::public("fund", "Fund", Kind::Text, 5, |row| Cell::text(&row.fund_name)),
        AMOUNT,
    ];
    let sheet = section(reductions, REFUNDS, "No refund reduced an award in the period.");
    (!reductions.rows.is_empty()).then(|| sheet.part("refunds", "Refunds that reduce awards"))
}

/// Returns the lines with their total, or the words that there are none.
fn section(section: &Section, fields: &[Field<ChangesRow>], none: &str) -> Sheet {
    let mut sheet = Sheet::of(fields, &section.rows);
    if section.rows.is_empty() {
        sheet.lead.push(none.to_owned());
    } else {
        let total = [("amount", Cell::Money(section.total))];
        sheet.rows.push(Row::sum(Style::Total, &sheet.columns, ("recipient_name", "Total"), &total));
    }
    sheet
}

const ENDING: &[Field<EndingRow>] = &[
    Field::public("grant", "Grant", Kind::Text, Column::FILES_ONLY, |row| Cell::text(&row.line.grant)),
    Field::public("decision", "Decision", Kind::Text, 2, |row| Cell::stated(row.line.decision.as_ref())),
    Field::public("recipient_name", "Recipient", Kind::Text, 0, |row| Cell::text(&row.line.recipient_name)),
    Field::public("purpose", "Purpose", Kind::Text, 1, |row| Cell::text(&row.line.purpose)),
    Field::public("theme", "Theme", Kind::Text, 3, |row| Cell::text(&row.theme_names)),
    Field::public("fund", "Fund", Kind::Text, 5, |row| Cell::text(&row.fund_name)),
    Field::public("to", "Ends", Kind::Date, 0, |row| Cell::stated_date(row.line.to)),
];

/// The grants whose period ends soon after the reporting date.
fn soon(report: &EndingReport, as_at: Date) -> Sheet {
    let lines = Lines {
        words: ENDING,
        figures: STANDING,
        of: |row: &EndingRow| &row.line.standing,
        label_key: "recipient_name",
    };
    let (as_at, until) = (as_at.in_words(), report.until.in_words());
    let lead = match report.rows.is_empty() {
        true => format!(
            "No grant has a period that ends after the reporting date, {as_at}, but on or before {until}."
        ),
        false => {
            format!("Grants whose period ends after the reporting date, {as_at}, but on or before {until}.")
        }
    };
    let of_period = ["awarded_in_period", "reduced_in_period", "paid_in_period", "expenditure_in_period"];
    let sheet = Sheet { lead: vec![lead], ..lines.sheet(&report.rows, &report.total) };
    of_refunds(sheet.off_paper(&of_period)).part("ending", "Grants ending soon")
}

/// The definitions of terms in the paper.
const DEFINITIONS: &[(&str, &str)] = &[
    ("Awarded", "Net: awards decided in the period, with variations and withdrawals."),
    ("Reduced", "Refunds in the period that reduce an award, whenever it was decided."),
    ("Paid", "Payments to recipients in the period, less refunds."),
    (
        "Expenditure",
        "Expenditure recognised in the period on an accruals basis: a grant with a stated period is spread evenly over it; a grant without one is recognised when it is paid.",
    ),
    ("Outstanding commitment", "The amount awarded but not yet paid at the reporting date."),
    (
        "Prepayments",
        "The amount paid but not yet recognised as expenditure at the reporting date, grant by grant.",
    ),
    (
        "Accruals",
        "The amount recognised as expenditure but not yet paid at the reporting date, grant by grant.",
    ),
    (
        "Remaining",
        "The budget, less expenditure, less the amount still to be recognised. Shown for whole financial years only.",
    ),
    (
        "Still to recognise",
        "The amount awarded by the reporting date that will be recognised as expenditure after that date, by the end of the period. Until the year ends it includes commitments without a date. Shown for whole financial years only.",
    ),
    (
        "Profiled budget",
        "The part of the annual budget that falls in the period, in equal twelfths, up to the last complete month on or before the reporting date.",
    ),
    ("Variance", "The profiled budget, less the expenditure of the same months."),
    ("As at", "The reporting date. Later transactions are left out."),
    (
        "Change of purpose",
        "A decision to use an existing grant for another purpose. It moves money between themes from that day on, and does not change the total.",
    ),
    ("Not stated", "The records do not contain this detail. The line is shown so that the figures add up."),
];

/// The definitions for audiences that see records.
const OF_RECORDS: &[(&str, &str)] = &[(
    "Known at",
    "The last record in the ledger that the paper takes into account. The head is the hash of all records up to and including that record.",
)];

/// The definitions for other audiences.
const OF_MARKS: &[(&str, &str)] = &[
    ("Known at", "Records made up to the end of this day are taken into account."),
    (
        "Mark",
        "Identifies what the paper shows: the same content has the same mark. The office uses it to find the records from which the paper was made.",
    ),
];

fn definitions(sees_records: bool) -> Sheet {
    let own = if sees_records { OF_RECORDS } else { OF_MARKS };
    let fields: [Field<(&str, &str)>; 2] = [
        Field::public("term", "Term", Kind::Text, 0, |(term, _)| Cell::Text((*term).to_owned())),
        Field::public("meaning", "Meaning", Kind::Text, 0, |(_, meaning)| Cell::Text((*meaning).to_owned())),
    ];
    Sheet::of(&fields, DEFINITIONS.iter().chain(own)).part("definitions", "Definitions")
}
