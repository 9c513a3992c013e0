def test_total_of_nothing():
    assert total([]) == 0

def test_total_counts_everything():
    assert total(["apple", "pear"]) == 7

def test_cheapest():
    basket = ["apple", "plum", "pear"]
    assert cheapest(basket) == "plum" and total(basket) == 8
