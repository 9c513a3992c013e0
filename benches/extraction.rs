//! How fast examples are found: `cargo bench --bench extraction`.
//!
//! Two documents of some megabytes each: a manual in Markdown, mostly prose with a fence here and
//! there, and a page of plain text as a scraper leaves it. Extraction takes time proportional to
//! the length, so the throughput of one size says all.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use truedoc::document::{Document, Format};
use truedoc::example::extract;

const PROSE: &str = "A list keeps the order of its items, and a set does not. What is looked up often belongs into \
a set or a dict, because a look-up there takes the same time however many items there are; a list is searched from \
its first item on.\n\n* Use `append` for one item, `extend` for many.\n* Copy before you change what others hold.\n\n";

const CODE: &str = "counts = {}\nfor word in words:\n    counts[word] = counts.get(word, 0) + 1\n\n\
sorted(counts)   # ['a', 'b']\n";

/// A section: a heading, four paragraphs with their lists, one example.
fn section(number: usize, fence: &str) -> String {
    format!(
        "## {number}. How is it counted?\n\n{}{fence}{CODE}{}\n",
        PROSE.repeat(4),
        fence.replace("python", "")
    )
}

fn document(format: Format, fence: &str) -> Document {
    let text: String = (0..4000).map(|number| section(number, fence)).collect();
    Document::from_text("bench", format, &text)
}

fn extraction(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("extraction");
    group.sample_size(10);
    for (name, format, fence) in
        [("markdown", Format::Markdown, "```python\n"), ("plain text", Format::Text, "")]
    {
        let document = document(format, fence);
        assert_eq!(
            extract(&document).examples.iter().filter(|example| example.code.contains("counts")).count(),
            4000
        );
        group.throughput(Throughput::Bytes(document.text.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| extract(&document)));
    }
    group.finish();
}

criterion_group!(benches, extraction);
criterion_main!(benches);
