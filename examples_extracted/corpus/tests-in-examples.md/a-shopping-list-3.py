def test_total_of_three():
    assert total(["apple", "pear", "plum"]) == 9

def test_unknown_fruit():
    assert total(["mango"]) == 0
