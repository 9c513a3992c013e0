//! Examples that share a process: what one of them does wrongly, against all proof, must not be seen by
//! the next, and what it gives is what it gives alone.

use std::sync::LazyLock;

use truedoc::interpreters::{Places, find};
use truedoc::run::{Ending, Engine, EngineSettings, Mentioned, Plan, Run, Watch};
use truedoc::traceless::{MODULES, is_traceless, reach};

use crate::common::{probe, session, settings, share};

/// Sees whatever others could have left.
const WATCHFUL: &str = "import builtins, collections, json, re, sys
print(sorted(vars(builtins))[-3:], hasattr(builtins, '_'), len(sys.path), sys.argv)
print(json.dumps({'a': 1}), json.JSONEncoder.item_separator, sorted(vars(collections.Counter))[-2:])
print([name for name in sys.modules if name.startswith(('js', 'da', 'tu', 'ran'))], sys.stdout.write('x'))
print(sorted(globals()), len(re._cache), sys.getrecursionlimit(), hasattr(sys, 'last_value'))
";

/// What one way or the other changes something, ends the process, or takes more than its share.
const WRONG: &[&str] = &[
    "import builtins; builtins.leak = 1",
    "import json; json.leak = 1",
    "import json; json.JSONEncoder.item_separator = '!'",
    "from json import dumps; dumps.leak = 1",
    "import json; json.__all__.append('leak')",
    "import collections; collections.Counter.leak = 1",
    "import json; json.dumps = None",
    "import turtledemo",
    "import sys; sys.modules['json'] = sys",
    "import sys; sys.path.append('/leak'); sys.argv.append('leak')",
    "import sys; sys.meta_path.clear()",
    "import os; os._exit(0)",
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "raise KeyboardInterrupt",
    "raise SystemExit(3)",
    "while True: pass",
    "print('x' * 3_000_000)",
    "import sys; sys.stdout.close()",
    "import dataclasses; dataclasses.dataclass.leak = 1",
];

fn traceless(plan: Plan) -> Plan {
    let everything = MODULES.iter().map(|&module| module.to_owned()).collect();
    let mut plan = Plan { traceless: Some(everything), ..plan };
    plan.limits.time_ms = 1500;
    plan
}

/// With one job there is one group of all that may share a process.
static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::start(&EngineSettings { jobs: 1, ..settings() }).unwrap());

/// The runs of these plans, each with a process of its own and some together.
fn both_ways(plans: &[Plan]) -> (Vec<Run>, Vec<Run>) {
    let _machine = share();
    let apart: Vec<Plan> = plans.iter().map(|plan| Plan { traceless: None, ..plan.clone() }).collect();
    let runs = |plans: &[Plan]| {
        let mut runs = ENGINE.run_all(plans, &|_| {});
        runs.iter_mut().for_each(|run| run.duration = std::time::Duration::ZERO);
        runs
    };
    (runs(&apart), runs(plans))
}

#[test]
fn no_example_sees_what_another_has_left() {
    for wrong in WRONG {
        let sources = ["print(1)", wrong, WATCHFUL, "import json; print(json.loads('[1]'))", WATCHFUL];
        let plans: Vec<Plan> = sources.iter().map(|&source| traceless(Plan::module(source))).collect();
        let (apart, together) = both_ways(&plans);
        for (index, (alone, shared)) in apart.iter().zip(&together).enumerate() {
            assert_eq!(alone, shared, "number {index} beside {wrong}");
        }
        assert_eq!(together[2].ending, Ending::Exited(0), "{}", together[2].stderr.text);
    }
}

