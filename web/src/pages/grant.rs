//! One grant: position, statement, purpose and terms, monitoring, and everything that happened.

use almoner_app::confirmation::AwardBalance;
use almoner_app::figures::Report;
use almoner_app::narrative::{self, Naming};
use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, Period, moment_in_words};
use almoner_ledger::grants::monitoring::DueState;
use almoner_ledger::grants::{Basis, Fact, Grant, GrantId, Power, Purpose};
use almoner_ledger::money::Money;
use almoner_ledger::reports::GrantReport;
use almoner_papers::reports as sheets;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::actions::{actions, can_record};
use super::approvals::pending_for;
use super::reports::{chosen, download, files, lead};
use crate::confidential;
use crate::fields::encoded;
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::reply::Reply;
use crate::write::table::{self, Shown};
use crate::write::{Headline, facts, headlines, pounds};

/// The width of a statement beside what happened, in characters.
const STATEMENT: usize = 104;

/// Shows a grant, or sends the file of its statement.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    let id = GrantId::new(look.part(0)).map_err(|_| Trouble::Missing)?;
    let period = look.fields.period(look.actor.today)?;
    let postings = look.fields.has("postings");
    look.read(Access::Read, |books, days| {
        let grant = books.grant(&id)?.ok_or(Trouble::Missing)?;
        let Some(award) = grant.last_award() else { return Err(Trouble::Missing) };
        let report = Report::Grant { grant: id.to_string(), postings, parts: false, period };
        let made = report.run(books, days)?;
        if let Some(file) = download(look, &made, "grant")? {
            return Ok(file);
        }
        let report = made.report::<GrantReport>()?;
        let as_at = report.stamp.as_at.unwrap_or(days.today);
        let mut sheet = chosen(look, made.sheet()?)?;
        // The facts have a place of their own on this page.
        sheet.facts.clear();
        let is_whole = look.fields.has("columns");
        if !postings && !is_whole {
            sheet = sheet.off_paper(&["recorded_by", "recorded_at"]);
        }
        let mut parts = sheets::grant::parts_sheet(report);
        parts.facts.clear();
        parts.title = "Parts".to_owned();
        let total = &report.total;
        let awarded = if total.reduced.is_zero() { "Awarded" } else { "Awarded before refunds" };
        let mut strip = vec![Headline::money(awarded, total.awarded, None).note(decided(look, &grant))];
        strip.push(Headline::money("Paid", total.paid, None).note(payments(&grant, as_at)));
        strip.push(Headline::money("Balance of award", total.committed, None).note(next_instalment(&grant, as_at)));
        let basis = report.period.map_or("period not stated".to_owned(), Period::in_words);
        strip.push(
            Headline::money(&format!("Expenditure to {}", as_at.in_words()), total.expenditure, None)
                .note(html! { (report.basis.words()) ", " (basis) }),
        );
        if !total.prepayments.is_zero() {
            strip.push(
                Headline::money("Prepayments", total.prepayments, None)
                    .note(html! { "paid, not yet recognised" }),
            );
        }
        if !total.accruals.is_zero() {
            strip.push(
                Headline::money("Accruals", total.accruals, None).note(html! { "recognised, not yet paid" }),
            );
        }
        if !total.recoveries_due.is_zero() {
            strip.push(
                Headline::money("Recovery due", total.recoveries_due, None)
                    .note(html! { "paid in excess of the award, to be refunded" }),
            );
        }
        // What can be recorded depends on the books as they are now.
        let position = AwardBalance::of(&grant)?.position;
        let can_be_paid = position.is_some_and(|it| it.balance.is_positive());
        let is_confidential = !confidential::among(look, books, [id.clone()])?.is_empty();
        let pending = pending_for(look, books, &id)?;
        let body = html! {
            (pending)
            (headlines(&strip))
            @if grant.award().is_some() { (actions(look, "actions for this grant", &of_grant(look, id.as_str(), can_be_paid))) }
            div.cols.side {
                div {
                    h2 { (if postings { "Postings" } else { "Statement" }) }
                    (table::sheet(look, &sheet, Shown { is_whole, width: Some(STATEMENT), ..Shown::default() }))
                    p { a href=(look.again_with("postings", if postings { "" } else { "yes" })) {
                        (if postings { "Show the statement" } else { "Show postings by account" })
                    } }
                    (files(look))
                    @if !report.parts.is_empty() {
                        h2 { "Parts" }
                        (table::sheet(
                            look, &parts, Shown { width: Some(STATEMENT), ..Shown::default() }
                        ))
                    }
                    h2 { "Purpose and terms" }
                    (terms(look, books, &grant, is_confidential)?)
                    (monitoring(look, &grant, as_at))
                }
                aside aria-labelledby="happened" {
                    h2 #happened { "History" }
                    (timeline(look, books, &grant)?)
                }
            }
        };
        let (class, state) = state(report, as_at);
        let recipient = narrative::recipient_name(books, &award.recipient)?;
        let title = grant.purpose().map_or_else(|| format!("Grant {id}"), |it| it.text.to_string());
        let about = html! {
            "Grant " (id) " to " a href=(look.link_to("recipients", award.recipient.as_str())) { (recipient) } ". "
            (lead(&sheet))
        };
        let page = Page::new(Section::Grants, title, body).below("Grants", look.link("/grants"));
        let mut page = page.here(id.as_str()).tag(class, state).lead(about);
        if is_confidential {
            let (class, word) = confidential::TAG;
            page = page.tag(class, word);
        }
        Ok(page.into())
    })
}

