class Key:
    def who(self): return "Key"
class Piano(Key):
    def who(self): return "Piano"
class Organ(Key):
    def who(self): return "Organ"
class Clavinet(Piano, Organ):
    pass

print([k.__name__ for k in Clavinet.__mro__])   # ['Clavinet', 'Piano', 'Organ', 'Key', 'object']
Clavinet().who()          # 'Piano'
Clavinet.__mro__
# (Clavinet, Piano, Organ, Key, object)
Clavinet.__mro__[1:3] == (Piano, Organ)    # True

class Toy(Key, Piano):     # TypeError: Cannot create a consistent method resolution order
    pass
