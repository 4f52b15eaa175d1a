//! Payments and accruals of a period for a general finance system.

use almoner_ledger::calendar::{Date, DateRange};
use almoner_ledger::head::Head;
use almoner_ledger::money::Money;
use almoner_papers::packs::finance::lines::{JournalLine, PeriodLines, Place};
use almoner_papers::packs::finance::mapping::Mapping;
use almoner_papers::packs::finance::{FinanceError, checked_total, file};

use super::{OpenBooks, WholeBooks, each_transaction};
use crate::error::{Error, Remedy};
use crate::figures::{PeriodChoice, View};

/// The journal of a period.
#[derive(Clone, Copy, Debug)]
pub struct FinanceExport<'a> {
    /// The mapping, as text.
    pub mapping: &'a str,
    /// What the mapping is called: its file.
    pub name: &'a str,
    pub period: PeriodChoice,
    /// True if lines are added that reverse the prepayments and accruals on the following day.
    pub reverse: bool,
}

/// A journal that was made.
#[derive(Clone, Debug)]
pub struct FinanceMade {
    pub bytes: Vec<u8>,
    pub lines: usize,
    /// The sum of the debits, which is that of the credits.
    pub total: Money,
    pub range: DateRange,
    /// The last record known.
    pub head: Head,
}

impl FinanceExport<'_> {
    /// The example mapping.
    pub const EXAMPLE: &'static str = include_str!("finance/example.toml");

    /// Refuses a mapping that cannot be read.
    pub fn check(&self) -> Result<Mapping, Error> {
        Mapping::parse(self.mapping).map_err(|why| {
            Error::refused("not-a-mapping", format!("`{}` is not a valid mapping: {why}", self.name))
                .remedy(Remedy::BeginWithExample)
        })
    }

    /// Makes the file.
    pub fn run(self, whole: WholeBooks, open: &OpenBooks<'_>, today: Date) -> Result<FinanceMade, Error> {
        let mapping = self.check()?;
        let books = open.books();
        let audience = almoner_ledger::audience::Audience::Officer;
        let view = View { known_at: whole.known_at, audience: open.stated.unwrap_or(audience) };
        let query = self.period.query(view.days(books, today))?;
        // What is to be recognised after the reporting date is not journalled yet.
        let range = DateRange::new(query.range.from(), query.as_at())?;
        let mut lines = PeriodLines::new(range);
        each_transaction(open, &mut |transaction| Ok::<_, Error>(lines.add(transaction)?))?;
        let lines = lines.finished(self.reverse)?;
        let total = checked_total(&lines)?;
        let places: Vec<Place<'_>> = lines.iter().map(JournalLine::place).collect();
        let codes = mapping.codes_of(&places).map_err(|unmapped| {
            let list: Vec<String> = unmapped.iter().map(|place| format!("\n{place}")).collect();
            let message = format!("no code in the mapping `{}` for:{}", self.name, list.concat());
            Error::refused("unmapped", message).advice("add a [[code]] for each; nothing was written")
        })?;
        let unwritten = |why| Error::refused("not-written", format!("the journal cannot be written: {why}"));
        let bytes = file(&mapping, &lines, &codes).map_err(unwritten)?;
        Ok(FinanceMade { bytes, lines: lines.len(), total, range, head: books.head() })
    }
}

impl From<FinanceError> for Error {
    fn from(error: FinanceError) -> Error {
        match error {
            FinanceError::Overflow(error) => error.into(),
            FinanceError::OutOfBalance { .. } => {
                Error::unavailable("out-of-balance", error.to_string()).remedy(Remedy::ListFindings)
            }
        }
    }
}
