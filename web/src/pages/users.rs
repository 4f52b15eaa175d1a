//! The users with their roles, and the scheme of delegation. For the office only.

use almoner_app::listing::Listed;
use almoner_app::people::{ShownUser, USERS, USERS_SCHEMA, UserLine, only_signer, users};
use almoner_ledger::book::Books;
use almoner_ledger::text::Text;
use almoner_papers::invocation::Invocation;
use almoner_papers::sheet::{Column, Row, Sheet};
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::actions::actions;
use crate::access_log::Event;
use crate::accounts::INVITATION_DAYS;
use crate::entrance::Entrance;
use crate::fields::{Fields, encoded};
use crate::forms::scheme;
use crate::frame::{Page, Section, audience_words};
use crate::look::{Look, Trouble};
use crate::machine::made;
use crate::reply::Reply;
use crate::write::facts;
use crate::write::form::token;
use crate::write::table::{self, Shown, text_of};

/// Lists the users, with the scheme in force.
pub fn list(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    look.read(Access::Totals, |books, _| {
        let authority = &books.reference().authority;
        let lines = users(authority);
        if look.is_json {
            return Ok(made(Listed::of(books, USERS_SCHEMA, lines).json()?));
        }
        let sheet = Sheet { title: "Users".to_owned(), ..Sheet::of(USERS, &lines) };
        let links = |column: &Column, row: &Row, sheet: &Sheet| {
            (column.key == "id").then(|| text_of(sheet, row, "id")).flatten().map(|id| look.link_to("users", &id))
        };
        let acts = match &authority.policy {
            None => vec![("Set a scheme", look.link("/record/policy"))],
            Some(_) => vec![
                ("Change the scheme", look.link("/record/policy")),
                ("End the scheme", look.link("/record/policy-off")),
            ],
        };
        let own = look.actor.name();
        let is_user = authority.users.contains_key(own);
        let body = html! {
            @if lines.is_empty() {
                p.none { "There are no users: anyone who can open the ledger can record anything." }
            } @else {
                (table::sheet(look, &sheet, Shown { links: Some(&links), ..Shown::default() }))
                @if let Some(warning) = only_signer(authority) { p.notice.warn { (warning) } }
                @if !is_user { p.notice.warn { "You record as " (own) ", who is not a user of this ledger and can record nothing." } }
            }
            (actions(look, "actions for users", &[("Add user", look.link("/record/user"))]))
            h2 { "Scheme of delegation" }
            @match &authority.policy {
                None => p.none { "No scheme of delegation is in force: nothing needs approval." },
                Some(policy) => {
                    p { "These records need the approval of a second user, as do changes to users and to the scheme." }
                    @let words = scheme(policy);
                    @let words: Vec<(&str, Markup)> = words.into_iter().map(|(label, words)| (label, html! { (words) })).collect();
                    (facts(&words))
                },
            }
            (actions(look, "actions for the scheme", &acts))
            p.more-link { a href=(look.link("/settings")) { "All settings" } }
        };
        let lead = html! { "Users, their roles, and the scheme of delegation. You record as " (own) "." };
        Ok(Page::new(Section::Users, "Users", body).lead(lead).into())
    })
}

/// Returns what a user does with an invitation.
fn accepts(entrance: &Entrance) -> &'static str {
    match (&entrance.provider, entrance.has_passwords()) {
        (None, _) => "set their password",
        (Some(_), true) => "set their password, or sign in with your organisation’s account",
        (Some(_), false) => "sign in with your organisation’s account",
    }
}

/// Invites a user to sign in, and shows the link, once.
pub fn invite(look: &Look<'_>, _: Fields) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let entrance = look.entrance()?;
    if !look.session.approves() {
        return Err(Trouble::Missing);
    }
    let id = Text::new(look.part(0)).map_err(|_| Trouble::Missing)?;
    look.read(Access::Totals, |books, _| {
        let user = books.reference().authority.users.get(id.as_str()).filter(|user| user.sees().is_some());
        let user = user.ok_or(Trouble::Missing)?;
        let link = entrance.accounts.invite(&user.id, &look.site.program.random()?, &look.actor.at)?;
        look.log_access(Event::Invited, id.as_str());
        let body = html! {
            p { "Give this link to " (user.name) " in person or by a message that only they can read. With it they " (accepts(entrance))
                ". It can be used once, within " (INVITATION_DAYS) " days, and will not be shown again." }
            p.copy { code { (link) } }
        };
        let page = Page::new(Section::Users, "Invitation", body).below("Users", look.link("/users"));
        Ok(page.below(user.name.as_str(), look.link_to("users", id.as_str())).into())
    })
}

/// Shows a user.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let id = Text::new(look.part(0)).map_err(|_| Trouble::Missing)?;
    look.read(Access::Totals, |books, _| {
        let user = books.reference().authority.users.get(id.as_str()).ok_or(Trouble::Missing)?;
        if look.is_json {
            return Ok(made(ShownUser::of(books, user).json()?));
        }
        let line = UserLine::of(user);
        let roles = if line.roles.is_empty() { "none".to_owned() } else { line.roles };
        let stated = [
            ("User name", html! { (line.id) }),
            ("Roles", html! { (roles) }),
            ("Sees", html! { @match user.sees() { Some(audience) => { "what " (audience_words(audience)) " sees" } None => "nothing" } }),
            ("Key", html! { @match &line.key { Some(key) => code { (key) }, None => "none" } }),
        ];
        let to = |word: &str| look.link(&format!("/users/{}/{word}", encoded(id.as_str())));
        let mut acts = vec![("Assign roles", to("roles")), ("Record signing key", to("key"))];
        if !line.left {
            acts.push(("Record that the user has left", to("leave")));
        }
        let invites = look.session.approves() && user.sees().is_some();
        let command = look.site.program.typed(&Invocation::CreateKey { user: line.id.clone() });
        let body = html! {
            (facts(&stated))
            (actions(look, "actions for this user", &acts))
            @if invites {
                h2 { "Signing in" }
                form method="post" action=(to("invite")) {
                    (token(look))
                    div.buttons { button.quiet { "Invite to sign in" } }
                }
                (super::account::codes::of_user(look, id.as_str())?)
            }
            p.hint { "A key is created, and approvals are signed with it, on the command line: " code { (command) } }
        };
        let page = Page::new(Section::Users, line.name.clone(), body).below("Users", look.link("/users"));
        Ok(if line.left { page.tag("warn", "left") } else { page }.into())
    })
}
