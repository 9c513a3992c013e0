prices["pie"] = 3
total({"pie": 2})               # 6
total({"jam": 1})               # KeyError: 'jam'
