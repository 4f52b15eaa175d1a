//! The bank: accounts, their statements, and the lines of these beside the books.

mod check;
mod forms;
mod lines;
mod statement;

use std::collections::BTreeSet;

use almoner_app::bank::{BankPosition, Chain, chain, of_account, of_statement, suggestions};
use almoner_app::error::Error;
use almoner_app::figures::Report;
use almoner_imports::{DAYS, MOST_DAYS, Open};
use almoner_ledger::book::Books;
use almoner_ledger::book::bank::{BankAccount, accounts};
use almoner_ledger::calendar::Date;
use almoner_ledger::money::Money;
use almoner_ledger::reconciliation::{LineKey, RecordedLine};
use almoner_ledger::reports::bank_reconciliation::bank_accounts;
use almoner_ledger::text::Text;
use almoner_papers::sheet::{in_a_sentence, on_paper};
use almoner_store::folder::Access;
use maud::{Markup, html};

pub use self::check::check;
pub use self::forms::form_page;
use self::lines::{Is, Row};
pub use self::statement::{Received, decisions, draft, of_faults, receive};
use super::actions::{actions, can_record};
use crate::fields::{Fields, encoded};
use crate::forms::bank::{EXPLANATIONS, LINES};
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::machine::made;
use crate::remedies::sentence;
use crate::reply::Reply;
use crate::write::form::{Field, FieldError, Input, field, summary, token};
use crate::write::{Headline, headlines, pounds};

/// The number of statements of an account on the page of all accounts.
const LATEST: usize = 6;

/// Lists the accounts with their latest statements.
pub fn list(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    look.read(Access::Read, |books, _| {
        let accounts = accounts(books)?;
        let is_new = |named: &Text| !accounts.iter().any(|it| it.is_called(named.as_str()));
        let named: Vec<Text> = bank_accounts(books)?.into_iter().filter(is_new).collect();
        let mut parts = Vec::new();
        for (number, account) in accounts.iter().enumerate() {
            let position = of_account(account)?;
            let table = statements(look, account, "Statements", LATEST)?;
            parts.push((number, account, position, table));
        }
        let body = html! {
            (actions(look, "", &[("Record statement", look.link("/record/statement"))]))
            @if parts.is_empty() && named.is_empty() {
                p.none { "No bank statement is recorded yet. A statement is a file from the bank: CSV, a workbook, CAMT.053 or MT940." }
            }
            @for (number, account, position, table) in &parts {
                section aria-labelledby={ "account-" (number) } {
                    h2 id={ "account-" (number) } {
                        a href=(account_link(look, account)) { (account.account) }
                        @let (class, words) = open_words(position);
                        " " span class={ "tag " (class) } { (words) }
                        @if !account.breaks.is_empty() { " " span.tag.bad { "statement missing" } }
                    }
                    p.lead {
                        @match (position.closing, account.last_day()) {
                            (Some(balance), Some(day)) => { "Balance per statement " (pounds(balance)) " on " (day.in_words()) "." },
                            (_, Some(day)) => { "Statements end on " (day.in_words()) "; none states a balance." },
                            _ => "No statement.",
                        }
                    }
                    (table)
                }
            }
            @for (number, account) in (parts.len()..).zip(&named) {
                (without_statement(look, number, account.as_str()))
            }
        };
        Ok(Page::new(Section::Bank, "Bank", body).into())
    })
}

/// Returns an account that payments or receipts name, and of which no statement is recorded.
fn without_statement(look: &Look<'_>, number: usize, account: &str) -> Markup {
    let of_account = [("account", account)];
    html! {
        section aria-labelledby={ "account-" (number) } {
            h2 id={ "account-" (number) } { (account) " " span.tag.warn { "no statement yet" } }
            p.lead { "This account is used by payments or receipts." }
            p {
                a href=(look.link_with("/reports/bank-reconciliation", &of_account)) { "Reconciliation statement" }
                @if can_record(look) {
                    ", " a href=(look.link_with("/record/statement", &of_account)) { "Record statement" }
                }
            }
        }
    }
}

