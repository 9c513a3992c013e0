def last():
    return "the fence ends with the file"

last()            # 'the fence ends with the file'
len(last())       # 28
