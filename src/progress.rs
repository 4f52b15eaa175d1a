//! What the terminal shows of work under way: notes, and a progress bar for long work.

use std::time::{Duration, Instant};

use almoner_app::office::{Observer, Progress};
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

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
        let taken = self.started.elapsed();
        if taken < LONG {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::stderr());
            // With an invalid template the bar only looks plain.
            let template = "{msg} {wide_bar} {human_pos} of {human_len}, {prefix} per second";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.with_message(self.doing)
        });
        bar.set_prefix(HumanCount(rate(done, taken)).to_string());
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

fn rate(done: u64, taken: Duration) -> u64 {
    let rate = u128::from(done) * 1_000 / taken.as_millis().max(1);
    u64::try_from(rate).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_units_per_second() {
        for (done, millis, expected) in [
            (0, 1_000, 0),
            (300, 1_500, 200),
            (7, 0, 7_000),
            (u64::MAX, 1, u64::MAX),
            (u64::MAX, 2_000, u64::MAX / 2),
        ] {
            assert_eq!(rate(done, Duration::from_millis(millis)), expected);
        }
    }
}
