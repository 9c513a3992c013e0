//! Progress on a terminal, drawn from the events that an example started or finished.

use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A progress bar on stderr, or nothing. It is redrawn only when something happens: a ticking
/// thread would be one more beside those that run examples.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    running: Mutex<Vec<String>>,
}

impl Progress {
    /// A bar on stderr, which shows nothing where stderr is no terminal.
    pub fn on_stderr() -> Progress {
        Progress::drawn_to(ProgressDrawTarget::stderr())
    }

    /// No progress.
    pub fn hidden() -> Progress {
        Progress::drawn_to(ProgressDrawTarget::hidden())
    }

    fn drawn_to(target: ProgressDrawTarget) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} examples, {elapsed}  {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Progress { bar, running: Mutex::new(Vec::new()) }
    }

    /// Sets the number of examples that will run.
    pub fn expect(&self, examples: usize) {
        self.bar.set_length(examples as u64);
    }

    /// Adds examples that run once more.
    pub fn expect_more(&self, examples: usize) {
        self.bar.inc_length(examples as u64);
    }

    /// An example was started.
    pub fn started(&self, id: &str) {
        self.change(|running| running.push(id.to_owned()));
    }

    /// An example has finished.
    pub fn finished(&self, id: &str) {
        self.change(|running| {
            if let Some(at) = running.iter().position(|known| known == id) {
                running.remove(at);
            }
        });
        self.bar.inc(1);
    }

    /// Removes the bar from the terminal.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// Shows those that have been running for longest: they are what one waits for.
    fn change(&self, change: impl FnOnce(&mut Vec<String>)) {
        let mut running = self.running.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        change(&mut running);
        if !self.bar.is_hidden() {
            let message = running.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
            self.bar.set_message(message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_come_and_go() {
        let progress = Progress::hidden();
        progress.expect(2);
        progress.started("a#1");
        progress.started("a#2");
        progress.finished("a#1");
        assert_eq!(*progress.running.lock().unwrap(), ["a#2"]);
        assert_eq!((progress.bar.position(), progress.bar.length()), (1, Some(2)));
        progress.finished("a#2");
        progress.clear();
    }
}
