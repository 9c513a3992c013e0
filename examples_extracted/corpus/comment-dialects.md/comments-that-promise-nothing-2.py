def area(width, height):   # int, int -> int
    # returns width times height
    return width * height  # 12 for 3 and 4

class Grid:                # rows x columns
    rows = 3               # default
    cells = []             # shared! see above

    def put(self, value):  # O(n)
        self.cells.append(value)

area(3, 4)                 # 12
Grid().put(1)              # goes to the list of the class
Grid.cells                 # [1]
