//! Every dialect of comments, once each.

use super::*;

fn one(scope: Scope, meaning: Meaning) -> Vec<(Scope, Meaning)> {
    vec![(scope, meaning)]
}

fn skip(why: &str) -> Meaning {
    Meaning::Skip(why.to_owned())
}

fn skip_if(condition: &str, why: &str) -> Meaning {
    Meaning::SkipIf { condition: condition.to_owned(), reason: why.to_owned() }
}

#[track_caller]
fn all_read(dialect: &str, table: Vec<(&str, Vec<(Scope, Meaning)>)>) {
    for (text, expected) in table {
        let Said::Marks { dialect: found, meanings } = read(text) else { panic!("{text}: {:?}", read(text)) };
        assert_eq!((found, meanings), (dialect, expected), "{text}");
    }
}

#[test]
fn sybil() {
    all_read(
        "sybil",
        vec![
            ("skip: next", one(Scope::Next, skip(""))),
            ("skip: start \"not here\"", one(Scope::Start, skip("not here"))),
            ("skip: end", one(Scope::End, skip(""))),
            (
                "skip: next if(sys.version_info < (3, 9), reason=\"new syntax\")",
                one(Scope::Next, skip_if("sys.version_info < (3, 9)", "new syntax")),
            ),
            ("clear-namespace", one(Scope::Next, Meaning::ClearNames)),
        ],
    );
    let hidden = |language: &str| Said::Code { dialect: "sybil", language: language.to_owned() };
    assert_eq!(read("invisible-code-block: python\nx = 1\n"), hidden("python"));
    assert_eq!(read("invisible-code: py\nx = 1\n"), hidden("py"));
}

#[test]
fn pytest_codeblocks() {
    let table = vec![
        ("pytest.mark.skip", one(Scope::Below, skip(""))),
        ("pytest.mark.skip(reason=\"slow\")", one(Scope::Below, skip("slow"))),
        (
            "pytest.mark.skipif(sys.platform == 'win32', reason='paths')",
            one(Scope::Below, skip_if("sys.platform == 'win32'", "paths")),
        ),
        ("pytest.mark.xfail", one(Scope::Below, Meaning::KnownFalse(String::new()))),
        ("pytest.mark.xfail(raises=KeyError)", one(Scope::Below, Meaning::raises(Some("KeyError")))),
        ("pytest.mark.timeout(5)", one(Scope::Below, Meaning::TimeLimit(Duration::from_secs(5)))),
        ("pytest.mark.flaky(reruns=3)", one(Scope::Below, Meaning::Retry(3))),
        ("pytest.mark.usefixtures('db')", one(Scope::Below, Meaning::Noted)),
        ("pytest-codeblocks:cont", one(Scope::Below, Meaning::Continues)),
        ("pytest-codeblocks:skip", one(Scope::Below, skip(""))),
        ("pytest-codeblocks:skipif(os.name == 'nt')", one(Scope::Below, skip_if("os.name == 'nt'", ""))),
        ("pytest-codeblocks:expected-output", one(Scope::Above, Meaning::Output)),
        ("pytest-codeblocks:expect-error", one(Scope::Below, Meaning::raises(None))),
        ("pytest-codeblocks:importorskip(numpy)", one(Scope::Below, Meaning::Needs("numpy".into()))),
        ("pytest-codeblocks:skipfile", one(Scope::Document, skip(""))),
    ];
    all_read("pytest-codeblocks", table);
}

