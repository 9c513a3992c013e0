def paint(surface, color="white"):
    return surface + " in " + color

painted = paint("door", colour="green")
painted                 # 'door in green'
