//! Confirmations as text for the terminal, with the command that undoes the recording.

#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

pub mod posted;

use std::collections::BTreeSet;

use almoner_app::confirmation::{
    AlreadyRecorded, AwardBalance, Balances, BudgetBalance, Confirmation, PendingApproval, RecordWords, Undo,
    proof,
};
use almoner_app::narrative::{Naming, paper, record_numbers};
use almoner_app::people::only_signer;
use almoner_app::recording::{Effects, Recorded};
use almoner_ledger::book::Books;
use almoner_ledger::calendar::moment_in_words;
use almoner_ledger::events::{Event, Record};
use almoner_ledger::grants::GrantId;
use almoner_ledger::head::Head;
use almoner_ledger::withholding::withheld_among;
use almoner_papers::layout::wrapped;

use crate::context::Context;
use crate::problem::Problem;

/// Returns the confirmation. `again` states how something recorded and reversed can be recorded again.
pub fn confirmation(context: &Context, recorded: &Recorded<Effects>, again: &str) -> Result<String, Problem> {
    let confirmation = Confirmation::of(recorded)?;
    let mut text: String = confirmation.already.iter().map(|it| already_recorded(it, again)).collect();
    let Some(new) = confirmation.recorded else { return Ok(text) };
    if new.dry_run {
        text.push_str("Dry run: nothing recorded. The command would record:\n");
    } else {
        let numbers = record_numbers(new.first.number, new.last.number);
        text.push_str(&format!(
            "Recorded as {numbers} by {}, {}\n",
            new.last.by,
            moment_in_words(&new.last.at)
        ));
    }
    let width = context.terminal.width;
    let digits = new.last.number.to_string().len();
    for record in &new.records {
        text.push_str(&record_lines(record, digits, width));
    }
    for entries in &new.entries {
        text.push_str(&posted::posted(entries, width)?);
    }
    text.push_str(&balances(&new.balances, width));
    text.push_str(&confidential(recorded, width)?);
    text.push_str(&withheld(recorded, width));
    let changes_authority = |it: &Record| matches!(it.event, Event::UsersSet(_) | Event::PolicySet(_));
    if recorded.made.records.iter().any(changes_authority)
        && let Some(warning) = only_signer(&recorded.books().reference().authority)
    {
        text.push_str(&format!("\n{}", wrapped("", &warning, width)));
    }
    if let Some(pending) = &new.pending {
        text.push_str(&format!("\n{}", pending_text(pending)));
    }
    if let Some(proof) = &new.proof {
        text.push_str(&format!("\nProof: {proof}\n"));
    }
    if let Some(undo) = new.undo {
        text.push_str(&undo_line(undo, context));
    }
    Ok(text)
}

/// Returns which of the grants recorded are confidential; nothing if none is.
fn confidential(recorded: &Recorded<Effects>, width: usize) -> Result<String, Problem> {
    // What is withheld only now is said in full.
    if recorded.hidden.is_some() {
        return Ok(String::new());
    }
    let grants = recorded.made.records.iter().filter_map(|record| record.event.grant().cloned());
    let grants: BTreeSet<GrantId> = grants.collect();
    let ids = withheld_among(&*recorded.books(), &Vec::from_iter(grants))?;
    let names = ids.iter().map(GrantId::as_str).collect::<Vec<_>>().join(", ");
    let sentence = match ids.len() {
        0 => return Ok(String::new()),
        1 => format!("Confidential: grant {names} is withheld from the public and the panel."),
        _ => format!("Confidential: grants {names} are withheld from the public and the panel."),
    };
    Ok(wrapped("", &sentence, width))
}

/// Returns what a recording withholds of what the public and the panel could see; nothing if there is nothing.
pub fn withheld<T>(recorded: &Recorded<T>, width: usize) -> String {
    let Some(hidden) = &recorded.hidden else { return String::new() };
    let is_done = !recorded.dry_run && recorded.numbers.is_some_and(|numbers| !numbers.is_proposal);
    let withheld = if is_done { "Withheld" } else { "Would be withheld" };
    let (items, reports) = (hidden.items().join("; "), hidden.reports());
    let sentence = format!("{withheld} from the public and the panel: {items}; {reports}.");
    format!("\n{}", wrapped("", &sentence, width))
}

/// Returns the proof to keep: the ledger's id, the last record and the hash of all records up to it.
pub fn line(books: &dyn Books, head: Head) -> String {
    format!("Proof: {}\n", proof(books, head))
}

/// Returns what to do about a proposal.
pub fn pending_approval(proposal: u64, books: &dyn Books) -> String {
    pending_text(&PendingApproval::of(proposal, books))
}

fn pending_text(PendingApproval { proposal, approvers }: &PendingApproval) -> String {
    let others = approvers.join(" or ");
    let others = if others.is_empty() { "a second approver (there is none yet)".to_owned() } else { others };
    format!(
        "Will be recorded once approved by {others}: almoner approve {proposal}\n\
         To withdraw it: almoner reject {proposal} --reason REASON\n"
    )
}

/// Returns a record in words, after its number of so many digits.
fn record_lines(record: &RecordWords, digits: usize, width: usize) -> String {
    let number = format!("  {:>digits$}  ", record.number);
    let mut lines = wrapped(&number, &record.sentence, width);
    let margin = " ".repeat(number.len());
    for detail in &record.details {
        lines.push_str(&wrapped(&margin, detail, width));
    }
    lines
}