/// Returns the address of an account.
fn account_link(look: &Look<'_>, account: &BankAccount) -> String {
    look.link_to("bank", account.account.as_str())
}

/// Returns how many lines are open, as a tag with its class.
fn open_words(position: &BankPosition) -> (&'static str, String) {
    match position.open_lines {
        0 => ("good", "reconciled".to_owned()),
        1 => ("warn", "1 open line".to_owned()),
        open => ("warn", format!("{open} open lines")),
    }
}

/// Returns an amount of a column in words; `None` is not stated.
fn cell(class: &str, amount: Option<Money>, words: fn(Money) -> String) -> Markup {
    html! {
        td class={ (class) @if amount.is_some_and(Money::is_negative) { " neg" } } {
            @match amount { Some(amount) => (words(amount)), None => span.unstated { "not stated" } }
        }
    }
}

/// Returns the latest statements of an account, the newest first.
fn statements(look: &Look<'_>, account: &BankAccount, caption: &str, most: usize) -> Result<Markup, Trouble> {
    let mut rows = Vec::new();
    for statement in account.statements.iter().rev().take(most) {
        rows.push((statement, of_statement(account, statement)?, chain(account, statement)));
    }
    let more = account.statements.len().saturating_sub(most);
    Ok(html! {
        div.scroll {
            table.bank {
                caption class=[(most == LATEST).then_some("unseen")] { (caption) }
                thead {
                    tr {
                        th scope="col" { "Statement" }
                        th.num.broad scope="col" { "Lines" }
                        th.num.broad scope="col" { "Opening balance" }
                        th.num.broad scope="col" { "Matched" }
                        th.num.broad scope="col" { "Not in these books" }
                        th.num scope="col" { "Open" }
                        th.num scope="col" { "Closing balance" }
                        th.broad scope="col" { "Balances" }
                    }
                }
                tbody {
                    @for (statement, position, chain) in &rows {
                        tr {
                            th.words scope="row" {
                                a href=(statement_link(look, account, statement.record)) { (period(statement.from, statement.to)) }
                                span.under { (chain_words(*chain)) }
                            }
                            td.num.broad { (position.lines()) }
                            (cell("num broad", position.opening, in_a_sentence))
                            (cell("num broad", Some(position.matched), on_paper))
                            (cell("num broad", Some(position.not_ours), on_paper))
                            (cell("num", Some(position.open), on_paper))
                            (cell("num", position.closing, in_a_sentence))
                            td.broad { (chain_words(*chain)) }
                        }
                    }
                }
            }
        }
        @if more > 0 {
            p.more-link { a href=(account_link(look, account)) { "All " (account.statements.len()) " statements" } }
        }
    })
}

fn period(from: Date, to: Date) -> String {
    match from == to {
        true => from.in_words(),
        false => format!("{} to {}", from.in_words(), to.in_words()),
    }
}

/// Returns the address of the statement of a record.
fn statement_link(look: &Look<'_>, account: &BankAccount, record: u64) -> String {
    look.link(&format!("/bank/{}/statements/{record}", encoded(account.account.as_str())))
}

/// Returns whether a statement begins where those before it end.
fn chain_words(chain: Chain) -> Markup {
    html! {
        @match chain {
            Chain::First => span.tag { "first" },
            Chain::Chained => span.tag.good { "agrees" },
            Chain::NotStated => span.tag { "not stated" },
            Chain::Broken { expected, .. } => {
                span.tag.bad { "does not agree" }
                " " span.why { (in_a_sentence(expected)) " expected" }
            },
        }
    }
}

