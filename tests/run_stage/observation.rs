//! What probes see, and that they change nothing.

use std::time::Duration;

use truedoc::run::{Ending, Equality, Limits, Plan, Printed, Probe, Seen, Watch};

use crate::common::{minor_version, observe, probe, run, run_source, session, summary};

fn raises(names: &[&str]) -> Watch {
    Watch::Raises(names.iter().map(|&name| name.to_owned()).collect())
}

#[test]
fn a_module_runs_and_prints() {
    let run = run_source("print('hello')");
    assert_eq!(
        (run.ending, run.stdout.text.as_str(), run.stderr.text.as_str()),
        (Ending::Exited(0), "hello\n", "")
    );
}

#[test]
fn each_watch_sees_its_part() {
    let source = "a = [3, 1]\nprint(a)\na.sort()\na += [9]\nlen(a)\ndef f(x):\n    return x * 2\nf(4)\nint('x')\npass\n";
    let run = observe(
        source,
        vec![
            probe(1, 0, Watch::Value),
            probe(2, 0, Watch::Argument),
            probe(3, 0, Watch::After("a".into())),
            probe(4, 0, Watch::Value),
            probe(5, 0, Watch::Value),
            probe(7, 4, Watch::Value),
            probe(8, 0, Watch::Value),
            probe(9, 0, raises(&["ValueError"])),
            probe(10, 0, Watch::Ends),
        ],
    );
    assert_eq!(
        summary(&run),
        [
            "1.0: [3, 1]",
            "2.0: [3, 1]",
            "3.0: [1, 3]",
            "4.0: [1, 3, 9]",
            "5.0: 3",
            "7.4: 8",
            "8.0: 8",
            "9.0: !ValueError",
            "10.0: ended"
        ]
    );
    assert_eq!(run.ending, Ending::Exited(0));
    assert_eq!(run.exception, None);
    assert_eq!(run.stdout.text, "[3, 1]\n");
}

#[test]
fn constants_are_shared_as_in_a_file_and_not_at_a_prompt() {
    let run = observe(
        "x = 257; y = 257; x is y\nz = 256; x is z\n",
        vec![probe(1, 18, Watch::Value), probe(2, 9, Watch::Value)],
    );
    assert_eq!(summary(&run), ["1.18: True", "2.9: False"]);
    let run = self::run(session(&["x = 257", "y = 257", "x is y", "x = 256", "y = 256", "x is y"]));
    let outputs: Vec<&str> = run.inputs.iter().map(|input| input.output.as_str()).collect();
    assert_eq!(outputs, ["", "", "False\n", "", "", "True\n"]);
}

#[test]
fn observing_adds_no_reference_and_delays_no_finalizer() {
    let source = "\
import sys
a = []
sys.getrefcount(a)
b = a
sys.getrefcount(a)
class D:
    def __del__(self): print('del')
d = D()
d
d = None
print('after')
def f():
    v = []
    return sys.getrefcount(v)
f()
";
    let probes = [(2, 0), (3, 0), (4, 0), (5, 0), (8, 0), (9, 0), (10, 0), (13, 4), (14, 4), (15, 0)];
    let run =
        observe(source, probes.iter().map(|&(line, column)| probe(line, column, Watch::Value)).collect());
    assert_eq!(run.stdout.text, "del\nafter\n");
    let seen = summary(&run);
    assert!(seen.contains(&"3.0: 2".to_owned()) && seen.contains(&"5.0: 3".to_owned()), "{seen:?}");
    assert!(seen.contains(&"15.0: 2".to_owned()), "{seen:?}");
}

#[test]
fn a_value_is_rendered_before_it_changes() {
    let run =
        observe("a = [1]\na\na.append(2)\na\n", vec![probe(2, 0, Watch::Value), probe(4, 0, Watch::Value)]);
    assert_eq!(summary(&run), ["2.0: [1]", "4.0: [1, 2]"]);
}

#[test]
fn the_first_unclaimed_exception_is_the_end_and_later_probes_are_still_reached() {
    let source = "print('one')\n1/0\nprint('two')\n2 + 2\nundefined\n3 + 3\n";
    let plan = Plan {
        probes: vec![
            probe(1, 0, Watch::Argument),
            probe(2, 0, Watch::Value),
            probe(4, 0, Watch::Value),
            probe(5, 0, Watch::Value),
            probe(6, 0, Watch::Value),
        ],
        watch_output: true,
        ..Plan::module(source)
    };
    let run = run(plan);
    assert_eq!(run.ending, Ending::Exited(1));
    assert_eq!(run.stdout.text, "one\n");
    assert!(run.stderr.text.ends_with("ZeroDivisionError: division by zero\n"), "{}", run.stderr.text);
    let raised = run.exception.clone().unwrap();
    assert_eq!((raised.type_name.as_str(), raised.line), ("ZeroDivisionError", 2));
    assert_eq!(
        summary(&run),
        ["1.0: 'one'", "2.0: !ZeroDivisionError", "4.0~: 4", "5.0~: !NameError", "6.0~: 6"]
    );
    let two = Printed { lines: vec![3], text: "two\n".into(), after_end: true };
    assert_eq!(run.printed.last(), Some(&two));
}