/// Returns what can be recorded for a grant, the most frequent first.
fn of_grant(look: &Look<'_>, id: &str, can_be_paid: bool) -> Vec<(&'static str, String)> {
    let all = [
        ("Pay", "pay"),
        ("Vary", "vary"),
        ("Extend", "extend"),
        ("Change purpose", "repurpose"),
        ("Change fund", "fund"),
        ("Schedule instalment", "instalment"),
        ("Record refund", "refund"),
        ("Record returned payment", "returned"),
        ("State details", "state"),
        ("Schedule monitoring reports", "schedule"),
        ("Add report or milestone", "due"),
        ("Correct", "correct"),
        ("Withdraw", "withdraw"),
    ];
    let wanted = all.into_iter().filter(|(_, word)| can_be_paid || *word != "pay");
    wanted.map(|(label, word)| (label, look.link(&format!("/grants/{}/{word}", encoded(id))))).collect()
}

/// Returns the state of a grant on a day in a word, with its colour.
fn state(report: &GrantReport, day: Date) -> (&'static str, &'static str) {
    if report.award_reversed {
        return ("bad", "reversed");
    }
    if report.withdrawn {
        return ("warn", "withdrawn");
    }
    match report.period {
        None => ("", "period not stated"),
        Some(period) if day < period.days().from() => ("", "not yet begun"),
        Some(period) if day > period.days().to() => ("", "ended"),
        Some(_) => ("good", "running"),
    }
}

fn decided(look: &Look<'_>, grant: &Grant) -> Markup {
    let Some(award) = grant.last_award() else { return html! {} };
    html! {
        @match grant.decision() {
            Some(decision) => { "decision " a href=(look.link_to("decisions", decision.as_str())) { (decision) } },
            None => "decision not stated",
        }
        ", " (award.decided.in_words()) @if award.date_assumed { " (assumed)" }
    }
}

/// Returns the number of payments that stay paid on a day, the last of them, and how many were returned.
fn payments(grant: &Grant, as_at: Date) -> Markup {
    let returned = |record: u64| {
        let of = grant.live().filter_map(|it| match &*it.fact {
            Fact::Returned(it) if it.payment == record && it.date <= as_at => Some(it.amount),
            _ => None,
        });
        Money::sum(of).unwrap_or_default()
    };
    let paid = grant.live().filter_map(|it| match &*it.fact {
        Fact::Paid(paid) if paid.date <= as_at => Some((paid.date, paid.amount == returned(it.record))),
        _ => None,
    });
    let (back, paid): (Vec<_>, Vec<_>) = paid.partition(|(_, is_returned)| *is_returned);
    html! {
        @match paid.iter().map(|(date, _)| date).max() {
            None => "no payment",
            Some(last) => { (paid.len()) (if paid.len() == 1 { " payment, " } else { " payments, last " }) (last.in_words()) },
        }
        @if !back.is_empty() { "; " (back.len()) " more returned" }
    }
}

/// Returns the first instalment due on a day or after it.
fn next_instalment(grant: &Grant, as_at: Date) -> Markup {
    let due = grant.facts().filter_map(Fact::instalment).filter(|it| it.due >= as_at).min_by_key(|it| it.due);
    html! {
        @match due {
            Some(it) => { "instalment " (pounds(it.amount)) " due " (it.due.in_words()) },
            None => "amount that can still be paid",
        }
    }
}

