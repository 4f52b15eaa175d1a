//! The one writer of steps: what each is, how far it is, what is open of it and where that is dealt with.

use almoner_app::steps::{Case, State, Step};
use almoner_ledger::money::grouped;
use maud::{Markup, html};

use crate::look::Look;
use crate::remedies;

/// A place where a step is taken: what its button says, and its address.
pub type Place = (&'static str, String);

/// The longest words of cases that are beside each other.
const SHORT: usize = 12;

/// Returns a step as an item of a list. `link` is where a case is dealt with, if that is not the page of what it is
/// about; `places` are shown where there is something to do; `more` is below them.
pub fn step<Kind>(
    look: &Look<'_>,
    step: &Step<Kind>,
    link: &dyn Fn(&Case) -> Option<String>,
    places: &[Place],
    more: &Markup,
) -> Markup {
    let class = match step.state {
        State::Done | State::DoneSoFar => "good",
        State::Open => "warn",
        State::Blocked => "bad",
        State::NotChecked => "",
    };
    html! {
        li {
            div {
                h3 { (step.title) @if step.count > 0 { ": " (grouped(&step.count.to_string())) } }
                @if let Some(note) = &step.note { p.why { (remedies::sentence(note)) } }
                @if !step.first.is_empty() {
                    ul.plain.short[step.first.iter().all(|it| it.words.len() <= SHORT)] {
                        @for it in &step.first { li { (case(look, it, link(it))) } }
                        @if step.count > step.first.len() { li { "…" } }
                    }
                }
                (remedies::list(look, &step.remedies, false))
                @if !places.is_empty() && step.is_to_do() {
                    p.links {
                        @for (label, address) in places {
                            a.button.quiet.small href=(address) { (label) span.unseen { ": " (step.title) } } " "
                        }
                    }
                }
                (more)
            }
            span class={ "tag " (class) } { (step.state.words()) }
        }
    }
}

/// Returns a case with a link to what it is about.
fn case(look: &Look<'_>, case: &Case, link: Option<String>) -> Markup {
    let own = || {
        let record = case.record.map(|record| look.link_to("records", &record.to_string()));
        let grant = case.grant.as_ref().map(|id| look.link_to("grants", id.as_str()));
        let decision = case.decision.as_ref().map(|id| look.link_to("decisions", id.as_str()));
        let account = case.account.as_ref().map(|account| look.link_to("bank", account.as_str()));
        record.or(grant).or(decision).or(account)
    };
    html! {
        @match link.or_else(own) {
            Some(address) => a href=(address) { (case.words) },
            None => (case.words),
        }
    }
}
