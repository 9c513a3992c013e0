//! Progress on a terminal: how far the check is, what runs now and for how long, and, on lines that
//! stay, what turned out to be slow.

use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::style::ProgressTracker;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::Events;
use crate::document::Document;
use crate::example::Example;
use crate::lock::lock;
use crate::run::{Interpreter, Run};

/// How often the bar is drawn again while nothing happens, so that the times on it go on.
const TICK: Duration = Duration::from_millis(250);

/// Examples that are named at once: those that run for longest are what one waits for.
const MOST_NAMED: usize = 3;

/// Time from which on it is shown for how long an example has been running.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// A progress bar on stderr, or nothing.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    running: Arc<Mutex<Vec<Running>>>,
    slow_after: Duration,
    events: Option<Arc<Events>>,
}

/// An example that runs.
#[derive(Clone, Debug)]
struct Running {
    id: String,
    since: Instant,
}

impl Progress {
    /// A bar on stderr, which shows nothing where stderr is no terminal. What takes longer than a
    /// time is named on a line of its own.
    pub fn on_stderr(slow_after: Duration) -> Progress {
        let progress = Progress::drawn_to(ProgressDrawTarget::stderr(), slow_after);
        if !progress.bar.is_hidden() {
            progress.bar.enable_steady_tick(TICK);
        }
        progress
    }

    /// No progress.
    pub fn hidden() -> Progress {
        Progress::drawn_to(ProgressDrawTarget::hidden(), Duration::MAX)
    }

    fn drawn_to(target: ProgressDrawTarget, slow_after: Duration) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let running: Arc<Mutex<Vec<Running>>> = Arc::default();
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} examples, {elapsed}  {running}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.with_key("running", Names(Arc::clone(&running))));
        Progress { bar, running, slow_after, events: None }
    }

    /// The same progress that is also told as events.
    pub fn with_events(self, events: Arc<Events>) -> Progress {
        Progress { events: Some(events), ..self }
    }

    /// Whether somebody is told how many examples there are.
    pub fn is_told(&self) -> bool {
        !self.bar.is_hidden() || self.events.is_some()
    }

    /// Whether each example is told as events.
    pub fn tells_events(&self) -> bool {
        self.events.is_some()
    }

    /// A run starts, of so many examples of these documents.
    pub fn begin(&self, interpreters: &[Interpreter], documents: &[&Document], examples: usize) {
        self.bar.set_length(examples as u64);
        self.tell(|events| events.begin(interpreters, documents, examples));
    }

    /// Says what is done before any example runs, where that takes long, on a line that stays.
    pub fn say(&self, line: &str) {
        self.bar.println(line);
    }

    /// Adds examples that run once more.
    pub fn expect_more(&self, examples: usize) {
        self.bar.inc_length(examples as u64);
    }

    /// An example of the document with this path was started.
    pub fn started(&self, document: &str, example: &Example) {
        lock(&self.running).push(Running { id: example.id.clone(), since: Instant::now() });
        self.tell(|events| events.started(document, example));
    }

    /// An example of the document with this path has finished.
    pub fn finished(&self, document: &str, example: &Example, run: &Run) {
        self.tell(|events| events.finished(document, example, run));
        let id = &example.id;
        let mut running = lock(&self.running);
        if let Some(at) = running.iter().position(|known| known.id == *id) {
            let took = running.remove(at).since.elapsed();
            if took >= self.slow_after {
                self.bar.println(format!("slow: {id} took {:.1} s", took.as_secs_f64()));
            }
        }
        drop(running);
        self.bar.inc(1);
    }

    fn tell(&self, event: impl FnOnce(&Events)) {
        if let Some(events) = &self.events {
            event(events);
        }
    }

    /// Removes the bar from the terminal.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

/// The part of the bar that names what runs. It is made anew whenever the bar is drawn.
#[derive(Clone)]
struct Names(Arc<Mutex<Vec<Running>>>);

impl ProgressTracker for Names {
    fn clone_box(&self) -> Box<dyn ProgressTracker> {
        Box::new(self.clone())
    }

    fn tick(&mut self, _: &ProgressState, _: Instant) {}

    fn reset(&mut self, _: &ProgressState, _: Instant) {}

    fn write(&self, _: &ProgressState, writer: &mut dyn Write) {
        let _ = writer.write_str(&named(&lock(&self.0), Instant::now()));
    }
}

/// The examples that have been running for longest, with the time where it is worth telling.
fn named(running: &[Running], now: Instant) -> String {
    let name = |one: &Running| match now.saturating_duration_since(one.since) {
        time if time >= WORTH_TELLING => format!("{} ({} s)", one.id, time.as_secs()),
        _ => one.id.clone(),
    };
    let mut names: Vec<_> = running.iter().take(MOST_NAMED).map(name).collect();
    if running.len() > MOST_NAMED {
        names.push(format!("{} more", running.len() - MOST_NAMED));
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::Form;
    use crate::fixture;

    #[test]
    fn examples_come_and_go() {
        let progress = Progress::hidden();
        progress.begin(&[], &[], 2);
        let [first, second] = ["a#1", "a#2"].map(|id| fixture::example(id, Form::Plain, 1, "x\n"));
        progress.started("a", &first);
        progress.started("a", &second);
        progress.finished("a", &first, &Run::default());
        let names: Vec<_> = lock(&progress.running).iter().map(|one| one.id.clone()).collect();
        assert_eq!(names, ["a#2"]);
        assert_eq!((progress.bar.position(), progress.bar.length()), (1, Some(2)));
        progress.finished("a", &second, &Run::default());
        progress.clear();
    }

    #[test]
    fn those_one_waits_for_are_named_with_their_time() {
        let now = Instant::now();
        let since = |seconds| now.checked_sub(Duration::from_secs(seconds)).unwrap();
        let one = |id: &str, seconds| Running { id: id.to_owned(), since: since(seconds) };
        let running = [one("a#1", 7), one("a#2", 1), one("a#3", 0), one("a#4", 0), one("a#5", 0)];
        assert_eq!(named(&running, now), "a#1 (7 s), a#2 (1 s), a#3, 2 more");
        assert_eq!(named(&[], now), "");
    }
}
