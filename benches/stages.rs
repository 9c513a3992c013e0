//! How fast the stages after extraction are: `cargo bench --bench stages`.
//!
//! 200 examples with four claims each, one of them false, go through one check; what comes of it is
//! what the benches work on. One for each stage: the claims of the examples are found, the examples
//! are forked and run, the claims are judged by what the runs gave, and the outcome is rendered in
//! each format. Throughput is in examples.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use truedoc::check::{CheckSettings, check};
use truedoc::claim::{self, Claim};
use truedoc::document::{Document, Format as Kind};
use truedoc::example::Example;
use truedoc::expectations::Expectations;
use truedoc::report::{Format, Progress, Rendered, Style, Verbosity, render};
use truedoc::run::{Ending, Engine, EngineSettings, Plan, Run};
use truedoc::verdict::{Outcome, Verdict, judge};

const EXAMPLES: usize = 200;

/// An example with its claims and the run that they are judged by.
struct Case<'a> {
    example: &'a Example,
    claims: Vec<Claim>,
    run: &'a Run,
}

fn text() -> String {
    let example = |number: usize| {
        format!(
            "## {number}. Counting\n\nWhat is counted is told.\n\n```python\nwords = ['a', 'b', 'a'] * {number}\n\
             len(words)  # {}\nsorted(set(words))  # ['a', 'b']\nwords[0] is words[2]  # True\nwords.count('b')  # -1\n```\n\n",
            3 * number
        )
    };
    (1..=EXAMPLES).map(example).collect()
}

fn engine_settings() -> EngineSettings {
    EngineSettings { program: Some(env!("CARGO_BIN_EXE_truedoc").into()), ..EngineSettings::default() }
}

/// One check of the document.
fn checked() -> Outcome {
    let settings = CheckSettings { engine: engine_settings(), ..CheckSettings::default() };
    let document = Document::from_text("guide.md", Kind::Markdown, &text());
    let outcome = check(vec![document], &settings, &Expectations::default(), &Progress::hidden())
        .expect("the worker starts");
    let refuted = outcome.documents[0].examples.iter().flat_map(|one| &one.claims);
    assert_eq!(refuted.filter(|judged| judged.verdict == Verdict::Refuted).count(), EXAMPLES);
    outcome
}

fn claims(criterion: &mut Criterion, cases: &[Case]) {
    let mut group = criterion.benchmark_group("claims");
    group.throughput(Throughput::Elements(EXAMPLES as u64));
    group.bench_function("find", |bencher| {
        bencher.iter(|| {
            cases.iter().map(|case| claim::find(black_box(case.example)).claims.len()).sum::<usize>()
        });
    });
    group.finish();
}

fn runs(criterion: &mut Criterion, cases: &[Case]) {
    let engine = Engine::start(&engine_settings()).expect("the worker starts");
    let plans: Vec<Plan> = cases.iter().map(|case| Plan::module(case.example.code.as_str())).collect();
    let mut group = criterion.benchmark_group("run");
    group.sample_size(10).throughput(Throughput::Elements(EXAMPLES as u64));
    group.bench_function("fork and run", |bencher| {
        bencher.iter(|| {
            let runs = engine.run_all(&plans, &|_| {});
            assert!(runs.iter().all(|run| run.ending == Ending::Exited(0)));
        });
    });
    group.finish();
}

fn judging(criterion: &mut Criterion, cases: &[Case]) {
    let mut group = criterion.benchmark_group("verdicts");
    group.throughput(Throughput::Elements(EXAMPLES as u64));
    group.bench_function("judge", |bencher| {
        bencher.iter(|| {
            let judge = |case: &Case| judge(case.example, black_box(&case.claims), case.run, "").len();
            assert_eq!(cases.iter().map(judge).sum::<usize>(), 4 * EXAMPLES);
        });
    });
    group.finish();
}

fn rendering(criterion: &mut Criterion, outcome: &Outcome) {
    let mut group = criterion.benchmark_group("render");
    group.throughput(Throughput::Elements(EXAMPLES as u64));
    let rendered =
        [Rendered::Json, Rendered::Markdown, Rendered::Csv, Rendered::Junit, Rendered::Sarif, Rendered::Html];
    let formats = [Format::Full, Format::Concise].into_iter().chain(rendered.map(Format::Rendered));
    let style = Style::plain(Verbosity::Normal);
    for format in formats {
        group.bench_function(format!("{format:?}"), |bencher| {
            bencher.iter(|| {
                let mut written = Vec::new();
                render(format, outcome, &style, &mut written).expect("memory takes it");
                written.len()
            });
        });
    }
    group.finish();
}

fn stages(criterion: &mut Criterion) {
    let outcome = checked();
    let cases: Vec<Case> = outcome.documents[0]
        .examples
        .iter()
        .map(|one| Case {
            example: &one.example,
            claims: one.claims.iter().map(|judged| judged.claim.clone()).collect(),
            run: one.run.as_ref().expect("it ran"),
        })
        .collect();
    claims(criterion, &cases);
    runs(criterion, &cases);
    judging(criterion, &cases);
    rendering(criterion, &outcome);
}

criterion_group!(benches, stages);
criterion_main!(benches);
