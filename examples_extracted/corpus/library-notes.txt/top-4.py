from enum import Enum, IntEnum, Flag, auto

class Light(Enum):
    RED = 1
    GREEN = 2
    GO = 2              # an alias

Light(2) is Light.GREEN      # True
Light.GO is Light.GREEN      # True
Light["RED"].value           # 1
[x.name for x in Light]      # ['RED', 'GREEN'] — no alias
Light.RED == 1               # False (an Enum is not its value)
Light(3)                     # ValueError: 3 is not a valid Light
Light.RED < Light.GREEN      # TypeError

class Level(IntEnum):
    LOW = auto()
    HIGH = auto()

Level.HIGH == 2              # True
Level.LOW < Level.HIGH       # True
sorted([Level.HIGH, Level.LOW])[0].name   # 'LOW'

class Right(Flag):
    READ = 1
    WRITE = 2

(Right.READ | Right.WRITE).value          # 3
Right.READ in (Right.READ | Right.WRITE)  # True
