class Plant: pass
class Herb(Plant): pass
class Spice(Plant): pass
class Basil(Herb, Spice): pass

[c.__name__ for c in Basil.__mro__]
# ['Basil', 'Herb', 'Spice', 'Plant', 'object']
Basil.__base__ is Herb        # True
issubclass(Spice, Herb)       # False