#[test]
fn a_continuation_that_hangs_is_ended_and_changes_nothing() {
    let run = observe("1/0\nwhile True: pass\n5\n", vec![probe(3, 0, Watch::Value)]);
    assert_eq!(run.ending, Ending::Exited(1));
    // Not the time that passes here: it may have had to wait until the machine was free.
    assert!(run.duration.as_secs() < 6, "{:?}", run.duration);
}

#[test]
fn exceptions_are_swallowed_only_where_claimed_and_where_it_is_right() {
    let source = "\
try:
    int('x')
except ValueError:
    print('handled')
def f():
    int('y')
try:
    f()
except ValueError:
    print('handled too')
class A:
    1/0
if True:
    [][0]
    print('goes on')
";
    let run = observe(
        source,
        vec![
            probe(2, 4, raises(&["ValueError"])),
            probe(6, 4, raises(&["ValueError"])),
            probe(12, 4, raises(&["ZeroDivisionError"])),
            probe(14, 4, raises(&["builtins.LookupError"])),
        ],
    );
    assert_eq!(run.stdout.text, "handled\nhandled too\ngoes on\n");
    assert_eq!(
        summary(&run),
        ["2.4: !ValueError", "6.4: !ValueError", "12.4: !ZeroDivisionError", "14.4: !IndexError"]
    );
    assert_eq!(run.ending, Ending::Exited(0));
    let run = observe("int('x')\n", vec![probe(1, 0, raises(&["TypeError"]))]);
    assert_eq!((run.ending.clone(), summary(&run)), (Ending::Exited(1), vec!["1.0: !ValueError".to_owned()]));
    let run = observe("import sys\nsys.exit(3)\nprint('on')\n", vec![probe(2, 0, raises(&["SystemExit"]))]);
    assert_eq!((run.ending, run.stdout.text.as_str()), (Ending::Exited(0), "on\n"));
    let run = observe("import sys\nsys.exit(3)\n1\n", vec![probe(3, 0, Watch::Value)]);
    assert_eq!((run.ending.clone(), summary(&run)), (Ending::Exited(3), vec![]));
}

#[test]
fn an_unclaimed_exception_has_the_traceback_of_plain_python() {
    let source = "\
def inner(value):
    return value['a']['b'] + 1
def outer():
    try:
        return inner({'a': None})
    except KeyError:
        pass
print('start')
outer()
print('end')
";
    let plain = run_source(source);
    let probes = vec![
        probe(2, 4, Watch::Value),
        probe(5, 8, Watch::Value),
        probe(8, 0, Watch::Argument),
        probe(9, 0, raises(&["KeyError"])),
        probe(10, 0, Watch::Ends),
    ];
    let observed = observe(source, probes);
    assert_eq!(plain.stderr.text, observed.stderr.text);
    assert!(plain.stderr.text.contains('^') || minor_version() < 11, "{}", plain.stderr.text);
    assert_eq!(plain.ending, observed.ending);
}

#[test]
fn loops_are_bounded_and_functions_seen() {
    let source = "total = 0\nfor i in range(5000):\n    total += i\ntotal\n";
    let run = observe(source, vec![probe(3, 4, Watch::Value), probe(4, 0, Watch::Value)]);
    assert_eq!(run.records.len(), 1001);
    assert_eq!(summary(&run).last().unwrap(), "4.0: 12497500");
}

#[test]
fn output_is_attributed_through_calls() {
    let source = "def say(text):\n    print(text, end='')\n    print()\n\nsay('a'); say('b')\nimport sys\nsys.stdout.write('c\\n')\n";
    let run = run(Plan { watch_output: true, ..Plan::module(source) });
    let printed: Vec<(Vec<u32>, &str)> =
        run.printed.iter().map(|printed| (printed.lines.clone(), printed.text.as_str())).collect();
    let (first, second) = (vec![2, 5], vec![3, 5]);
    assert_eq!(
        printed,
        [(first.clone(), "a"), (second.clone(), "\n"), (first, "b"), (second, "\n"), (vec![7], "c\n")]
    );
    assert_eq!(run.stdout.text, "a\nb\nc\n");
}

#[test]
fn what_a_repr_prints_is_not_heard() {
    let source = "class R:\n    def __repr__(self):\n        print('noise')\n        return 'R!'\nr = R()\nr\nclass B:\n    def __repr__(self): raise KeyError(1)\nB()\n";
    let run = observe(source, vec![probe(6, 0, Watch::Value), probe(9, 0, Watch::Value)]);
    assert_eq!(run.stdout.text, "");
    assert_eq!(summary(&run), ["6.0: R!", "9.0: <repr raised KeyError: 1>"]);
}

