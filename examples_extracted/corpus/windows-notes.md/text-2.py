text = """first
second"""
len(text)                   # 12 (the line end counts one)
text.split("\n")            # ['first', 'second']
"\r" in text                # False
