"""The tests of an example, run after its own code and in its namespace.

What is of unittest runs with unittest. Functions and classes as pytest has them run here if they need
nothing of pytest, and with pytest itself if the example imports it or they have parameters.
"""


UNEXPECTED_PASS = "it passes, and its author says that it fails"


def run_tests(namespace):
    # What running tests imports besides is no reason to import it ahead for examples.
    report_imports()
    found = [Test(number, name, namespace) for number, name in enumerate(state.plan["tests"])]
    tests = []
    for test in found:
        if test.function is not None:
            tests.append(test)
        else:
            end_test(test.number, open_end("not-collected", "it is no test when the example has run"))
    if "pytest" in sys.modules or any(test.parameters for test in tests):
        if run_with_pytest(tests):
            return
    for test in tests:
        if test.parameters:
            names = ", ".join("`%s`" % name for name in test.parameters)
            end_test(test.number, open_end("needs-package", "pytest, which gives it %s" % names))
    tests = [test for test in tests if not test.parameters]
    run_of_unittest([test for test in tests if test.is_of_unittest])
    Plain(namespace).run([test for test in tests if not test.is_of_unittest])


def end_test(number, end, case=None):
    put({"test": {"test": number, "case": case, "end": end}})


def open_end(reason, note):
    return {"open": {"reason": reason, "note": note}}


def failed_end(error):
    """The end of a test that ended with this exception. It may say that the test is not to be run."""
    if type(error).__name__ in ("SkipTest", "Skipped"):
        return skipped_end(str(error))
    blocked = blocked_operation(error)
    return {"failed": {"raised": describe(error), "blocked": None if blocked is None else blocked[:4096]}}


def skipped_end(reason):
    return open_end("marked", "skipped: " + reason if reason else "skipped")


class Test:
    """A test, found by its name."""

    def __init__(self, number, name, namespace):
        self.number = number
        class_name, _, self.method = name.rpartition("::")
        self.owner = namespace.get(class_name) if class_name else None
        self.is_of_unittest = is_test_case(self.owner)
        self.function = self.find(class_name, namespace)
        self.parameters = []
        if self.function is not None and not self.is_of_unittest:
            self.parameters = wanted(self.function, self.owner)

    def find(self, class_name, namespace):
        if not class_name:
            found = namespace.get(self.method)
        elif not isinstance(self.owner, type):
            return None
        elif self.is_of_unittest or class_name.startswith("Test") and is_plain(self.owner):
            found = getattr(self.owner, self.method, None)
        else:
            return None
        if getattr(self.owner, "__test__", True) is False or getattr(found, "__test__", True) is False:
            return None
        return found if callable(found) and not isinstance(found, type) else None


def is_test_case(owner):
    unittest = sys.modules.get("unittest")
    return isinstance(owner, type) and unittest is not None and issubclass(owner, unittest.TestCase)


def is_plain(owner):
    """Whether pytest makes an object of a class."""
    return owner.__init__ is object.__init__ and owner.__new__ is object.__new__


def wanted(function, owner):
    """The parameters that somebody has to give to a test, as pytest counts them."""
    inspect = early("inspect")
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []
    if owner is not None and not isinstance(vars(owner).get(function.__name__), (staticmethod, classmethod)):
        parameters = parameters[1:]
    names = [parameter.name for parameter in parameters
             if parameter.default is parameter.empty
             and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)]
    mock = sys.modules.get("unittest.mock")
    given = [patching for patching in getattr(function, "patchings", ())
             if mock is not None and not patching.attribute_name and patching.new is mock.DEFAULT]
    return names[len(given):]


