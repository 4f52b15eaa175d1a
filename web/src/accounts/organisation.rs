//! The accounts of the organisation with which users sign in, in place of passwords.

use almoner_app::actor::Timestamp;
use almoner_app::error::Error;
use almoner_ledger::text::Text;

use super::Accounts;
use crate::provider::Identity;

/// What connecting an account of the organisation with a user came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connected {
    /// This user signs in with it from now on.
    User(Text),
    /// The invitation is not good at this moment.
    NotInvited,
    /// It is the account of another user.
    Taken,
}

impl Accounts {
    /// Connects an account of the organisation with the user whom a code invites, once, in place of a password. One-time
    /// codes stay as they are. An account is of one user; `is_gone` says which users can no longer sign in, who lose it.
    ///
    /// # Errors
    ///
    /// If the accounts or the users cannot be read, or the accounts not written.
    pub fn connect(
        &self,
        code: &str,
        identity: &Identity,
        now: &Timestamp,
        is_gone: impl Fn(&str) -> Result<bool, Error>,
    ) -> Result<Connected, Error> {
        self.saved.change(|saved| {
            let invited = saved.users.iter().find(|(_, account)| account.is_invited(code, now));
            let Some(user) = invited.map(|(user, _)| user.clone()) else { return Ok(Connected::NotInvited) };
            for (other, account) in &mut saved.users {
                if *other != user && account.organisation.as_ref() == Some(identity) {
                    if !is_gone(other)? {
                        return Ok(Connected::Taken);
                    }
                    account.organisation = None;
                }
            }
            let account = saved.users.entry(user.clone()).or_default();
            (account.organisation, account.password) = (Some(identity.clone()), None);
            account.invitation = None;
            Ok(Text::new(&user).map_or(Connected::NotInvited, Connected::User))
        })
    }

    /// Returns the user who signs in with an account of the organisation, and the fingerprint of it.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read.
    pub fn connected(&self, identity: &Identity) -> Result<Option<(String, String)>, Error> {
        let users = self.saved.read()?.users;
        let found = users.into_iter().find(|(_, account)| account.organisation.as_ref() == Some(identity));
        Ok(found.and_then(|(user, account)| Some((user, account.credential()?))))
    }

    /// Returns the account of the organisation with which a user signs in; `None` with a password.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read.
    pub fn organisation(&self, user: &str) -> Result<Option<Identity>, Error> {
        Ok(self.account(user)?.organisation)
    }
}
