from abc import ABC, abstractmethod

class Animal(ABC):
    @abstractmethod
    def sound(self): ...

class Dog(Animal):
    def sound(self):
        return "woof"

Dog().sound()     # 'woof'
Animal()          # TypeError
Animal.__abstractmethods__     # frozenset({'sound'})
