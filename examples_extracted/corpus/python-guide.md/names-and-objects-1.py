first = ["ink"]
second = first
second.append("quill")
first            # ['ink', 'quill']
first is second  # True (one list, two names)
