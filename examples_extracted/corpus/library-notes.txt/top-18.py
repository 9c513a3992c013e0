import weakref

class Thing: pass

thing = Thing()
ref = weakref.ref(thing)
ref() is thing        # True
del thing
ref() is None         # True (the last strong one is gone)
weakref.ref([])       # TypeError: cannot create weak reference to 'list' object
