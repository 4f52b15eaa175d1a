//! The users of a ledger, as lines, and the scheme of delegation in words.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use almoner_ledger::authority::{Authority, LOST_KEY_DAYS};
use almoner_ledger::book::Books;
use almoner_ledger::users::User;
use almoner_papers::render::json;
use almoner_papers::sheet::{Cell, Field, Kind};
use serde::Serialize;

use crate::error::Error;

/// A line of the list of users.
#[derive(Clone, Debug, Serialize)]
pub struct UserLine {
    pub id: String,
    pub name: String,
    pub roles: String,
    pub audience: Option<&'static str>,
    pub key: Option<String>,
    pub left: bool,
}

/// The schema of the list of users, with its version.
pub const USERS_SCHEMA: &str = "almoner.users/1";

/// A user, as JSON.
#[derive(Debug, Serialize)]
pub struct ShownUser {
    schema: &'static str,
    body: String,
    #[serde(flatten)]
    user: UserLine,
}

impl ShownUser {
    /// The schema of a user, with its version.
    pub const SCHEMA: &str = "almoner.user/1";

    /// Returns a user of these books.
    pub fn of(books: &dyn Books, user: &User) -> ShownUser {
        let body = books.reference().body_name().to_owned();
        ShownUser { schema: ShownUser::SCHEMA, body, user: UserLine::of(user) }
    }

    /// Returns it as JSON.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn json(&self) -> Result<Vec<u8>, Error> {
        Ok(json::text(self)?)
    }
}

/// The columns of the list of users.
pub const USERS: &[Field<UserLine>] = &[
    Field::new("id", "User", Kind::Text, 0, |line| Cell::Text(line.id.clone())),
    Field::new("name", "Name", Kind::Text, 1, |line| Cell::Text(line.name.clone())),
    Field::new("roles", "Roles", Kind::Text, 0, |line| {
        Cell::Text(if line.left { "left".to_owned() } else { line.roles.clone() })
    }),
    Field::new("audience", "Audience", Kind::Text, 3, |line| {
        line.audience.map_or(Cell::Empty, |word| Cell::Text(word.to_owned()))
    }),
    Field::new("key", "Key fingerprint", Kind::Text, 2, |line| {
        line.key.as_ref().map_or(Cell::Empty, |key| Cell::Text(key.clone()))
    }),
];

impl UserLine {
    /// Returns the line of a user.
    pub fn of(user: &User) -> UserLine {
        UserLine {
            id: user.id.to_string(),
            name: user.name.to_string(),
            roles: user.roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(", "),
            audience: user.is_only_reader().then(|| user.audience.unwrap_or_default().word()),
            key: user.key.map(|key| key.fingerprint()),
            left: user.left,
        }
    }
}

/// Returns the users, by their names.
pub fn users(authority: &Authority) -> Vec<UserLine> {
    authority.users.values().map(UserLine::of).collect()
}

/// Returns a warning where one user alone can approve, and only with a key.
pub fn only_signer(authority: &Authority) -> Option<String> {
    let only = &authority.only_signer()?.id;
    Some(format!(
        "{only} is the only user who can approve, and needs a signing key to do so. If that key is lost, nothing can be approved for {LOST_KEY_DAYS} days. \
         Give another user the approver role, with a key."
    ))
}
