# report.py
import wording

print(wording.plural("circle", 1))   # 1 circle
print(wording.plural("box", 2))      # 2 boxes
wording.plural("mouse", 2)           # '2 mouses' (nobody listed it)
wording.__name__                     # 'wording'
__name__                             # '__main__'
