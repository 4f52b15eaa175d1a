//! Grants in the 360Giving standard.

use almoner_ledger::calendar::{Date, moment_in_words};
use almoner_ledger::grants::GrantId;
use almoner_ledger::marks::Mark;
use almoner_ledger::recipients::Identifier;
use almoner_ledger::reports::{GivingReport, Published, giving};
use almoner_papers::invocation::{Export, Typed};
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
    /// Its mark, for audiences that may not see records.
    pub mark: Option<Mark>,
    /// The command that makes it again.
    pub command: String,
}

impl GivingFile<'_> {
    /// Makes the file.
    pub fn run(&self, books: &Published<'_>, typed: Typed<'_>) -> Result<GivingMade, Error> {
        let missing =
            || Error::refused("no-prefix", "the publisher prefix is missing").remedy(Remedy::GivePrefix);
        let prefix = Prefix::parse(self.prefix.ok_or_else(missing)?)?;
        let range = self.period.stated()?;
        let report = giving(books, range)?;
        let (given, funder_id) = (prefix.to_string(), self.funder.cloned());
        let publisher = Publisher::new(prefix, self.funder, &report.stamp.body)?;
        let grants = standard::listed(&report, &publisher)?;
        if grants.is_empty() {
            return Err(Error::refused("no-grants", "there are no grants to publish in this period")
                .advice("choose another period: the standard does not allow an empty file"));
        }
        let export = Export::Giving { prefix: given, funder_id, range };
        let command = typed(&export.of(books));
        let unwritten = |why| Error::refused("not-written", format!("the grants cannot be written: {why}"));
        let mark = match books.issue().and_then(|issue| issue.secret) {
            Some(secret) => {
                let content = file::content(&grants, &publisher).map_err(unwritten)?;
                Some(Mark::new(secret, books.audience(), &command, content))
            }
            None => None,
        };
        let bytes = match self.format {
            GivingFormat::Csv => file::csv(&grants),
            GivingFormat::Json => file::json(&grants, &publisher, &known(&report, mark.as_ref())),
        };
        let bytes = bytes.map_err(unwritten)?;
        Ok(GivingMade { bytes, grants: grants.len(), reduced_to_zero: report.reduced_to_zero, mark, command })
    }
}

/// Returns the time of knowledge in words: the last record with the head, or the day with the mark.
fn known(report: &GivingReport, mark: Option<&Mark>) -> String {
    let stamp = &report.stamp;
    let at = &stamp.known_at.at;
    match (stamp.known_at.record, &stamp.head) {
        (Some(record), Some(head)) => {
            format!("As known at record {record}, {}; head {head}.", moment_in_words(at))
        }
        _ => {
            let day = Date::parse(at).map_or_else(|_| at.clone(), Date::in_words);
            let mark = mark.map(|mark| format!("; mark {mark}")).unwrap_or_default();
            format!("As known at {day}{mark}.")
        }
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
