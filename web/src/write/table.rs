//! The one writer of tables: the cells of a sheet, with links.
//!
//! A table fits a desktop: headings wrap, and the least important columns of a wide table fold into details of each
//! row. On a narrow screen more of them fold; what matters most of those is below the name of each row, the rest in
//! its details.
//! Where a name is beside an id, the name is shown and linked.

mod folding;

use std::collections::{BTreeMap, BTreeSet};

use almoner_ledger::book::Books;
use almoner_ledger::calendar::FinancialYear;
use almoner_ledger::decisions::DecisionKind;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{GrantId, Power};
use almoner_ledger::recipients::{Recipient, RecipientId};
use almoner_ledger::reports::Page;
use almoner_papers::render::html::{characters, figure};
use almoner_papers::sheet::{Cell, Column, Kind, Row, Sheet, Style};
use maud::{Markup, html};

use self::folding::{columns, narrow, opened};
use crate::confidential;
use crate::look::Look;
use crate::remedies;

/// The number of lines on a page.
pub const LINES: usize = 100;
/// The number of columns up to which a table does not take the whole width of a desktop.
const SLIM: usize = 4;
/// The longest numbers of a column that are never broken, in characters.
const ONE_LINE: usize = 16;
/// The maximum number of lines of a chart on a page.
const CHARTED: usize = 40;

/// Returns the address of what a cell shows: column, row and sheet.
pub type Links<'a> = &'a dyn Fn(&Column, &Row, &Sheet) -> Option<String>;

/// How a table is shown.
#[derive(Clone, Copy, Default)]
pub struct Shown<'a> {
    /// The addresses of cells, beyond those of grants, decisions, recipients and records.
    pub links: Option<Links<'a>>,
    /// True if all columns are shown, however wide the table.
    pub is_whole: bool,
    /// The caption, if it is not the sheet's title.
    pub caption: Option<&'a str>,
    /// True if facts, lead and notes of the sheet are left out.
    pub is_bare: bool,
    /// True if what does not fit is left out instead of folded: where a page with all columns is a link away.
    pub is_short: bool,
    /// The width that the table may have; a desktop's if not given.
    pub width: Option<usize>,
    /// A box to tick before each line, made of the text of its first column.
    pub tick: Option<&'a dyn Fn(&str) -> Markup>,
}

fn place(sheet: &Sheet, key: &str) -> Option<usize> {
    sheet.columns.iter().position(|column| column.key == key)
}

/// Returns the text of the cell of a row in the column of this key.
pub fn text_of(sheet: &Sheet, row: &Row, key: &str) -> Option<String> {
    match row.cells.get(place(sheet, key)?)? {
        Cell::Text(text) if !text.is_empty() => Some(text.clone()),
        Cell::Count(count) => Some(count.to_string()),
        Cell::Date(day) => Some(day.to_string()),
        Cell::Dates { file, .. } => Some(file.clone()),
        Cell::Text(_) | Cell::Money(_) | Cell::Figure(_) | Cell::NotStated | Cell::Empty => None,
    }
}

/// Returns the fields of an address that narrow a page as a line does, and beyond it as its whole sheet is narrowed.
pub fn narrowed(sheet: &Sheet, own: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    let mut fields: Vec<_> = own.iter().filter(|(_, id)| !id.is_empty()).cloned().collect();
    let Some(provenance) = &sheet.provenance else { return fields };
    let filter = &provenance.narrowed_to;
    let of_sheet = [
        ("theme", filter.theme.as_ref().map(ToString::to_string)),
        ("fund", filter.fund.as_ref().map(ToString::to_string)),
        ("recipient", filter.recipient.as_ref().map(ToString::to_string)),
        ("power", filter.power.map(|power| power.to_string())),
        ("purpose", provenance.purpose.map(ToString::to_string)),
    ];
    for (name, id) in of_sheet {
        let is_own = fields.iter().any(|(own, _)| *own == name);
        fields.extend(id.filter(|_| !is_own).map(|id| (name, id)));
    }
    fields
}

/// Returns the page that the address names.
pub fn page(look: &Look<'_>) -> Page {
    Page { number: look.fields.text("page").parse().unwrap_or(1), length: LINES }
}

