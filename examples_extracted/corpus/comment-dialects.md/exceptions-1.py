int("seven")         # ValueError
[][0]                # raises IndexError
{}["key"]            # => KeyError
"a" + 1              # TypeError: can only concatenate str (not "int") to str
1 / 0                # Error: ZeroDivisionError: division by zero
undefined_name       # NameError (nobody bound it)
None.upper           # AttributeError — None has no such thing