#[test]
fn claimed_values_are_compared_with_their_types() {
    let source = "\
from collections import OrderedDict, namedtuple
P = namedtuple('P', 'x y')
OrderedDict(a=1)
[True, 2]
P(1, 2)
float('nan')
def f():
    local = 5
    return local
f()
int
";
    let cases: [(u32, u32, &str, Option<Equality>); 12] = [
        (3, 0, "{'a': 1}", Some(Equality::OtherType)),
        (3, 0, "OrderedDict(a=1)", Some(Equality::Same)),
        (4, 0, "[1, 2]", Some(Equality::OtherType)),
        (4, 0, "[True, 2]", Some(Equality::Same)),
        (4, 0, "[True, 3]", Some(Equality::Different)),
        (5, 0, "P(x=1, y=2)", Some(Equality::Same)),
        (6, 0, "float('nan')", Some(Equality::Same)),
        (9, 4, "local", Some(Equality::Same)),
        (10, 0, "2 + 3", Some(Equality::Same)),
        (10, 0, "print('x')", None),
        (10, 0, "not an expression", None),
        (11, 0, "int", Some(Equality::Same)),
    ];
    for (line, column, claim, expected) in cases {
        let claimed = vec![claim.to_owned()];
        let run = observe(source, vec![Probe { claimed, ..probe(line, column, Watch::Value) }]);
        let Seen::Value(value) = &run.records[0].seen else { panic!("{claim}") };
        assert_eq!(value.equals, [expected], "{claim}");
        assert_eq!(run.stdout.text, "", "{claim}");
    }
}

