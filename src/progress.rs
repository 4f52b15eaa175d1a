//! A progress bar for long work, on a terminal only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Does long work while showing how far it has got. The bar is drawn on stderr, only if that is a
/// terminal, and is gone when the work is done.
pub fn with_progress<T>(doing: &'static str, work: impl FnOnce(&mut dyn FnMut(u64, u64)) -> T) -> T {
    let mut bar: Option<ProgressBar> = None;
    let result = work(&mut |done, all| {
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::stderr());
            // A template that does not hold is a bar that looks plain, and nothing worse.
            if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {human_pos} of {human_len}") {
                bar.set_style(style);
            }
            bar.with_message(doing)
        });
        bar.set_position(done);
    });
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    result
}
