//! The steps about closing: whether the accounts balance, and which months are not closed, by the rule that closes them.

use almoner_ledger::calendar::{Date, Month};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Decided, Refusal, decide};
use almoner_ledger::invariants::out_of_balance;
use almoner_ledger::rejection::Rejection;

use super::{Check, Step, StepKind, new};
use crate::error::{Error, Remedy};
use crate::steps::{Case, State};

/// What the rule says of closing a month.
enum Closing {
    Closed,
    Ready,
    /// These months are to be closed first.
    After(Vec<Month>),
    /// Why it cannot be closed.
    Refused(Box<Rejection>),
}

impl Check<'_> {
    pub(super) fn closing(&self, known: Date) -> Result<Vec<Step>, Error> {
        let found = out_of_balance(self.books)?;
        let accounts = self.of_cases(StepKind::Accounts, found.into_iter().map(Case::said).collect());
        let closed = self.months(StepKind::MonthsClosed, known)?;
        let is_last = match closed.state {
            State::Done => self.months(StepKind::MonthsFinal, known)?,
            _ => new(
                StepKind::MonthsFinal,
                State::Blocked,
                Some("Close the months provisionally first".to_owned()),
            ),
        };
        Ok(vec![accounts, closed, is_last])
    }

    /// Returns which months are not closed, the earliest first, and what blocks that one.
    fn months(&self, step: StepKind, known: Date) -> Result<Step, Error> {
        let is_final = step == StepKind::MonthsFinal;
        let last = self.ends.month();
        // Without a day, the rule says what is to be closed before, even while the month is not over.
        let open = match self.close(last, is_final, None)? {
            Closing::Closed => Vec::new(),
            Closing::After(earlier) => earlier.into_iter().chain([last]).collect(),
            Closing::Ready | Closing::Refused(_) => vec![last],
        };
        let Some(next) = open.first().copied() else { return Ok(new(step, State::Done, None)) };
        let mut cases: Vec<Case> = open.iter().map(|month| Case::said(month.in_words())).collect();
        cases.truncate(self.named);
        let step = Step { count: open.len(), first: cases, ..new(step, State::Open, None) };
        let month = next.in_words_full();
        Ok(match self.close(next, is_final, Some(known))? {
            Closing::Refused(why) => refused(Step { state: State::Blocked, ..step }, &month, *why),
            Closing::Closed | Closing::Ready | Closing::After(_) => {
                Step { note: Some(format!("{month} can be closed")), ..step }
            }
        })
    }

    /// Returns what the rule says of closing a month on a day.
    fn close(&self, month: Month, is_final: bool, today: Option<Date>) -> Result<Closing, Error> {
        let command = Command::Close { month, is_final, explained: None };
        let options = Options { today, ..Options::default() };
        match decide(self.books, &command, options) {
            Ok(Decided::Already(_)) => Ok(Closing::Closed),
            Ok(Decided::Events(_)) => Ok(Closing::Ready),
            Err(Refusal::Rejected(why)) => Ok(match *why {
                Rejection::EarlierOpen { earlier, .. } | Rejection::EarlierNotFinal { earlier, .. } => {
                    Closing::After(earlier)
                }
                other => Closing::Refused(Box::new(other)),
            }),
            Err(Refusal::Books(error)) => Err(error.into()),
        }
    }
}

/// Returns the step with what blocks closing a month.
fn refused(step: Step, month: &str, why: Rejection) -> Step {
    let remedies = why.remedies().into_iter().map(Remedy::Books).collect();
    let note = match why {
        Rejection::NotReadyToClose { findings, .. } => {
            let findings = findings.into_iter().map(|it| it.what).collect::<Vec<_>>().join("; ");
            format!("{month} cannot be closed yet: {findings}")
        }
        Rejection::MonthNotOver(_) => format!("{month} has not ended"),
        other => format!("{month} cannot be closed yet: {other}"),
    };
    Step { note: Some(note), remedies, ..step }
}
