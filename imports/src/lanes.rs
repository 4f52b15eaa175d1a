//! Deciding a large file of payments on both cores.
//!
//! What is recorded of one grant does not depend on another, so the rows of half of the grants can be decided
//! apart from those of the other half, and what they record be put in the order of the file afterwards. This is
//! for files that are all new and right, so that each row's number is known beforehand: of any other, all rows
//! are decided one after the other.

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use almoner_ledger::book::{Books, BooksError, Draft, Lane};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Outcome, Refusal, carry_out};
use almoner_ledger::grants::GrantId;
use hashbrown::DefaultHashBuilder;

use crate::payments::DuplicateNumbering;
use crate::plan::PROGRESS_EVERY;
use crate::read::{ReadFile, Row};
use crate::request::RowRequest;

/// From so many rows on, two lanes are quicker than one.
const LARGE: usize = 4_096;
const LANES: usize = 2;

/// Decides every row of the file, which records each; false when its rows cannot be decided apart, or one of
/// them is refused or recorded already. Nothing is added to the draft then.
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
    let (done, in_vain) = (AtomicUsize::new(0), AtomicBool::new(false));
    let run = |lane: usize, progress: &mut dyn FnMut(usize)| {
        let is_here = |grant: &GrantId| (hasher.hash_one(grant) % LANES as u64) as usize == lane;
        let commands = commands.iter().enumerate().filter(|(_, (grant, _))| is_here(grant));
        let commands = commands.map(|(place, asked)| (place, *asked)).collect();
        one_lane(draft, commands, options, &in_vain, &mut |more| {
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

/// The grant and the command of a row, if the command is of that grant alone.
fn of_a_grant_alone(row: &Row) -> Option<(&GrantId, &Command)> {
    match &row.asked {
        Some(RowRequest::Command(command)) if command.is_of_its_grant_alone() => {
            Some((command.grant()?, command))
        }
        _ => None,
    }
}

/// Decides the commands of one lane, given with their places in the file, and tells how many more are done;
/// `None` when one of them records nothing, or one of the other lane: then all is `in_vain`.
fn one_lane(
    draft: &Draft<'_>,
    commands: Vec<(usize, (&GrantId, &Command))>,
    options: Options,
    in_vain: &AtomicBool,
    progress: &mut dyn FnMut(usize),
) -> Result<Option<Lane>, BooksError> {
    let first = draft.reference().records + 1;
    let mut lane = draft.lane();
    lane.read_ahead(commands.iter().map(|(_, (grant, _))| (*grant).clone()).collect())?;
    let mut alike = DuplicateNumbering::of_rows(commands.len());
    for (done, (place, (_, command))) in commands.into_iter().enumerate() {
        let mut command = command.clone();
        alike.number(place, &mut command);
        lane.skip_to(first + place as u64);
        match carry_out(&mut lane, &command, options) {
            Ok(Outcome::Recorded(_)) => {}
            Ok(Outcome::Already(_)) | Err(Refusal::Rejected(_)) => {
                in_vain.store(true, Ordering::Relaxed);
                return Ok(None);
            }
            Err(Refusal::Books(error)) => return Err(error),
        }
        if (done + 1).is_multiple_of(PROGRESS_EVERY) {
            progress(PROGRESS_EVERY);
            if in_vain.load(Ordering::Relaxed) {
                return Ok(None);
            }
        }
    }
    Ok(Some(lane.into_lane()))
}
