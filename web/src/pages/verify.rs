//! The verification of the ledger: whether anything was altered, and whether a proof is of it. For the office only.

use almoner_app::narrative::{Naming, event_words};
use almoner_ledger::book::Books;
use almoner_ledger::calendar::moment_in_words;
use almoner_ledger::money::grouped;
use almoner_store::folder::Access;
use almoner_store::proofs::Proof;
use almoner_store::verify::Verification;
use maud::{Markup, html};
use serde_json::json;

use crate::frame::{Page, Section, same_view};
use crate::look::{Look, Trouble};
use crate::machine::{made, unwritten};
use crate::remedies;
use crate::reply::Reply;
use crate::write::facts;
use crate::write::form::{Field, FieldError, Input, field};

/// The number of decision numbers, and of awards, that are named.
const NAMED: usize = 20;

/// Shows what is verified, and what that came to once it is wanted.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let proof = look.fields.parsed("proof", proof)?;
    let is_wanted = look.is_json || proof.is_some() || look.fields.has("now");
    let found = match is_wanted {
        true => Some(look.site.office.verification(&look.actor, proof.as_ref())?),
        false => None,
    };
    look.read(Access::Totals, |books, _| {
        if look.is_json {
            return json(books, found.as_ref());
        }
        let body = html! {
            (options(look, books, &[]))
            @if let Some(found) = &found { (shown(look, books, found)?) }
        };
        let lead = html! {
            "Reads every record, its hashes, its entries and the index, and changes nothing."
        };
        let page = Page::new(Section::Log, "Verification", body).below("Audit log", look.link("/log"));
        Ok(page.lead(lead).into())
    })
}

/// Returns the form of the verification, with what is wrong of it.
pub fn options(look: &Look<'_>, _: &dyn Books, errors: &[FieldError]) -> Markup {
    let typed = Field::new("proof", "Proof", Input::Text)
        .hint("From a confirmation, to prove that its record and all earlier ones are unchanged; blank if there is none");
    html! {
        form.stack method="get" action=(look.path) {
            (same_view(look))
            input type="hidden" name="now" value="yes";
            (field(&typed, &look.fields, errors))
            div.buttons { button { "Verify" } }
        }
    }
}

/// Reads a proof.
pub fn proof(text: &str) -> Result<Proof, almoner_app::error::Error> {
    text.parse::<Proof>().map_err(|error| {
        almoner_app::error::Error::refused("not-a-proof", error.to_string())
            .advice("copy the whole line after “Proof” from the confirmation")
    })
}

fn json(books: &dyn Books, found: Option<&Verification>) -> Result<Reply, Trouble> {
    let findings = found.iter().flat_map(|it| &it.findings);
    let findings: Vec<_> =
        findings.map(|it| json!({"kind": it.kind.label(), "message": it.message})).collect();
    let value = json!({
        "schema": "almoner.verification/1",
        "body": books.reference().body_name(),
        "records": found.map(|it| it.records),
        "postings": found.map(|it| it.postings),
        "head": found.map(|it| json!({"record": it.head.record, "hash": it.head.hash.to_string()})),
        "findings": findings,
        "proved": found.map(|it| it.proved.clone()),
        "proof": found.and_then(proof_of),
    });
    let mut text = serde_json::to_vec_pretty(&value).map_err(unwritten)?;
    text.push(b'\n');
    Ok(made(text))
}

/// Returns the proof of the whole ledger, if nothing is wrong with it.
fn proof_of(found: &Verification) -> Option<String> {
    let is_whole = !found.ledger.is_empty() && found.findings.is_empty();
    is_whole.then(|| Proof { ledger: found.ledger.clone(), head: found.head }.to_string())
}

fn shown(look: &Look<'_>, books: &dyn Books, found: &Verification) -> Result<Markup, Trouble> {
    let number = |count: u64| grouped(&count.to_string());
    let mut stated = vec![
        ("Records", html! { (number(found.records)) " of " (number(found.head.record)) " checked" }),
        ("Postings", html! { (number(found.postings)) }),
        ("Head", html! { "record " (found.head.record) ", " code { (found.head.hash) } }),
    ];
    stated.extend(proof_of(found).map(|proof| ("Proof", html! { code { (proof) } })));
    stated.extend(found.proved.iter().map(|it| ("Proved", html! { (remedies::sentence(it)) })));
    for (record, at) in &found.clock_corrected {
        stated.push(("Clock corrected", html! {
            a href=(look.link_to("records", &record.to_string())) { "record " (record) } ": earlier records dated after "
            (moment_in_words(at)) " are treated as recorded then"
        }));
    }
    for record in &found.noted {
        let (sentence, _) = event_words(Naming::IDS, books, &record.event)?;
        stated.push(("Noted", html! {
            a href=(look.link_to("records", &record.number.to_string())) { "record " (record.number) } " of "
            (moment_in_words(&record.at)) " by " (record.by) ": " (sentence)
        }));
    }
    let first = |all: &[String]| {
        let more = if all.len() > NAMED { " …" } else { "" };
        format!("{}{more}", all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", "))
    };
    if !found.under_earlier_rules.is_empty() {
        stated.push(("Recorded under earlier rules", html! { (first(&found.under_earlier_rules)) }));
    }
    if !found.missing_decisions.is_empty() {
        stated.push((
            "Missing decision numbers",
            html! { (first(&found.missing_decisions)) " " a href=(look.link("/decisions")) { "Register" } },
        ));
    }
    stated.extend(found.strays.iter().map(|it| ("Also in the ledger folder", html! { (it.words()) })));
    Ok(html! {
        section aria-labelledby="found" {
            h2 #found { "Findings" }
            @if found.findings.is_empty() {
                p.notice.good { "No record has been altered, every entry balances and every rule is met." }
            } @else {
                div.summary role="alert" tabindex="-1" {
                    h3 { "The ledger did not pass verification" }
                    ul { @for it in &found.findings { li { (remedies::sentence(&it.to_string())) } } }
                    p { "Record nothing, and tell whoever looks after the ledger; it is repaired on the command line." }
                }
            }
            (facts(&stated))
        }
    })
}
