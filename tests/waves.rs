//! A check in waves finds what a check of everything at once finds, to the last byte of every report.

#[path = "support/settings.rs"]
mod settings;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use settings::settings;
use tempfile::TempDir;
use truedoc::baseline::Baseline;
use truedoc::check::{CheckError, CheckSettings, check, check_in_waves};
use truedoc::document::{Corpus, Exclusions, WaveSize};
use truedoc::exit::Exit;
use truedoc::expectations::Expectations;
use truedoc::interpreters::Places;
use truedoc::report::{Format, Found, Growing, Progress, Style, Verbosity};
use truedoc::select::Selection;
use truedoc::shard::Shard;

/// A document or two.
const SMALL: WaveSize = WaveSize { bytes: 1500, examples: 12 };

/// Documents of the corpus whose examples give the same each time and need nothing of the machine.
const STEADY: [&str; 12] = [
    "asides.md",
    "comparison-steps.md",
    "damaged-notes.txt",
    "deliberate-errors.md",
    "directives.rst",
    "fences.md",
    "files-by-heading.md",
    "identity-in-a-file.md",
    "mends.md",
    "page.html",
    "prose-questions.md",
    "toolbox.py",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn steady() -> Vec<PathBuf> {
    STEADY.iter().map(|name| root().join("corpus").join(name)).collect()
}

/// What a check of some files finds in waves of a size, with the number of waves.
fn found(
    paths: &[PathBuf],
    settings: &CheckSettings,
    expectations: Option<&Path>,
    wave: WaveSize,
) -> Result<(Found, usize), CheckError> {
    let mut expectations =
        expectations.map_or_else(Expectations::default, |folder| Expectations::load(folder).unwrap());
    let settings = CheckSettings { wave, ..settings.clone() };
    let corpus = Corpus::open(paths, &Exclusions::none(), wave).unwrap();
    let (mut growing, mut waves) = (Growing::default(), 0);
    check_in_waves(corpus, &settings, &mut expectations, &Progress::hidden(), &mut |mut outcome| {
        waves += 1;
        let examples = outcome.documents.iter_mut().flat_map(|found| &mut found.examples);
        for run in examples.filter_map(|example| example.run.as_mut()) {
            // Whether it comes from the cache does not matter here, nor how long it took.
            (run.duration, run.cached) = (Duration::from_millis(1), false);
        }
        growing.add(outcome)
    })?;
    Ok((growing.finish(), waves))
}

fn rendered(found: &Found, format: Format, verbosity: Verbosity) -> String {
    let mut text = Vec::new();
    found.render(format, &Style::plain(verbosity), &mut text).unwrap();
    without_addresses(&String::from_utf8(text).unwrap())
}

/// A text without what is another each time: the addresses of objects.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split(" at 0x");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + " at 0x" + part.trim_start_matches(|c: char| c.is_ascii_hexdigit()))
}

/// Holds a check in small waves against one of everything at once; gives what was found.
fn compare(paths: &[PathBuf], settings: &CheckSettings, expectations: Option<&Path>) -> Found {
    let (whole, one) = found(paths, settings, expectations, WaveSize::WHOLE).unwrap();
    let (waves, several) = found(paths, settings, expectations, SMALL).unwrap();
    assert_eq!(one, 1);
    assert!(several > 4, "{several} waves");
    for verbosity in [Verbosity::Quiet, Verbosity::Normal, Verbosity::Verbose] {
        for format in Format::value_variants() {
            let (whole, waves) = (rendered(&whole, *format, verbosity), rendered(&waves, *format, verbosity));
            let differing = whole.lines().zip(waves.lines()).find(|(one, other)| one != other);
            assert!(whole == waves, "{format:?} {verbosity:?}: {differing:#?}");
        }
    }
    assert_eq!(whole.exit(), waves.exit());
    waves
}

#[test]
fn every_report_of_the_corpus_is_the_same() {
    let cache = tempfile::tempdir().unwrap();
    let found = compare(&steady(), &settings(cache.path()), Some(&root().join("expectations")));
    let summary = found.report.summary;
    assert!(summary.examples > 200 && summary.known > 100, "{summary:?}");
}

#[test]
fn several_pythons_are_the_same() {
    let cache = tempfile::tempdir().unwrap();
    let places = Places::of_machine(None);
    let mut versions = ["3.9", "3.10", "3.12", "3.13"].iter();
    let other = versions.find_map(|version| truedoc::interpreters::find(version, &places).ok());
    let settings = CheckSettings { other_pythons: other.into_iter().collect(), ..settings(cache.path()) };
    let several = compare(&steady(), &settings, None);
    assert_eq!(several.report.interpreters.len(), 1 + settings.other_pythons.len());
}

#[test]
fn a_selection_and_a_part_are_the_same() {
    let cache = tempfile::tempdir().unwrap();
    let plain = settings(cache.path());
    let selected = |patterns: &[&str]| {
        let patterns: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
        CheckSettings { only: Selection::parse(&patterns).unwrap(), ..plain.clone() }
    };
    let few = compare(&steady(), &selected(&["*mends*", "refuted", "*fences.md"]), None).report;
    assert!(few.summary.refuted > 0 && few.summary.confirmed == 0, "{:?}", few.summary);
    let errors = [WaveSize::WHOLE, SMALL].map(|wave| {
        found(&steady(), &selected(&["*mends*", "fences/nonne*"]), None, wave).unwrap_err().to_string()
    });
    assert!(errors[0] == errors[1] && errors[0].contains("`fences/nonne*` matches no"), "{errors:?}");
    let parts = [1, 2].map(|number| {
        let shard = Some(Shard { number, of: 2 });
        compare(&steady(), &CheckSettings { shard, ..plain.clone() }, None).report.summary.documents
    });
    assert_eq!(parts.iter().sum::<usize>(), STEADY.len());
}

