//! Decides a large file of payments in two threads.
//!
//! Records of one grant do not depend on another grant, so the rows of each half of the grants are decided
//! separately, and their records then put in the order of the file. This requires that all rows are new and valid,
//! so that their record numbers are known in advance; any other file is decided in sequence.

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use almoner_ledger::book::{Books, BooksError, Draft, Lane};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Outcome, Refusal, carry_out};
use almoner_ledger::grants::GrantId;
use hashbrown::DefaultHashBuilder;

use crate::payments::DuplicateNumbering;
use crate::read::{ReadFile, Row};
use crate::request::RowRequest;

/// Number of rows from which two threads are quicker than one.
const LARGE: usize = 4_096;
const LANES: usize = 2;

/// Interval of progress reports, in rows.
pub(crate) const PROGRESS_EVERY: usize = 512;

/// Decides and records every row of the file. Returns false, with the draft unchanged, if the rows cannot be
/// decided separately, or if one is refused or already recorded.
pub(crate) fn decided(
    file: &ReadFile,
    draft: &mut Draft<'_>,
    options: Options,
    progress: &mut dyn FnMut(usize),
) -> Result<bool, BooksError> {
    if file.rows.len() < LARGE || !draft.takes_grants_apart() {
        return Ok(false);
    }
    let Some(commands) = file.rows.iter().map(of_a_grant_alone).collect::<Option<Vec<_>>>() else {
        return Ok(false);
    };
    let hasher = DefaultHashBuilder::default();
    let (done, is_aborted) = (AtomicUsize::new(0), AtomicBool::new(false));
    let run = |lane: usize, progress: &mut dyn FnMut(usize)| {
        let is_here = |grant: &GrantId| (hasher.hash_one(grant) % LANES as u64) as usize == lane;
        let commands = commands.iter().enumerate().filter(|(_, (grant, _))| is_here(grant));
        let commands = commands.map(|(place, request)| (place, *request)).collect();
        one_lane(draft, commands, options, &is_aborted, &mut |more| {
            progress(done.fetch_add(more, Ordering::Relaxed) + more);
        })
    };
    let (here, there) = std::thread::scope(|scope| {
        let there = scope.spawn(|| run(1, &mut |_| {}));
        let here = run(0, progress);
        (here, there.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let (Some(here), Some(there)) = (here?, there?) else { return Ok(false) };
    draft.take_lanes([here, there])?;
    Ok(true)
}

/// Returns the grant and the command of a row, if the command affects that grant only.
fn of_a_grant_alone(row: &Row) -> Option<(&GrantId, &Command)> {
    match &row.request {
        Some(RowRequest::Command(command)) if command.is_of_its_grant_alone() => {
            Some((command.grant()?, command))
        }
        _ => None,
    }
}

/// Decides the commands of one thread, given with their positions in the file. Returns `None` if one of them, or
/// of the other thread, records nothing: then `is_aborted` is set.
fn one_lane(
    draft: &Draft<'_>,
    commands: Vec<(usize, (&GrantId, &Command))>,
    options: Options,
    is_aborted: &AtomicBool,
    progress: &mut dyn FnMut(usize),
) -> Result<Option<Lane>, BooksError> {
    let first = draft.reference().records + 1;
    let mut lane = draft.lane();
    lane.read_ahead(commands.iter().map(|(_, (grant, _))| (*grant).clone()).collect())?;
    let mut duplicates = DuplicateNumbering::of_rows(commands.len());
    for (done, (place, (_, command))) in commands.into_iter().enumerate() {
        let mut command = command.clone();
        duplicates.number(place, &mut command);
        lane.skip_to(first + place as u64);
        match carry_out(&mut lane, &command, options) {
            Ok(Outcome::Recorded(_)) => {}
            Ok(Outcome::Already(_)) | Err(Refusal::Rejected(_)) => {
                is_aborted.store(true, Ordering::Relaxed);
                return Ok(None);
            }
            Err(Refusal::Books(error)) => return Err(error),
        }
        if (done + 1).is_multiple_of(PROGRESS_EVERY) {
            progress(PROGRESS_EVERY);
            if is_aborted.load(Ordering::Relaxed) {
                return Ok(None);
            }
        }
    }
    Ok(Some(lane.into_lane()))
}
