print("the example")  # the example

def test_that_prints():
    print("the test")