/// A folder of documents, of which every second is wrong.
fn documents() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..9 {
        let text = format!(
            "# Part {number}\n\nSome words about it, so that it is no tiny document.\n\n```python\nx = {number}\nx + 1  # {}\n```\n",
            number + number % 2
        );
        write(&folder, &format!("{number}/same.md"), &text.repeat(9));
    }
    folder
}

fn write(folder: &TempDir, name: &str, text: &str) {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn what_is_about_all_documents_is_told_once() {
    let (cache, folder, declared) = (tempfile::tempdir().unwrap(), documents(), tempfile::tempdir().unwrap());
    let paths = [folder.path().to_owned()];
    let plain = settings(cache.path());
    let declare = |name: &str, text: &str| write(&declared, name, &format!("version: 1\n{text}"));
    // One that several documents fit, one that is stale, one that knows of a mistake; and a broken fact
    // that decides a sentence in two documents.
    declare("a.yaml", "document: same.md\n");
    declare("b.yaml", "document: 3/same.md\nexamples:\n  - line: 900\n    outcome: runs\n");
    declare("c.yaml", "document: 6/same.md\nclaims:\n  - line: 7\n    holds: false\n");
    for number in [1, 8] {
        let tie = "prose:\n  - line: 3\n    quote: no tiny document\n    fact: sum\n";
        declare(&format!("{number}.yaml"), &format!("document: {number}/same.md\n{tie}"));
    }
    let contrast = "contrast:\n      probe: print(2)\n      prints: \"2\"";
    let fact =
        "- id: sum\n    statement: One.\n    probe: print(1)\n    prints: \"3\"\n    source: Nowhere\n";
    declare("facts/sum.yaml", &format!("facts:\n  {fact}    {contrast}\n"));
    let found = compare(&paths, &plain, Some(declared.path())).report;
    let (summary, unexpected) = (found.summary, &found.unexpected);
    assert_eq!((unexpected.len(), summary.known, summary.sentences), (4, 1, 2), "{unexpected:#?}");
    // A baseline of which some is mended, and a document gone.
    let file = folder.path().join("baseline.json");
    let all = Corpus::open(&paths, &Exclusions::none(), WaveSize::WHOLE).unwrap();
    let Corpus::Few(all) = all else { panic!("everything is in memory") };
    let outcome = check(all, &plain, &Expectations::default(), &Progress::hidden()).unwrap();
    Baseline::update(&file, &outcome).unwrap();
    write(&folder, "2/same.md", "```python\n1 + 1  # 2\n```\n");
    fs::remove_file(folder.path().join("4/same.md")).unwrap();
    let baseline = Some(Arc::new(Baseline::read(&file).unwrap()));
    let found = compare(&paths, &CheckSettings { baseline, ..plain }, None).report;
    let counts = found.baseline.unwrap();
    assert!(counts.known > 0 && counts.new == 0 && counts.mended == 18, "{counts:?}");
    assert_eq!(found.unexpected.len(), 2, "{:?}", found.unexpected);
}

#[test]
fn the_first_refutation_ends_all_waves() {
    let (cache, folder) = (tempfile::tempdir().unwrap(), documents());
    let settings = CheckSettings { fail_fast: true, ..settings(cache.path()) };
    let (stopped, waves) = found(&[folder.path().to_owned()], &settings, None, SMALL).unwrap();
    let (report, left_out) = (&stopped.report, stopped.report.left_out);
    assert!(waves > 4 && report.summary.documents == 9, "every document is told");
    assert_eq!(left_out.not_started + report.summary.ran, report.summary.examples);
    assert!(report.summary.refuted > 0 && left_out.not_started >= 60, "{left_out:?}");
    assert_eq!(stopped.exit(), Exit::Failed);
}

#[test]
fn few_bytes_with_many_examples_are_several_waves() {
    let (cache, folder) = (tempfile::tempdir().unwrap(), documents());
    let wave = WaveSize { bytes: 5000, ..SMALL };
    let paths = [folder.path().to_owned()];
    let (found, waves) = found(&paths, &settings(cache.path()), None, wave).unwrap();
    assert!(waves > 4 && found.report.summary.examples == 81, "{waves} waves");
}

#[test]
fn a_part_without_documents_is_a_check_of_none() {
    let (cache, folder) = (tempfile::tempdir().unwrap(), documents());
    let shard = Some(Shard { number: 12, of: 12 });
    let settings = CheckSettings { shard, ..settings(cache.path()) };
    for wave in [SMALL, WaveSize::WHOLE] {
        let (found, _) = found(&[folder.path().to_owned()], &settings, None, wave).unwrap();
        assert_eq!((found.report.summary.documents, found.exit()), (0, Exit::Well));
        assert_eq!((found.report.shard.unwrap().of, found.report.interpreters.len()), (12, 1));
    }
}

#[test]
fn a_document_that_is_changed_in_the_meantime_ends_it() {
    let (cache, folder) = (tempfile::tempdir().unwrap(), documents());
    let settings = CheckSettings { wave: SMALL, ..settings(cache.path()) };
    // So that not all of them are in memory.
    let tiny = WaveSize { bytes: 1, ..SMALL };
    let corpus = Corpus::open(&[folder.path().to_owned()], &Exclusions::none(), tiny).unwrap();
    write(&folder, "8/same.md", "else\n");
    let mut none = Expectations::default();
    let error = check_in_waves(corpus, &settings, &mut none, &Progress::hidden(), &mut |_| Ok(()));
    let error = error.unwrap_err().to_string();
    assert!(error.contains("8/same.md` was changed in the meantime"), "{error}");
}
