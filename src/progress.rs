//! What the terminal shows of work under way: notes, and a progress bar for long work.

use std::time::{Duration, Instant};

use almoner_app::office::{Observer, Progress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::terminal::notify;

/// Work that takes less time shows no bar.
const LONG: Duration = Duration::from_secs(1);

/// The screen of this program: notes on stderr and, if that is a terminal, a bar for long work.
#[derive(Debug)]
pub struct Screen;

impl Observer for Screen {
    fn note(&self, text: &str) {
        notify(text);
    }

    fn progress(&self, doing: &'static str) -> Progress<'_> {
        let mut shown = Shown { doing, started: Instant::now(), bar: None };
        Box::new(move |done, all| shown.update(done, all))
    }
}

/// The bar of some work; removed when the work ends.
struct Shown {
    doing: &'static str,
    started: Instant,
    bar: Option<ProgressBar>,
}

impl Shown {
    fn update(&mut self, done: u64, all: u64) {
        if self.started.elapsed() < LONG {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::stderr());
            // With an invalid template the bar only looks plain.
            let template = "{msg} {wide_bar} {human_pos} of {human_len}, {per_sec}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.with_message(self.doing).with_elapsed(self.started.elapsed())
        });
        bar.set_length(all);
        bar.set_position(done);
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Runs work and shows its progress and rate, if it takes long. The work reports the units done and the
/// expected total.
pub fn with_progress<T>(doing: &'static str, work: impl FnOnce(&mut dyn FnMut(u64, u64)) -> T) -> T {
    work(&mut *Screen.progress(doing))
}
