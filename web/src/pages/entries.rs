//! Entries as debits and credits, by date.

use std::collections::BTreeMap;

use almoner_app::confirmation::PostedEntries;
use almoner_ledger::accounts::Account;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::Date;
use almoner_ledger::entry::Posting;
use almoner_ledger::funds::FundId;
use almoner_ledger::money::Money;
use almoner_ledger::themes::ThemeId;
use maud::{Markup, html};

use crate::look::Trouble;

/// The number of dates whose entries are shown at once.
const DATES: usize = 3;

/// Returns an account in words.
const fn account_name(account: Account) -> &'static str {
    match account {
        Account::Bank => "Bank",
        Account::GrantControl => "Grant control",
        Account::RecoveriesDue => "Recoveries due",
        Account::ReceiptsInAdvance => "Receipts in advance",
        Account::OpeningReserves => "Opening reserves",
        Account::GrantsReceivable => "Income from funders",
        Account::GrantExpenditure => "Expenditure on grants",
        Account::EarlierYears => "Expenditure of earlier years",
        Account::Commitments => "Commitments",
        Account::AwardsOutstanding => "Awards outstanding",
        Account::AwardsMoved => "Awards moved",
        Account::Budget => "Budget",
        Account::BudgetControl => "Budget control",
    }
}

/// The effective and the posting date of entries.
type Days = (Date, Date);

/// Returns entries as debits and credits, by date.
pub fn entries(books: &dyn Books, posted: &PostedEntries<'_>) -> Result<Markup, Trouble> {
    let mut real: BTreeMap<Days, Vec<Posting<'_>>> = BTreeMap::new();
    let mut memorandum: BTreeMap<Days, Vec<Posting<'_>>> = BTreeMap::new();
    for posting in posted.shown.iter().flat_map(|it| it.postings()) {
        let groups = if posting.account.is_memorandum() { &mut memorandum } else { &mut real };
        groups.entry((posting.effective, posting.booked)).or_default().push(posting);
    }
    let draw = |groups: &BTreeMap<Days, Vec<Posting<'_>>>, what: &str| -> Result<Vec<Markup>, Trouble> {
        groups.iter().map(|(days, postings)| table(books, what, *days, postings)).collect()
    };
    let (real, memorandum) = (draw(&real, "Entry")?, draw(&memorandum, "Memorandum entry")?);
    let (first, more) = real.split_at(real.len().min(DATES));
    Ok(html! {
        @for table in first { (table) }
        @if !more.is_empty() {
            details { summary { "Entries of " (more.len()) " later dates" } @for table in more { (table) } }
        }
        @if !memorandum.is_empty() {
            details { summary { "Memorandum entries" } @for table in &memorandum { (table) } }
        }
        @if posted.omitted > 0 { p.hint { "Entries of " (posted.omitted) " more records are omitted." } }
    })
}

fn table(
    books: &dyn Books,
    what: &str,
    (effective, booked): Days,
    postings: &[Posting<'_>],
) -> Result<Markup, Trouble> {
    let fund = |id: &FundId| {
        books.reference().funds.get(id).map_or_else(|| id.to_string(), |fund| fund.name.to_string())
    };
    let theme = |id: Option<&ThemeId>| {
        let known = id.map(|id| {
            books.reference().themes.get(id).map_or_else(|| id.to_string(), |it| it.name.to_string())
        });
        known.unwrap_or_default()
    };
    let shown = |amount: Money| if amount.is_positive() { amount.grouped() } else { String::new() };
    let debit = Money::sum(postings.iter().map(|it| it.amount.max(Money::ZERO)))?;
    let credit = Money::sum(postings.iter().map(|it| it.amount.negated().max(Money::ZERO)))?;
    let dates = match effective == booked {
        true => effective.in_words(),
        false => format!("{}, posted {}", effective.in_words(), booked.in_words()),
    };
    let mut lines: Vec<&Posting<'_>> = postings.iter().collect();
    lines.sort_by_key(|it| it.amount.is_negative());
    Ok(html! {
        div.scroll role="region" aria-label={ (what) " of " (dates) } tabindex="0" {
            table.entry {
                caption { (what) ", " (dates) }
                thead { tr { th scope="col" { "Account" } th scope="col" { "Fund" } th scope="col" { "Theme" } th.num scope="col" { "Debit" } th.num scope="col" { "Credit" } } }
                tbody {
                    @for it in &lines {
                        tr {
                            th scope="row" { (account_name(it.account)) }
                            td { (fund(it.fund)) }
                            td { (theme(it.theme)) }
                            td.num { (shown(it.amount)) }
                            td.num { (shown(it.amount.negated())) }
                        }
                    }
                }
                tfoot { tr.total { th scope="row" { "Total" } td {} td {} td.num { (debit.grouped()) } td.num { (credit.grouped()) } } }
            }
        }
    })
}