/// The place of the first line of a sheet, and the number of lines of its whole list.
pub type Place = (usize, usize);

/// Returns the page of a sheet that is shown, and the links to the others. A sheet with a place has only the lines of the
/// page already.
pub fn paged(look: &Look<'_>, mut sheet: Sheet, at: Option<Place>) -> (Sheet, Markup) {
    let lines = match at {
        Some((_, lines)) => lines,
        None => sheet.rows.iter().filter(|row| row.style == Style::Normal).count(),
    };
    let shown = page(look).of(lines);
    if lines <= LINES {
        return (sheet, html! {});
    }
    if at.is_none() {
        let mut seen = 0;
        sheet.rows.retain(|row| {
            if row.style == Style::Normal {
                seen += 1;
                return shown.contains(&(seen - 1));
            }
            // A sum is of all lines, on whichever page.
            row.style == Style::Total
        });
    }
    let number = shown.start / LINES + 1;
    let to = |page: usize| {
        crate::fields::address(
            &look.path,
            look.fields.without(&["page"]).chain([("page", page.to_string().as_str())]),
        )
    };
    let links = html! {
        nav.pages aria-label="Pages" {
            span { "Lines " (shown.start + 1) " to " (shown.end) " of " (lines) }
            @if number > 1 { a href=(to(number - 1)) rel="prev" { "Previous" } }
            @if shown.end < lines { a href=(to(number + 1)) rel="next" { "Next" } }
        }
    };
    (sheet, links)
}

/// Returns a sheet with its facts, table, charts and notes.
pub fn sheet(look: &Look<'_>, sheet: &Sheet, shown: Shown<'_>) -> Markup {
    html! {
        @if !shown.is_bare {
            @if !sheet.facts.is_empty() {
                dl.rows { @for (label, value) in &sheet.facts { dt { (label) } dd { (value) } } }
            }
            @for paragraph in &sheet.lead { p { (paragraph) } }
        }
        @if !sheet.columns.is_empty() { (table(look, sheet, shown)) }
        @if sheet.rows.len() <= CHARTED {
            @for (number, chart) in sheet.charts.iter().enumerate() {
                (figure(chart, sheet, &format!("chart-{}-{}", sheet.key, number + 1)))
            }
        }
        @let notes = sheet.notes_on_paper();
        @if !shown.is_bare && !notes.is_empty() {
            div.notes { @for note in &notes { p { (note) } } }
        }
    }
}

fn class(column: &Column) -> &'static str {
    match column.kind {
        Kind::Money | Kind::Count => "num",
        Kind::Date => "day",
        Kind::Text => "words",
    }
}

/// Returns which of the grants of a sheet's lines are confidential, and what hinders knowing it.
fn confidential(look: &Look<'_>, sheet: &Sheet) -> (BTreeSet<GrantId>, Option<String>) {
    let lines = sheet.rows.iter().filter(|row| row.style == Style::Normal);
    let ids = lines.filter_map(|row| GrantId::new(&text_of(sheet, row, "grant")?).ok());
    let Some(ledger) = look.ledger.get() else { return (BTreeSet::new(), None) };
    match confidential::among(look, ledger, ids) {
        Ok(found) => (found, None),
        Err(error) => (BTreeSet::new(), Some(error.to_string())),
    }
}

/// Returns the names of the recipients that lines are about, by their ids; ids stay where names cannot be read.
fn subjects(look: &Look<'_>, sheet: &Sheet) -> BTreeMap<String, String> {
    let ids = sheet.rows.iter().filter_map(|row| RecipientId::new(&text_of(sheet, row, "subject")?).ok());
    let ids: BTreeSet<RecipientId> = ids.collect();
    let ledger = look.ledger.get().filter(|_| look.sees_office() && !ids.is_empty());
    let found = ledger.and_then(|ledger| ledger.recipients(&ids).ok()).unwrap_or_default();
    let known = found.into_iter().filter(Recipient::is_known);
    known.map(|it| (it.id.to_string(), it.name().to_owned())).collect()
}

