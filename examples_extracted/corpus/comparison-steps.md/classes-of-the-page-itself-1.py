class Otter: pass
class Badger: pass
Otter  # <class 'Otter'>
Otter  # <class 'Badger'>
