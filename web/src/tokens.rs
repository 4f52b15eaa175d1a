//! Access tokens: with one, a program reads or records for a user, without signing in.
//!
//! A token is 256 random bits. It is shown once; its hash is saved beside the ledger, with whose it is, what it is for
//! and until when. It ends on its last day, when it is revoked, and when the user's roles or audience change or the user
//! leaves.

use std::collections::BTreeMap;
use std::path::Path;

use almoner_app::error::Error;
use almoner_ledger::calendar::Date;
use almoner_ledger::hash::hex_of_bytes;
use almoner_ledger::text::Text;
use almoner_ledger::users::User;
use almoner_papers::sheet::{Cell, Field, Kind};
use serde::{Deserialize, Serialize};

use crate::accounts::folder_beside;
use crate::saved::{Content, SavedFile};
use crate::sessions::hash;

/// What every token begins with, so that it is recognised where it should not be.
pub const PREFIX: &str = "almoner_";
/// The most days for which a token is good.
pub const LONGEST_DAYS: i64 = 366;
/// The days for which it is good unless stated.
pub const USUAL_DAYS: u32 = 90;
/// The maximum number of tokens of a user.
const MOST: usize = 20;

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Reading.
    Read,
    /// Reading and recording.
    Record,
}

impl Scope {
    /// All scopes, the narrowest first.
    pub const ALL: [Scope; 2] = [Scope::Read, Scope::Record];

    /// Returns its word.
    pub const fn word(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Record => "record",
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    format: String,
    /// The number of the last token.
    last: u64,
    tokens: BTreeMap<u64, Token>,
}

impl Content for Saved {
    const FILE: &'static str = "tokens.json";
    const LOCK: &'static str = "tokens.lock";
    const CODE: &'static str = "tokens";
    const WHAT: &'static str = "access tokens";
    const FORMAT: &'static str = "almoner.tokens/1";

    fn empty() -> Saved {
        Saved { format: Saved::FORMAT.to_owned(), last: 0, tokens: BTreeMap::new() }
    }

    fn format(&self) -> &str {
        &self.format
    }
}

/// A token, without what is secret of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Whose it is.
    pub user: Text,
    /// What its user calls it.
    pub name: Text,
    /// What it is for.
    pub scope: Scope,
    /// The day on which it was made.
    pub made: Date,
    /// Its last day.
    pub until: Date,
    /// The day on which it was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Date>,
    hash: String,
    /// The hash of the user's roles and audience when it was made.
    rights: String,
}

/// A line of the list of tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenLine {
    /// The number by which it is revoked.
    pub token: u64,
    /// Whose it is.
    pub user: String,
    /// What its user calls it.
    pub name: String,
    /// What it is for.
    pub scope: &'static str,
    /// The day on which it was made.
    pub made: Date,
    /// Its last day.
    pub until: Date,
    /// The day on which it was last used.
    pub used: Option<Date>,
    /// True if it can be used no more.
    pub ended: bool,
}

/// The schema of the list of tokens, with its version.
pub const TOKENS_SCHEMA: &str = "almoner.tokens/1";

/// The columns of the list of tokens.
pub const TOKENS: &[Field<TokenLine>] = &[
    Field::new("token", "Token", Kind::Count, 0, |line| Cell::Count(line.token)),
    Field::new("user", "User", Kind::Text, 0, |line| Cell::Text(line.user.clone())),
    Field::new("name", "Name", Kind::Text, 0, |line| Cell::Text(line.name.clone())),
    Field::new("scope", "For", Kind::Text, 0, |line| Cell::Text(line.scope.to_owned())),
    Field::new("made", "Created", Kind::Date, 1, |line| Cell::Date(line.made)),
    Field::new("until", "Last day", Kind::Date, 0, |line| Cell::Date(line.until)),
    Field::new("used", "Last used", Kind::Date, 0, |line| line.used.map_or(Cell::Empty, Cell::Date)),
    Field::new("ended", "Ended", Kind::Text, 0, |line| {
        if line.ended { Cell::Text("yes".to_owned()) } else { Cell::Empty }
    }),
];

