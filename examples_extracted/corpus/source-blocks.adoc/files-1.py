def area(width, height=2):
    return width * height
