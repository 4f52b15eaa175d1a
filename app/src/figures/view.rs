//! The books as known at a time, and as an audience may see them.

use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::Date;
use almoner_ledger::marks::Issue;
use almoner_ledger::reports::{Published, last_day};
use almoner_store::folder::{Access, Ledger};
use almoner_store::{KnownAt, as_known_at, mark_secret};

use super::Days;
use crate::actor::Actor;
use crate::error::Error;
use crate::office::Office;

/// Who sees the books, as known when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// `None` is now.
    pub known_at: Option<KnownAt>,
    pub audience: Audience,
}

impl View {
    /// Returns today, and the day up to which the books are known: today, or the day of the time of knowledge.
    pub fn days(self, books: &dyn Books, today: Date) -> Days {
        let known = match self.known_at {
            None => today,
            Some(KnownAt::Date(day)) => day.min(today),
            Some(KnownAt::Record(_)) => last_day(books).unwrap_or(today).min(today),
        };
        Days { today, known }
    }

    /// Opens the ledger for reading. Of a damaged one, the part that can be read is shown as known earlier only.
    pub fn open(self, office: &Office, actor: &Actor, access: Access) -> Result<Ledger, Error> {
        // What may be seen depends on every grant.
        let needs_grants = access == Access::Totals && !self.audience.sees_confidential();
        match self.known_at {
            None => office.open_undamaged(actor, if needs_grants { Access::Read } else { access }),
            Some(at) => office.open_as_known(actor, access, &[at]),
        }
    }

    /// Reads the books.
    pub fn read<T, E: From<Error>>(
        self,
        office: &Office,
        actor: &Actor,
        access: Access,
        read: impl FnOnce(&Published<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.read_from(&self.open(office, actor, access)?, actor.today, access, read)
    }

    /// Reads the books of a ledger that was opened.
    pub fn read_from<T, E: From<Error>>(
        self,
        ledger: &Ledger,
        today: Date,
        access: Access,
        read: impl FnOnce(&Published<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let audience = self.audience;
        self.refuse_records()?;
        let issued = |books: Published<'_>| -> Result<T, E> {
            match audience.sees_confidential() {
                true => read(&books),
                false => read(&books.issued(self.issue(ledger, today)?)),
            }
        };
        let Some(known_at) = self.known_at else {
            return issued(Published::new(ledger, audience).map_err(Error::from)?);
        };
        if access == Access::Totals
            && audience.sees_confidential()
            && let Some(then) = ledger.totals_as_known_at(known_at).map_err(Error::from)?
        {
            return issued(Published::as_known_then(&then, ledger, audience).map_err(Error::from)?);
        }
        let then = as_known_at(ledger, known_at).map_err(Error::from)?;
        issued(Published::as_known_then(&then, ledger, audience).map_err(Error::from)?)
    }

    /// Refuses numbers of records for audiences that may not see them: they count what is confidential.
    fn refuse_records(self) -> Result<(), Error> {
        match self.known_at {
            Some(KnownAt::Record(record)) if !self.audience.sees_confidential() => {
                let audience = self.audience;
                let message = format!(
                    "reports for the audience `{audience}` are not available as known at record {record}, because record \
                     numbers also count confidential records"
                );
                Err(Error::refused("record-for-the-office", message)
                    .advice("give a date instead of a record number"))
            }
            _ => Ok(()),
        }
    }

    /// Returns what is issued to an audience that may not see records: the day requested, otherwise today.
    fn issue(self, ledger: &Ledger, today: Date) -> Result<Issue, Error> {
        let day = match self.known_at {
            Some(KnownAt::Date(day)) => day.min(today),
            Some(KnownAt::Record(_)) | None => today,
        };
        let secret = mark_secret(ledger).map_err(Error::from)?;
        Ok(Issue { day, secret, head: ledger.head() })
    }
}
