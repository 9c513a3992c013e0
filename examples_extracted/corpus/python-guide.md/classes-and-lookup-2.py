class Root: pass
class Leaf(Root): pass
class Wrong(Root, Leaf): pass   # TypeError
