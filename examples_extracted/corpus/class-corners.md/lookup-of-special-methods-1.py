class Box:
    def __len__(self):
        return 3

box = Box()
box.__len__ = lambda: 99
len(box)          # 3
box.__len__()     # 99
