//! Confirmations: the full result of a recording.
//!
//! A confirmation shows the records, the entries in accounting form, the balance of the award and of the
//! fund's budget, the proof for later verification, and the command that undoes it. A dry run shows the
//! same.

#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

mod balances;
pub mod posted;

use std::ops::RangeInclusive;

use almoner_ledger::book::Books;
use almoner_ledger::decide::{Already, Outcome};
use almoner_ledger::events::{Event, Record};
use almoner_ledger::head::Head;
use almoner_ledger::users::Role;
use almoner_papers::dates;
use almoner_store::proof::Proof;

use crate::after::After;
use crate::context::{Context, Recorded};
use crate::problem::Problem;
use crate::words;
use almoner_papers::layout::wrapped;

pub use balances::recovery_due;

/// Returns the confirmation. `again` states how something recorded and reversed can be recorded again.
pub fn confirmation(context: &Context, recorded: &Recorded, again: &str) -> Result<String, Problem> {
    let books = After::new(recorded);
    let mut text = String::new();
    for outcome in &recorded.outcomes {
        match outcome {
            Outcome::Already(already) => text.push_str(&already_recorded(&books, *already, again)?),
            Outcome::Recorded(_) => {}
        }
    }
    let (Some(first), Some(last)) = (recorded.records.first(), recorded.records.last()) else {
        return Ok(text);
    };
    if recorded.dry_run {
        text.push_str("Dry run: nothing recorded. The command would record:\n");
    } else {
        let numbers = numbers(first.number..=last.number);
        text.push_str(&format!("Recorded as {numbers} by {}, {}\n", last.by, dates::moment(&last.at)));
    }
    let width = context.terminal.width;
    let digits = last.number.to_string().len();
    for record in &recorded.records {
        text.push_str(&record_lines(&books, record, digits, width)?);
    }
    for record in &recorded.records {
        text.push_str(&posted::of_event(&record.event, width)?);
    }
    text.push_str(&balances::balances(&books, &recorded.records, width)?);
    if !recorded.dry_run {
        if let Event::Proposed(_) = first.event {
            text.push_str(&format!("\n{}", pending_approval(first.number, &books)));
        }
        text.push_str(&format!("\n{}", line(&recorded.ledger, recorded.head)));
        if let Some(command) = to_undo(recorded) {
            text.push_str(&format!("To undo: {}\n", context.to_type(&command)));
        }
    }
    Ok(text)
}

/// Returns the proof to keep: the ledger's id, the last record and the hash of all records up to it.
pub fn line(books: &dyn Books, head: Head) -> String {
    format!("Proof: {}\n", Proof { ledger: books.reference().ledger.clone(), head })
}

/// Returns what to do about a proposal.
pub fn pending_approval(proposal: u64, books: &dyn Books) -> String {
    let approvers = books.reference().authority.users.values().filter(|it| it.may(Role::Approver));
    let proposer = books.reference().authority.pending.get(&proposal).map(|it| it.by.to_string());
    let others = approvers.map(|it| it.id.to_string()).filter(|id| Some(id) != proposer.as_ref());
    let others = others.collect::<Vec<_>>().join(" or ");
    let others = if others.is_empty() { "a second approver".to_owned() } else { others };
    format!(
        "Recorded once approved by {others}: almoner approve {proposal}\n\
         To withdraw it: almoner reject {proposal} --reason REASON\n"
    )
}

fn numbers(range: RangeInclusive<u64>) -> String {
    match (range.start(), range.end()) {
        (first, last) if first == last => format!("record {first}"),
        (first, last) if first + 1 == *last => format!("records {first} and {last}"),
        (first, last) => format!("records {first} to {last}"),
    }
}

/// Returns a record in words, after its number of so many digits.
fn record_lines(books: &dyn Books, record: &Record, digits: usize, width: usize) -> Result<String, Problem> {
    let number = format!("  {:>digits$}  ", record.number);
    let mut lines = wrapped(&number, &words::sentence(books, &record.event)?, width);
    let margin = " ".repeat(number.len());
    for detail in words::details(books, &record.event)? {
        lines.push_str(&wrapped(&margin, &detail, width));
    }
    Ok(lines)
}

/// Returns the command that undoes the recording: the whole batch where several things were recorded
/// together, else the last record that can be reversed.
fn to_undo(recorded: &Recorded) -> Option<String> {
    let commands = recorded.outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Recorded(_))).count();
    if matches!(recorded.records.first()?.event, Event::Proposed(_)) {
        return None;
    }
    let is_approval = matches!(recorded.records.first()?.event, Event::Approved(_));
    let reversible = recorded.records.iter().filter(|record| record.event.is_reversible()).count();
    if let Some(last) = recorded.records.last().filter(|_| commands > 1 || is_approval && reversible > 1) {
        return Some(format!("reverse --batch {}", last.number));
    }
    recorded.records.iter().rev().find_map(|record| {
        if let Event::MonthClosed(closing) = &record.event
            && !closing.is_final
        {
            return Some(format!("reopen {} --reason REASON", closing.month));
        }
        record.event.is_reversible().then(|| format!("reverse {}", record.number))
    })
}

