"""The tests of an example, run with pytest: it is given the module as it is when the example has run."""

OLDEST_PYTEST = (7, 0)


def run_with_pytest(tests):
    """Runs them, and tells their ends; False if there is no pytest that can."""
    try:
        import pytest
        if tuple(int(part) for part in pytest.__version__.split(".")[:2]) < OLDEST_PYTEST:
            return False
    except Exception:
        return False
    names = state.plan["tests"]
    plugin = plugin_class(pytest)({names[test.number]: test.number for test in tests})
    status = int(pytest.main([
        state.path, "-p", "no:cacheprovider", "-p", "no:faulthandler", "--assert=plain", "-q", "--tb=no",
        "--rootdir=" + state.folder], plugins=[plugin]))
    for test in tests:
        if test.number not in plugin.ended:
            end_test(test.number, uncollected_end(plugin.trouble, status))
    return True


def plugin_class(pytest):
    class Executed(pytest.Module):
        """A module that was executed before."""

        def _getobj(self):
            return sys.modules["__main__"]

    class Plugin:
        """Gives pytest the module, and tells what becomes of its tests."""

        def __init__(self, numbers):
            self.numbers = numbers
            self.ends = {}
            self.ended = set()
            self.trouble = None

        def number_of(self, item):
            classes = [node.name for node in item.listchain() if isinstance(node, pytest.Class)]
            return self.numbers.get("::".join(classes + [getattr(item, "originalname", None) or item.name]))

        def pytest_pycollect_makemodule(self, module_path, parent):
            return Executed.from_parent(parent, path=module_path)

        def pytest_collection_modifyitems(self, items):
            items[:] = [item for item in items if self.number_of(item) is not None]

        def pytest_collectreport(self, report):
            if report.failed:
                self.trouble = str(report.longrepr)

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtest_setup(self, item):
            end_test(self.number_of(item), "started", case_of(item))

        def pytest_pyfunc_call(self, pyfuncitem):
            return True if has_awaited(pyfuncitem) else None

        @pytest.hookimpl(hookwrapper=True, tryfirst=True)
        def pytest_runtest_makereport(self, item, call):
            end = end_of((yield).get_result(), call)
            # A test has failed if anything around it has.
            if self.ends.get(item, "passed") == "passed" or is_failure(end):
                self.ends[item] = end
            if call.when == "teardown":
                number = self.number_of(item)
                self.ended.add(number)
                end_test(number, self.ends.pop(item), case_of(item))

    return Plugin


def has_awaited(item):
    """Runs a test that is an `async def`, unless a plugin has made it something else; whether it was one."""
    if not early("inspect").iscoroutinefunction(item.obj):
        return False
    finished(item.obj(**{name: item.funcargs[name] for name in item._fixtureinfo.argnames}))
    return True


def is_failure(end):
    return type(end) is dict and "failed" in end


def case_of(item):
    call = getattr(item, "callspec", None)
    return None if call is None else str(call.id)[:240]


def end_of(report, call):
    """The end of a test as pytest reports one phase of it."""
    error = None if call.excinfo is None else call.excinfo.value
    if report.passed:
        return "passed"
    if report.skipped and hasattr(report, "wasxfail"):
        return "failed_as_expected"
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        return skipped_end(reason[len("Skipped: "):] if reason.startswith("Skipped: ") else reason)
    if error is None:
        return failed_end(AssertionError(UNEXPECTED_PASS))
    if type(error).__name__ == "FixtureLookupError":
        return open_end("needs-fixture", "`%s`, which nothing here defines" % error.argname)
    return failed_end(error)


def uncollected_end(trouble, status):
    if trouble is None:
        return open_end("not-collected", "pytest does not take it for a test (it ended with status %d)" % status)
    lines = [line.strip() for line in trouble.splitlines() if line.strip()]
    return open_end("not-collected", "pytest says: " + (lines[-1] if lines else "nothing"))