#[test]
fn phmdoctest_and_its_relatives() {
    let table = vec![
        ("phmdoctest-skip", one(Scope::Below, skip(""))),
        ("phmdoctest-setup", one(Scope::Below, Meaning::Setup)),
        ("phmdoctest-teardown", one(Scope::Below, Meaning::Noted)),
        ("phmdoctest-share-names", one(Scope::Below, Meaning::Setup)),
        ("phmdoctest-clear-names", one(Scope::AfterBelow, Meaning::ClearNames)),
        ("phmdoctest-mark.skip", one(Scope::Below, skip(""))),
        ("phmdoctest-mark.skipif<3.9", one(Scope::Below, skip_if("python_version < \"3.9\"", ""))),
        ("phmdoctest-label a-name", one(Scope::Below, Meaning::Noted)),
    ];
    all_read("phmdoctest", table);
    let notest = vec![("pmd-metadata: notest", one(Scope::Below, skip("")))];
    all_read("pytest-markdown-docs", notest);
    all_read(
        "mdx",
        vec![
            ("$MDX skip", one(Scope::Below, skip(""))),
            ("$MDX non-deterministic=output", one(Scope::Below, Meaning::NotCompared)),
        ],
    );
    let group = (Scope::Below, Meaning::Group("test_x".into()));
    all_read(
        "markdown-pytest",
        vec![
            (
                "name: test_x; mark: xfail(raises=a.ValueError)",
                vec![group.clone(), (Scope::Below, Meaning::raises(Some("ValueError")))],
            ),
            (
                "\nname: test_x;\nfixtures: tmp_path\n```python\nname: int = 1\n```",
                vec![group, (Scope::Below, Meaning::Needs("fixture tmp_path".into()))],
            ),
        ],
    );
}

#[test]
fn our_own_words() {
    let table = vec![
        ("truedoc: skip", one(Scope::Next, skip(""))),
        ("truedoc: skip - it waits for a key", one(Scope::Next, skip("it waits for a key"))),
        ("truedoc: skip-start", one(Scope::Start, skip(""))),
        ("truedoc: skip-end", one(Scope::End, skip(""))),
        ("truedoc: skip-file: \"old\"", one(Scope::Document, skip("old"))),
        ("truedoc: skip-if os.name == 'nt'", one(Scope::Next, skip_if("os.name == 'nt'", ""))),
        ("truedoc: raises ValueError", one(Scope::Next, Meaning::raises(Some("ValueError")))),
        ("truedoc: raises", one(Scope::Next, Meaning::raises(None))),
        ("truedoc: not-compared", one(Scope::Next, Meaning::NotCompared)),
        ("truedoc: group g", one(Scope::Next, Meaning::Group("g".into()))),
        ("truedoc: continues", one(Scope::Next, Meaning::Continues)),
        ("truedoc: setup", one(Scope::Next, Meaning::Setup)),
        ("truedoc: time-limit 5s", one(Scope::Next, Meaning::TimeLimit(Duration::from_secs(5)))),
        ("truedoc: retry 3", one(Scope::Next, Meaning::Retry(3))),
        ("truedoc: needs numpy", one(Scope::Next, Meaning::Needs("numpy".into()))),
        ("truedoc: clear-names", one(Scope::Next, Meaning::ClearNames)),
        ("truedoc: known-false: shows a trap", one(Scope::Next, Meaning::KnownFalse("shows a trap".into()))),
        ("truedoc: output", one(Scope::Above, Meaning::Output)),
    ];
    all_read("truedoc", table);
    let hidden = Said::Code { dialect: "truedoc", language: "python".to_owned() };
    assert_eq!(read("truedoc: hidden\nx = 1"), hidden);
}

#[test]
fn typos_are_told_from_other_comments() {
    for (text, meant) in [
        ("skip: nxet", "skip: next"),
        ("skp: next", "skip: next"),
        ("skip: nex if(True)", "skip: next"),
        ("clear-namspace", "clear-namespace"),
        ("invisible-code-blck: python\nx = 1", "invisible-code-block: python"),
        ("pytest-codeblock:cont", "pytest-codeblocks:cont"),
        ("phmdoctest-skp", "phmdoctest-skip"),
        ("pmd-metadata: notset", "pmd-metadata: notest"),
        ("truedoc: skpi-file", "truedoc: skip-file"),
        ("truedoc: time-limit soon", "truedoc: time-limit 5s"),
    ] {
        assert_eq!(read(text), Said::Nearly(meant.to_owned()), "{text}");
    }
    for text in [
        "blacken-docs:off",
        "blacken-docs:on",
        "fmt: off",
        "prettier-ignore",
        "markdownlint-disable MD013",
        "toc",
        "TODO: skip this?",
        "name: the author",
        "",
        "skip: this section for now",
        "é",
    ] {
        assert_eq!(read(text), Said::Nothing, "{text}");
    }
}
