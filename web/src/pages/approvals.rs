//! Proposals that await approval: those that the user may decide, and the others. For the office only.

use almoner_app::approvals::{Choice, WAITING, WAITING_SCHEMA, Waiting, choice, waiting, waiting_for};
use almoner_app::confirmation::PendingApproval;
use almoner_app::error::Error;
use almoner_app::listing::Listed;
use almoner_ledger::book::Books;
use almoner_ledger::grants::GrantId;
use almoner_papers::invocation::Invocation;
use almoner_papers::sheet::Sheet;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::actions::can_record;
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::machine::made;
use crate::remedies;
use crate::reply::Reply;
use crate::write::form::token;
use crate::write::table::{self, Shown};

/// Lists the proposals.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    look.read(Access::Read, |books, _| {
        if look.is_json {
            return Ok(made(Listed::of(books, WAITING_SCHEMA, waiting(books)?).json()?));
        }
        let mut all = Vec::new();
        for it in waiting(books)? {
            let choice = choice(books, &look.actor, it.record)?;
            all.push((it, choice));
        }
        let of = |wanted: fn(&Choice) -> bool| -> Vec<&Waiting> {
            all.iter().filter(|(_, choice)| wanted(choice)).map(|(it, _)| it).collect()
        };
        let to_decide = of(|it| matches!(it, Choice::Decide));
        let own = of(|it| matches!(it, Choice::Withdraw));
        let others = all.iter().filter_map(|(it, choice)| match choice {
            Choice::Sign(why) => Some((it, why, true)),
            Choice::Nothing(why) => Some((it, why, false)),
            Choice::Decide | Choice::Withdraw => None,
        });
        let others: Vec<(&Waiting, &Error, bool)> = others.collect();
        let has_users = !books.reference().authority.is_open();
        let body = html! {
            @if all.is_empty() { p.none { "No proposal is pending." } }
            @if !to_decide.is_empty() {
                h2 { "For you to decide" }
                (decide(look, &to_decide))
            }
            @if !others.is_empty() {
                h2 { "For others to decide, or needing a signature" }
                ul.plain {
                    @for (it, why, signs) in &others {
                        li {
                            (named(look, it)) ". " (remedies::sentence(&why.message))
                            @if *signs { " On the command line: " code { (signed(look, it.record)) } }
                        }
                    }
                }
            }
            @if !own.is_empty() {
                h2 { "Proposed by you" }
                ul.plain {
                    @for it in &own {
                        li {
                            (named(look, it)) ". " (approvers(books, it.record))
                            @if can_record(look) {
                                " " a href=(look.link(&format!("/records/{}/reject", it.record))) { "Withdraw" span.unseen { " proposal " (it.record) } }
                            }
                        }
                    }
                }
            }
            p.more-link {
                @if has_users { a href=(look.link("/users")) { "Users who can approve, and the scheme of delegation" } }
                @else { "Approval needs users: " a href=(look.link("/users")) { "add them first" } "." }
            }
        };
        let lead = html! { "Entries that a second user must approve." };
        Ok(Page::new(Section::Approvals, "Approvals", body).lead(lead).into())
    })
}

/// Returns a note on the proposals that would change a grant; nothing if none is pending, or for other audiences.
pub fn pending_for(look: &Look<'_>, books: &dyn Books, grant: &GrantId) -> Result<Markup, Trouble> {
    let all = if look.sees_office() { waiting_for(books, grant)? } else { Vec::new() };
    Ok(html! {
        @if !all.is_empty() {
            div.notice.warn {
                p { strong { (if all.len() == 1 { "A proposal for this grant awaits approval." } else { "Proposals for this grant await approval." }) } " Proposed entries are not yet in the figures." }
                ul.plain { @for it in &all { li { (named(look, it)) } } }
            }
        }
    })
}

fn named(look: &Look<'_>, it: &Waiting) -> Markup {
    html! { a href=(look.link_to("records", &it.record.to_string())) { (it.words()) } }
}

/// Returns who can approve a proposal.
pub fn approvers(books: &dyn Books, proposal: u64) -> String {
    let approvers = PendingApproval::of(proposal, books).approvers;
    match approvers.is_empty() {
        true => "It needs a second approver, and there is none yet.".to_owned(),
        false => format!("It will be recorded once approved by {}.", approvers.join(" or ")),
    }
}

/// Returns the command that approves a proposal with a signature.
pub fn signed(look: &Look<'_>, proposal: u64) -> String {
    look.site.program.typed(&Invocation::Approve { proposal })
}

/// Returns the proposals with boxes to tick, and what is done with those that are ticked.
fn decide(look: &Look<'_>, all: &[&Waiting]) -> Markup {
    let sheet = Sheet { title: "Proposals to decide".to_owned(), ..Sheet::of(WAITING, all.iter().copied()) };
    // The page of a proposal has its hash.
    let sheet = sheet.off_paper(&["hash"]);
    if !can_record(look) {
        return table::sheet(look, &sheet, Shown::default());
    }
    let tick = |record: &str| {
        html! { input type="checkbox" name="proposal" value=(record) aria-label={ "Choose proposal " (record) }; }
    };
    html! {
        form method="post" action=(look.link("/record/approve")) {
            (token(look))
            (table::sheet(look, &sheet, Shown { tick: Some(&tick), ..Shown::default() }))
            div.buttons {
                button { "Check and approve those ticked" }
                a.button.quiet href=(look.link("/record/reject")) { "Reject" span.unseen { " proposals" } }
            }
        }
    }
}
