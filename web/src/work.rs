//! Long-running work: planning or recording a file. It is started once, continues when no request waits for it, and
//! reports its progress.
//!
//! Its answer stays available for a while, for a page that reloads by itself.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::{Bytes, to_bytes};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::lock::locked;

/// How long an answer that no request has fetched stays available.
const LASTS: Duration = Duration::from_secs(60);

/// The progress of work.
#[derive(Debug, Default)]
pub struct Progress {
    doing: Mutex<&'static str>,
    done: AtomicU64,
    all: AtomicU64,
}

impl Progress {
    /// Starts a step whose size is not known yet.
    pub fn begin(&self, doing: &'static str) {
        *locked(&self.doing) = doing;
        self.note(0, 0);
    }

    /// Notes how much of it is done.
    pub fn note(&self, done: u64, all: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.all.store(all, Ordering::Relaxed);
    }

    /// Returns the present step, the rows done and the rows in all; zero if unknown.
    pub fn now(&self) -> (&'static str, u64, u64) {
        let all = self.all.load(Ordering::Relaxed);
        (*locked(&self.doing), self.done.load(Ordering::Relaxed).min(all), all)
    }
}

/// The finished answer of work.
#[derive(Clone, Debug)]
pub struct Ended {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Ended {
    /// Returns an answer in one piece.
    async fn of(response: Response) -> Ended {
        let (head, body) = response.into_parts();
        // The pages are made in one piece, which cannot fail.
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        Ended { status: head.status, headers: head.headers, body }
    }
}

impl From<Ended> for Response {
    fn from(ended: Ended) -> Response {
        let mut response = Response::new(ended.body.into());
        (*response.status_mut(), *response.headers_mut()) = (ended.status, ended.headers);
        response
    }
}

/// Work that is running, or has ended with an answer.
#[derive(Debug)]
pub struct Work {
    /// How far it is.
    pub progress: Arc<Progress>,
    /// When it was begun.
    pub begun: Instant,
    ended: watch::Sender<Option<Ended>>,
}

impl Work {
    /// Returns what it came to, if it ends within this time.
    pub async fn ended_within(&self, patience: Duration) -> Option<Ended> {
        let mut ended = self.ended.subscribe();
        let found = timeout(patience, ended.wait_for(Option::is_some)).await;
        found.ok()?.ok()?.clone()
    }
}

/// All work, by what it is for.
#[derive(Debug, Default)]
pub struct Works {
    by_key: BTreeMap<String, Arc<Work>>,
}

impl Works {
    /// Returns the key of recording a draft.
    pub fn recording(id: &str) -> String {
        format!("record {id}")
    }

    /// What the keys of pages begin with.
    pub const PAGES: &str = "page ";

    /// Returns the key of a page of a session that takes long.
    pub fn page(token: &str, address: &str) -> String {
        format!("{}{token} {address}", Works::PAGES)
    }

    /// Returns work that is running, or whose answer has not been fetched.
    pub fn get(&self, key: &str) -> Option<Arc<Work>> {
        self.by_key.get(key).cloned()
    }

    /// True if a draft is being recorded.
    pub fn is_recording(&self, id: &str) -> bool {
        self.get(&Works::recording(id)).is_some_and(|work| work.ended.borrow().is_none())
    }

    /// Returns work that is running, or begins it.
    pub fn get_or_begin<Working: Future<Output = Response> + Send + 'static>(
        works: &Arc<Mutex<Works>>,
        key: String,
        begin: impl FnOnce(Arc<Progress>) -> Working,
    ) -> Arc<Work> {
        let mut all = locked(works);
        if let Some(work) = all.by_key.get(&key) {
            return work.clone();
        }
        let (progress, ended) = (Arc::new(Progress::default()), watch::Sender::new(None));
        let work = Arc::new(Work { progress: progress.clone(), begun: Instant::now(), ended });
        all.by_key.insert(key.clone(), work.clone());
        let (working, begun, works) = (begin(progress), work.clone(), works.clone());
        tokio::spawn(async move {
            let ended = Ended::of(working.await).await;
            begun.ended.send_replace(Some(ended));
            tokio::time::sleep(LASTS).await;
            locked(&works).forget(&key, &begun);
        });
        work
    }

    /// Removes work; its answer is given once.
    pub fn forget(&mut self, key: &str, work: &Arc<Work>) {
        if self.by_key.get(key).is_some_and(|it| Arc::ptr_eq(it, work)) {
            self.by_key.remove(key);
        }
    }

    /// Removes all work whose key has this prefix, because its answer would be out of date.
    pub fn forget_all(&mut self, prefix: &str) {
        self.by_key.retain(|key, _| !key.starts_with(prefix));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::bare;

    fn ran(test: impl Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(test);
    }

    #[test]
    fn work_is_begun_once_and_ends_for_all_who_wait() {
        ran(async {
            let works: Arc<Mutex<Works>> = Arc::default();
            let (go, wait) = tokio::sync::oneshot::channel::<()>();
            let begin = |_: Arc<Progress>| async {
                drop(wait.await);
                bare(StatusCode::OK, "Done", "All of it.")
            };
            let key = Works::recording("a1");
            let first = Works::get_or_begin(&works, key.clone(), begin);
            let second = Works::get_or_begin(&works, key.clone(), |_| async { panic!("it is begun twice") });
            assert!(Arc::ptr_eq(&first, &second));
            assert!(locked(&works).is_recording("a1") && !locked(&works).is_recording("b2"));
            assert!(first.ended_within(Duration::ZERO).await.is_none());
            go.send(()).unwrap();
            for work in [&first, &second, &first] {
                let ended: Response = work.ended_within(Duration::from_secs(5)).await.unwrap().into();
                assert_eq!(ended.status(), StatusCode::OK);
            }
            assert!(!locked(&works).is_recording("a1"));
            locked(&works).forget(&key, &first);
            assert!(locked(&works).get(&key).is_none());
        });
    }

    #[test]
    fn progress_never_passes_what_there_is() {
        let progress = Progress::default();
        assert_eq!(progress.now(), ("", 0, 0));
        progress.begin("Deciding");
        progress.note(512, 400);
        assert_eq!(progress.now(), ("Deciding", 400, 400));
        progress.begin("Writing");
        assert_eq!(progress.now(), ("Writing", 0, 0));
    }
}
