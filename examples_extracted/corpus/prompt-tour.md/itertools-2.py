from itertools import groupby
[key for key, _ in groupby("abca")]