fn terms(
    look: &Look<'_>,
    books: &dyn Books,
    grant: &Grant,
    is_confidential: bool,
) -> Result<Markup, Trouble> {
    let Some(award) = grant.last_award() else { return Ok(html! {}) };
    let terms = grant.terms();
    let unstated = || html! { span.unstated { "not stated" } };
    let division = grant.division();
    let ids = division.iter().flat_map(|division| division.funds());
    let funds: Vec<Markup> = ids
        .map(|id| match books.reference().funds.get(id).filter(|fund| !fund.id.is_unstated()) {
            Some(fund) => {
                let address = look.link_with("/reports/grants", &[("fund", fund.id.as_str())]);
                html! { a href=(address) { (fund.name) } }
            }
            None => unstated(),
        })
        .collect();
    let fund = html! { @for (at, fund) in funds.iter().enumerate() { @if at > 0 { ", " } (fund) } };
    let power = if terms.power == Power::NotStated {
        unstated()
    } else {
        html! { (terms.power.name()) }
    };
    let period = grant.period().map_or_else(unstated, |period| html! { (period.in_words()) });
    let mut all = vec![
        ("Fund", fund),
        ("Power", power),
        ("Period", period),
        ("Recognition", html! { (Basis::of(grant.period()).words()) }),
    ];
    let purposes = grant.purposes();
    let version = |from: Date, purpose: &Purpose| {
        let since = (from != award.decided).then(|| format!("From {}: ", from.in_words()));
        let split = grant.split_on(from).unwrap_or_else(|| purpose.split.clone());
        html! { (since.unwrap_or_default()) (purpose.text) " (" (Naming::of(books).themes(&split)) ")" }
    };
    all.push((
        "Purpose",
        html! {
            @match purposes.as_slice() {
                [(from, purpose)] => (version(*from, purpose)),
                several => ul.plain { @for (from, purpose) in several { li { (version(*from, purpose)) } } },
            }
        },
    ));
    all.extend(terms.conditions.map(|text| ("Conditions", html! { (text) })));
    all.extend(terms.reasons.map(|text| ("Reasons", html! { (text) })));
    if is_confidential {
        all.push(("Publication", html! { (confidential::MEANING) }));
    }
    let scheduled: Vec<_> = grant.facts().filter_map(Fact::instalment).collect();
    if !scheduled.is_empty() {
        all.push((
            "Instalments",
            html! { ul.plain { @for it in scheduled { li { (it.due.in_words()) ": " (pounds(it.amount)) } } } },
        ));
    }
    Ok(facts(&all))
}

/// Returns the monitoring reports and milestones of a grant; nothing if there are none.
fn monitoring(look: &Look<'_>, grant: &Grant, today: Date) -> Markup {
    let items = grant.due_items();
    html! {
        @if !items.is_empty() {
            h2 { "Monitoring" }
            ul.plain {
                @for item in items {
                    li {
                        (item.due.due.in_words()) ": " (item.due.name) ", " (item.state(today).word())
                        @if item.holds_payment_of(today) { " (payments are held until it is received)" }
                        @if can_record(look) && matches!(item.state(today), DueState::Overdue | DueState::Due) {
                            @let about = [("due", item.due.due.in_words()), ("name", item.due.name.to_string())];
                            @let about: Vec<(&str, &str)> = about.iter().map(|(name, value)| (*name, value.as_str())).collect();
                            @let path = format!("/grants/{}", encoded(grant.id.as_str()));
                            ": " a href=(look.link_with(&format!("{path}/received"), &about)) { "received" }
                            ", " a href=(look.link_with(&format!("{path}/waive"), &about)) { "waive" }
                        }
                    }
                }
            }
        }
    }
}

/// Returns everything that happened, the latest first.
fn timeline(look: &Look<'_>, books: &dyn Books, grant: &Grant) -> Result<Markup, Trouble> {
    let mut items = Vec::new();
    for recorded in grant.history.iter().rev() {
        let (sentence, details) =
            narrative::fact_words(Naming::of(books), books, grant.id.as_str(), &recorded.fact)?;
        items.push((recorded, sentence, details));
    }
    let is_office = look.sees_office();
    Ok(html! {
        ol.time {
            @for (recorded, sentence, details) in &items {
                li {
                    @if let Some(date) = recorded.fact.effective() { time datetime=(date.to_string()) { (date.in_words()) } }
                    (sentence)
                    @for detail in details { br; (detail) }
                    @if is_office {
                        br;
                        span.hint {
                            a href=(look.link_to("records", &recorded.record.to_string())) { "Record " (recorded.record) }
                            ", " (moment_in_words(&recorded.at)) ", " (recorded.by)
                        }
                    }
                    @if let Some(on) = &recorded.reconciled { br; span.tag.good { "on statement of " (on.date.in_words()) } }
                }
            }
        }
    })
}
