class Ladder:
    def __init__(self, *rungs):
        self.rungs = rungs
    def __len__(self):
        return len(self.rungs)
    def __getitem__(self, at):
        return self.rungs[at]
    def __repr__(self):
        return f"Ladder{self.rungs}"

ladder = Ladder("low", "mid", "top")
len(ladder)        # 3
ladder[-1]         # 'top'
list(ladder)       # ['low', 'mid', 'top'] — __getitem__ is enough to iterate
"mid" in ladder    # True
ladder             # Ladder('low', 'mid', 'top')
ladder[7]          # IndexError: tuple index out of range
bool(Ladder())     # False (an empty one has length 0)
