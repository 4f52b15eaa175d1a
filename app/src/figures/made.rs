//! What was made on request: a sheet, and the JSON of the same report.

use std::any::Any;
use std::fmt;

use almoner_ledger::audience::Audience;
use almoner_ledger::marks::Issue;
use almoner_ledger::reports::Published;
use almoner_papers::render::json;
use almoner_papers::sheet::Sheet;
use serde::Serialize;

use crate::error::{Error, Remedy};

/// A report that was run for an audience.
pub struct Made {
    audience: Audience,
    issue: Option<Issue>,
    content: Box<dyn Content>,
}

impl fmt::Debug for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Made").field("audience", &self.audience).finish_non_exhaustive()
    }
}

/// A report and what makes its sheet, which JSON for the office does without.
trait Content {
    fn sheet(&self) -> Sheet;
    fn whole(&self) -> Result<Vec<u8>, Error>;
    fn visible(&self, sheet: &Sheet) -> Result<Vec<u8>, Error>;
    fn report(&self) -> &dyn Any;
}

struct Of<R, F> {
    report: R,
    sheet: F,
}

impl<R: Serialize + 'static, F: Fn(&R) -> Sheet> Content for Of<R, F> {
    fn sheet(&self) -> Sheet {
        (self.sheet)(&self.report)
    }

    fn whole(&self) -> Result<Vec<u8>, Error> {
        Ok(json::text(&self.report)?)
    }

    fn visible(&self, sheet: &Sheet) -> Result<Vec<u8>, Error> {
        Ok(json::visible(&self.report, sheet)?)
    }

    fn report(&self) -> &dyn Any {
        &self.report
    }
}

impl Made {
    /// Returns the audience that it was made for.
    pub fn audience(&self) -> Audience {
        self.audience
    }

    /// Returns a report with what makes its sheet, for the audience of the books.
    pub fn of<R: Serialize + 'static>(
        books: &Published<'_>,
        report: R,
        sheet: impl Fn(&R) -> Sheet + 'static,
    ) -> Made {
        Made { issue: books.issue().cloned(), ..Made::for_audience(books.audience(), report, sheet) }
    }

    /// Returns a report of several books with what makes its sheet.
    pub fn for_audience<R: Serialize + 'static>(
        audience: Audience,
        report: R,
        sheet: impl Fn(&R) -> Sheet + 'static,
    ) -> Made {
        Made { audience, issue: None, content: Box::new(Of { report, sheet }) }
    }

    /// Returns the report itself, so that a page with more than its sheet runs it once.
    ///
    /// # Errors
    ///
    /// If it is a report of another kind.
    pub fn report<R: 'static>(&self) -> Result<&R, Error> {
        let other = || Error::unavailable("another-report", "this is a different kind of report");
        self.content.report().downcast_ref().ok_or_else(other)
    }

    /// Returns the sheet, without the columns that the audience may not see and with its mark.
    ///
    /// # Errors
    ///
    /// If no column is left.
    pub fn sheet(&self) -> Result<Sheet, Error> {
        let sheet = self.content.sheet();
        let audience = self.audience;
        if audience.sees_confidential() {
            return Ok(sheet);
        }
        let mut sheet = sheet.for_audience(audience);
        if sheet.columns.is_empty() {
            let message = format!("this report has no columns for the audience `{audience}`");
            return Err(Error::refused("not-for-audience", message).remedy(Remedy::ReportToOffice));
        }
        if let Some(provenance) = &mut sheet.provenance {
            provenance.audience = Some(audience);
        }
        sheet.add_mark(self.issue.as_ref());
        Ok(sheet)
    }

    /// Returns the JSON, without what the audience may not see.
    pub fn json(&self) -> Result<Vec<u8>, Error> {
        match self.audience.sees_confidential() {
            true => self.content.whole(),
            false => self.content.visible(&self.sheet()?),
        }
    }
}