class Plain:
    """Runs functions and methods with what is set up and torn down around them."""

    def __init__(self, namespace):
        self.namespace = namespace

    def run(self, tests):
        if not tests:
            return
        broken = self.around("setup_module", sys.modules["__main__"], "setUpModule")
        if broken is None:
            for owner, members in by_owner(tests):
                self.run_of(owner, members)
            self.around("teardown_module", sys.modules["__main__"], "tearDownModule")
        else:
            for test in tests:
                end_test(test.number, broken)

    def around(self, name, argument, other=None):
        """Calls what a module sets up or tears down; gives how its tests end if that fails."""
        function = self.namespace.get(name) or self.namespace.get(other)
        return None if function is None else attempt(lambda: call_with(function, argument))

    def run_of(self, owner, tests):
        """Runs the tests of a class, or the functions."""
        broken = None
        if hasattr(owner, "setup_class"):
            broken = attempt(lambda: call_with(owner.setup_class, owner))
        for test in tests:
            if broken is None:
                end_test(test.number, "started")
                end = self.run_one(test)
            end_test(test.number, broken or end)
        if broken is None and hasattr(owner, "teardown_class"):
            attempt(lambda: call_with(owner.teardown_class, owner))

    def run_one(self, test):
        """Runs a test; gives its end."""
        if test.owner is None:
            function, before, after = test.function, *map(self.namespace.get, ("setup_function", "teardown_function"))
        else:
            ends = []
            made = attempt(lambda: ends.append(test.owner()))
            if made is not None:
                return made
            function = getattr(ends[0], test.method)
            before, after = (getattr(ends[0], name, None) for name in ("setup_method", "teardown_method"))
        end = None if before is None else attempt(lambda: call_with(before, function))
        if end is None:
            end = attempt(lambda: finished(function()))
            if after is not None:
                end = end or attempt(lambda: call_with(after, function))
        return end or "passed"


def by_owner(tests):
    """The tests in their order, those of a class together."""
    groups = {}
    for test in tests:
        groups.setdefault(test.owner, []).append(test)
    return groups.items()


def attempt(work):
    """Does it; gives the end that an exception of it is for a test."""
    try:
        work()
    except BaseException as error:
        return failed_end(error)
    return None


def call_with(function, argument):
    """Calls it, with what is set up or torn down for if it has a place for that."""
    takes = early("inspect").signature(function).parameters
    return finished(function(argument) if takes else function())


def finished(result):
    """Waits for the end of what an `async def` gave."""
    inspect = early("inspect")
    if inspect.iscoroutine(result):
        import asyncio
        return asyncio.run(result)
    if inspect.isgenerator(result) or inspect.isasyncgen(result):
        raise TypeError("a test that yields is a generator, which nobody runs")
    return result


def run_of_unittest(tests):
    """Runs methods of test cases, with what their classes and their module set up."""
    if not tests:
        return
    import unittest
    cases = [test.owner(test.method) for test in tests]
    unittest.TestSuite(cases).run(result_class(unittest)(tests, cases))


def result_class(unittest):
    class Result(unittest.TestResult):
        """Tells what becomes of each case."""

        def __init__(self, tests, cases):
            super().__init__()
            self.tests = {id(case): test for case, test in zip(cases, tests)}
            self.ended = set()

        def startTest(self, case):
            super().startTest(case)
            end_test(self.tests[id(case)].number, "started")

        def end(self, case, end, part=None):
            test = self.tests.get(id(case))
            for test in [test] if test else self.waiting_in(case):
                self.ended.add(test.number)
                end_test(test.number, end, part)

        def waiting_in(self, failed):
            """The tests of a class or module that could not be set up, whose name is in brackets."""
            place = str(failed).partition("(")[2].rstrip(")")
            return [test for test in self.tests.values() if test.number not in self.ended and place in (
                test.owner.__module__, test.owner.__module__ + "." + test.owner.__qualname__)]

        def addSuccess(self, case):
            self.end(case, "passed")

        def addError(self, case, error):
            self.end(case, failed_end(error[1]))

        addFailure = addError

        def addSkip(self, case, reason):
            self.end(case, skipped_end(reason))

        def addExpectedFailure(self, case, error):
            self.end(case, "failed_as_expected")

        def addUnexpectedSuccess(self, case):
            self.end(case, failed_end(AssertionError(UNEXPECTED_PASS)))

        def addSubTest(self, case, part, error):
            if error is not None:
                self.end(case, failed_end(error[1]), part._subDescription().strip("()"))

    return Result
