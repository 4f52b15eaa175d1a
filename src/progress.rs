//! A progress bar for long work, on a terminal only.

use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that takes less time shows no bar.
const LONG: Duration = Duration::from_secs(1);

/// Runs work and shows its progress and rate, if it takes long. The work reports the units done and the
/// expected total. The bar appears on stderr if that is a terminal, and is removed at the end.
pub fn with_progress<T>(doing: &'static str, work: impl FnOnce(&mut dyn FnMut(u64, u64)) -> T) -> T {
    let started = Instant::now();
    let mut bar: Option<ProgressBar> = None;
    let result = work(&mut |done, all| {
        let taken = started.elapsed();
        if taken < LONG {
            return;
        }
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::stderr());
            // With an invalid template the bar only looks plain.
            let template = "{msg} {wide_bar} {human_pos} of {human_len}, {prefix} per second";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.with_message(doing)
        });
        bar.set_prefix(HumanCount(rate(done, taken)).to_string());
        bar.set_length(all);
        bar.set_position(done);
    });
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    result
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
