letters = list("dcba")
letters[::-1]           # the letters from behind => ['a', 'b', 'c', 'd']
letters[1:]             # all but the first one -> ['c', 'b']
sorted(letters)         # in order: ['a', 'b', 'c', 'd']
7 * 6 - 2               # 42 - 2 = 40
9 / 2                   # 9 / 2 = 4

def half(n):
    if n < 0:
        return None     # a negative number -> None
    return n / 2        # 8 -> 4.0

half(8)                 # 8 -> 4.0
half(6)                 # 6 -> 2.0
half(-1)                # None, as it is negative
