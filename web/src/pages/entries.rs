//! Entries as debits and credits, by date.

use almoner_app::confirmation::{DatedEntry, PostedEntries};
use almoner_ledger::book::Books;
use almoner_ledger::money::Money;
use maud::{Markup, html};

use crate::look::Trouble;

/// The number of dates whose entries are shown at once.
const DATES: usize = 3;

/// Returns entries as debits and credits, by date.
pub fn entries(books: &dyn Books, posted: &PostedEntries<'_>) -> Result<Markup, Trouble> {
    let entries = posted.dated(books)?;
    let (first, more) = entries.real.split_at(entries.real.len().min(DATES));
    Ok(html! {
        @for entry in first { (table("Entry", entry)) }
        @if !more.is_empty() {
            details { summary { "Entries of " (more.len()) " later dates" } @for entry in more { (table("Entry", entry)) } }
        }
        @if !entries.memorandum.is_empty() {
            details { summary { "Memorandum entries" } @for entry in &entries.memorandum { (table("Memorandum entry", entry)) } }
        }
        @if entries.omitted > 0 { p.hint { "Entries of " (entries.omitted) " more records are omitted." } }
    })
}

fn table(what: &str, entry: &DatedEntry) -> Markup {
    let DatedEntry { effective, booked, lines, debit, credit } = entry;
    let dates = match effective == booked {
        true => effective.in_words(),
        false => format!("{}, posted {}", effective.in_words(), booked.in_words()),
    };
    let shown = |amount: Option<Money>| amount.map(Money::grouped).unwrap_or_default();
    html! {
        div.scroll role="region" aria-label={ (what) " of " (dates) } tabindex="0" {
            table.entry {
                caption { (what) ", " (dates) }
                thead { tr { th scope="col" { "Account" } th.broad scope="col" { "Fund" } th.broad scope="col" { "Theme" } th.num scope="col" { "Debit" } th.num scope="col" { "Credit" } } }
                tbody {
                    @for it in lines {
                        tr {
                            th scope="row" {
                                (it.account)
                                span.under { (it.fund) @if let Some(theme) = &it.theme { ", " (theme) } }
                            }
                            td.broad { (it.fund) }
                            td.broad { (it.theme.as_deref().unwrap_or_default()) }
                            td.num { (shown(it.debit)) }
                            td.num { (shown(it.credit)) }
                        }
                    }
                }
                tfoot { tr.total { th scope="row" { "Total" } td.broad {} td.broad {} td.num { (debit.grouped()) } td.num { (credit.grouped()) } } }
            }
        }
    }
}