/// Returns the table of a sheet.
pub fn table(look: &Look<'_>, sheet: &Sheet, shown: Shown<'_>) -> Markup {
    if sheet.rows.is_empty() {
        return html! { p.none { "Nothing to show." } };
    }
    let (columns, folded) = columns(sheet, &shown);
    let totals = sheet.rows.iter().rev().take_while(|row| row.style == Style::Total).count();
    let (body, foot) = sheet.rows.split_at(sheet.rows.len() - totals);
    let caption = shown.caption.unwrap_or(&sheet.title);
    let narrow = if shown.is_whole { Vec::new() } else { narrow(sheet, &columns) };
    let (confidential, unknown) = confidential(look, sheet);
    let subjects = subjects(look, sheet);
    let draw = Drawing {
        look,
        sheet,
        shown,
        columns: &columns,
        folded: &folded,
        narrow: &narrow,
        confidential,
        subjects,
    };
    html! {
        @if let Some(why) = unknown {
            p.notice.warn { "It is not known which of these grants are confidential. " (remedies::sentence(&why)) }
        }
        div.scroll role="region" aria-label={ "Table: " (caption) } tabindex="0" {
            table class=[(columns.len() <= SLIM).then_some("slim")] {
                caption class=[(caption == sheet.title).then_some("unseen")] { (caption) }
                thead { tr { @if shown.tick.is_some() { td {} } @for (at, column) in &columns { th scope="col" class=(draw.class(*at, column)) { (column.heading) } } } }
                @for group in body.chunk_by(|_, next| next.style != Style::Heading) {
                    tbody { @for row in group { (draw.row(row)) } }
                }
                @if !foot.is_empty() { tfoot { @for row in foot { (draw.row(row)) } } }
            }
        }
    }
}

/// A cell with its column and its place.
type Stated<'a> = (usize, &'a Column, &'a Cell);

struct Drawing<'a> {
    look: &'a Look<'a>,
    sheet: &'a Sheet,
    shown: Shown<'a>,
    columns: &'a [(usize, &'a Column)],
    folded: &'a [(usize, &'a Column)],
    /// The places of those that fold on a narrow screen only.
    narrow: &'a [usize],
    /// The grants that are confidential.
    confidential: BTreeSet<GrantId>,
    /// The names of the recipients that lines are about, by their ids.
    subjects: BTreeMap<String, String>,
}