/// Returns the figures that are always in sight: opening + matched + not in these books + open = closing.
fn position(position: &BankPosition) -> Markup {
    let of_lines = |lines: usize| html! { (lines) " of " (position.lines()) @if position.lines() == 1 { " line" } @else { " lines" } };
    let balance = |label: &str, balance: Option<Money>| match balance {
        Some(balance) => Headline::money(label, balance, None),
        None => Headline {
            label: label.to_owned(),
            figure: "not stated".to_owned(),
            link: None,
            note: None,
            is_negative: false,
        },
    };
    let mut all = vec![
        balance("Opening balance", position.opening),
        Headline::money("Matched", position.matched, None).note(of_lines(position.matched_lines)),
        Headline::money("Not in these books", position.not_ours, None)
            .note(html! { (of_lines(position.explained_lines)) " explained" }),
        Headline::money("Open", position.open, None).note(of_lines(position.open_lines)),
    ];
    if !position.missing.is_zero() {
        all.push(
            Headline::money("On a missing statement", position.missing, None)
                .note(html! { "opening balances do not agree" }),
        );
    }
    all.push(balance("Closing balance", position.closing));
    html! { div.position { (headlines(&all)) } }
}

/// Returns the notices of where the balances of an account do not chain.
fn breaks(look: &Look<'_>, account: &BankAccount) -> Markup {
    html! {
        @for it in &account.breaks {
            @let link = statement_link(look, account, it.statement);
            @let which = html! { "The " a href=(link) { "statement from " (it.from.in_words()) } };
            (missing(&which, it.stated, it.expected))
        }
    }
}

/// Returns the notice that a statement does not begin with the balance of those before it.
fn missing(which: &Markup, stated: Money, expected: Money) -> Markup {
    html! {
        div.notice.warn {
            p {
                strong { "A statement is missing." } " " (which) " opens with " (pounds(stated))
                ", but the previous closing balance is " (pounds(expected)) "."
            }
        }
    }
}

/// Shows an account: its figures, its open lines and its statements.
pub fn account(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let name = look.part(0).to_owned();
    if look.is_json {
        return reconciliation(look, name);
    }
    let errors = of_days(look, &Fields::default());
    let page = account_page(look, &name, &lines_action(look, &name), &Fields::default(), &errors)?;
    Ok(Reply::of(page, !errors.is_empty()))
}

/// Returns the reconciliation of an account as JSON.
fn reconciliation(look: &Look<'_>, account: String) -> Result<Reply, Trouble> {
    let as_at = look.fields.date("as_at", look.actor.today)?;
    look.read(Access::Read, |books, days| {
        almoner_app::bank::account(books, &account)?.ok_or(Trouble::Missing)?;
        Ok(made(Report::BankReconciliation { account: Some(account), as_at }.run(books, days)?.json()?))
    })
}

/// Returns what is wrong with the number of days that was typed.
pub fn of_days(look: &Look<'_>, sent: &Fields) -> Vec<FieldError> {
    let wrong = days(look, sent).err();
    wrong.map(|error| FieldError { name: "days".to_owned(), error }).into_iter().collect()
}

/// Returns where the decisions on lines of an account are sent.
fn lines_action(look: &Look<'_>, account: &str) -> String {
    look.link(&format!("/bank/{}/{LINES}", encoded(account)))
}

/// Returns the page of an account, with what was ticked and typed in it.
fn account_page(
    look: &Look<'_>,
    name: &str,
    action: &str,
    sent: &Fields,
    errors: &[FieldError],
) -> Result<Page, Trouble> {
    look.read(Access::Read, |books, _| {
        let account = almoner_app::bank::account(books, name)?.ok_or(Trouble::Missing)?;
        let whole = of_account(&account)?;
        let open: Vec<&RecordedLine> = account.lines.iter().filter(|it| it.is_open()).collect();
        let deciding = decide(look, books, &account, (action, &open), (sent, errors))?;
        let table = statements(look, &account, "Statements", usize::MAX)?;
        let written = account.account.as_str();
        let body = html! {
            (summary(look, errors))
            (position(&whole))
            (breaks(look, &account))
            div.buttons {
                @if can_record(look) {
                    a.button.quiet href=(look.link_with("/record/statement", &[("account", written)])) { "Record statement" }
                }
                a.button.quiet href=(look.link_with("/reports/bank-reconciliation", &[("account", written)])) { "Reconciliation statement" }
                a.button.quiet href=(look.link("/reports/payments")) { "Payments on statements" }
            }
            @if sent.has("decisions") {
                p {
                    "The matches and explanations in the uploaded file will also be recorded. "
                    a href=(account_link(look, &account)) { "Begin without the file" }
                }
            }
            (deciding)
            (table)
            @if can_record(look) { (self::forms::file_of_decisions(look, written, errors)) }
        };
        let (class, words) = open_words(&whole);
        let page = Page::new(Section::Bank, written, body).below("Bank", look.link("/bank"));
        Ok(page.tag(class, words))
    })
}

