//! An outcome built by hand, shared by the tests of everything that reads outcomes.

use std::time::Duration;

use crate::claim::{Claim, Expected, Force, Kind, Origin, Target};
use crate::document::{Document, Format, Note};
use crate::example::{Example, Form, Rejection};
use crate::run::{Captured, Ending, Interpreter, Run, Sandbox};
use crate::verdict::{
    Course, DocumentOutcome, ExampleOutcome, ExceptionAt, Judged, Outcome, Prose, Status, Verdict,
};

/// Asserts that a schema in `schemas/` is that of a type as it is written. After a change of the type,
/// run this once with TRUEDOC_WRITE_SCHEMAS=1.
pub fn assert_published<T: schemars::JsonSchema>(name: &str) {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n";
    if std::env::var_os("TRUEDOC_WRITE_SCHEMAS").is_some() {
        std::fs::write(&path, &text).expect("it can be written");
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text, "schemas/{name}");
}

/// What a renderer writes.
pub fn written(render: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut bytes = Vec::new();
    render(&mut bytes).expect("memory takes it");
    String::from_utf8(bytes).expect("UTF-8")
}

/// A sandbox with all its layers.
pub fn sandbox() -> Sandbox {
    Sandbox {
        landlock: "full".to_owned(),
        seccomp: true,
        network: "none".to_owned(),
        pid_namespace: true,
        mount_namespace: true,
        hidden_files: true,
        missing: Vec::new(),
    }
}

/// The text of the document `docs/guide.md`.
const GUIDE: &str = "\
# Numbers

Small integers are shared.

```python
x = 257; y = 257
print(x is y)  # False  (two objects)
print(3 * 3)
# 10
```

```
9
ten
```

## Functions

```python
funcs = [lambda: i for i in range(3)]
funcs[0]()  # 0
```

```python
import fastapi
```

Also `spam()` and `1/0`.

```python
while True: pass
print(1)  # it depends
```
";

/// Two documents with one of everything that can happen to an example or a claim.
pub fn outcome() -> Outcome {
    let mut document = Document::from_text("docs/guide.md", Format::Markdown, GUIDE);
    document.sha256 = "1f2e".to_owned();
    document.notes = vec![Note {
        line: 3,
        message: "is not UTF-8 from this line on and was read as windows-1252".to_owned(),
    }];
    let rejections =
        vec![Rejection { start_line: 13, end_line: 14, reason: "output of the example above".to_owned() }];
    let guide = DocumentOutcome {
        document,
        examples: guide_examples(),
        rejections,
        prose: guide_prose(),
        lasting: true,
    };
    let other = Document::from_text("notes.txt", Format::Text, "x = 1\nx  # 1\n");
    let claim = judged(claim(2, Kind::Value, "x", "1"), Verdict::Confirmed, Some("1"));
    let example =
        ExampleOutcome { claims: vec![claim], ..ran(example("notes#1", Form::Plain, 1, "x = 1\nx  # 1\n")) };
    let example = ExampleOutcome { names_from: vec!["notes#0".to_owned()], ..example };
    let other = DocumentOutcome {
        document: other,
        examples: vec![example],
        rejections: Vec::new(),
        prose: Vec::new(),
        lasting: true,
    };
    Outcome {
        interpreters: vec![Interpreter {
            id: "cpython-3.11.7".to_owned(),
            version: "3.11.7".to_owned(),
            executable: "python3.11".to_owned(),
        }],
        pythons: Vec::new(),
        packages: Vec::new(),
        run_tests: false,
        sandbox: sandbox(),
        documents: vec![guide, other],
        unexpected: Vec::new(),
        course: Course::default(),
    }
}

fn guide_examples() -> Vec<ExampleOutcome> {
    vec![
        numbers(),
        late_binding(),
        raised(
            example("guide/functions#2", Form::Fenced, 25, "import fastapi\n"),
            Some("needs-package"),
            "ModuleNotFoundError",
            "No module named 'fastapi'",
        ),
        raised(
            example("guide/functions#3", Form::Inline, 28, "spam()\n"),
            Some("needs-name"),
            "NameError",
            "name 'spam' is not defined",
        ),
        raised(
            example("guide/functions#4", Form::Inline, 28, "1/0\n"),
            None,
            "ZeroDivisionError",
            "division by zero",
        ),
        endless(),
    ]
}

/// A sentence that is true and one that is known to be false.
fn guide_prose() -> Vec<Prose> {
    let sentence = |line, quote: &str, verdict| Prose {
        line,
        quote: quote.to_owned(),
        fact: "small-int-cache".to_owned(),
        statement: "CPython keeps one object for each integer from -5 to 256.".to_owned(),
        source: "C API Reference, Integer Objects".to_owned(),
        verdict,
        actual: Some("True".to_owned()),
        reason: None,
        qualified: None,
        known: (verdict == Verdict::Refuted).then(|| "256 is shared, too".to_owned()),
        under: Vec::new(),
    };
    vec![
        sentence(3, "Small integers are shared", Verdict::Confirmed),
        sentence(28, "Also `spam()`", Verdict::Refuted),
    ]
}