/// What most examples import and do; nothing of it is amiss.
const HARMLESS: &[&str] = &[
    "import re, textwrap\nprint(re.findall('a+', 'banana'), re.compile('x', re.I | re.M).flags, textwrap.fill('a b', 1))",
    "import json\nprint(json.dumps({'a': [1.5, None]}))",
    "from dataclasses import dataclass\n@dataclass(order=True)\nclass P:\n    x: int = 0\nprint(P(1))",
    "from enum import Enum, Flag, auto\nclass C(Enum):\n    A = auto()\nprint(C.A, C(1))",
    "from typing import List, NamedTuple\nfrom collections import Counter, namedtuple\nx: List[int] = [1]\nprint(Counter('aab'), x)",
    "import collections.abc\nfrom abc import ABC, abstractmethod\nprint(isinstance([], collections.abc.Sequence))",
    "import functools, itertools, operator, heapq, bisect\nprint(functools.reduce(operator.add, itertools.chain([1], [2])))",
    "import datetime, math, fractions, statistics, copy\nprint(datetime.date(2020, 1, 1), math.pi, statistics.mean([1, 2]))",
    "1 / 0",
    "import string, types, numbers, contextlib\nprint(string.digits)",
    "from functools import singledispatch\n@singledispatch\ndef f(x): return 1\n@f.register\ndef _(x: int): return 2\nprint(f(1), f('a'))",
    "from collections import Counter, OrderedDict\nprint(Counter('aab').most_common(1), OrderedDict(a=1))",
    "from datetime import datetime\nprint(datetime.strptime('2020-01-02', '%Y-%m-%d'), f'{datetime(2020, 1, 1):%B}')",
    "from decimal import Decimal\nprint(f'{Decimal(1) / 3:.3f}', Decimal('1.5') == 1.5)",
    "import hashlib, struct, io\nprint(hashlib.sha256(b'').hexdigest(), struct.pack('>I', 1), io.StringIO('a').read())",
    "from typing import Generic, Protocol, TypeVar, runtime_checkable\n@runtime_checkable\nclass P(Protocol):\n    def f(self): ...\nprint(isinstance(1, P), Generic[TypeVar('T')])",
    "from dataclasses import asdict, dataclass, field, replace\n@dataclass(frozen=True)\nclass P:\n    x: list = field(default_factory=list)\nprint(asdict(replace(P(), x=[1])), P.__doc__)",
    "from statistics import NormalDist, median, quantiles\nprint(median([1, 2]), quantiles([1, 2, 3]), NormalDist(0, 1).cdf(0))",
];

/// An attribute of `sys`, which no snapshot holds, tells how many came after each other.
const COUNTS: &str = "import sys\nsys.came = getattr(sys, 'came', 0) + 1\nprint(sys.came)";

#[test]
fn a_group_stays_together_as_long_as_nothing_is_amiss() {
    let _machine = share();
    let places = Places::of_machine(None);
    let versions = ["3.9", "3.10", "3.11", "3.12", "3.13"];
    let others = versions.iter().filter_map(|version| find(version, &places).ok());
    let pythons = std::iter::once(None).chain(others.map(|python| Some(python.executable)));
    for python in pythons {
        let settings = EngineSettings { jobs: 1, python: python.clone(), ..settings() };
        let sources = HARMLESS.iter().flat_map(|&source| [source, COUNTS]);
        let plans: Vec<Plan> = sources.map(|source| traceless(Plan::module(source))).collect();
        let runs = Engine::start(&settings).unwrap().run_all(&plans, &|_| {});
        let counts = runs.iter().skip(1).step_by(2).map(|run| run.stdout.text.trim());
        // One job makes one group of these.
        let all: Vec<String> = (1..=HARMLESS.len()).map(|count| count.to_string()).collect();
        assert_eq!(counts.collect::<Vec<_>>(), all, "{python:?}");
        for source in HARMLESS {
            let mut mentioned = Mentioned::default();
            mentioned.add(source);
            let ahead = mentioned.ahead(1, 1);
            let reached = reach(source).unwrap_or_else(|| panic!("{source}"));
            let plan = |source: &str, reached: &[String]| Plan {
                traceless: Some(reached.to_vec()),
                ..Plan::module(source)
            };
            let plans = vec![[plan(source, &reached), plan(COUNTS, &[])]; 4].concat();
            let engine = Engine::start(&EngineSettings { ahead, ..settings.clone() }).unwrap();
            let runs = engine.run_all(&plans, &|_| {});
            let counts = runs.iter().skip(1).step_by(2).map(|run| run.stdout.text.trim());
            assert_eq!(counts.collect::<Vec<_>>(), ["1", "2", "3", "4"], "{python:?} {source}");
        }
    }
}

/// Ends while its output is redirected, and has never left what redirects it.
const REDIRECTED: &str = "import io, contextlib
def f():
    with contextlib.redirect_stdout(io.StringIO()):
        yield