/// Shows a statement: its figures, and all its lines beside the books.
pub fn statement_page(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let (name, record) = (look.part(0), look.part(1));
    let errors = of_days(look, &Fields::default());
    let page =
        page_of_statement(look, (name, record), &lines_action(look, name), &Fields::default(), &errors)?;
    Ok(Reply::of(page, !errors.is_empty()))
}

/// Returns the page of the statement of a record, with what was ticked and typed in it.
fn page_of_statement(
    look: &Look<'_>,
    (name, record): (&str, &str),
    action: &str,
    sent: &Fields,
    errors: &[FieldError],
) -> Result<Page, Trouble> {
    let record: u64 = record.parse().map_err(|_| Trouble::Missing)?;
    look.read(Access::Read, |books, _| {
        let account = almoner_app::bank::account(books, name)?.ok_or(Trouble::Missing)?;
        let statement = account.statements.iter().find(|it| it.record == record).ok_or(Trouble::Missing)?;
        let own = almoner_app::bank::lines_of(&account, record);
        let figures = of_statement(&account, statement)?;
        let open: Vec<&RecordedLine> = own.iter().copied().filter(|it| it.is_open()).collect();
        // Drafts of these lines are shown on this page again.
        let of_statement = vec![("statement".to_owned(), record.to_string())];
        let sent = sent.or(of_statement.into());
        let deciding = decide(look, books, &account, (action, &open), (&sent, errors))?;
        let is_form = !open.is_empty() && can_record(look);
        let settled: Vec<Row<'_>> = own.iter().filter(|it| !it.is_open()).map(|line| Row::of(line)).collect();
        let (settled, pages) = paged(look, SETTLED, settled, is_form);
        let table = lines::table(look, books, ("Matched and explained lines", &settled, &[]), None)?;
        let chained = chain(&account, statement);
        let (class, words) = open_words(&figures);
        let body = html! {
            (summary(look, errors))
            (position(&figures))
            @if let Chain::Broken { expected, stated } = chained {
                (missing(&html! { "This one" }, stated, expected))
            }
            (deciding)
            @if !settled.is_empty() { (table) (pages) }
            p { a href=(look.link_to("records", &record.to_string())) { "Record " (record) } ": the statement as it was recorded, and its reversal" }
        };
        let page = Page::new(Section::Bank, format!("Statement of {}", period(statement.from, statement.to)), body)
            .below("Bank", look.link("/bank"))
            .below(account.account.as_str(), account_link(look, &account));
        Ok(page.tag(class, words))
    })
}

/// Returns the address that shows a page: of an account, where a file that was sent to it is refused.
fn own_path(look: &Look<'_>) -> String {
    match look.path.split('/').collect::<Vec<_>>()[..] {
        ["", "bank", account, "decisions"] => format!("/bank/{account}"),
        _ => look.path.clone(),
    }
}

/// The name of the page of open lines, or of the only ones.
const OPEN: &str = "page";
/// The name of the page of matched and explained lines, beside open ones.
const SETTLED: &str = "settled";
/// The name of the number of days for which the lines are shown.
const SHOWN_FOR: &str = "shown_for";
/// The id of the form of the open lines, whose buttons may be outside it.
const FORM: &str = "lines";