/// Three refuted claims: behind the code, below it, and in a block of output.
fn numbers() -> ExampleOutcome {
    let mut identity = judged(claim(7, Kind::Value, "x is y", "False"), Verdict::Refuted, Some("True"));
    identity.claim.remark = Some("two objects".to_owned());
    let mut product = judged(claim(9, Kind::Value, "3 * 3", "10"), Verdict::Refuted, Some("9"));
    product.claim.origin = Origin::NextLine;
    let mut output = judged(claim(13, Kind::Stdout, "", "9\nten\n"), Verdict::Refuted, Some("True\n9\n"));
    output.claim.origin = Origin::OutputBlock;
    let code = "x = 257; y = 257\nprint(x is y)  # False  (two objects)\nprint(3 * 3)\n# 10\n";
    let outcome = ran(example("guide/numbers#1", Form::Fenced, 6, code));
    ExampleOutcome { claims: vec![identity, product, output], ..outcome }
}

fn late_binding() -> ExampleOutcome {
    let claim = judged(claim(21, Kind::Value, "funcs[0]()", "0"), Verdict::Refuted, Some("2"));
    let code = "funcs = [lambda: i for i in range(3)]\nfuncs[0]()  # 0\n";
    ExampleOutcome { claims: vec![claim], ..ran(example("guide/functions#1", Form::Fenced, 20, code)) }
}

/// Killed at the time limit, with an undecided claim and a comment that was not understood.
fn endless() -> ExampleOutcome {
    let mut claim = judged(claim(32, Kind::Stdout, "print(1)", "1"), Verdict::Undecided, None);
    claim.reason = Some("timeout".to_owned());
    let code = "while True: pass\nprint(1)  # it depends\n";
    ExampleOutcome {
        status: Status::Timeout,
        claims: vec![claim],
        not_understood: vec![(32, "# it depends".to_owned())],
        detail: Some("killed after 10s".to_owned()),
        ..ran(example("guide/functions#5", Form::Fenced, 31, code))
    }
}

/// An example whose code stands at one place of the document.
pub fn example(id: &str, form: Form, start_line: usize, code: &str) -> Example {
    let lines: Vec<_> = (start_line..).take(code.lines().count()).collect();
    let end_line = lines.last().copied().unwrap_or(start_line);
    Example {
        id: id.to_owned(),
        section: Some("Functions".to_owned()),
        code: code.to_owned(),
        lines,
        start_line,
        end_line,
        ..Example::new(form, "fence")
    }
}

/// An explicit claim in a comment.
pub fn claim(line: usize, kind: Kind, subject: &str, claimed: &str) -> Claim {
    Claim {
        line,
        kind,
        origin: Origin::Comment,
        subject: subject.to_owned(),
        claimed: claimed.to_owned(),
        remark: None,
        force: Force::Explicit,
        hedge: None,
        rule: "trailing-comment",
        expected: Expected::Value,
        target: Target::default(),
    }
}

/// A claim with its verdict.
pub fn judged(claim: Claim, verdict: Verdict, actual: Option<&str>) -> Judged {
    let matched = (verdict == Verdict::Confirmed).then_some("exact");
    Judged {
        claim,
        verdict,
        matched,
        actual: actual.map(str::to_owned),
        reason: None,
        note: None,
        known: None,
        mend: None,
        under: Vec::new(),
    }
}

/// An example that ran to its end.
pub fn ran(example: Example) -> ExampleOutcome {
    let stdout = Captured { text: "True\n9\n".to_owned(), truncated: false };
    let run =
        Run { ending: Ending::Exited(0), stdout, duration: Duration::from_micros(1900), ..Run::default() };
    ExampleOutcome {
        example,
        status: Status::Ran,
        reason: None,
        detail: None,
        exception: None,
        run: Some(run),
        fixed: false,
        names_from: Vec::new(),
        claims: Vec::new(),
        not_understood: Vec::new(),
        known: None,
        mend: None,
        under: Vec::new(),
    }
}

fn raised(example: Example, reason: Option<&str>, type_name: &str, message: &str) -> ExampleOutcome {
    let exception = ExceptionAt {
        type_name: type_name.to_owned(),
        message: message.to_owned(),
        line: example.start_line,
    };
    ExampleOutcome {
        status: Status::Raised,
        reason: reason.map(str::to_owned),
        exception: Some(exception),
        ..ran(example)
    }
}
