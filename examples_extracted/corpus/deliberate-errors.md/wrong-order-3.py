class Tree: pass
class Oak(Tree): pass
class Elm(Tree): pass
class Graft(Oak, Elm): pass

[k.__name__ for k in Graft.mro()]   # ['Graft', 'Oak', 'Tree', 'Elm', 'object']
Graft.__bases__ == (Oak, Elm)       # True