/// Returns the hash of what decides what a user may do and see.
fn rights(user: &User) -> String {
    let roles: Vec<&str> = user.roles.iter().map(|role| role.word()).collect();
    let audience = user.audience.map_or("", |audience| audience.word());
    hash(&format!("{} {audience} {}", roles.join(","), user.left))
}

impl Token {
    /// Returns true if it can be used on a day by a user as the ledger has the user now.
    fn is_good(&self, user: Option<&User>, today: Date) -> bool {
        today <= self.until && user.is_some_and(|user| user.sees().is_some() && rights(user) == self.rights)
    }
}

/// The tokens of a ledger's users.
#[derive(Clone, Debug)]
pub struct Tokens {
    saved: SavedFile<Saved>,
}

/// What a new token is to be.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What its user calls it.
    pub name: Text,
    /// What it is for.
    pub scope: Scope,
    /// Its last day.
    pub until: Date,
}

/// Returns the last day of a token that is made today, unless its user states another.
pub fn usual_last_day(today: Date) -> Date {
    (0..USUAL_DAYS).fold(today, |day, _| day.next_day())
}

impl Tokens {
    /// Returns the tokens beside a ledger.
    pub fn beside(ledger: &Path) -> Tokens {
        Tokens { saved: SavedFile::in_folder(folder_beside(ledger)) }
    }

    /// Adds a token of a user, and returns its number and the token, which is not saved.
    ///
    /// # Errors
    ///
    /// If the user may not have it, its last day is not within a year, or the tokens cannot be read or written.
    pub fn add(
        &self,
        user: &User,
        new: &NewToken,
        random: &[u8; 32],
        today: Date,
    ) -> Result<(u64, String), Error> {
        if user.sees().is_none() {
            let message =
                format!("{} has left or has no role, so a token would give access to nothing", user.id);
            return Err(Error::refused("no-role", message).advice("assign a role first"));
        }
        if new.scope == Scope::Record && !user.records() {
            let message = format!("the roles of {} do not allow recording", user.id);
            return Err(Error::refused("token-scope", message).advice("create a token for reading"));
        }
        if new.until < today || new.until.days_since(today) > LONGEST_DAYS {
            let message = format!("a token cannot last until {}", new.until.in_words());
            return Err(Error::refused("token-days", message)
                .advice("choose a day between today and one year from now"));
        }
        let secret = format!("{PREFIX}{}", hex_of_bytes(random));
        let token = Token {
            user: user.id.clone(),
            name: new.name.clone(),
            scope: new.scope,
            made: today,
            until: new.until,
            used: None,
            hash: hash(&secret),
            rights: rights(user),
        };
        let number = self.saved.change(|saved| {
            // What has ended long ago makes room.
            saved.tokens.retain(|_, it| today.days_since(it.until) < LONGEST_DAYS);
            let own = || saved.tokens.values().filter(|it| it.user == user.id);
            if own().any(|it| it.name == new.name) {
                let message = format!("{} already has a token with this name: {}", user.id, new.name);
                return Err(Error::refused("token-exists", message)
                    .advice("choose another name, or revoke the other token first"));
            }
            if own().count() >= MOST {
                let message = format!("{} has {MOST} tokens, which is the maximum", user.id);
                return Err(
                    Error::refused("too-many-tokens", message).advice("revoke one that is not needed")
                );
            }
            saved.last += 1;
            saved.tokens.insert(saved.last, token);
            Ok(saved.last)
        })?;
        Ok((number, secret))
    }

