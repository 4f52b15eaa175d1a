//! Grants in the 360Giving standard.

use almoner_ledger::calendar::moment_in_words;
use almoner_ledger::grants::GrantId;
use almoner_ledger::recipients::Identifier;
use almoner_ledger::reports::{Published, giving};
use almoner_papers::packs::giving::standard::{self, Prefix, Publisher};
use almoner_papers::packs::giving::{GivingError, file};

use crate::error::{Error, Remedy};
use crate::figures::PeriodChoice;

/// A format that the standard allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivingFormat {
    Json,
    Csv,
}

/// The file of the grants decided in a period, or of all grants.
#[derive(Clone, Debug)]
pub struct GivingFile<'a> {
    /// The publisher prefix; `None` is refused.
    pub prefix: Option<&'a str>,
    /// The registered identifier of the body.
    pub funder: Option<&'a Identifier>,
    pub period: PeriodChoice,
    pub format: GivingFormat,
}

/// A file that was made.
#[derive(Debug)]
pub struct GivingMade {
    pub bytes: Vec<u8>,
    /// The number of grants in it.
    pub grants: usize,
    /// The grants left out because they were reduced to zero.
    pub reduced_to_zero: Vec<GrantId>,
}

impl GivingFile<'_> {
    /// Makes the file.
    pub fn run(&self, books: &Published<'_>) -> Result<GivingMade, Error> {
        let missing =
            || Error::refused("no-prefix", "the publisher prefix is missing").remedy(Remedy::GivePrefix);
        let prefix = Prefix::parse(self.prefix.ok_or_else(missing)?)?;
        let report = giving(books, self.period.stated()?)?;
        let publisher = Publisher::new(prefix, self.funder, &report.stamp.body)?;
        let grants = standard::listed(&report, &publisher)?;
        if grants.is_empty() {
            return Err(Error::refused("no-grants", "there are no grants to publish in this period")
                .advice("choose another period: the standard does not allow an empty file"));
        }
        let bytes = match self.format {
            GivingFormat::Csv => file::csv(&grants),
            GivingFormat::Json => {
                let stamp = &report.stamp;
                let (record, at) = (stamp.known_at.record, moment_in_words(&stamp.known_at.at));
                let known = format!("As known at record {record}, {at}; head {}.", stamp.head);
                file::json(&grants, &publisher, &known, &stamp.known_at.at)
            }
        };
        let bytes = bytes
            .map_err(|why| Error::refused("not-written", format!("the grants cannot be written: {why}")))?;
        Ok(GivingMade { bytes, grants: grants.len(), reduced_to_zero: report.reduced_to_zero })
    }
}

impl From<GivingError> for Error {
    fn from(error: GivingError) -> Error {
        let (code, remedy) = match error {
            GivingError::NotAPrefix(_) => {
                ("not-a-prefix", Remedy::Advice("write the prefix in the form 360G-suffolkpcc".to_owned()))
            }
            GivingError::NoBody => ("no-body", Remedy::NameBody),
            GivingError::SameIdentifier(_) => ("same-identifier", Remedy::GiveOtherId),
        };
        Error::refused(code, error.to_string()).remedy(remedy)
    }
}
