//! The bank: accounts, their statements, and the lines of these beside the books.

mod check;
mod forms;
mod lines;
mod statement;

use almoner_app::bank::{BankPosition, Chain, chain, of_account, of_statement, suggestions};
use almoner_app::error::Error;
use almoner_imports::DAYS;
use almoner_ledger::book::Books;
use almoner_ledger::book::bank::{BankAccount, accounts};
use almoner_ledger::calendar::Date;
use almoner_ledger::money::Money;
use almoner_ledger::reconciliation::RecordedLine;
use almoner_papers::sheet::{in_a_sentence, on_paper};
use almoner_store::folder::Access;
use maud::{Markup, html};

pub use self::check::check;
pub use self::forms::form_page;
use self::lines::{Is, Row};
pub use self::statement::{decisions, receive};
use super::actions::{actions, can_record};
use crate::fields::{Fields, encoded};
use crate::forms::bank::{EXPLANATIONS, LINES};
use crate::frame::{Page, Section, same_view};
use crate::look::{Look, Trouble};
use crate::remedies::sentence;
use crate::reply::Reply;
use crate::write::form::{Field, FieldError, Input, field, summary, token};
use crate::write::{Headline, headlines, pounds};

/// The maximum number of days from a payment to its line.
const MOST_DAYS: i64 = 366;
/// The number of statements of an account on the page of all accounts.
const LATEST: usize = 6;

/// Lists the accounts with their latest statements.
pub fn list(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    look.read(Access::Read, |books, _| {
        let accounts = accounts(books)?;
        let mut parts = Vec::new();
        for (number, account) in accounts.iter().enumerate() {
            let position = of_account(account)?;
            let table = statements(look, account, "Statements", LATEST)?;
            parts.push((number, account, position, table));
        }
        let body = html! {
            (actions(look, "", &[("Record statement", look.link("/record/statement"))]))
            @if parts.is_empty() {
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
        };
        Ok(Page::new(Section::Bank, "Bank", body).into())
    })
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
                        th.num.broad scope="col" { "Not ours or explained" }
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
            Chain::Chained => span.tag.good { "follows on" },
            Chain::NotStated => span.tag { "not stated" },
            Chain::Broken { expected, .. } => {
                span.tag.bad { "does not follow on" }
                " " span.why { (in_a_sentence(expected)) " expected" }
            },
        }
    }
}

/// Returns the figures that are always in sight: opening + matched + not ours or explained + open = closing.
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
        Headline::money("Not ours or explained", position.not_ours, None)
            .note(html! { (of_lines(position.explained_lines)) " explained" }),
        Headline::money("Open", position.open, None).note(of_lines(position.open_lines)),
    ];
    if !position.missing.is_zero() {
        all.push(
            Headline::money("On a missing statement", position.missing, None)
                .note(html! { "balances do not follow on" }),
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
                ", but the statements before it end with " (pounds(expected)) "."
            }
        }
    }
}

/// Shows an account: its figures, its open lines and its statements.
pub fn account(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let name = look.part(0).to_owned();
    let errors = of_days(look);
    let page = account_page(look, &name, &lines_action(look, &name), &Fields::default(), &errors)?;
    Ok(if errors.is_empty() { Reply::Page(page) } else { Reply::Refused(page) })
}