/// Returns the line with the command that undoes a recording.
pub fn undo_line(undo: Undo, context: &Context) -> String {
    let command = match undo {
        Undo::Record(record) => format!("reverse {record}"),
        Undo::Batch(last) => format!("reverse --batch {last}"),
        Undo::Reopen(month) => format!("reopen {month} --reason REASON"),
    };
    format!("To undo: {}\n", context.to_type(&command))
}

fn already_recorded(already: &AlreadyRecorded, again: &str) -> String {
    match already {
        AlreadyRecorded::Together => "Already recorded: nothing changed.\n".to_owned(),
        AlreadyRecorded::By { record, reversed_by: None } => {
            format!("Already recorded as {record}: nothing changed.\n")
        }
        AlreadyRecorded::By { record, reversed_by: Some(by) } if again.is_empty() => {
            format!("Already recorded as {record} and reversed by record {by}: nothing changed.\n")
        }
        AlreadyRecorded::By { record, reversed_by: Some(by) } => format!(
            "Already recorded as {record} and reversed by record {by}: nothing changed.\n\
             To record it again, repeat the command {again}.\n"
        ),
    }
}

/// Returns a line for each award, and for each fund and financial year.
fn balances(balances: &Balances, width: usize) -> String {
    let further = match balances.further_budgets {
        0 => None,
        1 => Some("For the budget of 1 further year, see `almoner report budget`.".to_owned()),
        count => Some(format!("For the budgets of {count} further years, see `almoner report budget`.")),
    };
    let lines = balances.awards.iter().map(award_line).chain(balances.budgets.iter().map(budget_line));
    let lines = lines.chain(further);
    let text: String = lines.map(|line| wrapped("", &line, width)).collect();
    if text.is_empty() { text } else { format!("\n{text}") }
}

fn award_line(AwardBalance { award, position }: &AwardBalance) -> String {
    let Some(position) = position else { return format!("Award {award}: reversed") };
    let mut line = format!(
        "Award {award}: awarded {}, paid {}, balance {}",
        position.awarded.grouped(),
        position.paid.grouped(),
        position.balance.grouped()
    );
    if position.recovery_due.is_positive() {
        line.push_str(&format!("; recovery due {}", position.recovery_due.grouped()));
    }
    if position.instalments_beyond.is_positive() {
        let beyond = position.instalments_beyond.grouped();
        line.push_str(&format!("; instalments in excess of the balance {beyond}"));
    }
    line
}

fn budget_line(it: &BudgetBalance) -> String {
    let (name, year) = (Naming::IDS.fund(&it.fund), it.year);
    let name = format!("{name}, as at {}", it.as_at.in_words());
    let mut spent = format!("expenditure {}", paper(it.expenditure));
    if !it.still_to_recognise.is_zero() {
        spent.push_str(&format!(", still to recognise {}", paper(it.still_to_recognise)));
    }
    let Some(budget) = it.budget else {
        return format!("Budget {year}, {name}: no budget set; {spent}");
    };
    let remaining = match it.remaining.is_negative() {
        true => format!("over budget by {}", it.remaining.size().grouped()),
        false => format!("remaining {}", it.remaining.grouped()),
    };
    format!("Budget {year}, {name}: {}, {spent}, {remaining}", budget.grouped())
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use almoner_app::actor::{Actor, Timestamp};
    use almoner_app::office::Office;
    use almoner_app::recording::Request;
    use almoner_app::requested::Requested;
    use almoner_ledger::calendar::Date;
    use almoner_ledger::command::{Command, Options};
    use almoner_ledger::text::Text;

    use super::*;
    use crate::commands::init;
    use crate::progress::Screen;
    use crate::testing;
    use almoner_papers::render::Terminal;

    fn context(folder: &Path) -> Context {
        Context {
            office: Office {
                location: folder.join("books"),
                notes: folder.join("notes"),
                wait: std::time::Duration::from_secs(5),
                observer: Arc::new(Screen),
            },
            actor: Actor {
                user: Some(Text::new("jane").unwrap()),
                at: Timestamp::parse("2026-11-21T10:03:03Z").unwrap(),
                is_clock_confirmed: false,
                today: Date::parse("2026-11-21").unwrap(),
            },
            terminal: Terminal { width: 80, colour: false },
            proposing: false,
            requested: Requested::default(),
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
        let request = Request { label: "test", dry_run, ..Request::default() };
        let make = |_: &dyn Books| Ok::<_, Problem>(vec![command.clone()]);
        let recorded = context.office.record(&context.actor, request, options, make).unwrap();
        let text = confirmation(context, &recorded, "with --again").unwrap();
        text.replace(&line(&recorded.ledger, recorded.head), "Proof: LEDGER/RECORD/HASH\n")
            .replace(&context.to_type(""), "almoner ")
    }

    const AWARDED: &str = "\
Recorded as records 4 to 7 by jane, 21 Nov 2026 10:03 UTC
  4  Theme domestic-abuse: Domestic abuse
  5  Recipient compassion: Compassion
  6  Decision 14-2015 of 20 Feb 2015 (kind: award)
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
Budget 2014-15, fund victims, as at 31 Mar 2015: no budget set; expenditure 0.00

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
