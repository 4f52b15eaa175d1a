//! Marks that somebody made up, took from elsewhere or changed: none is proved, and a true one always is.

use std::fs;

use crate::office::Office;
use crate::tally::{Random, rounds, tally};
use serde_json::Value;

/// The papers, each with the name of its file.
const PAPERS: [&[&str]; 3] = [
    &["export", "panel", "--fy", "2015-16", "--audience", "public", "-o", "public.html"],
    &["export", "panel", "--fy", "2015-16", "--audience", "panel", "-o", "panel.xlsx"],
    &["export", "panel", "--quarter", "2015-16Q1", "-o", "quarter.docx"],
];

/// An office that has exported its papers, of which some things are not shown, and recorded more since.
struct Exported {
    office: Office,
    /// What was noted of each paper.
    notes: Vec<Value>,
}

impl Exported {
    /// The same commands give the same papers, and each time another secret.
    fn new() -> Exported {
        let office = Office::new();
        let award = |number: &str, to: &str, more: &[&str]| {
            let award = [
                "award",
                "--decision",
                number,
                "--decided",
                "2015-04-01",
                "--recipient",
                to,
                "--amount",
                "9000",
            ];
            let rest = ["--purpose", "Help", "--theme", "youth", "--fund", "cdr", "--add-missing"];
            office.ok(&[&award[..], &rest[..], more].concat());
        };
        award("1-2015", "Open Door", &[]);
        award("2-2015", "Waveney Forum", &[]);
        award("C1-2015", "Refuge", &["--confidential"]);
        office.ok(&["pay", "1-2015", "1000", "--date", "2015-05-01"]);
        office.ok(&["pay", "C1-2015", "250", "--date", "2015-05-01"]);
        PAPERS.iter().for_each(|paper| _ = office.ok(paper));
        let notes = fs::read_to_string(office.path("exports.jsonl")).unwrap();
        let notes = notes.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        office.ok(&["pay", "2-2015", "2000", "--date", "2015-06-01"]);
        Exported { office, notes }
    }

    /// Looks up a mark. Returns the exit code, and whether a paper was proved to have it.
    fn look_up(&self, mark: &str, made_by: Option<&str>) -> (i32, bool) {
        let made_by = made_by.map(|command| ["--made-by", command]);
        let more = made_by.as_ref().map_or(&[][..], |it| &it[..]);
        let output = self.office.run(&[&["verify", "--mark", mark], more].concat());
        let told = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap(), told.contains("Proved: mark"))
    }

    /// Puts these notes in place of those that were made.
    fn put_notes(&self, notes: &[Value]) {
        let lines: String = notes.iter().map(|note| format!("{note}\n")).collect();
        self.office.file("exports.jsonl", lines);
    }
}

fn text<'n>(note: &'n Value, name: &str) -> &'n str {
    note[name].as_str().unwrap()
}

fn made_up(random: &mut Random) -> String {
    (0..20).map(|_| char::from_digit(random.below(16) as u32, 16).unwrap()).collect()
}

/// A mark of which one digit is another.
fn misread(mark: &str, random: &mut Random) -> String {
    let place = random.below(20) as usize;
    let digit = u32::from_str_radix(&mark[place..=place], 16).unwrap();
    let other = char::from_digit((digit + 1 + random.below(15) as u32) % 16, 16).unwrap();
    format!("{}{other}{}", &mark[..place], &mark[place + 1..])
}

#[test]
fn no_mark_is_proved_but_that_of_the_paper() {
    let (ours, theirs) = (Exported::new(), Exported::new());
    for (our, their) in ours.notes.iter().zip(&theirs.notes) {
        assert_eq!(text(our, "command"), text(their, "command"));
        assert_ne!(text(our, "mark"), text(their, "mark"), "two secrets gave one mark");
    }
    let journal = ours.office.path("almoner.ledger/journal/000000000001.jsonl");
    let whole = fs::read_to_string(&journal).unwrap();
    let mut random = Random::new(15);
    let times = rounds("ALMONER_MARKS", 21, 210);
    for round in 0..times {
        let place = random.below(ours.notes.len() as u64) as usize;
        let (note, other) = (&ours.notes[place], &ours.notes[(place + 1) % ours.notes.len()]);
        let (mark, command) = (text(note, "mark"), text(note, "command"));
        let forged = |forged: Value| {
            let mut notes = ours.notes.clone();
            notes[place] = forged;
            ours.put_notes(&notes);
        };
        let with = |name: &str, value: Value| {
            let mut note = note.clone();
            note[name] = value;
            note
        };
        let found = match round % 7 {
            0 => ours.look_up(&made_up(&mut random), Some(command)),
            1 => ours.look_up(&misread(mark, &mut random), Some(command)),
            // The same paper of an office with another secret.
            2 => ours.look_up(text(&theirs.notes[place], "mark"), Some(command)),
            // Another paper of this office.
            3 => {
                ours.put_notes(&[]);
                ours.look_up(mark, Some(text(other, "command")))
            }
            // Noted beside the ledger by somebody who can write there.
            4 => {
                let guess = made_up(&mut random);
                forged(with("mark", Value::from(guess.as_str())));
                ours.look_up(&guess, None)
            }
            5 => {
                forged(with("command", other["command"].clone()));
                ours.look_up(mark, None)
            }
            // Another secret: the salt from which it is derived was changed.
            _ => {
                let salt = whole.find("\"salt\":\"").unwrap() + 8 + random.below(32) as usize;
                let digit = if &whole[salt..=salt] == "0" { "1" } else { "0" };
                fs::write(&journal, format!("{}{digit}{}", &whole[..salt], &whole[salt + 1..])).unwrap();
                let found = ours.look_up(mark, Some(command));
                assert_eq!(found.0, 3, "round {round}: the change is damage");
                fs::write(&journal, &whole).unwrap();
                (1, found.1)
            }
        };
        assert_eq!(found, (1, false), "round {round}: {note}");
        ours.put_notes(&ours.notes);
        assert_eq!(ours.look_up(mark, None), (0, true), "round {round}: {note}");
        assert_eq!(ours.look_up(mark, Some(command)), (0, true), "round {round}: {note}");
    }
    tally("marks made up, misread or of other papers", times);
}
