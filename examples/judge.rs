//! Another program that extracts, runs and judges: `cargo run --example judge`.

#![allow(clippy::print_stdout, reason = "it is a program")]

use std::error::Error;
use std::io::{self, Write};

use truedoc::check::{CheckSettings, check};
use truedoc::document::{Document, Format};
use truedoc::example::extract;
use truedoc::expectations::Expectations;
use truedoc::report::{Progress, Report};

const GUIDE: &str = "\
Sorting a list:

```python
names = ['b', 'a']
sorted(names)   # ['a', 'b']
names.sort()
names           # ['b', 'a']
```
";

fn main() -> Result<(), Box<dyn Error>> {
    // A worker is this very program, started again. In a worker this call never returns.
    truedoc::run::serve_if_worker();
    judge(GUIDE, &CheckSettings::default(), &mut io::stdout())
}

/// Says what examples a text has, and which of its claims are true.
pub fn judge(text: &str, settings: &CheckSettings, writer: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let document = Document::from_text("guide.md", Format::Markdown, text);
    for example in extract(&document).examples {
        writeln!(writer, "{} on lines {} to {}", example.id, example.start_line, example.end_line)?;
    }
    let outcome = check(vec![document], settings, &Expectations::default(), &Progress::hidden())?;
    let report = Report::of(&outcome);
    for claim in report.documents.iter().flat_map(|found| &found.examples).flat_map(|example| &example.claims)
    {
        let actual = claim.actual.as_deref().unwrap_or("nothing");
        writeln!(writer, "line {}: `{}` is {:?}, actual {actual}", claim.line, claim.claimed, claim.verdict)?;
    }
    Ok(())
}