    /// Returns the tokens, each with whether it has ended for the users of the ledger as they are now.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    pub fn lines(&self, users: &BTreeMap<String, User>, today: Date) -> Result<Vec<TokenLine>, Error> {
        let line = |(number, token): (u64, Token)| TokenLine {
            token: number,
            ended: !token.is_good(users.get(token.user.as_str()), today),
            user: token.user.to_string(),
            name: token.name.to_string(),
            scope: token.scope.word(),
            made: token.made,
            until: token.until,
            used: token.used,
        };
        Ok(self.saved.read()?.tokens.into_iter().map(line).collect())
    }

    /// Revokes a token that `may` allows, and returns it; `None` if there is no such token.
    ///
    /// # Errors
    ///
    /// If they cannot be read or written.
    pub fn revoke(&self, number: u64, may: impl Fn(&Token) -> bool) -> Result<Option<Token>, Error> {
        self.saved.change(|saved| {
            let is_allowed = saved.tokens.get(&number).is_some_and(may);
            Ok(if is_allowed { saved.tokens.remove(&number) } else { None })
        })
    }

    /// Returns the token of a secret with its number and its user, if it can be used today, and notes the day. One whose
    /// user has other rights now, or none, is removed: it is not good again once these are as they were.
    ///
    /// # Errors
    ///
    /// If the tokens or the user cannot be read.
    pub fn used(
        &self,
        secret: &str,
        today: Date,
        user: impl FnOnce(&str) -> Result<Option<User>, Error>,
    ) -> Result<Option<(u64, Token, User)>, Error> {
        let hash = hash(secret);
        let found = self.saved.read()?.tokens.into_iter().find(|(_, token)| token.hash == hash);
        let Some((number, token)) = found else { return Ok(None) };
        match user(token.user.as_str())? {
            Some(user) if token.is_good(Some(&user), today) => {
                if token.used != Some(today) {
                    self.saved.change(|saved| {
                        saved.tokens.entry(number).and_modify(|it| it.used = Some(today));
                        Ok(())
                    })?;
                }
                Ok(Some((number, token, user)))
            }
            _ => {
                if today <= token.until {
                    self.saved.change(|saved| Ok(saved.tokens.remove(&number)))?;
                }
                Ok(None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use almoner_ledger::audience::Audience;
    use almoner_ledger::users::Role;

    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn user(roles: &[Role], audience: Option<Audience>) -> User {
        let id: Text = "jane".parse().unwrap();
        User { audience, ..User::new(id.clone(), id, roles.iter().copied().collect()) }
    }

    fn new(name: &str, scope: Scope, until: &str) -> NewToken {
        NewToken { name: name.parse().unwrap(), scope, until: day(until) }
    }

    #[test]
    fn a_token_is_for_what_its_user_may_and_for_a_year_at_most() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::beside(&folder.path().join("grants.ledger"));
        let today = day("2015-09-30");
        let left = User { left: true, ..user(&[Role::Recorder], None) };
        for (user, scope, until, expected) in [
            (user(&[Role::Recorder], None), Scope::Record, "2015-09-30", Ok(1)),
            (user(&[Role::Recorder], None), Scope::Read, "2016-09-30", Ok(2)),
            (user(&[Role::Reader], None), Scope::Read, "2015-10-30", Ok(3)),
            (user(&[Role::Reader], None), Scope::Record, "2015-10-30", Err("token-scope")),
            (user(&[Role::Auditor], None), Scope::Record, "2015-10-30", Err("token-scope")),
            (user(&[], None), Scope::Read, "2015-10-30", Err("no-role")),
            (left, Scope::Read, "2015-10-30", Err("no-role")),
            (user(&[Role::Recorder], None), Scope::Read, "2015-09-29", Err("token-days")),
            (user(&[Role::Recorder], None), Scope::Read, "2016-10-02", Err("token-days")),
        ] {
            let name = format!("{} {until} {}", scope.word(), user.records());
            let added = tokens.add(&user, &new(&name, scope, until), &[1; 32], today);
            let added = added.map(|(number, _)| number).map_err(|error| error.code);
            assert_eq!(added, expected, "{user:?} {scope:?} {until}");
        }
        let again = tokens.add(
            &user(&[Role::Recorder], None),
            &new("record 2015-09-30 true", Scope::Read, "2015-10-30"),
            &[1; 32],
            today,
        );
        assert_eq!(again.unwrap_err().code, "token-exists");
    }

    #[test]
    fn a_token_ends_with_its_day_its_user_and_its_rights() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::beside(&folder.path().join("grants.ledger"));
        let (today, recorder) = (day("2015-09-30"), user(&[Role::Recorder], None));
        let mut random = 0;
        let mut make = |user: &User, scope| {
            random += 1;
            let new = new(&format!("token {random}"), scope, "2015-10-02");
            tokens.add(user, &new, &[random; 32], today).unwrap()
        };
        for (then, now, on, is_good) in [
            (recorder.clone(), Some(recorder.clone()), "2015-09-30", true),
            (recorder.clone(), Some(recorder.clone()), "2015-10-02", true),
            (recorder.clone(), Some(recorder.clone()), "2015-10-03", false),
            (recorder.clone(), None, "2015-09-30", false),
            (recorder.clone(), Some(user(&[Role::Recorder, Role::Payer], None)), "2015-09-30", false),
            (recorder.clone(), Some(User { left: true, ..recorder.clone() }), "2015-09-30", false),
            (
                user(&[Role::Reader], Some(Audience::Panel)),
                Some(user(&[Role::Reader], Some(Audience::Officer))),
                "2015-09-30",
                false,
            ),
        ] {
            let (number, secret) = make(&then, Scope::Read);
            let used = tokens.used(&secret, day(on), |_| Ok(now.clone())).unwrap();
            assert_eq!(used.map(|(found, ..)| found), is_good.then_some(number), "{then:?} {now:?} {on}");
            // A user who has the same rights again does not have the token again.
            let again = tokens.used(&secret, today, |_| Ok(Some(then.clone()))).unwrap();
            assert_eq!(again.is_some(), is_good || on == "2015-10-03", "{now:?} {on}");
        }
        assert_eq!(tokens.used("almoner_0", today, |_| Ok(Some(recorder.clone()))).unwrap(), None);
        assert_eq!(tokens.used("", today, |_| Ok(Some(recorder.clone()))).unwrap(), None);
    }

    #[test]
    fn what_is_secret_of_a_token_is_not_saved() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::beside(&folder.path().join("grants.ledger"));
        let (today, jane) = (day("2015-09-30"), user(&[Role::Recorder], None));
        let (number, secret) =
            tokens.add(&jane, &new("finance", Scope::Read, "2015-10-02"), &[7; 32], today).unwrap();
        let path = folder.path().join("grants.serve/tokens.json");
        let saved = fs::read_to_string(&path).unwrap();
        assert!(secret.starts_with(PREFIX) && secret.len() == PREFIX.len() + 64, "{secret}");
        assert!(!saved.contains(&secret[PREFIX.len()..]) && saved.contains("finance"), "{saved}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        }
        let users = BTreeMap::from([("jane".to_owned(), jane.clone())]);
        let used = |tokens: &Tokens| tokens.lines(&users, today).unwrap().first().and_then(|it| it.used);
        assert_eq!(used(&tokens), None);
        assert!(tokens.used(&secret, today, |_| Ok(Some(jane.clone()))).unwrap().is_some());
        assert_eq!(used(&tokens), Some(today));
        assert_eq!(tokens.revoke(number, |_| false).unwrap(), None);
        assert!(tokens.revoke(number, |token| token.user.as_str() == "jane").unwrap().is_some());
        assert_eq!(tokens.revoke(number, |_| true).unwrap(), None);
        assert_eq!(tokens.used(&secret, today, |_| Ok(Some(jane))).unwrap(), None);
    }
}
