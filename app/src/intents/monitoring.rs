//! What a schedule of monitoring reports becomes.

use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::grants::GrantId;
use almoner_ledger::grants::monitoring::{Due, DueKind, schedule};
use almoner_ledger::reports::Every;
use almoner_ledger::text::Text;

use crate::error::Error;

/// Maximum number of reports: monthly for ten years.
const MAX_REPORTS: usize = 120;

/// A schedule of monitoring reports of a grant.
#[derive(Clone, Debug)]
pub struct MonitoringSchedule {
    /// The grant.
    pub award: GrantId,
    /// The first due date.
    pub from: Date,
    /// How often one is due, on the same day of the month; once if not given.
    pub every: Option<Every>,
    /// The latest due date; the first if not given.
    pub to: Option<Date>,
    /// The name of each report.
    pub name: Text,
    /// True if payments wait from each due date until the report is received.
    pub before_payment: bool,
}

impl MonitoringSchedule {
    /// The name of a report that is given none.
    pub const NAME: &str = "Monitoring report";

    /// Returns the commands that record what is due.
    ///
    /// # Errors
    ///
    /// `not-a-schedule` for none, or more than ten years of monthly ones.
    pub fn commands(&self) -> Result<Vec<Command>, Error> {
        let months = self.every.unwrap_or(Every::Year).months();
        let days = schedule(self.from, months, self.to.unwrap_or(self.from));
        if days.is_empty() || days.len() > MAX_REPORTS {
            let count = days.len();
            let message =
                format!("the schedule has {count} reports; it must have between 1 and {MAX_REPORTS}");
            return Err(
                Error::refused("not-a-schedule", message).advice("check the first and latest due dates")
            );
        }
        let due = |due| Due {
            what: DueKind::MonitoringReport,
            name: self.name.clone(),
            due,
            before_payment: self.before_payment,
        };
        Ok(days.into_iter().map(|day| Command::Expect { award: self.award.clone(), due: due(day) }).collect())
    }
}