fn already_recorded(books: &dyn Books, already: Already, again: &str) -> Result<String, Problem> {
    let Some(number) = already.record else {
        return Ok("Already recorded: nothing changed.\n".to_owned());
    };
    let record = match books.record(number)? {
        Some(record) => words::record_words(&record),
        None => format!("record {number}"),
    };
    Ok(match already.reversed_by {
        None => format!("Already recorded as {record}: nothing changed.\n"),
        Some(by) => format!(
            "Already recorded as {record} and reversed by record {by}: nothing changed.\n\
             To record it again, repeat the command {again}.\n"
        ),
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use almoner_ledger::calendar::Date;
    use almoner_ledger::command::{Command, Options};
    use almoner_ledger::text::Text;

    use super::*;
    use crate::commands::init;
    use crate::context::Request;
    use crate::testing;
    use almoner_papers::render::Terminal;

    fn context(folder: &Path) -> Context {
        Context {
            ledger: folder.join("books"),
            user: "jane".to_owned(),
            now: "2026-11-21T10:03:03Z".to_owned(),
            today: Date::parse("2026-11-21").unwrap(),
            wait: std::time::Duration::from_secs(5),
            terminal: Terminal { width: 80, colour: false },
            proposing: false,
        }
    }

    fn award() -> Command {
        testing::award("14-2015", "2015-02-20", "30,000")
    }

    fn pay(amount: &str) -> Command {
        testing::pay("14-2015", "2015-03-02", amount)
    }

    /// Returns the confirmation of a command, without the ledger's path and the hash.
    fn confirmed(context: &Context, dry_run: bool, command: &Command) -> String {
        let options = Options { add_missing: true, ..Options::default() };
        let request = Request { label: "test", options, dry_run, ..Request::default() };
        let recorded = context.record(request, &|_| Ok(vec![command.clone()])).unwrap();
        let text = confirmation(context, &recorded, "with --again").unwrap();
        text.replace(&line(&recorded.ledger, recorded.head), "Proof: LEDGER/RECORD/HASH\n")
            .replace(&context.to_type(""), "almoner ")
    }

    const AWARDED: &str = "\
Recorded as records 4 to 7 by jane, 21 Nov 2026 10:03 UTC
  4  Theme domestic-abuse: Domestic abuse
  5  Recipient compassion: Compassion
  6  Decision 14-2015 of 20 Feb 2015, award
  7  Award 14-2015: 30,000.00 to Compassion, decided 20 Feb 2015
     Purpose: Help for people harmed by domestic abuse
     Decision 14-2015; fund victims; power not stated; theme domestic-abuse;
     period not stated, recognised when paid

  Memorandum, dated 20 Feb 2015
  Account                  Fund     Theme               Debit     Credit
  memo:commitments         victims  domestic-abuse  30,000.00
  memo:awards-outstanding  victims  domestic-abuse             30,000.00
                                                    ---------  ---------
  Total                                             30,000.00  30,000.00

Award 14-2015: awarded 30,000.00, paid 0.00, balance 30,000.00
Budget 2014-15, fund victims: no budget set; expenditure 0.00, outstanding
commitment 30,000.00

Proof: LEDGER/RECORD/HASH
To undo: almoner reverse 7
";

    #[test]
    fn a_confirmation_shows_all_records_and_how_to_undo_them() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(folder.path());
        drop(init::create(&context, Text::new("Office").unwrap(), Vec::new()).unwrap());
        let dry = confirmed(&context, true, &award());
        assert_eq!(confirmed(&context, false, &award()), AWARDED);
        // A dry run shows the same, except what applies to a recording only.
        let of_both = |text: &str| {
            let lines = text.lines().skip(1).take_while(|line| !line.starts_with("Proof"));
            lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
        };
        assert!(dry.starts_with("Dry run: nothing recorded."), "{dry}");
        assert_eq!(of_both(&dry), of_both(AWARDED));
    }

    #[test]
    fn recording_the_same_again_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(folder.path());
        drop(init::create(&context, Text::new("Office").unwrap(), Vec::new()).unwrap());
        confirmed(&context, false, &award());
        let paid = confirmed(&context, false, &pay("10,000"));
        assert!(
            paid.contains("Award 14-2015: awarded 30,000.00, paid 10,000.00, balance 20,000.00"),
            "{paid}"
        );
        let again = confirmed(&context, false, &pay("10,000"));
        assert_eq!(again, "Already recorded as record 8 (21 Nov 2026 10:03 UTC by jane): nothing changed.\n");
        confirmed(&context, false, &Command::Reverse { record: 8, reason: None });
        let reversed = confirmed(&context, false, &pay("10,000"));
        assert_eq!(
            reversed,
            "Already recorded as record 8 (21 Nov 2026 10:03 UTC by jane) and reversed by record 9: nothing \
             changed.\nTo record it again, repeat the command with --again.\n"
        );
    }
}