g = f()
next(g)
print('unseen')
";

/// A module that the words of the proof let examples reach has to be one that is looked at between them.
#[test]
fn no_version_has_modules_in_modules_that_the_proof_does_not_know() {
    let _machine = share();
    let places = Places::of_machine(None);
    let pythons =
        ["3.9", "3.10", "3.11", "3.12", "3.13"].iter().filter_map(|version| find(version, &places).ok());
    for python in pythons {
        let settings = EngineSettings { jobs: 1, python: Some(python.executable.clone()), ..settings() };
        let list = format!(
            "import importlib, types\nfor name in {MODULES:?}:\n    module = importlib.import_module(name)\n    for attribute, value in vars(module).items():\n        if type(value) is types.ModuleType and value.__name__ not in {MODULES:?}:\n            print(name, attribute)\n"
        );
        let run = Engine::start(&settings).unwrap().run_all(&[Plan::module(list)], &|_| {}).remove(0);
        assert!(run.stdout.text.contains("json decoder"), "{run:?}");
        for (module, attribute) in run.stdout.text.lines().filter_map(|line| line.split_once(' ')) {
            for code in [
                format!("import {module}\nx = {module}.{attribute}"),
                format!("from {module} import {attribute}"),
            ] {
                assert!(!is_traceless(&code), "{code} under {}", python.version);
            }
        }
    }
}

#[test]
fn what_examples_of_a_group_give_is_what_they_give_alone() {
    let observed =
        |source: &str, probes| traceless(Plan { probes, watch_output: true, ..Plan::module(source) });
    let plans = [
        observed("x = 1\nx + 1\nprint(x)\n", vec![probe(2, 0, Watch::Value), probe(3, 0, Watch::Argument)]),
        // Goes on after its end, which takes a process of its own.
        observed("1 / 0\nx = 2\nx\n", vec![probe(3, 0, Watch::Value)]),
        traceless(session(&["x = [1]", "x", "x.append(", "x.append(2)", "x", "1 / 0", "_"])),
        traceless(session(&["print('a')", "_"])),
        observed("print('b')\nraise ValueError('last')\n", vec![probe(1, 0, Watch::Argument)]),
        traceless(Plan { prelude: vec!["y = 5\nprint(y)".to_owned()], ..Plan::module("print(y)") }),
        observed("for i in range(3):\n    print(i)\n", vec![probe(2, 4, Watch::Argument)]),
        traceless(Plan::module("x = (\n")),
        traceless(Plan::module("print('caf\u{e9} \u{1f600}')\nimport warnings\nwarnings.warn('w')\n")),
        traceless(Plan::module("assert (1, 'x')\nprint('caf\u{e9}')\n")),
        traceless(Plan::module("assert (2, 'y')\nprint('again')\n")),
        traceless(Plan::module("from decimal import *\ngetcontext().prec = 3\nprint(Decimal(1) / 3)\n")),
        traceless(Plan::module("from decimal import *\nprint(Decimal(1) / 3, getcontext())\n")),
        traceless(Plan::module(REDIRECTED)),
        // Brings along what shows in `collections`.
        traceless(Plan::module("import numbers\nprint(numbers.Number)\n")),
        traceless(Plan::module(
            "import collections, json\nprint(hasattr(collections, 'abc'), json.decoder)\n",
        )),
        traceless(Plan::module("import numbers, collections\nprint(collections.abc.Sized)\n")),
        traceless(Plan::module(
            "n = 'x'\nclass A: x = 1\nsetattr(A, n, 2)\nprint(getattr(A, n), hasattr(A, n + n))\n",
        )),
        traceless(Plan::module("n = '__sub' + 'classes__'\nprint(type(getattr(int, n)()))\n")),
        traceless(session(&[
            "n = '__dict' + '__'",
            "getattr(getattr(int, 'real'), 'x' + n, 1)",
            "len(getattr(int, n)) > 9",
        ])),
        traceless(Plan {
            prelude: vec!["f = getattr\ny = getattr(1, 'real')".to_owned()],
            ..Plan::module("print(y)")
        }),
    ];
    let (apart, together) = both_ways(&plans);
    for (index, (alone, shared)) in apart.iter().zip(&together).enumerate() {
        assert_eq!(alone, shared, "number {index}");
    }
}
