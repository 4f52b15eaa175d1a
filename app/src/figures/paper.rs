//! The papers of the panel and of the finance officer, from their options.

use almoner_ledger::reports::{Published, funder};
use almoner_papers::invocation::{Export, Typed};
use almoner_papers::packs::funder::template::Template;
use almoner_papers::packs::{self, Pack};
use almoner_papers::paper::Paper;

use super::{Days, PeriodChoice};
use crate::error::Error;

/// The paper for the Police and Crime Panel.
#[derive(Clone, Copy, Debug)]
pub struct PanelPaper {
    pub period: PeriodChoice,
    /// The number of months within which grants end that are listed.
    pub ending: i32,
}

impl PanelPaper {
    /// Makes the paper.
    pub fn run(&self, books: &Published<'_>, days: Days, typed: Typed<'_>) -> Result<Paper, Error> {
        let (query, ending) = (self.period.query(days)?, self.ending);
        let (range, as_at) = (query.range, query.as_at());
        let pack = packs::panel::pack(books, &query, ending)?;
        Ok(finished(pack, Export::Panel { range, as_at, ending }, books, typed))
    }
}

/// The pack for the Chief Finance Officer.
#[derive(Clone, Copy, Debug)]
pub struct CfoPack {
    pub period: PeriodChoice,
    /// The number of records listed, largest first.
    pub largest: u16,
}

impl CfoPack {
    /// Makes the pack, as at the last month end unless another is given.
    pub fn run(&self, books: &Published<'_>, days: Days, typed: Typed<'_>) -> Result<Paper, Error> {
        let (query, largest) = (self.period.query(days.of_whole_months())?, self.largest);
        let (range, as_at) = (query.range, query.as_at());
        let pack = packs::cfo::pack(books, &query, usize::from(largest), typed)?;
        Ok(finished(pack, Export::Cfo { range, as_at, largest }, books, typed))
    }
}

/// A return to a funder.
#[derive(Clone, Debug)]
pub struct FunderReturn<'a> {
    /// The fund, by id or name.
    pub fund: &'a str,
    pub period: PeriodChoice,
    pub template: &'a Template,
    /// The name of the template's file; `None` for the one that is built in.
    pub name: Option<String>,
}

impl FunderReturn<'_> {
    /// Makes the return.
    pub fn run(self, books: &Published<'_>, days: Days, typed: Typed<'_>) -> Result<Paper, Error> {
        let query = self.period.query(days)?;
        let report = funder(books, &query, self.fund)?;
        let (range, as_at) = (query.range, query.as_at());
        let export = Export::Funder { fund: report.fund.clone(), range, as_at, template: self.name };
        Ok(finished(packs::funder::pack(&report, self.template, &query), export, books, typed))
    }
}

/// Returns the paper with the command that makes it again.
fn finished(pack: Pack, export: Export, books: &Published<'_>, typed: Typed<'_>) -> Paper {
    pack.finished(books, typed(&export.of(books)))
}
