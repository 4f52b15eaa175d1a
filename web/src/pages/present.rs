//! What whoever is signed in gives once more before something is changed that signing in protects: the present password.

use almoner_app::error::Error;
use maud::{Markup, html};

use crate::fields::Fields;
use crate::look::{Look, Trouble};

/// The seconds after signing in within which who has no password may change what it protects.
const FRESH: u64 = 15 * 60;

/// Returns the error where too many passwords are being checked.
pub fn busy() -> Error {
    Error::unavailable("busy", "many people are signing in at the moment").advice("try again in a moment")
}

/// Returns the field of the password that is needed before something is changed that it protects; for who has none, what is
/// needed in its place.
pub fn present_password(look: &Look<'_>, id: &str) -> Result<Markup, Trouble> {
    Ok(match is_of_organisation(look)? {
        true => html! { p.hint { "This can be done within " (FRESH / 60) " minutes of signing in." } },
        false => present_password_field(id),
    })
}

/// Returns true if whoever is signed in signs in with the organisation's account.
pub fn is_of_organisation(look: &Look<'_>) -> Result<bool, Trouble> {
    Ok(look.entrance()?.accounts.organisation(look.session.owner())?.is_some())
}

/// Checks the present password that was typed, and returns what is wrong with it. Who signs in with the organisation's
/// account, and has none, must have signed in a short while ago.
pub fn wrong_present_password(look: &Look<'_>, sent: &Fields) -> Result<Option<&'static str>, Trouble> {
    let entrance = look.entrance()?;
    let user = look.session.user().ok_or(Trouble::Missing)?;
    let from = look.client.ok_or(Trouble::Missing)?.0;
    if is_of_organisation(look)? {
        let is_fresh = look.session.age(look.site.now()?) < FRESH;
        return Ok((!is_fresh)
            .then_some("You signed in too long ago for this. Sign out, sign in again, and do it at once."));
    }
    Ok(match entrance.is_own_password(user, sent.text("current"), from)? {
        None => Some("There were too many attempts with a wrong password or code. Try again in 15 minutes."),
        Some(false) => Some("The present password is wrong."),
        Some(true) => None,
    })
}

/// Returns the field of the present password.
pub fn present_password_field(id: &str) -> Markup {
    html! {
        div.field {
            label for=(id) { "Present password" }
            input id=(id) name="current" type="password" autocomplete="current-password" required;
        }
    }
}
