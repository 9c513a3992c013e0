class Lamp:
    colour = "white"

desk, floor = Lamp(), Lamp()
desk.colour = "green"
desk.colour, floor.colour, Lamp.colour    # ('green', 'white', 'white')
del desk.colour
desk.colour                               # 'white'
