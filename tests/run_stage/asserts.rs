//! What asserts found that failed: the values of their parts, none of which is evaluated twice.

use truedoc::run::{Plan, Run, TestEnd};

use crate::common::{minor_version, run, run_source};

/// What the assert found that ended a module.
fn found(source: &str) -> String {
    let run = run(Plan { explains: true, ..Plan::module(source) });
    let raised = run.exception.unwrap_or_else(|| panic!("nothing is raised: {source}\n{}", run.stderr.text));
    raised.explained.unwrap_or_else(|| panic!("nothing is found: {source}"))
}

#[test]
fn the_values_of_parts_are_told() {
    for (source, expected) in [
        ("assert total([1, 4]) == 6", "assert 5 == 6\n +  where 5 = total([1, 4])"),
        ("assert not items", "assert not [3, 1]"),
        ("assert items == sorted(items)", "assert [3, 1] == [1, 3]\n +  where [1, 3] = sorted([3, 1])"),
        ("assert 1 < len(items) < 2", "assert 1 < 2 < 2\n +  where 2 = len([3, 1])"),
        ("assert items and 0 and missing", "assert ([3, 1] and 0)"),
        (
            "assert (total(items) == 1 or 1 in items[:1])",
            "assert (4 == 1 or 1 in [3])\n +  where 4 = total([3, 1])",
        ),
        ("assert isinstance(items, dict)", "assert False\n +  where False = isinstance([3, 1], dict)"),
        (
            "assert 'ab'.upper().lower() == 'AB'",
            "assert 'ab' == 'AB'\n +  where 'ab' = 'AB'.lower()\n +    where 'AB' = 'ab'.upper()",
        ),
        (
            "assert cart.size + 1 == 3",
            "assert 2 == 3\n +  where 2 = 1 + 1\n +    where 1 = <__main__.Cart object>.size",
        ),
        (
            "assert 0.1 + 0.2 == 0.3",
            "assert 0.30000000000000004 == 0.3\n +  where 0.30000000000000004 = 0.1 + 0.2",
        ),
        (
            "assert (1 + len(items)) * 2 - 1 == 1",
            "assert 5 == 1\n +  where 5 = ((1 + 2) * 2) - 1\n +    where 2 = len([3, 1])",
        ),
        ("assert all(n > 1 for n in items)", "assert False\n +  where False = all(n > 1 for n in items)"),
        (
            "assert max(*items, key=total and None) < 3",
            "assert 3 < 3\n +  where 3 = max(*[3, 1], key=(total and None))",
        ),
        ("assert (lambda n: n)(0)", "assert 0\n +  where 0 = (lambda n: n)(0)"),
        ("assert cart is Cart", "assert <__main__.Cart object> is Cart"),
        ("assert f'{items}' == -1", "assert '[3, 1]' == -1"),
        ("assert (\n    total(items)\n    ==\n    5\n)", "assert 4 == 5\n +  where 4 = total([3, 1])"),
    ] {
        let before = "total = lambda n: sum(n)\nitems = [3, 1]\nclass Cart:\n    size = 1\ncart = Cart()\n";
        assert_eq!(found(&format!("{before}def check():\n    {}\ncheck()", indented(source))), expected);
    }
}

fn indented(source: &str) -> String {
    source.replace('\n', "\n    ")
}

#[test]
fn long_values_are_cut() {
    let found = found("assert list(range(100000)) == 'x' * 100000");
    assert!(found.contains("...") && found.len() < 4100, "{} bytes", found.len());
}

#[test]
fn nothing_is_evaluated_twice_or_kept() {
    let source = "\
import sys
calls = []
class Watched:
    def __init__(self, name): self.name = name
    def __eq__(self, other): calls.append('eq'); return self
    def __bool__(self): calls.append('bool'); return self.name == 'yes'
    def __del__(self): calls.append('del ' + self.name)
    def __repr__(self): print('repr'); return 'Watched'
def make(name):
    calls.append('make ' + name)
    return Watched(name)
assert make('yes') == 1, calls.append('never')
print(calls)
calls.clear()
try:
    assert make('no') == 1, calls.append('message')
except AssertionError as error:
    print(calls, error.args)
def recursive(n):
    assert n == 0 or recursive(n - 1)
    return True
print(recursive(3), sorted(vars()) == sorted(globals()), [name for name in vars() if 'truedoc' in name])
";
    let plain = run_source(source);
    let observed = run(Plan { explains: true, ..Plan::module(source) });
    assert_eq!(observed.stdout.text, plain.stdout.text);
    assert_eq!((observed.ending, observed.stderr.text), (plain.ending, plain.stderr.text));
}