/// Returns the page of lines that a form was sent for, in place of a check: what is ticked there lasts in its draft.
pub fn paging(sent: &Fields) -> Option<(&'static str, &str)> {
    let page = [OPEN, SETTLED].into_iter().find_map(|name| Some((name, sent.get(name)?)));
    let chooses = ["match", "line", "of", "certain", "decisions", "kind", "reason"];
    let is_of_other_days = sent.has(SHOWN_FOR) && sent.get("days") != sent.get(SHOWN_FOR);
    let is_choice = chooses.into_iter().any(|name| sent.has(name));
    page.or((is_of_other_days && !is_choice).then_some((OPEN, "1")))
}

/// Returns the fields of a form of lines without the page that it was sent for.
pub fn without_paging(sent: &Fields) -> Fields {
    sent.but(&[OPEN, SETTLED, SHOWN_FOR])
}

/// Number of lines on a page.
const PAGE: usize = crate::write::table::LINES;

/// Returns the number of rows up to the end of the page that is shown.
fn shown_to(look: &Look<'_>, name: &str) -> usize {
    look.fields.text(name).parse::<usize>().unwrap_or(1).max(1).saturating_mul(PAGE)
}

/// Returns the rows of a page, and the way to the others: links, or the buttons of the form, which keep what is ticked.
fn paged<T>(look: &Look<'_>, name: &str, rows: Vec<T>, is_form: bool) -> (Vec<T>, Markup) {
    let count = rows.len();
    let pages = count.div_ceil(PAGE).max(1);
    let page = look.fields.text(name).parse::<usize>().unwrap_or(1).clamp(1, pages);
    let first = (page - 1) * PAGE;
    let rows: Vec<T> = rows.into_iter().skip(first).take(PAGE).collect();
    let to = |page: usize, rel: &str, label: &str| {
        let page = page.to_string();
        let link = || {
            let own = [name];
            let fields = look.fields.without(&own).chain([(name, page.as_str())]);
            crate::fields::address(&own_path(look), fields)
        };
        html! {
            @if is_form { button.quiet.small form=(FORM) name=(name) value=(page) { (label) } }
            @else { a href=(link()) rel=(rel) { (label) } }
        }
    };
    let links = html! {
        @if pages > 1 {
            nav.pages aria-label="Pages of lines" {
                span { "Lines " (first + 1) " to " (first + rows.len()) " of " (count) }
                @if page > 1 { (to(page - 1, "prev", "Previous")) }
                @if page < pages { (to(page + 1, "next", "Next")) }
            }
        }
    };
    (rows, links)
}

/// Returns the open lines with their suggestions, and what can be decided of them. Nothing is ticked by itself.
fn decide(
    look: &Look<'_>,
    books: &dyn Books,
    account: &BankAccount,
    (action, open): (&str, &[&RecordedLine]),
    (sent, errors): (&Fields, &[FieldError]),
) -> Result<Markup, Trouble> {
    if open.is_empty() {
        return Ok(html! { p.none { "No line is open." } });
    }
    // What is no number of days is said at its field.
    let days = days(look, sent).unwrap_or(DAYS);
    let may = can_record(look);
    let (shown, pages) = paged(look, OPEN, open.to_vec(), may);
    let keys: BTreeSet<LineKey> = shown.iter().map(|line| line.key()).collect();
    let found = suggestions(books, account, days, |line| keys.contains(&line.key()))?;
    let row = |line| Row {
        line,
        is: Is::Open(found.of.get(&RecordedLine::key(line)).map(Vec::as_slice).unwrap_or_default()),
    };
    let rows: Vec<Row<'_>> = shown.into_iter().map(row).collect();
    let table =
        lines::table(look, books, ("Open lines", &rows, &found.items), may.then_some((sent, account)))?;
    if !may {
        return Ok(html! { (table) (pages) });
    }
    let elsewhere = ticked_elsewhere(sent, open, &rows, &found.items);
    Ok(html! {
        // Enter in a field checks: it presses the first button of the form.
        button.unseen form=(FORM) tabindex="-1" aria-hidden="true" { "Check" }
        (time_field(look, sent, errors))
        form id=(FORM) method="post" action=(action) {
            (token(look))
            input type="hidden" name=(SHOWN_FOR) value=(days);
            @if let Some(statement) = sent.get("statement") { input type="hidden" name="statement" value=(statement); }
            @for (name, value) in &elsewhere { input type="hidden" name=(name) value=(value); }
            (table)
            (pages)
            @if !elsewhere.is_empty() {
                p.hint {
                    @if elsewhere.len() == 1 { "1 line ticked on another page is included." }
                    @else { (elsewhere.len()) " lines ticked on other pages are included." }
                }
            }
            fieldset.explain #field-line tabindex="-1" {
                legend { "Explanation of the ticked lines" }
                p.hint { "For lines that are not in these books. Each ticked line is explained separately, with this reason." }
                div.choices { (explanation(sent, errors)) }
            }
            div.buttons {
                button { "Check" }
                @if found.certain > 0 {
                    button.quiet name="certain" value="yes" {
                        @if found.certain == 1 { "Accept the certain match" }
                        @else { "Accept the " (found.certain) " certain matches" }
                    }
                }
                span.hint { "Open lines stay on the list until they are matched or explained." }
            }
        }
    })
}

