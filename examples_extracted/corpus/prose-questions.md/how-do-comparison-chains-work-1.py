def middle():
    print("asked")
    return 5

1 < middle() < 9    # prints asked, once
1 < middle() < 3    # False
9 < middle() < 12   # False (the right side is not looked at)