#[test]
fn tracebacks_of_asserts_stay_as_they_are() {
    for source in ["x = 1\nassert x == 2\n", "def f():\n    assert [1,\n        2] == 3, 'no'\nf()\n"] {
        let observed = run(Plan { explains: true, ..Plan::module(source) });
        assert_eq!(observed.stderr.text, run_source(source).stderr.text, "3.{}", minor_version());
    }
}

fn with_tests(source: &str, tests: &[&str]) -> Run {
    let tests = tests.iter().map(|&name| name.to_owned()).collect();
    run(Plan { tests, explains: true, ..Plan::module(source) })
}

/// The ends of tests in a few words, in their order.
fn ends(run: &Run) -> Vec<String> {
    let ended = run.tests.iter().filter(|result| result.end != TestEnd::Started);
    let word = ended.map(|result| match &result.end {
        TestEnd::Failed { raised, .. } => raised.shown(),
        TestEnd::Open { reason, note } => format!("{reason}: {note}"),
        TestEnd::Passed => "passed".to_owned(),
        TestEnd::FailedAsExpected => "failed as expected".to_owned(),
        TestEnd::Started => unreachable!(),
    });
    word.collect()
}

#[test]
fn tests_find_their_module_imported() {
    let source = "\
import sys, unittest
name = __name__
def test_name():
    assert (name, __file__.endswith('/example.py')) == ('example', True)
def test_module():
    import example
    assert example is sys.modules['__main__'] and example.test_name is test_name
class A(unittest.TestCase):
    def test_a(self): self.assertEqual(type(self).__module__, 'example')
if name == '__main__':
    raise RuntimeError
sys.exit(3)
";
    let run = with_tests(source, &["test_name", "test_module", "A::test_a"]);
    assert_eq!(ends(&run), ["passed"; 3], "{}", run.stderr.text);
}

#[test]
fn what_is_set_up_fails_the_tests_that_need_it() {
    let source = "\
import unittest
class TestA:
    @classmethod
    def setup_class(cls): 1 / 0
    def test_a(self): pass
class TestB:
    def setup_method(self, method): self.name = method.__name__
    def teardown_method(self): assert self.name != 'test_b'
    def test_a(self): assert self.name == 'test_a'
    def test_b(self): pass
class C(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise OSError('no disk')
    def test_a(self): pass
    def test_b(self): pass
class D(unittest.TestCase):
    def test_parts(self):
        for n in range(4):
            with self.subTest(n=n): self.assertTrue(n % 2)
@unittest.skip('later')
def test_skipped(): pass
def test_generator(): yield
def test_with(tmp_path): pass
";
    let names = [
        "test_skipped",
        "test_generator",
        "test_with",
        "test_gone",
        "TestA::test_a",
        "TestB::test_a",
        "TestB::test_b",
        "C::test_a",
        "C::test_b",
        "D::test_parts",
    ];
    let run = with_tests(source, &names);
    let mut of_tests: Vec<(u32, String)> = run
        .tests
        .iter()
        .filter(|one| one.end != TestEnd::Started)
        .map(|one| one.test)
        .zip(ends(&run))
        .collect();
    of_tests.sort();
    let of_tests: Vec<String> =
        of_tests.into_iter().map(|(test, end)| format!("{} {end}", names[test as usize])).collect();
    assert_eq!(
        of_tests,
        [
            "test_skipped marked: skipped: later",
            "test_generator TypeError: a test that yields is a generator, which nobody runs",
            "test_with needs-package: pytest, which gives it `tmp_path`",
            "test_gone not-collected: it is no test when the example has run",
            "TestA::test_a ZeroDivisionError: division by zero",
            "TestB::test_a passed",
            "TestB::test_b AssertionError",
            "C::test_a OSError: no disk",
            "C::test_b OSError: no disk",
            "D::test_parts AssertionError: 0 is not true",
            "D::test_parts AssertionError: 0 is not true",
        ]
    );
}
