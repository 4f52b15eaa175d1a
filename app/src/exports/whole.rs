//! Whole books: for the office and the auditor, since without confidential grants they would not balance.

use almoner_ledger::audience::Audience;
use almoner_ledger::book::{Books, BooksError, Versioned};
use almoner_ledger::publication::Publication;
use almoner_ledger::withholding::Confidential;
use almoner_papers::packs::transactions::{Transaction, Transactions};
use almoner_store::folder::{Access, Ledger};
use almoner_store::memory::MemoryStore;
use almoner_store::{KnownAt, Lines, Logged, as_known_at};

use crate::actor::Actor;
use crate::error::{Error, Remedy};
use crate::figures::View;
use crate::office::Office;

/// Whole books for an audience, as known when.
#[derive(Clone, Copy, Debug)]
pub struct WholeBooks {
    /// `None` is now.
    pub known_at: Option<KnownAt>,
    /// The audience, if one is stated: confidential awards leave the office only for one that is.
    pub stated: Option<Audience>,
}

/// A ledger, with the books as known earlier where requested.
#[derive(Debug)]
pub struct OpenBooks<'a> {
    /// The audience stated.
    pub stated: Option<Audience>,
    ledger: &'a Ledger,
    earlier: Option<MemoryStore>,
}

impl OpenBooks<'_> {
    /// Returns the books.
    pub fn books(&self) -> &dyn Books {
        match &self.earlier {
            Some(earlier) => earlier,
            None => self.ledger,
        }
    }
}

impl WholeBooks {
    /// Opens the ledger, in books proved on this computer, after checking that the audience may see them.
    pub fn open(self, office: &Office, actor: &Actor) -> Result<Ledger, Error> {
        self.check_audience()?;
        View { known_at: self.known_at, audience: Audience::Officer }.open(office, actor, Access::Read)
    }

    fn check_audience(self) -> Result<(), Error> {
        let Some(audience) = self.stated.filter(|it| !it.sees_confidential()) else { return Ok(()) };
        let message = format!("complete books are not available to the audience `{audience}`");
        Err(Error::refused("not-for-audience", message).remedy(Remedy::ShowToThoseWhoSeeAll))
    }

    /// Returns the books of a ledger, after checking that what they hold may leave the office.
    pub fn of(self, ledger: &Ledger) -> Result<OpenBooks<'_>, Error> {
        self.check_audience()?;
        let earlier = self.known_at.map(|known_at| as_known_at(ledger, known_at)).transpose()?;
        let open = OpenBooks { stated: self.stated, ledger, earlier };
        let confidential = confidential_awards(open.books())?;
        let marked = |it: &Versioned<Publication>| **it == Publication::Confidential;
        let is_marked = open.books().reference().publications.values().any(marked);
        if self.stated.is_none() && (confidential > 0 || is_marked) {
            let inside = match confidential {
                0 => "details that are marked confidential".to_owned(),
                1 => "1 confidential award".to_owned(),
                many => format!("{many} confidential awards"),
            };
            let message = format!("the export would contain {inside}");
            return Err(Error::refused("confidential-inside", message).remedy(Remedy::ShowToAuditor));
        }
        Ok(open)
    }
}

/// Returns the number of awards that are withheld from the public and the panel, with reversed facts, whose entries remain
/// in the books.
fn confidential_awards(books: &dyn Books) -> Result<usize, BooksError> {
    let confidential = Confidential::of(books)?;
    let mut awards = 0;
    books.each_grant(&mut |grant| {
        awards += usize::from(confidential.withholds(grant));
        Ok(())
    })?;
    Ok(awards)
}

/// Visits every transaction of the records that the books are made of, in the order of recording.
pub fn each_transaction<E: From<BooksError> + From<almoner_store::StoreError>>(
    open: &OpenBooks<'_>,
    visit: &mut dyn FnMut(&Transaction<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let books = open.books();
    let last = books.head().record;
    let mut transactions = Transactions::new(books);
    let mut stopped = None;
    open.ledger.lines(1, &mut |logged| {
        let Logged::Record(record, _) = logged else { return Ok(true) };
        if record.number > last {
            return Ok(false);
        }
        stopped = transactions.visit(&record, visit).err();
        Ok(stopped.is_none())
    })?;
    stopped.map_or(Ok(()), Err)
}