/// Returns the longest time from a payment to its line that was chosen, in days.
fn days(look: &Look<'_>, sent: &Fields) -> Result<i64, Error> {
    let given = sent.get("days").or(look.fields.get("days"));
    let Some(given) = given else { return Ok(DAYS) };
    given.parse().ok().filter(|days| (0..=MOST_DAYS).contains(days)).ok_or_else(|| {
        Error::refused("invalid-value", format!("`{given}` is not a number of days"))
            .advice(format!("enter a number up to {MOST_DAYS}"))
    })
}

/// Returns what is ticked of open lines that this page does not show.
fn ticked_elsewhere<'s>(
    sent: &'s Fields,
    open: &[&RecordedLine],
    rows: &[Row<'_>],
    items: &[Open],
) -> Vec<(&'static str, &'s str)> {
    let places = |lines: &mut dyn Iterator<Item = &RecordedLine>| -> BTreeSet<String> {
        lines.filter_map(|line| Some(line.place()?.to_string())).collect()
    };
    let open = places(&mut open.iter().copied());
    let here = places(&mut rows.iter().map(|row| row.line));
    let shown: BTreeSet<String> = rows.iter().flat_map(|row| lines::accepted(row, items)).collect();
    let lines = sent.all("line").filter(|place| open.contains(*place) && !here.contains(*place));
    let is_open = |value: &&str| value.split_once('=').is_some_and(|(place, _)| open.contains(place));
    let matches = sent.all("match").filter(|value| is_open(value) && !shown.contains(*value));
    lines.map(|place| ("line", place)).chain(matches.map(|value| ("match", value))).collect()
}

/// Returns the choice of how long before a line its payment may be, which is a field of the form of the lines.
fn time_field(look: &Look<'_>, sent: &Fields, errors: &[FieldError]) -> Markup {
    let error = errors.iter().find(|it| it.name == "days");
    html! {
        @if let Some(error) = error {
            div.field.bad { p.error #field-days-error { (sentence(&error.error.message)) } }
        }
        div.inline {
            label for="field-days" { "Maximum days from payment to statement" } " "
            input #field-days form=(FORM) name="days" inputmode="numeric" size="4" autocomplete="off"
                aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| "field-days-error")]
                value=(sent.get("days").or(look.fields.get("days")).unwrap_or(&DAYS.to_string())); " "
            button.quiet.small form=(FORM) name=(OPEN) value="1" { "Show" }
        }
    }
}

/// Returns the fields of an explanation.
fn explanation(sent: &Fields, errors: &[FieldError]) -> Markup {
    let kinds =
        EXPLANATIONS.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect();
    html! {
        (field(&Field::new("kind", "Kind", Input::Choice(kinds)), sent, errors))
        (field(&Field::new("reason", "Reason", Input::Text), sent, errors))
    }
}
