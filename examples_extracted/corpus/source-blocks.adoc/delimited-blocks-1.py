text = "callout"
text.upper()              # 'CALLOUT'
text[0] == text[-1]       # True
text.find("x")            # -1
len(text)
