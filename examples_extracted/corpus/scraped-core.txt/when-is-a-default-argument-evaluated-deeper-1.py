# Once, when the def statement runs:
def note(text, log=[]):   # one list for all calls
    log.append(text)
    return log

note("a")     # ['a']
note("b")     # ['a', 'b']  ← surprise

# Fix: make it inside
def note(text, log=None):
    if log is None:
        log = []
    log.append(text)
    return log

note("a")     # ['a']
note("b")     # ['b']
