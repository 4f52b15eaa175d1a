//! Receipts: what a recording did, shown at once and in full.
//!
//! The records, the entries as an accountant writes them, what is left of the award and of the
//! fund's budget, the line to prove it by later (`verify --proof`), and how to undo it. A dry run gives
//! the same receipt.

mod left;
pub mod posted;

use std::ops::RangeInclusive;

use almoner_ledger::book::Books;
use almoner_ledger::decide::{Already, Outcome};
use almoner_ledger::event::{Event, Record};
use almoner_ledger::head::Head;
use almoner_ledger::store::proof::Proof;
use almoner_ledger::users::Role;

use crate::after::After;
use crate::context::{Context, Recorded};
use crate::layout::wrapped;
use crate::problem::Problem;
use crate::words;

pub use left::to_recover;

/// The receipt. `anew` says how what is recorded already, and reversed since, is recorded anew.
pub fn confirmation(context: &Context, recorded: &Recorded, anew: &str) -> Result<String, Problem> {
    let books = After::new(recorded);
    let mut text = String::new();
    for outcome in &recorded.outcomes {
        match outcome {
            Outcome::Already(already) => text.push_str(&already_recorded(&books, *already, anew)?),
            Outcome::Recorded(_) => {}
        }
    }
    let (Some(first), Some(last)) = (recorded.records.first(), recorded.records.last()) else {
        return Ok(text);
    };
    if recorded.dry_run {
        text.push_str("Dry run: nothing recorded. This is what would be:\n");
    } else {
        let numbers = numbers(first.number..=last.number);
        text.push_str(&format!("Recorded as {numbers} by {}, {}\n", last.by, words::moment(&last.at)));
    }
    let width = context.terminal.width;
    let digits = last.number.to_string().len();
    for record in &recorded.records {
        text.push_str(&record_lines(&books, record, digits, width)?);
    }
    for record in &recorded.records {
        text.push_str(&posted::of_event(&record.event, width)?);
    }
    text.push_str(&left::left(&books, &recorded.records, width)?);
    if !recorded.dry_run {
        if let Event::Proposed(_) = first.event {
            text.push_str(&format!("\n{}", waits(first.number, &books)));
        }
        text.push_str(&format!("\n{}", line(&recorded.ledger, recorded.head)));
        if let Some(command) = to_undo(recorded) {
            text.push_str(&format!("To undo: {}\n", context.to_type(&command)));
        }
    }
    Ok(text)
}

/// The line to keep: the ledger's id, the last record and the hash that stands for all before it.
pub fn line(books: &dyn Books, head: Head) -> String {
    format!("Proof: {}\n", Proof { ledger: books.reference().ledger.clone(), head })
}

/// What is to be done about a proposal.
pub fn waits(proposal: u64, books: &dyn Books) -> String {
    let approvers = books.reference().authority.users.values().filter(|it| it.may(Role::Approver));
    let proposer = books.reference().authority.pending.get(&proposal).map(|it| it.by.to_string());
    let others = approvers.map(|it| it.id.to_string()).filter(|id| Some(id) != proposer.as_ref());
    let others = others.collect::<Vec<_>>().join(" or ");
    let others = if others.is_empty() { "another person".to_owned() } else { others };
    format!(
        "Nothing of it is recorded before it is approved, by {others}: almoner approve {proposal}\n\
         To withdraw it: almoner reject {proposal} --reason WHY\n"
    )
}

fn numbers(range: RangeInclusive<u64>) -> String {
    match (range.start(), range.end()) {
        (first, last) if first == last => format!("record {first}"),
        (first, last) if first + 1 == *last => format!("records {first} and {last}"),
        (first, last) => format!("records {first} to {last}"),
    }
}

/// A record in words, its number of so many digits before it.
fn record_lines(books: &dyn Books, record: &Record, digits: usize, width: usize) -> Result<String, Problem> {
    let number = format!("  {:>digits$}  ", record.number);
    let mut lines = wrapped(&number, &words::sentence(books, &record.event)?, width);
    let margin = " ".repeat(number.len());
    for detail in words::details(books, &record.event)? {
        lines.push_str(&wrapped(&margin, &detail, width));
    }
    Ok(lines)
}

