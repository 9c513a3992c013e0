len("abc")  # <class 'int'>
len("abc")  # <class 'str'>