/// Returns what is wrong with the number of days in the address.
fn of_days(look: &Look<'_>) -> Vec<FieldError> {
    let wrong = days(look, &Fields::default()).err();
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
                    "The decisions in the file that was sent are recorded too. "
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
    let record: u64 = look.part(1).parse().map_err(|_| Trouble::Missing)?;
    let errors = of_days(look);
    look.read(Access::Read, |books, _| {
        let account = almoner_app::bank::account(books, look.part(0))?.ok_or(Trouble::Missing)?;
        let statement = account.statements.iter().find(|it| it.record == record).ok_or(Trouble::Missing)?;
        let own = almoner_app::bank::lines_of(&account, record);
        let figures = of_statement(&account, statement)?;
        let open: Vec<&RecordedLine> = own.iter().copied().filter(|it| it.is_open()).collect();
        let action = lines_action(look, account.account.as_str());
        let deciding = decide(look, books, &account, (&action, &open), (&Fields::default(), &errors))?;
        let settled: Vec<Row<'_>> = own.iter().filter(|it| !it.is_open()).map(|line| Row::of(line)).collect();
        let (settled, pages) = paged(look, settled);
        let table = lines::table(look, books, ("Matched and explained lines", &settled, &[]), None)?;
        let chained = chain(&account, statement);
        let (class, words) = open_words(&figures);
        let body = html! {
            (summary(look, &errors))
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
            .below(account.account.as_str(), account_link(look, &account))
            .tag(class, words);
        Ok(if errors.is_empty() { Reply::Page(page) } else { Reply::Refused(page) })
    })
}

/// Returns the address that shows a page: of an account, where a file that was sent to it is refused.
fn own_path(look: &Look<'_>) -> String {
    match look.path.split('/').collect::<Vec<_>>()[..] {
        ["", "bank", account, "decisions"] => format!("/bank/{account}"),
        _ => look.path.clone(),
    }
}

/// Returns the rows of a page, and the links to the others.
fn paged<T>(look: &Look<'_>, rows: Vec<T>) -> (Vec<T>, Markup) {
    const LINES: usize = crate::write::table::LINES;
    let count = rows.len();
    let pages = count.div_ceil(LINES).max(1);
    let page = look.fields.text("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let first = (page - 1) * LINES;
    let rows: Vec<T> = rows.into_iter().skip(first).take(LINES).collect();
    let to = |page: usize| {
        let page = page.to_string();
        crate::fields::address(
            &own_path(look),
            look.fields.without(&["page"]).chain([("page", page.as_str())]),
        )
    };
    let links = html! {
        @if pages > 1 {
            nav.pages aria-label="Pages of lines" {
                span { "Lines " (first + 1) " to " (first + rows.len()) " of " (count) }
                @if page > 1 { a href=(to(page - 1)) rel="prev" { "Previous" } }
                @if page < pages { a href=(to(page + 1)) rel="next" { "Next" } }
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
    let found = suggestions(books, account, days)?;
    let rows: Vec<Row<'_>> = open
        .iter()
        .map(|line| Row {
            line,
            is: Is::Open(found.of.get(&line.key()).map(Vec::as_slice).unwrap_or_default()),
        })
        .collect();
    let (rows, pages) = paged(look, rows);
    let may = can_record(look);
    let table =
        lines::table(look, books, ("Open lines", &rows, &found.items), may.then_some((sent, account)))?;
    if !may {
        return Ok(html! { (table) (pages) });
    }
    Ok(html! {
        (time_form(look, sent, errors))
        form method="post" action=(action) {
            (token(look))
            @if days != DAYS { input type="hidden" name="days" value=(days); }
            (table)
            (pages)
            fieldset.explain #field-line tabindex="-1" {
                legend { "Explanation of the ticked lines" }
                p.hint { "For lines that are not in these books. Each ticked line is explained separately, with this reason." }
                div.choices { (explanation(sent, errors)) }
            }
            div.buttons {
                button { "Check" }
                @if found.certain > 0 {
                    button.quiet name="certain" value="yes" {
                        @if found.certain == 1 { "Match the certain line" }
                        @else { "Match the " (found.certain) " certain lines" }
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

/// Returns the choice of how long before a line its payment may be.
fn time_form(look: &Look<'_>, sent: &Fields, errors: &[FieldError]) -> Markup {
    let error = errors.iter().find(|it| it.name == "days");
    html! {
        @if let Some(error) = error {
            div.field.bad { p.error #field-days-error { (sentence(&error.error.message)) } }
        }
        form.inline method="get" action=(own_path(look)) {
            (same_view(look))
            label for="field-days" { "Days from payment to statement" } " "
            input #field-days name="days" inputmode="numeric" size="4" autocomplete="off"
                aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| "field-days-error")]
                value=(sent.get("days").or(look.fields.get("days")).unwrap_or(&DAYS.to_string())); " "
            button.quiet.small { "Show" }
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
