log = []

def setup_function(function):
    log.append("before " + function.__name__)

def teardown_function():
    log.append("after")

def test_first():
    assert log == ["before test_first"]

def test_second():
    assert log == ["before test_first", "after", "before test_second"]

def test_third():
    assert log[-1] == "after"