impl Drawing<'_> {
    /// Returns the class of a cell in a column.
    fn class(&self, at: usize, column: &Column) -> String {
        let is_id =
            matches!(column.key, "grant" | "decision") && characters(self.sheet, at, column) <= ONE_LINE;
        let id = if is_id { " id" } else { "" };
        format!("{}{id}{}", class(column), if self.narrow.contains(&at) { " broad" } else { "" })
    }

    fn row(&self, row: &Row) -> Markup {
        let class = match row.style {
            Style::Heading => {
                let words = row.cells.first().map(Cell::on_paper).unwrap_or_default();
                return html! { tr.group { th scope="rowgroup" colspan=(self.columns.len()) { (words) } } };
            }
            Style::Normal => None,
            Style::Subtotal => Some("sum"),
            Style::Total => Some("total"),
        };
        html! {
            tr class=[class] {
                @if let Some(tick) = self.shown.tick { td { (tick(&row.cells.first().map(Cell::on_paper).unwrap_or_default())) } }
                @for (number, (at, column)) in self.columns.iter().enumerate() {
                    @let cell = row.cells.get(*at).unwrap_or(&Cell::Empty);
                    @if number == 0 { (self.first(row, cell, (*at, column))) }
                    @else { td class={ (self.class(*at, column)) (sign(cell)) } { (self.cell(row, cell, column)) } }
                }
            }
            (self.under(row))
        }
    }

    /// Returns those cells of a row in some columns that say something: no blanks and no zeros.
    fn stated<'c>(
        &self,
        row: &'c Row,
        columns: impl Iterator<Item = &'c (usize, &'c Column)>,
    ) -> Vec<Stated<'c>> {
        let cells = columns.filter_map(|(at, column)| {
            let cell = row.cells.get(*at).filter(|cell| !cell.is_blank() || **cell == Cell::NotStated)?;
            Some((*at, *column, cell))
        });
        let mut cells: Vec<_> = cells.collect();
        cells.sort_by_key(|(at, ..)| *at);
        cells
    }

    /// Returns a row of what folds of a row on a narrow screen: what matters most is open, the rest in details.
    fn under(&self, row: &Row) -> Markup {
        let narrow = self.columns.iter().filter(|(at, _)| self.narrow.contains(at));
        let folded = self.stated(row, narrow.clone().chain(self.folded));
        let open = opened(self.stated(row, narrow).into_iter());
        let (open, rest): (Vec<_>, Vec<_>) = folded.into_iter().partition(|(at, ..)| open.contains(at));
        let across = self.columns.len() - self.narrow.len() + usize::from(self.shown.tick.is_some());
        html! {
            @if !open.is_empty() || !rest.is_empty() {
                tr.under {
                    td colspan=(across) {
                        @if !open.is_empty() { (self.values(row, &open)) }
                        (self.more(row, &rest))
                    }
                }
            }
        }
    }

    /// Returns the cell that names a row, with what folds on every screen.
    fn first(&self, row: &Row, cell: &Cell, (at, column): (usize, &Column)) -> Markup {
        let name = cell.on_paper();
        html! {
            @if name.is_empty() && row.style == Style::Normal { td {} }
            @else {
                th scope="row" class=(self.class(at, column)) {
                    @if name.is_empty() && column.kind == Kind::Text { "Subtotal" }
                    @else if name.is_empty() { span.unseen { "Sum of these lines" } }
                    (self.cell(row, cell, column))
                    " " (self.more(row, &self.stated(row, self.folded.iter())))
                }
            }
        }
    }

    /// Returns details with cells of a row; nothing if there are none.
    fn more(&self, row: &Row, cells: &[Stated<'_>]) -> Markup {
        let first = self.columns.first().and_then(|(at, column)| Some((row.cells.get(*at)?, column)));
        let name = first.map(|(cell, column)| self.text(cell, column)).unwrap_or_default();
        html! {
            @if !cells.is_empty() {
                details.more {
                    summary { "more" span.unseen { " of " (name) } }
                    (self.values(row, cells))
                }
            }
        }
    }

    /// Returns cells of a row with the headings of their columns.
    fn values(&self, row: &Row, cells: &[Stated<'_>]) -> Markup {
        html! {
            dl { @for (_, column, cell) in cells { div { dt { (column.heading) } dd class=[sign_class(cell)] { (self.cell(row, cell, column)) } } } }
        }
    }

    /// Returns the name that people read in place of an id or a word of files; `None` where the cell has none.
    fn name(&self, cell: &Cell, column: &Column) -> Option<String> {
        let Cell::Text(text) = cell else { return None };
        match column.key {
            // Where an id is not beside its name, the name takes its place.
            "theme" | "fund" if !self.shown.is_whole => Some(self.look.facts.borrow().named(text)),
            "power" => Power::parse(text).map(|power| power.name().to_owned()),
            "kind" => DecisionKind::parse(text).map(|kind| kind.word().replace('-', " ")),
            "subject" => {
                let facts = self.look.facts.borrow();
                // A budget is of a fund, a theme and a year.
                let words = || text.split(' ').map(|word| facts.names.get(word).map_or(word, String::as_str));
                let is_known = text.split(' ').next().is_some_and(|word| facts.names.contains_key(word));
                let known = || is_known.then(|| words().collect::<Vec<_>>().join(", "));
                self.subjects.get(text).cloned().or_else(known)
            }
            _ => None,
        }
    }

    /// Returns the text of a cell as people read it.
    fn text(&self, cell: &Cell, column: &Column) -> String {
        self.name(cell, column).unwrap_or_else(|| cell.on_paper())
    }

    fn cell(&self, row: &Row, cell: &Cell, column: &Column) -> Markup {
        let look = self.look;
        if let ("grants", Cell::Text(ids)) = (column.key, cell) {
            return html! {
                @for (number, id) in ids.split("; ").filter(|id| !id.is_empty()).enumerate() {
                    @if number > 0 { ", " }
                    a href=(look.link_to("grants", id)) { (id) }
                }
            };
        }
        let link = (row.style != Style::Heading && !cell.on_paper().is_empty())
            .then(|| self.link(row, cell, column));
        let is_unstated = match cell {
            Cell::Text(text) => {
                matches!((column.key, text.as_str()), ("power", "not-stated") | ("fund", FundId::UNSTATED))
            }
            _ => *cell == Cell::NotStated,
        };
        let text = html! {
            @if is_unstated { span.unstated { "not stated" } } @else { (self.text(cell, column)) }
        };
        let is_marked = column.key == "grant"
            && row.style == Style::Normal
            && self.confidential.iter().any(|id| id.as_str() == cell.on_paper());
        let linked = match link.flatten() {
            Some(address) if cell.amount().is_some() => html! { a.fig href=(address) { (text) } },
            Some(address) => html! { a href=(address) { (text) } },
            None => text,
        };
        html! { (linked) @if is_marked { (confidential::tag()) } }
    }

    /// Returns the address of the grants of a line, within the period and the filters of the sheet.
    fn grants_of(&self, own: &[(&'static str, String)]) -> String {
        let mut fields = narrowed(self.sheet, own);
        if let Some(provenance) = &self.sheet.provenance {
            if let Some(period) = provenance.period {
                let year = period.from().financial_year();
                match period == year.range() {
                    true => fields.push(("fy", year.to_string())),
                    false => {
                        fields.extend([("from", period.from().to_string()), ("to", period.to().to_string())])
                    }
                }
            }
            fields.extend(self.look.fields.owned("as_at").map(|day| ("as_at", day)));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.look.link_with("/grants", &fields)
    }

    fn link(&self, row: &Row, cell: &Cell, column: &Column) -> Option<String> {
        let (look, sheet) = (self.look, self.sheet);
        if let Some(own) = self.shown.links.and_then(|links| links(column, row, sheet)) {
            return Some(own);
        }
        if row.style != Style::Normal {
            return None;
        }
        let id = |key| text_of(sheet, row, key);
        if let Some(amount) = cell.amount() {
            let grant = id("grant").map(|grant| look.link_to("grants", &grant));
            let recipient = || id("recipient").map(|recipient| look.link_to("recipients", &recipient));
            return if amount.is_zero() { None } else { grant.or_else(recipient) };
        }
        let named_by = |key: &str| place(sheet, key).is_some();
        match column.key {
            "grant" => Some(look.link_to("grants", &id("grant")?)),
            "decision" => Some(look.link_to("decisions", &id("decision")?)),
            "record" | "reversed_by" if look.sees_office() => Some(look.link_to("records", &id(column.key)?)),
            "name" | "theme_name" if named_by("theme") => {
                let own = [("theme", id("theme")?), ("fund", id("fund").unwrap_or_default())];
                Some(self.grants_of(&own))
            }
            "name" if named_by("fund") => Some(self.grants_of(&[("fund", id("fund")?)])),
            "name" if named_by("recipient_name") => None,
            "recipient_name" | "recipient" | "name" if named_by("recipient") => {
                Some(look.link_to("recipients", &id("recipient")?))
            }
            "subject" => {
                let subject = id("subject")?;
                let year = subject.rsplit_once(' ').and_then(|(_, year)| FinancialYear::parse(year).ok());
                Some(match year {
                    _ if self.subjects.contains_key(&subject) => look.link_to("recipients", &subject),
                    Some(year) => look.link_with("/budgets", &[("fy", &year.to_string())]),
                    None => look.link_with("/search", &[("q", &subject)]),
                })
            }
            _ => None,
        }
    }
}

fn sign_class(cell: &Cell) -> Option<&'static str> {
    match cell.amount() {
        Some(amount) if amount.is_negative() => Some("neg"),
        Some(amount) if amount.is_zero() => Some("dim"),
        _ => None,
    }
}

fn sign(cell: &Cell) -> String {
    sign_class(cell).map(|class| format!(" {class}")).unwrap_or_default()
}