/// The command that undoes what the recording was about: all of it where several things were asked for at
/// once, else the last record that can be undone.
fn to_undo(recorded: &Recorded) -> Option<String> {
    let asked = recorded.outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Recorded(_))).count();
    if matches!(recorded.records.first()?.event, Event::Proposed(_)) {
        return None;
    }
    let is_approval = matches!(recorded.records.first()?.event, Event::Approved { .. });
    let reversible = recorded.records.iter().filter(|record| words::is_reversible(&record.event)).count();
    if let Some(last) = recorded.records.last().filter(|_| asked > 1 || is_approval && reversible > 1) {
        return Some(format!("reverse --batch {}", last.number));
    }
    recorded.records.iter().rev().find_map(|record| match &record.event {
        Event::MonthClosed(closing) if !closing.hard => {
            Some(format!("reopen {} --reason WHY", closing.month))
        }
        event => words::is_reversible(event).then(|| format!("reverse {}", record.number)),
    })
}

fn already_recorded(books: &dyn Books, already: Already, anew: &str) -> Result<String, Problem> {
    let Some(number) = already.record else {
        return Ok("Already recorded, just so: nothing changed.\n".to_owned());
    };
    let record = match books.record(number)? {
        Some(record) => words::record_words(&record),
        None => format!("record {number}"),
    };
    Ok(match already.reversed_by {
        None => format!("Already recorded as {record}: nothing changed.\n"),
        Some(by) => format!(
            "Already recorded as {record}, and reversed since by record {by}: nothing changed.\n\
             If it holds after all, record it anew {anew}.\n"
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
    use crate::render::Terminal;
    use crate::testing;

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

    /// The receipt of a command, with the ledger's place and the hash taken out.
    fn told(context: &Context, dry_run: bool, command: &Command) -> String {
        let options = Options { add_missing: true, ..Options::default() };
        let request = Request { label: "test", options, dry_run, ..Request::default() };
        let recorded = context.record(request, &|_| Ok(vec![command.clone()])).unwrap();
        let text = confirmation(context, &recorded, "with --again").unwrap();
        text.replace(&line(&recorded.ledger, recorded.head), "Proof: LEDGER/RECORD/HASH\n")
            .replace(&context.to_type(""), "almoner ")
    }

    const AWARDED: &str = "\
Recorded as records 4 to 7 by jane, 2026-11-21 10:03 UTC
  4  Theme domestic-abuse: Domestic abuse
  5  Recipient compassion: Compassion
  6  Decision 14-2015 of 2015-02-20, award
  7  Award 14-2015: 30,000.00 to Compassion, decided 2015-02-20
     Purpose: Help for people harmed by domestic abuse
     Decision 14-2015; fund victims; power not stated; theme domestic-abuse;
     period not stated, charged when paid

  Memorandum, dated 2015-02-20
  Account                  Fund     Theme               Debit     Credit
  memo:commitments         victims  domestic-abuse  30,000.00
  memo:awards-outstanding  victims  domestic-abuse             30,000.00
                                                    ---------  ---------
  Total                                             30,000.00  30,000.00

Award 14-2015: awarded 30,000.00, paid 0.00, left 30,000.00
Budget 2014-15, fund victims: no budget set; charged 0.00, committed 30,000.00

Proof: LEDGER/RECORD/HASH
To undo: almoner reverse 7
";

    #[test]
    fn a_receipt_tells_all_that_was_recorded_and_how_to_undo_it() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(folder.path());
        drop(init::create(&context, Text::new("Office").unwrap(), Vec::new()).unwrap());
        let dry = told(&context, true, &award());
        assert_eq!(told(&context, false, &award()), AWARDED);
        // A dry run tells the same, but for what is true of a recording only.
        let of_both = |text: &str| {
            let lines = text.lines().skip(1).take_while(|line| !line.starts_with("Proof"));
            lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
        };
        assert!(dry.starts_with("Dry run: nothing recorded."), "{dry}");
        assert_eq!(of_both(&dry), of_both(AWARDED));
    }

    #[test]
    fn what_is_recorded_already_is_said_to_be() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(folder.path());
        drop(init::create(&context, Text::new("Office").unwrap(), Vec::new()).unwrap());
        told(&context, false, &award());
        let paid = told(&context, false, &pay("10,000"));
        assert!(paid.contains("Award 14-2015: awarded 30,000.00, paid 10,000.00, left 20,000.00"), "{paid}");
        let again = told(&context, false, &pay("10,000"));
        assert_eq!(again, "Already recorded as record 8 (2026-11-21 10:03 UTC by jane): nothing changed.\n");
        told(&context, false, &Command::Reverse { record: 8, reason: None });
        let reversed = told(&context, false, &pay("10,000"));
        assert_eq!(
            reversed,
            "Already recorded as record 8 (2026-11-21 10:03 UTC by jane), and reversed since by record 9: \
             nothing changed.\nIf it holds after all, record it anew with --again.\n"
        );
    }
}
