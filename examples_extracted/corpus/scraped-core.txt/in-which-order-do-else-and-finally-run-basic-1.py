def visit(bad):
    steps = []
    try:
        steps.append("try")
        if bad:
            raise ValueError
    except ValueError:
        steps.append("except")
    else:
        steps.append("else")
    finally:
        steps.append("finally")
    return steps

visit(False)   # ['try', 'else', 'finally']
visit(True)    # ['try', 'except', 'finally']

# A return in finally wins:
def odd():
    try:
        return "try"
    finally:
        return "finally"

odd()          # 'finally'
