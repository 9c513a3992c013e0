//! Memory does not grow with the number of examples. The test stands alone in its file, because what it
//! measures is the memory of its whole process.

use std::fs;
use std::path::Path;

use truedoc::check::{CheckSettings, check_in_waves};
use truedoc::document::{Corpus, Exclusions, WaveSize};
use truedoc::expectations::Expectations;
use truedoc::report::{Format, Growing, Progress, Rendered, Style, Verbosity};
use truedoc::run::EngineSettings;

/// KiB by which the peak may grow for ten times as many examples. Everything at once takes twice that.
const MOST: usize = 8 << 10;

/// The most memory that this process has had so far, in KiB.
fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Checks so many documents of ten examples each, of which one is wrong, and renders the usual reports.
fn check(documents: usize) {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..documents {
        let example = format!("Some words.\n\n```python\nx = {number}\nx + 1  # {}\n```\n\n", number + 1);
        let wrong = "```python\n1 + 1  # 3\n```\n";
        let text = format!("# Part {number}\n\n{}{wrong}", example.repeat(9));
        fs::write(folder.path().join(format!("{number}.md")), text).unwrap();
    }
    let wave = WaveSize { examples: 100, bytes: 20_000 };
    let program = Some(env!("CARGO_BIN_EXE_truedoc").into());
    let engine = EngineSettings { program, ..EngineSettings::default() };
    let settings = CheckSettings { engine, wave, ..CheckSettings::default() };
    let corpus = Corpus::open(&[folder.path().to_owned()], &Exclusions::none(), wave).unwrap();
    let mut growing = Growing::default();
    let mut none = Expectations::default();
    check_in_waves(corpus, &settings, &mut none, &Progress::hidden(), &mut |outcome| growing.add(outcome))
        .unwrap();
    let found = growing.finish();
    assert_eq!((found.report.summary.examples, found.report.summary.refuted), (documents * 10, documents));
    let written = tempfile::NamedTempFile::new().unwrap();
    for format in [Format::Full, Format::Concise, Format::Rendered(Rendered::Json)] {
        let mut file = fs::File::create(Path::new(written.path())).unwrap();
        found.render(format, &Style::plain(Verbosity::Normal), &mut file).unwrap();
    }
}

#[test]
fn ten_times_as_many_examples_need_no_more_memory() {
    check(20);
    let few = peak();
    check(200);
    let many = peak();
    assert!(many - few < MOST, "{few} KiB for 200 examples, {many} KiB for 2000");
}