#[test]
fn values_carry_text_type_and_name() {
    let run = observe(
        "'a'\nlen\n1.5\nlist(range(200000))\n",
        (1..=4).map(|line| probe(line, 0, Watch::Value)).collect(),
    );
    let values: Vec<_> = run
        .records
        .iter()
        .map(|record| match &record.seen {
            Seen::Value(value) => {
                (value.repr.as_str(), value.text.as_deref(), value.type_name.as_str(), value.name.as_deref())
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        values,
        [
            ("'a'", Some("a"), "str", None),
            ("<built-in function len>", None, "builtin_function_or_method", Some("len")),
            ("1.5", None, "float", None),
            ("<list of 200000 elements>", None, "list", None),
        ]
    );
}

#[test]
fn syntax_errors_and_top_level_await() {
    let run = run_source("x = (1\nprint(x)\n");
    if minor_version() >= 10 {
        assert_eq!(run.ending, Ending::SyntaxError { message: "'(' was never closed".into(), line: 1 });
    }
    let run = run_source("import asyncio\nawait asyncio.sleep(0)\nprint('done')\n");
    assert_eq!((run.ending, run.stdout.text.as_str()), (Ending::Exited(0), "done\n"));
    let run = observe("import asyncio\nv = await asyncio.sleep(0, 7)\nv\n", vec![probe(3, 0, Watch::Value)]);
    assert_eq!(summary(&run), ["3.0: 7"]);
    let run = run_source("exec('x = (')");
    assert_eq!((run.ending, run.exception.unwrap().type_name.as_str()), (Ending::Exited(1), "SyntaxError"));
    let run = observe("x = 5\nx is 5\n", vec![probe(2, 0, Watch::Value)]);
    assert!(run.stderr.text.contains("SyntaxWarning: \"is\" with"), "{}", run.stderr.text);
    assert!(!run.stderr.text.contains("callable"), "{}", run.stderr.text);
}

#[test]
fn a_session_goes_on_after_exceptions() {
    let run = run(session(&[
        "from __future__ import annotations",
        "def f(x: undefined): return x",
        "f('a')",
        "1/0",
        "for i in range(2):\n    print(i)\n",
        "_",
        "import sys; print('err', file=sys.stderr)",
        "__file__",
        "x = (",
        "import asyncio",
        "await asyncio.sleep(0, 3)",
    ]));
    let outputs: Vec<&str> = run.inputs.iter().map(|input| input.output.as_str()).collect();
    assert_eq!(outputs, ["", "", "'a'\n", "", "0\n1\n", "'a'\n", "", "", "", "", "3\n"]);
    let raised: Vec<&str> = run
        .inputs
        .iter()
        .map(|input| input.raised.as_ref().map_or("", |raised| raised.type_name.as_str()))
        .collect();
    assert_eq!(raised, ["", "", "", "ZeroDivisionError", "", "", "", "NameError", "SyntaxError", "", ""]);
    assert_eq!(run.exception.unwrap().type_name, "ZeroDivisionError");
    assert_eq!(run.ending, Ending::Exited(0));
}

#[test]
fn preludes_and_files_stand_before_the_example() {
    let plan = Plan {
        prelude: vec!["x = 40\nprint('unheard')\n1/0\nx = 0".into(), "y = x + 1\ndef g(): return y\n".into()],
        files: vec![("helper.py".into(), "value = 1\n".into()), ("data/a.txt".into(), "text".into())],
        probes: vec![probe(2, 0, Watch::Value)],
        ..Plan::module("from helper import value\ng() + value\nprint(open('data/a.txt').read())\n")
    };
    let run = run(plan);
    assert_eq!(summary(&run), ["2.0: 42"]);
    assert_eq!((run.stdout.text.as_str(), run.stderr.text.as_str()), ("text\n", ""));
}

#[test]
fn exceptions_tell_what_they_are_about() {
    let raised = |source: &str| run_source(source).exception.unwrap();
    assert_eq!(raised("undefined").name.as_deref(), Some("undefined"));
    assert_eq!(raised("import no_such").name.as_deref(), Some("no_such"));
    let error = raised("open('gone.txt')");
    assert_eq!((error.name.as_deref(), error.errno), (Some("gone.txt"), Some(2)));
    let error = raised("import json\njson.loads('{')");
    assert_eq!((error.qualified.as_str(), error.line), ("json.decoder.JSONDecodeError", 2));
    assert_eq!(error.bases, ["JSONDecodeError", "ValueError", "Exception", "BaseException"]);
}

#[test]
fn the_observation_does_not_observe_itself() {
    let source = "class R:\n    def __repr__(self):\n        return 'R!'\nr = R()\nr\nprint(r)\n";
    let run = observe(source, vec![probe(3, 8, Watch::Value), probe(5, 0, Watch::Value)]);
    assert_eq!(summary(&run), ["5.0: R!", "3.8: 'R!'"]);
}

#[test]
fn a_fork_of_the_example_is_not_the_example() {
    let source =
        "import os, sys\nif os.fork() == 0:\n    raise ValueError\nprint(os.WEXITSTATUS(os.wait()[1]))\n7\n";
    let run = observe(source, vec![probe(5, 0, Watch::Value)]);
    assert_eq!((run.ending.clone(), run.exception.clone()), (Ending::Exited(0), None));
    assert_eq!((summary(&run), run.stdout.text.as_str()), (vec!["5.0: 7".to_owned()], "1\n"));
}

#[test]
fn a_first_statement_that_is_a_string_is_seen_and_stays_a_docstring() {
    let run = observe("'text'\nprint(__doc__)\n", vec![probe(1, 0, Watch::Value)]);
    assert_eq!((summary(&run), run.stdout.text.as_str()), (vec!["1.0: 'text'".to_owned()], "text\n"));
}

#[test]
fn a_probe_in_a_loop_leaves_room_for_the_others() {
    let source = "for i in range(2000):\n    'x' * 60000\n8\n1/0\n";
    let run = observe(source, vec![probe(2, 4, Watch::Value), probe(3, 0, Watch::Value)]);
    assert_eq!(summary(&run).last().unwrap(), "3.0: 8");
    assert_eq!(run.exception.unwrap().type_name, "ZeroDivisionError");
}

#[test]
fn writes_of_other_threads_are_kept_while_a_value_is_rendered() {
    let source = "\
import threading, time
class Slow:
    def __repr__(self):
        print('not heard')
        time.sleep(0.1)
        return 'slow'
def work():
    time.sleep(0.05)
    print('heard')
thread = threading.Thread(target=work); thread.start()
Slow()
thread.join()
";
    let run = observe(source, vec![probe(11, 0, Watch::Value)]);
    assert_eq!((summary(&run), run.stdout.text.as_str()), (vec!["11.0: slow".to_owned()], "heard\n"));
}

#[test]
fn what_runs_before_an_example_takes_nothing_from_its_time() {
    let slow = "import time\ntime.sleep(0.4)\n".to_owned();
    let plan = |source: &str| Plan {
        prelude: vec![slow.clone(), slow.clone()],
        limits: Limits { time_ms: 600, ..Limits::default() },
        ..Plan::module(source)
    };
    let fine = run(plan("time.sleep(0.3)\nprint('done')"));
    assert_eq!((fine.ending, fine.stdout.text.as_str()), (Ending::Exited(0), "done\n"));
    let late = run(plan("time.sleep(30)"));
    assert_eq!(late.ending, Ending::TimedOut);
    assert!(late.duration < Duration::from_millis(1800 + 2000), "{:?}", late.duration);
    let endless = Plan { prelude: vec!["while True: pass".to_owned()], ..plan("print('never')") };
    assert_eq!(run(endless).ending, Ending::TimedOut);
}
