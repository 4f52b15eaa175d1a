//! The text of documents of others, read by a process of our own with limits of time and memory: a document may be made to
//! exhaust both, and what it does to that process is no more than a message here.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use almoner_imports::{DOCUMENT_LIMIT, Document, DocumentText, Unreadable};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::remedies;

/// The argument with which the program starts itself. It is no command, so that no help names it.
const ARGUMENT: &str = "document-text";
/// The longest time, and the most memory in MiB, that a document may take.
const SECONDS: u64 = 60;
const MEMORY: u64 = 2048;
/// The most bytes of an answer.
const ANSWER_LIMIT: u64 = 64 * 1024 * 1024;
/// How often the process is looked at.
const PAUSE: Duration = Duration::from_millis(5);

const COPY: &str = "copy its text into a text file, and import that file";

/// What the process answers.
#[derive(Serialize, Deserialize)]
enum Answer {
    Text { text: String, lost: Vec<String> },
    Refused { message: String, hint: String },
}

/// Answers for a document on standard input, if the program was started for that.
pub fn answer() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().as_deref() != Some(OsStr::new(ARGUMENT)) || arguments.next().is_some() {
        return None;
    }
    limit_memory();
    let mut bytes = Vec::new();
    let taken = std::io::stdin().lock().take(DOCUMENT_LIMIT as u64 + 1).read_to_end(&mut bytes);
    if taken.is_err() {
        return Some(ExitCode::FAILURE);
    }
    let answer = match Document::of(&bytes).and_then(|document| document.text(bytes)) {
        Ok(DocumentText { text, lost }) => Answer::Text { text, lost },
        Err(Unreadable { message, next, .. }) => Answer::Refused { message, hint: remedies::of_file(&next) },
    };
    let is_written =
        serde_json::to_vec(&answer).is_ok_and(|answer| std::io::stdout().write_all(&answer).is_ok());
    Some(if is_written { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Limits the memory of this process, where the system can.
fn limit_memory() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let bytes = Some(MEMORY * 1024 * 1024);
        // Where it is limited further already, that stays.
        let _ = setrlimit(Resource::As, Rlimit { current: bytes, maximum: bytes });
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
}

/// Returns the text of a document.
pub fn text_of(name: &str, bytes: Vec<u8>) -> Result<DocumentText, Problem> {
    let refused = |error: Unreadable| {
        Problem::refused(error.code, format!("{name}: {}", error.message))
            .hint(remedies::of_file(&error.next))
    };
    // A text takes no more than its own length.
    match Document::of(&bytes).map_err(refused)? {
        Document::Text => return Document::Text.text(bytes).map_err(refused),
        Document::Word | Document::WebPage => {}
    }
    let unreadable = |message: String, hint: &str| {
        Err(Problem::refused("unreadable-document", format!("{name}: {message}")).hint(hint))
    };
    match answered(bytes).map_err(|error| Problem::unreadable(name, &error))? {
        Finished::Answered(Answer::Text { text, lost }) => Ok(DocumentText { text, lost }),
        Finished::Answered(Answer::Refused { message, hint }) => unreadable(message, &hint),
        Finished::TooLong => {
            unreadable(format!("reading the document takes more than {SECONDS} seconds"), COPY)
        }
        Finished::Failed => unreadable(
            format!("the document cannot be read, or takes more than {MEMORY} MiB of memory"),
            COPY,
        ),
    }
}

/// How the process ended.
enum Finished {
    Answered(Answer),
    TooLong,
    Failed,
}

fn answered(document: Vec<u8>) -> std::io::Result<Finished> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg(ARGUMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let writing = thread::spawn(move || {
        // The process may end before it has read everything.
        input.is_some_and(|mut input| input.write_all(&document).is_ok())
    });
    let reading = thread::spawn(move || {
        let mut answer = Vec::new();
        let read = output.map(|output| output.take(ANSWER_LIMIT).read_to_end(&mut answer));
        read.is_some_and(|read| read.is_ok()).then_some(answer)
    });
    let is_in_time = waited(&mut child)?;
    drop(writing.join());
    let answer = reading.join().ok().flatten();
    if !is_in_time {
        return Ok(Finished::TooLong);
    }
    let is_done = child.wait()?.success();
    let answer = answer.filter(|_| is_done).and_then(|answer| serde_json::from_slice(&answer).ok());
    Ok(answer.map_or(Finished::Failed, Finished::Answered))
}

/// Waits for a process; one that takes too long is ended.
fn waited(child: &mut Child) -> std::io::Result<bool> {
    let started = Instant::now();
    while child.try_wait()?.is_none() {
        if started.elapsed() > Duration::from_secs(SECONDS) {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        thread::sleep(PAUSE);
    }
    Ok(true)
}
