//! Deciding a large file of payments on both cores.
//!
//! What is recorded of one grant does not depend on another, so the rows of half of the grants can be decided
//! apart from those of the other half, and what they record be put in the order of the file afterwards. This is
//! for files that are all new and right, so that each row's number is known beforehand: of any other, all rows
//! are decided one after the other.

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicUsize, Ordering};

use almoner_ledger::book::{Books, BooksError, Draft, Lane};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Outcome, Refusal, carry_out};
use almoner_ledger::grants::GrantId;
use hashbrown::DefaultHashBuilder;

use crate::asked::Asked;
use crate::payments::Alike;
use crate::read::{ReadFile, Row};

/// From so many rows on, two lanes are quicker than one.
const LARGE: usize = 4_096;
const LANES: usize = 2;
const PROGRESS_EVERY: usize = 512;

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
    let done = AtomicUsize::new(0);
    let run = |lane: usize, progress: &mut dyn FnMut(usize)| {
        let is_here = |grant: &GrantId| (hasher.hash_one(grant) % LANES as u64) as usize == lane;
        let commands = commands.iter().enumerate().filter(|(_, (grant, _))| is_here(grant));
        one_lane(draft, commands.map(|(place, asked)| (place, *asked)).collect(), options, &mut |more| {
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
        Some(Asked::Command(command)) if command.is_of_its_grant_alone() => Some((command.grant()?, command)),
        _ => None,
    }
}

/// Decides the commands of one lane, given with their places in the file, and tells how many more are done;
/// `None` when one of them records nothing.
fn one_lane(
    draft: &Draft<'_>,
    commands: Vec<(usize, (&GrantId, &Command))>,
    options: Options,
    progress: &mut dyn FnMut(usize),
) -> Result<Option<Lane>, BooksError> {
    let first = draft.reference().records + 1;
    let mut lane = draft.lane();
    lane.read_ahead(commands.iter().map(|(_, (grant, _))| (*grant).clone()).collect())?;
    let mut alike = Alike::of_rows(commands.len());
    for (done, (place, (_, command))) in commands.into_iter().enumerate() {
        let mut command = command.clone();
        alike.number(place, &mut command);
        lane.go_on_from(first + place as u64);
        match carry_out(&mut lane, &command, options) {
            Ok(Outcome::Recorded(_)) => {}
            Ok(Outcome::Already(_)) | Err(Refusal::Rejected(_)) => return Ok(None),
            Err(Refusal::Books(error)) => return Err(error),
        }
        if (done + 1).is_multiple_of(PROGRESS_EVERY) {
            progress(PROGRESS_EVERY);
        }
    }
    Ok(Some(lane.into_lane()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use almoner_ledger::decide::opening;
    use almoner_ledger::store::memory::MemoryStore;
    use almoner_ledger::store::{BatchLabel, Store};
    use almoner_ledger::text::Text;

    use super::*;
    use crate::{Kind, Layout, plan, read};

    const ROWS: usize = 2 * LARGE;
    const AWARDS: usize = 90;

    fn file(kind: Kind, text: &str) -> ReadFile {
        read(kind, "rows.csv", text.as_bytes(), None, &Layout::default())
    }

    fn draft(store: &MemoryStore) -> Draft<'_> {
        Draft::new(store, "2026-01-01T00:00:00Z".to_owned(), "jane".to_owned())
    }

    fn import(store: &mut MemoryStore, kind: Kind, text: &str) {
        let mut draft = draft(store);
        let options = Options { add_missing: true, ..Options::default() };
        let plan = plan(&file(kind, text), &mut draft, options, &mut |_| {}).unwrap();
        assert!(plan.diagnostics.is_empty(), "{:?}", plan.diagnostics);
        let batch = draft.finish().unwrap();
        store.append(BatchLabel::default(), batch).unwrap();
    }

    fn books() -> MemoryStore {
        let mut store = MemoryStore::default();
        let mut draft = draft(&store);
        draft.add_all(opening("test".to_owned(), Text::new("Test body").unwrap())).unwrap();
        let batch = draft.finish().unwrap();
        store.append(BatchLabel::default(), batch).unwrap();
        let mut awards = "decision,decided,recipient,amount,purpose,theme,fund,from,to\n".to_owned();
        for award in 0..AWARDS {
            let (theme, to) = if award % 3 == 0 { ("a:30%;b:70%", "") } else { ("c", "2016-03-31") };
            let from = if to.is_empty() { "" } else { "2015-04-01" };
            awards +=
                &format!("{award}-2015,2015-01-22,Lighthouse,1000000,A post,{theme},victims,{from},{to}\n");
        }
        import(&mut store, Kind::Awards, &awards);
        store
    }

    /// Payments, some of them alike, and some money back.
    fn payments(rows: std::ops::Range<usize>) -> String {
        let row = |row: usize| {
            let (award, day) = (row * 7 % AWARDS, 1 + row / 900);
            let amount =
                if row > AWARDS && row % 11 == 10 { "-0.07".to_owned() } else { format!("{}.31", row % 5) };
            format!(
                "{award}-2015,2015-05-{day:02},{amount},{}\n",
                if row.is_multiple_of(2) { "x" } else { "" }
            )
        };
        "award,date,amount,reference\n".to_owned() + &rows.map(row).collect::<String>()
    }

    #[test]
    fn rows_decided_apart_record_what_they_record_one_after_the_other() {
        let (mut apart, mut in_turn) = (books(), books());
        import(&mut apart, Kind::Payments, &payments(0..ROWS));
        let rows = file(Kind::Payments, &payments(0..ROWS)).rows;
        let mut alike = Alike::default();
        let mut draft = draft(&in_turn);
        for (place, row) in rows.into_iter().enumerate() {
            let Some(Asked::Command(mut command)) = row.asked else { panic!("row {}", row.number) };
            alike.number(place, &mut command);
            carry_out(&mut draft, &command, Options::default()).unwrap();
        }
        let batch = draft.finish().unwrap();
        in_turn.append(BatchLabel::default(), batch).unwrap();
        assert_eq!(apart.head(), in_turn.head());
        assert!(apart.shelves() == in_turn.shelves());
        let all = |store: &MemoryStore| {
            let mut records = Vec::new();
            store
                .each_logged(1, &mut |logged| {
                    records.push(format!("{logged:?}"));
                    Ok(true)
                })
                .unwrap();
            records
        };
        assert_eq!(all(&apart), all(&in_turn));
    }

    #[test]
    fn only_rows_that_are_all_new_and_right_are_decided_apart() {
        let mut store = books();
        let decided_apart = |store: &MemoryStore, text: &str| {
            let mut draft = draft(store);
            let is =
                decided(&file(Kind::Payments, text), &mut draft, Options::default(), &mut |_| {}).unwrap();
            assert_eq!(draft.records().len(), if is { ROWS } else { 0 });
            is
        };
        let all = payments(0..ROWS);
        let but_last = |last: &str| payments(0..ROWS - 1) + last;
        assert!(decided_apart(&store, &all));
        assert!(decided_apart(&store, &but_last("1-2015,2015-05-30,1,\n")));
        // An award that is not known, more than is left, and no amount.
        for last in ["none,2015-05-30,1,\n", "1-2015,2015-05-30,1000001,\n", "1-2015,2015-05-30,,\n"] {
            assert!(!decided_apart(&store, &but_last(last)), "{last}");
        }
        import(&mut store, Kind::Payments, &payments(0..10));
        assert!(!decided_apart(&store, &all), "some are recorded already");
    }
}
