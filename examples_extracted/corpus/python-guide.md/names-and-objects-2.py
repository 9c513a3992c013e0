first = ["ink"]
second = first[:]
second.append("quill")
print(first)          # ['ink']
print(len(second))    # 2
first is second       # False
