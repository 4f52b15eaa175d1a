//! One thread for all that takes much memory: files that are planned and recorded.
//!
//! The system's allocator keeps what a thread has freed for that thread. On the threads of the pages, of which there are
//! several, each would in time keep as much as the largest file took.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};
use std::thread::Builder;

type Job = Box<dyn FnOnce() + Send>;

/// The thread, begun with the first job.
#[derive(Debug, Default)]
pub struct Worker(OnceLock<Option<Sender<Job>>>);

impl Worker {
    /// Does a job after those before it and waits for it; `None` if it failed.
    pub fn done<Made: Send + 'static>(&self, job: impl FnOnce() -> Made + Send + 'static) -> Option<Made> {
        let (send, made) = channel();
        let job: Job = Box::new(move || {
            // Where nothing is sent, it has failed.
            if let Ok(made) = catch_unwind(AssertUnwindSafe(job)) {
                drop(send.send(made));
            }
        });
        match self.0.get_or_init(begun) {
            Some(jobs) => jobs.send(job).ok()?,
            // Without a thread of its own, it is done here.
            None => job(),
        }
        made.recv().ok()
    }
}

/// Begins the thread, which ends with the last who can send to it.
fn begun() -> Option<Sender<Job>> {
    let (jobs, received) = channel::<Job>();
    let working = move || received.into_iter().for_each(|job| job());
    Builder::new().name("files".to_owned()).spawn(working).is_ok().then_some(jobs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_jobs_are_done_on_one_thread_also_after_one_that_failed() {
        let worker = Worker::default();
        let id = || std::thread::current().id();
        let first = worker.done(id).unwrap();
        assert_ne!(first, id());
        assert_eq!(worker.done(|| -> u8 { panic!("as it is meant to") }), None);
        assert_eq!(worker.done(id), Some(first));
    }
}
