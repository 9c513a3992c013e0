shelf = ["salt", "oats"]
other = shelf
other.append("rice")
print(shelf)          # ['salt', 'oats', 'rice'] — seen through both names
shelf is other        # True  (same list)

copy_of = list(shelf)
copy_of.append("dates")
len(shelf)            # 3
shelf == copy_of      # False (one item more)
